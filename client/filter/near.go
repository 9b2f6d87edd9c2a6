package filter

import (
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// nearLeast is how many letters a word needs to be near anything: one letter
// is in every name.
const nearLeast = 2

// Split parts the query into its free words, all of which rows must contain,
// and the rest, so that a caller can look for words in a column of texts and
// at rows only for the rest.
func (q Query) Split() (words []string, rest Query) {
	for _, t := range q.Terms {
		if t.Field == registryv1.FilterField_FILTER_FIELD_WORD && !t.Exclude && len(t.Values) == 1 {
			words = append(words, t.Values[0])
		} else {
			rest.Terms = append(rest.Terms, t)
		}
	}
	return words, rest
}

// CanBeNear reports whether a word may be near a name that does not contain it.
func CanBeNear(word string) bool { return len(nearWord(word)) >= nearLeast }

// nearWord is the part of a word that is compared with names.
func nearWord(word string) string {
	return shortName(word[strings.LastIndexByte(word, '/')+1:])
}

// What a letter costs that begins a part of the name, and one that neither
// does nor follows the letter before it.
const (
	costOfPart = 1
	costOfJump = 4
)

// Near reports whether the letters of a word stand in a name in their order:
// people do not type whole names, and "gha" is what they type for
// github-actions. The name is in lower case, without what all names begin with.
//
// The cost says how far the word is from the name: nothing for letters side by
// side, little for those that begin a part of the name, and a little for all of
// the name that is not meant.
func Near(word, name string) (cost int, ok bool) {
	word = nearWord(word)
	if len(word) < nearLeast {
		return 0, false
	}
	end, ok := span(word, name)
	if !ok {
		return 0, false
	}
	after := -1 // where the letter behind it stands
	letters(word, name[:end], func(at int) {
		if after >= 0 && after != at+1 {
			cost += jump(name, after)
		}
		after = at
	})
	if after > 0 {
		cost += jump(name, after)
	}
	return 1 + cost + (len(name)-len(word))/4, true
}

// jump is what a letter costs that does not follow the one before it.
func jump(name string, at int) int {
	if c := name[at-1]; c == '-' || c == '_' || c == '.' || c == ' ' {
		return costOfPart
	}
	return costOfJump
}

// span returns where the letters of a word end in a name at the earliest.
func span(word, name string) (end int, ok bool) {
	for i := range len(word) {
		at := strings.IndexByte(name[end:], word[i])
		if at < 0 {
			return 0, false
		}
		end += at + 1
	}
	return end, true
}

// letters tells where the letters of a word stand in a name that ends in the
// last of them, from the last to the first: as close together as they can.
func letters(word, name string, each func(at int)) {
	end := len(name)
	for i := len(word) - 1; i >= 0; i-- {
		end = strings.LastIndexByte(name[:end], word[i])
		each(end)
	}
}

// Letters returns where the letters of a word stand in a name that is near it,
// in order.
func Letters(word, name string) []int {
	word = nearWord(word)
	end, ok := span(word, name)
	if !ok || len(word) < nearLeast {
		return nil
	}
	at := make([]int, len(word))
	i := len(word)
	letters(word, name[:end], func(found int) { i--; at[i] = found })
	return at
}

// Shown returns the parts of a word as it may stand in one cell of a list:
// lists leave out the prefix of names, and often the org.
func Shown(word string) string {
	if short := nearWord(word); short != "" {
		return short
	}
	return word
}
