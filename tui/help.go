package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
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
	case scope == "list", slices.Contains([]string{"up", "down", "back", "next", "tab", "tabback", "newer", "older", "group", "leave"}, name):
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
	title    string
	bindings []ui.Binding
	input    ui.Input
	shown    []ui.Binding
	cursor   int
	top      int
}

// The widths of help: of two columns, and from which screen on there are two.
const (
	helpWide  = 112
	helpOne   = 72
	helpTwo   = 118
	helpKey   = 13
	helpChunk = 4
)

func newHelp(title string, bindings []ui.Binding) *help {
	h := &help{title: title, bindings: bindings}
	h.input.Limit = 60
	h.find()
	return h
}

// Open implements Dialog.
func (h *help) Open(int, string) tea.Cmd { return nil }

// Ask implements Dialog.
func (h *help) Ask() action.Action { return nil }

// Waits implements Dialog.
func (h *help) Waits(string) bool { return false }

// Handle implements Dialog.
func (h *help) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	if key, pressed := msg.(tea.KeyPressMsg); pressed {
		return h.key(key), nil
	}
	if pasted, is := msg.(tea.PasteMsg); is {
		h.typed(pasted)
	}
	return nil, nil
}

// key takes a key: what is no key of help itself is searched for.
func (h *help) key(key tea.KeyPressMsg) action.Action {
	switch name := key.String(); {
	case name == "esc", name == "?" && h.input.Count() == 0:
		return action.Back{}
	case name == "enter":
		if h.cursor < len(h.shown) {
			return action.Close{Then: action.Press{Binding: h.shown[h.cursor].ID}}
		}
	case helpMoves[name] != 0:
		h.move(helpMoves[name])
	default:
		h.typed(key)
	}
	return nil
}

// helpMoves are the keys that move the cursor, and by how many rows.
var helpMoves = map[string]int{"up": -1, "ctrl+p": -1, "down": 1, "ctrl+n": 1, "pgup": -helpChunk, "pgdown": helpChunk}

// typed changes what is searched for.
func (h *help) typed(msg tea.Msg) {
	before := h.input.Value()
	if h.input.Handle(msg) && h.input.Value() != before {
		h.find()
	}
}

func (h *help) move(by int) { h.cursor = max(0, min(h.cursor+by, len(h.shown)-1)) }

// find keeps the bindings that what was typed may mean, in their groups.
func (h *help) find() {
	query := strings.Fields(strings.ToLower(h.input.Value()))
	h.shown, h.cursor, h.top = nil, 0, 0
	for _, group := range []string{groupMove, groupFind, groupMark, groupDo, groupWithdraw} {
		for _, b := range h.bindings {
			text := strings.ToLower(b.Label + " " + b.Help + " " + strings.Join(b.Keys, " "))
			if groupOf(b) == group && containsAll(text, query) {
				h.shown = append(h.shown, b)
			}
		}
	}
}

// helpLine is one line of a column; at is the binding that it shows, or -1.
type helpLine struct {
	text ui.Text
	at   int
}

// View implements Dialog.
func (h *help) View(l ui.Look, maxW, maxH int) []string {
	t := l.Theme
	w := helpOne
	if maxW >= helpTwo {
		w = helpWide
	}
	w = ui.SheetWidth(w, maxW)
	head := ui.Line(ui.Say(theme.Text, h.title).Bold(), ui.Say(theme.Muted, "   type to search: "))
	head = head.And(h.input.View(t, max(1, min(30, w-head.Width())), true)[0]...)

	column := w
	if maxW >= helpTwo {
		column = (w - 4) / 2
	}
	left := h.groups(t, column, groupMove, groupFind, groupMark)
	right := append(h.groups(t, column, groupDo, groupWithdraw), legend(t, column)...)
	lines := append(left, right...)
	if maxW >= helpTwo {
		lines = abreast(left, right, column+4)
	}
	rows := max(1, min(len(lines), maxH-6))
	h.scroll(lines, rows)
	body := []ui.Text{nil}
	for _, line := range lines[h.top:min(h.top+rows, len(lines))] {
		body = append(body, line.text)
	}
	last := hints("esc", "close", "enter", "run what is selected")
	if len(lines) > rows {
		last = hints("esc", "close", "enter", "run", "up down", "scroll")
	}
	return ui.Sheet(t, head, append(body, nil, last), w, maxH)
}

// scroll brings what is selected into sight; at the end of the bindings the
// signs below them are in sight as well.
func (h *help) scroll(lines []helpLine, rows int) {
	at := slices.IndexFunc(lines, func(x helpLine) bool { return x.at == h.cursor && len(h.shown) > 0 })
	last := h.cursor == len(h.shown)-1 && h.cursor > 0
	switch {
	case last:
		h.top = len(lines) - rows
	case at < h.top+1:
		h.top = at - 1
	case at >= h.top+rows:
		h.top = at - rows + 1
	}
	h.top = max(0, min(h.top, len(lines)-rows))
}

// groups are the bindings of some groups in one column.
func (h *help) groups(t *theme.Theme, w int, names ...string) []helpLine {
	var lines []helpLine
	for _, name := range names {
		first := true
		for i, b := range h.shown {
			if groupOf(b) != name {
				continue
			}
			if first {
				if len(lines) > 0 {
					lines = append(lines, helpLine{at: -1})
				}
				lines = append(lines, helpLine{text: ui.Line(ui.Say(theme.Text, name).Bold()), at: -1})
				first = false
			}
			lines = append(lines, helpLine{text: h.line(t, b, w, i == h.cursor), at: i})
		}
	}
	return lines
}

// line is one binding: its keys, and what it does or why it is off.
func (h *help) line(t *theme.Theme, b ui.Binding, w int, chosen bool) ui.Text {
	keys := strings.Join(b.Keys[:min(2, len(b.Keys))], " ")
	x := ui.Line(ui.Say(theme.Text, ui.Fit(t, keys, helpKey-1, ui.Left)+" ").Bold())
	said := b.Help
	role := theme.Muted
	if why := b.Why(); why != "" {
		said, role = b.Label+", off: "+why, theme.Faint
	}
	x = x.And(ui.Say(role, ui.Fit(t, said, min(ui.Width(said), max(0, w-helpKey)), ui.Left)))
	if chosen {
		return x.Chosen(w)
	}
	return x
}

// legend is what the signs mean, which words a filter knows, and where to turn
// with a security problem.
func legend(t *theme.Theme, w int) []helpLine {
	lines := []ui.Text{nil, ui.Line(ui.Say(theme.Text, "Signs").Bold())}
	var row ui.Text
	for i, state := range states {
		mark := ui.Mark(t.State(state))
		if i > 0 && i%3 == 0 {
			lines, row = append(lines, row), nil
		}
		row = row.And(mark...)
		row = row.And(ui.Say(theme.Text, strings.Repeat(" ", max(1, 15-mark.Width()))))
	}
	lines = append(lines, row, nil)
	for _, said := range []string{
		"dar lin win = darwin, linux, windows: left amd64, right arm64",
		t.Glyph(theme.GlyphGood) + " VERIFIED   " + t.Glyph(theme.GlyphUnsigned) + " UNSIGNED   " + t.Glyph(theme.GlyphFailed) + " not verified   - not shipped",
	} {
		lines = append(lines, ui.Wrap(ui.Words(theme.Muted, said), w)...)
	}
	lines = append(lines, nil, ui.Line(ui.Say(theme.Text, "Filter words").Bold()))
	lines = append(lines, ui.Wrap(ui.Words(theme.Muted, "state:failed  signed:no  platform:windows  author:ines  state:-yanked  and free words"), w)...)
	lines = append(lines, nil, ui.Line(ui.Say(theme.Text, "A security problem").Bold()))
	lines = append(lines, ui.Wrap(ui.Words(theme.Muted, "Report it in private, never in a public issue: \"Report a vulnerability\" on the Security page of the repository."), w)...)
	out := make([]helpLine, len(lines))
	for i, line := range lines {
		out[i] = helpLine{text: line, at: -1}
	}
	return out
}

// abreast lays two columns beside each other, the second one at a cell.
func abreast(left, right []helpLine, at int) []helpLine {
	lines := make([]helpLine, max(len(left), len(right)))
	for i := range lines {
		line := helpLine{at: -1}
		if i < len(left) {
			line = left[i]
		}
		if i < len(right) {
			if air := at - line.text.Width(); air > 0 {
				line.text = line.text.And(ui.Say(theme.Text, strings.Repeat(" ", air)))
			}
			line.text = line.text.And(right[i].text...)
			line.at = max(line.at, right[i].at)
		}
		lines[i] = line
	}
	return lines
}
