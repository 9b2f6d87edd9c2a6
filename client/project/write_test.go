//go:build unix

package project_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/project"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// files are the names in a directory, so that nothing half-written stays.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

func TestTheLicenseIsWritten(t *testing.T) {
	t.Parallel()
	dir := tree(t, scaffold())
	require.Equal(t, fail, preflight(t, dir)[project.RequirementLicense].GetResult())
	require.NoError(t, project.WriteLicense(dir))
	got := preflight(t, dir)[project.RequirementLicense]
	assert.Equal(t, pass, got.GetResult(), "%s", got)
	info, err := os.Stat(filepath.Join(dir, "LICENSE"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o644), info.Mode())
	require.ErrorContains(t, project.WriteLicense(dir), "LICENSE is there already and was left as it is")
}

// Which license a project has is for its owners, also where it is a link to
// nowhere.
func TestNoLicenseIsReplaced(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"go.mod": "module github.com/acme/baton-x\n", "COPYING": "mine"})
	require.ErrorContains(t, project.WriteLicense(dir), "COPYING is there already")
	assert.Equal(t, []string{"COPYING", "go.mod"}, files(t, dir))

	dir = t.TempDir()
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "LICENSE")); err != nil {
		t.Skip("there are no links here")
	}
	require.Error(t, project.WriteLicense(dir))
	assert.NoFileExists(t, filepath.Join(dir, "elsewhere"))
}

func TestADescriptionIsWrittenOnce(t *testing.T) {
	t.Parallel()
	dir := tree(t, scaffold())
	assert.False(t, project.HasDescription(dir))
	said := project.Description{
		Description: "Syncs: users, \"groups\"\nand more", License: "Apache-2.0", Homepage: "https://example.org/widget", Repository: "https://github.com/acme/baton-widget",
	}
	require.NoError(t, project.WriteDescription(dir, said))
	assert.True(t, project.HasDescription(dir))
	p := read(t, dir)
	assert.Equal(t, project.Proposal{Value: said.Description, From: project.DescriptionFile}, p.Description)
	assert.Equal(t, said.License, p.License.Value)
	assert.Equal(t, said.Homepage, p.Homepage.Value)
	assert.Equal(t, said.Repository, p.Repository.Value)

	before, err := os.ReadFile(filepath.Join(dir, project.DescriptionFile))
	require.NoError(t, err)
	require.ErrorContains(t, project.WriteDescription(dir, project.Description{License: "MIT"}), "left as it is")
	after, err := os.ReadFile(filepath.Join(dir, project.DescriptionFile))
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
	require.Error(t, project.WriteDescription(t.TempDir(), project.Description{}))
	require.Error(t, project.WriteDescription(filepath.Join(dir, "nowhere"), said))
}

// The sample connector prints its capabilities; they take the place of a file
// that says something else.
func TestCapabilitiesAreWhatTheConnectorPrints(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "testdata", "connector"))))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "baton_capabilities.json"), []byte("{}"), 0o600))
	command, err := project.CommandFor(t.Context(), dir, project.JobCapabilities)
	require.NoError(t, err)
	assert.Equal(t, "go run ./cmd/baton-sample capabilities", command.String())
	outcome, err := project.WriteCapabilities(t.Context(), command, func(string) {})
	require.NoError(t, err)
	assert.Zero(t, outcome.Code)
	got := preflight(t, dir)[project.RequirementCapabilities]
	assert.Equal(t, pass, got.GetResult(), "%s", got)
}

// What is no capabilities file, and what fails, leaves the one before alone.
func TestBadCapabilitiesAreNotKept(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{"another text": "echo hello; echo why >&2", "it fails": "echo '{}'; echo why >&2; exit 3"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := tree(t, map[string]string{"baton_capabilities.json": "before"})
			var said []string
			outcome, err := project.WriteCapabilities(t.Context(), project.Command{Directory: dir, Args: []string{"sh", "-c", script}}, func(line string) { said = append(said, line) })
			assert.True(t, err != nil || outcome.Code == 3)
			assert.Equal(t, []string{"why"}, said)
			text, err := os.ReadFile(filepath.Join(dir, "baton_capabilities.json"))
			require.NoError(t, err)
			assert.Equal(t, "before", string(text))
			assert.Equal(t, []string{"baton_capabilities.json"}, files(t, dir))
		})
	}
}

// Lines are told as they come, each once.
func TestLinesAreToldAsTheyCome(t *testing.T) {
	t.Parallel()
	lines := make(chan *registryv1.PreflightResult, 20)
	report, err := project.Preflight(context.WithoutCancel(t.Context()), tree(t, finished()), project.Options{Told: func(r *registryv1.PreflightResult) { lines <- r }})
	require.NoError(t, err)
	close(lines)
	told := map[string]*registryv1.PreflightResult{}
	for r := range lines {
		told[r.GetRequirement()] = r
	}
	require.Len(t, told, len(project.Lines()))
	for i, name := range project.Lines() {
		assert.Same(t, report.GetResults()[i], told[name])
	}
}
