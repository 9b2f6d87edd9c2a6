package artifact

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

// Expectation is what a release file should be.
type Expectation struct {
	Platform Platform // What the file claims to run on.
	Name     string   // The connector.
}

// Compare says where a file differs from what it should be: another platform,
// another name of the executable, another module. Registry and publisher use
// the same sentences. Only a platform mismatch is certainly wrong; forks keep
// the module of their origin, and so may their executable.
func (f Facts) Compare(want Expectation) []Problem {
	exe := f.Executable
	if exe == nil {
		return nil
	}
	var out []Problem
	add := func(kind ProblemKind, format string, args ...any) {
		out = append(out, Problem{Kind: kind, Entry: exe.Name, Detail: fmt.Sprintf(format, args...)})
	}
	if exe.Platform != "" && want.Platform != "" && !serves(exe.Platform, want.Platform) {
		add(ProblemPlatformMismatch, "the file claims %s, but the executable is made for %s (%s)", want.Platform, exe.Platform, exe.Detail)
	}
	if base := strings.TrimSuffix(path.Base(exe.Name), ".exe"); exe.Name != "" && want.Name != "" &&
		ConnectorKey(base) != ConnectorKey(want.Name) {
		add(ProblemOtherName, "the executable is called %s, the connector %s", quote(path.Base(exe.Name)), want.Name)
	}
	if exe.Go != nil && exe.Go.Module != "" && want.Name != "" && ConnectorKey(moduleName(exe.Go.Module)) != ConnectorKey(want.Name) {
		add(ProblemOtherModule, "the executable is built from the module %s, the connector is %s", exe.Go.Module, want.Name)
	}
	return out
}

// serves says whether an executable runs on everything that is wanted.
func serves(have, want Platform) bool {
	for _, p := range want.Serves() {
		if !slices.Contains(have.Serves(), p) {
			return false
		}
	}
	return true
}

// moduleName is the last element of a module path that is not a major version.
func moduleName(modulePath string) string {
	if prefix, _, ok := module.SplitPathVersion(modulePath); ok {
		modulePath = prefix
	}
	return path.Base(modulePath)
}
