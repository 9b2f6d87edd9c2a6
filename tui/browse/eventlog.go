package browse

import (
	"math"
	"slices"
	"time"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/filter"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// eventLog is a part of the audit log, newest first: the newest events without
// a gap, kept up to date by the watch, and behind them older ones that the
// registry found for a filter.
type eventLog struct {
	// name tells the answers to this log from those to another one.
	name string
	// terms and since narrow the log to what it is about; about decides of
	// events that the watch brings. Nil is everything.
	terms []*registryv1.FilterTerm
	since time.Time
	about func(e *registryv1.Event) bool

	asked   int // number of the last question
	newest  logPages
	older   logPages // what the registry found for the filter, below newest
	head    int64    // number of the newest event of the whole log
	chain   chainStretch
	err     error
	query   filter.Query
	sought  string // the filter that older is about
	held    []*logRow
	holding bool
	missed  int // events that came while holding and were not kept

	shown  []*logRow
	groups ui.Groups
}

// logPages is how far one reading of the log is.
type logPages struct {
	rows     []*logRow
	asked    int
	underway bool
	begun    bool   // a first page came
	first    bool   // the page that is awaited is the first one
	next     string // "" is the end
}

// logRow is one event.
type logRow struct {
	event *registryv1.Event
	row   client.EventRow
	day   int64 // days since 1970 UTC
	// faults is what is wrong with its stored bytes; checked says that they
	// were there to be looked at.
	faults  []string
	checked bool
}

// Bounds of what is kept, and how near to the end more is read.
const (
	logMost = 5000
	logHeld = 1000
	logNear = 30
)

func newLogRow(e *registryv1.Event) *logRow {
	const day = 24 * 60 * 60
	r := &logRow{event: e, row: client.NewEventRow(e), day: e.GetAt().GetSeconds() / day}
	if e.GetStored() != nil {
		r.faults, r.checked = client.CheckStored(e), true
	}
	return r
}

// begin reads the newest events. What is known stays until they are there.
func (l *eventLog) begin() action.Action {
	l.asked++
	l.newest.asked, l.newest.underway, l.newest.first = l.asked, true, true
	l.sought, l.older = "", logPages{}
	return action.LoadEvents{For: l.name, Asked: l.asked, Filter: l.terms, Since: l.since}
}

// more reads on when the cursor comes near the end of what is known.
func (l *eventLog) more() action.Action {
	pages, terms := &l.newest, l.terms
	if l.groups.Cursor() < len(l.shown)-logNear {
		return nil
	}
	if l.sought != "" {
		pages, terms = &l.older, append(slices.Clone(l.terms), l.query.Proto()...)
	}
	if pages.underway || !pages.begun || pages.next == "" || len(pages.rows) >= logMost {
		return nil
	}
	pages.underway = true
	return action.LoadEvents{For: l.name, Asked: pages.asked, Filter: terms, Since: l.since, Token: pages.next}
}

// seek asks the registry for everything that the filter means: what is known
// here is only the newest.
func (l *eventLog) seek(text string) action.Action {
	if l.query.Empty() || l.newest.begun && l.newest.next == "" || text == l.sought {
		return nil
	}
	l.asked++
	l.sought, l.older = text, logPages{asked: l.asked, underway: true}
	l.choose()
	return action.LoadEvents{For: l.name, Asked: l.asked, Filter: append(slices.Clone(l.terms), l.query.Proto()...), Since: l.since}
}

// narrow shows what matches a filter; older findings belonged to another one.
func (l *eventLog) narrow(q filter.Query) {
	l.query, l.sought, l.older = q, "", logPages{}
	l.choose()
}

// take takes an answer; it reports whether it was one to this log.
func (l *eventLog) take(msg catalog.Logged) bool {
	pages := &l.newest
	switch {
	case msg.For != l.name:
		return false
	case msg.Asked == l.older.asked && l.sought != "":
		pages = &l.older
	case msg.Asked != l.newest.asked:
		return false
	}
	pages.underway = false
	if l.err = msg.Err; msg.Err != nil {
		return true
	}
	l.head = max(l.head, msg.Head)
	pages.next = msg.Next
	if pages.first {
		top := int64(math.MaxInt64)
		if len(msg.Events) > 0 {
			top = msg.Events[0].GetSeq()
		}
		l.restart(top)
	}
	l.append(pages, msg)
	pages.begun, pages.first = true, false
	l.choose()
	return true
}

// restart makes room for a first page. What the watch brought meanwhile stays
// above it.
func (l *eventLog) restart(top int64) {
	l.newest.rows = slices.DeleteFunc(l.newest.rows, func(r *logRow) bool { return r.event.GetSeq() <= top })
	l.chain = chainStretch{}
	for _, r := range l.newest.rows {
		l.chain.below(r)
	}
}

// append puts a page below what is known.
func (l *eventLog) append(pages *logPages, msg catalog.Logged) {
	last := int64(0)
	if n := len(l.newest.rows); n > 0 {
		last = l.newest.rows[n-1].event.GetSeq()
	}
	for _, e := range msg.Events {
		if l.about != nil && !l.about(e) {
			continue
		}
		if pages == &l.older && last > 0 && e.GetSeq() >= last {
			continue // it stands among the newest
		}
		r := newLogRow(e)
		pages.rows = append(pages.rows, r)
		if pages == &l.newest {
			l.chain.below(r)
		}
	}
}

// happened takes what the watch brought, oldest first.
func (l *eventLog) happened(changes []*registryv1.Change) {
	if !l.newest.begun && !l.newest.underway {
		return
	}
	for _, change := range changes {
		e := change.GetEvent()
		l.head = max(l.head, e.GetSeq())
		if e == nil || l.about != nil && !l.about(e) {
			continue
		}
		switch {
		case !l.holding:
			l.above(newLogRow(e))
		case len(l.held) < logHeld:
			l.held = append(l.held, newLogRow(e))
		default:
			l.missed++
		}
	}
	l.choose()
}

// above puts an event on top, unless it is there already.
func (l *eventLog) above(r *logRow) {
	rows := l.newest.rows
	if len(rows) > 0 && r.event.GetSeq() <= rows[0].event.GetSeq() {
		return
	}
	l.newest.rows = slices.Insert(rows, 0, r)
	l.chain.above(r)
	if len(l.newest.rows) > logMost+logHeld {
		// Nothing is read below that many: a filter finds what is older.
		clear(l.newest.rows[logMost:])
		l.newest.rows = l.newest.rows[:logMost]
	}
}

// hold keeps the log still, or lets it follow again.
func (l *eventLog) hold() action.Action {
	l.holding = !l.holding
	if l.holding {
		return nil
	}
	held, missed := l.held, l.missed
	l.held, l.missed = nil, 0
	if missed > 0 {
		return l.begin()
	}
	for _, r := range held {
		l.above(r)
	}
	l.groups.Release()
	l.choose()
	return nil
}

// waiting is how many events came while the log was held.
func (l *eventLog) waiting() int { return len(l.held) + l.missed }

// choose makes the rows that are shown. The cursor stays on its event.
func (l *eventLog) choose() {
	under := int64(0)
	if r := l.current(); r != nil && l.groups.Touched() {
		under = r.event.GetSeq()
	}
	l.shown = l.shown[:0]
	for _, r := range l.newest.rows {
		if l.query.Match(r.row) {
			l.shown = append(l.shown, r)
		}
	}
	l.shown = append(l.shown, l.older.rows...)
	if under == 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(l.shown, under, func(r *logRow, seq int64) int {
		return int(min(1, max(-1, seq-r.event.GetSeq())))
	})
	l.groups.Shift(min(at, max(0, len(l.shown)-1)) - l.groups.Cursor())
}

// current is the event under the cursor, or nil.
func (l *eventLog) current() *logRow {
	if i := l.groups.Cursor(); i < len(l.shown) {
		return l.shown[i]
	}
	return nil
}

// local carries out what concerns the list only.
func (l *eventLog) local(next action.Local) action.Action {
	switch next := next.(type) {
	case action.Choose:
		l.pick(next.ID)
	case action.Move:
		l.groups.Move(next.By)
	case action.Page:
		l.groups.Page(next.By)
	case action.Scroll:
		l.groups.Scroll(next.By)
	case action.Edge:
		if !next.Last {
			l.groups.Release()
			return nil
		}
		l.groups.Goto(max(0, len(l.shown)-1))
	default:
		return nil
	}
	l.groups.Goto(min(l.groups.Cursor(), max(0, len(l.shown)-1)))
	return l.more()
}
