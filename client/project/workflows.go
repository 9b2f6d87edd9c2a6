package project

import (
	"context"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// pipelines is what the CI workflows of a project do, each with where.
type pipelines struct {
	lints, tests, releases, runsConnector string
	// calls are workflows of other repositories, which cannot be looked into.
	calls []string
	files int
}

// workflows is advice: a CI that lints, tests and releases.
func workflows(_ context.Context, s *survey) *registryv1.PreflightResult {
	found := s.pipelines()
	if found.files == 0 {
		return result(warn, "there is no CI workflow", "", "add .github/workflows/ci.yaml that runs make lint and make test, and one that releases on tags")
	}
	var missing, where []string
	for _, job := range []struct{ name, at string }{{"lint", found.lints}, {"test", found.tests}, {"release", found.releases}} {
		if job.at == "" {
			missing = append(missing, job.name)
		} else {
			where = append(where, job.name+" in "+job.at)
		}
	}
	switch {
	case len(missing) == 0:
		return result(pass, "a workflow lints, tests and releases", evidence(where), "")
	case len(found.calls) > 0:
		return result(notChecked, "workflows of other repositories are not looked into, and may do the rest: "+joined(missing),
			evidence(append(where, found.calls...)), "see that they "+strings.Join(missing, ", "))
	default:
		return result(warn, "no workflow does this: "+joined(missing), evidence(where), "add a job that does: "+joined(missing))
	}
}

// pipelines reads the workflows.
func (s *survey) pipelines() pipelines {
	var found pipelines
	for _, name := range s.tree.files {
		workflow := path.Dir(name) == ".github/workflows" && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"))
		if !workflow && name != ".gitlab-ci.yml" && name != ".circleci/config.yml" {
			continue
		}
		text, ok, err := s.tree.read(name, maxSmall)
		if !ok || err != nil {
			continue
		}
		found.files++
		found.read(name, text, s.binary())
	}
	return found
}

// read notes what one workflow does. What runs counts, names and comments do
// not: a job called test may test nothing.
func (p *pipelines) read(file, text, binary string) {
	var document yaml.Node
	if yaml.Unmarshal([]byte(text), &document) != nil {
		return
	}
	set := func(at *string, here bool) {
		if here && *at == "" {
			*at = file
		}
	}
	for _, step := range steps(&document, "", 0) {
		value := step.value
		switch step.key {
		case "uses":
			set(&p.lints, strings.Contains(value, "golangci-lint-action"))
			set(&p.releases, strings.Contains(value, "goreleaser"))
			if target, _, _ := strings.Cut(value, "@"); strings.Contains(target, "/.github/workflows/") && !strings.HasPrefix(target, "./") {
				set(&p.releases, strings.Contains(path.Base(target), "release"))
				if call := file + " calls " + value; !slices.Contains(p.calls, call) {
					p.calls = append(p.calls, call)
				}
			}
		case "run", "script":
			set(&p.lints, strings.Contains(value, "golangci-lint") || strings.Contains(value, "make lint"))
			set(&p.tests, strings.Contains(value, "go test") || strings.Contains(value, "make test") || strings.Contains(value, "gotestsum"))
			set(&p.releases, strings.Contains(value, "goreleaser") || strings.Contains(value, "gh release") || strings.Contains(value, "registrar publish"))
			set(&p.runsConnector, strings.Contains(value, "./"+binary))
		}
	}
}

// step is one value of a workflow and the key that it is under.
type step struct{ key, value string }

// steps are the scalars of a document. Aliases are not followed: they may
// stand for far more than the file holds.
func steps(node *yaml.Node, key string, depth int) []step {
	if depth > 50 {
		return nil
	}
	var out []step
	switch node.Kind {
	case yaml.ScalarNode:
		return []step{{key, node.Value}}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			out = append(out, steps(node.Content[i+1], node.Content[i].Value, depth+1)...)
		}
	case yaml.DocumentNode, yaml.SequenceNode:
		for _, child := range node.Content {
			out = append(out, steps(child, key, depth+1)...)
		}
	case yaml.AliasNode:
	}
	return out
}
