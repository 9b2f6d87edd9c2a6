package tui

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// Task is one effect that takes a while. It is named, tells when it starts
// and when it is done, and goes on when its screen is left.
type Task struct {
	// ID is unique among the tasks that run; a second one is refused.
	ID string
	// Start is what the status row says meanwhile: "yanking acme/baton-x v1.0.0".
	Start string
	// Slow tasks show in the status row with their progress, and leaving the
	// console asks while they run.
	Slow bool
	// Left says what becomes of it when the console is left; nil: it stops.
	Left func() []string
	// Run does it and returns the sentence that says what is so now.
	Run func(ctx context.Context, r *Report) (said string, err error)
}

// Report is how a task tells how far it is: one goroutine writes, the loop
// reads at its own pace.
type Report struct {
	fraction atomic.Pointer[float64]
	measure  atomic.Pointer[func() float64]
	found    any
}

// Set tells how far the task is.
func (r *Report) Set(fraction float64) { r.fraction.Store(&fraction) }

// Measure gives a function that tells how far the task is whenever something
// draws; what it reads must be safe to read from anywhere.
func (r *Report) Measure(fraction func() float64) { r.measure.Store(&fraction) }

// Find hands over what the task found out; the loop gets it when the task is
// over.
func (r *Report) Find(found any) { r.found = found }

// Fraction is how far the task is, if it says so.
func (r *Report) Fraction() (fraction float64, known bool) {
	if measure := r.measure.Load(); measure != nil {
		return (*measure)(), true
	}
	if set := r.fraction.Load(); set != nil {
		return *set, true
	}
	return 0, false
}

// tasks are those under way. The loop owns it.
type tasks struct {
	running []*running
	ticking bool
}

type running struct {
	task   Task
	report *Report
	cancel context.CancelFunc
	// begun is set once the task runs: a program that ends may drop it before.
	begun atomic.Bool
	over  chan struct{}
	// stopped says that a person stopped it.
	stopped bool
}

type (
	taskTick struct{}
	taskDone struct {
		id, said string
		found    any
		err      error
	}
)

// tickTime is how often progress is drawn while a task runs.
const tickTime = time.Second / 12

func newTasks() *tasks { return &tasks{} }

// start runs a task, unless one with its name runs already.
func (a *App) start(t Task) tea.Cmd {
	if slices.ContainsFunc(a.tasks.running, func(r *running) bool { return r.task.ID == t.ID }) {
		return a.do(action.Tell{Text: t.Start + ": that is under way already"})
	}
	ctx, cancel := context.WithCancel(a.ctx)
	r := &running{task: t, report: &Report{}, cancel: cancel, over: make(chan struct{})}
	a.tasks.running = append(a.tasks.running, r)
	a.catalog.Begin(t.ID)
	run := func() tea.Msg {
		r.begun.Store(true)
		defer close(r.over)
		defer cancel()
		said, err := t.Run(ctx, r.report)
		return taskDone{id: t.ID, said: said, found: r.report.found, err: err}
	}
	return tea.Batch(run, a.startTicking())
}

// startTicking makes the one tick that exists while tasks run.
func (a *App) startTicking() tea.Cmd {
	if a.tasks.ticking {
		return nil
	}
	a.tasks.ticking = true
	return nextTick()
}

func nextTick() tea.Cmd {
	return tea.Tick(tickTime, func(time.Time) tea.Msg { return taskTick{} })
}

// tick goes on as long as a task runs.
func (a *App) tick() tea.Cmd {
	told := a.tell(catalog.Tick{})
	if len(a.tasks.running) == 0 {
		a.tasks.ticking = false
		return told
	}
	return tea.Batch(told, nextTick())
}

// taskDone tells how a task ended: whoever waits for it shows that itself,
// otherwise the status row does.
func (a *App) taskDone(done taskDone) tea.Cmd {
	stopped := ""
	for _, r := range a.tasks.running {
		if r.task.ID == done.id && r.stopped {
			stopped = "Stopped " + r.task.Start + "."
		}
	}
	a.tasks.running = slices.DeleteFunc(a.tasks.running, func(r *running) bool { return r.task.ID == done.id })
	a.catalog.End(done.id)
	bad := a.keep(done.found)
	inDialog := a.awaited(done.id)
	inSight := a.top() == Screen(a.publish) && a.publish.Waits(done.id)
	told := a.tell(catalog.Done{ID: done.id, Err: done.err})
	switch {
	case inSight, inDialog && done.err != nil:
		return told
	case done.err != nil && stopped != "":
		return tea.Batch(told, a.show(action.Tell{Text: stopped}))
	case done.err != nil:
		return tea.Batch(told, a.show(action.Tell{Text: failure(done.err), Bad: true}))
	default:
		return tea.Batch(told, a.show(action.Tell{Text: done.said, Bad: bad}))
	}
}

// stop ends a task at the wish of a person.
func (x *tasks) stop(id string) {
	for _, each := range x.running {
		if each.task.ID == id {
			each.stopped = true
			each.cancel()
		}
	}
}

// slow returns the task that the status row shows and quitting asks about.
func (x *tasks) slow() (*running, bool) {
	for _, each := range x.running {
		if each.task.Slow {
			return each, true
		}
	}
	return nil, false
}

// text is the running task as the status row shows it.
func (r *running) text(t *theme.Theme, w int) ui.Text {
	sign := ui.Say(theme.Motion, t.Glyph(theme.GlyphUploading)+" ")
	fraction, known := r.report.Fraction()
	switch {
	case !known:
		return ui.Line(sign, ui.Say(theme.Muted, r.task.Start))
	case w < wideFrame:
		return ui.Line(sign, ui.Say(theme.Muted, r.task.Start+" "+ui.Percent(fraction)))
	default:
		x := ui.Line(sign, ui.Say(theme.Muted, r.task.Start+"  "))
		x = x.And(ui.ProgressBar(t, fraction, 12, theme.Motion)...)
		return x.And(ui.Say(theme.Muted, " "+ui.Percent(fraction)))
	}
}

// wait stops all tasks and returns when they are over.
func (x *tasks) wait() {
	for _, each := range x.running {
		each.cancel()
	}
	for _, each := range x.running {
		if each.begun.Load() {
			<-each.over
		}
	}
}
