package server_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/registry/server"
)

// panicky panics for one token and knows nobody else.
type panicky struct{}

func (panicky) Identify(_ context.Context, bearer string) (registry.Principal, error) {
	if bearer == "boom" {
		panic("secret of the process")
	}
	return registry.Principal{}, nil
}

// lockedBuffer collects a log that is written from many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestPanicsEndOneCallOnly(t *testing.T) {
	t.Parallel()
	r, err := registry.Open(t.Context(), registry.Config{Dir: t.TempDir()})
	require.NoError(t, err)
	log := &lockedBuffer{}
	s := server.New(r, server.Options{Log: slog.New(slog.NewTextHandler(log, nil))})
	l, err := server.Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- s.Serve(l, panicky{}) }()
	t.Cleanup(func() {
		require.NoError(t, s.Shutdown(context.Background()))
		require.NoError(t, <-served)
		require.NoError(t, r.Close())
	})
	at := registrytest.At(l.Addr().String())

	for range 3 {
		_, err = at.API(t, "boom").GetCaller(t.Context(), &registryv1.GetCallerRequest{})
		reason, meta := reasonOf(t, err)
		assert.Equal(t, "INTERNAL", reason)
		assert.NotContains(t, status.Convert(err).String(), "secret of the process")
		assert.Contains(t, meta["next"], meta["request"], "people can find the call in the log")
		assert.Contains(t, log.String(), meta["request"])
	}
	stream, err := at.API(t, "boom").Events.WatchEvents(t.Context(), &registryv1.WatchEventsRequest{})
	require.NoError(t, err)
	_, err = stream.Recv()
	assert.Equal(t, codes.Internal, status.Code(err))

	_, err = at.API(t, "").GetCaller(t.Context(), &registryv1.GetCallerRequest{})
	require.NoError(t, err, "the process goes on")
	assert.EqualValues(t, 4, s.Counters().Panics())
	assert.Contains(t, log.String(), "secret of the process", "the log knows why")
	assert.Contains(t, log.String(), "limits_test.go", "and where")
}

func TestOversizedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	onEachNetwork(t, func(t *testing.T, s *registrytest.Server) {
		t.Helper()
		api := s.API(t, "")
		huge := strings.Repeat("x", 9<<20)
		_, err := api.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: &registryv1.ConnectorRef{Org: huge}})
		assert.Contains(t, []codes.Code{codes.ResourceExhausted, codes.Internal, codes.Unavailable, codes.Unknown}, status.Code(err), "%v", err)

		ctx := metadata.AppendToOutgoingContext(t.Context(), "x-huge", strings.Repeat("x", 1<<20))
		_, err = api.GetCaller(ctx, &registryv1.GetCallerRequest{})
		require.Error(t, err, "headers of 1 MiB")

		_, err = api.GetCaller(t.Context(), &registryv1.GetCallerRequest{})
		require.NoError(t, err, "the next call is served")
	})
}

// endless is a body of one message again and again, and how much was taken.
type endless struct {
	message []byte
	taken   atomic.Int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n+len(e.message) <= len(p) {
		n += copy(p[n:], e.message)
	}
	e.taken.Add(int64(n))
	return n, nil
}

// Whoever asks and asks and reads no answer must not fill the memory of the
// registry: grpc-go by itself takes in all that is sent.
func TestABodyWithoutEndIsNotTakenIn(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	client := s.HTTP(t)
	transport := client.Transport.(*http.Transport)
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetUnencryptedHTTP2(true)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	question, err := proto.Marshal(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}})
	require.NoError(t, err)
	body := &endless{message: append([]byte{0, 0, 0, 0, byte(len(question))}, question...)}
	rq, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://registry"+reflectionv1.ServerReflection_ServerReflectionInfo_FullMethodName, body)
	require.NoError(t, err)
	rq.Header.Set("Content-Type", "application/grpc")
	rq.Header.Set("Te", "trailers")
	answer, err := client.Do(rq)
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })

	const tooMuch = 32 << 20
	before := int64(-1)
	require.Eventually(t, func() bool {
		now := body.taken.Load()
		still := now == before
		before = now
		return still || now > tooMuch
	}, time.Minute, 500*time.Millisecond)
	assert.Less(t, before, int64(tooMuch))
}
