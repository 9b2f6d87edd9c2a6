package browse

import (
	"strings"
	"time"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// The columns of a draft; the connector takes what is left. A narrow page
// leaves columns out, the author first.
const (
	draftVersion = 12
	draftWhere   = 16
	draftAuthor  = 12
	draftArrived = 6
	draftAge     = 4
	draftNarrow  = 72 // cells from which on there is room for all but the author
	draftWide    = 92 // and for the author

	// draftLower is how many lines tell of the draft under the cursor, and
	// draftLowerFrom the height from which on there is room for them.
	draftLower     = 7
	draftLowerFrom = 16
)

// View implements the console's Screen.
func (s *Drafts) View(l ui.Look, w, h int) []string {
	t := l.Theme
	s.look()
	s.orgs.look(s.catalog.Connectors.Edition(), s.catalog.Connectors.All())
	a := s.catalog.Attention
	switch {
	case len(s.rows) == 0 && a.Err != nil:
		return ui.Indent(t, refusal(t, a.Err, min(w-4, 100)), w, h)
	case len(s.rows) == 0 && !a.Known:
		return ui.Pane(t, nil, w, h)
	case len(s.rows) == 0:
		return ui.Indent(t, ui.Wrap(ui.Line(
			ui.Say(theme.Text, "No publish is unfinished. "), ui.Say(theme.Accent, "p").Bold(), ui.Say(theme.Muted, " begins one; it can be left at any step and stands here until it is done."),
		), w-4), w, h)
	}
	lower := 0
	if h >= draftLowerFrom {
		lower = draftLower
	}
	flash := func(i int) bool { return s.rows[i].Held != nil && s.flash[s.rows[i].Held.ID] > 0 }
	lines := ui.Indent(t, []ui.Text{draftHeader(t, w-4)}, w, 1)
	lines = append(lines, s.groups.View(t, w, h-1-lower, []ui.Group{{Items: len(s.rows)}}, flash, func(i, w int, chosen bool) ui.Text {
		return s.line(l, s.rows[i], w, chosen)
	})...)
	if u, ok := s.current(); ok && lower > 0 {
		lines = append(lines, ui.Indent(t, append([]ui.Text{nil}, draftDetails(u, w-4)...), w, lower)...)
	}
	return lines
}

// draftCells lays out one line. The narrowest page has one cell for connector
// and version, and beside it only state and age.
func draftCells(t *theme.Theme, w int, connector, version, where, state, arrived, author ui.Text, age string) ui.Text {
	air := ui.Say(theme.Text, "  ")
	last := ui.Say(theme.Muted, ui.Fit(t, age, draftAge, ui.Right))
	if w < draftNarrow {
		name := connector.And(ui.Say(theme.Text, " ")).And(version...)
		return ui.Cell(t, name, w-stateWidth-draftAge-2*2).And(air).And(ui.Cell(t, state, stateWidth)...).And(air, last)
	}
	name := w - draftVersion - draftWhere - stateWidth - draftArrived - draftAge - 5*2
	if w >= draftWide {
		name -= draftAuthor + 2
	}
	x := ui.Cell(t, connector, name).And(air).And(ui.Cell(t, version, draftVersion)...).And(air)
	x = x.And(ui.Cell(t, where, draftWhere)...).And(air).And(ui.Cell(t, state, stateWidth)...).And(air)
	x = x.And(ui.Cell(t, arrived, draftArrived)...).And(air)
	if w >= draftWide {
		x = x.And(ui.Cell(t, author, draftAuthor)...).And(air)
	}
	return x.And(last)
}

func draftHeader(t *theme.Theme, w int) ui.Text {
	faint := func(s string) ui.Text { return ui.Words(theme.Faint, s) }
	x := draftCells(t, w, faint("connector"), faint("version"), faint("known"), faint("state"), faint("in"), faint("author"), "age")
	for i := range x {
		x[i].Style.Role = theme.Faint
		if !t.Colour() {
			x[i] = x[i].Underline()
		}
	}
	return x
}

// line draws one draft.
func (s *Drafts) line(l ui.Look, u catalog.Unfinished, w int, chosen bool) ui.Text {
	ref := u.Ref()
	name := ui.Say(theme.Text, s.orgs.called(ref.Org, ref.Name))
	if chosen {
		name = name.Bold()
	}
	state, author := nothing, nothing
	arrived, of := u.Arrived()
	in := ui.Words(theme.Muted, words.Count(arrived)+" of "+words.Count(of))
	if u.Held != nil {
		state, author = stateCell(l.Theme, u.Held.State), orNone(theme.Muted, u.Held.Author)
	}
	return draftCells(l.Theme, w, ui.Line(name), ui.Words(theme.Muted, ref.Version), ui.Words(theme.Muted, where(u)), state, in, author, ageOf(l.Now, u.At()))
}

// draftDetails are what is known of one draft, and what comes next.
func draftDetails(u catalog.Unfinished, w int) []ui.Text {
	ref := u.Ref()
	lines := []ui.Text{ui.Heading(ref.Org+"/"+ref.Name+" "+ref.Version, w)}
	var details []ui.Detail
	add := func(key, value string) {
		details = append(details, ui.Detail{Key: key, Value: ui.Words(theme.Text, value)})
	}
	add("reached", reached(u))
	if u.Local != nil {
		add("directory", u.Local.Plan.Directory)
		add("here since", words.Time(u.Local.SavedAt))
	}
	if u.Held != nil {
		add("there since", words.Time(time.UnixMicro(u.Held.Created))+who(u.Held.Author))
	}
	switch {
	case u.Local != nil && u.Held != nil:
		add("next", "enter looks at the directory again and sends only what is not there yet.")
	case u.Local != nil:
		add("next", "enter opens the publish screen with these answers. Nothing was sent yet.")
	default:
		add("next", "It was begun elsewhere. Publishing "+ref.Version+" again from its project goes on with it.")
	}
	return append(lines, ui.Details(details, detailKeys, w)...)
}

// who is the author of a draft behind a time.
func who(author string) string {
	if author == "" {
		return ""
	}
	return ", by " + author
}

// quoted is a text as a shell takes it for one word.
func quoted(s string) string {
	if s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@+,", r)
	}) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
