package project_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/project"
)

// What linter and tests depend on changes the stamp, in whatever way it
// changed; what they do not depend on leaves it alone.
func TestSourceStamp(t *testing.T) {
	t.Parallel()
	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			path := filepath.Join(dir, filepath.FromSlash(name))
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		}
	}
	for name, c := range map[string]struct {
		change  func(t *testing.T, dir string)
		differs bool
	}{
		"nothing":           {func(*testing.T, string) {}, false},
		"a Go file":         {write("pkg/connector/users.go", "package connector\n"), true},
		"a new Go file":     {write("pkg/more/more.go", "package more\n"), true},
		"go.mod":            {write("go.mod", "module github.com/acme/baton-widget\n\ngo 1.27\n"), true},
		"the Makefile":      {write("Makefile", "test:\n\ttrue\n"), true},
		"linter settings":   {write(".golangci.yml", "version: \"2\"\n"), true},
		"test data":         {write("pkg/connector/testdata/golden/users.json", "[]"), true},
		"the README":        {write("README.md", "# changed\n"), false},
		"a build":           {write("dist/linux_amd64/baton-widget.go", "package x\n"), false},
		"a vendored module": {write("vendor/example.org/x/y.go", "package x\n"), false},
		"a removed file": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Remove(filepath.Join(dir, "pkg", "connector", "groups.go")))
		}, true},
		"an older file put back": {func(t *testing.T, dir string) {
			t.Helper()
			past := time.Now().Add(-time.Hour)
			require.NoError(t, os.Chtimes(filepath.Join(dir, "main.go"), past, past))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := tree(t, scaffold())
			before, err := project.SourceStamp(dir)
			require.NoError(t, err)
			c.change(t, dir)
			after, err := project.SourceStamp(dir)
			require.NoError(t, err)
			assert.Equal(t, c.differs, before != after)
		})
	}
	one, err := project.SourceStamp(tree(t, nil))
	require.NoError(t, err)
	other, err := project.SourceStamp(tree(t, nil))
	require.NoError(t, err)
	assert.NotEqual(t, one, other, "another project is another state")
	_, err = project.SourceStamp(filepath.Join(t.TempDir(), "nowhere"))
	assert.Error(t, err)
}
