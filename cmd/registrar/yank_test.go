package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// published is a computer whose embedded registry has these versions of
// acme/baton-sample.
func published(t *testing.T, versions ...string) *desk {
	t.Helper()
	d := newDesk(t)
	for _, version := range versions {
		d.publishes(t, "acme", "baton-sample", version).ok(t)
	}
	return d
}

// states are the versions of acme/baton-sample with their states.
func (d *desk) states(t *testing.T) map[string]string {
	t.Helper()
	states := map[string]string{}
	for _, version := range d.run(t, "versions", "acme/baton-sample", "-o", "json").ok(t).list(t) {
		v := version.(map[string]any)
		states[v["version"].(string)] = v["state"].(string)
	}
	return states
}

func atTerminal(env *Env) { env.InTerminal, env.ErrTerminal, env.OutTerminal = true, true, true }

func TestYankAsksForTheVersionToBeTyped(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0")
	d.run(t, "set-stable", "acme/baton-sample@v1.1.0").ok(t)
	yank := []string{"yank", "acme/baton-sample", "v1.1.0", "--category", "security", "--reason", "leaks"}

	for name, typed := range map[string]string{"another text": "yes\n", "nothing": "\n", "the end": "", "another version": "v1.0.0\n"} {
		got := d.runWith(t, strings.NewReader(typed), atTerminal, yank...)
		assert.Equal(t, 2, got.code, name)
		assert.Contains(t, got.err, "Type the version to go on: ", name)
		assert.Contains(t, got.err, "Nothing was changed:", name)
		assert.Empty(t, got.out, name)
		assert.Equal(t, map[string]string{"v1.0.0": "PUBLISHED", "v1.1.0": "PUBLISHED"}, d.states(t), name)
	}
	got := d.runWith(t, strings.NewReader("v1.1.0\n"), atTerminal, yank...).ok(t)
	assert.Contains(t, got.err, "can never be used again", "the consequences come first")
	assert.Contains(t, got.out, "acme/baton-sample@v1.1.0 is YANKED.")
	assert.Equal(t, "YANKED", d.states(t)["v1.1.0"])

	again := d.runWith(t, strings.NewReader(""), atTerminal, yank...).ok(t)
	assert.Contains(t, again.out, "was YANKED before with the same words. Nothing was changed.")
	yank[len(yank)-1] = "another reason"
	refused := d.runWith(t, strings.NewReader("v1.1.0\n"), atTerminal, yank...)
	assert.Equal(t, 5, refused.code)
	assert.NotContains(t, refused.err, "Type the version", "what is refused anyway is not asked about")
}

func TestYankManySaysWhatBecameOfEach(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0", "v1.2.0")
	d.run(t, "yank", "acme/baton-sample", "v1.1.0", "--category", "other", "--reason", "x", "--yes").ok(t)
	list := filepath.Join(d.home, "versions.txt")
	require.NoError(t, os.WriteFile(list, []byte("# all of them\nacme/baton-sample v1.0.0\nacme/baton-sample@v1.1.0\nacme/baton-none@v1.0.0\n"), 0o600))
	yank := []string{"yank", "--from", list, "acme/baton-sample@v1.2.0", "--category", "license", "--reason", "wrong file"}

	dry := d.run(t, append(yank, "--dry-run")...)
	assert.Equal(t, 5, dry.code, "that of the first refusal")
	assert.Contains(t, dry.out, "would be yanked")
	assert.Contains(t, dry.err, "2 of 4 versions would be refused")
	assert.Equal(t, map[string]string{"v1.0.0": "PUBLISHED", "v1.1.0": "YANKED", "v1.2.0": "PUBLISHED"}, d.states(t))

	got := d.run(t, append(yank, "--yes", "-o", "json")...)
	assert.Equal(t, 5, got.code)
	results := got.list(t)
	require.Len(t, results, 4)
	for i, want := range []string{"YANKED", "YANKED", "WRONG_STATE", "NOT_FOUND"} {
		result := results[i].(map[string]any)
		if failure, ok := result["error"].(map[string]any); ok {
			assert.Equal(t, want, failure["reason"])
			assert.NotContains(t, result, "state")
			continue
		}
		assert.Equal(t, want, result["state"], result["version"])
	}
	assert.Equal(t, "WRONG_STATE", got.failure(t)["reason"])
	assert.Len(t, got.failure(t)["faults"], 2)
	assert.Equal(t, map[string]string{"v1.0.0": "YANKED", "v1.1.0": "YANKED", "v1.2.0": "YANKED"}, d.states(t))
}

func TestYankReadsVersionsFromStdin(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0")
	yank := []string{"yank", "--from", "-", "--category", "broken", "--reason", "x"}
	asked := d.runWith(t, strings.NewReader("acme/baton-sample@v1.0.0\n"), atTerminal, yank...)
	assert.Equal(t, 2, asked.code, "stdin holds the versions, so nobody can answer there")
	assert.Contains(t, asked.err, "--yes is missing")
	d.runWith(t, strings.NewReader("acme/baton-sample@v1.0.0\n"), nil, append(yank, "--yes")...).ok(t)
	assert.Equal(t, "YANKED", d.states(t)["v1.0.0"])
	empty := d.runWith(t, strings.NewReader("# nothing\n"), nil, append(yank, "--yes")...)
	assert.Equal(t, 2, empty.code)
}

func TestManyAreConfirmedByTheirNumber(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0")
	yank := []string{"yank", "acme/baton-sample", "v1.0.0", "v1.1.0", "--category", "broken", "--reason", "x"}
	assert.Equal(t, 2, d.runWith(t, strings.NewReader("v1.0.0\n"), atTerminal, yank...).code)
	got := d.runWith(t, strings.NewReader("yank 2\n"), atTerminal, yank...).ok(t)
	assert.Contains(t, got.err, `Type "yank 2" to go on: `)
	assert.Equal(t, map[string]string{"v1.0.0": "YANKED", "v1.1.0": "YANKED"}, d.states(t))
}

func TestYankMovesStableAndSaysSo(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0")
	d.run(t, "set-stable", "acme/baton-sample", "v1.0.0").ok(t)
	assert.Contains(t, d.run(t, "set-stable", "acme/baton-sample", "v1.1.0").ok(t).out, "is stable now, instead of v1.0.0.")
	got := d.run(t, "yank", "acme/baton-sample", "v1.1.0", "--category", "broken", "--reason", "x", "--yes").ok(t)
	assert.Contains(t, got.err, "Stable: v1.1.0 -> v1.0.0, latest: v1.1.0 -> v1.0.0.")

	blocked := d.run(t, "yank", "acme/baton-sample", "v1.0.0", "--category", "security", "--reason", "leaks", "--block-downloads", "--yes")
	blocked.ok(t)
	refused := d.run(t, "download", "acme/baton-sample", "v1.0.0", "--platform", "linux-amd64", "--dir", d.home, "-o", "json")
	assert.Equal(t, 5, refused.code)
	assert.Equal(t, "DOWNLOAD_BLOCKED", refused.failure(t)["reason"])
	assert.NoFileExists(t, filepath.Join(d.home, "baton-sample"))
}

// What is missing or cannot be read says what to do next.
func TestYankingSaysWhatToDoNext(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for want, args := range map[string][]string{
		"Give a text file with one ORG/NAME@VERSION a line": {"yank", "--from", t.TempDir(), "--category", "broken", "--reason", "loops", "--yes"},
		"See: registrar unyank --help":                      {"unyank", "acme/baton-sample", "v1.0.0"},
		"See: registrar deprecate --help":                   {"deprecate", "acme/baton-sample"},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			said := d.run(t, args...)
			assert.Equal(t, 2, said.code)
			assert.Contains(t, said.err, want)
		})
	}
}
