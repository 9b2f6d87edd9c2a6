package browse

import (
	"errors"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// view draws the table, or says why there is nothing in it.
func (l *list[R]) view(look ui.Look, w, h int, empty []ui.Text) []string {
	l.sync()
	l.table.Epoch = look.Minute<<32 + l.epoch
	if l.index.Len() > 0 {
		return l.table.View(look.Theme, w, h, true)
	}
	lines := l.table.View(look.Theme, w, 1, true)
	say := l.why(look.Theme, min(w-4, 100))
	if say == nil && l.rows.Whole() {
		say = empty
	}
	return append(lines, ui.Indent(look.Theme, append([]ui.Text{nil}, say...), w, h-1)...)
}

// why says why no row is shown; nil: because there are none.
func (l *list[R]) why(t *theme.Theme, w int) []ui.Text {
	switch {
	case l.rows.Err() != nil && l.rows.Len() == 0:
		return refusal(t, l.rows.Err(), w)
	case l.filtered() && l.rows.Len() > 0:
		return ui.Wrap(ui.Line(ui.Say(theme.Text, "No "+l.noun+" matches "), ui.Say(theme.Text, l.input.Value()).Bold(),
			ui.Say(theme.Text, ". "), ui.Say(theme.Accent, "esc").Bold(), ui.Say(theme.Text, " clears the filter.")), w)
	default:
		return nil
	}
}

// refusal is an error on a page that has nothing else to show: what was
// tried, what was found, what to do.
func refusal(t *theme.Theme, err error, w int) []ui.Text {
	next := ""
	if known, ok := errors.AsType[*client.Error](err); ok {
		next = known.Next
	}
	return ui.Refusal(t, err.Error(), next, w)
}

// status is the left side of the status row: the filter while it is typed,
// else the position.
func (l *list[R]) status(t *theme.Theme) ui.Text {
	l.sync()
	if l.typing {
		x := ui.Line(ui.Say(theme.Accent, "/").Bold())
		x = x.And(l.input.View(t, 34, true)[0]...)
		return x.And(l.matches()...)
	}
	var facts []ui.Text
	if at := l.index.Cursor(); at >= 0 {
		facts = append(facts, ui.Words(theme.Muted, words.Count(at+1)+" of "+words.Count(l.index.Len())), ui.Words(theme.Muted, l.order()))
	}
	facts = append(facts, l.marks(t))
	if l.filtered() {
		facts = append(facts, ui.Line(ui.Say(theme.Muted, "filter "), ui.Say(theme.Text, l.input.Value())))
	}
	if len(l.faults) > 0 {
		facts = append(facts, ui.Words(theme.Warn, l.faults[0].Message))
	}
	return ui.Facts(t, append(facts, l.loading())...)
}

// loading is how far the reading of the list is, or why it stopped.
func (l *list[R]) loading() ui.Text {
	switch {
	case l.rows.Len() == 0 && l.rows.Err() == nil && !l.rows.Whole():
		return ui.Words(theme.Muted, "loading")
	case l.rows.Len() > 0 && l.rows.Err() != nil:
		return ui.Words(theme.Warn, "not read to the end, ctrl+r tries again")
	case !l.rows.Whole() && l.rows.Len() > 0:
		return ui.Words(theme.Muted, "loading, "+words.Count(l.rows.Len())+" so far")
	default:
		return nil
	}
}

// orders are how sorted columns are called, lowest first and highest first.
var orders = map[string][2]string{
	"age":     {"oldest first", "newest first"},
	"version": {"lowest first", "highest first"},
	"size":    {"smallest first", "largest first"},
	"wait":    {"shortest wait first", "longest wait first"},
}

// order says how the rows are sorted.
func (l *list[R]) order() string {
	if l.index.Ranked() {
		return "best first"
	}
	id, up := l.table.Sorted()
	names, known := orders[id]
	switch {
	case known && up:
		return names[0]
	case known:
		return names[1]
	case id == "" || up:
		return "by " + id
	default:
		return "by " + id + ", turned around"
	}
}

// matches says how many rows the filter leaves, or what is wrong with it.
func (l *list[R]) matches() ui.Text {
	if len(l.faults) > 0 {
		return ui.Words(theme.Warn, "  "+l.faults[0].Message)
	}
	shown, near := l.index.Len(), ""
	if l.near {
		exact := l.index.Matching()
		shown, near = exact, ", "+words.Count(shown-exact)+" near"
	}
	return ui.Words(theme.Muted, "  "+words.Count(shown)+" of "+words.Count(l.size)+near)
}

// stateCounts are counts by state as the title row shows them: only what
// there is, what is fine first. What is fine gives way first as well. The one
// that the list is filtered by is underlined.
func stateCounts(t *theme.Theme, counts [7]int32, filter string) []ui.Tally {
	order := []struct {
		state registryv1.State
		drop  int
	}{
		{registryv1.State_STATE_PUBLISHED, 6},
		{registryv1.State_STATE_PENDING, 5},
		{registryv1.State_STATE_UPLOADING, 3},
		{registryv1.State_STATE_VALIDATING, 4},
		{registryv1.State_STATE_FAILED, 1},
		{registryv1.State_STATE_YANKED, 2},
	}
	var tallies []ui.Tally
	for _, each := range order {
		n := counts[each.state]
		if n == 0 {
			continue
		}
		mark := t.State(each.state)
		role := theme.Muted
		if each.state == registryv1.State_STATE_FAILED {
			role = theme.Bad
		}
		id := "state:" + lower(mark.Word)
		word := ui.Say(role, lower(mark.Word))
		if id == filter {
			word = word.Underline()
		}
		tallies = append(tallies, ui.Tally{ID: id, Drop: each.drop, Text: ui.Line(
			ui.Say(mark.Role, mark.Glyph+" "), word, ui.Say(theme.Text, " "), ui.Say(theme.Text, words.Count(n)).Bold(),
		)})
	}
	return tallies
}
