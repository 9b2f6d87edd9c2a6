package blobtest

import (
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/blob"
)

// Backend is a store under test and the address at which its links work.
type Backend struct {
	Store blob.Store
	Client
}

// Conformance is what every store of blobs must do. open starts one with an
// empty place that is served to r's slots.
func Conformance(t *testing.T, open func(t *testing.T, r *Registry) Backend) {
	t.Helper()
	tests := []struct {
		name string
		run  func(t *testing.T, r *Registry, b Backend)
	}{
		{"a whole file arrives with one PUT", wholePut},
		{"a file that declared nothing arrives with one PUT", undeclaredPut},
		{"a broken PUT goes on where it broke", brokenPut},
		{"wrong bytes leave nothing", wrongDigest},
		{"a byte too many or too few leaves nothing", wrongSize},
		{"a file may be sent again", repeatedPut},
		{"an expired or altered link takes nothing", badLinks},
		{"completing is idempotent", completeTwice},
		{"bytes that are not there are not found", notFound},
		{"a download link gives the bytes, or a range of them", download},
		{"an expired or altered download link gives nothing", badDownloads},
		{"delete removes what is unused and nothing else", deleting},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := NewRegistry()
			test.run(t, r, open(t, r))
		})
	}
}

// Holds asserts that a store has exactly these bytes.
func (b Backend) Holds(t *testing.T, content []byte) {
	t.Helper()
	reader, err := b.Store.Open(t.Context(), Digest(content))
	require.NoError(t, err)
	defer func() { require.NoError(t, reader.Close()) }()
	require.Equal(t, int64(len(content)), reader.Size())
	got, err := io.ReadAll(io.NewSectionReader(reader, 0, reader.Size()))
	require.NoError(t, err)
	require.Equal(t, Digest(content), Digest(got))
}

// Lacks asserts that a store does not have the bytes.
func (b Backend) Lacks(t *testing.T, content []byte) {
	t.Helper()
	_, err := b.Store.Open(t.Context(), Digest(content))
	require.ErrorIs(t, err, blob.ErrNotFound)
}

func wholePut(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	for _, size := range []int{1, 4096, 256 << 10, 256<<10 + 1, 3 << 20} {
		content := Content(uint64(size), size)
		slot := r.DeclareFor(content)
		put := Target(t, b.Store, slot)
		answer := b.Put(t, put.GetUrl(), content)
		require.Equal(t, http.StatusCreated, answer.Status, "%s", answer.Body)
		slot, err := r.Lookup(t.Context(), slot.Upload)
		require.NoError(t, err)
		_, err = b.Store.Complete(t.Context(), slot, r.Record(slot.Upload))
		require.NoError(t, err)
		b.Holds(t, content)
		assert.True(t, r.Has(Digest(content)))
	}
}

func undeclaredPut(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	content := Content(1, 100_000)
	slot := r.Declare(nil, nil, time.Now().Add(time.Hour))
	put := Target(t, b.Store, slot)
	require.Equal(t, http.StatusCreated, b.Put(t, put.GetUrl(), content).Status)
	b.Holds(t, content)
	assert.True(t, r.Has(Digest(content)))
}

func brokenPut(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 8 {
		content := Content(uint64(round), 1+random.IntN(2<<20))
		put := Target(t, b.Store, r.DeclareFor(content))
		if !put.GetResumable() {
			t.Skip("the store does not resume")
		}
		cut := random.IntN(len(content))
		b.Break(t, put.GetUrl(), content, cut)
		b.Lacks(t, content)
		answer := b.Head(t, put.GetUrl())
		require.Equal(t, http.StatusOK, answer.Status)
		answer.Offset(t, int64(cut), false)
		answer = b.Patch(t, put.GetUrl(), int64(cut), content[cut:], "")
		require.Equal(t, http.StatusCreated, answer.Status, "%s", answer.Body)
		answer.Offset(t, int64(len(content)), true)
		b.Holds(t, content)
		b.Head(t, put.GetUrl()).Offset(t, int64(len(content)), true)
	}
}

func wrongDigest(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	content := Content(1, 50_000)
	put := Target(t, b.Store, r.DeclareFor(content))
	other := Content(2, len(content))
	b.Put(t, put.GetUrl(), other).Refused(t, http.StatusUnprocessableEntity, registryv1.Reason_REASON_DIGEST_MISMATCH)
	b.Lacks(t, content)
	b.Lacks(t, other)
	assert.Zero(t, r.Recorded())
	b.Head(t, put.GetUrl()).Offset(t, 0, false)
	require.Equal(t, http.StatusCreated, b.Put(t, put.GetUrl(), content).Status, "the right file is still taken")
}

func wrongSize(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	content := Content(1, 50_000)
	put := Target(t, b.Store, r.DeclareFor(content))
	long := append(Content(1, 50_000), 'x')
	b.Put(t, put.GetUrl(), long).Refused(t, http.StatusBadRequest, registryv1.Reason_REASON_SIZE_MISMATCH)
	b.Put(t, put.GetUrl(), content[1:]).Refused(t, http.StatusBadRequest, registryv1.Reason_REASON_SIZE_MISMATCH)
	b.Head(t, put.GetUrl()).Offset(t, 0, false)
	b.Lacks(t, content)
	b.Lacks(t, long)
	assert.Zero(t, r.Recorded())
}

func repeatedPut(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	content := Content(1, 400_000)
	put := Target(t, b.Store, r.DeclareFor(content))
	require.Equal(t, http.StatusCreated, b.Put(t, put.GetUrl(), content).Status)
	require.Equal(t, http.StatusOK, b.Put(t, put.GetUrl(), content).Status)
	b.Put(t, put.GetUrl(), Content(2, len(content))).Refused(t, http.StatusUnprocessableEntity, registryv1.Reason_REASON_DIGEST_MISMATCH)
	b.Put(t, put.GetUrl(), content[1:]).Refused(t, http.StatusBadRequest, registryv1.Reason_REASON_SIZE_MISMATCH)
	b.Holds(t, content)
	assert.Equal(t, 1, r.Recorded())
}

func badLinks(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	content := Content(1, 1000)
	slot := r.DeclareFor(content)
	link := Target(t, b.Store, slot).GetUrl()
	for name, altered := range alterations(t, link) {
		b.Put(t, altered, content).Refused(t, http.StatusForbidden, registryv1.Reason_REASON_UPLOAD_INVALID)
		assert.Equal(t, http.StatusForbidden, b.Head(t, altered).Status, name)
	}
	slot.Until = time.Now().Add(-time.Second)
	expired := Target(t, b.Store, slot).GetUrl()
	b.Put(t, expired, content).Refused(t, http.StatusForbidden, registryv1.Reason_REASON_UPLOAD_EXPIRED)
	b.Lacks(t, content)
	assert.Zero(t, r.Recorded())
}

func completeTwice(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	content := Content(1, 1000)
	slot := r.DeclareFor(content)
	_, err := b.Store.Complete(t.Context(), slot, r.Record(slot.Upload))
	var refused *blob.Error
	require.ErrorAs(t, err, &refused, "nothing was sent yet")
	assert.Equal(t, registryv1.Reason_REASON_ASSET_MISSING, refused.Reason)

	require.Equal(t, http.StatusCreated, b.Put(t, Target(t, b.Store, slot).GetUrl(), content).Status)
	for range 2 {
		now, err := r.Lookup(t.Context(), slot.Upload)
		require.NoError(t, err)
		got, err := b.Store.Complete(t.Context(), now, r.Record(slot.Upload))
		require.NoError(t, err)
		assert.Equal(t, blob.Blob{SHA256: Digest(content), Size: 1000}, got)
	}
	assert.Equal(t, 1, r.Recorded())
}

func notFound(t *testing.T, _ *Registry, b Backend) {
	t.Helper()
	b.Lacks(t, Content(1, 10))
	require.NoError(t, b.Store.Delete(t.Context(), Digest(Content(1, 10)), NewRegistry().Unused(Digest(Content(1, 10)))))
}

func download(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	content := Content(1, 700_000)
	require.Equal(t, http.StatusCreated, b.Put(t, Target(t, b.Store, r.DeclareFor(content)).GetUrl(), content).Status)
	link, err := b.Store.Link(t.Context(), Digest(content), "baton sample-v1.0.0.tar.gz", time.Now().Add(time.Minute))
	require.NoError(t, err)

	get := func(method, rangeHeader string) Answer {
		header := map[string]string{}
		if rangeHeader != "" {
			header["Range"] = rangeHeader
		}
		return b.Do(t, method, link, header, nil, 0)
	}
	whole := get(http.MethodGet, "")
	require.Equal(t, http.StatusOK, whole.Status, "%s", whole.Body)
	assert.Equal(t, content, whole.Body)
	assert.Equal(t, "application/octet-stream", whole.Header.Get("Content-Type"))
	assert.Equal(t, "bytes", whole.Header.Get("Accept-Ranges"))

	piece := get(http.MethodGet, "bytes=600000-")
	assert.Equal(t, http.StatusPartialContent, piece.Status)
	assert.Equal(t, content[600_000:], piece.Body)
	assert.Equal(t, "bytes 600000-699999/700000", piece.Header.Get("Content-Range"))
	assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, get(http.MethodGet, "bytes=700000-").Status)

	head := get(http.MethodHead, "")
	assert.Equal(t, http.StatusOK, head.Status)
	assert.Equal(t, "700000", head.Header.Get("Content-Length"))
	assert.Empty(t, head.Body)
}

func badDownloads(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	content := Content(1, 1000)
	require.Equal(t, http.StatusCreated, b.Put(t, Target(t, b.Store, r.DeclareFor(content)).GetUrl(), content).Status)
	link, err := b.Store.Link(t.Context(), Digest(content), "file.zip", time.Now().Add(time.Minute))
	require.NoError(t, err)
	for name, altered := range alterations(t, link) {
		answer := b.Do(t, http.MethodGet, altered, nil, nil, 0)
		assert.Equal(t, http.StatusForbidden, answer.Status, name)
		assert.NotEqual(t, content, answer.Body, name)
	}
	expired, err := b.Store.Link(t.Context(), Digest(content), "file.zip", time.Now().Add(-time.Second))
	require.NoError(t, err)
	assert.Equal(t, http.StatusForbidden, b.Do(t, http.MethodGet, expired, nil, nil, 0).Status)
	for _, name := range []string{"", ".", "..", "a/b", `a\b`, "a\nb", "a\x00", string([]byte{0xff}), string(make([]byte, 300))} {
		_, err := b.Store.Link(t.Context(), Digest(content), name, time.Now().Add(time.Minute))
		require.Error(t, err, "%q is no file name", name)
	}
}

func deleting(t *testing.T, r *Registry, b Backend) {
	t.Helper()
	content := Content(1, 1000)
	require.Equal(t, http.StatusCreated, b.Put(t, Target(t, b.Store, r.DeclareFor(content)).GetUrl(), content).Status)
	digest := Digest(content)
	require.NoError(t, b.Store.Delete(t.Context(), digest, r.Unused(digest)))
	b.Holds(t, content)
	reader, err := b.Store.Open(t.Context(), digest)
	require.NoError(t, err)
	r.Drop(digest)
	require.NoError(t, b.Store.Delete(t.Context(), digest, r.Unused(digest)))
	b.Lacks(t, content)
	got := make([]byte, len(content))
	_, err = reader.ReadAt(got, 0)
	require.NoError(t, err, "who has it open reads on")
	assert.Equal(t, content, got)
	require.NoError(t, reader.Close())
	require.ErrorIs(t, b.Store.Delete(t.Context(), digest, failing), errAsked)
}
