package project

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// syncerMethods are the methods of a ResourceSyncer in the order in which the
// SDK has them, in the older and in the newer shape.
var syncerMethods = []struct {
	name   string
	shapes [2]string
}{
	{"ResourceType", [2]string{"(Context)(*ResourceType)", "(Context)(*ResourceType)"}},
	{"List", [2]string{"(Context,*ResourceId,*Token)([]*Resource,string,Annotations,error)", "(Context,*ResourceId,SyncOpAttrs)([]*Resource,*SyncOpResults,error)"}},
	{"Entitlements", [2]string{"(Context,*Resource,*Token)([]*Entitlement,string,Annotations,error)", "(Context,*Resource,SyncOpAttrs)([]*Entitlement,*SyncOpResults,error)"}},
	{"Grants", [2]string{"(Context,*Resource,*Token)([]*Grant,string,Annotations,error)", "(Context,*Resource,SyncOpAttrs)([]*Grant,*SyncOpResults,error)"}},
}

// shapeNames are how the two shapes are called in sentences.
var shapeNames = [2]string{"with page tokens", "with SyncOpAttrs"}

// typeKey names a type of the project.
type typeKey struct{ dir, name string }

// methods are what is known of all types of a project.
type methodSets struct {
	module  string
	methods map[typeKey]map[string]method
	embeds  map[typeKey][]embedded
	where   map[typeKey]string
}

func newMethodSets(modulePath string, sources []source) *methodSets {
	m := &methodSets{module: modulePath, methods: map[typeKey]map[string]method{}, embeds: map[typeKey][]embedded{}, where: map[typeKey]string{}}
	for _, s := range sources {
		if s.test {
			continue
		}
		for _, found := range s.methods {
			key := typeKey{s.dir, found.receiver}
			if m.methods[key] == nil {
				m.methods[key] = map[string]method{}
			}
			m.methods[key][found.name] = found
			if found.name == "List" || m.where[key] == "" {
				m.where[key] = fmt.Sprintf("%s:%d", s.path, found.line)
			}
		}
		for name, within := range s.structs {
			m.embeds[typeKey{s.dir, name}] = within
			if _, known := m.methods[typeKey{s.dir, name}]; !known && len(within) > 0 {
				m.methods[typeKey{s.dir, name}] = nil
			}
			if m.where[typeKey{s.dir, name}] == "" {
				m.where[typeKey{s.dir, name}] = s.path
			}
		}
	}
	return m
}

// all are the methods of a type, those of embedded types of the project among
// them. Unseen is an embedded type of another module.
func (m *methodSets) all(of typeKey, depth int) (set map[string]method, unseen string) {
	set = map[string]method{}
	if depth > 0 {
		for _, e := range m.embeds[of] {
			key, ours := m.resolve(of, e)
			if !ours {
				unseen = cmp.Or(unseen, e.name)
				continue
			}
			promoted, hidden := m.all(key, depth-1)
			maps.Copy(set, promoted)
			unseen = cmp.Or(unseen, hidden)
		}
	}
	maps.Copy(set, m.methods[of])
	return set, unseen
}

// resolve finds an embedded type in the project.
func (m *methodSets) resolve(in typeKey, e embedded) (key typeKey, ours bool) {
	if e.from == "" {
		key = typeKey{in.dir, e.name}
		_, methods := m.methods[key]
		_, declared := m.embeds[key]
		return key, methods || declared
	}
	dir, ok := strings.CutPrefix(e.from, m.module+"/")
	return typeKey{dir, e.name}, ok && m.module != ""
}

// syncer is what a type has of a ResourceSyncer.
type syncer struct {
	key   typeKey
	where string
	// shape is 0 or 1 when all four methods have that shape.
	complete bool
	shape    int
	// faults are what is missing or has another signature.
	faults []string
	// unseen is an embedded type whose methods are not known.
	unseen string
}

func (s syncer) name() string { return s.key.name }

// syncers are the types that are a ResourceSyncer, or nearly.
func (m *methodSets) syncers() []syncer {
	var found []syncer
	for key := range m.methods {
		set, unseen := m.all(key, 4)
		if s, is := judge(key, set, unseen); is {
			s.where = m.where[key]
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b syncer) int {
		return cmp.Or(cmp.Compare(a.key.dir, b.key.dir), cmp.Compare(a.key.name, b.key.name))
	})
	return found
}

// judge compares the methods of a type with the four of a ResourceSyncer. Two
// that are right make it a syncer that somebody meant to write.
func judge(key typeKey, set map[string]method, unseen string) (syncer, bool) {
	s := syncer{key: key, unseen: unseen}
	fits, beyondType := [2]int{}, 0
	for i, want := range syncerMethods {
		found, has := set[want.name]
		for shape, signature := range want.shapes {
			if has && found.signature == signature {
				fits[shape]++
			}
		}
		if i > 0 && has && slices.Contains(want.shapes[:], found.signature) {
			beyondType++
		}
	}
	s.shape = 0
	if fits[1] > fits[0] {
		s.shape = 1
	}
	if fits[s.shape] == len(syncerMethods) {
		s.complete = true
		return s, true
	}
	meant := beyondType > 0 && fits[0]+fits[1] >= 2
	hidden := unseen != "" && (beyondType > 0 || strings.Contains(unseen, "Syncer"))
	if !meant && !hidden {
		return s, false
	}
	for _, want := range syncerMethods {
		if fault := methodFault(want.name, want.shapes, s.shape, set); fault != "" {
			s.faults = append(s.faults, fault)
		}
	}
	return s, true
}

// methodFault says what is wrong with one method of a nearly complete syncer.
func methodFault(name string, shapes [2]string, shape int, set map[string]method) string {
	found, has := set[name]
	switch {
	case has && found.signature == shapes[shape]:
		return ""
	case has && found.signature == shapes[1-shape]:
		return fmt.Sprintf("%s is %s, the others are %s", name, shapeNames[1-shape], shapeNames[shape])
	case has:
		return fmt.Sprintf("%s has another signature, want %s", name, shapes[shape])
	}
	for _, other := range slices.Sorted(maps.Keys(set)) {
		if slices.Contains(shapes[:], set[other].signature) && !isSyncerMethod(other) {
			return fmt.Sprintf("%s is missing; %s has its signature", name, other)
		}
	}
	for _, other := range slices.Sorted(maps.Keys(set)) {
		if !isSyncerMethod(other) && strings.EqualFold(strings.TrimSuffix(other, "s"), strings.TrimSuffix(name, "s")) {
			return fmt.Sprintf("%s is missing; %s looks like it", name, other)
		}
	}
	return name + " is missing"
}

func isSyncerMethod(name string) bool {
	for _, m := range syncerMethods {
		if m.name == name {
			return true
		}
	}
	return false
}

// resourceSyncer: at least one type syncs resources.
func resourceSyncer(ctx context.Context, s *survey) *registryv1.PreflightResult {
	const fix = "implement ResourceType, List, Entitlements and Grants of the SDK's ResourceSyncer for each resource type"
	var complete, nearly []syncer
	unseen := ""
	for _, found := range newMethodSets(s.project.Module, s.sources).syncers() {
		switch {
		case found.complete:
			complete = append(complete, found)
		case found.unseen != "":
			unseen = cmp.Or(unseen, fmt.Sprintf("%s embeds %s of another module", found.name(), found.unseen))
		default:
			nearly = append(nearly, found)
		}
	}
	var lines []string
	for _, found := range nearly {
		lines = append(lines, fmt.Sprintf("%s %s: %s", found.where, found.name(), strings.Join(found.faults, "; ")))
	}
	broken := s.brokenSources()
	lines = append(lines, broken...)
	unread := s.tree.notSeen()
	if unread != "" {
		lines = append(lines, unread)
	}
	switch {
	case len(complete) > 0 && len(nearly) == 0 && len(broken) == 0:
		return result(pass, counted(complete), strings.TrimSpace(whereTheyAre(complete)+"\n"+unread), "")
	case len(complete) > 0:
		return result(warn, counted(complete)+"; "+remarks(len(nearly), len(broken)), evidence(lines), "complete the methods, or remove the type if nothing uses it")
	case len(nearly) > 0 || len(broken) > 0:
		return result(fail, "no type has all four methods; "+remarks(len(nearly), len(broken)), evidence(lines), fix)
	}
	if printed := s.printed(ctx); printed.err == nil && len(printed.capabilities.Syncing()) > 0 {
		return result(pass, fmt.Sprintf("the connector itself lists %s that sync", plural(len(printed.capabilities.Syncing()), "resource type", "resource types")),
			strings.Join(printed.capabilities.Syncing(), ", "), "")
	}
	switch {
	case unseen != "":
		return result(notChecked, "methods of embedded types cannot be seen in the source", unseen, "let the connector print its capabilities: "+s.connectorCommand("capabilities"))
	case len(s.sources) == 0:
		return result(fail, "there are no Go files", unread, fix)
	default:
		return result(fail, fmt.Sprintf("no type has these methods in %s", plural(len(s.sources), "Go file", "Go files")), unread, fix)
	}
}

// counted says how many syncers there are, and where.
func counted(complete []syncer) string {
	byDir := map[string]int{}
	for _, s := range complete {
		byDir[s.key.dir]++
	}
	var parts []string
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		parts = append(parts, plural(byDir[dir], "type", "types")+" in "+place(dir))
	}
	return strings.Join(parts, ", ") + ", all four methods each"
}

func place(dir string) string {
	if dir == "." {
		return "the project's root"
	}
	return dir
}

func whereTheyAre(complete []syncer) string {
	lines := make([]string, len(complete))
	for i, s := range complete {
		lines[i] = fmt.Sprintf("%s %s, %s", s.where, s.name(), shapeNames[s.shape])
	}
	return evidence(lines)
}

// remarks counts what is not as it should be.
func remarks(nearly, broken int) string {
	var parts []string
	if nearly > 0 {
		parts = append(parts, plural(nearly, "type comes", "types come")+" close")
	}
	if broken > 0 {
		parts = append(parts, plural(broken, "file does", "files do")+" not parse")
	}
	return strings.Join(parts, ", ")
}
