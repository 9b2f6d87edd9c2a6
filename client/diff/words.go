package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/words"
)

// maxText is how many bytes of a text a change shows.
const maxText = 200

// line is a text from outside as a change may show it.
func line(s string) string { return clean.Line(strings.TrimSpace(s), maxText) }

func plural(n int, one, many string) string { return words.Plural(n, one, many) }

func count(n int) string { return words.Count(n) }

// became is what something was and is now.
func became(was, is string) string { return was + " -> " + is }

// orNone stands for what is empty.
func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// spoken is a constant as people say it: CAPABILITY_TARGETED_SYNC is
// "targeted sync".
func spoken(constant, prefix string) string {
	rest := strings.TrimPrefix(constant, prefix)
	if rest == "" || strings.ToUpper(rest) != rest {
		return constant // not a constant as we know them
	}
	return strings.ToLower(strings.ReplaceAll(rest, "_", " "))
}

// few names some things and counts the rest.
func few(names []string) string {
	const most = 4
	if len(names) > most+1 {
		return strings.Join(names[:most], ", ") + " and " + count(len(names)-most) + " more"
	}
	return words.List(names)
}

// keys are the keys of a map in their order.
func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// both are the keys of two maps in their order, each once.
func both[V any](a, b map[string]V) []string {
	all := make(map[string]bool, len(a)+len(b))
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return keys(all)
}

// without are the elements of a that b does not have.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
