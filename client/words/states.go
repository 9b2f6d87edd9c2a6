// Package words says in plain words what the registry says in numbers:
// states, verdicts, amounts, events, and what an action would do. Commands
// and console use the same sentences.
package words

import (
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// State is the word of a state, in capitals: "PUBLISHED".
func State(s registryv1.State) string { return registryv1.Short(s) }

// Verdict is the word of a verdict, in capitals: "VERIFIED", "UNSIGNED", or
// the reason why it is not verified: "DIGEST MISMATCH". "" is not checked.
func Verdict(s registryv1.VerdictStatus, reason string) string { return "" }

// Signed is the one word of the signed column: "yes", "no", "not verified" or "-".
func Signed(s registryv1.VerdictStatus) string { return "" }

// Result is the word of a check's result: "pass", "warn", "fail", "skipped".
func Result(r registryv1.CheckResult) string { return "" }

// Kind is the word of an asset's kind: "archive", "executable", "checksums".
func Kind(k registryv1.AssetKind) string { return "" }

// Category is the word of a yank's category: "wrong artifact".
func Category(c registryv1.YankCategory) string { return "" }

// Role is the word of a role: "maintainer".
func Role(r registryv1.Role) string { return "" }

// Reason is a reason in words: "wrong state".
func Reason(r registryv1.Reason) string { return "" }

// WaitingFor says what a VALIDATING version waits for: "the checks",
// "1 of 2 approvals". "" is nothing.
func WaitingFor(w *registryv1.WaitingFor) string { return "" }

// Standing is one sentence on where a version stands.
func Standing(v *registryv1.VersionSummary) string { return "" }

// Ref is ORG/NAME, and with a version ORG/NAME VERSION.
func Ref(org, name, version string) string { return "" }

// Did is what an event did, in a word or two for a column: "yank", "set stable".
func Did(k registryv1.EventKind) string { return "" }

// Event is one sentence on what happened: "mara yanked ConductorOne/baton-http v0.24.10: loops on empty pages."
func Event(e *registryv1.Event) string { return "" }

// Clock is a time of day as freshness shows it, in the time's own zone: "14:02:07".
func Clock(t time.Time) string { return t.Format(time.TimeOnly) }

// Time is an exact time in UTC: "2026-08-21 21:01:47 UTC". "" for none.
func Time(t time.Time) string { return "" }
