package theme

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// vector is a colour in some space of three dimensions.
type vector [3]float64

// linear returns the light of a colour, each part from 0 to 1.
func linear(t *testing.T, hex string) vector {
	t.Helper()
	c, ok := parse(hex)
	require.True(t, ok, "%q is no colour", hex)
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return vector{part(c.R), part(c.G), part(c.B)}
}

// contrast is the WCAG contrast of two colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(v vector) float64 { return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2] }
	la, lb := luminance(linear(t, a)), luminance(linear(t, b))
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// Simulations of what people without red or green cones see, after Machado,
// Oliveira and Fernandes (2009), full severity, on linear light.
var simulations = map[string][3]vector{
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
}

// seen applies a simulation to linear light.
func seen(m [3]vector, v vector) vector {
	var out vector
	for i, row := range m {
		out[i] = min(1, max(0, row[0]*v[0]+row[1]*v[1]+row[2]*v[2]))
	}
	return out
}

// lab converts linear light to CIE L*a*b* under D65.
func lab(v vector) vector {
	f := func(t float64) float64 {
		if t > 0.008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	x := f((0.4124564*v[0] + 0.3575761*v[1] + 0.1804375*v[2]) / 0.95047)
	y := f(0.2126729*v[0] + 0.7151522*v[1] + 0.0721750*v[2])
	z := f((0.0193339*v[0] + 0.1191920*v[1] + 0.9503041*v[2]) / 1.08883)
	return vector{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// distance is the CIE76 distance of two colours under a simulation.
func distance(t *testing.T, m [3]vector, a, b string) float64 {
	t.Helper()
	p, q := lab(seen(m, linear(t, a))), lab(seen(m, linear(t, b)))
	return math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
}

// smallest is the smallest distance of any two colours that carry meaning,
// under any simulation.
func smallest(t *testing.T, c Colours) float64 {
	t.Helper()
	meaning := []Role{OK, Warn, Bad, Motion}
	least := math.Inf(1)
	for _, m := range simulations {
		for i, a := range meaning {
			for _, b := range meaning[i+1:] {
				least = min(least, distance(t, m, c.role(a), c.role(b)))
			}
		}
	}
	return least
}

// TestEveryTextCanBeRead computes the contrast of each text role on each
// surface of its palette and on common backgrounds of terminals.
func TestEveryTextCanBeRead(t *testing.T) {
	t.Parallel()
	for _, p := range []Palette{Standard(), ColourBlind()} {
		for _, side := range []struct {
			name      string
			colours   Colours
			terminals []string
		}{
			{"dark", p.Dark, []string{"#000000", "#282c34"}},
			{"light", p.Light, []string{"#ffffff", "#fdf6e3"}},
		} {
			t.Run(p.Name+" "+side.name, func(t *testing.T) {
				t.Parallel()
				c := side.colours
				backgrounds := append([]string{c.Bg, c.Surface, c.Overlay, c.Selected, c.Flash}, side.terminals...)
				for r := range Track {
					for _, background := range backgrounds {
						assert.GreaterOrEqual(t, contrast(t, c.role(r), background), 4.5, "%s on %s", r, background)
					}
				}
				for _, button := range []Fill{Button, DangerButton} {
					assert.GreaterOrEqual(t, contrast(t, c.Bg, c.fill(button)), 4.5, "text on a %s", button)
				}
			})
		}
	}
}

// TestContrastIsWhatTheTablesSay compares a few figures with those that the
// palettes were chosen by, so that the computation itself is tested.
func TestContrastIsWhatTheTablesSay(t *testing.T) {
	t.Parallel()
	dark, light := Standard().Dark, Standard().Light
	for _, tt := range []struct {
		text, on string
		want     float64
	}{
		{dark.Text, dark.Bg, 13.3},
		{dark.Faint, dark.Bg, 6.4},
		{dark.Accent, dark.Bg, 8.7},
		{light.Text, light.Bg, 15.6},
		{light.Warn, light.Bg, 7.4},
		{"#000000", "#ffffff", 21},
	} {
		t.Run(tt.text+" on "+tt.on, func(t *testing.T) {
			t.Parallel()
			assert.InDelta(t, tt.want, contrast(t, tt.text, tt.on), 0.06)
		})
	}
}

// TestColourBlindPalettesKeepMeaningsApart checks what those palettes are
// for, against what the standard ones give.
func TestColourBlindPalettesKeepMeaningsApart(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		standard Colours
		blind    Colours
		was, is  float64
	}{
		{"dark", Standard().Dark, ColourBlind().Dark, 10, 31},
		{"light", Standard().Light, ColourBlind().Light, 4, 15},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.InDelta(t, tt.was, smallest(t, tt.standard), 0.6)
			assert.InDelta(t, tt.is, smallest(t, tt.blind), 0.6)
		})
	}
}

// TestTintsSurvive256Colours checks that what has a fill of its own still
// differs from the page where only 256 colours are left.
func TestTintsSurvive256Colours(t *testing.T) {
	t.Parallel()
	for _, p := range []Palette{Standard(), ColourBlind()} {
		for i, c := range []Colours{p.Dark, p.Light} {
			t.Run(fmt.Sprintf("%s %d", p.Name, i), func(t *testing.T) {
				t.Parallel()
				index := func(hex string) int {
					rgb, ok := parse(hex)
					require.True(t, ok)
					return nearest256(rgb)
				}
				for _, fill := range []string{c.Overlay, c.Selected} {
					assert.NotEqual(t, index(c.Bg), index(fill), "%s looks like the page", fill)
				}
			})
		}
	}
}

// TestWrongColoursCostColourOnly gives a theme what a person may have
// mistyped: nothing of it reaches the terminal.
func TestWrongColoursCostColourOnly(t *testing.T) {
	t.Parallel()
	for _, hex := range []string{"", "red", "#12", "#zzzzzz", "#1234567", "\x1b[2J"} {
		t.Run(fmt.Sprintf("%q", hex), func(t *testing.T) {
			t.Parallel()
			p := Standard()
			p.Dark.Bad = hex
			open := New(p, true, trueColour, false).Open(Style{Role: Bad})
			assert.Equal(t, "\x1b[39m", open)
		})
	}
}
