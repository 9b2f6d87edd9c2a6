package tui_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// seen is longer than it takes until a sheet counts as seen.
const seen = 300 * time.Millisecond

// runs presses enter on a sheet until it closed: before it was seen, enter is
// not heard.
func runs(term *tuitest.Terminal) *tuitest.Terminal {
	return term.Insist("enter", "has closed what asked", func(s tuitest.Screen) bool { return !s.Contains("esc close") })
}

// Someone who knows no keys finds everything by its name: by typing, by the
// mouse, and in help.
func TestFindingTheWayByNames(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-desk", "v0.3.0")
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-sample", "v1.1.0")

	term := console(t, h.connect("mara", maintainer))
	term.ExpectLine("sample", "v1.1.0").ExpectLine("ctrl+k commands", "? help").Key("ctrl+k").Expect("tab complete")
	runs(term.Type("desk").ExpectLine("Go to desk", "acme/baton-desk")).ExpectLine("v0.3.0", "✓ PUBLISHED").Expect("highest first")

	// A version by its number, completed by tab and left by esc.
	term.Type(":").Expect("tab complete").Type("sample v1").ExpectLine("Go to sample v1.1.0", "✓ PUBLISHED", "acme/baton-sample")
	term.Key("tab").Expect("> Go to sample v1.1.0").Key("esc").ExpectNot("tab complete")
	runs(term.Type(":").Expect("tab complete").Type("sample v1.0").ExpectLine("Go to sample v1.0.0")).Expect("What is new in v1.0.0.")

	// What is off says why and stays; what asks still asks.
	term.Type(":").Expect("tab complete").Type("retry").ExpectLine("Retry", "off: only FAILED versions").Expect("Retry: only FAILED versions, and v1.0.0 is PUBLISHED")
	term.Key("enter").Expect("1 of").Key("ctrl+k").ExpectNot("tab complete")
	runs(term.Type(":").Expect("tab complete").Type("yank").ExpectLine("Yank", "X")).Expect("Yank baton-sample v1.0.0?")
	cancel(term, "esc", "Yank baton-sample")

	// The mouse runs as well, and what was used lately stands below.
	term.Type(":").Expect("tab complete").Type("activ").ExpectLine("Activity", "the audit log").Expect("Used lately").ExpectLine("Yank", "X")
	time.Sleep(seen) // a click counts from then on, like enter
	term.ClickOn("the audit log, as").Expect("newest on top")

	// Help says what works here, and does it.
	runs(term.Type("?").Expect("Help for Activity").Type("all connectors").ExpectLine("2", "all connectors")).ExpectLine("Connectors 2", "published 2")
	term.Type("?").Expect("Help for Connectors").Expect("in private").ExpectLine("✓ PUBLISHED", "✗ FAILED", "⊖ YANKED").Key("esc").ExpectNot("Help for")
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, state(t, ines, "baton-sample", "v1.0.0"))
	term.Type("q")
	require.NoError(t, term.ExpectEnd())
}

// Pasted text searches, and runs nothing, whatever it holds.
func TestPastedTextRunsNothing(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-desk", "v0.3.0")
	term := console(t, h.connect("mara", maintainer))
	term.ExpectLine("desk", "v0.3.0").Type(":").Expect("tab complete")
	time.Sleep(seen)
	term.Paste("quit\r\r").ExpectLine("> quit").ExpectLine("Quit", "leave")
	runs(term)
	require.NoError(t, term.ExpectEnd())
}

// o opens a page in the person's browser, and the keys are those of the person.
func TestTheSourceInTheBrowserByAChosenKey(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-desk", "v0.3.0")
	var opened sync.Map
	term := console(t, h.connect("mara", maintainer), func(cfg *tui.Config) {
		cfg.Keys = map[string][]string{"connector.link": {"W"}, "app.quit": {"Q"}}
		cfg.OpenURL = func(_ context.Context, url string) error { opened.Store(url, true); return nil }
	})
	term.ExpectLine("desk", "v0.3.0").Expect("Q quit").Type("q").Type("W").Expect("source: baton-desk names neither a repository nor a homepage")
	opened.Range(func(url, _ any) bool { t.Errorf("%s was opened", url); return true })
	term.Type("Q")
	require.NoError(t, term.ExpectEnd())
}
