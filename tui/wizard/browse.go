package wizard

import (
	"cmp"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// browser is a page on which one finds a folder or a file by hand: by walking
// there, by typing a part of its name, or by typing the whole path.
type browser struct {
	// title is the question, and folders says that a folder is the answer.
	title   string
	folders bool
	// taken are folders that were chosen before.
	taken []string
	// back says where esc leads; empty is back to the files.
	back string

	dir     string
	asked   int
	reading bool
	entries []entry
	more    bool
	err     error
	failed  string // the path that err is about
	typed   ui.TextField
	// answered is a path that was given as an answer: it is what is chosen,
	// without a look around.
	answered string
	list     ui.Groups
	listAt   int // line of the page where the entries begin, as drawn last
	// under is the name that the cursor goes to when a folder was read: the
	// one that one came from.
	under string
}

// newBrowser makes the page and says what has to be read first.
func newBrowser(title, dir string, folders bool, taken []string) (*browser, action.Action) {
	b := &browser{title: title, folders: folders, taken: taken, dir: dir}
	b.typed.Name, b.typed.Limit, b.typed.Needed = "Name or path", 4096, true
	return b, b.read(dir)
}

// read asks for a folder, or for whatever lies at a path.
func (b *browser) read(path string) action.Action {
	b.asked++
	b.reading = true
	return action.Ask{Question: listFolder{asked: b.asked, path: path, from: b.dir}}
}

// rowKind is what a row of the page does.
type rowKind uint8

const (
	rowTake   rowKind = iota // takes the folder in sight
	rowParent                // opens the folder above
	rowEntry
)

// browserRow is one row of the page.
type browserRow struct {
	kind  rowKind
	entry entry
}

// rows are what fits to what was typed. Names that begin with a dot come when
// a dot is typed.
func (b *browser) rows() []browserRow {
	var rows []browserRow
	part := strings.ToLower(strings.TrimSpace(b.typed.Value()))
	if part == "" {
		if b.folders {
			rows = append(rows, browserRow{kind: rowTake})
		}
		if filepath.Dir(b.dir) != b.dir {
			rows = append(rows, browserRow{kind: rowParent})
		}
	}
	if isTypedPath(part) {
		return rows
	}
	for _, e := range b.entries {
		hidden := strings.HasPrefix(e.name, ".") && !strings.HasPrefix(part, ".")
		if !hidden && strings.Contains(strings.ToLower(e.name), part) {
			rows = append(rows, browserRow{kind: rowEntry, entry: e})
		}
	}
	return rows
}

// hidden is how many names are not shown since they begin with a dot.
func (b *browser) hidden() int {
	n := 0
	for _, e := range b.entries {
		if strings.HasPrefix(e.name, ".") {
			n++
		}
	}
	return n
}

// isTypedPath tells a path from a part of a name.
func isTypedPath(text string) bool {
	return strings.HasPrefix(text, "~") || strings.ContainsRune(text, '/') || strings.ContainsRune(text, filepath.Separator)
}

// handle takes what happens on the page. path is what was chosen, and closed
// says that the page is done with.
func (b *browser) handle(msg tea.Msg) (path string, closed bool, next action.Action) {
	switch msg := msg.(type) {
	case action.LeaveBrowser:
		return "", true, nil
	case action.OpenEntry:
		return b.open()
	case action.Move:
		b.list.Move(msg.By)
	case action.Scroll:
		b.list.Move(msg.By)
	case action.Choose:
		b.list.Goto(int(msg.ID))
	case action.Point:
		if b.list.Click(msg.Y-b.listAt) && msg.Open {
			return b.open()
		}
	case ui.Answer:
		b.answered = strings.TrimSpace(msg.Text)
	case tea.PasteMsg:
		b.typed.Handle(msg)
		b.list.Goto(0)
	case tea.KeyPressMsg:
		return b.key(msg)
	}
	return "", false, nil
}

// key takes a key that is not bound.
func (b *browser) key(msg tea.KeyPressMsg) (path string, closed bool, next action.Action) {
	empty := b.typed.Count() == 0
	switch key := msg.String(); {
	case key == "up":
		b.list.Move(-1)
	case key == "down":
		b.list.Move(1)
	case key == "pgup":
		b.list.Page(-1)
	case key == "pgdown":
		b.list.Page(1)
	case empty && (key == "backspace" || key == "left"):
		return "", false, b.parent()
	case empty && key == "right":
		if row, ok := b.row(); ok && row.kind == rowEntry && row.entry.kind == entryFolder {
			return b.open()
		}
	case b.typed.Handle(msg):
		b.list.Goto(0)
		b.err = nil
	}
	return "", false, nil
}

// row is the one under the cursor.
func (b *browser) row() (browserRow, bool) {
	rows := b.rows()
	if i := b.list.Cursor(); i < len(rows) {
		return rows[i], true
	}
	return browserRow{}, false
}

// parent opens the folder above.
func (b *browser) parent() action.Action {
	above := filepath.Dir(b.dir)
	if above == b.dir {
		return nil
	}
	b.under = filepath.Base(b.dir)
	return b.read(above)
}

// open opens the folder under the cursor or takes what is there.
func (b *browser) open() (path string, closed bool, next action.Action) {
	if b.answered != "" {
		return "", false, b.read(b.answered)
	}
	if text := strings.TrimSpace(b.typed.Value()); isTypedPath(text) {
		return "", false, b.read(text)
	}
	row, ok := b.row()
	switch {
	case !ok:
	case row.kind == rowTake:
		return b.dir, true, nil
	case row.kind == rowParent:
		return "", false, b.parent()
	case row.entry.kind == entryFolder:
		return "", false, b.read(row.entry.path)
	case row.entry.kind == entryFile && !b.folders:
		return row.entry.path, true, nil
	}
	return "", false, nil
}

// took shows what was read, unless another folder was asked for since. A file
// that was typed is the answer where one is looked for.
func (b *browser) took(msg folderListed) (path string, closed bool) {
	if msg.asked != b.asked {
		return "", false
	}
	answered := b.answered != ""
	b.reading, b.err, b.failed, b.answered = false, msg.err, msg.path, ""
	switch {
	case msg.err != nil:
		b.under = ""
		return "", false
	case answered && b.folders && !msg.file:
		return msg.path, true
	case answered && !b.folders && !msg.file:
		b.err = errNoFile
		return "", false
	case msg.file && b.folders:
		b.dir, b.under = filepath.Dir(msg.path), filepath.Base(msg.path)
		b.err = errNoFolder
		return "", false
	case msg.file:
		return msg.path, true
	}
	b.dir, b.entries, b.more = msg.path, msg.entries, msg.more
	b.typed.SetValue("")
	b.list.Release()
	for i, row := range b.rows() {
		if b.under != "" && row.kind == rowEntry && row.entry.name == b.under {
			b.list.Goto(i)
		}
	}
	b.under = ""
	return "", false
}

// bindings are the keys of the page; letters are text.
func (b *browser) bindings() []ui.Binding {
	label, help := "open or pick", "open the folder, or pick the file"
	if b.folders {
		label, help = "open or add", "open the folder, or add the one in sight"
	}
	return []ui.Binding{
		{ID: "browse.open", Label: label, Help: help, Keys: []string{"enter"}, Stays: true, Off: b.off, Do: do(action.OpenEntry{})},
		{ID: "browse.leave", Label: cmp.Or(b.back, "back to the files"), Help: "close this page; nothing changes", Keys: []string{"esc"}, Stays: true, Do: do(action.LeaveBrowser{})},
	}
}

// off is why there is nothing to open.
func (b *browser) off() string {
	if b.answered != "" || isTypedPath(strings.TrimSpace(b.typed.Value())) {
		return ""
	}
	row, ok := b.row()
	switch {
	case b.reading:
		return "the folder is being read"
	case !ok:
		return "nothing here has that in its name"
	case row.kind == rowEntry && row.entry.kind == entryOther:
		return "it is " + row.entry.what
	case row.kind == rowEntry && row.entry.kind == entryFile && b.folders:
		return "it is a file, and a folder is asked for"
	default:
		return ""
	}
}
