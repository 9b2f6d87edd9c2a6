package browse

import (
	"hash/fnv"
	"time"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// rowID makes the id of a row of what names it.
func rowID(key string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key)) // it never fails
	return int64(h.Sum64() & (1<<63 - 1))
}

// Outline is Home as it is read line by line: each thing says which group it
// belongs to, since nobody sees the headings.
func (s *Home) Outline(l ui.Look) (ui.Outline, bool) {
	if s.empty() {
		return s.welcome.outline(), true
	}
	s.look(l.Now)
	n := s.catalog.Needs(l.Now)
	o := ui.Outline{Rows: len(s.items), Cursor: s.groups.Cursor()}
	if n.Quiet() && s.catalog.Attention.Known {
		o.Say = quiet(outlineWidth)
	}
	var kinds []string
	for _, g := range homeGroups(l, n, s.catalog.Attention.Last, outlineWidth) {
		for range g.Items {
			kinds = append(kinds, g.Name)
		}
		if len(g.Notes) > 0 {
			o.Below = append(o.Below, joined(append([]ui.Text{ui.Words(theme.Text, g.Name+":")}, g.Notes...)))
		}
	}
	o.Row = func(i int) ui.Row {
		item := s.items[i]
		facts := []ui.Text{ui.Words(theme.Text, kinds[i]+": "+item.name), item.about, ui.Words(theme.Muted, item.extra)}
		if item.at != 0 {
			facts = append(facts, ui.Words(theme.Muted, ageOf(l.Now, item.at)+" ago"))
		}
		return ui.Row{ID: rowID(item.key), Text: ui.Facts(l.Theme, facts...)}
	}
	return o, true
}

// pick puts the cursor on the item with an id.
func (s *Home) pick(id int64) {
	for i, item := range s.items {
		if rowID(item.key) == id {
			s.groups.Goto(i)
		}
	}
}

// Outline is the list of drafts as it is read line by line.
func (s *Drafts) Outline(l ui.Look) (ui.Outline, bool) {
	s.look()
	o := ui.Outline{Rows: len(s.rows), Cursor: s.groups.Cursor(), Row: func(i int) ui.Row {
		u := s.rows[i]
		ref := u.Ref()
		facts := []ui.Text{ui.Words(theme.Text, ref.Org+"/"+ref.Name+" "+ref.Version), ui.Words(theme.Muted, reached(u)), ui.Words(theme.Muted, knownTo(u))}
		if u.Held != nil {
			facts = append(facts, ui.Words(theme.Muted, by(u.Held.Author)))
		}
		return ui.Row{ID: rowID(u.Key()), Text: ui.Facts(l.Theme, append(facts, ui.Words(theme.Muted, ageOf(l.Now, u.At())+" ago"))...)}
	}}
	if u, ok := s.current(); ok {
		o.Below = draftDetails(u, outlineWidth)
	} else if s.catalog.Attention.Known {
		o.Say = []ui.Text{ui.Words(theme.Text, "No publish is unfinished.")}
	}
	return o, true
}

// knownTo says in a clause who knows of a draft.
func knownTo(u catalog.Unfinished) string {
	switch {
	case u.Held == nil:
		return "on this computer only"
	case u.Local == nil:
		return "at the registry only"
	default:
		return "on this computer and at the registry"
	}
}

// pick puts the cursor on the draft with an id.
func (s *Drafts) pick(id int64) {
	for i, u := range s.rows {
		if rowID(u.Key()) == id {
			s.groups.Goto(i)
		}
	}
}

// outline is the log as it is read line by line: each event is a sentence.
func (l *eventLog) outline(look ui.Look) ui.Outline {
	o := ui.Outline{Rows: len(l.shown), Cursor: l.groups.Cursor(), Row: func(i int) ui.Row {
		e := l.shown[i].event
		at := e.GetAt().AsTime().UTC()
		clock := words.Clock(at)
		if at.Truncate(24*time.Hour) != look.Now.UTC().Truncate(24*time.Hour) {
			clock = words.Time(at)
		}
		return ui.Row{ID: e.GetSeq(), Text: ui.Line(ui.Say(theme.Muted, clock+", "), ui.Say(theme.Text, words.Event(e)))}
	}}
	if r := l.current(); r != nil {
		o.Below = l.details(look.Theme, r, outlineWidth)
	}
	return o
}

// pick puts the cursor on the event with a number.
func (l *eventLog) pick(seq int64) {
	for i, r := range l.shown {
		if r.event.GetSeq() == seq {
			l.groups.Goto(i)
		}
	}
}

// Outline is the log as it is read line by line.
func (s *Activity) Outline(l ui.Look) (ui.Outline, bool) {
	o := s.log.outline(l)
	if o.Rows == 0 {
		return o, false // it is said as it is drawn
	}
	return o, true
}
