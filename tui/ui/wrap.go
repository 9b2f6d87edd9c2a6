package ui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/registrar-console/registrar/theme"
)

// Wrap breaks a text into lines of at most w cells, at blanks where there are
// any; line breaks in it are kept. Styles go on over the break. A text that
// fits stays as it is, with all its blanks.
func Wrap(x Text, w int) []Text {
	if w <= 0 {
		return nil
	}
	if x.Width() <= w && !slices.ContainsFunc(x, func(s Span) bool { return strings.ContainsRune(s.Text, '\n') }) {
		return []Text{x}
	}
	f := filler{width: w}
	for _, s := range x {
		for i, part := range strings.Split(s.Text, "\n") {
			if i > 0 {
				f.word()
				f.line()
			}
			f.add(Span{Text: part, Style: s.Style})
		}
	}
	f.word()
	f.line()
	return f.lines
}

// Abreast puts two texts beside each other, the right one at column at.
func Abreast(left, right []Text, at int) []Text {
	lines := make([]Text, max(len(left), len(right)))
	for i := range lines {
		var x Text
		if i < len(left) {
			x = left[i]
		}
		if i < len(right) && len(right[i]) > 0 {
			x = x.And(Say(theme.Text, blanks(at-x.Width()))).And(right[i]...)
		}
		lines[i] = x
	}
	return lines
}

// Sentence makes a sentence of a clause, as errors and hints are. What begins
// with a name, such as v1.0.0 or linux-amd64, keeps its spelling.
func Sentence(s string) string {
	if s == "" {
		return ""
	}
	word, _, _ := strings.Cut(s, " ")
	if strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 {
		r, size := utf8.DecodeRuneInString(s)
		s = string(unicode.ToUpper(r)) + s[size:]
	}
	if strings.ContainsAny(s[len(s)-1:], ".?!") {
		return s
	}
	return s + "."
}

// filler fills lines with words that may change their style on the way.
type filler struct {
	width   int
	lines   []Text
	now     Text // the line that is being filled
	used    int
	pending Text // the word that is being read
	cells   int
	air     Text // the blank before that word, if the line goes on
}

// add reads one span of a paragraph.
func (f *filler) add(s Span) {
	for s.Text != "" {
		at := strings.IndexAny(s.Text, " \t")
		if at < 0 {
			at = len(s.Text)
		}
		if at > 0 {
			f.pending = append(f.pending, Span{Text: s.Text[:at], Style: s.Style})
			f.cells += Width(s.Text[:at])
		}
		if at == len(s.Text) {
			return
		}
		f.word()
		f.air = Text{{Text: " ", Style: s.Style}}
		s.Text = s.Text[at+1:]
	}
}

// word puts the word that was read into the line, or into the next.
func (f *filler) word() {
	if len(f.pending) == 0 {
		return
	}
	air := f.air
	if f.used == 0 {
		air = nil
	}
	if f.used > 0 && f.used+len(air)+f.cells > f.width {
		f.line()
		air = nil
	}
	f.now = append(f.now, air...)
	f.used += len(air)
	for _, s := range f.pending {
		f.piece(s)
	}
	f.pending, f.cells, f.air = nil, 0, nil
}

// piece puts a piece of a word into the line, broken if it is longer than one.
func (f *filler) piece(s Span) {
	for s.Text != "" {
		head, rest := splitAt(s.Text, f.width-f.used)
		if head == "" {
			if f.used == 0 {
				// Not even one character fits: Fit will cut it.
				head, rest = s.Text, ""
			} else {
				f.line()
				continue
			}
		}
		f.now = append(f.now, Span{Text: head, Style: s.Style})
		f.used += Width(head)
		s.Text = rest
	}
}

// line ends the line.
func (f *filler) line() {
	f.lines = append(f.lines, f.now)
	f.now, f.used, f.air = nil, 0, nil
}

// splitAt breaks a text after at most w cells.
func splitAt(text string, w int) (head, rest string) {
	at, width := 0, 0
	for at < len(text) {
		_, cw, n := cell(text[at:])
		if width+cw > w {
			break
		}
		at, width = at+n, width+cw
	}
	return text[:at], text[at:]
}
