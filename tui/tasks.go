package tui

import (
	"context"
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
	// Start and Done are what the status row says: "yanking baton-okta
	// v0.5.25", "baton-okta v0.5.25 is YANKED".
	Start, Done string
	// Slow tasks show in the status row with their progress, and leaving the
	// console asks while they run.
	Slow bool
	Run  func(ctx context.Context, r *Report) error
}

// Report is how a task tells how far it is: one goroutine writes, the loop
// reads at its own pace.
type Report struct{ progress atomic.Pointer[progress] }

type progress struct {
	fraction float64
	text     string
}

// Set tells how far the task is; text is what the status row says.
func (r *Report) Set(fraction float64, text string) {
	r.progress.Store(&progress{fraction: fraction, text: text})
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
}

type (
	taskTick struct{}
	taskDone struct {
		id  string
		err error
	}
)

// tickTime is how often progress is drawn while a task runs.
const tickTime = time.Second / 12

func newTasks() *tasks { return &tasks{} }

// start runs a task, unless one with its name runs already.
func (a *App) start(t Task) tea.Cmd {
	for _, each := range a.tasks.running {
		if each.task.ID == t.ID {
			return a.do(action.Tell{Text: t.Start + ": that is under way already"})
		}
	}
	ctx, cancel := context.WithCancel(a.ctx)
	r := &running{task: t, report: &Report{}, cancel: cancel, over: make(chan struct{})}
	a.tasks.running = append(a.tasks.running, r)
	run := func() tea.Msg {
		r.begun.Store(true)
		defer close(r.over)
		defer cancel()
		return taskDone{id: t.ID, err: t.Run(ctx, r.report)}
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

// taskDone tells how a task ended, in the status row and to the screens.
func (a *App) taskDone(done taskDone) tea.Cmd {
	var ended Task
	kept := a.tasks.running[:0]
	for _, each := range a.tasks.running {
		if each.task.ID == done.id {
			ended = each.task
			continue
		}
		kept = append(kept, each)
	}
	a.tasks.running = kept
	told := a.tell(catalog.Done{ID: done.id, Err: done.err})
	if done.err != nil {
		return tea.Batch(told, a.show(action.Tell{Text: failure(done.err), Bad: true}))
	}
	return tea.Batch(told, a.show(action.Tell{Text: ended.Done}))
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
func (r *running) text(t *theme.Theme) ui.Text {
	x := ui.Line(ui.Say(theme.Motion, t.Glyph(theme.GlyphUploading)+" "), ui.Say(theme.Muted, r.task.Start))
	p := r.report.progress.Load()
	if p == nil {
		return x
	}
	x = x.And(ui.Say(theme.Muted, "  "))
	x = x.And(ui.ProgressBar(t, p.fraction, 12, theme.Motion)...)
	return x.And(ui.Say(theme.Muted, " "+ui.Percent(p.fraction)))
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
