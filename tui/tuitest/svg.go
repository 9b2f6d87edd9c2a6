package tuitest

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// The size of one cell of a picture, in pixels.
const (
	cellWidth  = 8.4
	cellHeight = 18
	fontSize   = 14
	pageMargin = 16
)

// SVG draws the screen as a picture on a terminal with these colours. Every
// character that is not ASCII stands at a place of its own, so that fonts
// with other widths do not move a column.
func (s Screen) SVG(foreground, background string) string {
	var b strings.Builder
	width, height := float64(s.Width)*cellWidth+2*pageMargin, float64(s.Height)*cellHeight+2*pageMargin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", background)
	fmt.Fprintf(&b, `<g font-family="ui-monospace, 'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="%d" xml:space="preserve">`+"\n", fontSize)
	for y := range s.Cells {
		for x := 0; x < s.Width; {
			end := s.run(x, y)
			s.draw(&b, x, end, y, foreground, background)
			x = end
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// run returns where the stretch of cells in the style of the one at x ends.
func (s Screen) run(x, y int) int {
	first := s.Cells[y][x]
	end := x + 1
	for end < s.Width && s.Cells[y][end].Style() == first.Style() {
		end++
	}
	return end
}

func ascii(c Cell) bool { return len(c.Content) == 1 && c.Content[0] < 0x7f }

// draw draws one stretch: its fill, its text, its lines.
func (s Screen) draw(b *strings.Builder, from, to, y int, foreground, background string) {
	c := s.Cells[y][from]
	fill, ink := c.Background, c.Foreground
	if ink == "" {
		ink = foreground
	}
	if c.Reverse {
		if fill == "" {
			fill = background
		}
		fill, ink = ink, fill
	}
	left, top := pageMargin+float64(from)*cellWidth, pageMargin+float64(y)*cellHeight
	wide := float64(to-from) * cellWidth
	if fill != "" {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.0f" width="%.1f" height="%d" fill="%s" shape-rendering="crispEdges"/>`+"\n", left, top, wide, cellHeight, fill)
	}
	if c.Underline {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="1" fill="%s"/>`+"\n", left, top+cellHeight-2, wide, ink)
	}
	if c.Struck {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="1" fill="%s"/>`+"\n", left, top+cellHeight/2, wide, ink)
	}
	s.letters(b, from, to, y, ink)
}

// letters draws the text of a stretch: words of ASCII at once, with their
// length pinned, everything else character by character.
func (s Screen) letters(b *strings.Builder, from, to, y int, ink string) {
	weight := ""
	if s.Cells[y][from].Bold {
		weight = ` font-weight="bold"`
	}
	for x := from; x < to; {
		if strings.TrimSpace(s.Cells[y][x].Content) == "" {
			x++
			continue
		}
		end := x
		var text strings.Builder
		for end < to && strings.TrimSpace(s.Cells[y][end].Content) != "" && (ascii(s.Cells[y][end]) || end == x) {
			text.WriteString(s.Cells[y][end].Content)
			end++
			if !ascii(s.Cells[y][end-1]) {
				break
			}
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f" fill="%s"%s>`, pageMargin+float64(x)*cellWidth,
			pageMargin+float64(y)*cellHeight+cellHeight*0.74, float64(end-x)*cellWidth, ink, weight)
		_ = xml.EscapeText(b, []byte(text.String())) // a strings.Builder takes everything
		b.WriteString("</text>\n")
		x = end
	}
}
