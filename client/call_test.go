package client_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

var ref = &registryv1.VersionRef{Org: "acme", Name: "baton-x", Version: "v1.0.0"}

func TestAMutationIsRepeatedUnderOneRequestID(t *testing.T) {
	t.Parallel()
	var (
		mu  sync.Mutex
		ids []string
	)
	f := &fake{yank: func(_ context.Context, rq *registryv1.YankVersionRequest) (*registryv1.YankVersionResponse, error) {
		mu.Lock()
		defer mu.Unlock()
		ids = append(ids, rq.GetRequestId())
		if len(ids) < 3 {
			return nil, status.Error(codes.Unavailable, "starting")
		}
		return &registryv1.YankVersionResponse{}, nil
	}}
	c := f.start(t)
	rq := &registryv1.YankVersionRequest{Ref: ref}
	_, err := c.Registry.YankVersion(t.Context(), rq)
	require.NoError(t, err)
	require.Len(t, ids, 3)
	assert.NotEmpty(t, ids[0])
	assert.Equal(t, ids[0], ids[1])
	assert.Equal(t, ids[0], ids[2])
	assert.Empty(t, rq.GetRequestId(), "the caller's message is the caller's")

	_, err = c.Registry.YankVersion(t.Context(), rq)
	require.NoError(t, err)
	assert.NotEqual(t, ids[0], ids[3], "another call is another mutation")

	_, err = c.Registry.YankVersion(t.Context(), &registryv1.YankVersionRequest{RequestId: "mine"})
	require.NoError(t, err)
	assert.Equal(t, "mine", ids[4])

	_, err = c.Registry.YankVersion(t.Context(), &registryv1.YankVersionRequest{ValidateOnly: true})
	require.NoError(t, err)
	assert.Empty(t, ids[5], "what changes nothing needs no id")
}

func TestACallThatGivesASecretIsMadeOnce(t *testing.T) {
	t.Parallel()
	calls := 0
	f := &fake{createToken: func(*registryv1.CreateTokenRequest) (*registryv1.CreateTokenResponse, error) {
		calls++
		return nil, status.Error(codes.Unavailable, "")
	}}
	_, err := f.start(t).Admin.CreateToken(t.Context(), &registryv1.CreateTokenRequest{})
	assert.Equal(t, registryv1.Reason_REASON_UNAVAILABLE, client.ReasonOf(err))
	assert.Equal(t, 1, calls)
}

func TestRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	calls := 0
	f := &fake{yank: func(context.Context, *registryv1.YankVersionRequest) (*registryv1.YankVersionResponse, error) {
		calls++
		return nil, status.Error(codes.Aborted, "somebody was faster")
	}}
	_, err := f.start(t).Registry.YankVersion(t.Context(), &registryv1.YankVersionRequest{Ref: ref})
	assert.Equal(t, registryv1.Reason_REASON_STALE, client.ReasonOf(err))
	assert.Equal(t, 1, calls)
}

func TestErrorsAreTypedAndClean(t *testing.T) {
	t.Parallel()
	st := status.New(codes.InvalidArgument, "two things\x1b[31m are wrong")
	st, err := st.WithDetails(
		&errdetails.ErrorInfo{Reason: "INVALID_VERSION", Domain: "registrar", Metadata: map[string]string{
			"doing": "creating \u202eversion", "next": "use a number\n like v1.2.3", "state": "YANKED", "k\x07": "v\x07",
		}},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
			{Field: "ref.version", Description: "no \u009bnumber", Reason: "INVALID_VERSION"}, {Field: "platforms", Description: "none", Reason: "SOMETHING_NEW"},
		}},
	)
	require.NoError(t, err)
	f := &fake{yank: func(context.Context, *registryv1.YankVersionRequest) (*registryv1.YankVersionResponse, error) {
		return nil, st.Err()
	}}
	_, err = f.start(t).Registry.YankVersion(t.Context(), &registryv1.YankVersionRequest{Ref: ref})

	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_INVALID_VERSION, fault.Reason)
	assert.Equal(t, "creating ?version: two things?[31m are wrong", fault.Error())
	assert.Equal(t, "use a number  like v1.2.3", fault.Next)
	assert.Equal(t, codes.InvalidArgument, fault.Code)
	assert.Equal(t, map[string]string{"state": "YANKED", "k?": "v?"}, fault.Meta)
	assert.Equal(t, []client.Fault{
		{Field: "ref.version", Reason: registryv1.Reason_REASON_INVALID_VERSION, Message: "no ?number"},
		{Field: "platforms", Message: "none"},
	}, fault.Faults)
}

func TestAReasonOfANewerRegistryIsKnownByItsCode(t *testing.T) {
	t.Parallel()
	st, err := status.New(codes.PermissionDenied, "no").WithDetails(&errdetails.ErrorInfo{Reason: "MOON_IN_THE_WRONG_PHASE", Domain: "registrar"})
	require.NoError(t, err)
	f := &fake{yank: func(context.Context, *registryv1.YankVersionRequest) (*registryv1.YankVersionResponse, error) {
		return nil, st.Err()
	}}
	_, err = f.start(t).Registry.YankVersion(t.Context(), &registryv1.YankVersionRequest{Ref: ref})
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_NOT_PERMITTED, fault.Reason)
	assert.Equal(t, "MOON_IN_THE_WRONG_PHASE", fault.Meta["reason"])
	assert.Equal(t, "yanking acme/baton-x v1.0.0: no", err.Error(), "what the registry does not say is said here")
}

func TestAnswersAreClean(t *testing.T) {
	t.Parallel()
	f := &fake{get: func(context.Context, *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error) {
		return &registryv1.GetVersionResponse{Version: &registryv1.Version{
			Changelog: "one\ntwo\x1b[2J", Assets: []*registryv1.Asset{{Filename: "a\u202ecod.exe", Sha256: []byte{0x1b}}},
		}}, nil
	}}
	rs, err := f.start(t).Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: ref})
	require.NoError(t, err)
	assert.Equal(t, "one\ntwo?[2J", rs.GetVersion().GetChangelog())
	assert.Equal(t, "a?cod.exe", rs.GetVersion().GetAssets()[0].GetFilename())
	assert.Equal(t, []byte{0x1b}, rs.GetVersion().GetAssets()[0].GetSha256())
}

func TestARegistryThatIsNotThere(t *testing.T) {
	t.Parallel()
	l := listen(t)
	free := l.Addr().String()
	require.NoError(t, l.Close())

	other := listen(t)
	web := &http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Second}
	go func() { _ = web.Serve(other) }() // ends with Close
	t.Cleanup(func() { _ = web.Close() })

	silent := listen(t) // accepts nothing, answers nothing
	t.Cleanup(func() { _ = silent.Close() })

	for name, c := range map[string]struct {
		target client.Target
		says   string
	}{
		"nothing listens": {client.Loopback(free), free + " does not answer: nothing listens there"},
		"no socket":       {client.Unix(filepath.Join(t.TempDir(), "s")), "does not answer: there is no such socket"},
		"a web server":    {client.Loopback(other.Addr().String()), other.Addr().String() + " does not answer: "},
		"silence":         {client.Loopback(silent.Addr().String()), "no answer came in time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := open(t, c.target, client.Options{Timeout: 1500 * time.Millisecond})
			_, err := client.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: ref})
			assertUnreachable(t, err, c.says)
			assert.Contains(t, err.Error(), "reading acme/baton-x v1.0.0: ")
		})
	}
}

func assertUnreachable(t *testing.T, err error, says string) {
	t.Helper()
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_UNAVAILABLE, fault.Reason)
	assert.Contains(t, fault.Message, says)
	assert.NotEmpty(t, fault.Next)
}

func TestARegistryThatComesLate(t *testing.T) {
	t.Parallel()
	l := listen(t)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	f := &fake{get: func(context.Context, *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error) {
		return &registryv1.GetVersionResponse{}, nil
	}}
	go func() {
		time.Sleep(200 * time.Millisecond)
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
		if assert.NoError(t, err) {
			f.serve(t, l)
		}
	}()
	_, err := open(t, client.Loopback(address), client.Options{}).Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{})
	require.NoError(t, err)
}

func TestACallThatHangsEnds(t *testing.T) {
	t.Parallel()
	f := &fake{get: func(ctx context.Context, _ *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	l := listen(t)
	f.serve(t, l)
	c := open(t, client.Loopback(l.Addr().String()), client.Options{Timeout: 100 * time.Millisecond})
	_, err := c.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: ref})
	assertUnreachable(t, err, "no answer came in time")
}

func TestAStoppedCallSaysSo(t *testing.T) {
	t.Parallel()
	entered := make(chan struct{})
	f := &fake{get: func(ctx context.Context, _ *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error) {
		close(entered)
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	c := f.start(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-entered
		cancel()
	}()
	_, err := c.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: ref})
	assert.Equal(t, registryv1.Reason_REASON_INTERRUPTED, client.ReasonOf(err))
	require.ErrorIs(t, err, context.Canceled)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	var (
		mu   sync.Mutex
		seen []string
	)
	f := &fake{get: func(ctx context.Context, _ *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error) {
		md, _ := metadata.FromIncomingContext(ctx)
		mu.Lock()
		defer mu.Unlock()
		seen = md.Get("authorization")
		return &registryv1.GetVersionResponse{}, nil
	}}
	l := listen(t)
	f.serve(t, l)
	target := client.Loopback(l.Addr().String())
	call := func(target client.Target) error {
		_, err := open(t, target, client.Options{}).Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{})
		return err
	}
	require.NoError(t, call(target.WithToken("abc")))
	assert.Equal(t, []string{"Bearer abc"}, seen)
	require.NoError(t, call(target.WithToken("")))
	assert.Empty(t, seen, "an empty token is an anonymous call")
	require.NoError(t, call(target))
	assert.Empty(t, seen)

	assert.Equal(t, registryv1.Reason_REASON_UNAUTHENTICATED, client.ReasonOf(call(target.WithToken("a\nb"))))
	target.Token = func(context.Context) (string, error) { return "", errors.New("the keyring is locked") }
	err := call(target)
	assert.Equal(t, registryv1.Reason_REASON_UNAUTHENTICATED, client.ReasonOf(err))
	require.ErrorContains(t, err, "the keyring is locked")
}

func TestLists(t *testing.T) {
	t.Parallel()
	page := func(next string, names ...string) *registryv1.ListConnectorsResponse {
		rs := &registryv1.ListConnectorsResponse{NextPageToken: next}
		for _, n := range names {
			rs.Connectors = append(rs.Connectors, &registryv1.Connector{Ref: &registryv1.ConnectorRef{Name: n}})
		}
		return rs
	}
	book := map[string]*registryv1.ListConnectorsResponse{
		"": page("2", "a", "b"), "2": page("3"), "3": page("4"), "4": page("", "c"), "loop": page("loop", "x"), "broken": page("missing", "y"),
	}
	f := &fake{listConnectors: func(rq *registryv1.ListConnectorsRequest) (*registryv1.ListConnectorsResponse, error) {
		if rs, ok := book[rq.GetPageToken()]; ok {
			return rs, nil
		}
		return nil, status.Error(codes.InvalidArgument, "no such page")
	}}
	c := f.start(t)
	names := func(from string, atMost int) (got []string, err error) {
		rq := &registryv1.ListConnectorsRequest{PageToken: from}
		for connector, fault := range c.Connectors(t.Context(), rq) {
			if fault != nil {
				return got, fault
			}
			if got = append(got, connector.GetRef().GetName()); len(got) == atMost {
				break
			}
		}
		assert.Equal(t, from, rq.GetPageToken(), "the caller's request stays as it was")
		return got, err
	}
	got, err := names("", 99)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "c"}, got, "empty pages are not the end")

	got, err = names("", 1)
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, got)

	got, err = names("broken", 99)
	assert.Equal(t, []string{"y"}, got)
	assert.Equal(t, registryv1.Reason_REASON_INVALID_ARGUMENT, client.ReasonOf(err))

	got, err = names("loop", 99)
	assert.Equal(t, []string{"x", "x"}, got)
	require.ErrorContains(t, err, "same page again")
}
