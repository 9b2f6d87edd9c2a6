package theme

import (
	"regexp"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"golang.org/x/text/width"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const trueColour = colorprofile.TrueColor

// TestGlyphsTakeOneCellEverywhere checks that no terminal can disagree about
// the width of a sign.
func TestGlyphsTakeOneCellEverywhere(t *testing.T) {
	t.Parallel()
	for g, sign := range signs {
		r, size := utf8.DecodeRuneInString(sign.glyph)
		assert.Len(t, sign.glyph, size, "glyph %d is one rune", g)
		kind := width.LookupRune(r).Kind()
		assert.Contains(t, []width.Kind{width.Neutral, width.EastAsianNarrow}, kind, "%q may take two cells", sign.glyph)
		assert.Equal(t, 1, ansi.StringWidth(sign.glyph), "%q", sign.glyph)
		assert.Equal(t, 1, ansi.StringWidthWc(sign.glyph), "%q", sign.glyph)
		assert.Len(t, sign.ascii, 1, "ASCII form of %q", sign.glyph)
		assert.Less(t, sign.ascii[0], byte(0x7f))
		assert.GreaterOrEqual(t, sign.ascii[0], byte(' '))
	}
}

// TestMarksSayItThreeTimes checks that each state, verdict and check result
// has a glyph, a word and a role, and is known by each of glyph and word alone.
func TestMarksSayItThreeTimes(t *testing.T) {
	t.Parallel()
	for _, ascii := range []bool{false, true} {
		theme := New(Standard(), true, trueColour, ascii)
		for name, marks := range map[string][]Mark{
			"states":   marksOf(registryv1.State(0).Descriptor().Values().Len(), func(i int) Mark { return theme.State(registryv1.State(i)) }),
			"verdicts": marksOf(registryv1.VerdictStatus(0).Descriptor().Values().Len(), func(i int) Mark { return theme.Verdict(registryv1.VerdictStatus(i)) }),
			"checks":   marksOf(registryv1.CheckResult(0).Descriptor().Values().Len(), func(i int) Mark { return theme.CheckResult(registryv1.CheckResult(i)) }),
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				glyphs, words := map[string]bool{}, map[string]bool{}
				for _, m := range marks {
					assert.Equal(t, 1, ansi.StringWidth(m.Glyph), "glyph of %q", m.Word)
					assert.NotEqual(t, " ", m.Glyph, "glyph of %q", m.Word)
					assert.NotEmpty(t, m.Word)
					assert.NotEqual(t, Track, m.Role, "%q must be readable", m.Word)
					assert.False(t, glyphs[m.Glyph], "%s stands for two things", m.Glyph)
					assert.False(t, words[m.Word], "%s stands for two things", m.Word)
					glyphs[m.Glyph], words[m.Word] = true, true
				}
			})
		}
	}
}

// marksOf collects the marks of an enum.
func marksOf(n int, mark func(i int) Mark) []Mark {
	marks := make([]Mark, n)
	for i := range marks {
		marks[i] = mark(i)
	}
	return marks
}

// TestStatesOfTomorrow shows a state that only a newer registry knows.
func TestStatesOfTomorrow(t *testing.T) {
	t.Parallel()
	theme := New(Standard(), true, trueColour, false)
	assert.Equal(t, Mark{Glyph: "?", Word: "UNKNOWN_99", Role: Muted}, theme.State(99))
	assert.Equal(t, Mark{Glyph: "?", Word: "not checked", Role: Muted}, theme.Verdict(99))
	assert.Equal(t, Mark{Glyph: "?", Word: "not checked", Role: Muted}, theme.CheckResult(99))
}

// TestWhatIsFineWhispers checks which words take their mark's colour.
func TestWhatIsFineWhispers(t *testing.T) {
	t.Parallel()
	theme := New(Standard(), true, trueColour, false)
	assert.Equal(t, Muted, theme.State(registryv1.State_STATE_PUBLISHED).WordRole())
	assert.Equal(t, Motion, theme.State(registryv1.State_STATE_UPLOADING).WordRole())
	assert.Equal(t, Bad, theme.State(registryv1.State_STATE_FAILED).WordRole())
	assert.Equal(t, Bad, theme.Verdict(registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED).With("EXPIRED KEY").WordRole())
}

// TestSequences pins what each kind of terminal is sent for the styles that
// carry the look.
func TestSequences(t *testing.T) {
	t.Parallel()
	profiles := map[string]colorprofile.Profile{
		"true": trueColour, "256": colorprofile.ANSI256, "16": colorprofile.ANSI, "none": colorprofile.ASCII,
	}
	for _, tt := range []struct {
		name  string
		style Style
		want  map[string]string
	}{
		{"plain text", Style{}, map[string]string{"true": "\x1b[38;2;220;221;230m", "256": "\x1b[38;5;253m", "16": "", "none": ""}},
		{"bad", Style{Role: Bad}, map[string]string{"true": "\x1b[38;2;255;154;148m", "16": "\x1b[31m", "none": "\x1b[1m"}},
		{"muted", Style{Role: Muted}, map[string]string{"16": "", "none": ""}},
		{"cursor row", Style{Role: OK, On: Selected}, map[string]string{"true": "\x1b[38;2;127;211;163;48;2;45;44;71m", "16": "\x1b[7m", "none": "\x1b[7m"}},
		{"button", Style{On: Button, Attr: Bold}, map[string]string{"true": "\x1b[1;38;2;21;22;28;48;2;177;171;255m", "16": "\x1b[1;7;35m", "none": "\x1b[1;7m"}},
		{"text cursor", Style{Role: Accent, On: Field, Attr: Reverse}, map[string]string{"16": "\x1b[4;7;35m", "none": "\x1b[1;4;7m"}},
		{"field", Style{On: Field}, map[string]string{"16": "\x1b[4m", "none": "\x1b[4m"}},
		{"rule", Style{Role: Track, Attr: Underline}, map[string]string{"true": "\x1b[4;38;2;76;78;96m", "16": "\x1b[4;2m", "none": "\x1b[4m"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for name, want := range tt.want {
				theme := New(Standard(), true, profiles[name], false)
				assert.Equal(t, want, theme.Open(tt.style), "with %s colours", name)
			}
		})
	}
}

// TestSequencesAreStylesOnly checks every style of every theme: nothing but
// one SGR sequence is ever sent, and no style of a terminal without colours
// has one.
func TestSequencesAreStylesOnly(t *testing.T) {
	t.Parallel()
	sgr := regexp.MustCompile(`^(\x1b\[[0-9;]+m)?$`)
	colour := regexp.MustCompile(`[34][0-9]`)
	for _, profile := range []colorprofile.Profile{colorprofile.NoTTY, colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, trueColour} {
		theme := New(ColourBlind(), false, profile, false)
		for r := range roles {
			for f := range fills {
				for a := range attrs {
					open := theme.Open(Style{Role: r, On: f, Attr: a})
					assert.Regexp(t, sgr, open)
					if !theme.Colour() {
						assert.NotRegexp(t, colour, open)
					}
				}
			}
		}
	}
}

// TestStylesOutOfRange does not crash on values that no constant has.
func TestStylesOutOfRange(t *testing.T) {
	t.Parallel()
	theme := New(Standard(), true, trueColour, false)
	assert.NotPanics(t, func() {
		theme.Open(Style{Role: 200, On: 200, Attr: 255})
		theme.Glyph(200)
	})
	assert.Equal(t, "role(200)", Role(200).String())
	assert.Equal(t, "fill(200)", Fill(200).String())
	assert.Equal(t, "motion", Motion.String())
	assert.Equal(t, "danger button", DangerButton.String())
}

// TestProfile reads how many colours a terminal has from its environment.
func TestProfile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  []string
		want colorprofile.Profile
	}{
		{"full colours", []string{"TERM=xterm-256color", "COLORTERM=truecolor"}, trueColour},
		{"256", []string{"TERM=xterm-256color"}, colorprofile.ANSI256},
		{"16", []string{"TERM=xterm"}, colorprofile.ANSI},
		{"NO_COLOR", []string{"TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR=1"}, colorprofile.ASCII},
		{"NO_COLOR with any value", []string{"TERM=xterm-256color", "NO_COLOR=yes"}, colorprofile.ASCII},
		{"NO_COLOR empty", []string{"TERM=xterm-256color", "NO_COLOR="}, colorprofile.ANSI256},
		{"dumb", []string{"TERM=dumb"}, colorprofile.ASCII},
		{"nothing", nil, colorprofile.ASCII},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, Profile(tt.env))
		})
	}
}

// TestWantsASCII reads from the environment whether signs can be shown.
func TestWantsASCII(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  []string
		want bool
	}{
		{"UTF-8", []string{"LANG=de_CH.UTF-8"}, false},
		{"utf8", []string{"LANG=C.utf8"}, false},
		{"Latin 1", []string{"LANG=de_CH.ISO-8859-1"}, true},
		{"C", []string{"LANG=C"}, true},
		{"LC_ALL goes before LANG", []string{"LANG=C.UTF-8", "LC_ALL=POSIX"}, true},
		{"LC_CTYPE goes before LANG", []string{"LANG=C", "LC_CTYPE=C.UTF-8"}, false},
		{"nothing set", nil, false},
		{"Linux console", []string{"LANG=C.UTF-8", "TERM=linux"}, true},
		{"dumb", []string{"LANG=C.UTF-8", "TERM=dumb"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, WantsASCII(tt.env))
		})
	}
}

// TestPaletteNamed finds palettes by the names that configuration uses.
func TestPaletteNamed(t *testing.T) {
	t.Parallel()
	for _, want := range []Palette{Standard(), ColourBlind()} {
		got, ok := PaletteNamed(want.Name)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	_, ok := PaletteNamed("neon")
	assert.False(t, ok)
}

// TestColourBlindChangesFiveRoles keeps the two palettes from drifting apart.
func TestColourBlindChangesFiveRoles(t *testing.T) {
	t.Parallel()
	for _, side := range []struct{ standard, blind Colours }{
		{Standard().Dark, ColourBlind().Dark}, {Standard().Light, ColourBlind().Light},
	} {
		changed := side.blind
		for _, same := range []struct{ from, to *string }{
			{&side.standard.OK, &changed.OK},
			{&side.standard.Warn, &changed.Warn},
			{&side.standard.Bad, &changed.Bad},
			{&side.standard.Motion, &changed.Motion},
			{&side.standard.Accent, &changed.Accent},
		} {
			assert.NotEqual(t, *same.from, *same.to)
			*same.to = *same.from
		}
		assert.Equal(t, side.standard, changed)
	}
}

// BenchmarkNew measures what a change of the theme costs.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(Standard(), true, trueColour, false)
	}
}
