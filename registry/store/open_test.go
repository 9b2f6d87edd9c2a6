package store

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

func TestOpenMakesAStoreAndKeepsIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not there yet", "a b?c#d%20e")
	first := openFixture(t, Config{Dir: dir})
	c := first.connector("acme", "baton-sample")
	require.NoError(t, first.Close())

	again := openFixture(t, Config{Dir: dir})
	assert.Equal(t, first.ID(), again.ID(), "the id belongs to the store, not to the process")
	assert.NotEmpty(t, again.ID())
	assert.Equal(t, "baton-sample", again.again(c, everything).Spelling)
	assert.NotEqual(t, first.ID(), newFixture(t).ID(), "two stores have two ids")
}

func TestTheHeaderOfTheFileTellsTheSchema(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	know, err := knownSchema(sqliteDialect)
	require.NoError(t, err)
	require.Positive(t, know)

	onDisk, err := schemaOnDisk(f.dir)
	require.NoError(t, err)
	assert.Equal(t, know, onDisk, "a migration does not end with pragma user_version = %d", know)
	f.read(func(v *View) error {
		last, err := one(f.ctx, v.c, value[int64], "select max(version_id) from goose_db_version")
		assert.Equal(t, know, last)
		return err
	})
}

func TestOpenManyAtOnceInAnEmptyDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ids := make([]string, 8)
	var all errgroup.Group
	for i := range ids {
		all.Go(func() error {
			s, err := Open(t.Context(), Config{Dir: dir})
			if err != nil {
				return err
			}
			ids[i] = s.ID()
			return s.Close()
		})
	}
	require.NoError(t, all.Wait())
	for _, id := range ids {
		assert.Equal(t, ids[0], id, "all of them opened the same store")
	}
}

func TestOpenRefusesANewerSchemaAndWritesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFixture(t, Config{Dir: dir})
	f.connector("acme", "baton-sample")
	require.NoError(t, f.Close())
	changeBehindItsBack(t, dir, "pragma user_version = 99")
	before := contents(t, dir)

	_, err := Open(t.Context(), Config{Dir: dir})

	var newer *NewerSchemaError
	require.ErrorAs(t, err, &newer)
	assert.EqualValues(t, 99, newer.Have)
	assert.EqualValues(t, 3, newer.Know)
	assert.Equal(t, before, contents(t, dir))
}

func TestOpenRefusesANewerSchemaThatOnlyTheLogKnows(t *testing.T) {
	t.Parallel()
	// A newer program was killed between its migration and bringing it into
	// the file: the header still tells the old schema.
	dir := t.TempDir()
	db, err := openSQLite(dir, false)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "create table of_the_future (id integer)")
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "pragma wal_checkpoint(truncate)")
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "pragma user_version = 99")
	require.NoError(t, err)
	crashed := t.TempDir()
	require.NoError(t, os.CopyFS(crashed, os.DirFS(dir)))
	require.NoError(t, db.Close())
	onDisk, err := schemaOnDisk(crashed)
	require.NoError(t, err)
	require.Zero(t, onDisk, "the test is about a header that lags behind")

	_, err = Open(t.Context(), Config{Dir: crashed})

	var newer *NewerSchemaError
	require.ErrorAs(t, err, &newer)
	assert.EqualValues(t, 99, newer.Have)
}

func TestOpenRefusesWhatIsNotADatabase(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"too short":  "hello",
		"other text": string(make([]byte, 4096)) + "hello",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, databaseFile)
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			_, err := Open(t.Context(), Config{Dir: dir})
			require.Error(t, err)
			kept, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, content, string(kept))
		})
	}
}

func TestOpenNeedsADirectory(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Config{})
	require.ErrorContains(t, err, "no data directory")

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = Open(t.Context(), Config{Dir: file})
	require.Error(t, err)
}

func TestAClosedStoreSaysSo(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	require.NoError(t, err)
	waiting := make(chan error, 1)
	go func() { waiting <- s.Wait(t.Context(), 0) }()
	require.NoError(t, s.Close())

	require.ErrorIs(t, <-waiting, ErrClosed)
	require.ErrorIs(t, s.Read(t.Context(), func(*View) error { return nil }), ErrClosed)
	require.ErrorIs(t, s.Write(t.Context(), ines, func(*Tx) error { return nil }), ErrClosed)
	require.NoError(t, s.Close(), "closing twice is no fault")
}

func TestCloseLeavesOneFileToCopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := openFixture(t, Config{Dir: dir})
	f.connector("acme", "baton-sample")
	require.NoError(t, f.Close())
	names := []string{}
	for name := range contents(t, dir) {
		names = append(names, name)
	}
	assert.ElementsMatch(t, []string{databaseFile, lockFile}, names, "the log was brought into the database")
}

// changeBehindItsBack runs a statement on a database that nobody has open.
func changeBehindItsBack(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, databaseFile))
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), statement)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

type fileContent struct {
	modified time.Time
	bytes    string
}

// contents is everything in a directory.
func contents(t *testing.T, dir string) map[string]fileContent {
	t.Helper()
	all := map[string]fileContent{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, path))
		all[path] = fileContent{modified: info.ModTime(), bytes: string(content)}
		return err
	}))
	return all
}
