package tui

import (
	"runtime"
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

// many is how many versions the console must stay fast with, fewer what that
// is compared with, and largeWidth x largeHeight the screen on which.
const (
	many        = 100_000
	fewer       = 1000
	largeWidth  = 200
	largeHeight = 60
)

// crowded is a console on the list of n versions of 300 connectors.
func crowded(tb testing.TB, n int) *App {
	tb.Helper()
	a := newApp(tb, tuitest.Looks()[0].Theme, 120, 40)
	a.startOver()
	for at := 0; at < n; at += nextPage {
		next := "more"
		if at+nextPage >= n {
			next = ""
		}
		a.receive(page{list: catalog.List{All: true}, versions: crowd(at, min(nextPage, n-at)), next: next})
	}
	a.do(action.Go{To: action.Versions})
	a.screen()
	return a
}

// large is crowded on a large screen.
func large(tb testing.TB, n int) *App {
	tb.Helper()
	a := crowded(tb, n)
	a.Update(tea.WindowSizeMsg{Width: largeWidth, Height: largeHeight})
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

// press is a key and the screen after it.
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

// timed is how long a key and the screen after it take.
func timed(a *App, key string) time.Duration {
	began := time.Now()
	press(a, key)
	return time.Since(began)
}

// steps are keys that move the cursor within a screen, across its edge, and
// back.
func steps() []string {
	keys := slices.Repeat([]string{"j"}, largeHeight+20)
	return append(append(keys, slices.Repeat([]string{"k"}, 20)...), "g")
}

// A step of the cursor allocates little, and no more among 100,000 rows than
// among a thousand: only what is seen is drawn, and what was drawn is kept.
func TestAStepCostsNoMoreWithManyRows(t *testing.T) {
	few, lots := large(t, fewer), large(t, many)
	cost := func(a *App) float64 {
		return testing.AllocsPerRun(3, func() {
			for _, key := range steps() {
				press(a, key)
			}
		}) / float64(len(steps()))
	}
	with, without := cost(lots), cost(few)
	assert.LessOrEqual(t, with, 600.0, "allocations of a step")
	assert.InDelta(t, without, with, 20, "allocations of a step")

	// The least of many times is what the work itself takes, whatever else the
	// machine does.
	least := func(a *App) time.Duration {
		shortest := time.Hour
		for _, key := range steps() {
			shortest = min(shortest, timed(a, key))
		}
		return shortest
	}
	ratio := 0.0
	for range 5 {
		if ratio = float64(least(lots)) / float64(least(few)); ratio <= 1.3 {
			return
		}
	}
	t.Errorf("a step among %d rows takes %.2f times what it takes among %d", many, ratio, fewer)
}

// A page that was not drawn before costs what its rows do.
func TestAPageCostsItsRows(t *testing.T) {
	lots := large(t, many/5)
	allocs := testing.AllocsPerRun(20, func() { press(lots, "pgdown") })
	assert.Less(t, allocs, 600+25.0*largeHeight)
}

// A filter looks at every row without allocating for it, at those that it
// finds and at those that are near.
func TestAFilterAllocatesNothingPerRow(t *testing.T) {
	few, lots := large(t, fewer), large(t, many)
	for _, text := range []string{"c17", "ines publ", "c1c2", "zzz"} {
		cost := func(a *App) float64 {
			return testing.AllocsPerRun(3, func() {
				press(a, "/")
				for _, letter := range text {
					press(a, string(letter))
				}
				press(a, "esc")
			})
		}
		// Among more rows a filter may leave more that are drawn.
		assert.InDelta(t, cost(few), cost(lots), 40*largeHeight, "allocations of %q", text)
	}
}

// 100,000 versions, sorted, filtered and marked, take less memory than the
// console may use.
func TestManyRowsFitIntoMemory(t *testing.T) {
	before := inUse()
	a := large(t, many)
	for _, key := range []string{"s", "s", "s", "/", "c", "1", "enter", "*", "esc", "G", "g"} {
		press(a, key)
	}
	used := inUse() - before
	t.Logf("%d versions take %d MB", many, used>>20)
	assert.Less(t, used, int64(80<<20))
	assert.Equal(t, many, a.catalog.Versions.Len())
}

// inUse is how much memory is in use, without what nobody needs any more.
func inUse() int64 {
	runtime.GC()
	runtime.GC() // what had a finalizer goes in the second round
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
