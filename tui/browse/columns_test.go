package browse

import (
	"slices"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// columnsOf are the columns that a list shows at a width, by their ids.
func columnsOf[R row](l *list[R], w int) []string {
	l.view(ui.Look{Theme: dark, Now: noon}, w, 5, nil)
	var ids []string
	for _, c := range l.table.Columns {
		if l.table.Shown(c.ID) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// Columns give way by priority, and come back before there is air: wide lists
// show everything they know.
func TestColumnsGiveWayByPriority(t *testing.T) {
	t.Parallel()
	c := catalog.New()
	connectors, versions, every := NewConnectors(c, Welcome{}), NewVersions(c, "acme", "baton-one"), NewAll(c)
	for _, tt := range []struct {
		name  string
		at    func(w int) []string
		last  []string // always there
		drops []string // what goes first comes first
		whole int      // from here on everything is shown
	}{
		{
			"connectors", func(w int) []string { return columnsOf(connectors.list, w) },
			[]string{"connector", "state", "age"},
			[]string{"org", "latest", "stable", "signed", "platforms", "newest"},
			120,
		},
		{
			"versions", func(w int) []string { return columnsOf(versions.list, w) },
			[]string{"version", "state", "age"},
			[]string{"size", "author", "mark", "platforms", "signature"},
			114,
		},
		{
			"all", func(w int) []string { return columnsOf(every.list, w) },
			[]string{"connector", "version", "state"},
			[]string{"mark", "size", "author", "signature", "platforms", "age"},
			132,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			gone := slices.Clone(tt.drops)
			for w := 40; w <= 240; w++ {
				shown := tt.at(w)
				for len(gone) > 0 && slices.Contains(shown, gone[len(gone)-1]) {
					gone = gone[:len(gone)-1]
				}
				for _, id := range gone {
					assert.NotContains(t, shown, id, "at %d cells", w)
				}
				for _, id := range tt.last {
					assert.Contains(t, shown, id, "at %d cells", w)
				}
				if w >= tt.whole {
					assert.Empty(t, gone, "at %d cells", w)
				}
			}
		})
	}
}

// A column never moves because of what stands in it.
func TestColumnsStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	s, c := newAll(t)
	before := s.View(look, 100, 8)[0]
	long := version(6, "a-connector-with-a-name-that-is-longer-than-any-column-of-it-could-be", 1)
	long.GetRef().Version = "v1000.2000.3000-a-long-pre-release"
	long.Author = "somebody with a long name"
	c.AddVersions(all, []*registryv1.VersionSummary{long})
	lines := s.View(look, 100, 8)
	assert.Equal(t, before, lines[0])
	for _, line := range lines {
		assert.Equal(t, 100, ui.Words(theme.Text, ansi.Strip(line)).Width())
	}
}
