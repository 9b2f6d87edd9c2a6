package wizard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// noon is the time in these tests.
var noon = time.Date(2026, 8, 22, 12, 4, 7, 0, time.UTC)

// early is a wizard on a project; its clock stands still.
func early(dir string) *Publish {
	return New(Config{Answers: publish.Answers{Directory: dir}, Registry: "hub.example.org", Now: func() time.Time { return noon }})
}

// settle does what the wizard asks for, as the console does, until it asks for
// nothing more. What is for the console itself it returns.
func settle(t *testing.T, s *Publish, calls *client.Client, next action.Action) action.Action {
	t.Helper()
	for range 20 {
		switch then := next.(type) {
		case action.Ask:
			next, _ = s.Handle(then.Question.Ask(t.Context(), calls))
		case action.Begin:
			_, err := then.Work.Do(t.Context(), calls, func(float64) {})
			next, _ = s.Handle(catalog.Done{ID: then.Work.Task(), Err: err})
		default:
			return next
		}
	}
	require.FailNow(t, "it never settles")
	return nil
}

// keys presses keys by their bindings, or types them, and settles each.
func keys(t *testing.T, s *Publish, calls *client.Client, pressed ...string) action.Action {
	t.Helper()
	var last action.Action
	for _, key := range pressed {
		if b, bound := ui.Find(s.Bindings(), key); bound {
			require.Empty(t, b.WhyText(), key)
			next, _ := last, tea.Cmd(nil)
			if local, is := b.Do().(action.Local); is {
				next, _ = s.Handle(local)
			} else {
				next = b.Do()
			}
			last = settle(t, s, calls, next)
			continue
		}
		for _, r := range key {
			next, _ := s.Handle(tea.KeyPressMsg{Code: r, Text: string(r)})
			last = settle(t, s, calls, next)
		}
	}
	return last
}

// off is why a key does nothing now.
func off(t *testing.T, s *Publish, key string) string {
	t.Helper()
	b, bound := ui.Find(s.Bindings(), key)
	require.True(t, bound, key)
	return b.Why()
}

// folder writes files into a new directory.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "baton-widget")
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return dir
}

// scaffold is about what a first-time publisher brings.
func scaffold() map[string]string {
	return map[string]string{
		"go.mod":      "module github.com/acme/baton-widget\n\ngo 1.26\n",
		"main.go":     "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"usage\") }\n",
		"README.md":   "# baton-widget\n\nA connector for Widget.\n",
		".git/config": "[remote \"origin\"]\n\turl = https://github.com/mara/baton-widget.git\n",
		".git/HEAD":   "ref: refs/heads/main\n",
	}
}

// sample is a copy of the connector that comes with registrar.
func sample(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "baton-sample")
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "testdata", "connector"))))
	return dir
}

// pageTest compares a page with its goldens, looks at it at any size, and
// checks its keys.
func pageTest(t *testing.T, name string, page func() *Publish) {
	t.Helper()
	require.NoError(t, ui.CheckBindings(page().Bindings()))
	tuitest.Goldens(t, name, func(look *theme.Theme, w, h int) string {
		return ui.Join(page().View(ui.Look{Theme: look, Now: noon}, w, h))
	})
	pageAtAnySize(t, page)
}

// pageAtAnySize draws a page at many sizes, also in ASCII: nothing is wider or
// longer than the screen, and no control reaches it.
func pageAtAnySize(t *testing.T, page func() *Publish) {
	t.Helper()
	ascii := theme.New(theme.Standard(), true, colorprofile.TrueColor, true)
	for _, look := range []*theme.Theme{dark(), ascii} {
		s := page()
		tuitest.Sweep(t, func(w, h int) string { return ui.Join(s.View(ui.Look{Theme: look, Now: noon}, w, h)) }, "")
	}
	s := page()
	s.View(ui.Look{Theme: ascii, Now: noon}, 120, 40)
	for _, line := range s.View(ui.Look{Theme: ascii, Now: noon}, 120, 40) {
		for _, r := range ansi.Strip(line) {
			assert.Less(t, r, rune(0x7f), line)
		}
	}
}

func dark() *theme.Theme { return tuitest.Looks()[0].Theme }

func containsPlain(line, text string) bool { return strings.Contains(ansi.Strip(line), text) }

// shown is a page as a terminal of this size shows it.
func shown(s *Publish, w, h int) tuitest.Screen {
	return tuitest.Parse(ui.Join(s.View(ui.Look{Theme: dark(), Now: noon}, w, h)), w, h)
}

func TestOneQuestionAtATime(t *testing.T) {
	t.Parallel()
	var l latest
	assert.True(t, l.ask("o"))
	assert.False(t, l.ask("ok"))
	taken, again := l.answered("x", "ok")
	assert.False(t, taken || again, "nobody asked that")
	taken, again = l.answered("o", "ok")
	assert.True(t, taken && again)
	assert.True(t, l.ask("ok"))
	taken, again = l.answered("ok", "ok")
	assert.True(t, taken)
	assert.False(t, again)
	taken, _ = l.answered("ok", "ok")
	assert.False(t, taken, "it was answered")
}
