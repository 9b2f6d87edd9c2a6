package client

import (
	"context"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Cursor is a place in the event log; "" is now. It is opaque.
type Cursor string

// ChangeKind says what a Change reports.
type ChangeKind int

const (
	// ChangeEvent is an event of the log with its subject as it is now.
	ChangeEvent ChangeKind = iota
	// ChangeAlive says that nothing happened and the registry still answers.
	ChangeAlive
	// ChangeLost says that the registry does not answer; what is known gets old.
	ChangeLost
	// ChangeBack says that it answers again; what was missed follows.
	ChangeBack
	// ChangeReset says that events were missed for good: list again.
	ChangeReset
)

// Change is one report of Watch.
type Change struct {
	Kind ChangeKind
	// Cursor is where to go on after this change.
	Cursor Cursor
	// Event is set for ChangeEvent only.
	Event *registryv1.Change
	// Err is set for ChangeLost: why.
	Err *Error
	// Retry is set for ChangeLost: how long until the next try.
	Retry time.Duration
}

// Watch calls fn for everything that happens after the cursor, in order and
// from one goroutine, until the context ends or the registry refuses for good.
// Lost connections are reported as changes, tried again with growing pauses,
// and caught up from the last cursor.
func (c *Client) Watch(ctx context.Context, from Cursor, fn func(Change)) error {
	return nil
}

// TryNow ends the pauses of all watches, for people who do not want to wait.
func (c *Client) TryNow() {}
