package browse

import (
	"strconv"
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

// Home is what wants this person now, and what happened lately.
type Home struct {
	catalog *catalog.Catalog
	welcome welcome
	orgs    orgs
	groups  ui.Groups
	flash   map[int64]int // ids of versions that others changed, and in which round
	now     time.Time     // of the page
	items   []homeItem    // as they were drawn last
}

// homeItem is one thing that can be opened.
type homeItem struct {
	key   string
	id    int64 // of its version, 0 if it is none
	glyph theme.Glyph
	role  theme.Role
	name  string
	about ui.Text
	extra string
	at    int64 // microseconds, for its age
	open  action.Action
	// text is what c copies, called what.
	text, what string
}

// NewHome makes the page.
func NewHome(c *catalog.Catalog, w Welcome, now time.Time) *Home {
	return &Home{catalog: c, welcome: welcome{Welcome: w, catalog: c}, flash: map[int64]int{}, now: now}
}

// Open implements the console's Screen: the survey is kept up to date by the
// watch, whatever is in sight.
func (s *Home) Open() []action.Action { return nil }

// Typing implements the console's Screen.
func (s *Home) Typing() bool { return false }

// empty reports whether the registry has nothing at all: then there is only
// one thing to do.
func (s *Home) empty() bool {
	return s.catalog.Connectors.Whole() && s.catalog.Connectors.Len() == 0 && len(s.catalog.Attention.Journal) == 0
}

// Caption implements the console's Screen: how many things want the person.
func (s *Home) Caption(l ui.Look, place string) ui.Caption {
	date := ui.Words(theme.Muted, words.Day(l.Now)+", "+l.Now.UTC().Format("15:04"))
	needs := s.catalog.Needs(l.Now)
	n := needs.Count()
	switch {
	case s.empty(), needs.Quiet():
		return ui.Caption{Path: []string{place}, Facts: date}
	case n == 1:
		return ui.Caption{Path: []string{"One thing needs you"}, Facts: date}
	case n > 1:
		return ui.Caption{Path: []string{capital(words.Numeral(n) + " things need you")}, Facts: date}
	case s.catalog.Attention.Known:
		return ui.Caption{Path: []string{"Nothing waits for you"}, Facts: date}
	default:
		return ui.Caption{Path: []string{place}, Facts: date}
	}
}

// capital begins a sentence.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// Status implements the console's Screen.
func (s *Home) Status(l ui.Look) ui.Text {
	a := s.catalog.Attention
	var facts []ui.Text
	if n := len(s.items); n > 0 && !s.empty() {
		facts = append(facts, ui.Words(theme.Muted, position(s.groups.Cursor(), n)))
	}
	switch {
	case a.Err != nil && a.Known:
		facts = append(facts, ui.Words(theme.Warn, "not read again, ctrl+r tries"))
	case !a.Known && a.Err == nil && !s.empty():
		facts = append(facts, ui.Words(theme.Muted, "loading"))
	case a.Cut:
		facts = append(facts, ui.Words(theme.Muted, "there is more than fits here: see Versions"))
	}
	return ui.Facts(l.Theme, facts...)
}

// Bindings implements the console's Screen.
func (s *Home) Bindings() []ui.Binding {
	if s.empty() {
		return s.welcome.bindings()
	}
	return append([]ui.Binding{
		{ID: "home.open", Label: "open", Help: "open what the cursor is on", Keys: []string{"enter"}, Off: s.nothingHere, Do: s.open},
		{ID: "home.group", Label: "next group", Help: "the next group of things", Keys: []string{"n"}, Off: s.nothingHere, Do: do(action.NextGroup{})},
		{ID: "home.find", Label: "find a connector", Help: "the connectors, filtered as you type", Keys: []string{"/"}, Do: do(action.Find{})},
		{ID: "home.copy", Label: "copy", Help: "copy what the cursor is on", Keys: []string{"c"}, Quiet: true, Off: s.nothingHere, Do: s.copy},
	}, moves()...)
}

// current returns the item under the cursor.
func (s *Home) current() (homeItem, bool) {
	s.look(s.now)
	if i := s.groups.Cursor(); i < len(s.items) {
		return s.items[i], true
	}
	return homeItem{}, false
}

func (s *Home) nothingHere() string {
	if _, ok := s.current(); !ok {
		return "nothing waits for you"
	}
	return ""
}

func (s *Home) open() action.Action {
	if item, ok := s.current(); ok {
		return item.open
	}
	return action.Nothing{}
}

func (s *Home) copy() action.Action {
	if item, ok := s.current(); ok {
		return action.Copy{Text: item.text, What: item.what}
	}
	return action.Nothing{}
}

// Handle implements the console's Screen.
func (s *Home) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Changed:
		for _, change := range msg.Events {
			if id := change.GetVersionId(); id != 0 {
				s.flash[id] = msg.Round
			}
		}
	case catalog.Calm:
		for id, round := range s.flash {
			if round <= msg.Round {
				delete(s.flash, id)
			}
		}
	case action.Local:
		return s.travel(msg), nil
	}
	return nil, nil
}

// travel moves the cursor, or opens what was clicked twice. The page of an
// empty registry has a cursor of its own.
func (s *Home) travel(next action.Local) action.Action {
	if s.empty() {
		switch next := next.(type) {
		case action.Move:
			s.welcome.move(next.By)
		case action.Choose:
			s.welcome.move(int(next.ID) - s.welcome.cursor)
		}
		return nil
	}
	switch next := next.(type) {
	case action.Move:
		s.groups.Move(next.By)
	case action.Choose:
		s.pick(next.ID)
	case action.NextGroup:
		s.groups.NextGroup()
	case action.Page:
		s.groups.Page(next.By)
	case action.Scroll:
		s.groups.Scroll(next.By)
	case action.Edge:
		s.groups.Goto(edgeOf(next, len(s.items)))
	case action.Point:
		if s.groups.Click(next.Y) && next.Open {
			return s.open()
		}
	}
	return nil
}

// edgeOf is the item at one end of n.
func edgeOf(to action.Edge, n int) int {
	if to.Last {
		return max(0, n-1)
	}
	return 0
}

// look makes the items anew; the cursor stays on its own, wherever that is
// now.
func (s *Home) look(now time.Time) {
	s.orgs.look(s.catalog.Connectors.Edition(), s.catalog.Connectors.All())
	under := ""
	if i := s.groups.Cursor(); i < len(s.items) && s.groups.Touched() {
		under = s.items[i].key
	}
	s.now = now
	s.items = s.items[:0]
	n := s.catalog.Needs(now)
	for _, h := range few(n.Waiting) {
		s.items = append(s.items, s.waiting(h, now))
	}
	for _, h := range few(n.Failed) {
		s.items = append(s.items, s.failed(h))
	}
	for _, u := range few(n.Drafts) {
		s.items = append(s.items, s.draft(u))
	}
	for _, k := range few(n.Keys) {
		s.items = append(s.items, s.key(k, now))
	}
	for _, h := range few(n.Yanked) {
		s.items = append(s.items, s.yanked(h))
	}
	for i, item := range s.items {
		if under != "" && item.key == under && i != s.groups.Cursor() {
			s.groups.Goto(i)
		}
	}
}

// homeFew is how many items of one group are named, so that a bad week leaves
// the other groups in sight.
const homeFew = 8

func few[T any](all []T) []T { return all[:min(len(all), homeFew)] }

// called is how the page calls a version: with its org where that is another
// one than most have.
func (s *Home) called(org, name, number string) string {
	if org == s.orgs.main || s.orgs.main == "" {
		return name + " " + number
	}
	return org + "/" + name + " " + number
}

// version is what the items of versions share.
func (s *Home) version(kind string, h *catalog.Held) homeItem {
	v := action.Version{Org: h.Org, Name: h.Name, Number: h.Number}
	name := v.Org + "/" + v.Name + "@" + v.Number
	return homeItem{
		key: kind + strconv.FormatInt(h.ID, 10), id: h.ID, name: s.called(h.Org, h.Name, h.Number), at: h.Updated,
		open: action.OpenVersion{Version: v}, text: name, what: name,
	}
}

func (s *Home) waiting(q *catalog.Queued, now time.Time) homeItem {
	item := s.version("waiting ", &catalog.Held{Version: &q.Version})
	item.at = q.Waiting
	item.open = action.OpenReview{Version: action.Version{Org: q.Org, Name: q.Name, Number: q.Number}}
	item.about = ui.Words(theme.Muted, join(standingOf(q), approvalsOf(q)+" "+plural(int(q.Needed), "approval", "approvals")))
	claimed := ""
	if who, _ := q.Claimed(now); who != "" {
		claimed = "claimed by " + who
	}
	item.extra = join(by(q.Author), claimed)
	item.glyph, item.role = theme.GlyphWorking, theme.Motion
	return item
}

func (s *Home) failed(h *catalog.Held) homeItem {
	item := s.version("failed ", h)
	item.about = ui.Words(theme.Bad, h.Reason)
	item.extra = join("attempt "+words.Count(h.Attempt), by(h.Author))
	item.glyph, item.role = theme.GlyphFailed, theme.Bad
	return item
}

func (s *Home) yanked(h *catalog.Held) homeItem {
	item := s.version("yanked ", h)
	why, instead := words.Withdrawn(h.Category, h.Reason, h.Replacement)
	item.about = ui.Words(theme.Muted, why)
	item.extra = join(instead, by(h.By))
	item.glyph, item.role = theme.GlyphWithdrawn, theme.Warn
	return item
}

func (s *Home) draft(u catalog.Unfinished) homeItem {
	ref := u.Ref()
	name := ref.String()
	item := homeItem{
		key: "draft " + u.Key(), name: s.called(ref.Org, ref.Name, ref.Version), at: u.At(), open: resume(u, s.welcome.ReadOnly),
		about: ui.Words(theme.Muted, reached(u)), extra: where(u), text: name, what: name, glyph: theme.GlyphDraft, role: theme.Muted,
	}
	if u.Held != nil {
		item.id = u.Held.ID
	}
	return item
}

func (s *Home) key(k *registryv1.SigningKey, now time.Time) homeItem {
	left := k.GetExpiresAt().AsTime().Sub(now)
	show := "registrar keys show " + k.GetOrg() + " " + strconv.FormatInt(k.GetId(), 10)
	return homeItem{
		key: "key " + strconv.FormatInt(k.GetId(), 10), name: k.GetOrg() + " " + k.GetName() + " (" + registryv1.Short(k.GetType()) + ")",
		about: ui.Line(ui.Say(theme.Warn, "expires in "+words.Duration(left)), ui.Say(theme.Muted, ", signed "+words.Plural(k.GetSignedVersions(), "version", "versions"))),
		open:  action.Copy{Text: show, What: show}, text: show, what: show, glyph: theme.GlyphCaution, role: theme.Warn,
	}
}

func by(person string) string {
	if person == "" {
		return ""
	}
	return "by " + person
}

// join puts the parts together that there are.
func join(parts ...string) string {
	kept := parts[:0]
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ", ")
}
