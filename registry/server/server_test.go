package server_test

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
)

const (
	publisher  = registryv1.Role_ROLE_PUBLISHER
	maintainer = registryv1.Role_ROLE_MAINTAINER
	admin      = registryv1.Role_ROLE_ADMIN
)

// onEachNetwork tells one story over every kind of listener.
func onEachNetwork(t *testing.T, story func(t *testing.T, s *registrytest.Server)) {
	t.Helper()
	for _, network := range []string{registrytest.TCP, registrytest.Unix, registrytest.Memory} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			story(t, registrytest.Start(t, registrytest.On(network)))
		})
	}
}

// reasonOf is the stable reason of an error and what its details say beside it.
func reasonOf(t *testing.T, err error) (reason string, meta map[string]string) {
	t.Helper()
	require.Error(t, err)
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			assert.Equal(t, registry.ErrorDomain, info.GetDomain())
			return info.GetReason(), info.GetMetadata()
		}
	}
	return "", nil
}

func connector(org, name string) *registryv1.CreateConnectorRequest {
	return &registryv1.CreateConnectorRequest{Ref: &registryv1.ConnectorRef{Org: org, Name: name}}
}

func TestWhoCalls(t *testing.T) {
	t.Parallel()
	onEachNetwork(t, func(t *testing.T, s *registrytest.Server) {
		t.Helper()
		ctx := t.Context()

		nobody, err := s.API(t, "").GetCaller(ctx, &registryv1.GetCallerRequest{})
		require.NoError(t, err)
		assert.Empty(t, nobody.GetPerson())
		assert.Empty(t, nobody.GetRoles())

		mara, err := s.API(t, s.Token(t, "mara", publisher, "acme", "globex")).GetCaller(ctx, &registryv1.GetCallerRequest{})
		require.NoError(t, err)
		assert.Equal(t, "mara", mara.GetPerson())
		assert.Len(t, mara.GetRoles(), 2)
		assert.False(t, mara.GetEmbedded())

		_, err = s.API(t, "").CreateConnector(ctx, connector("acme", "baton-okta"))
		reason, meta := reasonOf(t, err)
		assert.Equal(t, codes.Unauthenticated, status.Code(err))
		assert.Equal(t, "UNAUTHENTICATED", reason)
		assert.NotEmpty(t, meta["next"])

		_, err = s.API(t, s.Token(t, "lee", publisher, "globex")).CreateConnector(ctx, connector("acme", "baton-okta"))
		reason, meta = reasonOf(t, err)
		assert.Equal(t, codes.PermissionDenied, status.Code(err))
		assert.Equal(t, "NOT_PERMITTED", reason)
		assert.Equal(t, "creating a connector", meta["doing"])

		_, err = s.API(t, s.Token(t, "kim", publisher, "acme")).CreateConnector(ctx, connector("acme", "baton-okta"))
		require.NoError(t, err)
	})
}

func TestBadTokensAreNeverAnonymous(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	good := s.Token(t, "mara", publisher, "acme")
	for title, header := range map[string][]string{
		"unknown":        {"Bearer rgr_" + strings.Repeat("A", 43)},
		"cut":            {"Bearer " + good[:20]},
		"of another age": {"Bearer ghp_123"},
		"no scheme":      {good},
		"another scheme": {"Basic " + good},
		"empty":          {""},
		"only a scheme":  {"Bearer "},
		"two":            {"Bearer " + good, "Bearer " + good},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			for _, value := range header {
				ctx = metadata.AppendToOutgoingContext(ctx, "authorization", value)
			}
			// GetCaller is open to everybody, so only the token can be at fault.
			_, err := s.API(t, "").GetCaller(ctx, &registryv1.GetCallerRequest{})
			reason, _ := reasonOf(t, err)
			assert.Equal(t, "UNAUTHENTICATED", reason)
		})
	}
}

func TestTokensEndAtOnceInEveryProcess(t *testing.T) {
	t.Parallel()
	clock := registrytest.NewClock()
	here := registrytest.Start(t, registrytest.WithClock(clock))
	there := registrytest.Start(t, registrytest.WithClock(clock), registrytest.In(here.Dir))
	root := here.API(t, here.Token(t, "root", admin))
	made, err := root.Admin.CreateToken(t.Context(), &registryv1.CreateTokenRequest{
		Person: "mara", Name: "laptop", Roles: []*registryv1.RoleGrant{{Org: "acme", Role: publisher}},
	})
	require.NoError(t, err)
	mara := there.API(t, made.GetSecret())
	caller, err := mara.GetCaller(t.Context(), &registryv1.GetCallerRequest{})
	require.NoError(t, err)
	assert.Equal(t, "laptop", caller.GetTokenName())

	revoked, err := root.Admin.RevokeToken(t.Context(), &registryv1.RevokeTokenRequest{Id: made.GetToken().GetId()})
	require.NoError(t, err)
	assert.NotNil(t, revoked.GetToken().GetRevokedAt())
	_, err = mara.GetCaller(t.Context(), &registryv1.GetCallerRequest{})
	assert.Equal(t, codes.Unauthenticated, status.Code(err), "revoked here, refused there")
	assert.Contains(t, status.Convert(err).Message(), "revoked")
}

func TestOwnerNeedsNoToken(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t, registrytest.Embedded("ada"))
	api := s.API(t, "")
	caller, err := api.GetCaller(t.Context(), &registryv1.GetCallerRequest{})
	require.NoError(t, err)
	assert.Equal(t, "ada", caller.GetPerson())
	assert.True(t, caller.GetEmbedded())
	_, err = api.Admin.CreateToken(t.Context(), &registryv1.CreateTokenRequest{
		Person: "mara", Roles: []*registryv1.RoleGrant{{Org: "*", Role: admin}},
	})
	require.NoError(t, err)
}

func TestHealthAndReflectionNeedNoToken(t *testing.T) {
	t.Parallel()
	onEachNetwork(t, func(t *testing.T, s *registrytest.Server) {
		t.Helper()
		conn := s.Conn(t, "")
		for _, service := range []string{"", "registry.v1.RegistryService", "registry.v1.EventService", "registry.v1.AdminService", "registry.v1.SigningKeyService", "registry.v1.ReviewService"} {
			answer, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{Service: service})
			require.NoError(t, err, "service %q", service)
			assert.Equal(t, healthv1.HealthCheckResponse_SERVING, answer.GetStatus())
		}
		_, err := healthv1.NewHealthClient(conn).Check(t.Context(), &healthv1.HealthCheckRequest{Service: "registry.v1.Nothing"})
		assert.Equal(t, codes.NotFound, status.Code(err))

		stream, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
		require.NoError(t, err)
		require.NoError(t, stream.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}}))
		answer, err := stream.Recv()
		require.NoError(t, err)
		var names []string
		for _, service := range answer.GetListServicesResponse().GetService() {
			names = append(names, service.GetName())
		}
		assert.Subset(t, names, []string{"registry.v1.RegistryService", "registry.v1.EventService", "registry.v1.AdminService", "registry.v1.SigningKeyService", "registry.v1.ReviewService", "grpc.health.v1.Health"})
		require.NoError(t, stream.CloseSend())

		answerHTTP, err := s.HTTP(t).Get("http://registry/healthz")
		require.NoError(t, err)
		t.Cleanup(func() { _ = answerHTTP.Body.Close() })
		body, err := io.ReadAll(answerHTTP.Body)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, answerHTTP.StatusCode)
		assert.Equal(t, "ok\n", string(body))
	})
}

func TestPlainHTTPOnThePortOfGRPC(t *testing.T) {
	t.Parallel()
	onEachNetwork(t, func(t *testing.T, s *registrytest.Server) {
		t.Helper()
		client := s.HTTP(t)
		for path, want := range map[string]int{
			"/healthz": http.StatusOK, "/": http.StatusNotFound, "/v1/files/none": http.StatusForbidden, "/v1/uploads/none": http.StatusForbidden,
			"/registry.v1.RegistryService/GetCaller": http.StatusNotFound,
		} {
			answer, err := client.Get("http://registry" + path)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			assert.Equal(t, want, answer.StatusCode, path)
			assert.NotEmpty(t, answer.Header.Get("X-Request-Id"), path)
		}
	})
}

// HTTP/2 without TLS is for gRPC: everybody else speaks HTTP/1.1 there. Who
// does not is told so and served no longer.
func TestOtherHTTP2IsRefused(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	client := s.HTTP(t)
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	client.Transport.(*http.Transport).Protocols = protocols
	answer, err := client.Get("http://registry/healthz")
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, http.StatusUnsupportedMediaType, answer.StatusCode)
}

// raw sends bytes to a registry and gives what comes back until the end.
func raw(t *testing.T, s *registrytest.Server, pieces ...string) string {
	t.Helper()
	conn, err := s.Dial(t.Context())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	// A pipe in memory holds nothing: what answers early must be read while
	// the rest is written.
	go func() {
		for _, piece := range pieces {
			if _, err := io.WriteString(conn, piece); err != nil {
				return // it answered and closed before it had read all
			}
			time.Sleep(20 * time.Millisecond) // so that the pieces arrive one by one
		}
	}()
	text, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(text)
}

func TestConnectionsAreToldApartByTheirFirstBytes(t *testing.T) {
	t.Parallel()
	onEachNetwork(t, func(t *testing.T, s *registrytest.Server) {
		t.Helper()
		const rest = " /healthz HTTP/1.1\r\nHost: registry\r\nConnection: close\r\n\r\n"
		for method, want := range map[string]string{"GET": " 200 ", "P": " 405 ", "PR": " 405 ", "PROPFIND": " 405 ", "PUT": " 405 "} {
			assert.Contains(t, raw(t, s, method+rest), want, "whole: %s", method)
			assert.Contains(t, raw(t, s, method[:1], method[1:], rest), want, "in pieces: %s", method)
		}
		assert.NotContains(t, raw(t, s, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnot a frame of HTTP/2 at all"), "200")
		_, err := s.API(t, "").GetCaller(t.Context(), &registryv1.GetCallerRequest{})
		require.NoError(t, err, "and others are served")
	})
}

// Connections that say nothing are closed by a stop at once, too.
func TestSilentConnectionsHoldUpNoStop(t *testing.T) {
	t.Parallel()
	onEachNetwork(t, func(t *testing.T, s *registrytest.Server) {
		t.Helper()
		conn, err := s.Dial(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		_, err = io.WriteString(conn, "P")
		require.NoError(t, err)
		began := time.Now()
		s.Stop(t)
		assert.Less(t, time.Since(began), 3*time.Second)
		if err = conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err == nil {
			_, err = conn.Read(make([]byte, 1))
		}
		require.Error(t, err)
		assert.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the connection is closed")
	})
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	api := s.API(t, "")
	for title, test := range map[string]struct {
		sent []string
		kept bool
	}{
		"none": {nil, false}, "good": {[]string{"ci-run.42_a"}, true}, "two": {[]string{"a", "b"}, false},
		"with a space": {[]string{"a b"}, false}, "too long": {[]string{strings.Repeat("a", 65)}, false},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			for _, id := range test.sent {
				ctx = metadata.AppendToOutgoingContext(ctx, "x-request-id", id)
			}
			var header metadata.MD
			_, err := api.GetCaller(ctx, &registryv1.GetCallerRequest{}, grpc.Header(&header))
			require.NoError(t, err)
			got := header.Get("x-request-id")
			require.Len(t, got, 1)
			if test.kept {
				assert.Equal(t, test.sent, got)
			} else {
				assert.Regexp(t, "^[0-9a-f]{16}$", got[0])
			}
		})
	}
}

func TestUnknownCalls(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	err := s.Conn(t, "").Invoke(t.Context(), "/registry.v1.RegistryService/DropTables", &registryv1.GetCallerRequest{}, &registryv1.GetCallerResponse{})
	assert.Equal(t, codes.Unimplemented, status.Code(err))

	token := s.Token(t, "root", admin)
	err = s.Conn(t, token).Invoke(t.Context(), "/registry.v1.SigningKeyService/ShareSigningKey", &registryv1.GetCallerRequest{}, &registryv1.GetCallerResponse{})
	assert.Equal(t, codes.Unimplemented, status.Code(err))
}

func TestStoppingIsGraceful(t *testing.T) {
	t.Parallel()
	onEachNetwork(t, func(t *testing.T, s *registrytest.Server) {
		t.Helper()
		watch, err := s.API(t, "").Events.WatchEvents(t.Context(), &registryv1.WatchEventsRequest{})
		require.NoError(t, err)
		first, err := watch.Recv()
		require.NoError(t, err)
		health, err := healthv1.NewHealthClient(s.Conn(t, "")).Watch(t.Context(), &healthv1.HealthCheckRequest{})
		require.NoError(t, err)
		_, err = health.Recv()
		require.NoError(t, err)

		began := time.Now()
		s.Stop(t)
		assert.Less(t, time.Since(began), 4*time.Second, "nothing had to be waited for")

		_, err = watch.Recv()
		reason, meta := reasonOf(t, err)
		assert.Equal(t, codes.Unavailable, status.Code(err))
		assert.Equal(t, "UNAVAILABLE", reason)
		assert.Equal(t, first.GetCursor(), meta["cursor"], "a watcher leaves with its place")
		_, err = s.API(t, "").GetCaller(t.Context(), &registryv1.GetCallerRequest{})
		assert.Equal(t, codes.Unavailable, status.Code(err))
	})
}

func TestCallsThatDoNotEndAreCutOff(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t, registrytest.WithGrace(50*time.Millisecond))
	stream, err := reflectionv1.NewServerReflectionClient(s.Conn(t, "")).ServerReflectionInfo(t.Context())
	require.NoError(t, err)
	require.NoError(t, stream.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}}))
	_, err = stream.Recv()
	require.NoError(t, err)
	began := time.Now()
	require.ErrorContains(t, s.Server.Shutdown(t.Context()), "cut off", "its caller keeps the stream open for ever")
	assert.Less(t, time.Since(began), 4*time.Second)
	_, err = stream.Recv()
	require.Error(t, err)
}

func TestServeAfterShutdown(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	s.Stop(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, s.Server.Serve(l, s.Registry.Tokens()), "a stop that came first is a stop like any other")
	_, err = l.Accept()
	require.Error(t, err, "the listener is closed")
}

func TestRestartKeepsAddressAndTokens(t *testing.T) {
	t.Parallel()
	onEachNetwork(t, func(t *testing.T, s *registrytest.Server) {
		t.Helper()
		token := s.Token(t, "mara", publisher, "acme")
		before := s.Address
		s.Restart(t)
		assert.Equal(t, before, s.Address)
		caller, err := s.API(t, token).GetCaller(t.Context(), &registryv1.GetCallerRequest{})
		require.NoError(t, err)
		assert.Equal(t, "mara", caller.GetPerson())
	})
}

func TestCountersAndLog(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	s := registrytest.Start(t, registrytest.WithLog(slog.NewJSONHandler(log, nil)))
	token := s.Token(t, "mara", publisher, "acme")
	_, err := s.API(t, token).GetCaller(t.Context(), &registryv1.GetCallerRequest{})
	require.NoError(t, err)
	_, err = s.API(t, "").CreateConnector(t.Context(), connector("acme", "baton-okta"))
	require.Error(t, err)
	answer, err := s.HTTP(t).Get("http://registry/v1/files/none?sig=verysecret")
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())

	counters := s.Server.Counters()
	assert.EqualValues(t, 1, counters.Calls(registryv1.RegistryService_GetCaller_FullMethodName, "OK"))
	assert.EqualValues(t, 1, counters.Calls(registryv1.RegistryService_CreateConnector_FullMethodName, "Unauthenticated"))
	assert.EqualValues(t, 1, counters.AnonymousRefused())
	require.Eventually(t, func() bool { return counters.Calls("http", "403") == 1 }, time.Second, time.Millisecond)
	s.Stop(t)
	text := log.String()
	assert.Contains(t, text, `"person":"mara"`)
	assert.Contains(t, text, `"reason":"UNAUTHENTICATED"`)
	assert.NotContains(t, text, token, "tokens are never written")
	assert.NotContains(t, text, "verysecret", "nor are the signatures of links")
}
