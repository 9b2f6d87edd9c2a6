// Package wizard is the publish screen: ten small steps from a project folder
// to a published version. Each asks one thing, shows what it found by itself
// and where, and can be gone back to; the answers outlive the program.
package wizard

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// Config is what the screen needs to know from outside.
type Config struct {
	// Answers are those that were given before the screen opened: at least the
	// folder that is proposed as the project.
	Answers publish.Answers
	// Registry is the name of the registry for people.
	Registry string
	// Guide is what is told of the publishing paths.
	Guide publish.Guide
	// Now is the clock; nil is none, and then nothing says how long it took.
	Now func() time.Time
	// Journal keeps the answers and the plan of a draft, so that it can be
	// gone on with after this program ended; nil keeps none.
	Journal *publish.Journal
	// Sign gives what signing needs of the person and the world around; tell
	// is told where to log in. Nil: only keys in files can sign.
	Sign func(tell func(address, code string)) publish.SignWith
}

// The steps, in their order.
const (
	atPath = iota
	atProject
	atPreflight
	atVersion
	atFiles
	atSigning
	atConfirm
	atUpload
	atValidation
	atDone
)

// names are what the steps are called.
var names = []string{"Path", "Project", "Preflight", "Version", "Files", "Signing", "Confirm", "Upload", "Validation", "Done"}

// Publish is the publish screen. It lives as long as the console: what was
// answered and what runs survives leaving it.
type Publish struct {
	*shared
	steps []step
	at    int
	// drafts is the page before the first step that offers what is
	// unfinished; nil once somebody decided.
	drafts *draftsPage
	// opened says that the screen was in sight before.
	opened bool
	keeper *keeper
	run    *runPages
}

// New makes the screen.
func New(cfg Config) *Publish {
	s := &Publish{keeper: newKeeper(cfg.Journal)}
	s.begin(cfg)
	return s
}

// begin makes all steps anew.
func (s *Publish) begin(cfg Config) {
	s.shared = &shared{Config: cfg, answers: cfg.Answers}
	s.run = &runPages{shared: s.shared}
	s.steps = []step{
		newPathStep(s.shared), newProjectStep(s.shared), newPreflightStep(s.shared), newVersionStep(s.shared), newFilesStep(s.shared),
		newSigningStep(s.shared), newConfirmStep(s.shared), s.run, s.run, s.run,
	}
	s.at = atPath
}

// page is what is in sight: a step, or the drafts that are offered before
// the first one.
func (s *Publish) page() step {
	if s.drafts != nil {
		return s.drafts
	}
	return s.steps[s.at]
}

// Open implements the console's Screen. Nothing is asked twice: who comes
// back finds the page as it was.
func (s *Publish) Open() []action.Action {
	if s.opened {
		return nil
	}
	s.opened = true
	if s.at == atPath {
		return []action.Action{action.Ask{Question: lookForDrafts{journal: s.Journal, registry: s.Registry}}, s.enter(atPath)}
	}
	return []action.Action{s.enter(s.at)}
}

// Typing implements the console's Screen.
func (s *Publish) Typing() bool { return s.page().typing() }

// Waits reports whether the screen itself shows how a task ends.
func (s *Publish) Waits(task string) bool {
	for _, each := range s.steps {
		if w, is := each.(interface{ waits(task string) bool }); is && w.waits(task) {
			return true
		}
	}
	return s.run.waits(task)
}

// Caption implements the console's Screen.
func (s *Publish) Caption(_ ui.Look, place string) ui.Caption {
	ref := s.ref()
	if ref.Name == "" {
		return ui.Caption{Path: []string{place, "Publish"}, Facts: ui.Words(theme.Muted, "to "+s.Registry)}
	}
	facts := ui.Words(theme.Muted, "to "+s.Registry)
	if ref.Version != "" {
		facts = ui.Line(ui.Say(theme.Muted, "version "), ui.Say(theme.Text, ref.Version))
	}
	return ui.Caption{Path: []string{"Publish", ref.Org + "/" + ref.Name}, Facts: facts}
}

// Handle implements the console's Screen.
func (s *Publish) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	var next action.Action
	switch msg := msg.(type) {
	case action.Turn:
		next = s.turn(msg.By)
	case action.StartOver:
		next = s.startOver()
	case draftsFound:
		s.offer(msg)
	case draftChosen:
		if msg.err != nil {
			next = action.Tell{Text: msg.err.Error(), Bad: true}
			break
		}
		next = s.resume(msg.draft)
	case projectRead:
		if msg.err == nil && msg.directory == s.answers.Directory {
			s.project = msg.project
		}
	case tea.KeyPressMsg, tea.PasteMsg, action.Local, ui.Answer:
		next = s.page().handle(msg)
	default:
		next = s.told(msg)
	}
	return next, s.keep()
}

// told hands what was found out, and how tasks go, to every step: what one
// asked for may come when another is in sight.
func (s *Publish) told(msg tea.Msg) action.Action {
	var next action.Action
	// The last three are one.
	for _, each := range s.steps[:atUpload+1] {
		next = action.Both(next, each.handle(msg))
	}
	switch msg.(type) {
	case catalog.Tick, catalog.Done:
		s.follow()
	}
	return next
}

// follow shows the page of a run that fits how far it is, unless somebody is
// elsewhere.
func (s *Publish) follow() {
	if s.at < atUpload {
		return
	}
	s.at = s.run.at()
	s.answers.Step = names[min(s.at, atConfirm)]
}

// turn goes on to the next step, or back. Nothing blocks the way back.
func (s *Publish) turn(by int) action.Action {
	s.drafts = nil
	if by < 0 {
		if s.at == atPath {
			return action.Back{}
		}
		return s.enter(min(s.at-1, atConfirm))
	}
	here := s.steps[s.at]
	if p, is := here.(interface{ press() bool }); is && p.press() {
		return nil
	}
	if here.off() != "" || s.at == atDone {
		return nil
	}
	here.leave()
	if s.at == atConfirm {
		return action.Publish{}
	}
	return s.enter(s.at + 1)
}

// enter shows a step and asks what it has to know.
func (s *Publish) enter(at int) action.Action {
	s.at = at
	if at <= atConfirm {
		s.answers.Step = names[at]
	}
	return s.steps[at].enter()
}

// Begin tells that the plan is about to run; ready is false when there is
// nothing to run.
func (s *Publish) Begin() (run *Run, ready bool) {
	if s.run.running() || len(s.plan.Files) == 0 || s.at < atConfirm {
		return nil, false
	}
	s.plan.Answers = s.answers
	s.keeper.rest()
	s.at = atUpload
	return s.run.begin(s.plan), true
}

// startOver drops the answers, unless something runs.
func (s *Publish) startOver() action.Action {
	if s.run.running() {
		s.run.halt()
		return nil
	}
	s.drafts = nil
	s.begin(s.Config)
	return s.enter(atPath)
}

// Fill begins with a version that is to be published once more. why tells
// that nothing was filled in, since something is under way.
func (s *Publish) Fill(v action.Version) (why string) {
	if s.run.running() {
		return "publish: another publish is under way"
	}
	directory := s.answers.Directory
	s.drafts = nil
	s.begin(s.Config)
	s.answers.Path, s.answers.Directory = publish.PathOwn, directory
	s.answers.Org, s.answers.Name, s.answers.Version = v.Org, v.Name, v.Number
	s.at, s.opened = atProject, false
	return ""
}

// Stop stops the transfer of one file.
func (s *Publish) Stop(file string) { s.run.each(file, (*publish.Control).Cancel) }

// Retry starts the transfer of one file again; "" is every stopped one.
func (s *Publish) Retry(file string) { s.run.retry(file) }

// Steps are how far the run and its files are, or were when it ended.
func (s *Publish) Steps(l ui.Look) []ui.Step { return s.run.told(l) }
