package tui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
)

func plainApp(t *testing.T) *App {
	t.Helper()
	return newApp(t, tuitest.Looks()[0].Theme, 120, 40)
}

func (a *App) text() string { return tuitest.Parse(a.screen(), a.width, a.height).Text() }

// A failure stays until a key; anything else goes by itself, one at a time.
func TestToasts(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.do(action.Tell{Text: "first"})
	a.do(action.Tell{Text: "second"})
	a.Update(toastOver{number: 1})
	assert.Contains(t, a.text(), "second", "the first one's time is over, not the second one's")
	a.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
	assert.Contains(t, a.text(), "second", "it stays for its time")
	a.Update(toastOver{number: 2})
	assert.NotContains(t, a.text(), "second")

	a.Update(taskDone{id: "yank x", err: &client.Error{Doing: "yanking acme/baton-x v1.0.0", Message: "you may not", Next: "ask an admin"}})
	assert.Contains(t, a.text(), "✗ yanking acme/baton-x v1.0.0: you may not; ask an admin")
	a.Update(minutePassed{})
	assert.Contains(t, a.text(), "you may not")
	a.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
	assert.NotContains(t, a.text(), "you may not")
}

// A long failure grows over the body rather than losing what to do.
func TestALongFailureIsReadWhole(t *testing.T) {
	t.Parallel()
	a := newApp(t, tuitest.Looks()[0].Theme, 80, 24)
	a.Update(taskDone{err: &client.Error{
		Doing: "publishing ConductorOne/baton-okta v0.5.27", Message: "the registry said that the file for linux-arm64 is one for linux-amd64, and nothing was changed",
		Next: "build it with GOARCH=arm64, then publish again: what arrived is not sent again",
	}})
	assert.Contains(t, a.text(), "what arrived is not sent")
	assert.Contains(t, a.text(), "enter open", "the keys stay in sight")
}

// Ages are those of the last full minute, of all rows alike.
func TestAgesGrowTogether(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	now := noon
	a.cfg.Now = func() time.Time { return now }
	assert.Contains(t, a.text(), "22m")
	now = noon.Add(59 * time.Second)
	a.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
	a.Update(tea.KeyPressMsg{Code: 'k', Text: "k"})
	assert.Contains(t, a.text(), "22m", "drawing a row again does not make it older than the others")
	now = noon.Add(time.Minute)
	a.Update(minutePassed{})
	assert.Contains(t, a.text(), "23m")
}

// After changes were missed for good, every list that was opened is read
// again, with what is known in sight meanwhile.
func TestAResetReadsEverythingAnew(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	before := map[catalog.List]uint32{}
	for _, list := range a.opened {
		before[list] = a.catalog.Reading(list).Number()
	}
	assert.Len(t, before, 3)
	a.Update(batch{reset: true})
	for list, number := range before {
		assert.Equal(t, number+1, a.catalog.Reading(list).Number())
		assert.True(t, a.catalog.Reading(list).Underway())
	}
	assert.Contains(t, a.text(), "v0.5.26")
	a.Update(page{list: oktaList, reading: before[oktaList], versions: versions()})
	assert.True(t, a.catalog.Reading(oktaList).Underway(), "a page of the reading before ends nothing")
	a.receive(page{list: oktaList, versions: versions()[1:2]})
	assert.Contains(t, a.text(), "1 of 1")
	assert.NotContains(t, a.text(), "v0.5.25  ", "what is not read any more is gone")
}

// What failed while the registry was lost is read when it answers again; what
// was whole is not, since the watch catches up.
func TestBack(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	lost := &client.Error{Code: codes.Unavailable, Message: "hub.example.org does not answer"}
	a.receive(page{list: oktaList, err: lost})
	a.Update(batch{lost: lost, retry: time.Second})
	whole := a.catalog.Connectors.Number()
	failed := a.catalog.Reading(oktaList).Number()
	assert.Contains(t, a.text(), "! as of 12:04:07")
	a.Update(batch{back: true})
	assert.Contains(t, a.text(), "✓ live")
	assert.Equal(t, whole, a.catalog.Connectors.Number())
	assert.Equal(t, failed+1, a.catalog.Reading(oktaList).Number())
}

// A list that the watch keeps up to date is not read again by opening it.
func TestOpeningAKnownListReadsNothing(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	number := a.catalog.Reading(oktaList).Number()
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	assert.Equal(t, number, a.catalog.Reading(oktaList).Number())
	a.do(action.Refresh{})
	assert.Equal(t, number+1, a.catalog.Reading(oktaList).Number())
}

// A refusal is not a registry that does not answer: the rows say why.
func TestRefused(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.startOver()
	a.live = newLive(a.ctx, a.cfg.Client)
	a.receive(page{err: &client.Error{Code: codes.Unauthenticated, Doing: "listing connectors", Message: "this registry asks for a token", Next: "give one with --registry-token"}})
	assert.Contains(t, a.text(), "✗ Listing connectors: this registry asks for a token.")
	assert.Contains(t, a.text(), "Give one with --registry-token.")
	assert.False(t, a.live.down())
}

// A dialog that waits for a task shows how it failed; the status row does not
// say it a second time. Whichever dialog lies above, the right one closes.
func TestATaskAnswersItsOwnDialog(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	askYank(a)
	id := "yank " + action.Version{Org: okta.Org, Name: okta.Name, Number: "v0.5.25"}.String()
	a.tasks.running = append(a.tasks.running, &running{task: Task{ID: "publish y", Start: "publishing y", Slow: true}, report: &Report{}})
	a.do(action.Quit{})
	assert.Len(t, a.dialogs, 2)
	assert.True(t, a.awaited(id))
	a.Update(taskDone{id: id, said: "done"})
	assert.Len(t, a.dialogs, 2, "it was not sent from there")
	a.do(action.Quit{})
	assert.Error(t, a.ctx.Err(), "who asks twice means it")
}

// Both sides of the watch in one batch: what came last counts.
func TestBatches(t *testing.T) {
	t.Parallel()
	var b batch
	b.add(client.Change{Kind: client.ChangeLost, Err: &client.Error{}, Retry: time.Second})
	b.add(client.Change{Kind: client.ChangeBack})
	b.add(client.Change{Kind: client.ChangeEvent, Event: &registryv1.Change{VersionId: 1}})
	assert.Nil(t, b.lost)
	assert.True(t, b.back)
	b.add(client.Change{Kind: client.ChangeReset})
	b.add(client.Change{Kind: client.ChangeEvent, Event: &registryv1.Change{VersionId: 2}})
	assert.True(t, b.reset)
	assert.Len(t, b.events, 1, "what came before the reset is read anew")
}

// The mouse reaches places, counts, keys and rows; behind a dialog nothing.
func TestMouse(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	click := func(text string) {
		x, y, ok := tuitest.Parse(a.screen(), 120, 40).Find(text)
		assert.True(t, ok, text)
		a.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	}
	click("failed 1")
	assert.Contains(t, a.text(), "filter state:failed")
	click("clear filter")
	assert.NotContains(t, a.text(), "filter state:failed")
	click("Versions")
	assert.Contains(t, a.text(), "signature")
	click("Connectors")
	click("workday")
	click("ConductorOne") // the side pane is no row
	assert.Contains(t, a.text(), "5 of 7")
	click("workday")
	assert.Contains(t, a.text(), "5 of 7", "a second click later opens nothing")
	a.now = noon
	a.Update(tea.MouseClickMsg{X: 4, Y: 9, Button: tea.MouseLeft})
	a.Update(tea.MouseClickMsg{X: 4, Y: 9, Button: tea.MouseLeft})
	assert.Contains(t, a.text(), "› ConductorOne/")
	askYank(a)
	a.Update(tea.MouseClickMsg{X: 20, Y: 0, Button: tea.MouseLeft})
	a.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	assert.Len(t, a.dialogs, 1)
}

// Copying goes through the terminal, which works over SSH too.
func TestCopyGoesThroughTheTerminal(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.open("v0.5.26")
	var said []string
	for _, each := range a.key(tea.KeyPressMsg{Code: 'c', Text: "c"})().(tea.BatchMsg)[:1] {
		said = append(said, fmt.Sprintf("%T %v", each(), each()))
	}
	assert.Equal(t, []string{"tea.setClipboardMsg " + words.SHA256(whole("v0.5.26").GetAssetSet())}, said)
	assert.Contains(t, a.text(), "Copied the digest of the asset set.")
	a.do(action.Tab{By: 1})
	a.key(tea.KeyPressMsg{Code: 'c', Text: "c"})
	assert.Contains(t, a.text(), "Copied the digest of baton-okta-v0.5.26-darwin-amd64.tar.gz.")
}

// The wheel moves the body by a few rows.
func TestWheel(t *testing.T) {
	t.Parallel()
	a := newApp(t, tuitest.Looks()[0].Theme, 80, 12)
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	assert.Contains(t, a.text(), "v0.5.27-rc.1")
	a.screen()
	a.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	assert.NotContains(t, a.text(), "v0.5.27-rc.1")
	a.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	assert.Contains(t, a.text(), "v0.5.27-rc.1")
}
