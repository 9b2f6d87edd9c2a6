package browse

import (
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// mark carries out what concerns marks.
func (l *list[R]) mark(next action.Local) {
	switch next.(type) {
	case action.Mark:
		l.index.Toggle()
		l.table.Move(1) // so that holding the key marks row by row
	case action.MarkRange:
		l.index.MarkRange()
	case action.MarkAll:
		l.index.MarkShown()
	case action.Unmark:
		l.index.Unmark()
	}
}

// marking are the keys that mark rows, and esc, which takes back what was done
// last: it clears the filter, then the marks, and only then leaves.
func (l *list[R]) marking() []ui.Binding {
	marked, _ := l.index.Marks()
	all := []ui.Binding{
		{ID: "list.mark", Label: "mark", Help: "mark this row, or take its mark back", Keys: []string{"space"}, Off: l.nothingToMark, Do: do(action.Mark{})},
		{ID: "list.range", Label: "range", Help: "mark from the last mark to here", Keys: []string{"."}, Quiet: marked == 0, Off: l.noRange, Do: do(action.MarkRange{})},
		{ID: "list.markall", Label: "mark all", Help: "mark all that match the filter, or take those marks back", Keys: []string{"*"}, Quiet: true, Off: l.nothingToMark, Do: do(action.MarkAll{})},
	}
	switch {
	case l.filtered():
		return append(all, ui.Binding{ID: "list.clear", Label: "clear filter", Help: "show all rows again", Keys: []string{"esc"}, Do: do(action.SetFilter{})})
	case marked > 0:
		return append(all, ui.Binding{ID: "list.unmark", Label: "clear marks", Help: "take all marks back", Keys: []string{"esc"}, Do: do(action.Unmark{})})
	default:
		return all
	}
}

// nothingToMark is why there is nothing to mark.
func (l *list[R]) nothingToMark() string {
	if l.index.Len() == 0 {
		return "there is no " + l.noun + " here"
	}
	return ""
}

// noRange is why no range can be marked.
func (l *list[R]) noRange() string {
	switch {
	case l.index.Anchored():
		return ""
	case l.filtered():
		return "the last mark is not in sight; space marks one"
	default:
		return "space marks where it begins"
	}
}

// marks says how many rows are marked, and how many of those one does not see.
func (l *list[R]) marks(t *theme.Theme) ui.Text {
	marked, hidden := l.index.Marks()
	if marked == 0 {
		if l.table.Width() < roomForNothing || l.index.Len() == 0 {
			return nil
		}
		return ui.Words(theme.Muted, "nothing marked")
	}
	x := ui.Line(ui.Say(theme.Accent, t.Glyph(theme.GlyphMarked)).Bold(), ui.Say(theme.Text, " "+words.Count(marked)+" marked").Bold())
	if hidden > 0 {
		x = x.And(ui.Say(theme.Muted, ", "+words.Count(hidden)+" hidden by the filter"))
	}
	return x
}

// roomForNothing is how wide a list must be to say that nothing is marked.
const roomForNothing = 84

// copies is what c copies: the marked rows, one a line, or else the one under
// the cursor. line is how a row is written among others, alone how it is
// written by itself.
func (l *list[R]) copies(alone, line func(r R) string) (text, what string) {
	l.sync()
	chosen := l.index.Chosen()
	switch len(chosen) {
	case 0:
		return "", ""
	case 1:
		text = alone(l.rows.At(chosen[0]))
		return text, text
	}
	lines := make([]string, len(chosen))
	for i, pos := range chosen {
		lines[i] = line(l.rows.At(pos))
	}
	return strings.Join(lines, "\n"), words.Plural(len(chosen), "marked "+l.noun, "marked "+l.noun+"s")
}

// copied is what c copies: the version as commands take it, or the marked
// ones, one a line.
func (s *versionList) copied() (text, what string) {
	return s.copies(
		func(r *catalog.Version) string { return r.Org + "/" + r.Name + "@" + r.Number },
		func(r *catalog.Version) string { return r.Org + "/" + r.Name + " " + r.Number },
	)
}

// together makes what destroys be about all marked versions while several
// are: never about the one under the cursor only, which one might not see.
func (s *versionList) together(all []ui.Binding) []ui.Binding {
	n, _ := s.index.Marks()
	if n < 2 {
		return all
	}
	for i, b := range all {
		if b.Risk != ui.Destroys {
			continue
		}
		all[i].Label = "yank " + words.Count(n) + " marked"
		all[i].Help = "withdraw the " + words.Count(n) + " marked versions; always asks first"
		all[i].Off = func() string { return offTogether(s.catalog, s.marked()) }
		all[i].Do = func() action.Action { return yankTogether(s.marked()) }
	}
	return all
}

// marked are the marked versions, in the order of the list.
func (s *versionList) marked() []*catalog.Version {
	s.sync()
	var all []*catalog.Version
	for _, pos := range s.index.Marked() {
		all = append(all, s.rows.At(pos))
	}
	return all
}

// offTogether is why none of some versions can be yanked. What cannot be said
// of all is said of each by the page that asks.
func offTogether(c *catalog.Catalog, all []*catalog.Version) string {
	published := false
	for _, r := range all {
		if r.State != registryv1.State_STATE_PUBLISHED {
			continue
		}
		published = true
		if c.May(r.Org, registryv1.Role_ROLE_PUBLISHER, registryv1.Role_ROLE_MAINTAINER) {
			return ""
		}
	}
	if published {
		return "that needs the publisher role; ask an admin"
	}
	return "only PUBLISHED versions, and none of the " + words.Count(len(all)) + " marked is"
}

func yankTogether(all []*catalog.Version) action.Action {
	refs := make([]action.Version, len(all))
	for i, r := range all {
		refs[i] = action.Version{Org: r.Org, Name: r.Name, Number: r.Number}
	}
	return action.AskYanks{Versions: refs}
}

// copying is the binding that copies the connectors.
func (s *Connectors) copying() ui.Binding {
	b := copying(s.copied)
	b.ID, b.Help, b.Quiet = "connector.copy", "copy ORG/NAME, of the marked ones a line each", true
	return b
}
