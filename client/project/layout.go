package project

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// layout is advice: the standard layout of connectors, which people find their
// way in.
func layout(_ context.Context, s *survey) *registryv1.PreflightResult {
	var missing, found []string
	note := func(there bool, what string) {
		if there {
			found = append(found, what)
		} else {
			missing = append(missing, what)
		}
	}
	program, ok := s.program()
	note(ok && strings.HasPrefix(program, "cmd/"), "cmd/"+s.binary()+"/main.go")
	note(slices.ContainsFunc(s.sources, func(f source) bool { return strings.HasPrefix(f.dir, "pkg/connector") }), "pkg/connector")
	targets := s.targets()
	for _, target := range []string{"build", "lint", "test"} {
		note(slices.Contains(targets, target), "make "+target)
	}
	if len(missing) == 0 {
		return result(pass, "the standard layout", joined(found), "")
	}
	fix := "add " + joined(missing)
	if ok && program == "." {
		fix = "move main.go to " + missing[0]
		if len(missing) > 1 {
			fix += "; add " + joined(missing[1:])
		}
	}
	return result(warn, "differs from the standard layout: no "+joined(missing), joined(found), fix)
}

// program is the directory of the program, relative to the project. Of several
// the one that has the connector's name.
func (s *survey) program() (dir string, ok bool) {
	name := s.name()
	for _, file := range s.sources {
		if !file.main || strings.HasPrefix(file.dir, ".") && file.dir != "." {
			continue
		}
		switch {
		case path.Base(file.dir) == name:
			return file.dir, true
		case !ok || file.dir == ".":
			dir, ok = file.dir, true
		}
	}
	return dir, ok
}

// name is the connector's name, as far as the project tells it.
func (s *survey) name() string { return s.project.Name.Value }

// binary is what the executable is called: like the folder of its program,
// else like the connector.
func (s *survey) binary() string {
	if dir, ok := s.program(); ok && strings.HasPrefix(dir, "cmd/") && plainName.MatchString(path.Base(dir)) {
		return path.Base(dir)
	}
	if plainName.MatchString(s.name()) {
		return s.name()
	}
	return "the connector"
}

// plainName is a name that needs no quotes in a command line.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// makeTarget is the beginning of a rule: names, and a colon that assigns
// nothing.
var makeTarget = regexp.MustCompile(`(?m)^([A-Za-z0-9_.-][A-Za-z0-9_. -]*?)\s*::?(?:[^=:]|$)`)

// targets are the targets of the Makefile.
func (s *survey) targets() []string {
	for _, name := range []string{"GNUmakefile", "makefile", "Makefile"} {
		text, found, err := s.tree.read(name, MaxDocument)
		if found && err == nil {
			return makeTargets(text)
		}
	}
	return nil
}

func makeTargets(text string) []string {
	var targets []string
	for _, match := range makeTarget.FindAllStringSubmatch(text, 1000) {
		for name := range strings.FieldsSeq(match[1]) {
			if !strings.HasPrefix(name, ".") {
				targets = append(targets, name)
			}
		}
	}
	return targets
}
