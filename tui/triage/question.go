// Package triage holds what people decide about versions: the dialogs that
// ask before something is withdrawn, promoted or removed.
package triage

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// question is what all dialogs about one version share: it stays open until
// the registry accepted the answer, so that nothing typed is lost.
type question struct {
	*ui.Dialog
	subject action.Subject
	number  int    // that the console gave the dialog
	task    string // the id of the task that carries the answer
	sent    bool
	// moved says who changed the version meanwhile; then the answer is not
	// sent any more.
	moved string
	lines []words.Line
	note  ui.Text
}

// doButton is the button that carries out what is asked about.
const doButton = "do"

// The ids of the tasks that carry answers: one at a time for each version.
func task(what string, v action.Version) string { return what + " " + v.String() }

// YankTask is the id of the task that yanks a version.
func YankTask(v action.Version) string { return task("yank", v) }

// UnyankTask is the id of the task that takes a yank back.
func UnyankTask(v action.Version) string { return task("unyank", v) }

// StableTask is the id of the task that promotes a version.
func StableTask(v action.Version) string { return task("set stable", v) }

// AbandonTask is the id of the task that removes a draft or withdraws a version.
func AbandonTask(v action.Version) string { return task("abandon", v) }

// Open implements the console's Dialog.
func (q *question) Open(number int, key string) tea.Cmd {
	q.number = number
	return q.Dialog.Open(number, key)
}

// Ask implements the console's Dialog: there is nothing to read first.
func (q *question) Ask() action.Action { return nil }

// Waits implements the console's Dialog.
func (q *question) Waits(task string) bool { return task == q.task }

// View implements the console's Dialog.
func (q *question) View(l ui.Look, maxW, maxH int) []string {
	q.fill(l)
	return q.Dialog.View(l.Theme, maxW, maxH)
}

// Inquiry is the dialog as it is asked question by question.
func (q *question) Inquiry(l ui.Look) ui.Inquiry {
	q.fill(l)
	return q.Dialog.Inquiry()
}

// fill puts what is known now into the dialog.
func (q *question) fill(l ui.Look) {
	q.Say = q.Say[:0]
	for _, line := range q.lines {
		q.Say = append(q.Say, ui.Consequence(l.Theme, line.Caution, ui.Say(theme.Text, line.Text)))
	}
	q.Note = q.note
}

// off tells why no button but Cancel may be pressed now.
func (q *question) off() string {
	switch {
	case q.moved != "":
		return "the version is another one now"
	case q.sent:
		return "the answer is on its way"
	default:
		return ""
	}
}

// send notes that the answer is on its way.
func (q *question) send() {
	q.sent, q.note = true, ui.Words(theme.Muted, "Sent; waiting for the registry.")
}

// heard takes what happened meanwhile. closed tells that the dialog is over.
func (q *question) heard(msg tea.Msg) (closed bool) {
	switch msg := msg.(type) {
	case catalog.Done:
		if msg.ID != q.task || !q.sent {
			return false
		}
		q.sent = false
		if msg.Err == nil {
			return true
		}
		q.refuse(msg.Err)
	case catalog.Changed:
		q.overtaken(msg.Events)
	}
	return false
}

// refuse shows why the registry did not accept the answer. What was typed
// stays, so that it can be sent again.
func (q *question) refuse(err error) {
	text := err.Error()
	if known, ok := errors.AsType[*client.Error](err); ok {
		text = known.Message + "."
		if known.Next != "" {
			text += " Next: " + known.Next + "."
		}
	}
	q.note = ui.Words(theme.Bad, text)
}

// overtaken notices that somebody else changed the version while the dialog
// was open. The person's own answer comes back as a change too.
func (q *question) overtaken(events []*registryv1.Change) {
	if q.sent || q.moved != "" {
		return
	}
	for _, change := range events {
		if !q.about(change.GetEvent()) || change.GetEvent().GetVersion() != q.subject.Version.Number {
			continue
		}
		v := change.GetVersion()
		state := "gone"
		switch {
		case v != nil && v.GetState() == q.subject.State && v.GetAttempt() == q.subject.Attempt:
			continue
		case v != nil:
			state = registryv1.Short(v.GetState())
		case change.GetEvent().GetKind() == registryv1.EventKind_EVENT_KIND_REFUSED:
			continue
		}
		event := change.GetEvent()
		q.moved = words.Who(event.GetPerson()) + " changed this version at " + words.Time(event.GetAt().AsTime()) +
			". It is " + state + " now; your answer was not sent."
		q.note = ui.Words(theme.Warn, q.moved)
	}
}

// about reports whether an event is about the connector of the version.
func (q *question) about(e *registryv1.Event) bool {
	v := q.subject.Version
	return catalog.Home(e.GetOrg(), e.GetName()) == catalog.Home(v.Org, v.Name)
}

// title is "verb baton-okta v0.5.25?".
func title(verb string, v action.Version) ui.Text {
	return ui.Words(theme.Text, verb+" "+v.Name+" "+v.Number+"?")
}
