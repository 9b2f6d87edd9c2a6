package publish_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
)

// What was read once is not read again while the file looks the same: told by
// a byte that is changed where nobody can see it.
func TestUnchangedFilesAreReadOnce(t *testing.T) {
	t.Parallel()
	dir, state := newProject(t), t.TempDir()
	known := publish.OpenJournal(state).Digests()
	digests := func() map[string]string {
		plan, faults, err := publish.Prepare(t.Context(), nil, publish.Answers{Directory: dir, Version: "v1.0.0"}, known)
		require.NoError(t, err)
		require.Empty(t, faults)
		all := map[string]string{}
		for _, f := range plan.Files {
			all[f.Path] = f.SHA256
		}
		return all
	}
	var path string
	for path = range digests() {
		break
	}
	written := time.Now().Add(-time.Hour)
	touch := func(at time.Time) {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		require.NoError(t, err)
		_, err = file.WriteString("x")
		require.NoError(t, err)
		require.NoError(t, file.Close())
		require.NoError(t, os.Chtimes(path, at, at))
	}
	spoil := func(at time.Time) {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		data[len(data)-1]++
		require.NoError(t, os.WriteFile(path, data, 0o600))
		require.NoError(t, os.Chtimes(path, at, at))
	}
	touch(written)
	first := digests()
	spoil(written)
	assert.Equal(t, first, digests(), "it was not read")
	spoil(written.Add(time.Second))
	spoil(written.Add(time.Second))
	later := digests()
	assert.NotEqual(t, first[path], later[path], "another time: it was")
	for other, digest := range first {
		if other != path {
			assert.Equal(t, digest, later[other])
		}
	}

	// A change of just now is not trusted to be the last one.
	now := time.Now()
	touch(now)
	first = digests()
	spoil(now)
	last := digests()
	assert.NotEqual(t, first[path], last[path])

	// What was remembered may be lost or damaged.
	kept := filepath.Join(state, "digests.json")
	for _, text := range []string{"", "{", `{"format":99}`, `{"format":1,"files":[{"path":"` + path + `","sha256":"zz"}]}`} {
		require.NoError(t, os.WriteFile(kept, []byte(text), 0o600))
		assert.Equal(t, last, digests(), "%q", text)
	}

	// It is no draft, and private.
	drafts, err := publish.OpenJournal(state).List()
	require.NoError(t, err)
	assert.Empty(t, drafts)
	info, err := os.Stat(kept)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
}
