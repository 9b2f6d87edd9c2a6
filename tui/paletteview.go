package tui

import (
	"strings"

	"github.com/registrar-console/registrar/client/filter"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// The measures of the palette: its text, its lines, its labels, from which
// width on it says more than labels and keys, and from how many lines on it
// shows what was used lately.
const (
	paletteWidth   = 84
	paletteLines   = 17
	paletteLabels  = 27
	paletteWide    = 56
	paletteLately  = 8
	paletteCaption = "Used lately"
)

// View implements Dialog.
func (p *palette) View(l ui.Look, maxW, maxH int) []string {
	t := l.Theme
	w := ui.SheetWidth(paletteWidth, maxW)
	room := max(1, min(paletteLines, maxH-ui.SheetHead(t)-4))
	p.rows = room
	if len(p.lately) > 0 && room >= paletteLately {
		p.rows = room - len(p.lately) - 2
	}
	lines, at := []ui.Text{nil}, []int{-1}
	add := func(x ui.Text, i int) { lines, at = append(lines, x), append(at, i) }

	top := max(0, min(p.cursor-p.rows/2, len(p.found)-p.rows))
	for i := top; i < min(top+p.rows, len(p.found)); i++ {
		add(p.line(t, &p.found[i], w, i == p.cursor), i)
	}
	if len(p.found) == 0 {
		add(ui.Words(theme.Muted, "Nothing here is called that."), -1)
	}
	if p.rows < room {
		add(nil, -1)
		add(ui.Words(theme.Faint, paletteCaption), -1)
		for i := range p.lately {
			add(p.line(t, &p.lately[i], w, len(p.found)+i == p.cursor), len(p.found)+i)
		}
	}
	for len(lines) <= room {
		add(nil, -1)
	}
	add(p.note(t, w), -1)
	add(hints("enter", "run", "tab", "complete", "esc", "close"), -1)
	p.drawn(t, at, nil, 0)
	return ui.Sheet(t, p.head(t, w), lines, w, maxH)
}

// head is the field, and how much of everything it leaves.
func (p *palette) head(t *theme.Theme, w int) ui.Text {
	count := words.Count(len(p.found)) + " of " + words.Count(p.total)
	field := p.input.View(t, max(1, w-len(count)-4), true)[0]
	x := ui.Line(ui.Say(theme.Accent, ">").Bold()).And(field...)
	return x.And(ui.Say(theme.Faint, ui.Fit(t, count, max(0, w-x.Width()), ui.Right)))
}

// note says in full why what is chosen is off: its own line may be too short.
func (p *palette) note(t *theme.Theme, w int) ui.Text {
	chosen, ok := p.chosen()
	if !ok || chosen.off == "" {
		return nil
	}
	said := chosen.label + ": " + chosen.off
	return ui.Words(theme.Warn, ui.Fit(t, said, min(ui.Width(said), w), ui.Left))
}

// line is one command: what it is called, what it does or why it is off, and
// its key.
func (p *palette) line(t *theme.Theme, c *command, w int, chosen bool) ui.Text {
	const air = 2
	query := p.query()
	role := theme.Text
	if c.off != "" {
		role = theme.Faint
	}
	labels := paletteLabels
	if w < paletteWide {
		labels = w - ui.Width(c.key)
	}
	label := ui.Fit(t, c.label, max(1, labels-air), ui.Left) + "  "
	name := ui.Say(role, label)
	if chosen && c.off == "" {
		name = name.Bold()
	}
	x := ui.Lit(t, ui.Line(name), c.letters(label, query))
	if w >= paletteWide {
		x = x.And(c.detail(t, query, w-labels-ui.Width(c.key)-air)...)
	}
	if air := w - x.Width() - ui.Width(c.key); air > 0 {
		x = x.And(ui.Say(theme.Text, strings.Repeat(" ", air)))
	}
	key := ui.Say(theme.Accent, c.key)
	if c.off != "" {
		key = ui.Say(theme.Faint, c.key)
	}
	if x = x.And(key); chosen {
		return x.Chosen(w)
	}
	return x
}

// detail says more of a command in so many cells.
func (c *command) detail(t *theme.Theme, query []string, w int) ui.Text {
	fit := func(text string) string { return ui.Fit(t, text, max(0, min(ui.Width(text), w)), ui.Left) }
	switch {
	case c.off != "":
		return ui.Words(theme.Faint, fit("off: "+c.off))
	case c.says.Width() > 0:
		return c.says
	case c.state != registryv1.State_STATE_UNSPECIFIED:
		const states = 14
		mark := ui.Mark(t.State(c.state))
		air := strings.Repeat(" ", max(2, states-mark.Width()))
		w -= mark.Width() + len(air)
		return mark.And(ui.Say(theme.Muted, air+fit(c.help)))
	default:
		help := fit(c.help)
		return ui.Lit(t, ui.Words(theme.Muted, help), inside(help, query))
	}
}

// letters are the parts of a label that a query means: its words, or else its
// letters one by one.
func (c *command) letters(label string, query []string) []ui.Stretch {
	found := inside(label, query)
	if len(found) > 0 || len(query) != 1 {
		return found
	}
	low := lowered(label)
	if c.named {
		name := strings.TrimPrefix(strings.TrimRight(low, " "), lowered(goTo))
		for _, at := range filter.Letters(query[0], name) {
			found = append(found, ui.Stretch{From: len(goTo) + at, To: len(goTo) + at + 1})
		}
		return found
	}
	if !strings.Contains(c.text, query[0]) {
		return inOrder(low, query[0])
	}
	return nil
}

// inside are the stretches of a text that are words of a query.
func inside(text string, query []string) []ui.Stretch {
	var found []ui.Stretch
	low := lowered(text)
	for _, word := range query {
		if at := strings.Index(low, word); at >= 0 {
			found = append(found, ui.Stretch{From: at, To: at + len(word)})
		}
	}
	return found
}

// lowered is a text in lower case with every byte where it was: letters
// outside of ASCII stay as they are.
func lowered(text string) string {
	low := []byte(text)
	for i, b := range low {
		if 'A' <= b && b <= 'Z' {
			low[i] = b + 'a' - 'A'
		}
	}
	return string(low)
}
