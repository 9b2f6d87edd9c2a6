package tui_test

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// patience is how long a real registry may take on a busy machine under the
// race detector.
const patience = 30 * time.Second

// hall is a registry with people who work at it.
type hall struct {
	t      *testing.T
	server *registrytest.Server
}

func newHall(t *testing.T, opts ...registrytest.Option) hall {
	t.Helper()
	return hall{t: t, server: registrytest.Start(t, opts...)}
}

// connect opens the client of a person with a role.
func (h hall) connect(person string, role registryv1.Role) *client.Client {
	h.t.Helper()
	return h.dial(person, role, h.server.Dial)
}

func (h hall) dial(person string, role registryv1.Role, dial func(ctx context.Context) (net.Conn, error)) *client.Client {
	h.t.Helper()
	calls, err := client.Open(client.Memory("hub.example.org", dial).WithToken(h.server.Token(h.t, person, role)), client.Options{})
	require.NoError(h.t, err)
	h.t.Cleanup(func() { assert.NoError(h.t, calls.Close()) })
	return calls
}

// console opens the console of a person in a terminal.
func console(t *testing.T, calls *client.Client, change ...func(*tui.Config)) *tuitest.Terminal {
	t.Helper()
	cfg := tui.Config{Client: calls, Now: time.Now, Palette: theme.Standard(), Start: action.Connectors}
	for _, each := range change {
		each(&cfg)
	}
	app := tui.New(t.Context(), cfg)
	t.Cleanup(app.Close)
	return tuitest.Run(t, tuitest.Options{Wait: patience}, app)
}

// state is that of a version at the registry.
func state(t *testing.T, calls *client.Client, name, number string) registryv1.State {
	t.Helper()
	rs, err := calls.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: &registryv1.VersionRef{Org: "acme", Name: name, Version: number}})
	require.NoError(t, err)
	return rs.GetVersion().GetSummary().GetState()
}

func yank(t *testing.T, calls *client.Client, name, number string) {
	t.Helper()
	_, err := calls.Registry.YankVersion(t.Context(), &registryv1.YankVersionRequest{
		Ref:      &registryv1.VersionRef{Org: "acme", Name: name, Version: number},
		Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "loops on empty pages",
	})
	require.NoError(t, err)
}

// cancel leaves the dialog that says a text.
func cancel(term *tuitest.Terminal, key, text string) {
	term.Insist(key, "no longer asks", func(s tuitest.Screen) bool { return !s.Contains(text) })
}

// enterForm moves into the first field of the yank dialog.
func enterForm(term *tuitest.Terminal) {
	term.Insist("tab", "has the focus in the form", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Category")
		return strings.Contains(style, "bold")
	})
}

const (
	publisher  = registryv1.Role_ROLE_PUBLISHER
	maintainer = registryv1.Role_ROLE_MAINTAINER
)

// Someone who looks around: filter, open, tabs, and back again step by step.
func TestLookingAround(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-desk", "v0.3.0")
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-sample", "v1.1.0")

	term := console(t, h.connect("mara", maintainer))
	term.Expect("✓ live").Expect("hub.example.org ∙ mara").ExpectLine("Connectors 2", "published 2")
	term.ExpectLine("sample", "v1.1.0", "PUBLISHED").ExpectLine("desk", "v0.3.0")
	// The pane reads more once the cursor rests.
	term.Expect("Before").ExpectLine("v1.0.0", "✓ PUBLISHED")

	term.Key("/").Type("desk").Expect("1 of 2").ExpectNot("sample ").Key("enter")
	// esc clears the filter first, and leaves only then.
	term.Expect("filter desk").Expect("esc clear filter").Key("esc").ExpectLine("sample", "v1.1.0")
	term.Key("/").Type("zzz").Expect("No connector matches zzz").Key("esc").ExpectLine("sample")

	term.Key("/").Type("sample").Key("enter", "enter").Expect("acme/baton-sample").ExpectLine("v1.1.0", "latest", "✓ PUBLISHED").ExpectLine("v1.0.0", "PUBLISHED")
	term.Key("enter").Expect("Platforms").ExpectLine("linux-arm64", "◊ UNSIGNED").Expect("What is new in v1.1.0.")
	term.Key("]").Expect("What is new in v1.0.0.").Key("]").Expect("v1.0.0 is the lowest version.").Key("[").Expect("What is new in v1.1.0.")
	term.Key("tab").ExpectLine("platform", "file", "sha256").Expect("Checks of this file")
	term.Key("tab").ExpectLine("platform-match", "windows-amd64")
	term.Key("esc").Expect("highest first").Key("esc").Expect("newest first")

	// All versions of the registry, newest first.
	term.Key("3").ExpectLine("Versions 3", "published 3").ExpectLine("sample", "v1.1.0").ExpectLine("desk", "v0.3.0")
	term.ClickOn("Connectors").ExpectLine("Connectors 2")
	term.ClickOn("published 2").Expect("filter state:published").ClickOn("published 2").ExpectNot("filter state")
	term.Key("q")
	require.NoError(t, term.ExpectEnd())
}

// A version is yanked only by who typed its number, whatever else is pressed.
func TestYankingAVersion(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-sample", "v1.1.0")

	term := console(t, h.connect("mara", maintainer))
	term.ExpectLine("sample", "v1.1.0").Key("enter").Expect("highest first")
	term.Key("X").Expect("Yank baton-sample v1.1.0?").Expect("It is latest. Latest moves back to v1.0.0.").Expect("can never be used again")
	// Pasted text answers nothing, and enter on Cancel cancels.
	term.Paste("v1.1.0\r")
	cancel(term, "esc", "Yank baton-sample")
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, state(t, ines, "baton-sample", "v1.1.0"))

	term.Key("X").Expect("It is latest")
	enterForm(term)
	term.Key("right", "right", "tab").Type("loops on empty pages")
	term.Key("tab", "tab", "tab", "tab").Type("v1.1.9").Expect("character 6 differs: type v1.1.0")
	term.Key("enter", "enter").ExpectNot("Yank baton-sample")
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, state(t, ines, "baton-sample", "v1.1.0"))

	term.Key("X").Expect("It is latest")
	enterForm(term)
	term.Key("right", "right", "tab").Type("loops on empty pages")
	term.Key("tab", "tab", "tab", "tab").Paste("v1.1.0").Expect("pasted text does not count")
	term.Type("v1.1.0").Expect("matches").Key("tab", "enter").Expect("Dry run: the registry accepts this.")
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, state(t, ines, "baton-sample", "v1.1.0"))
	term.Key("tab", "enter")
	term.ExpectLine("v1.1.0", "⊖ YANKED").ExpectLine("v1.0.0", "latest").Expect("acme/baton-sample v1.1.0 is YANKED.")
	assert.Equal(t, registryv1.State_STATE_YANKED, state(t, ines, "baton-sample", "v1.1.0"))
	term.Key("X").Expect("yank: only PUBLISHED versions, and v1.1.0 is YANKED")
}

// X on a draft abandons it: the row goes, and the number is free again.
func TestAbandoningADraft(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	ref := &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.1.0"}
	_, err := ines.Registry.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: ref, Platforms: registryv1.Platforms()})
	require.NoError(t, err)

	term := console(t, ines)
	term.ExpectLine("sample", "v1.1.0", "PENDING").Key("enter").Expect("highest first").Expect("X abandon")
	term.Key("X").Expect("Abandon baton-sample v1.1.0?").Expect("The number v1.1.0 is free again.")
	term.Insist("tab", "has the focus in the form", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Reason")
		return strings.Contains(style, "bold")
	})
	term.Type("wrong build").Key("tab").Type("v1.1.0").Expect("matches").Key("tab", "enter")
	term.Expect("acme/baton-sample v1.1.0 is abandoned.").Expect("1 of 1").ExpectLine("1 version", "latest v1.0.0").ExpectLine("v1.0.0", "PUBLISHED")
	_, err = ines.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: ref})
	assert.Equal(t, registryv1.Reason_REASON_NOT_FOUND, client.ReasonOf(err))
}

// What others do arrives where one looks, and stops an answer that is about
// something else by now.
func TestWhatOthersDoMeanwhile(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-sample", "v1.1.0")
	term := console(t, h.connect("mara", maintainer))
	term.ExpectLine("sample", "v1.1.0").Key("enter").Expect("highest first")

	publishes(t, ines, "baton-sample", "v1.2.0")
	term.ExpectLine("v1.2.0", "latest", "✓ PUBLISHED").ExpectLine("3 versions", "latest v1.2.0")
	// The cursor belongs to its row: v1.1.0 stands below the new one.
	term.Expect("2 of 3").Key("X").Expect("Yank baton-sample v1.1.0?").Expect("v1.2.0 stays published")

	// Another version of the connector goes: the consequences are others.
	yank(t, ines, "baton-sample", "v1.2.0")
	term.Expect("It is latest. Latest moves back to v1.0.0.")
	yank(t, ines, "baton-sample", "v1.1.0")
	term.Expect("ines changed this version at").Expect("It is YANKED now")
	cancel(term, "esc", "Yank baton-sample")
	term.ExpectLine("v1.1.0", "⊖ YANKED").ExpectLine("v1.0.0", "latest")

	// The page of one version is read again.
	term.Key("down", "enter").Expect("What is new in v1.0.0.")
	yank(t, ines, "baton-sample", "v1.0.0")
	term.Expect("Why it was yanked").Expect("loops on empty pages")
}

// A registry that goes away leaves what was known on the screen; when it
// answers again, the console catches up by itself.
func TestTheRegistryIsLostAndComesBack(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	term := console(t, h.connect("mara", maintainer))
	term.ExpectLine("sample", "v1.0.0").Expect("✓ live").Key("enter").Expect("highest first")

	h.server.Stop(t)
	term.Expect("! as of").Expect("hub.example.org does not answer. You see what was known at").ExpectLine("v1.0.0", "PUBLISHED")
	term.Key("X").Expect("yank: hub.example.org does not answer")

	h.server.Restart(t)
	publishes(t, ines, "baton-sample", "v1.1.0")
	term.Key("ctrl+r").Expect("✓ live").ExpectLine("v1.1.0", "latest", "PUBLISHED")
}

// A console may be opened before its registry is.
func TestTheRegistryIsNotThereAtFirst(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-sample", "v1.0.0")
	calls := h.connect("mara", maintainer)
	h.server.Stop(t)
	term := console(t, calls)
	term.Expect("! not connected").Expect("hub.example.org does not answer: nothing listens there.")
	h.server.Restart(t)
	term.Key("ctrl+r").Expect("✓ live").Expect("mara").ExpectLine("sample", "v1.0.0", "PUBLISHED")
	publishes(t, h.connect("ines", publisher), "baton-sample", "v1.1.0")
	term.ExpectLine("sample", "v1.1.0", "PUBLISHED")
}

// Who may only read is told so by the keys, and has none that publishes.
func TestReadingOnly(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-sample", "v1.0.0")
	term := console(t, h.connect("mara", maintainer), func(c *tui.Config) { c.ReadOnly = true })
	term.Expect("read-only").ExpectLine("sample").Key("enter").Expect("highest first").Key("X", "t", "p").ExpectNot("X yank")
	term.Key("enter").Expect("Platforms").ExpectNot("X yank")
	other := console(t, h.connect("vera", registryv1.Role_ROLE_REVIEWER))
	other.ExpectLine("sample").Key("enter").Expect("highest first").Key("X").Expect("yank: that needs the publisher role in acme; ask an admin")
}

// Publishing from a folder, from the form to the page of the version.
func TestPublishing(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	dir := project(t, "baton-sample", "v1.0.0", 200_000)
	term := console(t, h.connect("ines", publisher), func(c *tui.Config) { c.Directory, c.Journal = dir, t.TempDir() })
	term.Expect("hub.example.org has no connectors yet.").Expect("You are ines, and may publish here.").Key("enter")
	term.ToConfirm("v1.0.0")
	term.Expect("Ready to publish acme/baton-sample v1.0.0").Expect("What happens").Expect("can never be used again").ExpectLine("linux-arm64", "200 kB")
	term.Key("enter").ExpectLine("✓ PUBLISHED", "acme/baton-sample v1.0.0").Expect("v1.0.0 is public and latest.").Expect("checks passed")
	term.Key("1").Expect("Copied registrar show acme/baton-sample v1.0.0.")
	term.Key("enter").Expect("Platforms").ExpectLine("linux-arm64", "◊ UNSIGNED")
	term.Key("esc").Expect("What is where now").Key("esc").ExpectLine("sample", "v1.0.0", "PUBLISHED")
	// Another: the number is taken, and the next one is named.
	term.Key("p").Expect("✓ PUBLISHED").Key("n").Expect("Which system is it for?").GoOn("Which project is it").GoOn("requirement").GoOn("Which number is it")
	term.ExpectLine("Version", "v1.0.1").Key("backspace").Type("0").Key("tab").Expect("The next free number is v1.0.1.").Key("enter").Expect("next: until what the registry found is mended")
	term.Key("ctrl+c")
	require.NoError(t, term.ExpectEnd())
}

// gate lets transfers through a connection only when it is open.
type gate struct {
	dial func(ctx context.Context) (net.Conn, error)
	open chan struct{}
	once sync.Once
}

func newGate(dial func(ctx context.Context) (net.Conn, error)) *gate {
	return &gate{dial: dial, open: make(chan struct{})}
}

func (g *gate) Open() { g.once.Do(func() { close(g.open) }) }

func (g *gate) Dial(ctx context.Context) (net.Conn, error) {
	conn, err := g.dial(ctx)
	return &gated{Conn: conn, gate: g, closed: make(chan struct{})}, err
}

// gated is a connection whose uploads wait behind their first bytes.
type gated struct {
	net.Conn
	gate     *gate
	transfer bool
	closed   chan struct{}
	once     sync.Once
}

func (c *gated) Write(p []byte) (int, error) {
	if c.transfer {
		select {
		case <-c.gate.open:
		case <-c.closed:
			return 0, net.ErrClosed
		}
	}
	c.transfer = c.transfer || bytes.HasPrefix(p, []byte("PUT "))
	return c.Conn.Write(p)
}

func (c *gated) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// Leaving the screen does not stop a publish; leaving the console asks first,
// and publishing again goes on where it stopped.
func TestQuittingWhileAPublishRuns(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	dir := project(t, "baton-sample", "v1.0.0", 600_000)
	slow := newGate(h.server.Dial)
	t.Cleanup(slow.Open)
	journal := t.TempDir()
	config := func(c *tui.Config) { c.Directory, c.Journal = dir, journal }
	start := func(term *tuitest.Terminal) {
		term.Key("p").ToConfirm("v1.0.0").Key("enter")
	}
	term := console(t, h.dial("ines", publisher, slow.Dial), config)
	term.Expect("no connectors yet")
	start(term)
	term.Expect("Uploading 5 files").Key("esc").ExpectLine("sample", "v1.0.0", "UPLOADING").Expect("publishing acme/baton-sample v1.0.0")
	term.Key("q").Expect("Leave while registrar is publishing acme/baton-sample v1.0.0?")
	cancel(term, "enter", "Leave while") // Cancel has the focus
	term.Key("p").Expect("Uploading 5 files").Key("ctrl+c").Expect("Leave while").Key("ctrl+c")
	require.NoError(t, term.ExpectEnd())

	term = console(t, h.connect("ines", publisher), config)
	term.ExpectLine("sample", "v1.0.0", "UPLOADING").Key("p").Expect("1 publish is unfinished.").Key("enter").Expect("Ready to publish").GoOn("✓ PUBLISHED")
	term.Expect("✓ PUBLISHED").ExpectLine("1.0.0", "attempt 1")
}

// One file is stopped and sent again; the others go on.
func TestStoppingOneFile(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	slow := newGate(h.server.Dial)
	t.Cleanup(slow.Open)
	dir := project(t, "baton-sample", "v1.0.0", 600_000)
	term := console(t, h.dial("ines", publisher, slow.Dial), func(c *tui.Config) { c.Directory = dir })
	term.Expect("no connectors yet").Key("p").ToConfirm("v1.0.0").Key("enter").ExpectLine("darwin-amd64", "UPLOADING")
	term.Key("r").Expect("retry this one: darwin-amd64 is uploading")
	term.Key("s").ExpectLine("darwin-amd64", "STOPPED").Expect("1 stopped").Expect("What stopped waits until it is sent again.")
	// Stopping all ends the run; running it again goes on where it stopped.
	term.Key("e").Expect("acme/baton-sample v1.0.0 is not published.").Expect("It was stopped.").Expect("what arrived is not sent again")
	term.Key("r").ExpectLine("linux-amd64", "UPLOADING").Key("s").ExpectLine("darwin-amd64", "STOPPED")
	slow.Open()
	term.Expect("4 stored, 1 stopped").Key("r").ExpectLine("✓ PUBLISHED", "v1.0.0")
}

// Without colours and with ASCII only, everything is still told apart.
func TestPlainTerminals(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-sample", "v1.0.0")
	term := console(t, h.connect("mara", maintainer), func(c *tui.Config) { c.ASCII, c.NoColour = true, true })
	term.ExpectLine("sample", "v1.0.0", "v PUBLISHED").Expect("v live")
	s := term.Screen()
	for y := range s.Cells {
		for _, cell := range s.Cells[y] {
			assert.Empty(t, cell.Foreground+cell.Background)
		}
	}
	assert.Equal(t, -1, strings.IndexFunc(s.Text(), func(r rune) bool { return r > 126 }), s.Text())
}
