package ui_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// Keys that fit are not followed by the sign for cut text, however little room
// is left behind them.
func TestAFooterThatFitsIsNotCut(t *testing.T) {
	t.Parallel()
	back := func() action.Action { return action.Back{} }
	keys := []ui.Binding{
		{ID: "a", Label: "open", Help: "open", Keys: []string{"enter"}, Do: back}, {ID: "b", Label: "quit", Help: "leave", Keys: []string{"q"}, Do: back},
	}
	const needs = 2 + len("enter open  q quit") + 2
	for more := range 4 {
		line, hits := ui.Footer(dark, keys, needs+more)
		assert.Equal(t, "  enter open  q quit"+strings.Repeat(" ", 2+more), ansi.Strip(line))
		assert.Len(t, hits, 2)
	}
}
