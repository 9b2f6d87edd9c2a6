package wizard

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// built is the sample connector, cross-compiled once for all tests.
var built = struct {
	sync.Once
	dir string
	err error
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir) // a temporary folder
	}
	os.Exit(code)
}

// compiled is the folder with one executable for each platform.
func compiled(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		built.dir, built.err = os.MkdirTemp("", "registrar-sample") //nolint:usetesting // it outlives the first test that needs it
		for _, p := range registryv1.Platforms() {
			if built.err != nil {
				return
			}
			goos, goarch, _ := strings.Cut(p.Slug(), "-")
			build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(built.dir, p.Slug()), "./cmd/baton-sample")
			build.Dir = filepath.Join("..", "..", "testdata", "connector")
			build.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=-mod=mod")
			if out, err := build.CombinedOutput(); err != nil {
				built.err = fmt.Errorf("%w: %s", err, out)
			}
		}
	})
	require.NoError(t, built.err, "building the sample connector")
	return built.dir
}

// newProject is a project of its own, with archives for some platforms.
func newProject(t *testing.T, platforms ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "README.md", "LICENSE", "baton_capabilities.json"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "connector", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	for _, platform := range platforms {
		pack(t, filepath.Join(dir, "dist"), "v1.0.0", platform, platform)
	}
	return dir
}

// pack writes the archive of one platform, with the executable of another if a
// test wants a swapped one, and says where it is.
func pack(t *testing.T, dist, version, platform, executable string) string {
	t.Helper()
	name := "baton-sample"
	if strings.HasPrefix(executable, "windows") {
		name += ".exe"
	}
	data, err := os.ReadFile(filepath.Join(compiled(t), executable))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(dist, 0o755))
	path := filepath.Join(dist, "baton-sample-"+version+"-"+platform+".tar.gz")
	out, err := os.Create(path)
	require.NoError(t, err)
	zip, err := gzip.NewWriterLevel(out, gzip.NoCompression) // quick, and a release all the same
	require.NoError(t, err)
	archive := tar.NewWriter(zip)
	require.NoError(t, archive.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(data))}))
	_, err = archive.Write(data)
	require.NoError(t, errors.Join(err, archive.Close(), zip.Close(), out.Close()))
	return path
}

// five are all platforms.
func five() []string {
	var all []string
	for _, p := range registryv1.Platforms() {
		all = append(all, p.Slug())
	}
	return all
}

// drive plays the console for one step: it answers what the step asks, and
// does what it begins.
type drive struct {
	t      *testing.T
	step   step
	shared *shared
	calls  *client.Client
	// asked are the questions that were answered, begun the works that ran.
	asked, begun int
	// did are the actions that were handed out besides.
	did []action.Action
}

func newDrive(t *testing.T, calls *client.Client, answers publish.Answers, make func(*shared) step) *drive {
	t.Helper()
	s := &shared{Config: Config{Registry: "hub.example.org", Journal: publish.OpenJournal(t.TempDir())}, answers: answers}
	if calls != nil {
		s.Registry = calls.Name()
	}
	return &drive{t: t, step: make(s), shared: s, calls: calls}
}

// enter shows the step.
func (d *drive) enter() *drive {
	d.t.Helper()
	d.run(d.step.enter())
	return d
}

// run carries an action out, and what comes of it.
func (d *drive) run(next action.Action) {
	d.t.Helper()
	switch next := next.(type) {
	case nil:
	case action.Several:
		for _, each := range next.All {
			d.run(each)
		}
	case action.Ask:
		d.asked++
		d.run(d.step.handle(next.Question.Ask(d.t.Context(), d.calls)))
	case action.Begin:
		d.begun++
		_, err := next.Work.Do(d.t.Context(), d.calls, func(float64) {})
		d.run(d.step.handle(catalog.Done{ID: next.Work.Task(), Err: err}))
	default:
		d.did = append(d.did, next)
	}
}

// press presses keys, as the console resolves them: bindings first, then text.
func (d *drive) press(keys ...string) *drive {
	d.t.Helper()
	for _, key := range keys {
		b, known := ui.Find(append(d.step.bindings(), moves()...), key)
		switch {
		case known && (!d.step.typing() || len(key) != 1):
			if b.Why() != "" {
				d.t.Fatalf("%s is off: %s", b.Label, b.Why())
			}
			do := b.Do()
			d.run(d.hand(do))
		default:
			d.run(d.step.handle(keyPress(key)))
		}
	}
	return d
}

// hand hands a local action over to the step, and others out.
func (d *drive) hand(next action.Action) action.Action {
	if local, is := next.(action.Local); is {
		return d.step.handle(local)
	}
	return next
}

// typed types a text.
func (d *drive) typed(text string) *drive {
	d.t.Helper()
	d.run(d.step.handle(tea.PasteMsg{Content: text}))
	return d
}

func keyPress(key string) tea.KeyPressMsg {
	for name, code := range map[string]rune{"up": tea.KeyUp, "down": tea.KeyDown, "backspace": tea.KeyBackspace, "left": tea.KeyLeft, "right": tea.KeyRight} {
		if key == name {
			return tea.KeyPressMsg{Code: code}
		}
	}
	return tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
}

// sees is the page as text, at 120x40.
func (d *drive) sees() string { return d.seesAt(120, 34) }

func (d *drive) seesAt(w, h int) string {
	d.t.Helper()
	lines := d.step.view(ui.Look{Theme: tuitest.Looks()[0].Theme}, w, h)
	require.Len(d.t, lines, h)
	screen := tuitest.Parse(ui.Join(lines), w, h)
	var b strings.Builder
	for y := range h {
		b.WriteString(screen.Line(y) + "\n")
	}
	return b.String()
}

// cursorOn moves the cursor to the row that begins with a name.
func (d *drive) cursorOn(name string) *drive {
	d.t.Helper()
	o := d.step.outline(ui.Look{Theme: tuitest.Looks()[0].Theme})
	for i := range o.Rows {
		if strings.HasPrefix(strings.Trim(o.Row(i).Text.String(), "+ "), name) {
			d.run(d.step.handle(action.Choose{ID: int64(i)}))
			return d
		}
	}
	d.t.Fatalf("no row begins with %s", name)
	return d
}

// newCalls is a publisher at a registry of its own.
func newCalls(t *testing.T, role registryv1.Role) (*client.Client, *registrytest.Server) {
	t.Helper()
	s := registrytest.Start(t)
	c, err := client.Open(client.Memory("hub.example.org", s.Dial).WithToken(s.Token(t, "ines", role)), client.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c, s
}
