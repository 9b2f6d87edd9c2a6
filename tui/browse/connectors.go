package browse

import (
	"cmp"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// paneFrom is from how many columns on the side pane is shown.
const paneFrom = 116

// paneMost is how wide the side pane becomes.
const paneMost = 60

// paneRest is how long the cursor rests before the pane reads more.
const paneRest = 80 * time.Millisecond

// Connectors is the list of all connectors, with details at the side.
type Connectors struct {
	*list[*catalog.Connector]
	catalog *catalog.Catalog
	now     time.Time
	resting int // raised by each move of the cursor
	wide    bool
}

// rested tells that the cursor did not move for a while.
type rested struct{ resting int }

// NewConnectors makes the page over the catalogue's connectors.
func NewConnectors(c *catalog.Catalog) *Connectors {
	s := &Connectors{catalog: c}
	s.list = newList(c.Connectors, "connector", s.columns(), func(r *catalog.Connector) bool { return needsCare(r.Newest.State) })
	s.table.SortBy("age")
	return s
}

// columns are those of screens.md, with the order in which they give way.
func (s *Connectors) columns() []ui.Column[*catalog.Connector] {
	return []ui.Column[*catalog.Connector]{
		{ID: "connector", Title: "connector", Width: 20, Flex: true, Most: 34, Name: true,
			Cell: func(_ *theme.Theme, r *catalog.Connector) ui.Text {
				name := ui.Words(theme.Text, short(r.Name))
				if r.Deprecated {
					name = name.And(ui.Say(theme.Warn, " deprecated"))
				}
				return name
			},
			Compare: func(a, b *catalog.Connector) int {
				return cmp.Compare(strings.ToLower(short(a.Name)), strings.ToLower(short(b.Name)))
			}},
		{ID: "stable", Title: "stable", Width: 8, Drop: 3,
			Cell: func(_ *theme.Theme, r *catalog.Connector) ui.Text { return orNone(theme.Muted, r.Stable) }},
		{ID: "newest", Title: "newest", Width: 8,
			Cell: func(_ *theme.Theme, r *catalog.Connector) ui.Text { return orNone(theme.Text, r.Newest.Number) }},
		{ID: "state", Title: "state", Width: stateWidth,
			Cell:    func(t *theme.Theme, r *catalog.Connector) ui.Text { return stateCell(t, r.Newest.State) },
			Compare: func(a, b *catalog.Connector) int { return cmp.Compare(a.Newest.State, b.Newest.State) }},
		{ID: "platforms", Title: platformsTitle, Width: platformsWidth, Drop: 1,
			Cell: func(t *theme.Theme, r *catalog.Connector) ui.Text {
				return platformCells(t, r.Newest.Platforms, r.Newest.State)
			}},
		{ID: "signed", Title: "signed", Width: 6, Drop: 2,
			Cell:    func(t *theme.Theme, r *catalog.Connector) ui.Text { return signedCell(t, r.Newest.Verdict) },
			Compare: func(a, b *catalog.Connector) int { return cmp.Compare(a.Newest.Verdict, b.Newest.Verdict) }},
		{ID: "org", Title: "org", Width: 14, Drop: 4,
			Cell:    func(_ *theme.Theme, r *catalog.Connector) ui.Text { return ui.Words(theme.Muted, r.Org) },
			Compare: func(a, b *catalog.Connector) int { return cmp.Compare(a.Home, b.Home) }},
		{ID: "age", Title: "age", Width: ageWidth, Align: ui.Right, Reverse: true,
			Cell:    func(_ *theme.Theme, r *catalog.Connector) ui.Text { return ageCell(s.now, r.Updated) },
			Compare: func(a, b *catalog.Connector) int { return byTime(a.Updated, b.Updated) }},
	}
}

// Title implements the console's Screen: the name of the place, and counts
// by the state of the newest versions.
func (s *Connectors) Title(l ui.Look, place string) (left, right ui.Text) {
	var counts [7]int32
	for _, c := range s.catalog.Connectors.All() {
		counts[c.Newest.State&7]++
	}
	counts[0] = 0
	left = ui.Line(ui.Say(theme.Text, place).Bold(), ui.Say(theme.Muted, " "+words.Count(s.rows.Len())))
	return left.And(stateCounts(l.Theme, counts)...), nil
}

// Status implements the console's Screen.
func (s *Connectors) Status(l ui.Look) ui.Text { return s.status(l.Theme) }

// Typing implements the console's Screen.
func (s *Connectors) Typing() bool { return s.typing }

// Open implements the console's Screen: the app reads the connectors itself.
func (s *Connectors) Open() action.Action { return nil }

// Bindings implements the console's Screen.
func (s *Connectors) Bindings() []ui.Binding {
	if s.typing {
		return typingKeys()
	}
	return append([]ui.Binding{
		{ID: "connector.open", Label: "open", Help: "the versions of this connector", Keys: []string{"enter"}, Off: s.noRow, Do: s.open},
	}, s.bindings()...)
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

// Handle implements the console's Screen.
func (s *Connectors) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	before, _ := s.current()
	switch msg := msg.(type) {
	case catalog.Loaded:
		if msg.Home == "" && !msg.All {
			s.loaded(msg)
		}
	case catalog.Changed:
		s.handle(msg)
		s.light(msg.Connectors)
	case action.Point:
		if s.point(msg) && msg.Open {
			return s.open(), nil
		}
	case rested:
		return s.readMore(msg), nil
	default:
		s.handle(msg)
	}
	if after, ok := s.current(); ok && after != before && s.wide {
		return nil, s.rest()
	}
	return nil, nil
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
	if msg.resting != s.resting || !ok || s.catalog.Of(r.Home).Whole() {
		return nil
	}
	return action.Load{Org: r.Org, Name: r.Name}
}

// View implements the console's Screen.
func (s *Connectors) View(l ui.Look, w, h int) []string {
	s.now = l.Now
	s.wide = w >= paneFrom
	empty := []ui.Text{
		ui.Words(theme.Text, "This registry is empty."),
		ui.Line(ui.Say(theme.Muted, "Press "), ui.Say(theme.Accent, "p").Bold(), ui.Say(theme.Muted, " and point it at a project folder to publish the first connector.")),
	}
	if !s.wide || s.index.Len() == 0 {
		return s.view(l, w, h, true, empty)
	}
	left, right := ui.Halves(w, min(paneMost, w*24/100))
	air := ui.Pane(l.Theme, nil, 2, h)
	return ui.Beside(ui.Beside(s.view(l, left-2, h, true, empty), air), s.pane(l, right, h))
}

// pane shows the connector under the cursor.
func (s *Connectors) pane(l ui.Look, w, h int) []string {
	r, ok := s.current()
	if !ok {
		return ui.Pane(l.Theme, nil, w, h)
	}
	const keys = 10
	inner := w - 2
	lines := []ui.Text{ui.Heading(r.Name, inner), ui.Words(theme.Muted, r.Org), nil}
	lines = append(lines, ui.Details(pointers(r), keys, inner)...)
	if n := r.Newest; n.Number != "" {
		lines = append(lines, nil, ui.Heading("Newest, "+n.Number, inner))
		lines = append(lines, ui.Details(newestDetails(l.Theme, n), keys, inner)...)
		lines = append(lines, platformLines(l.Theme, n, keys)...)
	}
	lines = append(lines, s.recent(l, r, inner)...)
	drawn := ui.Pane(l.Theme, lines, inner, h)
	for i := range drawn {
		drawn[i] += "  "
	}
	return drawn
}

// pointers are what a connector says of itself.
func pointers(r *catalog.Connector) []ui.Detail {
	total := int32(0)
	for _, n := range r.Counts {
		total += n
	}
	versions := ui.Words(theme.Text, words.Count(total))
	if r.Created != 0 {
		versions = versions.And(ui.Say(theme.Muted, " since "+time.UnixMicro(r.Created).UTC().Format("2006")))
	}
	details := []ui.Detail{
		{Key: "stable", Value: orNone(theme.Text, r.Stable)},
		{Key: "latest", Value: orNone(theme.Text, r.Latest)},
		{Key: "versions", Value: versions},
	}
	if r.License != "" {
		details = append(details, ui.Detail{Key: "license", Value: ui.Words(theme.Text, r.License)})
	}
	if r.Deprecated {
		details = append(details, ui.Detail{Key: "deprecated", Value: ui.Words(theme.Warn, r.DeprecationReason)})
	}
	return details
}

// newestDetails are the state of the newest version and its platforms.
func newestDetails(t *theme.Theme, n catalog.Newest) []ui.Detail {
	details := []ui.Detail{{Key: "state", Value: stateCell(t, n.State)}}
	if n.Attempt > 1 {
		details = append(details, ui.Detail{Key: "attempt", Value: ui.Words(theme.Text, words.Count(n.Attempt))})
	}
	if n.Verdict != registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		details = append(details, ui.Detail{Key: "signature", Value: verdictCell(t, n.Verdict, n.Reason)})
	}
	if n.Author != "" {
		details = append(details, ui.Detail{Key: "author", Value: ui.Words(theme.Text, n.Author)})
	}
	return details
}

// platformLines are the platforms by system, left amd64, right arm64.
func platformLines(t *theme.Theme, n catalog.Newest, keys int) []ui.Text {
	var lines []ui.Text
	for _, group := range []struct {
		key  string
		from int
		arch []string
	}{{"darwin", 0, []string{"amd64", "arm64"}}, {"linux", 2, []string{"amd64", "arm64"}}, {"windows", 4, []string{"amd64"}}} {
		line := ui.Words(theme.Faint, ui.Fit(t, group.key, keys, ui.Left))
		for i, arch := range group.arch {
			glyph, role := platformGlyph(t, n.Platforms, group.from+i, n.State)
			line = line.And(ui.Say(role, glyph+" "), ui.Say(theme.Muted, arch+"  "))
		}
		lines = append(lines, line)
	}
	return lines
}

// recent are the last versions, once they were read.
func (s *Connectors) recent(l ui.Look, r *catalog.Connector, w int) []ui.Text {
	versions := s.catalog.Of(r.Home).All()
	if len(versions) < 2 {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("Before", w)}
	for _, v := range highest(versions, 8) {
		if v.Number == r.Newest.Number {
			continue
		}
		name := ui.Words(theme.Text, ui.Fit(l.Theme, v.Number, 11, ui.Left)+" ")
		lines = append(lines, name.And(stateCell(l.Theme, v.State)...))
	}
	return lines
}

// highest returns the n versions with the highest numbers, highest first.
func highest(versions []*catalog.Version, n int) []*catalog.Version {
	top := make([]*catalog.Version, 0, n+1)
	for _, v := range versions {
		at := len(top)
		for at > 0 && catalog.CompareNumbers(v, top[at-1]) > 0 {
			at--
		}
		if at == n {
			continue
		}
		top = append(top[:at], append([]*catalog.Version{v}, top[at:]...)...)
		top = top[:min(len(top), n)]
	}
	return top
}
