package client

import (
	"context"
	"errors"
	"io"
	"time"

	"google.golang.org/grpc/codes"

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
	// ChangeLost says that the registry does not answer; what is known gets
	// old. It comes again with each failed try.
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

// silence is how long a watch may say nothing. The registry sends a heartbeat
// every 15 s, so three of them are missing by then.
const silence = 50 * time.Second

// blink is the pause before the first new try, which is not worth a report.
const blink = 100 * time.Millisecond

var watchPause = pause{first: 500 * time.Millisecond, most: 15 * time.Second}

// Watch calls fn for everything that happens after the cursor, in order and
// from one goroutine, until the context ends or the registry refuses for good.
// Lost connections are tried again with growing pauses and caught up from the
// last cursor; they are reported as changes once the first new try has failed.
func (c *Client) Watch(ctx context.Context, from Cursor, fn func(Change)) error {
	w := watcher{client: c, cursor: from, report: fn}
	for {
		err := w.follow(ctx)
		if ctx.Err() != nil {
			return interrupted(ctx, "following the audit log")
		}
		if err.Reason == registryv1.Reason_REASON_INVALID_CURSOR && w.cursor != "" {
			// The log is another one than the cursor is of.
			w.cursor = ""
			w.gap = true
			err.Code = codes.Unavailable
		}
		if !passes(err) {
			return err
		}
		w.failures++
		if w.failures == 1 { // a registry that was restarted answers at once
			if sleep(ctx, blink) != nil {
				return interrupted(ctx, "following the audit log")
			}
			continue
		}
		wait := watchPause.after(w.failures - 1)
		w.lost = true
		tryNow := c.tryNow()
		fn(Change{Kind: ChangeLost, Cursor: w.cursor, Err: err, Retry: wait})
		if sleepOr(ctx, wait, tryNow) != nil {
			return interrupted(ctx, "following the audit log")
		}
		c.conn.ResetConnectBackoff()
	}
}

// watcher is what one Watch knows.
type watcher struct {
	client *Client
	report func(Change)
	cursor Cursor
	// failures counts the tries since the registry last answered.
	failures int
	// lost: the failure was reported. gap: events may be missing.
	lost, gap bool
}

// follow opens one stream and reports what comes until it breaks.
func (w *watcher) follow(ctx context.Context) *Error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	alarm := time.AfterFunc(silence, cancel)
	defer alarm.Stop()
	const doing = "following the audit log"
	stream, err := w.client.Events.WatchEvents(ctx, &registryv1.WatchEventsRequest{Cursor: string(w.cursor)})
	for err == nil {
		var answer *registryv1.WatchEventsResponse
		if answer, err = stream.Recv(); err != nil {
			break
		}
		alarm.Reset(silence)
		w.take(answer)
	}
	if errors.Is(err, io.EOF) {
		return w.client.unreachable(doing, "it is stopping", err)
	}
	fault := w.client.typed(context.Background(), err, doing)
	if fault.Reason == registryv1.Reason_REASON_INTERRUPTED { // the alarm, or the end of ctx, which Watch knows
		return w.client.unreachable(doing, "it said nothing for "+silence.String(), err)
	}
	return fault
}

// take reports one answer.
func (w *watcher) take(answer *registryv1.WatchEventsResponse) {
	if w.failures > 0 && w.cursor == "" {
		w.gap = true // whatever happened in between has no cursor
	}
	w.failures = 0
	cursor := Cursor(answer.GetCursor())
	if cursor == "" {
		cursor = w.cursor
	}
	if w.lost {
		w.lost = false
		w.report(Change{Kind: ChangeBack, Cursor: w.cursor})
	}
	if w.gap {
		w.gap = false
		w.report(Change{Kind: ChangeReset, Cursor: cursor})
	}
	w.cursor = cursor
	switch what := answer.GetWhat().(type) {
	case *registryv1.WatchEventsResponse_Change:
		w.report(Change{Kind: ChangeEvent, Cursor: cursor, Event: what.Change})
	case *registryv1.WatchEventsResponse_Reset_:
		w.report(Change{Kind: ChangeReset, Cursor: cursor})
	default:
		w.report(Change{Kind: ChangeAlive, Cursor: cursor})
	}
}

// passes reports whether a failure may be gone by the next try.
func passes(e *Error) bool {
	switch e.Code {
	case codes.Unavailable, codes.Internal, codes.Unknown, codes.Aborted, codes.ResourceExhausted, codes.DeadlineExceeded, codes.Canceled:
		return true
	default:
		return false
	}
}

// TryNow ends the pauses of all watches, for people who do not want to wait.
func (c *Client) TryNow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.now)
	c.now = make(chan struct{})
}

// tryNow is closed by the next TryNow.
func (c *Client) tryNow() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// sleepOr waits until the time is over or the bell rings, or returns the
// context's error.
func sleepOr(ctx context.Context, d time.Duration, bell <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-bell:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
