package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/filter"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// What bounds the palette, whatever the registry holds: how many connectors
// and versions it offers to go to, of how many connectors it looks for
// versions, and how many commands it remembers as used lately.
const (
	goMost       = 20
	goVersions   = 8
	goConnectors = 5
	latelyMost   = 3
)

// goTo begins the label of what opens something by its name.
const goTo = "Go to "

// openPalette shows everything that can be done here.
func (a *App) openPalette() tea.Cmd {
	commands := a.commands()
	return a.ask(newPalette(source{
		commands: commands, asked: a.filters(), named: a.named, names: a.catalog.Connectors.Len(),
		lately: a.usedLately(commands), used: a.remember,
	}))
}

// commands are the bindings that work here, but for those that only move a
// cursor.
func (a *App) commands() []command {
	var all []command
	for _, b := range a.reachable() {
		if everywhere(b.ID) && strings.HasPrefix(b.ID, "list.") || b.ID == paletteID {
			continue
		}
		all = append(all, command{
			id: b.ID, label: capital(b.Label), help: b.Help, key: b.Key(), off: b.Why(), then: action.Press{Binding: b.ID},
		}.ready())
	}
	return all
}

// filters are the words that narrow the list in sight, if there is one, with
// how many rows they leave where the page counts them.
func (a *App) filters() []command {
	if _, table := ui.FindID(a.bindings(), "list.sort"); !table {
		return nil
	}
	counted := map[string]ui.Text{}
	for _, each := range a.top().Caption(a.look(), a.placeName()).Counts {
		counted[each.ID] = each.Text
	}
	var all []command
	for _, key := range []string{"state", "signed", "platform"} {
		for _, value := range filter.Values(key) {
			word := key + ":" + value
			all = append(all, command{
				id: word, label: "Filter: " + word, help: "only the rows that match it", says: counted[word], then: action.SetFilter{Text: word, Keep: true},
			}.ready())
		}
	}
	return all
}

// named are the connectors and versions that a query may name. Nobody is
// asked: it finds what is known.
func (a *App) named(query []string) []command {
	if query[0] == "go" {
		query = query[1:]
		if len(query) > 0 && query[0] == "to" {
			query = query[1:]
		}
	}
	all := a.connectors(query, goMost)
	number := ""
	if len(query) > 0 {
		number = numberOf(query[len(query)-1])
	}
	if number == "" {
		return all
	}
	return append(a.versions(query[:len(query)-1], number), all...)
}

// connectors are those whose name a query means, the nearest first.
func (a *App) connectors(query []string, most int) []command {
	var hits []command
	for _, c := range a.catalog.Connectors.All() {
		if cost, found := closeness(c, query); found {
			hits = append(hits, command{
				id: "go " + c.Home, label: goTo + shortName(c.Name), help: c.Org + "/" + c.Name,
				then: action.OpenConnector{Org: c.Org, Name: c.Name}, cost: cost, named: true,
			})
		}
	}
	slices.SortStableFunc(hits, func(x, y command) int {
		return cmp.Or(cmp.Compare(x.cost, y.cost), cmp.Compare(len(x.help), len(y.help)), strings.Compare(x.help, y.help))
	})
	hits = hits[:min(len(hits), most)]
	for i := range hits {
		hits[i] = hits[i].ready()
	}
	return hits
}

// versions are those of the connectors that a query means, or else of the one
// in sight, whose number begins as given.
func (a *App) versions(query []string, number string) []command {
	var of []*catalog.Connector
	if len(query) == 0 {
		if about, is := a.top().(subject); is {
			if c, known := a.catalog.Connector(catalog.Home(about.Subject().Org, about.Subject().Name)); known {
				of = append(of, c)
			}
		}
	} else {
		for _, hit := range a.connectors(query, goConnectors) {
			if c, known := a.catalog.Connector(strings.TrimPrefix(hit.id, "go ")); known {
				of = append(of, c)
			}
		}
	}
	var all []command
	for _, v := range a.catalog.Lookup(of, number, goVersions) {
		all = append(all, command{
			id: "go " + v.Org + "/" + v.Name + " " + v.Number, label: goTo + shortName(v.Name) + " " + v.Number, help: v.Org + "/" + v.Name, state: v.State,
			then: action.OpenVersion{Version: action.Version{Org: v.Org, Name: v.Name, Number: v.Number}}, named: true,
		}.ready())
	}
	return all
}

// numberOf is a word as the beginning of a version's number, or "" if it can
// be none.
func numberOf(word string) string {
	digits := strings.TrimPrefix(word, "v")
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return ""
	}
	return "v" + digits
}

// shortName is a connector's name without the prefix that all have.
func shortName(name string) string {
	if short := strings.TrimPrefix(name, "baton-"); short != "" {
		return short
	}
	return name
}

// remember keeps a command as used lately, for as long as the console is open.
func (a *App) remember(used command) {
	kept := slices.DeleteFunc(slices.Clone(a.lately), func(c command) bool { return c.id == used.id })
	kept = slices.Insert(kept, 0, used)
	// More are kept than are shown, since not all can be done everywhere.
	a.lately = kept[:min(len(kept), 4*latelyMost)]
}

// usedLately are the commands that were used last and can be done here.
func (a *App) usedLately(here []command) []command {
	var all []command
	for _, used := range a.lately {
		if at := slices.IndexFunc(here, func(c command) bool { return c.id == used.id }); at >= 0 {
			used = here[at]
		} else if !used.named {
			continue
		}
		all = append(all, used)
	}
	return all[:min(len(all), latelyMost)]
}

// pressID does what the binding with an id says.
func (a *App) pressID(id string) tea.Cmd {
	if b, known := ui.FindID(a.reachable(), id); known {
		return a.press(b)
	}
	return nil
}

// capital is a label as it begins a line.
func capital(label string) string {
	if label == "" {
		return ""
	}
	return strings.ToUpper(label[:1]) + label[1:]
}
