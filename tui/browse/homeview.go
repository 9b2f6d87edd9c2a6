package browse

import (
	"time"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// The columns of an item: its sign, its name, what there is to say, who, age.
const (
	homeSign     = 2
	homeName     = 32
	homeExtra    = 27
	homeAge      = 5
	homeGap      = 2
	homeExtras   = 96 // cells from which on there is room for who
	homeAbouts   = 60 // and from which on for what there is to say
	homeNarrow   = 31 // the name where there is no room for who
	homeNoteMost = 110
)

// View implements the console's Screen.
func (s *Home) View(l ui.Look, w, h int) []string {
	t := l.Theme
	if s.empty() {
		return s.welcome.view(l, w, h)
	}
	s.look(l.Now)
	n := s.catalog.Needs(l.Now)
	a := s.catalog.Attention
	switch {
	case n.Quiet() && a.Known:
		return ui.Indent(t, quiet(w-4), w, h)
	case n.Items() == 0 && a.Err != nil:
		return ui.Indent(t, refusal(t, a.Err, min(w-4, 100)), w, h)
	}
	flash := func(i int) bool { return s.items[i].id != 0 && s.flash[s.items[i].id] > 0 }
	return s.groups.View(t, w, h, homeGroups(l, n, a.Last, w-4), flash, func(i, w int, chosen bool) ui.Text {
		return s.items[i].line(l, w, chosen)
	})
}

// quiet is the page when nothing happened that a person must know of.
func quiet(w int) []ui.Text {
	lines := []ui.Text{ui.Words(theme.Text, "Nothing waits for you."), nil}
	return append(lines, ui.Wrap(ui.Line(
		ui.Say(theme.Muted, "Failures, drafts, keys that expire and yanks stand here when there are any. "),
		ui.Say(theme.Accent, "2").Bold(), ui.Say(theme.Muted, " opens the connectors, "),
		ui.Say(theme.Accent, "p").Bold(), ui.Say(theme.Muted, " publishes one."),
	), w)...)
}

// homeGroups are the groups of the page; those without items vanish.
func homeGroups(l ui.Look, n catalog.Needs, last time.Time, w int) []ui.Group {
	head := func(title string, count int, right string) ui.Text {
		x := ui.Words(theme.Text, title)
		if count > 0 {
			x = x.And(ui.Say(theme.Text, " "), ui.Say(theme.Accent, words.Count(count)).Bold())
		}
		return ui.Section(x, ui.Words(theme.Muted, right), w)
	}
	group := func(title string, count int, right, rest string) ui.Group {
		g := ui.Group{Name: title, Head: head(title, count, right), Items: min(count, homeFew)}
		if more := count - g.Items; more > 0 {
			g.Notes = []ui.Text{ui.Words(theme.Muted, "  "+l.Theme.Glyph(theme.GlyphCut)+" "+words.Count(more)+" more, "+rest)}
		}
		return g
	}
	groups := []ui.Group{
		group("Waiting for your review", len(n.Waiting), "oldest first", "Review has all"),
		group("Failed", len(n.Failed), "yours first, last 7 days", "Versions has all that are FAILED"),
		group("Drafts", len(n.Drafts), "you started these", "Drafts has all"),
		group("Keys that need a decision", len(n.Keys), "they expire within 30 days", "registrar keys list has all"),
		group("Yanked lately", len(n.Yanked), "by anybody, last 30 days", "Versions has all that are YANKED"),
	}
	if n.Since.Any() {
		groups = append(groups, ui.Group{Name: "Since you were last here", Head: head("Since you were last here", 0, words.Lately(last, l.Now)), Notes: sinceLines(l, n.Since, w)})
	}
	return groups
}

// sinceLines say what happened since the person was last here.
func sinceLines(l ui.Look, s catalog.Since, w int) []ui.Text {
	indent := ui.Say(theme.Text, "  ")
	x := ui.Line()
	figure := func(n int, what string) {
		if n == 0 {
			return
		}
		if len(x) > 0 {
			x = x.And(ui.Say(theme.Muted, ", "))
		}
		x = x.And(ui.Say(theme.Text, words.Count(n)), ui.Say(theme.Muted, " "+what))
	}
	figure(s.Published, plural(s.Published, "version", "versions")+" published")
	figure(s.Failed, "failed")
	figure(s.Yanked, "yanked")
	if len(x) > 0 {
		x = x.And(ui.Say(theme.Muted, "."))
	}
	if s.Created > 0 {
		lead := ""
		if len(x) > 0 {
			lead = " "
		}
		x = x.And(ui.Say(theme.Muted, lead), ui.Say(theme.Text, words.Count(s.Created)), ui.Say(theme.Muted, " "+created(s)))
	}
	if s.More {
		x = x.And(ui.Say(theme.Muted, " That is as far back as was read; Activity has all of it."))
	}
	w = min(w, homeNoteMost)
	lines := ui.Hanging(indent, x, w)
	if e := s.Last; e != nil {
		said := "The most recent: " + e.GetName() + " " + e.GetVersion() + ", " + words.Age(l.Now.Sub(e.GetAt().AsTime())) + " ago."
		lines = append(lines, ui.Hanging(indent, ui.Words(theme.Muted, said), w)...)
	}
	return lines
}

// created names the connectors that are new.
func created(s catalog.Since) string {
	names := make([]string, 0, len(s.Names)+1)
	for _, name := range s.Names {
		names = append(names, short(name))
	}
	if rest := s.Created - len(names); rest > 0 {
		names = append(names, words.Count(rest)+" more")
	}
	return plural(s.Created, "connector is new: ", "connectors are new: ") + words.List(names) + "."
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// line draws an item: a narrow page leaves out who, then what there is to say.
func (i homeItem) line(l ui.Look, w int, chosen bool) ui.Text {
	t := l.Theme
	age := ""
	if i.at != 0 {
		age = words.Age(l.Now.Sub(time.UnixMicro(i.at)))
	}
	name := ui.Say(theme.Text, i.name)
	if chosen {
		name = name.Bold()
	}
	room := w - homeSign - 2 - homeAge
	x := ui.Line(ui.Say(theme.Text, "  "), ui.Say(i.role, t.Glyph(i.glyph)+" "))
	if w < homeAbouts {
		return x.And(ui.Cell(t, ui.Line(name), room-1)...).And(ui.Say(theme.Muted, " "+ui.Fit(t, age, homeAge, ui.Right)))
	}
	named, extra := homeNarrow, 0
	if w >= homeExtras {
		named, extra = homeName, homeExtra
	}
	x = x.And(ui.Cell(t, ui.Line(name), named)...).And(ui.Say(theme.Text, "  "))
	room -= named + homeGap
	if extra > 0 {
		room -= extra + homeGap
	}
	x = x.And(ui.Cell(t, i.about, room)...)
	if extra > 0 {
		x = x.And(ui.Say(theme.Text, "  "), ui.Say(theme.Muted, ui.Fit(t, i.extra, extra, ui.Left)))
	}
	return x.And(ui.Say(theme.Muted, ui.Fit(t, age, homeAge, ui.Right)))
}
