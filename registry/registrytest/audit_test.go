package registrytest_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// failedVersion brings a version with one file, which is no program, to
// FAILED, and returns the digest of the file.
func failedVersion(t *testing.T, s *registrytest.Server) string {
	t.Helper()
	api := s.API(t, s.Token(t, "mara", publisher, "acme"))
	require.NoError(t, create(t, api, 1))
	ref := &registryv1.VersionRef{Org: "acme", Name: "baton-c1", Version: "v1.0.0"}
	made, err := api.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: ref, Platforms: []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64}})
	require.NoError(t, err)
	content := []byte("no program at all")
	sum := sha256.Sum256(content)
	specs := []*registryv1.AssetSpec{{
		Platform: registryv1.Platform_PLATFORM_LINUX_AMD64, Kind: registryv1.AssetKind_ASSET_KIND_BINARY, Filename: "baton-c1",
		SizeBytes: new(int64(len(content))), Sha256: sum[:],
	}}
	attempt := made.GetVersion().GetSummary().GetAttempt()
	links, err := api.GetUploadURLs(t.Context(), &registryv1.GetUploadURLsRequest{Ref: ref, Attempt: attempt, Assets: specs})
	require.NoError(t, err)
	put, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://registry"+links.GetTargets()[0].GetPut().GetUrl(), bytes.NewReader(content))
	require.NoError(t, err)
	answer, err := s.HTTP(t).Do(put)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusCreated, answer.StatusCode)
	_, err = api.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{Ref: ref, Attempt: attempt, Assets: specs})
	require.NoError(t, err)
	settled, err := api.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: ref, WaitUntilSettled: true})
	require.NoError(t, err)
	require.Equal(t, registryv1.State_STATE_FAILED, settled.GetVersion().GetSummary().GetState())
	return hex.EncodeToString(sum[:])
}

// An audit that finds nothing is worth something only if it finds what was
// broken.
func TestAuditFindsWhatWasBroken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change string
		says   string
	}{
		"nothing":                {"select 1", ""},
		"a counter":              {"update connectors set n_failed = 2", "counters are what counting gives: baton-c1"},
		"a state":                {"update versions set state = 4", "latest is the highest PUBLISHED number"},
		"a version out of order": {"update connectors set newest_id = 0", "newest is the highest number"},
		"a step":                 {"delete from steps where state = 5", "a version's last step is its state: v1.0.0"},
		"a stable that is none":  {"update connectors set stable_id = 1", "stable is PUBLISHED: baton-c1"},
		"a size":                 {"update versions set size = 7", "a version has the size of its files: v1.0.0"},
		"a job that is gone":     {"update versions set state = 3", "what is VALIDATING has a job, or waits for people: v1.0.0"},
		"a publication":          {"update versions set published_at = 1", "a version is published once, and the log says so: v1.0.0"},
		"a record of bytes":      {"delete from blobs", "bytes that were received are recorded"},
		"bytes of nobody":        {"update assets set sha256 = null", "recorded bytes belong to a file"},
		"an open upload":         {"update uploads set done = 0", "uploads of received files are done: baton-c1"},
		"an event":               {"update events set body = x'00' where seq = 2", "the audit log verifies"},
		"a missing event":        {"delete from events where seq = 2", "the audit log verifies"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := registrytest.Start(t)
			failedVersion(t, s)
			s.Stop(t)
			db, err := sql.Open("sqlite", filepath.Join(s.Dir, "registry.db"))
			require.NoError(t, err)
			_, err = db.ExecContext(t.Context(), test.change)
			require.NoError(t, err)
			require.NoError(t, db.Close())
			found := registrytest.Audit(t, s.Dir)
			if test.says == "" {
				assert.Empty(t, found.Broken)
				return
			}
			assert.Contains(t, found.String(), test.says)
		})
	}
}

func TestAuditFindsFilesThatNobodyNames(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	digest := failedVersion(t, s)
	found := registrytest.Audit(t, s.Dir)
	assert.Empty(t, found.Broken)
	assert.Empty(t, found.Parts)
	assert.Empty(t, found.Strays)

	files := filepath.Join(s.Dir, "files")
	stray := filepath.Join(files, "blobs", digest[:2], "stray")
	require.NoError(t, os.WriteFile(stray, []byte("1234567"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(files, "parts", "part"), []byte("12345"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(files, "parts", "part.lock"), []byte("123"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(files, "blobs", digest[:2], digest), []byte("other"), 0o600))
	found = registrytest.Audit(t, s.Dir)
	assert.Equal(t, []string{"part", "part.lock"}, found.Parts)
	assert.Equal(t, []string{"stray"}, found.Strays)
	assert.Equal(t, int64(5+7), found.OpenBytes)
	assert.Contains(t, found.String(), "recorded bytes are on the disk as they were sent: "+digest)
}
