package registrytest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/server"
)

const (
	// childEnv makes the test binary a registry instead of running tests.
	childEnv = "REGISTRAR_TEST_PROCESS"
	// ready is how the child says where it listens.
	ready     = "registry listens on "
	readyWait = 30 * time.Second
	// resting is how the child says that it pauses, which it does for rest.
	resting = "registry rests"
	rest    = time.Second
)

// ProcessOptions are what a registry in another process is told.
type ProcessOptions struct {
	// Dir is the data directory; several processes may share one.
	Dir string
	// Address is where it listens; empty is a free port of the loopback.
	Address string
	// CrashAt is the point of a write at which the process kills itself, as
	// nothing but a power cut is harder; see registry.Config.At. CrashAfter
	// is how many times the point is passed before.
	CrashAt    string
	CrashAfter int
	// PauseAt is a point at which the process, once, says so and then rests,
	// so that a test can do something to it meanwhile; see Process.Paused.
	PauseAt string
	// Lease is how long the jobs of a killed process stay its own; 0 is the
	// registry's default.
	Lease time.Duration
	// Ahead is how far the clock of the process is ahead of the real one.
	Ahead time.Duration
	// Validators is how many versions the process validates at once; see
	// registry.Config.
	Validators int
}

// Process is a registry in a process of its own. It is killed with its test.
type Process struct {
	Endpoint
	Dir string

	command *exec.Cmd
	stdin   io.Closer
	paused  chan struct{}
	ended   chan struct{}
}

// Main runs the tests of a package, or a registry if this process was started
// by StartProcess. TestMain of packages that call StartProcess must be it, or
// begin with Child.
func Main(m *testing.M) {
	Child()
	os.Exit(m.Run())
}

// Child is a registry until it ends, if this process was started by
// StartProcess; else it does nothing.
func Child() {
	config := os.Getenv(childEnv)
	if config == "" {
		return
	}
	if err := runChild(config); err != nil {
		fmt.Fprintln(os.Stderr, "registry in a process of its own:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// StartProcess runs a registry in another process and waits until it answers.
// It has an admin token for Token to use.
func StartProcess(tb testing.TB, o ProcessOptions) *Process {
	tb.Helper()
	p, err := TryProcess(tb, o)
	require.NoError(tb, err, "starting a registry in another process")
	return p
}

// TryProcess is StartProcess for a registry that may well not come up, since
// it kills itself on the way.
func TryProcess(tb testing.TB, o ProcessOptions) (*Process, error) {
	tb.Helper()
	config, err := json.Marshal(o)
	require.NoError(tb, err)
	command := exec.Command(os.Args[0]) //nolint:noctx // Kill and the end of the test end it
	command.Env = append(os.Environ(), childEnv+"="+string(config))
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	require.NoError(tb, err)
	stdout, err := command.StdoutPipe()
	require.NoError(tb, err)
	require.NoError(tb, command.Start())
	p := &Process{Dir: o.Dir, command: command, stdin: stdin, paused: make(chan struct{}), ended: make(chan struct{})}
	address := make(chan string, 1)
	go func() {
		defer close(p.ended)
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if at, ok := strings.CutPrefix(lines.Text(), ready); ok {
				address <- at
			}
			if lines.Text() == resting {
				close(p.paused)
			}
		}
		_ = command.Wait() // how it ended is what the test is about
	}()
	tb.Cleanup(p.Kill)
	select {
	case at := <-address:
		p.Endpoint = At(at)
		return p, nil
	case <-p.ended:
		return p, errors.New("the process ended before it listened")
	case <-time.After(readyWait):
		return p, errors.New("the process does not come up")
	}
}

// Kill ends the process as kill -9 does, and waits until it is gone.
func (p *Process) Kill() {
	_ = p.command.Process.Kill() // it may be gone already
	<-p.ended
}

// Stop ends the process gracefully and waits until it is gone.
func (p *Process) Stop() {
	_ = p.stdin.Close() // it may be gone already
	<-p.ended
}

// Ended is closed when the process is gone.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Paused is closed when the process has come to ProcessOptions.PauseAt.
func (p *Process) Paused() <-chan struct{} { return p.paused }

// PID is the id of the process.
func (p *Process) PID() int { return p.command.Process.Pid }

// Token makes a token for a person with one role, in all orgs if none is named.
func (p *Process) Token(tb testing.TB, person string, role registryv1.Role, orgs ...string) string {
	tb.Helper()
	secret, err := os.ReadFile(filepath.Join(p.Dir, registry.AdminTokenFile))
	require.NoError(tb, err)
	made, err := p.API(tb, strings.TrimSpace(string(secret))).Admin.CreateToken(tb.Context(), tokenFor(person, role, orgs))
	require.NoError(tb, err, "making a token")
	return made.GetSecret()
}

// runChild is what a process does that is a registry.
func runChild(config string) error {
	var o ProcessOptions
	if err := json.Unmarshal([]byte(config), &o); err != nil {
		return err
	}
	ctx := context.Background()
	r, err := registry.Open(ctx, registry.Config{
		Dir: o.Dir, Name: "process", At: at(o), Lease: o.Lease, Validators: o.Validators,
		Now: func() time.Time { return time.Now().Add(o.Ahead) },
	})
	if err != nil {
		return err
	}
	if _, err := r.EnsureAdminToken(ctx); err != nil {
		return err
	}
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	l, err := server.Listen(ctx, o.Address)
	if err != nil {
		return err
	}
	address := o.Address
	if l.Addr().Network() == TCP {
		address = l.Addr().String()
	}
	s := server.New(r, server.Options{Grace: grace})
	served := make(chan error, 1)
	go func() { served <- s.Serve(l, r.Tokens()) }()
	if _, err := fmt.Println(ready + address); err != nil {
		return err
	}
	// The parent's end of stdin closes when it says so, and when it is gone.
	_, _ = io.Copy(io.Discard, os.Stdin)
	return errors.Join(s.Shutdown(ctx), <-served, r.Close())
}

// at kills the process, or lets it rest, at the points that its options name.
func at(o ProcessOptions) func(string) {
	var passed atomic.Int64
	var rested atomic.Bool
	return func(point string) {
		if point == o.PauseAt && rested.CompareAndSwap(false, true) {
			fmt.Println(resting)
			time.Sleep(rest)
		}
		if point != o.CrashAt || passed.Add(1) <= int64(o.CrashAfter) {
			return
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			_ = self.Kill()
		}
		select {} // nothing may happen after the kill
	}
}
