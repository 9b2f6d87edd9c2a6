package client_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// log is a fake event log: events 1, 2, 3, ... whose cursor is their number.
type log struct {
	mu    sync.Mutex
	head  int
	bell  chan struct{}
	mute  bool // says nothing any more, as a dead connection does
	reset bool
}

func newLog() *log { return &log{bell: make(chan struct{})} }

func (l *log) add(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.head += n
	close(l.bell)
	l.bell = make(chan struct{})
}

func (l *log) state() (head int, bell chan struct{}, mute, reset bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head, l.bell, l.mute, l.reset
}

func (l *log) watch(rq *registryv1.WatchEventsRequest, s grpc.ServerStreamingServer[registryv1.WatchEventsResponse]) error {
	head, _, _, reset := l.state()
	at := head
	if rq.GetCursor() != "" {
		if _, err := fmt.Sscan(rq.GetCursor(), &at); err != nil {
			return status.Error(codes.InvalidArgument, "no cursor")
		}
	}
	first := &registryv1.WatchEventsResponse{Cursor: fmt.Sprint(at), What: &registryv1.WatchEventsResponse_Heartbeat{Heartbeat: &registryv1.Heartbeat{}}}
	if reset {
		first.What = &registryv1.WatchEventsResponse_Reset_{Reset_: &registryv1.Reset{}}
	}
	if err := s.Send(first); err != nil {
		return err
	}
	for {
		head, bell, mute, _ := l.state()
		if mute {
			<-s.Context().Done()
			return s.Context().Err()
		}
		for ; at < head; at++ {
			err := s.Send(&registryv1.WatchEventsResponse{Cursor: fmt.Sprint(at + 1), What: &registryv1.WatchEventsResponse_Change{
				Change: &registryv1.Change{Event: &registryv1.Event{Seq: int64(at + 1), Person: "ma\x1bra"}},
			}})
			if err != nil {
				return err
			}
		}
		select {
		case <-bell:
		case <-s.Context().Done():
			return s.Context().Err()
		}
	}
}

// seen gathers what a watch reports.
type seen struct {
	mu   sync.Mutex
	said []string
	last client.Change
}

func (s *seen) take(c client.Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = c
	switch c.Kind {
	case client.ChangeEvent:
		s.said = append(s.said, fmt.Sprint(c.Event.GetEvent().GetSeq()))
	case client.ChangeLost:
		s.said = append(s.said, "lost")
	case client.ChangeBack:
		s.said = append(s.said, "back")
	case client.ChangeReset:
		s.said = append(s.said, "reset")
	case client.ChangeAlive:
		s.said = append(s.said, "alive")
	}
}

func (s *seen) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.said...)
}

func TestWatchCatchesUpAfterALostConnection(t *testing.T) {
	t.Parallel()
	l := newLog()
	l.add(3)
	f := &fake{watch: l.watch}
	address := listen(t)
	stop := f.serve(t, address)
	c := open(t, client.Loopback(address.Addr().String()), client.Options{})

	var got seen
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Watch(ctx, "1", got.take) }()
	eventually(t, func() bool { return assert.ObjectsAreEqual([]string{"alive", "2", "3"}, got.all()) })

	stop()
	eventually(t, func() bool { all := got.all(); return all[len(all)-1] == "lost" })
	got.mu.Lock()
	assert.Positive(t, got.last.Retry)
	assert.Equal(t, registryv1.Reason_REASON_UNAVAILABLE, got.last.Err.Reason)
	assert.Equal(t, client.Cursor("3"), got.last.Cursor)
	got.said = nil
	got.mu.Unlock()

	l.add(2)
	again, err := new(netListen).on(address.Addr().String())
	require.NoError(t, err)
	f.serve(t, again)
	eventually(t, func() bool {
		c.TryNow()
		all := got.all()
		return len(all) > 0 && all[len(all)-1] == "5"
	})
	all := got.all()
	for len(all) > 0 && all[0] == "lost" {
		all = all[1:]
	}
	assert.Equal(t, []string{"back", "alive", "4", "5"}, all, "nothing is missing and nothing comes twice")

	cancel()
	err = <-ended
	assert.Equal(t, registryv1.Reason_REASON_INTERRUPTED, client.ReasonOf(err))
	require.ErrorIs(t, err, context.Canceled)
}

func TestWatchWithoutACursorAsksForANewList(t *testing.T) {
	t.Parallel()
	l := newLog()
	var tries atomic.Int32
	f := &fake{watch: func(rq *registryv1.WatchEventsRequest, s grpc.ServerStreamingServer[registryv1.WatchEventsResponse]) error {
		if tries.Add(1) == 1 {
			return status.Error(codes.Unavailable, "starting")
		}
		return l.watch(rq, s)
	}}
	c := f.start(t)
	var got seen
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = c.Watch(ctx, "", got.take) }() // ends with the test
	eventually(t, func() bool { return len(got.all()) >= 2 })
	assert.Equal(t, []string{"reset", "alive"}, got.all()[:2], "whatever happened before the second try has no cursor")
}

func TestWatchReportsAReset(t *testing.T) {
	t.Parallel()
	l := newLog()
	l.reset = true
	c := (&fake{watch: l.watch}).start(t)
	var got seen
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = c.Watch(ctx, "7", got.take) }() // ends with the test
	eventually(t, func() bool { return len(got.all()) == 1 })
	assert.Equal(t, []string{"reset"}, got.all())
}

func TestWatchEndsWhenItIsRefused(t *testing.T) {
	t.Parallel()
	f := &fake{watch: func(*registryv1.WatchEventsRequest, grpc.ServerStreamingServer[registryv1.WatchEventsResponse]) error {
		return status.Error(codes.Unauthenticated, "who are you")
	}}
	err := f.start(t).Watch(t.Context(), "", func(client.Change) { t.Error("nothing was to be reported") })
	assert.Equal(t, registryv1.Reason_REASON_UNAUTHENTICATED, client.ReasonOf(err))
}

// A connection that died without a word is found out by its silence, and the
// pauses between tries grow.
func TestWatchNoticesSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLog()
		l.mute = true
		p := newPipes()
		s := grpc.NewServer()
		registryv1.RegisterEventServiceServer(s, &fake{watch: l.watch})
		go func() { _ = s.Serve(p) }() // ends with Stop
		c, err := client.Open(client.Memory("embedded", p.Dial), client.Options{})
		require.NoError(t, err)

		var got seen
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		began := time.Now()
		go func() { ended <- c.Watch(ctx, "", got.take) }()
		time.Sleep(49 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"alive"}, got.all())
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"alive", "alive"}, got.all(), "a new connection, which is not worth a report")

		s.Stop()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		lost := len(got.all()) - 2
		assert.Greater(t, lost, 8)
		assert.Less(t, lost, 25, "pauses grow to 15 s")
		c.TryNow()
		synctest.Wait()
		assert.Len(t, got.all(), 2+lost+1, "a person who does not wait")
		cancel()
		assert.Equal(t, registryv1.Reason_REASON_INTERRUPTED, client.ReasonOf(<-ended))
		require.NoError(t, c.Close())
		t.Logf("%s of waiting", time.Since(began))
	})
}
