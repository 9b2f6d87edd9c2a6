package tui

import (
	"slices"
	"testing"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// percentile returns the p-th of durations in microseconds.
func percentile(all []time.Duration, p int) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return float64(sorted[min(len(sorted)*p/100, len(sorted)-1)].Nanoseconds()) / 1000
}

// BenchmarkStep is a step of the cursor and the screen after it, on a screen
// of 200x60, with 1,000 and with 100,000 versions by turns. Goal: 300 us, 600
// allocations, and 1.3 times that of the fewer.
func BenchmarkStep(b *testing.B) {
	few, lots := large(b, fewer), large(b, many)
	keys := steps()
	var with, without []time.Duration
	for i := 0; b.Loop(); i++ {
		key := keys[i%len(keys)]
		without = append(without, timed(few, key))
		with = append(with, timed(lots, key))
	}
	b.ReportMetric(percentile(without, 50), "p50-us/1000")
	b.ReportMetric(percentile(with, 50), "p50-us/100000")
	b.ReportMetric(percentile(with, 99), "p99-us/100000")
	b.ReportMetric(percentile(with, 50)/percentile(without, 50), "ratio")
	b.ReportMetric(testing.AllocsPerRun(len(keys), func() { press(lots, "j") }), "allocs/step")
	b.ReportMetric(0, "ns/op") // of both by turns
}

// BenchmarkPage is a page of rows that were not drawn before.
func BenchmarkPage(b *testing.B) {
	a := large(b, many)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%1000 == 999 {
			press(a, "g")
		}
		press(a, "pgdown")
	}
}

// BenchmarkFilterKey is one letter typed into the filter and the screen after
// it, among 100,000 versions: words that all rows contain, that some do, two
// of them, and names in part. Goal: 5 ms a letter.
func BenchmarkFilterKey(b *testing.B) {
	for _, text := range []string{"baton-c17", "yanked", "ines publ", "c1c2", "zzz", "state:failed c1"} {
		b.Run(text, func(b *testing.B) {
			a := large(b, many)
			var each []time.Duration
			b.ReportAllocs()
			for b.Loop() {
				press(a, "/")
				for _, letter := range text {
					each = append(each, timed(a, string(letter)))
				}
				press(a, "esc")
			}
			b.ReportMetric(percentile(each, 50), "p50-us/key")
			b.ReportMetric(percentile(each, 99), "p99-us/key")
		})
	}
}

// BenchmarkOpenAll puts 100,000 versions into the catalogue, page by page,
// with the screen drawn after each. Goal: 150 ms after their data, which is
// what the last page takes; all of them together are said as well.
func BenchmarkOpenAll(b *testing.B) {
	var pages [][]*registryv1.VersionSummary
	for at := 0; at < many; at += nextPage {
		pages = append(pages, crowd(at, nextPage))
	}
	var last []time.Duration
	b.ReportAllocs()
	for b.Loop() {
		a := newApp(b, tuitest.Looks()[0].Theme, largeWidth, largeHeight)
		a.startOver()
		a.do(action.Go{To: action.Versions})
		for i, rows := range pages {
			next := "more"
			if i == len(pages)-1 {
				next = ""
			}
			began := time.Now()
			a.receive(page{list: catalog.List{All: true}, versions: rows, next: next})
			a.screen()
			if next == "" {
				last = append(last, time.Since(began))
			}
		}
	}
	b.ReportMetric(percentile(last, 50), "us/last-page")
}

// BenchmarkMemory is what 100,000 versions take. Goal: 100 MB.
func BenchmarkMemory(b *testing.B) {
	var used int64
	for b.Loop() {
		before := inUse()
		a := large(b, many)
		used = inUse() - before
		press(a, "j")
	}
	b.ReportMetric(float64(used)/(1<<20), "MB")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkChange is a change by somebody else among 100,000 rows.
func BenchmarkChange(b *testing.B) {
	a := large(b, many)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		v := crowd(i%many, 1)[0]
		v.Revision += int64(many + i)
		a.live.waiting = true
		a.Update(batch{events: []*registryv1.Change{{
			Event: &registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Org: "ConductorOne", Name: v.GetRef().GetName()}, Version: v, VersionId: v.GetId(),
		}}})
		a.screen()
	}
}
