//go:build unix

package reliability

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// killedWhileValidating publishes until a process dies with a validation
// begun. Where another process works on the same directory it may be faster;
// then the next number is tried. The process that dies gives its jobs to
// nobody before the lease ends.
func killedWhileValidating(t *testing.T, home founded, lease time.Duration) killing {
	t.Helper()
	address := socket(t)
	doomed := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: home.dir, Address: address, Lease: lease, CrashAt: validating})
	for n := range 50 {
		r := newRelease(t, "baton-sample", fmt.Sprintf("v1.%d.0", n), 1000, uint64(n), registryv1.Platform_PLATFORM_LINUX_AMD64)
		k := killing{founded: home, address: address, release: r, plan: r.plan(t)}
		k.publishUntil(t, doomed.Ended())
		select {
		case <-doomed.Ended():
			return k
		default:
		}
	}
	require.Fail(t, "the process never validates")
	return killing{}
}

// publishedOnce audits a directory in which every version is PUBLISHED.
func publishedOnce(t *testing.T, dir string) {
	t.Helper()
	found := registrytest.Audit(t, dir)
	assert.Empty(t, found.String())
	assert.Empty(t, found.Strays)
	assert.Equal(t, "PUBLISHED", describe(t, dir))
}

// Processes on one directory are equals: when one is killed with a validation
// begun, the other one does it as soon as the lease has ended.
func TestKillWhileValidatingAndAnotherServeTakesOver(t *testing.T) {
	t.Parallel()
	home, hold := found(t), lease
	if soak() {
		hold = 0 // as in production
	}
	other := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: home.dir, Lease: hold})
	k := killedWhileValidating(t, home, hold)
	began := time.Now()
	// The same plan, told to the other process: it waits for the outcome.
	result, err := publish.Run(t.Context(), connect(t, other.Address, home.publisher), k.plan, nil, func(publish.Event) {})
	require.NoError(t, err)
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	assert.Zero(t, result.Sent)
	t.Logf("taken over after %s", time.Since(began).Round(time.Millisecond))
	assert.Equal(t, k.release.sums, download(t, other.Address, k.release.ref()))
	publishedOnce(t, home.dir)
}

// Nobody has to serve: whatever command opens the directory next finishes what
// is due before it ends.
func TestKillWhileValidatingAndACommandTakesOver(t *testing.T) {
	t.Parallel()
	home := found(t)
	k := killedWhileValidating(t, home, lease)
	assert.Equal(t, "VALIDATING and claimed", describe(t, home.dir))
	time.Sleep(lease)
	home.command(t, "list")
	publishedOnce(t, home.dir)
	show := home.command(t, "show", "acme/baton-sample", k.release.version, "-o", "json")
	assert.Contains(t, show, `"state":"PUBLISHED"`)
}

// command runs a command of the program on the directory itself.
func (f founded) command(t *testing.T, args ...string) string {
	t.Helper()
	p := newDesk(t, "", "").start(t, append(args, "--data", f.dir)...)
	require.Zero(t, p.wait(t), p.errs.String())
	return p.out.String()
}

// A process that was only stopped for a while, a suspended laptop, comes back
// to a validation that somebody else has finished: its own result counts for
// nothing, and it goes on working.
func TestAProcessThatComesBackLateChangesNothing(t *testing.T) {
	t.Parallel()
	home, address := found(t), socket(t)
	late := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: home.dir, Address: address, Lease: lease, PauseAt: validating})
	r := newRelease(t, "baton-sample", "v1.0.0", 1000, 1, registryv1.Platform_PLATFORM_LINUX_AMD64)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go func() {
		select {
		case <-late.Paused():
			cancel()
		case <-ctx.Done():
		}
	}()
	_, err := publish.Run(ctx, connect(t, address, home.publisher), r.plan(t), nil, func(publish.Event) {})
	require.Error(t, err)
	select {
	case <-late.Paused():
	default:
		require.NoError(t, err)
	}
	require.NoError(t, syscall.Kill(late.PID(), syscall.SIGSTOP))

	other := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: home.dir, Lease: lease})
	result, err := publish.Run(t.Context(), connect(t, other.Address, home.publisher), r.plan(t), nil, func(publish.Event) {})
	require.NoError(t, err)
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	assert.Equal(t, "PUBLISHED", describe(t, home.dir))
	head := home.head(t, other.Address)

	require.NoError(t, syscall.Kill(late.PID(), syscall.SIGCONT))
	other.Stop()
	next := newRelease(t, "baton-sample", "v1.1.0", 1000, 2, registryv1.Platform_PLATFORM_LINUX_AMD64)
	result, err = publish.Run(t.Context(), connect(t, address, home.publisher), next.plan(t), nil, func(publish.Event) {})
	require.NoError(t, err, "it goes on working")
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	late.Stop()
	publishedOnce(t, home.dir)

	// What it did after it came back is the second version and nothing else.
	r2, err := registry.Open(t.Context(), registry.Config{Dir: home.dir, Validators: -1})
	require.NoError(t, err)
	answer, err := r2.ListEvents(registry.WithPrincipal(t.Context(), registry.Principal{Kind: registry.System}), &registryv1.ListEventsRequest{})
	require.NoError(t, err)
	require.NoError(t, r2.Close())
	for _, e := range answer.GetEvents() {
		if e.GetSeq() > head {
			assert.Equal(t, "v1.1.0", e.GetVersion(), "%s", e.GetKind())
		}
	}
}

// head is the number of the newest event.
func (f founded) head(t *testing.T, address string) int64 {
	t.Helper()
	answer, err := registrytest.At(address).API(t, f.admin).Events.ListEvents(t.Context(), &registryv1.ListEventsRequest{PageSize: 1})
	require.NoError(t, err)
	require.NotNil(t, answer.GetHead(), "an admin reads the whole log")
	return answer.GetHead().GetSeq()
}
