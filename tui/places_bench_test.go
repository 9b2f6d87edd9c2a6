package tui

import (
	"testing"
	"time"

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
	})
}
