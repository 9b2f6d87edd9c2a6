package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

func TestChosenKeys(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.cfg.Keys = map[string][]string{"list.sort": {"S"}, helpID: {"f1"}, "list.clear": {"backspace"}, "app.back": {"backspace"}}
	a.screen()
	_, old := ui.Find(a.bindings(), "s")
	assert.False(t, old)
	_, old = ui.Find(a.bindings(), "?")
	assert.False(t, old)
	a.write("S")
	assert.Contains(t, a.text(), "oldest first")
	a.hit(tea.KeyF1)
	assert.Contains(t, a.text(), "Help for Connectors")
	a.hit(tea.KeyEscape)
	assert.Contains(t, a.text(), "f1 help", "the footer names the keys that work, help last")

	// Who goes back by another key still does by esc.
	for _, back := range []rune{tea.KeyBackspace, tea.KeyEscape} {
		a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
		a.hit(back)
		assert.Len(t, a.stack, 1)
	}
}

// A key that was given away on one page is free on it, and a page may use a
// key that works elsewhere.
func TestAKeyThatAPageTookIsTakenFromThatKeyOnly(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.do(action.Go{To: action.Home}) // it uses enter, n, / and c
	a.cfg.Keys = map[string][]string{"app.refresh": {"n", "f5"}}
	b, known := ui.FindID(a.bindings(), "app.refresh")
	require.True(t, known)
	assert.Equal(t, []string{"f5"}, b.Keys)
	require.NoError(t, ui.CheckBindings(a.bindings()))
}

// Where one types, letters are text, whichever keys were chosen.
func TestChosenLettersAreTextWhereOneTypes(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.cfg.Keys = map[string][]string{"list.down": {"e", "ctrl+n"}, "list.up": {"i"}, paletteID: {";", "ctrl+o"}}
	a.write("/", "ei;")
	assert.Contains(t, a.text(), "/ ei;")
	down, known := ui.FindID(a.bindings(), "list.down")
	require.True(t, known)
	assert.Equal(t, []string{"ctrl+n"}, down.Keys)
	up, known := ui.FindID(a.bindings(), "list.up")
	require.True(t, known)
	assert.Equal(t, []string{"up"}, up.Keys, "a key is left")
	a.hit('o', tea.ModCtrl)
	require.Len(t, a.dialogs, 1)
}

func TestCheckKeys(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys map[string][]string
		want []string // by id, then in the order of the keys
	}{
		"none":                      {nil, nil},
		"good":                      {map[string][]string{"list.sort": {"S", "ctrl+s", "alt+s", "f5", "shift+tab"}}, nil},
		"the key it has":            {map[string][]string{"version.yank": {"X"}}, nil},
		"one more":                  {map[string][]string{"app.back": {"backspace"}, "publish.halt": {"E"}}, nil},
		"unknown":                   {map[string][]string{"list.srot": {"S"}}, []string{"there is no binding of this name; there are list.care, "}},
		"of no scope":               {map[string][]string{"sort": {"S"}}, []string{"there is no binding of this name; they begin with app., "}},
		"no key":                    {map[string][]string{"list.sort": {}}, []string{"it needs a key"}},
		"fixed":                     {map[string][]string{"list.sort": {"esc"}, "list.care": {"ctrl+c"}}, []string{"ctrl+c always leaves", "esc always goes back"}},
		"esc where it is":           {map[string][]string{"app.back": {"esc"}}, nil},
		"no such keys":              {map[string][]string{"list.sort": {"Ctrl+S", "ctrl+S", "shift+s", "cmd+p", " ", "return", "ctrl+", "\x1b", "日本"}}, []string{`"Ctrl+S" is no key`, `"ctrl+S" is no key`, `"shift+s" is no key`, `"cmd+p" is no key`, `" " is no key`, `"return" is no key`, `"ctrl+" is no key`, "is no key", `"日本" is no key`}},
		"text":                      {map[string][]string{"form.next": {"z"}, "filter.keep": {"space"}}, []string{"space is text there", "z is text there"}},
		"taken":                     {map[string][]string{"list.sort": {"q"}}, []string{"q is the key of app.quit on the same screen"}},
		"taken by another":          {map[string][]string{"list.sort": {"w"}, "version.copy": {"w"}}, []string{"w is the key of version.copy on the same screen"}},
		"exchanged":                 {map[string][]string{"list.sort": {"n"}, "list.care": {"s"}}, nil},
		"given up by the other":     {map[string][]string{"list.sort": {"n"}, "list.care": {"N"}}, nil},
		"on different pages":        {map[string][]string{"event.export": {"v"}, "version.tab": {"s"}}, nil},
		"a download of a connector": {map[string][]string{"connector.stable": {"d"}}, []string{"d is the key of version.download on the same screen"}},
		"several, all at once":      {map[string][]string{"x": {"y"}, "list.sort": {"q"}, "app.help": {"k"}}, []string{"there is no binding", "k is the key of list.up", "q is the key of app.quit", "k is the key of publish.up"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, fault := range CheckKeys(c.keys) {
				assert.Contains(t, c.keys, fault.Binding)
				got = append(got, fault.Message)
			}
			require.Len(t, got, len(c.want), "%q", got)
			for _, want := range c.want {
				assert.Contains(t, strings.Join(got, "\n"), want)
			}
		})
	}
}

// The table of keys is what the screens say, and it knows which bindings are
// on a screen together.
func TestEveryBindingIsKnown(t *testing.T) {
	t.Parallel()
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, tuitest.Looks()[0].Theme, 120, 40)
			prepare(a)
			all := a.bindings()
			for i, b := range all {
				want, known := Bindings()[b.ID]
				if !assert.True(t, known, "%s has no keys in the table", b.ID) {
					continue
				}
				for _, key := range b.Keys {
					assert.Contains(t, want, key, b.ID)
					assert.True(t, isKey(key), "%s: %q", b.ID, key)
				}
				for _, other := range all[:i] {
					assert.True(t, meet(b.ID, other.ID), "%s and %s are on one screen", b.ID, other.ID)
				}
			}
		})
	}
	assert.Empty(t, CheckKeys(Bindings()), "the keys that there are have no faults")
}

// The document names every binding with its keys.
func TestEveryBindingIsDocumented(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile(filepath.Join("..", "docs", "console.md"))
	require.NoError(t, err)
	for id, keys := range Bindings() {
		assert.Contains(t, string(document), "`"+id+"` `"+strings.Join(keys, "` `")+"`", id)
	}
}
