package triage

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// ClaimTask is the id of the task that claims the review of a version.
func ClaimTask(v action.Version) string { return task("claim", v) }

// DecideTask is the id of the task that carries a decision.
func DecideTask(v action.Version) string { return task("review", v) }

// Decide asks before a decision about a version is sent.
type Decide struct {
	question
	decision action.Decide
	// faster is who did something about the version since the dialog opened.
	faster string
}

// NewDecide makes the dialog.
func NewDecide(next action.AskDecide) *Decide {
	d := next.Decision
	q := &Decide{decision: d}
	q.question = question{
		subject: action.Subject{Version: d.Version, State: registryv1.State_STATE_VALIDATING, Attempt: d.Attempt},
		task:    DecideTask(d.Version), lines: words.Review(reviewOf(d), d.Version.Number, next.Given, next.Needed),
	}
	verb := capital(words.Decision(d.Decision))
	ask := title(verb, d.Version)
	if d.Decision == registryv1.ReviewDecision_REVIEW_DECISION_COMMENT {
		ask = title("Comment on", d.Version)
	}
	q.Dialog = ui.NewDialog(ask, ui.Button{
		ID: doButton, Label: verb + " " + d.Version.Number,
		Destroys: d.Decision == registryv1.ReviewDecision_REVIEW_DECISION_REJECT, Off: q.off,
	})
	q.Above = "What happens"
	return q
}

// reviewOf is a decision as a message.
func reviewOf(d action.Decide) *registryv1.Review {
	return &registryv1.Review{Decision: d.Decision, Criteria: d.Criteria, Note: d.Note, AssetSet: d.AssetSet[:], Attempt: d.Attempt}
}

// Handle implements the console's Dialog.
func (q *Decide) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	if changed, is := msg.(catalog.Changed); is {
		q.watch(changed.Events)
	}
	if q.heard(msg) {
		return action.Back{}, nil
	}
	if done, is := msg.(catalog.Done); is && done.ID == q.task && done.Err != nil {
		q.explain(done.Err)
	}
	pressed, cmd := q.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case doButton:
		q.send()
		return q.decision, cmd
	default:
		return nil, cmd
	}
}

// watch remembers who did something about the version, so that a refusal can
// say who was faster.
func (q *Decide) watch(events []*registryv1.Change) {
	for _, change := range events {
		e := change.GetEvent()
		if q.about(e) && e.GetVersion() == q.subject.Version.Number && e.GetKind() != registryv1.EventKind_EVENT_KIND_REFUSED {
			q.faster = words.Who(e.GetPerson())
		}
	}
}

// explain says who was faster where the version is another one than that which
// was judged, and that nothing of the review is lost.
func (q *Decide) explain(err error) {
	said := refusalOf(err)
	switch client.ReasonOf(err) {
	case registryv1.Reason_REASON_STALE, registryv1.Reason_REASON_WRONG_STATE:
		if q.faster != "" {
			said = q.faster + " was faster. " + said
		}
		said += " Your review is kept."
	default:
	}
	q.note = ui.Words(theme.Bad, said)
}
