package browse

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// All are the versions of the whole registry, last changed first.
type All struct {
	versionList
	orgs orgs
}

// NewAll makes the page of all versions.
func NewAll(c *catalog.Catalog) *All {
	s := &All{}
	s.catalog = c
	connector := ui.Column[*catalog.Version]{
		ID: "connector", Title: "connector", Width: 18, Least: 8, Flex: true, Most: 40, Name: true, Searched: true,
		Cell: func(_ *theme.Theme, r *catalog.Version) ui.Text {
			return ui.Words(theme.Text, s.orgs.called(r.Org, r.Name))
		},
		Compare: func(a, b *catalog.Version) int { return cmp.Compare(a.Home, b.Home) },
	}
	// Numbers of different connectors say nothing about each other.
	number := s.version()
	number.Name, number.Compare, number.Width = false, nil, 12
	signature := s.signature(3)
	signature.Flex = false
	s.init(c.Versions, []ui.Column[*catalog.Version]{
		connector, number, s.mark(8), s.state(), s.platforms(2), signature, s.author(5), s.size(6), s.age(1),
	})
	s.table.SortBy("age")
	return s
}

// Open implements the console's Screen.
func (s *All) Open() []action.Action { return []action.Action{action.Load{All: true}} }

// Caption implements the console's Screen: the counters that connectors keep
// by state, which are right before the list is read to its end.
func (s *All) Caption(l ui.Look, place string) ui.Caption {
	var counts [7]int32
	total := int32(0)
	for _, c := range s.catalog.Connectors.All() {
		for state, n := range c.Counts {
			counts[state] += n
			total += n
		}
	}
	return ui.Caption{Path: []string{place}, Total: words.Count(total), Counts: stateCounts(l.Theme, counts, s.input.Value())}
}

// Handle implements the console's Screen.
func (s *All) Handle(msg tea.Msg) (action.Action, tea.Cmd) { return s.versionList.Handle(msg) }

// View implements the console's Screen.
func (s *All) View(l ui.Look, w, h int) []string {
	if s.orgs.look(s.catalog.Connectors.Edition(), s.catalog.Connectors.All()) {
		s.epoch++
	}
	return s.versionList.View(l, w, h)
}
