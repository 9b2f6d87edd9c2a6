package ui

import (
	"github.com/registrar-console/registrar/theme"
)

// Finding is the outcome of one check: its result, what was looked at, what
// was found, and what to do about it.
type Finding struct {
	Result theme.Mark
	Name   string
	About  string
	Detail string
	Fix    string
}

// findingColumns are the widths of the columns of a finding; text takes what
// is left of the line.
type findingColumns struct{ result, name, about int }

// Wide and narrow columns, and what must be left for the text beside them.
const (
	findingWide = 100
	findingText = 30
)

func findingColumnsOf(w int) findingColumns {
	if w < findingWide {
		return findingColumns{result: 10, name: 16, about: 14}
	}
	return findingColumns{result: 11, name: 20, about: 16}
}

// Lines draws the finding in lines of w cells. Where there is no room for its
// text beside the columns, it goes below.
func (f Finding) Lines(t *theme.Theme, w int, chosen bool) []Text {
	c := findingColumnsOf(w)
	title := Say(theme.Text, Fit(t, f.Name, c.name-1, Left)+" ")
	if chosen {
		title = title.Bold()
	}
	head := Mark(f.Result)
	head = head.And(Say(theme.Text, blanks(max(1, c.result-head.Width()))), title)
	at := c.result + c.name + c.about
	if w-at < findingText {
		head = head.And(Say(theme.Muted, f.About))
		return append([]Text{head}, f.says(c.result, w-c.result)...)
	}
	head = head.And(Say(theme.Muted, Fit(t, f.About, c.about, Left)))
	lines := f.says(at, w-at)
	if len(lines) == 0 {
		return []Text{head}
	}
	lines[0] = append(head, lines[0][1:]...)
	return lines
}

// says are detail and fix below each other, at cells from the left.
func (f Finding) says(at, room int) []Text {
	indent := Say(theme.Text, blanks(at))
	var lines []Text
	if f.Detail != "" {
		for _, line := range Wrap(Words(theme.Muted, f.Detail), room) {
			lines = append(lines, append(Line(indent), line...))
		}
	}
	if f.Fix != "" {
		for _, line := range Hanging(Say(theme.Faint, "fix  "), Words(theme.Text, f.Fix), room) {
			lines = append(lines, append(Line(indent), line...))
		}
	}
	return lines
}

// Hanging wraps a text so that it goes on under its own first word, behind
// what leads it.
func Hanging(lead Span, x Text, w int) []Text {
	wide := Width(lead.Text)
	var lines []Text
	for _, line := range Wrap(x, w-wide) {
		lines = append(lines, append(Line(lead), line...))
		lead = Say(theme.Text, blanks(wide))
	}
	return lines
}
