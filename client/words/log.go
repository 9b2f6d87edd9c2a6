package words

import (
	"cmp"
	"slices"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Subject is what an event is about, for a column: the version or connector,
// or else what its detail names. "" is nothing. The org is left to the caller,
// who knows whether it goes without saying.
func Subject(e *registryv1.Event) string {
	if e.GetName() != "" {
		return join(e.GetName(), e.GetVersion())
	}
	detail := e.GetDetail()
	return cmp.Or(detail["name"], detail["san"], detail["san_regexp"], detail["doing"])
}

// Why is what a column says behind the subject of an event: its category,
// where a pointer went, its reason.
func Why(e *registryv1.Event) string {
	detail := e.GetDetail()
	var parts []string
	switch e.GetKind() {
	case registryv1.EventKind_EVENT_KIND_STABLE_SET:
		if before := detail["stable_before"]; before != "" && before != e.GetVersion() {
			parts = append(parts, "instead of "+before)
		}
	case registryv1.EventKind_EVENT_KIND_REFUSED:
		if reason := detail["reason"]; reason != "" {
			parts = append(parts, reason+":")
		}
	case registryv1.EventKind_EVENT_KIND_VERSION_YANKED:
		if c, known := registryv1.FromShort[registryv1.YankCategory](detail["category"]); known {
			parts = append(parts, Category(c)+":")
		}
	default:
	}
	return strings.TrimSuffix(join(append(parts, e.GetReason())...), ":")
}

// Fact is one further fact of an event.
type Fact struct{ Key, Value string }

// Facts are the further facts of an event in the order of their keys, without
// empty ones and those that are numbers of the registry's own.
func Facts(e *registryv1.Event) []Fact {
	var facts []Fact
	for key, value := range e.GetDetail() {
		if value != "" && key != "key" {
			facts = append(facts, Fact{Key: lower(key), Value: oneLine(value)})
		}
	}
	slices.SortFunc(facts, func(a, b Fact) int { return cmp.Compare(a.Key, b.Key) })
	return facts
}

// numerals are the numbers that a sentence writes in words.
var numerals = [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}

// Numeral is a number as a sentence writes it: in words up to twelve.
func Numeral(n int) string {
	if n >= 0 && n < len(numerals) {
		return numerals[n]
	}
	return Count(n)
}

// Day is a day in UTC as headings name it: "Friday 21 August".
func Day(t time.Time) string { return t.UTC().Format("Monday 2 January") }

// Lately is a time as a person remembers it: "Thursday 17:40" within a week,
// else "2 August 17:40", with the year if it is another one.
func Lately(t, now time.Time) string {
	t, now = t.UTC(), now.UTC()
	switch ago := now.Sub(t); {
	case ago >= 0 && ago < 6*day:
		return t.Format("Monday 15:04")
	case t.Year() == now.Year():
		return t.Format("2 January 15:04")
	default:
		return t.Format("2 January 2006 15:04")
	}
}

// Forget says what removing a draft of this computer does, of which the
// registry knows nothing.
func Forget() []Line {
	return []Line{
		note("The registry knows nothing of it: nothing changes there."),
		note("Your project and its release files stay as they are."),
		caution("The answers, and the signatures that were made for it, are removed from this computer."),
	}
}
