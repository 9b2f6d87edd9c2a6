package wizard

import (
	"slices"
	"strconv"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// Bindings implements the console's Screen.
func (s *Publish) Bindings() []ui.Binding {
	switch s.stage {
	case asking:
		return formKeys()
	case preparing:
		return []ui.Binding{{ID: "publish.cancel", Label: "back to the form", Help: "stop looking", Keys: []string{"esc"}, Do: do(action.Again{})}}
	case planned:
		return append([]ui.Binding{
			{ID: "publish.run", Label: "publish", Help: "publish what is shown", Keys: []string{"enter"}, Risk: ui.Changes, Off: s.notReady, Do: do(action.Publish{})},
			{ID: "publish.look", Label: "look again", Help: "look at the folder again", Keys: []string{"r"}, Do: do(action.Send{})},
			{ID: "publish.edit", Label: "change answers", Help: "back to the form", Keys: []string{"esc", "e"}, Do: do(action.Again{})},
		}, moves()...)
	case running:
		return append(s.runKeys(), moves()...)
	default:
		return append(s.endKeys(), moves()...)
	}
}

// runKeys are the hand on the transfers. The file under the cursor is taken
// when the key is pressed.
func (s *Publish) runKeys() []ui.Binding {
	return []ui.Binding{
		{
			ID: "publish.retry", Label: "retry this one", Help: "send the stopped file again", Keys: []string{"r"}, Off: s.unless(publish.RowStopped, publish.RowWaiting),
			Do: func() action.Action { return action.RetryFile{File: s.chosen()} },
		},
		{ID: "publish.retryall", Label: "retry all", Help: "send all stopped files again", Keys: []string{"a"}, Off: s.nothingStopped, Do: do(action.RetryFile{})},
		{
			ID: "publish.stop", Label: "stop this one", Help: "stop sending this file", Keys: []string{"s"}, Off: s.unless(publish.RowUploading, publish.RowWaiting, publish.RowQueued),
			Do: func() action.Action { return action.StopFile{File: s.chosen()} },
		},
		{ID: "publish.halt", Label: "stop all", Help: "end the run; what arrived stays there as a draft", Keys: []string{"e"}, Do: do(action.Again{})},
		{ID: "publish.leave", Label: "leave, it goes on", Help: "leave this screen; the run goes on", Keys: []string{"esc"}, Do: do(action.Back{})},
	}
}

// nothingStopped is why there is nothing to retry.
func (s *Publish) nothingStopped() string {
	for _, row := range s.run.snapshot().transfer.Rows {
		if row.State == publish.RowStopped || row.State == publish.RowWaiting {
			return ""
		}
	}
	return "no file has stopped"
}

// unless is why an action on the file under the cursor is off: it must be in
// one of the states.
func (s *Publish) unless(states ...publish.RowState) func() string {
	return func() string {
		rows := s.run.snapshot().transfer.Rows
		i := s.list.Cursor()
		if i >= len(rows) {
			return "there is no file here yet"
		}
		if slices.Contains(states, rows[i].State) {
			return ""
		}
		return label(rows[i].Asset) + " is " + string(rows[i].State)
	}
}

// endKeys are what one does after a run.
func (s *Publish) endKeys() []ui.Binding {
	var all []ui.Binding
	v := s.run.snapshot().result.Version.GetSummary()
	if s.err != nil {
		all = append(all,
			ui.Binding{ID: "publish.again", Label: "run again", Help: "go on where it stopped", Keys: []string{"r"}, Risk: ui.Changes, Do: do(action.Publish{})},
			ui.Binding{ID: "publish.edit", Label: "change answers", Help: "back to the form", Keys: []string{"e"}, Do: do(action.Again{})},
		)
	}
	if v != nil {
		all = append(all, ui.Binding{
			ID: "publish.open", Label: "open the version", Help: "the page of the version", Keys: []string{"enter"},
			Do: do(action.OpenVersion{Version: action.VersionOf(v.GetRef())}),
		})
	}
	if s.err != nil {
		return all
	}
	for i, line := range s.copies() {
		all = append(all, ui.Binding{
			ID: "publish.copy" + strconv.Itoa(i+1), Label: "copy", Help: "copy: " + line, Keys: []string{strconv.Itoa(i + 1)}, Quiet: true,
			Do: do(action.Copy{Text: line, What: line}),
		})
	}
	return append(all, ui.Binding{ID: "publish.edit", Label: "publish another", Help: "back to the form", Keys: []string{"e"}, Do: do(action.Again{})})
}

// notReady is why publishing is off.
func (s *Publish) notReady() string {
	if len(s.faults) > 0 {
		return "what is listed keeps it from being published"
	}
	return ""
}

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
