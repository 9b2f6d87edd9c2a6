package triage_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/triage"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// pressedIn gives a dialog the answers of somebody who answers line by line.
func pressedIn(d *triage.Settle, messages ...tea.Msg) action.Action {
	var next action.Action
	for _, msg := range messages {
		next, _ = d.Handle(msg)
	}
	return next
}

// Going on in spite of a failed requirement takes a reason; an empty one takes
// the reason before back.
func TestWhyOneGoesOn(t *testing.T) {
	t.Parallel()
	do := ui.Press{ID: "do"}
	asked := action.AskOverride{Requirement: "license", Title: "License", Detail: "there is no LICENSE file"}
	d := triage.NewOverride(asked)
	assert.Nil(t, pressedIn(d, ui.Answer{Field: 0, Text: "  "}, do), "say why")
	assert.Equal(t, action.Close{Then: action.Override{Requirement: "license", Reason: "a sketch"}}, pressedIn(d, ui.Answer{Field: 0, Text: " a sketch "}, do))
	assert.Equal(t, action.Back{}, pressedIn(d, ui.Press{ID: ui.Cancel}))

	asked.Reason = "a sketch"
	d = triage.NewOverride(asked)
	assert.Equal(t, action.Close{Then: action.Override{Requirement: "license"}}, pressedIn(d, ui.Answer{Field: 0, Text: ""}, do))
}

// Code of a project runs only after somebody said so.
func TestRunningCodeIsAskedFirst(t *testing.T) {
	t.Parallel()
	then := action.RunJob{Job: "capabilities"}
	d := triage.NewRunCode(action.AskRunCode{Command: "go run . capabilities", Writes: "baton_capabilities.json", Then: then})
	text := tuitest.Parse(ui.Join(d.View(ui.Look{Theme: tuitest.Looks()[0].Theme}, 100, 20)), 100, 20)
	assert.True(t, text.Contains("Run go run . capabilities?"), text.Text())
	assert.True(t, text.Contains("as you"), text.Text())
	assert.Equal(t, action.Close{Then: then}, pressedIn(d, ui.Press{ID: "do"}))
}
