package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// press presses keys, each on a screen that was drawn.
func (a *App) presses(keys ...string) {
	special := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "down": tea.KeyDown}
	for _, key := range keys {
		a.screen()
		switch {
		case special[key] != 0:
			a.Update(tea.KeyPressMsg{Code: special[key]})
		case key == "space":
			a.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
		default:
			a.Update(tea.KeyPressMsg{Code: []rune(key)[0], Text: key})
		}
	}
}

// line is the first line of the screen that has a text.
func (a *App) line(text string) string {
	for line := range strings.SplitSeq(a.text(), "\n") {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

func homeApp(t *testing.T) *App {
	t.Helper()
	a := plainApp(t)
	a.survey()
	a.do(action.Go{To: action.Home})
	return a
}

// Without a place that was asked for, the console opens on Home; a registry
// without connectors says what there is to do there.
func TestTheConsoleOpensOnHome(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	fresh := New(t.Context(), Config{Client: a.cfg.Client, Now: a.cfg.Now, Palette: a.cfg.Palette})
	fresh.width, fresh.height = 120, 40
	assert.Equal(t, action.Home, fresh.at())
	assert.Contains(t, fresh.text(), "loading")
	fresh.receive(page{})
	assert.Contains(t, fresh.text(), "Publish your first connector")
	fresh.presses("enter")
	assert.Contains(t, fresh.text(), "Which system is it for?")
}

func TestHomeOpensWhatTheCursorIsOn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		keys []string
		want string
	}{
		"waiting":          {[]string{"enter"}, "› ConductorOne/baton-workday v0.1.12"},
		"failed":           {[]string{"n", "enter"}, "› ConductorOne/baton-github › v0.4.1"},
		"draft, here only": {[]string{"n", "n", "enter"}, "Which system is it for?"},
		"key":              {[]string{"n", "n", "n", "enter"}, "Copied registrar keys show ConductorOne 3."},
		"yanked":           {[]string{"G", "k", "enter"}, "› ConductorOne/baton-http › v0.24.10"},
		"around the end":   {[]string{"n", "n", "n", "n", "n", "enter"}, "› ConductorOne/baton-workday v0.1.12"},
		"copy":             {[]string{"n", "c"}, "Copied ConductorOne/baton-github@v0.4.1."},
		"find":             {[]string{"/", "o", "k", "t", "a"}, "2 of 7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := homeApp(t)
			a.presses(test.keys...)
			assert.Contains(t, a.text(), test.want)
		})
	}
}

// What others do shows at once and flashes; the cursor stays on its item.
func TestHomeFollows(t *testing.T) {
	t.Parallel()
	a := homeApp(t)
	a.presses("n") // baton-github v0.4.1
	v := released{"baton-sap", "v1.0.0", registryv1.State_STATE_FAILED, false, false, 0, "mara", -1}.summary(700)
	v.Reason = "the license is missing"
	a.Update(batch{events: []*registryv1.Change{{Event: &registryv1.Event{Seq: 950, At: ago(0), Kind: registryv1.EventKind_EVENT_KIND_VERSION_FAILED, Org: "ConductorOne", Name: "baton-sap", Version: "v1.0.0"}, Version: v, VersionId: 700}}})
	text := a.text()
	assert.Contains(t, text, "Eight things need you")
	assert.Contains(t, text, "Home 8")
	assert.Contains(t, a.line("baton-sap v1.0.0"), "the license is missing")
	assert.True(t, strings.HasPrefix(a.line("baton-github v0.4.1"), "▐"), "the cursor is on the item that it was on")
	assert.Contains(t, text, "31 versions published, 3 failed")
	style := func() string {
		s, _ := tuitest.Parse(a.screen(), 120, 40).StyleOf("baton-sap v1.0.0")
		return s
	}
	lit := style()
	a.Update(catalog.Calm{Round: a.live.round})
	assert.NotEqual(t, lit, style(), "it stood out")

	v.State, v.Revision = registryv1.State_STATE_PENDING, v.GetRevision()+1
	a.Update(batch{events: []*registryv1.Change{{Event: &registryv1.Event{Seq: 951, Kind: registryv1.EventKind_EVENT_KIND_VERSION_RETRIED}, Version: v, VersionId: 700}}})
	assert.Contains(t, a.text(), "Drafts 3")
}

// Resuming opens the publish; what is only at the registry has a page, and a
// console that only reads opens nothing else.
func TestDraftsAreResumed(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.survey()
	a.presses("5", "j", "enter")
	assert.Contains(t, a.text(), "Which system is it for?")
	a.do(action.Back{})
	a.presses("k", "enter")
	assert.Contains(t, a.text(), "› ConductorOne/baton-snowflake › v0.1.24")

	quiet := plainApp(t)
	quiet.cfg.ReadOnly = true
	quiet.survey()
	quiet.presses("5", "j", "enter")
	assert.Contains(t, quiet.text(), "this console only reads")
	for _, key := range []string{"X", "p"} {
		_, known := ui.Find(quiet.bindings(), key)
		assert.False(t, known, key)
	}
	quiet.presses("j", "enter")
	assert.Contains(t, quiet.text(), "› ConductorOne/baton-coupa › v0.1.10")
}

// While the registry is lost, what needs it is off; a draft of this computer
// can be looked at and removed.
func TestDraftsWhileTheRegistryIsLost(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.survey()
	a.presses("5", "j")
	a.live.lost(unanswered)
	for key, why := range map[string]string{"X": "", "enter": ""} {
		b, known := ui.Find(a.bindings(), key)
		require.True(t, known)
		assert.Equal(t, why, b.Why(), key)
	}
	a.presses("j")
	b, _ := ui.Find(a.bindings(), "X")
	assert.Equal(t, "hub.example.org does not answer", b.Why())
}

func activityApp(t *testing.T, next string) *App {
	t.Helper()
	a := plainApp(t)
	a.do(action.Go{To: action.Activity})
	a.logged(story(48_202), next)
	return a
}

// happens is a change of the watch, chained behind what is known.
func happens(a *App, seq int64, prev []byte, version string) []byte {
	e := &registryv1.Event{Seq: seq, At: ago(time.Second), Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Person: "juno", Org: "ConductorOne", Name: "baton-okta", Version: version, Reason: "late"}
	hash := chained(e, prev)
	a.Update(batch{events: []*registryv1.Change{{Event: e}}})
	return hash
}

func TestActivityFollowsAndHoldsStill(t *testing.T) {
	t.Parallel()
	a := activityApp(t, "")
	last := story(48_202)[0].GetStored().GetHash()
	last = happens(a, 48_210, last, "v1.0.1")
	assert.Contains(t, a.line("v1.0.1"), "▐", "a cursor that nobody moved stays with the newest")
	assert.Contains(t, a.text(), "✓ chain verified, 48,202 to 48,210")
	assert.Contains(t, a.text(), "1 of 48,210")

	a.presses("j")
	under := a.line("▐")
	last = happens(a, 48_211, last, "v1.0.2")
	assert.Equal(t, under, a.line("▐"), "the cursor stays on its event")
	assert.Contains(t, a.text(), "3 of 48,211")

	a.presses("space")
	last = happens(a, 48_212, last, "v1.0.3")
	happens(a, 48_213, last, "v1.0.4")
	assert.NotContains(t, a.text(), "v1.0.3")
	assert.Contains(t, a.text(), "2 new, space follows")
	a.presses("space")
	assert.Contains(t, a.line("▐"), "v1.0.4")
	assert.Contains(t, a.text(), "✓ chain verified, 48,202 to 48,213")
	assert.Contains(t, a.text(), "following, space holds still")
}

// Too many new events are not kept: the log is read again.
func TestActivityHeldForLong(t *testing.T) {
	t.Parallel()
	a := activityApp(t, "")
	a.presses("space")
	events := make([]*registryv1.Change, 1500)
	for i := range events {
		events[i] = &registryv1.Change{Event: &registryv1.Event{Seq: 48_210 + int64(i), At: ago(0), Kind: registryv1.EventKind_EVENT_KIND_VERSION_CREATED, Org: "acme", Name: "baton-x"}}
	}
	a.Update(batch{events: events})
	assert.Contains(t, a.text(), "1,500 new, space follows")
	a.presses("space")
	assert.Contains(t, a.text(), "loading")
	a.Update(catalog.Logged{For: "activity", Asked: 2, Events: story(49_702), Next: "", Head: 49_709})
	assert.Contains(t, a.text(), "Event 49,709")
	assert.Contains(t, a.text(), "✓ chain verified, 49,702 to 49,709")
}

// A chain that was broken is said to be, wherever the break is.
func TestActivityFindsABrokenChain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tamper func(events []*registryv1.Event) []*registryv1.Event
		want   string
	}{
		"intact":       {func(events []*registryv1.Event) []*registryv1.Event { return events }, "✓ chain verified to event 8"},
		"text altered": {func(events []*registryv1.Event) []*registryv1.Event { events[2].Reason = "fine"; return events }, "✗ chain broken at event 6"},
		"one removed":  {func(events []*registryv1.Event) []*registryv1.Event { return append(events[:3], events[4:]...) }, "✗ chain broken at event 6"},
		"two swapped": {func(events []*registryv1.Event) []*registryv1.Event {
			events[3], events[4] = events[4], events[3]
			return events
		}, "✗ chain broken at event 6"},
		"made anew": {func(events []*registryv1.Event) []*registryv1.Event {
			events[4].Reason = "fine"
			chained(events[4], events[4].GetStored().GetPrev())
			return events
		}, "✗ chain broken at event 5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := plainApp(t)
			a.do(action.Go{To: action.Activity})
			a.logged(test.tamper(story(1)), "")
			assert.Contains(t, a.text(), test.want)
		})
	}
	t.Run("who may not read stored bytes is told nothing", func(t *testing.T) {
		t.Parallel()
		events := story(1)
		for _, e := range events {
			e.Stored = nil
		}
		a := plainApp(t)
		a.do(action.Go{To: action.Activity})
		a.logged(events, "")
		assert.NotContains(t, a.text(), "chain")
	})
	t.Run("what comes later", func(t *testing.T) {
		t.Parallel()
		a := activityApp(t, "")
		happens(a, 48_211, story(48_202)[0].GetStored().GetHash(), "v1.0.1")
		assert.Contains(t, a.text(), "✗ chain broken at event 48,211")
	})
}

// asks is what the screen in sight wants of the registry after a message.
func asks(t *testing.T, s *browse.Activity, msg tea.Msg) action.LoadEvents {
	t.Helper()
	next, _ := s.Handle(msg)
	load, is := next.(action.LoadEvents)
	require.True(t, is, "%T", next)
	return load
}

// More is read when the cursor comes near the end, and not before; a filter
// that is kept is looked for in the whole log.
func TestActivityReadsOnAndLooksFurther(t *testing.T) {
	t.Parallel()
	s := browse.NewActivity(catalog.New())
	first, is := s.Open()[0].(action.LoadEvents)
	require.True(t, is)
	assert.Empty(t, first.Token)
	var events []*registryv1.Event
	for i := range int64(100) {
		events = append(events, &registryv1.Event{Seq: 1000 - i, At: ago(time.Minute), Kind: registryv1.EventKind_EVENT_KIND_VERSION_CREATED, Org: "acme", Name: "baton-x"})
	}
	_, _ = s.Handle(catalog.Logged{For: first.For, Asked: first.Asked, Events: events, Next: "page 2"})
	s.View(ui.Look{Theme: tuitest.Looks()[0].Theme, Now: noon}, 120, 40)
	next, _ := s.Handle(action.Move{By: 10})
	assert.Nil(t, next)
	second := asks(t, s, action.Edge{Last: true})
	assert.Equal(t, "page 2", second.Token)
	next, _ = s.Handle(action.Edge{Last: true})
	assert.Nil(t, next, "it is asked for once")
	next, _ = s.Handle(catalog.Logged{For: first.For, Asked: second.Asked, Events: []*registryv1.Event{{Seq: 900, Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Name: "baton-y"}}, Next: "page 3"})
	assert.Nil(t, next)

	sought := asks(t, s, action.SetFilter{Text: "author:mara yank"})
	assert.Len(t, sought.Filter, 2)
	assert.Empty(t, sought.Token)
	next, _ = s.Handle(action.KeepFilter{})
	assert.Nil(t, next, "it is looked for once")
	_, _ = s.Handle(catalog.Logged{For: first.For, Asked: sought.Asked, Events: []*registryv1.Event{
		{Seq: 950, Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Name: "known-already", Person: "mara"},
		{Seq: 12, Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Name: "baton-old", Person: "mara"},
	}, Next: "older"})
	drawn := tuitest.Parse(strings.Join(s.View(ui.Look{Theme: tuitest.Looks()[0].Theme, Now: noon}, 120, 40), "\n"), 120, 40).Text()
	assert.Contains(t, drawn, "baton-old")
	assert.NotContains(t, drawn, "known-already")
	older := asks(t, s, action.Move{By: 1})
	assert.Equal(t, "older", older.Token)
	assert.Equal(t, sought.Asked, older.Asked)

	// An answer to a filter that nobody asks for any more changes nothing.
	_, _ = s.Handle(action.SetFilter{})
	_, _ = s.Handle(catalog.Logged{For: first.For, Asked: sought.Asked, Events: []*registryv1.Event{{Seq: 3, Name: "too-late"}}})
	drawn = tuitest.Parse(strings.Join(s.View(ui.Look{Theme: tuitest.Looks()[0].Theme, Now: noon}, 120, 40), "\n"), 120, 40).Text()
	assert.NotContains(t, drawn, "too-late")
	assert.NotContains(t, drawn, "baton-old")

	// After changes were missed for good the log is read anew.
	assert.Empty(t, asks(t, s, catalog.Back{}).Token)
}

func TestActivityOpensAndExports(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		keys []string
		want string
	}{
		"version":      {[]string{"enter"}, "› acme/baton-jira › v0.4.10"},
		"connector":    {[]string{"G", "enter"}, "Activity › ConductorOne/baton-http"},
		"nothing":      {[]string{"j", "j", "j", "enter"}, "open: this event is about no connector"},
		"export":       {[]string{"e"}, "Copied registrar events -o json."},
		"filtered":     {[]string{"/", "h", "t", "t", "p", "enter", "e"}, "Copied registrar events -o json http."},
		"excluded":     {[]string{"/", "-", "x", "enter", "e"}, "Copied registrar events -o json -- -x."},
		"quotes":       {[]string{"/", `"`, "a", " ", "'", `"`, "enter", "e"}, `Copied registrar events -o json '"a '\''"'.`},
		"filter, esc":  {[]string{"/", "h", "t", "t", "p", "enter", "esc"}, "1 of 48,209"},
		"unknown key":  {[]string{"/", "x", ":", "y", "enter"}, `there is no key "x"`},
		"wrong filter": {[]string{"/", "z", "z", "z", "enter"}, "No event matches zzz. esc clears the filter."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := activityApp(t, "")
			a.presses(test.keys...)
			assert.Contains(t, a.text(), test.want)
		})
	}
}

// The tab of a version has its own events only, whatever the registry finds.
func TestActivityOfAVersion(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.open("v0.5.26")
	a.do(action.Tab{By: -1})
	assert.NotContains(t, a.text(), "chain")
	event := func(seq int64, version string) *registryv1.Event {
		return &registryv1.Event{Seq: seq, At: ago(time.Hour), Kind: registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED, Person: "by" + version, Org: "conductorone", Name: "baton-okta", Version: version}
	}
	a.Update(catalog.Logged{For: "version " + okta.String(), Asked: 1, Events: []*registryv1.Event{event(5, "v0.5.26"), event(4, "v0.5.260")}, Next: ""})
	assert.Contains(t, a.text(), "byv0.5.26 ")
	assert.NotContains(t, a.text(), "byv0.5.260")
	a.Update(batch{events: []*registryv1.Change{{Event: event(6, "v0.5.25")}, {Event: event(7, "v0.5.26")}}})
	assert.Contains(t, a.text(), "1 of 2")
	// The neighbour's log is another one.
	a.presses("]")
	assert.NotContains(t, a.text(), "byv0.5.26 ")
}

// Who comes back to the connectors sees the pane whole, without moving first.
func TestThePaneIsReadWhenConnectorsOpen(t *testing.T) {
	t.Parallel()
	a := homeApp(t)
	a.presses("2")
	first := a.catalog.Connectors.At(3) // baton-okta changed last
	assert.Equal(t, "baton-okta", first.Name)
	assert.Equal(t, uint32(1), a.catalog.Of(first.Home).Number(), "it was read, and the watch keeps it")
	assert.Contains(t, a.text(), "Before")

	elsewhere := plainApp(t)
	elsewhere.presses("j", "1", "2")
	elsewhere.do(action.SetFilter{Text: "workday"})
	s, _ := elsewhere.top().(*browse.Connectors)
	open := s.Open()
	require.Len(t, open, 1)
	assert.Equal(t, action.Load{Org: "ConductorOne", Name: "baton-workday"}, open[0])
}
