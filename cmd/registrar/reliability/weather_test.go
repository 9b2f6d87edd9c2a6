package reliability

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/registry/registrytest"
)

// weather is a network on which everything goes wrong that goes wrong on
// networks: connections that are refused or cut in the middle, a busy
// registry, answers that get lost, bytes that arrive as others. What happens
// follows from a seed.
type weather struct {
	to      registrytest.Endpoint
	address string
	server  *http.Server

	mu     sync.Mutex
	random *rand.Rand
	// bad is how many of a hundred requests and connections something happens to.
	bad  int
	seen map[string]int
	open sync.WaitGroup
}

func newWeather(t *testing.T, to registrytest.Endpoint, seed uint64, bad int) *weather {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &weather{to: to, address: listener.Addr().String(), random: rand.New(rand.NewPCG(seed, 3)), bad: bad, seen: map[string]int{}}
	transfers := &queue{address: listener.Addr(), conns: make(chan net.Conn), closed: make(chan struct{})}
	w.server = &http.Server{Handler: w.proxy(), ReadHeaderTimeout: patience}
	w.open.Go(func() { _ = w.server.Serve(transfers) })
	w.open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			w.open.Go(func() { w.take(t.Context(), conn, transfers) })
		}
	})
	t.Cleanup(func() {
		require.NoError(t, errors.Join(listener.Close(), w.server.Close()))
		w.open.Wait()
	})
	return w
}

// happens says whether the next thing goes wrong, and counts it.
func (w *weather) happens(what ...string) (string, *rand.Rand) {
	w.mu.Lock()
	defer w.mu.Unlock()
	own := rand.New(rand.NewPCG(w.random.Uint64(), 4))
	if w.random.IntN(100) >= w.bad {
		return "", own
	}
	chosen := what[w.random.IntN(len(what))]
	w.seen[chosen]++
	return chosen, own
}

// happened is how often each thing went wrong.
func (w *weather) happened() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.seen)
}

// take finds out what a connection is for: calls go through as they are, or
// until they are cut; transfers are looked at one by one.
func (w *weather) take(ctx context.Context, conn net.Conn, transfers *queue) {
	if what, _ := w.happens("refused"); what != "" {
		_ = conn.Close()
		return
	}
	first := bufio.NewReader(conn)
	start, err := first.Peek(3)
	if err != nil {
		_ = conn.Close()
		return
	}
	known := peeked{Conn: conn, Reader: first}
	if string(start) != "PRI" {
		if !transfers.put(known) {
			_ = conn.Close()
		}
		return
	}
	registry, err := w.to.Dial(ctx)
	if err != nil {
		_ = conn.Close()
		return
	}
	what, random := w.happens("cut a call", "cut an answer")
	up, down := int64(1<<40), int64(1<<40)
	switch what {
	case "cut a call":
		up = random.Int64N(4000)
	case "cut an answer":
		down = random.Int64N(6000)
	}
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.CopyN(registry, known, up)
		_ = errors.Join(registry.Close(), conn.Close())
	})
	both.Go(func() {
		_, _ = io.CopyN(conn, registry, down)
		_ = errors.Join(registry.Close(), conn.Close())
	})
	both.Wait()
}

// peeked is a connection of which something was read.
type peeked struct {
	net.Conn
	io.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.Reader.Read(b) }

// queue is a listener of connections that somebody else accepted.
type queue struct {
	address net.Addr
	conns   chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func (q *queue) put(c net.Conn) bool {
	select {
	case q.conns <- c:
		return true
	case <-q.closed:
		return false
	}
}

// Accept implements net.Listener.
func (q *queue) Accept() (net.Conn, error) {
	select {
	case c := <-q.conns:
		return c, nil
	case <-q.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (q *queue) Close() error {
	q.once.Do(func() { close(q.closed) })
	return nil
}

// Addr implements net.Listener.
func (q *queue) Addr() net.Addr { return q.address }

// proxy carries transfers to the registry, or spoils them.
func (w *weather) proxy() http.Handler {
	onward := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "registry"})
	onward.Transport = &http.Transport{
		DialContext:         func(ctx context.Context, _, _ string) (net.Conn, error) { return w.to.Dial(ctx) },
		MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Second,
	}
	onward.ErrorLog = nil
	onward.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	return http.HandlerFunc(func(rw http.ResponseWriter, rq *http.Request) {
		what, random := w.happens("busy", "overloaded", "broken", "cut a file", "lost an answer", "changed a byte", "slow")
		switch what {
		case "busy":
			rw.Header().Set("Retry-After", "0")
			rw.WriteHeader(http.StatusServiceUnavailable)
		case "overloaded":
			rw.Header().Set("Retry-After", strconv.Itoa(random.IntN(2)))
			rw.WriteHeader(http.StatusTooManyRequests)
		case "broken":
			rw.WriteHeader(http.StatusBadGateway)
		case "cut a file":
			rq.Body = &cutBody{ReadCloser: rq.Body, left: random.Int64N(max(rq.ContentLength, 1))}
			onward.ServeHTTP(rw, rq)
		case "lost an answer":
			onward.ServeHTTP(nowhere{}, rq)
			panic(http.ErrAbortHandler)
		case "changed a byte":
			rq.Body = &changedBody{ReadCloser: rq.Body, at: random.Int64N(max(rq.ContentLength, 1))}
			onward.ServeHTTP(rw, rq)
		case "slow":
			time.Sleep(time.Duration(random.IntN(200)) * time.Millisecond)
			onward.ServeHTTP(rw, rq)
		default:
			onward.ServeHTTP(rw, rq)
		}
	})
}

// cutBody ends in the middle.
type cutBody struct {
	io.ReadCloser
	left int64
}

func (c *cutBody) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errors.New("the line was cut")
	}
	n, err := c.ReadCloser.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	return n, err
}

// changedBody is another one by one bit.
type changedBody struct {
	io.ReadCloser
	at int64
}

func (c *changedBody) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	if c.at >= 0 && c.at < int64(n) {
		b[c.at] ^= 4
	}
	c.at -= int64(n)
	return n, err
}

// nowhere takes an answer that nobody gets.
type nowhere struct{}

// Header implements http.ResponseWriter.
func (nowhere) Header() http.Header { return http.Header{} }

// Write implements http.ResponseWriter.
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader implements http.ResponseWriter.
func (nowhere) WriteHeader(int) {}
