package project

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// lintConfig is the configuration of golangci-lint, as far as it matters
// whether the installed one reads it.
type lintConfig struct {
	file string
	// second: it is in the format of golangci-lint v2.
	second bool
	// plugins: it loads code of the project into the linter.
	plugins bool
}

// lintConfig finds the configuration; the zero value is that there is none.
func (s *survey) lintConfig() lintConfig {
	for _, name := range []string{".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json"} {
		text, found, err := s.tree.read(name, maxSmall)
		if found && err == nil {
			return readLintConfig(name, text)
		}
	}
	return lintConfig{}
}

var tomlVersion = regexp.MustCompile(`(?m)^\s*"?version"?\s*[:=]\s*"2`)

func readLintConfig(name, text string) lintConfig {
	c := lintConfig{file: name}
	if strings.HasSuffix(name, ".toml") {
		c.second = tomlVersion.MatchString(text)
		c.plugins = strings.Contains(text, "settings.custom.")
		return c
	}
	var said struct {
		Version string `yaml:"version"`
		Linters struct {
			Settings struct {
				Custom map[string]any `yaml:"custom"`
			} `yaml:"settings"`
		} `yaml:"linters"`
		Settings struct {
			Custom map[string]any `yaml:"custom"`
		} `yaml:"linters-settings"`
	}
	_ = yaml.Unmarshal([]byte(text), &said) // the linter will say what is wrong with it
	c.second = strings.HasPrefix(said.Version, "2")
	c.plugins = len(said.Linters.Settings.Custom)+len(said.Settings.Custom) > 0
	return c
}

// lint: the project passes golangci-lint. Without that, gofmt and go vet are
// looked at; they are no substitute, so that the requirement is not checked.
func lint(ctx context.Context, s *survey) *registryv1.PreflightResult {
	config := s.lintConfig()
	if !s.options.Tools {
		return s.withoutLinter(ctx, "golangci-lint was not run", "run it: "+s.command(JobLint), config.file)
	}
	linter, err := exec.LookPath("golangci-lint")
	if err != nil {
		return s.withoutLinter(ctx, "golangci-lint is not installed", "install golangci-lint, then run "+s.command(JobLint), config.file)
	}
	version, err := s.output(ctx, []string{linter, "version"})
	if err != nil {
		return s.withoutLinter(ctx, "golangci-lint does not say its version", "see that golangci-lint version works", err.Error())
	}
	number := lintVersion(version)
	second := !strings.HasPrefix(number, "1.")
	switch {
	case config.plugins:
		return s.withoutLinter(ctx, config.file+" loads plugins into the linter, which is running code of the project", "run it yourself: "+s.command(JobLint), config.file)
	case config.file != "" && second && !config.second:
		return s.withoutLinter(ctx, fmt.Sprintf("%s is in the format of golangci-lint v1, which the installed %s refuses", config.file, number),
			"convert it: golangci-lint migrate", config.file+` has no version: "2"`)
	case config.file != "" && !second && config.second:
		return s.withoutLinter(ctx, fmt.Sprintf("%s is in the format of golangci-lint v2, and %s is installed", config.file, number), "install golangci-lint v2", config.file)
	}
	return s.runLinter(ctx, linter, number)
}

var versionNumber = regexp.MustCompile(`version v?(\d+\.\d+\.\d+)`)

// lintVersion is the number in what golangci-lint says of itself.
func lintVersion(said string) string {
	if match := versionNumber.FindStringSubmatch(said); match != nil {
		return match[1]
	}
	return "2"
}

// finding is a line of a linter or a compiler that names a place.
var lintFinding = regexp.MustCompile(`^\S+\.go:\d+(:\d+)?: `)

func (s *survey) runLinter(ctx context.Context, linter, number string) *registryv1.PreflightResult {
	out, err := s.output(ctx, []string{linter, "run", "./..."})
	found := placed(out)
	failed, exited := errors.AsType[*FailedError](err)
	switch {
	case err == nil:
		return result(pass, "golangci-lint "+number+" found nothing", "", "")
	case exited && failed.Code == 1 && len(found) > 0 && !uncompiled(found):
		return result(fail, fmt.Sprintf("golangci-lint %s has %s", number, plural(len(found), "finding", "findings")), evidence(found), "correct them; see all with "+s.command(JobLint))
	case exited && uncompiled(found):
		return s.withoutLinter(ctx, "golangci-lint cannot compile the project", "see that go build ./... works here", evidence(found))
	default:
		return s.withoutLinter(ctx, "golangci-lint did not come to an end", "see what it says: "+s.command(JobLint), err.Error())
	}
}

// withoutModules finds that packages are not there to be compiled with.
var withoutModules = regexp.MustCompile(`no required module provides|missing go\.sum entry|cannot find (package|module)|could not import|inconsistent vendoring`)

// placed are the lines that name a place in a file.
func placed(out string) []string {
	var found []string
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); lintFinding.MatchString(line) {
			found = append(found, line)
		}
	}
	return found
}

// uncompiled reports whether all findings are that the project does not
// compile here, for example since its modules cannot be had.
func uncompiled(found []string) bool {
	for _, line := range found {
		if !strings.Contains(line, "(typecheck)") && !withoutModules.MatchString(line) {
			return false
		}
	}
	return len(found) > 0
}

// withoutLinter looks with gofmt and go vet, where golangci-lint cannot.
func (s *survey) withoutLinter(ctx context.Context, why, fix, about string) *registryv1.PreflightResult {
	var found []string
	for _, file := range s.sources {
		if file.unformatted {
			found = append(found, file.path+": gofmt would change it")
		}
	}
	looked := "gofmt"
	if s.options.Tools {
		out, err := s.output(ctx, []string{"go", "vet", "./..."})
		places := placed(strings.ReplaceAll(out, "vet: ", ""))
		switch {
		case err == nil:
			looked = "gofmt and go vet"
		case len(places) > 0 && !withoutModules.MatchString(out):
			looked = "gofmt and go vet"
			found = append(found, places...)
		default:
			about = first(about, err.Error())
			why += "; go vet did not come to an end"
		}
	}
	if len(found) > 0 {
		return result(warn, fmt.Sprintf("%s; %s found %s", why, looked, plural(len(found), "fault", "faults")), evidence(found), "correct them; "+fix)
	}
	return result(notChecked, why+"; "+looked+" found nothing", about, fix)
}
