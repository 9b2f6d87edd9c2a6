//go:build unix

package tuitest

import (
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/vt"
)

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
	var b strings.Builder
	for i, text := range texts {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`"` + text + `"`)
	}
	return b.String()
}

// Kill ends a started program as kill -9 does: it is told nothing.
func (t *Terminal) Kill() {
	t.tb.Helper()
	t.stop()
	select {
	case <-t.done:
	case <-time.After(t.opts.Wait):
		t.fail("the program has not ended %s after it was killed", t.opts.Wait)
	}
}
