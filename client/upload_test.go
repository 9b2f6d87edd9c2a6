package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// content is bytes that repeat nowhere.
func content(n int) []byte {
	rng := rand.New(rand.NewPCG(3, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// receiver is a registry's end of an upload which misbehaves as told: each
// request takes the next of its plans.
type receiver struct {
	mu    sync.Mutex
	size  int
	have  []byte
	plans []func(w http.ResponseWriter, r *http.Request, have *[]byte) bool
	asked []string
	at    []time.Time
}

func (s *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	said := r.Method
	if from := r.Header.Get("Upload-Offset"); from != "" {
		said += " " + from
	}
	s.asked = append(s.asked, said)
	s.at = append(s.at, time.Now())
	if r.Header.Get("Authorization") != "" {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	if r.Method == http.MethodHead {
		s.offset(w)
		return
	}
	if len(s.plans) > 0 {
		plan := s.plans[0]
		s.plans = s.plans[1:]
		if plan != nil && plan(w, r, &s.have) {
			return
		}
	}
	if r.Method == http.MethodPut {
		s.have = nil
	} else if from, err := strconv.Atoi(r.Header.Get("Upload-Offset")); err != nil || from != len(s.have) || r.Header.Get("Content-Type") != "application/partial-upload" {
		s.offset(w)
		w.WriteHeader(http.StatusConflict)
		return
	}
	got, err := io.ReadAll(r.Body)
	s.have = append(s.have, got...)
	if err != nil {
		return
	}
	w.WriteHeader(http.StatusCreated)
}

func (s *receiver) offset(w http.ResponseWriter) {
	w.Header().Set("Upload-Offset", strconv.Itoa(len(s.have)))
	complete := "?0"
	if len(s.have) == s.size {
		complete = "?1"
	}
	w.Header().Set("Upload-Complete", complete)
}

// busy answers 503 and asks for a pause.
func busy(seconds int) func(http.ResponseWriter, *http.Request, *[]byte) bool {
	return func(w http.ResponseWriter, _ *http.Request, _ *[]byte) bool {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
}

// breaks keeps n bytes and cuts the connection.
func breaks(n int) func(http.ResponseWriter, *http.Request, *[]byte) bool {
	return func(_ http.ResponseWriter, r *http.Request, have *[]byte) bool {
		if r.Method == http.MethodPut {
			*have = nil
		}
		got, _ := io.ReadAll(io.LimitReader(r.Body, int64(n)))
		*have = append(*have, got...)
		panic(http.ErrAbortHandler)
	}
}

// says answers as a registry refuses.
func says(status int, reason, message string) func(http.ResponseWriter, *http.Request, *[]byte) bool {
	return func(w http.ResponseWriter, _ *http.Request, _ *[]byte) bool {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"reason": reason, "message": message, "next": "do something"}})
		return true
	}
}

// bubble is a test within, and its client.
type bubble struct {
	*testing.T
	client *client.Client
}

// bench runs a test with a handler behind pipes, in a bubble whose time passes
// by itself.
func bench(t *testing.T, handler http.Handler, test func(bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		web := &http.Server{Handler: handler, ErrorLog: nil, ReadHeaderTimeout: time.Minute}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = web.Serve(p) // ends with Close
		}()
		c, err := client.Open(client.Memory("embedded", p.Dial).WithToken("secret"), client.Options{})
		require.NoError(t, err)
		test(bubble{T: t, client: c})
		require.NoError(t, c.Close())
		require.NoError(t, web.Close())
		<-done
	})
}

func putTarget(resumable bool) *registryv1.UploadTarget {
	return &registryv1.UploadTarget{
		Asset: &registryv1.AssetSpec{Filename: "baton-x.tar.gz"},
		Way: &registryv1.UploadTarget_Put{Put: &registryv1.UploadPut{
			Url: "/v1/uploads/x?sig=credential", Headers: map[string]string{"Content-Type": "application/gzip"}, Resumable: resumable,
		}},
	}
}

func TestPut(t *testing.T) {
	t.Parallel()
	const size = 600_000
	body := content(size)
	for name, c := range map[string]struct {
		have  int
		plans []func(http.ResponseWriter, *http.Request, *[]byte) bool
		asked string
		waits time.Duration // at least
	}{
		"at once":                         {0, nil, "HEAD PUT", 0},
		"a part of an earlier run":        {200_000, nil, "HEAD PATCH 200000", 0},
		"all of an earlier run":           {size, nil, "HEAD", 0},
		"broken once":                     {0, []func(http.ResponseWriter, *http.Request, *[]byte) bool{breaks(250_000)}, "HEAD PUT HEAD PATCH 250000", 100 * time.Millisecond},
		"broken before a byte":            {0, []func(http.ResponseWriter, *http.Request, *[]byte) bool{breaks(0)}, "HEAD PUT HEAD PUT", 0},
		"broken twice":                    {0, []func(http.ResponseWriter, *http.Request, *[]byte) bool{breaks(100_000), breaks(200_000)}, "HEAD PUT HEAD PATCH 100000 HEAD PATCH 300000", 0},
		"broken after the last byte":      {0, []func(http.ResponseWriter, *http.Request, *[]byte) bool{breaks(size)}, "HEAD PUT HEAD", 0},
		"busy, asked for 5 s":             {0, []func(http.ResponseWriter, *http.Request, *[]byte) bool{busy(5)}, "HEAD PUT HEAD PUT", 5 * time.Second},
		"busy at the fifth, done at last": {0, []func(http.ResponseWriter, *http.Request, *[]byte) bool{busy(1), busy(1), busy(1), busy(1), busy(30)}, "HEAD PUT HEAD PUT HEAD PUT HEAD PUT HEAD PUT HEAD PUT", 34 * time.Second},
		"the other process still sends":   {0, []func(http.ResponseWriter, *http.Request, *[]byte) bool{says(http.StatusLocked, "STALE", "busy")}, "HEAD PUT HEAD PUT", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &receiver{size: size, have: bytes.Clone(body[:c.have]), plans: c.plans}
			bench(t, s, func(t bubble) {
				cl := t.client
				var m client.Meter
				began := time.Now()
				require.NoError(t, cl.Put(t.Context(), putTarget(true), bytes.NewReader(body), size, &m))
				assert.Equal(t, c.asked, strings.Join(s.asked, " "))
				assert.True(t, bytes.Equal(body, s.have), "every byte once and in its place")
				assert.GreaterOrEqual(t, time.Since(began), c.waits)
				got := m.Snapshot()
				assert.Equal(t, client.PhaseDone, got.Phase)
				assert.EqualValues(t, size, got.Done)
				if len(c.plans) == 0 {
					assert.EqualValues(t, size-c.have, got.Moved, "what is there is not sent again")
				}
			})
		})
	}
}

func TestPutFailsForGood(t *testing.T) {
	t.Parallel()
	const size = 600_000
	body := content(size)
	for name, c := range map[string]struct {
		plan   func(http.ResponseWriter, *http.Request, *[]byte) bool
		reason registryv1.Reason
		says   string
		asked  string
	}{
		"wrong digest": {says(http.StatusUnprocessableEntity, "DIGEST_MISMATCH", "another \x1b[31msha256"), registryv1.Reason_REASON_DIGEST_MISMATCH, "another ?[31msha256", "HEAD PUT"},
		"wrong size":   {says(http.StatusBadRequest, "SIZE_MISMATCH", "one byte too many"), registryv1.Reason_REASON_SIZE_MISMATCH, "one byte too many", "HEAD PUT"},
		"expired":      {says(http.StatusForbidden, "UPLOAD_EXPIRED", "the link has expired"), registryv1.Reason_REASON_UPLOAD_EXPIRED, "expired", "HEAD PUT"},
		"no room":      {says(http.StatusInsufficientStorage, "STORAGE_FULL", "the disk is full"), registryv1.Reason_REASON_STORAGE_FULL, "disk is full", "HEAD PUT"},
		"a 403 whose text got lost": {func(w http.ResponseWriter, _ *http.Request, _ *[]byte) bool {
			w.WriteHeader(http.StatusForbidden)
			return true
		}, registryv1.Reason_REASON_UPLOAD_EXPIRED, "not valid any more", "HEAD PUT"},
		"a proxy's 404": {func(w http.ResponseWriter, _ *http.Request, _ *[]byte) bool {
			w.WriteHeader(http.StatusNotFound)
			return true
		}, registryv1.Reason_REASON_NOT_FOUND, "404 Not Found", "HEAD PUT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &receiver{size: size, plans: []func(http.ResponseWriter, *http.Request, *[]byte) bool{c.plan}}
			bench(t, s, func(t bubble) {
				cl := t.client
				var m client.Meter
				err := cl.Put(t.Context(), putTarget(true), bytes.NewReader(body), size, &m)
				var fault *client.Error
				require.ErrorAs(t, err, &fault)
				assert.Equal(t, c.reason, fault.Reason)
				assert.Equal(t, "uploading baton-x.tar.gz", fault.Doing)
				assert.Contains(t, fault.Message, c.says)
				assert.NotEmpty(t, fault.Next, "what to do, also when a proxy answered")
				assert.NotContains(t, err.Error(), "credential", "a link is a secret")
				assert.Equal(t, c.asked, strings.Join(s.asked, " "), "no further attempt helps")
				assert.Equal(t, client.PhaseStopped, m.Snapshot().Phase)
				assert.NotEmpty(t, m.Snapshot().Reason)
			})
		})
	}
}

func TestPutGivesUpAfterSixAttempts(t *testing.T) {
	t.Parallel()
	s := &receiver{size: 10}
	for range 20 {
		s.plans = append(s.plans, busy(0))
	}
	bench(t, s, func(t bubble) {
		c := t.client
		began := time.Now()
		err := c.Put(t.Context(), putTarget(true), bytes.NewReader(content(10)), 10, nil)
		assert.Equal(t, registryv1.Reason_REASON_UNAVAILABLE, client.ReasonOf(err))
		require.ErrorContains(t, err, "503 Service Unavailable")
		var fault *client.Error
		require.ErrorAs(t, err, &fault)
		assert.Equal(t, "run it again in a while: it goes on where it stopped", fault.Next)
		assert.Equal(t, client.MaxAttempts, strings.Count(strings.Join(s.asked, " "), "PUT"))
		assert.Less(t, time.Since(began), 30*time.Second)
	})
}

// A line that breaks every few megabytes still carries a large file: an
// attempt that got further does not count.
func TestPutGoesOnAsLongAsItGetsFurther(t *testing.T) {
	t.Parallel()
	const size = 20 << 20
	body := content(size)
	s := &receiver{size: size}
	for range 9 {
		s.plans = append(s.plans, breaks(2<<20))
	}
	bench(t, s, func(t bubble) {
		c := t.client
		require.NoError(t, c.Put(t.Context(), putTarget(true), bytes.NewReader(body), size, nil))
		assert.True(t, bytes.Equal(body, s.have))
	})
}

func TestPutWithoutResumeSendsAllAgain(t *testing.T) {
	t.Parallel()
	body := content(500_000)
	s := &receiver{size: len(body), plans: []func(http.ResponseWriter, *http.Request, *[]byte) bool{breaks(100)}}
	bench(t, s, func(t bubble) {
		c := t.client
		require.NoError(t, c.Put(t.Context(), putTarget(false), bytes.NewReader(body), int64(len(body)), nil))
		assert.Equal(t, "PUT PUT", strings.Join(s.asked, " "))
		assert.True(t, bytes.Equal(body, s.have))
	})
}

func TestPutTellsWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	s := &receiver{size: 10, have: content(10)[:4], plans: []func(http.ResponseWriter, *http.Request, *[]byte) bool{busy(5)}}
	bench(t, s, func(t bubble) {
		c := t.client
		var m client.Meter
		assert.Equal(t, client.PhaseIdle, m.Snapshot().Phase)
		done := make(chan error, 1)
		go func() { done <- c.Put(t.Context(), putTarget(true), bytes.NewReader(content(10)), 10, &m) }()
		time.Sleep(time.Second)
		synctest.Wait()
		got := m.Snapshot()
		assert.Equal(t, client.PhaseWaiting, got.Phase)
		assert.Equal(t, 1, got.Attempt)
		assert.Equal(t, "the registry answered 503, asked for 5 s; goes on at byte 4", got.Reason)
		assert.InDelta(t, 4.2, time.Until(got.Until).Seconds(), 0.5)
		require.NoError(t, <-done)
	})
}

func TestPutCanBeStopped(t *testing.T) {
	t.Parallel()
	s := &receiver{size: 10, plans: []func(http.ResponseWriter, *http.Request, *[]byte) bool{busy(100)}}
	bench(t, s, func(t bubble) {
		c := t.client
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		err := c.Put(ctx, putTarget(true), bytes.NewReader(content(10)), 10, nil)
		assert.Equal(t, registryv1.Reason_REASON_INTERRUPTED, client.ReasonOf(err))
		assert.Equal(t, time.Second, time.Since(began))
	})
}

// A server that takes the connection and then reads nothing must not hold an
// upload for ever.
func TestPutNoticesAStandstill(t *testing.T) {
	t.Parallel()
	body := content(600_000)
	s := &receiver{size: len(body)}
	var stood atomic.Bool
	stuck := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && !stood.Swap(true) {
			_, _ = io.CopyN(io.Discard, r.Body, 1000)
			time.Sleep(62 * time.Second) // the client is gone by then
			panic(http.ErrAbortHandler)
		}
		s.ServeHTTP(w, r)
	})
	bench(t, stuck, func(t bubble) {
		c := t.client
		began := time.Now()
		require.NoError(t, c.Put(t.Context(), putTarget(true), bytes.NewReader(body), int64(len(body)), nil))
		assert.Greater(t, time.Since(began), 59*time.Second)
		assert.Less(t, time.Since(began), 70*time.Second)
		assert.True(t, bytes.Equal(body, s.have))
		time.Sleep(10 * time.Second) // until the first request is over
	})
}

// broken is a file of which a part cannot be read.
type broken struct{ *bytes.Reader }

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off > 1000 {
		return 0, errors.New("the disk is worn out")
	}
	return b.Reader.ReadAt(p, off)
}

func TestPutOfAFileThatCannotBeRead(t *testing.T) {
	t.Parallel()
	body := content(600_000)
	for name, src := range map[string]io.ReaderAt{"a worn out disk": broken{bytes.NewReader(body)}, "shorter than it was": bytes.NewReader(body[:5000])} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &receiver{size: len(body)}
			bench(t, s, func(t bubble) {
				c := t.client
				err := c.Put(t.Context(), putTarget(true), src, int64(len(body)), nil)
				require.ErrorContains(t, err, "reading the file on this computer")
				var fault *client.Error
				require.ErrorAs(t, err, &fault)
				assert.Contains(t, fault.Next, "look whether the file is there")
				assert.Equal(t, "HEAD PUT", strings.Join(s.asked, " "))
			})
		})
	}
}

func TestPutInParts(t *testing.T) {
	t.Parallel()
	body := content(25)
	got := map[string]string{}
	var mu sync.Mutex
	failed := false
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		part, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/2" && !failed {
			failed = true
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		got[r.URL.Path] = string(part)
	})
	bench(t, handler, func(t bubble) {
		c := t.client
		parts := &registryv1.UploadParts{PartSize: 10}
		for i := range 3 {
			parts.Parts = append(parts.Parts, &registryv1.UploadPut{Url: fmt.Sprintf("/%d", i)})
		}
		target := &registryv1.UploadTarget{Way: &registryv1.UploadTarget_Parts{Parts: parts}}
		require.NoError(t, c.Put(t.Context(), target, bytes.NewReader(body), 25, nil))
		assert.Equal(t, map[string]string{"/0": string(body[:10]), "/1": string(body[10:20]), "/2": string(body[20:])}, got)

		parts.Parts = parts.Parts[:2]
		require.ErrorContains(t, c.Put(t.Context(), target, bytes.NewReader(body), 25, nil), "2 links for parts of 10 bytes")
	})
}

func TestWaysThatNeedNoBytes(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("nothing was to be sent") })
	bench(t, handler, func(t bubble) {
		c := t.client
		there := &registryv1.UploadTarget{Way: &registryv1.UploadTarget_AlreadyThere{AlreadyThere: &registryv1.AlreadyThere{}}}
		require.NoError(t, c.Put(t.Context(), there, nil, 5, nil))
		external := &registryv1.UploadTarget{Way: &registryv1.UploadTarget_External{External: &registryv1.ExternalAsset{}}}
		require.NoError(t, c.Put(t.Context(), external, nil, 5, nil))
		err := c.Put(t.Context(), &registryv1.UploadTarget{}, nil, 5, nil)
		assert.Equal(t, registryv1.Reason_REASON_UNIMPLEMENTED, client.ReasonOf(err))
	})
}

func TestLinksThatMustNotBeFollowed(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("nothing was to be asked") })
	bench(t, handler, func(t bubble) {
		c := t.client
		for _, link := range []string{"", "x", "http://example.org/x", "ftp://example.org/x", "//example.org/x", "file:///etc/passwd", "https://user:p@example.org/", "http://[::1", "/\x7f"} {
			target := &registryv1.UploadTarget{Way: &registryv1.UploadTarget_Put{Put: &registryv1.UploadPut{Url: link}}}
			require.Error(t, c.Put(t.Context(), target, bytes.NewReader(nil), 0, nil), link)
		}
	})
}

// An absolute link is an object store's: it is reached without the registry's
// connection, and never with the registry's token.
func TestAbsoluteLinksGoElsewhere(t *testing.T) {
	t.Parallel()
	var got []byte
	l := listen(t)
	store := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("X-Signed") != "yes" {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		got, _ = io.ReadAll(r.Body)
	})}
	go func() { _ = store.Serve(l) }() // ends with Close
	t.Cleanup(func() { _ = store.Close() })
	c := open(t, client.Memory("embedded", func(context.Context) (net.Conn, error) {
		t.Error("the registry was not to be dialled")
		return nil, io.EOF
	}).WithToken("secret"), client.Options{})
	target := &registryv1.UploadTarget{Way: &registryv1.UploadTarget_Put{Put: &registryv1.UploadPut{
		Url: "http://" + l.Addr().String() + "/bucket/key", Headers: map[string]string{"X-Signed": "yes"},
	}}}
	require.NoError(t, c.Put(t.Context(), target, strings.NewReader("bytes"), 5, nil))
	assert.Equal(t, "bytes", string(got))
}
