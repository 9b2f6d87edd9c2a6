// Package filter is the one language of filters: free words and key:value
// terms, as commands take them, the console matches them while people type,
// and the registry receives them.
package filter

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Query is a parsed filter. The zero value matches everything.
type Query struct {
	// Terms are joined by and; the values of one by or.
	Terms []Term

	text string
}

// Term is one condition.
type Term struct {
	// Field is FILTER_FIELD_WORD for a free word.
	Field registryv1.FilterField
	// Values are lower case.
	Values []string
	// Exclude turns the term round: it holds where none of the values does.
	Exclude bool
}

// Fault is one thing that is wrong with a filter.
type Fault struct {
	// Start and End are where it stands in the text, in bytes.
	Start, End int
	// Message says what is wrong and what would be right.
	Message string
}

// Parse reads a filter as people type it. All faults are found at once; the
// query holds what could be understood.
func Parse(s string) (Query, []Fault) { return Query{text: s}, nil }

// String is the filter as it was typed.
func (q Query) String() string { return q.text }

// Empty reports whether the query matches everything.
func (q Query) Empty() bool { return len(q.Terms) == 0 }

// Proto are the terms as the registry takes them.
func (q Query) Proto() []*registryv1.FilterTerm { return nil }

// Keys are the keys that a filter knows, in the order in which help shows them.
func Keys() []string { return nil }
