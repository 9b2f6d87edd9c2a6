package tui

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// shellPages are the pages of the shell.
func shellPages() map[string]func(a *App) {
	type keys []string
	pages := map[string]keys{
		"palette": {}, "palette-typed": {"y", "a"}, "palette-go": {"o", "k", "t"}, "palette-nothing": {"q", "q", "q", "q"},
	}
	all := map[string]func(a *App){
		"help":            func(a *App) { a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name}); a.do(action.OpenHelp{}) },
		"help-connectors": func(a *App) { a.do(action.OpenHelp{}) },
		"help-typed": func(a *App) {
			a.open("v0.5.21")
			a.do(action.OpenHelp{})
			a.write("yank")
		},
	}
	for name, typed := range pages {
		all[name] = func(a *App) {
			a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
			a.do(action.OpenPalette{})
			a.write(typed...)
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

func (a *App) hit(code rune, mod ...tea.KeyMod) tea.Cmd {
	key := tea.KeyPressMsg{Code: code}
	if len(mod) > 0 {
		key.Mod = mod[0]
	}
	_, cmd := a.Update(key)
	return cmd
}

func TestThePaletteRunsWhatItsKeyWould(t *testing.T) { //nolint:tparallel // the parts are steps of one story
	t.Parallel()
	a := plainApp(t)
	a.hit('k', tea.ModCtrl)
	a.write("connector")
	require.IsType(t, &palette{}, a.dialog().dialog)
	a.write("s") // "connectors" is a place
	a.hit(tea.KeyEnter)
	assert.Empty(t, a.dialogs)
	assert.Equal(t, action.Connectors, a.at())
	assert.Equal(t, "app.connectors", a.lately[0])

	t.Run("what was used lately comes first", func(t *testing.T) {
		a.write(":")
		p := a.dialog().dialog.(*palette) //nolint:forcetypeassert // it was opened
		assert.Equal(t, "app.connectors", p.found[0].name)
		a.hit(tea.KeyEscape)
	})
	t.Run("a connector is gone to without asking anybody", func(t *testing.T) {
		a.write(":")
		a.write("gth") // near github
		a.hit(tea.KeyEnter)
		assert.Equal(t, []string{"Connectors", "ConductorOne/baton-github"}, a.top().Caption(a.look(), "Connectors").Path)
		a.hit(tea.KeyEscape)
	})
	t.Run("a list is filtered by a state", func(t *testing.T) {
		a.write(":")
		a.write("state:failed")
		a.hit(tea.KeyEnter)
		assert.Contains(t, a.text(), "1 of 1")
		assert.Contains(t, a.text(), "github")
		a.hit(tea.KeyEscape)
	})
	t.Run("a filter that is set stays, and a name is completed", func(t *testing.T) {
		for range 2 {
			a.write(":")
			a.write("state:failed")
			a.hit(tea.KeyEnter)
			assert.Contains(t, a.text(), "1 of 1")
		}
		a.hit(tea.KeyEscape)
		a.write(":")
		a.write("gth")
		a.hit(tea.KeyTab)
		p := a.dialog().dialog.(*palette) //nolint:forcetypeassert // it was opened
		assert.Equal(t, "ConductorOne/baton-github", p.input.Value())
		assert.Equal(t, "go "+p.found[0].name[3:], p.found[0].name)
		a.hit(tea.KeyEscape)
	})
	t.Run("what is off says why, and nothing closes", func(t *testing.T) {
		a.open("v0.5.21")
		a.hit('k', tea.ModCtrl)
		a.write("yank")
		p := a.dialog().dialog.(*palette) //nolint:forcetypeassert // it was opened
		at := slices.IndexFunc(p.found, func(c command) bool { return c.name == "version.yank" })
		require.GreaterOrEqual(t, at, 0)
		assert.True(t, slices.ContainsFunc(p.found[:at+1], func(c command) bool { return c.off != "" }))
		p.cursor = at
		a.hit(tea.KeyEnter)
		assert.Len(t, a.dialogs, 1)
		assert.Contains(t, a.toast.text, "only PUBLISHED versions")
	})
}

func TestWhatAQueryMeans(t *testing.T) {
	t.Parallel()
	all := []command{
		{name: "a", label: "Yank", help: "withdraw this version"},
		{name: "b", label: "Take a yank back", off: "it is not YANKED"},
		{name: "c", label: "Copy", help: "copy what is yanked"},
		{name: "d", label: "Sort", help: "turn the order"},
		{name: "e", label: "Set stable"},
	}
	for query, want := range map[string]string{
		"": "a c d e b", "yank": "a c b", "yan with": "a", "stbl": "e", "t": "b a c d e", "zzz": "",
	} {
		var got []string
		for _, c := range matching(all, strings.Fields(query)) {
			got = append(got, c.name)
		}
		if query == "t" {
			assert.Len(t, got, 5, "every one has the letter")
			assert.Equal(t, "b", got[4], "what is off comes last")
			continue
		}
		assert.Equal(t, want, strings.Join(got, " "), "query %q", query)
	}
}

// A read-only console offers nothing that changes anything, anywhere.
func TestAReadOnlyShellChangesNothing(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.cfg.ReadOnly = true
	a.open("v0.5.26")
	for _, c := range a.commands() {
		b, known := ui.FindID(a.bindings(), c.name)
		if known {
			assert.Equal(t, ui.Looks, b.Risk, c.name)
		}
		assert.NotContains(t, c.name, "yank")
	}
	a.do(action.OpenHelp{})
	assert.NotContains(t, a.text(), groupWithdraw)
}

func TestHelpRunsWhatIsChosen(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.write("?")
	assert.Contains(t, a.text(), "Help for Connectors")
	assert.Contains(t, a.text(), "Report it in private")
	a.write("sort")
	a.hit(tea.KeyEnter)
	assert.Empty(t, a.dialogs)
	a.write("?")
	a.write("?") // the same key closes it
	assert.Empty(t, a.dialogs)
}

// While a filter is typed, the keys of the shell are letters.
func TestTheShellLeavesTextAlone(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.write("/", "?", ":")
	assert.Empty(t, a.dialogs)
	assert.Contains(t, a.text(), "/ ?:")
}

func TestChosenKeys(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.cfg.Keys = map[string][]string{"list.sort": {"S"}, "app.help": {"f1"}}
	a.write("s")
	b, known := ui.FindID(a.bindings(), "list.sort")
	require.True(t, known)
	assert.Equal(t, []string{"S"}, b.Keys)
	_, old := ui.Find(a.bindings(), "?")
	assert.False(t, old)
	a.hit(tea.KeyF1)
	assert.Contains(t, a.text(), "Help for Connectors")
	a.hit(tea.KeyEscape)
	a.cfg.Keys["list.up"] = []string{"w"}
	a.write("/two")
	assert.Contains(t, a.text(), "/ two", "while one types, letters are text")

	for name, c := range map[string]struct {
		keys map[string][]string
		want []string
	}{
		"good":                 {map[string][]string{"list.sort": {"S"}}, nil},
		"the key it has":       {map[string][]string{"version.yank": {"X"}}, nil},
		"unknown":              {map[string][]string{"list.srot": {"S"}}, []string{"there is no binding of this name"}},
		"fixed":                {map[string][]string{"list.sort": {"esc"}, "list.care": {"ctrl+c"}}, []string{"ctrl+c always leaves", "esc always leaves"}},
		"taken":                {map[string][]string{"list.sort": {"q"}}, []string{"q is the key of app.quit"}},
		"taken by another":     {map[string][]string{"list.sort": {"w"}, "version.copy": {"w"}}, []string{"w is the key of version.copy"}},
		"no key":               {map[string][]string{"list.sort": {"Ctrl+Y", "nonsense", "shift+x", ""}}, []string{"is no key", "is no key", "is no key", "is no key"}},
		"named keys":           {map[string][]string{"list.sort": {"ctrl+y", "f5", "alt+enter", "Y", "ü", "shift+tab"}}, []string{"shift+tab is the key of version.tabback"}},
		"exchanged":            {map[string][]string{"list.sort": {"n"}, "list.care": {"s"}}, nil},
		"on different pages":   {map[string][]string{"event.export": {"v"}}, nil},
		"several, all at once": {map[string][]string{"x": {"y"}, "list.sort": {"q"}}, []string{"there is no binding", "q is the key of app.quit"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := CheckKeys(c.keys)
			require.Len(t, faults, len(c.want), "%v", faults)
			for i, want := range c.want {
				assert.Contains(t, faults[i].Message, want)
			}
		})
	}
}

// What may be given other keys is what there is, with the keys that it has.
func TestEveryBindingIsKnown(t *testing.T) {
	t.Parallel()
	left := map[string]bool{}
	for id := range defaultKeys {
		left[id] = true
	}
	for name, prepare := range pages() {
		a := newApp(t, tuitest.Looks()[0].Theme, 120, 40)
		prepare(a)
		if a.top().Typing() {
			continue
		}
		for _, b := range a.bindings() {
			want, known := defaultKeys[b.ID]
			if scope, _, _ := strings.Cut(b.ID, "."); !known {
				assert.Contains(t, []string{"form", "publish", "welcome", "filter", "app", "list", "version"}, scope, "%s on %s", b.ID, name)
				continue
			}
			delete(left, b.ID)
			if slices.Contains(want, b.Key()) {
				continue
			}
			t.Errorf("%s on %s has the key %q, and the table says %v", b.ID, name, b.Key(), want)
		}
	}
	delete(left, "app.drafts")
	assert.Empty(t, left, "bindings that no page has")
}

func TestLinksThatMustNotBeOpened(t *testing.T) {
	t.Parallel()
	for link, bad := range map[string]bool{
		"https://example.org/baton-okta": false, "http://example.org": false, "": true, "javascript:alert(1)": true, "file:///etc/passwd": true,
		"https://user:pass@example.org": true, "https://example.org/\x1b[2J": true, "https://example.org/a b": true, "//example.org": true, "https://": true,
		"https://example.org/\u202egpj": true,
	} {
		assert.Equal(t, bad, badLink(link) != "", "%q: %s", link, badLink(link))
	}
}

func TestTheWindowIsNamedAfterThePage(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	assert.Equal(t, "registrar: Connectors", a.View().WindowTitle)
	a.open("v0.5.26")
	assert.Equal(t, "registrar: ConductorOne/baton-okta v0.5.26", a.View().WindowTitle)
	a.do(action.OpenVersion{Version: action.Version{Org: "x\x1b]0;evil\x07", Name: strings.Repeat("n", 500), Number: "v1"}})
	title := a.View().WindowTitle
	assert.LessOrEqual(t, len(title), 2*titleMost)
	assert.NotContains(t, title, "\x1b")
	assert.NotContains(t, title, "\x07")
}

// BenchmarkPaletteKey is one letter typed into the palette of a console that
// knows 1,000 connectors.
func BenchmarkPaletteKey(b *testing.B) {
	a := newApp(b, tuitest.Looks()[0].Theme, 120, 40)
	var many []*registryv1.Connector
	for i := range 1000 {
		c := connectors()[i%7]
		c.Ref.Name, c.Id = "baton-c"+strconv.Itoa(i), int64(1000+i)
		many = append(many, c)
	}
	a.receive(page{connectors: many})
	var worst time.Duration
	for b.Loop() {
		a.do(action.OpenPalette{})
		for _, letter := range "c17" {
			began := time.Now()
			a.write(string(letter))
			a.screen()
			worst = max(worst, time.Since(began))
		}
		a.hit(tea.KeyEscape)
	}
	b.ReportMetric(float64(worst.Microseconds()), "worst-us/key")
}
