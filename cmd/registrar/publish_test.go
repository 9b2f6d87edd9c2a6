package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestPublishTellsEachStepAsOneLine(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	got := d.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	uploaded := map[string]bool{}
	checked := 0
	lines := got.lines(t)
	for i, line := range lines {
		require.NotEmpty(t, line["step"])
		require.NotEmpty(t, line["status"])
		assert.Equal(t, i == len(lines)-1, line["step"] == "done", "done is the last line and only that")
		if line["step"] == "upload" && line["status"] == "ok" && line["platform"] != nil {
			uploaded[line["platform"].(string)] = true
			assert.Equal(t, line["total"], line["bytes"])
		}
		if line["step"] == "check" {
			checked++
		}
	}
	assert.Len(t, uploaded, 5)
	assert.NotZero(t, checked)
	assert.Equal(t, map[string]any{
		"step": "done", "status": "ok", "org": "acme", "name": "baton-sample", "version": "v1.0.0", "state": "PUBLISHED",
	}, lines[len(lines)-1])

	dir := project(t, "acme", "baton-sample", "v1.1.0")
	text := d.run(t, "publish", dir, "--version", "v1.1.0", "--org", "acme", "--name", "baton-sample").ok(t)
	assert.Equal(t, "acme/baton-sample@v1.1.0 is PUBLISHED.\n", text.out)
	assert.Contains(t, text.err, "without signatures")
	assert.Contains(t, text.err, "\nupload     windows-amd64  262 kB stored in ")
	assert.Contains(t, text.err, "\nvalidate   30 passed")
	assert.NotContains(t, text.err, "✓ pass", "what passed is only counted")
	for line := range strings.Lines(text.err) {
		assert.Equal(t, strings.TrimRight(line, " \n"), strings.TrimSuffix(line, "\n"))
	}
}

// Stopping a publish leaves what arrived where it is; running it again goes on
// from there.
func TestAPublishThatWasStoppedGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	// One file is large enough to be on its way for a while.
	large, err := os.OpenFile(filepath.Join(dir, "dist", "linux-arm64", "baton-sample"), os.O_WRONLY|os.O_APPEND, 0)
	require.NoError(t, err)
	for i := range 128 {
		_, err := large.Write(filler(strconv.Itoa(i), 1<<20))
		require.NoError(t, err)
	}
	require.NoError(t, large.Close())
	publishing := ines.start(t, "publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "none", "-o", "json")
	for !strings.HasPrefix(publishing.line(t), `{"step":"upload","platform":`) {
		continue // until the first small file is there
	}
	require.Equal(t, 130, publishing.stop(t, os.Interrupt), publishing.errs.String())
	assert.Contains(t, publishing.errs.String(), `"reason":"INTERRUPTED"`)
	drafts := ines.run(t, "drafts", "-o", "json").ok(t).list(t)
	require.Len(t, drafts, 1)
	assert.Equal(t, "UPLOADING", drafts[0].(map[string]any)["state"])
	assert.Equal(t, dir, drafts[0].(map[string]any)["directory"])

	lines := ines.run(t, "publish", dir, "--resume", "--sign", "none", "-o", "json").ok(t).lines(t)
	assert.Equal(t, "PUBLISHED", lines[len(lines)-1]["state"])
}

func TestPublishDryRunChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dry := d.publishes(t, "acme", "baton-sample", "v1.0.0", "--dry-run").ok(t)
	lines := dry.lines(t)
	for _, line := range lines[:len(lines)-1] {
		assert.Contains(t, []any{"prepare", "preflight"}, line["step"])
		assert.Contains(t, []any{"note", "warning"}, line["status"])
	}
	assert.Equal(t, "dry-run", lines[len(lines)-1]["step"])
	assert.Len(t, lines[len(lines)-1]["files"], 5)
	assert.Equal(t, "[]\n", d.run(t, "list", "-o", "json").ok(t).out)
	assert.Equal(t, "[]\n", d.run(t, "drafts", "-o", "json").ok(t).out)

	d.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	dir := project(t, "acme", "baton-sample", "v1.1.0")
	text := d.run(t, "publish", dir, "--version", "v1.1.0", "--org", "acme", "--name", "baton-sample", "--dry-run", "--sign", "none").ok(t)
	assert.Contains(t, text.out, "acme/baton-sample@v1.1.0 would be published with")
	assert.Contains(t, text.out, "windows-amd64")
	taken := d.publishes(t, "acme", "baton-sample", "v1.0.0", "--dry-run", "--platform", "linux-amd64")
	assert.Equal(t, 5, taken.code, "the registry is really asked")
}

func TestPublishSomePlatforms(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.publishes(t, "acme", "baton-sample", "v1.0.0", "--platform", "linux-amd64", "--platform", "windows-amd64").ok(t)
	version := d.run(t, "show", "acme/baton-sample@v1.0.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, []any{"linux-amd64", "windows-amd64"}, version["platforms"])

	missing := d.run(t, "download", "acme/baton-sample", "--platform", "darwin-arm64", "--dir", d.home, "-o", "json")
	assert.Equal(t, 6, missing.code, missing.err)
	assert.Equal(t, "PLATFORM_MISSING", missing.failure(t)["reason"])
	rows := d.run(t, "show", "acme/baton-sample@v1.0.0", "--platforms", "-o", "json").ok(t).list(t)
	require.Len(t, rows, 2)
	assert.Equal(t, true, rows[0].(map[string]any)["received"])
	newest := d.run(t, "show", "acme/baton-sample", "--platforms", "-o", "json").ok(t).list(t)
	require.Len(t, newest, 5)
	assert.NotContains(t, newest[0].(map[string]any), "version")
	assert.Equal(t, "v1.0.0", newest[2].(map[string]any)["version"])
}

func TestStableNeedsAMaintainerBeforeAnythingIsUploaded(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	refused := ines.publishes(t, "acme", "baton-sample", "v1.0.0", "--stable")
	assert.Equal(t, 4, refused.code)
	assert.Equal(t, "NOT_PERMITTED", refused.failure(t)["reason"])
	assert.Equal(t, "[]\n", s.admin.run(t, "list", "-o", "json").ok(t).out)
	nobody := s.anonymous(t).publishes(t, "acme", "baton-sample", "v1.0.0", "--stable")
	assert.Equal(t, 4, nobody.code)
	s.person(t, "mara", "maintainer", "acme").publishes(t, "acme", "baton-sample", "v1.0.0", "--stable").ok(t)
	assert.Equal(t, "v1.0.0", s.admin.run(t, "show", "acme/baton-sample", "-o", "json").ok(t).object(t)["stable"])
}

// An embedded registry finishes what it began before the process ends: nobody
// else would.
func TestNoWaitOnAnEmbeddedRegistryIsValidatedAllTheSame(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	lines := d.publishes(t, "acme", "baton-sample", "v1.0.0", "--no-wait").ok(t).lines(t)
	for _, line := range lines {
		assert.NotEqual(t, "failed", line["status"], "that nobody waits is no failure")
	}
	assert.Equal(t, "VALIDATING", lines[len(lines)-1]["state"])
	assert.Equal(t, "ok", lines[len(lines)-1]["status"])
	assert.Equal(t, "PUBLISHED", d.states(t)["v1.0.0"])
}

func TestAPublishThatWasRefusedGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	s := serve(t)
	nobody := s.anonymous(t)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	publish := []string{"publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "none", "-o", "json"}
	require.Equal(t, 4, nobody.run(t, publish...).code)

	drafts := nobody.run(t, "drafts", "-o", "json").ok(t).list(t)
	require.Len(t, drafts, 1)
	assert.Equal(t, dir, drafts[0].(map[string]any)["directory"])
	none := nobody.run(t, "publish", t.TempDir(), "--resume", "-o", "json")
	assert.Equal(t, 3, none.code, none.err)

	// The same computer, now with a token.
	ines := s.person(t, "ines", "publisher", "acme")
	ines.environ = append(ines.environ, "XDG_STATE_HOME="+filepath.Join(nobody.home, "state"))
	lines := ines.run(t, "publish", dir, "--resume", "--sign", "none", "-o", "json").ok(t).lines(t)
	assert.Equal(t, "PUBLISHED", lines[len(lines)-1]["state"])
	assert.Equal(t, "[]\n", ines.run(t, "drafts", "-o", "json").ok(t).out, "what is done is forgotten")
}

// halfUploaded leaves a draft with two of five files, and another one that got
// no further than its number.
func halfUploaded(t *testing.T, d *desk) {
	t.Helper()
	stage := &demo{dir: t.TempDir(), env: &Env{Out: &bytes.Buffer{}}}
	stage.release = filepath.Join(stage.dir, "release")
	require.NoError(t, writeSamples(stage.release))
	c := d.connect(t)
	_, err := c.Registry.CreateConnector(context.Background(), &registryv1.CreateConnectorRequest{
		RequestId: newRequestID(), Ref: &registryv1.ConnectorRef{Org: demoOrg, Name: sampleName},
	})
	require.NoError(t, err)
	require.NoError(t, stage.publishHalf(t.Context(), c, "v1.4.0"))
	require.NoError(t, stage.begin(t.Context(), c, "v1.5.0"))
}

func TestDraftsAndAbandon(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	halfUploaded(t, ines)
	drafts := ines.run(t, "drafts", "-o", "json").ok(t).list(t)
	require.Len(t, drafts, 2)
	byVersion := map[string]map[string]any{}
	for _, one := range drafts {
		byVersion[one.(map[string]any)["version"].(string)] = one.(map[string]any)
	}
	assert.Equal(t, "PENDING", byVersion["v1.5.0"]["state"])
	assert.Equal(t, "UPLOADING", byVersion["v1.4.0"]["state"])
	assert.Len(t, byVersion["v1.4.0"]["received"], 2)
	assert.Equal(t, "[]\n", s.anonymous(t).run(t, "status", "-o", "json").ok(t).out, "drafts are not public")
	assert.Contains(t, ines.run(t, "status").ok(t).out, "◔ UPLOADING")
	assert.Equal(t, 4, s.anonymous(t).run(t, "abandon", "acme/baton-sample", "v1.4.0").code)

	ines.run(t, "abandon", "acme/baton-sample", "v1.4.0").ok(t)
	removed := ines.run(t, "abandon", "acme/baton-sample@v1.5.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, true, removed["removed"])
	assert.Equal(t, "[]\n", ines.run(t, "drafts", "-o", "json").ok(t).out)
	assert.Equal(t, 3, ines.run(t, "abandon", "acme/baton-sample@v1.5.0").code)
	ines.publishes(t, "acme", "baton-sample", "v1.5.0").ok(t)
	wrong := ines.run(t, "abandon", "acme/baton-sample@v1.5.0", "-o", "json")
	assert.Equal(t, 5, wrong.code)
	assert.Equal(t, "WRONG_STATE", wrong.failure(t)["reason"])
}

// A careless program sends what ours would not; the registry refuses it with
// every reason, and the number can be tried again.
func TestAFailedVersionCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	stage := &demo{dir: t.TempDir(), env: &Env{Out: &bytes.Buffer{}}}
	stage.release = filepath.Join(stage.dir, "release")
	require.NoError(t, writeSamples(stage.release))
	d.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	func() {
		env := &Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Environ: d.environ}
		loaded, err := loadSettings(newRoot(env).PersistentFlags(), env.getenv)
		require.NoError(t, err)
		env.Settings = loaded
		s, err := env.open(t.Context())
		require.NoError(t, err)
		require.NoError(t, stage.publishSwapped(t.Context(), s.Client, "v1.2.0"))
		require.NoError(t, s.end())
	}()
	failed := d.run(t, "show", "acme/baton-sample@v1.2.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, "FAILED", failed["state"])
	assert.Equal(t, "PLATFORM_BINARY_MISMATCH", failed["failure"].(map[string]any)["reason"])
	shown := d.run(t, "show", "acme/baton-sample", "v1.2.0").ok(t).out
	assert.Contains(t, shown, "✗ FAILED")
	assert.Contains(t, shown, "✗ fail")
	listed := d.run(t, "status", "--state", "failed", "--connector", "acme/sample", "-o", "json").ok(t).list(t)
	require.Len(t, listed, 1)

	d.publishes(t, "acme", "baton-sample", "v1.2.0").ok(t)
	again := d.run(t, "show", "acme/baton-sample@v1.2.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, "PUBLISHED", again["state"])
	assert.InDelta(t, 2, again["attempt"], 0)
	assert.Len(t, again["earlierAttempts"], 1)
}

func TestChangelogFromAFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file := filepath.Join(d.home, "CHANGES.md")
	require.NoError(t, os.WriteFile(file, []byte("# v1.0.0\n\nFirst.\n"), 0o600))
	d.publishes(t, "acme", "baton-sample", "v1.0.0", "--changelog", "@"+file, "--description", "A sample").ok(t)
	version := d.run(t, "show", "acme/baton-sample@v1.0.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, "First.", strings.TrimSpace(strings.TrimPrefix(version["changelog"].(string), "# v1.0.0")))
	assert.Equal(t, "A sample", version["description"])
}
