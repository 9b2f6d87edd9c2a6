package browse

import (
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// stepKeys is how wide the names of a verdict's steps are, sign included.
const stepKeys = 15

// stepIndent is how far the checklist stands in.
const stepIndent = 2

// verdictLines explain a verdict: a sentence, the checklist in reading order,
// what was expected above what was found, and what to know besides.
func verdictLines(t *theme.Theme, v *registryv1.Verdict, w int) []ui.Text {
	lines := ui.Wrap(ui.Words(theme.Text, v.GetDetail()), w)
	if len(v.GetSteps()) > 0 {
		lines = append(lines, nil)
	}
	compared := false
	for _, step := range v.GetSteps() {
		lines = append(lines, stepLines(t, step, w)...)
		if step.GetResult() == registryv1.StepResult_STEP_RESULT_FAIL {
			lines = append(lines, comparison(v, stepIndent+stepKeys, w)...)
			compared = true
		}
	}
	if !compared && v.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
		lines = append(lines, comparison(v, stepIndent, w)...)
	}
	for _, warning := range v.GetWarnings() {
		lines = append(lines, beside(ui.Line(ui.Say(theme.Warn, "  "+t.Glyph(theme.GlyphCaution)+" ")), ui.Words(theme.Warn, ui.Sentence(warning.GetDetail())), w)...)
	}
	return append(lines, otherSignatures(t, v, w)...)
}

// stepLines is one row of the checklist. What passed whispers, what failed
// speaks, and what was not run says so instead of looking as if it had.
func stepLines(t *theme.Theme, s *registryv1.VerdictStep, w int) []ui.Text {
	glyph, name, detail := ui.Say(theme.OK, t.Glyph(theme.GlyphGood)), theme.Text, theme.Text
	said := s.GetDetail()
	switch s.GetResult() {
	case registryv1.StepResult_STEP_RESULT_PASS:
	case registryv1.StepResult_STEP_RESULT_FAIL:
		glyph, name, detail = ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)).Bold(), theme.Bad, theme.Bad
	case registryv1.StepResult_STEP_RESULT_SKIPPED:
		glyph, name, detail = ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)), theme.Muted, theme.Muted
	default:
		glyph, name, detail, said = ui.Say(theme.Faint, t.Glyph(theme.GlyphNone)), theme.Faint, theme.Faint, "not reached"
	}
	lead := ui.Line(ui.Say(theme.Text, strings.Repeat(" ", stepIndent)), glyph, ui.Say(name, " "+ui.Fit(t, s.GetName(), stepKeys-2, ui.Left)))
	return beside(lead, ui.Words(detail, said), w)
}

// beside wraps a text behind what leads it; it goes on under its own first word.
func beside(lead, x ui.Text, w int) []ui.Text {
	wide := lead.Width()
	var lines []ui.Text
	for _, part := range ui.Wrap(x, max(1, w-wide)) {
		lines = append(lines, lead.And(part...))
		lead = ui.Words(theme.Text, strings.Repeat(" ", wide))
	}
	return lines
}

// wantKeys is how wide the keys of a comparison are.
const wantKeys = 6

// comparison is what was expected above what was found. What differs is bold;
// the rest, alike in both, is grey.
func comparison(v *registryv1.Verdict, indent, w int) []ui.Text {
	want, got := v.GetWant(), v.GetGot()
	if want == "" && got == "" || want == got {
		return nil
	}
	lead := func(key string) ui.Text {
		return ui.Words(theme.Muted, strings.Repeat(" ", indent)+key+strings.Repeat(" ", wantKeys-len(key)))
	}
	expected, found := apart(want, got)
	lines := beside(lead("want"), expected.text(theme.Text), w)
	return append(lines, beside(lead("got"), found.text(theme.Bad), w)...)
}

// parts are a text with what differs from another in the middle.
type parts struct{ before, differs, after string }

func (p parts) text(differs theme.Role) ui.Text {
	if p.before+p.differs+p.after == "" {
		return ui.Words(theme.Muted, "nothing")
	}
	x := ui.Words(theme.Muted, p.before)
	return x.And(ui.Say(differs, p.differs).Bold(), ui.Say(theme.Muted, p.after))
}

// digestShown is how many hex digits of two digests are compared aloud. They
// differ from end to end; the eye needs the first groups only.
const digestShown = 12

// apart splits two texts into what they have in common and what differs.
func apart(want, got string) (parts, parts) {
	const prefix = "sha256:"
	if strings.HasPrefix(want, prefix) && strings.HasPrefix(got, prefix) {
		return digestParts(strings.TrimPrefix(want, prefix)), digestParts(strings.TrimPrefix(got, prefix))
	}
	head := 0
	for head < len(want) && head < len(got) && want[head] == got[head] {
		head++
	}
	tail := 0
	for tail < len(want)-head && tail < len(got)-head && want[len(want)-1-tail] == got[len(got)-1-tail] {
		tail++
	}
	head, tail = wordStart(want, head), wordEnd(want, tail)
	return cutParts(want, head, tail), cutParts(got, head, tail)
}

// wordStart moves back to where the word that differs begins, so that no
// letter is bold in the middle of one; wordEnd does the same from the end.
func wordStart(s string, head int) int {
	return strings.LastIndexAny(s[:head], separators) + 1
}

func wordEnd(s string, tail int) int {
	rest := s[len(s)-tail:]
	if at := strings.IndexAny(rest, separators); at >= 0 {
		return tail - at
	}
	return 0
}

// separators end the words of addresses, identities and lists.
const separators = " /@:,"

func cutParts(s string, head, tail int) parts {
	return parts{before: s[:head], differs: s[head : len(s)-tail], after: s[len(s)-tail:]}
}

// digestParts writes a digest in groups of four.
func digestParts(hex string) parts {
	var groups []string
	for at := 0; at < len(hex); at += 4 {
		groups = append(groups, hex[at:min(at+4, len(hex))])
	}
	all := strings.Join(groups, " ")
	cut := min(len(all), digestShown+digestShown/4-1)
	return parts{differs: all[:cut], after: all[cut:]}
}

// otherSignatures sums up further signatures of the file: the one that
// decides is explained above.
func otherSignatures(t *theme.Theme, v *registryv1.Verdict, w int) []ui.Text {
	n := len(v.GetOthers())
	if n == 0 {
		return nil
	}
	x := ui.Words(theme.Muted, words.Plural(n, "more signature: ", "more signatures: "))
	for i, other := range v.GetOthers() {
		if i > 0 {
			x = x.And(ui.Say(theme.Muted, ", "))
		}
		x = x.And(verdictCell(t, other.GetStatus(), other.GetReason())...)
		if name := signerName(other); name != "" {
			x = x.And(ui.Say(theme.Muted, " by "+name))
		}
	}
	return append([]ui.Text{nil}, beside(ui.Words(theme.Text, "  "), x, w)...)
}

// signerName is who made a signature, as short as it can be told apart.
func signerName(v *registryv1.Verdict) string {
	by := v.GetBy()
	switch {
	case by.GetKeyName() != "":
		return by.GetKeyName()
	case by.GetIdentity() != "":
		return shortIdentity(by.GetIdentity())
	default:
		return fingerprint(by.GetFingerprint())
	}
}

// shortIdentity leaves out what all identities of one forge begin with.
func shortIdentity(san string) string { return strings.TrimPrefix(san, "https://github.com/") }

// fingerprint is the beginning of a fingerprint in groups, enough to find the
// key by.
func fingerprint(hex string) string {
	hex = strings.ToUpper(hex)
	if len(hex) <= 16 {
		return hex
	}
	if len(hex) == 40 {
		hex = hex[24:] // of OpenPGP keys people know the end
	}
	return strings.Join([]string{hex[0:4], hex[4:8], hex[8:12], hex[12:16]}, " ")
}
