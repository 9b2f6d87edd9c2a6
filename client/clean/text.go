// Package clean makes text from outside harmless: nothing that it lets
// through can move a cursor, change a colour, reorder or hide what stands on
// a screen.
package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// Replacement stands where something was that a screen must not get. It
	// is ASCII, since the usual U+FFFD is of ambiguous width.
	Replacement = '?'
	// cut ends a text that was longer than its limit.
	cut = "⋯"
	// maxMarks is how many combining marks one letter keeps. Living languages
	// need three; towers of them paint over other rows.
	maxMarks = 4
)

// Line cleans text that belongs on one line: line breaks and tabs become
// spaces. A text longer than limit bytes is cut and says so; 0 is no limit.
// Clean text is returned as it is, without allocation.
func Line(s string, limit int) string { return text(s, limit, false) }

// Text cleans text that may have several lines: newlines and tabs stay, other
// ways to break a line become newlines.
func Text(s string, limit int) string { return text(s, limit, true) }

// verdict is what becomes of one rune.
type verdict int

const (
	keep verdict = iota
	replace
	remove
	lineBreak
	tab
)

func text(s string, limit int, lines bool) string {
	at := firstDirty(s, lines)
	if at == len(s) {
		return shorten(s, limit)
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:at])
	marks, invalid := marksBefore(s[:at]), false
	for i := at; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		broken := r == utf8.RuneError && size == 1
		if broken && invalid { // one sign for a run of invalid bytes
			i += size
			continue
		}
		invalid = broken
		if unicode.Is(unicode.M, r) {
			marks++
		} else {
			marks = 0
		}
		what := judge(r, size)
		if marks > maxMarks {
			what = remove
		}
		switch what {
		case keep:
			b.WriteString(s[i : i+size])
		case replace:
			b.WriteByte(Replacement)
		case remove:
		case lineBreak:
			if r == '\r' && strings.HasPrefix(s[i+size:], "\n") {
				break // the newline that follows says it
			}
			b.WriteByte(pick(lines, '\n'))
		case tab:
			b.WriteByte(pick(lines, '\t'))
		}
		i += size
		if limit > 0 && b.Len() > limit {
			break
		}
	}
	return shorten(b.String(), limit)
}

// pick returns c where lines are allowed, else a space.
func pick(lines bool, c byte) byte {
	if lines {
		return c
	}
	return ' '
}

// firstDirty is the first byte that must change, or the length of s.
func firstDirty(s string, lines bool) int {
	marks := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < 0x20 || c == 0x7f {
				if !lines || c != '\n' && c != '\t' {
					return i
				}
			}
			marks = 0
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if judge(r, size) != keep {
			return i
		}
		if unicode.Is(unicode.M, r) {
			if marks++; marks > maxMarks {
				return i
			}
		} else {
			marks = 0
		}
		i += size
	}
	return len(s)
}

// marksBefore counts the combining marks at the end of s.
func marksBefore(s string) int {
	n := 0
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		if !unicode.Is(unicode.M, r) {
			break
		}
		n++
		s = s[:len(s)-size]
	}
	return n
}

// judge says what becomes of a rune wherever it stands. What takes part in a
// deception is replaced, so that it is seen; what merely has no shape goes.
func judge(r rune, size int) verdict {
	switch {
	case r == utf8.RuneError && size <= 1:
		return replace // not UTF-8, lone surrogates among it
	case r == '\t':
		return tab
	case r == '\n', r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
		return lineBreak
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return replace // C0, DEL and C1: terminal controls begin here
	case r < 0xad:
		return keep
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x061c, r == 0x200e, r == 0x200f:
		return replace // reorder what stands around them
	case r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
		return replace // not characters
	case r >= 0x2028 && unicode.Is(unicode.Co, r):
		return replace // private use: a different picture in each font
	case invisible(r):
		return remove
	}
	return keep
}

// invisible reports whether a rune has no shape of its own: zero-width
// spaces and joiners, fillers, variation selectors, tags.
func invisible(r rune) bool {
	switch {
	case r == 0xad, r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0:
		return true
	case r >= 0x180b && r <= 0x180f, r >= 0x200b && r <= 0x200d, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfe00 && r <= 0xfe0f, r == 0xfeff, r >= 0xfff0 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// shorten cuts s to limit bytes, whole letters only, and marks the cut.
func shorten(s string, limit int) string {
	if limit <= 0 || len(s) <= limit {
		return s
	}
	end := max(limit-len(cut), 0)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	if limit < len(cut) {
		return s[:end]
	}
	return s[:end] + cut
}
