package artifact_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/registrar-console/registrar/artifact"
)

// programs builds the sample connector for all platforms, once for all tests
// of this package. The builds are kept in memory, two megabytes each.
var programs = sync.OnceValues(func() (map[artifact.Platform][]byte, error) {
	dir, err := os.MkdirTemp("", "registrar-artifact-test-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var (
		group errgroup.Group
		lock  sync.Mutex
		out   = map[artifact.Platform][]byte{}
	)
	for _, p := range artifact.Platforms() {
		group.Go(func() error {
			path := filepath.Join(dir, string(p))
			cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", path, "./cmd/baton-sample")
			cmd.Dir = filepath.Join("..", "testdata", "connector")
			cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=", "GOOS="+p.OS(), "GOARCH="+p.Arch())
			if text, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("building the sample connector for %s: %w\n%s", p, err, text)
			}
			data, err := os.ReadFile(path)
			lock.Lock()
			defer lock.Unlock()
			out[p] = data
			return err
		})
	}
	return out, group.Wait()
})

// program is the sample connector, built for a platform.
func program(tb testing.TB, p artifact.Platform) []byte {
	tb.Helper()
	all, err := programs()
	require.NoError(tb, err)
	require.NotEmpty(tb, all[p])
	return all[p]
}

// programName is what the executable is called there.
func programName(p artifact.Platform) string {
	if p == artifact.WindowsAMD64 {
		return "baton-sample.exe"
	}
	return "baton-sample"
}

// item is one entry of an archive that a test makes.
type item struct {
	name string
	data []byte
	link string
	kind byte // Of tar; 0: a file.
	mode os.FileMode
}

// compressed is up to which size tests really compress: under the race
// detector it costs a second for each megabyte. Sizes above are stored.
const compressed = 256 << 10

func tarGz(tb testing.TB, items ...item) []byte {
	tb.Helper()
	return zipped(tb, tarball(tb, items...))
}

func tarball(tb testing.TB, items ...item) []byte {
	tb.Helper()
	var buf bytes.Buffer
	tw := tar.NewWriter(&buf)
	for _, i := range items {
		hdr := &tar.Header{Name: i.name, Size: int64(len(i.data)), Mode: 0o755, Typeflag: i.kind, Linkname: i.link, Format: tar.FormatPAX}
		if hdr.Typeflag == 0 {
			hdr.Typeflag = tar.TypeReg
			if strings.HasSuffix(i.name, "/") {
				hdr.Typeflag = tar.TypeDir
			}
		}
		require.NoError(tb, tw.WriteHeader(hdr))
		_, err := tw.Write(i.data)
		require.NoError(tb, err)
	}
	require.NoError(tb, tw.Close())
	return buf.Bytes()
}

func zipped(tb testing.TB, data []byte) []byte {
	tb.Helper()
	if len(data) > compressed {
		return zippedAt(tb, data, gzip.NoCompression)
	}
	return zippedAt(tb, data, gzip.BestSpeed)
}

func zippedAt(tb testing.TB, data []byte, level int) []byte {
	tb.Helper()
	var buf bytes.Buffer
	zw, err := gzip.NewWriterLevel(&buf, level)
	require.NoError(tb, err)
	_, err = zw.Write(data)
	require.NoError(tb, err)
	require.NoError(tb, zw.Close())
	return buf.Bytes()
}

func zipFile(tb testing.TB, items ...item) []byte {
	tb.Helper()
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for _, i := range items {
		hdr := &zip.FileHeader{Name: i.name, Method: zip.Deflate}
		if len(i.data) > compressed {
			hdr.Method = zip.Store
		}
		if i.mode != 0 {
			hdr.SetMode(i.mode)
		}
		w, err := zw.CreateHeader(hdr)
		require.NoError(tb, err)
		_, err = w.Write(i.data)
		require.NoError(tb, err)
	}
	require.NoError(tb, zw.Close())
	return buf.Bytes()
}

// inspect looks into bytes and leaves nothing in the temporary folder.
func inspect(tb testing.TB, data []byte, lim artifact.Limits) artifact.Facts {
	tb.Helper()
	if lim.TempDir == "" {
		lim.TempDir = tb.TempDir()
	}
	facts, err := artifact.Inspect(tb.Context(), bytes.NewReader(data), int64(len(data)), lim)
	require.NoError(tb, err)
	left, err := os.ReadDir(lim.TempDir)
	require.NoError(tb, err)
	require.Empty(tb, left, "the spool is removed")
	for _, p := range facts.Problems {
		assertPrintable(tb, p.String())
	}
	for _, e := range facts.Entries {
		assertPrintable(tb, e.Name)
	}
	return facts
}

// kinds lists the problems by kind.
func kinds(f artifact.Facts) []artifact.ProblemKind {
	var out []artifact.ProblemKind
	for _, p := range f.Problems {
		out = append(out, p.Kind)
	}
	return out
}
