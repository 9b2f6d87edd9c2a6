package wizard

import (
	"slices"
	"strconv"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// bindings implements step.
func (r *runPages) bindings() []ui.Binding {
	switch {
	case r.run == nil:
		return nil
	case r.over:
		return r.endKeys()
	case r.at() == atValidation:
		return leaveKeys()
	default:
		return r.runKeys()
	}
}

// runKeys are the hand on the transfers. The file under the cursor is taken
// when the key is pressed.
func (r *runPages) runKeys() []ui.Binding {
	return append([]ui.Binding{
		{
			ID: "publish.retry", Label: "retry this one", Help: "send the stopped file again", Keys: []string{"r"}, Off: r.unless(publish.RowStopped, publish.RowWaiting),
			Do: func() action.Action { return action.RetryFile{File: r.chosen()} },
		},
		{ID: "publish.retryall", Label: "retry all", Help: "send all stopped files again", Keys: []string{"a"}, Off: r.nothingStopped, Do: do(action.RetryFile{})},
		{
			ID: "publish.stop", Label: "stop this one", Help: "stop sending this file", Keys: []string{"s"}, Off: r.unless(publish.RowUploading, publish.RowWaiting, publish.RowQueued),
			Do: func() action.Action { return action.StopFile{File: r.chosen()} },
		},
		{ID: "publish.halt", Label: "stop all", Help: "end the run; what arrived stays there as a draft", Keys: []string{"e"}, Do: do(action.Again{})},
	}, leaveKeys()...)
}

// leaveKeys leave the page of a run, which goes on.
func leaveKeys() []ui.Binding {
	return []ui.Binding{
		{ID: "publish.leave", Label: "leave, it goes on", Help: "leave this screen; the run goes on", Keys: []string{"esc"}, Do: do(action.Back{})},
		{ID: "wizard.leave", Label: "leave", Help: "leave; what arrived can be kept as a draft", Keys: []string{"q"}, Quiet: true, Do: do(action.AskLeavePublish{})},
	}
}

// nothingStopped is why there is nothing to retry.
func (r *runPages) nothingStopped() string {
	for _, row := range r.run.snapshot().transfer.Rows {
		if row.State == publish.RowStopped || row.State == publish.RowWaiting {
			return ""
		}
	}
	return "no file has stopped"
}

// unless is why an action on the file under the cursor is off: it must be in
// one of the states.
func (r *runPages) unless(states ...publish.RowState) func() string {
	return func() string {
		rows := r.run.snapshot().transfer.Rows
		i := r.list.Cursor()
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
func (r *runPages) endKeys() []ui.Binding {
	var all []ui.Binding
	v := r.run.snapshot().result.Version.GetSummary()
	if r.err != nil {
		all = append(all,
			ui.Binding{ID: "publish.again", Label: "run again", Help: "go on where it stopped", Keys: []string{"r"}, Risk: ui.Changes, Stays: true, Do: do(action.Publish{})},
			ui.Binding{ID: "wizard.back", Label: "change answers", Help: "back to the steps before; the answers stay", Keys: []string{"esc"}, Stays: true, Do: do(action.Turn{By: -1})},
		)
	}
	if v != nil {
		all = append(all, ui.Binding{
			ID: "publish.open", Label: "open the version", Help: "the page of the version", Keys: []string{"enter"},
			Do: do(action.OpenVersion{Version: action.VersionOf(v.GetRef())}),
		})
	}
	if r.err != nil {
		return append(all, ui.Binding{ID: "wizard.leave", Label: "leave", Help: "leave; the answers can be kept as a draft", Keys: []string{"q"}, Do: do(action.AskLeavePublish{})})
	}
	for i, line := range r.copies() {
		all = append(all, ui.Binding{
			ID: "publish.copy" + strconv.Itoa(i+1), Label: "copy", Help: "copy: " + line, Keys: []string{strconv.Itoa(i + 1)}, Quiet: true,
			Do: do(action.Copy{Text: line, What: line}),
		})
	}
	return append(all,
		ui.Binding{ID: "publish.hosting", Label: "hosting text", Help: "copy the text of an issue that asks to run it for customers", Keys: []string{"h"}, Do: func() action.Action {
			return action.Copy{Text: r.hosting(), What: "the text that asks for hosting"}
		}},
		ui.Binding{ID: "wizard.again", Label: "publish another", Help: "begin with the first step", Keys: []string{"n"}, Do: do(action.StartOver{})},
		ui.Binding{ID: "publish.close", Label: "close", Help: "leave this screen", Keys: []string{"esc"}, Do: do(action.Back{})},
	)
}
