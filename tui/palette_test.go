package tui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// shellPages are the pages of the palette and of help.
func shellPages() map[string]func(a *App) {
	all := map[string]func(a *App){
		"help":            func(a *App) { a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name}); a.do(action.OpenHelp{}) },
		"help-connectors": func(a *App) { a.do(action.OpenHelp{}) },
		"help-typed": func(a *App) {
			a.open("v0.5.21")
			a.do(action.OpenHelp{})
			a.write("version")
		},
		"help-signs":   func(a *App) { a.do(action.OpenHelp{}); a.write("unsigned") },
		"help-nothing": func(a *App) { a.do(action.OpenHelp{}); a.write("qqqq") },
		"help-below": func(a *App) {
			a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
			a.do(action.OpenHelp{})
			a.screen()
			a.hit(tea.KeyPgDown)
		},
		"palette-lately": func(a *App) {
			a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
			for _, used := range []string{"sort", "mark all", "github"} {
				a.do(action.OpenPalette{})
				a.see()
				a.write(used)
				a.hit(tea.KeyEnter)
			}
			a.do(action.Back{})
			a.do(action.OpenPalette{})
			a.write("ya")
		},
		"palette-connectors": func(a *App) { a.do(action.OpenPalette{}); a.write("state") },
	}
	for name, typed := range map[string]string{
		"palette": "", "palette-typed": "ya", "palette-go": "okt", "palette-version": "okta v0.5.2", "palette-nothing": "qqqq",
	} {
		all[name] = func(a *App) {
			a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
			a.do(action.OpenPalette{})
			a.write(typed)
		}
	}
	return all
}

// write types letters.
func (a *App) write(keys ...string) {
	for _, key := range keys {
		for _, letter := range key {
			a.Update(tea.KeyPressMsg{Text: string(letter), Code: letter})
		}
	}
}

// hit presses a key that is no letter.
func (a *App) hit(code rune, mod ...tea.KeyMod) tea.Cmd {
	key := tea.KeyPressMsg{Code: code}
	if len(mod) > 0 {
		key.Mod = mod[0]
	}
	_, cmd := a.Update(key)
	return cmd
}

// see lets the moment pass after which a sheet has been seen.
func (a *App) see() { a.Update(sheetSeen{number: a.asked}) }

// choose opens the palette and runs what a query finds first.
func (a *App) choose(t *testing.T, query string) {
	t.Helper()
	a.hit('k', tea.ModCtrl)
	require.IsType(t, &palette{}, a.dialog().dialog)
	a.see()
	a.write(query)
	a.hit(tea.KeyEnter)
}

// shown is the palette in sight.
func (a *App) palette(t *testing.T) *palette {
	t.Helper()
	require.NotNil(t, a.dialog())
	p, is := a.dialog().dialog.(*palette)
	require.True(t, is)
	return p
}

func names(all []command) string {
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.id
	}
	return strings.Join(ids, " ")
}

func TestThePaletteRunsWhatItsKeyWould(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.choose(t, "versions")
	assert.Empty(t, a.dialogs)
	assert.Equal(t, action.Versions, a.at())
	a.screen()
	a.choose(t, "sort")
	assert.Empty(t, a.dialogs)
	assert.Contains(t, a.text(), "oldest first")
}

// What the palette goes to is known: no command asks the registry where it is.
func TestThePaletteGoesToNames(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"github":                        {"Connectors", "ConductorOne/baton-github"},
		"gth":                           {"Connectors", "ConductorOne/baton-github"},
		"go to github":                  {"Connectors", "ConductorOne/baton-github"},
		"conductorone/baton-github":     {"Connectors", "ConductorOne/baton-github"},
		"okta v0.5.24":                  {"Connectors", "ConductorOne/baton-okta", "v0.5.24"},
		"okta 0.5.24":                   {"Connectors", "ConductorOne/baton-okta", "v0.5.24"},
		"okta v0.5":                     {"Connectors", "ConductorOne/baton-okta", "v0.5.27-rc.1"},
		"go to github v0.4.1":           {"Connectors", "ConductorOne/baton-github", "v0.4.1"},
		"Go to okta-aws-federation":     {"Connectors", "ConductorOne/baton-okta-aws-federation"},
		"ConductorOne/baton-okta v0.5.": {"Connectors", "ConductorOne/baton-okta", "v0.5.27-rc.1"},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			a := plainApp(t)
			a.choose(t, query)
			assert.Empty(t, a.dialogs)
			assert.Equal(t, want, a.top().Caption(a.look(), "Connectors").Path)
		})
	}
	t.Run("a number alone is one of the connector in sight", func(t *testing.T) {
		t.Parallel()
		a := plainApp(t)
		a.open("v0.5.26")
		a.choose(t, "v0.5.22")
		assert.Equal(t, "v0.5.22", a.visit().Number)
	})
}

func TestThePaletteFiltersLists(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	for range 2 { // one that is set already stays
		a.choose(t, "state:failed")
		assert.Contains(t, a.text(), "1 of 1")
	}
	assert.Contains(t, a.text(), "filter state:failed")
	a.choose(t, "platform:windows")
	assert.Contains(t, a.text(), "filter platform:windows-amd64")
	a.do(action.Go{To: action.Home})
	assert.Empty(t, a.filters(), "there is nothing to filter")
}

func TestWhatIsOffSaysWhyInThePalette(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.open("v0.5.21")
	a.hit('k', tea.ModCtrl)
	a.see()
	a.write("yank")
	p := a.palette(t)
	assert.Empty(t, p.found[0].off, "a list of versions can be yanked anywhere")
	assert.NotEmpty(t, p.found[1].off, "what is about this version is off")
	a.hit(tea.KeyDown)
	a.hit(tea.KeyEnter)
	assert.Len(t, a.dialogs, 1, "it stays")
	assert.Contains(t, a.text(), "Yank: only PUBLISHED versions, and v0.5.21 is FAILED")
	a.hit(tea.KeyEscape)
	assert.Empty(t, a.dialogs)
}

// Keys of the palette itself.
func TestMovingInThePalette(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.write(":")
	p := a.palette(t)
	n := p.count()
	for _, step := range []struct {
		code rune
		mod  tea.KeyMod
		want int
	}{
		{tea.KeyDown, 0, 1},
		{'n', tea.ModCtrl, 2},
		{'p', tea.ModCtrl, 1},
		{tea.KeyUp, 0, 0},
		{tea.KeyUp, 0, n - 1},
		{tea.KeyDown, 0, 0},
		{tea.KeyPgDown, 0, p.rows},
		{tea.KeyPgUp, 0, 0},
	} {
		a.screen()
		if step.code == tea.KeyPgDown {
			step.want = p.rows - 1
		}
		a.hit(step.code, step.mod)
		assert.Equal(t, step.want, p.cursor, "%+v", step)
	}
	a.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	assert.Equal(t, wheelRows, p.cursor)
	a.write("okt")
	assert.Equal(t, 0, p.cursor, "another query begins at its best")
	a.hit(tea.KeyTab)
	assert.Equal(t, "Go to okta", p.input.Value())
	assert.Equal(t, "go conductorone/baton-okta", p.found[p.cursor].id)
	a.hit('k', tea.ModCtrl)
	assert.Empty(t, a.dialogs, "the key that opened it closes it")
}

// What was typed or pasted before the palette was seen filters, and does
// nothing.
func TestThePaletteIgnoresEnterUntilItIsSeen(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(a *App){
		"the palette": func(a *App) { a.write(":", "versions") },
		"help":        func(a *App) { a.write("?", "whole registry") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := plainApp(t)
			open(a)
			a.hit(tea.KeyEnter)
			assert.Len(t, a.dialogs, 1)
			a.Update(sheetSeen{number: a.asked - 1}) // of the one before
			a.hit(tea.KeyEnter)
			assert.Len(t, a.dialogs, 1)
			a.Update(tea.PasteMsg{Content: "\r\n\r"})
			assert.Len(t, a.dialogs, 1)
			a.see()
			a.Update(tea.PasteMsg{Content: "\r"})
			assert.Len(t, a.dialogs, 1, "pasted text runs nothing")
			a.hit(tea.KeyEnter)
			assert.Empty(t, a.dialogs)
			assert.Equal(t, action.Versions, a.at())
		})
	}
}

// A click on a line runs it, whichever theme it is drawn in.
func TestClickingInThePalette(t *testing.T) {
	t.Parallel()
	for _, look := range tuitest.Looks() {
		t.Run(look.Name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, look.Theme, 120, 40)
			a.write(":", "act")
			screen := tuitest.Parse(a.screen(), 120, 40)
			x, y, found := screen.Find("the audit log")
			require.True(t, found)
			click := tea.MouseClickMsg{X: x + 3, Y: y, Button: tea.MouseLeft}
			a.Update(click)
			assert.Len(t, a.dialogs, 1, "it was not seen yet")
			a.see()
			a.Update(tea.MouseClickMsg{X: 1, Y: y, Button: tea.MouseLeft})
			a.Update(tea.MouseClickMsg{X: x, Y: y - 1, Button: tea.MouseLeft})
			assert.Len(t, a.dialogs, 1, "beside it there is nothing")
			a.Update(click)
			assert.Empty(t, a.dialogs)
			assert.Equal(t, action.Activity, a.at())
		})
	}
}

// What was used lately stands below, as far as it can be done here.
func TestUsedLately(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.choose(t, "sort")
	a.choose(t, "github")
	a.choose(t, "versions")
	a.choose(t, "mark all")
	a.hit('k', tea.ModCtrl)
	p := a.palette(t)
	assert.Equal(t, "list.markall app.versions go conductorone/baton-github", names(p.lately))
	assert.False(t, slices.ContainsFunc(p.found, func(c command) bool { return c.id == "list.markall" }), "it is there once")
	a.write("vers")
	assert.NotContains(t, names(p.lately), "app.versions")
	assert.Contains(t, names(p.found), "app.versions")
	a.see()
	a.hit(tea.KeyUp) // around the end: the last one
	a.hit(tea.KeyEnter)
	assert.Equal(t, "baton-github", a.visit().Name)

	a.do(action.Go{To: action.Home})
	a.hit('k', tea.ModCtrl)
	assert.NotContains(t, names(a.palette(t).lately), "list.markall", "it cannot be done here")
}

// A read-only console offers nothing that changes anything, anywhere.
func TestAReadOnlyShellChangesNothing(t *testing.T) {
	t.Parallel()
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, tuitest.Looks()[0].Theme, 120, 40)
			prepare(a)
			a.dialogs, a.cfg.ReadOnly, a.lately = nil, true, nil
			for _, b := range a.reachable() {
				assert.Equal(t, ui.Looks, b.Risk, b.ID)
			}
			known := a.reachable()
			for _, c := range a.commands() {
				_, is := ui.FindID(known, c.id)
				assert.True(t, is, c.id)
			}
			a.do(action.OpenHelp{})
			assert.NotContains(t, a.text(), groupWithdraw)
		})
	}
}

// While one types, letters are text, and the palette is one key away.
func TestTheShellLeavesTextAlone(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.write("/", "?", ":")
	assert.Empty(t, a.dialogs)
	assert.Contains(t, a.text(), "/ ?:")
	a.choose(t, "activity")
	assert.Equal(t, action.Activity, a.at())

	a.do(action.OpenPublish{})
	require.True(t, a.top().Typing())
	a.choose(t, "home")
	assert.Equal(t, action.Home, a.at(), "digits belong to the wizard, names do not")
}
