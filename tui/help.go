package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// The groups in which help shows what can be done.
const (
	groupMove     = "Move"
	groupFind     = "Find"
	groupMark     = "Mark"
	groupDo       = "Do"
	groupWithdraw = "Withdraw, always asks first"
)

// helpGroups are the groups, in order.
var helpGroups = []string{groupMove, groupFind, groupMark, groupDo, groupWithdraw}

// groupOf is the group of a binding.
func groupOf(b ui.Binding) string {
	scope, name, _ := strings.Cut(b.ID, ".")
	switch {
	case b.Risk == ui.Destroys:
		return groupWithdraw
	case slices.Contains([]string{"mark", "range", "markall", "unmark"}, name):
		return groupMark
	case slices.Contains([]string{"filter", "sort", "care", "clear", "find", "palette", "help", "keep"}, name):
		return groupFind
	case scope == "list", slices.Contains([]string{"open", "up", "down", "back", "next", "tab", "tabback", "newer", "older", "higher", "lower", "group", "leave"}, name):
		return groupMove
	case scope == "app" && slices.ContainsFunc(placeKeys(), func(p ui.Binding) bool { return p.ID == b.ID }):
		return groupMove
	default:
		return groupDo
	}
}

// help shows the keys that work here, what the signs mean, and where to turn
// with a security problem. Typing looks for a key.
type help struct {
	sheet
	title    string
	bindings []ui.Binding

	input  ui.Input
	shown  []helpRow
	cursor int
	top    int  // the first line that is drawn
	lines  int  // that there are
	height int  // lines that were drawn last
	follow bool // the cursor must be in sight
}

// helpRow is one line of help: a binding, or two that belong together, such as
// up and down, which one does not run from here.
type helpRow struct {
	bindings []ui.Binding
	keys     string
	says     string
}

func newHelp(title string, bindings []ui.Binding) *help {
	h := &help{title: title, bindings: bindings}
	h.input.Limit = 60
	h.find()
	return h
}

// Handle implements Dialog.
func (h *help) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case sheetSeen:
		h.see(msg)
	case tea.PasteMsg:
		h.typed(msg)
	case tea.KeyPressMsg:
		return h.key(msg), nil
	case action.Scroll:
		h.scroll(msg.By)
	case action.Point:
		if at := h.pointed(msg); at >= 0 && h.shown[at].runs() {
			h.cursor = at
			return h.run(), nil
		}
	}
	return nil, nil
}

// key takes a key: what is no key of help itself is searched for.
func (h *help) key(key tea.KeyPressMsg) action.Action {
	switch name := key.String(); name {
	case "esc":
		return action.Back{}
	case "enter":
		return h.run()
	case "up", "ctrl+p", "shift+tab":
		h.move(-1)
	case "down", "ctrl+n", "tab":
		h.move(1)
	case "pgup":
		h.scroll(-max(1, h.height-1))
	case "pgdown":
		h.scroll(max(1, h.height-1))
	default:
		if name == "?" && h.input.Count() == 0 {
			return action.Back{}
		}
		h.typed(key)
	}
	return nil
}

// typed changes what is searched for.
func (h *help) typed(msg tea.Msg) {
	before := h.input.Value()
	if h.input.Handle(msg) && h.input.Value() != before {
		h.find()
	}
}

// run does what is chosen, or closes and tells why that is off.
func (h *help) run() action.Action {
	if !h.seen || h.cursor >= len(h.shown) || !h.shown[h.cursor].runs() {
		return nil
	}
	return action.Close{Then: action.Press{Binding: h.shown[h.cursor].bindings[0].ID}}
}

// move puts the cursor on the next row that can be run; behind the last one
// the page goes on.
func (h *help) move(by int) {
	for at := h.cursor + by; at >= 0 && at < len(h.shown); at += by {
		if h.shown[at].runs() {
			h.cursor, h.follow = at, true
			return
		}
	}
	h.scroll(by)
}

// scroll moves the page.
func (h *help) scroll(by int) {
	h.top, h.follow = max(0, min(h.top+by, h.lines-h.height)), false
}

// query are the words that were typed, in lower case.
func (h *help) query() []string { return strings.Fields(strings.ToLower(h.input.Value())) }

// find keeps the rows that what was typed may mean, in their groups.
func (h *help) find() {
	query := h.query()
	h.shown, h.cursor, h.top, h.follow = nil, 0, 0, true
	for _, group := range helpGroups {
		var of []ui.Binding
		for _, b := range h.bindings {
			text := strings.ToLower(b.Label + " " + b.Help + " " + strings.Join(b.Keys, " "))
			if groupOf(b) == group && containsAll(text, query) {
				of = append(of, b)
			}
		}
		h.shown = append(h.shown, helpRows(of, len(query) == 0)...)
	}
	h.cursor = max(0, slices.IndexFunc(h.shown, helpRow.runs))
}

// runs reports whether enter does something on the row.
func (r helpRow) runs() bool { return len(r.bindings) == 1 }

// group is that of the row.
func (r helpRow) group() string { return groupOf(r.bindings[0]) }

// off is why the row cannot be done now, or "".
func (r helpRow) off() string {
	if r.runs() {
		return r.bindings[0].WhyText()
	}
	return ""
}

// pairs are the bindings that help tells in one line: those that move.
var pairs = []struct{ one, other, says string }{
	{"list.up", "list.down", "one row"},
	{"list.pageup", "list.pagedown", "one page"},
	{"list.first", "list.last", "first, last"},
	{"publish.up", "publish.down", "one row"},
	{"version.tab", "version.tabback", "next tab, the one before"},
	{"compare.higher", "compare.lower", "the next higher version, the next lower"},
	{"version.newer", "version.older", "the next higher version, the next lower"},
}

// helpRows are the rows of bindings; pairs and the places take one each, unless
// somebody searches for one of them.
func helpRows(all []ui.Binding, whole bool) []helpRow {
	var rows []helpRow
	places := placesOf(all)
	for _, b := range all {
		row := helpRow{bindings: []ui.Binding{b}, keys: strings.Join(b.Keys[:min(2, len(b.Keys))], " "), says: b.Help}
		first, second := paired(all, b)
		switch {
		case whole && second && !first:
			continue
		case whole && first:
			row = pairRow(all, b)
		case whole && len(places) > 1 && b.ID == places[0].ID:
			last := places[len(places)-1]
			row = helpRow{bindings: places, keys: b.Key() + " to " + last.Key(), says: capital(b.Label) + " to " + capital(last.Label)}
		case whole && len(places) > 1 && slices.ContainsFunc(places, func(p ui.Binding) bool { return p.ID == b.ID }):
			continue
		}
		rows = append(rows, row)
	}
	return rows
}

// paired reports whether a binding is the first or the second of a pair whose
// other half is there as well.
func paired(all []ui.Binding, b ui.Binding) (first, second bool) {
	for _, p := range pairs {
		_, one := ui.FindID(all, p.one)
		_, other := ui.FindID(all, p.other)
		if one && other {
			first, second = first || b.ID == p.one, second || b.ID == p.other
		}
	}
	return first, second
}

// pairRow is the row of a pair: the first keys of both, then what they do and
// their other keys.
func pairRow(all []ui.Binding, one ui.Binding) helpRow {
	at := slices.IndexFunc(pairs, func(p struct{ one, other, says string }) bool { return p.one == one.ID })
	other, _ := ui.FindID(all, pairs[at].other)
	row := helpRow{bindings: []ui.Binding{one, other}, keys: one.Key() + " " + other.Key(), says: pairs[at].says}
	if len(one.Keys) > 1 && len(other.Keys) > 1 {
		row.says += ", or " + one.Keys[1] + " " + other.Keys[1]
	}
	return row
}

// placesOf are the places among bindings, if all of them have their digit.
func placesOf(all []ui.Binding) []ui.Binding {
	var found []ui.Binding
	for _, p := range placeKeys() {
		if b, known := ui.FindID(all, p.ID); known {
			if b.Key() != p.Key() {
				return nil
			}
			found = append(found, b)
		}
	}
	return found
}
