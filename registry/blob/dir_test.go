package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/blob"
	"github.com/registrar-console/registrar/registry/blob/blobtest"
)

// place is a folder of blobs and what one process serves of it.
type place struct {
	blobtest.Backend
	dir  *blob.Dir
	path string
}

var testKey = bytes.Repeat([]byte("k"), 32)

// serve opens a folder as one process does, with a server on loopback.
func serve(tb testing.TB, r *blobtest.Registry, path string, change func(*blob.Config)) place {
	tb.Helper()
	cfg := blob.Config{Path: path, Key: testKey}
	if change != nil {
		change(&cfg)
	}
	dir, err := blob.OpenDir(cfg)
	require.NoError(tb, err)
	server := httptest.NewServer(dir.Handler(r, r))
	tb.Cleanup(server.Close)
	return place{
		Backend: blobtest.Backend{Store: dir, Client: blobtest.Client{Base: server.URL}},
		dir:     dir, path: path,
	}
}

func (p place) link(t *testing.T, slot blob.Slot) string {
	t.Helper()
	return blobtest.Target(t, p.Store, slot).GetUrl()
}

// parts are the files in the parts folder.
func (p place) parts(t *testing.T) []string {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(p.path, "parts"))
	require.NoError(t, err)
	names := []string{}
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

// noParts waits until the last request has let go, and asserts that nothing
// of it is left.
func (p place) noParts(t *testing.T) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) { assert.Empty(c, p.parts(t)) }, 5*time.Second, time.Millisecond)
}

func TestDirConforms(t *testing.T) {
	t.Parallel()
	blobtest.Conformance(t, func(t *testing.T, r *blobtest.Registry) blobtest.Backend {
		t.Helper()
		return serve(t, r, t.TempDir(), nil).Backend
	})
}

func TestFilesAreForTheOwnerAndNamedByDigest(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	r := blobtest.NewRegistry()
	p := serve(t, r, filepath.Join(t.TempDir(), "new", "folder"), nil)
	content := blobtest.Content(1, 1000)
	require.Equal(t, http.StatusCreated, p.Put(t, p.link(t, r.DeclareFor(content)), content).Status)
	p.noParts(t)
	hex := blobtest.Digest(content).Hex()
	var seen []string
	require.NoError(t, filepath.Walk(p.path, func(path string, info os.FileInfo, err error) error {
		require.NoError(t, err)
		want := os.FileMode(0o600)
		if info.IsDir() {
			want = os.ModeDir | 0o700
		}
		assert.Equal(t, want, info.Mode(), path)
		name, err := filepath.Rel(p.path, path)
		seen = append(seen, filepath.ToSlash(name))
		return err
	}))
	assert.Equal(t, []string{".", "blobs", "blobs/" + hex[:2], "blobs/" + hex[:2] + "/" + hex, "blobs.lock", "parts"}, seen)
}

func TestDownloadsCannotRunInABrowser(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := []byte("<script>alert(1)</script>")
	require.Equal(t, http.StatusCreated, p.Put(t, p.link(t, r.DeclareFor(content)), content).Status)
	digest := blobtest.Digest(content)
	for name, want := range map[string]string{
		"a.zip":      `attachment; filename=a.zip`,
		`a";b.html`:  `attachment; filename="a\";b.html"`,
		"größe 1.gz": `attachment; filename*=utf-8''gr%C3%B6%C3%9Fe%201.gz`,
	} {
		link, err := p.Store.Link(t.Context(), digest, name, time.Now().Add(time.Minute))
		require.NoError(t, err)
		answer := p.Do(t, http.MethodGet, link, nil, nil, 0)
		assert.Equal(t, want, answer.Header.Get("Content-Disposition"))
		assert.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"))
		assert.Equal(t, "application/octet-stream", answer.Header.Get("Content-Type"))
		assert.Equal(t, `"`+digest.String()+`"`, answer.Header.Get("ETag"))
		again := p.Do(t, http.MethodGet, link, map[string]string{"If-None-Match": answer.Header.Get("ETag")}, nil, 0)
		assert.Equal(t, http.StatusNotModified, again.Status)
	}
}

func TestBlockedDownloadsStopLinksThatWereHandedOut(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	require.Equal(t, http.StatusCreated, p.Put(t, p.link(t, r.DeclareFor(content)), content).Status)
	link, err := p.Store.Link(t.Context(), blobtest.Digest(content), "a.zip", time.Now().Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, p.Do(t, http.MethodGet, link, nil, nil, 0).Status)
	r.Block(blobtest.Digest(content))
	p.Do(t, http.MethodGet, link, nil, nil, 0).Refused(t, http.StatusForbidden, registryv1.Reason_REASON_DOWNLOAD_BLOCKED)
}

// Whoever received a blob has hashed it, and need not do so again to check it:
// until somebody touches the file. Another process never heard it arrive.
func TestOnlyUntouchedBytesOfOnesOwnAreProven(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := blobtest.NewRegistry()
	p, other := serve(t, r, dir, nil), serve(t, r, dir, nil)
	content := blobtest.Content(1, 1000)
	digest := blobtest.Digest(content)
	require.Equal(t, http.StatusCreated, p.Put(t, p.link(t, r.DeclareFor(content)), content).Status)
	proven := func(by place) bool {
		blob, err := by.Store.Open(t.Context(), digest)
		require.NoError(t, err)
		defer func() { require.NoError(t, blob.Close()) }()
		return blob.Proven()
	}
	assert.True(t, proven(p))
	assert.False(t, proven(other))

	path := filepath.Join(dir, "blobs", digest.Hex()[:2], digest.Hex())
	was, err := os.Stat(path)
	require.NoError(t, err)
	content[500]++
	require.NoError(t, os.WriteFile(path, content, 0o600))
	require.NoError(t, os.Chtimes(path, time.Time{}, was.ModTime().Add(time.Second)))
	assert.False(t, proven(p), "a byte was changed in place")
	require.NoError(t, os.Chtimes(path, time.Time{}, was.ModTime()))
	assert.False(t, proven(p), "what was doubted once is not believed again")
}

func TestLostBytesAreSaidToBeLost(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	link, err := p.Store.Link(t.Context(), blobtest.Digest(nil), "a.zip", time.Now().Add(time.Minute))
	require.NoError(t, err)
	answer := p.Do(t, http.MethodGet, link, nil, nil, 0)
	answer.Refused(t, http.StatusInternalServerError, registryv1.Reason_REASON_INTERNAL)
	assert.NotContains(t, string(answer.Body), p.path, "paths of the machine stay in the log")
}

func TestTheSweepSeesWhatIsThere(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content, broken := blobtest.Content(1, 1000), blobtest.Content(2, 1000)
	require.Equal(t, http.StatusCreated, p.Put(t, p.link(t, r.DeclareFor(content)), content).Status)
	slot := r.DeclareFor(broken)
	p.Break(t, p.link(t, slot), broken, 400)
	require.NoError(t, os.WriteFile(filepath.Join(p.path, "parts", "note.txt"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(p.path, "blobs", blobtest.Digest(content).Hex()[:2], "note.txt"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(p.path, "blobs", "note.txt"), nil, 0o600))

	var blobs []blob.Stored
	for b, err := range p.dir.Blobs(t.Context()) {
		require.NoError(t, err)
		blobs = append(blobs, b)
	}
	require.Len(t, blobs, 1)
	assert.Equal(t, blob.Blob{SHA256: blobtest.Digest(content), Size: 1000}, blobs[0].Blob)
	assert.WithinDuration(t, time.Now(), blobs[0].At, time.Minute)

	var parts []blob.Part
	for part, err := range p.dir.Parts(t.Context()) {
		require.NoError(t, err)
		parts = append(parts, part)
	}
	require.Len(t, parts, 1)
	assert.Equal(t, slot.Upload, parts[0].Upload)
	assert.Equal(t, int64(400), parts[0].Size)

	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.NoError(c, p.dir.Forget(slot.Upload))
	}, 5*time.Second, time.Millisecond)
	assert.Equal(t, []string{"note.txt"}, p.parts(t))
	assert.Zero(t, p.dir.KeptSums())
	require.NoError(t, p.dir.Forget(slot.Upload), "forgetting is idempotent")

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range p.dir.Blobs(ended) {
		require.ErrorIs(t, err, context.Canceled)
	}
	for _, err := range p.dir.Parts(ended) {
		require.ErrorIs(t, err, context.Canceled)
	}
}

func TestForgetLeavesAnUploadThatIsBeingSent(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 600_000)
	slot := r.DeclareFor(content)
	conn := p.Begin(t, http.MethodPut, p.link(t, slot), nil, len(content), content[:300_000])
	receiving(t, p, p.link(t, slot), "0")
	var refused *blob.Error
	require.ErrorAs(t, p.dir.Forget(slot.Upload), &refused)
	assert.Equal(t, registryv1.Reason_REASON_STALE, refused.Reason)
	_, err := conn.Write(content[300_000:])
	require.NoError(t, err)
	assert.Equal(t, http.StatusCreated, blobtest.ReadAnswer(t, conn).Status)
	p.Holds(t, content)
}

// TestADeleteNeverTakesBytesThatARowNames lets two processes bring the same
// bytes again and again while a third one removes what no row names.
func TestADeleteNeverTakesBytesThatARowNames(t *testing.T) {
	t.Parallel()
	r, folder := blobtest.NewRegistry(), t.TempDir()
	sweeper := serve(t, r, folder, nil)
	content := blobtest.Content(1, 2000)
	digest := blobtest.Digest(content)
	var group sync.WaitGroup
	for range 2 {
		p := serve(t, r, folder, nil)
		group.Go(func() {
			for range 80 {
				assert.Equal(t, http.StatusCreated, p.Put(t, p.link(t, r.DeclareFor(content)), content).Status)
			}
		})
	}
	sent := make(chan struct{})
	go func() { group.Wait(); close(sent) }()
	for running := true; running; {
		select {
		case <-sent:
			running = false
		default:
		}
		r.Drop(digest)
		require.NoError(t, sweeper.Store.Delete(t.Context(), digest, r.Unused(digest)))
		if r.Has(digest) { // recorded again meanwhile; nobody else drops rows
			sweeper.Holds(t, content)
		}
	}
}

func TestAFailedFsyncDropsThePart(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	p.dir.FailSync(errors.New("input/output error"))
	content, other := blobtest.Content(1, 1000), blobtest.Content(2, 1000)
	link := p.link(t, r.DeclareFor(content))
	p.Put(t, link, content).Refused(t, http.StatusInternalServerError, registryv1.Reason_REASON_INTERNAL)
	p.noParts(t)
	p.Lacks(t, content)
	p.Head(t, link).Offset(t, 0, false)
	assert.Zero(t, r.Recorded())

	healthy := serve(t, r, p.path, nil)
	assert.Equal(t, http.StatusCreated, healthy.Put(t, link, content).Status)
	assert.Equal(t, http.StatusCreated, healthy.Put(t, healthy.link(t, r.DeclareFor(other)), other).Status)
}

func TestAFolderThatCannotBeWrittenFailsOneUpload(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	link := p.link(t, r.DeclareFor(content))
	// A file in place of the folder fails for root, too.
	shard := filepath.Join(p.path, "blobs", blobtest.Digest(content).Hex()[:2])
	require.NoError(t, os.WriteFile(shard, nil, 0o600))
	p.Put(t, link, content).Refused(t, http.StatusInternalServerError, registryv1.Reason_REASON_INTERNAL)
	assert.Zero(t, r.Recorded())

	require.NoError(t, os.Remove(shard))
	p.Head(t, link).Offset(t, 1000, true)
	p.Holds(t, content)
	assert.Equal(t, 1, r.Recorded(), "all bytes were here: HEAD had them recorded")
	p.noParts(t)

	require.NoError(t, os.Rename(filepath.Join(p.path, "parts"), filepath.Join(p.path, "away")))
	require.NoError(t, os.WriteFile(filepath.Join(p.path, "parts"), nil, 0o600))
	other := blobtest.Content(2, 1000)
	link = p.link(t, r.DeclareFor(other))
	p.Put(t, link, other).Refused(t, http.StatusInternalServerError, registryv1.Reason_REASON_INTERNAL)
}

func TestAFullDiskFailsOneUpload(t *testing.T) {
	t.Parallel()
	folder := smallDisk(t, 1<<20)
	r := blobtest.NewRegistry()
	p := serve(t, r, folder, nil)
	big, small := blobtest.Content(1, 2<<20), blobtest.Content(2, 100_000)
	link := p.link(t, r.DeclareFor(big))
	p.Put(t, link, big).Refused(t, http.StatusInsufficientStorage, registryv1.Reason_REASON_STORAGE_FULL)
	p.Lacks(t, big)
	assert.Zero(t, r.Recorded())
	for part, err := range p.dir.Parts(t.Context()) {
		require.NoError(t, err)
		require.NoError(t, p.dir.Forget(part.Upload))
	}
	assert.Equal(t, http.StatusCreated, p.Put(t, p.link(t, r.DeclareFor(small)), small).Status)
}

// stepping is a clock that tests move.
type stepping struct {
	mu  sync.Mutex
	now time.Time
}

func (s *stepping) read() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *stepping) move(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func TestALinkEndsInTheMiddleOfAnUpload(t *testing.T) {
	t.Parallel()
	clock := &stepping{now: noon}
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), func(c *blob.Config) { c.Now = clock.read })
	content := blobtest.Content(1, 1000)
	size := int64(1000)
	slot := r.Declare(&size, nil, noon.Add(time.Minute))
	link := p.link(t, slot)
	p.Break(t, link, content, 300)
	clock.move(time.Minute)
	p.Patch(t, link, 300, content[300:], "").Refused(t, http.StatusForbidden, registryv1.Reason_REASON_UPLOAD_EXPIRED)

	slot.Until = clock.read().Add(time.Minute)
	r.Add(slot)
	fresh := p.link(t, slot)
	p.Head(t, fresh).Offset(t, 300, false)
	require.Equal(t, http.StatusCreated, p.Patch(t, fresh, 300, content[300:], "").Status, "a new link goes on with the same bytes")
	p.Holds(t, content)
}

func BenchmarkReceive(b *testing.B) {
	const size = 64 << 20
	r := blobtest.NewRegistry()
	p := serve(b, r, b.TempDir(), nil)
	content := blobtest.Content(1, size)
	digest, length := blobtest.Digest(content), int64(size)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		slot := r.Declare(&length, &digest, time.Now().Add(time.Hour))
		target, err := p.Store.Target(b.Context(), slot)
		require.NoError(b, err)
		rq, err := http.NewRequestWithContext(b.Context(), http.MethodPut, p.URL(target.GetPut().GetUrl()), bytes.NewReader(content))
		require.NoError(b, err)
		answer, err := http.DefaultClient.Do(rq)
		require.NoError(b, err)
		_, err = io.Copy(io.Discard, answer.Body)
		require.NoError(b, errors.Join(err, answer.Body.Close()))
		require.Equal(b, http.StatusCreated, answer.StatusCode)
	}
}
