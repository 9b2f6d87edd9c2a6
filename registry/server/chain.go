package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/store"
)

// requestIDHeader names one call in the log of the registry and at its
// caller. It has nothing to do with the request_id of mutations.
const requestIDHeader = "x-request-id"

// call is what the chain knows about one call.
type call struct {
	id     string
	method string
	began  time.Time
	caller registry.Principal
	// standard calls are health and reflection, which need no token and have
	// no reasons.
	standard bool
}

// chain is what every gRPC call of one listener goes through.
type chain struct {
	*Server
	auth registry.Auth
	// network is that of the listener: "tcp", "unix" or "embedded".
	network string
}

// unary is the chain of every call with one answer: name it, recover, find
// out who calls, check what he may, do it, write down how it went.
func (ch *chain) unary(ctx context.Context, rq any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	c := ch.begin(ctx, info.FullMethod)
	_ = grpc.SetHeader(ctx, metadata.Pairs(requestIDHeader, c.id)) // only fails after an answer was sent
	var answer any
	err := ch.guard(c, func() error {
		ctx, err := ch.admit(store.WithMoment(ctx), c, rq)
		if err == nil {
			answer, err = ch.answer(ctx, c.method, c.caller, rq, handle)
		}
		return err
	})
	return answer, ch.finish(ctx, c, rq, err)
}

// stream is the same chain for calls with many answers.
func (ch *chain) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	c := ch.begin(ss.Context(), info.FullMethod)
	_ = ss.SetHeader(metadata.Pairs(requestIDHeader, c.id)) // only fails after an answer was sent
	err := ch.guard(c, func() error {
		ctx, err := ch.admit(ss.Context(), c, nil)
		if err != nil {
			return err
		}
		if c.standard {
			var cancel context.CancelFunc
			ctx, cancel = ch.untilStop(ctx)
			defer cancel()
		}
		return handle(srv, &identifiedStream{ServerStream: ss, ctx: ctx})
	})
	return ch.finish(ss.Context(), c, nil, err)
}

// untilStop ends streams of the standard services, which know nothing of the
// registry, when the server stops.
func (s *Server) untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	unhook := context.AfterFunc(s.stopping, cancel)
	return ctx, func() {
		unhook()
		cancel()
	}
}

// identifiedStream is a stream whose context names its caller.
type identifiedStream struct {
	grpc.ServerStream
	ctx context.Context //nolint:containedctx // that is how grpc hands it on
}

// Context implements grpc.ServerStream.
func (s *identifiedStream) Context() context.Context { return s.ctx }

func (s *Server) begin(ctx context.Context, method string) *call {
	incoming, _ := metadata.FromIncomingContext(ctx)
	return &call{
		id:       requestID(incoming.Get(requestIDHeader)),
		method:   method,
		began:    time.Now(),
		standard: strings.HasPrefix(method, "/grpc."),
	}
}

// guard turns a panic into an error of this call alone. The stack goes to the
// log and nowhere else.
func (s *Server) guard(c *call, do func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			s.counters.panics.Add(1)
			s.log.Error("a call panicked", "id", c.id, "method", c.method, "panic", fault, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", fault)
		}
	}()
	return do()
}

// admit finds out who calls and whether he may.
func (ch *chain) admit(ctx context.Context, c *call, rq any) (context.Context, error) {
	if c.standard {
		return ctx, nil
	}
	c.caller.From = ch.from(ctx) // of those who are refused, too
	incoming, _ := metadata.FromIncomingContext(ctx)
	bearer, err := bearerOf(incoming.Get("authorization"))
	if err != nil {
		return nil, err
	}
	caller, err := ch.auth.Identify(ctx, bearer)
	if err != nil {
		return nil, err
	}
	caller.From = c.caller.From
	c.caller = caller
	message, _ := rq.(proto.Message)
	if err := ch.registry.Authorize(caller, c.method, message); err != nil {
		return nil, err
	}
	return registry.WithPrincipal(ctx, caller), nil
}

// bearerOf takes the token out of the authorization header. Whoever sends the
// header means to be somebody: what is not a token is refused, and never
// taken for an anonymous call.
func bearerOf(headers []string) (string, error) {
	if len(headers) == 0 {
		return "", nil
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	token = strings.TrimSpace(token)
	if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", registry.Unauthenticated("the authorization header is not one bearer token")
	}
	return token, nil
}

// from is where a call came from, for the audit log.
func (ch *chain) from(ctx context.Context) string {
	if ch.network != "tcp" {
		return ch.network
	}
	p, ok := peer.FromContext(ctx)
	if !ok {
		return ""
	}
	host, _, err := net.SplitHostPort(p.Addr.String())
	if err != nil {
		return ""
	}
	return host
}

// finish writes down how a call went and gives its error the form in which it
// travels.
func (s *Server) finish(ctx context.Context, c *call, rq any, err error) error {
	if c.standard {
		s.counters.add(c.method, codeOf(err))
		return err
	}
	fault := registry.AsError(err)
	if fault != nil {
		s.noteRefusal(c, rq, fault)
	}
	code := codes.OK
	if fault != nil {
		code = fault.Code()
	}
	s.counters.add(c.method, code)
	s.logCall(ctx, c, fault, code)
	if fault == nil {
		return nil
	}
	if fault.Reason == registryv1.Reason_REASON_INTERNAL {
		fault = withRequestID(fault, c.id)
	}
	return fault.GRPCStatus().Err()
}

// withRequestID tells the caller under which name the log knows more.
func withRequestID(fault *registry.Error, id string) *registry.Error {
	named := *fault
	named.Meta = map[string]string{"request": id}
	named.Next = "look for the call " + id + " in the log of the registry"
	return &named
}

// noteRefusal keeps what identified callers were refused in the audit log.
// Anonymous ones are a log line and a counter: else anyone could fill the disk.
func (s *Server) noteRefusal(c *call, rq any, fault *registry.Error) {
	switch fault.Reason {
	case registryv1.Reason_REASON_NOT_PERMITTED, registryv1.Reason_REASON_SELF_REVIEW:
		message, _ := rq.(proto.Message)
		s.registry.RecordRefusal(c.caller, c.method, message, fault)
	case registryv1.Reason_REASON_UNAUTHENTICATED:
		s.counters.anonymous.Add(1)
	default:
	}
}

func (s *Server) logCall(ctx context.Context, c *call, fault *registry.Error, code codes.Code) {
	level := slog.LevelInfo
	if code == codes.Internal {
		level = slog.LevelError
	}
	if !s.log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 9)
	attrs = append(attrs,
		slog.String("id", c.id), slog.String("method", c.method), slog.String("code", code.String()),
		slog.String("person", c.caller.Person), slog.String("from", c.caller.From), slog.Duration("took", time.Since(c.began)))
	if fault != nil {
		attrs = append(attrs, slog.String("reason", registryv1.Short(fault.Reason)), slog.String("error", fault.Error()))
		if fault.Cause != nil {
			attrs = append(attrs, slog.String("cause", fault.Cause.Error()))
		}
	}
	s.log.LogAttrs(ctx, level, "call", attrs...)
}

// observe is the chain of plain HTTP: name the request, recover, write down.
// The query of a link is its credential and is never written.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{id: requestID(r.Header.Values(requestIDHeader)), method: r.Method, began: time.Now()}
		w.Header().Set(requestIDHeader, c.id)
		seen := &statusWriter{ResponseWriter: w}
		err := s.guard(c, func() error {
			next.ServeHTTP(seen, r)
			return nil
		})
		cut := err != nil && seen.status != 0
		if err != nil && !cut {
			http.Error(seen, "the registry failed; look for the call "+c.id+" in its log", http.StatusInternalServerError)
		}
		s.counters.addHTTP(seen.code())
		s.log.LogAttrs(r.Context(), slog.LevelInfo, "http", slog.String("id", c.id), slog.String("method", r.Method),
			slog.String("path", r.URL.Path), slog.Int("status", seen.code()), slog.Int64("bytes", seen.bytes), slog.Duration("took", time.Since(c.began)))
		if cut {
			// Part of the answer is out, and must not look like the whole.
			panic(http.ErrAbortHandler)
		}
	})
}

// statusWriter remembers what was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *statusWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach deadlines and flushing.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

const maxRequestID = 64

// requestID takes the caller's own name for a call if it is one that can
// stand in a log, and else makes one.
func requestID(sent []string) string {
	if len(sent) == 1 && wellFormedID(sent[0]) {
		return sent[0]
	}
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(id[:])
}

func wellFormedID(id string) bool {
	if id == "" || len(id) > maxRequestID {
		return false
	}
	for i := range len(id) {
		c := id[i]
		alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !alnum && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}
