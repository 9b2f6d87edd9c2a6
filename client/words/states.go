// Package words says in plain words what the registry says in numbers:
// states, verdicts, amounts, events, and what an action would do. Commands
// and console use the same sentences.
package words

import (
	"fmt"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// none stands in a column for what is absent.
const none = "-"

// State is the word of a state, in capitals: "PUBLISHED".
func State(s registryv1.State) string { return registryv1.Short(s) }

// Verdict is the word of a verdict, in capitals: "VERIFIED", "UNSIGNED", or
// the reason why it is not verified: "DIGEST MISMATCH". "" is not checked.
func Verdict(s registryv1.VerdictStatus, reason string) string {
	if s == registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED && reason != "" {
		return strings.ReplaceAll(reason, "_", " ")
	}
	return strings.ReplaceAll(registryv1.Short(s), "_", " ")
}

// Signed is the one word of the signed column: "yes", "no", "not verified" or "-".
func Signed(s registryv1.VerdictStatus) string {
	switch s {
	case registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
		return "yes"
	case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
		return "no"
	case registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
		return "not verified"
	default:
		return none
	}
}

// Result is the word of a check's result: "pass", "warn", "fail", "skipped".
func Result(r registryv1.CheckResult) string {
	if r == registryv1.CheckResult_CHECK_RESULT_UNSPECIFIED {
		return "not checked"
	}
	return lower(registryv1.Short(r))
}

// Kind is the word of an asset's kind: "archive", "executable", "checksums".
func Kind(k registryv1.AssetKind) string {
	switch k {
	case registryv1.AssetKind_ASSET_KIND_BINARY:
		return "executable"
	case registryv1.AssetKind_ASSET_KIND_CHECKSUM:
		return "checksums"
	case registryv1.AssetKind_ASSET_KIND_SBOM:
		return "bill of materials"
	default:
		return lower(registryv1.Short(k))
	}
}

// Category is the word of a yank's category: "wrong artifact".
func Category(c registryv1.YankCategory) string { return lower(registryv1.Short(c)) }

// Role is the word of a role: "maintainer".
func Role(r registryv1.Role) string { return lower(registryv1.Short(r)) }

// Reason is a reason in words: "wrong state".
func Reason(r registryv1.Reason) string { return lower(registryv1.Short(r)) }

// lower turns a name in UPPER_SNAKE into words.
func lower(short string) string { return strings.ToLower(strings.ReplaceAll(short, "_", " ")) }

// Approvals says how far a version is: "1 of 2 approvals".
func Approvals(w *registryv1.WaitingFor) string {
	return Count(w.GetApprovalsGiven()) + " of " + Plural(w.GetApprovalsNeeded(), "approval", "approvals")
}

// WaitingFor says what a VALIDATING version waits for: "the checks",
// "2 approvals", and after the first of them "1 more approval". "" is nothing.
func WaitingFor(w *registryv1.WaitingFor) string {
	var parts []string
	if w.GetChecks() {
		parts = append(parts, "the checks")
	}
	if missing := w.GetApprovalsNeeded() - w.GetApprovalsGiven(); missing > 0 {
		one, many := "approval", "approvals"
		if w.GetApprovalsGiven() > 0 {
			one, many = "more approval", "more approvals"
		}
		parts = append(parts, Plural(missing, one, many))
	}
	return List(parts)
}

// Standing is one sentence on where a version stands.
func Standing(v *registryv1.VersionSummary) string {
	number := v.GetRef().GetVersion()
	switch v.GetState() {
	case registryv1.State_STATE_PENDING:
		return number + " is a draft: no file was sent yet."
	case registryv1.State_STATE_UPLOADING:
		received := 0
		for _, r := range v.GetPlatformReceived() {
			if r {
				received++
			}
		}
		return fmt.Sprintf("%s is a draft: the files of %d of %s are there.", number, received, Plural(len(v.GetPlatforms()), "platform", "platforms"))
	case registryv1.State_STATE_VALIDATING:
		if waits := WaitingFor(v.GetWaitingFor()); waits != "" {
			return number + " waits for " + waits + "."
		}
		return number + " is being checked."
	case registryv1.State_STATE_PUBLISHED:
		switch {
		case v.GetStable() && v.GetLatest():
			return number + " is public, latest and stable."
		case v.GetStable():
			return number + " is public and stable."
		case v.GetLatest():
			return number + " is public and latest."
		}
		return number + " is public."
	case registryv1.State_STATE_FAILED:
		return because(fmt.Sprintf("Attempt %d of %s failed", max(v.GetAttempt(), 1), number), v.GetReason()) + " The number stays free."
	case registryv1.State_STATE_YANKED:
		said := number + " was yanked"
		if c := Category(v.GetYankCategory()); c != "" {
			said += " (" + c + ")"
		}
		return because(said, v.GetReason())
	default:
		return number + " is in a state that this program does not know."
	}
}

// because joins a sentence with its reason and ends it.
func because(sentence, reason string) string {
	reason = oneLine(reason)
	if reason == "" {
		return sentence + "."
	}
	return end(sentence + ": " + reason)
}

// end gives a sentence its full stop unless it has an end.
func end(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Ref is ORG/NAME, and with a version ORG/NAME VERSION.
func Ref(org, name, version string) string {
	ref := org + "/" + name
	if version == "" {
		return ref
	}
	return ref + " " + version
}

// Clock is a time of day as freshness shows it, in the time's own zone: "14:02:07".
func Clock(t time.Time) string { return t.Format(time.TimeOnly) }

// Time is an exact time in UTC: "2026-08-21 21:01:47 UTC". "" for none.
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateTime) + " UTC"
}
