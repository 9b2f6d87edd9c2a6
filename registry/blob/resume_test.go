package blob_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
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

func (p place) partFile(slot blob.Slot) string {
	return filepath.Join(p.path, "parts", slot.Upload.String())
}

// letGo waits until the broken request has let the upload go.
func (p place) letGo(t *testing.T, slot blob.Slot) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) { assert.NotZero(c, p.dir.KeptSums()) }, 5*time.Second, time.Millisecond)
	require.FileExists(t, p.partFile(slot))
}

func TestAPartThatEndsEarlyIsAnsweredWithTheNewOffset(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	link := p.link(t, r.DeclareFor(content))
	for from := 0; from < 900; from += 300 {
		answer := p.Patch(t, link, int64(from), content[from:from+300], "")
		require.Equal(t, http.StatusNoContent, answer.Status)
		answer.Offset(t, int64(from+300), false)
	}
	p.Patch(t, link, 900, content[900:950], "?1").Refused(t, http.StatusBadRequest, registryv1.Reason_REASON_SIZE_MISMATCH)
	p.Head(t, link).Offset(t, 900, false)
	answer := p.Patch(t, link, 900, content[900:], "?1")
	require.Equal(t, http.StatusCreated, answer.Status)
	assert.Equal(t, "sha-256="+digestBase64(content), answer.Header.Get("Digest"))
	p.Holds(t, content)
	p.noParts(t)
}

func TestWithoutADeclaredSizeOnlyTheSenderKnowsTheEnd(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	slot := r.Declare(nil, nil, time.Now().Add(time.Hour))
	link := p.link(t, slot)
	p.Break(t, link, content, 200)
	_, err := p.Store.Complete(t.Context(), slot, r.Record(slot.Upload))
	require.Error(t, err, "nobody else may take a part for the whole")
	answer := p.Patch(t, link, 200, content[200:500], "?0")
	require.Equal(t, http.StatusNoContent, answer.Status)
	answer.Offset(t, 500, false)
	p.Head(t, link).Offset(t, 500, false)
	require.Equal(t, http.StatusCreated, p.Patch(t, link, 500, content[500:], "").Status)
	p.Holds(t, content)
}

func TestAPatchAtAnotherOffsetIsToldTheTrueOne(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	link := p.link(t, r.DeclareFor(content))
	p.Break(t, link, content, 400)
	for _, wrong := range []int{0, 399, 401, 1000} {
		answer := p.Patch(t, link, int64(wrong), content[wrong:], "")
		answer.Refused(t, http.StatusConflict, registryv1.Reason_REASON_UPLOAD_OFFSET)
		answer.Offset(t, 400, false)
	}
	require.Equal(t, http.StatusCreated, p.Patch(t, link, 400, content[400:], "").Status)

	answer := p.Patch(t, link, 400, content[400:], "")
	answer.Refused(t, http.StatusConflict, registryv1.Reason_REASON_WRONG_STATE)
	answer.Offset(t, 1000, true)
	assert.Equal(t, http.StatusOK, p.Patch(t, link, 1000, nil, "").Status, "who did not hear the answer asks again")
}

func TestOneByteTooManyInAPatchLeavesNothing(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	link := p.link(t, r.DeclareFor(content))
	p.Break(t, link, content, 400)
	long := append(bytes.Clone(content[400:]), 'x')
	p.Patch(t, link, 400, long, "").Refused(t, http.StatusBadRequest, registryv1.Reason_REASON_SIZE_MISMATCH)
	p.noParts(t)
	p.Head(t, link).Offset(t, 0, false)
}

func TestMoreThanTheRegistryTakesIsRefusedUnread(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), func(c *blob.Config) { c.MaxSize = 1000 })
	content := blobtest.Content(1, 1001)
	link := p.link(t, r.Declare(nil, nil, time.Now().Add(time.Hour)))
	p.Put(t, link, content).Refused(t, http.StatusRequestEntityTooLarge, registryv1.Reason_REASON_TOO_LARGE)
	p.Break(t, link, content[:1000], 500)
	p.Patch(t, link, 500, content[500:], "").Refused(t, http.StatusRequestEntityTooLarge, registryv1.Reason_REASON_TOO_LARGE)
	p.noParts(t)

	p.Break(t, link, content[:1000], 500)
	header := map[string]string{"Content-Type": "application/partial-upload", "Upload-Offset": "500"}
	conn := p.Begin(t, http.MethodPatch, link, header, math.MaxInt64, nil)
	blobtest.ReadAnswer(t, conn).Refused(t, http.StatusRequestEntityTooLarge, registryv1.Reason_REASON_TOO_LARGE)
	assert.Equal(t, "max-size=1000", p.Head(t, link).Header.Get("Upload-Limit"))
	assert.Equal(t, http.StatusCreated, p.Put(t, link, content[:1000]).Status)
}

func TestRequestsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	link := p.link(t, r.DeclareFor(content))
	partial := map[string]string{"Content-Type": "application/partial-upload"}
	with := func(name, value string) map[string]string {
		return map[string]string{"Content-Type": "application/partial-upload", "Upload-Offset": "0", name: value}
	}
	invalid := registryv1.Reason_REASON_INVALID_ARGUMENT
	tests := []struct {
		name, method, link string
		header             map[string]string
		length             int64
		status             int
		reason             registryv1.Reason
	}{
		{"PUT in chunks", http.MethodPut, link, nil, -1, 411, invalid},
		{"PATCH in chunks", http.MethodPatch, link, with("", ""), -1, 411, invalid},
		{"PATCH of another type", http.MethodPatch, link, with("Content-Type", "application/octet-stream"), 1000, 415, invalid},
		{"PATCH of no type", http.MethodPatch, link, with("Content-Type", ""), 1000, 415, invalid},
		{"PATCH without an offset", http.MethodPatch, link, partial, 1000, 400, invalid},
		{"PATCH below zero", http.MethodPatch, link, with("Upload-Offset", "-1"), 1000, 400, invalid},
		{"PATCH beyond all numbers", http.MethodPatch, link, with("Upload-Offset", "9223372036854775807"), 1000, 400, invalid},
		{"PATCH far away", http.MethodPatch, link, with("Upload-Offset", "4611686018427387903"), 1000, 409, registryv1.Reason_REASON_UPLOAD_OFFSET},
		{"PATCH that is complete maybe", http.MethodPatch, link, with("Upload-Complete", "yes"), 1000, 400, invalid},
		{"POST", http.MethodPost, link, nil, 1000, 405, registryv1.Reason_REASON_UNIMPLEMENTED},
		{"GET of an upload", http.MethodGet, link, nil, 0, 405, registryv1.Reason_REASON_UNIMPLEMENTED},
		{"PUT of a download", http.MethodPut, "/v1/files/x/y", nil, 1000, 405, registryv1.Reason_REASON_UNIMPLEMENTED},
		{"GET of a path that is none", http.MethodGet, "/v1/nothing", nil, 0, 404, registryv1.Reason_REASON_NOT_FOUND},
	}
	for _, test := range tests {
		delete(test.header, "")
		body := bytes.NewReader(content[:max(test.length, 0)])
		if test.length < 0 {
			body = bytes.NewReader(content)
		}
		t.Log(test.name)
		p.Do(t, test.method, test.link, test.header, body, test.length).Refused(t, test.status, test.reason)
	}
	p.noParts(t)
	assert.Equal(t, http.StatusCreated, p.Put(t, link, content).Status, "none of them spoiled the upload")
}

func TestASecondSenderIsRefusedAndTheFirstOneFinishes(t *testing.T) {
	t.Parallel()
	r, folder := blobtest.NewRegistry(), t.TempDir()
	here, there := serve(t, r, folder, nil), serve(t, r, folder, nil)
	content := blobtest.Content(1, 600_000)
	slot := r.DeclareFor(content)
	link := here.link(t, slot)
	conn := here.Begin(t, http.MethodPut, link, nil, len(content), content[:300_000])
	receiving(t, here, link, "0")
	for name, p := range map[string]place{"the same process": here, "another process": there} {
		answer := p.Put(t, link, content)
		answer.Refused(t, http.StatusLocked, registryv1.Reason_REASON_STALE)
		assert.Equal(t, "1", answer.Header.Get("Retry-After"), name)
	}
	_, err := conn.Write(content[300_000:])
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, blobtest.ReadAnswer(t, conn).Status)
	there.Holds(t, content)
	assert.Equal(t, 1, r.Recorded())
}

func TestManySendersOfOneUpload(t *testing.T) {
	t.Parallel()
	r, folder := blobtest.NewRegistry(), t.TempDir()
	processes := []place{serve(t, r, folder, nil), serve(t, r, folder, nil)}
	for round := range 10 {
		content := blobtest.Content(uint64(round), 200_000)
		link := processes[0].link(t, r.DeclareFor(content))
		var group sync.WaitGroup
		for i := range 6 {
			p := processes[i%2]
			group.Go(func() {
				for {
					switch answer := p.Put(t, link, content); answer.Status {
					case http.StatusCreated, http.StatusOK:
						return
					case http.StatusLocked:
						time.Sleep(time.Millisecond)
					default:
						t.Errorf("PUT: %d %s", answer.Status, answer.Body)
						return
					}
				}
			})
		}
		group.Wait()
		processes[1].Holds(t, content)
	}
	assert.Equal(t, 10, r.Recorded())
	processes[0].noParts(t)
}

// TestAnUploadWandersBetweenProcesses cuts one upload into pieces and sends
// each to another process, so that no process ever vouches for bytes that it
// has not read.
func TestAnUploadWandersBetweenProcesses(t *testing.T) {
	t.Parallel()
	r, folder := blobtest.NewRegistry(), t.TempDir()
	processes := []place{serve(t, r, folder, nil), serve(t, r, folder, nil), serve(t, r, folder, nil)}
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 10 {
		content := blobtest.Content(uint64(round), 100_000+random.IntN(400_000))
		link := processes[0].link(t, r.DeclareFor(content))
		for from := 0; from < len(content); {
			to := min(len(content), from+1+random.IntN(120_000))
			answer := processes[random.IntN(3)].Patch(t, link, int64(from), content[from:to], "")
			require.Contains(t, []int{http.StatusNoContent, http.StatusCreated}, answer.Status, "%s", answer.Body)
			from = to
		}
		processes[1].Holds(t, content)
	}
	for _, p := range processes {
		assert.LessOrEqual(t, p.dir.KeptSums(), 10)
	}
}

func TestARestartHashesThePartAgain(t *testing.T) {
	t.Parallel()
	r, folder := blobtest.NewRegistry(), t.TempDir()
	content := blobtest.Content(1, 700_000)
	slot := r.DeclareFor(content)
	before := serve(t, r, folder, nil)
	link := before.link(t, slot)
	before.Break(t, link, content, 333_333)
	before.letGo(t, slot)

	after := serve(t, r, folder, nil)
	after.Head(t, link).Offset(t, 333_333, false)
	require.Equal(t, http.StatusCreated, after.Patch(t, link, 333_333, content[333_333:], "").Status)
	after.Holds(t, content)
}

func TestABrokenPutCanBeginAgain(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	link := p.link(t, r.DeclareFor(content))
	p.Break(t, link, blobtest.Content(9, 1000), 400)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Equal(c, http.StatusCreated, p.Put(t, link, content).Status)
	}, 5*time.Second, time.Millisecond)
	p.Holds(t, content)
}

// TestAPartThatWasChangedFromOutsideIsNeverBelieved changes the part file
// between and during requests.
func TestAPartThatWasChangedFromOutsideIsNeverBelieved(t *testing.T) {
	t.Parallel()
	content := blobtest.Content(1, 1000)
	broken := func(t *testing.T) (*blobtest.Registry, place, blob.Slot, string) {
		t.Helper()
		r := blobtest.NewRegistry()
		p := serve(t, r, t.TempDir(), nil)
		slot := r.DeclareFor(content)
		link := p.link(t, slot)
		p.Break(t, link, content, 600)
		p.letGo(t, slot)
		return r, p, slot, link
	}
	t.Run("cut off between requests", func(t *testing.T) {
		t.Parallel()
		_, p, slot, link := broken(t)
		require.NoError(t, os.Truncate(p.partFile(slot), 100))
		answer := p.Patch(t, link, 600, content[600:], "")
		answer.Refused(t, http.StatusConflict, registryv1.Reason_REASON_UPLOAD_OFFSET)
		answer.Offset(t, 100, false)
		require.Equal(t, http.StatusCreated, p.Patch(t, link, 100, content[100:], "").Status)
		p.Holds(t, content)
	})
	t.Run("longer between requests", func(t *testing.T) {
		t.Parallel()
		_, p, slot, link := broken(t)
		f, err := os.OpenFile(p.partFile(slot), os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.Write(make([]byte, 400))
		require.NoError(t, errors.Join(err, f.Close()))
		p.Head(t, link).Offset(t, 0, false) // all bytes there, and wrong: thrown away
		p.Lacks(t, content)
	})
	t.Run("of the same length with other bytes", func(t *testing.T) {
		t.Parallel()
		r, p, slot, link := broken(t)
		time.Sleep(20 * time.Millisecond) // the file's time has moved on by then
		other := bytes.Clone(content[:600])
		other[5] ^= 1
		require.NoError(t, os.WriteFile(p.partFile(slot), other, 0o600))
		p.Patch(t, link, 600, content[600:], "").Refused(t, http.StatusUnprocessableEntity, registryv1.Reason_REASON_DIGEST_MISMATCH)
		p.noParts(t)
		assert.Zero(t, r.Recorded())
	})
	t.Run("cut off during a request", func(t *testing.T) {
		t.Parallel()
		r, content := blobtest.NewRegistry(), blobtest.Content(2, 600_000)
		p := serve(t, r, t.TempDir(), nil)
		slot := r.DeclareFor(content)
		link := p.link(t, slot)
		conn := p.Begin(t, http.MethodPut, link, nil, len(content), content[:300_000])
		receiving(t, p, link, "0")
		require.NoError(t, os.Truncate(p.partFile(slot), 50))
		_, err := conn.Write(content[300_000:])
		require.NoError(t, err)
		answer := blobtest.ReadAnswer(t, conn)
		answer.Refused(t, http.StatusConflict, registryv1.Reason_REASON_UPLOAD_OFFSET)
		answer.Offset(t, 0, false)
		p.Lacks(t, content)
		assert.Zero(t, r.Recorded())
		p.noParts(t)
	})
	t.Run("removed between requests", func(t *testing.T) {
		t.Parallel()
		_, p, slot, link := broken(t)
		require.NoError(t, os.Remove(p.partFile(slot)))
		p.Head(t, link).Offset(t, 0, false)
		p.Patch(t, link, 600, content[600:], "").Refused(t, http.StatusConflict, registryv1.Reason_REASON_UPLOAD_OFFSET)
		require.Equal(t, http.StatusCreated, p.Patch(t, link, 0, content, "").Status)
	})
}

// receiving waits until a request that goes on has written some of its bytes,
// which happens a buffer at a time.
func receiving(t *testing.T, p place, link, before string) {
	t.Helper()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.NotEqual(c, before, p.Head(t, link).Header.Get("Upload-Offset"))
	}, 5*time.Second, time.Millisecond)
}

func TestASilentSenderIsSentAway(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), func(c *blob.Config) { c.IdleTimeout = 50 * time.Millisecond })
	content := blobtest.Content(1, 1000)
	link := p.link(t, r.DeclareFor(content))
	conn := p.Begin(t, http.MethodPut, link, nil, len(content), content[:400])
	answer := blobtest.ReadAnswer(t, conn)
	answer.Refused(t, http.StatusRequestTimeout, registryv1.Reason_REASON_UPLOAD_OFFSET)
	answer.Offset(t, 400, false)
	require.Equal(t, http.StatusCreated, p.Patch(t, link, 400, content[400:], "").Status)
}

func TestASlowSenderIsNot(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), func(c *blob.Config) { c.IdleTimeout = 200 * time.Millisecond })
	content := blobtest.Content(1, 12)
	conn := p.Begin(t, http.MethodPut, p.link(t, r.DeclareFor(content)), nil, len(content), nil)
	for _, b := range content { // 12 * 40 ms is longer than the timeout
		_, err := conn.Write([]byte{b})
		require.NoError(t, err)
		time.Sleep(40 * time.Millisecond)
	}
	assert.Equal(t, http.StatusCreated, blobtest.ReadAnswer(t, conn).Status)
}

func TestBytesThatCouldNotBeRecordedAreNotSentAgain(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	slot := r.DeclareFor(content)
	link := p.link(t, slot)
	r.RefuseReceived(errors.New("database is locked"))
	answer := p.Put(t, link, content)
	answer.Refused(t, http.StatusInternalServerError, registryv1.Reason_REASON_INTERNAL)
	assert.NotContains(t, string(answer.Body), "database")
	assert.Equal(t, http.StatusInternalServerError, p.Head(t, link).Status)

	r.RefuseReceived(nil)
	p.Head(t, link).Offset(t, 1000, true)
	assert.Equal(t, 1, r.Recorded())
	p.Holds(t, content)
	p.noParts(t)
}

func TestAnAbandonedDraftTakesNoMoreBytes(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	slot := r.DeclareFor(content)
	link := p.link(t, slot)
	r.Abandon(slot.Upload)
	p.Put(t, link, content).Refused(t, http.StatusForbidden, registryv1.Reason_REASON_UPLOAD_EXPIRED)
	p.noParts(t)
}

// TestKnowingADigestGivesNoRightToItsBytes declares the digest of somebody
// else's file and sends none of it.
func TestKnowingADigestGivesNoRightToItsBytes(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 1000)
	require.Equal(t, http.StatusCreated, p.Put(t, p.link(t, r.DeclareFor(content)), content).Status)
	thief := r.DeclareFor(content)
	link := p.link(t, thief)
	p.Head(t, link).Offset(t, 0, false)
	p.Patch(t, link, 1000, nil, "?1").Refused(t, http.StatusConflict, registryv1.Reason_REASON_UPLOAD_OFFSET)
	_, err := p.Store.Complete(t.Context(), thief, r.Record(thief.Upload))
	require.Error(t, err)
	assert.Equal(t, 1, r.Recorded())
}

func TestTheHashesInMemoryAreBounded(t *testing.T) {
	t.Parallel()
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, 10)
	for range blob.MaxSums + 20 {
		p.Patch(t, p.link(t, r.DeclareFor(content)), 0, content[:5], "")
	}
	assert.Equal(t, blob.MaxSums, p.dir.KeptSums())
}

// TestMemoryStaysFlat sends five files at once and looks at what was
// allocated for all of them together.
func TestMemoryStaysFlat(t *testing.T) {
	size := 24 << 20
	if os.Getenv("REGISTRAR_SOAK") != "" {
		size = 200 << 20
	}
	r := blobtest.NewRegistry()
	p := serve(t, r, t.TempDir(), nil)
	content := blobtest.Content(1, size)
	send := func() {
		var group sync.WaitGroup
		for range 5 {
			slot := r.DeclareFor(content)
			group.Go(func() { assert.Equal(t, http.StatusCreated, p.Put(t, p.link(t, slot), content).Status) })
		}
		group.Wait()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	send()
	runtime.ReadMemStats(&after)
	allocated := after.TotalAlloc - before.TotalAlloc
	t.Logf("five files of %d MB: %.1f MB allocated in all, sender included", size>>20, float64(allocated)/(1<<20))
	assert.Less(t, allocated, uint64(16<<20), "what is allocated does not depend on the size of the files")
}

func digestBase64(content []byte) string {
	d := blobtest.Digest(content)
	return base64.StdEncoding.EncodeToString(d[:])
}
