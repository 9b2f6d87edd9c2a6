//go:build unix

package tuitest

import (
	"sync"
	"time"
)

// written is what a program wrote into its terminal: how much, and when. It
// is noted before the emulator looks at it, which takes its time.
type written struct {
	mu    sync.Mutex
	bytes int64
	last  time.Time
	// await is told when the next bytes come.
	await chan time.Time
}

func (w *written) note(n int) {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.bytes += int64(n)
	w.last = now
	if w.await != nil {
		w.await <- now // it has room for one
		w.await = nil
	}
}

// next tells when the next bytes come.
func (w *written) next() <-chan time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.await = make(chan time.Time, 1)
	return w.await
}

// Written returns how many bytes the program has written.
func (t *Terminal) Written() int64 {
	t.written.mu.Lock()
	defer t.written.mu.Unlock()
	return t.written.bytes
}

// Settle waits until the program has written nothing for a while, from now on.
func (t *Terminal) Settle(quiet time.Duration) *Terminal {
	t.tb.Helper()
	asked := time.Now()
	for end := asked.Add(t.opts.Wait); ; {
		t.written.mu.Lock()
		last := t.written.last
		t.written.mu.Unlock()
		if last.Before(asked) {
			last = asked
		}
		rest := quiet - time.Since(last)
		switch {
		case rest <= 0:
			return t
		case time.Now().After(end):
			t.fail("the program still writes after %s", t.opts.Wait)
		}
		time.Sleep(rest)
	}
}

// Time presses a key and returns how long it takes until the first bytes come
// of what the program draws for it.
func (t *Terminal) Time(key string) time.Duration {
	t.tb.Helper()
	drawn := t.written.next()
	pressed := time.Now()
	t.Key(key)
	select {
	case at := <-drawn:
		return at.Sub(pressed)
	case <-time.After(t.opts.Wait):
		t.fail("nothing was drawn for %q", key)
		return 0
	}
}
