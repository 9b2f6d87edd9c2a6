package changes

import (
	"slices"

	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// The keys at the left of the full list, which are few cells wide below
// keyedFrom columns: then headings stand above the groups.
const (
	keyCells, fewKeyCells = 14, 6
	keyedFrom             = 60
)

// KeyCells is how wide keys are that stand above the list, in w columns.
func KeyCells(w int) int {
	if w < keyedFrom {
		return fewKeyCells
	}
	return keyCells
}

// The name column of the full list, where there is much room and where there
// is less; below that, details go below their names unless they fit.
const (
	wideName, wideFrom = 36, 70
	slimName, slimFrom = 24, 44
)

// nameColumn is how wide the names are in w cells.
func nameColumn(c diff.Change, w int) int {
	switch {
	case c.Kind == diff.Same || w < slimFrom: // two words, and no others below them
		return 0
	case w < wideFrom:
		return slimName
	default:
		return wideName
	}
}

// blocks are the subjects after which the list takes a breath.
var blocks = []diff.Subject{diff.Config, diff.Size, diff.Module}

// Page is the whole report in lines of w cells, group by group. thoughts are
// the lines on which something stands that deserves one.
func Page(t *theme.Theme, r diff.Report, w int) (lines []ui.Text, thoughts []int) {
	return page(t, r, w, w >= keyedFrom)
}

// Half is the whole report for one half of a page: its keys stand at the left
// even where there are few cells, so that it takes few lines.
func Half(t *theme.Theme, r diff.Report, w int) []ui.Text {
	lines, _ := page(t, r, w, w >= halfFrom)
	return lines
}

// halfFrom is from how many cells on keys stand at the left of a half.
const halfFrom = 44

func page(t *theme.Theme, r diff.Report, w int, keyed bool) (lines []ui.Text, thoughts []int) {
	var before diff.Subject
	for _, c := range r.Changes {
		first := c.Subject != before
		if first && before != 0 && (!keyed || breathes(before, c.Subject)) {
			lines = append(lines, nil)
		}
		if first && !keyed {
			lines = append(lines, ui.Words(theme.Faint, c.Subject.All()))
		}
		if c.Thought != "" {
			thoughts = append(thoughts, len(lines))
		}
		lines = append(lines, entry(t, c, first, keyed, w)...)
		before = c.Subject
	}
	return lines, thoughts
}

// breathes reports whether a blank line stands between two groups.
func breathes(before, after diff.Subject) bool {
	return slices.ContainsFunc(blocks, func(s diff.Subject) bool { return before <= s && s < after })
}

// entry is one change with its key, and under it why one should think about it.
func entry(t *theme.Theme, c diff.Change, first, keyed bool, w int) []ui.Text {
	lead := 0
	if keyed {
		lead = keyCells
	}
	body := told(t, c, w-lead)
	if c.Thought != "" {
		why := ui.Say(theme.Warn, blanks(signCells)+t.Glyph(theme.GlyphCaution)+" ")
		body = append(body, ui.Hanging(why, ui.Words(theme.Warn, c.Thought), w-lead)...)
	}
	for i := range body {
		key := ""
		if first && i == 0 && keyed {
			key = c.Subject.All()
		}
		body[i] = ui.Line(ui.Say(theme.Faint, pad(key, lead))).And(body[i]...)
	}
	return body
}

// told is a change in lines of w cells: its sign, its name, and the detail
// beside it, or below where there is no room.
func told(t *theme.Theme, c diff.Change, w int) []ui.Text {
	head, role := sign(t, c), nameRole(c)
	if c.Kind == diff.Added && c.Thought == "" {
		role = theme.OK
	}
	name, detail := ui.Words(role, c.Name), ui.Words(theme.Muted, c.Detail)
	switch {
	case c.Name == "":
		return ui.Hanging(head, ui.Words(role, c.Detail), w)
	case c.Detail == "":
		return ui.Hanging(head, name, w)
	}
	column := nameColumn(c, w)
	beside := max(column, name.Width()+2)
	if detail.Width() <= w-signCells-beside || name.Width()+2 <= column {
		lines := ui.Hanging(ui.Say(theme.Text, blanks(signCells+beside)), detail, w)
		lines[0] = ui.Line(head).And(name...).And(ui.Say(theme.Text, blanks(beside-name.Width()))).And(lines[0][1:]...)
		return lines
	}
	return append(ui.Hanging(head, name, w), ui.Hanging(ui.Say(theme.Text, blanks(2*signCells)), detail, w)...)
}
