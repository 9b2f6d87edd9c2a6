package ui

import (
	"strings"

	"github.com/registrar-console/registrar/theme"
)

// Span is a piece of text in one style. Its text may come from anywhere: it
// is cleaned when it is drawn.
type Span struct {
	Text  string
	Style theme.Style
}

// Say makes a span of a role.
func Say(r theme.Role, text string) Span {
	return Span{Text: text, Style: theme.Style{Role: r}}
}

// Bold returns the span in bold.
func (s Span) Bold() Span { s.Style.Attr |= theme.Bold; return s }

// Underline returns the span underlined.
func (s Span) Underline() Span { s.Style.Attr |= theme.Underline; return s }

// Struck returns the span struck through.
func (s Span) Struck() Span { s.Style.Attr |= theme.Struck; return s }

// On returns the span on a fill of its own.
func (s Span) On(f theme.Fill) Span { s.Style.On = f; return s }

// Text is one line of styled text that does not know yet how wide it is.
type Text []Span

// Line makes a text of spans.
func Line(spans ...Span) Text { return spans }

// Words makes a text of one role.
func Words(r theme.Role, text string) Text { return Text{Say(r, text)} }

// Mark returns a mark as text: the glyph in its colour, a blank, the word.
func Mark(m theme.Mark) Text {
	return Text{Say(m.Role, m.Glyph+" "), Say(m.WordRole(), m.Word)}
}

// Facts joins texts by the separator, for titles and status rows.
func Facts(t *theme.Theme, facts ...Text) Text {
	var out Text
	for _, fact := range facts {
		if fact.Width() == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, Say(theme.Muted, " "+t.Glyph(theme.GlyphPast)+" "))
		}
		out = append(out, fact...)
	}
	return out
}

// And returns the text followed by spans, leaving the receiver as it is.
func (x Text) And(spans ...Span) Text {
	return append(append(make(Text, 0, len(x)+len(spans)), x...), spans...)
}

// Width returns how many cells the text takes.
func (x Text) Width() int {
	width := 0
	for _, s := range x {
		width += Width(s.Text)
	}
	return width
}

// String returns the text without styles.
func (x Text) String() string {
	var b strings.Builder
	for _, s := range x {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Fit draws the text in exactly w cells of the page.
func (x Text) Fit(t *theme.Theme, w int) string {
	return x.FitOn(t, w, Left, theme.Page)
}

// FitOn draws the text in exactly w cells of a fill. Spans with a fill of
// their own keep it.
func (x Text) FitOn(t *theme.Theme, w int, a Align, on theme.Fill) string {
	if w <= 0 {
		return ""
	}
	var b strings.Builder
	b.Grow(w + perSpan*len(x))
	x.write(&b, t, w, a, on, 0)
	return b.String()
}

// perSpan is about what the sequences of one span take.
const perSpan = 28

// write draws the text into b; attr is added to every span.
func (x Text) write(b *strings.Builder, t *theme.Theme, w int, a Align, on theme.Fill, attr theme.Attr) {
	if w <= 0 {
		return
	}
	if a == Right {
		if air := w - x.Width(); air > 0 {
			writeBlank(b, t, air, on, attr)
			w -= air
		}
	}
	for i, s := range x {
		if w == 0 {
			return
		}
		style := s.Style
		if style.On == theme.Page {
			style.On = on
		}
		style.Attr |= attr
		text, width := cut(t, s.Text, w)
		if width == w && text == s.Text && !x[i+1:].blank() {
			// It fits to the last cell, but more was to come.
			text, width = cut(t, s.Text+" ", w)
		}
		open := t.Open(style)
		b.WriteString(open)
		b.WriteString(text)
		if open != "" {
			b.WriteString(theme.Reset)
		}
		w -= width
	}
	writeBlank(b, t, w, on, attr)
}

// blank reports whether nothing of the text can be seen.
func (x Text) blank() bool {
	for _, s := range x {
		if strings.Trim(s.Text, " ") != "" {
			return false
		}
	}
	return true
}

// writeBlank draws n blank cells of a fill.
func writeBlank(b *strings.Builder, t *theme.Theme, n int, on theme.Fill, attr theme.Attr) {
	if n <= 0 {
		return
	}
	if on == theme.Page && attr == 0 {
		b.WriteString(blanks(n))
		return
	}
	b.WriteString(t.Paint(theme.Style{On: on, Attr: attr}, blanks(n)))
}

// Spread draws one line with a text on each side, in w cells with the air of
// the grid: two cells left, two right. The right text gives way first when
// both do not fit, down to nothing.
func Spread(t *theme.Theme, left, right Text, w int) string {
	if w <= 2*margin {
		return blanks(w)
	}
	return spread(t, left, right, w-2*margin, margin, margin, theme.Page)
}

// margin is the air on both sides of the page: column 0 is the cursor bar,
// column 1 air; on the right two cells of air.
const margin = 2

// gap is the least air between two texts on one line.
const gap = 2

// spread draws left and right in inner cells between two margins.
func spread(t *theme.Theme, left, right Text, inner, before, after int, on theme.Fill) string {
	var b strings.Builder
	b.Grow(before + inner + after + perSpan*(len(left)+len(right)))
	writeBlank(&b, t, before, on, 0)
	if inner > 0 {
		lw, rw := left.Width(), right.Width()
		if rw > 0 && lw+gap+rw > inner {
			rw = max(0, inner-lw-gap)
		}
		if rw > 0 && rw < min(right.Width(), 8) {
			rw = 0
		}
		left.write(&b, t, inner-rw, Left, on, 0)
		right.write(&b, t, rw, Right, on, 0)
	}
	writeBlank(&b, t, after, on, 0)
	return b.String()
}
