package store

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// schema1 unpacks a data directory that the program of schema 1 wrote: two
// orgs with versions in every state, and one that waits for its validation.
func schema1(tb testing.TB) string {
	tb.Helper()
	return unpacked(tb, "schema1.tar.gz")
}

// unpacked is a data directory that an earlier program wrote.
func unpacked(tb testing.TB, name string) string {
	tb.Helper()
	dir := tb.TempDir()
	packed, err := os.Open(filepath.Join("testdata", name))
	require.NoError(tb, err)
	defer packed.Close() //nolint:errcheck // Only read.
	content, err := gzip.NewReader(packed)
	require.NoError(tb, err)
	root, err := os.OpenRoot(dir)
	require.NoError(tb, err)
	defer root.Close() //nolint:errcheck // Files are closed one by one.
	for archive := tar.NewReader(content); ; {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		require.NoError(tb, err)
		if entry.Typeflag == tar.TypeDir {
			require.NoError(tb, root.MkdirAll(filepath.Clean(entry.Name), 0o700))
			continue
		}
		content, err := io.ReadAll(archive)
		require.NoError(tb, err)
		require.NoError(tb, root.WriteFile(filepath.Clean(entry.Name), content, 0o600))
	}
}

func TestADirectoryOfSchema1IsMigrated(t *testing.T) {
	t.Parallel()
	dir := schema1(t)
	onDisk, err := schemaOnDisk(dir)
	require.NoError(t, err)
	require.EqualValues(t, 1, onDisk)

	f := openFixture(t, Config{Dir: dir})
	onDisk, err = schemaOnDisk(dir)
	require.NoError(t, err)
	assert.EqualValues(t, 3, onDisk)
	head, err := f.VerifyChain(t.Context(), nil)
	require.NoError(t, err)
	assert.Positive(t, head.Seq)
	f.read(func(v *View) error {
		acme, err := v.Org(t.Context(), "acme")
		if err != nil {
			return err
		}
		page, err := v.ListVersions(t.Context(), VersionQuery{See: everything, Limit: 100})
		if err != nil {
			return err
		}
		var states []string
		for _, version := range page.Rows {
			states = append(states, version.Number+" "+registryv1.Short(version.State))
			assert.Zero(t, version.Verdict, "its signatures were not checked")
		}
		slices.Sort(states)
		assert.Equal(t, []string{
			"v0.1.0 PENDING", "v1.0.0 PUBLISHED", "v1.1.0 PUBLISHED", "v1.2.0 YANKED", "v1.3.0 PENDING", "v1.4.0 FAILED", "v1.5.0 VALIDATING",
		}, states)
		keys, err := v.Keys(t.Context(), acme.ID, 10)
		assert.Empty(t, keys)
		return err
	})
	key := f.key(t, "acme", "release")
	assert.EqualValues(t, 1, key.ID)
	require.NoError(t, f.Close())
	again := openFixture(t, Config{Dir: dir})
	_, err = again.VerifyChain(t.Context(), &head)
	require.NoError(t, err, "what was written before is still in the log")
}

func TestADirectoryOfSchema1IsMigratedOnce(t *testing.T) {
	t.Parallel()
	dir := schema1(t)
	var all errgroup.Group
	for range 6 {
		all.Go(func() error {
			s, err := Open(t.Context(), Config{Dir: dir, lockPatience: 20 * time.Second})
			if err != nil {
				return err
			}
			return s.Close()
		})
	}
	require.NoError(t, all.Wait())
	f := openFixture(t, Config{Dir: dir})
	f.read(func(v *View) error {
		n, err := one(t.Context(), v.c, value[int64], "select count(*) from goose_db_version where version_id = 2 and is_applied")
		assert.EqualValues(t, 1, n)
		return err
	})
}

func TestADirectoryOfSchema1IsNotMigratedUnderAnother(t *testing.T) {
	t.Parallel()
	dir := schema1(t)
	other := startProcess(t, "lock", dir)
	_, err := Open(t.Context(), Config{Dir: dir, lockPatience: 200 * time.Millisecond})
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	onDisk, err := schemaOnDisk(dir)
	require.NoError(t, err)
	assert.EqualValues(t, 1, onDisk)
	other.end(t)
}

// key registers a key of an org.
func (f *fixture) key(t *testing.T, org, name string) SigningKey {
	t.Helper()
	var key SigningKey
	f.write(func(tx *Tx) error {
		o, err := tx.EnsureOrg(t.Context(), org, org)
		if err != nil {
			return err
		}
		key, err = tx.AddKey(t.Context(), NewKey{
			Org: o.ID, Name: name, Type: registryv1.KeyType_KEY_TYPE_GPG, Export: []byte("export of " + name),
			KeyFacts: KeyFacts{Fingerprint: "F-" + name, Algorithm: "Ed25519", UserIDs: []string{"one", "two"}},
		})
		return err
	})
	return key
}

func TestKeysKeepEverythingThatWasEverRegistered(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	key := f.key(t, "acme", "Release")
	until := f.clock.now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	facts := KeyFacts{Fingerprint: key.Fingerprint, Algorithm: "Ed25519", ExpiresAt: until}
	for range 2 { // The second time it is there.
		f.write(func(tx *Tx) (err error) {
			key, err = tx.AddExport(t.Context(), key.Org, key.ID, []byte("another export"), facts)
			return err
		})
	}
	assert.Equal(t, [][]byte{[]byte("export of Release"), []byte("another export")}, key.Exports)
	assert.Equal(t, until, key.ExpiresAt)
	assert.Empty(t, key.UserIDs)
	f.read(func(v *View) error {
		byName, err := v.KeyByName(t.Context(), key.Org, "rELEASE")
		require.NoError(t, err)
		assert.Equal(t, key, byName)
		byFingerprint, err := v.KeyByFingerprint(t.Context(), key.Org, key.Type, key.Fingerprint)
		require.NoError(t, err)
		assert.Equal(t, key, byFingerprint)
		_, err = v.Key(t.Context(), key.Org+1, key.ID)
		require.ErrorIs(t, err, ErrNotFound, "of another org")
		return nil
	})
	f.write(func(tx *Tx) (err error) { key, err = tx.RetireKey(t.Context(), key.Org, key.ID); return err })
	assert.Equal(t, "ines", key.RetiredBy)
	f.write(func(tx *Tx) (err error) {
		key, err = tx.RevokeKey(t.Context(), key.Org, key.ID, "stolen", until)
		return err
	})
	assert.Equal(t, "stolen", key.RevokedReason)
	assert.Equal(t, until, key.CompromisedSince)
	_, err := f.VerifyChain(t.Context(), nil)
	require.NoError(t, err)
	err = f.Write(t.Context(), ines, func(tx *Tx) error {
		_, err := tx.AddKey(t.Context(), NewKey{Org: key.Org, Name: "RELEASE", Type: key.Type, Export: []byte("x"), KeyFacts: KeyFacts{Fingerprint: "other"}})
		return err
	})
	require.Error(t, err, "the database keeps names apart, too")
}

func TestKeysPageByPage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 5 {
		f.key(t, "acme", fmt.Sprint("key ", i))
		f.key(t, "globex", fmt.Sprint("key ", i))
	}
	large := f.key(t, "acme", "large")
	f.write(func(tx *Tx) error {
		_, err := tx.AddExport(t.Context(), large.Org, large.ID, make([]byte, pageBytes), large.KeyFacts)
		return err
	})
	f.key(t, "acme", "last")
	list := func(limit int) (pages []int) {
		var after []byte
		for {
			f.read(func(v *View) error {
				page, err := v.ListKeys(t.Context(), large.Org, after, limit)
				pages, after = append(pages, len(page.Rows)), page.Next
				return err
			})
			if after == nil {
				return pages
			}
		}
	}
	assert.Equal(t, []int{2, 2, 1, 1, 1}, list(2), "a page with much in it ends early")
	assert.Equal(t, []int{5, 1, 1}, list(100))
	f.read(func(v *View) error {
		_, err := v.ListKeys(t.Context(), large.Org, []byte("x"), 2)
		require.ErrorIs(t, err, ErrBadKey)
		return nil
	})
}

func TestCountersOfWhatAKeySigned(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-okta")
	key, other := f.key(t, "acme", "one"), f.key(t, "acme", "two")
	signed := func(v Version, to registryv1.State) Version {
		f.write(func(tx *Tx) (err error) {
			signers := []Signed{{Key: key.ID}, {Identity: 4}, {Key: key.ID}}
			if err := tx.PutSigned(t.Context(), v.ID, v.Attempt, signers); err != nil {
				return err
			}
			v, err = tx.Move(t.Context(), v.ID, move(v, to))
			return err
		})
		return v
	}
	counts := func() (out [2]int64) {
		f.read(func(v *View) error {
			found, err := v.Key(t.Context(), key.Org, key.ID)
			out = [2]int64{found.Signed, found.SignedPublic}
			return err
		})
		return out
	}
	good := signed(f.version(c, "v1.0.0", validating), published)
	assert.Equal(t, [2]int64{1, 1}, counts())
	bad := signed(f.version(c, "v1.1.0", validating), failed)
	assert.Equal(t, [2]int64{2, 1}, counts())
	f.write(func(tx *Tx) (err error) { good, err = tx.Move(t.Context(), good.ID, move(good, yanked)); return err })
	assert.Equal(t, [2]int64{2, 1}, counts(), "YANKED is public")
	f.write(func(tx *Tx) (err error) { good, err = tx.Move(t.Context(), good.ID, move(good, published)); return err })
	assert.Equal(t, [2]int64{2, 1}, counts())
	f.write(func(tx *Tx) (err error) { bad, err = tx.Move(t.Context(), bad.ID, move(bad, pending)); return err })
	assert.Equal(t, [2]int64{1, 1}, counts(), "the next attempt is not signed")
	err := f.Write(t.Context(), ines, func(tx *Tx) error { return tx.PutSigned(t.Context(), bad.ID, 1, []Signed{{Key: key.ID}}) })
	var stale *StaleError
	require.ErrorAs(t, err, &stale)
	f.write(func(tx *Tx) error {
		_, err := tx.RemoveDraft(t.Context(), bad.ID, 0, registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED, "")
		return err
	})
	assert.Equal(t, [2]int64{1, 1}, counts())
	f.read(func(v *View) error {
		page, err := v.ListSigned(t.Context(), SignedQuery{Key: key.ID, Limit: 10})
		require.NoError(t, err)
		require.Len(t, page.Rows, 1)
		assert.Equal(t, good.ID, page.Rows[0].ID)
		page, err = v.ListSigned(t.Context(), SignedQuery{Key: other.ID, See: everything, Limit: 10})
		require.NoError(t, err)
		assert.Empty(t, page.Rows)
		n, err := v.CountPublishedSigned(t.Context(), key.ID, time.Time{})
		assert.EqualValues(t, 1, n)
		return err
	})
}
