package wizard

import (
	"path/filepath"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// The columns of the table of files, and from how many cells on all are shown.
const (
	filePlatform  = 16
	fileState     = 16
	fileContainer = 11
	fileSize      = 8
	fileDigest    = 16
	fileFoundBy   = 11
	filesWide     = 110
	filesNarrow   = 60
	// filesRoomy is from how many lines on cautions are told whole, and
	// explainLeast how many are left for the row under the cursor.
	filesRoomy   = 24
	explainLeast = 8
)

// view implements step.
func (f *filesStep) view(l ui.Look, w, h int) []string {
	if f.browse != nil {
		return f.browse.view(l, w, h, f.above)
	}
	inner := min(max(1, w-pageMargins), readMost)
	if f.err != nil || !f.known {
		return f.page.view(l.Theme, append([]ui.Text{f.headline()}, failed(l.Theme, f.err, inner)...), w, h)
	}
	airy := h >= browseLow
	head := f.head(l.Theme, inner, h)
	rows := f.rows()
	table := min(len(rows), max(3, h-len(head)-explainLeast))
	if !airy {
		table = min(len(rows), max(2, h/2-len(head)+1))
	}
	f.listAt = f.above + len(head)
	lines := ui.Indent(l.Theme, head, w, min(h, len(head)))
	lines = append(lines, f.list.View(l.Theme, w, table, len(rows), true, func(i, w int, chosen bool) []ui.Text {
		return []ui.Text{f.tableRow(l.Theme, rows[i], w, chosen)}
	})...)
	var below []ui.Text
	if airy {
		below = append(below, nil)
	}
	below = append(below, f.explanations(l.Theme, inner, h-len(lines)-len(below))...)
	lines = append(lines, f.page.view(l.Theme, below, w, max(0, h-len(lines)))...)
	return lines[:min(h, len(lines))]
}

// head is what stands above the rows; h is the room of the page.
func (f *filesStep) head(t *theme.Theme, w, h int) []ui.Text {
	airy := h >= browseLow
	first := f.headline()
	if read := f.read(); airy && (h >= filesRoomy || first.Width()+ui.Width(read) < w) {
		first = first.And(ui.Say(theme.Muted, " "+read))
	}
	lines := ui.Wrap(first, w)
	if !airy {
		lines = lines[:min(1, len(lines))]
	}
	lines = append(lines, f.cautions(t, w, h >= filesRoomy)...)
	if airy {
		lines = append(lines, nil)
	}
	return append(lines, header(fileLine(t, w, "platform", ui.Words(theme.Faint, "state"), "container", "size", "sha256", "found by", "file")))
}

// header makes a line that of a table's header.
func header(x ui.Text) ui.Text {
	for i := range x {
		x[i].Style.Role = theme.Faint
	}
	return x
}

// counts are how headlines write small numbers.
var counts = []string{"None", "One", "Two", "Three", "Four", "Five"}

// headline says in one sentence how many platforms are there.
func (f *filesStep) headline() ui.Text {
	bold := func(text string) ui.Text { return ui.Line(ui.Say(theme.Text, text).Bold()) }
	there := len(f.there())
	switch {
	case f.err != nil:
		return bold("The files could not be looked at.")
	case !f.known:
		return bold("Looking for the release files.")
	case len(f.answers.Platforms) > 0 && there < len(f.survey.Platforms):
		return bold(counts[there] + " of five platforms, as you decided.")
	case there == len(f.survey.Platforms):
		return bold("All five platforms found.")
	case there == 0 && len(f.survey.Lists)+len(f.survey.Skipped) == 0:
		return bold("No release files found.")
	default:
		return bold(counts[there] + " of five platforms found.")
	}
}

// read says where the table comes from, or where nothing was found.
func (f *filesStep) read() string {
	if len(f.survey.Lists) > 0 {
		shown := f.survey.Lists[:min(2, len(f.survey.Lists))]
		names := make([]string, len(shown))
		for i, path := range shown {
			names[i] = f.relative(path)
		}
		if more := len(f.survey.Lists) - len(shown); more > 0 {
			names = append(names, words.Count(more)+" more")
		}
		return "Read from " + words.List(names) + "."
	}
	names := make([]string, 0, len(f.survey.Folders))
	for _, dir := range f.survey.Folders {
		names = append(names, f.relative(dir))
	}
	return "Looked in " + words.List(names) + "."
}

// relative is a path as it is shown: within the project from its root on.
func (f *filesStep) relative(path string) string {
	if rel, err := filepath.Rel(f.survey.Plan.Directory, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// cautionsMost is how many cautions the page shows; the rest is counted.
const cautionsMost = 3

// cautions are about the folders as a whole: a snapshot, a build under way,
// paths that lead out of the project.
func (f *filesStep) cautions(t *theme.Theme, w int, roomy bool) []ui.Text {
	var lines []ui.Text
	for i, warning := range f.survey.Warnings {
		if i == cautionsMost || i == 1 && !roomy {
			return append(lines, ui.Words(theme.Muted, "  and "+words.Count(len(f.survey.Warnings)-i)+" more"))
		}
		said := warning.Detail
		if warning.Kind == artifact.WarnUnfinished {
			said += "; r looks again when it is over"
		}
		said = ui.Sentence(strings.ReplaceAll(said, f.survey.Plan.Directory+string(filepath.Separator), ""))
		sign := ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+" ")
		if !roomy {
			lines = append(lines, ui.Line(sign, ui.Say(theme.Text, said)))
			continue
		}
		lines = append(lines, ui.Hanging(sign, ui.Words(theme.Text, said), w)...)
	}
	return lines
}

// fileLine lays out one line of the table for w cells.
func fileLine(t *theme.Theme, w int, name string, state ui.Text, container, size, digest, found, path string) ui.Text {
	if w < filesNarrow {
		return ui.Line(ui.Say(theme.Text, ui.Fit(t, name, filePlatform, ui.Left))).And(state...)
	}
	x := ui.Line(ui.Say(theme.Text, ui.Fit(t, name, filePlatform, ui.Left))).And(state...)
	x = x.And(ui.Say(theme.Text, strings.Repeat(" ", max(0, fileState-state.Width()))))
	if w >= filesWide {
		x = x.And(ui.Say(theme.Muted, ui.Fit(t, container, fileContainer, ui.Left)))
	}
	x = x.And(ui.Say(theme.Muted, ui.Fit(t, size, fileSize, ui.Right)+"  "))
	if w >= filesWide {
		x = x.And(ui.Say(theme.Muted, ui.Fit(t, digest, fileDigest, ui.Left)+ui.Fit(t, found, fileFoundBy, ui.Left)))
	}
	return x.And(ui.Say(theme.Muted, path))
}

// tableRow is one row of the table.
func (f *filesStep) tableRow(t *theme.Theme, row publish.Found, w int, chosen bool) ui.Text {
	const none = "-"
	container, size, digest, found, path := none, none, none, none, strings.Join(row.Why, "; ")
	if row.File.Path != "" {
		path = f.relative(row.File.Path)
		found = foundBy(row.File.FoundBy)
		if row.File.Container != "" {
			container = row.File.Container
		}
		if row.File.SHA256 != "" {
			digest, size = shortDigest(row.File.SHA256), words.Bytes(row.File.Stamp.Size)
		} else if row.File.Stamp.Size > 0 {
			size = words.Bytes(row.File.Stamp.Size)
		}
	}
	if used := filePlatform + fileState + fileSize + 2; w >= filesNarrow && row.File.Path != "" {
		if w >= filesWide {
			used += fileContainer + fileDigest + fileFoundBy
		}
		path = shortened(t, path, w-used)
	}
	line := fileLine(t, w, row.Name, ui.Mark(mark(t, row.State)), container, size, digest, found, path)
	if chosen {
		line[0] = line[0].Bold()
	}
	return line
}

// foundBy is a source as the table names it.
func foundBy(source string) string {
	switch artifact.Source(source) {
	case artifact.FoundByArtifacts:
		return "artifacts"
	case artifact.FoundByChecksums:
		return "checksums"
	case artifact.FoundByName:
		return "name"
	case artifact.FoundByFolder:
		return "folder"
	case artifact.FoundByHand:
		return "by hand"
	default:
		return "-"
	}
}

// mark is a state as it is shown.
func mark(t *theme.Theme, state publish.FileState) theme.Mark {
	switch state {
	case publish.FileReady, publish.FilePicked:
		return t.Mark(theme.GlyphGood, theme.OK, string(state))
	case publish.FileNotShipped, publish.FileLeftOut:
		return t.Mark(theme.GlyphRemoved, theme.Muted, string(state))
	case publish.FileMissing, publish.FileBroken, publish.FileChanging, publish.FileGone:
		return t.Mark(theme.GlyphFailed, theme.Bad, string(state))
	default:
		return t.Mark(theme.GlyphCaution, theme.Warn, string(state))
	}
}
