package browse

import (
	"cmp"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// Queue are the versions that wait for a person, the longest wait first.
type Queue struct {
	*list[*catalog.Queued]
	catalog *catalog.Catalog
	orgs    orgs
	now     time.Time
	glances glances
	lately  lately
}

// latelyFor names the question for the last decisions.
const latelyFor = "queue"

// lately are the last decisions of anybody, the latest first.
type lately struct {
	asked   int
	known   bool
	reviews []*registryv1.ReviewOf
}

// NewQueue makes the page.
func NewQueue(c *catalog.Catalog) *Queue {
	s := &Queue{catalog: c, glances: glances{of: map[int64]*glance{}}}
	s.list = newList(c.Queue, "version that waits", s.columns(), func(q *catalog.Queued) bool {
		by, _ := q.Claimed(s.now)
		return by == ""
	})
	s.table.SortBy("wait")
	return s
}

// columns are those of the table. What is dropped first on a narrow page tells
// least about what to look at next.
func (s *Queue) columns() []ui.Column[*catalog.Queued] {
	muted := func(text string) ui.Text { return orNone(theme.Muted, text) }
	return []ui.Column[*catalog.Queued]{
		{
			ID: "connector", Title: "connector", Width: 14, Least: 8, Flex: true, Most: 40, Name: true, Searched: true,
			Cell: func(_ *theme.Theme, q *catalog.Queued) ui.Text {
				return ui.Words(theme.Text, s.orgs.called(q.Org, q.Name))
			},
			Compare: func(a, b *catalog.Queued) int { return cmp.Compare(a.Home, b.Home) },
		},
		{
			ID: "version", Title: "version", Width: 12, Searched: true,
			Cell: func(_ *theme.Theme, q *catalog.Queued) ui.Text { return ui.Words(theme.Muted, q.Number) },
		},
		{
			ID: "approvals", Title: "approvals", Width: 9, Drop: 1,
			Cell:    func(_ *theme.Theme, q *catalog.Queued) ui.Text { return muted(approvalsOf(q)) },
			Compare: func(a, b *catalog.Queued) int { return cmp.Compare(a.Needed-a.Given, b.Needed-b.Given) },
		},
		{
			ID: "author", Title: "author", Width: 10, Drop: 4, Searched: true,
			Cell:    func(_ *theme.Theme, q *catalog.Queued) ui.Text { return muted(q.Author) },
			Compare: func(a, b *catalog.Queued) int { return cmp.Compare(a.Author, b.Author) },
		},
		{
			ID: "claim", Title: "claimed by", Width: 18, Drop: 3,
			Cell: func(_ *theme.Theme, q *catalog.Queued) ui.Text { return muted(claimOf(q, s.now)) },
		},
		{
			ID: "checks", Title: "checks", Width: 12, Drop: 5,
			Cell:    func(t *theme.Theme, q *catalog.Queued) ui.Text { return checksCell(t, q) },
			Compare: func(a, b *catalog.Queued) int { return cmp.Compare(a.Warned, b.Warned) },
		},
		{
			ID: "change", Title: "biggest change", Width: 20, Drop: 2,
			Cell: func(t *theme.Theme, q *catalog.Queued) ui.Text { return s.glances.cell(t, q) },
		},
		{
			ID: "wait", Title: "wait", Width: ageWidth, Align: ui.Right, Reverse: true,
			Cell:    func(_ *theme.Theme, q *catalog.Queued) ui.Text { return ageCell(s.now, q.Waiting) },
			Compare: func(a, b *catalog.Queued) int { return -cmp.Compare(a.Waiting, b.Waiting) },
		},
	}
}

// approvalsOf is "0 of 1".
func approvalsOf(q *catalog.Queued) string {
	return words.Count(q.Given) + " of " + words.Count(q.Needed)
}

// claimOf is who looks at a version and for how long others can rely on it.
func claimOf(q *catalog.Queued, now time.Time) string {
	by, left := q.Claimed(now)
	if by == "" {
		return ""
	}
	return by + ", " + words.Age(max(left, time.Minute)) + " left"
}

// standingOf says in a clause what the checks gave, as far as that is known.
func standingOf(q *catalog.Queued) string {
	switch {
	case !q.Known:
		return ""
	case q.Warned > 0:
		return words.Plural(q.Warned, "warning", "warnings")
	default:
		return "checks passed"
	}
}

func checksCell(t *theme.Theme, q *catalog.Queued) ui.Text {
	switch {
	case !q.Known:
		return nothing
	case q.Warned > 0:
		return ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, standingOf(q)))
	default:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, words.Count(q.Passed)+" passed"))
	}
}

// Open implements the console's Screen.
func (s *Queue) Open() []action.Action {
	all := []action.Action{action.Load{Waiting: true}, s.askLately()}
	if glances := s.glances.wants(s.inSight()); glances != nil {
		all = append(all, glances)
	}
	return all
}

// askLately asks for the last decisions; answers to earlier questions are dropped.
func (s *Queue) askLately() action.Action {
	s.lately.asked++
	return action.LoadReviews{For: latelyFor, Asked: s.lately.asked}
}

// Typing implements the console's Screen.
func (s *Queue) Typing() bool { return s.typing }

// Caption implements the console's Screen: how many wait, and how many of them
// for the person.
func (s *Queue) Caption(l ui.Look, place string) ui.Caption {
	n := s.rows.Len()
	caption := ui.Caption{Path: []string{place}}
	if !s.rows.Whole() && n == 0 {
		return caption
	}
	if n == 0 {
		return caption
	}
	caption.Total = words.Count(n) + plural(n, " waits for a person", " wait for a person")
	if mine := len(s.catalog.Needs(l.Now).Waiting); mine != n {
		caption.Facts = ui.Words(theme.Muted, words.Count(mine)+" of them for you")
	}
	return caption
}

// Status implements the console's Screen.
func (s *Queue) Status(l ui.Look) ui.Text {
	at := s.index.Cursor()
	if s.typing || at < 0 {
		return s.status(l.Theme)
	}
	facts := []ui.Text{ui.Words(theme.Muted, position(at, s.index.Len()))}
	if id, _ := s.table.Sorted(); id != "wait" {
		facts = append(facts, ui.Words(theme.Muted, s.order()))
	}
	longest := slices.MinFunc(s.catalog.Queue.All(), catalog.CompareWaiting)
	facts = append(facts, ui.Words(theme.Muted, "longest wait "+ageOf(l.Now, longest.Waiting)))
	if s.filtered() {
		facts = append(facts, ui.Line(ui.Say(theme.Muted, "filter "), ui.Say(theme.Text, s.input.Value())))
	}
	return ui.Facts(l.Theme, append(facts, s.loading())...)
}

// Bindings implements the console's Screen.
func (s *Queue) Bindings() []ui.Binding {
	if s.typing {
		return typingKeys()
	}
	all := []ui.Binding{
		{ID: "queue.review", Label: "review", Help: "judge this version", Keys: []string{"enter"}, Off: s.noRow, Do: s.review},
		s.claiming(),
		{ID: "queue.open", Label: "open the version", Help: "all about this version", Keys: []string{"o"}, Off: s.noRow, Do: s.open},
		copying(s.copied),
	}
	if s.filtered() {
		all = append(all, ui.Binding{ID: "list.clear", Label: "clear filter", Help: "show all rows again", Keys: []string{"esc"}, Do: do(action.SetFilter{})})
	}
	return append(all, s.bindings()...)
}

// claiming is the key that tells others who looks at a version.
func (s *Queue) claiming() ui.Binding {
	q, ok := s.current()
	label, release := "claim", false
	if ok {
		if by, _ := q.Claimed(s.now); by != "" && by == s.catalog.Caller.GetPerson() {
			label, release = "release", true
		}
	}
	return ui.Binding{
		ID: "queue.claim", Label: label, Help: "tell others that you look at it, or that you stopped", Keys: []string{"m"}, Risk: ui.Changes,
		Off: func() string {
			switch {
			case !ok:
				return s.noRow()
			case q.Refused == registryv1.Reason_REASON_SELF_REVIEW:
				return "you are its author"
			case !s.catalog.May(q.Org, registryv1.Role_ROLE_REVIEWER, registryv1.Role_ROLE_MAINTAINER):
				return roleless(action.Subject{Version: queuedVersion(q)}, "reviewer")
			default:
				return ""
			}
		},
		Do: func() action.Action {
			return action.Claim{Version: queuedVersion(q), Attempt: q.Attempt, Release: release}
		},
	}
}

func queuedVersion(q *catalog.Queued) action.Version {
	return action.Version{Org: q.Org, Name: q.Name, Number: q.Number}
}

func (s *Queue) noRow() string {
	_, ok := s.current()
	switch {
	case ok:
		return ""
	case !s.rows.Whole():
		return "what waits is not read yet"
	default:
		return "nothing waits here"
	}
}

func (s *Queue) review() action.Action {
	if q, ok := s.current(); ok {
		return action.OpenReview{Version: queuedVersion(q)}
	}
	return action.Nothing{}
}

func (s *Queue) open() action.Action {
	if q, ok := s.current(); ok {
		return action.OpenVersion{Version: queuedVersion(q)}
	}
	return action.Nothing{}
}

func (s *Queue) copied() (text, what string) {
	q, ok := s.current()
	if !ok {
		return "", ""
	}
	name := q.Org + "/" + q.Name + "@" + q.Number
	return name, name
}

// Handle implements the console's Screen. Whatever happened, rows may have come
// into sight of which it is not known what is new in them.
func (s *Queue) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	var next action.Action
	switch msg := msg.(type) {
	case catalog.Changed:
		s.light(msg.Versions, msg.Round)
		next = s.happened(msg)
	case catalog.Glanced:
		s.glances.take(msg)
		s.epoch++
	case catalog.Reviewed:
		if msg.For == latelyFor && msg.Asked == s.lately.asked && msg.Err == nil {
			s.lately.reviews, s.lately.known = msg.Reviews, true
		}
	case catalog.Back:
		next = s.askLately()
	case action.Point:
		if s.point(msg) && msg.Open {
			return s.review(), nil
		}
	default:
		s.handle(msg)
	}
	return action.Both(next, s.glances.wants(s.inSight())), nil
}

// happened asks for the last decisions again once there is another one, and
// lets rows flash that changed.
func (s *Queue) happened(msg catalog.Changed) action.Action {
	var next action.Action
	for _, change := range msg.Events {
		switch change.GetEvent().GetKind() {
		case registryv1.EventKind_EVENT_KIND_REVIEW_SUBMITTED:
			if next == nil {
				next = s.askLately()
			}
		case registryv1.EventKind_EVENT_KIND_REVIEW_CLAIMED, registryv1.EventKind_EVENT_KIND_REVIEW_RELEASED:
		default:
			continue
		}
		s.light([]int64{change.GetVersionId()}, msg.Round)
	}
	return next
}

// inSight are the rows in the window of the table, the one under the cursor
// first.
func (s *Queue) inSight() []*catalog.Queued {
	s.sync()
	from, n := s.table.Window()
	var rows []*catalog.Queued
	if q, ok := s.current(); ok {
		rows = append(rows, q)
	}
	for i := from; i < min(from+n, s.index.Len()); i++ {
		rows = append(rows, s.rows.At(s.index.At(i)))
	}
	return rows
}

// Reading is how many questions about what is new are open.
func (s *Queue) Reading() int { return s.glances.under }
