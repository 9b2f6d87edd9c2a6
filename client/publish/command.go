package publish

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/project"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// changelogFile is where a changelog stands that is too long for a command
// line.
const changelogFile = "@CHANGELOG.md"

// Command is the command line that publishes the same without a screen. A
// changelog of several lines stands in a file there.
func (a Answers) Command() string {
	words := []string{"registrar", "publish"}
	flag := func(name, value string) {
		if value != "" {
			words = append(words, "--"+name, project.ShellWord(value))
		}
	}
	if a.Directory != "" && a.Directory != "." {
		words = append(words, project.ShellWord(operand(a.Directory)))
	}
	flag("version", a.Version)
	flag("org", a.Org)
	flag("name", a.Name)
	for _, dist := range a.Dist {
		flag("dist", dist)
	}
	for _, picked := range a.Picked {
		if a.Ships(picked.Platform) {
			flag("file", picked.Platform+"="+picked.Path)
		}
	}
	for _, path := range a.LeaveOut {
		flag("leave-out", path)
	}
	for _, platform := range a.Platforms {
		flag("platform", platform.Slug())
	}
	flag("changelog", a.changelog())
	flag("description", a.Description)
	flag("license", a.License)
	flag("homepage", a.Homepage)
	flag("sign", a.Sign)
	if a.Stable {
		words = append(words, "--stable")
	}
	return strings.Join(words, " ")
}

// Ships reports whether the platform with a slug is one that is asked for.
func (a Answers) Ships(slug string) bool {
	return len(a.Platforms) == 0 || slices.ContainsFunc(a.Platforms, func(p registryv1.Platform) bool { return p.Slug() == slug })
}

// changelog is the changelog as a word of the command line: a text that is
// short, else the file that it would stand in.
func (a Answers) changelog() string {
	const short = 60
	text := strings.TrimSpace(a.Changelog)
	if strings.Contains(text, "\n") || len(text) > short || strings.HasPrefix(text, "@") {
		return changelogFile
	}
	return text
}

// operand is a path that is not taken for a flag.
func operand(path string) string {
	if strings.HasPrefix(path, "-") {
		return "." + string(filepath.Separator) + path
	}
	return path
}

// Absolute returns the answers with paths that mean the same wherever the
// program is started next.
func (a Answers) Absolute() (Answers, error) {
	var failed error
	whole := func(path string) string {
		full, err := filepath.Abs(path)
		if err != nil {
			failed = err
			return path
		}
		return full
	}
	a.Directory = whole(a.Directory)
	a.Dist, a.LeaveOut, a.Picked = slices.Clone(a.Dist), slices.Clone(a.LeaveOut), slices.Clone(a.Picked)
	for i := range a.Dist {
		a.Dist[i] = whole(a.Dist[i])
	}
	for i := range a.LeaveOut {
		a.LeaveOut[i] = whole(a.LeaveOut[i])
	}
	for i := range a.Picked {
		a.Picked[i].Path = whole(a.Picked[i].Path)
	}
	return a, failed
}
