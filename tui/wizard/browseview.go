package wizard

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// What is there, and not what is asked for.
var (
	errNoFolder = errors.New("it is a file, and a folder is asked for")
	errNoFile   = errors.New("it is a folder, and a file is asked for")
)

// The columns behind the name of an entry.
const (
	entrySize = 9
	entryTime = 18
	// entryWide is from how many cells on the time is shown.
	entryWide = 60
	// browseLow is below how many lines the page does without air.
	browseLow = 16
)

// view draws the page on h lines of w cells. above is how many lines of the
// body stand above it.
func (b *browser) view(l ui.Look, w, h, above int) []string {
	inner := min(max(1, w-pageMargins), readMost)
	head := []ui.Text{ui.Line(ui.Say(theme.Text, b.title).Bold())}
	if h >= browseLow {
		head = append(head, ui.Words(theme.Muted, "Walk there, type a part of a name, or type or paste a whole path."), nil)
	}
	head = append(head, ui.Line(ui.Say(theme.Faint, "in "), ui.Say(theme.Muted, shortened(l.Theme, b.dir, inner-3))))
	head = append(head, drawn(l.Theme, &b.typed, min(inner, fieldMost), true, false)...)
	if h >= browseLow {
		head = append(head, nil)
	}
	tail := b.notes(l.Theme, inner)
	room := h - len(head) - len(tail)
	rows := b.rows()
	b.listAt = above + len(head)
	body := b.list.View(l.Theme, w, max(0, room), []ui.Group{{Items: len(rows)}}, nil, func(i, w int, chosen bool) ui.Text {
		return b.line(l, rows[i], w, chosen)
	})
	lines := append(ui.Indent(l.Theme, head, w, min(h, len(head))), body...)
	lines = append(lines, ui.Indent(l.Theme, tail, w, max(0, min(h-len(lines), len(tail))))...)
	return lines[:min(h, len(lines))]
}

// line is one row of the page.
func (b *browser) line(l ui.Look, row browserRow, w int, chosen bool) ui.Text {
	t := l.Theme
	name := func(role theme.Role, text string) ui.Span {
		s := ui.Say(role, text)
		if chosen {
			s = s.Bold()
		}
		return s
	}
	switch row.kind {
	case rowTake:
		if slices.Contains(b.taken, b.dir) {
			return ui.Line(name(theme.Accent, t.Glyph(theme.GlyphRemoved)+" take this folder out again"))
		}
		return ui.Line(name(theme.Accent, t.Glyph(theme.GlyphMarked)+" add this folder"))
	case rowParent:
		return ui.Line(name(theme.Text, "../"), ui.Say(theme.Faint, "  the folder above"))
	case rowEntry:
	}
	e := row.entry
	label, role, size := e.name, theme.Text, words.Bytes(e.size)
	switch e.kind {
	case entryFolder:
		label, size = e.name+"/", ""
		if slices.Contains(b.taken, e.path) {
			size = "added"
		}
	case entryOther:
		role, size = theme.Faint, ""
	case entryFile:
		if b.folders {
			role = theme.Faint
		}
	}
	note := ""
	if e.link {
		note = "link"
	}
	if e.what != "" {
		note = e.what
	}
	room := w - entrySize
	when := ""
	if w >= entryWide {
		room -= entryTime
		when = "  " + ui.Fit(t, moment(e.written), entryTime-2, ui.Left)
	}
	line := ui.Line(name(role, label))
	if note != "" {
		line = line.And(ui.Say(theme.Faint, "  "+note))
	}
	if over := line.Width() - room; over > 0 {
		line = ui.Line(name(role, ui.Fit(t, line.String(), room, ui.Left)))
	}
	return line.And(ui.Say(theme.Text, strings.Repeat(" ", max(0, room-line.Width()))),
		ui.Say(theme.Muted, ui.Fit(t, size, entrySize, ui.Right)), ui.Say(theme.Faint, when))
}

// notes are what is not in sight, and what went wrong.
func (b *browser) notes(t *theme.Theme, w int) []ui.Text {
	var lines []ui.Text
	switch n := b.hidden(); {
	case b.err != nil:
		lines = append(lines, ui.Hanging(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "), ui.Words(theme.Text, b.failed+": "+b.err.Error()), w)...)
	case b.reading:
		lines = append(lines, ui.Words(theme.Muted, "reading"))
	case isTypedPath(strings.TrimSpace(b.typed.Value())):
		lines = append(lines, ui.Words(theme.Muted, "enter goes to this path"))
	case b.more:
		lines = append(lines, ui.Words(theme.Warn, t.Glyph(theme.GlyphCaution)+" "+words.Count(maxEntries)+" names of more are shown; type the path of one that is missing"))
	case len(b.rows()) == 0 && b.typed.Count() > 0:
		lines = append(lines, ui.Words(theme.Muted, "Nothing here has that in its name."))
	case n > 0:
		lines = append(lines, ui.Words(theme.Faint, words.Plural(n, "name begins", "names begin")+" with a dot; type a dot to see them"))
	}
	return append([]ui.Text{nil}, lines...)
}

// moment is a point in time as files have it.
func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02 15:04")
}

// shortened is a path that fits: its beginning gives way, since its end says
// what it is.
func shortened(t *theme.Theme, path string, w int) string {
	if ui.Width(path) <= w || w < 4 {
		return path
	}
	parts := strings.Split(path, string(filepath.Separator))
	for i := 1; i < len(parts); i++ {
		if rest := t.Glyph(theme.GlyphCut) + string(filepath.Separator) + strings.Join(parts[i:], string(filepath.Separator)); ui.Width(rest) <= w {
			return rest
		}
	}
	return path
}

// outline is the page as it is read line by line.
func (b *browser) outline(l ui.Look) ui.Outline {
	rows := b.rows()
	return ui.Outline{
		Say:  []ui.Text{ui.Words(theme.Text, b.title), ui.Words(theme.Muted, "In "+b.dir)},
		Rows: len(rows), Cursor: b.list.Cursor(),
		Row: func(i int) ui.Row {
			return ui.Row{ID: int64(i), Text: b.line(l, rows[i], outlineWidth, false)}
		},
		Below: b.notes(l.Theme, outlineWidth),
	}
}

// inquiry asks for the path: who hears the page does not walk through folders.
func (b *browser) inquiry() ui.Inquiry {
	q := ui.Inquiry{
		Title: ui.Words(theme.Text, b.title), Say: []ui.Text{ui.Words(theme.Muted, "A path may begin with ~, or at "+b.dir+".")},
		Fields: []ui.Field{&b.typed}, Send: "browse.open", Leave: "browse.leave",
	}
	if b.err != nil {
		q.Note = ui.Words(theme.Bad, b.failed+": "+b.err.Error())
	}
	return q
}
