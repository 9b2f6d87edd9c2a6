package triage

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/mod/semver"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
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

// asking is what one question is made of.
type asking struct {
	title    ui.Text
	task     string
	button   string
	destroys bool
	reason   *ui.TextField
	lines    []words.Line
	answer   func(reason string) action.Action
}

func newAsk(s action.Subject, of asking) *Ask {
	a := &Ask{question: question{subject: s, task: of.task, lines: of.lines}, reason: of.reason, answer: of.answer}
	a.Dialog = ui.NewDialog(of.title, ui.Button{ID: doButton, Label: of.button, Destroys: of.destroys, Off: a.incomplete})
	a.Above = "What happens"
	if of.reason != nil {
		a.Fields = []ui.Field{of.reason}
	}
	return a
}

// incomplete tells why the button is off.
func (a *Ask) incomplete() string {
	if why := a.off(); why != "" {
		return why
	}
	if a.reason != nil && strings.TrimSpace(a.reason.Value()) == "" {
		return "say why"
	}
	return ""
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
		a.send()
		reason := ""
		if a.reason != nil {
			reason = strings.TrimSpace(a.reason.Value())
		}
		return a.answer(reason), cmd
	default:
		return nil, cmd
	}
}

// reasonField asks for a reason; who reads it is said below.
func reasonField(readers string) *ui.TextField {
	f := &ui.TextField{Name: "Reason", Needed: true, Hint: func() ui.Text { return ui.Words(theme.Faint, readers) }}
	f.Limit = reasonLimit
	return f
}

// NewUnyank asks before a yank is taken back.
func NewUnyank(c *catalog.Catalog, s action.Subject) *Ask {
	v := s.Version
	facts := pointers(c, v)
	if higher(v.Number, facts.GetLatestBefore()) {
		facts.LatestAfter = v.Number
	}
	return newAsk(s, asking{
		title: title("Take back the yank of", v), task: UnyankTask(v), button: "Unyank " + v.Number,
		reason: reasonField("it stands in the audit log"), lines: words.Unyank(facts),
		answer: func(reason string) action.Action { return action.Unyank{Version: v, Reason: reason} },
	})
}

// NewStable asks before a version is promoted.
func NewStable(c *catalog.Catalog, s action.Subject) *Ask {
	v := s.Version
	facts := pointers(c, v)
	facts.StableAfter = v.Number
	facts.BelowLatest = facts.GetLatestBefore() != "" && facts.GetLatestBefore() != v.Number
	return newAsk(s, asking{
		title: ui.Words(theme.Text, "Make "+v.Name+" "+v.Number+" stable?"), task: StableTask(v), button: "Make " + v.Number + " stable",
		lines:  words.SetStable(facts),
		answer: func(string) action.Action { return action.SetStable{Version: v} },
	})
}

// NewAbandon asks before a draft is removed or a VALIDATING version withdrawn.
func NewAbandon(s action.Subject) *Ask {
	v := s.Version
	summary := &registryv1.VersionSummary{Ref: v.Ref(), State: s.State, Attempt: s.Attempt, SizeBytes: s.Size}
	withdraw := s.State == registryv1.State_STATE_VALIDATING
	verb, readers := "Abandon", "it stands in the audit log"
	if withdraw {
		verb, readers = "Withdraw", "everybody who may see the failed attempt reads it"
	}
	a := newAsk(s, asking{
		title: title(verb, v), task: AbandonTask(v), button: verb + " " + v.Number, destroys: true,
		reason: reasonField(readers), lines: words.Abandon(summary, max(0, int(s.Attempt)-1)),
		answer: func(reason string) action.Action {
			return action.Abandon{Version: v, Attempt: s.Attempt, Withdraw: withdraw, Reason: reason}
		},
	})
	a.Confirm = &ui.Confirmation{Want: v.Number}
	return a
}

// pointers are what the connector of a version points at, as far as it is
// known: before and, until somebody says otherwise, after.
func pointers(c *catalog.Catalog, v action.Version) *registryv1.Consequences {
	facts := &registryv1.Consequences{Ref: v.Ref()}
	if of, known := c.Connector(catalog.Home(v.Org, v.Name)); known {
		facts.StableBefore, facts.StableAfter = of.Stable, of.Stable
		facts.LatestBefore, facts.LatestAfter = of.Latest, of.Latest
	}
	return facts
}

// higher reports whether a number would be latest instead of another:
// releases come before pre-releases.
func higher(number, latest string) bool {
	if latest == "" {
		return true
	}
	if release := semver.Prerelease(number) == ""; release != (semver.Prerelease(latest) == "") {
		return release
	}
	return semver.Compare(number, latest) > 0
}
