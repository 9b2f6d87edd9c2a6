package wizard

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// fileField is the row about the connector.yaml: nothing is typed there.
type fileField struct{ unread, described bool }

// Label implements ui.Field.
func (f *fileField) Label() string { return "Described" }

// Handle implements ui.Field.
func (f *fileField) Handle(tea.Msg) bool { return false }

// View implements ui.Field.
func (f *fileField) View(t *theme.Theme, w int, focused bool) []ui.Text {
	if f.unread {
		return []ui.Text{ui.Words(theme.Faint, "-")}
	}
	if f.described {
		return ui.Wrap(ui.Line(ui.Say(theme.OK, t.Glyph(theme.GlyphGood)+" "), ui.Say(theme.Text, project.DescriptionFile), ui.Say(theme.Muted, " is there; it is never overwritten")), w)
	}
	x := ui.Line(ui.Say(theme.Muted, "no "+project.DescriptionFile+"; with one, registries need not guess. "))
	if focused {
		return ui.Wrap(x.And(ui.Say(theme.Accent, "w").Bold(), ui.Say(theme.Muted, " writes it with what stands above")), w)
	}
	return ui.Wrap(x.And(ui.Say(theme.Muted, "registrar can write it: go there with tab")), w)
}

// hint says where the proposal comes from, what disagrees with it, and what is
// wrong with what stands there.
func (f *saidField) hint() ui.Text {
	if why := f.why(); why != "" && f.value() != "" {
		return ui.Words(theme.Bad, why)
	}
	var x ui.Text
	switch {
	case f.unread:
		return nil
	case f.value() == f.proposed.Value && len(f.notes) > 0 && f.value() != "": // a note names its sources
	case f.proposed.Value == "" && f.value() == "":
		x = ui.Words(theme.Faint, "the project does not say")
	case f.proposed.Value == "":
		x = ui.Words(theme.Faint, "yours; the project does not say")
	case f.value() == f.proposed.Value:
		x = ui.Words(theme.Faint, "from "+f.proposed.From)
	default:
		x = ui.Words(theme.Faint, "yours; "+f.proposed.From+" says "+clean.Line(f.proposed.Value, 100))
	}
	for _, note := range f.notes {
		if len(x) > 0 {
			x = x.And(ui.Say(theme.Faint, "; "))
		}
		x = x.And(ui.Say(theme.Warn, "! "+note.Text))
	}
	return x
}

// folderHint says what is in the folder.
func (p *projectStep) folderHint() ui.Text {
	switch why := p.unread(); {
	case p.typed() == "":
		return ui.Words(theme.Faint, "of the project; ~ is your home folder")
	case p.folder.typed == p.typed() && p.folder.err != nil:
		return ui.Words(theme.Bad, ui.Sentence(clean.Line(p.folder.err.Error(), 300))).And(ui.Say(theme.Muted, " Nothing was changed."))
	case why != "":
		return ui.Words(theme.Faint, "being read")
	}
	said := "module " + p.folder.project.Module
	if p.folder.project.Commit != "" {
		said += ", commit " + p.folder.project.Commit[:min(12, len(p.folder.project.Commit))]
	}
	return ui.Words(theme.Faint, said)
}

// question is what is asked.
func (p *projectStep) question(w int) []ui.Text {
	x := ui.Line(ui.Say(theme.Text, "Which project is it, and what is it called?").Bold())
	if w >= 100 {
		x = x.And(ui.Say(theme.Muted, " What was found is filled in; change what is wrong."))
	}
	return []ui.Text{x}
}

// view implements step.
func (p *projectStep) view(l ui.Look, w, h int) []string {
	inner := min(max(1, w-pageMargins), readMost)
	lines := p.question(inner)
	if h >= fieldHints {
		lines = append(lines, nil)
	}
	p.lines = p.lines[:0]
	here := 0
	for i, field := range p.fields {
		one := fieldset{fields: []ui.Field{field}}
		if i != p.focus {
			one.focus = -1
		} else {
			here = len(lines)
		}
		p.lines = append(p.lines, len(lines))
		drawn, _ := one.view(l.Theme, inner, p.room(field, i, h))
		lines = append(lines, drawn...)
	}
	if notes := p.notes(l.Theme, inner); len(notes) > 0 && h >= fieldHints {
		lines = append(append(lines, nil), notes...)
	}
	if here < p.page.top || here >= p.page.top+h-1 {
		p.page.top = max(0, here-1)
	}
	return p.page.view(l.Theme, lines, w, h)
}

// room is how much room a field may think that there is: what is wrong, and
// what disagrees, is told however small the page is.
func (p *projectStep) room(field ui.Field, i, h int) int {
	if h >= fieldHints {
		return h
	}
	if i == p.focus || p.urgent(field) {
		return fieldHints
	}
	return h
}

// urgent reports whether the hint of a field has to be seen.
func (p *projectStep) urgent(field ui.Field) bool {
	if field == ui.Field(p.directory) {
		return p.folder.err != nil
	}
	for _, f := range p.said {
		if ui.Field(f.TextField) == field {
			return len(f.notes) > 0 || f.why() != ""
		}
	}
	return false
}

// notes are what else is odd in the project, not about one of the fields.
func (p *projectStep) notes(t *theme.Theme, w int) []ui.Text {
	if p.unread() != "" {
		return nil
	}
	var lines []ui.Text
	for _, note := range p.folder.project.Notes {
		if slices.ContainsFunc(p.said, func(f *saidField) bool { return f.about == note.About }) {
			continue
		}
		lines = append(lines, ui.Hanging(ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+"  "), ui.Words(theme.Text, ui.Sentence(note.Text)), w)...)
	}
	return lines
}

// status implements step.
func (p *projectStep) status(l ui.Look) ui.Text { return ui.MoreBelow(l.Theme, p.page.below) }
