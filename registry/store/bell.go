package store

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// pollEvery is how often a process that waits looks for what other processes
// wrote.
const pollEvery = 100 * time.Millisecond

// bell tells those who wait that the log grew. This process rings it at each
// commit; for the commits of others one goroutine looks at the head of the
// log while, and only while, somebody waits.
type bell struct {
	poll func(context.Context) (Seq, error)
	log  *slog.Logger
	done chan struct{}

	mu      sync.Mutex
	seen    Seq           // the highest seq known to be committed
	rung    chan struct{} // closed and replaced when seen rises
	waiting int
	polling bool
}

func newBell(seen Seq, poll func(context.Context) (Seq, error), log *slog.Logger) *bell {
	return &bell{poll: poll, log: log, seen: seen, rung: make(chan struct{}), done: make(chan struct{})}
}

func (b *bell) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-b.done:
	default:
		close(b.done)
	}
}

func (b *bell) ring(head Seq) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if head <= b.seen {
		return
	}
	b.seen = head
	close(b.rung)
	b.rung = make(chan struct{})
}

// wait returns once the log is known to have grown beyond after.
func (b *bell) wait(ctx context.Context, after Seq) error {
	for {
		rung, grown := b.enter(after)
		if grown {
			return nil
		}
		err := func() error {
			defer b.leave()
			select {
			case <-rung:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			case <-b.done:
				return ErrClosed
			}
		}()
		if err != nil {
			return err
		}
	}
}

func (b *bell) enter(after Seq) (rung <-chan struct{}, grown bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen > after {
		return nil, true
	}
	b.waiting++
	if !b.polling {
		b.polling = true
		go b.pollWhileWaiting()
	}
	return b.rung, false
}

func (b *bell) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting--
}

func (b *bell) pollWhileWaiting() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	failing := false
	for {
		head, err := b.poll(ctx)
		if err == nil {
			b.ring(head)
		} else if !failing {
			b.log.Error("looking for events of other processes", "error", err)
		}
		failing = err != nil
		select {
		case <-tick.C:
		case <-b.done:
			return
		}
		if !b.keepPolling() {
			return
		}
	}
}

func (b *bell) keepPolling() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.polling = b.waiting > 0
	return b.polling
}

// Wait returns once an event after `after` may exist, whichever process wrote
// it, or with an error when ctx ends or the store is closed.
func (s *Store) Wait(ctx context.Context, after Seq) error { return s.bell.wait(ctx, after) }

func (s *Store) pollHead(ctx context.Context) (Seq, error) {
	var head Seq
	err := s.readers.with(ctx, func(c *conn) error {
		seq, err := one(ctx, c, value[int64], "select seq from chain")
		head = Seq(seq)
		return err
	})
	return head, err
}
