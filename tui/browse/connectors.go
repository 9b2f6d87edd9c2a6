package browse

import (
	"cmp"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// paneRest is how long the cursor rests before the pane reads more.
const paneRest = 80 * time.Millisecond

// Connectors is the list of all connectors, with details at the side.
type Connectors struct {
	*list[*catalog.Connector]
	catalog *catalog.Catalog
	welcome welcome
	orgs    orgs
	now     time.Time
	resting int // raised by each move of the cursor
	shown   int64
	rested  int64 // the row on which the cursor came to rest
	since   since // of its newest version
	width   int   // of the table, when it was drawn last
	wide    bool
}

// rested tells that the cursor did not move for a while.
type rested struct{ resting int }

// NewConnectors makes the page over the catalogue's connectors.
func NewConnectors(c *catalog.Catalog, w Welcome) *Connectors {
	s := &Connectors{catalog: c, welcome: welcome{Welcome: w, catalog: c}}
	s.list = newList(c.Connectors, "connector", s.columns(), func(r *catalog.Connector) bool { return needsCare(r.Newest.State) })
	s.table.SortBy("age")
	return s
}

// columns are those of screens.md, with the order in which they give way.
func (s *Connectors) columns() []ui.Column[*catalog.Connector] {
	return []ui.Column[*catalog.Connector]{
		{
			ID: "connector", Title: "connector", Width: 22, Least: 10, Flex: true, Most: 34, Name: true, Searched: true,
			Cell: func(_ *theme.Theme, r *catalog.Connector) ui.Text {
				name := ui.Words(theme.Text, s.called(r))
				if r.Deprecated {
					name = name.And(ui.Say(theme.Warn, " deprecated"))
				}
				return name
			},
			Compare: func(a, b *catalog.Connector) int {
				return cmp.Compare(strings.ToLower(short(a.Name)), strings.ToLower(short(b.Name)))
			},
		},
		{
			ID: "stable", Title: "stable", Width: 8, Drop: 4, Searched: true,
			Cell: func(_ *theme.Theme, r *catalog.Connector) ui.Text { return orNone(theme.Muted, r.Stable) },
		},
		{
			ID: "latest", Title: "latest", Width: 8, Drop: 5,
			Cell: func(_ *theme.Theme, r *catalog.Connector) ui.Text { return orNone(theme.Muted, r.Latest) },
		},
		{
			ID: "newest", Title: "newest", Width: 8, Drop: 1, Searched: true,
			Cell: func(_ *theme.Theme, r *catalog.Connector) ui.Text { return orNone(theme.Text, r.Newest.Number) },
		},
		{
			ID: "state", Title: "state", Width: stateWidth, Searched: true,
			Cell:    func(t *theme.Theme, r *catalog.Connector) ui.Text { return stateCell(t, r.Newest.State) },
			Compare: func(a, b *catalog.Connector) int { return cmp.Compare(a.Newest.State, b.Newest.State) },
		},
		{
			ID: "platforms", Title: platformsTitle, Width: platformsWidth, Drop: 2,
			Cell: func(t *theme.Theme, r *catalog.Connector) ui.Text {
				return platformCells(t, r.Newest.Platforms, r.Newest.State)
			},
		},
		{
			ID: "signed", Title: "signed", Width: 6, Drop: 3,
			Cell:    func(t *theme.Theme, r *catalog.Connector) ui.Text { return signedCell(t, r.Newest.Verdict) },
			Compare: func(a, b *catalog.Connector) int { return cmp.Compare(a.Newest.Verdict, b.Newest.Verdict) },
		},
		{
			ID: "org", Title: "org", Width: 14, Drop: 6, Searched: true,
			Cell:    func(_ *theme.Theme, r *catalog.Connector) ui.Text { return ui.Words(theme.Muted, r.Org) },
			Compare: func(a, b *catalog.Connector) int { return cmp.Compare(a.Home, b.Home) },
		},
		{
			ID: "age", Title: "age", Width: ageWidth, Align: ui.Right, Reverse: true,
			Cell:    func(_ *theme.Theme, r *catalog.Connector) ui.Text { return ageCell(s.now, r.Updated) },
			Compare: func(a, b *catalog.Connector) int { return cmp.Compare(a.Updated, b.Updated) },
		},
	}
}

// called is how the list calls a connector: with its org only where that is
// another one, and has no column of its own.
func (s *Connectors) called(r *catalog.Connector) string {
	if s.table.Shown("org") {
		return short(r.Name)
	}
	return s.orgs.called(r.Org, r.Name)
}

// Caption implements the console's Screen: the name of the place, and counts
// by the state of the newest versions.
func (s *Connectors) Caption(l ui.Look, place string) ui.Caption {
	var counts [7]int32
	for _, c := range s.catalog.Connectors.All() {
		counts[c.Newest.State&7]++
	}
	counts[0] = 0
	return ui.Caption{Path: []string{place}, Total: words.Count(s.rows.Len()), Counts: stateCounts(l.Theme, counts, s.input.Value())}
}

// Status implements the console's Screen.
func (s *Connectors) Status(l ui.Look) ui.Text {
	if s.empty() {
		return nil
	}
	return s.status(l.Theme)
}

// Typing implements the console's Screen.
func (s *Connectors) Typing() bool { return s.typing }

// Open implements the console's Screen: the console reads the connectors
// itself, the pane tells of the versions of the one under the cursor.
func (s *Connectors) Open() []action.Action {
	r, ok := s.current()
	if !ok {
		return nil
	}
	s.shown = r.ID
	return []action.Action{action.Load{Org: r.Org, Name: r.Name}}
}

// empty reports whether the registry has nothing to list.
func (s *Connectors) empty() bool { return s.rows.Whole() && s.rows.Len() == 0 }

// Bindings implements the console's Screen.
func (s *Connectors) Bindings() []ui.Binding {
	switch {
	case s.empty():
		return s.welcome.bindings()
	case s.typing:
		return typingKeys()
	}
	all := append([]ui.Binding{
		{ID: "connector.open", Label: "open", Help: "the versions of this connector", Keys: []string{"enter"}, Off: s.noRow, Do: s.open},
		s.copying(),
	}, s.bindings()...)
	all = append(all, s.marking()...)
	return append(all, s.actions()...)
}

// noRow is why actions on a row are off.
func (s *Connectors) noRow() string {
	if _, ok := s.current(); !ok {
		return "there is no connector here"
	}
	return ""
}

func (s *Connectors) open() action.Action {
	r, ok := s.current()
	if !ok {
		return action.Nothing{}
	}
	return action.OpenConnector{Org: r.Org, Name: r.Name}
}

// copied is what c copies: the marked connectors, or the one under the cursor.
func (s *Connectors) copied() (text, what string) {
	name := func(r *catalog.Connector) string { return r.Org + "/" + r.Name }
	return s.copies(name, name)
}

// Handle implements the console's Screen.
func (s *Connectors) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Changed:
		s.light(msg.Connectors, msg.Round)
		if slices.ContainsFunc(msg.Events, s.since.concerned) {
			return s.readNews(true), nil
		}
	case action.Point:
		if s.pointed(msg) {
			return s.open(), nil
		}
	case rested:
		return s.readMore(msg), nil
	case catalog.Contrasted:
		s.since.take(msg)
	case action.Move:
		if s.empty() {
			s.welcome.move(msg.By)
		} else {
			s.handle(msg)
		}
	case action.Choose:
		if s.empty() {
			s.welcome.move(int(msg.ID) - s.welcome.cursor)
		} else {
			s.handle(msg)
		}
	default:
		s.handle(msg)
	}
	if r, ok := s.current(); ok && s.wide && r.ID != s.shown {
		s.shown = r.ID
		return nil, s.rest()
	}
	return s.readNews(false), nil
}

// pointed takes a click; it reports whether it opens the row.
func (s *Connectors) pointed(p action.Point) bool {
	if s.empty() || p.X >= s.width {
		return false
	}
	return s.point(p) && p.Open
}

// rest waits until the cursor stops, so that running through a list reads nothing.
func (s *Connectors) rest() tea.Cmd {
	s.resting++
	msg := rested{resting: s.resting}
	return tea.Tick(paneRest, func(time.Time) tea.Msg { return msg })
}

// readMore reads the versions of the connector under the cursor for the pane.
func (s *Connectors) readMore(msg rested) action.Action {
	r, ok := s.current()
	if msg.resting != s.resting || !ok {
		return nil
	}
	s.rested = r.ID
	return action.Both(action.Load{Org: r.Org, Name: r.Name}, s.readNews(false))
}

// readNews asks what is new in the newest version of the connector on which the
// cursor rests, once the version before is known.
func (s *Connectors) readNews(again bool) action.Action {
	r, ok := s.current()
	if !ok || r.ID != s.rested || !s.wide || r.Newest.Number == "" || s.catalog.Of(r.Home).Len() == 0 {
		return nil
	}
	return s.since.of(s.catalog, action.Version{Org: r.Org, Name: r.Name, Number: r.Newest.Number}, again)
}

// View implements the console's Screen.
func (s *Connectors) View(l ui.Look, w, h int) []string {
	if s.empty() {
		return s.welcome.view(l, w, h)
	}
	s.now, s.width = l.Now, w
	if s.orgs.look(s.rows.Edition(), s.catalog.Connectors.All()) {
		s.epoch++
	}
	s.wide = w >= paneFrom
	if !s.wide || s.index.Len() == 0 {
		return s.view(l, w, h, nil)
	}
	pane := paneCells(w)
	s.width = w - pane - 2*paneAir
	return ui.Beside(s.view(l, s.width, h, nil), s.pane(l, pane, h))
}
