package filter

import (
	"slices"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Row is what a query looks at. Both methods are called for each row at each
// key press and must not allocate.
type Row interface {
	// Text is everything a free word may match: lower case, made once.
	Text() string
	// Field is the lower-case value of one column: names, "published", "yes"
	// or "no". Columns with several values, such as the slugs of platforms, or
	// a verdict with its reason, have spaces between them; names of enums are
	// written with "-" for "_".
	Field(f registryv1.FilterField) string
}

// Match reports whether the row fulfils every term.
func (q Query) Match(r Row) bool {
	for i := range q.Terms {
		if t := &q.Terms[i]; t.holds(r) == t.Exclude {
			return false
		}
	}
	return true
}

// holds reports whether any value of the term does.
func (t *Term) holds(r Row) bool {
	if t.Field == registryv1.FilterField_FILTER_FIELD_WORD {
		text := r.Text()
		for _, v := range t.Values {
			if strings.Contains(text, v) {
				return true
			}
		}
		return false
	}
	column := r.Field(t.Field)
	for _, v := range t.Values {
		if matchColumn(t.Field, column, v) {
			return true
		}
	}
	return false
}

// matchColumn compares one value with one column. Text columns and platforms
// match by their beginning, the others whole.
func matchColumn(field registryv1.FilterField, column, value string) bool {
	switch field {
	case registryv1.FilterField_FILTER_FIELD_ORG, registryv1.FilterField_FILTER_FIELD_VERSION, registryv1.FilterField_FILTER_FIELD_AUTHOR:
		return strings.HasPrefix(column, value)
	case registryv1.FilterField_FILTER_FIELD_NAME:
		return strings.HasPrefix(column, value) || strings.HasPrefix(shortName(column), value)
	default:
	}
	byPrefix := field == registryv1.FilterField_FILTER_FIELD_PLATFORM
	for column != "" {
		var word string
		word, column, _ = strings.Cut(column, " ")
		if word == value || byPrefix && strings.HasPrefix(word, value) {
			return true
		}
	}
	return false
}

// Extends reports whether whatever matches q also matched the earlier query,
// so that only the survivors need to be looked at again.
func (q Query) Extends(earlier Query) bool {
	for _, old := range earlier.Terms {
		if !slices.ContainsFunc(q.Terms, func(t Term) bool { return t.implies(old) }) {
			return false
		}
	}
	return true
}

// implies reports whether every row that fulfils t fulfils the other too.
func (t Term) implies(other Term) bool {
	if t.Field != other.Field || t.Exclude != other.Exclude {
		return false
	}
	narrow, wide := t.Values, other.Values
	if t.Exclude { // excluding more is narrower
		narrow, wide = other.Values, t.Values
	}
	for _, n := range narrow {
		if !slices.ContainsFunc(wide, func(w string) bool { return covers(t.Field, w, n) }) {
			return false
		}
	}
	return true
}

// covers reports whether whatever matches narrow matches wide.
func covers(field registryv1.FilterField, wide, narrow string) bool {
	switch {
	case field == registryv1.FilterField_FILTER_FIELD_WORD:
		return strings.Contains(narrow, wide)
	case keyOf(field).prefix:
		return strings.HasPrefix(narrow, wide)
	}
	return wide == narrow
}
