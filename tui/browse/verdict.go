package browse

import (
	"slices"
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

// verdictLines explain a verdict: what it means, the checklist in reading
// order with what was expected above what was found, and what to know besides.
func verdictLines(t *theme.Theme, v *registryv1.Verdict, w int) []ui.Text {
	sentence, said := words.VerdictSentence(v), words.Detail(v)
	if unread(v) && said != "" {
		// No signature was looked at, so nothing can be said of one.
		sentence, said = said, ""
	}
	lines := ui.Wrap(ui.Words(theme.Text, plain(sentence)), w)
	if said != "" && !saysSo(v, said) {
		lines = append(lines, ui.Wrap(ui.Words(theme.Muted, said), w)...)
	}
	if len(v.GetSteps()) > 0 {
		lines = append(lines, nil)
	}
	compared := false
	for i, step := range words.Steps(v) {
		if unread(v) && step.Mark == registryv1.CheckResult_CHECK_RESULT_UNSPECIFIED {
			continue
		}
		failed := v.GetSteps()[i].GetResult() == registryv1.StepResult_STEP_RESULT_FAIL
		lines = append(lines, stepLines(t, step, w)...)
		if failed && !compared {
			lines = append(lines, comparison(v, stepIndent+stepKeys, w)...)
			compared = true
		}
	}
	if unread(v) {
		lines = append(lines, beside(ui.Words(theme.Text, "    "), ui.Words(theme.Faint, "Nothing else was reached: no signature can speak for these bytes."), w)...)
	}
	if !compared && v.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
		lines = append(lines, comparison(v, stepIndent, w)...)
	}
	for _, warning := range v.GetWarnings() {
		lead := ui.Line(ui.Say(theme.Warn, "  "+t.Glyph(theme.GlyphCaution)+" "))
		lines = append(lines, beside(lead, ui.Words(theme.Warn, ui.Sentence(warning.GetDetail())), w)...)
	}
	return append(lines, otherSignatures(t, v, w)...)
}

// plain leaves out the scheme that nearly all addresses have. What did not
// pass is shown as it is, to the letter.
func plain(said string) string { return strings.ReplaceAll(said, "https://", "") }

// unread reports whether the verdict was reached without any signature.
func unread(v *registryv1.Verdict) bool {
	steps := v.GetSteps()
	return len(steps) > 0 && steps[0].GetResult() == registryv1.StepResult_STEP_RESULT_NOT_REACHED
}

// saysSo reports whether a step of the checklist says the same already.
func saysSo(v *registryv1.Verdict, said string) bool {
	return slices.ContainsFunc(v.GetSteps(), func(s *registryv1.VerdictStep) bool { return ui.Sentence(s.GetDetail()) == said })
}

// adviceLines say where a verdict that is not good mostly comes from, and what
// to do about it.
func adviceLines(v *registryv1.Verdict, usually string, w int) []ui.Text {
	advice := words.Explain(v)
	if usually != "" {
		advice.Usually, advice.Do = usually, advice.Do[:min(1, len(advice.Do))]
	}
	var lines []ui.Text
	if advice.Usually != "" {
		lines = append(lines, nil, ui.Line(ui.Say(theme.Text, "What this usually is").Bold()))
		lines = append(lines, beside(ui.Words(theme.Text, "  "), ui.Words(theme.Text, advice.Usually), w)...)
	}
	if len(advice.Do) > 0 {
		lines = append(lines, nil, ui.Line(ui.Say(theme.Text, "What to do").Bold()))
	}
	for i, said := range advice.Do {
		lines = append(lines, beside(ui.Words(theme.Muted, "  "+words.Count(i+1)+"  "), ui.Words(theme.Text, said), w)...)
	}
	return lines
}

// stepLines is one row of the checklist. What passed whispers, what failed
// speaks, and what was not run says so instead of looking as if it had.
func stepLines(t *theme.Theme, s words.StepRow, w int) []ui.Text {
	mark := t.CheckResult(s.Mark)
	glyph, name, said := ui.Say(mark.Role, mark.Glyph), theme.Text, s.Detail
	switch s.Mark {
	case registryv1.CheckResult_CHECK_RESULT_PASS:
		said = plain(said)
	case registryv1.CheckResult_CHECK_RESULT_FAIL:
		glyph, name = glyph.Bold(), theme.Bad
	case registryv1.CheckResult_CHECK_RESULT_SKIPPED:
		name = theme.Muted
	default:
		glyph, name, said = ui.Say(theme.Faint, " "), theme.Faint, "not reached"
	}
	lead := ui.Line(ui.Say(theme.Text, strings.Repeat(" ", stepIndent)), glyph, ui.Say(name, " "+ui.Fit(t, s.Name, stepKeys-2, ui.Left)))
	return beside(lead, ui.Words(name, said), w)
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
	lines := beside(lead("want"), expected, w)
	return append(lines, beside(lead("got"), found, w)...)
}

// apart makes two texts that show where they differ. Digests differ from end
// to end, and the eye needs their first groups only.
func apart(want, got string) (expected, found ui.Text) {
	const algorithm, groups = "sha256:", 14
	if strings.HasPrefix(want, algorithm) && strings.HasPrefix(got, algorithm) {
		digest := func(sum string, r theme.Role) ui.Text {
			sum = strings.TrimPrefix(words.Spaced(sum), algorithm)
			cut := min(len(sum), groups)
			return ui.Line(ui.Say(r, sum[:cut]).Bold(), ui.Say(theme.Muted, sum[cut:]))
		}
		return digest(want, theme.Text), digest(got, theme.Bad)
	}
	d := words.Differ(want, got)
	part := func(differs string, r theme.Role) ui.Text {
		if d.Before+differs+d.After == "" {
			return ui.Words(theme.Muted, "nothing")
		}
		return ui.Line(ui.Say(theme.Muted, d.Before), ui.Say(r, differs).Bold(), ui.Say(theme.Muted, d.After))
	}
	return part(d.Want, theme.Text), part(d.Got, theme.Bad)
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
		x = x.And(assetVerdictCell(t, other)...)
		if name := words.Signer(other); name != "" {
			x = x.And(ui.Say(theme.Muted, " by "+name))
		}
	}
	return append([]ui.Text{nil}, beside(ui.Words(theme.Text, "  "), x, w)...)
}

// assetVerdictCell is the verdict on one file.
func assetVerdictCell(t *theme.Theme, v *registryv1.Verdict) ui.Text {
	return ui.Mark(t.Verdict(v.GetStatus()).With(words.VerdictOf(v)))
}
