package theme

import (
	"image/color"
	"strconv"
)

// role returns the colour of text.
func (c *Colours) role(r Role) string {
	return [roles]string{c.Text, c.Muted, c.Faint, c.Accent, c.OK, c.Warn, c.Bad, c.Motion, c.Track}[r]
}

// fill returns the colour that text lies on; it is empty for the page, whose
// background is the terminal's own.
func (c *Colours) fill(f Fill) string {
	return [fills]string{"", c.Bg, c.Surface, c.Overlay, c.Selected, c.Flash, c.Accent, c.Bad}[f]
}

// parse reads "#rrggbb".
func parse(hex string) (c color.RGBA, ok bool) {
	if len(hex) != 7 || hex[0] != '#' {
		return c, false
	}
	value, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return c, false
	}
	return color.RGBA{R: uint8(value >> 16), G: uint8(value >> 8), B: uint8(value), A: 255}, true //nolint:gosec // a byte each
}

// steps are the levels of the 6x6x6 cube of 256 colours.
var steps = [6]int{0, 95, 135, 175, 215, 255}

// nearest256 returns the entry of the 256 colours that is nearest, among the
// cube and the greys; the first 16 are skipped since people redefine them.
func nearest256(c color.RGBA) int {
	best, bestDistance := 0, 1<<30
	consider := func(index, r, g, b int) {
		dr, dg, db := int(c.R)-r, int(c.G)-g, int(c.B)-b
		if d := 3*dr*dr + 4*dg*dg + 2*db*db; d < bestDistance {
			best, bestDistance = index, d
		}
	}
	for i, r := range steps {
		for j, g := range steps {
			for k, b := range steps {
				consider(16+36*i+6*j+k, r, g, b)
			}
		}
	}
	for i := range 24 {
		level := 8 + 10*i
		consider(232+i, level, level, level)
	}
	return best
}
