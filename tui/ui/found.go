package ui

import (
	"github.com/registrar-console/registrar/theme"
)

// Stretch is a part of a text, in bytes; To is excluded.
type Stretch struct{ From, To int }

// Lit draws the stretches of a text in accent, underlined where colours cannot
// be relied upon. No cell moves: a visible character is in a stretch as a
// whole if any part of it is.
func Lit(t *theme.Theme, x Text, found []Stretch) Text {
	if len(found) == 0 {
		return x
	}
	out := make(Text, 0, len(x)+2*len(found))
	at := 0
	for _, s := range x {
		out = append(out, light(t, s, at, found)...)
		at += len(s.Text)
	}
	return out
}

// light cuts a span that begins at a byte of its text where stretches do.
func light(t *theme.Theme, s Span, at int, found []Stretch) Text {
	var out Text
	from, was := 0, false
	flush := func(to int) {
		if from == to {
			return
		}
		part := s
		part.Text = s.Text[from:to]
		if was {
			part.Style.Role = theme.Accent
			if !t.Tints() {
				part.Style.Attr |= theme.Underline
			}
		}
		out = append(out, part)
		from = to
	}
	for i := 0; i < len(s.Text); {
		size := 1
		if s.Text[i] >= 0x80 || i+1 < len(s.Text) && s.Text[i+1] >= 0x80 {
			_, _, size = cell(s.Text[i:])
		}
		if is := within(found, at+i, at+i+size); is != was {
			flush(i)
			was = is
		}
		i += size
	}
	flush(len(s.Text))
	return out
}

// within reports whether a stretch has a part between two bytes.
func within(found []Stretch, from, to int) bool {
	for _, f := range found {
		if f.From < to && f.To > from {
			return true
		}
	}
	return false
}
