package wizard

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// wander is a browser over real folders.
type wander struct {
	t *testing.T
	*browser
	path   string
	closed bool
}

func newWander(t *testing.T, dir string, folders bool) *wander {
	t.Helper()
	b, next := newBrowser("Which?", dir, folders, nil)
	w := &wander{t: t, browser: b}
	w.run("", false, next)
	return w
}

func (w *wander) run(path string, closed bool, next action.Action) {
	w.t.Helper()
	if ask, is := next.(action.Ask); is {
		path, closed = w.took(ask.Question.Ask(w.t.Context(), nil).(folderListed))
	}
	if closed {
		w.path, w.closed = path, true
	}
}

func (w *wander) press(keys ...string) *wander {
	w.t.Helper()
	for _, key := range keys {
		if b, known := ui.Find(w.bindings(), key); known {
			require.Empty(w.t, b.Why(), key)
			w.run(w.handle(b.Do()))
			continue
		}
		w.run(w.handle(keyPress(key)))
	}
	return w
}

func (w *wander) typing(text string) *wander {
	w.t.Helper()
	w.typed.SetValue(text)
	return w
}

// names are the rows in sight.
func (w *wander) names() []string {
	var all []string
	for _, row := range w.rows() {
		if row.kind == rowEntry {
			all = append(all, row.entry.name)
		}
	}
	return all
}

func write(t *testing.T, path string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
	return path
}

func TestBrowsing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "out", "Baton.zip"))
	write(t, filepath.Join(dir, ".git", "config"))
	write(t, filepath.Join(dir, "b.txt"))
	write(t, filepath.Join(dir, "A.txt"))
	require.NoError(t, os.Symlink(filepath.Join(dir, "out"), filepath.Join(dir, "link")))
	require.NoError(t, os.Symlink(filepath.Join(dir, "nothing"), filepath.Join(dir, "broken")))

	w := newWander(t, dir, false)
	assert.Equal(t, []string{"link", "out", "A.txt", "b.txt", "broken"}, w.names(), "folders first, whatever the case; names with a dot are not shown")
	assert.Equal(t, 1, w.hidden())
	assert.Equal(t, []string{".git"}, w.typing(".g").names())
	w.typing("brok")
	assert.Equal(t, "it is a link that leads nowhere", w.off())
	w.typing("ou").press("enter")
	assert.Equal(t, filepath.Join(dir, "out"), w.dir)
	assert.Empty(t, w.typed.Value())
	w.press("backspace")
	assert.Equal(t, dir, w.dir, "back out")
	row, _ := w.row()
	assert.Equal(t, "out", row.entry.name, "with the cursor where one came from")
	w.press("right", "down", "enter")
	assert.True(t, w.closed)
	assert.Equal(t, file, w.path)

	w = newWander(t, dir, false).typing("nothing like it")
	assert.Equal(t, "nothing here has that in its name", w.off())
	w = newWander(t, dir, false).press("esc")
	assert.True(t, w.closed)
	assert.Empty(t, w.path)
}

func TestPathsAreTyped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "out", "x.zip"))
	for name, c := range map[string]struct {
		folders           bool
		typed             string
		dir, path, failed string
	}{
		"a whole path to a file":   {typed: file, path: file},
		"a path from here":         {typed: "out/x.zip", path: file},
		"a folder opens":           {typed: "out/", dir: filepath.Join(dir, "out")},
		"a folder where one wants": {folders: true, typed: filepath.Join(dir, "out"), dir: filepath.Join(dir, "out")},
		"a file, not a folder":     {folders: true, typed: file, dir: filepath.Join(dir, "out"), failed: "it is a file, and a folder is asked for"},
		"nothing":                  {typed: "./nothing", dir: dir, failed: "it is not there"},
		"no regular file":          {typed: os.DevNull, dir: dir, failed: "it is neither a folder nor a regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWander(t, dir, c.folders).typing(c.typed).press("enter")
			assert.Equal(t, c.path, w.path)
			if c.dir != "" {
				assert.Equal(t, c.dir, w.dir)
			}
			if c.failed != "" {
				assert.EqualError(t, w.err, c.failed)
			} else {
				assert.NoError(t, w.err)
			}
		})
	}
}

// Whoever hears the page answers with a path, which is the choice then.
func TestAPathIsAnAnswer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "out", "x.zip"))
	answer := func(folders bool, text string) *wander {
		w := newWander(t, dir, folders)
		w.run(w.handle(ui.Answer{Text: text}))
		return w.press("enter")
	}
	assert.Equal(t, filepath.Join(dir, "out"), answer(true, "out").path)
	assert.Equal(t, file, answer(false, "out/x.zip").path)
	w := answer(false, "out")
	require.EqualError(t, w.err, "it is a folder, and a file is asked for")
	assert.Contains(t, w.inquiry().Note.String(), "it is a folder, and a file is asked for")
}

func TestAFolderThatMayNotBeRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("whoever runs this test may read everything")
	}
	dir := t.TempDir()
	locked := filepath.Join(dir, "locked")
	require.NoError(t, os.Mkdir(locked, 0o000))
	w := newWander(t, dir, true).press("down", "down", "enter")
	require.EqualError(t, w.err, "you may not read it")
	assert.Equal(t, dir, w.dir, "one stays where one was")
}

// Of a huge folder a bounded part is shown, and said so.
func TestAHugeFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range maxEntries + 10 {
		write(t, filepath.Join(dir, fmt.Sprintf("file-%05d", i)))
	}
	w := newWander(t, dir, false)
	assert.Len(t, w.names(), maxEntries)
	assert.True(t, w.more)
	last := filepath.Join(dir, fmt.Sprintf("file-%05d", maxEntries+9))
	assert.Equal(t, last, w.typing(last).press("enter").path, "what is not shown can be typed")
}

// Names are what they are, whatever is in them.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "evil\x1b]0;title\x07\u202e\nname"))
	w := newWander(t, dir, false).press("down", "enter")
	assert.Equal(t, file, w.path)
	w = newWander(t, dir, false)
	f := &filesStep{shared: &shared{}, browse: w.browser}
	d := &drive{t: t, step: f, shared: f.shared}
	for _, bad := range []string{"\x1b]", "\x07", "\u202e"} {
		assert.NotContains(t, d.sees(), bad)
	}
	assert.Contains(t, strings.Join(w.names(), ""), "\x1b")
}

// An answer about a folder that one left is forgotten.
func TestAnOldFolderIsForgotten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "out", "x"))
	w := newWander(t, dir, false)
	old := w.read(filepath.Join(dir, "out")).(action.Ask).Question.Ask(t.Context(), nil).(folderListed)
	w.run("", false, w.read(dir))
	w.took(old)
	assert.Equal(t, dir, w.dir)
}
