// Package server puts a registry on listeners: gRPC and HTTP on one port,
// whatever the listener is made of.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
)

const (
	// maxMessage bounds one gRPC message: the largest is a version with its
	// documents, each of which has its own limit.
	maxMessage = 8 << 20
	// maxHeaders bounds the headers of one request, the token among them.
	maxHeaders = 32 << 10
	// maxStreams bounds the calls of one connection that run at once.
	maxStreams = 250

	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 5 * time.Minute
	// pingAfter finds peers that vanished without a word, so that a watch on
	// a dead connection ends.
	pingAfter    = 30 * time.Second
	writeTimeout = 60 * time.Second

	// DefaultGrace is how long Shutdown lets running calls end by themselves.
	DefaultGrace = 20 * time.Second
)

// Options are what a server may be told; the zero value is good.
type Options struct {
	// Log is where each call is written; nil is nowhere.
	Log *slog.Logger
	// Grace bounds Shutdown; zero is DefaultGrace.
	Grace time.Duration
}

// Server serves one registry on any number of listeners.
type Server struct {
	registry *registry.Registry
	log      *slog.Logger
	grace    time.Duration
	counters *Counters

	grpc   *grpc.Server
	health *health.Server
	// handler is the same for all listeners; who the callers are is in the
	// context that each listener gives its connections.
	handler http.Handler

	// stopping ends what would otherwise never end by itself.
	stopping context.Context
	stop     context.CancelFunc

	mu      sync.Mutex
	servers []*http.Server
}

// New makes a server; nothing is served before Serve.
func New(r *registry.Registry, o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Grace <= 0 {
		o.Grace = DefaultGrace
	}
	s := &Server{registry: r, log: o.Log, grace: o.Grace, counters: newCounters(), health: health.NewServer()}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.grpc = grpc.NewServer(
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.UnaryInterceptor(s.unary),
		grpc.StreamInterceptor(s.stream),
		grpc.WaitForHandlers(true),
	)
	registryv1.RegisterRegistryServiceServer(s.grpc, r)
	registryv1.RegisterEventServiceServer(s.grpc, r)
	registryv1.RegisterAdminServiceServer(s.grpc, r)
	healthv1.RegisterHealthServer(s.grpc, s.health)
	reflection.Register(s.grpc)
	for name := range s.grpc.GetServiceInfo() {
		s.health.SetServingStatus(name, healthv1.HealthCheckResponse_SERVING)
	}
	s.handler = s.split(s.transfers())
	return s
}

// Counters are how many calls there were, by method and outcome.
func (s *Server) Counters() *Counters { return s.counters }

// listener is what the chain knows about where a call came in.
type listener struct {
	auth registry.Auth
	// network is that of the listener, "tcp", "unix" or "embedded".
	network string
}

type listenerKey struct{}

// Serve answers on one listener, with one way to find out who calls, until
// Shutdown, which is no error, or until the listener fails. It closes the
// listener.
func (s *Server) Serve(l net.Listener, auth registry.Auth) error {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	here := listener{auth: auth, network: l.Addr().Network()}
	server := &http.Server{
		Handler:           s.handler,
		Protocols:         protocols,
		MaxHeaderBytes:    maxHeaders,
		ReadHeaderTimeout: readHeaderTimeout,
		// No ReadTimeout and no WriteTimeout: they would cut uploads and watches.
		IdleTimeout: idleTimeout,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: maxStreams,
			SendPingTimeout:      pingAfter,
			WriteByteTimeout:     writeTimeout,
		},
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.Background(), listenerKey{}, here)
		},
	}
	if !s.add(server) {
		return l.Close() // the stop came before the start
	}
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	}
	return nil
}

func (s *Server) add(server *http.Server) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Err() != nil {
		return false
	}
	s.servers = append(s.servers, server)
	return true
}

// Shutdown stops gracefully: readiness goes off, watchers are sent away with
// their cursor, listeners close, and running calls have until the grace is
// over or ctx ends. What still runs then is cut off, and the error says so.
// The registry stays open: it is its owner's to close, after this.
func (s *Server) Shutdown(ctx context.Context) error {
	s.health.Shutdown()
	s.mu.Lock()
	s.stop()
	servers := s.servers
	s.mu.Unlock()
	s.registry.EndWatches()

	ctx, cancel := context.WithTimeout(ctx, s.grace)
	defer cancel()
	errs := make([]error, len(servers))
	var all sync.WaitGroup
	for i, server := range servers {
		all.Go(func() {
			if err := server.Shutdown(ctx); err != nil {
				errs[i] = errors.Join(fmt.Errorf("some calls had to be cut off: %w", err), server.Close())
			}
		})
	}
	all.Wait()
	s.grpc.Stop()
	s.log.Info("stopped", "calls", s.counters.Total(), "anonymous_refused", s.counters.AnonymousRefused())
	return errors.Join(errs...)
}

// split sends gRPC to the gRPC server and everything else to the mux. Bodies
// of gRPC are bounded as a whole, not only each message: grpc-go reads ahead
// of what the call asked for, without a limit of its own.
func (s *Server) split(rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			r.Body = http.MaxBytesReader(w, r.Body, maxMessage+1<<10)
			s.grpc.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// transfers is everything that is not gRPC: the bytes of release files, whose
// links are their own credential, and the question of load balancers.
func (s *Server) transfers() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.Handle("/v1/", s.registry.Transfers())
	return s.observe(mux)
}

// healthz says whether new calls are welcome here.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	answer, code := "ok\n", http.StatusOK
	if s.stopping.Err() != nil {
		answer, code = "stopping\n", http.StatusServiceUnavailable
	} else if err := s.registry.Ready(r.Context()); err != nil {
		s.log.Error("not ready", "cause", err)
		answer, code = "not ready\n", http.StatusServiceUnavailable
	}
	w.WriteHeader(code)
	_, _ = w.Write([]byte(answer)) // the asker may have gone
}
