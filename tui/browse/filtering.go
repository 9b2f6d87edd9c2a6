package browse

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/filter"
	"github.com/registrar-console/registrar/tui/ui"
)

// fewRows is how few rows a filter must leave for near ones to be shown as well.
const fewRows = 3

// setFilter sets the filter; the one that is set already is taken away.
func (l *list[R]) setFilter(text string) {
	if text == l.input.Value() {
		text = ""
	}
	l.input.SetValue(text)
	l.typing = false
	l.refilter()
}

// refilter shows the rows that match what stands in the field. What cannot
// be understood is said in the status row; the rest of the filter holds.
//
// Rows that contain every free word match, and stay in the order of the list:
// nothing moves while one types but what goes. Only where fewer than a few
// are left do rows follow whose name has the letters of the words in their
// order, best first, since then somebody writes a name in part, or from
// memory. Terms with a key are never near. Who sorts meanwhile gets that
// order, until the filter is cleared.
func (l *list[R]) refilter() {
	query, faults := filter.Parse(l.input.Value())
	narrower := query.Extends(l.query)
	l.query, l.faults = query, faults
	l.words, l.rest = query.Split()
	l.highlight()
	if query.Empty() {
		l.near, l.arranged = false, false
		l.index.SortByRank(false)
		l.index.Filter(nil, false)
		return
	}
	l.index.Filter(l.exactly, narrower)
	l.near = l.index.Len() < fewRows && slices.ContainsFunc(l.words, filter.CanBeNear) && l.index.Widen(l.broadly)
	l.index.SortByRank(l.near && !l.arranged)
}

// exactly is how a row matches that contains every word.
func (l *list[R]) exactly(pos int32) ui.Rank {
	text := l.rows.Texts()[pos]
	for _, word := range l.words {
		if !strings.Contains(text, word) {
			return ui.Hidden
		}
	}
	return l.others(pos, ui.Matches)
}

// broadly is how a row matches, of which it is known that it does not contain
// every word, if the others are near its name.
func (l *list[R]) broadly(pos int32) ui.Rank {
	sum, name := int(ui.Matches), l.rows.Called()[pos]
	for _, word := range l.words {
		cost, near := filter.Near(word, name)
		if !near && (len(l.words) == 1 || !strings.Contains(l.rows.Texts()[pos], word)) {
			return ui.Hidden
		}
		sum += cost
	}
	return l.others(pos, ui.Rank(min(sum, int(ui.Worst))))
}

// others is the rank of a row if it fulfils the terms that are no words.
func (l *list[R]) others(pos int32, rank ui.Rank) ui.Rank {
	if l.rest.Empty() || l.rest.Match(l.rows.At(pos)) {
		return rank
	}
	return ui.Hidden
}

// arrange keeps the order that a person chose; until the filter is cleared,
// what is near goes by it as well.
func (l *list[R]) arrange() {
	l.arranged = l.filtered()
	l.index.SortByRank(false)
}

// filtered reports whether anything stands in the filter, understood or not.
func (l *list[R]) filtered() bool { return l.input.Count() > 0 }
