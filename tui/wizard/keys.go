package wizard

import (
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// Bindings implements the console's Screen: the keys of the page, and those
// that every step has.
func (s *Publish) Bindings() []ui.Binding {
	if s.drafts != nil {
		return append(s.drafts.bindings(), moves()...)
	}
	if s.at >= atUpload {
		return append(s.steps[s.at].bindings(), moves()...)
	}
	here := s.steps[s.at]
	if i, is := here.(inner); is && i.inside() {
		return here.bindings()
	}
	label, risk := "next", ui.Looks
	if s.at == atConfirm {
		label, risk = "publish", ui.Changes
	}
	all := append([]ui.Binding{{
		ID: "wizard.next", Label: label, Help: "go on", Keys: []string{"enter"}, Risk: risk, Off: here.off, Stays: true, Do: do(action.Turn{By: 1}),
	}}, here.bindings()...)
	all = append(all, ui.Binding{ID: "wizard.back", Label: "back", Help: "the step before; the answers stay", Keys: []string{"esc"}, Stays: true, Do: do(action.Turn{By: -1})})
	if here.typing() {
		return all
	}
	all = append(all, ui.Binding{ID: "wizard.leave", Label: "leave", Help: "leave; the answers can be kept as a draft", Keys: []string{"q"}, Do: do(action.AskLeavePublish{})})
	return append(all, moves()...)
}

// inner is a step that can have a page of its own open, which has all keys
// then: enter and esc belong to it.
type inner interface{ inside() bool }

// moves are the keys that move a cursor or a page.
func moves() []ui.Binding {
	return []ui.Binding{
		{ID: "publish.up", Label: "up", Help: "one row up", Keys: []string{"up", "k"}, Quiet: true, Do: do(action.Move{By: -1})},
		{ID: "publish.down", Label: "down", Help: "one row down", Keys: []string{"down", "j"}, Quiet: true, Do: do(action.Move{By: 1})},
	}
}

// do makes a binding's Do of an action that is the same each time.
func do(next action.Action) func() action.Action {
	return func() action.Action { return next }
}
