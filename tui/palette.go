package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// palette is everything that can be done here, to be typed for. Nothing that
// it starts is dangerous by itself: what destroys asks in a dialog of its own.
type palette struct {
	commands []command
	// more are the commands that a query makes, such as going to a connector.
	more   func(query []string) []command
	lately []string // names of the commands that were run last, newest first

	input  ui.Input
	found  []command
	total  int
	cursor int
	rows   int // that were drawn last
}

// command is one line of the palette.
type command struct {
	// name tells it from the others of its palette.
	name string
	// label and help are what it says of itself; key is what one presses
	// instead, and off why it cannot be done now.
	label, help, key, off string
	then                  action.Action
}

// paletteWidth is how wide the palette is where there is room.
const paletteWidth = 84

func newPalette(commands []command, more func(query []string) []command, lately []string) *palette {
	p := &palette{commands: commands, more: more, lately: lately}
	p.input.Limit = 100
	p.find()
	return p
}

// Open implements Dialog.
func (p *palette) Open(int, string) tea.Cmd { return nil }

// Ask implements Dialog.
func (p *palette) Ask() action.Action { return nil }

// Waits implements Dialog.
func (p *palette) Waits(string) bool { return false }

// Handle implements Dialog.
func (p *palette) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		p.typed(msg)
	case tea.KeyPressMsg:
		switch msg.String() {
		case "esc", "ctrl+k":
			return action.Back{}, nil
		case "enter":
			return p.run(), nil
		case "up", "ctrl+p":
			p.move(-1)
		case "down", "ctrl+n":
			p.move(1)
		case "pgup":
			p.move(-max(1, p.rows-1))
		case "pgdown":
			p.move(max(1, p.rows-1))
		case "tab":
			p.complete()
		default:
			p.typed(msg)
		}
	}
	return nil, nil
}

// typed changes the query.
func (p *palette) typed(msg tea.Msg) {
	before := p.input.Value()
	if p.input.Handle(msg) && p.input.Value() != before {
		p.find()
	}
}

// run does what is chosen. What is off says why, and the palette stays.
func (p *palette) run() action.Action {
	if p.cursor >= len(p.found) {
		return nil
	}
	chosen := p.found[p.cursor]
	if chosen.off != "" {
		return action.Tell{Text: chosen.label + ": " + chosen.off}
	}
	return action.Close{Then: chosen.then}
}

func (p *palette) move(by int) {
	p.cursor = max(0, min(p.cursor+by, len(p.found)-1))
}

// complete takes the name of what is chosen into the field.
func (p *palette) complete() {
	if p.cursor >= len(p.found) {
		return
	}
	chosen := p.found[p.cursor]
	p.input.SetValue(chosen.label)
	if strings.HasPrefix(chosen.name, goTo) {
		p.input.SetValue(chosen.help)
	}
	p.find()
}

// words are those of the query.
func (p *palette) words() []string { return strings.Fields(strings.ToLower(p.input.Value())) }

// find looks for what the query means, the best first. Without a query it is
// everything, what was used lately first.
func (p *palette) find() {
	query := p.words()
	all := p.commands
	if len(query) > 0 && p.more != nil {
		all = append(slices.Clone(all), p.more(query)...)
	}
	p.total, p.cursor = len(all), 0
	p.found = matching(all, query)
	if len(query) > 0 {
		return
	}
	at := func(c command) int {
		if i := slices.Index(p.lately, c.name); i >= 0 && c.off == "" {
			return i
		}
		return len(p.lately)
	}
	slices.SortStableFunc(p.found, func(a, b command) int { return at(a) - at(b) })
}

// View implements Dialog.
func (p *palette) View(l ui.Look, maxW, maxH int) []string {
	t := l.Theme
	w := ui.SheetWidth(paletteWidth, maxW)
	count := words.Count(len(p.found)) + " of " + words.Count(p.total)
	field := p.input.View(t, max(1, w-len(count)-6), true)[0]
	head := ui.Line(ui.Say(theme.Accent, "> ").Bold()).And(field...)
	head = head.And(ui.Say(theme.Faint, ui.Fit(t, count, max(0, w-head.Width()), ui.Right)))

	p.rows = max(1, min(maxH-7, 16))
	top := max(0, min(p.cursor-p.rows/2, len(p.found)-p.rows))
	lines := []ui.Text{nil}
	for i := top; i < min(top+p.rows, len(p.found)); i++ {
		line := p.line(t, p.found[i], w)
		if i == p.cursor {
			line = line.Chosen(w)
		}
		lines = append(lines, line)
	}
	if len(p.found) == 0 {
		lines = append(lines, ui.Words(theme.Muted, "Nothing here is called that."))
	}
	for len(lines) < p.rows+1 {
		lines = append(lines, nil)
	}
	lines = append(lines, nil, hints("enter", "run", "tab", "complete", "esc", "close"))
	return ui.Sheet(t, head, lines, w, maxH)
}

// line is one command: what it is called, what it does, and its key or why it
// is off.
func (p *palette) line(t *theme.Theme, c command, w int) ui.Text {
	const labels = 22
	role, right := theme.Text, c.key
	if c.off != "" {
		role, right = theme.Faint, "off: "+c.off
	}
	room := max(0, w-labels-ui.Width(right)-2)
	if room < 10 { // a long reason matters more than what it is about
		right = ui.Fit(t, right, max(0, min(ui.Width(right), w-labels-2)), ui.Left)
		room = max(0, w-labels-ui.Width(right)-2)
	}
	query := p.words()
	label := ui.Found(t, role, ui.Fit(t, c.label, labels-2, ui.Left)+"  ", query)
	help := ui.Found(t, theme.Muted, ui.Fit(t, c.help, room, ui.Left)+"  ", query)
	x := label.And(help...)
	if c.off != "" {
		return x.And(ui.Say(theme.Faint, right))
	}
	return x.And(ui.Say(theme.Text, right).Bold())
}

// hints are keys with what they do, for the last line of a sheet.
func hints(pairs ...string) ui.Text {
	var x ui.Text
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			x = x.And(ui.Say(theme.Text, "   "))
		}
		x = x.And(ui.Say(theme.Text, pairs[i]).Bold(), ui.Say(theme.Muted, " "+pairs[i+1]))
	}
	return x
}
