package ui

import (
	"strings"

	"github.com/registrar-console/registrar/theme"
)

// Title draws the title row: a path whose last part is bold, and facts on the
// right. Where the path does not fit, its parents give way to one sign.
func Title(t *theme.Theme, path []string, facts Text, w int) string {
	if len(path) == 0 {
		return Spread(t, nil, facts, w)
	}
	left := titlePath(t, path)
	if room := w - 2*margin - facts.Width() - gap; left.Width() > room && len(path) > 1 {
		left = Line(
			Say(theme.Muted, t.Glyph(theme.GlyphParent)+" "),
			Say(theme.Text, path[len(path)-1]).Bold(),
		)
	}
	return Spread(t, left, facts, w)
}

// titlePath is the whole path.
func titlePath(t *theme.Theme, path []string) Text {
	var x Text
	for i, part := range path {
		if i < len(path)-1 {
			x = append(x, Say(theme.Muted, part+" "+t.Glyph(theme.GlyphPath)+" "))
			continue
		}
		x = append(x, Say(theme.Text, part).Bold())
	}
	return x
}

// Section is a heading of w cells: a bold title, one blank, a rule to the
// edge, and what belongs to the right. The rule is underlined blanks: it
// costs no row and no character of uncertain width.
func Section(title, right Text, w int) Text {
	x := make(Text, 0, len(title)+len(right)+4)
	for _, s := range title {
		if s.Style.Role == theme.Text {
			s = s.Bold()
		}
		x = append(x, s)
	}
	used := title.Width()
	if rw := right.Width(); rw > 0 && used+rw+4 <= w {
		x = append(x, rule(w-used-rw-1)...)
		return append(append(x, Say(theme.Muted, " ")), right...)
	}
	return append(x, rule(w-used)...)
}

// rule is one blank and n-1 underlined ones.
func rule(n int) Text {
	if n < 2 {
		return nil
	}
	return Line(Say(theme.Track, " "), Say(theme.Track, blanks(n-1)).Underline())
}

// Heading is the plain form of Section.
func Heading(title string, w int) Text {
	return Section(Words(theme.Text, title), nil, w)
}

// Detail is one line of a pane: a grey key and its value.
type Detail struct {
	Key   string
	Value Text
}

// Details draws details below each other. Keys take keyWidth cells, between
// 10 and 13 on every page; long values go on below, under the value.
func Details(details []Detail, keyWidth, w int) []Text {
	var lines []Text
	for _, d := range details {
		for i, part := range Wrap(d.Value, w-keyWidth) {
			key := d.Key
			if i > 0 {
				key = ""
			}
			air := max(0, keyWidth-Width(key))
			lines = append(lines, append(Line(Say(theme.Faint, key+blanks(air))), part...))
		}
	}
	return lines
}

// Tab is one tab of a page.
type Tab struct {
	ID, Label string
	// Count is shown behind the label, or "".
	Count string
}

// Tabs draws a row of tabs and says where each can be clicked. The current
// one is bold and underlined; if not all fit, those before it give way.
func Tabs(t *theme.Theme, tabs []Tab, current string, w int) (string, []Hit) {
	const air = 3
	first := 0
	for first < len(tabs)-1 && tabsWidth(tabs[first:], air) > w-2*margin && tabs[first].ID != current {
		first++
	}
	var line Text
	var hits []Hit
	at := margin
	for _, tab := range tabs[first:] {
		label := Say(theme.Muted, tab.Label)
		if tab.ID == current {
			label = Say(theme.Text, tab.Label).Bold().Underline()
		}
		item := Line(label)
		if tab.Count != "" {
			item = append(item, Say(theme.Muted, " "+tab.Count))
		}
		hits = append(hits, Hit{From: at, To: at + item.Width(), ID: tab.ID})
		at += item.Width() + air
		line = append(append(line, item...), Say(theme.Text, blanks(air)))
	}
	return Spread(t, trimAir(line), nil, w), hits
}

// trimAir removes the air behind the last item of a row.
func trimAir(x Text) Text {
	if len(x) > 0 {
		return x[:len(x)-1]
	}
	return x
}

// tabsWidth returns the cells of a row of tabs.
func tabsWidth(tabs []Tab, air int) int {
	width := -air
	for _, tab := range tabs {
		width += air + Width(tab.Label)
		if tab.Count != "" {
			width += 1 + Width(tab.Count)
		}
	}
	return width
}

// Pane draws texts on exactly h lines of w cells each; what is too much is
// left out, what is missing is blank.
func Pane(t *theme.Theme, lines []Text, w, h int) []string {
	drawn := make([]string, 0, max(0, h))
	for i := range max(0, h) {
		if i < len(lines) {
			drawn = append(drawn, lines[i].Fit(t, w))
		} else {
			drawn = append(drawn, blanks(w))
		}
	}
	return drawn
}

// Indent draws texts like Pane, with the margins of the page around them.
func Indent(t *theme.Theme, lines []Text, w, h int) []string {
	if w < leastWidth {
		return window(nil, 0, w, h)
	}
	drawn := Pane(t, lines, w-2*margin, h)
	for i := range drawn {
		drawn[i] = blanks(margin) + drawn[i] + blanks(margin)
	}
	return drawn
}

// MoreBelow says for the status row that a page goes on below the screen; it
// is empty if it does not.
func MoreBelow(t *theme.Theme, lines int) Text {
	if lines <= 0 {
		return nil
	}
	return Words(theme.Muted, t.Glyph(theme.GlyphCut)+" goes on below, down shows it")
}

// Beside joins two drawn panes of the same height line by line.
func Beside(left, right []string) []string {
	joined := make([]string, min(len(left), len(right)))
	for i := range joined {
		joined[i] = left[i] + right[i]
	}
	return joined
}

// Halves returns how a page of w cells is split into a left pane and a right
// one of at most `most` cells of text. Both are drawn with their margins, by
// Indent or as a Table, which leaves four cells between their texts.
func Halves(w, most int) (left, right int) {
	right = min(w, max(0, min(most, (w-4*margin)/2))+2*margin)
	return w - right, right
}

// Join makes one string of drawn lines.
func Join(lines []string) string { return strings.Join(lines, "\n") }
