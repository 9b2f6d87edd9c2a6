package tui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/markdown"
	"github.com/registrar-console/registrar/tui/ui"
)

// settle runs what a message asked for, which must be text to lay out: nothing
// else comes back by itself.
func (a *App) settle(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, each := range msg {
			a.settle(each)
		}
	case rendered:
		a.Update(msg)
	}
}

// shown answers the first question about a version, and lets its text be laid out.
func (a *App) shown(v *registryv1.Version) {
	ref := v.GetSummary().GetRef()
	_, cmd := a.Update(catalog.Shown{Org: ref.GetOrg(), Name: ref.GetName(), Number: ref.GetVersion(), Asked: 1, Version: v})
	a.settle(cmd)
	a.since(ref.GetVersion())
}

// turn goes to the tab so many further, and lets its text be laid out.
func (a *App) turn(by int) { a.settle(a.do(action.Tab{By: by})) }

const (
	docsBy      = 4
	changelogBy = 5
)

// openText shows a version that has a text on the tab so many further.
func (a *App) openText(documentation, changelog string, by int) {
	a.do(action.OpenVersion{Version: okta})
	v := whole("v0.5.26")
	v.Documentation, v.Changelog = documentation, changelog
	a.shown(v)
	a.turn(by)
}

// document is one of those that the renderer is tested with.
func document(name string) string {
	data, err := os.ReadFile(filepath.Join("markdown", "testdata", name))
	if err != nil {
		panic(err)
	}
	return string(data)
}

// nasty is a text whose author means the terminal, not the reader.
var nasty = strings.Join([]string{
	"# \x1b]0;owned\x07Title \u202e\u2066turned", "\x1b[2J\x1b[31m**red**\x9b &#27;[2J &#x202e;spelled",
	strings.Repeat(">", 10_000) + " deep", "[" + strings.Repeat("[", 3000), "a" + strings.Repeat("\u0301", 500) + " storm",
	"|" + strings.Repeat("x|", 400), "|" + strings.Repeat("-|", 400), "|a|",
	"<script>alert()</script><img src=x onerror=y alt='\x1b[1m'>", "[run](javascript:alert()) [file](file:///etc/passwd) <https://a.example/\x1b[2J>",
	"```\n\x1b[5mblink\x1b[0m\tand a very " + strings.Repeat("long ", 80) + "line", "```", strings.Repeat("word", 300_000),
}, "\n\n")

// downloads is what the registry offers of a version.
func downloads(v *registryv1.Version, by registryv1.ChosenBy) *registryv1.GetDownloadURLsResponse {
	answer := &registryv1.GetDownloadURLsResponse{Version: v.GetSummary(), Yank: v.GetYank(), ChosenBy: by}
	for _, a := range v.GetAssets() {
		file := &registryv1.Asset{Platform: a.GetPlatform(), Kind: a.GetKind(), Filename: a.GetFilename(), SizeBytes: a.GetSizeBytes(), Sha256: a.GetSha256()}
		answer.Downloads = append(answer.Downloads, &registryv1.Download{Asset: file, Url: "/files/" + a.GetFilename()})
	}
	return answer
}

// askDownload opens the dialog about a version and answers it.
func (a *App) askDownload(number string, change func(*registryv1.GetDownloadURLsResponse)) {
	v := okta
	v.Number = number
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	a.do(action.AskDownload{Version: v})
	answer := downloads(whole(number), registryv1.ChosenBy_CHOSEN_BY_NUMBER)
	if change != nil {
		change(answer)
	}
	a.Update(catalog.Offered{Org: v.Org, Name: v.Name, Asked: 1, Answer: answer})
}

// versionPages are the tabs with text, and what one does from lists.
func versionPages() map[string]func(a *App) {
	return map[string]func(a *App){
		"docs": func(a *App) { a.openText(document("readme.md"), "", docsBy) },
		"docs-below": func(a *App) {
			a.openText(document("readme.md"), "", docsBy)
			a.look()
			a.screen()
			a.do(action.Page{By: 1})
		},
		"docs-mdx":       func(a *App) { a.openText(document("connector.mdx"), "", docsBy) },
		"docs-hostile":   func(a *App) { a.openText(nasty, "", docsBy) },
		"docs-none":      func(a *App) { a.openText("", "", docsBy) },
		"docs-rendering": func(a *App) { a.openText(document("readme.md"), "", 0); a.do(action.Tab{By: docsBy}) },
		"changelog":      func(a *App) { a.openText("", document("readme.md"), changelogBy) },
		"version-changelog-long": func(a *App) {
			a.openText("", "## New\n\n"+strings.Repeat("- One more thing that is new, with the scope `okta.devices.read`.\n", 12), 0)
		},
		"download":         func(a *App) { a.askDownload("v0.5.26", nil) },
		"download-yanked":  func(a *App) { a.askDownload("v0.5.23", nil) },
		"download-refused": func(a *App) { a.askDownload("v0.5.21", nil); a.chooseLast() },
		"download-plain": func(a *App) {
			a.do(action.AskDownload{Version: action.Version{Org: okta.Org, Name: okta.Name}})
			a.Update(catalog.Offered{Org: okta.Org, Name: okta.Name, Asked: 1, Answer: downloads(whole("v0.5.25"), registryv1.ChosenBy_CHOSEN_BY_STABLE)})
		},
		"deprecate": func(a *App) { a.do(action.AskDeprecate{Org: okta.Org, Name: okta.Name}) },
		"undeprecate": func(a *App) {
			deprecated := connectors()[3]
			deprecated.Deprecation = &registryv1.Deprecation{Reason: "the API it reads is gone", Replacement: "acme/baton-better"}
			deprecated.Revision++
			a.receive(page{connectors: []*registryv1.Connector{deprecated}})
			a.do(action.AskDeprecate{Org: okta.Org, Name: okta.Name})
		},
		"retry": func(a *App) {
			a.open("v0.5.21")
			a.do(action.Retry{Version: action.Version{Org: okta.Org, Name: okta.Name, Number: "v0.5.21"}})
		},
	}
}

// chooseLast takes the last choice of the first field of a dialog.
func (a *App) chooseLast() {
	o := a.dialog()
	for _, cmd := range []tea.Cmd{o.dialog.Open(9, "d")} {
		for _, each := range batchOf(cmd) {
			o.dialog.Handle(each())
		}
	}
	a.Update(tea.KeyPressMsg{Code: tea.KeyTab})
	for range 5 {
		a.Update(tea.KeyPressMsg{Code: tea.KeyRight})
	}
}

func batchOf(cmd tea.Cmd) []tea.Cmd {
	if cmd == nil {
		return nil
	}
	if many, is := cmd().(tea.BatchMsg); is {
		return many
	}
	return []tea.Cmd{cmd}
}

// A text is laid out again for another size and for other colours, and only
// then; what was laid out before is there at once.
func TestTextsAreLaidOutForTheScreen(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.openText(document("readme.md"), "- one\n- two", docsBy)
	assert.Contains(t, a.text(), "lines 1-")
	assert.Contains(t, a.text(), "Getting Started")

	// Going to the changelog and back needs no command any more.
	a.turn(1)
	assert.Contains(t, a.text(), "- two")
	assert.Nil(t, a.do(action.Tab{By: -1}))
	assert.Contains(t, a.text(), "Getting Started")

	// Another width is another layout; the old one stays in sight meanwhile.
	wide := a.text()
	_, cmd := a.Update(tea.WindowSizeMsg{Width: 80, Height: 40})
	require.NotNil(t, cmd)
	assert.Contains(t, a.text(), "Getting Started")
	a.settle(cmd)
	assert.NotEqual(t, wide, a.text())
	_, cmd = a.Update(tea.WindowSizeMsg{Width: 80, Height: 30})
	assert.Nil(t, cmd, "the lines are as wide as they were")

	// Other colours are another layout as well: without them code has its signs.
	_, cmd = a.Update(tea.ColorProfileMsg{Profile: colorprofile.ASCII})
	require.NotNil(t, cmd)
	a.settle(cmd)
	assert.Contains(t, a.text(), "`baton-sample` is a connector")
}

// What was asked about another version, or before the size changed, is dropped.
func TestLateTextsAreDropped(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.openText("first", "", 0)
	first := a.do(action.Tab{By: docsBy})
	require.NotNil(t, first)
	a.do(action.Neighbour{By: 1})
	v := whole("v0.5.25")
	v.Documentation = "second"
	_, second := a.Update(catalog.Shown{Org: okta.Org, Name: okta.Name, Number: "v0.5.25", Asked: 2, Version: v})
	a.settle(first)
	assert.NotContains(t, a.text(), "first")
	assert.Contains(t, a.text(), "rendering")
	a.settle(second)
	assert.Contains(t, a.text(), "second")
	assert.Contains(t, a.text(), "lines 1-1 of 1")
}

// A change of the version that leaves its text alone moves nothing.
func TestScrolledTextStays(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.openText(strings.Repeat("A line.\n\n", 100), "", docsBy)
	a.text()
	a.do(action.Page{By: 1})
	before := a.text()
	assert.Contains(t, before, "lines 30-")
	v := whole("v0.5.26")
	v.Documentation = strings.Repeat("A line.\n\n", 100)
	_, cmd := a.Update(catalog.Shown{Org: okta.Org, Name: okta.Name, Number: okta.Number, Asked: 1, Version: v})
	assert.Nil(t, cmd)
	assert.Equal(t, before, a.text())
	a.do(action.Edge{Last: true})
	assert.Contains(t, a.text(), "-199 of 199")
}

func TestALongTextSaysThatItGoesOn(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.openText(strings.Repeat("A line.\n\n", markdown.MaxLines+10), "", docsBy)
	a.text()
	a.do(action.Edge{Last: true})
	assert.Contains(t, a.text(), "It goes on, and is too long to be shown here; c copies all of it.")
}

// c copies what the tab is about, and says what that was.
func TestCopying(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		number string
		by     int
		said   string
	}{
		"overview":  {"v0.5.26", 0, "Copied the digest of the asset set."},
		"assets":    {"v0.5.26", 1, "Copied the digest of baton-okta-v0.5.26-darwin-amd64.tar.gz."},
		"checks":    {"v0.5.21", 2, "Copied what to do about platform-match."},
		"found":     {"v0.5.25", 2, "Copied what to do about license."},
		"docs":      {"v0.5.26", docsBy, "Copied ConductorOne/baton-okta@v0.5.26."},
		"changelog": {"v0.5.26", changelogBy, "Copied the changelog of v0.5.26."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := plainApp(t)
			a.open(c.number)
			a.turn(c.by)
			a.Update(tea.KeyPressMsg{Text: "c", Code: 'c'})
			assert.Equal(t, c.said, a.toast.text)
		})
	}
}

// off is why an action is off now.
func (a *App) off(id string) string {
	b, known := ui.FindID(a.bindings(), id)
	if !known {
		return "it is not there"
	}
	return b.Why()
}

func TestWhyDownloadsAreOff(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	assert.Empty(t, a.off("version.download"))
	a.do(action.Move{By: 2})
	assert.Equal(t, "no version of baton is public", a.off("version.download"))
	assert.Equal(t, "no version of baton is public", a.off("connector.stable"))
	a.do(action.SetFilter{Text: "nothing-like-it"})
	assert.Equal(t, "there is no connector here", a.off("version.download"))
	assert.Equal(t, "there is no connector here", a.off("connector.deprecate"))

	v := whole("v0.5.23")
	v.Yank.DownloadsBlocked = true
	a.do(action.OpenVersion{Version: action.VersionOf(v.GetSummary().GetRef())})
	assert.Equal(t, "there is no version here", a.off("version.download"))
	a.shown(v)
	assert.Equal(t, "downloads of v0.5.23 are blocked by its yank", a.off("version.download"))
}

func TestWhyConnectorActionsAreOff(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	assert.Empty(t, a.off("connector.stable"))
	assert.Empty(t, a.off("connector.deprecate"))
	a.do(action.Move{By: 1})
	assert.Equal(t, "v0.3.29 is stable already", a.off("connector.stable"))
	a.catalog.Caller = &registryv1.GetCallerResponse{Person: "ines", Roles: []*registryv1.RoleGrant{{Org: "*", Role: registryv1.Role_ROLE_PUBLISHER}}}
	assert.Equal(t, "that needs the maintainer role in ConductorOne; ask an admin", a.off("connector.deprecate"))
	a.cfg.ReadOnly = true
	assert.Equal(t, "it is not there", a.off("connector.deprecate"))
	assert.Empty(t, a.off("version.download"), "it changes nothing at the registry")
}

func TestWhyRetryIsOff(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.open("v0.5.26")
	assert.Equal(t, "only FAILED versions, and v0.5.26 is PUBLISHED", a.off("version.retry"))
	a.open("v0.5.21")
	assert.Empty(t, a.off("version.retry"))
	a.Update(tea.KeyPressMsg{Text: "r", Code: 'r'})
	assert.Contains(t, a.text(), "ConductorOne/baton-okta")
	assert.Contains(t, a.text(), "v0.5.21")
	assert.Contains(t, a.text(), "/src/baton-okta")
}

// The latest version is what t on a connector is about, in whichever attempt.
func TestStableFromTheListOfConnectors(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.Update(tea.KeyPressMsg{Text: "t", Code: 't'})
	assert.Contains(t, a.text(), "Make baton-okta v0.5.26 stable?")
	a.Update(tea.KeyPressMsg{Text: "X", Code: 'X'})
	assert.Len(t, a.dialogs, 1)
}

// A download shows that it runs, can be stopped with its own key, and says
// where the file is.
func TestADownloadIsATask(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.open("v0.5.26")
	a.do(action.Download{Version: okta, Platforms: registryv1.Platforms()[:1], Folder: t.TempDir()})
	assert.Contains(t, a.text(), "downloading ConductorOne/baton-okta v0.5.26")
	assert.Contains(t, a.text(), "d stop download")
	a.Update(tea.KeyPressMsg{Text: "d", Code: 'd'})
	a.Update(taskDone{id: browse.DownloadTask(okta), err: errors.New("it was stopped")})
	assert.Contains(t, a.text(), "Stopped downloading ConductorOne/baton-okta v0.5.26.")
	assert.Contains(t, a.text(), "d download")
}

func TestSaidOfADownload(t *testing.T) {
	t.Parallel()
	answer := downloads(whole("v0.5.26"), registryv1.ChosenBy_CHOSEN_BY_NUMBER)
	good, none := &registryv1.Verdict{Status: verified}, &registryv1.Verdict{Status: unsigned, Detail: "There is no signature beside the file."}
	one := fetching{answer: answer, files: answer.GetDownloads()[:1], folder: "/tmp"}
	assert.Equal(t, "baton-okta-v0.5.26-darwin-amd64.tar.gz is in /tmp: 42 MB, VERIFIED.", one.said(42_100_000, []*registryv1.Verdict{good}))
	two := fetching{answer: answer, files: answer.GetDownloads()[:2], folder: "/tmp"}
	assert.Equal(t, "2 files are in /tmp: 84 MB, UNSIGNED. No signature was verified. There is no signature beside the file.",
		two.said(84_000_000, []*registryv1.Verdict{none, none}))
	fault := &client.Error{Message: "it differs", Next: "ask"}
	assert.Equal(t, error(fault), two.before(0, fault))
	assert.ErrorContains(t, two.before(1, fault), "it differs. 1 file that came before it is good and stays in /tmp")
}
