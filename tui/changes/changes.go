// Package changes draws what changed between two versions, for every page that
// shows it: a sign, its colour and the words, as wide as there is room.
package changes

import (
	"strings"

	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// Mark is the sign of a change with its word. What deserves a thought is in the
// colour of caution, what was added in that of good news.
func Mark(t *theme.Theme, c diff.Change) theme.Mark {
	glyph, role := theme.GlyphUnchecked, theme.Muted
	switch c.Kind {
	case diff.Added:
		glyph, role = theme.GlyphMarked, theme.OK
	case diff.Removed:
		glyph = theme.GlyphRemoved
	case diff.Changed:
		glyph = theme.GlyphChanged
	case diff.Same:
		glyph = theme.GlyphSame
	case diff.Unknown:
	}
	if c.Thought != "" {
		role = theme.Warn
	}
	return t.Mark(glyph, role, c.Kind.String())
}

// sign is the glyph of a change with the air behind it.
func sign(t *theme.Theme, c diff.Change) ui.Span {
	mark := Mark(t, c)
	return ui.Say(mark.Role, mark.Glyph+" ")
}

// nameRole is the role of what changed: it speaks where somebody should think,
// and whispers where nothing happened.
func nameRole(c diff.Change) theme.Role {
	switch {
	case c.Thought != "":
		return theme.Warn
	case c.Kind == diff.Same, c.Kind == diff.Unknown:
		return theme.Muted
	default:
		return theme.Text
	}
}

// caution is the sign behind what deserves a thought.
func caution(t *theme.Theme) ui.Span {
	return ui.Say(theme.Warn, " "+t.Glyph(theme.GlyphCaution))
}

// The columns of a change on a page that has more to show: its sign, what it is
// about, its name; the detail takes the rest.
const (
	signCells  = 2
	aboutCells = 15
	nameCells  = 18
)

// Brief are what matters most of a report: at most n changes in w cells each,
// how many more there are, and in one line what one asks for first and is the
// same.
func Brief(t *theme.Theme, r diff.Report, n, w int) []ui.Text {
	all := r.Brief()
	lines := make([]ui.Text, 0, n+2)
	for _, c := range all[:min(len(all), n)] {
		lines = append(lines, row(t, c, w))
	}
	if len(all) == 0 {
		lines = append(lines, nothingElse(t))
	}
	if more := len(all) - n; more > 0 {
		lines = append(lines, ui.Line(ui.Say(theme.Muted, "  "+words.Count(more)+" more, "), ui.Say(theme.Accent, "=").Bold(), ui.Say(theme.Muted, " shows all")))
	}
	if same := r.Unchanged(); same != "" {
		lines = append(lines, ui.Words(theme.Muted, t.Glyph(theme.GlyphSame)+" "+same))
	}
	return lines
}

// row is a change on one line: sign, what it is about, name, detail.
func row(t *theme.Theme, c diff.Change, w int) ui.Text {
	x := ui.Line(sign(t, c))
	if c.Kind == diff.Unknown {
		return x.And(ui.Say(nameRole(c), c.Detail))
	}
	x = x.And(ui.Say(theme.Muted, pad(c.Subject.One(), aboutCells)))
	if c.Name == "" {
		return x.And(bare(t, c, w-x.Width())...)
	}
	name := ui.Line(ui.Say(nameRole(c), c.Name))
	if c.Thought != "" {
		name = name.And(caution(t))
	}
	if c.Detail == "" {
		return x.And(name...)
	}
	air := 2
	if name.Width()+air <= nameCells {
		air = nameCells - name.Width()
	}
	if w-x.Width()-name.Width()-air < 4 {
		return x.And(name...)
	}
	return x.And(name...).And(ui.Say(theme.Muted, blanks(air)+c.Detail))
}

// bare is a change without a name. Where its detail does not fit and deserves a
// thought, why it does says more than half of it.
func bare(t *theme.Theme, c diff.Change, w int) ui.Text {
	said := c.Detail
	if c.Thought == "" {
		return ui.Words(nameRole(c), said)
	}
	if ui.Width(said)+2 > w {
		said = c.Thought
	}
	return ui.Line(ui.Say(nameRole(c), said), caution(t))
}

// Line is what changed in one line of w cells: what there is to name, and what
// is the same, each with its sign.
func Line(t *theme.Theme, r diff.Report, w int) ui.Text {
	var x ui.Text
	rest := 0
	put := func(part ui.Text) bool {
		if x.Width()+2+part.Width() > w-10 && len(x) > 0 {
			return false
		}
		if len(x) > 0 {
			x = x.And(ui.Say(theme.Text, "  "))
		}
		x = x.And(part...)
		return true
	}
	for _, c := range r.Brief() {
		if c.Kind == diff.Unknown {
			continue
		}
		said := c.Name
		switch {
		case c.Name == "" || c.Subject == diff.Module:
			said = strings.TrimSpace(c.Subject.One() + " " + c.Name)
		case c.Subject == diff.Permission:
			said = "permission " + c.Name
		}
		if !put(ui.Line(sign(t, c), ui.Say(nameRole(c), said))) {
			rest++
		}
	}
	if rest > 0 {
		return x.And(ui.Say(theme.Muted, ", "+words.Count(rest)+" more"))
	}
	if same := r.Unchanged(); same != "" {
		put(ui.Words(theme.Muted, t.Glyph(theme.GlyphSame)+" "+same))
	}
	if len(x) == 0 {
		return nothingElse(t)
	}
	return x
}

// Narrow are what matters most of a report in at most n lines of a side pane
// of w cells, in few words: what cannot be compared is for wider pages.
func Narrow(t *theme.Theme, r diff.Report, n, w int) []ui.Text {
	var lines []ui.Text
	all := r.Brief()
	for _, c := range all {
		if c.Kind == diff.Unknown || len(lines) == n {
			continue
		}
		lines = append(lines, ui.Line(sign(t, c), ui.Say(theme.Muted, inFewWords(c, w-signCells))))
	}
	switch {
	case len(lines) > 0:
		return lines
	case len(all) > 0:
		return []ui.Text{ui.Words(theme.Muted, t.Glyph(theme.GlyphUnchecked)+" too little is known")}
	default:
		return []ui.Text{nothingElse(t)}
	}
}

// inFewWords names a change in w cells: a name that says itself what it is comes
// without that where there is no room for both.
func inFewWords(c diff.Change, w int) string {
	about := strings.TrimPrefix(c.Subject.One(), "config ")
	said := strings.TrimSpace(about + " " + c.Name)
	switch {
	case c.Name == "", c.Subject == diff.Module:
		return said + " " + c.Detail
	case ui.Width(said) > w:
		return c.Name
	default:
		return said
	}
}

// nothingElse is what one is told of two versions that are the same in all that
// is compared.
func nothingElse(t *theme.Theme) ui.Text {
	return ui.Words(theme.Muted, t.Glyph(theme.GlyphSame)+" nothing but its files")
}

// Spoken are all changes as they are read line by line, each with what it is
// about.
func Spoken(t *theme.Theme, r diff.Report) []ui.Text {
	lines := make([]ui.Text, 0, len(r.Changes))
	for _, c := range r.Changes {
		mark := Mark(t, c)
		x := ui.Line(ui.Say(theme.Muted, c.Subject.One()+": "))
		if c.Kind != diff.Unknown {
			x = x.And(ui.Say(mark.Role, mark.Word))
		}
		for _, each := range []string{c.Name, c.Detail} {
			if each != "" {
				x = x.And(ui.Say(theme.Text, ", "+each))
			}
		}
		if c.Thought != "" {
			x = x.And(ui.Say(theme.Warn, " ! "+c.Thought))
		}
		lines = append(lines, x)
	}
	return lines
}

// pad fills a word of ours up to w cells.
func pad(word string, w int) string { return word + blanks(w-len(word)) }

func blanks(n int) string { return strings.Repeat(" ", max(0, n)) }
