package triage

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

var (
	v       = action.Version{Org: "acme", Name: "baton-sample", Number: "v1.1.0"}
	subject = action.Subject{Version: v, State: registryv1.State_STATE_PUBLISHED, Attempt: 1}
	look    = ui.Look{Theme: tuitest.Looks()[0].Theme}
)

// dialog is what the console knows of one.
type dialog interface {
	Open(number int, key string) tea.Cmd
	Handle(msg tea.Msg) (action.Action, tea.Cmd)
	View(l ui.Look, maxW, maxH int) []string
}

// seen opens a dialog and lets the time pass before which no key counts.
func seen(t *testing.T, d dialog) {
	t.Helper()
	for _, cmd := range batch(d.Open(1, "X")) {
		d.Handle(cmd())
	}
}

// batch are the commands of a batch.
func batch(cmd tea.Cmd) []tea.Cmd {
	if cmd == nil {
		return nil
	}
	if many, is := cmd().(tea.BatchMsg); is {
		return many
	}
	return []tea.Cmd{cmd}
}

func text(d dialog) string {
	return tuitest.Parse(strings.Join(d.View(look, 120, 40), "\n"), 120, 40).Text()
}

func press(d dialog, keys ...string) (next action.Action) {
	codes := map[string]rune{"tab": tea.KeyTab, "enter": tea.KeyEnter, "esc": tea.KeyEscape, "right": tea.KeyRight, "left": tea.KeyLeft, "down": tea.KeyDown}
	for _, key := range keys {
		if code, named := codes[key]; named {
			next, _ = d.Handle(tea.KeyPressMsg{Code: code})
			continue
		}
		for _, r := range key {
			next, _ = d.Handle(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	return next
}

func weighed(asked int, latest string) catalog.Weighed {
	return catalog.Weighed{Org: v.Org, Name: v.Name, Number: v.Number, Asked: asked, Consequences: &registryv1.Consequences{
		Ref: v.Ref(), LatestBefore: v.Number, LatestAfter: latest, PublishedAfter: 1, NumberBurned: true,
	}}
}

// filled is a yank dialog that only waits for its button.
func filled(t *testing.T) *Yank {
	t.Helper()
	y := NewYank(subject, "")
	assert.Equal(t, action.Weigh{Yank: action.Yank{Version: v}, Asked: 1}, y.Ask())
	seen(t, y)
	y.Handle(weighed(1, "v1.0.0"))
	press(y, "tab", "right", "right", "tab", "loops", "tab", "tab", "tab", "tab", v.Number)
	return y
}

func TestYankSendsWhatWasTyped(t *testing.T) {
	t.Parallel()
	y := filled(t)
	next := press(y, "tab", "tab", "enter")
	assert.Equal(t, action.Yank{Version: v, Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "loops"}, next)
	assert.Nil(t, press(y, "enter"), "once is enough")
	assert.True(t, y.Waits(YankTask(v)))
	next, _ = y.Handle(catalog.Done{ID: YankTask(action.Version{Org: "acme", Name: "baton-other", Number: "v1.0.0"})})
	assert.Nil(t, next, "that is somebody else's")
	next, _ = y.Handle(catalog.Done{ID: YankTask(v)})
	assert.Equal(t, action.Back{}, next)
}

// An answer that the registry refuses stays, and can be sent again.
func TestARefusedAnswerStays(t *testing.T) {
	t.Parallel()
	y := filled(t)
	press(y, "tab", "tab", "enter")
	next, _ := y.Handle(catalog.Done{ID: YankTask(v), Err: &client.Error{Message: "v9.9.9 does not exist", Next: "name another replacement"}})
	assert.Nil(t, next)
	said := text(y)
	assert.Contains(t, said, "v9.9.9 does not exist. Next: name another replacement.")
	assert.Contains(t, said, "loops")
	assert.Equal(t, action.Yank{Version: v, Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "loops"}, press(y, "enter"))
}

// Consequences are those of the form as it is: answers about an earlier one
// are dropped, and each change asks anew, once nothing changes any more.
func TestConsequencesBelongToTheForm(t *testing.T) {
	t.Parallel()
	y := NewYank(subject, "")
	y.Ask()
	assert.Equal(t, "the registry was not asked yet", y.incomplete())
	seen(t, y)
	y.Handle(weighed(1, "v1.0.0"))
	assert.Contains(t, text(y), "Latest moves back to v1.0.0.")

	// Downloads: block.
	press(y, "tab", "tab", "tab", "tab", "tab")
	_, rest := y.Handle(tea.KeyPressMsg{Code: tea.KeyRight})
	require.NotNil(t, rest)
	first := rest()
	_, rest = y.Handle(tea.KeyPressMsg{Code: tea.KeyLeft})
	assert.Nil(t, rest, "it is as it was")
	_, rest = y.Handle(tea.KeyPressMsg{Code: tea.KeyRight})
	last := rest()
	next, _ := y.Handle(first)
	assert.Nil(t, next, "something changed after that")
	next, _ = y.Handle(last)
	assert.Equal(t, action.Weigh{Yank: action.Yank{Version: v, Block: true}, Asked: 2}, next)
	y.Handle(weighed(1, "v0.9.0"))
	assert.NotContains(t, text(y), "v0.9.0")
	y.Handle(weighed(2, "v0.8.0"))
	assert.Contains(t, text(y), "Latest moves back to v0.8.0.")
}

// What cannot be judged cannot be done.
func TestWithoutConsequencesNothingIsYanked(t *testing.T) {
	t.Parallel()
	y := filled(t)
	y.Ask()
	y.Handle(catalog.Weighed{Org: v.Org, Name: v.Name, Number: v.Number, Asked: 2, Err: &client.Error{Message: "hub.example.org does not answer"}})
	assert.Contains(t, text(y), "hub.example.org does not answer.")
	assert.Equal(t, "the registry refuses it as it is", y.incomplete())
	next, _ := y.Handle(catalog.Back{})
	assert.IsType(t, action.Weigh{}, next, "it answers again")
	y.Handle(weighed(3, "v1.0.0"))
	assert.Empty(t, y.incomplete())
}

func changed(kind registryv1.EventKind, number string, state registryv1.State) catalog.Changed {
	return catalog.Changed{Events: []*registryv1.Change{{
		Event: &registryv1.Event{
			Kind: kind, Org: "Acme", Name: "baton-sample", Version: number, Person: "juno",
			At: timestamppb.New(time.Date(2026, 8, 22, 12, 4, 7, 0, time.UTC)),
		},
		Version: &registryv1.VersionSummary{State: state, Attempt: 1},
	}}}
}

// Whoever was faster is named, and the answer is not sent any more. What does
// not change the version only asks anew.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	y := filled(t)
	_, rest := y.Handle(changed(registryv1.EventKind_EVENT_KIND_STABLE_SET, v.Number, registryv1.State_STATE_PUBLISHED))
	assert.NotNil(t, rest, "the consequences may be others now")
	_, rest = y.Handle(changed(registryv1.EventKind_EVENT_KIND_REFUSED, v.Number, registryv1.State_STATE_PUBLISHED))
	assert.NotNil(t, rest)
	_, rest = y.Handle(changed(registryv1.EventKind_EVENT_KIND_VERSION_YANKED, "v1.0.0", registryv1.State_STATE_YANKED))
	assert.NotNil(t, rest, "another version")
	assert.Empty(t, y.incomplete())

	y.Handle(changed(registryv1.EventKind_EVENT_KIND_VERSION_YANKED, v.Number, registryv1.State_STATE_YANKED))
	assert.Contains(t, text(y), "juno changed this version at 2026-08-22 12:04:07 UTC. It is YANKED now;")
	assert.Nil(t, press(y, "tab", "tab", "enter"))
	assert.Equal(t, action.Back{}, press(y, "esc"))
}

// One's own answer comes back as a change as well.
func TestOnesOwnChange(t *testing.T) {
	t.Parallel()
	y := filled(t)
	press(y, "tab", "tab", "enter")
	y.Handle(changed(registryv1.EventKind_EVENT_KIND_VERSION_YANKED, v.Number, registryv1.State_STATE_YANKED))
	assert.Empty(t, y.moved)
	next, _ := y.Handle(catalog.Done{ID: YankTask(v)})
	assert.Equal(t, action.Back{}, next)
}

func TestAbandonInTheAttemptThatWasSeen(t *testing.T) {
	t.Parallel()
	draft := action.Subject{Version: v, State: registryv1.State_STATE_UPLOADING, Attempt: 3, Size: 5_000_000}
	a := NewAbandon(draft)
	seen(t, a)
	assert.Contains(t, text(a), "Abandon baton-sample v1.1.0?")
	assert.Contains(t, text(a), "5.0 MB, are removed.")
	press(a, "tab", "wrong build", "tab", "v1.1")
	assert.Contains(t, text(a), "2 characters to go")
	press(a, ".0")
	assert.Equal(t, action.Abandon{Version: v, Attempt: 3, Reason: "wrong build"}, press(a, "tab", "enter"))

	draft.State = registryv1.State_STATE_VALIDATING
	w := NewAbandon(draft)
	assert.Contains(t, text(w), "Withdraw baton-sample v1.1.0?")
	assert.Contains(t, text(w), "Attempt 3 fails, with your reason.")
	assert.Equal(t, action.Abandon{Version: v, Attempt: 3, Withdraw: true, Reason: "x"}, w.answer("x"))
	w.Handle(catalog.Changed{Events: []*registryv1.Change{{Event: &registryv1.Event{Org: v.Org, Name: v.Name, Version: v.Number}}}})
	assert.Contains(t, w.moved, "registrar changed this version", "the registry itself")
	assert.Contains(t, w.moved, "It is gone now")
}

func TestQuestionsKnowWhatDependsOnThem(t *testing.T) {
	t.Parallel()
	c := catalog.New()
	c.AddConnectors([]*registryv1.Connector{{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}, Id: 1, Stable: "v1.0.0", Latest: "v1.2.0"}})
	stable := text(NewStable(c, subject))
	assert.Contains(t, stable, "Make baton-sample v1.1.0 stable?")
	assert.Contains(t, stable, "from now on instead of v1.0.0.")
	assert.Contains(t, stable, "It is not the highest: latest is v1.2.0.")

	assert.NotContains(t, text(NewUnyank(c, subject)), "It becomes latest")
	newer := subject
	newer.Version.Number = "v1.3.0"
	assert.Contains(t, text(NewUnyank(c, newer)), "It becomes latest instead of v1.2.0.")
}

func TestHigher(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		number, latest string
		want           bool
	}{
		{"v1.0.0", "", true},
		{"v1.1.0", "v1.0.9", true},
		{"v1.0.0", "v1.0.0", false},
		{"v0.9.0", "v1.0.0", false},
		{"v2.0.0-rc.1", "v1.0.0", false},
		{"v1.0.0", "v2.0.0-rc.1", true},
		{"v2.0.0-rc.2", "v2.0.0-rc.1", true},
	} {
		assert.Equal(t, each.want, higher(each.number, each.latest), "%s over %s", each.number, each.latest)
	}
}

func TestLeaving(t *testing.T) {
	t.Parallel()
	d := NewLeave("publishing acme/baton-sample v1.1.0")
	seen(t, d)
	assert.Contains(t, text(d), "Leave while registrar is publishing acme/baton-sample v1.1.0?")
	assert.Contains(t, text(d), "It stops.")
	assert.NotContains(t, text(d), "draft", "that is not so of every task")
	assert.Equal(t, action.Back{}, press(d, "enter"), "Cancel comes first")
	assert.Equal(t, action.Leave{}, press(d, "tab", "enter"))
	assert.False(t, d.Waits("publish"))
	assert.Contains(t, text(NewLeave("publishing", "What arrived stays.", "It goes on.")), "What arrived stays.")
}

// Errors that are not the client's are shown as they are.
func TestAPlainError(t *testing.T) {
	t.Parallel()
	a := NewStable(catalog.New(), subject)
	a.sent = true
	a.Handle(catalog.Done{ID: StableTask(v), Err: errors.New("something broke")})
	assert.Contains(t, text(a), "something broke")
}
