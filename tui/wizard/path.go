package wizard

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// pathStep asks which system the connector is for, says whether there is one
// already, and shows the ways to publish. Two of them end here.
type pathStep struct {
	*shared
	system *ui.TextField
	at     pathFocus
	latest latest
	// known are the connectors of the registry once they were read.
	known *publish.Known
	found publish.Search
	err   error
	// mine is the connector that the project at hand is, proposed the system
	// that its name tells.
	mine     publish.Ref
	proposed string

	paths []publish.Path
	list  ui.List
	// moved says that somebody chose a way.
	moved bool
	text  scrolled
	// listAt and the others are where things stand, as drawn last.
	listAt, textAt, textFrom int
	page                     int
}

// pathFocus is which part of the page has the keyboard.
type pathFocus int

const (
	atSystem pathFocus = iota
	atWays
	atText
)

func newPathStep(s *shared) step {
	p := &pathStep{shared: s, system: &ui.TextField{Name: "System"}}
	if p.Guide.SDK == "" {
		p.Guide = publish.DefaultGuide()
	}
	p.system.Limit = 200
	p.system.Hint = p.hint
	p.system.SetValue(s.answers.System)
	p.arrange()
	return p
}

// lookForSystem looks for connectors for a system. What is not known yet it
// finds out first: the connectors of the registry, and what the project at
// hand is for.
type lookForSystem struct {
	system    string
	known     *publish.Known
	directory string
	propose   bool
}

// systemFound is the answer to lookForSystem.
type systemFound struct {
	about string
	known *publish.Known
	found publish.Search
	err   error
	// mine and proposed are what the project says, where that was asked.
	mine     publish.Ref
	proposed string
}

// Ask implements action.Question.
func (q lookForSystem) Ask(ctx context.Context, calls *client.Client) any {
	a := systemFound{about: q.system, known: q.known}
	if q.propose && q.directory != "" {
		if said, err := project.Find(q.directory); err == nil {
			a.mine = publish.Ref{Org: said.Org.Value, Name: said.Name.Value}
			a.proposed = systemOf(said.Name.Value)
		}
	}
	system := q.system
	if system == "" {
		system = a.proposed
	}
	if a.known == nil {
		known, err := publish.ReadKnown(ctx, calls)
		if err != nil {
			a.err = err
			return a
		}
		a.known = &known
	}
	a.found = a.known.Search(system)
	return a
}

// systemOf is the system that a connector's name tells: baton-okta is for okta.
func systemOf(name string) string {
	if name == "" {
		return ""
	}
	return artifact.ConnectorKey(name)
}

// enter implements step: the field has the keyboard while nothing is known.
func (p *pathStep) enter() action.Action {
	if p.answers.System != "" {
		p.system.SetValue(p.answers.System)
	}
	if p.typed() != "" {
		p.at = atWays
	}
	return p.look()
}

// typed is the system in the field.
func (p *pathStep) typed() string { return strings.TrimSpace(p.system.Value()) }

// look looks for what stands in the field, unless that is under way.
func (p *pathStep) look() action.Action {
	if !p.latest.ask(p.typed()) {
		return nil
	}
	return action.Ask{Question: lookForSystem{
		system: p.typed(), known: p.known, directory: p.answers.Directory, propose: p.mine == publish.Ref{},
	}}
}

// handle implements step.
func (p *pathStep) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case systemFound:
		return p.answered(msg)
	case action.Focus:
		p.focus(msg.By)
	case action.Move:
		p.move(msg.By)
	case action.Page:
		p.text.move(msg.By * max(1, p.page-1))
	case action.Scroll:
		p.text.move(msg.By)
	case action.Point:
		p.point(msg)
	case action.Choose:
		p.choose(int(msg.ID))
	case ui.Answer:
		p.system.Take(msg.Text)
		return p.changed()
	case tea.KeyPressMsg, tea.PasteMsg:
		return p.key(msg)
	}
	return nil
}

// key takes a key or pasted text for the field.
func (p *pathStep) key(msg tea.Msg) action.Action {
	if p.at != atSystem {
		return nil
	}
	if key, is := msg.(tea.KeyPressMsg); is && key.String() == "down" {
		p.at = atWays
		return nil
	}
	before := p.system.Value()
	p.system.Handle(msg)
	if p.system.Value() == before {
		return nil
	}
	return p.changed()
}

// changed looks for what was typed. The way that fits it comes first again.
func (p *pathStep) changed() action.Action {
	p.moved, p.proposed = false, ""
	return p.look()
}

// answered takes what was found, and asks again if something else is typed by
// now. A system that the project tells is taken where nobody said another.
func (p *pathStep) answered(msg systemFound) action.Action {
	taken, again := p.latest.answered(msg.about, p.typed())
	if !taken {
		return nil
	}
	p.known, p.found, p.err = msg.known, msg.found, msg.err
	if msg.mine != (publish.Ref{}) {
		p.mine = msg.mine
	}
	if p.typed() == "" && msg.about == "" && msg.proposed != "" && p.answers.System == "" {
		p.system.SetValue(msg.proposed)
		p.proposed, p.at, again = msg.proposed, atWays, false
	}
	p.arrange()
	if again {
		return p.look()
	}
	return nil
}

// existing is the connector that the ways are told for: the one that the
// project at hand is, else the one that is exactly for the system.
func (p *pathStep) existing() *registryv1.Connector {
	for _, e := range p.found.Found {
		if (publish.Subject{Existing: e.Connector, Mine: p.mine}).Own() {
			return e.Connector
		}
	}
	return p.found.Best()
}

// subject is what the ways are told for.
func (p *pathStep) subject() publish.Subject {
	return publish.Subject{System: p.typed(), Org: p.mine.Org, Existing: p.existing(), Mine: p.mine}
}

// arrange puts the way that fits first. The cursor is on it, or on the one
// that was chosen before.
func (p *pathStep) arrange() {
	chosen := p.answers.Path
	if p.moved {
		chosen = p.chosen().ID
	}
	p.paths = p.Guide.Paths(p.subject())
	slices.SortStableFunc(p.paths, func(a, b publish.Path) int {
		switch {
		case a.Suggested == b.Suggested:
			return 0
		case a.Suggested:
			return -1
		default:
			return 1
		}
	})
	if chosen == "" && !p.paths[0].Suggested {
		chosen = publish.PathOwn // nothing is known that it could be added to
	}
	p.list.Goto(max(0, slices.IndexFunc(p.paths, func(x publish.Path) bool { return x.ID == chosen })))
}

// chosen is the way under the cursor.
func (p *pathStep) chosen() publish.Path {
	return p.paths[min(max(0, p.list.Cursor()), len(p.paths)-1)]
}

// choose puts the cursor on a way.
func (p *pathStep) choose(i int) {
	p.list.Goto(min(max(0, i), len(p.paths)-1))
	p.at, p.moved, p.text = atWays, true, scrolled{}
}

// move moves the cursor among the ways, or scrolls what is told of one. Above
// the first one is the field.
func (p *pathStep) move(by int) {
	switch {
	case p.at == atText:
		p.text.move(by)
	case p.list.Cursor()+by < 0:
		p.at = atSystem
	default:
		p.choose(p.list.Cursor() + by)
	}
}

// focus gives the keyboard to another part of the page.
func (p *pathStep) focus(by int) {
	const parts = 3
	p.at = (p.at + pathFocus(by) + parts) % parts
}

// point puts the cursor where somebody clicked.
func (p *pathStep) point(at action.Point) {
	line := at.Y - p.above
	switch {
	case line < p.listAt:
		p.at = atSystem
	case p.textFrom > 0 && at.X >= p.textFrom || line >= p.textAt:
		p.at = atText
	default:
		if p.list.Click(line - p.listAt) {
			p.choose(p.list.Cursor())
		}
	}
}

// press leads from the field to the ways: one looks at them before one goes on.
func (p *pathStep) press() bool {
	if p.at != atSystem {
		return false
	}
	p.at = atWays
	return true
}

func (p *pathStep) typing() bool { return p.at == atSystem }

// off implements step: two of the ways end on this page.
func (p *pathStep) off() string {
	if p.at == atSystem || p.chosen().Publishes {
		return ""
	}
	return "until you choose another way: this one ends here"
}

// leave implements step.
func (p *pathStep) leave() {
	p.answers.System, p.answers.Path = p.typed(), p.chosen().ID
}

// note writes down what is typed so far, which a proposal is not; a way is
// chosen by going it.
func (p *pathStep) note() {
	if typed := p.typed(); typed != p.proposed {
		p.answers.System = typed
	}
}
