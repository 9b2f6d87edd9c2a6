// Package ui holds the widgets of the console. It draws and keeps the state
// of what it draws; it knows no registry, starts no input or output, and
// reads no clock: whatever depends on time arrives as a message.
package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/registrar-console/registrar/theme"
)

// Align says on which side of its cells a text stands.
type Align uint8

// Where a text stands. Numbers and ages are flush right.
const (
	Left Align = iota
	Right
)

// unprintable stands for what cannot be shown, so that nobody believes a text
// that was changed on its way to the screen.
const unprintable = "?"

// maxCluster bounds the bytes of one visible character. Longer ones are a
// base under a pile of marks, which would paint over other rows.
const maxCluster = 24

// Fit is the only function of the console that puts text into cells. It
// returns text that takes exactly w cells on one line: what cannot be printed
// is replaced, what is too long ends in the sign for cut text, the rest is
// blank. However hostile s is, no control reaches the terminal.
func Fit(t *theme.Theme, s string, w int, a Align) string {
	if w <= 0 {
		return ""
	}
	text, width := cut(t, s, w)
	if width == w {
		return text
	}
	blank := blanks(w - width)
	if a == Right {
		return blank + text
	}
	return text + blank
}

// Width returns how many cells a text takes once it is clean.
func Width(s string) int {
	if plainASCII(s) {
		return len(s)
	}
	width := 0
	for len(s) > 0 {
		_, w, n := cell(s)
		width += w
		s = s[n:]
	}
	return width
}

// cut returns the clean text and its width, at most w cells.
func cut(t *theme.Theme, s string, w int) (text string, width int) {
	if plainASCII(s) {
		if len(s) <= w {
			return s, len(s)
		}
		return s[:w-1] + t.Glyph(theme.GlyphCut), w
	}
	var b strings.Builder
	b.Grow(min(len(s), 4*w))
	// keep is where the text ends if the sign for cut text must follow.
	keep, keepWidth := 0, 0
	for rest := s; len(rest) > 0; {
		shown, cw, n := cell(rest)
		if t.ASCII() && !plainASCII(shown) {
			shown = strings.Repeat(unprintable, cw)
		}
		if width+cw > w {
			head := b.String()[:keep]
			return head + t.Glyph(theme.GlyphCut) + blanks(w-keepWidth-1), w
		}
		b.WriteString(shown)
		width += cw
		if width < w {
			keep, keepWidth = b.Len(), width
		}
		rest = rest[n:]
	}
	return b.String(), width
}

// cell returns the first visible character of s as it may be printed, the
// cells it takes, and the bytes of s it stands for.
func cell(s string) (shown string, width, size int) {
	if c := s[0]; c < utf8.RuneSelf {
		// An ASCII character that no mark follows needs no segmentation.
		if len(s) == 1 || s[1] < utf8.RuneSelf {
			if c == '\r' && len(s) > 1 && s[1] == '\n' {
				return " ", 1, 2
			}
			return ascii(c), 1, 1
		}
	}
	cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	size = len(cluster)
	if shown, width = printable(cluster, width); width == 0 {
		return "", 0, size
	}
	return shown, width, size
}

// ascii returns how one byte of ASCII is shown: blanks of all kinds as a
// blank, controls as a sign.
func ascii(c byte) string {
	switch {
	case c == '\t' || c == '\n' || c == '\r':
		return " "
	case c < ' ' || c == 0x7f:
		return unprintable
	default:
		return asciiStrings[c]
	}
}

// asciiStrings spares an allocation for each character.
var asciiStrings = func() (table [128]string) {
	for i := range table {
		table[i] = string(rune(i))
	}
	return table
}()

// printable returns a character of one or more runes as it may be printed.
// Terminals disagree about the width of composed emoji and flags; one that
// moves the rest of the row is shown as its first rune alone, or as a sign.
func printable(cluster string, width int) (string, int) {
	for _, r := range cluster {
		if !harmless(r) {
			return unprintable, 1
		}
	}
	r, size := utf8.DecodeRuneInString(cluster)
	if unicode.Is(unicode.Zs, r) && size == len(cluster) {
		return " ", 1
	}
	if width == 0 {
		// Marks without a base, and what has no width at all.
		return "", 0
	}
	if len(cluster) <= maxCluster && ansi.StringWidthWc(cluster) == width {
		return cluster, width
	}
	first := string(r)
	w := ansi.StringWidthWc(first)
	if w != ansi.StringWidth(first) || w < 1 || w > 2 {
		return unprintable, 1
	}
	return first, w
}

// harmless reports whether a rune may reach the terminal. Besides controls,
// what has no agreed shape or width may not, nor may formatting runes: among
// them are those that turn the reading order around, which make one name
// look like another. Joiners belong to scripts and emoji; a cluster that they
// make too wide is shown without them.
func harmless(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return r != utf8.RuneError && (unicode.IsPrint(r) || unicode.Is(unicode.Zs, r) || r == joiner || r == nonJoiner)
}

// plainASCII reports whether every byte is printable ASCII, which needs
// neither cleaning nor measuring.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

const blank64 = "                                                                "

// blanks returns n blanks.
func blanks(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(blank64) {
		return blank64[:n]
	}
	return strings.Repeat(" ", n)
}
