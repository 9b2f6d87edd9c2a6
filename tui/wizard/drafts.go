package wizard

import (
	"cmp"
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// draftsPage stands before the first step where something is unfinished: it
// offers to go on with it, to start over, or to drop it.
type draftsPage struct {
	drafts []publish.Draft
	list   ui.List
	above  int
}

// draftChosen says which draft is gone on with.
type draftChosen struct {
	draft publish.Draft
	err   error
}

// offer shows what is unfinished, unless somebody began to answer meanwhile.
func (s *Publish) offer(found draftsFound) {
	if s.at == atPath && len(found.drafts) > 0 && !s.begun() {
		s.drafts = &draftsPage{drafts: found.drafts}
	}
}

// begun reports whether anything was answered on the first page.
func (s *Publish) begun() bool {
	return s.answers.System != s.Answers.System || s.answers.Path != s.Answers.Path
}

// readDraft reads one draft of the journal.
type readDraft struct {
	journal  *publish.Journal
	registry string
	id       string
}

// Ask implements action.Question.
func (q readDraft) Ask(context.Context, *client.Client) any {
	if q.journal == nil {
		return nil
	}
	drafts, err := q.journal.ListFor(q.registry)
	for _, draft := range drafts {
		if draft.ID == q.id {
			return draftChosen{draft: draft}
		}
	}
	return draftChosen{err: cmp.Or(err, errGone)}
}

// errGone is a draft that somebody removed meanwhile.
var errGone = errors.New("the draft is not there any more")

// TakeUp goes on with a draft of the journal, unless something runs.
func (s *Publish) TakeUp(id string) action.Action {
	if s.run.running() {
		return action.Tell{Text: "Another publish is under way; this is it."}
	}
	return action.Ask{Question: readDraft{journal: s.Journal, registry: s.Registry, id: id}}
}

// resume goes on with the answers of a draft, on the step that was reached.
func (s *Publish) resume(draft publish.Draft) action.Action {
	if s.run.running() {
		return action.Tell{Text: "Another publish is under way; this is it."}
	}
	s.drafts = nil
	s.begin(s.Config)
	s.opened = true
	s.plan, s.answers = draft.Plan, answersOf(draft.Plan)
	s.keeper.took(draft.ID)
	at := max(atProject, slices.Index(names, s.answers.Step))
	if at > atConfirm || s.answers.Step == "" {
		at = atConfirm
	}
	if at > atFiles && len(s.plan.Files) == 0 {
		at = atFiles
	}
	next := s.enter(at)
	if p, is := s.steps[atPreflight].(interface{ resumed() action.Action }); is && at > atPreflight {
		next = action.Both(p.resumed(), next)
	}
	return action.Both(action.Ask{Question: readProject{directory: s.answers.Directory}}, next)
}

// answersOf are the answers that a plan was made of. One that no wizard made
// says them itself.
func answersOf(p publish.Plan) publish.Answers {
	a := p.Answers
	a.Directory = cmp.Or(a.Directory, p.Directory)
	a.Org, a.Name, a.Version = cmp.Or(a.Org, p.Ref.Org), cmp.Or(a.Name, p.Ref.Name), cmp.Or(a.Version, p.Ref.Version)
	a.Changelog = cmp.Or(a.Changelog, p.Describe.Changelog)
	a.Sign, a.Stable, a.Path = cmp.Or(a.Sign, p.Sign), a.Stable || p.Stable, cmp.Or(a.Path, publish.PathOwn)
	if a.Preflight.IsZero() {
		a.Preflight = p.Preflight
	}
	return a
}

// chosen is the draft under the cursor.
func (d *draftsPage) chosen() publish.Draft {
	return d.drafts[min(d.list.Cursor(), len(d.drafts)-1)]
}

// bindings implements step.
func (d *draftsPage) bindings() []ui.Binding {
	return []ui.Binding{
		{ID: "wizard.resume", Label: "resume", Help: "go on where it stopped", Keys: []string{"enter"}, Stays: true, Do: func() action.Action {
			return action.Resume{ID: d.chosen().ID}
		}},
		{ID: "wizard.restart", Label: "start over", Help: "begin with the first step; the draft stays until another one takes its place", Keys: []string{"n"}, Do: do(action.StartOver{})},
		{ID: "wizard.forget", Label: "discard" + asksFirst, Help: "remove the draft from this computer", Keys: []string{"X"}, Risk: ui.Destroys, Do: func() action.Action {
			p := d.chosen()
			return action.AskForget{ID: p.ID, Version: action.Version{Org: p.Plan.Ref.Org, Name: p.Plan.Ref.Name, Number: p.Plan.Ref.Version}}
		}},
		{ID: "wizard.back", Label: "back", Help: "leave this screen", Keys: []string{"esc"}, Stays: true, Do: do(action.Back{})},
	}
}

// asksFirst marks an action that opens a dialog.
const asksFirst = "⋯"

func (d *draftsPage) enter() action.Action               { return nil }
func (d *draftsPage) leave()                             {}
func (d *draftsPage) typing() bool                       { return false }
func (d *draftsPage) off() string                        { return "" }
func (d *draftsPage) inquiry(ui.Look) (ui.Inquiry, bool) { return ui.Inquiry{}, false }
func (d *draftsPage) status(ui.Look) ui.Text {
	return ui.Words(theme.Muted, words.Count(len(d.drafts))+" unfinished")
}

// handle implements step.
func (d *draftsPage) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case action.Move:
		d.list.Goto(min(d.list.Cursor()+msg.By, len(d.drafts)-1))
	case action.Point:
		d.list.Click(msg.Y - d.above)
	case action.Choose:
		d.list.Goto(int(msg.ID))
	}
	return nil
}

// head is the question of the page.
func (d *draftsPage) head() []ui.Text {
	return []ui.Text{
		ui.Line(ui.Say(theme.Text, words.Plural(len(d.drafts), "publish is", "publishes are")+" unfinished.").Bold(), ui.Say(theme.Muted, " Go on with it, or start over?")),
		nil,
	}
}

// view implements step.
func (d *draftsPage) view(l ui.Look, w, h int) []string {
	head := ui.Indent(l.Theme, d.head(), w, min(h, 2))
	d.above = len(head)
	d.list.Gap = 1
	return append(head, d.list.View(l.Theme, w, h-len(head), len(d.drafts), true, func(i, _ int, chosen bool) []ui.Text {
		return d.row(d.drafts[i], chosen)
	})...)
}

// row is one draft: what it is, and how far it came.
func (d *draftsPage) row(draft publish.Draft, chosen bool) []ui.Text {
	name := ui.Say(theme.Text, draftName(draft))
	if chosen {
		name = name.Bold()
	}
	step := cmp.Or(draft.Plan.Answers.Step, names[atConfirm])
	return []ui.Text{
		ui.Line(name),
		ui.Words(theme.Muted, "reached "+step+", saved "+draft.SavedAt.Local().Format("2006-01-02 15:04")+", from "+draft.Plan.Directory),
	}
}

// draftName is what a draft is of, as far as it is known.
func draftName(draft publish.Draft) string {
	ref := draft.Plan.Ref
	switch {
	case ref.Name == "":
		return draft.Plan.Directory
	case ref.Version == "":
		return ref.Org + "/" + ref.Name + ", no version yet"
	default:
		return ref.Org + "/" + ref.Name + " " + ref.Version
	}
}

// outline implements step.
func (d *draftsPage) outline(ui.Look) ui.Outline {
	return ui.Outline{Say: d.head(), Rows: len(d.drafts), Cursor: min(d.list.Cursor(), len(d.drafts)-1), Row: func(i int) ui.Row {
		return ui.Row{ID: int64(i), Text: ui.Words(theme.Text, draftName(d.drafts[i])+", "+d.row(d.drafts[i], false)[1].String())}
	}}
}
