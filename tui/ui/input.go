package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
)

// Input is a text field. Its cursor is a reversed cell that does not blink.
type Input struct {
	// Placeholder is shown while the field is empty.
	Placeholder string
	// Rows above one make a field that wraps its text over so many lines.
	Rows int
	// Limit is how many characters fit in; zero is 2,000.
	Limit int

	clusters []string // the text, one visible character each
	at       int      // the cursor stands before this one
	width    int      // cells of text when it was drawn last
}

// defaultLimit bounds what one can type or paste into a field.
const defaultLimit = 2000

// Value returns the text.
func (in *Input) Value() string { return strings.Join(in.clusters, "") }

// SetValue replaces the text and puts the cursor behind it.
func (in *Input) SetValue(s string) {
	in.clusters, in.at = nil, 0
	in.insert(s)
}

// Count returns how many characters the text has.
func (in *Input) Count() int { return len(in.clusters) }

// Handle takes a key or pasted text; it reports whether it was for the field.
func (in *Input) Handle(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		in.insert(msg.Content)
		return true
	case tea.KeyPressMsg:
		if msg.Text != "" && msg.Mod&^tea.ModShift&^tea.ModCapsLock == 0 {
			in.insert(msg.Text)
			return true
		}
		return in.edit(msg.String())
	default:
		return false
	}
}

// edit carries out the keys that move and remove.
func (in *Input) edit(key string) bool {
	switch key {
	case "left", "ctrl+b":
		in.at = max(0, in.at-1)
	case "right", "ctrl+f":
		in.at = min(len(in.clusters), in.at+1)
	case "ctrl+left", "alt+left", "alt+b":
		in.at = in.wordStart()
	case "ctrl+right", "alt+right", "alt+f":
		in.at = in.wordEnd()
	case "home", "ctrl+a":
		in.at = 0
	case "end", "ctrl+e":
		in.at = len(in.clusters)
	case "backspace", "ctrl+h":
		in.remove(in.at-1, in.at)
	case "delete", "ctrl+d":
		in.remove(in.at, in.at+1)
	case "ctrl+w", "alt+backspace":
		in.remove(in.wordStart(), in.at)
	case "ctrl+u":
		in.remove(0, in.at)
	case "up", "down":
		return in.vertical(key)
	default:
		return false
	}
	return true
}

// insert puts text before the cursor. Controls are left out; a line break
// becomes a blank, since a field is one paragraph.
func (in *Input) insert(s string) {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case !harmless(r):
			return -1
		default:
			return r
		}
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	behind := len(in.clusters) - in.at
	// A mark joins the character before it, so all of it is split again.
	in.clusters = split(strings.Join(in.clusters[:in.at], "") + clean + strings.Join(in.clusters[in.at:], ""))
	limit := in.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	if len(in.clusters) > limit {
		in.clusters = in.clusters[:limit]
	}
	in.at = max(0, len(in.clusters)-behind)
}

// remove takes characters out.
func (in *Input) remove(from, to int) {
	from, to = max(0, from), min(to, len(in.clusters))
	if from >= to {
		return
	}
	in.clusters = append(in.clusters[:from:from], in.clusters[to:]...)
	in.at = from
}

// wordStart returns where the word before the cursor begins.
func (in *Input) wordStart() int {
	at := in.at
	for at > 0 && in.clusters[at-1] == " " {
		at--
	}
	for at > 0 && in.clusters[at-1] != " " {
		at--
	}
	return at
}

// wordEnd returns where the word behind the cursor ends.
func (in *Input) wordEnd() int {
	at := in.at
	for at < len(in.clusters) && in.clusters[at] == " " {
		at++
	}
	for at < len(in.clusters) && in.clusters[at] != " " {
		at++
	}
	return at
}

// vertical moves the cursor between the lines of a field with several.
func (in *Input) vertical(key string) bool {
	if in.Rows < 2 {
		return false
	}
	rows := wrapClusters(in.clusters, max(1, in.width))
	row := rowOf(rows, in.at)
	column := in.at - rows[row].from
	switch {
	case key == "up" && row > 0:
		row--
	case key == "down" && row < len(rows)-1:
		row++
	default:
		return false
	}
	in.at = min(rows[row].from+column, rows[row].last())
	return true
}

// View draws the field on its lines of w cells each.
func (in *Input) View(t *theme.Theme, w int, focused bool) []Text {
	rows := max(1, in.Rows)
	// One cell of air on both sides; the cursor may stand in the right one.
	in.width = max(1, w-2)
	if rows == 1 {
		return []Text{in.single(t, w, focused)}
	}
	wrapped := wrapClusters(in.clusters, in.width)
	cursor := rowOf(wrapped, in.at)
	from := max(0, min(cursor-rows/2, len(wrapped)-rows))
	if !focused {
		from = 0
	}
	lines := make([]Text, 0, rows)
	for i := from; i < from+rows; i++ {
		if i >= len(wrapped) {
			lines = append(lines, fieldLine(nil, w))
			continue
		}
		at := -1
		if focused && i == cursor {
			at = in.at
		}
		lines = append(lines, fieldLine(in.spans(wrapped[i].from, wrapped[i].to, at), w))
	}
	if len(in.clusters) == 0 {
		lines[0] = in.empty(t, w, focused)
	}
	return lines
}

// single draws a field of one line, scrolled to where the cursor is.
func (in *Input) single(t *theme.Theme, w int, focused bool) Text {
	if len(in.clusters) == 0 {
		return in.empty(t, w, focused)
	}
	from, width := in.at, 0
	for from > 0 && width+Width(in.clusters[from-1]) <= in.width {
		from--
		width += Width(in.clusters[from])
	}
	at := -1
	if focused {
		at = in.at
	} else {
		from = 0
	}
	to, width := from, 0
	for to < len(in.clusters) && width+Width(in.clusters[to]) <= in.width {
		width += Width(in.clusters[to])
		to++
	}
	return fieldLine(in.spans(from, to, at), w)
}

// empty draws a field without text.
func (in *Input) empty(_ *theme.Theme, w int, focused bool) Text {
	var x Text
	hint := in.Placeholder
	if focused {
		x = append(x, cursorCell(" "))
		hint = ""
	}
	return fieldLine(append(x, Say(theme.Faint, hint)), w)
}

// spans returns the characters from..to with the cursor cell, if it is there.
func (in *Input) spans(from, to, cursor int) Text {
	if cursor < from || cursor > to {
		return Words(theme.Text, strings.Join(in.clusters[from:to], ""))
	}
	x := Words(theme.Text, strings.Join(in.clusters[from:cursor], ""))
	if cursor == to {
		return append(x, cursorCell(" "))
	}
	return append(x, cursorCell(in.clusters[cursor]), Say(theme.Text, strings.Join(in.clusters[cursor+1:to], "")))
}

// cursorCell is the character under the cursor.
func cursorCell(s string) Span {
	return Span{Text: s, Style: theme.Style{Role: theme.Accent, Attr: theme.Reverse}}
}

// fieldLine puts text on the fill of a field.
func fieldLine(x Text, w int) Text {
	line := Line(Say(theme.Text, " "))
	room := w - 1
	for _, s := range x {
		width := Width(s.Text)
		if width > room {
			break
		}
		line = append(line, s)
		room -= width
	}
	line = append(line, Say(theme.Text, blanks(room)))
	for i := range line {
		line[i].Style.On = theme.Field
	}
	return line
}

// stretch is one visual line of a wrapped field.
type stretch struct {
	from, to int  // characters, to excluded
	end      bool // of the whole text
}

// last returns the last place of the cursor on this line.
func (s stretch) last() int {
	if s.end || s.to == s.from {
		return s.to
	}
	return s.to - 1
}

// wrapClusters breaks characters into lines of at most w cells, behind blanks
// where there are any.
func wrapClusters(clusters []string, w int) []stretch {
	var rows []stretch
	from := 0
	for from < len(clusters) {
		to, width, blank := from, 0, -1
		for to < len(clusters) && width+Width(clusters[to]) <= w {
			width += Width(clusters[to])
			to++
			if clusters[to-1] == " " {
				blank = to
			}
		}
		switch {
		case to == from:
			to = from + 1 // wider than the field: Fit cuts it
		case to < len(clusters) && clusters[to] == " ":
			to++ // the blank at the break hangs in the margin
		case to < len(clusters) && blank > from:
			to = blank
		}
		rows = append(rows, stretch{from: from, to: to})
		from = to
	}
	if len(rows) == 0 {
		rows = append(rows, stretch{})
	}
	rows[len(rows)-1].end = true
	return rows
}

// rowOf returns on which line the cursor stands.
func rowOf(rows []stretch, at int) int {
	for i, r := range rows {
		if at < r.to || r.end {
			return i
		}
	}
	return len(rows) - 1
}

// split breaks a text into visible characters.
func split(s string) []string {
	var clusters []string
	for len(s) > 0 {
		_, _, n := cell(s)
		clusters = append(clusters, s[:n])
		s = s[n:]
	}
	return clusters
}
