package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scaffolded is a project as the official scaffold makes it.
func scaffolded(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module github.com/acme/baton-widget\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n",
		"README.md": "# baton-widget\n\nA connector for Widget.\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

// sampleProject is the sample connector, which meets the requirements.
func sampleProject() string { return filepath.Join("..", "..", "testdata", "connector") }

func TestCheckShowsEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	dir := scaffolded(t)
	got := newDesk(t).run(t, "check", dir)
	assert.Equal(t, 6, got.code, got.err)
	for _, line := range []string{
		"✗ fail         ResourceSyncer     no type has these methods in 1 Go file",
		"✗ fail         License            there is no LICENSE file",
		"fix  add the Apache-2.0 text as LICENSE",
		"✗ fail         Tests              0 test files found in 1 package",
		"\nAdvice\n! warn         Layout ",
	} {
		assert.Contains(t, got.out, line)
	}
	assert.Contains(t, got.err, "5 of six requirements are not met")
	assert.Contains(t, got.err, "- license: there is no LICENSE file")
	for line := range strings.Lines(got.out) {
		assert.Equal(t, strings.TrimRight(line, " \n"), strings.TrimSuffix(line, "\n"))
	}
}

func TestCheckForScripts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dir := scaffolded(t)
	got := d.run(t, "check", dir, "-o", "json")
	assert.Equal(t, 6, got.code)
	report := got.object(t)
	assert.Equal(t, dir, report["directory"])
	var names []string
	count := map[string]float64{}
	for _, one := range report["results"].([]any) {
		r := one.(map[string]any)
		for _, member := range []string{"requirement", "status", "detail", "evidence", "fix"} {
			assert.IsType(t, "", r[member], member)
		}
		names = append(names, r["requirement"].(string))
		count[r["status"].(string)]++
	}
	assert.Equal(t, []string{"resource-syncer", "lint", "tests", "readme", "license", "capabilities", "layout", "ci", "integration-tests"}, names)
	assert.Equal(t, map[string]any{"pass": count["PASS"], "warn": count["WARN"], "fail": count["FAIL"], "notChecked": count["NOT_CHECKED"]}, report["summary"])
	failure := got.failure(t)
	assert.Equal(t, "CHECK_FAILED", failure["reason"])
	assert.Len(t, failure["faults"], 5)
	assert.Contains(t, got.out, `{"requirement":"license","status":"FAIL","detail":"there is no LICENSE file","evidence":"","fix":"add the Apache-2.0 text as LICENSE"}`)

	met := d.run(t, "check", sampleProject(), "-o", "json").ok(t)
	assert.Empty(t, met.err)
	assert.InDelta(t, 0, met.object(t)["summary"].(map[string]any)["fail"], 0)
	assert.Contains(t, met.out, `"requirement":"tests","status":"NOT_CHECKED"`)
}

func TestCheckOfWhatIsNoProject(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for name, args := range map[string][]string{
		"empty": {"check", t.TempDir()}, "absent": {"check", filepath.Join(t.TempDir(), "\x1b[31mabsent")}, "a file": {"check", file}, "two": {"check", ".", "."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := d.run(t, args...)
			assert.Equal(t, 2, got.code, got.err)
			assert.Empty(t, got.out)
			assert.NotContains(t, got.err, "\x1b")
		})
	}
	assert.Equal(t, "NOT_A_PROJECT", d.run(t, "check", t.TempDir(), "-o", "json").failure(t)["reason"])
}

func TestPublishWarnsAndWithStrictRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	args := []string{"publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "none"}

	refused := d.run(t, append(args, "--strict", "-o", "json")...)
	assert.Equal(t, 6, refused.code, refused.err)
	assert.Equal(t, "CHECK_FAILED", refused.failure(t)["reason"])
	assert.Contains(t, refused.failure(t)["next"], "without --strict")
	assert.Len(t, refused.failure(t)["faults"], 2)
	for _, line := range refused.lines(t) {
		assert.Equal(t, "prepare", line["step"])
	}
	warned := map[string]any{}
	for _, line := range d.run(t, append(args, "--dry-run", "-o", "json")...).ok(t).lines(t) {
		if line["step"] == "preflight" {
			assert.Equal(t, "warning", line["status"])
			warned[line["about"].(string)] = line["fix"]
		}
	}
	assert.Contains(t, warned, "resource-syncer")
	assert.Contains(t, warned, "tests")
	assert.NotContains(t, warned, "capabilities", "it is met")
	assert.Equal(t, 3, d.run(t, "show", "acme/baton-sample").code, "nothing was created")

	got := d.run(t, args...).ok(t)
	assert.Contains(t, got.err, "warning  Tests: 0 test files found in 0 packages.")
	assert.Contains(t, got.err, "Preflight, your own report: 1 pass, ")
	shown := d.run(t, "show", "acme/baton-sample", "v1.0.0", "-o", "json").ok(t).object(t)
	results := shown["preflight"].(map[string]any)["results"].([]any)
	require.Len(t, results, 9)
	assert.Equal(t, "FAIL", results[0].(map[string]any)["result"])
	assert.Equal(t, "NOT_CHECKED", results[1].(map[string]any)["result"])
	assert.Contains(t, d.run(t, "show", "acme/baton-sample", "v1.0.0").ok(t).out, "preflight    by the publisher's own report: 1 pass, ")

	require.NoError(t, os.Remove(filepath.Join(dir, "go.mod")))
	files := []string{"publish", dir, "--version", "v1.1.0", "--org", "acme", "--name", "baton-sample", "--sign", "none"}
	assert.NotContains(t, d.run(t, append(files, "--dry-run")...).ok(t).err, "Preflight", "release files alone are no project")
	strict := d.run(t, append(files, "--strict")...)
	assert.Equal(t, 2, strict.code, strict.err)
}
