package client_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// pipes is a listener in memory whose connections block in a way that
// synctest understands, so that pauses of minutes take no time.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "pipe"} }

func (p *pipes) Dial(ctx context.Context) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// fake is a registry that says what a test wants it to say.
type fake struct {
	registryv1.UnimplementedRegistryServiceServer
	registryv1.UnimplementedEventServiceServer
	registryv1.UnimplementedAdminServiceServer

	listConnectors func(*registryv1.ListConnectorsRequest) (*registryv1.ListConnectorsResponse, error)
	yank           func(context.Context, *registryv1.YankVersionRequest) (*registryv1.YankVersionResponse, error)
	get            func(context.Context, *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error)
	createToken    func(*registryv1.CreateTokenRequest) (*registryv1.CreateTokenResponse, error)
	watch          func(*registryv1.WatchEventsRequest, grpc.ServerStreamingServer[registryv1.WatchEventsResponse]) error
}

func (f *fake) ListConnectors(_ context.Context, rq *registryv1.ListConnectorsRequest) (*registryv1.ListConnectorsResponse, error) {
	return f.listConnectors(rq)
}

func (f *fake) YankVersion(ctx context.Context, rq *registryv1.YankVersionRequest) (*registryv1.YankVersionResponse, error) {
	return f.yank(ctx, rq)
}

func (f *fake) GetVersion(ctx context.Context, rq *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error) {
	return f.get(ctx, rq)
}

func (f *fake) CreateToken(_ context.Context, rq *registryv1.CreateTokenRequest) (*registryv1.CreateTokenResponse, error) {
	return f.createToken(rq)
}

func (f *fake) WatchEvents(rq *registryv1.WatchEventsRequest, s grpc.ServerStreamingServer[registryv1.WatchEventsResponse]) error {
	return f.watch(rq, s)
}

// serve runs the fake on a listener until the test ends or stop is called.
func (f *fake) serve(t *testing.T, l net.Listener) (stop func()) {
	t.Helper()
	s := grpc.NewServer()
	registryv1.RegisterRegistryServiceServer(s, f)
	registryv1.RegisterEventServiceServer(s, f)
	registryv1.RegisterAdminServiceServer(s, f)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l) // ends with the listener
	}()
	stop = sync.OnceFunc(func() {
		s.Stop()
		<-done
	})
	t.Cleanup(stop)
	return stop
}

// listen opens a loopback port.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

// open makes a client that is closed with the test.
func open(t *testing.T, target client.Target, o client.Options) *client.Client {
	t.Helper()
	c, err := client.Open(target, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// start serves the fake on a loopback port and opens a client on it.
func (f *fake) start(t *testing.T) *client.Client {
	t.Helper()
	l := listen(t)
	f.serve(t, l)
	return open(t, client.Loopback(l.Addr().String()), client.Options{})
}

// netListen opens an address that was in use a moment ago.
type netListen struct{ net.ListenConfig }

func (n *netListen) on(address string) (net.Listener, error) {
	return n.Listen(context.Background(), "tcp", address)
}

// eventually waits for what another goroutine does.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	require.Eventually(t, done, 20*time.Second, 2*time.Millisecond)
}
