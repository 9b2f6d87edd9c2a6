package client_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// sender serves one file and breaks as told.
type sender struct {
	mu     sync.Mutex
	body   []byte
	ranges bool
	cuts   []int // how many bytes of the next answers arrive; -1 is all
	asked  []string
}

func (s *sender) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, strings.TrimSpace(r.Method+" "+r.Header.Get("Range")))
	from := 0
	if s.ranges {
		if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from); err == nil {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(s.body)-1, len(s.body)))
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(s.body)-from))
	if from > 0 {
		w.WriteHeader(http.StatusPartialContent)
	}
	rest := s.body[from:]
	if len(s.cuts) > 0 {
		cut := s.cuts[0]
		s.cuts = s.cuts[1:]
		if cut >= 0 {
			_, _ = w.Write(rest[:cut])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	}
	_, _ = w.Write(rest)
}

func download(body []byte) *registryv1.Download {
	sum := sha256.Sum256(body)
	return &registryv1.Download{Url: "/v1/files/x?sig=credential", Asset: &registryv1.Asset{
		Filename: "baton-x", Kind: registryv1.AssetKind_ASSET_KIND_BINARY, SizeBytes: int64(len(body)), Sha256: sum[:],
	}}
}

func TestDownload(t *testing.T) {
	t.Parallel()
	body := content(3 << 20)
	for name, c := range map[string]struct {
		ranges bool
		cuts   []int
		asked  string
	}{
		"at once":             {true, nil, "GET"},
		"broken, goes on":     {true, []int{1 << 20, 500_000}, "GET GET bytes=1048576- GET bytes=1548576-"},
		"broken at the start": {true, []int{0}, "GET GET"},
		"cannot go on":        {false, []int{1 << 20}, "GET GET bytes=1048576-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := &sender{body: body, ranges: c.ranges, cuts: c.cuts}
			bench(t, s, func(t bubble) {
				cl := t.client
				var m client.Meter
				got, err := cl.Download(t.Context(), download(body), dir, &m)
				require.NoError(t, err)
				assert.Equal(t, c.asked, strings.Join(s.asked, " "))
				assert.Equal(t, filepath.Join(dir, "baton-x"), got.Path)
				assert.EqualValues(t, len(body), got.Size)
				assert.Equal(t, client.PhaseDone, m.Snapshot().Phase)
				assert.False(t, got.Present)
			})
			written, err := os.ReadFile(filepath.Join(dir, "baton-x"))
			require.NoError(t, err)
			assert.True(t, bytes.Equal(body, written))
			assertOnly(t, dir, "baton-x")
		})
	}
}

// assertOnly reports whatever else was left in a folder.
func assertOnly(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	left := []string{}
	for _, e := range entries {
		left = append(left, e.Name())
	}
	assert.ElementsMatch(t, names, left)
}

func TestDownloadLeavesNothingThatIsWrong(t *testing.T) {
	t.Parallel()
	body := content(10_000)
	flipped := bytes.Clone(body)
	flipped[5000] ^= 1
	gone := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	for name, c := range map[string]struct {
		serve  http.Handler
		change func(*registryv1.Download)
		reason registryv1.Reason
	}{
		"one bit differs":   {&sender{body: flipped}, nil, registryv1.Reason_REASON_DIGEST_MISMATCH},
		"one byte too many": {&sender{body: append(bytes.Clone(body), 0)}, nil, registryv1.Reason_REASON_SIZE_MISMATCH},
		"no digest":         {&sender{body: body}, func(d *registryv1.Download) { d.Asset.Sha256 = nil }, registryv1.Reason_REASON_DIGEST_MISMATCH},
		"a path":            {&sender{body: body}, func(d *registryv1.Download) { d.Asset.Filename = "../evil" }, registryv1.Reason_REASON_INVALID_NAME},
		"an absolute path":  {&sender{body: body}, func(d *registryv1.Download) { d.Asset.Filename = "/etc/evil" }, registryv1.Reason_REASON_INVALID_NAME},
		"a hidden file":     {&sender{body: body}, func(d *registryv1.Download) { d.Asset.Filename = ".bashrc" }, registryv1.Reason_REASON_INVALID_NAME},
		"a folder":          {&sender{body: body}, func(d *registryv1.Download) { d.Asset.Filename = ".." }, registryv1.Reason_REASON_INVALID_NAME},
		"no name":           {&sender{body: body}, func(d *registryv1.Download) { d.Asset.Filename = "" }, registryv1.Reason_REASON_INVALID_NAME},
		"a backslash":       {&sender{body: body}, func(d *registryv1.Download) { d.Asset.Filename = `..\evil` }, registryv1.Reason_REASON_INVALID_NAME},
		"a refused link":    {gone, nil, registryv1.Reason_REASON_NOT_PERMITTED},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			d := download(body)
			if c.change != nil {
				c.change(d)
			}
			bench(t, c.serve, func(t bubble) {
				cl := t.client
				_, err := cl.Download(t.Context(), d, dir, nil)
				assert.Equal(t, c.reason, client.ReasonOf(err), "%v", err)
				assert.NotContains(t, err.Error(), "credential")
			})
			assertOnly(t, dir)
		})
	}
}

func TestDownloadOfWhatIsThereFetchesNothing(t *testing.T) {
	t.Parallel()
	body := content(10_000)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "baton-x"), body, 0o600))
	s := &sender{body: body}
	bench(t, s, func(t bubble) {
		c := t.client
		got, err := c.Download(t.Context(), download(body), dir, nil)
		require.NoError(t, err)
		assert.True(t, got.Present)
		assert.Empty(t, s.asked)

		require.NoError(t, os.WriteFile(filepath.Join(dir, "baton-x"), []byte("older"), 0o600))
		got, err = c.Download(t.Context(), download(body), dir, nil)
		require.NoError(t, err)
		assert.False(t, got.Present)
		assert.Equal(t, []string{"GET"}, s.asked)
	})
	written, err := os.ReadFile(filepath.Join(dir, "baton-x"))
	require.NoError(t, err)
	assert.True(t, bytes.Equal(body, written))
}
