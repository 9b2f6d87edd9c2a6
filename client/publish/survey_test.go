package publish_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// look surveys a project without a registry.
func look(t *testing.T, a publish.Answers) publish.Survey {
	t.Helper()
	s, err := publish.Look(t.Context(), nil, a, nil)
	require.NoError(t, err)
	return s
}

func TestASurveyHasThePlan(t *testing.T) {
	t.Parallel()
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	a := publish.Answers{Directory: dir, Version: "v1.0.0"}
	s := look(t, a)
	plan, faults := prepare(t, a)
	assert.Equal(t, plan.Files, s.Plan.Files)
	assert.Empty(t, faults)
	assert.Empty(t, s.Faults)
	assert.Empty(t, s.Undecided())
	for i, f := range s.Platforms {
		assert.Equal(t, registryv1.Platforms()[i].Slug(), f.Name)
		assert.Equal(t, publish.FileReady, f.State)
		assert.Equal(t, "baton-sample", trimExe(f.Facts.Executable.Name))
		assert.NotZero(t, f.Written)
		assert.NotEmpty(t, f.File.SHA256)
	}
}

func trimExe(name string) string { return name[:min(len(name), len("baton-sample"))] }

// Picked files and files that are left out are honoured by Prepare, too, so
// that the console and a command line come to the same plan.
func TestPrepareTakesWhatWasPicked(t *testing.T) {
	t.Parallel()
	dir := newSource(t)
	dist := filepath.Join(dir, "dist")
	require.NoError(t, os.MkdirAll(dist, 0o755))
	packOne(t, dist, "v1.0.0", "x", "linux-amd64", "linux-amd64")
	elsewhere := t.TempDir()
	packOne(t, elsewhere, "v0.9.0", "other", "linux-amd64", "linux-amd64")
	picked := filepath.Join(elsewhere, "baton-sample-v0.9.0-linux-amd64.tar.gz")
	a := publish.Answers{Directory: dir, Version: "v1.0.0", Picked: []publish.Picked{{Platform: "linux-amd64", Path: picked}}}
	plan, faults := prepare(t, a)
	require.Empty(t, faults)
	require.Len(t, plan.Files, 1)
	assert.Equal(t, picked, plan.Files[0].Path)
	assert.Equal(t, "picked by hand", plan.Files[0].FoundBy)

	require.NoError(t, os.RemoveAll(dist))
	plan, faults = prepare(t, a)
	assert.Empty(t, faults, "nobody named the folder that is gone")
	assert.Len(t, plan.Files, 1)

	// A file for another platform is refused, whoever picked it.
	a.Picked[0].Platform = "windows-amd64"
	_, faults = prepare(t, a)
	assert.Equal(t, map[string]registryv1.Reason{"windows-amd64": registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH}, faults)
	s := look(t, a)
	assert.Equal(t, publish.FileBroken, s.Platforms[4].State)

	// A path that is no file is no file of the plan.
	a.Picked[0].Path = elsewhere
	_, faults = prepare(t, a)
	assert.Contains(t, faults, "dist")
	s = look(t, a)
	assert.Equal(t, publish.FileMissing, s.Platforms[4].State)
	assert.Contains(t, s.Platforms[4].Why[0], "was picked and cannot be taken")
}

// Signatures that were made ahead are those of the run, which has nobody to
// ask; once a file is another one, it needs somebody.
func TestSigningAheadOfARun(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	path, public := cosignKey(t)
	b.trusts(t, registryv1.KeyType_KEY_TYPE_COSIGN, public)
	plan := b.signing(t, dir, "v1.0.0", "cosign:"+path)
	ask, times := asked(secret)
	kept := t.TempDir()

	var with publish.SignsWith
	ahead, err := publish.Sign(t.Context(), b.client, plan, publish.Means{Sign: publish.SignWith{Passphrase: ask}, Signatures: kept}, func(e publish.Event) {
		if e, is := e.(publish.SignsWith); is {
			with = e
		}
	})
	require.NoError(t, err)
	assert.Equal(t, int32(1), times.Load())
	assert.NotEmpty(t, with.Key.Fingerprint)
	assert.NotEmpty(t, with.Key.Exports, "who signed can be registered")
	assert.True(t, ahead.Plan.SignedAhead())
	assert.Nil(t, ahead.Version, "nothing was created")

	again, faults, err := publish.Prepare(t.Context(), b.client, publish.Answers{Directory: dir, Version: "v1.0.0", Sign: "cosign:" + path}, nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	assert.True(t, again.Knowing(ahead.Plan).SignedAhead())
	other := again
	other.Sign = publish.SignNone
	assert.False(t, other.Knowing(ahead.Plan).SignedAhead(), "signed in another way")

	result, err := publish.RunWith(t.Context(), b.client, again.Knowing(ahead.Plan), publish.Means{Signatures: kept}, func(publish.Event) {})
	require.NoError(t, err)
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	assert.Len(t, result.Version.GetAssets(), 10)

	// A signature that was changed is none.
	for _, f := range ahead.Plan.Files {
		if f.Made {
			require.NoError(t, os.WriteFile(f.Path, []byte("{}"), 0o600))
		}
	}
	_, err = publish.RunWith(t.Context(), b.client, again.Knowing(ahead.Plan), publish.Means{Signatures: kept}, func(publish.Event) {})
	require.Error(t, err, "there is nobody to ask for the passphrase")
}
