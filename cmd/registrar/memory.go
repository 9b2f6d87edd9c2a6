package main

import (
	"context"
	"net"
	"sync"
)

// memory is a listener that only its own process can reach. It is made of
// net.Pipe, whose deadlines hold up: those of gRPC's bufconn may strike after
// they were taken back, which cuts whatever request comes next on the
// connection.
type memory struct {
	arriving chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func newMemory() *memory {
	return &memory{arriving: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial connects to the listener; it has the form of a client's dial function.
func (m *memory) Dial(ctx context.Context) (net.Conn, error) {
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
func (m *memory) Accept() (net.Conn, error) {
	select {
	case conn := <-m.arriving:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. Connections that were made stay.
func (m *memory) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

// Addr says that calls come from within.
func (m *memory) Addr() net.Addr { return within{} }

type within struct{}

// Network implements net.Addr.
func (within) Network() string { return embeddedName }

// String implements net.Addr.
func (within) String() string { return embeddedName }
