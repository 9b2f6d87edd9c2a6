package browse

import (
	"cmp"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// versionList is what the two lists of versions share.
type versionList struct {
	*list[*catalog.Version]
	now time.Time
}

func (s *versionList) init(set *catalog.Rows[*catalog.Version], columns []ui.Column[*catalog.Version]) {
	s.list = newList(set, "version", columns, func(r *catalog.Version) bool { return needsCare(r.State) })
}

// Columns that both lists have.
func (s *versionList) version() ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "version", Title: "version", Width: 14, Name: true, Reverse: true,
		Cell: func(_ *theme.Theme, r *catalog.Version) ui.Text {
			number := ui.Say(theme.Text, r.Number)
			if r.State == registryv1.State_STATE_YANKED {
				number = number.Struck()
			}
			return ui.Line(number)
		},
		Compare: catalog.CompareNumbers,
	}
}

func (s *versionList) mark(drop int) ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "mark", Title: "mark", Width: 13, Drop: drop,
		Cell: func(_ *theme.Theme, r *catalog.Version) ui.Text {
			switch {
			case r.Stable && r.Latest:
				return ui.Words(theme.Text, "stable latest")
			case r.Stable:
				return ui.Words(theme.Text, "stable")
			case r.Latest:
				return ui.Words(theme.Muted, "latest")
			default:
				return nil
			}
		},
	}
}

func (s *versionList) state() ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "state", Title: "state", Width: stateWidth,
		Cell:    func(t *theme.Theme, r *catalog.Version) ui.Text { return stateCell(t, r.State) },
		Compare: func(a, b *catalog.Version) int { return cmp.Compare(a.State, b.State) },
	}
}

func (s *versionList) platforms(drop int) ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "platforms", Title: platformsTitle, Width: platformsWidth, Drop: drop,
		Cell: func(t *theme.Theme, r *catalog.Version) ui.Text { return platformCells(t, r.Platforms, r.State) },
	}
}

func (s *versionList) signature(drop int) ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "signature", Title: "signature", Width: 17, Flex: true, Most: 26, Drop: drop,
		Cell:    func(t *theme.Theme, r *catalog.Version) ui.Text { return verdictCell(t, r.Verdict, r.VerdictReason) },
		Compare: func(a, b *catalog.Version) int { return cmp.Compare(a.Verdict, b.Verdict) },
	}
}

func (s *versionList) size(drop int) ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "size", Title: "size", Width: 7, Drop: drop, Align: ui.Right, Reverse: true,
		Cell: func(_ *theme.Theme, r *catalog.Version) ui.Text {
			if r.Size == 0 {
				return nothing
			}
			return ui.Words(theme.Muted, words.Bytes(r.Size))
		},
		Compare: func(a, b *catalog.Version) int { return cmp.Compare(a.Size, b.Size) },
	}
}

func (s *versionList) author(drop int) ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "author", Title: "author", Width: 14, Drop: drop,
		Cell:    func(_ *theme.Theme, r *catalog.Version) ui.Text { return orNone(theme.Muted, r.Author) },
		Compare: func(a, b *catalog.Version) int { return cmp.Compare(a.Author, b.Author) },
	}
}

func (s *versionList) age(drop int) ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "age", Title: "age", Width: ageWidth, Drop: drop, Align: ui.Right, Reverse: true,
		Cell:    func(_ *theme.Theme, r *catalog.Version) ui.Text { return ageCell(s.now, r.Updated) },
		Compare: func(a, b *catalog.Version) int { return byTime(a.Updated, b.Updated) },
	}
}

// Status implements the console's Screen.
func (s *versionList) Status(l ui.Look) ui.Text { return s.status(l.Theme) }

// Typing implements the console's Screen.
func (s *versionList) Typing() bool { return s.typing }

// Bindings implements the console's Screen.
func (s *versionList) Bindings() []ui.Binding {
	if s.typing {
		return typingKeys()
	}
	all := []ui.Binding{
		{ID: "version.open", Label: "open", Help: "all about this version", Keys: []string{"enter"}, Off: s.noRow, Do: s.open},
	}
	all = append(all, versionActions(s.chosen)...)
	return append(all, s.bindings()...)
}

func (s *versionList) noRow() string {
	if _, ok := s.current(); !ok {
		return "there is no version here"
	}
	return ""
}

// chosen is the version that actions are about.
func (s *versionList) chosen() (subject, bool) {
	r, ok := s.current()
	if !ok {
		return subject{}, false
	}
	return subject{
		version: action.Version{Org: r.Org, Name: r.Name, Number: r.Number}, state: r.State, stable: r.Stable,
	}, true
}

func (s *versionList) open() action.Action {
	chosen, ok := s.chosen()
	if !ok {
		return action.Nothing{}
	}
	return action.OpenVersion{Version: chosen.version}
}

// Handle implements the console's Screen.
func (s *versionList) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Changed:
		s.handle(msg)
		s.light(msg.Versions)
	case action.Point:
		if s.point(msg) && msg.Open {
			return s.open(), nil
		}
	default:
		s.handle(msg)
	}
	return nil, nil
}

// Versions are the versions of one connector.
type Versions struct {
	versionList
	catalog   *catalog.Catalog
	org, name string
	home      string
}

// NewVersions makes the page of one connector.
func NewVersions(c *catalog.Catalog, org, name string) *Versions {
	s := &Versions{catalog: c, org: org, name: name, home: catalog.Home(org, name)}
	s.init(c.Of(s.home), []ui.Column[*catalog.Version]{
		s.version(), s.mark(3), s.state(), s.platforms(2), s.signature(1), s.size(6), s.author(5), s.age(4),
	})
	s.table.SortBy("version")
	return s
}

// Open implements the console's Screen.
func (s *Versions) Open() action.Action { return action.Load{Org: s.org, Name: s.name} }

// Title implements the console's Screen.
func (s *Versions) Title(l ui.Look, place string) (left, right ui.Text) {
	t := l.Theme
	left = path(t, place, s.org+"/"+s.name)
	facts := []ui.Text{ui.Words(theme.Muted, words.Plural(s.rows.Len(), "version", "versions"))}
	if c, known := s.catalog.Connector(s.home); known {
		if c.Stable != "" {
			facts = append(facts, ui.Line(ui.Say(theme.Muted, "stable "), ui.Say(theme.Text, c.Stable)))
		}
		if c.Latest != "" {
			facts = append(facts, ui.Line(ui.Say(theme.Muted, "latest "), ui.Say(theme.Text, c.Latest)))
		}
		if c.Deprecated {
			facts = append(facts, ui.Words(theme.Warn, "deprecated"))
		}
	}
	return left, ui.Facts(t, facts...)
}

// Handle implements the console's Screen.
func (s *Versions) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	if msg, loaded := msg.(catalog.Loaded); loaded {
		if msg.Home == s.home {
			s.loaded(msg)
		}
		return nil, nil
	}
	return s.versionList.Handle(msg)
}

// View implements the console's Screen.
func (s *Versions) View(l ui.Look, w, h int) []string {
	s.now = l.Now
	return s.view(l, w, h, true, []ui.Text{ui.Words(theme.Muted, "No version was created yet.")})
}

// All are the versions of the whole registry, last changed first.
type All struct {
	versionList
	catalog *catalog.Catalog
}

// NewAll makes the page of all versions.
func NewAll(c *catalog.Catalog) *All {
	s := &All{catalog: c}
	connector := ui.Column[*catalog.Version]{
		ID: "connector", Title: "connector", Width: 18, Flex: true, Most: 40, Name: true,
		Cell:    func(_ *theme.Theme, r *catalog.Version) ui.Text { return ui.Words(theme.Text, short(r.Name)) },
		Compare: func(a, b *catalog.Version) int { return cmp.Compare(a.Home, b.Home) },
	}
	org := ui.Column[*catalog.Version]{
		ID: "org", Title: "org", Width: 14, Drop: 7,
		Cell:    func(_ *theme.Theme, r *catalog.Version) ui.Text { return ui.Words(theme.Muted, r.Org) },
		Compare: func(a, b *catalog.Version) int { return cmp.Compare(a.Home, b.Home) },
	}
	number := s.version()
	number.Name, number.Compare = false, nil
	signature := s.signature(2)
	signature.Flex = false
	s.init(c.Versions, []ui.Column[*catalog.Version]{
		connector, number, s.mark(8), s.state(), s.platforms(1), signature, org, s.author(5), s.size(6), s.age(0),
	})
	s.table.SortBy("age")
	return s
}

// Open implements the console's Screen.
func (s *All) Open() action.Action { return action.Load{} }

// Title implements the console's Screen.
func (s *All) Title(l ui.Look, place string) (left, right ui.Text) {
	var counts [7]int32
	for _, c := range s.catalog.Connectors.All() {
		for state, n := range c.Counts {
			counts[state] += n
		}
	}
	total := int32(0)
	for _, n := range counts {
		total += n
	}
	left = ui.Line(ui.Say(theme.Text, place).Bold(), ui.Say(theme.Muted, " "+words.Count(total)))
	return left.And(stateCounts(l.Theme, counts)...), nil
}

// Handle implements the console's Screen.
func (s *All) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	if msg, loaded := msg.(catalog.Loaded); loaded {
		if msg.All {
			s.loaded(msg)
		}
		return nil, nil
	}
	return s.versionList.Handle(msg)
}

// View implements the console's Screen.
func (s *All) View(l ui.Look, w, h int) []string {
	s.now = l.Now
	return s.view(l, w, h, true, []ui.Text{ui.Words(theme.Muted, "No version was created yet.")})
}

// path is the left side of a title: where one came from, grey, and where one is.
func path(t *theme.Theme, parts ...string) ui.Text {
	var x ui.Text
	for i, part := range parts {
		if i == len(parts)-1 {
			return x.And(ui.Say(theme.Text, part).Bold())
		}
		x = x.And(ui.Say(theme.Muted, part+" "+t.Glyph(theme.GlyphPath)+" "))
	}
	return x
}
