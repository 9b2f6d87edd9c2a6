package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// TestYankingAcrossConnectorsMovesStableToWhatStays: the versions of two
// connectors, in both spellings, and what is said before is what happens.
func TestYankingAcrossConnectorsMovesStableToWhatStays(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0", "v1.2.0")
	d.publishes(t, "acme", "baton-other", "v1.0.0").ok(t)
	for _, version := range []string{"v1.0.0", "v1.1.0", "v1.2.0"} {
		d.run(t, "set-stable", "acme/baton-sample", version).ok(t)
	}
	cmd := []string{"yank", "acme/baton-sample", "v1.2.0", "v1.1.0", "acme/baton-other@v1.0.0", "acme/sample@v1.1.0", "--category", "broken", "--reason", "loops"}
	dry := d.run(t, append(cmd, "--dry-run")...).ok(t)
	assert.Equal(t, 3, strings.Count(dry.out, "would be yanked"), "one named twice is one")
	assert.Contains(t, dry.out, "stable v1.2.0 -> v1.0.0")
	assert.NotContains(t, dry.out, "-> v1.1.0", "never to one that leaves as well")
	assert.Contains(t, dry.err, "Nothing else of baton-other is public")
	assert.Contains(t, dry.err, "The 3 numbers can never be used again")

	asked := d.runWith(t, strings.NewReader("yank 3\n"), atTerminal, cmd...).ok(t)
	assert.Contains(t, asked.err, "acme/baton-sample v1.2.0 v1.1.0")
	assert.Contains(t, asked.err, "baton-sample: stable v1.2.0 -> v1.0.0.")
	shown := d.run(t, "show", "acme/baton-sample", "-o", "json").ok(t)
	assert.Contains(t, shown.out, `"stable":"v1.0.0"`)

	again := d.run(t, append(cmd, "--yes")...).ok(t)
	assert.Equal(t, 3, strings.Count(again.out, "yanked before"), "the same command again finishes, and has nothing left to do")
}

func TestYankTakesWhatTheRegistrySuggests(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0", "v1.2.0")
	d.run(t, "yank", "acme/baton-sample", "v1.0.0", "v1.1.0", "--category", "broken", "--reason", "loops", "--replacement", "suggested", "--yes").ok(t)
	for _, version := range []string{"v1.0.0", "v1.1.0"} {
		assert.Contains(t, d.run(t, "show", "acme/baton-sample", version, "-o", "json").ok(t).out, `"replacement":"v1.2.0"`, version)
	}
}

func TestEveryLineOfAListThatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0")
	list := filepath.Join(d.home, "list.txt")
	require.NoError(t, os.WriteFile(list, []byte("acme/baton-sample@v1.0.0 # the bad one\nnonsense\n\n# a comment\nacme/x\na b c d\n"), 0o600))
	got := d.run(t, "yank", "--from", list, "--category", "broken", "--reason", "x", "--yes", "-o", "json")
	assert.Equal(t, 2, got.code)
	assert.Len(t, got.failure(t)["faults"], 3)
	assert.Equal(t, "PUBLISHED", d.states(t)["v1.0.0"], "nothing is done of a list that cannot be read")
	text := d.run(t, "yank", "--from", list, "--category", "broken", "--reason", "x", "--yes")
	for _, want := range []string{"nonsense", "acme/x", "a b c d"} {
		assert.Contains(t, text.err, want)
	}
}

func TestReasonsThatAreNoReasons(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0")
	for name, reason := range map[string]string{"empty": " ", "far too long": strings.Repeat("x", 10_000), "with controls": "a\x1b[2Jb"} {
		got := d.run(t, "yank", "acme/baton-sample", "v1.0.0", "v1.1.0", "--category", "broken", "--reason", reason, "--yes")
		assert.Equal(t, 2, got.code, name)
		assert.NotContains(t, got.out+got.err, "\x1b[2J", name)
		assert.Equal(t, map[string]string{"v1.0.0": "PUBLISHED", "v1.1.0": "PUBLISHED"}, d.states(t), name)
	}
}

// TestWhatWasStoppedSaysWhatWasDone: results on stdout, on stderr how to finish.
func TestWhatWasStoppedSaysWhatWasDone(t *testing.T) {
	t.Parallel()
	ref := func(version string) *registryv1.VersionRef {
		return &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: version}
	}
	results := []yank.Result{
		{Version: ref("v1.0.0"), Outcome: yank.Done, Answer: &registryv1.Version{Summary: &registryv1.VersionSummary{Ref: ref("v1.0.0"), State: registryv1.State_STATE_YANKED}}},
		{Version: ref("v1.1.0")},
	}
	stopped := &client.Error{Reason: registryv1.Reason_REASON_INTERRUPTED, Doing: "yanking", Message: "it was stopped"}
	for _, test := range []struct {
		output Output
		want   string
	}{{OutputTable, "acme/baton-sample@v1.1.0  not tried"}, {OutputJSON, `{"org":"acme","name":"baton-sample","version":"v1.1.0"}`}} {
		var out strings.Builder
		env := &Env{Out: &out, Err: &strings.Builder{}, Settings: Settings{Output: test.output}}
		err := stoppedYanks(env, yankOptions{named: 2}, results, stopped)
		assert.Contains(t, out.String(), test.want)
		assert.Equal(t, exitInterrupted, exitCode(err))
		require.ErrorContains(t, err, "1 of 2 are YANKED, and 1 are open")
		assert.Contains(t, asError(err).Next, "run the same command again")
	}
}
