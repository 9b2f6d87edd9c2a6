package client

import (
	"sync/atomic"
	"time"
)

// Phase is what a transfer is doing.
type Phase int32

const (
	// PhaseIdle has not started.
	PhaseIdle Phase = iota
	// PhaseSending moves bytes, in either direction.
	PhaseSending
	// PhaseWaiting pauses before the next attempt.
	PhaseWaiting
	// PhaseDone has everything across.
	PhaseDone
	// PhaseStopped failed or was cancelled.
	PhaseStopped
)

// Meter is how a transfer tells where it is. One goroutine writes, any number
// read, without locks. The zero value is ready, and a nil one takes everything
// and tells nothing.
type Meter struct {
	phase   atomic.Int32
	attempt atomic.Int32
	done    atomic.Int64
	total   atomic.Int64
	moved   atomic.Int64
	until   atomic.Int64 // nanoseconds since 1970; 0 for none
	reason  atomic.Pointer[string]
}

// Transfer is a snapshot of a Meter.
type Transfer struct {
	Phase Phase
	// Done is how many bytes are across, Total how many there are.
	Done, Total int64
	// Moved counts the bytes that went over the wire, repeated ones included.
	Moved int64
	// Attempt starts at 1 and is at most MaxAttempts. It starts again when an
	// attempt got a good way further.
	Attempt int
	// Until is when a wait ends.
	Until time.Time
	// Reason is why it waits or stopped, as a sentence.
	Reason string
}

// Snapshot reads the meter.
func (m *Meter) Snapshot() Transfer {
	if m == nil {
		return Transfer{}
	}
	t := Transfer{
		Phase: Phase(m.phase.Load()), Done: m.done.Load(), Total: m.total.Load(), Moved: m.moved.Load(), Attempt: int(m.attempt.Load()),
	}
	if until := m.until.Load(); until != 0 {
		t.Until = time.Unix(0, until)
	}
	if reason := m.reason.Load(); reason != nil {
		t.Reason = *reason
	}
	return t
}

// begin starts an attempt at a byte.
func (m *Meter) begin(attempt int, total int64) {
	if m == nil {
		return
	}
	m.total.Store(total)
	m.attempt.Store(int32(attempt)) //nolint:gosec // at most MaxAttempts
	m.until.Store(0)
	m.reason.Store(nil)
	m.phase.Store(int32(PhaseSending))
}

// at corrects how many bytes are across.
func (m *Meter) at(done int64) {
	if m != nil {
		m.done.Store(done)
	}
}

// move counts bytes that pass.
func (m *Meter) move(n int) {
	if m != nil && n > 0 {
		m.done.Add(int64(n))
		m.moved.Add(int64(n))
	}
}

// wait tells that the next attempt begins later, and why.
func (m *Meter) wait(until time.Time, reason string) {
	if m == nil {
		return
	}
	m.until.Store(until.UnixNano())
	m.reason.Store(&reason)
	m.phase.Store(int32(PhaseWaiting))
}

// end tells how the transfer came out; err is nil when it is done.
func (m *Meter) end(total int64, err error) {
	if m == nil {
		return
	}
	m.until.Store(0)
	if err != nil {
		reason := err.Error()
		m.reason.Store(&reason)
		m.phase.Store(int32(PhaseStopped))
		return
	}
	m.total.Store(total)
	m.done.Store(total)
	m.reason.Store(nil)
	m.phase.Store(int32(PhaseDone))
}
