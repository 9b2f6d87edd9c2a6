package reliability

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/registry/registrytest"
)

// line is the network between a publisher and a registry: it counts what the
// publisher sends, does not let it go faster than a rate, and knows when so
// much has passed that something is to happen.
type line struct {
	address string
	to      registrytest.Endpoint
	rate    float64 // bytes a second; 0 is as fast as it goes

	mu     sync.Mutex
	sent   int64
	free   time.Time
	at     int64
	then   func()
	open   sync.WaitGroup
	calls  atomic.Int64
	closed chan struct{}
}

// newLine lays a line to a registry.
func newLine(t *testing.T, to registrytest.Endpoint, rate float64) *line {
	t.Helper()
	// A socket of this kind holds little: what was written to it has nearly
	// arrived. TCP would take megabytes from somebody who is about to die.
	address := socket(t)
	listener, err := net.Listen("unix", strings.TrimPrefix(address, "unix:"))
	require.NoError(t, err)
	l := &line{address: address, to: to, rate: rate, closed: make(chan struct{})}
	l.open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			l.calls.Add(1)
			l.open.Go(func() {
				defer l.calls.Add(-1)
				l.carry(t.Context(), conn)
			})
		}
	})
	t.Cleanup(func() {
		close(l.closed)
		require.NoError(t, listener.Close())
		l.open.Wait()
	})
	return l
}

// carry moves the bytes of one connection until both ends are done with it.
func (l *line) carry(ctx context.Context, from net.Conn) {
	registry, err := l.to.Dial(ctx)
	if err != nil {
		_ = from.Close()
		return
	}
	ended := make(chan struct{})
	l.open.Go(func() {
		select {
		case <-l.closed:
		case <-ended:
		}
		_ = errors.Join(from.Close(), registry.Close())
	})
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.Copy(registry, meter{from, l})
		// What was sent arrives, also from somebody who is dead by now.
		if half, ok := registry.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
	})
	both.Go(func() {
		_, _ = io.Copy(from, registry)
		_ = from.Close()
	})
	both.Wait()
	close(ended)
}

// meter reads what a publisher sends.
type meter struct {
	io.Reader
	line *line
}

// Read implements io.Reader.
func (m meter) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b[:min(len(b), 16<<10)])
	time.Sleep(m.line.count(n))
	return n, err
}

// count adds bytes and says how long they take.
func (l *line) count(n int) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent += int64(n)
	if l.then != nil && l.sent >= l.at {
		l.then()
		l.then = nil
	}
	if l.rate == 0 {
		return 0
	}
	now := time.Now()
	if l.free.Before(now) {
		l.free = now
	}
	l.free = l.free.Add(time.Duration(float64(n) / l.rate * float64(time.Second)))
	return l.free.Sub(now)
}

// when calls a function as soon as so many more bytes have passed.
func (l *line) when(bytes int64, then func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.then = l.sent+bytes, then
}

// quiet waits until both ends have closed every connection: what a dead
// publisher sent has arrived by then.
func (l *line) quiet(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return l.calls.Load() == 0 }, patience, time.Millisecond)
}

// passed is how many bytes have passed.
func (l *line) passed() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent
}
