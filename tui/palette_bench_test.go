package tui

import (
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// crowdedPalette is a console that knows n versions of 300 connectors.
func crowdedPalette(tb testing.TB, n int) *App {
	tb.Helper()
	a := crowded(tb, n)
	var all []*registryv1.Connector
	for i := range 300 {
		c := connectors()[i%7]
		c.Ref.Name, c.Id = "baton-c"+strconv.Itoa(i), int64(1000+i)
		all = append(all, c)
	}
	a.receive(page{list: catalog.List{}, connectors: all})
	return a
}

// paletteKey is the last letter of a query, and the screen after it.
func paletteKey(a *App, query string) {
	a.do(action.OpenPalette{})
	a.write(query)
	a.screen()
	a.hit(tea.KeyEscape)
}

// What is typed into the palette costs no more among 100,000 versions than
// among a thousand: what it offers is bounded, and looking at a version
// allocates nothing.
func TestAKeyInThePaletteCostsNoMoreWithManyVersions(t *testing.T) {
	few, lots := crowdedPalette(t, fewer), crowdedPalette(t, many)
	for _, query := range []string{"c", "c17", "v1.1", "c17 v1.1"} {
		cost := func(a *App) float64 { return testing.AllocsPerRun(5, func() { paletteKey(a, query) }) }
		assert.InDelta(t, cost(few), cost(lots), 400, "allocations of %q", query)
		require.LessOrEqual(t, len(lots.named(strings.Fields(query))), goMost+goVersions)
	}
}

// BenchmarkPaletteKey is one letter typed into the palette of a console that
// knows 100,000 versions of 300 connectors, and the screen after it. Goal: 5 ms.
func BenchmarkPaletteKey(b *testing.B) {
	a := crowdedPalette(b, many)
	var all []time.Duration
	for b.Loop() {
		a.do(action.OpenPalette{})
		for _, letter := range "c17 v1.1" {
			began := time.Now()
			a.write(string(letter))
			a.screen()
			all = append(all, time.Since(began))
		}
		a.hit(tea.KeyEscape)
	}
	b.ReportMetric(percentile(all, 50), "p50-us/key")
	b.ReportMetric(percentile(all, 95), "p95-us/key")
}
