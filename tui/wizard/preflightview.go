package wizard

import (
	"strings"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// The columns of a row: mark, title, then what was found. Below rowBeside the
// last one goes under the title.
const (
	rowMark   = 18
	rowTitle  = 18
	rowBeside = 70
	rowLead   = 2
)

// depth is how much a row tells.
type depth uint8

const (
	brief  depth = iota // what was found, cut to a line: where there is little room
	common              // with the fix, and the first lines of the evidence
	whole               // all of it: the row under the cursor
)

// evidence is how many lines of evidence a row shows.
func (d depth) evidence() int { return []int{0, 2, 8}[d] }

// view implements step.
func (p *preflightStep) view(l ui.Look, w, h int) []string {
	inner := min(max(1, w-pageMargins), readMost)
	head := p.head(inner, h)
	if h >= fieldHints {
		head = append(head, nil)
	}
	lines := ui.Indent(l.Theme, head, w, min(h, len(head)))
	h -= len(lines)
	pane := p.paneHeight(h)
	p.listAt, p.paneAt = len(lines), len(lines)+h-pane
	if p.last.err != nil && !p.busy() {
		lines = append(lines, ui.Indent(l.Theme, p.refusal(l.Theme, inner), w, h-pane)...)
	} else if h > pane {
		lines = append(lines, p.checks(l.Theme, w, h-pane)...)
	}
	p.page = max(1, pane-1)
	if pane > 0 && h >= fieldAiry {
		lines, pane = append(lines, ui.Indent(l.Theme, nil, w, 1)...), pane-1
	}
	return append(lines, ui.Indent(l.Theme, p.out.view(l.Theme, w-pageMargins, pane, p.inPane), w, pane)...)
}

// paneHeight is how much of h lines the output takes, its heading included.
func (p *preflightStep) paneHeight(h int) int {
	switch {
	case p.out.job == nil || h <= 0:
		return 0
	case p.inPane && h < fieldAiry:
		return h
	case p.inPane:
		return 2 * h / 3
	case h < 10:
		return 1
	case h < fieldAiry:
		return 4
	default:
		return h / 3
	}
}

// head says in a sentence how the project stands.
func (p *preflightStep) head(w, h int) []ui.Text {
	said, more := p.standing()
	if h < fieldHints {
		return []ui.Text{ui.Line(ui.Say(theme.Text, said).Bold())}
	}
	return ui.Wrap(ui.Line(ui.Say(theme.Text, said).Bold(), ui.Say(theme.Muted, more)), w)
}

// standing is how the project stands, and what one does about it.
func (p *preflightStep) standing() (said, more string) {
	const six = 6
	failed, unchecked, overridden := 0, 0, 0
	for _, row := range p.rows() {
		if !project.Required(row.name) {
			continue
		}
		switch row.result.GetResult() {
		case failedCheck:
			failed++
			if row.result.GetOverride() != "" {
				overridden++
			}
		case notChecked:
			unchecked++
		default:
		}
	}
	switch {
	case p.busy():
		return "The project is being checked.", " Nothing of its code runs."
	case p.last.err != nil:
		return "The project cannot be checked.", " Nothing was changed."
	case p.report() == nil:
		return "There is no project to check.", ""
	case failed > 0:
		said = sentenceOf(failed, six) + " not met yet."
		more = " Fix them here or elsewhere, then run the failed ones again."
		if overridden == failed {
			more = " You wrote why you go on; reviewers read it."
		}
		return said, more
	case unchecked > 0:
		verb := " of six were"
		if unchecked == 1 {
			verb = " of six was"
		}
		return "No requirement fails.", " " + upperFirst(words.Numeral(unchecked)) + verb + " not checked: a key beside it runs the command."
	default:
		return "All six requirements are met.", ""
	}
}

// sentenceOf is "Three of six requirements are".
func sentenceOf(n, of int) string {
	verb := " requirements are"
	if n == 1 {
		verb = " requirements is"
	}
	return upperFirst(words.Numeral(n)) + " of " + words.Numeral(of) + verb
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// refusal is why the project could not be looked at.
func (p *preflightStep) refusal(t *theme.Theme, w int) []ui.Text {
	lines := ui.Hanging(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "), ui.Words(theme.Text, ui.Sentence(p.last.err.Error())), w)
	return append(append(lines, nil), ui.Wrap(ui.Line(ui.Say(theme.Muted, "Go back to Project and name the folder that holds its go.mod, or press "), ui.Say(theme.Accent, "r").Bold(), ui.Say(theme.Muted, " to look again.")), w)...)
}

// checks draws the rows: the requirements, then the advice under a heading.
func (p *preflightStep) checks(t *theme.Theme, w, h int) []string {
	rows := p.rows()
	inner := min(w-pageMargins, readMost)
	lines := 3 // the heading, and what the cursor adds
	for _, row := range rows {
		lines += len(rowLines(t, row, inner, common, false))
	}
	others := brief
	if lines <= h || h >= fieldAiry {
		others = common
	}
	p.list.Gap = 0
	if lines+len(rows) <= h {
		p.list.Gap = 1
	}
	p.list.Above = func(i, w int) []ui.Text {
		if project.Required(rows[i].name) || i > 0 && !project.Required(rows[i-1].name) {
			return nil
		}
		return []ui.Text{ui.Section(ui.Line(ui.Say(theme.Text, "Advice")), ui.Words(theme.Muted, "it stops nobody"), min(w, readMost))}
	}
	return p.list.View(t, w, h, len(rows), !p.inPane, func(i, w int, chosen bool) []ui.Text {
		much := others
		if chosen {
			much = whole
		}
		return rowLines(t, rows[i], min(w, readMost), much, chosen)
	})
}

// rowLines is one row: mark, title, and beside or below them what was found,
// the evidence, the fix and why one goes on.
func rowLines(t *theme.Theme, row line, w int, much depth, chosen bool) []ui.Text {
	mark := t.CheckResult(row.result.GetResult())
	if row.running {
		mark = t.Mark(theme.GlyphUploading, theme.Motion, "checking")
	}
	title := ui.Say(theme.Text, project.Title(row.name))
	if chosen {
		title = title.Bold()
	}
	head := append(ui.Line(ui.Say(theme.Text, blank(rowLead))), ui.Mark(mark)...)
	if w < rowBeside {
		head = head.And(ui.Say(theme.Text, blank(max(1, rowLead+15-head.Width())))).And(title)
		lines := []ui.Text{head}
		if much == brief {
			return lines
		}
		for _, x := range rowTexts(t, row, w-2*rowLead, much) {
			lines = append(lines, append(ui.Line(ui.Say(theme.Text, blank(2*rowLead))), x...))
		}
		return lines
	}
	head = head.And(ui.Say(theme.Text, blank(max(1, rowMark-head.Width())))).And(title)
	at := rowMark + rowTitle
	texts := rowTexts(t, row, w-at, much)
	if len(texts) == 0 {
		return []ui.Text{head}
	}
	lines := []ui.Text{append(head.And(ui.Say(theme.Text, blank(max(1, at-head.Width())))), texts[0]...)}
	for _, x := range texts[1:] {
		lines = append(lines, append(ui.Line(ui.Say(theme.Text, blank(at))), x...))
	}
	return lines
}

// rowTexts are what was found, the evidence, the fix and the reason to go on.
func rowTexts(t *theme.Theme, row line, w int, much depth) []ui.Text {
	r := row.result
	if row.running {
		return nil
	}
	detail := ui.Words(theme.Muted, r.GetDetail())
	if row.ran != "" {
		detail = ui.Words(theme.Muted, r.GetDetail()+", run "+row.ran)
	}
	if much == brief && r.GetOverride() != "" {
		return []ui.Text{ui.Line(ui.Say(theme.Warn, "you go on  "), ui.Say(theme.Text, r.GetOverride()))}
	}
	if much == brief && r.GetResult() == notChecked && r.GetFix() != "" {
		return []ui.Text{fixText(r)}
	}
	if much == brief {
		return []ui.Text{detail}
	}
	lines := ui.Wrap(detail, w)
	if r.GetResult() != passedCheck || much == whole {
		lines = append(lines, evidenceLines(t, r.GetEvidence(), w, much.evidence())...)
	}
	if r.GetFix() != "" && (project.Required(row.name) || much == whole) {
		lines = append(lines, ui.Hanging(ui.Say(theme.Faint, "fix  "), fixText(r), w)...)
	}
	if r.GetOverride() != "" {
		lines = append(lines, ui.Hanging(ui.Say(theme.Warn, "you go on  "), ui.Words(theme.Text, r.GetOverride()), w)...)
	}
	return lines
}

// evidenceLines are the first lines of the evidence.
func evidenceLines(t *theme.Theme, evidence string, w, most int) []ui.Text {
	if evidence == "" {
		return nil
	}
	all := strings.Split(evidence, "\n")
	var lines []ui.Text
	for i, one := range all {
		if i == most {
			return append(lines, ui.Words(theme.Faint, "and "+words.Count(len(all)-most)+" more"))
		}
		lines = append(lines, ui.Line(ui.Say(theme.Faint, ui.Fit(t, one, min(w, ui.Width(one)), ui.Left))))
	}
	return lines
}

// fixText is the fix, with the key that does it where there is one.
func fixText(r *registryv1.PreflightResult) ui.Text {
	if r.GetRequirement() == project.RequirementLicense && !hasLicense(r) {
		return ui.Line(ui.Say(theme.Muted, "registrar can write LICENSE with the Apache-2.0 text: press "), ui.Say(theme.Accent, "w").Bold())
	}
	key := map[string]string{project.RequirementCapabilities: "w", project.RequirementLint: "l", project.RequirementTests: "t"}[r.GetRequirement()]
	_, command, runs := strings.Cut(r.GetFix(), ": ")
	if key == "" || !runs || r.GetRequirement() == project.RequirementTests && r.GetResult() != notChecked {
		return ui.Words(theme.Muted, r.GetFix())
	}
	return ui.Line(ui.Say(theme.Text, command), ui.Say(theme.Muted, "   press "), ui.Say(theme.Accent, key).Bold())
}

// status implements step: the position, and how fresh the page is.
func (p *preflightStep) status(l ui.Look) ui.Text {
	at := ui.Words(theme.Muted, words.Count(min(p.list.Cursor(), len(project.Lines())-1)+1)+" of "+words.Count(len(project.Lines())))
	if p.busy() || p.last.began.IsZero() {
		return at
	}
	said := "checked at " + words.Clock(p.last.began)
	if p.last.took > 0 {
		said += " in " + words.Duration(p.last.took)
	}
	return ui.Facts(l.Theme, at, ui.Words(theme.Muted, said))
}

// outlinedOutput is how many lines of a job's output are read aloud.
const outlinedOutput = 15

// outline implements step.
func (p *preflightStep) outline(l ui.Look) ui.Outline {
	rows := p.rows()
	o := ui.Outline{Say: p.head(outlineWidth, fieldHints), Rows: len(rows), Cursor: min(p.list.Cursor(), len(rows)-1)}
	if p.last.err != nil && !p.busy() {
		o.Rows, o.Say = 0, append(o.Say, p.refusal(l.Theme, outlineWidth)...)
	}
	o.Row = func(i int) ui.Row { return ui.Row{ID: int64(i), Text: rowAloud(l.Theme, rows[i])} }
	if p.out.job != nil {
		o.Below = p.out.view(l.Theme, outlineWidth, outlinedOutput, false)
	}
	return o
}

// rowAloud is one row as it is read.
func rowAloud(t *theme.Theme, row line) ui.Text {
	word := words.Result(row.result.GetResult())
	if row.running {
		word = "checking"
	}
	x := ui.Words(theme.Text, project.Title(row.name)+": "+word)
	if !project.Required(row.name) {
		x = ui.Words(theme.Text, "Advice, "+project.Title(row.name)+": "+word)
	}
	for _, part := range rowTexts(t, row, outlineWidth, whole) {
		x = x.And(ui.Say(theme.Muted, "; ")).And(part...)
	}
	return x
}
