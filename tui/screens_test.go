package tui

import (
	"maps"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

var okta = action.Version{Org: "ConductorOne", Name: "baton-okta", Number: "v0.5.26"}

// open shows a version as if the registry had answered.
func (a *App) open(number string) {
	v := okta
	v.Number = number
	a.do(action.OpenVersion{Version: v})
	a.shown(whole(number))
}

// pages are all pages of the console with something on them.
func pages() map[string]func(a *App) {
	all := signedPages()
	maps.Copy(all, versionPages())
	maps.Copy(all, placePages())
	maps.Copy(all, listPages())
	maps.Copy(all, shellPages())
	maps.Copy(all, comparePages())
	maps.Copy(all, map[string]func(a *App){
		"connectors":         func(*App) {},
		"connectors-empty":   func(a *App) { a.startOver(); a.receive(page{}) },
		"connectors-loading": func(a *App) { a.startOver(); a.read(catalog.List{}, false) },
		"connectors-unreachable": func(a *App) {
			a.startOver()
			a.receive(page{err: &client.Error{
				Reason: registryv1.Reason_REASON_UNAVAILABLE, Code: codes.Unavailable, Doing: "listing connectors",
				Message: "hub.example.org does not answer: nothing listens there", Next: "look whether the registry runs and the address is right, then try again",
			}})
		},
		"connectors-filter": func(a *App) {
			for _, key := range []string{"/", "o", "k", "t", "a"} {
				a.Update(tea.KeyPressMsg{Text: key, Code: rune(key[0])})
			}
		},
		"connectors-lost": func(a *App) {
			a.Update(batch{lost: &client.Error{Message: "hub.example.org does not answer"}, retry: 8 * time.Second})
		},
		"versions":       func(a *App) { a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name}) },
		"all":            func(a *App) { a.do(action.Go{To: action.Versions}) },
		"version":        func(a *App) { a.open("v0.5.26") },
		"version-failed": func(a *App) { a.open("v0.5.21") },
		"version-yanked": func(a *App) { a.open("v0.5.23") },
		"assets":         func(a *App) { a.open("v0.5.26"); a.do(action.Tab{By: 1}) },
		"checks":         func(a *App) { a.open("v0.5.21"); a.do(action.Tab{By: 2}) },
		"yank":           askYank,
		"publish":        func(a *App) { a.do(action.OpenPublish{}) },
	})
	return all
}

// startOver is a console that knows nothing yet.
func (a *App) startOver() {
	a.catalog = catalog.New()
	a.stack = []Screen{a.place(action.Connectors)}
	a.opened = nil
}

// askYank opens the dialog on the stable version.
func askYank(a *App) {
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	v := okta
	v.Number = "v0.5.25"
	a.do(action.AskYank{Subject: action.Subject{Version: v, State: registryv1.State_STATE_PUBLISHED, Attempt: 1, Stable: true}})
	five := make([]*registryv1.PlatformNewest, 0, 5)
	for _, p := range registryv1.Platforms() {
		five = append(five, &registryv1.PlatformNewest{Platform: p, Before: "v0.5.26", After: "v0.5.26"})
	}
	a.Update(catalog.Weighed{Org: v.Org, Name: v.Name, Number: v.Number, Asked: 1, Consequences: &registryv1.Consequences{
		Ref: v.Ref(), StableBefore: "v0.5.25", StableAfter: "v0.5.24", LatestBefore: "v0.5.26", LatestAfter: "v0.5.26",
		NewestByPlatform: five, PublishedAfter: 4, NumberBurned: true, SuggestedReplacement: "v0.5.26",
	}})
}

func TestScreensLookAsTheyDid(t *testing.T) {
	t.Parallel()
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tuitest.Goldens(t, name, func(look *theme.Theme, w, h int) string {
				a := newApp(t, look, w, h)
				prepare(a)
				return a.screen()
			})
		})
	}
}

// Whatever the size, no line is wider than the screen and nothing that could
// control a terminal or is of uncertain width is drawn.
func TestNoPageBreaksAtAnySize(t *testing.T) {
	t.Parallel()
	dark := tuitest.Looks()[0].Theme
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// One console, resized: that is what happens.
			a := newApp(t, dark, 120, 40)
			prepare(a)
			tuitest.Sweep(t, func(w, h int) string {
				a.width, a.height = w, h
				return a.screen()
			}, "")
		})
	}
}

func TestEveryBindingIsWhole(t *testing.T) {
	t.Parallel()
	dark := tuitest.Looks()[0].Theme
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, dark, 120, 40)
			prepare(a)
			require.NoError(t, ui.CheckBindings(a.bindings()))
		})
	}
}

func TestReadOnlyHasNothingThatChanges(t *testing.T) {
	t.Parallel()
	a := newApp(t, tuitest.Looks()[0].Theme, 120, 40)
	a.cfg.ReadOnly = true
	a.open("v0.5.26")
	for _, b := range a.bindings() {
		assert.Equal(t, ui.Looks, b.Risk, b.ID)
	}
	_, known := ui.Find(a.bindings(), "X")
	assert.False(t, known)
}

// A key that is off says why instead of doing nothing.
func TestWhatIsOffSaysWhy(t *testing.T) {
	t.Parallel()
	a := newApp(t, tuitest.Looks()[0].Theme, 120, 40)
	a.open("v0.5.21")
	a.Update(tea.KeyPressMsg{Text: "X", Code: 'X'})
	assert.Empty(t, a.dialogs)
	assert.Equal(t, "yank: only PUBLISHED versions, and v0.5.21 is FAILED", a.toast.text)
}

func TestChangesOfOthersArriveWhereOneIs(t *testing.T) {
	t.Parallel()
	a := newApp(t, tuitest.Looks()[0].Theme, 120, 40)
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	yanked := versions()[3]
	yanked.State = registryv1.State_STATE_YANKED
	yanked.Revision++
	a.changed(batch{events: []*registryv1.Change{{
		Event:   &registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Person: "juno", Org: okta.Org, Name: okta.Name, Version: "v0.5.24"},
		Version: yanked, VersionId: yanked.GetId(),
	}}})
	assert.Contains(t, tuitest.Parse(a.screen(), 120, 40).Text(), "v0.5.24                        ⊖ YANKED")
}
