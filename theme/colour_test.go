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

// lightOf is the light of a colour.
func lightOf(t *testing.T, hex string) vector {
	t.Helper()
	c, ok := parse(hex)
	require.True(t, ok, "%q is no colour", hex)
	r, g, b := linear(c)
	return vector{r, g, b}
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
	p, q := lab(seen(m, lightOf(t, a))), lab(seen(m, lightOf(t, b)))
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
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, known := PaletteNamed(name)
			require.True(t, known)
			assert.Empty(t, p.Weaknesses())
		})
	}
}

// TestWeaknessesAreFound makes each text role of a palette unreadable in turn:
// the check that finds nothing wrong with the built-in ones can fail.
func TestWeaknessesAreFound(t *testing.T) {
	t.Parallel()
	for r := range Track {
		t.Run(r.String(), func(t *testing.T) {
			t.Parallel()
			p := Standard()
			*p.Dark.roles()[r.String()] = "#2d2c46"
			*p.Light.roles()[r.String()] = "#e3e1fb"
			found := map[string]Weak{}
			for _, weak := range p.Weaknesses() {
				found[weak.Side+" "+weak.Text] = weak
			}
			for side, on := range map[string]string{"dark": "selected", "light": "selected"} {
				weak, ok := found[side+" "+r.String()]
				require.True(t, ok, "%s of %s", r, side)
				assert.Equal(t, on, weak.On, "the worst surface is named")
				assert.Less(t, weak.Contrast, 1.1)
			}
		})
	}
	p := Standard()
	p.Light.Accent = "#cccccc"
	assert.Contains(t, p.Weaknesses(), Weak{"light", "bg", "accent", contrast("#cccccc", p.Light.Bg)}, "text on buttons")
	p.Dark.Text = "no colour"
	assert.Contains(t, p.Weaknesses(), Weak{"dark", "text", "bg", 1})
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
			assert.InDelta(t, tt.want, contrast(tt.text, tt.on), 0.06)
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
