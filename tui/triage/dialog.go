// Package triage holds what people decide about versions: the dialogs that
// ask before something is withdrawn, promoted or removed.
package triage

import (
	tea "charm.land/bubbletea/v2"

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
	version action.Version
	// task is the id of the task that carries the answer.
	task string
	sent bool
	// moved says who changed the version meanwhile; then the answer is not
	// sent any more.
	moved string
	lines []words.Line
	note  ui.Text
	look  ui.Look
}

// Open implements the console's Dialog.
func (q *question) Open(number int, key string) tea.Cmd { return q.Dialog.Open(number, key) }

// Ask implements the console's Dialog: there is nothing to read first.
func (q *question) Ask() action.Action { return nil }

// View implements the console's Dialog.
func (q *question) View(l ui.Look, maxW, maxH int) []string {
	q.Say = q.Say[:0]
	for _, line := range q.lines {
		q.Say = append(q.Say, ui.Consequence(l.Theme, line.Caution, ui.Say(theme.Text, line.Text)))
	}
	q.Note = q.note
	return q.Dialog.View(l.Theme, maxW, maxH)
}

// off tells why no button but Cancel may be pressed now.
func (q *question) off() string {
	switch {
	case q.moved != "":
		return q.moved
	case q.sent:
		return "the answer is on its way"
	default:
		return ""
	}
}

// heard takes what happened meanwhile. closed tells that the dialog is over.
func (q *question) heard(msg tea.Msg) (closed bool) {
	switch msg := msg.(type) {
	case catalog.Done:
		if msg.ID != q.task {
			return false
		}
		q.sent = false
		if msg.Err == nil {
			return true
		}
		q.refuse(msg.Err.Error())
	case catalog.Changed:
		q.overtaken(msg.Events)
	}
	return false
}

// refuse shows why the registry did not accept the answer.
func (q *question) refuse(why string) {
	q.note = ui.Words(theme.Bad, why)
}

// overtaken notices that somebody else changed the version while the dialog
// was open. The person's own answer comes back as an event too.
func (q *question) overtaken(events []*registryv1.Change) {
	if q.sent {
		return
	}
	for _, change := range events {
		event := change.GetEvent()
		if event.GetOrg() != q.version.Org || event.GetName() != q.version.Name || event.GetVersion() != q.version.Number {
			continue
		}
		state := "gone"
		if v := change.GetVersion(); v != nil {
			state = registryv1.Short(v.GetState())
		}
		who := event.GetPerson()
		if who == "" {
			who = "The registry"
		}
		q.moved = who + " changed this version. It is " + state + " now; your answer was not sent."
		q.note = ui.Words(theme.Warn, q.moved)
	}
}

// title is "verb baton-okta v0.5.25?".
func title(verb string, v action.Version) ui.Text {
	return ui.Words(theme.Text, verb+" "+v.Name+" "+v.Number+"?")
}
