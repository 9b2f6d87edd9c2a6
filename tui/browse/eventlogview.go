package browse

import (
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// The columns of an event; what and why takes what is left. A narrow page
// leaves out from where, then who.
const (
	logTime = 8
	logWho  = 10
	logDid  = 16
	logFrom = 16

	logFroms = 96 // cells from which on there is room for from where
	logWhos  = 56 // and for who

	// logLower is how many lines tell of the event under the cursor, and
	// logLowerFrom the height from which on there is room for them.
	logLower     = 8
	logLowerFrom = 18

	secondsADay = 24 * 60 * 60
)

// view draws the log on h lines: its events by day, and below them the one
// under the cursor in full sentences. Where all events are about one version,
// the name of it goes without saying.
func (l *eventLog) view(look ui.Look, orgs *orgs, w, h int) []string {
	t := look.Theme
	lower := 0
	if h >= logLowerFrom {
		lower = logLower
	}
	lines := ui.Indent(t, []ui.Text{logHeader(t, w-4)}, w, 1)
	lines = append(lines, l.groups.View(t, w, h-1-lower, l.days(look), nil, func(i, w int, chosen bool) ui.Text {
		return l.line(t, l.shown[i], orgs, w, chosen)
	})...)
	if r := l.current(); r != nil && lower > 0 {
		lines = append(lines, ui.Indent(t, append([]ui.Text{nil}, l.details(t, r, w-4)...), w, lower)...)
	} else {
		lines = append(lines, ui.Pane(t, nil, w, lower)...)
	}
	return lines
}

// days are the events by day; today needs no heading.
func (l *eventLog) days(look ui.Look) []ui.Group {
	var groups []ui.Group
	today := look.Now.Unix() / secondsADay
	for i, r := range l.shown {
		if i > 0 && r.day == l.shown[i-1].day {
			groups[len(groups)-1].Items++
			continue
		}
		day := ui.Group{Items: 1}
		if r.day != today {
			day.Head = ui.Line(ui.Say(theme.Text, words.Day(r.event.GetAt().AsTime())).Bold())
		}
		groups = append(groups, day)
	}
	return groups
}

// logCells lays out one line.
func logCells(t *theme.Theme, w int, at, who, did, from, what ui.Text) ui.Text {
	air := ui.Say(theme.Text, "  ")
	var x ui.Text
	put := func(cell ui.Text, cells int) { x = x.And(ui.Cell(t, cell, cells)...).And(air) }
	put(at, logTime)
	if w >= logWhos {
		put(who, logWho)
	}
	put(did, logDid)
	if w >= logFroms {
		put(from, logFrom)
	}
	return x.And(ui.Cell(t, what, w-x.Width())...)
}

func logHeader(t *theme.Theme, w int) ui.Text {
	faint := func(s string) ui.Text { return ui.Words(theme.Faint, s) }
	x := logCells(t, w, faint("time"), faint("who"), faint("did"), faint("from"), faint("what and why"))
	if !t.Colour() {
		for i := range x {
			x[i] = x[i].Underline()
		}
	}
	return x
}

// line draws one event.
func (l *eventLog) line(t *theme.Theme, r *logRow, orgs *orgs, w int, chosen bool) ui.Text {
	e := r.event
	who := ui.Say(theme.Text, words.Who(e.GetPerson()))
	if chosen {
		who = who.Bold()
	}
	from := e.GetTokenName()
	if from == "" {
		from = e.GetFrom()
	}
	return logCells(t, w, ui.Words(theme.Muted, words.Clock(e.GetAt().AsTime())), ui.Line(who), ui.Words(theme.Muted, words.Did(e.GetKind())),
		ui.Words(theme.Muted, from), l.what(t, e, orgs))
}

// what is the subject of an event and why: what went wrong or away has its
// sign.
func (l *eventLog) what(t *theme.Theme, e *registryv1.Event, orgs *orgs) ui.Text {
	var x ui.Text
	glyph, role := theme.GlyphNone, theme.Muted
	switch e.GetKind() {
	case registryv1.EventKind_EVENT_KIND_VERSION_FAILED, registryv1.EventKind_EVENT_KIND_REFUSED:
		glyph, role = theme.GlyphFailed, theme.Bad
	case registryv1.EventKind_EVENT_KIND_VERSION_YANKED:
		glyph, role = theme.GlyphWithdrawn, theme.Warn
	default:
	}
	if glyph != theme.GlyphNone {
		x = ui.Words(role, t.Glyph(glyph)+" ")
	}
	subject := words.Subject(e)
	if e.GetName() == "" || e.GetOrg() != orgs.main && orgs.main != "" {
		if org := e.GetOrg(); org != "" && e.GetName() != "" {
			subject = org + "/" + subject
		} else if org != "" {
			subject = org + " " + subject
		}
	}
	if l.about != nil {
		subject = "" // the page is about it
	}
	if subject != "" {
		x = x.And(ui.Say(theme.Text, subject+" "))
	}
	if why := words.Why(e); why != "" {
		x = x.And(ui.Say(role, why))
	}
	if len(x) == 0 {
		return factsText(e)
	}
	return x
}

// factsText are the further facts of an event on one line.
func factsText(e *registryv1.Event) ui.Text {
	var x ui.Text
	for i, f := range words.Facts(e) {
		if i > 0 {
			x = x.And(ui.Say(theme.Muted, ", "))
		}
		x = x.And(ui.Say(theme.Faint, f.Key+" "), ui.Say(theme.Muted, f.Value))
	}
	return x
}

// details tell of one event in full sentences.
func (l *eventLog) details(t *theme.Theme, r *logRow, w int) []ui.Text {
	e := r.event
	lines := []ui.Text{ui.Heading("Event "+words.Count(e.GetSeq()), w)}
	said := ui.Wrap(ui.Words(theme.Text, words.Event(e)), min(w, readMost))
	const sentences = 2
	if len(said) > sentences {
		said[sentences-1] = ui.Cell(t, said[sentences-1].And(ui.Say(theme.Text, " "+t.Glyph(theme.GlyphCut))), min(w, readMost))
		said = said[:sentences]
	}
	lines = append(lines, said...)
	var details []ui.Detail
	from := words.Time(e.GetAt().AsTime())
	if e.GetFrom() != "" {
		from = e.GetFrom() + " at " + from
	}
	if e.GetTokenName() != "" {
		from += ", token " + e.GetTokenName()
	}
	details = append(details, ui.Detail{Key: "from", Value: ui.Words(theme.Muted, from)})
	if link := l.chain.link(t, r); link != nil {
		details = append(details, ui.Detail{Key: "chain", Value: link})
	}
	if facts := factsText(e); len(facts) > 0 {
		details = append(details, ui.Detail{Key: "facts", Value: facts})
	}
	return append(lines, ui.Details(details, detailKeys, w)...)
}

// standing says where the log stands: how many events there are, whether it
// follows, what is under way.
func (l *eventLog) standing() []ui.Text {
	var facts []ui.Text
	n := len(l.shown)
	if n > 0 {
		of := words.Count(n)
		switch {
		case l.query.Empty() && l.about == nil && l.head > 0:
			of = words.Count(l.head)
		case l.unread():
			of += " so far"
		}
		facts = append(facts, ui.Words(theme.Muted, words.Count(l.groups.Cursor()+1)+" of "+of))
	}
	switch {
	case l.err != nil && l.newest.begun:
		facts = append(facts, ui.Words(theme.Warn, "not read on, ctrl+r tries again"))
	case l.older.underway:
		facts = append(facts, ui.Words(theme.Muted, "looking for older ones"))
	case l.newest.underway:
		facts = append(facts, ui.Words(theme.Muted, "loading"))
	case l.groups.Cursor() >= n-1 && len(l.newest.rows) >= logMost && l.query.Empty():
		facts = append(facts, ui.Words(theme.Muted, "a filter finds older ones"))
	}
	return facts
}

// unread reports whether there is more behind what is known.
func (l *eventLog) unread() bool {
	if l.sought != "" {
		return l.older.next != "" || l.older.underway
	}
	return l.newest.next != ""
}
