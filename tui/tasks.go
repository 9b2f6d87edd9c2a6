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
	// Run does it and returns the sentence that says what is so now.
	Run func(ctx context.Context, r *Report) (said string, err error)
}

// Report is how a task tells how far it is: one goroutine writes, the loop
// reads at its own pace.
type Report struct{ fraction atomic.Pointer[float64] }

// Set tells how far the task is.
func (r *Report) Set(fraction float64) { r.fraction.Store(&fraction) }

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
}

type (
	taskTick struct{}
	taskDone struct {
		id, said string
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
	run := func() tea.Msg {
		r.begun.Store(true)
		defer close(r.over)
		defer cancel()
		said, err := t.Run(ctx, r.report)
		return taskDone{id: t.ID, said: said, err: err}
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
	a.tasks.running = slices.DeleteFunc(a.tasks.running, func(r *running) bool { return r.task.ID == done.id })
	inDialog := a.awaited(done.id)
	inSight := a.top() == Screen(a.publish) && a.publish.Waits(done.id)
	told := a.tell(catalog.Done{ID: done.id, Err: done.err})
	switch {
	case inSight, inDialog && done.err != nil:
		return told
	case done.err != nil:
		return tea.Batch(told, a.show(action.Tell{Text: failure(done.err), Bad: true}))
	default:
		return tea.Batch(told, a.show(action.Tell{Text: done.said}))
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
	fraction := r.report.fraction.Load()
	switch {
	case fraction == nil:
		return ui.Line(sign, ui.Say(theme.Muted, r.task.Start))
	case w < wideFrame:
		return ui.Line(sign, ui.Say(theme.Muted, r.task.Start+" "+ui.Percent(*fraction)))
	default:
		x := ui.Line(sign, ui.Say(theme.Muted, r.task.Start+"  "))
		x = x.And(ui.ProgressBar(t, *fraction, 12, theme.Motion)...)
		return x.And(ui.Say(theme.Muted, " "+ui.Percent(*fraction)))
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
