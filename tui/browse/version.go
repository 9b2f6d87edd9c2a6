package browse

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// tabRows is how many rows the tabs take: themselves and a blank.
const tabRows = 2

// Version is the page of one version.
type Version struct {
	catalog *catalog.Catalog
	ref     action.Version
	home    string
	asked   int // number of the last question to the registry
	version *registryv1.Version
	checked []*registryv1.Check // its checks, those to care for first
	err     error
	gone    bool

	files []*registryv1.Asset // its files in the order of the list

	tab      int  // one of versionTabs
	text     read // what the tab shows as rendered text
	whole    bool // the details of a file take the page
	scroll   int
	below    int // lines of the text that are out of sight below
	height   int
	width    int
	assets   ui.List
	checks   ui.List
	log      eventLog
	reviewed reviewed
	hits     []ui.Hit

	edition  int64
	siblings []*catalog.Version
	since    since
}

// NewVersion makes the page of one version.
func NewVersion(c *catalog.Catalog, ref action.Version) *Version {
	return &Version{catalog: c, ref: ref, home: catalog.Home(ref.Org, ref.Name), log: newVersionLog(ref)}
}

// Open implements the console's Screen: the version, its neighbours, and what
// changed since the one before.
func (s *Version) Open() []action.Action {
	all := []action.Action{s.show(), action.Load{Org: s.ref.Org, Name: s.ref.Name}}
	if ask := s.since.of(s.catalog, s.ref, true); ask != nil {
		all = append(all, ask)
	}
	return all
}

// show asks for the version; answers to earlier questions are dropped.
func (s *Version) show() action.Action {
	s.asked++
	return action.Show{Version: s.ref, Asked: s.asked}
}

// Typing implements the console's Screen.
func (s *Version) Typing() bool { return false }

// Caption implements the console's Screen.
func (s *Version) Caption(l ui.Look, place string) ui.Caption {
	t := l.Theme
	caption := ui.Caption{Path: []string{place, s.ref.Org + "/" + s.ref.Name, s.ref.Number}}
	v := s.version.GetSummary()
	if v == nil {
		return caption
	}
	var facts []ui.Text
	if v.GetAttempt() > 1 || v.GetState() == registryv1.State_STATE_FAILED {
		facts = append(facts, ui.Words(theme.Muted, "attempt "+words.Count(v.GetAttempt())))
	}
	if v.GetStable() {
		facts = append(facts, ui.Words(theme.Muted, "stable"))
	}
	if v.GetLatest() {
		facts = append(facts, ui.Words(theme.Muted, "latest"))
	}
	state := ui.Mark(t.State(v.GetState()))
	if w := v.GetWaitingFor(); v.GetState() == registryv1.State_STATE_VALIDATING && words.WaitingFor(w) != "" {
		waits := words.Approvals(w)
		if w.GetChecks() {
			waits = words.WaitingFor(w)
		}
		state = state.And(ui.Say(theme.Muted, ", "+waits))
	}
	facts = append(facts, state)
	if v.GetVerdict() != registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		facts = append(facts, verdictCell(t, v.GetVerdict(), v.GetVerdictReason()))
	}
	caption.Facts = ui.Facts(t, facts...)
	return caption
}

// Status implements the console's Screen.
func (s *Version) Status(l ui.Look) ui.Text {
	switch {
	case s.gone:
		return ui.Words(theme.Warn, "This version was removed meanwhile.")
	case s.version == nil && s.err == nil:
		return ui.Words(theme.Muted, "loading")
	case s.version == nil:
		return nil
	case s.err != nil:
		return ui.Words(theme.Warn, "It could not be read again; ctrl+r tries.")
	default:
		return s.page().status(s, l)
	}
}

// here is what verifying the version on this computer gave, or nil.
func (s *Version) here() *catalog.Here {
	return s.catalog.Here(s.ref.Org, s.ref.Name, s.ref.Number, s.version.GetSummary().GetAttempt())
}

func position(at, n int) string {
	if n == 0 {
		return ""
	}
	return words.Count(at+1) + " of " + words.Count(n)
}

// Handle implements the console's Screen.
func (s *Version) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Shown:
		if msg.Asked == s.asked && (action.Version{Org: msg.Org, Name: msg.Name, Number: msg.Number}) == s.ref {
			s.take(msg)
			return s.needs(), nil
		}
	case catalog.Logged:
		if s.log.take(msg) && msg.Err == nil {
			return s.readLog(), nil
		}
	case catalog.Reviewed:
		s.takeReviews(msg)
	case Rendered:
		s.text.take(s.ref, msg)
	case catalog.Relaid:
		return s.render(true), nil
	case catalog.Contrasted:
		s.since.take(msg)
	case catalog.Changed:
		return s.happened(msg), nil
	case catalog.Back:
		if s.err != nil || s.since.err != nil {
			return action.Both(s.show(), s.since.of(s.catalog, s.ref, true)), nil
		}
		if s.log.newest.begun {
			return s.log.begin(), nil
		}
	case action.Local:
		return s.act(msg), nil
	}
	return nil, nil
}

// happened asks again for what others changed.
func (s *Version) happened(msg catalog.Changed) action.Action {
	s.log.happened(msg.Events)
	concerned := s.concerned(msg)
	ask := s.since.of(s.catalog, s.ref, concerned)
	if !concerned {
		return ask
	}
	if s.reviewed.begun {
		ask = action.Both(s.askReviews(), ask)
	}
	return action.Both(s.show(), ask)
}

// act carries out what concerns the page only.
func (s *Version) act(next action.Local) action.Action {
	if travel := s.page().travel; travel != nil {
		if moved, taken := travel(s, next); taken {
			return moved
		}
	}
	switch next := next.(type) {
	case action.Tab:
		n := len(versionTabs())
		return s.turn((s.tab + next.By + n) % n)
	case action.Whole:
		s.whole, s.scroll = !s.whole, 0
	case action.Neighbour:
		return s.neighbour(next.By)
	case action.Move:
		s.move(next.By)
	case action.Page:
		s.move(next.By * max(1, s.height-2))
	case action.Scroll:
		s.move(next.By)
	case action.Edge:
		const all = 1 << 20
		if next.Last {
			s.move(all)
		} else {
			s.move(-all)
		}
	case action.Point:
		return s.point(next)
	case action.Choose:
		s.choose(int(next.ID))
	}
	return nil
}

// take keeps the version, or why it cannot be read. What is on the screen
// stays; the status row says that it is old.
func (s *Version) take(msg catalog.Shown) {
	s.err = msg.Err
	if msg.Err != nil {
		s.gone = s.version != nil && client.ReasonOf(msg.Err) == registryv1.Reason_REASON_NOT_FOUND
		return
	}
	s.version, s.files, s.gone = msg.Version, sortedAssets(msg.Version), false
	s.checked = slices.Clone(msg.Version.GetChecks())
	slices.SortStableFunc(s.checked, func(a, b *registryv1.Check) int { return cmp.Compare(urgency(a), urgency(b)) })
}

// concerned reports whether a change is about this version or its connector,
// whose pointers the page shows.
func (s *Version) concerned(msg catalog.Changed) bool {
	return slices.ContainsFunc(msg.Events, func(change *registryv1.Change) bool {
		return catalog.Home(change.GetEvent().GetOrg(), change.GetEvent().GetName()) == s.home
	})
}

// move scrolls the page, or moves the cursor of its list.
func (s *Version) move(by int) {
	if cursor := s.page().cursor; cursor != nil && !s.whole {
		list, n := cursor(s)
		list.Goto(min(list.Cursor()+by, n-1))
		return
	}
	s.scroll = max(0, s.scroll+by)
}

// turn shows another tab from its beginning.
func (s *Version) turn(tab int) action.Action {
	s.tab, s.scroll, s.whole = tab, 0, false
	return s.needs()
}

// needs reads what the tab in sight shows, unless it stands there already.
func (s *Version) needs() action.Action {
	switch s.page().id {
	case logTabID:
		return s.readLog()
	case reviewsTabID:
		return s.readReviews()
	default:
		return s.render(false)
	}
}

// point shows the tab that was clicked, or moves the cursor of the list.
func (s *Version) point(p action.Point) action.Action {
	page := s.page()
	switch {
	case p.Y == 0:
		for i, tab := range s.tabs() {
			if tab.ID == ui.HitAt(s.hits, p.X) {
				return s.turn(i)
			}
		}
	case page.cursor != nil && !s.whole:
		list, _ := page.cursor(s)
		list.Click(p.Y - tabRows - page.header)
	case page.click != nil:
		page.click(s, p.Y-tabRows)
	}
	return nil
}

// neighbours tells which of its siblings, highest first, the version is.
func (s *Version) neighbours() (at, n int) {
	rows := s.catalog.Of(s.home)
	if s.siblings == nil || s.edition != rows.Edition() {
		s.siblings, s.edition = byNumber(rows.All()), rows.Edition()
	}
	for i, v := range s.siblings {
		if v.Number == s.ref.Number {
			return i, len(s.siblings)
		}
	}
	return 0, 0
}

// neighbour shows the next higher or lower version on the same page.
func (s *Version) neighbour(by int) action.Action {
	at, n := s.neighbours()
	switch {
	case at+by < 0 || n == 0:
		return action.Tell{Text: s.ref.Number + " is the highest version."}
	case at+by >= n:
		return action.Tell{Text: s.ref.Number + " is the lowest version."}
	}
	s.ref.Number = s.siblings[at+by].Number
	s.log, s.reviewed = newVersionLog(s.ref), reviewed{}
	s.version, s.files, s.checked, s.err, s.gone, s.scroll, s.whole = nil, nil, nil, nil, false, 0, false
	s.text.forget()
	return action.Both(s.show(), s.since.of(s.catalog, s.ref, false))
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return words.Count(n)
}

// View implements the console's Screen.
func (s *Version) View(l ui.Look, w, h int) []string {
	t := l.Theme
	tabs := s.tabs()
	row, hits := ui.Tabs(t, tabs, tabs[s.tab].ID, w)
	s.hits = hits
	lines := append([]string{row}, ui.Pane(t, nil, w, tabRows-1)...)
	rest := h - tabRows
	s.height, s.width = rest, w
	switch {
	case s.version == nil && s.err != nil:
		return append(lines, ui.Indent(t, refusal(t, s.err, min(w-4, 100)), w, rest)...)
	case s.version == nil:
		return append(lines, ui.Pane(t, nil, w, rest)...)
	default:
		return append(lines, s.page().view(s, l, w, rest)...)
	}
}
