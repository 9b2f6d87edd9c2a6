package theme

import (
	"image/color"
	"math"
)

// LeastContrast is what the text of every built-in palette has on every
// surface: below it, people with ordinary sight begin to miss words.
const LeastContrast = 4.5

// The backgrounds of terminals that palettes are checked against, since the
// terminal's own background is kept: the usual extremes and two common ones.
var (
	darkTerminals  = []string{"#000000", "#282c34"}
	lightTerminals = []string{"#ffffff", "#fdf6e3"}
)

// Weak is a text that is hard to read on a surface.
type Weak struct {
	// Side is "dark" or "light".
	Side string
	// Text and On are roles as user themes spell them; On may be the colour
	// of a terminal instead.
	Text, On string
	// Contrast is that of the two, from 1 to 21.
	Contrast float64
}

// Weaknesses are the texts of a palette that have less than LeastContrast on
// one of its surfaces or on a usual terminal, for each text the worst of them.
func (p Palette) Weaknesses() []Weak {
	var all []Weak
	for _, side := range []struct {
		name      string
		colours   Colours
		terminals []string
	}{{"dark", p.Dark, darkTerminals}, {"light", p.Light, lightTerminals}} {
		all = append(all, side.colours.weaknesses(side.name, side.terminals)...)
	}
	return all
}

// weaknesses are those of one side of a palette.
func (c *Colours) weaknesses(side string, terminals []string) []Weak {
	surfaces := []named{{"bg", c.Bg}, {"surface", c.Surface}, {"overlay", c.Overlay}, {"selected", c.Selected}, {"flash", c.Flash}}
	for _, terminal := range terminals {
		surfaces = append(surfaces, named{terminal, terminal})
	}
	var all []Weak
	for r := range Track {
		if worst := worstOf(side, named{r.String(), c.role(r)}, surfaces); worst.Contrast < LeastContrast {
			all = append(all, worst)
		}
	}
	// Text on a focused button takes the colour of the background.
	buttons := []named{{"accent", c.Accent}, {"bad", c.Bad}}
	if worst := worstOf(side, named{"bg", c.Bg}, buttons); worst.Contrast < LeastContrast {
		all = append(all, worst)
	}
	return all
}

// named is a colour with what it is called.
type named struct{ name, hex string }

// worstOf is the surface on which a text is read worst.
func worstOf(side string, text named, surfaces []named) Weak {
	worst := Weak{Side: side, Text: text.name, Contrast: math.Inf(1)}
	for _, surface := range surfaces {
		if got := contrast(text.hex, surface.hex); got < worst.Contrast {
			worst.On, worst.Contrast = surface.name, got
		}
	}
	return worst
}

// contrast is that of two colours after WCAG 2, from 1 to 21. What is no
// colour has none.
func contrast(a, b string) float64 {
	one, okOne := parse(a)
	other, okOther := parse(b)
	if !okOne || !okOther {
		return 1
	}
	x, y := luminance(one), luminance(other)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is how bright a colour is, from 0 to 1.
func luminance(c color.RGBA) float64 {
	r, g, b := linear(c)
	return 0.2126*r + 0.7152*g + 0.0722*b
}

// linear is the light of a colour, each part from 0 to 1.
func linear(c color.RGBA) (r, g, b float64) {
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return part(c.R), part(c.G), part(c.B)
}
