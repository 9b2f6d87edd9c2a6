package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// The log as long as it is kept, and Home with as much as it keeps.
func BenchmarkPlaces(b *testing.B) {
	b.Run("activity", func(b *testing.B) {
		a := newApp(b, tuitest.Looks()[0].Theme, 120, 40)
		a.do(action.Go{To: action.Activity})
		events := make([]*registryv1.Event, 5000)
		for i := range events {
			events[i] = &registryv1.Event{Seq: int64(5000 - i), At: ago(time.Duration(i) * time.Minute), Kind: registryv1.EventKind_EVENT_KIND_VERSION_CREATED, Org: "acme", Name: "baton-x", Version: "v1.0.0"}
		}
		a.logged(events, "")
		b.ReportAllocs()
		for b.Loop() {
			a.do(action.Move{By: 1})
			a.screen()
		}
	})
	b.Run("home", func(b *testing.B) {
		a := newApp(b, tuitest.Looks()[0].Theme, 120, 40)
		var s catalog.Survey
		for i := range int64(1000) {
			s.Versions = append(s.Versions, released{"baton-sap", "v1.0.0", registryv1.State_STATE_FAILED, false, false, time.Hour, "theo", -1}.summary(i+1))
		}
		a.Update(surveyed{asked: a.catalog.Attention.Begin(), survey: s})
		a.do(action.Go{To: action.Home})
		b.ReportAllocs()
		for b.Loop() {
			a.do(action.Move{By: 1})
			a.screen()
		}
	}) // A step, and a letter of the filter, with 10,000 versions that wait for
	// people: at most 300 us and 5 ms, as in any list.
	full := func(b *testing.B) *App {
		b.Helper()
		a := newApp(b, tuitest.Looks()[0].Theme, 200, 60)
		first := queued()[0]
		for from := range 10 {
			rows := make([]*registryv1.QueuedReview, 0, 1000)
			for i := range 1000 {
				rows = append(rows, poisonless(first, int64(from*1000+i+1000)))
			}
			a.receive(page{list: waiting, queued: rows, next: map[bool]string{true: "more"}[from < 9]})
		}
		a.do(action.Go{To: action.Review})
		a.screen()
		return a
	}
	b.Run("queue, step", func(b *testing.B) {
		a := full(b)
		b.ReportAllocs()
		for b.Loop() {
			a.do(action.Move{By: 1})
			a.screen()
		}
	})
	b.Run("queue, letter", func(b *testing.B) {
		a := full(b)
		press(a, "/")
		b.ReportAllocs()
		for b.Loop() {
			press(a, "b")
			a.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
			a.screen()
		}
	})
}
