// Package wizard is the publish screen: it asks for a project folder, shows
// what would be published, runs the pipeline, and says what became of it.
package wizard

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// stage is how far a publish got on this screen.
type stage uint8

const (
	asking    stage = iota // the form
	preparing              // looking at the folder
	planned                // showing what would be published
	running                // the pipeline runs
	finished               // it ended, well or not
)

// Config is what the screen needs to know from outside.
type Config struct {
	// Directory is proposed in the form.
	Directory string
	// Registry is the name of the registry for people.
	Registry string
	// Journal keeps the plan of a draft, so that it can be gone on with
	// after this program ended; nil keeps none.
	Journal *publish.Journal
}

// Publish is the publish screen. The loop draws it while a task runs the
// pipeline; what both touch is behind the mutex.
type Publish struct {
	cfg  Config
	form form
	list ui.List

	mu      sync.Mutex
	stage   stage
	plan    publish.Plan
	faults  []client.Fault
	dry     *registryv1.CreateVersionResponse
	err     error
	control *publish.Control
	run     progress
}

// progress is what a run told so far.
type progress struct {
	steps    map[publish.StepName]publish.Step
	now      publish.StepName
	transfer publish.Progress
	checks   []*registryv1.Check
	result   publish.Result
	ended    time.Time
}

// New makes the screen.
func New(cfg Config) *Publish {
	s := &Publish{cfg: cfg}
	s.form = newForm(cfg.Directory)
	return s
}

// Open implements the console's Screen.
func (s *Publish) Open() action.Action { return nil }

// Typing implements the console's Screen.
func (s *Publish) Typing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stage == asking
}

// Title implements the console's Screen.
func (s *Publish) Title(l ui.Look, place string) (left, right ui.Text) {
	s.mu.Lock()
	defer s.mu.Unlock()
	left = ui.Line(ui.Say(theme.Muted, place+" "+l.Theme.Glyph(theme.GlyphPath)+" "), ui.Say(theme.Text, "Publish").Bold())
	if s.stage == asking || s.plan.Ref.Name == "" {
		return left, ui.Words(theme.Muted, "to "+s.cfg.Registry)
	}
	left = ui.Line(ui.Say(theme.Muted, "Publish "+l.Theme.Glyph(theme.GlyphPath)+" "), ui.Say(theme.Text, s.plan.Ref.Org+"/"+s.plan.Ref.Name).Bold())
	return left, ui.Words(theme.Muted, "version "+s.plan.Ref.Version)
}

// Bindings implements the console's Screen.
func (s *Publish) Bindings() []ui.Binding {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []ui.Binding{
		{ID: "publish.up", Label: "up", Help: "one row up", Keys: []string{"up", "k"}, Quiet: true, Do: do(action.Move{By: -1})},
		{ID: "publish.down", Label: "down", Help: "one row down", Keys: []string{"down", "j"}, Quiet: true, Do: do(action.Move{By: 1})},
	}
	switch s.stage {
	case asking:
		return formKeys()
	case planned:
		return append([]ui.Binding{
			{ID: "publish.run", Label: "publish", Help: "publish what is shown", Keys: []string{"enter"}, Risk: ui.Changes, Off: s.notReady, Do: do(action.Publish{})},
			{ID: "publish.edit", Label: "change answers", Help: "back to the form", Keys: []string{"e"}, Do: do(action.Again{})},
		}, all...)
	case running:
		chosen := s.chosen()
		return append([]ui.Binding{
			{ID: "publish.retry", Label: "retry this one", Help: "send the stopped file again", Keys: []string{"r"}, Do: do(action.RetryFile{Platform: chosen})},
			{ID: "publish.retryall", Label: "retry all", Help: "send all stopped files again", Keys: []string{"a"}, Do: do(action.RetryFile{})},
			{ID: "publish.stop", Label: "stop this one", Help: "stop sending this file", Keys: []string{"s"}, Do: do(action.StopFile{Platform: chosen})},
		}, all...)
	case finished:
		return append(s.endBindings(), all...)
	default:
		return all
	}
}

// endBindings are what one does after a run.
func (s *Publish) endBindings() []ui.Binding {
	var out []ui.Binding
	if v := s.run.result.Version.GetSummary(); v != nil && s.err == nil {
		ref := action.VersionOf(v.GetRef())
		out = append(out, ui.Binding{ID: "publish.open", Label: "open the version", Help: "the page of the version", Keys: []string{"enter"},
			Do: do(action.OpenVersion{Version: ref})})
	}
	if s.err != nil {
		out = append(out, ui.Binding{ID: "publish.again", Label: "run again", Help: "go on where it stopped", Keys: []string{"r"}, Risk: ui.Changes, Do: do(action.Publish{})})
	}
	return append(out, ui.Binding{ID: "publish.new", Label: "another one", Help: "publish something else", Keys: []string{"e"}, Do: do(action.Again{})})
}

// notReady is why publishing is off. The caller holds the mutex while the
// table is made; this runs later, on the loop, and takes it itself.
func (s *Publish) notReady() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) > 0 {
		return "mend what is listed first"
	}
	return ""
}

// do makes a binding's Do of an action that is the same each time.
func do(next action.Action) func() action.Action {
	return func() action.Action { return next }
}

// Handle implements the console's Screen.
func (s *Publish) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if msg.String() == "esc" {
			return action.Back{}, nil
		}
		if s.form.key(msg) {
			return s.form.answer(), nil
		}
	case tea.PasteMsg:
		s.form.paste(msg)
	case action.Move:
		s.moveCursor(msg.By)
	case action.Again:
		s.again()
	}
	return nil, nil
}

// moveCursor moves among the rows of the run.
func (s *Publish) moveCursor(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := "down"
	if by < 0 {
		key = "up"
	}
	s.list.Key(key, len(s.run.transfer.Rows))
}

// again goes back to the form; answers stay.
func (s *Publish) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stage != running && s.stage != preparing {
		s.stage, s.err, s.faults = asking, nil, nil
	}
}

// Prepare looks at the folder and asks the registry for a dry run. It is run
// by a task.
func (s *Publish) Prepare(ctx context.Context, calls *client.Client, a action.Prepare) {
	s.set(func() { s.stage, s.err, s.faults, s.dry = preparing, nil, nil, nil })
	plan, faults, err := publish.Prepare(ctx, calls, publish.Answers{
		Directory: a.Directory, Org: a.Org, Name: a.Name, Version: a.Number, Changelog: a.Changelog, Stable: a.Stable,
	})
	var dry *registryv1.CreateVersionResponse
	if err == nil && len(faults) == 0 {
		dry, err = publish.DryRun(ctx, calls, plan)
	}
	s.set(func() {
		s.stage, s.plan, s.faults, s.dry, s.err = planned, plan, faults, dry, err
		if err != nil {
			s.stage = asking
		}
	})
}

// Begin tells that the plan is about to run, and names it; ready is false
// when there is nothing to run.
func (s *Publish) Begin() (ref string, ready bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stage != planned && s.stage != finished || len(s.faults) > 0 {
		return "", false
	}
	s.stage, s.err = running, nil
	s.control = publish.NewControl()
	s.run = progress{steps: map[publish.StepName]publish.Step{}}
	return s.plan.Ref.String(), true
}

// Run runs the plan; report tells the status row how far it is. The error is
// what the screen shows as well.
func (s *Publish) Run(ctx context.Context, calls *client.Client, report func(fraction float64, text string)) error {
	var plan publish.Plan
	var control *publish.Control
	s.set(func() { plan, control = s.plan, s.control })
	draft := s.keep(plan)
	result, err := publish.Run(ctx, calls, plan, control, func(e publish.Event) { s.heard(e, report) })
	s.set(func() {
		s.stage, s.run.result, s.err = finished, result, err
	})
	if err == nil && draft != "" {
		// A journal left behind costs one line in the list of drafts.
		_ = s.cfg.Journal.Remove(draft)
	}
	return err
}

// keep writes the journal of the draft and returns its id. That it cannot be
// written keeps nobody from publishing: the registry knows what it has.
func (s *Publish) keep(plan publish.Plan) string {
	if s.cfg.Journal == nil {
		return ""
	}
	draft, err := s.cfg.Journal.Save(plan)
	if err != nil {
		return ""
	}
	return draft
}

// heard takes one event of the run.
func (s *Publish) heard(e publish.Event, report func(fraction float64, text string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := e.(type) {
	case publish.Step:
		s.run.steps[e.Name], s.run.now = e, e.Name
	case publish.Progress:
		s.run.transfer = e
		if e.Total > 0 {
			report(float64(e.Done)/float64(e.Total), "")
		}
	case publish.Checked:
		s.run.checks = append(s.run.checks, e.Check)
	case publish.Finished:
		s.run.result = e.Result
	}
}

// set changes what the task and the loop share.
func (s *Publish) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// chosen is the platform of the row under the cursor. The caller holds the mutex.
func (s *Publish) chosen() string {
	if i := s.list.Cursor(); i < len(s.run.transfer.Rows) {
		return s.run.transfer.Rows[i].Asset.String()
	}
	return ""
}

// Stop stops the transfer of one file; "" is none.
func (s *Publish) Stop(file string) {
	if file != "" {
		s.each(file, (*publish.Control).Cancel)
	}
}

// Retry starts the transfer of one file again; "" is every stopped one.
func (s *Publish) Retry(file string) {
	s.each(file, (*publish.Control).Retry)
}

// each calls the control for the rows that a name stands for.
func (s *Publish) each(file string, call func(*publish.Control, publish.AssetKey)) {
	s.mu.Lock()
	control, rows := s.control, s.run.transfer.Rows
	s.mu.Unlock()
	if control == nil {
		return
	}
	for _, row := range rows {
		if file == "" || row.Asset.String() == file {
			call(control, row.Asset)
		}
	}
}
