package wizard

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// evidenceKey is the column of what a piece of evidence is.
const evidenceKey = 13

// explanations are that of the row under the cursor and, as far as they fit
// whole, those of the others that are undecided.
func (f *filesStep) explanations(t *theme.Theme, w, room int) []ui.Text {
	row, ok := f.row()
	if !ok {
		return f.faults(t, w)
	}
	lines := f.explain(t, row, w, room)
	lines = append(lines, f.faults(t, w)...)
	for i, other := range f.rows() {
		if other.State.Decided() || i == f.list.Cursor() || i >= len(f.survey.Platforms) {
			continue
		}
		if block := f.explain(t, other, w, room); len(lines)+1+len(block) <= room {
			lines = append(append(lines, nil), block...)
		}
	}
	if len(f.survey.Warnings) > 0 && room < filesRoomy/2 {
		lines = append(append(lines, nil), f.cautions(t, w, true)...)
	}
	return lines
}

// faults are what is wrong with the folders and not with one file.
func (f *filesStep) faults(t *theme.Theme, w int) []ui.Text {
	var lines []ui.Text
	for _, fault := range f.survey.Faults {
		if fault.Field == "directory" {
			lines = append(append(lines, nil), faultLines(t, fault, w)...)
		}
	}
	return lines
}

// explain says what is so about a row, by what one can tell, and what to do.
// Where there is no room for all of it, what to do goes first.
func (f *filesStep) explain(t *theme.Theme, row publish.Found, w, room int) []ui.Text {
	title := ui.Line(ui.Say(theme.Text, row.Name).Bold(), ui.Say(theme.Text, "   ")).And(ui.Mark(mark(t, row.State))...)
	lines := append([]ui.Text{title}, f.story(row, w)...)
	var told []ui.Text
	for _, d := range f.evidence(t, row) {
		if w < filesNarrow {
			told = append(told, ui.Wrap(ui.Line(ui.Say(theme.Faint, d.Key+" ")).And(d.Value...), w)...)
			continue
		}
		for _, line := range ui.Details([]ui.Detail{d}, evidenceKey+2, w-2) {
			told = append(told, ui.Line(ui.Say(theme.Text, "  ")).And(line...))
		}
	}
	ways := f.ways(row, w)
	if len(lines)+len(told)+len(ways) > room {
		lines = append(lines, trimmed(ways)...)
		if w >= filesNarrow && len(ways) > 0 {
			lines = append(lines, nil)
		}
		return append(lines, told...)
	}
	return append(append(lines, told...), ways...)
}

// story is what is so, in a sentence or two.
func (f *filesStep) story(row publish.Found, w int) []ui.Text {
	said := f.stateStory(row)
	if row.Before != "" {
		said = append(said, row.Before+" shipped "+row.Name+": without it the newest "+unpackedFor(row.Name)+" build stays "+row.Before+".")
	}
	said = append(said, warned(row, artifact.WarnUniversal, artifact.WarnLabel)...)
	if len(said) == 0 {
		return nil
	}
	return ui.Wrap(ui.Words(theme.Muted, strings.Join(said, " ")), w)
}

// stateStory says why a row is in its state.
func (f *filesStep) stateStory(row publish.Found) []string {
	switch row.State {
	case publish.FileStale:
		return []string{staleStory(row)}
	case publish.FileMissing:
		said := sentences(row.Why)
		if row.Name == string(artifact.WindowsAMD64) && len(f.there()) > 0 {
			said = append(said, "Another job often builds windows.")
		}
		return said
	case publish.FileBroken:
		return append([]string{"There is a file, and it cannot be released."}, sentences(row.Why)...)
	case publish.FileChanging:
		return []string{"The file changed while it was read: a build is still running."}
	case publish.FileSeveral:
		return warned(row, artifact.WarnTwice, artifact.WarnVariants)
	case publish.FileOther:
		return append(warned(row, artifact.WarnOtherVersion), "It may be left from an older build.")
	case publish.FileSnapshot:
		return append(warned(row, artifact.WarnSnapshot, artifact.WarnDirty), "Nobody can find its source by the version.")
	case publish.FileLeftOut:
		return []string{"You left it out. The registry computes the checksums of its own."}
	case publish.FileGone:
		return sentences(row.Why)
	case publish.FileNotShipped:
		return []string{"You decided to publish without it."}
	case publish.FilePicked:
		return []string{"You picked this file."}
	default:
		return nil
	}
}

func sentences(clauses []string) []string {
	said := make([]string, len(clauses))
	for i, clause := range clauses {
		said[i] = ui.Sentence(clause)
	}
	return said
}

// staleStory says how a list and a file contradict each other.
func staleStory(row publish.Found) string {
	if len(row.Stale) == 0 {
		return "It has another checksum for a file that is there: it is from another build."
	}
	c := row.Stale[0]
	if !c.Written.IsZero() && c.Written.Before(row.Written) {
		return "The " + listName(c.List) + " was written before this file: they disagree, so one of them is from an older build."
	}
	return "The " + listName(c.List) + " and this file disagree: one of them is from another build."
}

// listName is what a list is called.
func listName(path string) string {
	if filepath.Base(path) == "artifacts.json" {
		return "list of the build"
	}
	return "checksum file"
}

// warned are the warnings of some kinds.
func warned(row publish.Found, kinds ...artifact.WarningKind) []string {
	var said []string
	for _, warning := range row.Warnings {
		if slices.Contains(kinds, warning.Kind) {
			said = append(said, ui.Sentence(warning.Detail))
		}
	}
	return said
}

// unpackedFor is the operating system of a platform.
func unpackedFor(platform string) string {
	system, _, _ := strings.Cut(platform, "-")
	return system
}

// evidence is what one can tell it by.
func (f *filesStep) evidence(t *theme.Theme, row publish.Found) []ui.Detail {
	var all []ui.Detail
	add := func(key string, value ui.Text) { all = append(all, ui.Detail{Key: key, Value: value}) }
	for _, c := range row.Stale {
		digest := c.Listed.Hex()
		add(listName(c.List), ui.Words(theme.Text, shortDigest(digest)+"   "+moment(c.Written)))
	}
	if len(row.Stale) > 0 {
		add("this file", ui.Words(theme.Text, shortDigest(row.File.SHA256)+"   "+moment(row.Written)))
	}
	if len(row.Agrees) > 0 {
		add("sha256", ui.Line(ui.Say(theme.Text, "as in "+words.List(row.Agrees)+" "), good(t)))
	}
	if exe := row.Facts.Executable; exe != nil {
		add("inside", f.contents(t, exe, row))
	}
	if row.State.Decided() || row.State == publish.FileSeveral || row.State == publish.FileOther {
		if details := evidenceWords(row.Evidence); details != "" {
			add("found", ui.Words(theme.Text, details))
		}
		if !row.Written.IsZero() && row.File.Path != "" {
			add("written", ui.Words(theme.Text, moment(row.Written)))
		}
		if n := f.besides(row); n != "" {
			add("beside it", ui.Words(theme.Text, n))
		}
	}
	if row.File.Path != "" && row.State != publish.FileStale {
		add("file", ui.Words(theme.Text, f.relative(row.File.Path)))
	}
	return all
}

func good(t *theme.Theme) ui.Span { return ui.Say(theme.OK, t.Glyph(theme.GlyphGood)) }

// contents is what the executable in a file is.
func (f *filesStep) contents(t *theme.Theme, exe *artifact.Executable, row publish.Found) ui.Text {
	name := exe.Name
	if name == "" {
		name = row.File.Asset.Filename
	}
	parts := []string{name, exe.Detail}
	if exe.Go == nil {
		return ui.Words(theme.Text, strings.Join(append(parts, "not known to be built by Go"), ", "))
	}
	parts = append(parts, exe.Go.GoVersion)
	if exe.Go.Module != "" {
		parts = append(parts, "module "+exe.Go.Module)
	}
	if exe.Go.VCSModified {
		parts = append(parts, "built with changes that were not committed")
	}
	line := ui.Words(theme.Text, strings.Join(parts, ", "))
	mine := len(row.Facts.Compare(artifact.Expectation{Platform: artifact.Platform(row.Name), Name: f.survey.Plan.Ref.Name})) == 0
	if mine && len(row.Facts.Problems) == 0 {
		line = line.And(ui.Say(theme.Text, " "), good(t))
	}
	return line
}

// evidenceWords are by what a file was found.
func evidenceWords(evidence []artifact.Evidence) string {
	parts := make([]string, 0, len(evidence))
	for _, e := range evidence {
		parts = append(parts, e.Detail)
	}
	return strings.Join(parts, "; ")
}

// besides says which signatures and the like go with a file.
func (f *filesStep) besides(row publish.Found) string {
	kinds := map[string]int{}
	var order []string
	for _, b := range f.survey.Beside {
		if b.Asset.Platform != row.File.Asset.Platform || !strings.HasPrefix(b.Asset.Filename, row.File.Asset.Filename) {
			continue
		}
		kind := strings.ToLower(b.Asset.Kind)
		if kinds[kind] == 0 {
			order = append(order, kind)
		}
		kinds[kind]++
	}
	for i, kind := range order {
		if n := kinds[kind]; n > 1 {
			order[i] = words.Count(n) + " of kind " + kind
		}
	}
	return strings.Join(order, ", ")
}

// way is one thing to do about a row: its key, what it does, and what else
// there is to know.
type way struct{ key, does, note string }

// ways are what one can do about a row.
func (f *filesStep) ways(row publish.Found, w int) []ui.Text {
	all := f.choices(row)
	if len(all) == 0 {
		return nil
	}
	var lines []ui.Text
	if w >= filesNarrow {
		lines = append(lines, nil)
	}
	for _, each := range all {
		line := ui.Line(ui.Say(theme.Accent, each.key).Bold(), ui.Say(theme.Text, "  "+each.does))
		if each.note != "" && w >= filesNarrow {
			line = line.And(ui.Say(theme.Faint, "   "+each.note))
		}
		if w >= filesNarrow {
			line = ui.Line(ui.Say(theme.Text, "  ")).And(line...)
		}
		lines = append(lines, line)
	}
	return lines
}

// choices are the keys that decide about a row.
func (f *filesStep) choices(row publish.Found) []way {
	again, pick := way{key: "r", does: "look again after a new build"}, way{key: "f", does: "pick its file by hand"}
	switch row.State {
	case publish.FileStale:
		does := "leave it out"
		if len(row.Stale) > 0 {
			does = "use this file and leave the old " + listName(row.Stale[0].List) + " out"
		}
		return []way{{key: "u", does: does, note: "the registry computes its own"}, again}
	case publish.FileMissing:
		return f.orWithout(way{key: "+", does: "add the folder that it is in"}, pick)
	case publish.FileBroken:
		if f.isOther(row) {
			return []way{again, {key: "u", does: "leave it out"}}
		}
		return f.orWithout(again, pick)
	case publish.FileChanging:
		return []way{{key: "r", does: "look again when the build is over"}}
	case publish.FileSeveral:
		return []way{{key: "u", does: "use this one"}, {key: "f", does: "pick another by hand"}}
	case publish.FileOther:
		return []way{{key: "u", does: "use it all the same"}, pick, again}
	case publish.FileGone:
		return []way{{key: "u", does: "do not look there any more"}, again}
	default:
		return nil
	}
}

// orWithout offers to do without what is missing, where something is there.
func (f *filesStep) orWithout(ways ...way) []way {
	if n := len(f.there()); n > 0 {
		ways = append(ways, way{key: "4", does: "publish the " + strings.ToLower(counts[n]) + " that are there"})
	}
	return ways
}

// isOther reports whether a row is of no platform.
func (f *filesStep) isOther(row publish.Found) bool {
	return !slices.ContainsFunc(f.survey.Platforms, func(known publish.Found) bool { return known.Name == row.Name })
}
