package publish_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// front stands before a registry and misbehaves towards uploads as told.
type front struct {
	address string
	// hook may answer a request itself; then it returns true.
	hook atomic.Pointer[func(w http.ResponseWriter, r *http.Request) bool]
}

func (f *front) set(hook func(w http.ResponseWriter, r *http.Request) bool) { f.hook.Store(&hook) }

// newFront listens on a loopback port and passes everything on, gRPC too.
func newFront(t *testing.T, e registrytest.Endpoint) *front {
	t.Helper()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return e.Dial(ctx) }
	one, two := new(http.Protocols), new(http.Protocols)
	one.SetHTTP1(true)
	two.SetUnencryptedHTTP2(true)
	plain, streams := &http.Transport{DialContext: dial, Protocols: one}, &http.Transport{DialContext: dial, Protocols: two}
	proxy := &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "registry"})
		},
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
				return streams.RoundTrip(r)
			}
			return plain.RoundTrip(r)
		}),
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	f := &front{}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	web := &http.Server{Protocols: protocols, ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hook := f.hook.Load(); hook != nil && (*hook)(w, r) {
			return
		}
		proxy.ServeHTTP(w, r)
	})}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	f.address = l.Addr().String()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = web.Serve(l) // ends with Close
	}()
	t.Cleanup(func() {
		_ = web.Close() // nothing of it is needed any more
		<-done
		plain.CloseIdleConnections()
		streams.CloseIdleConnections()
	})
	return f
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// through opens a client that goes through the front.
func (f *front) through(t *testing.T, token string) *client.Client {
	t.Helper()
	c, err := client.Open(client.Loopback(f.address).WithToken(token), client.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// shaky is a way to a registry whose connections break after some bytes went
// out, and which counts what goes out.
type shaky struct {
	dial func(ctx context.Context) (net.Conn, error)
	mu   sync.Mutex
	rng  *rand.Rand
	// most is how many bytes a connection may live for; 0 is for ever.
	most  int64
	cuts  int
	count atomic.Int64
}

func (s *shaky) Dial(ctx context.Context) (net.Conn, error) {
	conn, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	left := int64(-1)
	if s.most > 0 {
		left = 1 + s.rng.Int64N(s.most)
	}
	return &shakyConn{Conn: conn, of: s, left: left}, nil
}

type shakyConn struct {
	net.Conn
	of   *shaky
	mu   sync.Mutex
	left int64 // -1: for ever
}

var errCut = errors.New("the line was cut")

func (c *shakyConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left < 0 || int64(len(p)) <= c.left {
		n, err := c.Conn.Write(p)
		if c.left >= 0 {
			c.left -= int64(n)
		}
		c.of.count.Add(int64(n))
		return n, err
	}
	n, _ := c.Conn.Write(p[:c.left])
	c.of.count.Add(int64(n))
	c.left = 0
	c.of.mu.Lock()
	c.of.cuts++
	c.of.mu.Unlock()
	return n, errors.Join(errCut, c.Close())
}
