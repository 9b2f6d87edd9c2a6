package tuitest

import (
	"bytes"
	"context"
	"errors"
	"image/color"
	"io"
	"os"
	"os/exec"
	"strings"
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
	t.loops.Go(func() { _, _ = io.Copy(t.master, t.screen) })
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

// keys are the keys that send more than their own letter.
var keys = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ",
	"backspace": "\x7f", "delete": "\x1b[3~", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
	"home": "\x1b[H", "end": "\x1b[F", "pgup": "\x1b[5~", "pgdown": "\x1b[6~",
}

// Key presses keys, named as bindings name them: "enter", "ctrl+k", "X".
func (t *Terminal) Key(names ...string) *Terminal {
	t.tb.Helper()
	for _, name := range names {
		sequence, known := keys[name]
		letter, isControl := strings.CutPrefix(name, "ctrl+")
		switch {
		case known:
		case isControl && len(letter) == 1:
			sequence = string(rune(letter[0] & 0x1f))
		case len([]rune(name)) == 1:
			sequence = name
		default:
			t.tb.Fatalf("there is no key %q", name)
		}
		t.send(sequence)
	}
	return t
}

// Type types a text, letter by letter.
func (t *Terminal) Type(text string) *Terminal {
	t.tb.Helper()
	for _, r := range text {
		t.send(string(r))
	}
	return t
}

// Paste pastes a text as terminals do, in brackets if the program asked for that.
func (t *Terminal) Paste(text string) *Terminal {
	t.tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.screen.Paste(text)
	return t
}

// Click presses and releases the left mouse button on a cell.
func (t *Terminal) Click(x, y int) *Terminal {
	t.tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.screen.SendMouse(vt.MouseClick{X: x, Y: y, Button: vt.MouseLeft})
	t.screen.SendMouse(vt.MouseRelease{X: x, Y: y, Button: vt.MouseLeft})
	return t
}

// ClickOn clicks where a text begins.
func (t *Terminal) ClickOn(text string) *Terminal {
	t.tb.Helper()
	x, y, ok := t.Expect(text).Screen().Find(text)
	if !ok {
		t.fail("%q vanished before it was clicked", text)
	}
	return t.Click(x, y)
}

// send writes what the keyboard sends.
func (t *Terminal) send(sequence string) {
	t.tb.Helper()
	if _, err := io.WriteString(t.master, sequence); err != nil {
		t.fail("the program does not take keys: %v", err)
	}
}

// Resize changes the size of the terminal.
func (t *Terminal) Resize(w, h int) *Terminal {
	t.tb.Helper()
	t.mu.Lock()
	t.opts.Width, t.opts.Height = w, h
	t.screen.Resize(w, h)
	t.mu.Unlock()
	if err := resize(t.master, w, h); err != nil {
		t.fail("sizing the terminal: %v", err)
	}
	if t.resized != nil {
		t.resized(w, h)
	}
	return t
}

// Screen returns what the terminal shows now.
func (t *Terminal) Screen() Screen {
	t.mu.Lock()
	defer t.mu.Unlock()
	return read(t.screen, t.opts.Width, t.opts.Height)
}

// Expect waits until a text stands on one line of the screen.
func (t *Terminal) Expect(text string) *Terminal {
	t.tb.Helper()
	return t.Until("shows "+quoted(text), func(s Screen) bool { return s.Contains(text) })
}

// ExpectNot waits until a text is nowhere on the screen.
func (t *Terminal) ExpectNot(text string) *Terminal {
	t.tb.Helper()
	return t.Until("no longer shows "+quoted(text), func(s Screen) bool { return !s.Contains(text) })
}

// ExpectLine waits until all texts stand on one line, in this order.
func (t *Terminal) ExpectLine(texts ...string) *Terminal {
	t.tb.Helper()
	return t.Until("shows "+quoted(texts...)+" on one line", func(s Screen) bool {
		for y := range s.Height {
			if inOrder(s.Line(y), texts) {
				return true
			}
		}
		return false
	})
}

// inOrder reports whether texts occur in a line one after another.
func inOrder(line string, texts []string) bool {
	for _, text := range texts {
		at := strings.Index(line, text)
		if at < 0 {
			return false
		}
		line = line[at+len(text):]
	}
	return true
}

// Until waits until the screen is as described.
func (t *Terminal) Until(what string, is func(Screen) bool) *Terminal {
	t.tb.Helper()
	timeout := time.NewTimer(t.opts.Wait)
	defer timeout.Stop()
	for {
		if is(t.Screen()) {
			return t
		}
		select {
		case <-t.changed:
		case <-time.After(20 * time.Millisecond):
		case <-t.done:
			// The last bytes may still be on their way.
			time.Sleep(50 * time.Millisecond)
			if is(t.Screen()) {
				return t
			}
			t.fail("the program ended (%v) before the screen %s", t.err, what)
		case <-timeout.C:
			t.fail("after %s the screen still is not one that %s", t.opts.Wait, what)
		}
	}
}

// ExpectEnd waits until the program has ended, and returns how.
func (t *Terminal) ExpectEnd() error {
	t.tb.Helper()
	select {
	case <-t.done:
		return t.err
	case <-time.After(t.opts.Wait):
		t.fail("the program has not ended after %s", t.opts.Wait)
		return nil
	}
}

// fail ends the test with what the screen shows.
func (t *Terminal) fail(format string, args ...any) {
	t.tb.Helper()
	s := t.Screen()
	edge := strings.Repeat("-", s.Width)
	t.tb.Fatalf(format+"\n%s\n%s\n%s", append(args, edge, s.Text(), edge)...)
}

// quoted lists texts in quotes.
func quoted(texts ...string) string {
	var b bytes.Buffer
	for i, text := range texts {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`"` + text + `"`)
	}
	return b.String()
}
