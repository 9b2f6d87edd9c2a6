package publish

import (
	"strings"

	"github.com/registrar-console/registrar/client/project"
)

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
		words = append(words, project.ShellWord(a.Directory))
	}
	flag("version", a.Version)
	flag("org", a.Org)
	flag("name", a.Name)
	for _, dist := range a.Dist {
		flag("dist", dist)
	}
	for _, platform := range a.Platforms {
		flag("platform", platform.Slug())
	}
	if text := strings.TrimSpace(a.Changelog); strings.Contains(text, "\n") || len(text) > 60 {
		words = append(words, "--changelog", "@CHANGELOG.md")
	} else {
		flag("changelog", text)
	}
	flag("description", a.Description)
	flag("license", a.License)
	flag("sign", a.Sign)
	if a.Stable {
		words = append(words, "--stable")
	}
	return strings.Join(words, " ")
}
