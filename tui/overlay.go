package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/triage"
	"github.com/registrar-console/registrar/tui/ui"
)

// Dialog lies above the page and takes every key while it does.
type Dialog interface {
	// Open tells that it is shown from now on: see ui.Dialog.Open.
	Open(number int, key string) tea.Cmd
	// Ask returns what must be read before the question can be judged, or nil.
	Ask() action.Action
	// Waits reports whether the dialog itself shows how a task ends.
	Waits(task string) bool
	// Handle takes keys, pasted text and messages. action.Back closes it.
	Handle(msg tea.Msg) (action.Action, tea.Cmd)
	// View draws it within a screen of this size.
	View(l ui.Look, maxW, maxH int) []string
}

// overlay is a dialog in its place on the stack.
type overlay struct{ dialog Dialog }

// dialog returns the one on top, or nil.
func (a *App) dialog() *overlay {
	if len(a.dialogs) == 0 {
		return nil
	}
	return a.dialogs[len(a.dialogs)-1]
}

// ask opens a dialog. The key that opened it, still held down, never answers.
func (a *App) ask(d Dialog) tea.Cmd {
	a.asked++
	a.dialogs = append(a.dialogs, &overlay{dialog: d})
	return a.follow(d.Ask(), d.Open(a.asked, a.lastKey))
}

// answered gives a message to a dialog and carries out what it wants. Back and
// Close are about that dialog, whichever lies above it.
func (a *App) answered(o *overlay, msg tea.Msg) tea.Cmd {
	next, cmd := o.dialog.Handle(msg)
	switch then := next.(type) {
	case action.Back:
		next = nil
	case action.Close:
		next = then.Then
	default:
		return a.follow(next, cmd)
	}
	a.dialogs = slices.DeleteFunc(a.dialogs, func(each *overlay) bool { return each == o })
	return a.follow(next, cmd)
}

// awaited reports whether a dialog shows how a task ends.
func (a *App) awaited(task string) bool {
	return slices.ContainsFunc(a.dialogs, func(o *overlay) bool { return o.dialog.Waits(task) })
}

// quit leaves at once, or asks while a task is under way.
func (a *App) quit() tea.Cmd {
	slow, busy := a.tasks.slow()
	if !busy || a.leaving() {
		return a.leave()
	}
	var said []string
	if slow.task.Left != nil {
		said = slow.task.Left()
	}
	return a.ask(triage.NewLeave(slow.task.Start, said...))
}

// leaving tells that the question whether to leave is open already: who asks
// to leave twice means it.
func (a *App) leaving() bool {
	o := a.dialog()
	if o == nil {
		return false
	}
	_, asking := o.dialog.(*triage.Leave)
	return asking
}

// leave stops everything and ends the program.
func (a *App) leave() tea.Cmd {
	a.stop()
	return tea.Quit
}
