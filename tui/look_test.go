package tui_test

import (
	"testing"
	"time"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// A terminal tells by itself how it looks; one that answers nothing is taken
// as dark, and nothing waits for it.
func TestTheLookFollowsTheTerminal(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-sample", "v1.0.0")
	mara := h.connect("mara", maintainer)
	dark, light := theme.Standard().Dark, theme.Standard().Light
	own, _ := theme.User{Name: "dusk", Dark: map[string]string{"ok": "#00ff80"}}.Palette()
	for name, tt := range map[string]struct {
		options    tuitest.Options
		change     func(*tui.Config)
		sign, word string // how "✓ live" looks
	}{
		"dark":            {sign: dark.OK, word: dark.Muted},
		"light":           {options: tuitest.Options{Light: true}, sign: light.OK, word: light.Muted},
		"says nothing":    {options: tuitest.Options{Light: true, Mute: true}, sign: dark.OK, word: dark.Muted},
		"own theme":       {change: func(c *tui.Config) { c.Palette = own }, sign: "#00ff80", word: dark.Muted},
		"NO_COLOR":        {options: tuitest.Options{Light: true, Env: []string{"NO_COLOR=1"}}},
		"--no-color":      {options: tuitest.Options{Light: true}, change: func(c *tui.Config) { c.NoColour = true }},
		"dumb":            {options: tuitest.Options{Env: []string{"TERM=dumb", "COLORTERM="}}},
		"sixteen colours": {options: tuitest.Options{Env: []string{"TERM=xterm", "COLORTERM="}}, sign: "#008000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.options.Wait = patience
			cfg := tui.Config{Client: mara, Now: time.Now, Palette: theme.Standard(), Start: action.Connectors}
			if tt.change != nil {
				tt.change(&cfg)
			}
			app := tui.New(t.Context(), cfg)
			t.Cleanup(app.Close)
			term := tuitest.Run(t, tt.options, app)
			term.ExpectLine("sample", "v1.0.0", "PUBLISHED").Until("says live as "+tt.sign+" "+tt.word, func(s tuitest.Screen) bool {
				sign, _ := s.StyleOf("✓ live")
				word, known := s.StyleOf("live")
				return known && sign == tt.sign && word == tt.word
			})
		})
	}
}
