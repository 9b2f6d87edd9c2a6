package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one piece of a filter between spaces, with its quotes taken off.
type token struct {
	start, end int // in the text, quotes included
	bytes      []byte
	quoted     []bool // by byte; what is quoted means only itself
	colon      int    // the first colon outside quotes, or -1
}

func (t token) text() string { return string(t.bytes) }

// split gives the values after the colon, cut at the commas outside quotes.
func (t token) split() []token {
	var parts []token
	from := t.colon + 1
	for i := from; i <= len(t.bytes); i++ {
		if i < len(t.bytes) && (t.bytes[i] != ',' || t.quoted[i]) {
			continue
		}
		parts = append(parts, token{start: t.start, end: t.end, bytes: t.bytes[from:i], quoted: t.quoted[from:i], colon: -1})
		from = i + 1
	}
	return parts
}

// split cuts a filter at its spaces. A quote that is never closed runs to the
// end and is a fault.
func split(s string) ([]token, []Fault) {
	var (
		tokens []token
		faults []Fault
		t      = token{colon: -1}
		inside bool // of a token
		quote  = -1 // where the open one stands
	)
	flush := func(at int) {
		if inside {
			t.end = at
			tokens = append(tokens, t)
		}
		t, inside = token{colon: -1}, false
	}
	for i, r := range s {
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case quote < 0 && unicode.IsSpace(r):
			flush(i)
			continue
		case !inside:
			t.start, inside = i, true
		}
		if r == '"' {
			if quote < 0 {
				quote = i
			} else {
				quote = -1
			}
			continue
		}
		if r == ':' && quote < 0 && t.colon < 0 {
			t.colon = len(t.bytes)
		}
		t.bytes = append(t.bytes, s[i:i+size]...)
		for range size {
			t.quoted = append(t.quoted, quote >= 0)
		}
	}
	flush(len(s))
	if quote >= 0 {
		faults = append(faults, Fault{Start: quote, End: len(s), Message: "the quote is never closed: " + strings.TrimSpace(s[quote:])})
	}
	return tokens, faults
}
