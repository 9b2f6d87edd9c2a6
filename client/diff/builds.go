package diff

import (
	"cmp"
	"go/version"
	"slices"

	"golang.org/x/mod/semver"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// build is what the executables of a version were built with, all platforms
// together: a module may be in some of them only.
type build struct {
	golang  []string
	main    []string
	modules map[string]string // path -> versions
}

// buildOf reads what validation found in the release files; known is false if
// it found no Go program.
func buildOf(v *registryv1.Version) (b build, known bool) {
	versions := map[string][]string{}
	for _, a := range v.GetAssets() {
		f := a.GetFacts()
		if f.GetGoVersion() == "" {
			continue
		}
		known = true
		b.golang = once(b.golang, line(f.GetGoVersion()))
		if main := line(f.GetModule()); main != "" {
			b.main = once(b.main, main)
		}
		for _, m := range f.GetDependencies() {
			path, number := m.GetPath(), m.GetVersion()
			if had := versions[path]; !slices.Contains(had, number) {
				versions[path] = append(had, number)
			}
		}
	}
	b.modules = make(map[string]string, len(versions))
	for path, numbers := range versions {
		slices.Sort(numbers)
		for i := range numbers {
			numbers[i] = line(numbers[i])
		}
		b.modules[line(path)] = words.List(numbers)
	}
	slices.Sort(b.golang)
	slices.Sort(b.main)
	return b, known
}

// once appends what is not there yet.
func once(all []string, one string) []string {
	if slices.Contains(all, one) {
		return all
	}
	return append(all, one)
}

// builds compares what the executables were built with.
func (r *Report) builds(from, to *registryv1.Version) {
	a, knownA := buildOf(from)
	b, knownB := buildOf(to)
	const what = "record of what its executables were built with"
	switch {
	case !knownA && !knownB:
		r.unknown(Go, "neither version has a "+what, "")
		return
	case !knownA:
		r.unknown(Go, r.Old+" has no "+what, "")
		return
	case !knownB:
		r.unknown(Go, r.New+" has no "+what, "")
		return
	}
	r.golang(words.List(a.golang), words.List(b.golang))
	r.modules(a, b)
}

func (r *Report) golang(was, is string) {
	if was == is {
		r.add(Change{Kind: Same, Subject: Go, Detail: is})
		return
	}
	c := Change{Kind: Changed, Subject: Go, Detail: became(was, is)}
	if version.IsValid(was) && version.IsValid(is) && version.Compare(is, was) < 0 {
		c.Thought = "an older Go than before"
	}
	r.add(c)
}

// modules compares the modules that the executables are made of.
func (r *Report) modules(a, b build) {
	if was, is := words.List(a.main), words.List(b.main); was != is {
		r.add(Change{Kind: Changed, Subject: Module, Name: "the connector itself", Detail: became(orNone(was), orNone(is)), Thought: "it is built from another module"})
	}
	same, from := 0, len(r.Changes)
	for _, path := range both(a.modules, b.modules) {
		was, old := a.modules[path]
		is, recent := b.modules[path]
		c := Change{Subject: Module, Name: path}
		switch {
		case !old:
			c.Kind, c.Detail = Added, is
		case !recent:
			c.Kind, c.Detail = Removed, was
		case was == is:
			same++
			continue
		default:
			c.Kind, c.Detail = Changed, became(was, is)
			if semver.IsValid(was) && semver.IsValid(is) && semver.Compare(is, was) < 0 {
				c.Thought = "older than before"
			}
		}
		r.add(c)
	}
	slices.SortStableFunc(r.Changes[from:], func(x, y Change) int { return cmp.Compare(x.Kind, y.Kind) })
	r.unchanged(Module, same, len(r.Changes) > from)
}

// isSDK reports whether a module is the one that all connectors are made with.
func isSDK(path string) bool { return short(path) == "baton-sdk" }
