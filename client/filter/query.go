// Package filter is the one language of filters: free words and key:value
// terms, as commands take them, the console matches them while people type,
// and the registry receives them.
//
// A space is and, a comma is or, quotes keep spaces together, and a "-" before
// a value excludes it: `okta state:published,failed platform:-windows`.
package filter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

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
	// Values are lower case; "-" stands for the "_" of names.
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

// key is one column that may be narrowed. Its closed values may be written
// in part: state:fail is state:failed, state:p pending and published.
type key struct {
	name   string
	field  registryv1.FilterField
	values []string // nil: any text
	open   bool     // other values than these are taken as they are
	prefix bool     // the value stays as written and matches the beginnings of the column's words
}

var keys = []key{
	{name: "org", field: registryv1.FilterField_FILTER_FIELD_ORG, prefix: true},
	{name: "name", field: registryv1.FilterField_FILTER_FIELD_NAME, prefix: true},
	{name: "version", field: registryv1.FilterField_FILTER_FIELD_VERSION, prefix: true},
	{name: "state", field: registryv1.FilterField_FILTER_FIELD_STATE, values: enumValues(registryv1.State(0))},
	{name: "platform", field: registryv1.FilterField_FILTER_FIELD_PLATFORM, values: platformValues(), prefix: true},
	{name: "signed", field: registryv1.FilterField_FILTER_FIELD_SIGNED, values: yesNo},
	{name: "verdict", field: registryv1.FilterField_FILTER_FIELD_VERDICT, values: enumValues(registryv1.VerdictStatus(0)), open: true},
	{name: "author", field: registryv1.FilterField_FILTER_FIELD_AUTHOR, prefix: true},
	{name: "stable", field: registryv1.FilterField_FILTER_FIELD_STABLE, values: yesNo},
	{name: "latest", field: registryv1.FilterField_FILTER_FIELD_LATEST, values: yesNo},
	{name: "category", field: registryv1.FilterField_FILTER_FIELD_CATEGORY, values: enumValues(registryv1.YankCategory(0))},
}

var yesNo = []string{"yes", "no"}

// Keys are the keys that a filter knows, in the order in which help shows them.
func Keys() []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return names
}

// Values are the values that a key knows, or nil if it takes any text.
func Values(name string) []string {
	for _, k := range keys {
		if k.name == name {
			return slices.Clone(k.values)
		}
	}
	return nil
}

func keyOf(field registryv1.FilterField) key {
	for _, k := range keys {
		if k.field == field {
			return k
		}
	}
	return key{field: field}
}

// Parse reads a filter as people type it. All faults are found at once; the
// query holds what could be understood.
func Parse(s string) (Query, []Fault) {
	p := parser{query: Query{text: strings.TrimSpace(s)}}
	tokens, faults := split(s)
	p.faults = faults
	for _, t := range tokens {
		p.token(t)
	}
	slices.SortStableFunc(p.faults, func(a, b Fault) int { return cmp.Compare(a.Start, b.Start) })
	return p.query, p.faults
}

// ParseArgs reads a filter that a shell has split into arguments already, so
// that "two words" stays one word.
func ParseArgs(args []string) (Query, []Fault) {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = arg
		if strings.ContainsAny(arg, " \t\n") && !strings.Contains(arg, `"`) {
			if name, value, ok := strings.Cut(arg, ":"); ok && isKeyLike(name) {
				quoted[i] = name + `:"` + value + `"`
			} else {
				quoted[i] = `"` + arg + `"`
			}
		}
	}
	return Parse(strings.Join(quoted, " "))
}

// String is the filter as it was typed.
func (q Query) String() string { return q.text }

// Empty reports whether the query matches everything.
func (q Query) Empty() bool { return len(q.Terms) == 0 }

// Proto are the terms as the registry takes them.
func (q Query) Proto() []*registryv1.FilterTerm {
	if len(q.Terms) == 0 {
		return nil
	}
	terms := make([]*registryv1.FilterTerm, len(q.Terms))
	for i, t := range q.Terms {
		terms[i] = &registryv1.FilterTerm{Field: t.Field, Values: slices.Clone(t.Values), Exclude: t.Exclude}
	}
	return terms
}

type parser struct {
	query  Query
	faults []Fault
}

func (p *parser) fault(t token, format string, args ...any) {
	p.faults = append(p.faults, Fault{Start: t.start, End: t.end, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) token(t token) {
	name, quotedKey := t.text(), t.colon < 0
	if quotedKey {
		p.word(t)
		return
	}
	name = strings.ToLower(name[:t.colon])
	if !isKeyLike(name) { // "https://x" or ":x" are words that hold a colon
		p.word(t)
		return
	}
	i := slices.IndexFunc(keys, func(k key) bool { return k.name == name })
	if i < 0 {
		if bare := strings.TrimPrefix(name, "-"); bare != name && slices.Contains(Keys(), bare) {
			p.fault(t, "the minus stands before the value: %s:-%s", bare, t.text()[t.colon+1:])
			return
		}
		p.fault(t, "there is no key %q; the keys are %s", name, strings.Join(Keys(), ", "))
		return
	}
	p.values(keys[i], t)
}

// word adds a free word. Those with a minus are excluded, a lone minus is a word.
func (p *parser) word(t token) {
	text, exclude := t.text(), false
	if len(text) > 1 && text[0] == '-' && !t.quoted[0] {
		text, exclude = text[1:], true
	}
	if text == "" {
		return
	}
	p.add(registryv1.FilterField_FILTER_FIELD_WORD, []string{strings.ToLower(text)}, exclude)
}

// values adds the terms of one key: one for the values, one for the excluded.
func (p *parser) values(k key, t token) {
	var with, without []string
	for _, part := range t.split() {
		value := strings.ToLower(part.text())
		exclude := len(value) > 0 && value[0] == '-' && !part.quoted[0]
		if exclude {
			value = value[1:]
		}
		resolved, ok := k.resolve(value)
		switch {
		case value == "" && k.values != nil:
			p.fault(t, "%s: needs a value: %s", k.name, strings.Join(k.values, ", "))
			continue
		case value == "":
			p.fault(t, "%s: needs a value", k.name)
			continue
		case !ok:
			p.fault(t, "%s has no value %q; it is one of %s", k.name, value, strings.Join(k.values, ", "))
			continue
		}
		if exclude {
			without = append(without, resolved...)
		} else {
			with = append(with, resolved...)
		}
	}
	p.add(k.field, with, false)
	p.add(k.field, without, true)
}

func (p *parser) add(field registryv1.FilterField, values []string, exclude bool) {
	if len(values) == 0 {
		return
	}
	slices.Sort(values)
	p.query.Terms = append(p.query.Terms, Term{Field: field, Values: slices.Compact(values), Exclude: exclude})
}

// resolve completes a value. What is written in part stands for every value
// that begins so.
func (k key) resolve(value string) ([]string, bool) {
	if k.values == nil {
		if k.field == registryv1.FilterField_FILTER_FIELD_NAME {
			value = shortName(value)
		}
		return []string{value}, true
	}
	value = strings.ReplaceAll(value, "_", "-")
	var known []string
	for _, v := range k.values {
		if v == value {
			return []string{value}, true
		}
		if value != "" && strings.HasPrefix(v, value) {
			known = append(known, v)
		}
	}
	switch {
	case len(known) == 0 && k.open:
		return []string{value}, true
	case k.prefix:
		return []string{value}, len(known) > 0
	}
	return known, len(known) > 0
}

// shortName drops the prefix that both spellings of a connector share.
func shortName(name string) string {
	if short, ok := strings.CutPrefix(name, "baton-"); ok && short != "" {
		return short
	}
	return name
}

// isKeyLike reports whether text could be meant as a key.
func isKeyLike(s string) bool {
	if s == "" {
		return false
	}
	for _, c := range strings.TrimPrefix(s, "-") {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return strings.TrimPrefix(s, "-") != ""
}

// enum is any generated enum type.
type enum interface {
	~int32
	protoreflect.Enum
}

func enumValues[E enum](zero E) []string {
	var names []string
	values := zero.Descriptor().Values()
	for i := range values.Len() {
		if n := values.Get(i).Number(); n != 0 {
			names = append(names, strings.ToLower(strings.ReplaceAll(registryv1.Short(E(n)), "_", "-")))
		}
	}
	return names
}

func platformValues() []string {
	var slugs []string
	for _, p := range registryv1.Platforms() {
		slugs = append(slugs, p.Slug())
	}
	return slugs
}
