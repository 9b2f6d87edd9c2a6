package tui

import (
	"io"
	"sync"
)

// transcript is what the plain console says: the loop adds to it, and a
// goroutine of its own writes it, so that a slow reader holds nothing up.
type transcript struct {
	mu     sync.Mutex
	text   []byte
	open   bool // the last line has no end yet
	closed bool
	gap    bool // the last line is empty
	wake   chan struct{}
}

// line adds a line. What was asked and is not answered yet ends first.
func (t *transcript) line(text string) {
	t.mu.Lock()
	if t.open {
		t.text = append(t.text, '\n')
	}
	t.open, t.gap = false, text == ""
	t.text = append(append(t.text, text...), '\n')
	t.mu.Unlock()
	t.ring()
}

// blank adds an empty line, unless there is one.
func (t *transcript) blank() {
	t.mu.Lock()
	gap := t.gap && !t.open
	t.mu.Unlock()
	if !gap {
		t.line("")
	}
}

// ask adds a question that is answered on its own line.
func (t *transcript) ask(text string) {
	t.mu.Lock()
	t.text = append(append(t.text, text...), ' ')
	t.open, t.gap = true, false
	t.mu.Unlock()
	t.ring()
}

// answered notes that a line was typed behind the question; echo is what is
// shown of it where nobody else does.
func (t *transcript) answered(echo string, show bool) {
	t.mu.Lock()
	if t.open && show {
		t.text = append(append(t.text, echo...), '\n')
	}
	t.open = false
	t.mu.Unlock()
	t.ring()
}

// isOpen reports whether a question waits at the end.
func (t *transcript) isOpen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open
}

// close says that nothing more will be added.
func (t *transcript) close() {
	t.mu.Lock()
	if t.open {
		t.text = append(t.text, '\n')
	}
	t.open, t.closed = false, true
	t.mu.Unlock()
	t.ring()
}

func (t *transcript) ring() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// copyTo writes everything until the transcript is closed or cannot be
// written any more.
func (t *transcript) copyTo(w io.Writer) error {
	for range t.wake {
		t.mu.Lock()
		text, closed := t.text, t.closed
		t.text = nil
		t.mu.Unlock()
		if _, err := w.Write(text); err != nil {
			return err
		}
		if closed {
			return nil
		}
	}
	return nil
}
