package store

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	maxTerms       = 50
	maxTermValues  = 50
	maxFilterValue = 200
)

// Filter is a checked filter; the zero value lets everything through.
type Filter struct {
	terms []term
}

// term holds where any of its values does, or with exclude where none does.
type term struct {
	field   registryv1.FilterField
	exclude bool
	// texts are lower case, for the columns that hold texts.
	texts []string
	// numbers are what texts mean in a column that holds an enum; for
	// platforms each is a set.
	numbers []int64
}

// Empty says whether everything passes.
func (f Filter) Empty() bool { return len(f.terms) == 0 }

// NewFilter checks the terms of a request; a *FilterError has all faults.
func NewFilter(terms []*registryv1.FilterTerm) (Filter, error) {
	var f Filter
	var faults []FilterFault
	if len(terms) > maxTerms {
		faults = append(faults, FilterFault{Term: maxTerms, Message: fmt.Sprintf("there are %d terms, but at most %d are taken", len(terms), maxTerms)})
		terms = terms[:maxTerms]
	}
	for i, given := range terms {
		t, found := newTerm(given)
		for _, fault := range found {
			fault.Term = i
			faults = append(faults, fault)
		}
		f.terms = append(f.terms, t)
	}
	if len(faults) > 0 {
		return Filter{}, &FilterError{Faults: faults}
	}
	return f, nil
}

func newTerm(given *registryv1.FilterTerm) (t term, faults []FilterFault) {
	t = term{field: given.GetField(), exclude: given.GetExclude()}
	values := given.GetValues()
	switch {
	case registryv1.Short(t.field) == "" || strings.HasPrefix(registryv1.Short(t.field), "UNKNOWN"):
		return t, []FilterFault{{Message: "the field of the term is not known"}}
	case len(values) == 0:
		return t, []FilterFault{{Message: "the term has no values"}}
	case len(values) > maxTermValues:
		return t, []FilterFault{{Message: fmt.Sprintf("the term has %d values, but at most %d are taken", len(values), maxTermValues)}}
	}
	for _, value := range values {
		if value == "" || len(value) > maxFilterValue || !utf8.ValidString(value) {
			faults = append(faults, FilterFault{Value: value, Message: fmt.Sprintf("a value is empty, not UTF-8, or longer than %d bytes", maxFilterValue)})
			continue
		}
		value = strings.ToLower(value)
		numbers, known := meanings(t.field, value)
		if !known {
			faults = append(faults, FilterFault{Value: value, Message: fmt.Sprintf("%s has no value %q", strings.ToLower(registryv1.Short(t.field)), value)})
			continue
		}
		t.texts = append(t.texts, value)
		t.numbers = append(t.numbers, numbers...)
	}
	return t, faults
}

const yes, no = 1, 0

// meanings are the numbers that a value stands for in a column that holds an
// enum; known is false if it stands for none.
func meanings(field registryv1.FilterField, value string) (numbers []int64, known bool) {
	switch field {
	case registryv1.FilterField_FILTER_FIELD_STATE:
		state, ok := registryv1.FromShort[registryv1.State](value)
		return []int64{int64(state)}, ok
	case registryv1.FilterField_FILTER_FIELD_CATEGORY:
		category, ok := registryv1.FromShort[registryv1.YankCategory](value)
		return []int64{int64(category)}, ok
	case registryv1.FilterField_FILTER_FIELD_VERDICT:
		// Everything else may be the reason of a verdict.
		if status, ok := registryv1.FromShort[registryv1.VerdictStatus](value); ok {
			return []int64{int64(status)}, true
		}
		return nil, true
	case registryv1.FilterField_FILTER_FIELD_PLATFORM:
		set := platformsWith(func(slug string) bool { return strings.HasPrefix(slug, value) })
		return []int64{int64(set)}, set != 0
	case registryv1.FilterField_FILTER_FIELD_SIGNED, registryv1.FilterField_FILTER_FIELD_STABLE, registryv1.FilterField_FILTER_FIELD_LATEST:
		switch value {
		case "yes":
			return []int64{yes}, true
		case "no":
			return []int64{no}, true
		}
		return nil, false
	default:
		return nil, true
	}
}

func platformsWith(match func(slug string) bool) Platforms {
	var set Platforms
	for _, platform := range registryv1.Platforms() {
		if match(platform.Slug()) {
			set |= PlatformsOf(platform)
		}
	}
	return set
}

// single is the only value of the only term of a field that does not exclude;
// ok is false if there is no such term.
func (f Filter) single(field registryv1.FilterField) (t term, ok bool) {
	for _, t := range f.terms {
		if t.field == field && !t.exclude && len(t.texts) == 1 {
			return t, true
		}
	}
	return term{}, false
}

// condition is a part of a where clause with its parameters.
type condition struct {
	sql  string
	args []any
}

func where(sql string, args ...any) condition { return condition{sql: sql, args: args} }

// all joins conditions by and; none is true.
func all(conditions ...condition) condition {
	return join(" and ", "true", conditions)
}

// some joins conditions by or; none is false.
func some(conditions ...condition) condition {
	return join(" or ", "false", conditions)
}

func join(word, none string, conditions []condition) condition {
	var joined condition
	for _, c := range conditions {
		if c.sql == "" {
			continue
		}
		if joined.sql != "" {
			joined.sql += word
		}
		joined.sql += c.sql
		joined.args = append(joined.args, c.args...)
	}
	if joined.sql == "" {
		return condition{sql: none}
	}
	joined.sql = "(" + joined.sql + ")"
	return joined
}

// oneOf says that a column has one of some values.
func oneOf[N ~int64 | ~int32](column string, values []N) (sql string, args []any) {
	if len(values) == 0 {
		return "false", nil
	}
	args = make([]any, len(values))
	for i, value := range values {
		args[i] = int64(value)
	}
	return column + " in (?" + strings.Repeat(", ?", len(values)-1) + ")", args
}

func isOneOf[N ~int64 | ~int32](column string, values []N) condition {
	sql, args := oneOf(column, values)
	return where(sql, args...)
}

func begins(column, prefix string) condition {
	return where("substr("+column+", 1, ?) = ?", utf8.RuneCountInString(prefix), prefix)
}

func contains(column, part string) condition {
	return where("instr("+column+", ?) > 0", part)
}

// sql is the filter for rows that join connectors c, and versions v that may
// be missing. flags says what makes a row of the list stable or latest.
func (f Filter) sql(flags map[registryv1.FilterField]string) condition {
	terms := make([]condition, len(f.terms))
	for i, t := range f.terms {
		terms[i] = t.sql(flags)
		// Missing columns make a condition neither true nor false.
		if terms[i].sql = "coalesce(" + terms[i].sql + ", false)"; t.exclude {
			terms[i].sql = "not " + terms[i].sql
		}
	}
	if len(terms) == 0 {
		return condition{}
	}
	return all(terms...)
}

func (t term) sql(flags map[registryv1.FilterField]string) condition {
	var any []condition
	switch t.field {
	case registryv1.FilterField_FILTER_FIELD_STATE:
		return isOneOf("v.state", t.numbers)
	case registryv1.FilterField_FILTER_FIELD_CATEGORY:
		return isOneOf("v.yank_category", t.numbers)
	case registryv1.FilterField_FILTER_FIELD_PLATFORM:
		var set int64
		for _, n := range t.numbers {
			set |= n
		}
		return where("v.platforms & ? <> 0", set)
	case registryv1.FilterField_FILTER_FIELD_SIGNED:
		verified := int64(registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED)
		for _, n := range t.numbers {
			any = append(any, where("(v.verdict = ?) = ?", verified, n))
		}
	case registryv1.FilterField_FILTER_FIELD_VERDICT:
		any = append(any, isOneOf("v.verdict", t.numbers))
		for _, reason := range t.texts {
			any = append(any, where("lower(replace(v.verdict_reason, '_', '-')) = ?", strings.ReplaceAll(reason, "_", "-")))
		}
	case registryv1.FilterField_FILTER_FIELD_STABLE, registryv1.FilterField_FILTER_FIELD_LATEST:
		for _, n := range t.numbers {
			any = append(any, where("("+flags[t.field]+") = ?", n))
		}
	default:
		for _, text := range t.texts {
			any = append(any, t.text(text))
		}
	}
	return some(any...)
}

// text is a value of a column that holds a text, or a free word.
func (t term) text(value string) condition {
	switch t.field {
	case registryv1.FilterField_FILTER_FIELD_ORG:
		return begins("c.org_key", value)
	case registryv1.FilterField_FILTER_FIELD_NAME:
		return some(begins("c.key", value), begins("lower(c.spelling)", value))
	case registryv1.FilterField_FILTER_FIELD_VERSION:
		return begins("lower(v.number)", value)
	case registryv1.FilterField_FILTER_FIELD_AUTHOR:
		return begins("lower(v.author)", value)
	default:
		return word(value)
	}
}

// word looks for a part of a text in every column that people see.
func word(value string) condition {
	var states []int64
	for number, name := range registryv1.State_name {
		if number != 0 && strings.Contains(strings.ToLower(strings.TrimPrefix(name, "STATE_")), value) {
			states = append(states, int64(number))
		}
	}
	slices.Sort(states)
	any := []condition{contains("c.search", value), contains("lower(v.number)", value), contains("lower(v.author)", value)}
	if len(states) > 0 {
		any = append(any, isOneOf("v.state", states))
	}
	if set := platformsWith(func(slug string) bool { return strings.Contains(slug, value) }); set != 0 {
		any = append(any, where("v.platforms & ? <> 0", int64(set)))
	}
	return some(any...)
}

// stateAfter is the state that an event of a kind leaves a version in.
var stateAfter = map[registryv1.EventKind]registryv1.State{
	registryv1.EventKind_EVENT_KIND_VERSION_CREATED:   registryv1.State_STATE_PENDING,
	registryv1.EventKind_EVENT_KIND_VERSION_RETRIED:   registryv1.State_STATE_PENDING,
	registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING: registryv1.State_STATE_UPLOADING,
	registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED: registryv1.State_STATE_VALIDATING,
	registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED: registryv1.State_STATE_PUBLISHED,
	registryv1.EventKind_EVENT_KIND_VERSION_UNYANKED:  registryv1.State_STATE_PUBLISHED,
	registryv1.EventKind_EVENT_KIND_VERSION_FAILED:    registryv1.State_STATE_FAILED,
	registryv1.EventKind_EVENT_KIND_VERSION_WITHDRAWN: registryv1.State_STATE_FAILED,
	registryv1.EventKind_EVENT_KIND_VERSION_YANKED:    registryv1.State_STATE_YANKED,
}

// event says whether an event passes. Terms about columns that an event has
// not hold for none.
func (f Filter) event(body *registryv1.EventBody) bool {
	for _, t := range f.terms {
		holds := slices.ContainsFunc(t.texts, func(value string) bool { return eventHas(body, t.field, value) })
		if holds == t.exclude {
			return false
		}
	}
	return true
}

func eventHas(body *registryv1.EventBody, field registryv1.FilterField, value string) bool {
	lower := strings.ToLower
	switch field {
	case registryv1.FilterField_FILTER_FIELD_ORG:
		return strings.HasPrefix(lower(body.GetOrg()), value)
	case registryv1.FilterField_FILTER_FIELD_NAME:
		name := lower(body.GetName())
		return strings.HasPrefix(name, value) || strings.HasPrefix(strings.TrimPrefix(name, "baton-"), value)
	case registryv1.FilterField_FILTER_FIELD_VERSION:
		return strings.HasPrefix(lower(body.GetVersion()), value)
	case registryv1.FilterField_FILTER_FIELD_AUTHOR:
		return strings.HasPrefix(lower(body.GetPerson()), value)
	case registryv1.FilterField_FILTER_FIELD_STATE:
		state, ok := registryv1.FromShort[registryv1.State](value)
		return ok && stateAfter[body.GetKind()] == state
	case registryv1.FilterField_FILTER_FIELD_CATEGORY:
		category := strings.ReplaceAll(lower(body.GetDetail()["category"]), "_", "-")
		return category == strings.ReplaceAll(value, "_", "-")
	case registryv1.FilterField_FILTER_FIELD_WORD:
		texts := []string{body.GetOrg() + "/" + body.GetName(), body.GetVersion(), body.GetPerson(), body.GetReason(), registryv1.Short(body.GetKind())}
		for _, text := range body.GetDetail() {
			texts = append(texts, text)
		}
		return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(lower(text), value) })
	default:
		return false
	}
}
