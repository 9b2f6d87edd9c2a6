package ui

import (
	"fmt"
	"math"
	"strings"

	"github.com/registrar-console/registrar/theme"
)

// ProgressBar is a bar of w cells of which a fraction is done.
func ProgressBar(t *theme.Theme, fraction float64, w int, role theme.Role) Text {
	if w <= 0 {
		return nil
	}
	done := filled(fraction, w)
	return Line(
		Say(role, strings.Repeat(t.Glyph(theme.GlyphDone), done)),
		Say(theme.Track, strings.Repeat(t.Glyph(theme.GlyphRest), w-done)),
	)
}

// filled returns how many of w cells are done: all of them only when all is,
// and at least one once anything is.
func filled(fraction float64, w int) int {
	switch {
	case math.IsNaN(fraction) || fraction <= 0:
		return 0
	case fraction >= 1:
		return w
	default:
		return min(max(1, int(fraction*float64(w))), max(0, w-1))
	}
}

// Percent writes a fraction in five cells, rounded down: 100 % is said when
// all is done, never before.
func Percent(fraction float64) string {
	switch {
	case math.IsNaN(fraction) || fraction < 0:
		fraction = 0
	case fraction > 1:
		fraction = 1
	}
	return fmt.Sprintf("%3d %%", int(fraction*100))
}

// Progress is one thing on its way, such as the upload of one platform. All
// figures come as text from the caller, who knows units, rates and waits.
type Progress struct {
	Label    string
	Fraction float64
	Mark     theme.Mark // its role colours the bar
	Amount   string     // "10.2 of 14.1 MB, 3.9 MB/s"
	Note     Text       // what happens next, or what went wrong
	When     string     // "1 s left", "retry in 4 s"
	Brief    string     // what stands for Amount and When on a narrow screen
}

// Widths of the columns of a progress row.
const (
	progressLabel = 16
	progressWide  = 96 // below this a row is one line
)

// Lines draws the row: two lines of w cells, or one where the screen is
// narrow. chosen makes the label bold.
func (p Progress) Lines(t *theme.Theme, w int, chosen bool) []Text {
	label := Say(theme.Text, Fit(t, p.Label, progressLabel-1, Left)+" ")
	if chosen {
		label = label.Bold()
	}
	if w < progressWide {
		return []Text{p.narrow(t, label, w)}
	}
	const bar, percent = 40, 5
	state := Mark(p.Mark)
	x := Line(label)
	x = append(x, ProgressBar(t, p.Fraction, bar, p.Mark.Role)...)
	x = append(x, Say(theme.Muted, "  "+Percent(p.Fraction)+"   "))
	x = append(x, state...)
	used := progressLabel + bar + 2 + percent + 3 + state.Width()
	first := append(x, flushRight(t, Say(theme.Muted, p.Amount), w-used)...)

	second := Line(Say(theme.Text, blanks(progressLabel)))
	room := w - progressLabel
	if p.When != "" {
		room -= Width(p.When) + gap
	}
	note := clip(t, p.Note, room)
	second = append(second, note...)
	second = append(second, flushRight(t, Say(theme.Text, p.When), w-progressLabel-note.Width())...)
	return []Text{first, second}
}

// narrow draws the row on one line.
func (p Progress) narrow(t *theme.Theme, label Span, w int) Text {
	bar := min(16, max(0, w-progressLabel-36))
	x := Line(label)
	x = append(x, ProgressBar(t, p.Fraction, bar, p.Mark.Role)...)
	state := append(Line(Say(theme.Text, blanks(gap))), Mark(p.Mark)...)
	x = append(x, state...)
	return append(x, flushRight(t, Say(theme.Muted, p.Brief), w-progressLabel-bar-state.Width())...)
}

// flushRight puts a span at the right end of room cells, at least one blank
// before it.
func flushRight(t *theme.Theme, s Span, room int) Text {
	if room <= 0 {
		return nil
	}
	width := min(Width(s.Text), max(0, room-1))
	s.Text = Fit(t, s.Text, width, Left)
	return Line(Say(theme.Text, blanks(room-width)), s)
}

// clip cuts a text to at most w cells.
func clip(t *theme.Theme, x Text, w int) Text {
	var clipped Text
	for _, s := range x {
		if w <= 0 {
			break
		}
		text, width := cut(t, s.Text, w)
		clipped = append(clipped, Span{Text: text, Style: s.Style})
		w -= width
	}
	return clipped
}
