package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// hears is the plain console over the fixture, driven line by line.
type hears struct {
	t *testing.T
	p *plain
}

func newHears(t *testing.T) hears {
	t.Helper()
	a := newApp(t, tuitest.Looks()[2].Theme, plainWidth, plainHeight)
	a.spoken = true
	a.retheme()
	p := &plain{app: a, out: &transcript{wake: make(chan struct{}, 1)}, echo: true, now: noon, steps: map[string]toldStep{}}
	h := hears{t: t, p: p}
	p.Update(nil)
	return h
}

// type types a line and returns what is said about it.
func (h hears) line(text string) string {
	h.t.Helper()
	h.settle()
	h.said()
	h.p.Update(lineTyped{text: text})
	h.settle()
	return h.said()
}

// settle answers whatever is under way: the registry of the fixture never does.
func (h hears) settle() {
	h.p.app.answers = 0
	h.p.Update(nil)
}

// said takes what was said since.
func (h hears) said() string {
	text := string(h.p.out.text)
	h.p.out.text = nil
	return text
}

// many gives the connector of the fixture so many versions.
func (h hears) many(n int) {
	var all []*registryv1.VersionSummary
	for i := range n {
		all = append(all, released{name: "baton-okta", number: fmt.Sprintf("v1.%d.0", i), state: registryv1.State_STATE_PUBLISHED, age: time.Duration(i) * time.Hour, received: -1}.summary(int64(1000+i)))
	}
	h.p.app.read(oktaList, true)
	h.p.app.receive(page{list: oktaList, versions: all})
}

// Rows are read by twenties; numbers go on, and mean what was read.
func TestPlainReadsByTwenties(t *testing.T) {
	t.Parallel()
	h := newHears(t)
	h.many(45)
	h.p.app.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	said := h.line("")
	assert.Contains(t, said, "\n1. v1.44.0,")
	assert.Contains(t, said, "\n20. v1.25.0,")
	assert.NotContains(t, said, "21. ")
	assert.Contains(t, said, "Rows 1 to 20 of 45. n reads on.")
	assert.Contains(t, h.line("?"), "next to care for:", "what n means elsewhere has its label")

	said = h.line("n")
	assert.Contains(t, said, "\n21. v1.24.0,")
	assert.Contains(t, said, "Rows 21 to 40 of 45. n reads on.")
	said = h.line("n")
	assert.Equal(t, 9, strings.Count(said, "\n"), "rows and nothing else: %s", said)
	assert.Contains(t, said, "\n45. v1.0.0,")
	assert.Contains(t, said, "Rows 41 to 45 of 45.\n")
	assert.Contains(t, h.line("n"), "That was the last row.")

	// A number of the first page still means what was read under it.
	said = h.line("3")
	assert.Contains(t, said, "Connectors > ConductorOne/baton-okta > v1.42.0")
	said = h.line("back")
	assert.Contains(t, said, "\n3. v1.42.0,")
	assert.Contains(t, said, "on row 3 unless a number follows")
	assert.NotContains(t, said, "21. ", "the page with the row that was opened is read")
}

// What others do moves rows; a number means the row that it was read with, and
// one that is gone is not taken for another.
func TestPlainNumbersMeanTheRowsThatWereRead(t *testing.T) {
	t.Parallel()
	h := newHears(t)
	h.p.app.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	assert.Contains(t, h.line(""), "\n2. v0.5.26,")
	newer := released{name: "baton-okta", number: "v9.0.0", state: registryv1.State_STATE_PUBLISHED, received: -1}.summary(900)
	h.p.app.receive(page{list: oktaList, versions: append(versions(), newer)})
	assert.Contains(t, h.line("2"), "> v0.5.26", "not the one that is second by now")
	h.line("back")
	assert.Contains(t, h.line(""), "\n3. v0.5.26,")
	h.p.app.read(oktaList, true)
	h.p.app.receive(page{list: oktaList, versions: append(versions()[:1], versions()[2:]...)})
	assert.Contains(t, h.line("X 3"), "Row 3 is not there any more")
	assert.Empty(t, h.p.app.dialogs)
}

// Every action that is offered can be named by what is offered for it, on
// every page.
func TestPlainWordsFindTheirActions(t *testing.T) {
	t.Parallel()
	h := newHears(t)
	a := h.p.app
	for name, open := range map[string]func(){
		"connectors": func() { a.do(action.Go{To: action.Connectors}) },
		"all":        func() { a.do(action.Go{To: action.Versions}) },
		"versions":   func() { a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name}) },
		"version":    func() { a.open("v0.5.26") },
	} {
		open()
		h.line("")
		for _, b := range h.p.shown() {
			if b.Key() == enterKey && h.p.page.ids != nil {
				continue // a number
			}
			found, known := h.p.named(h.p.word(b))
			require.True(t, known, "%s: %s", name, h.p.word(b))
			assert.Equal(t, b.ID, found.ID, "%s: %q", name, h.p.word(b))
		}
	}
}

// Figures of a task are told at most every ten seconds, a new state at once.
func TestPlainTellsProgressNowAndThen(t *testing.T) {
	t.Parallel()
	h := newHears(t)
	a := h.p.app
	now := noon
	a.cfg.Now = func() time.Time { return now }
	report := &Report{}
	a.tasks.running = append(a.tasks.running, &running{task: Task{ID: "verify x", Start: "verifying x", Slow: true}, report: report, cancel: func() {}})
	h.said()
	told := 0
	for i := range 100 {
		now = now.Add(time.Second)
		report.Set(float64(i) / 100)
		h.p.Update(taskTick{})
		told += strings.Count(h.said(), "verifying x: ")
	}
	assert.Equal(t, 10, told, "once and then every ten seconds")
	h.p.Update(taskDone{id: "verify x", said: "x: 5 files checked here."})
	assert.Contains(t, h.said(), "x: 5 files checked here.")
}

// A dialog that can only be drawn is read as it is drawn, and takes what is
// typed as keys.
func TestPlainDialogsThatTakeKeys(t *testing.T) {
	t.Parallel()
	h := newHears(t)
	drawn := &drawnDialog{}
	h.p.app.ask(drawn)
	h.p.prompt = ""
	h.p.Update(nil)
	assert.Contains(t, h.said(), "Find what?")
	assert.NotContains(t, h.line("ab"), "nothing that works")
	assert.Equal(t, []string{"a", "b", "enter"}, drawn.keys)
	h.line("")
	assert.Empty(t, h.p.app.dialogs)
}

// drawnDialog is one that has no questions.
type drawnDialog struct {
	Dialog

	keys []string
}

func (d *drawnDialog) Open(int, string) tea.Cmd { return nil }
func (d *drawnDialog) Ask() action.Action       { return nil }
func (d *drawnDialog) Waits(string) bool        { return false }

func (d *drawnDialog) View(_ ui.Look, _, _ int) []string {
	return []string{"| Find   what? |", "|  " + strings.Join(d.keys, "") + "  |"}
}

func (d *drawnDialog) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	key, is := msg.(tea.KeyPressMsg)
	switch {
	case !is:
	case key.String() == "esc":
		return action.Back{}, nil
	default:
		d.keys = append(d.keys, key.String())
	}
	return nil, nil
}

// FuzzPlainLines types anything: what is said has no control in it, and no
// dialog is answered by accident.
func FuzzPlainLines(f *testing.F) {
	f.Add("1\nX 2\n2\nwhy\n\n\n\nv0.5.26\n")
	f.Add("/ state:\x1b[2J\n3\ntab\n2\n?\nn\nversions\n")
	f.Add("p\n\nacme/x\nv1\n\n\n\nesc\nq\n1\n")
	f.Fuzz(func(t *testing.T, text string) {
		h := newHears(t)
		for line := range strings.SplitSeq(text, "\n") {
			said := h.line(line)
			if at := strings.IndexFunc(said, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r == '\u202e' }); at >= 0 {
				t.Fatalf("%q makes it say %q", line, said)
			}
			if h.p.app.ctx.Err() != nil {
				return
			}
		}
		for _, each := range h.p.app.tasks.running {
			if strings.HasPrefix(each.task.ID, "yank ") && !strings.Contains(text, "v") {
				t.Errorf("%q yanks without the number being typed", text)
			}
		}
	})
}
