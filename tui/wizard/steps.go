package wizard

import (
	"strconv"
	"strings"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// stripFrom is from how many cells on the strip names every step.
const stripFrom = 102

// strip shows how far one is: what is done, where one is, what comes. On a
// narrow page it names the present step only; w 0 is a line that is read.
func strip(t *theme.Theme, at, w int) []ui.Text {
	if w < stripFrom {
		x := ui.Line(ui.Say(theme.Muted, "step "+strconv.Itoa(at+1)+" of "+strconv.Itoa(len(names))+" "), ui.Say(theme.Text, names[at]).Bold())
		if w == 0 {
			return []ui.Text{x}
		}
		return []ui.Text{apart(x, shortBars(t, at), w), nil}
	}
	var words, bars ui.Text
	for i, name := range names {
		if i > 0 {
			words, bars = words.And(ui.Say(theme.Text, "    ")), bars.And(ui.Say(theme.Text, "    "))
		}
		word := ui.Say(theme.Muted, name)
		switch {
		case i == at:
			word = ui.Say(theme.Text, name).Bold()
		case i > at:
			word = ui.Say(theme.Faint, name)
		}
		words, bars = words.And(word), bars.And(bar(t, i, at, len(name)))
	}
	return []ui.Text{words, bars, nil}
}

// bar is the bar of one step.
func bar(t *theme.Theme, i, at, w int) ui.Span {
	switch {
	case i < at:
		return ui.Say(theme.Muted, strings.Repeat(t.Glyph(theme.GlyphDone), w))
	case i == at:
		return ui.Say(theme.Accent, strings.Repeat(t.Glyph(theme.GlyphDone), w))
	default:
		return ui.Say(theme.Track, strings.Repeat(t.Glyph(theme.GlyphRest), w))
	}
}

// shortBars are the bars without names.
func shortBars(t *theme.Theme, at int) ui.Text {
	var bars ui.Text
	for i := range names {
		if i > 0 {
			bars = bars.And(ui.Say(theme.Text, " "))
		}
		bars = bars.And(bar(t, i, at, 2))
	}
	return bars
}

// apart puts two texts at both ends of a line, the left one alone where there
// is no room.
func apart(left, right ui.Text, w int) ui.Text {
	gap := w - left.Width() - right.Width()
	if gap < 2 {
		return left
	}
	return left.And(ui.Say(theme.Text, strings.Repeat(" ", gap))).And(right...)
}
