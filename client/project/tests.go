package project

import (
	"context"
	"fmt"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// tests counts tests. Whether they pass is known only after running them,
// which is a request of its own: until then they are not checked.
func tests(_ context.Context, s *survey) *registryv1.PreflightResult {
	files, functions := 0, 0
	packages, tested := map[string]bool{}, map[string]bool{}
	var where []string
	for _, file := range s.sources {
		if !file.test {
			packages[file.dir] = true
			continue
		}
		files++
		functions += file.tests
		if file.tests > 0 {
			tested[file.dir] = true
			where = append(where, fmt.Sprintf("%s: %s", file.path, plural(file.tests, "test", "tests")))
		}
	}
	switch {
	case files == 0:
		return result(fail, fmt.Sprintf("0 test files found in %s", plural(len(packages), "package", "packages")), s.tree.notSeen(),
			"add a test such as pkg/connector/users_test.go; go test ./... must find it")
	case functions == 0:
		return result(fail, fmt.Sprintf("%s, and no test function in them", plural(files, "test file", "test files")), s.tree.notSeen(),
			"write functions of the form func TestX(t *testing.T)")
	default:
		return result(notChecked, fmt.Sprintf("%s in %s of %s were counted, not run", plural(functions, "test", "tests"), plural(files, "file", "files"),
			plural(len(tested), "package", "packages")), evidence(where), "run them: "+s.command(JobTest))
	}
}

// integration is advice: tests against a real or a faked target system.
func integration(_ context.Context, s *survey) *registryv1.PreflightResult {
	var where []string
	for _, file := range s.sources {
		if file.integration {
			where = append(where, file.path)
		}
	}
	if len(where) > 0 {
		return result(pass, plural(len(where), "file", "files")+" of integration tests found", evidence(where), "")
	}
	if ci := s.pipelines(); ci.runsConnector != "" {
		return result(pass, "the CI workflow runs the connector", ci.runsConnector, "")
	}
	return result(warn, "no integration tests found", "", "add tests that sync a test account or a fake of the target system, as pkg/connector/integration_test.go or in CI")
}
