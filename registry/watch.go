package registry

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
	"time"

	"google.golang.org/grpc"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

const (
	// watchPage is how many events one look at the log takes.
	watchPage     = 200
	cursorVersion = 1
	maxCursor     = 64
)

// WatchEvents implements registryv1.EventServiceServer. The log is the queue:
// a watcher is a place in it, and the doorbell of the store says when there
// may be more. Nothing is kept for a slow reader, and nothing is lost by him.
func (r *Registry) WatchEvents(rq *registryv1.WatchEventsRequest, stream grpc.ServerStreamingServer[registryv1.WatchEventsResponse]) error {
	const doing = "watching the audit log"
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	go func() {
		select {
		case <-r.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	w := &watcher{registry: r, caller: PrincipalFrom(ctx), send: stream.Send}
	err := w.start(ctx, rq.GetCursor())
	for err == nil {
		err = w.turn(ctx)
	}
	select {
	case <-r.stopping:
		return refuse(registryv1.Reason_REASON_UNAVAILABLE, "the registry is stopping").While(doing).
			WithNext("connect again, and go on from the cursor").WithMeta("cursor", r.cursor(w.after))
	default:
		return wrap(doing, err)
	}
}

// watcher is one reader of the log.
type watcher struct {
	registry *Registry
	caller   Principal
	send     func(*registryv1.WatchEventsResponse) error
	// after is the last event that was examined; quiet is when the reader
	// must hear that the stream is alive.
	after store.Seq
	quiet time.Time
}

// start finds the place in the log and tells it at once, so that a reader who
// gave no cursor has one before anything happens. A cursor that this log
// cannot have given means that it was set back or replaced: the reader is told
// to list again, and goes on from the end.
func (w *watcher) start(ctx context.Context, cursor string) error {
	var head store.Head
	err := w.registry.store.Read(ctx, func(v *store.View) (err error) {
		head, err = v.Head(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if cursor == "" {
		w.after = head.Seq
		return w.say(&registryv1.WatchEventsResponse{What: &registryv1.WatchEventsResponse_Heartbeat{Heartbeat: &registryv1.Heartbeat{}}})
	}
	after, ours, err := openCursor(cursor, w.registry.storeTag())
	if err != nil {
		return err
	}
	if !ours || after > head.Seq {
		w.after = head.Seq
		return w.say(&registryv1.WatchEventsResponse{What: &registryv1.WatchEventsResponse_Reset_{Reset_: &registryv1.Reset{}}})
	}
	w.after = after
	return w.say(&registryv1.WatchEventsResponse{What: &registryv1.WatchEventsResponse_Heartbeat{Heartbeat: &registryv1.Heartbeat{}}})
}

// say sends one answer with the present place.
func (w *watcher) say(answer *registryv1.WatchEventsResponse) error {
	answer.Cursor = w.registry.cursor(w.after)
	w.quiet = time.Now().Add(w.registry.config.Heartbeat)
	return w.send(answer)
}

// turn sends one page of what happened. When that was all it waits for more,
// at most until the reader must hear something.
func (w *watcher) turn(ctx context.Context) error {
	changes, last, more, err := w.look(ctx)
	if err != nil {
		return err
	}
	for _, change := range changes {
		w.after = store.Seq(change.GetEvent().GetSeq())
		if err := w.say(&registryv1.WatchEventsResponse{What: &registryv1.WatchEventsResponse_Change{Change: change}}); err != nil {
			return err
		}
	}
	w.after = last
	if more {
		return nil
	}
	if !time.Now().Before(w.quiet) {
		return w.say(&registryv1.WatchEventsResponse{What: &registryv1.WatchEventsResponse_Heartbeat{Heartbeat: &registryv1.Heartbeat{}}})
	}
	wait, cancel := context.WithDeadline(ctx, w.quiet)
	defer cancel()
	err = w.registry.store.Wait(wait, w.after)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// look reads the next events with their subjects as they are now. Nothing is
// sent inside the snapshot: a slow reader must not hold it open.
func (w *watcher) look(ctx context.Context) (changes []*registryv1.Change, last store.Seq, more bool, err error) {
	err = w.registry.store.Read(ctx, func(v *store.View) error {
		changes = nil
		if err := w.stillValid(ctx, v); err != nil {
			return err
		}
		page, err := v.Events(ctx, store.EventQuery{
			See: w.caller.See, PublicKinds: publicKinds, Ascending: true, After: w.after, Limit: watchPage,
		})
		if err != nil {
			return err
		}
		last, more = page.Last, page.Next != 0
		subjects := newSubjects(v, w.caller)
		for _, event := range page.Events {
			readable, err := subjects.mayRead(ctx, event)
			if err != nil {
				return err
			}
			if !readable {
				continue
			}
			change, err := subjects.change(ctx, event)
			if err != nil {
				return err
			}
			changes = append(changes, change)
		}
		return nil
	})
	return changes, last, more, err
}

// stillValid ends the watch of a token that was revoked or expired meanwhile.
// Revoking is an event, so it wakes the watcher that it ends.
func (w *watcher) stillValid(ctx context.Context, v *store.View) error {
	if w.caller.Kind != TokenHolder {
		return nil
	}
	token, err := v.TokenByID(ctx, w.caller.TokenID)
	if err != nil {
		return err
	}
	if !token.RevokedAt.IsZero() || expired(token, w.registry.now()) {
		return Unauthenticated("the token is not valid any more")
	}
	return nil
}

// change is an event with what it is about, as it is now.
func (s *subjects) change(ctx context.Context, event store.Event) (*registryv1.Change, error) {
	change := &registryv1.Change{Event: eventProto(event, s.caller), VersionId: event.Body.GetVersionId()}
	if id := store.VersionID(event.Body.GetVersionId()); id != 0 {
		version, err := s.version(ctx, id)
		if err != nil {
			return nil, err
		}
		if version != nil {
			change.Version = summaryProto(*version)
		}
	}
	if id := store.ConnectorID(event.Body.GetConnectorId()); id != 0 {
		connector, err := s.connector(ctx, id)
		if err != nil {
			return nil, err
		}
		if connector != nil {
			change.Connector = connectorProto(*connector, s.caller.See)
		}
	}
	return change, nil
}

// seen remembers rows by id: nil for those that are not there or not for the
// caller's eyes.
func seen[ID comparable, Row any](known map[ID]*Row, id ID, visible func(Row) bool, read func() (Row, error)) (*Row, error) {
	if row, ok := known[id]; ok {
		return row, nil
	}
	row, err := read()
	switch {
	case errors.Is(err, store.ErrNotFound):
		known[id] = nil
	case err != nil:
		return nil, err
	case !visible(row):
		known[id] = nil
	default:
		known[id] = &row
	}
	return known[id], nil
}

// cursor names a place in the log of this store.
func (r *Registry) cursor(seq store.Seq) string { return newCursor(seq, r.storeTag()) }

// storeTag tells the cursors of this store from those of others.
func (r *Registry) storeTag() (tag storeTag) {
	sum := sha256.Sum256([]byte(r.store.ID()))
	copy(tag[:], sum[:])
	return tag
}

type storeTag [6]byte

func newCursor(seq store.Seq, tag storeTag) string {
	raw := make([]byte, 0, 1+len(tag)+binary.MaxVarintLen64)
	raw = append(raw, cursorVersion)
	raw = append(raw, tag[:]...)
	raw = binary.AppendUvarint(raw, uint64(seq)) //nolint:gosec // sequence numbers are not negative
	return base64.RawURLEncoding.EncodeToString(raw)
}

// openCursor is the reverse of newCursor; ours is false for a cursor that
// another store gave.
func openCursor(cursor string, tag storeTag) (seq store.Seq, ours bool, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	head := 1 + len(tag)
	if err != nil || len(cursor) > maxCursor || len(raw) <= head || raw[0] != cursorVersion {
		return 0, false, invalidCursor()
	}
	number, n := binary.Uvarint(raw[head:])
	if n <= 0 || head+n != len(raw) || number > math.MaxInt64 {
		return 0, false, invalidCursor()
	}
	return store.Seq(number), storeTag(raw[1:head]) == tag, nil
}

func invalidCursor() error {
	return refuse(registryv1.Reason_REASON_INVALID_CURSOR, "no registry gave this cursor").
		WithNext("leave the cursor out to watch from now on, or take one from a list")
}
