package browse

import (
	"testing"

	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// numbered are versions of a connector as rows, by their numbers.
func numbered(first int64, name string, state registryv1.State, numbers ...string) []*registryv1.VersionSummary {
	var rows []*registryv1.VersionSummary
	for i, number := range numbers {
		v := version(first+int64(i), name, state)
		v.Ref.Version = number
		rows = append(rows, v)
	}
	return rows
}

// markAll marks the rows of these versions.
func (s *versionList) markAll(numbers ...string) {
	s.sync()
	for _, number := range numbers {
		s.index.Next(func(pos int32) bool { return s.rows.At(pos).Number == number })
		s.index.Toggle()
	}
}

// Two marked versions are compared, the lower one first, whatever the order in
// which they were marked; with fewer marks it is the row under the cursor.
func TestMarkedVersionsAreCompared(t *testing.T) {
	t.Parallel()
	sample := numbered(1, "sample", published, "v1.0.0", "v1.2.0", "v1.10.0", "v1.11.0-rc.1")
	other := numbered(8, "other", published, "v3.0.0")
	for name, c := range map[string]struct {
		marked   []string
		cursor   string
		label    string
		old, new string
		why      string
	}{
		"none":                {nil, "v1.10.0", "compare", "v1.2.0", "v1.10.0", ""},
		"one":                 {[]string{"v1.0.0"}, "v1.2.0", "compare", "v1.0.0", "v1.2.0", ""},
		"two":                 {[]string{"v1.10.0", "v1.2.0"}, "v1.0.0", "compare 2", "v1.2.0", "v1.10.0", ""},
		"two, the other way":  {[]string{"v1.2.0", "v1.10.0"}, "v1.0.0", "compare 2", "v1.2.0", "v1.10.0", ""},
		"three":               {[]string{"v1.2.0", "v1.10.0", "v1.0.0"}, "v1.0.0", "compare", "", "", "that takes two versions, and 3 are marked"},
		"of two connectors":   {[]string{"v1.2.0", "v3.0.0"}, "v1.0.0", "compare 2", "", "", "the two that are marked are of different connectors"},
		"the lowest":          {nil, "v1.0.0", "compare", "", "", "no PUBLISHED version is lower than v1.0.0"},
		"a pre-release":       {nil, "v1.11.0-rc.1", "compare", "v1.10.0", "v1.11.0-rc.1", ""},
		"alone in its series": {nil, "v3.0.0", "compare", "", "", "no PUBLISHED version is lower than v3.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, cat := newAll(t)
			cat.AddVersions(all, sample)
			cat.AddVersions(all, other)
			s.markAll(c.marked...)
			s.index.Next(func(pos int32) bool { return s.rows.At(pos).Number == c.cursor })
			b, known := ui.FindID(s.Bindings(), "version.compare")
			assert.True(t, known)
			assert.Equal(t, c.label, b.Label)
			assert.Equal(t, c.why, b.Why())
			if c.why != "" {
				assert.Equal(t, action.Nothing{}, b.Do())
				return
			}
			want := action.Compare{Old: action.Version{Org: "acme", Name: "baton-sample", Number: c.old}, New: action.Version{Org: "acme", Name: "baton-sample", Number: c.new}}
			assert.Equal(t, want, b.Do())
		})
	}
}

// A mark survives the filter, so what is compared may be out of sight.
func TestMarksThatTheFilterHides(t *testing.T) {
	t.Parallel()
	s, cat := newAll(t)
	cat.AddVersions(all, numbered(1, "sample", published, "v1.0.0", "v1.2.0"))
	s.markAll("v1.0.0", "v1.2.0")
	s.setFilter("v1.2")
	old, recent, why := s.pair()
	assert.Empty(t, why)
	assert.Equal(t, "v1.0.0", old.Number)
	assert.Equal(t, "v1.2.0", recent.Number)
}

// What is kept of the last look is forgotten when the versions are others.
func TestTheVersionBeforeIsLookedUpAgain(t *testing.T) {
	t.Parallel()
	cat := catalog.New()
	s := NewVersions(cat, "acme", "baton-sample")
	list := catalog.List{Org: "acme", Name: "baton-sample"}
	cat.Reading(list).Begin(false)
	cat.AddVersions(list, numbered(1, "sample", published, "v1.0.0", "v1.2.0"))
	_, _, why := s.pair()
	assert.Empty(t, why)
	assert.Equal(t, "v1.0.0", s.before.before.Number)
	cat.AddVersions(list, numbered(5, "sample", published, "v1.1.0"))
	old, _, _ := s.pair()
	assert.Equal(t, "v1.1.0", old.Number)
}

// Pictures of the pane change only where something is new: lines are kept free
// while it is read, and there are none where the pane is low.
func TestNewsInThePane(t *testing.T) {
	t.Parallel()
	cat := catalog.New()
	cat.Connectors.Begin(false)
	cat.AddConnectors([]*registryv1.Connector{{
		Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}, Id: 1, Newest: numbered(2, "sample", published, "v1.2.0")[0],
	}})
	s := NewConnectors(cat, Welcome{})
	list := catalog.List{Org: "acme", Name: "baton-sample"}
	cat.Reading(list).Begin(false)
	view := func(h int) string { return ui.Join(s.View(look, 120, h)) }
	assert.NotContains(t, view(40), "New in")
	cat.AddVersions(list, numbered(1, "sample", published, "v1.0.0", "v1.2.0"))
	assert.Contains(t, view(40), "New in v1.2.0")
	assert.Contains(t, view(40), "Before")
	assert.NotContains(t, view(18), "New in", "what was before is more than what is new")
	assert.Contains(t, view(18), "Before")

	// It is asked once the cursor rested, and only once.
	next, _ := s.Handle(rested{resting: s.resting})
	assert.Equal(t, action.Several{All: []action.Action{
		action.Load{Org: "acme", Name: "baton-sample"},
		action.Contrast{
			Old: action.Version{Org: "acme", Name: "baton-sample", Number: "v1.0.0"},
			New: action.Version{Org: "acme", Name: "baton-sample", Number: "v1.2.0"}, Asked: 1,
		},
	}}, next)
	next, _ = s.Handle(catalog.Changed{})
	assert.Nil(t, next)
	// A change of one of the two is asked about again.
	next, _ = s.Handle(catalog.Changed{Events: []*registryv1.Change{{Event: &registryv1.Event{Org: "acme", Name: "baton-sample", Version: "v1.2.0"}}}})
	assert.IsType(t, action.Contrast{}, next)
}
