//go:build unix

package tuitest

import (
	"context"
	"errors"
	"image/color"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Options are the terminal that a program meets.
type Options struct {
	Width, Height int
	// Light makes the terminal answer that its background is light.
	Light bool
	// Mute makes the terminal answer no question at all; it has no mouse then
	// and takes no pasted text.
	Mute bool
	// Env is added to a plain environment with a terminal of full colours.
	Env []string
	// Wait is how long Expect waits; zero takes ten seconds.
	Wait time.Duration
}

// Terminal is a program in a real pseudo-terminal, with an emulated screen
// that answers what the program asks of its terminal.
type Terminal struct {
	tb     testing.TB
	opts   Options
	master *os.File

	// mu guards the emulator and the size. The emulator's own safe form hands
	// out pointers to cells that it goes on changing.
	mu     sync.Mutex
	screen *vt.Emulator

	changed chan struct{} // something was drawn
	written written       // what the program wrote
	done    chan struct{} // the program ended
	err     error         // how, once done is closed
	stop    func()
	resized func(w, h int) // tells a program that has no signals
	loops   sync.WaitGroup
}

// environment is what programs under test see besides Options.Env: nothing
// of the machine but the path and a place for files.
func environment(tb testing.TB, o Options) []string {
	tb.Helper()
	env := []string{
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8",
		"PATH=" + os.Getenv("PATH"), "HOME=" + tb.TempDir(),
	}
	return append(env, o.Env...)
}

// withDefaults fills what was left out.
func (o Options) withDefaults() Options {
	if o.Width == 0 {
		o.Width = 120
	}
	if o.Height == 0 {
		o.Height = 40
	}
	if o.Wait == 0 {
		o.Wait = 10 * time.Second
	}
	return o
}

// Start runs a program in a terminal; the test's end stops it.
func Start(tb testing.TB, o Options, name string, args ...string) *Terminal {
	tb.Helper()
	o = o.withDefaults()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = environment(tb, o)
	master, err := pty.StartWithSize(cmd, winsize(o))
	if err != nil {
		cancel()
		tb.Fatalf("starting %s in a terminal: %v", name, err)
	}
	t := newTerminal(tb, o, master)
	t.stop = cancel
	t.loops.Go(func() {
		t.err = cmd.Wait()
		close(t.done)
	})
	t.run()
	return t
}

// Run runs a model in a terminal inside the test's own process, so that the
// race detector sees it; the test's end stops it.
func Run(tb testing.TB, o Options, model tea.Model, more ...tea.ProgramOption) *Terminal {
	tb.Helper()
	o = o.withDefaults()
	master, tty, err := pty.Open()
	if err != nil {
		tb.Fatalf("opening a terminal: %v", err)
	}
	if err := pty.Setsize(master, winsize(o)); err != nil {
		tb.Fatalf("sizing the terminal: %v", err)
	}
	options := append([]tea.ProgramOption{
		tea.WithInput(tty), tea.WithOutput(tty),
		tea.WithEnvironment(environment(tb, o)), tea.WithoutSignalHandler(),
	}, more...)
	program := tea.NewProgram(model, options...)
	t := newTerminal(tb, o, master)
	// Killing a program would race with its own reader; quitting waits for it.
	t.stop = program.Quit
	t.resized = func(w, h int) { program.Send(tea.WindowSizeMsg{Width: w, Height: h}) }
	t.loops.Go(func() {
		_, t.err = program.Run()
		_ = tty.Close()
		close(t.done)
	})
	t.run()
	return t
}

// newTerminal makes the emulated screen behind a pseudo-terminal.
func newTerminal(tb testing.TB, o Options, master *os.File) *Terminal {
	tb.Helper()
	master, err := interruptible(master)
	if err != nil {
		tb.Fatalf("preparing the terminal: %v", err)
	}
	t := &Terminal{
		tb: tb, opts: o, master: master,
		screen:  vt.NewEmulator(o.Width, o.Height),
		changed: make(chan struct{}, 1), done: make(chan struct{}),
	}
	if o.Light {
		t.screen.SetDefaultBackgroundColor(color.White)
		t.screen.SetDefaultForegroundColor(color.Black)
	}
	return t
}

// interruptible returns the same terminal as a file whose Close ends a Read
// that waits: package pty hands out files that block.
func interruptible(master *os.File) (*os.File, error) {
	defer func() { _ = master.Close() }()
	fd, err := unix.FcntlInt(master.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), master.Name()), nil
}

// resize sets the size of a terminal without making its file block.
func resize(master *os.File, w, h int) error {
	conn, err := master.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) {
		failed = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(h), Col: uint16(w)})
	})
	return errors.Join(err, failed)
}

// run carries bytes both ways until the program ends.
func (t *Terminal) run() {
	t.loops.Go(func() {
		buffer := make([]byte, 32*1024)
		for {
			n, err := t.master.Read(buffer)
			if n > 0 {
				t.written.note(n)
				t.mu.Lock()
				_, _ = t.screen.Write(buffer[:n])
				t.mu.Unlock()
				select {
				case t.changed <- struct{}{}:
				default:
				}
			}
			if err != nil {
				return
			}
		}
	})
	// What the emulator answers to queries goes back as input.
	var answers io.Writer = t.master
	if t.opts.Mute {
		answers = io.Discard
	}
	t.loops.Go(func() { _, _ = io.Copy(answers, t.screen) })
	t.tb.Cleanup(t.close)
}

// close stops the program and waits for everything that was started.
func (t *Terminal) close() {
	t.stop()
	select {
	case <-t.done:
	case <-time.After(t.opts.Wait):
		t.tb.Error("the program did not end when it was stopped")
	}
	// Closing the emulator itself would race with its reader.
	if input, ok := t.screen.InputPipe().(io.Closer); ok {
		_ = input.Close()
	}
	_ = t.master.Close()
	t.loops.Wait()
}

// winsize is the size of a terminal as the kernel wants it.
func winsize(o Options) *pty.Winsize {
	return &pty.Winsize{Rows: uint16(o.Height), Cols: uint16(o.Width)}
}
