package publish_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

func TestALineThatBreaksAllTheTime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	plan := b.prepare(t, dir, "v1.0.0")

	line := &shaky{dial: b.server.Dial, rng: rand.New(rand.NewPCG(20, 26)), most: 1_500_000}
	c, err := client.Open(client.Memory("hub", line.Dial).WithToken(b.server.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER)), client.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	// Six cuts in a row without a byte of progress end a run; whoever runs it
	// again goes on where it stopped.
	var result publish.Result
	for range 3 {
		if result, err = publish.Run(t.Context(), c, plan, nil, func(publish.Event) {}); err == nil {
			break
		}
	}
	require.NoError(t, err)
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	assert.Greater(t, line.cuts, 3, "the line must have broken")
	assert.Less(t, line.count.Load(), plan.Size()*3/2, "what arrived is not sent again")
}

// isUpload reports whether a request brings the bytes of a platform.
func isUpload(r *http.Request) bool {
	return (r.Method == http.MethodPut || r.Method == http.MethodPatch) && strings.HasPrefix(r.URL.Path, "/v1/uploads/")
}

func TestABusyRegistryIsWaitedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := newFront(t, b.server.Endpoint)
	var busy atomic.Int32
	f.set(func(w http.ResponseWriter, r *http.Request) bool {
		if isUpload(r) && busy.Add(1) <= 3 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	})
	plan := b.prepare(t, newProject(t), "v1.0.0")
	waiting := map[string]bool{}
	h := heard{on: func(e publish.Event) {
		if p, ok := e.(publish.Progress); ok {
			for _, r := range p.Rows {
				if r.State == publish.RowWaiting {
					waiting[r.Reason] = true
					assert.LessOrEqual(t, r.Wait, 2*time.Second)
					assert.Equal(t, client.MaxAttempts, r.Attempts)
				}
			}
		}
	}}
	began := time.Now()
	_, err := publish.Run(t.Context(), f.through(t, b.server.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER)), plan, nil, h.emit)
	require.NoError(t, err)
	assert.Greater(t, time.Since(began), time.Second)
	assert.Equal(t, map[string]bool{"the registry answered 503, asked for 1 s": true}, waiting)
}

// A person stops one file, the others arrive; the run waits for the person,
// who takes it up again.
func TestStopOneFileAndTakeItUpAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := newFront(t, b.server.Endpoint)
	release := make(chan struct{})
	var held atomic.Bool
	plan := b.prepare(t, newProject(t), "v1.0.0")
	linux := fileOf(plan, "linux-amd64").Asset
	size := fileOf(plan, "linux-amd64").Stamp.Size
	f.set(func(_ http.ResponseWriter, r *http.Request) bool {
		if isUpload(r) && r.ContentLength == size && !held.Swap(true) {
			<-release // this one file does not move
		}
		return false
	})
	control := publish.NewControl()
	control.Cancel(linux) // too early: there is nothing to stop yet
	var stopped, resumed bool
	h := heard{on: func(e publish.Event) {
		p, ok := e.(publish.Progress)
		if !ok {
			return
		}
		stored := 0
		for _, r := range p.Rows {
			if r.State == publish.RowStored {
				stored++
			}
		}
		for _, r := range p.Rows {
			switch {
			case r.Asset != linux:
			case r.State == publish.RowUploading && held.Load() && !stopped:
				stopped = true
				control.Cancel(linux)
			case r.State == publish.RowStopped && stored == 4 && !resumed:
				assert.Equal(t, "it was stopped here", r.Reason)
				resumed = true
				close(release)
				control.Retry(linux)
			}
		}
	}}
	result, err := publish.Run(t.Context(), f.through(t, b.server.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER)), plan, control, h.emit)
	require.NoError(t, err)
	assert.True(t, stopped)
	assert.True(t, resumed)
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	assert.Equal(t, 5, h.count(func(e publish.Event) bool { _, ok := e.(publish.Stored); return ok }))
}

func TestAWaitIsCutShort(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := newFront(t, b.server.Endpoint)
	var first atomic.Bool
	f.set(func(w http.ResponseWriter, r *http.Request) bool {
		if isUpload(r) && !first.Swap(true) {
			w.Header().Set("Retry-After", "100")
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	})
	control := publish.NewControl()
	h := heard{on: func(e publish.Event) {
		if p, ok := e.(publish.Progress); ok {
			for _, r := range p.Rows {
				if r.State == publish.RowWaiting {
					control.RetryAll()
				}
			}
		}
	}}
	began := time.Now()
	_, err := publish.Run(t.Context(), f.through(t, b.server.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER)), b.prepare(t, newProject(t), "v1.0.0"), control, h.emit)
	require.NoError(t, err)
	assert.Less(t, time.Since(began), 60*time.Second)
}

func TestAStoppedFileWithoutAPersonFailsTheRun(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := newFront(t, b.server.Endpoint)
	plan := b.prepare(t, newProject(t), "v1.0.0")
	size := fileOf(plan, "windows-amd64").Stamp.Size
	f.set(func(w http.ResponseWriter, r *http.Request) bool {
		if isUpload(r) && r.ContentLength == size {
			w.WriteHeader(http.StatusInsufficientStorage)
			_, _ = w.Write([]byte(`{"error":{"reason":"STORAGE_FULL","message":"The disk is full.","next":"Make room."}}`))
			return true
		}
		return false
	})
	c := f.through(t, b.server.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER))
	var h heard
	_, err := publish.Run(t.Context(), c, plan, nil, h.emit)
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_STORAGE_FULL, fault.Reason)
	assert.Equal(t, "Make room.", fault.Next)
	assert.Equal(t, 4, h.count(func(e publish.Event) bool { _, ok := e.(publish.Stored); return ok }), "the others arrive all the same")

	f.set(func(http.ResponseWriter, *http.Request) bool { return false })
	result, err := publish.Run(t.Context(), c, plan, nil, func(publish.Event) {})
	require.NoError(t, err)
	assert.Equal(t, size, result.Sent)
}

// Somebody builds while the file is sent: the bytes are not what was hashed.
func TestAFileThatChangesUnderTheTransfer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	f := newFront(t, b.server.Endpoint)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	plan := b.prepare(t, dir, "v1.0.0")
	file := fileOf(plan, "windows-amd64")
	var done atomic.Bool
	f.set(func(_ http.ResponseWriter, r *http.Request) bool {
		if isUpload(r) && r.ContentLength == file.Stamp.Size && !done.Swap(true) {
			// Between the look at the file and its bytes, as a build would.
			data, err := os.ReadFile(file.Path)
			if err == nil {
				data[10] ^= 1 // within the gzip comment: still a fine archive
				err = os.WriteFile(file.Path, data, 0o600)
			}
			assert.NoError(t, err)
		}
		return false
	})
	c := f.through(t, b.server.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER))
	_, err := publish.Run(t.Context(), c, plan, nil, func(publish.Event) {})
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_FILE_CHANGED, fault.Reason, "%v", err)
	assert.Regexp(t, `^the file changed while it was read: digest was [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}, now `, fault.Message)

	result, err := publish.Run(t.Context(), c, plan, nil, func(publish.Event) {})
	require.NoError(t, err, "as it is now")
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
}

func TestALinkThatEndedIsRenewed(t *testing.T) {
	t.Parallel()
	clock := registrytest.NewClock()
	b := newBench(t, registrytest.WithClock(clock))
	f := newFront(t, b.server.Endpoint)
	var first atomic.Bool
	f.set(func(_ http.ResponseWriter, r *http.Request) bool {
		if isUpload(r) && !first.Swap(true) {
			clock.Advance(2 * time.Hour) // a computer that slept with the lid closed
		}
		return false
	})
	result, err := publish.Run(t.Context(), f.through(t, b.server.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER)), b.prepare(t, newProject(t), "v1.0.0"), nil, func(publish.Event) {})
	require.NoError(t, err)
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
}

// The registry is killed while files arrive, and started again: the same run
// finishes.
func TestTheRegistryIsKilledDuringTheUpload(t *testing.T) {
	t.Parallel()
	p := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: t.TempDir()})
	token := p.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER)
	target := client.Loopback(p.Address).WithToken(token)
	c, err := client.Open(target, client.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	plan, faults, err := publish.Prepare(t.Context(), c, publish.Answers{Directory: dir, Version: "v1.0.0"}, nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	var killed atomic.Bool
	h := heard{on: func(e publish.Event) {
		if s, ok := e.(publish.Stored); ok && !s.Have && !killed.Swap(true) {
			p.Kill()
			p = registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: p.Dir, Address: p.Address})
		}
	}}
	result, err := publish.Run(t.Context(), c, plan, nil, h.emit)
	require.NoError(t, err)
	assert.True(t, killed.Load())
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	assert.EqualValues(t, 1, result.Version.GetSummary().GetAttempt())
}

// Five large files at once must not be held in memory.
func TestMemoryStaysFlatWhileSending(t *testing.T) {
	size, limit := int64(40<<20), uint64(40<<20)
	if os.Getenv("REGISTRAR_SOAK") != "" {
		size = 200 << 20
	}
	p := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: t.TempDir()})
	c, err := client.Open(client.Loopback(p.Address).WithToken(p.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER)), client.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	dir := t.TempDir()
	plan := publish.Plan{Ref: publish.Ref{Org: "acme", Name: "baton-large", Version: "v1.0.0"}, Sign: publish.SignNone}
	for i, platform := range registryv1.Platforms() {
		path := filepath.Join(dir, platform.Slug())
		writeLarge(t, path, size, byte(i))
		plan.Files = append(plan.Files, publish.File{Path: path, Asset: publish.AssetKey{Platform: platform.Slug(), Kind: "BINARY", Filename: "baton-" + platform.Slug()}})
	}
	runtime.GC()
	var most atomic.Uint64
	ctx, stop := context.WithCancel(t.Context())
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		var m runtime.MemStats
		for ctx.Err() == nil {
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapInuse+m.StackInuse))
			time.Sleep(5 * time.Millisecond)
		}
	}()
	began := time.Now()
	uploaded := time.Duration(0)
	result, err := publish.Run(t.Context(), c, plan, nil, func(e publish.Event) {
		if name(e) == "upload ok" {
			uploaded = time.Since(began)
		}
	})
	stop()
	<-watched
	require.Error(t, err, "these are no executables, which the registry finds out")
	assert.Equal(t, 5*size, result.Sent)
	t.Logf("5 files of %d MB hashed and sent in %s, heap and stacks at most %.1f MB", size>>20, uploaded.Round(10*time.Millisecond), float64(most.Load())/(1<<20))
	assert.Less(t, most.Load(), limit)
}

func writeLarge(t *testing.T, path string, size int64, seed byte) {
	t.Helper()
	block := bytes.Repeat([]byte{seed, 1, 2, 3, 4, 5, 6, 7}, 128<<10)
	f, err := os.Create(path)
	require.NoError(t, err)
	for written := int64(0); written < size; written += int64(len(block)) {
		_, err := f.Write(block)
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())
}

func TestNothingIsLeftRunning(t *testing.T) {
	b := newBench(t)
	plan := b.prepare(t, newProject(t), "v1.0.0")
	c, err := client.Open(client.Memory("hub", b.server.Dial).WithToken(b.server.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER)), client.Options{})
	require.NoError(t, err)
	before := runtime.NumGoroutine()
	ctx, stop := context.WithCancel(t.Context())
	_, err = publish.Run(ctx, c, plan, publish.NewControl(), func(e publish.Event) {
		if name(e) == "stored" {
			stop()
		}
	})
	require.Error(t, err)
	_, err = publish.Run(t.Context(), c, plan, nil, func(publish.Event) {})
	require.NoError(t, err)
	require.NoError(t, c.Close())
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+2 }, 10*time.Second, 20*time.Millisecond, "goroutines of the client are left")
}
