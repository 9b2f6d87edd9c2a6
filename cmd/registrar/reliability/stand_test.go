package reliability

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// patience is how long a test waits for anything before it gives up.
const patience = 3 * time.Minute

// soak says whether the tests take their full size. It is asked for while tests
// run, so that results of another size are never taken from the cache.
func soak() bool { return os.Getenv("REGISTRAR_SOAK") != "" }

// workshop is where programs are built, once for all tests that need them.
var workshop = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "registrar-reliability-*") })

func TestMain(m *testing.M) {
	registrytest.Child()
	code := m.Run()
	if dir, err := workshop(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// goBuild builds a program, for a platform or, with "", for this one.
func goBuild(dir, pkg, name string, platform artifact.Platform) (string, error) {
	out, err := workshop()
	if err != nil {
		return "", err
	}
	path := filepath.Join(out, name)
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", path, pkg)
	build.Dir = dir
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if platform != "" {
		build.Env = append(build.Env, "GOOS="+platform.OS(), "GOARCH="+platform.Arch())
	}
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", name, err, text)
	}
	return path, nil
}

// program is the registrar itself, without the race detector: its memory is
// measured.
var program = sync.OnceValues(func() (string, error) { return goBuild("..", ".", "registrar", "") })

// connectors are the executables of the sample connector by platform.
var connectors = sync.OnceValues(func() (map[registryv1.Platform]string, error) {
	built := map[registryv1.Platform]string{}
	for _, p := range registryv1.Platforms() {
		path, err := goBuild(filepath.Join("..", "..", "..", "testdata", "connector"), "./cmd/baton-sample", p.Slug(), artifact.Platform(p.Slug()))
		if err != nil {
			return nil, err
		}
		built[p] = path
	}
	return built, nil
})

// release is a project whose executables are ready to be published.
type release struct {
	dir, org, name, version string
	// sums are the digests of its files, by file name and platform.
	sums  map[string]string
	total int64
}

// fileKey names a file of a release.
func fileKey(platform registryv1.Platform, filename string) string {
	return platform.Slug() + "/" + filename
}

// newRelease lays out a project. Its executables are those of the sample
// connector with more bytes behind their end, where every system lets them be:
// always the same for the same seed.
func newRelease(tb testing.TB, name, version string, more int64, seed uint64, platforms ...registryv1.Platform) *release {
	tb.Helper()
	r := newProject(tb, name, version)
	for _, p := range platforms {
		filename := name
		if p == registryv1.Platform_PLATFORM_WINDOWS_AMD64 {
			filename += ".exe"
		}
		r.add(tb, p, filepath.Join("dist", p.Slug(), filename), func(out io.Writer) error {
			program, _ := grown(tb, p, more, seed)
			_, err := io.CopyBuffer(out, program, make([]byte, 1<<20))
			return err
		})
	}
	return r
}

// newPackedRelease is newRelease with the executables in archives: zip for
// windows, tar.gz for the others.
func newPackedRelease(tb testing.TB, name, version string, more int64, seed uint64, platforms ...registryv1.Platform) *release {
	tb.Helper()
	r := newProject(tb, name, version)
	for _, p := range platforms {
		filename, pack := name+"-"+version+"-"+p.Slug()+".tar.gz", tarGz
		entry := name
		if p == registryv1.Platform_PLATFORM_WINDOWS_AMD64 {
			filename, pack, entry = strings.TrimSuffix(filename, ".tar.gz")+".zip", zipped, name+".exe"
		}
		r.add(tb, p, filepath.Join("dist", filename), func(out io.Writer) error {
			program, size := grown(tb, p, more, seed)
			return pack(out, entry, program, size)
		})
	}
	return r
}

func newProject(tb testing.TB, name, version string) *release {
	tb.Helper()
	r := &release{dir: tb.TempDir(), org: "acme", name: name, version: version, sums: map[string]string{}}
	for file, text := range map[string]string{
		"go.mod":    "module github.com/acme/" + name + "\n\ngo 1.26\n",
		"README.md": "# " + name + "\n",
		"LICENSE":   "Apache License, Version 2.0\n",
	} {
		require.NoError(tb, os.WriteFile(filepath.Join(r.dir, file), []byte(text), 0o600))
	}
	return r
}

// add writes one file of the release.
func (r *release) add(tb testing.TB, p registryv1.Platform, path string, write func(io.Writer) error) {
	tb.Helper()
	to := filepath.Join(r.dir, path)
	require.NoError(tb, os.MkdirAll(filepath.Dir(to), 0o700))
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700)
	require.NoError(tb, err)
	digest := sha256.New()
	require.NoError(tb, errors.Join(write(io.MultiWriter(out, digest)), out.Close()))
	info, err := os.Stat(to)
	require.NoError(tb, err)
	r.total += info.Size()
	r.sums[fileKey(p, filepath.Base(path))] = hex.EncodeToString(digest.Sum(nil))
}

// grown is the sample connector with more bytes that follow from the seed.
func grown(tb testing.TB, p registryv1.Platform, more int64, seed uint64) (program io.Reader, size int64) {
	tb.Helper()
	built, err := connectors()
	require.NoError(tb, err)
	in, err := os.Open(built[p])
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = in.Close() })
	info, err := in.Stat()
	require.NoError(tb, err)
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(p))
	return io.MultiReader(in, io.LimitReader(rand.NewChaCha8(key), more)), info.Size() + more
}

func tarGz(out io.Writer, entry string, program io.Reader, size int64) error {
	packed, err := gzip.NewWriterLevel(out, gzip.NoCompression) // noise does not get smaller
	if err != nil {
		return err
	}
	archive := tar.NewWriter(packed)
	if err := archive.WriteHeader(&tar.Header{Name: entry, Mode: 0o755, Size: size}); err != nil {
		return err
	}
	_, err = io.Copy(archive, program)
	return errors.Join(err, archive.Close(), packed.Close())
}

func zipped(out io.Writer, entry string, program io.Reader, _ int64) error {
	archive := zip.NewWriter(out)
	archive.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.NoCompression) })
	file, err := archive.Create(entry)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, program)
	return errors.Join(err, archive.Close())
}

// ref names the version.
func (r *release) ref() *registryv1.VersionRef {
	return &registryv1.VersionRef{Org: r.org, Name: r.name, Version: r.version}
}

// plan is what client/publish runs.
func (r *release) plan(tb testing.TB) publish.Plan {
	tb.Helper()
	plan, faults, err := publish.Prepare(tb.Context(), nil, publish.Answers{Directory: r.dir, Org: r.org, Name: r.name, Version: r.version}, nil)
	require.NoError(tb, err)
	require.Empty(tb, faults)
	require.Len(tb, plan.Files, len(r.sums))
	return plan
}

// connect opens a client on an address.
func connect(tb testing.TB, address, token string) *client.Client {
	tb.Helper()
	target, err := client.ParseTarget(address)
	require.NoError(tb, err)
	c, err := client.Open(target.WithToken(token), client.Options{})
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = c.Close() })
	return c
}

// socket is an address that stays the same over the life of many processes.
func socket(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "rgr") //nolint:usetesting // paths of sockets must be short
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	return "unix:" + filepath.Join(dir, "s")
}

// founded is a data directory that processes have used before, and the tokens
// of its people.
type founded struct {
	dir              string
	admin, publisher string
}

// found makes a data directory with people.
func found(t *testing.T) founded {
	t.Helper()
	dir := t.TempDir()
	p := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: dir})
	token := p.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER, "acme")
	p.Stop()
	secret, err := os.ReadFile(filepath.Join(dir, registry.AdminTokenFile))
	require.NoError(t, err)
	return founded{dir: dir, admin: strings.TrimSpace(string(secret)), publisher: token}
}

// copied is the same directory again, for a process of its own.
func (f founded) copied(t *testing.T) founded {
	t.Helper()
	f.dir = copyDir(t, f.dir)
	return f
}

// copyDir copies a data directory as it lies there, so that looking at the
// copy mends nothing in the original.
func copyDir(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	require.NoError(t, filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), content, 0o600)
	}))
	return to
}

// sweep removes what a sweep may remove two days later.
func sweep(t *testing.T, dir string) {
	t.Helper()
	r, err := registry.Open(t.Context(), registry.Config{
		Dir: dir, Validators: -1, Now: func() time.Time { return time.Now().Add(48 * time.Hour) },
	})
	require.NoError(t, err)
	require.NoError(t, errors.Join(r.Sweep(t.Context()), r.Close()))
}

// download fetches every file of a version and returns their digests.
func download(t *testing.T, address string, of *registryv1.VersionRef) map[string]string {
	t.Helper()
	e := registrytest.At(address)
	answer, err := e.API(t, "").GetDownloadURLs(t.Context(), &registryv1.GetDownloadURLsRequest{
		Connector: &registryv1.ConnectorRef{Org: of.GetOrg(), Name: of.GetName()}, Version: of.GetVersion(),
	})
	require.NoError(t, err)
	http := e.HTTP(t)
	sums := map[string]string{}
	for _, d := range answer.GetDownloads() {
		rs, err := http.Get("http://registry" + d.GetUrl())
		require.NoError(t, err)
		digest := sha256.New()
		_, err = io.Copy(digest, rs.Body)
		require.NoError(t, errors.Join(err, rs.Body.Close()))
		require.Equal(t, 200, rs.StatusCode)
		require.True(t, bytes.Equal(digest.Sum(nil), d.GetAsset().GetSha256()), "the bytes are those that the registry names")
		sums[fileKey(d.GetAsset().GetPlatform(), d.GetAsset().GetFilename())] = hex.EncodeToString(digest.Sum(nil))
	}
	return sums
}
