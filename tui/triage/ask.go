package triage

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// Ask is a question about one version with at most a reason to give.
type Ask struct {
	question
	reason *ui.TextField
	answer func(reason string) action.Action
}

// newAsk makes a question; destroys marks what cannot be taken back.
func newAsk(head ui.Text, v action.Version, task, button string, destroys bool, reason *ui.TextField, answer func(reason string) action.Action) *Ask {
	a := &Ask{question: question{version: v, task: task + " " + v.String()}, reason: reason, answer: answer}
	a.Dialog = ui.NewDialog(head, ui.Button{ID: doButton, Label: button, Destroys: destroys, Off: a.incomplete})
	if reason != nil {
		a.Fields = []ui.Field{reason}
	}
	return a
}

func (a *Ask) incomplete() string {
	if a.reason != nil && strings.TrimSpace(a.reason.Value()) == "" {
		return "say why"
	}
	return a.off()
}

// Handle implements the console's Dialog.
func (a *Ask) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	if a.heard(msg) {
		return action.Back{}, nil
	}
	pressed, cmd := a.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case doButton:
		a.sent = true
		reason := ""
		if a.reason != nil {
			reason = strings.TrimSpace(a.reason.Value())
		}
		return a.answer(reason), cmd
	default:
		return nil, cmd
	}
}

// NewUnyank asks before a yank is taken back.
func NewUnyank(v action.Version) *Ask {
	a := newAsk(title("Take back the yank of", v), v, "unyank", "Unyank "+v.Number, false,
		&ui.TextField{Name: "Reason"}, func(reason string) action.Action { return action.Unyank{Version: v, Reason: reason} })
	a.lines = []words.Line{
		{Text: v.Number + " is PUBLISHED again, and counts for latest."},
		{Text: "Stable does not move. The yank stays in the audit log."},
		{Text: "Only an admin may do this.", Caution: true},
	}
	return a
}

// NewStable asks before a version is promoted.
func NewStable(c *catalog.Catalog, v action.Version) *Ask {
	a := newAsk(title("Make stable:", v), v, "set stable", "Make "+v.Number+" stable", false, nil,
		func(string) action.Action { return action.SetStable{Version: v} })
	facts := &registryv1.Consequences{Ref: v.Ref(), StableAfter: v.Number}
	if connector, known := c.Connector(catalog.Home(v.Org, v.Name)); known {
		facts.StableBefore, facts.LatestBefore, facts.LatestAfter = connector.Stable, connector.Latest, connector.Latest
		facts.BelowLatest = connector.Latest != "" && connector.Latest != v.Number
	}
	a.lines = words.SetStable(facts)
	return a
}

// NewAbandon asks before a draft is removed or a VALIDATING version withdrawn.
func NewAbandon(c *catalog.Catalog, v action.Version) *Ask {
	verb, button := "Abandon", "Abandon "+v.Number
	summary := &registryv1.VersionSummary{Ref: v.Ref()}
	if row, known := c.Version(catalog.Home(v.Org, v.Name), v.Number); known {
		summary.State, summary.Attempt, summary.SizeBytes = row.State, row.Attempt, row.Size
		if row.State == registryv1.State_STATE_VALIDATING {
			verb, button = "Withdraw", "Withdraw "+v.Number
		}
	}
	attempt := summary.GetAttempt()
	a := newAsk(title(verb, v), v, "abandon", button, true, &ui.TextField{Name: "Reason"},
		func(reason string) action.Action { return action.Abandon{Version: v, Attempt: attempt, Reason: reason} })
	a.lines = words.Abandon(summary, max(0, int(attempt)-1))
	a.Confirm = &ui.Confirmation{Want: v.Number}
	return a
}

// Leave asks before the console is left while a task is under way.
type Leave struct{ *ui.Dialog }

// NewLeave makes the question; task says what is under way.
func NewLeave(task string) *Leave {
	d := ui.NewDialog(ui.Words(0, "Leave while registrar is "+task+"?"), ui.Button{ID: doButton, Label: "Leave"})
	d.Say = []ui.Text{
		ui.Words(0, "What the registry has already stays there as a draft. Nothing of it is public."),
		ui.Words(0, "Publishing it again goes on where it stopped."),
	}
	return &Leave{Dialog: d}
}

// Ask implements the console's Dialog.
func (d *Leave) Ask() action.Action { return nil }

// View implements the console's Dialog.
func (d *Leave) View(l ui.Look, maxW, maxH int) []string { return d.Dialog.View(l.Theme, maxW, maxH) }

// Handle implements the console's Dialog.
func (d *Leave) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	pressed, cmd := d.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case doButton:
		return action.Leave{}, cmd
	default:
		return nil, cmd
	}
}
