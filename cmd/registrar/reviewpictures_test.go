package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/tuitest"
)

// reviewPictures draws the queue and the page of a review: those take two
// people, so that the demo has neither.
func reviewPictures(t *testing.T, light bool, picture func(term *tuitest.Terminal, name string)) {
	t.Helper()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	mara := s.person(t, "mara", "reviewer", "acme")
	for _, name := range []string{"baton-sample", "baton-desk"} {
		ines.publishes(t, "acme", name, "v1.0.0").ok(t)
	}
	s.admin.run(t, "policy", "set", "acme", "--approvals", "1").ok(t)
	changed := project(t, "acme", "baton-sample", "v1.1.0")
	addResource(t, changed)
	ines.run(t, "publish", changed, "--version", "v1.1.0", "--org", "acme", "--name", "baton-sample", "--sign", "none", "--no-wait",
		"--changelog", "Sync the projects of a workspace. Page through more than 200 groups.").ok(t)
	ines.publishes(t, "acme", "baton-desk", "v1.1.0", "--no-wait").ok(t)

	term := mara.console(t, tuitest.Options{Width: 120, Height: 40, Light: light})
	term.Expect("✓ live").Key("4").ExpectLine("sample", "v1.1.0", "0 of 1", "passed").ExpectLine("desk", "nothing new").Key("m").ExpectLine("mara, ", "left")
	picture(term, "queue")
	term.Key("enter").Expect("What changed since v1.0.0").Expect("yours for")
	term.Key("p", "p", "p", "f", "e").Expect("enter done").Type("Please add one for paging.").Key("enter", "s").Expect("enter done")
	term.Type("Good work. Before I approve: a test for paging of groups, and one line in the README.").Key("enter", "5").Expect("4 of 6 marked ∙ ✓ draft kept")
	picture(term, "review")
	term.Key("q")
	require.NoError(t, term.ExpectEnd())
}

// addResource puts another resource type into the capabilities of a project.
func addResource(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "baton_capabilities.json")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	text := strings.Replace(string(data), `"resourceTypeCapabilities": [`, `"resourceTypeCapabilities": [
    {"resourceType": {"id": "project", "displayName": "Project"}, "capabilities": ["CAPABILITY_SYNC"], "permissions": {"permissions": [{"permission": "projects:read"}]}},`, 1)
	require.NotEqual(t, string(data), text)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}
