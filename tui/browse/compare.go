package browse

import (
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// comparing is the binding that says what changed between two versions, or why
// there are not two to compare.
func comparing(label string, pair func() (old, recent action.Version, why string)) ui.Binding {
	return ui.Binding{
		ID: "version.compare", Label: label, Help: "what changed: between the two that are marked, or since the PUBLISHED one before", Keys: []string{"="}, Asks: true,
		Off: func() string { _, _, why := pair(); return why },
		Do:  compareOrTell(pair),
	}
}

// compareOrTell compares two versions, or tells why there are not two.
func compareOrTell(pair func() (old, recent action.Version, why string)) func() action.Action {
	return func() action.Action {
		old, recent, why := pair()
		if why != "" {
			return action.Tell{Text: "compare: " + why}
		}
		return action.Compare{Old: old, New: recent}
	}
}

// nothingBefore is why a version has none to be compared with.
func nothingBefore(number string) string { return "no PUBLISHED version is lower than " + number }

// compare is the binding of a list of versions.
func (s *versionList) compare() ui.Binding {
	label := "compare"
	if marked, _ := s.index.Marks(); marked == 2 {
		label = "compare 2"
	}
	b := comparing(label, s.pair)
	b.Off = s.noPair
	return b
}

// noPair is why there are not two versions to compare, as far as that can be
// said at each key: looking for the version before through the versions of a
// whole registry waits until somebody wants to know.
func (s *versionList) noPair() string {
	r, ok := s.current()
	if n, _ := s.index.Marks(); ok && n < 2 && s.catalog.Of(r.Home).Len() == 0 {
		return ""
	}
	_, _, why := s.pair()
	return why
}

// pair are the two marked versions, the lower one first, or the one under the
// cursor and the PUBLISHED one before it.
func (s *versionList) pair() (old, recent action.Version, why string) {
	s.sync()
	switch n, _ := s.index.Marks(); n {
	case 0, 1:
		return s.withBefore()
	case 2:
	default:
		return old, recent, "that takes two versions, and " + words.Count(n) + " are marked"
	}
	marked := s.index.Marked()
	if len(marked) != 2 {
		return old, recent, "one of the two that were marked is gone"
	}
	a, b := s.rows.At(marked[0]), s.rows.At(marked[1])
	if a.Home != b.Home {
		return old, recent, "the two that are marked are of different connectors"
	}
	if catalog.CompareNumbers(a, b) > 0 {
		a, b = b, a
	}
	return versionOf(a), versionOf(b), ""
}

// withBefore is the version under the cursor with the PUBLISHED one before it.
// The footer asks after each message, so that the answer is kept.
func (s *versionList) withBefore() (old, recent action.Version, why string) {
	r, ok := s.current()
	if !ok {
		return old, recent, noVersion
	}
	if of := s.catalog.Of(r.Home); s.before.of != r || s.before.edition != of.Edition()+s.rows.Edition() {
		before, _ := s.catalog.Before(r.Home, r.Number)
		s.before = lookedUp{of: r, edition: of.Edition() + s.rows.Edition(), before: before}
	}
	if s.before.before == nil {
		return old, recent, nothingBefore(r.Number)
	}
	return versionOf(s.before.before), versionOf(r), ""
}

// lookedUp is the version before another one, and when that was so: editions
// only grow.
type lookedUp struct {
	of, before *catalog.Version
	edition    int64
}

func versionOf(r *catalog.Version) action.Version {
	return action.Version{Org: r.Org, Name: r.Name, Number: r.Number}
}
