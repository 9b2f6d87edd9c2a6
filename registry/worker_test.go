package registry_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/store"
)

// beside opens another registry on the same directory, as another process
// would.
func (h *house) beside(t *testing.T, configure ...func(*registry.Config)) *registry.Registry {
	t.Helper()
	cfg := registry.Config{Dir: h.dir, Now: h.clock.Now, Validators: -1}
	for _, change := range configure {
		change(&cfg)
	}
	r, err := registry.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

func TestWorkOfAProcessThatDiedIsTakenUp(t *testing.T) {
	t.Parallel()
	p, configure := pausing()
	h := newHouse(t, configure)
	label := okta + " v1.0.0"
	h.anna.submit(t, label, exe(linuxAMD, ""))
	start := h.head(t)
	stuck := make(chan error)
	go func() { stuck <- h.r.Drain(context.Background()) }()
	<-p.reached

	other := h.beside(t)
	require.NoError(t, other.Drain(t.Context()))
	assert.Equal(t, validating, h.anna.see(t, label).GetSummary().GetState(), "a job that is leased is left alone")
	h.clock.Advance(31 * time.Second)
	require.NoError(t, other.Drain(t.Context()))
	assert.Equal(t, published, h.anna.see(t, label).GetSummary().GetState())

	close(p.goOn)
	require.NoError(t, <-stuck)
	assert.Equal(t, []string{"VERSION_PUBLISHED"}, h.kinds(t, start), "published once, whoever comes late")
}

func TestSeveralProcessesValidateEachVersionOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(cfg *registry.Config) { cfg.Validators = 2 })
	h.beside(t, func(cfg *registry.Config) { cfg.Validators = 2 })
	start := h.head(t)
	const n = 12
	for i := range n {
		h.anna.submit(t, fmt.Sprintf("%s v1.0.%d", okta, i), exe(linuxAMD, ""))
	}
	for i := range n {
		answer, err := h.anna.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(fmt.Sprintf("%s v1.0.%d", okta, i)), WaitUntilSettled: true})
		require.NoError(t, err)
		assert.Equal(t, published, answer.GetVersion().GetSummary().GetState())
	}
	var times int
	for _, kind := range h.kinds(t, start) {
		if kind == "VERSION_PUBLISHED" {
			times++
		}
	}
	assert.Equal(t, n, times)
}

func TestAJobIsGivenBackWhenTheRegistryStops(t *testing.T) {
	t.Parallel()
	p, configure := pausing()
	h := newHouse(t, configure, func(cfg *registry.Config) { cfg.Validators = 1 })
	label := okta + " v1.0.0"
	h.anna.submit(t, label, exe(linuxAMD, ""))
	<-p.reached
	other := h.beside(t)
	stopped := make(chan error)
	go func() { stopped <- h.r.Close() }()
	time.Sleep(10 * time.Millisecond) // Close has to be at work before the validation goes on
	close(p.goOn)
	require.NoError(t, <-stopped)
	require.NoError(t, h.open())
	require.NoError(t, other.Drain(t.Context()), "nobody has to wait for the lease to end")
	answer, err := h.anna.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label), WaitUntilSettled: true})
	require.NoError(t, err)
	assert.Equal(t, published, answer.GetVersion().GetSummary().GetState())
}

func TestAValidationThatCannotReadIsTriedAgain(t *testing.T) {
	t.Parallel()
	label := okta + " v1.0.0"
	// unreadable makes the bytes of the version an error to read, which is
	// another thing than bytes that are wrong or gone.
	unreadable := func(t *testing.T, h *house) (heal func()) {
		t.Helper()
		path := filesUnder(t, h.blobDir())[0]
		require.NoError(t, os.Rename(path, path+".aside"))
		require.NoError(t, os.Mkdir(path, 0o700))
		return func() {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Rename(path+".aside", path))
		}
	}
	t.Run("until it works", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		h.anna.submit(t, label, exe(linuxAMD, ""))
		heal := unreadable(t, h)
		require.Equal(t, validating, h.settle(t, h.anna, label).GetSummary().GetState())
		heal()
		require.Equal(t, validating, h.settle(t, h.anna, label).GetSummary().GetState(), "not at once")
		h.clock.Advance(time.Second)
		assert.Equal(t, published, h.settle(t, h.anna, label).GetSummary().GetState())
	})
	t.Run("and given up after five times", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		h.anna.submit(t, label, exe(linuxAMD, ""))
		heal := unreadable(t, h)
		for range 4 {
			require.Equal(t, validating, h.settle(t, h.anna, label).GetSummary().GetState())
			h.clock.Advance(time.Minute)
		}
		v := h.settle(t, h.anna, label)
		assert.Equal(t, failed, v.GetSummary().GetState())
		assert.Equal(t, "INTERNAL", v.GetFailure().GetReason())
		assert.Contains(t, v.GetFailure().GetMessage(), "next attempt")
		heal()
		again := h.anna.draft(t, label, linuxAMD)
		h.anna.bring(t, again, exe(linuxAMD, ""))
		h.anna.finalize(t, again, exe(linuxAMD, ""))
		assert.Equal(t, published, h.settle(t, h.anna, label).GetSummary().GetState())
	})
}

func TestBytesThatAreGoneFailTheVersionByName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.submit(t, okta+" v1.0.0", exe(linuxAMD, ""))
	require.NoError(t, os.Remove(filesUnder(t, h.blobDir())[0]))
	v := h.settle(t, h.anna, okta+" v1.0.0")
	assert.Equal(t, failed, v.GetSummary().GetState())
	assert.Contains(t, v.GetFailure().GetMessage(), "baton-linux-amd64")

	again := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	h.anna.bring(t, again, exe(linuxAMD, ""))
	h.anna.finalize(t, again, exe(linuxAMD, ""))
	assert.Equal(t, published, h.settle(t, h.anna, okta+" v1.0.0").GetSummary().GetState(), "lost bytes are asked for again")
}

func TestDrainingIsBounded(t *testing.T) {
	t.Parallel()
	p, configure := pausing()
	h := newHouse(t, configure, func(cfg *registry.Config) { cfg.Validators = 1 })
	h.anna.submit(t, okta+" v1.0.0", exe(linuxAMD, ""))
	<-p.reached
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	assert.Equal(t, registryv1.Reason_REASON_UNAVAILABLE, reasonOf(h.r.Drain(ctx)))
	close(p.goOn)
	require.NoError(t, h.r.Drain(t.Context()))
	assert.Equal(t, published, h.anna.see(t, okta+" v1.0.0").GetSummary().GetState())
}

func TestAnEmbeddedRegistryFinishesItsValidationsBeforeItEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(cfg *registry.Config) { cfg.Embedded = true })
	h.anna.submit(t, okta+" v1.0.0", exe(linuxAMD, ""))
	require.NoError(t, h.restart())
	assert.Equal(t, published, h.anna.see(t, okta+" v1.0.0").GetSummary().GetState())
}

func TestSweepRemovesOnlyWhatNothingNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0")
	kept := filesUnder(t, h.blobDir())[0]
	digest := "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	unrecorded := filepath.Join(h.blobDir(), digest[:2], digest)
	part := filepath.Join(h.dir, "files", "parts", "00112233445566778899aabbccddeeff")
	require.NoError(t, os.MkdirAll(filepath.Dir(unrecorded), 0o700))
	for _, path := range []string{unrecorded, part} {
		require.NoError(t, os.WriteFile(path, []byte("left behind"), 0o600))
	}
	age := func(hours time.Duration) {
		at := h.clock.Now().Add(-hours * time.Hour)
		for _, path := range []string{unrecorded, part, kept} {
			require.NoError(t, os.Chtimes(path, at, at))
		}
	}
	age(23)
	require.NoError(t, h.r.Sweep(t.Context()))
	assert.FileExists(t, unrecorded, "somebody may be about to record it")
	assert.FileExists(t, part)
	age(25)
	require.NoError(t, h.r.Sweep(t.Context()))
	assert.NoFileExists(t, unrecorded)
	assert.NoFileExists(t, part)
	assert.FileExists(t, kept)
}

func TestADraftThatIsTakenUpDuringTheSweepStays(t *testing.T) {
	t.Parallel()
	var afterCommit func()
	h := newHouse(t, func(cfg *registry.Config) {
		cfg.At = func(point string) {
			if f := afterCommit; point == store.AfterCommit && f != nil {
				afterCommit = nil
				f()
			}
		}
	})
	h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	v := h.anna.draft(t, okta+" v2.0.0", linuxAMD)
	h.clock.Advance(8 * day)
	other := h.beside(t)
	afterCommit = func() { // the first draft has just been removed
		ctx := registry.WithPrincipal(context.Background(), registry.Principal{
			Kind: registry.TheOwner, Person: "anna", Roles: registry.AllRoles(), See: store.Visibility{All: true},
		})
		_, err := other.GetUploadURLs(ctx, &registryv1.GetUploadURLsRequest{Ref: v.GetRef(), Attempt: 1, Assets: specs(exe(linuxAMD, ""))})
		assert.NoError(t, err)
	}
	require.NoError(t, h.r.Sweep(t.Context()))
	require.Nil(t, afterCommit)
	assert.Equal(t, uploading, h.anna.see(t, okta+" v2.0.0").GetSummary().GetState())
	_, err := h.anna.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(okta + " v1.0.0")})
	assert.Equal(t, notFound, reasonOf(err))
}

func TestSweepRemovesPartsOfUploadsThatEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := exe(linuxAMD, "")
	v := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	h.anna.links(t, v, f)
	id := filepath.Base(h.anna.links(t, v, f)[0].GetPut().GetUrl())[:32]
	part := filepath.Join(h.dir, "files", "parts", id)
	require.NoError(t, os.WriteFile(part, f.data[:5], 0o600))
	h.clock.Advance(20 * time.Hour)
	require.NoError(t, h.r.Sweep(t.Context()))
	assert.FileExists(t, part, "the publisher may come back")
	h.clock.Advance(6 * time.Hour)
	require.NoError(t, h.r.Sweep(t.Context()))
	assert.NoFileExists(t, part)
	h.anna.bring(t, v, f)
}

// memoryLog is a log that a test reads.
type memoryLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *memoryLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *memoryLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestLostBytesAreNamedInTheLogAtTheStart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0", exe(linuxAMD, ""), exe(linuxARM, ""))
	lost := filesUnder(t, h.blobDir())[0]
	require.NoError(t, os.Remove(lost))
	log := &memoryLog{}
	h.beside(t, func(cfg *registry.Config) {
		cfg.Validators, cfg.Log = 1, slog.New(slog.NewTextHandler(log, nil))
	})
	require.Eventually(t, func() bool { return bytes.Contains([]byte(log.String()), []byte(filepath.Base(lost))) }, 5*time.Second, 5*time.Millisecond)
	assert.NotContains(t, log.String(), filepath.Base(filesUnder(t, h.blobDir())[0]), "what is there is not named")
}
