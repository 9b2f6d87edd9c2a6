package tui_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/action"
)

// reader is a person at the plain console: what was read so far, and where
// the part begins that was not looked at yet.
type reader struct {
	t    *testing.T
	in   *io.PipeWriter
	done chan error

	mu   sync.Mutex
	text bytes.Buffer
	seen int
}

// Write takes what the console says.
func (r *reader) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// plainly opens the plain console of a person over pipes.
func plainly(t *testing.T, calls *client.Client, change ...func(*tui.Config)) *reader {
	t.Helper()
	in, keyboard := io.Pipe()
	r := &reader{t: t, in: keyboard, done: make(chan error, 1)}
	cfg := tui.Config{Client: calls, Now: time.Now, Palette: theme.Standard(), Start: action.Connectors}
	for _, each := range change {
		each(&cfg)
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() { r.done <- tui.RunPlain(ctx, cfg, tui.Lines{In: in, Out: r, Echo: true}) }()
	t.Cleanup(func() {
		stop()
		_ = keyboard.Close()
	})
	return r
}

// unread is what was said since the last Expect.
func (r *reader) unread() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()[r.seen:]
}

// Expect waits until all texts were said, in this order, and reads over them.
func (r *reader) Expect(texts ...string) *reader {
	r.t.Helper()
	deadline := time.Now().Add(patience)
	for _, text := range texts {
		for {
			unread := r.unread()
			if at := strings.Index(unread, text); at >= 0 {
				r.seen += at + len(text)
				break
			}
			if time.Now().After(deadline) {
				r.t.Fatalf("it never says %q behind\n%s", text, unread)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	return r
}

// Type types a line once the console asks for one.
func (r *reader) Type(line string) *reader {
	r.t.Helper()
	_, err := io.WriteString(r.in, line+"\n")
	require.NoError(r.t, err)
	return r
}

// End ends the input and waits until the console is left.
func (r *reader) End() string {
	r.t.Helper()
	require.NoError(r.t, r.in.Close())
	return r.Left()
}

// Left waits until the console is left, and returns everything that it said.
func (r *reader) Left() string {
	r.t.Helper()
	select {
	case err := <-r.done:
		require.NoError(r.t, err)
	case <-time.After(patience):
		r.t.Fatalf("it is not left:\n%s", r.unread())
	}
	return r.text.String()
}

// script lets a person type all lines ahead, and returns what was said.
func script(t *testing.T, calls *client.Client, config func(*tui.Config), lines ...string) string {
	t.Helper()
	var out bytes.Buffer
	cfg := tui.Config{Client: calls, Now: time.Now, Palette: theme.Standard(), Start: action.Connectors}
	if config != nil {
		config(&cfg)
	}
	in := strings.NewReader(strings.Join(lines, "\n") + "\n")
	require.NoError(t, tui.RunPlain(t.Context(), cfg, tui.Lines{In: in, Out: &out, Echo: true}))
	return out.String()
}

// inOrder checks that texts were said one after another.
func inOrder(t *testing.T, said string, texts ...string) {
	t.Helper()
	rest := said
	for _, text := range texts {
		at := strings.Index(rest, text)
		require.GreaterOrEqual(t, at, 0, "%q is not said in\n%s", text, said)
		rest = rest[at+len(text):]
	}
}

// Someone who hears the console looks around: rows by their numbers, a filter,
// a version and its tabs, and back.
func TestPlainLookingAround(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-desk", "v0.3.0")
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-sample", "v1.1.0")
	said := script(t, h.connect("mara", maintainer), nil,
		"/ desk", "/ zzz", "/", "1", "2", "next tab", "2", "tab", "esc", "back", "versions", "nonsense", "99", "q")
	inOrder(t, said,
		"hub.example.org, mara, live", "Connectors 2", "published 2",
		"1. sample, latest v1.1.0, newest v1.1.0, PUBLISHED, all 5 platforms, signed no", "2. desk,", "sorted newest first",
		"What works here, on row 1", "a number: open, the versions of this connector", "q: quit", "Choose: / desk",
		"1. desk", "filter desk", "Choose: / zzz", "No connector matches zzz.", "Choose: /", "1. sample",
		"Choose: 1", "Connectors > acme/baton-sample", "2 versions, latest v1.1.0", "1. v1.1.0, latest, PUBLISHED", "2. v1.0.0, PUBLISHED",
		"X: yank, withdraw this version; always asks first",
		"Choose: 2", "Connectors > acme/baton-sample > v1.0.0", "Overview, tab 1 of ", "PUBLISHED 20", "linux-arm64 UNSIGNED", "What is new in v1.0.0.",
		"Choose: next tab", "Assets, tab 2 of ", "2. darwin-arm64, baton-sample, 1.0 kB, UNSIGNED", "Checks of this file",
		"Choose: 2", "darwin-arm64 UNSIGNED", "Choose: tab", "Checks", "tab 3 of ", "platform-match",
		"Choose: esc", "Connectors > acme/baton-sample", "Choose: back", "Connectors 2", "Choose: versions", "Versions 3",
		`"nonsense" is nothing that works here; ? says what does.`, "There is no row 99.", "Choose: q")
	assert.NotContains(t, said, "\x1b")
	assert.Equal(t, -1, strings.IndexFunc(said, func(r rune) bool { return r > 126 || r < ' ' && r != '\n' }), "no sign that needs eyes")
}

// A version is yanked only by who typed its number; the wrong one says what to
// type, and an empty answer cancels.
func TestPlainYank(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-sample", "v1.1.0")
	mara := h.connect("mara", maintainer)
	said := script(t, mara, nil, "1", "X 1", "", "X", "broken", "loops", "", "", "", "yes", "v1.1.9", "", "X", "9", "2", "esc")
	inOrder(t, said, "Choose: X 1", "Yank baton-sample v1.1.0?", "What happens:", "It is latest. Latest moves back to v1.0.0.",
		"! The number v1.1.0 can never be used again", "Category: 1 security; 2 broken;", "Category, empty cancels: ", "Cancelled. Nothing was done.",
		"Choose: X", "Category, empty cancels: broken", "Reason, empty cancels: loops", "Use instead: left empty: none; v1.0.0 would be the next one",
		"Downloads, empty means keep, with warning:", "1: Dry run", "Type v1.1.0: Yank v1.1.0", "Choose, empty cancels: yes",
		"type v1.1.0", "Nothing was done.", "Choose, empty cancels: v1.1.9", "Character 6 differs: type v1.1.0. Nothing was done.", "Cancelled. Nothing was done.",
		"Choose: X", "Category, empty cancels: 9", "Type a number from 1 to 6.", "Category, empty cancels: 2", "Reason, empty cancels: esc", "Cancelled.")
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, state(t, ines, "baton-sample", "v1.1.0"))

	said = script(t, mara, nil, "1", "X", "2", "loops on empty pages", "", "GHSA-1234-5678-9abc", "2", "1", "v1.1.0", "")
	inOrder(t, said, "Downloads, empty means keep, with warning: 2", "! Downloads are refused, by exact version too.", "Choose, empty cancels: 1", "Dry run: the registry accepts this.",
		"Choose, empty cancels: v1.1.0", "acme/baton-sample v1.1.0 is YANKED.")
	rs, err := ines.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.1.0"}})
	require.NoError(t, err)
	yank := rs.GetVersion().GetYank()
	assert.Equal(t, "loops on empty pages", yank.GetReason())
	assert.Equal(t, registryv1.YankCategory_YANK_CATEGORY_BROKEN, yank.GetCategory())
	assert.Equal(t, "GHSA-1234-5678-9abc", yank.GetAdvisory())
	assert.True(t, yank.GetDownloadsBlocked())
}

// Publishing is asked question by question; nothing is sent before what would
// be published was read.
func TestPlainPublish(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	r := plainly(t, ines, unfinished(t, ines, "baton-sample", 200_000))
	r.Expect("You are ines, and may publish here.", "Choose:").Type("p").Expect("1 publish is unfinished.", "1. acme/baton-sample v1.0.0", "Choose:").Type("1")
	r.Expect("step 7 of 10 Confirm", "Choose:").Type("").Expect("Ready to publish acme/baton-sample v1.0.0", "can never be used again", "The same without a screen", "Choose:").Type("publish")
	r.Expect("PUBLISHED acme/baton-sample v1.0.0", "v1.0.0 is public and latest.", "Choose:").Type("1").Expect("registrar show acme/baton-sample v1.0.0", "Choose:").Type("q")
	said := r.Left()
	for _, platform := range registryv1.Platforms() {
		assert.Regexp(t, platform.Slug()+": STORED, 200 kB", said)
	}
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, state(t, ines, "baton-sample", "v1.0.0"))
}

// unfinished is a console with the draft of a version whose project is ready.
func unfinished(t *testing.T, calls *client.Client, name string, size int) func(*tui.Config) {
	t.Helper()
	kept := t.TempDir()
	plan, faults, err := publish.Prepare(t.Context(), calls, publish.Answers{Directory: project(t, name, "v1.0.0", size), Org: "acme", Name: name, Version: "v1.0.0"}, nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	_, err = publish.OpenJournal(kept).Save(plan)
	require.NoError(t, err)
	return func(c *tui.Config) { c.Journal = kept }
}

// A read-only console has nothing that changes the registry, however it is asked.
func TestPlainReadOnly(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-sample", "v1.0.0")
	said := script(t, h.connect("mara", maintainer), func(c *tui.Config) { c.ReadOnly = true }, "1", "?", "X", "version.yank", "X 1", "p", "set stable", "q")
	inOrder(t, said, "read-only", "Choose: 1", "v: verify here", "Choose: X", `"X" is nothing that works here`, `"version.yank" is nothing`, `"X 1" is nothing`, `"p" is nothing`, `"set stable" is nothing`)
	for _, changing := range []string{"yank,", "set stable,", "unyank", "publish,"} {
		assert.NotContains(t, said, changing)
	}
}

// Whatever a publisher writes and whatever is typed is said without a control.
func TestPlainSaysNothingThatControls(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-sample", "v1.0.0")
	mara := h.connect("mara", maintainer)
	_, err := mara.Registry.YankVersion(t.Context(), &registryv1.YankVersionRequest{
		Ref:      &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.0.0"},
		Category: registryv1.YankCategory_YANK_CATEGORY_OTHER, Reason: "\u202egnp.exe evil \u00e9\u4e2d",
	})
	require.NoError(t, err)
	said := script(t, mara, nil, "1", "1", "\x1b]0;owned\a", "/ \x1b[2J\u202e", "back", "/ \x1b[2J\u202e", "\xff\xfe", "q")
	inOrder(t, said, "Why it was yanked", "evil é中", "is nothing that works here", "q")
	assert.NotRegexp(t, "[\x00-\x09\x0b-\x1f\x7f-\u009f\u202a-\u202e]", said)
}

// The end of the input leaves the console from wherever it is.
func TestPlainEndsWithItsInput(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	for name, lines := range map[string][]string{"a page": nil, "a dialog": {"1", "X", "2"}, "a form": {"p", ""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Contains(t, script(t, h.connect("mara"+strings.ReplaceAll(name, " ", ""), maintainer), nil, lines...), "The input ended.")
		})
	}
	t.Run("a publish", func(t *testing.T) {
		t.Parallel()
		slow := newGate(h.server.Dial)
		t.Cleanup(slow.Open)
		r := plainly(t, h.dial("ines", publisher, slow.Dial), unfinished(t, h.connect("ines", publisher), "baton-slow", 600_000))
		r.Expect("Choose:").Type("p").Expect("1 publish is unfinished.", "Choose:").Type("1").Expect("Choose:").Type("").Expect("Ready to publish", "Choose:").Type("publish").Expect("UPLOADING")
		said := r.End()
		assert.Contains(t, said, "The input ended while registrar was publishing acme/baton-slow v1.0.0.")
	})
}

// What others do is said once, and read when it is asked for; an answer that is
// about something else by now is not sent.
func TestPlainWhatOthersDoMeanwhile(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	r := plainly(t, h.connect("mara", maintainer))
	r.Expect("1. sample").Expect("Choose:").Type("1").Expect("1. v1.0.0").Expect("Choose:")
	publishes(t, ines, "baton-sample", "v1.1.0")
	r.Expect("The page changed; an empty line reads it again.").Expect("Choose:").Type("").Expect("1. v1.1.0", "2. v1.0.0").Expect("Choose:")
	r.Type("X 2").Expect("Yank baton-sample v1.0.0?").Expect("Category, empty cancels:")
	yank(t, ines, "baton-sample", "v1.0.0")
	r.Expect("ines changed this version at", "It is YANKED now; your answer was not sent.").Expect("Category, empty cancels:")
	r.Type("2").Expect("Reason,").Type("x").Expect("Use instead,").Type("").Expect("Advisory,").Type("").Expect("Downloads,").Type("")
	r.Expect("Yank v1.0.0 is off: the version is another one now").Expect("Choose, empty cancels:").Type("v1.0.0").Expect("is off: the version is another one now")
	r.Type("").Expect("Cancelled.").Expect("Choose:")
	r.End()
}

// A registry that goes away and comes back is told once each.
func TestPlainLosesTheRegistry(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-sample", "v1.0.0")
	r := plainly(t, h.connect("mara", maintainer))
	r.Expect("1. sample").Expect("Choose:").Type("1").Expect("1. v1.0.0").Expect("Choose:")
	h.server.Stop(t)
	r.Expect("! hub.example.org does not answer.").Expect("Choose:")
	r.Type("X").Expect("yank: hub.example.org does not answer").Expect("Choose:")
	h.server.Restart(t)
	r.Type("try now").Expect("hub.example.org answers again.")
	r.Type("q")
	assert.Equal(t, 1, strings.Count(r.Left(), "does not answer. You see"))
}

// While a publish runs, one can look around; quitting asks.
func TestPlainWhileAPublishRuns(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	slow := newGate(h.server.Dial)
	t.Cleanup(slow.Open)
	r := plainly(t, h.dial("ines", publisher, slow.Dial), unfinished(t, h.connect("ines", publisher), "baton-sample", 600_000))
	r.Expect("Choose:").Type("p").Expect("1 publish is unfinished.", "Choose:").Type("1").Expect("Choose:").Type("").Expect("Ready to publish", "Choose:").Type("publish")
	r.Expect("darwin-amd64: UPLOADING")
	r.Type("esc").Expect("Connectors 1").Expect("Choose:")
	r.Type("q").Expect("Leave while registrar is publishing acme/baton-sample v1.0.0?", "1: Leave", "Choose, empty cancels:").Type("").Expect("Cancelled.").Expect("Choose:")
	r.Type("p").Expect("1. darwin-amd64: UPLOADING").Expect("Choose:").Type("s 1").Expect("darwin-amd64: STOPPED").Expect("Choose:")
	slow.Open()
	r.Expect("linux-arm64: STORED").Expect("Choose:").Type("r 1").Expect("PUBLISHED acme/baton-sample v1.0.0", "Choose:").Type("q")
	r.Left()
}

// full is where nothing can be written any more.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// Who cannot be spoken to any more, or stops the program, ends the console.
func TestPlainEndsWhenNobodyListens(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	in, keyboard := io.Pipe()
	t.Cleanup(func() { _ = keyboard.Close() })
	cfg := tui.Config{Client: h.connect("mara", maintainer), Now: time.Now, Palette: theme.Standard(), Start: action.Connectors}
	require.ErrorIs(t, tui.RunPlain(t.Context(), cfg, tui.Lines{In: in, Out: full{}}), io.ErrShortWrite)
	ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	require.ErrorIs(t, tui.RunPlain(ctx, cfg, tui.Lines{In: in, Out: io.Discard}), context.DeadlineExceeded)
}
