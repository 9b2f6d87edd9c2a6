package browse

import (
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/trust"
	"github.com/registrar-console/registrar/tui/ui"
)

// trust sums up signatures and checks: what a person wants to know before
// running somebody else's program.
func (s *Version) trust(l ui.Look, w int) []ui.Text {
	t := l.Theme
	lines := s.signatures(t, w)
	var details []ui.Detail
	if h := s.here(); h != nil {
		said := ui.Words(theme.Muted, clock(h.At, l.Now)+": same answer")
		if n := differing(s.version, h); n > 0 {
			said = ui.Line(ui.Say(theme.Muted, clock(h.At, l.Now)+": "), otherAnswer(t, " another answer for "+words.Plural(n, "file", "files")))
		}
		details = append(details, ui.Detail{Key: "checked here", Value: said})
	}
	details = append(details, s.signer()...)
	details = append(details, ui.Detail{Key: "checks", Value: tally(t, s.checked)})
	said := map[string]bool{} // what holds for all platforms is said once
	for _, c := range s.checked {
		if c.GetResult() == registryv1.CheckResult_CHECK_RESULT_WARN && !said[c.GetDetail()] {
			said[c.GetDetail()] = true
			details = append(details, ui.Detail{Value: ui.Words(theme.Muted, ui.Sentence(c.GetDetail()))})
		}
	}
	return append(lines, ui.Details(details, detailKeys, w)...)
}

// signatures is the verdict on the version, and on how many of its platforms.
func (s *Version) signatures(t *theme.Theme, w int) []ui.Text {
	v := s.version.GetSummary()
	if v.GetVerdict() == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		return nil
	}
	good, noTrust := 0, false
	for _, p := range v.GetPlatforms() {
		verdict := fileOf(s.version, p).GetVerdict()
		if verdict.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
			good++
		}
		noTrust = noTrust || verdict.GetReason() == string(signing.NoTrust)
	}
	said := words.Count(good) + " of " + words.Plural(len(v.GetPlatforms()), "platform", "platforms")
	if scheme := words.Scheme(s.spokesman().GetScheme()); scheme != "" && good > 0 {
		said += ", " + scheme
	}
	switch {
	case noTrust:
		said = "There is a signature, and " + s.ref.Org + " has registered no key to measure it by."
	case v.GetVerdict() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED && good == 0:
		said = "Nobody has signed it."
	}
	word := verdictCell(t, v.GetVerdict(), v.GetVerdictReason())
	if word.Width() < detailKeys {
		return beside(padded(word, detailKeys), ui.Words(theme.Muted, said), w)
	}
	return append([]ui.Text{word}, beside(ui.Words(theme.Text, strings.Repeat(" ", detailKeys)), ui.Words(theme.Muted, said), w)...)
}

// spokesman is the verdict that stands for the version: of the files that
// decide it, the first that has one. It is nil where nothing was signed.
func (s *Version) spokesman() *registryv1.Verdict {
	v := s.version.GetSummary()
	for _, a := range s.files {
		verdict := a.GetVerdict()
		if !trust.IsMaterial(a.GetKind()) && verdict.GetStatus() == v.GetVerdict() && verdict.GetReason() == v.GetVerdictReason() && verdict.GetScheme() != "" {
			return verdict
		}
	}
	for _, a := range s.files {
		if a.GetVerdict().GetReason() == string(signing.NoTrust) {
			return a.GetVerdict()
		}
	}
	return nil
}

// signer is who signed, what the signature is bound to, when, and how much of
// that somebody else vouches for.
func (s *Version) signer() []ui.Detail {
	v := s.spokesman()
	if v == nil {
		return nil
	}
	var details []ui.Detail
	add := func(key, value string) {
		if value != "" {
			details = append(details, ui.Detail{Key: key, Value: ui.Words(theme.Text, value)})
		}
	}
	signer := func(name string) {
		value := ui.Words(theme.Text, name)
		if v.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
			value = value.And(ui.Say(theme.Muted, ", by its own word"))
		}
		if name != "" {
			details = append(details, ui.Detail{Key: "signer", Value: value})
		}
	}
	if san := v.GetBy().GetIdentity(); san != "" {
		identity, ref, _ := strings.Cut(strings.TrimPrefix(san, "https://github.com/"), "@")
		identity = strings.Replace(identity, "/.github/", "\n.github/", 1) // too long for one line, and read in two parts anyway
		if ref != "" {
			identity += " @ " + strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/tags/")
		}
		signer(identity)
	} else {
		signer(words.Signer(v))
	}
	if ref := v.GetBy().GetSourceRef(); ref != "" {
		repository := v.GetBy().GetSourceRepository()
		add("bound to", ref+" of "+repository[strings.LastIndex(repository, "/")+1:])
	}
	switch {
	case v.GetTimeSource() == string(signing.TimeRekor):
		add("logged", words.SignedAt(v))
	default:
		add("signed", words.SignedAt(v))
	}
	if through := v.GetThrough(); through != "" {
		add("through", through)
	}
	if a := v.GetAssurance(); a != "" && a != assuranceFull {
		details = append(details, ui.Detail{Key: "assurance", Value: ui.Words(theme.Warn, words.Assurance(v))})
	}
	for _, warning := range v.GetWarnings() {
		if code := signing.WarningCode(warning.GetCode()); code != signing.WarnNoLog && code != signing.WarnNoTime {
			details = append(details, ui.Detail{Key: "", Value: ui.Words(theme.Warn, ui.Sentence(warning.GetDetail()))})
		}
	}
	return details
}

// assuranceFull is the assurance that needs no words: Verdict.assurance.
const assuranceFull = "full"

// tally is how many checks passed, warned and failed.
func tally(t *theme.Theme, checks []*registryv1.Check) ui.Text {
	if len(checks) == 0 {
		return ui.Words(theme.Muted, "not checked yet")
	}
	var parts ui.Text
	for _, each := range []struct {
		result registryv1.CheckResult
		one    string
		many   string
	}{
		{registryv1.CheckResult_CHECK_RESULT_PASS, "passed", "passed"},
		{registryv1.CheckResult_CHECK_RESULT_WARN, "warning", "warnings"},
		{registryv1.CheckResult_CHECK_RESULT_FAIL, "failed", "failed"},
		{registryv1.CheckResult_CHECK_RESULT_SKIPPED, "skipped", "skipped"},
	} {
		n := 0
		for _, c := range checks {
			if c.GetResult() == each.result {
				n++
			}
		}
		if n == 0 {
			continue
		}
		if len(parts) > 0 {
			parts = parts.And(ui.Say(theme.Text, "   "))
		}
		parts = parts.And(ui.Mark(t.CheckResult(each.result).With(words.Plural(n, each.one, each.many)))...)
	}
	return parts
}
