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
	"runtime"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/store"
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
	pingAfter   = 30 * time.Second
	pingTimeout = 15 * time.Second

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
	health   *health.Server
	lists    *store.Memo[encoded]
	// web is what is not gRPC, the same for all listeners.
	web http.Handler

	// stopping ends what would otherwise never end by itself.
	stopping context.Context //nolint:containedctx // the life of the server, not of a call
	stop     context.CancelFunc

	mu      sync.Mutex
	serving []*serving
}

// serving is what serves one listener.
type serving struct {
	fork *fork
	grpc *grpc.Server
	http *http.Server
}

// New makes a server; nothing is served before Serve.
func New(r *registry.Registry, o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Grace <= 0 {
		o.Grace = DefaultGrace
	}
	s := &Server{registry: r, log: o.Log, grace: o.Grace, counters: newCounters(), health: health.NewServer(), lists: registry.NewMemo[encoded](r, listsLimit)}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.web = s.transfers()
	return s
}

// Counters are how many calls there were, by method and outcome.
func (s *Server) Counters() *Counters { return s.counters }

// Serve answers on one listener, with one way to find out who calls, until
// Shutdown, which is no error, or until the listener fails. It closes the
// listener.
func (s *Server) Serve(l net.Listener, auth registry.Auth) error {
	here := &serving{fork: newFork(l), grpc: s.newGRPC(&chain{Server: s, auth: auth, network: l.Addr().Network()}), http: s.newHTTP()}
	if !s.add(here) {
		here.fork.close() // the stop came before the start
		return nil
	}
	var both sync.WaitGroup
	// What the two return is how they were stopped; what fails is the fork.
	both.Go(func() { _ = here.grpc.Serve(here.fork.grpc) })
	both.Go(func() { _ = here.http.Serve(here.fork.http) })
	err := here.fork.run()
	both.Wait()
	if err != nil {
		return fmt.Errorf("serving on %s: %w", l.Addr(), err)
	}
	return nil
}

// newGRPC makes the server of all calls of one listener.
func (s *Server) newGRPC(c *chain) *grpc.Server {
	g := grpc.NewServer(
		grpc.ForceServerCodecV2(newCodec()),
		grpc.UnaryInterceptor(c.unary),
		grpc.StreamInterceptor(c.stream),
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.MaxHeaderListSize(maxHeaders),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.ConnectionTimeout(readHeaderTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: pingAfter, Timeout: pingTimeout}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: pingTimeout, PermitWithoutStream: true}),
		// The database runs on deep stacks; goroutines that stay keep theirs.
		grpc.NumStreamWorkers(uint32(4*runtime.GOMAXPROCS(0))), //nolint:gosec // a small number
		grpc.WaitForHandlers(true),
	)
	registryv1.RegisterRegistryServiceServer(g, s.registry)
	registryv1.RegisterEventServiceServer(g, s.registry)
	registryv1.RegisterAdminServiceServer(g, s.registry)
	registryv1.RegisterSigningKeyServiceServer(g, s.registry)
	registryv1.RegisterReviewServiceServer(g, s.registry)
	healthv1.RegisterHealthServer(g, s.health)
	reflection.Register(g)
	for name := range g.GetServiceInfo() {
		s.health.SetServingStatus(name, healthv1.HealthCheckResponse_SERVING)
	}
	return g
}

// newHTTP makes the server of everything else of one listener. It has no
// ReadTimeout and no WriteTimeout: they would cut long transfers.
func (s *Server) newHTTP() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:           s.web,
		Protocols:         protocols,
		MaxHeaderBytes:    maxHeaders,
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

func (s *Server) add(here *serving) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Err() != nil {
		return false
	}
	s.serving = append(s.serving, here)
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
	serving := s.serving
	s.mu.Unlock()
	s.registry.EndWatches()

	ctx, cancel := context.WithTimeout(ctx, s.grace)
	defer cancel()
	errs := make([]error, 2*len(serving))
	var all sync.WaitGroup
	for i, here := range serving {
		here.fork.close()
		all.Go(func() { errs[2*i] = stopGRPC(ctx, here.grpc) })
		all.Go(func() { errs[2*i+1] = stopHTTP(ctx, here.http) })
	}
	all.Wait()
	s.log.Info("stopped", "calls", s.counters.Total(), "anonymous_refused", s.counters.AnonymousRefused())
	return errors.Join(errs...)
}

// errCut says that calls were still running when the time was over.
var errCut = errors.New("some calls had to be cut off")

func stopGRPC(ctx context.Context, g *grpc.Server) error {
	done := make(chan struct{})
	go func() {
		g.GracefulStop()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		g.Stop()
		<-done
		return fmt.Errorf("stopping gRPC: %w", errCut)
	}
}

func stopHTTP(ctx context.Context, h *http.Server) error {
	if err := h.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stopping HTTP: %w", errCut), h.Close())
	}
	return nil
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
