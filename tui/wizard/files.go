package wizard

import (
	"context"
	"path/filepath"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// filesStep shows what would be published for each platform, why, and what has
// to be decided about it.
type filesStep struct {
	*shared
	asked   int
	looking bool
	// known says that the survey is of these answers, as of the last look.
	known  bool
	survey publish.Survey
	err    error
	list   ui.List
	listAt int // line of the body where the table's rows begin, as drawn last
	page   scrolled
	browse *browser
	// pickFor is the platform that a file is picked for.
	pickFor string
}

func newFilesStep(s *shared) step { return &filesStep{shared: s} }

// lookForFiles looks for the release files and into each.
type lookForFiles struct {
	asked   int
	answers publish.Answers
	known   *publish.Digests
}

// filesFound is the answer to lookForFiles.
type filesFound struct {
	asked  int
	survey publish.Survey
	err    error
}

// Ask implements action.Question.
func (q lookForFiles) Ask(ctx context.Context, calls *client.Client) any {
	found := filesFound{asked: q.asked}
	found.survey, found.err = publish.Look(ctx, calls, q.answers, q.known)
	return found
}

// enter implements step. Files may have changed while one was elsewhere, so
// that they are looked at each time.
func (f *filesStep) enter() action.Action { return f.look() }

// look asks for the files with the present answers.
func (f *filesStep) look() action.Action {
	f.asked++
	f.looking, f.err = true, nil
	return action.Ask{Question: lookForFiles{asked: f.asked, answers: f.answers, known: f.Journal.Digests()}}
}

// handle implements step.
func (f *filesStep) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case filesFound:
		f.found(msg)
		return nil
	case folderListed:
		if f.browse == nil {
			return nil
		}
		path, closed := f.browse.took(msg)
		return f.browsed(path, closed, nil)
	}
	if f.browse != nil {
		return f.browsed(f.browse.handle(msg))
	}
	switch msg := msg.(type) {
	case action.Move:
		f.move(msg.By)
	case action.Scroll:
		f.page.move(msg.By)
	case action.Page:
		f.page.move(msg.By * pageLines)
	case action.Choose:
		f.list.Goto(int(msg.ID))
	case action.Point:
		if f.list.Click(msg.Y - f.listAt) {
			f.page = scrolled{}
		}
	case action.BrowseFolders:
		return f.addFolder()
	case action.BrowseFiles:
		return f.pickFile()
	case action.UseFile:
		return f.use()
	case action.OnlyFound:
		return f.onlyFound()
	case action.LookAgain:
		return f.look()
	}
	return nil
}

// found takes what was found. A file that was signed before and is the same
// keeps its signature.
func (f *filesStep) found(msg filesFound) {
	if msg.asked != f.asked {
		return
	}
	f.looking, f.err = false, msg.err
	if msg.err != nil {
		return
	}
	first := !f.known
	f.known, f.survey = true, msg.survey
	if first {
		f.list.Goto(f.firstOpen())
	}
	f.plan = msg.survey.Plan.Knowing(f.plan)
}

// firstOpen is the first row that somebody has to decide about.
func (f *filesStep) firstOpen() int {
	return max(0, slices.IndexFunc(f.rows(), func(row publish.Found) bool { return !row.State.Decided() }))
}

func (f *filesStep) move(by int) {
	f.page = scrolled{}
	f.list.Goto(min(f.list.Cursor()+by, len(f.rows())-1))
}

// rows are the platforms, then the other files.
func (f *filesStep) rows() []publish.Found {
	return append(slices.Clone(f.survey.Platforms), f.survey.Others...)
}

// row is the one under the cursor.
func (f *filesStep) row() (publish.Found, bool) {
	rows := f.rows()
	if i := f.list.Cursor(); i < len(rows) {
		return rows[i], true
	}
	return publish.Found{}, false
}

// browsed takes what was chosen in the browser.
func (f *filesStep) browsed(path string, closed bool, next action.Action) action.Action {
	if !closed {
		return next
	}
	folders := f.browse.folders
	f.browse = nil
	switch {
	case path == "":
		return nil
	case folders:
		f.toggleFolder(path)
	default:
		f.pick(f.pickFor, path)
	}
	return f.look()
}

// inside implements inner: the browser has all keys while it is open.
func (f *filesStep) inside() bool { return f.browse != nil }

// typing implements step.
func (f *filesStep) typing() bool { return f.browse != nil }

// leave implements step: the answers are written down as they are given.
func (f *filesStep) leave() {}

// undecidedMost is how many names the footer has room for.
const undecidedMost = 3

// off implements step.
func (f *filesStep) off() string {
	undecided := f.survey.Undecided()
	switch {
	case f.looking:
		return "until the files were looked at"
	case f.err != nil, !f.known:
		return "until the files can be looked at"
	case len(f.plan.Platforms()) == 0:
		return "until there is a file to publish"
	case len(undecided) == 1:
		return "until " + undecided[0] + " is decided"
	case len(undecided) > undecidedMost:
		return "until " + words.Count(len(undecided)) + " files are decided"
	case len(undecided) > 0:
		return "until " + words.List(undecided) + " are decided"
	default:
		return ""
	}
}

// bindings implements step.
func (f *filesStep) bindings() []ui.Binding {
	if f.browse != nil {
		return f.browse.bindings()
	}
	label, help, off := f.useWords()
	only, onlyHelp := "only these", "publish only the platforms that are there"
	if len(f.answers.Platforms) > 0 {
		only, onlyHelp = "all platforms", "ask for all platforms again"
	}
	return []ui.Binding{
		{ID: "files.folder", Label: "add a folder", Help: "look for files in one more folder", Keys: []string{"+"}, Do: do(action.BrowseFolders{})},
		{ID: "files.pick", Label: "pick a file", Help: "pick the file of this platform by hand", Keys: []string{"f"}, Off: f.noPlatform, Do: do(action.BrowseFiles{})},
		{ID: "files.use", Label: label, Help: help, Keys: []string{"u"}, Off: func() string { return off }, Do: do(action.UseFile{})},
		{ID: "files.only", Label: only, Help: onlyHelp, Keys: []string{"4"}, Off: f.nothingMissing, Do: do(action.OnlyFound{})},
		{ID: "files.look", Label: "look again", Help: "look again, after a new build", Keys: []string{"r"}, Do: do(action.LookAgain{})},
		pageKey("files", "up", "pgup", -1), pageKey("files", "down", "pgdown", 1),
	}
}

// pageLines is how far a page of text is turned.
const pageLines = 5

// pageKey is a key that turns what stands below the rows.
func pageKey(step, way, key string, by int) ui.Binding {
	return ui.Binding{ID: step + ".page" + way, Label: "read " + way, Help: "what stands below the rows, further " + way, Keys: []string{key}, Quiet: true, Do: do(action.Page{By: by})}
}

// noPlatform is why no file can be picked.
func (f *filesStep) noPlatform() string {
	if i := f.list.Cursor(); i >= len(f.survey.Platforms) {
		return "put the cursor on a platform"
	}
	return ""
}

// nothingMissing is why there is nothing to do without.
func (f *filesStep) nothingMissing() string {
	there := f.there()
	switch {
	case len(f.answers.Platforms) > 0:
		return ""
	case len(there) == 0:
		return "no platform is there"
	case len(there) == len(f.survey.Platforms):
		return "no platform is missing"
	default:
		return ""
	}
}

// there are the platforms that have a file that can be released.
func (f *filesStep) there() []registryv1.Platform {
	var there []registryv1.Platform
	for _, row := range f.survey.Platforms {
		switch row.State {
		case publish.FileMissing, publish.FileBroken, publish.FileChanging, publish.FileNotShipped:
			continue
		default:
		}
		if platform, ok := registryv1.PlatformFromSlug(row.Name); ok {
			there = append(there, platform)
		}
	}
	return there
}

// addFolder opens the browser for a folder, beside the project's own.
func (f *filesStep) addFolder() action.Action {
	b, next := newBrowser("Which folder has more of the release files?", f.home(), true, f.answers.Folders())
	f.browse = b
	return next
}

// home is where the browser begins.
func (f *filesStep) home() string {
	if f.plan.Directory != "" {
		return f.plan.Directory
	}
	return f.answers.Directory
}

// pickFile opens the browser for the file of a platform, where its file is
// now or was looked for.
func (f *filesStep) pickFile() action.Action {
	row, ok := f.row()
	if !ok || f.noPlatform() != "" {
		return nil
	}
	dir := f.home()
	if row.File.Path != "" {
		dir = filepath.Dir(row.File.Path)
	}
	f.pickFor = row.Name
	b, next := newBrowser("Which file is it for "+row.Name+"?", dir, false, nil)
	f.browse = b
	return next
}

// status implements step.
func (f *filesStep) status(l ui.Look) ui.Text {
	switch {
	case f.browse != nil:
		return nil
	case f.looking:
		return ui.Words(theme.Muted, "looking for the files")
	case !f.known:
		return nil
	}
	at := words.Count(min(f.list.Cursor(), len(f.rows())-1)+1) + " of " + words.Count(len(f.rows()))
	return ui.Facts(l.Theme, ui.Words(theme.Muted, at), ui.Words(theme.Muted, "looked at "+words.Clock(f.survey.At)), ui.MoreBelow(l.Theme, f.page.below))
}
