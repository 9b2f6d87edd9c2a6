package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
)

func TestLinksThatMustNotBeOpened(t *testing.T) {
	t.Parallel()
	for link, why := range map[string]string{
		"https://example.org/baton-okta": "", "http://example.org:8080/a?b=c#d": "", "https://xn--e1afmkfd.example": "",
		"": "neither", "javascript:alert(1)": "no address", "file:///etc/passwd": "no address", "ftp://example.org": "neither",
		"https://user:pass@example.org": "the name of a user", "https://user@example.org": "the name of a user",
		"https://example.org/\x1b[2J": "characters", "https://example.org/a b": "characters", "https://example.org/\n": "characters",
		"https://example.org/\u202egpj": "characters", "https://example.org/\u200b": "characters",
		"//example.org": "neither", "https://": "no address", "https://:80": "no address", "--help": "neither",
		"https://ex\u0430mple.org": "taken for another one", "https://example.org/" + strings.Repeat("a", 3000): "too long",
	} {
		got := browse.RefuseLink(link)
		if why == "" {
			assert.Empty(t, got, "%q", link)
			continue
		}
		assert.Contains(t, got, why, "%q", link)
	}
}

// o shows the source of what one looks at, and says why it cannot.
func TestOpeningTheSource(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	var opened []string
	var fails error
	a.cfg.OpenURL = func(_ context.Context, url string) error { opened = append(opened, url); return fails }
	a.write("o")
	assert.Contains(t, a.toast.text, "names neither a repository nor a homepage")

	c := connectors()[3]
	for revision, change := range []func(){
		func() { c.Homepage = "https://example.org/okta" },
		func() { c.Repository = "https://example.org/source" },
		func() { c.Repository = "https://root@example.org" },
	} {
		change()
		c.Revision = int64(100 + revision)
		a.receive(page{connectors: []*registryv1.Connector{c}})
		b := pressed(t, a, "o")
		a.run(b)
	}
	assert.Equal(t, []string{"https://example.org/okta", "https://example.org/source"}, opened)
	assert.Contains(t, a.toast.text, "its link is refused, since it carries the name of a user")

	a.open("v0.5.26")
	a.run(pressed(t, a, "o"))
	assert.Equal(t, "https://github.com/ConductorOne/baton-okta", opened[2])
	assert.Equal(t, "Opened https://github.com/ConductorOne/baton-okta in the browser.", a.toast.text)

	// Without a browser the link is copied instead.
	fails = errors.New("exit status 3")
	a.run(pressed(t, a, "o"))
	assert.Equal(t, "Copied the link https://github.com/ConductorOne/baton-okta, since no browser opened.", a.toast.text)
	a.toast.text, a.cfg.OpenURL = "", nil
	a.run(pressed(t, a, "o"))
	assert.Contains(t, a.toast.text, "since no browser opened")

	a.toast.text = ""
	a.do(action.OpenLink{URL: "file:///etc/passwd"})
	assert.Contains(t, a.toast.text, "The link was not opened: it is no address of a page.")
}

// pressed presses a letter and returns what it started.
func pressed(t *testing.T, a *App, key string) tea.Cmd {
	t.Helper()
	require.Len(t, key, 1)
	_, cmd := a.Update(tea.KeyPressMsg{Text: key, Code: rune(key[0])})
	return cmd
}

// run does what a command does that tells something of itself at once.
func (a *App) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if msg, is := cmd().(linkOpened); is {
		a.Update(msg)
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

// Back in the foreground, ages are those of now and what one sees is read again.
func TestComingBackToTheForeground(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.cfg.Now = func() time.Time { return noon.Add(26 * time.Hour) }
	before := a.catalog.Connectors.Number()
	_, cmd := a.Update(tea.ResumeMsg{})
	require.NotNil(t, cmd)
	assert.Equal(t, noon.Add(26*time.Hour), a.aged)
	assert.Greater(t, a.catalog.Connectors.Number(), before, "the list is read again")
}

// A window that is dragged about changes nothing but the layout.
func TestAStormOfSizesIsHarmless(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.open("v0.5.26")
	a.write("?")
	a.write("mark")
	want := a.text()
	w, h := a.width, a.height
	for i := range 300 {
		a.Update(tea.WindowSizeMsg{Width: i * 7 % 211, Height: i * 5 % 67})
		a.screen()
	}
	a.Update(tea.WindowSizeMsg{Width: w, Height: h})
	assert.Equal(t, want, a.text())
}
