package tui

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// The places look like any other page when every text that they show is
// hostile: those of events, of versions, of keys, and of the journal.
func TestHostilePlaces(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(r *rand.Rand, a *App){
		"home":   func(_ *rand.Rand, a *App) { a.do(action.Go{To: action.Home}) },
		"drafts": func(_ *rand.Rand, a *App) { a.do(action.Go{To: action.Drafts}) },
		"activity": func(r *rand.Rand, a *App) {
			a.do(action.Go{To: action.Activity})
			a.logged(poisonedAll(r, story(1)), "")
		},
		"version": func(r *rand.Rand, a *App) {
			a.open("v0.5.26")
			a.do(action.Tab{By: -1})
			events := poisonedAll(r, story(1))
			for _, e := range events {
				e.Org, e.Name, e.Version = okta.Org, okta.Name, okta.Number
			}
			a.Update(catalog.Logged{For: "version " + okta.String(), Asked: 1, Events: events})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(6) {
				r := rand.New(rand.NewPCG(seed, 11))
				a := newApp(t, tuitest.Looks()[0].Theme, 120, 40)
				s := survey()
				s.Versions, s.Yanks, s.Keys = poisonedAll(r, s.Versions), poisonedAll(r, s.Yanks), poisonedAll(r, s.Keys)
				for kind, events := range s.Since {
					s.Since[kind] = poisonedAll(r, events)
				}
				kept := drafts()
				for i := range kept {
					p := &kept[i].Plan
					p.Directory, p.Ref.Org, p.Ref.Version = hostile(r, p.Directory), hostile(r, p.Ref.Org), hostile(r, p.Ref.Version)
				}
				a.survey()
				a.Update(surveyed{asked: a.catalog.Attention.Begin(), survey: s})
				a.Update(journalRead{drafts: kept})
				open(r, a)
				for range 3 {
					a.presses("j")
					tuitest.Sweep(t, func(w, h int) string {
						a.width, a.height = w, h
						return a.screen()
					}, wideText)
				}
				a.width, a.height = 120, 40
				a.Update(batch{events: []*registryv1.Change{poisoned(r, &registryv1.Change{Event: story(9)[0], Version: held()[0], VersionId: 500})}})
				a.presses("enter", "e", "c", "n", "X")
				require.Empty(t, tuitest.Faults(a.screen(), 120, 40, wideText))
			}
		})
	}
}
