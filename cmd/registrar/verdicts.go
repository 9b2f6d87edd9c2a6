package main

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
)

// verdict is the mark of a file's verdict: glyph and word.
func (s styles) verdict(v *registryv1.Verdict) string {
	mark := s.theme.Verdict(v.GetStatus())
	if word := wording.VerdictOf(v); word != "" {
		mark.Word = word
	}
	return s.mark(mark)
}

// signature is the mark of a version's verdict, for lists.
func (s styles) signature(v *registryv1.VersionSummary) string {
	mark := s.theme.Verdict(v.GetVerdict())
	if word := wording.Verdict(v.GetVerdict(), v.GetVerdictReason()); word != "" {
		mark.Word = clean.Line(word, 0)
	}
	return s.mark(mark)
}

// writeVerdict prints what one file is worth and why: the sentence, every step,
// what was expected above what was found, and what to do.
func writeVerdict(env *Env, title string, v *registryv1.Verdict) error {
	s := env.styles(env.OutTerminal)
	b := &block{styles: s}
	b.line(s.verdict(v) + "  " + s.bold(clean.Line(title, 0)))
	b.verdict(v)
	for _, other := range v.GetOthers() {
		b.line("")
		b.line("  also there: " + s.verdict(other))
		b.verdict(other)
	}
	return b.write(env.Out)
}

// block is text that grows by lines.
type block struct {
	styles styles
	out    strings.Builder
}

func (b *block) line(text string) { b.out.WriteString(strings.TrimRight(text, " ") + "\n") }

func (b *block) write(w io.Writer) error {
	_, err := io.WriteString(w, b.out.String())
	return err
}

// section is a heading with lines under it; none without lines.
func (b *block) section(title string, lines ...string) {
	if len(lines) == 0 || lines[0] == "" {
		return
	}
	b.line("")
	b.line("  " + b.styles.faint(title))
	for _, text := range lines {
		b.line("    " + text)
	}
}

func (b *block) verdict(v *registryv1.Verdict) {
	b.line("  " + clean.Line(wording.VerdictSentence(v), 0))
	if detail := wording.Detail(v); detail != "" && !inSteps(v, detail) {
		b.line("  " + clean.Line(detail, 0))
	}
	b.steps(v)
	b.difference(v)
	b.about(v)
	explained := wording.Explain(v)
	b.section("What this usually is", explained.Usually)
	todo := make([]string, len(explained.Do))
	for i, do := range explained.Do {
		todo[i] = strconv.Itoa(i+1) + "  " + clean.Line(do, 0)
	}
	b.section("What to do", todo...)
}

// inSteps says whether the checklist says the same already.
func inSteps(v *registryv1.Verdict, detail string) bool {
	return slices.ContainsFunc(v.GetSteps(), func(s *registryv1.VerdictStep) bool {
		return strings.EqualFold(strings.TrimSuffix(detail, "."), strings.TrimSuffix(s.GetDetail(), "."))
	})
}

// steps is the checklist. What was not reached is said by its mark alone.
func (b *block) steps(v *registryv1.Verdict) {
	rows := wording.Steps(v)
	if len(rows) == 0 {
		return
	}
	width := 0
	for _, row := range rows {
		width = max(width, ansi.StringWidth(row.Name))
	}
	b.line("")
	for _, row := range rows {
		mark := b.styles.theme.CheckResult(row.Mark)
		name := row.Name + strings.Repeat(" ", width-ansi.StringWidth(row.Name))
		b.line("    " + b.styles.paint(mark.Role, 0, mark.Glyph) + " " + clean.Line(name+"  "+row.Detail, 0))
	}
}

// difference shows what was expected above what was found, and where they part.
func (b *block) difference(v *registryv1.Verdict) {
	if v.GetWant() == "" && v.GetGot() == "" || v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
		return
	}
	want, got := clean.Line(v.GetWant(), 0), clean.Line(v.GetGot(), 0)
	d := wording.Differ(want, got)
	differs := func(role theme.Role, part string) string {
		if part == "" {
			return ""
		}
		return b.styles.paint(role, theme.Bold, part)
	}
	const expected, found = "    expected  ", "    found     "
	b.line("")
	if want != "" {
		b.line(b.styles.faint(expected) + d.Before + differs(theme.OK, d.Want) + d.After)
	}
	if got != "" {
		b.line(b.styles.faint(found) + d.Before + differs(theme.Bad, d.Got) + d.After)
	}
	if want != "" && got != "" && d.Want+d.Got != "" {
		b.line(strings.Repeat(" ", len(found)+ansi.StringWidth(d.Before)) + b.styles.bad(strings.Repeat("^", carets(d))))
	}
}

// carets is how much is underlined: what differs, if both go on alike after it,
// and else just where they part.
func carets(d wording.Difference) int {
	if d.After == "" {
		return 1
	}
	return max(1, ansi.StringWidth(d.Got))
}

// about says of a good signature who, when, and how much it proves.
func (b *block) about(v *registryv1.Verdict) {
	if v.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
		return
	}
	b.line("")
	for _, fact := range [][2]string{
		{"issuer   ", v.GetBy().GetIssuer()},
		{"signed   ", wording.SignedAt(v)},
		{"assurance", wording.Assurance(v)},
		{"material ", strings.Join(v.GetMaterial(), ", ")},
	} {
		if fact[1] != "" {
			b.line("    " + b.styles.faint(fact[0]) + "  " + clean.Line(fact[1], 0))
		}
	}
	for _, w := range v.GetWarnings() {
		b.line("    " + b.styles.warn("warning") + "    " + clean.Line(sentence(w.GetDetail()), 0))
	}
}

// verdictRest are the members that complete a verdict in JSON, after those that
// commands lead with.
func verdictRest(v *registryv1.Verdict) object {
	rest := proto.CloneOf(v)
	rest.Status, rest.Scheme, rest.Reason, rest.Detail, rest.Want, rest.Got, rest.Assurance, rest.Steps = 0, "", "", "", "", "", "", nil
	return toJSON(rest)
}
