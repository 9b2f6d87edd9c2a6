// Package diff says what changed between two versions of a connector. It is a
// pure function of what the registry answers about each of them: the documents
// that came with it and what validation found in its files. Nothing is
// downloaded.
package diff

import (
	"cmp"
	"slices"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Kind is how something differs.
type Kind uint8

// The kinds. Unknown is what cannot be compared, since one side has nothing
// that could be, or both have nothing.
const (
	Added Kind = iota + 1
	Removed
	Changed
	Same
	Unknown
)

// String is the kind as one word: "added".
func (k Kind) String() string {
	switch k {
	case Added:
		return "added"
	case Removed:
		return "removed"
	case Changed:
		return "changed"
	case Same:
		return "same"
	default:
		return "unknown"
	}
}

// Subject is what a change is about.
type Subject uint8

// The subjects, in the order in which they are told.
const (
	Resource Subject = iota + 1
	Capability
	Permission
	Config
	Platform
	Size
	Go
	Module
	Signer
	Verdict
	License
	Readme
)

// subjects are the words for the subjects: for programs, for one thing, and
// for all of a kind.
var subjects = map[Subject]struct{ id, one, all string }{
	Resource:   {"resource", "resource type", "resources"},
	Capability: {"capability", "capability", "capabilities"},
	Permission: {"permission", "permission", "permissions"},
	Config:     {"config", "config field", "config"},
	Platform:   {"platform", "platform", "platforms"},
	Size:       {"size", "size", "size"},
	Go:         {"go", "built with", "built with"},
	Module:     {"module", "module", "modules"},
	Signer:     {"signer", "signer", "signer"},
	Verdict:    {"verdict", "verdict", "verdict"},
	License:    {"license", "license", "license"},
	Readme:     {"readme", "README", "README"},
}

// String is the subject as programs read it: "config".
func (s Subject) String() string { return subjects[s].id }

// One is what one thing of the subject is called: "config field".
func (s Subject) One() string { return subjects[s].one }

// All is what all of them are called: "platforms".
func (s Subject) All() string { return subjects[s].all }

// Change is one difference, or that there is none. Its texts are clean and
// stand on one line.
type Change struct {
	Kind    Kind
	Subject Subject
	// Name is what changed: a resource type, a field, a module. It is empty
	// where the subject says it already.
	Name string
	// Detail is how: "default 100 -> 200".
	Detail string
	// Thought is why a person should think about it before the update; it is
	// empty for what needs no thought.
	Thought string
}

// Report is what changed from an older version to a newer one. Its order is
// that of the subjects, and always the same for the same two versions.
type Report struct {
	// Old and New are the numbers of the two versions.
	Old, New string
	Changes  []Change
}

// Compare says what changed from one version to another.
func Compare(from, to *registryv1.Version) Report {
	r := &Report{Old: numberOf(from), New: numberOf(to)}
	r.capabilities(from.GetCapabilities(), to.GetCapabilities())
	r.config(from.GetConfigSchema(), to.GetConfigSchema())
	r.platforms(from.GetSummary().GetPlatforms(), to.GetSummary().GetPlatforms())
	r.sizes(from, to)
	r.builds(from, to)
	r.signatures(from, to)
	r.license(line(from.GetLicense()), line(to.GetLicense()))
	r.readme(from.GetDocumentation(), to.GetDocumentation())
	return *r
}

func numberOf(v *registryv1.Version) string { return line(v.GetSummary().GetRef().GetVersion()) }

// add notes a change.
func (r *Report) add(c Change) { r.Changes = append(r.Changes, c) }

// unknown notes what cannot be compared.
func (r *Report) unknown(s Subject, detail, thought string) {
	r.add(Change{Kind: Unknown, Subject: s, Detail: detail, Thought: thought})
}

// missing notes that a thing is absent on a side, and reports whether it is.
// Thought is why that deserves one where only the newer version lacks it.
func (r *Report) missing(s Subject, what string, before, after bool, thought string) bool {
	switch {
	case before && after:
		return false
	case before:
		r.unknown(s, r.New+" has no "+what, thought)
	case after:
		r.unknown(s, r.Old+" has no "+what, "")
	default:
		r.unknown(s, "neither version has a "+what, "")
	}
	return true
}

// unchanged notes how many things of a subject stayed as they were, besides
// those that did not.
func (r *Report) unchanged(s Subject, n int, others bool) {
	switch {
	case n == 0:
	case others:
		r.add(Change{Kind: Same, Subject: s, Name: plural(n, "other", "others"), Detail: "unchanged"})
	default:
		r.add(Change{Kind: Same, Subject: s, Name: "all " + count(n), Detail: "unchanged"})
	}
}

// Different are the changes that are any, without what is the same and what
// cannot be compared.
func (r Report) Different() []Change {
	var out []Change
	for _, c := range r.Changes {
		if c.Kind != Same && c.Kind != Unknown {
			out = append(out, c)
		}
	}
	return out
}

// Thoughts is how much of it a person should think about.
func (r Report) Thoughts() int {
	n := 0
	for _, c := range r.Changes {
		if c.Thought != "" {
			n++
		}
	}
	return n
}

// Brief is what matters most, for where there is room for a few lines only:
// what deserves a thought, then other changes, then what cannot be compared.
// Modules are one line, and sizes of single platforms are left out.
func (r Report) Brief() []Change {
	out := slices.DeleteFunc(slices.Clone(r.Changes), func(c Change) bool {
		minor := c.Subject == Module || c.Subject == Size && c.Name != ""
		return c.Kind == Same || minor && c.Thought == ""
	})
	if modules, any := r.modulesInBrief(); any {
		out = append(out, modules)
	}
	slices.SortStableFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(urgency(a), urgency(b)), cmp.Compare(a.Subject, b.Subject))
	})
	return out
}

// urgency orders what is brief, the first lowest.
func urgency(c Change) int {
	switch {
	case c.Thought != "":
		return 0
	case c.Kind == Unknown:
		return 2
	default:
		return 1
	}
}

// modulesInBrief sums up what happened to modules, by the one that people know.
func (r Report) modulesInBrief() (sum Change, any bool) {
	n, kind, known := 0, Kind(0), ""
	for _, c := range r.Changes {
		if c.Subject != Module || c.Kind == Same || c.Kind == Unknown || c.Thought != "" {
			continue
		}
		n++
		if kind == 0 {
			kind = c.Kind
		}
		if kind != c.Kind {
			kind = Changed
		}
		if n == 1 || isSDK(c.Name) {
			known = short(c.Name) + " " + c.Detail
		}
	}
	return Change{Kind: kind, Subject: Module, Name: count(n) + " " + kind.String(), Detail: known}, n > 0
}

// short is the last part of a module's path.
func short(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// Unchanged names in a few words what is the same, of that which one asks for
// first: "same signer, same license, same platforms". It is empty if none is.
func (r Report) Unchanged() string {
	var same []string
	for _, s := range []Subject{Signer, License, Platform} {
		of := r.about(s)
		if len(of) > 0 && !slices.ContainsFunc(of, func(c Change) bool { return c.Kind != Same }) {
			same = append(same, "same "+s.All())
		}
	}
	return strings.Join(same, ", ")
}

// about are the changes of a subject.
func (r Report) about(s Subject) []Change {
	var out []Change
	for _, c := range r.Changes {
		if c.Subject == s {
			out = append(out, c)
		}
	}
	return out
}
