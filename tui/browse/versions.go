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
	catalog *catalog.Catalog
	now     time.Time
	before  lookedUp
}

func (s *versionList) init(set *catalog.Rows[*catalog.Version], columns []ui.Column[*catalog.Version]) {
	s.list = newList(set, "version", columns, func(r *catalog.Version) bool { return needsCare(r.State) })
}

// version and the methods below it are the columns that both lists have.
func (s *versionList) version() ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "version", Title: "version", Width: 14, Name: true, Searched: true, Reverse: true,
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
			default: // a yanked one is neither, and says where to go instead
				_, instead := words.Withdrawn(r.Category, r.Reason, r.Replacement)
				return ui.Words(theme.Muted, instead)
			}
		},
	}
}

func (s *versionList) state() ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "state", Title: "state", Width: stateWidth, Searched: true,
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
		ID: "signature", Title: "signature", Width: 17, Flex: true, Most: 26, Drop: drop, Searched: true,
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
		ID: "author", Title: "author", Width: 14, Drop: drop, Searched: true,
		Cell:    func(_ *theme.Theme, r *catalog.Version) ui.Text { return orNone(theme.Muted, r.Author) },
		Compare: func(a, b *catalog.Version) int { return cmp.Compare(a.Author, b.Author) },
	}
}

func (s *versionList) age(drop int) ui.Column[*catalog.Version] {
	return ui.Column[*catalog.Version]{
		ID: "age", Title: "age", Width: ageWidth, Drop: drop, Align: ui.Right, Reverse: true,
		Cell:    func(_ *theme.Theme, r *catalog.Version) ui.Text { return ageCell(s.now, r.Updated) },
		Compare: func(a, b *catalog.Version) int { return cmp.Compare(a.Updated, b.Updated) },
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
	all = append(all, s.marking()...)
	all = append(all, verifying(s.catalog, s.chosen), downloading(s.catalog, s.chosen), s.compare(), reviewing(s.catalog, s.chosen), retrying(s.catalog, s.chosen))
	all = append(all, s.together(versionActions(s.catalog, s.chosen))...)
	all = append(all, copying(s.copied))
	return append(all, s.bindings()...)
}

func (s *versionList) noRow() string {
	if _, ok := s.current(); !ok {
		return noVersion
	}
	return ""
}

// chosen is the version that actions are about.
func (s *versionList) chosen() (action.Subject, bool) {
	r, ok := s.current()
	if !ok {
		return action.Subject{}, false
	}
	return action.Subject{
		Version: action.Version{Org: r.Org, Name: r.Name, Number: r.Number},
		State:   r.State, Attempt: r.Attempt, Size: r.Size, Stable: r.Stable, Empty: r.Platforms.Received == 0,
	}, true
}

func (s *versionList) open() action.Action {
	chosen, ok := s.chosen()
	if !ok {
		return action.Nothing{}
	}
	return action.OpenVersion{Version: chosen.Version}
}

// Handle implements the console's Screen.
func (s *versionList) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Changed:
		s.light(msg.Versions, msg.Round)
	case action.Point:
		if s.point(msg) && msg.Open {
			return s.open(), nil
		}
	default:
		s.handle(msg)
	}
	return nil, nil
}

// View implements the console's Screen.
func (s *versionList) View(l ui.Look, w, h int) []string {
	s.now = l.Now
	return s.view(l, w, h, []ui.Text{ui.Words(theme.Muted, "There is no version yet.")})
}

// Versions are the versions of one connector.
type Versions struct {
	versionList
	org, name string
	home      string
}

// NewVersions makes the page of one connector.
func NewVersions(c *catalog.Catalog, org, name string) *Versions {
	s := &Versions{org: org, name: name, home: catalog.Home(org, name)}
	s.catalog = c
	s.init(c.Of(s.home), []ui.Column[*catalog.Version]{
		s.version(), s.mark(3), s.state(), s.platforms(2), s.signature(1), s.size(6), s.author(5), s.age(0),
	})
	s.table.SortBy("version")
	return s
}

// Open implements the console's Screen.
func (s *Versions) Open() []action.Action {
	return []action.Action{action.Load{Org: s.org, Name: s.name}}
}

// Caption implements the console's Screen.
func (s *Versions) Caption(l ui.Look, place string) ui.Caption {
	c, known := s.catalog.Connector(s.home)
	total := int32(s.rows.Len()) //nolint:gosec // a connector has far fewer versions
	if known && !s.rows.Whole() {
		// The connector knows how many there are before the list is read.
		total = c.Total()
	}
	facts := []ui.Text{ui.Words(theme.Muted, words.Plural(total, "version", "versions"))}
	if known {
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
	return ui.Caption{Path: []string{place, s.org + "/" + s.name}, Facts: ui.Facts(l.Theme, facts...)}
}
