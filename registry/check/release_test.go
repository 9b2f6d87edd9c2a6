package check_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/check"
)

const (
	darwinAMD64  = registryv1.Platform_PLATFORM_DARWIN_AMD64
	darwinARM64  = registryv1.Platform_PLATFORM_DARWIN_ARM64
	linuxAMD64   = registryv1.Platform_PLATFORM_LINUX_AMD64
	linuxARM64   = registryv1.Platform_PLATFORM_LINUX_ARM64
	windowsAMD64 = registryv1.Platform_PLATFORM_WINDOWS_AMD64
)

// programs builds the sample connector for all platforms, once for all tests.
var programs = sync.OnceValues(func() (map[registryv1.Platform][]byte, error) {
	dir, err := os.MkdirTemp("", "registrar-check-test-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	out := map[registryv1.Platform][]byte{}
	for _, p := range registryv1.Platforms() {
		platform, path := artifact.Platform(p.Slug()), filepath.Join(dir, p.Slug())
		cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", path, "./cmd/baton-sample")
		cmd.Dir = filepath.Join("..", "..", "testdata", "connector")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=", "GOOS="+platform.OS(), "GOARCH="+platform.Arch())
		if text, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building the sample connector for %s: %w\n%s", p.Slug(), err, text)
		}
		if out[p], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return out, nil
})

func program(tb testing.TB, p registryv1.Platform) []byte {
	tb.Helper()
	all, err := programs()
	require.NoError(tb, err)
	return all[p]
}

// stored is one file of a release as the registry holds it.
type stored struct {
	meta  *registryv1.Asset
	bytes []byte
	// opening and reading fail with these.
	openErr, readErr error
	read             atomic.Int64
	// proven: the registry says that it hashed the bytes already.
	proven bool
}

// release is a version with its files, which tests then spoil.
type release struct {
	version *registryv1.Version
	latest  string
	files   []*stored
	limits  artifact.Limits
}

// goodRelease is what a careful publisher sends: tar.gz for linux, zip for
// the others, a checksum file, a license and capabilities.
func goodRelease(tb testing.TB, platforms ...registryv1.Platform) *release {
	tb.Helper()
	capabilities, err := os.ReadFile(filepath.Join("..", "..", "testdata", "connector", "baton_capabilities.json"))
	require.NoError(tb, err)
	r := &release{version: &registryv1.Version{
		Summary: &registryv1.VersionSummary{
			Ref:       &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.1.0"},
			Platforms: platforms,
		},
		Description: "Users, groups and roles of the sample directory", Changelog: "- First release\n- Users\n",
		Capabilities: string(capabilities), License: "Apache-2.0", Repository: "https://example.org/acme/baton-sample",
	}, latest: "v1.0.9"}
	for _, p := range platforms {
		ext, mediaType := "zip", "application/zip"
		if p == linuxAMD64 || p == linuxARM64 {
			ext, mediaType = "tar.gz", "application/gzip"
		}
		r.add(p, registryv1.AssetKind_ASSET_KIND_ARCHIVE, fileName(p, ext), mediaType, packed(tb, p))
	}
	r.add(0, registryv1.AssetKind_ASSET_KIND_CHECKSUM, checksumName, "text/plain", r.sums())
	return r
}

// archives keeps what packed made; tests only read it.
var archives sync.Map

// packed is the archive of a platform as GoReleaser makes it.
func packed(tb testing.TB, p registryv1.Platform) []byte {
	tb.Helper()
	if content, ok := archives.Load(p); ok {
		return content.([]byte)
	}
	pack := zipFile
	if p == linuxAMD64 || p == linuxARM64 {
		pack = tarGz
	}
	content := pack(tb, item{name: programName(p), data: program(tb, p)})
	archives.Store(p, content)
	return content
}

const checksumName = "baton-sample_1.1.0_checksums.txt"

func fileName(p registryv1.Platform, ext string) string {
	return "baton-sample-v1.1.0-" + p.Slug() + "." + ext
}

func programName(p registryv1.Platform) string {
	if p == windowsAMD64 {
		return "baton-sample.exe"
	}
	return "baton-sample"
}

func (r *release) add(p registryv1.Platform, kind registryv1.AssetKind, name, mediaType string, content []byte) *stored {
	file := &stored{meta: &registryv1.Asset{
		Platform: p, Kind: kind, Filename: name, MediaType: mediaType, Source: registryv1.AssetSource_ASSET_SOURCE_UPLOADED,
	}}
	file.hold(content)
	r.files = append(r.files, file)
	return file
}

// hold makes the file one of these bytes, received as such.
func (s *stored) hold(content []byte) {
	sum := sha256.Sum256(content)
	s.bytes, s.meta.SizeBytes, s.meta.Sha256 = content, int64(len(content)), sum[:]
}

// sums is the checksum file of all files so far.
func (r *release) sums() []byte {
	var out bytes.Buffer
	for _, f := range r.files {
		if f.meta.GetKind() != registryv1.AssetKind_ASSET_KIND_CHECKSUM {
			fmt.Fprintf(&out, "%x  %s\n", f.meta.GetSha256(), f.meta.GetFilename())
		}
	}
	return out.Bytes()
}

// resum writes the checksum file anew, as a publisher does after a change.
func (r *release) resum() { r.checksum().hold(r.sums()) }

func (r *release) checksum() *stored { return r.file(0) }

// file is the file of a platform; 0 is the checksum file.
func (r *release) file(p registryv1.Platform) *stored {
	for _, f := range r.files {
		if f.meta.GetPlatform() == p {
			return f
		}
	}
	panic("the release has no file for " + p.Slug())
}

func (r *release) subject() check.Subject {
	s := check.Subject{Version: r.version, Latest: r.latest, Limits: r.limits}
	for i, f := range r.files {
		s.Assets = append(s.Assets, check.Asset{ID: int64(i + 1), Meta: f.meta, Open: f.open})
	}
	return s
}

func (s *stored) open(context.Context) (check.Bytes, error) {
	if s.openErr != nil {
		return nil, s.openErr
	}
	return &opened{file: s, reader: bytes.NewReader(s.bytes)}, nil
}

type opened struct {
	file   *stored
	reader *bytes.Reader
	closed bool
}

func (o *opened) ReadAt(b []byte, at int64) (int, error) {
	if o.file.readErr != nil {
		return 0, o.file.readErr
	}
	n, err := o.reader.ReadAt(b, at)
	o.file.read.Add(int64(n))
	return n, err
}

func (o *opened) Size() int64 { return o.reader.Size() }

func (o *opened) Proven() bool { return o.file.proven }

func (o *opened) Close() error {
	if o.closed {
		return os.ErrClosed
	}
	o.closed = true
	return nil
}

// item is one entry of an archive that a test makes.
type item struct {
	name string
	data []byte
	link string
	kind byte // of tar; 0: a file
}

// tarGz stores its entries without pressing them: unpacking takes the race
// detector very long.
func tarGz(tb testing.TB, items ...item) []byte {
	tb.Helper()
	return pressed(tb, gzip.NoCompression, items...)
}

// pressed is a tar.gz as releases have it.
func pressed(tb testing.TB, level int, items ...item) []byte {
	tb.Helper()
	var out bytes.Buffer
	zw, err := gzip.NewWriterLevel(&out, level)
	require.NoError(tb, err)
	tw := tar.NewWriter(zw)
	for _, i := range items {
		header := &tar.Header{Name: i.name, Size: int64(len(i.data)), Mode: 0o755, Typeflag: i.kind, Linkname: i.link}
		if header.Typeflag == 0 {
			header.Typeflag = tar.TypeReg
		}
		require.NoError(tb, tw.WriteHeader(header))
		_, err := tw.Write(i.data)
		require.NoError(tb, err)
	}
	require.NoError(tb, tw.Close())
	require.NoError(tb, zw.Close())
	return out.Bytes()
}

func zipFile(tb testing.TB, items ...item) []byte {
	tb.Helper()
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, i := range items {
		header := &zip.FileHeader{Name: i.name, Method: zip.Store}
		header.SetMode(0o755)
		w, err := zw.CreateHeader(header)
		require.NoError(tb, err)
		_, err = io.Copy(w, bytes.NewReader(i.data))
		require.NoError(tb, err)
	}
	require.NoError(tb, zw.Close())
	return out.Bytes()
}
