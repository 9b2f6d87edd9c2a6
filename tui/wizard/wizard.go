// Package wizard is the publish screen: it asks for a project folder, shows
// what would be published, runs the pipeline, and says what became of it.
package wizard

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
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

// Publish is the publish screen. It lives as long as the console: what was
// typed and what runs survives leaving it.
type Publish struct {
	cfg    Config
	form   form
	list   ui.List
	listAt int // line of the body where the files begin, as drawn last
	scroll int
	below  int // lines that are out of sight below

	stage  stage
	asked  int // number of the last look at a folder
	plan   publish.Plan
	faults []client.Fault
	dry    *registryv1.CreateVersionResponse
	err    error
	run    *Run
}

// Prepared is what a look at a project folder found.
type Prepared struct {
	asked  int
	plan   publish.Plan
	faults []client.Fault
	dry    *registryv1.CreateVersionResponse
	err    error
}

// Prepare looks at the folder and asks the registry for a dry run. It is for
// a command: it reads files and waits for answers.
func Prepare(ctx context.Context, calls *client.Client, a action.Prepare) Prepared {
	p := Prepared{asked: a.Asked}
	p.plan, p.faults, p.err = publish.Prepare(ctx, calls, publish.Answers{
		Directory: a.Directory, Org: a.Org, Name: a.Name, Version: a.Number, Changelog: a.Changelog, Sign: a.Sign, Stable: a.Stable,
	})
	if p.err == nil && len(p.faults) == 0 {
		p.dry, p.err = publish.DryRun(ctx, calls, p.plan)
	}
	return p
}

// New makes the screen.
func New(cfg Config) *Publish {
	return &Publish{cfg: cfg, form: newForm(cfg.Directory)}
}

// Open implements the console's Screen.
func (s *Publish) Open() []action.Action { return nil }

// Typing implements the console's Screen.
func (s *Publish) Typing() bool { return s.stage == asking }

// Waits reports whether the screen itself shows how a task ends.
func (s *Publish) Waits(task string) bool { return s.run != nil && s.run.Task() == task }

// Caption implements the console's Screen.
func (s *Publish) Caption(_ ui.Look, place string) ui.Caption {
	if s.stage == asking || s.stage == preparing || s.plan.Ref.Name == "" {
		return ui.Caption{Path: []string{place, "Publish"}, Facts: ui.Words(theme.Muted, "to "+s.cfg.Registry)}
	}
	return ui.Caption{
		Path:  []string{"Publish", s.plan.Ref.Org + "/" + s.plan.Ref.Name},
		Facts: ui.Line(ui.Say(theme.Muted, "version "), ui.Say(theme.Text, s.plan.Ref.Version)),
	}
}

// Handle implements the console's Screen.
func (s *Publish) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		s.form.key(msg)
	case tea.PasteMsg:
		s.form.paste(msg)
	case Prepared:
		s.prepared(msg)
	case catalog.Done:
		s.done(msg)
	case action.Focus:
		s.form.move(msg.By)
	case action.Send:
		return s.look(), nil
	case action.Again:
		s.again()
	case action.Move:
		s.move(msg.By)
	case action.Scroll:
		s.move(msg.By)
	case action.Point:
		s.point(msg)
	case action.Choose:
		s.list.Goto(int(msg.ID))
	case ui.Answer:
		s.form.take(msg)
	}
	return nil, nil
}

// look sends the form, unless something is missing in it.
func (s *Publish) look() action.Action {
	if !s.form.complete() {
		return nil
	}
	s.asked++
	s.stage, s.err, s.scroll = preparing, nil, 0
	answer := s.form.answer()
	answer.Asked = s.asked
	return answer
}

// prepared takes what a look at the folder found, unless somebody went back.
func (s *Publish) prepared(p Prepared) {
	if p.asked != s.asked || s.stage != preparing {
		return
	}
	s.plan, s.faults, s.dry, s.err = p.plan, p.faults, p.dry, p.err
	s.stage = planned
	if p.err != nil {
		s.stage = asking
	}
}

// again goes back to the form; answers stay. A run under way is stopped, and
// the form comes when it is.
func (s *Publish) again() {
	if s.stage == running {
		s.run.Halt()
		return
	}
	s.stage, s.err, s.faults, s.scroll = asking, nil, nil, 0
}

// Begin tells that the plan is about to run; ready is false when there is
// nothing to run.
func (s *Publish) Begin() (run *Run, ready bool) {
	if s.stage != planned && s.stage != finished || len(s.faults) > 0 {
		return nil, false
	}
	s.stage, s.err = running, nil
	s.run = newRun(s.plan, s.cfg.Journal)
	return s.run, true
}

// done takes the end of the run. Its plan knows the digests of the files, so
// that running it again need not read them anew.
func (s *Publish) done(msg catalog.Done) {
	if s.stage != running || !s.Waits(msg.ID) {
		return
	}
	s.stage, s.err, s.scroll = finished, msg.Err, 0
	if p := s.run.snapshot().result.Plan; len(p.Files) > 0 {
		s.plan = p
	}
}

// move moves the cursor among the files of the run, or scrolls.
func (s *Publish) move(by int) {
	if s.stage == running {
		s.list.Goto(min(s.list.Cursor()+by, len(s.run.snapshot().transfer.Rows)-1))
		return
	}
	s.scroll = max(0, s.scroll+by)
}

// point puts the cursor on the file that was clicked.
func (s *Publish) point(p action.Point) {
	if s.stage == running {
		s.list.Click(p.Y - s.listAt)
	}
}

// chosen is the file under the cursor.
func (s *Publish) chosen() string {
	rows := s.run.snapshot().transfer.Rows
	if i := s.list.Cursor(); i < len(rows) {
		return label(rows[i].Asset)
	}
	return ""
}

// Stop stops the transfer of one file.
func (s *Publish) Stop(file string) { s.each(file, (*publish.Control).Cancel) }

// Retry starts the transfer of one file again; "" is every stopped one.
func (s *Publish) Retry(file string) {
	if file == "" && s.run != nil {
		s.run.control.RetryAll()
		return
	}
	s.each(file, (*publish.Control).Retry)
}

// each calls the control for the file with a name.
func (s *Publish) each(file string, call func(*publish.Control, publish.AssetKey)) {
	if s.run == nil {
		return
	}
	rows := s.run.snapshot().transfer.Rows
	if i := slices.IndexFunc(rows, func(r publish.Row) bool { return label(r.Asset) == file }); i >= 0 {
		call(s.run.control, rows[i].Asset)
	}
}
