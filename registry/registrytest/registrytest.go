// Package registrytest runs real registries for tests: a data directory, a
// listener and people with tokens; in this process with Start, in another one
// with StartProcess.
package registrytest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/server"
)

// Networks on which a registry can be started.
const (
	TCP    = "tcp"
	Unix   = "unix"
	Memory = "memory"
)

// grace is short: a test that has to wait for it has found something. It is
// longer than the five seconds for which net/http waits for a first request on
// a connection: a client that stops while it dials leaves such a one behind.
const grace = 8 * time.Second

// Clock is a clock that a test moves.
type Clock struct{ micros atomic.Int64 }

// NewClock starts a clock at a time that is the same in every run.
func NewClock() *Clock {
	c := &Clock{}
	c.micros.Store(time.Date(2026, time.March, 14, 9, 26, 53, 0, time.UTC).UnixMicro())
	return c
}

// Now is the present time of the clock.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.micros.Load()).UTC() }

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) { c.micros.Add(d.Microseconds()) }

// Option changes how a registry is started.
type Option func(*options)

type options struct {
	network string
	dir     string
	grace   time.Duration
	auth    func(*registry.Registry) registry.Auth
	config  registry.Config
}

// On chooses the network of the listener; without it it is TCP.
func On(network string) Option { return func(o *options) { o.network = network } }

// In opens a data directory that is there, so that several registries of one
// test share it.
func In(dir string) Option { return func(o *options) { o.dir = dir } }

// WithClock makes the registry live by a clock that the test moves.
func WithClock(c *Clock) Option { return func(o *options) { o.config.Now = c.Now } }

// WithLog shows what the registry writes to its log.
func WithLog(h slog.Handler) Option { return func(o *options) { o.config.Log = slog.New(h) } }

// WithGrace bounds how long stopping waits for running calls.
func WithGrace(d time.Duration) Option { return func(o *options) { o.grace = d } }

// Configured changes the configuration in any other way.
func Configured(change func(*registry.Config)) Option {
	return func(o *options) { change(&o.config) }
}

// Embedded starts a registry as a console does without a server: every caller
// is this person, with all roles.
func Embedded(person string) Option {
	return func(o *options) {
		o.network, o.config.Embedded = Memory, true
		o.auth = func(*registry.Registry) registry.Auth { return registry.Owner(person) }
	}
}

// Server is a running registry with one listener. It ends with its test.
type Server struct {
	// Dir is the data directory.
	Dir string
	// Registry and Server are what is running now; Restart replaces them.
	Registry *registry.Registry
	Server   *server.Server
	Endpoint

	options options
	// served is closed when the listener is not served any more.
	served chan struct{}
	stop   *sync.Once
}

// Start runs a registry in this process until the test ends.
func Start(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	o := options{network: TCP, grace: grace}
	o.auth = func(r *registry.Registry) registry.Auth { return r.Tokens() }
	for _, opt := range opts {
		opt(&o)
	}
	if o.dir == "" {
		o.dir = tb.TempDir()
	}
	o.config.Dir = o.dir
	s := &Server{Dir: o.dir, options: o}
	s.start(tb, addressFor(tb, o.network))
	tb.Cleanup(func() { s.Stop(tb) })
	return s
}

// addressFor is an address that is free. Paths of sockets must be short, and
// those of a test's own directory need not be.
func addressFor(tb testing.TB, network string) string {
	tb.Helper()
	switch network {
	case TCP:
		return "127.0.0.1:0"
	case Memory:
		return Memory
	case Unix:
		dir, err := os.MkdirTemp("", "rgr") //nolint:usetesting // paths of sockets must be short
		require.NoError(tb, err)
		tb.Cleanup(func() { _ = os.RemoveAll(dir) })
		return "unix:" + filepath.Join(dir, "s")
	default:
		require.FailNow(tb, "there is no network "+network)
		return ""
	}
}

func (s *Server) start(tb testing.TB, address string) {
	tb.Helper()
	r, err := registry.Open(tb.Context(), s.options.config)
	require.NoError(tb, err, "opening the registry")
	s.Registry = r
	s.Server = server.New(r, server.Options{Log: s.options.config.Log, Grace: s.options.grace})
	var listener net.Listener
	if address == Memory {
		memory := server.Memory()
		s.Endpoint = Endpoint{Address: Memory, dial: memory.Dial}
		listener = memory
	} else {
		listener, err = server.Listen(tb.Context(), address)
		require.NoError(tb, err, "listening")
		if listener.Addr().Network() == TCP {
			address = listener.Addr().String() // the port that was free stays ours over a restart
		}
		s.Endpoint = At(address)
	}
	s.stop, s.served = new(sync.Once), make(chan struct{})
	served := s.served
	running := s.Server
	go func() {
		defer close(served)
		if err := running.Serve(listener, s.options.auth(r)); err != nil {
			tb.Errorf("serving on %s: %v", address, err)
		}
	}()
}

// Stop ends the registry gracefully. Stopping twice is no fault.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	s.stop.Do(func() {
		require.NoError(tb, s.Server.Shutdown(context.Background()), "stopping the server")
		<-s.served
		require.NoError(tb, s.Registry.Close(), "closing the registry")
	})
}

// Restart stops the registry and starts it again on the same directory and
// the same address.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	s.Stop(tb)
	s.start(tb, s.Address)
}

// Token makes a token for a person with one role, in all orgs if none is named.
func (s *Server) Token(tb testing.TB, person string, role registryv1.Role, orgs ...string) string {
	tb.Helper()
	ctx := registry.WithPrincipal(tb.Context(), registry.Principal{Kind: registry.System})
	made, err := s.Registry.CreateToken(ctx, tokenFor(person, role, orgs))
	require.NoError(tb, err, "making a token")
	return made.GetSecret()
}

func tokenFor(person string, role registryv1.Role, orgs []string) *registryv1.CreateTokenRequest {
	rq := &registryv1.CreateTokenRequest{Person: person}
	if len(orgs) == 0 {
		orgs = []string{registry.AllOrgs}
	}
	for _, org := range orgs {
		rq.Roles = append(rq.Roles, &registryv1.RoleGrant{Org: org, Role: role})
	}
	return rq
}

// HTTP is a client for links of the registry: a url that starts with "/" is
// asked for as "http://registry" and that url.
func (e Endpoint) HTTP(tb testing.TB) *http.Client {
	tb.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return e.Dial(ctx) }}
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
