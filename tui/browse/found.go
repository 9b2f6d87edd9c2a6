package browse

import (
	"strings"

	"github.com/registrar-console/registrar/client/filter"
	"github.com/registrar-console/registrar/tui/ui"
)

// highlight lets the cells show the words of the filter. What was drawn before
// is forgotten: the words are in the cells, not drawn over them.
func (l *list[R]) highlight() {
	if len(l.words) == 0 && l.table.Found == nil {
		return
	}
	l.table.Found = nil
	if len(l.words) > 0 {
		l.table.Found = l.found
	}
	l.epoch++
}

// found tells where a cell shows the free words of the filter. Where a row
// does not contain a word, it is here for the letters of its name.
func (l *list[R]) found(r R, c *ui.Column[R], text string) []ui.Stretch {
	var all []ui.Stretch
	text = lowerKept(text)
	for _, word := range l.words {
		at := occurrences(text, word)
		if at == nil {
			// Lists leave out the prefix that names have, and often the org.
			at = occurrences(text, filter.Shown(word))
		}
		if at == nil && c.Name && l.near && !strings.Contains(r.Text(), word) {
			name := strings.LastIndexByte(text, '/') + 1
			for _, letter := range filter.Letters(word, text[name:]) {
				at = append(at, ui.Stretch{From: name + letter, To: name + letter + 1})
			}
		}
		all = append(all, at...)
	}
	return all
}

// occurrences are where a text contains a word.
func occurrences(text, word string) []ui.Stretch {
	var all []ui.Stretch
	for from := 0; word != ""; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			break
		}
		all = append(all, ui.Stretch{From: from + at, To: from + at + len(word)})
		from += at + len(word)
	}
	return all
}

// lowerKept is a text in lower case, as far as that leaves every letter at the
// byte where it was.
func lowerKept(s string) string {
	if lower := strings.ToLower(s); len(lower) == len(s) {
		return lower
	}
	return s
}
