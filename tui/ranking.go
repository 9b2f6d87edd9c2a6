package tui

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/filter"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// How well something is what a query means: its name, what its name begins
// with, what a word of its name begins with, what its name contains, what else
// it says of itself, and last what has only the letters in their order. What
// is off comes behind all of that.
const (
	rankName = iota
	rankBegins
	rankWord
	rankContains
	rankSays
	rankLetters
	rankOff = 1000
)

// ready is a command that can be looked for.
func (c command) ready() command {
	c.low = strings.ToLower(c.label)
	c.text = c.low + " " + strings.ToLower(c.help)
	return c
}

// matching are the commands that a query means, the best first.
func matching(all []command, query []string) []command {
	type hit struct{ rank, at int }
	var hits []hit
	whole := strings.Join(query, " ")
	for i := range all {
		if rank, found := all[i].rank(query, whole); found {
			hits = append(hits, hit{rank, i})
		}
	}
	slices.SortStableFunc(hits, func(x, y hit) int { return x.rank - y.rank })
	out := make([]command, len(hits))
	for i, h := range hits {
		out[i] = all[h.at]
	}
	return out
}

// rank says how well a command is what a query means.
func (c *command) rank(query []string, whole string) (rank int, found bool) {
	switch {
	case c.named:
		rank = c.cost
	case whole == "":
	case c.low == whole:
		rank = rankName
	case strings.HasPrefix(c.low, whole):
		rank = rankBegins
	case strings.Contains(c.low, " "+whole):
		rank = rankWord
	case strings.Contains(c.low, whole):
		rank = rankContains
	case containsAll(c.text, query):
		rank = rankSays
	case inOrder(c.low, strings.Join(query, "")) != nil:
		rank = rankLetters
	default:
		return 0, false
	}
	if c.off != "" {
		rank += rankOff
	}
	return rank, true
}

// closeness ranks a connector: by its name as people call it, then by all of
// it, then as the filter does that finds names by their letters.
func closeness(c *catalog.Connector, query []string) (cost int, found bool) {
	if len(query) == 0 {
		return rankLetters, true
	}
	whole := strings.Join(query, " ")
	called := c.Called()
	switch {
	case called == whole, c.Home == whole:
		return rankName, true
	case strings.HasPrefix(called, whole):
		return rankBegins, true
	case strings.Contains(called, "-"+whole):
		return rankWord, true
	case strings.Contains(called, whole):
		return rankContains, true
	case containsAll(c.Home, query):
		return rankSays, true
	case len(query) != 1:
		return 0, false
	}
	cost, found = filter.Near(whole, called)
	return rankLetters + cost, found
}

// containsAll reports whether a text contains every word.
func containsAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

// inOrder returns where the letters of a word stand in a text in their order,
// or nil.
func inOrder(text, word string) []ui.Stretch {
	var found []ui.Stretch
	at := 0
	for _, letter := range word {
		next := strings.IndexRune(text[at:], letter)
		if next < 0 {
			return nil
		}
		from := at + next
		at = from + len(string(letter))
		found = append(found, ui.Stretch{From: from, To: at})
	}
	return found
}
