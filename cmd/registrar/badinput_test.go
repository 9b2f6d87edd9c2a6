package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // to make a data directory of the future

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// entry is one entry of a hostile archive.
type entry struct {
	name, link string
	kind       byte
	content    []byte
}

func tarGz(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	for _, e := range entries {
		kind := e.kind
		if kind == 0 {
			kind = tar.TypeReg
		}
		require.NoError(t, archive.WriteHeader(&tar.Header{Name: e.name, Linkname: e.link, Typeflag: kind, Mode: 0o755, Size: int64(len(e.content))}))
		_, err := archive.Write(e.content)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, zipped.Close())
	return out.Bytes()
}

// Whatever is wrong with a release is said with its reason and its exit code,
// and changes nothing.
func TestBadReleases(t *testing.T) {
	t.Parallel()
	linux := sampleExecutable(registryv1.Platform_PLATFORM_LINUX_AMD64)
	good := entry{name: "baton-sample", content: linux}
	replace := func(platform, file string, content []byte) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			folder := filepath.Join(dir, "dist", platform)
			require.NoError(t, os.RemoveAll(folder))
			require.NoError(t, os.MkdirAll(folder, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(folder, file), content, 0o600))
		}
	}
	archive := func(entries ...entry) func(t *testing.T, dir string) {
		return replace("linux-amd64", "baton-sample-v1.0.0-linux-amd64.tar.gz", tarGz(t, entries...))
	}
	none := func(*testing.T, string) {}
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		args  []string
		code  int
		want  string
	}{
		"va.b.c":              {none, []string{"--version", "va.b.c"}, 2, "INVALID_VERSION"},
		"v1..":                {none, []string{"--version", "v1.."}, 2, "INVALID_VERSION"},
		"a path":              {none, []string{"--version", "v1.0.0/../.."}, 2, "INVALID_VERSION"},
		"300 characters":      {none, []string{"--version", "v1.0." + strings.Repeat("9", 295)}, 2, "INVALID_VERSION"},
		"control characters":  {none, []string{"--version", "v1.0.0\x1b[31m"}, 2, "INVALID_VERSION"},
		"look-alikes":         {none, []string{"--version", "v1.0.０"}, 2, "INVALID_VERSION"},
		"build metadata":      {none, []string{"--version", "v1.0.0+dirty"}, 2, "INVALID_VERSION"},
		"a bad org":           {none, []string{"--org", "-acme"}, 2, "INVALID_NAME"},
		"an org of Cyrillic":  {none, []string{"--org", "аcme"}, 2, "INVALID_NAME"},
		"a bad name":          {none, []string{"--name", "Baton_Sample"}, 2, "INVALID_NAME"},
		"org and name":        {none, []string{"--org", "a--b", "--name", "9"}, 2, "INVALID_NAME"},
		"not a directory":     {none, []string{"--dist", "/nope"}, 2, ""},
		"a platform too many": {none, []string{"--platform", "linux-386"}, 2, "INVALID_PLATFORM"},
		"no files": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "dist")))
		}, nil, 2, "NO_FILES"},
		"an empty file":                  {replace("linux-amd64", "baton-sample", nil), []string{"--platform", "linux-amd64", "--platform", "windows-amd64"}, 6, "PLATFORM_MISSING"},
		"a truncated file":               {replace("linux-amd64", "baton-sample", linux[:100]), nil, 6, ""},
		"a swapped file":                 {replace("linux-arm64", "baton-sample", linux), nil, 6, "PLATFORM_BINARY_MISMATCH"},
		"a Mach-O as linux":              {replace("linux-amd64", "baton-sample", sampleExecutable(registryv1.Platform_PLATFORM_DARWIN_AMD64)), nil, 6, "PLATFORM_BINARY_MISMATCH"},
		"an archive that climbs":         {archive(good, entry{name: "../../evil", content: []byte("x")}), nil, 6, "ARCHIVE_UNSAFE"},
		"an archive with absolute paths": {archive(good, entry{name: "/etc/evil", content: []byte("x")}), nil, 6, "ARCHIVE_UNSAFE"},
		"an archive with a link":         {archive(good, entry{name: "link", link: "/etc/passwd", kind: tar.TypeSymlink}), nil, 6, "ARCHIVE_UNSAFE"},
		"an archive with a device":       {archive(good, entry{name: "dev", kind: tar.TypeChar}), nil, 6, "ARCHIVE_UNSAFE"},
		"an archive with the same twice": {archive(good, good), nil, 6, "ARCHIVE_UNSAFE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			dir := project(t, "acme", "baton-sample", "v1.0.0")
			c.spoil(t, dir)
			args := append([]string{
				"publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "none", "-o", "json",
			}, c.args...)
			got := d.run(t, args...)
			require.NotZero(t, got.code, got.out)
			if c.code != 0 {
				assert.Equal(t, c.code, got.code, got.err)
			}
			failure := got.failure(t)
			if c.want != "" {
				assert.Equal(t, c.want, failure["reason"], got.err)
			}
			assert.NotEqual(t, "INTERNAL", failure["reason"], got.err)
			assert.NotEmpty(t, failure["message"])
			assert.NotContains(t, got.err, "\x1b")
			assert.Equal(t, "[]\n", d.run(t, "list", "-o", "json").ok(t).out, "nothing was created")
			assert.Equal(t, "[]\n", d.run(t, "drafts", "-o", "json").ok(t).out, "nothing is left to go on with")
		})
	}
}

func TestAllThatIsWrongWithAReleaseIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	for platform, other := range map[string]registryv1.Platform{
		"linux-arm64": registryv1.Platform_PLATFORM_LINUX_AMD64, "darwin-amd64": registryv1.Platform_PLATFORM_WINDOWS_AMD64,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "dist", platform, "baton-sample"), sampleExecutable(other), 0o600))
	}
	got := d.run(t, "publish", dir, "--version", "v1.0", "--org", "-", "--name", "baton-sample", "--sign", "none", "-o", "json")
	said := decoded(got.failure(t))
	assert.Equal(t, 2, got.code, got.err)
	for _, want := range []string{"linux-arm64", "darwin-amd64", "v1.0", "org"} {
		assert.Contains(t, said, want)
	}
}

func TestRegistriesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	gone := d.at("127.0.0.1:1", "").run(t, "list", "-o", "json")
	assert.Equal(t, 8, gone.code)
	assert.Equal(t, "UNAVAILABLE", gone.failure(t)["reason"])
	assert.NotEmpty(t, gone.failure(t)["next"])
	assert.Equal(t, 8, d.at("unix:"+filepath.Join(d.home, "nobody"), "").run(t, "list").code)

	file := filepath.Join(d.home, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.Equal(t, 1, d.run(t, "list", "--data", file).code)
}

func TestADataDirectoryOfANewerVersionIsLeftAlone(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0")
	data := filepath.Join(d.home, "data", "registrar")
	ageDatabase(t, data)
	before := digests(t, data)
	got := d.run(t, "yank", "acme/baton-sample", "v1.0.0", "--category", "broken", "--reason", "x", "--yes", "-o", "json")
	assert.Equal(t, 1, got.code)
	assert.Equal(t, "NEWER_SCHEMA", got.failure(t)["reason"], got.err)
	assert.NotEmpty(t, got.failure(t)["next"])
	assert.Equal(t, before, digests(t, data))
}

// ageDatabase makes the database look as if a version of the future wrote it.
func ageDatabase(t *testing.T, data string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(data, "*.db"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	db, err := sql.Open("sqlite", found[0])
	require.NoError(t, err)
	_, err = db.Exec("pragma user_version = 9999")
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// digests are the contents of a directory, but for what SQLite keeps for its
// own sake.
func digests(t *testing.T, dir string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "-shm") || strings.HasSuffix(path, "-wal") {
			return err
		}
		content, err := os.ReadFile(path)
		contents[path] = string(content)
		return err
	}))
	return contents
}

// A file that rotted on the registry's disk never reaches anybody.
func TestDownloadsThatDifferAreNotLeftBehind(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0")
	size := int64(0)
	require.NoError(t, filepath.WalkDir(filepath.Join(d.home, "data"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil || info.Size() < sampleBytes || info.Size() > sampleBytes+100 {
			return err
		}
		size = info.Size()
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		content[1000] ^= 1
		return os.WriteFile(path, content, 0o600)
	}))
	require.NotZero(t, size, "the files of the registry were found")
	got := d.run(t, "download", "acme/baton-sample", "--platform", "linux-amd64", "--dir", filepath.Join(d.home, "here"), "-o", "json")
	assert.Equal(t, 7, got.code, got.err)
	assert.Equal(t, "DIGEST_MISMATCH", got.failure(t)["reason"])
	left, err := os.ReadDir(filepath.Join(d.home, "here"))
	require.NoError(t, err)
	assert.Empty(t, left)
}
