package server

import (
	"context"
	"net"
	"sync"
)

// MemoryListener is a listener that only its own process can reach. It is made of
// net.Pipe, whose deadlines hold up: those of gRPC's bufconn may strike after
// they were taken back, which cuts whatever request comes next on the
// connection.
type MemoryListener struct {
	arriving chan net.Conn
	closed   chan struct{}
	close    sync.Once
}

// Memory makes a listener for an embedded registry, and for tests.
func Memory() *MemoryListener {
	return &MemoryListener{arriving: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial connects to the listener; it has the form of a client's dial function.
func (m *MemoryListener) Dial(ctx context.Context) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case m.arriving <- there:
		return here, nil
	case <-m.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (m *MemoryListener) Accept() (net.Conn, error) {
	select {
	case conn := <-m.arriving:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. Connections that were made stay.
func (m *MemoryListener) Close() error {
	m.close.Do(func() { close(m.closed) })
	return nil
}

// Addr says that calls come from within.
func (m *MemoryListener) Addr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

// Network implements net.Addr.
func (memoryAddr) Network() string { return "embedded" }

// String implements net.Addr.
func (memoryAddr) String() string { return "embedded" }
