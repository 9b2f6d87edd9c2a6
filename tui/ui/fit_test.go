package ui_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// Themes of the tests.
var (
	dark      = theme.New(theme.Standard(), true, colorprofile.TrueColor, false)
	noColour  = theme.New(theme.Standard(), true, colorprofile.ASCII, false)
	asciiOnly = theme.New(theme.Standard(), true, colorprofile.TrueColor, true)
)

func TestFit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		in   string
		w    int
		want string
	}{
		{"shorter than its cells", "okta", 6, "okta  "},
		{"exactly as long", "okta", 4, "okta"},
		{"cut", "okta-aws-federation", 8, "okta-aw⋯"},
		{"cut to one cell", "okta", 1, "⋯"},
		{"no cells", "okta", 0, ""},
		{"negative cells", "okta", -3, ""},
		{"nothing", "", 3, "   "},
		{"wide characters", "日本語", 6, "日本語"},
		{"a wide character does not fit in half", "日本語", 4, "日⋯ "},
		{"a wide character before the last cell", "日本", 3, "日⋯"},
		{"accents, composed and not", "Zürich Zu\u0308rich", 13, "Zürich Zu\u0308rich"},
		{"line breaks and tabs are blanks", "a\nb\r\nc\td", 9, "a b c d  "},
		{"escape sequences lose their control", "\x1b[2Jx\x1b]0;t\x07", 14, "?[2Jx?]0;t?   "},
		{"C1 controls", "a\u009b31mb", 7, "a?31mb "},
		{"invalid UTF-8", "a\xff\xfeb", 5, "a??b "},
		{"reading order is not turned around", "exe\u202egpj", 8, "exe?gpj "},
		{"isolates and marks of direction", "a\u2066b\u200fc", 6, "a?b?c "},
		{"what has no width is shown", "a\u200bb\ufeffc", 6, "a?b?c "},
		{"blanks of other widths are one blank", "a\u00a0b\u3000c\u2003d", 8, "a b c d "},
		{"private characters", "a\ue0b0b", 4, "a?b "},
		{"a mark without a base", "\u0301a", 3, "a  "},
		{"a composed emoji that terminals disagree about", "👩‍💻x", 4, "👩x "},
		{"an emoji by variation", "❤\ufe0fx", 4, "❤x  "},
		{"a pile of marks", "a" + strings.Repeat("\u0301", 60) + "b", 3, "ab "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, ui.Fit(dark, tt.in, tt.w, ui.Left))
		})
	}
}

func TestFitFlushRight(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "  19h", ui.Fit(dark, "19h", 5, ui.Right))
	assert.Equal(t, "19⋯", ui.Fit(dark, "19 hours", 3, ui.Right))
}

func TestFitASCII(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Z?rich ", ui.Fit(asciiOnly, "Zürich", 7, ui.Left))
	assert.Equal(t, "?? x", ui.Fit(asciiOnly, "日 x", 4, ui.Left))
	assert.Equal(t, "okt$", ui.Fit(asciiOnly, "oktaaa", 4, ui.Left))
}

func TestWidth(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 4, ui.Width("okta"))
	assert.Equal(t, 6, ui.Width("日本語"))
	assert.Equal(t, 4, ui.Width("\x1b[2J"))
	assert.Equal(t, 0, ui.Width(""))
}

// FuzzFit: whatever comes in, exactly the asked cells go out, and nothing in
// them controls a terminal.
func FuzzFit(f *testing.F) {
	for _, seed := range []string{"", "okta", "\x1b[31mred", "日本語", "e\u0301\u0301", "👩‍👩‍👧", "🇩🇪🇫🇷", "\xff\xfe", "a\u202eb", "\u1100\u1161", "ก็็็็", "a\u0000b", "❤\ufe0f"} {
		f.Add(seed, 7)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = min(max(w, 0), 200)
		for _, look := range []*theme.Theme{dark, asciiOnly} {
			for _, align := range []ui.Align{ui.Left, ui.Right} {
				assertFits(t, look, ui.Fit(look, s, w, align), w)
			}
		}
		if own := ui.Width(s); own <= w {
			whole := ui.Fit(dark, s, own, ui.Left)
			assert.Equal(t, whole+strings.Repeat(" ", w-own), ui.Fit(dark, s, w, ui.Left), "what fits is not cut")
		}
	})
}

// assertFits checks what Fit promises.
func assertFits(t *testing.T, look *theme.Theme, got string, w int) {
	t.Helper()
	assert.True(t, utf8.ValidString(got), "%q", got)
	assert.Equal(t, w, ansi.StringWidth(got), "width of %q by clusters", got)
	assert.Equal(t, w, ansi.StringWidthWc(got), "width of %q by runes", got)
	for _, r := range got {
		assert.False(t, unicode.IsControl(r), "control in %q", got)
		assert.False(t, unicode.Is(unicode.Bidi_Control, r), "direction in %q", got)
		if look.ASCII() {
			assert.Less(t, r, rune(0x7f), "%q", got)
		}
	}
}

func TestTextFitsItsCells(t *testing.T) {
	t.Parallel()
	mark := ui.Line(ui.Say(theme.OK, "✓ "), ui.Say(theme.Muted, "PUBLISHED"))
	for _, tt := range []struct {
		name string
		text ui.Text
		w    int
		want string
	}{
		{"room to spare", mark, 13, "✓ PUBLISHED  "},
		{"exact", mark, 11, "✓ PUBLISHED"},
		{"cut in the second span", mark, 7, "✓ PUBL⋯"},
		{"cut between spans", mark, 2, "✓⋯"},
		{"cut in the first span", mark, 1, "⋯"},
		{"blank spans are no loss", ui.Line(ui.Say(theme.Text, "ab"), ui.Say(theme.Text, "  ")), 2, "ab"},
		{"nothing", nil, 3, "   "},
		{"no room", mark, 0, ""},
		{"less than no room", mark, -1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, ansi.Strip(tt.text.Fit(dark, tt.w)))
		})
	}
	assert.Equal(t, "    ✓ PUBLISHED", ansi.Strip(mark.FitOn(dark, 15, ui.Right, theme.Page)))
}

// TestStylesDoNotLeak: each span ends what it began, so that nothing drawn
// beside it changes its look.
func TestStylesDoNotLeak(t *testing.T) {
	t.Parallel()
	line := ui.Line(ui.Say(theme.Bad, "a").Bold(), ui.Say(theme.Text, "b").Underline()).FitOn(dark, 5, ui.Left, theme.Selected)
	opened := strings.Count(line, "\x1b[") - strings.Count(line, theme.Reset)
	assert.Equal(t, strings.Count(line, theme.Reset), opened)
	assert.True(t, strings.HasSuffix(line, theme.Reset))
}

func TestSpread(t *testing.T) {
	t.Parallel()
	left, right := ui.Words(theme.Text, "left side"), ui.Words(theme.Text, "right side")
	for _, tt := range []struct {
		name string
		w    int
		want string
	}{
		{"both fit", 30, "  left side       right side  "},
		{"just fit", 25, "  left side  right side  "},
		{"the right one gives way", 24, "  left side  right si⋯  "},
		{"down to nothing", 20, "  left side         "},
		{"the left one is cut last", 10, "  left ⋯  "},
		{"too narrow for anything", 3, "   "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, ansi.Strip(ui.Spread(dark, left, right, tt.w)))
		})
	}
}

func TestFactsLeaveOutWhatIsEmpty(t *testing.T) {
	t.Parallel()
	got := ui.Facts(dark, ui.Words(theme.Muted, "8 of 274"), nil, ui.Words(theme.Muted, ""), ui.Words(theme.Muted, "newest first"))
	assert.Equal(t, "8 of 274 ∙ newest first", got.String())
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		text ui.Text
		w    int
		want []string
	}{
		{"at blanks", ui.Words(theme.Text, "Users, groups and roles"), 12, []string{"Users,", "groups and", "roles"}},
		{"line breaks stay", ui.Words(theme.Text, "one\n\ntwo"), 12, []string{"one", "", "two"}},
		{"long words break", ui.Words(theme.Text, "a sha256:0123456789abcdef b"), 8, []string{"a", "sha256:0", "12345678", "9abcdef", "b"}},
		{"a word may change its style", ui.Line(ui.Say(theme.Text, "is "), ui.Say(theme.Text, "stable").Bold(), ui.Say(theme.Text, ". Next")), 10, []string{"is stable.", "Next"}},
		{"wide characters", ui.Words(theme.Text, "日本語日本"), 5, []string{"日本", "語日", "本"}},
		{"too narrow for one character", ui.Words(theme.Text, "日"), 1, []string{"日"}},
		{"nothing", nil, 10, []string{""}},
		{"no room", ui.Words(theme.Text, "a"), 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, line := range ui.Wrap(tt.text, tt.w) {
				got = append(got, line.String())
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// FuzzWrap: no line is too wide, and no word is lost.
func FuzzWrap(f *testing.F) {
	f.Add("Users, groups and roles", "of Okta", 7)
	f.Add("a\tb\n\nc", "日本語", 3)
	f.Fuzz(func(t *testing.T, a, b string, w int) {
		w = min(max(w, 2), 100)
		var letters strings.Builder
		for _, line := range ui.Wrap(ui.Line(ui.Say(theme.Text, a), ui.Say(theme.Muted, b)), w) {
			assert.LessOrEqual(t, line.Width(), w, "%q", line.String())
			letters.WriteString(line.String())
		}
		squash := strings.NewReplacer(" ", "", "\t", "", "\n", "").Replace
		assert.Equal(t, squash(a+b), squash(letters.String()))
	})
}

// FuzzText: lines of several spans keep what Fit promises.
func FuzzText(f *testing.F) {
	f.Add("a", "b", 3)
	f.Add("e", "\u0301", 1)
	f.Add("👩", "\u200d💻", 2)
	f.Add("🇩", "🇪", 2)
	f.Fuzz(func(t *testing.T, a, b string, w int) {
		w = min(max(w, 0), 80)
		x := ui.Line(ui.Say(theme.Text, a), ui.Say(theme.Text, b))
		assert.Equal(t, w, ansi.StringWidth(ansi.Strip(x.Fit(dark, w))))
		// Where nothing separates the spans, they must not grow together.
		plain := x.Fit(noColour, w)
		assert.Equal(t, w, ansi.StringWidth(plain), "%q", plain)
	})
}
