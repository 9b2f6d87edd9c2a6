package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
)

// How long tests wait for another process, and how often they look.
const (
	waitFor = 20 * time.Second
	tick    = 10 * time.Millisecond
)

func TestMain(m *testing.M) {
	// Help is as wide as the terminal; golden files need one width.
	if err := os.Setenv("__FANG_TEST_WIDTH", "100"); err != nil {
		panic(err)
	}
	code := m.Run()
	if dir := builtIn; dir != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// builtIn is the directory of the binary under test, if a test asked for it.
var builtIn string

// program builds the program once for all tests that need a real process.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "registrar-test-")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "registrar")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	build := exec.Command("go", "build", "-ldflags", "-X main.stamp=v0.0.0-test", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
})

// desk is one person's computer: directories, environment, and a registry.
type desk struct {
	home string
	// Environ is added to the environment of every command.
	environ []string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	home := t.TempDir()
	return &desk{home: home, environ: []string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "XDG_DATA_HOME=" + filepath.Join(home, "data"),
		"XDG_STATE_HOME=" + filepath.Join(home, "state"), "LANG=C.UTF-8", "TERM=xterm-256color",
	}}
}

// at gives the same computer another registry and token for its commands.
func (d *desk) at(address, token string) *desk {
	environ := append([]string{}, d.environ...)
	return &desk{home: d.home, environ: append(environ, "REGISTRAR_REGISTRY="+address, "REGISTRAR_TOKEN="+token)}
}

// result is what a command left behind.
type result struct {
	code     int
	out, err string
}

// json reads one document of stdout.
func (r result) json(t *testing.T) any {
	t.Helper()
	var document any
	require.NoError(t, json.Unmarshal([]byte(r.out), &document), "%s%s", r.out, r.err)
	return document
}

// object is json for commands that print one object.
func (r result) object(t *testing.T) map[string]any {
	t.Helper()
	o, ok := r.json(t).(map[string]any)
	require.True(t, ok, "%s", r.out)
	return o
}

// list is json for commands that print a list.
func (r result) list(t *testing.T) []any {
	t.Helper()
	l, ok := r.json(t).([]any)
	require.True(t, ok, "%s", r.out)
	return l
}

// lines are the documents of commands that print one a line.
func (r result) lines(t *testing.T) []map[string]any {
	t.Helper()
	var documents []map[string]any
	for line := range strings.Lines(r.out) {
		var document map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &document), "%s", line)
		documents = append(documents, document)
	}
	return documents
}

// failure is the error object of a failed command with -o json.
func (r result) failure(t *testing.T) map[string]any {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(r.err), "\n")
	var document struct{ Error map[string]any }
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &document), "%s", r.err)
	require.NotNil(t, document.Error, "%s", r.err)
	return document.Error
}

// ok insists on success.
func (r result) ok(t *testing.T) result {
	t.Helper()
	require.Zero(t, r.code, "%s%s", r.out, r.err)
	return r
}

// run executes a command line in this process, without terminals.
func (d *desk) run(t *testing.T, args ...string) result {
	t.Helper()
	return d.runWith(t, nil, nil, args...)
}

// runWith also gives it something to read, and changes its environment.
func (d *desk) runWith(t *testing.T, in io.Reader, change func(*Env), args ...string) result {
	t.Helper()
	if in == nil {
		in = strings.NewReader("")
	}
	var out, errs bytes.Buffer
	env := &Env{
		In: in, Out: &out, Err: &errs, Now: time.Now, Environ: d.environ,
		Settings: Settings{Output: OutputTable},
	}
	if change != nil {
		change(env)
	}
	code := run(t.Context(), env, args)
	return result{code, out.String(), errs.String()}
}

// start runs a command line in a process of its own.
func (d *desk) start(t *testing.T, args ...string) *process {
	t.Helper()
	path, err := program()
	require.NoError(t, err)
	p := &process{command: exec.Command(path, args...), lines: make(chan string, 1000), ended: make(chan struct{})}
	p.command.Env = d.environ
	p.command.Dir = d.home
	p.command.Stderr = &p.errs
	stdout, err := p.command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.command.Start())
	go func() {
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			p.lines <- scanner.Text()
		}
		close(p.lines)
		_ = p.command.Wait() // the exit code says it better
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.command.Process.Kill() // it may have ended by itself
		<-p.ended
	})
	return p
}

type process struct {
	command *exec.Cmd
	lines   chan string
	errs    lockedBuffer
	ended   chan struct{}
}

// line waits for the next line of stdout.
func (p *process) line(t *testing.T) string {
	t.Helper()
	select {
	case line, ok := <-p.lines:
		require.True(t, ok, "it ended: %s", p.errs.String())
		return line
	case <-time.After(waitFor):
		require.FailNow(t, "no line came", p.errs.String())
		return ""
	}
}

// wait waits for the end and returns the exit code.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.command.ProcessState.ExitCode()
	case <-time.After(2 * waitFor):
		require.FailNow(t, "it does not end", p.errs.String())
		return -1
	}
}

// stop sends a signal and returns the exit code.
func (p *process) stop(t *testing.T, signal os.Signal) int {
	t.Helper()
	require.NoError(t, p.command.Process.Signal(signal))
	return p.wait(t)
}

// lockedBuffer is written by a process and read by a test.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// served is `registrar serve` in another process.
type served struct {
	*process
	address string
	// admin is the desk of whoever has the first token.
	admin *desk
	desk  *desk
}

func serve(t *testing.T) *served {
	t.Helper()
	d := newDesk(t)
	data := filepath.Join(d.home, "registry")
	p := d.start(t, "serve", "--data", data, "--listen", "127.0.0.1:0")
	address, ok := strings.CutPrefix(p.line(t), "listening on ")
	require.True(t, ok)
	secret, err := os.ReadFile(filepath.Join(data, "admin-token"))
	require.NoError(t, err)
	return &served{process: p, address: address, desk: d, admin: d.at(address, strings.TrimSpace(string(secret)))}
}

// person makes a token and returns the computer of whoever has it.
func (s *served) person(t *testing.T, name, role string, orgs ...string) *desk {
	t.Helper()
	args := []string{"tokens", "create", "--person", name, "--role", role}
	for _, org := range orgs {
		args = append(args, "--org", org)
	}
	return newDesk(t).at(s.address, strings.TrimSpace(s.admin.run(t, args...).ok(t).out))
}

// anonymous is a computer without a token.
func (s *served) anonymous(t *testing.T) *desk { t.Helper(); return newDesk(t).at(s.address, "") }

// project lays out a connector's project with release files for a version.
func project(t *testing.T, org, name, version string) string {
	t.Helper()
	stage := &demo{dir: t.TempDir()}
	stage.release = filepath.Join(stage.dir, "release")
	require.NoError(t, writeSamples(stage.release))
	dir, err := stage.project(org, name, version)
	require.NoError(t, err)
	return dir
}

// publishes lays out a project and publishes it.
func (d *desk) publishes(t *testing.T, org, name, version string, args ...string) result {
	t.Helper()
	dir := project(t, org, name, version)
	return d.run(t, append([]string{"publish", dir, "--version", version, "--org", org, "--name", name, "--sign", "none", "-o", "json"}, args...)...)
}

// connect opens a client as a command of this computer would.
func (d *desk) connect(t *testing.T) *client.Client {
	t.Helper()
	env := &Env{Out: io.Discard, Err: io.Discard, Now: time.Now, Environ: d.environ}
	root := newRoot(env)
	loaded, err := loadSettings(root.PersistentFlags(), env.getenv)
	require.NoError(t, err)
	env.Settings = loaded
	s, err := env.open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.end()) })
	return s.Client
}
