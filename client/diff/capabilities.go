package diff

import (
	"cmp"
	"slices"
	"strings"
)

// The prefixes of the constants in capabilities documents.
const (
	capabilityPrefix = "CAPABILITY_"
	traitPrefix      = "TRAIT_"
)

const capabilitiesDocument = "capabilities document"

// capabilities compares what two documents say that the connector can do.
func (r *Report) capabilities(before, after string) {
	if r.missing(Resource, capabilitiesDocument, before != "", after != "", "what it can do is not stated any more") {
		return
	}
	a, wrongA := parseAbilities(before)
	b, wrongB := parseAbilities(after)
	if r.unreadable(Resource, capabilitiesDocument, wrongA, wrongB) {
		return
	}
	r.resources(a, b)
	r.abilities(a, b)
	r.permissions(a, b)
}

// unreadable notes that a document cannot be read, and reports whether any.
func (r *Report) unreadable(s Subject, what string, before, after error) bool {
	if before != nil {
		r.unknown(s, "the "+what+" of "+r.Old+" cannot be read: "+before.Error(), "")
	}
	if after != nil {
		r.unknown(s, "the "+what+" of "+r.New+" cannot be read: "+after.Error(), "nobody can tell from it what changed")
	}
	return before != nil || after != nil
}

// resources compares the resource types.
func (r *Report) resources(a, b abilities) {
	var added, removed, changed []Change
	same := 0
	for _, id := range both(a.types, b.types) {
		was, old := a.types[id]
		is, recent := b.types[id]
		c := Change{Subject: Resource, Name: id}
		switch {
		case !old:
			c.Kind, c.Detail = Added, spokenList(is.capabilities, capabilityPrefix)
			added = append(added, c)
		case !recent:
			c.Kind, c.Detail, c.Thought = Removed, spokenList(was.capabilities, capabilityPrefix), "it is not synced any more"
			removed = append(removed, c)
		default:
			if c.Detail = was.became(is); c.Detail == "" {
				same++
				continue
			}
			c.Kind = Changed
			changed = append(changed, c)
		}
	}
	different := slices.Concat(added, removed, changed)
	r.Changes = append(r.Changes, different...)
	r.unchanged(Resource, same, len(different) > 0)
}

// became is how the description of a resource type changed.
func (t resource) became(is resource) string {
	var parts []string
	if t.display != is.display {
		parts = append(parts, "called "+became(orNone(t.display), orNone(is.display)))
	}
	if !slices.Equal(t.traits, is.traits) {
		parts = append(parts, "traits "+became(orNone(spokenList(t.traits, traitPrefix)), orNone(spokenList(is.traits, traitPrefix))))
	}
	return strings.Join(parts, ", ")
}

// spokenList is a list of constants as people say them.
func spokenList(constants []string, prefix string) string {
	said := make([]string, len(constants))
	for i, each := range constants {
		said[i] = spoken(each, prefix)
	}
	return strings.Join(said, ", ")
}

// abilities compares the capabilities of resource types that both versions
// have, and of the connector as a whole. Those of a new type stand beside it.
func (r *Report) abilities(a, b abilities) {
	gained, lost, kept := map[string][]string{}, map[string][]string{}, map[string]bool{}
	for _, id := range keys(a.types) {
		is, stays := b.types[id]
		if !stays {
			continue
		}
		was := a.types[id]
		for _, c := range without(is.capabilities, was.capabilities) {
			gained[c] = append(gained[c], id)
		}
		for _, c := range without(was.capabilities, is.capabilities) {
			lost[c] = append(lost[c], id)
		}
		for _, c := range was.capabilities {
			kept[c] = kept[c] || slices.Contains(is.capabilities, c)
		}
	}
	before := len(r.Changes)
	for _, c := range keys(gained) {
		r.add(Change{Kind: Added, Subject: Capability, Name: spoken(c, capabilityPrefix), Detail: "on " + few(gained[c])})
	}
	r.whole(Added, b, a, gained)
	for _, c := range keys(lost) {
		r.add(Change{Kind: Removed, Subject: Capability, Name: spoken(c, capabilityPrefix), Detail: "on " + few(lost[c]), Thought: "it cannot do this there any more"})
	}
	r.whole(Removed, a, b, lost)
	if a.stated != b.stated {
		without := r.Old
		if a.stated {
			without = r.New
		}
		r.unknown(Capability, "the document of "+without+" does not list what the connector as a whole can do", "")
	}
	if len(r.Changes) == before {
		for _, c := range a.whole {
			kept[c] = true
		}
		r.unchanged(Capability, len(kept), false)
	}
}

// whole notes what the connector as a whole can do on one side only, unless a
// resource type says it already.
func (r *Report) whole(kind Kind, has, lacks abilities, said map[string][]string) {
	if !has.stated || !lacks.stated {
		return
	}
	for _, c := range without(has.whole, lacks.whole) {
		if _, known := said[c]; known || has.onTypeAlone(c, lacks) {
			continue
		}
		change := Change{Kind: kind, Subject: Capability, Name: spoken(c, capabilityPrefix), Detail: "of the connector"}
		if kind == Removed {
			change.Thought = "it cannot do this any more"
		}
		r.add(change)
	}
}

// onTypeAlone reports whether a capability comes with a resource type that the
// other version does not have, which tells it already.
func (a abilities) onTypeAlone(capability string, other abilities) bool {
	for id, t := range a.types {
		if _, shared := other.types[id]; !shared && slices.Contains(t.capabilities, capability) {
			return true
		}
	}
	return false
}

// permissions compares what an account needs in the target system, whichever
// resource type asks for it.
func (r *Report) permissions(a, b abilities) {
	before, after := a.asked(), b.asked()
	same, from := 0, len(r.Changes)
	for _, name := range both(before, after) {
		was, is := before[name], after[name]
		switch {
		case was == nil:
			r.add(Change{Kind: Added, Subject: Permission, Name: name, Detail: "asked by " + few(is), Thought: "the account needs it before the update"})
		case is == nil:
			r.add(Change{Kind: Removed, Subject: Permission, Name: name, Detail: "was asked by " + few(was)})
		default:
			same++
		}
	}
	slices.SortStableFunc(r.Changes[from:], func(x, y Change) int { return cmp.Compare(x.Kind, y.Kind) })
	r.unchanged(Permission, same, len(r.Changes) > from)
}

// asked are the permissions with the resource types that ask for them.
func (a abilities) asked() map[string][]string {
	out := map[string][]string{}
	for _, id := range keys(a.types) {
		for _, p := range a.types[id].permissions {
			out[p] = append(out[p], id)
		}
	}
	return out
}
