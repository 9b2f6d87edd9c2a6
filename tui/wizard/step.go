package wizard

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// step is one of the ten: a small page with one question, what was found out
// by itself, and where. It reads and writes the answers that all steps share,
// so that going back and forth loses nothing.
//
// The wizard itself has the keys that every step has: enter goes on, esc goes
// back, q leaves. It calls a step from the console's loop only.
type step interface {
	// enter comes each time the step comes into sight, from either side. It
	// returns what has to be found out first, or nil.
	enter() action.Action
	// handle takes what belongs to the step: actions of its bindings, typed
	// keys and pasted text while typing, and what its questions found.
	handle(msg tea.Msg) action.Action
	// bindings are the keys of this step only.
	bindings() []ui.Binding
	// typing reports whether letters are text here.
	typing() bool
	// off is why one cannot go on: a sentence part for the footer, such as
	// "until License and Tests pass"; empty is on.
	off() string
	// leave comes before one goes on: the step writes down its answer. A step
	// that is typed into also has note(), which writes down what is there so
	// far, whole or not, so that it outlives the program.
	leave()
	// view draws the page on h lines of w cells, margins included.
	view(l ui.Look, w, h int) []string
	// status is the left part of the status row.
	status(l ui.Look) ui.Text
	// outline is the page as it is read line by line.
	outline(l ui.Look) ui.Outline
	// inquiry are the fields of the page as questions; false where it has none.
	inquiry(l ui.Look) (ui.Inquiry, bool)
}

// shared is what the steps know together. Only the console's loop touches it.
type shared struct {
	Config
	// answers are what the person said and chose; the journal keeps them.
	answers publish.Answers
	// project is what the folder says about itself; read by the step Project.
	project project.Project
	// plan is made by the step Files and completed by Signing.
	plan publish.Plan
	// above is how many lines of the body stand above a step's page, as drawn
	// last: clicks count from the top of the body.
	above int
}

// ref names what is published, as far as it is known.
func (s *shared) ref() publish.Ref {
	return publish.Ref{Org: s.answers.Org, Name: s.answers.Name, Version: s.answers.Version}
}
