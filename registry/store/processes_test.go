package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// childMode makes the test binary another process that shares a store.
const childMode = "REGISTRAR_STORE_CHILD"

func TestMain(m *testing.M) {
	if mode := os.Getenv(childMode); mode != "" {
		if err := child(context.Background(), mode, os.Args[1], os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child does one of the things that other processes do to a store. It says
// "ready" when it has begun, and ends at the end of its input.
func child(ctx context.Context, mode, dir string, args []string) error {
	ready := func() { fmt.Println("ready") }
	wait := func() error { _, err := io.Copy(io.Discard, os.Stdin); return err }
	if mode == "lock" {
		lock := flock.New(filepath.Join(dir, lockFile))
		if err := lock.RLock(); err != nil {
			return err
		}
		ready()
		return wait()
	}
	cfg := Config{Dir: dir, Legal: legalMoves}
	if mode == "die" {
		// Here, as by a power cut: no deferred function runs.
		cfg.At = func(point string) {
			if point == args[0] {
				process, _ := os.FindProcess(os.Getpid())
				_ = process.Kill()
				select {}
			}
		}
	}
	s, err := Open(ctx, cfg)
	if err != nil {
		return err
	}
	ready()
	switch mode {
	case "hold":
		err = wait()
	case "die":
		err = s.Write(ctx, ines, func(tx *Tx) error {
			_, err := tx.add(ctx, numbered(1, "v1.0.0"), published)
			return err
		})
	case "write":
		err = writeMany(ctx, s, args[0], args[1])
	}
	return errors.Join(err, s.Close())
}

// writeMany creates and publishes versions of the connector 1, each in
// transactions of its own.
func writeMany(ctx context.Context, s *Store, major, count string) error {
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	for i := range n {
		var v Version
		for _, to := range []registryv1.State{pending, uploading, validating, published} {
			err := s.Write(ctx, Actor{Person: "process " + major}, func(tx *Tx) (err error) {
				if to == pending {
					v, err = tx.CreateVersion(ctx, numbered(1, fmt.Sprintf("v%s.0.%d", major, i)))
				} else {
					v, err = tx.Move(ctx, v.ID, move(v, to))
				}
				return err
			})
			if err != nil {
				return fmt.Errorf("moving to %s: %w", to, err)
			}
		}
	}
	return nil
}

// process is a running child.
type process struct {
	*exec.Cmd
	stdin  io.Closer
	stderr *strings.Builder
}

func startProcess(t *testing.T, mode, dir string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), os.Args[0], append([]string{dir}, args...)...), stderr: &strings.Builder{}}
	p.Env = append(os.Environ(), childMode+"="+mode)
	p.Stderr = p.stderr
	stdin, err := p.StdinPipe()
	require.NoError(t, err)
	p.stdin = stdin
	stdout, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err, "the other process: %s", p.stderr)
	require.Equal(t, "ready\n", line)
	return p
}

// end lets a process end by itself.
func (p *process) end(t *testing.T) {
	t.Helper()
	require.NoError(t, p.stdin.Close())
	require.NoError(t, p.Wait(), "the other process: %s", p.stderr)
}

func TestProcessesShareAStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := startProcess(t, "hold", dir)
	f := openFixture(t, Config{Dir: dir, lockPatience: 100 * time.Millisecond})
	f.connector("acme", "baton-sample")
	require.NoError(t, f.Close())
	other.end(t)
}

// A migration that takes longer than one waits for others is no reason to
// give up: nobody is in the way.
func TestAMigrationMayTakeItsTime(t *testing.T) {
	t.Parallel()
	f := openFixture(t, Config{Dir: t.TempDir(), lockPatience: time.Nanosecond})
	f.connector("acme", "baton-sample")
}

func TestMigratingWaitsUntilItIsAlone(t *testing.T) {
	t.Parallel()

	t.Run("and names who is in the way", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		other := startProcess(t, "lock", dir)
		_, err := Open(t.Context(), Config{Dir: dir, lockPatience: 200 * time.Millisecond})
		var busy *BusyError
		require.ErrorAs(t, err, &busy)
		if lockHoldersKnown() {
			assert.Equal(t, []int{other.Process.Pid}, busy.PIDs)
			assert.ErrorContains(t, err, strconv.Itoa(other.Process.Pid))
		}
		assert.NoFileExists(t, filepath.Join(dir, databaseFile), "nothing was made beside somebody else")
		other.end(t)
	})

	t.Run("and goes on then", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		other := startProcess(t, "lock", dir)
		go func() {
			time.Sleep(200 * time.Millisecond)
			assert.NoError(t, other.stdin.Close())
		}()
		openFixture(t, Config{Dir: dir, lockPatience: 20 * time.Second})
		require.NoError(t, other.Wait())
	})
}

// lockHoldersKnown says whether this system tells who holds a lock.
func lockHoldersKnown() bool {
	_, err := os.Stat("/proc/locks")
	return err == nil
}

func TestProcessesWriteAtTheSameTime(t *testing.T) {
	t.Parallel()
	const each = 60
	dir := t.TempDir()
	f := openFixture(t, Config{Dir: dir, Now: time.Now})
	c := f.connector("acme", "baton-sample")
	first := startProcess(t, "write", dir, "1", strconv.Itoa(each))
	second := startProcess(t, "write", dir, "2", strconv.Itoa(each))

	// A watcher sees each event once and in order, whoever wrote it.
	const total = 1 + 2*each*4
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var seen Seq
	for seen < total {
		require.NoError(t, f.Wait(ctx, seen), "after event %d", seen)
		f.read(func(v *View) error {
			page, err := v.Events(ctx, EventQuery{See: everything, Ascending: true, After: seen, Limit: 100})
			for _, e := range page.Events {
				require.Equal(t, seen+1, e.Seq)
				seen = e.Seq
			}
			return err
		})
	}
	first.end(t)
	second.end(t)

	head, err := f.VerifyChain(ctx, nil)
	require.NoError(t, err)
	assert.EqualValues(t, total, head.Seq)
	c = f.again(c, everything)
	assert.EqualValues(t, 2*each, c.Counts.Of(published))
	assert.Equal(t, fmt.Sprintf("v2.0.%d", each-1), c.Latest)
}

func TestAKilledWriterLosesNothingAndLeavesNothingHalf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		point    string
		versions int64
	}{
		{BeforeCommit, 0},
		{AfterCommit, 1},
	} {
		t.Run(test.point, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			f := openFixture(t, Config{Dir: dir})
			c := f.connector("acme", "baton-sample")
			other := startProcess(t, "die", dir, test.point)
			require.Error(t, other.Wait(), "it was killed")

			c = f.again(c, everything)
			assert.Equal(t, test.versions, c.Counts.Of(published))
			head, err := f.VerifyChain(t.Context(), nil)
			require.NoError(t, err)
			assert.Equal(t, Seq(1+4*test.versions), head.Seq)

			// Doing it again finishes the job, once.
			if test.versions == 0 {
				f.version(c, "v1.0.0", published)
			}
			assert.EqualValues(t, 1, f.again(c, everything).Counts.Of(published))
		})
	}
}

func TestWaitWakesForOneself(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.connector("acme", "baton-sample")
	require.NoError(t, f.Wait(t.Context(), 0), "there is one already")

	woken := make(chan error, 1)
	go func() { woken <- f.Wait(t.Context(), 1) }()
	select {
	case err := <-woken:
		t.Fatalf("woken without an event: %v", err)
	case <-time.After(3 * pollEvery):
	}
	f.write(func(tx *Tx) error { return tx.UseToken(t.Context(), 1) }) // A commit without an event.
	f.connector("acme", "baton-other")
	require.NoError(t, <-woken)

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, f.Wait(ctx, 2), context.DeadlineExceeded)
}

func TestNobodyPollsWhenNobodyWaits(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	for range 2 {
		go func() { done <- f.Wait(ctx, 0) }()
	}
	polling := func() bool {
		f.bell.mu.Lock()
		defer f.bell.mu.Unlock()
		return f.bell.polling
	}
	require.Eventually(t, polling, 5*time.Second, time.Millisecond)
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.ErrorIs(t, <-done, context.Canceled)
	require.Eventually(t, func() bool { return !polling() }, 5*time.Second, pollEvery/10)
}
