package server

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// preface is how every HTTP/2 connection begins, as far as it takes to tell
// it from a request of HTTP/1.1.
const preface = "PRI "

// Waits between attempts to accept when the process has no more files.
const (
	acceptWaitMin = 5 * time.Millisecond
	acceptWaitMax = time.Second
)

// fork is one listener that two servers share: connections that begin with
// HTTP/2 are gRPC, all others HTTP/1.1. Handing gRPC to its own server instead
// of serving it through net/http costs a quarter less of the processor for a
// page of a list.
type fork struct {
	root net.Listener
	grpc branch
	http branch
	// open ends when the listener closes, and with it what still is to be
	// told apart.
	open  context.Context //nolint:containedctx // the life of the listener, not of a call
	close context.CancelFunc
}

func newFork(root net.Listener) *fork {
	f := &fork{root: root}
	f.open, f.close = context.WithCancel(context.Background())
	f.grpc = branch{fork: f, conns: make(chan net.Conn)}
	f.http = branch{fork: f, conns: make(chan net.Conn)}
	context.AfterFunc(f.open, func() { _ = root.Close() }) // whoever closes wants no more of it
	return f
}

// run accepts until the listener closes, which is no error, or fails.
func (f *fork) run() error {
	defer f.close()
	wait := acceptWaitMin
	for {
		conn, err := f.root.Accept()
		switch {
		case err == nil:
			wait = acceptWaitMin
			go f.hand(conn)
		case f.open.Err() != nil:
			return nil
		case passing(err):
			select {
			case <-time.After(wait):
				wait = min(2*wait, acceptWaitMax)
			case <-f.open.Done():
			}
		default:
			return err
		}
	}
}

// passing says whether a failure to accept may be over soon.
func passing(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED)
}

// hand finds out what a connection speaks and gives it to the server for that.
func (f *fork) hand(conn net.Conn) {
	closed := context.AfterFunc(f.open, func() { _ = conn.Close() })
	begun, err := begin(conn)
	if err != nil || !closed() {
		_ = conn.Close() // nothing was said that could be answered
		return
	}
	to := f.http.conns
	if begun.head == preface {
		to = f.grpc.conns
	}
	select {
	case to <- begun:
	case <-f.open.Done():
		_ = conn.Close() // as if it had come a moment later
	}
}

// begin reads from a connection until it is clear what it speaks, for as long
// as a client may take for the headers of a request.
func begin(conn net.Conn) (*begunConn, error) {
	if err := conn.SetReadDeadline(time.Now().Add(readHeaderTimeout)); err != nil {
		return nil, err
	}
	var head [len(preface)]byte
	n := 0
	for n < len(head) && strings.HasPrefix(preface, string(head[:n])) {
		more, err := conn.Read(head[n:])
		n += more
		if err != nil {
			return nil, err
		}
	}
	return &begunConn{Conn: conn, head: string(head[:n]), unread: string(head[:n])}, conn.SetReadDeadline(time.Time{})
}

// begunConn is a connection whose first bytes were read already.
type begunConn struct {
	net.Conn
	head, unread string
}

// Read gives what was read first, and then the rest.
func (c *begunConn) Read(p []byte) (int, error) {
	if c.unread == "" {
		return c.Conn.Read(p)
	}
	n := copy(p, c.unread)
	c.unread = c.unread[n:]
	return n, nil
}

// ReadFrom lets the system send a file by itself, where it can.
func (c *begunConn) ReadFrom(r io.Reader) (int64, error) {
	if direct, ok := c.Conn.(io.ReaderFrom); ok {
		return direct.ReadFrom(r)
	}
	return io.Copy(struct{ io.Writer }{c.Conn}, r)
}

// CloseWrite lets net/http end a connection without losing its last answer.
func (c *begunConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// branch is the listener of one of the two servers.
type branch struct {
	fork  *fork
	conns chan net.Conn
}

// Accept implements net.Listener.
func (b branch) Accept() (net.Conn, error) {
	select {
	case conn := <-b.conns:
		return conn, nil
	case <-b.fork.open.Done():
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener; it closes both branches.
func (b branch) Close() error {
	b.fork.close()
	return nil
}

// Addr implements net.Listener.
func (b branch) Addr() net.Addr { return b.fork.root.Addr() }
