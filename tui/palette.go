package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// palette is everything that can be done here, to be typed for. Nothing that
// it starts is dangerous by itself: what destroys asks in a dialog of its own.
type palette struct {
	sheet
	source source

	input  ui.Input
	found  []command // what the query means, the best first
	lately []command // what was used lately and is not among it
	cursor int       // over both
	total  int
	rows   int // of what was found, when it was drawn last
}

// source is where the commands of a palette come from.
type source struct {
	// commands are always there; asked are there for who types for them.
	commands, asked []command
	// named are what has a name that a query means, such as a connector, and
	// names how many names there are.
	named func(query []string) []command
	names int
	// lately was used last, newest first; used tells that a command is used now.
	lately []command
	used   func(command)
}

// command is one line of the palette.
type command struct {
	// id tells it from the others of its palette.
	id string
	// label and help are what it says of itself; key is what one presses
	// instead, and off why it cannot be done now.
	label, help, key, off string
	// state is that of the version that it is about, or unspecified.
	state registryv1.State
	// says is how much there is of what it shows, such as a count by state.
	says ui.Text
	then action.Action
	// cost is how far its name is from the query that found it by its name.
	cost  int
	named bool

	low, text string // the label, and label and help, in lower case
}

// newPalette makes the palette with what can be done.
func newPalette(s source) *palette {
	p := &palette{source: s}
	p.input.Limit = 100
	p.find()
	return p
}

// Handle implements Dialog.
func (p *palette) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case sheetSeen:
		p.see(msg)
	case tea.PasteMsg:
		p.typed(msg)
	case tea.KeyPressMsg:
		return p.key(msg), nil
	case action.Scroll:
		p.cursor = max(0, min(p.cursor+msg.By, p.count()-1))
	case action.Point:
		if at := p.pointed(msg); at >= 0 {
			p.cursor = at
			return p.run(), nil
		}
	}
	return nil, nil
}

// key takes a key: what is no key of the palette itself is typed.
func (p *palette) key(msg tea.KeyPressMsg) action.Action {
	switch msg.String() {
	case "esc", "ctrl+k":
		return action.Back{}
	case "enter":
		return p.run()
	case "up", "ctrl+p", "shift+tab":
		p.step(-1)
	case "down", "ctrl+n":
		p.step(1)
	case "pgup":
		p.cursor = max(0, p.cursor-max(1, p.rows-1))
	case "pgdown":
		p.cursor = max(0, min(p.cursor+max(1, p.rows-1), p.count()-1))
	case "tab":
		p.complete()
	default:
		p.typed(msg)
	}
	return nil
}

// typed changes the query.
func (p *palette) typed(msg tea.Msg) {
	before := p.input.Value()
	if p.input.Handle(msg) && p.input.Value() != before {
		p.find()
	}
}

// count is how many lines there are to choose from.
func (p *palette) count() int { return len(p.found) + len(p.lately) }

// chosen is the command under the cursor.
func (p *palette) chosen() (c command, ok bool) {
	switch {
	case p.cursor < len(p.found):
		return p.found[p.cursor], true
	case p.cursor < p.count():
		return p.lately[p.cursor-len(p.found)], true
	default:
		return c, false
	}
}

// run does what is chosen. What is off says why, in the palette itself.
func (p *palette) run() action.Action {
	chosen, ok := p.chosen()
	if !p.seen || !ok || chosen.off != "" {
		return nil
	}
	p.source.used(chosen)
	return action.Close{Then: chosen.then}
}

// step moves the cursor by one line, around the ends.
func (p *palette) step(by int) {
	if n := p.count(); n > 0 {
		p.cursor = (p.cursor + by + n) % n
	}
}

// complete takes the name of what is chosen into the field.
func (p *palette) complete() {
	chosen, ok := p.chosen()
	if !ok {
		return
	}
	p.input.SetValue(chosen.label)
	p.find()
	p.cursor = max(0, slices.IndexFunc(p.found, func(c command) bool { return c.id == chosen.id }))
}

// query are the words that were typed, in lower case.
func (p *palette) query() []string { return strings.Fields(strings.ToLower(p.input.Value())) }

// find looks for what the query means. What was used lately stands below it,
// in any case, so that it is done again with few keys.
func (p *palette) find() {
	query, s := p.query(), p.source
	p.cursor, p.total = 0, len(s.commands)+len(s.asked)+s.names
	all := s.commands
	if len(query) > 0 {
		all = slices.Concat(s.commands, s.asked, s.named(query))
	}
	p.found = matching(all, query)
	has := func(list []command, id string) bool {
		return slices.ContainsFunc(list, func(c command) bool { return c.id == id })
	}
	if len(query) == 0 {
		p.lately = s.lately
		p.found = slices.DeleteFunc(p.found, func(c command) bool { return has(p.lately, c.id) })
		return
	}
	p.lately = slices.DeleteFunc(slices.Clone(s.lately), func(c command) bool { return has(p.found, c.id) })
}
