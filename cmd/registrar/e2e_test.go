package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// The whole way of a version, each step by another person in a process of its
// own: served, published, promoted, downloaded, yanked, and all of it proved by
// the audit log.
func TestServePublishDownloadYankVerify(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	mara := s.person(t, "mara", "maintainer", "acme")
	anybody := s.anonymous(t)

	dir := project(t, "acme", "baton-sample", "v1.0.0")
	publishing := ines.start(t, "publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "none", "-o", "json")
	require.Zero(t, publishing.wait(t), publishing.errs.String())
	var last string
	for line := range publishing.lines {
		assert.True(t, json.Valid([]byte(line)), line)
		last = line
	}
	assert.JSONEq(t, `{"step":"done","status":"ok","org":"acme","name":"baton-sample","version":"v1.0.0","state":"PUBLISHED"}`, last)

	version := anybody.run(t, "show", "acme/baton-sample", "v1.0.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, "PUBLISHED", version["state"])
	assert.Equal(t, true, version["latest"])
	assert.Equal(t, false, version["stable"])
	assert.Equal(t, "ines", version["author"])
	assert.Len(t, version["assets"], 5)
	assert.NotEmpty(t, version["checks"])

	mara.run(t, "set-stable", "acme/baton-sample@v1.0.0").ok(t)
	got := anybody.run(t, "download", "ACME/sample", "--platform", "linux-arm64", "--dir", filepath.Join(anybody.home, "bin"), "-o", "json").ok(t)
	file := got.object(t)
	assert.Equal(t, "STABLE", file["chosenBy"])
	want, err := os.ReadFile(filepath.Join(dir, "dist", "linux-arm64", "baton-sample"))
	require.NoError(t, err)
	bytes, err := os.ReadFile(file["path"].(string))
	require.NoError(t, err)
	assert.Equal(t, want, bytes)

	head := s.admin.run(t, "events", "verify", "-o", "json").ok(t).object(t)["head"].(map[string]any)
	refused := ines.run(t, "set-stable", "acme/baton-sample", "v1.0.0", "-o", "json")
	assert.Equal(t, 4, refused.code)
	assert.Equal(t, "NOT_PERMITTED", refused.failure(t)["reason"])

	yank := []string{"yank", "acme/baton-sample", "v1.0.0", "--category", "broken", "--reason", "loops on empty pages", "--yes", "-o", "json"}
	dry := mara.run(t, append(yank, "--dry-run")...).ok(t).object(t)
	assert.Equal(t, "PUBLISHED", dry["state"])
	assert.NotEmpty(t, dry["consequences"])
	assert.Equal(t, "PUBLISHED", anybody.run(t, "show", "acme/baton-sample@v1.0.0", "-o", "json").ok(t).object(t)["state"])
	assert.Equal(t, "YANKED", mara.run(t, yank...).ok(t).object(t)["state"])
	assert.Equal(t, "YANKED", mara.run(t, yank...).ok(t).object(t)["state"], "the same again changes nothing")
	yank[6] = "another reason"
	again := mara.run(t, yank...)
	assert.Equal(t, 5, again.code)
	assert.Equal(t, "WRONG_STATE", again.failure(t)["reason"])
	assert.Equal(t, map[string]any{
		"category": "BROKEN", "reason": "loops on empty pages", "by": "mara", "downloadsBlocked": false,
		"at": mara.run(t, "show", "acme/baton-sample@v1.0.0", "-o", "json").ok(t).object(t)["yank"].(map[string]any)["at"],
	}, anybody.run(t, "show", "acme/baton-sample@v1.0.0", "-o", "json").ok(t).object(t)["yank"])

	byNumber := anybody.run(t, "download", "acme/baton-sample", "v1.0.0", "--platform", "windows-amd64", "--dir", anybody.home).ok(t)
	assert.Contains(t, byNumber.err, "v1.0.0 is yanked (broken): loops on empty pages.")
	assert.Equal(t, 3, anybody.run(t, "download", "acme/baton-sample", "--platform", "windows-amd64").code, "neither stable nor latest is left")

	taken := ines.publishes(t, "acme", "baton-sample", "v1.0.0")
	assert.Equal(t, 5, taken.code, taken.err)
	assert.Equal(t, "VERSION_EXISTS", taken.failure(t)["reason"])

	later := s.admin.run(t, "events", "verify", "--head", head["hash"].(string), "-o", "json")
	assert.Equal(t, 2, later.code, "a head has a number too")
	earlier := jsonNumber(head["seq"]) + ":" + head["hash"].(string)
	assert.Contains(t, s.admin.run(t, "events", "verify", "--head", earlier).ok(t).out, "nothing was altered")
	assert.Equal(t, 4, anybody.run(t, "events", "verify").code)
	for _, event := range anybody.run(t, "events", "-o", "json").ok(t).list(t) {
		assert.NotContains(t, event, "from", "an address is nothing for everybody")
	}
	yanks := mara.run(t, "events", "category:broken", "-o", "json").ok(t).list(t)
	require.Len(t, yanks, 1)
	assert.Equal(t, "VERSION_YANKED", yanks[0].(map[string]any)["kind"])
	assert.Equal(t, "mara", yanks[0].(map[string]any)["person"])

	assert.Zero(t, s.stop(t, syscall.SIGTERM), s.errs.String())
	assert.Equal(t, 8, anybody.run(t, "list").code, "it is gone")

	// The log outlives the process: whoever opens the directory proves the same.
	embedded := newDesk(t)
	assert.Contains(t, embedded.run(t, "events", "verify", "--head", earlier, "--data", filepath.Join(s.desk.home, "registry")).ok(t).out, "nothing was altered")
}

func jsonNumber(n any) string {
	text, _ := json.Marshal(n)
	return string(text)
}

func TestEmbeddedRegistryBelongsToWhoeverSitsThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	assert.Equal(t, "[]\n", d.run(t, "list", "-o", "json").ok(t).out)
	assert.Contains(t, d.run(t, "list").ok(t).err, "There is no connector yet.")

	lines := d.publishes(t, "acme", "baton-sample", "v1.0.0", "--stable").ok(t).lines(t)
	assert.Equal(t, true, lines[len(lines)-1]["stable"])
	person := (&Env{Environ: d.environ}).person()
	assert.Equal(t, person, d.run(t, "show", "acme/sample@v1.0.0", "-o", "json").ok(t).object(t)["author"])

	same := d.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t).lines(t)
	assert.Equal(t, true, same[len(same)-1]["unchanged"], "publishing the same again is a success that changes nothing")

	d.run(t, "deprecate", "acme/baton-sample", "--reason", "the API is gone", "--replacement", "acme/baton-better").ok(t)
	assert.Equal(t, "the API is gone", d.run(t, "show", "acme/baton-sample", "-o", "json").ok(t).object(t)["deprecation"].(map[string]any)["reason"])
	assert.Contains(t, d.run(t, "list").ok(t).out, "(deprecated)")
	d.run(t, "deprecate", "acme/baton-sample", "--undo").ok(t)
	assert.NotContains(t, d.run(t, "list").ok(t).out, "(deprecated)")

	d.run(t, "yank", "acme/baton-sample@v1.0.0", "--category", "wrong-artifact", "--reason", "x", "--yes").ok(t)
	assert.Contains(t, d.run(t, "versions", "acme/baton-sample").ok(t).out, "⊖ YANKED")
	assert.Contains(t, d.run(t, "versions", "acme/baton-sample", "--ascii").ok(t).out, "# YANKED")
	d.run(t, "unyank", "acme/baton-sample@v1.0.0", "--reason", "it was right").ok(t)
	out := d.run(t, "versions").ok(t).out
	assert.Contains(t, out, "✓ PUBLISHED")
	assert.NotContains(t, out, "\x1b", "what is piped on is plain")
}

// Two processes work on one directory at the same time, as equals.
func TestServeAndCommandsOnOneDirectory(t *testing.T) {
	t.Parallel()
	s := serve(t)
	data := filepath.Join(s.desk.home, "registry")
	here := newDesk(t)
	here.publishes(t, "acme", "baton-sample", "v1.0.0", "--data", data).ok(t)
	assert.Len(t, s.admin.run(t, "list", "-o", "json").ok(t).list(t), 1)
	ines := s.person(t, "ines", "publisher")
	ines.publishes(t, "acme", "baton-sample", "v1.1.0").ok(t)
	assert.Len(t, here.run(t, "versions", "acme/baton-sample", "--data", data, "-o", "json").ok(t).list(t), 2)
}

func TestServeOnASocketSaysTheFirstTokenOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	data, socket := filepath.Join(d.home, "r"), filepath.Join(d.home, "s")
	if len(socket) > 100 {
		t.Skip("the path of the temporary directory is too long for a socket")
	}
	first := d.start(t, "serve", "--data", data, "--listen", "unix:"+socket, "--listen", "127.0.0.1:0")
	line := first.line(t)
	assert.True(t, strings.HasPrefix(line, "listening on unix:"+socket+", 127.0.0.1:"), line)
	require.Eventually(t, func() bool { return strings.Contains(first.errs.String(), "admin-token") }, waitFor, tick)
	info, err := os.Stat(filepath.Join(data, "admin-token"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	d.at("unix:"+socket, "").run(t, "list").ok(t)
	require.Zero(t, first.stop(t, syscall.SIGINT), first.errs.String())
	require.NoFileExists(t, socket)

	second := d.start(t, "serve", "--data", data, "--listen", "unix:"+socket, "-o", "json")
	assert.Contains(t, second.line(t), `{"listening":["unix:`)
	assert.NotContains(t, second.errs.String(), "admin-token")
}

func TestFollowShowsWhatOthersDoAndEndsWhenInterrupted(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	following := s.admin.start(t, "events", "--follow", "--since", "1h", "org:acme", "-o", "json")
	ines.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	var kinds []string
	seen := map[float64]bool{}
	for len(kinds) == 0 || kinds[len(kinds)-1] != "VERSION_PUBLISHED" {
		var event map[string]any
		require.NoError(t, json.Unmarshal([]byte(following.line(t)), &event))
		assert.Equal(t, "acme", event["org"])
		assert.False(t, seen[event["seq"].(float64)], "nothing comes twice")
		seen[event["seq"].(float64)] = true
		kinds = append(kinds, event["kind"].(string))
	}
	assert.Contains(t, kinds, "CONNECTOR_CREATED")
	assert.Contains(t, kinds, "VERSION_FINALIZED")
	assert.Equal(t, 130, following.stop(t, syscall.SIGINT))
	assert.Contains(t, following.errs.String(), `"reason":"INTERRUPTED"`)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := serve(t)
	created := s.admin.run(t, "tokens", "create", "--person", "ines", "--role", "publisher", "--org", "acme", "--org", "baker", "--expires", "2d", "-o", "json").
		ok(t).object(t)
	secret := created["secret"].(string)
	token := created["token"].(map[string]any)
	assert.Equal(t, "ines", token["person"])
	assert.Equal(t, []any{map[string]any{"org": "acme", "role": "PUBLISHER"}, map[string]any{"org": "baker", "role": "PUBLISHER"}}, token["roles"])
	assert.NotEmpty(t, token["expiresAt"])

	listed := s.admin.run(t, "tokens", "list")
	assert.NotContains(t, listed.ok(t).out, secret)
	assert.Contains(t, listed.out, "publisher in acme, publisher in baker")
	ines := newDesk(t).at(s.address, secret)
	assert.Equal(t, 4, ines.run(t, "tokens", "list").code)
	ines.publishes(t, "baker", "baton-sample", "v1.0.0").ok(t)
	other := ines.publishes(t, "chandler", "baton-sample", "v1.0.0")
	assert.Equal(t, 4, other.code)
	assert.Equal(t, "NOT_PERMITTED", other.failure(t)["reason"])

	s.admin.run(t, "tokens", "revoke", jsonNumber(token["id"])).ok(t)
	gone := ines.run(t, "list", "-o", "json")
	assert.Equal(t, 4, gone.code, "a token that is not valid is no anonymous caller")
	assert.Equal(t, "UNAUTHENTICATED", gone.failure(t)["reason"])
	nobody := s.anonymous(t).publishes(t, "acme", "baton-sample", "v1.0.0")
	assert.Equal(t, 4, nobody.code)
	assert.Equal(t, "UNAUTHENTICATED", nobody.failure(t)["reason"])
	assert.Equal(t, 3, s.admin.run(t, "tokens", "revoke", "999").code)
}

func TestDemoTellsItsStoryAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	temp := t.TempDir()
	d.environ = append(d.environ, "TMPDIR="+temp)
	playing := d.start(t, "demo")
	var story []string
	for line := range playing.lines {
		story = append(story, line)
	}
	require.Zero(t, playing.wait(t), playing.errs.String())
	told := strings.Join(story, "\n")
	for _, state := range []registryv1.State{1, 2, 3, 4, 5, 6} {
		assert.Contains(t, told, registryv1.Short(state))
	}
	assert.Contains(t, told, "it is VALIDATING while the registry looks at it")
	assert.Contains(t, told, signing.OtherBytes)
	for _, row := range []string{
		"baton-sample v1.0.0 ✓ PUBLISHED", "baton-sample v1.1.0 ✓ PUBLISHED", "baton-sample v1.2.0 ✗ FAILED",
		"v1.1.0 is PUBLISHED and VERIFIED", "baton-sample v1.2.1 ✗ FAILED",
		"baton-sample v1.3.0 ⊖ YANKED", "baton-sample v1.4.0 ◔ UPLOADING", "baton-sample v1.5.0 ◌ PENDING", "baton-desk v0.1.0 ✓ PUBLISHED",
	} {
		assert.Contains(t, strings.Join(strings.Fields(told), " "), row)
	}
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	assert.Empty(t, left)
	drafts, err := os.ReadDir(filepath.Join(d.home, "state"))
	assert.True(t, os.IsNotExist(err) || len(drafts) == 0, "the demo remembers nothing of its publishes")
}

func TestDemoWithACatalogue(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	assert.Contains(t, d.run(t, "demo", "--connectors", "7", "--versions", "150").ok(t).out, "7 connectors and 150 versions")

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "versions.jsonl"), []byte(strings.Join([]string{
		`{"name":"baton-a","version":"v1.0.0","date":"2022-11-14T16:05:23-08:00","sha256":{"linux-amd64":"x"}}`,
		`{"name":"baton-a","version":"v1.0","date":"2022-11-15T16:05:23-08:00","sha256":{"linux-amd64":"x"}}`,
		`{"name":"baton-a","version":"v1.0.0","date":"2022-11-16T16:05:23-08:00","sha256":{"linux-amd64":"x"}}`,
		`{"name":"baton-b","version":"v1.0.0","date":"2022-11-14T16:05:23-08:00","sha256":{}}`,
		`nonsense`,
	}, "\n")), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "stable-2026.json"), []byte(`{"connectors":{"ConductorOne/baton-a":"v1.0.0"}}`), 0o600))
	got := d.run(t, "demo", "--catalogue", dir).ok(t)
	assert.Contains(t, got.out, "1 connector and 1 version in ")
	assert.Contains(t, got.out, "4 rows left out")
	assert.Contains(t, got.err, "baton-a v1.0: ")
	assert.Contains(t, got.err, "versions.jsonl:4: baton-b v1.0.0 ships nothing")
	assert.Contains(t, got.err, "versions.jsonl:5:")
	assert.Equal(t, 2, d.run(t, "demo", "--catalogue", "/nope").code)
	assert.Equal(t, 2, d.run(t, "demo", "--connectors", "3").code)
}
