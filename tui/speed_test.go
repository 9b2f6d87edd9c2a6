package tui

import (
	"slices"
	"strconv"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// many is how many versions the console must stay fast with.
const many = 100_000

// crowded is a console on the list of n versions of 300 connectors.
func crowded(tb testing.TB, n int) *App {
	tb.Helper()
	a := newApp(tb, tuitest.Looks()[0].Theme, 120, 40)
	a.startOver()
	for at := 0; at < n; at += nextPage {
		a.receive(page{list: catalog.List{All: true}, versions: crowd(at, min(nextPage, n-at)), next: "more"})
	}
	a.do(action.Go{To: action.Versions})
	a.screen()
	return a
}

// crowd is one page of versions.
func crowd(from, n int) []*registryv1.VersionSummary {
	states := []registryv1.State{registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_FAILED, registryv1.State_STATE_YANKED}
	rows := make([]*registryv1.VersionSummary, n)
	for i := range rows {
		at := from + i
		rows[i] = released{
			name: "baton-c" + strconv.Itoa(at%300), number: "v1." + strconv.Itoa(at/300) + ".0", state: states[at%len(states)],
			author: "ines", age: time.Duration(at) * time.Minute, received: -1,
		}.summary(int64(1000 + at))
	}
	return rows
}

func press(a *App, key string) {
	msg := tea.KeyPressMsg{Text: key, Code: rune(key[0])}
	switch key {
	case "esc":
		msg = tea.KeyPressMsg{Code: tea.KeyEscape}
	case "enter":
		msg = tea.KeyPressMsg{Code: tea.KeyEnter}
	case "space":
		msg = tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	case "pgdown":
		msg = tea.KeyPressMsg{Code: tea.KeyPgDown}
	}
	a.Update(msg)
	a.screen()
}

// A key among 100,000 rows allocates as much as one among ten: only what is
// seen is drawn.
func TestAKeyCostsNoMoreWithManyRows(t *testing.T) {
	few, lots := crowded(t, 2000), crowded(t, many/5)
	for _, key := range []string{"j", "pgdown", "k"} {
		cost := func(a *App) float64 {
			return testing.AllocsPerRun(20, func() { press(a, key) })
		}
		with, without := cost(lots), cost(few)
		assert.InDelta(t, without, with, 200, "allocations of %q", key)
		assert.Less(t, with, 3000.0, "allocations of %q", key)
	}
}

// A filter looks at every row without allocating for it.
func TestAFilterAllocatesNothingPerRow(t *testing.T) {
	a := crowded(t, many/5)
	allocs := testing.AllocsPerRun(5, func() {
		press(a, "/")
		press(a, "c")
		press(a, "1")
		press(a, "esc")
	})
	assert.Less(t, allocs, 12_000.0)
}

// BenchmarkKey is one key and the screen after it.
func BenchmarkKey(b *testing.B) {
	for _, n := range []int{10, many} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			a := crowded(b, n)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				press(a, []string{"j", "k", "pgdown", "k"}[i%4])
			}
		})
	}
}

// BenchmarkFilterKey is one letter typed into the filter and the screen after
// it; the median of single letters is reported too, since the first one looks
// at every row and the others at the survivors.
func BenchmarkFilterKey(b *testing.B) {
	a := crowded(b, many)
	text := []string{"b", "a", "t", "o", "n", "-", "c", "1", "7"}
	var each []time.Duration
	b.ReportAllocs()
	for b.Loop() {
		press(a, "/")
		for _, letter := range text {
			began := time.Now()
			press(a, letter)
			each = append(each, time.Since(began))
		}
		press(a, "esc")
	}
	slices.Sort(each)
	b.ReportMetric(float64(each[len(each)/2].Microseconds()), "p50-us/key")
	b.ReportMetric(float64(each[len(each)*99/100].Microseconds()), "p99-us/key")
}

// BenchmarkOpenAll puts 100,000 versions into the catalogue, page by page,
// with the screen drawn after each.
func BenchmarkOpenAll(b *testing.B) {
	var pages [][]*registryv1.VersionSummary
	for at := 0; at < many; at += nextPage {
		pages = append(pages, crowd(at, nextPage))
	}
	b.ReportAllocs()
	for b.Loop() {
		a := newApp(b, tuitest.Looks()[0].Theme, 120, 40)
		a.startOver()
		a.do(action.Go{To: action.Versions})
		for i, rows := range pages {
			next := "more"
			if i == len(pages)-1 {
				next = ""
			}
			a.receive(page{list: catalog.List{All: true}, versions: rows, next: next})
			a.screen()
		}
	}
}

// BenchmarkChange is a change by somebody else among 100,000 rows.
func BenchmarkChange(b *testing.B) {
	a := crowded(b, many)
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
