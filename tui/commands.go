package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/filter"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

const (
	// goMost bounds how many connectors the palette offers to go to.
	goMost = 20
	// goTo begins the names of the commands that go to a connector.
	goTo = "go "
	// latelyMost is how many commands are remembered as used lately.
	latelyMost = 5
)

// states are those that a list can be filtered by, in the order of the
// lifecycle.
var states = []registryv1.State{
	registryv1.State_STATE_PENDING, registryv1.State_STATE_UPLOADING, registryv1.State_STATE_VALIDATING,
	registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_FAILED, registryv1.State_STATE_YANKED,
}

// commands are what the palette shows: the bindings that work here, but for
// those that only move a cursor.
func (a *App) commands() []command {
	var all []command
	for _, b := range a.bindings() {
		if groupOf(b) == groupMove && !strings.HasPrefix(b.ID, "app.") || b.ID == paletteID {
			continue
		}
		all = append(all, command{
			name: b.ID, label: capital(b.Label), help: b.Help, key: b.Key(), off: b.Why(), then: action.Press{Binding: b.ID},
		})
	}
	if _, filters := ui.FindID(a.bindings(), "list.filter"); filters {
		for _, state := range states {
			word := "state:" + strings.ToLower(registryv1.Short(state))
			all = append(all, command{name: word, label: "Filter", help: word, then: action.SetFilter{Text: word, Keep: true}})
		}
	}
	return all
}

// connectors are the known connectors that a query may mean.
func (a *App) connectors(query []string) []command {
	type hit struct {
		cost int
		command
	}
	var hits []hit
	for _, c := range a.catalog.Connectors.All() {
		cost, found := closeness(strings.ToLower(c.Org+"/"+c.Name), query)
		if !found {
			continue
		}
		hits = append(hits, hit{cost, command{
			name: goTo + c.Home, label: "Go to", help: c.Org + "/" + c.Name, then: action.OpenConnector{Org: c.Org, Name: c.Name},
		}})
	}
	slices.SortStableFunc(hits, func(x, y hit) int {
		return cmp.Or(cmp.Compare(x.cost, y.cost), cmp.Compare(len(x.help), len(y.help)), strings.Compare(x.help, y.help))
	})
	var all []command
	for _, h := range hits[:min(len(hits), goMost)] {
		all = append(all, h.command)
	}
	return all
}

// closeness says how far a name is from what was typed: 0 where it contains
// every word, more where only its letters stand in it in their order.
func closeness(name string, query []string) (cost int, ok bool) {
	contains := true
	for _, word := range query {
		contains = contains && strings.Contains(name, word)
	}
	if contains {
		return 0, true
	}
	if len(query) != 1 {
		return 0, false
	}
	short := name[strings.LastIndexByte(name, '/')+1:]
	cost, ok = filter.Near(query[0], strings.TrimPrefix(short, "baton-"))
	return cost + 1, ok
}

// matching are the commands that a query means, the best first: those whose
// name begins with it, then those whose name contains it, those whose help
// does, and those that have its letters in their order. What is off comes last.
func matching(all []command, query []string) []command {
	type hit struct {
		rank int
		command
	}
	var hits []hit
	for _, c := range all {
		if rank, found := c.rank(query); found {
			hits = append(hits, hit{rank, c})
		}
	}
	slices.SortStableFunc(hits, func(x, y hit) int { return cmp.Compare(x.rank, y.rank) })
	out := make([]command, len(hits))
	for i, h := range hits {
		out[i] = h.command
	}
	return out
}

// rank says how well a command is what a query means.
func (c command) rank(query []string) (rank int, found bool) {
	const off = 10
	label := strings.ToLower(c.label)
	text := label + " " + strings.ToLower(c.help)
	whole := strings.Join(query, " ")
	switch {
	case strings.HasPrefix(label, whole):
	case strings.Contains(label, whole):
		rank = 1
	case containsAll(text, query):
		rank = 2
	case inOrder(label, strings.ReplaceAll(whole, " ", "")), strings.HasPrefix(c.name, goTo):
		rank = 3
	default:
		return 0, false
	}
	if c.off != "" {
		rank += off
	}
	return rank, true
}

func containsAll(text string, query []string) bool {
	return !slices.ContainsFunc(query, func(word string) bool { return !strings.Contains(text, word) })
}

// inOrder reports whether a text has the letters of a word in their order.
func inOrder(text, word string) bool {
	for _, letter := range word {
		at := strings.IndexRune(text, letter)
		if at < 0 {
			return false
		}
		text = text[at+len(string(letter)):]
	}
	return true
}

// pressID does what the binding with an id says, and remembers that it was used.
func (a *App) pressID(id string) tea.Cmd {
	b, known := ui.FindID(a.bindings(), id)
	if !known {
		return nil
	}
	lately := slices.DeleteFunc(slices.Clone(a.lately), func(each string) bool { return each == id })
	a.lately = slices.Insert(lately, 0, id)
	a.lately = a.lately[:min(len(a.lately), latelyMost)]
	return a.press(b)
}

// capital is a label as it begins a line.
func capital(label string) string {
	if label == "" {
		return ""
	}
	return strings.ToUpper(label[:1]) + label[1:]
}
