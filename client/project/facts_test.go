package project_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/project"
)

func TestModulePaths(t *testing.T) {
	t.Parallel()
	for mod, want := range map[string][2]string{
		"module github.com/acme/baton-x\n":                        {"acme", "baton-x"},
		"// a comment\nmodule github.com/acme/baton-x // another": {"acme", "baton-x"},
		"module \"github.com/acme/baton-x\"\n":                    {"acme", "baton-x"},
		"module `github.com/acme/baton-x`\n":                      {"acme", "baton-x"},
		"module (\n\tgithub.com/acme/baton-x\n)\n":                {"", ""},
		"module github.com/Acme/Baton-X/v2\n\ngo 1.26\n":          {"Acme", "baton-x"},
		"module github.com/acme/mono/connectors/baton-x/v10\n":    {"connectors", "baton-x"},
		"module gopkg.in/acme/baton-x.v3\n":                       {"acme", "baton-x"},
		"\ufeffmodule github.com/acme/baton-x\r\n":                {"acme", "baton-x"},
		"go 1.26\n":                     {"", ""},
		"module github.com/acme/../x\n": {"", ""},
		"module github.com/acme/baton-x // indirect \"quoted\" x\n": {"acme", "baton-x"},
	} {
		t.Run(mod, func(t *testing.T) {
			t.Parallel()
			p := read(t, tree(t, map[string]string{"go.mod": mod}))
			assert.Equal(t, want, [2]string{p.Org.Value, p.Name.Value})
		})
	}
}

func TestSourcesThatDisagreeAreNamed(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"go.mod":         "module github.com/conductorone/baton-okta/v2\n",
		".git/HEAD":      "ref: refs/heads/main\n",
		".git/config":    "[remote \"origin\"]\n\turl = git@github.com:Acme/baton-okta-plus.git\n",
		"connector.yaml": "repository_url: https://github.com/acme/baton-okta\nhomepage_url: https://acme.example.org\n",
	}
	p := read(t, tree(t, files))
	assert.Equal(t, project.Proposal{Value: "Acme", From: "git remote origin"}, p.Org)
	assert.Equal(t, project.Proposal{Value: "baton-okta-plus", From: "git remote origin"}, p.Name)
	assert.Equal(t, []project.Proposal{{Value: "Acme", From: "git remote origin"}, {Value: "acme", From: "connector.yaml"}, {Value: "conductorone", From: "go.mod"}}, p.Orgs)
	assert.Len(t, p.Names, 3)
	assert.Equal(t, project.Proposal{Value: "https://acme.example.org", From: "connector.yaml"}, p.Homepage)
	assert.Equal(t, project.Proposal{Value: "https://github.com/acme/baton-okta", From: "connector.yaml"}, p.Repository)
	var said []string
	for _, n := range p.Notes {
		if n.About == "org" || n.About == "name" {
			said = append(said, n.Text)
		}
	}
	assert.Equal(t, []string{
		"git remote origin says Acme, go.mod says conductorone; forks keep the module path of their origin",
		"git remote origin says baton-okta-plus, connector.yaml says baton-okta",
		"git remote origin says baton-okta-plus, go.mod says baton-okta; forks keep the module path of their origin",
	}, said)

	delete(files, "connector.yaml")
	files["go.mod"] = "module github.com/ACME/okta-plus\n"
	p = read(t, tree(t, files))
	assert.False(t, noted(p, "org"), "orgs compare without case")
	assert.False(t, noted(p, "name"), "okta and baton-okta name the same connector")
	assert.Equal(t, project.Proposal{Value: "https://github.com/Acme/baton-okta-plus", From: "git remote origin"}, p.Repository)
}

func TestALicenseThatTheFileContradictsIsNoted(t *testing.T) {
	t.Parallel()
	p := read(t, tree(t, map[string]string{"connector.yaml": "license: MIT\n", "LICENSE": "Apache License Version 2.0"}))
	assert.Equal(t, "MIT", p.License.Value)
	assert.True(t, noted(p, "license"))
	p = read(t, tree(t, map[string]string{"connector.yaml": "license: apache-2.0\n", "LICENSE": "Apache License Version 2.0"}))
	assert.False(t, noted(p, "license"))
}

// A project is somebody's files: what they point to is not ours to read, let
// alone to publish.
func TestNothingOutsideTheProjectIsRead(t *testing.T) {
	t.Parallel()
	outside := tree(t, map[string]string{"secret": "# Secret\n\nSecret text of this computer.\n", "pkg/a.go": olderSyncer("a", "users")})
	dir := tree(t, map[string]string{"go.mod": "module github.com/acme/baton-x\n"})
	for name, target := range map[string]string{
		"README.md": filepath.Join(outside, "secret"), "LICENSE": filepath.Join(outside, "secret"), "baton_capabilities.json": filepath.Join(outside, "secret"),
		"connector.yaml": filepath.Join(outside, "secret"), "pkg": filepath.Join(outside, "pkg"), "loop": dir, "main.go": filepath.Join(outside, "pkg", "a.go"),
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	p := read(t, dir)
	assert.Empty(t, p.Documentation.Text)
	assert.True(t, noted(p, "README.md"))
	got := preflight(t, dir)
	assert.Equal(t, fail, got[project.RequirementSyncer].GetResult())
	for _, r := range got {
		assert.NotContains(t, r.GetDetail()+r.GetEvidence(), "Secret")
	}
	assert.Contains(t, got[project.RequirementReadme].GetDetail(), "README.md cannot be read")
}

func TestOddTreesAreBounded(t *testing.T) {
	t.Parallel()
	dir := tree(t, finished())
	// A sparse file of 8 GB, Go files of megabytes, folders without end, names
	// that paint.
	huge, err := os.Create(filepath.Join(dir, "pkg", "connector", "huge.go"))
	require.NoError(t, err)
	require.NoError(t, huge.Truncate(8<<30))
	require.NoError(t, huge.Close())
	deep := dir
	for range 60 {
		deep = filepath.Join(deep, "d")
	}
	require.NoError(t, os.MkdirAll(deep, 0o755))
	if runtime.GOOS != "windows" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "pkg", "connector", "\x1b[31mred\n\u202e.go"), []byte("package x\nfunc (\n"), 0o600))
	}
	nested := "package x\n\nvar x = " + strings.Repeat("(", 500_000) + "1" + strings.Repeat(")", 500_000) + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "nested.go"), []byte(nested), 0o600))
	secret := filepath.Join(dir, "locked")
	require.NoError(t, os.Mkdir(secret, 0o000))
	t.Cleanup(func() { _ = os.Chmod(secret, 0o700) }) // so that it can be removed

	got := preflight(t, dir)
	assert.Equal(t, warn, got[project.RequirementSyncer].GetResult(), "%s", got[project.RequirementSyncer])
	if runtime.GOOS != "windows" {
		assert.Contains(t, got[project.RequirementSyncer].GetEvidence(), "?[31mred ?.go: ")
	}
	assert.Contains(t, got[project.RequirementSyncer].GetDetail(), "2 types in pkg/connector")
	assert.Contains(t, got[project.RequirementSyncer].GetEvidence(), "not looked at: ")
}

// BenchmarkPreflight looks at the sample connector without running any tool:
// as it is, and with as much of other people's code beside it as the real SDK
// brings along. The second may cost at most a second.
func BenchmarkPreflight(b *testing.B) {
	sample := filepath.Join("..", "..", "testdata", "connector")
	vendored := b.TempDir()
	require.NoError(b, os.CopyFS(vendored, os.DirFS(sample)))
	code := []byte("package lib\n\n" + strings.Repeat("// Sync does not belong to this connector.\nfunc (r *Reader) Sync(n int) int { return n + 1 }\n\n", 100))
	for i := range 4400 {
		dir := filepath.Join(vendored, "vendor", "example.org", strconv.Itoa(i%400))
		require.NoError(b, os.MkdirAll(dir, 0o700))
		require.NoError(b, os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".go"), code, 0o600))
	}
	for name, dir := range map[string]string{"sample": sample, "with a vendor folder": vendored} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := project.Preflight(b.Context(), dir, project.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
