// Package client is how the console and the commands talk to a registry: one
// connection by a dial function, typed errors, clean strings, lists without
// pages, a watch that survives lost connections, and transfers that go on
// where they broke.
package client

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	callTimeout = 15 * time.Second
	// waitTimeout is for calls that wait at the registry, at most 25 s.
	waitTimeout = 30 * time.Second
	// maxMessage bounds one answer: a version with its documents, or a page
	// of 1,000 rows.
	maxMessage = 32 << 20
)

// Client talks to one registry. It is safe for concurrent use.
type Client struct {
	// Registry creates, finds and changes connectors and versions.
	Registry registryv1.RegistryServiceClient
	// Events reads the audit log.
	Events registryv1.EventServiceClient
	// Admin manages tokens and policies.
	Admin registryv1.AdminServiceClient
	// Keys keeps what orgs trust: signing keys and keyless identities.
	Keys registryv1.SigningKeyServiceClient
	// Reviews is what people decide about versions whose checks passed.
	Reviews registryv1.ReviewServiceClient

	target  Target
	options Options
	conn    *grpc.ClientConn
	// here moves bytes over the target's connections, elsewhere fetches
	// absolute links without the target's dialer.
	here, elsewhere *http.Client

	// dialFault is why the last connection failed, nil once one worked.
	dialFault atomic.Pointer[cause]

	mu  sync.Mutex
	now chan struct{} // closed by TryNow, then replaced
}

// cause lets an atomic pointer hold an error of any type.
type cause struct{ err error }

// Options tune a client; the zero value is what everybody wants.
type Options struct {
	// UserAgent names the program: "registrar/v1.2.3".
	UserAgent string
	// Timeout bounds a call whose context has no earlier end; 0 is 15 s.
	// GetVersion with wait_until_settled gets 30 s.
	Timeout time.Duration
}

// Open makes a client. It connects at the first call and never blocks.
func Open(t Target, o Options) (*Client, error) {
	if t.Dial == nil {
		return nil, &Error{
			Reason: registryv1.Reason_REASON_USAGE, Doing: "opening " + cmp.Or(t.Name, "a registry"),
			Message: "the target has no way to connect", Next: "make it with ParseTarget, Memory, Unix, Loopback or Secure",
		}
	}
	o.Timeout = cmp.Or(o.Timeout, callTimeout)
	o.UserAgent = cmp.Or(o.UserAgent, "registrar")
	c := &Client{target: t, options: o, now: make(chan struct{})}
	conn, err := grpc.NewClient("passthrough:///"+t.authority(),
		grpc.WithTransportCredentials(t.credentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return c.dial(ctx) }),
		grpc.WithPerRPCCredentials(bearer{target: t}),
		grpc.WithUserAgent(o.UserAgent),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)),
		grpc.WithDisableServiceConfig(),
		grpc.WithDisableRetry(), // ours know which calls are safe to repeat
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second},
			MinConnectTimeout: 5 * time.Second,
		}),
		grpc.WithChainUnaryInterceptor(c.unary),
		grpc.WithChainStreamInterceptor(c.stream),
	)
	if err != nil {
		return nil, &Error{Reason: registryv1.Reason_REASON_USAGE, Doing: "opening " + t.Name, Message: err.Error(), Err: err}
	}
	c.conn = conn
	c.Registry = registryv1.NewRegistryServiceClient(conn)
	c.Events = registryv1.NewEventServiceClient(conn)
	c.Admin = registryv1.NewAdminServiceClient(conn)
	c.Keys = registryv1.NewSigningKeyServiceClient(conn)
	c.Reviews = registryv1.NewReviewServiceClient(conn)
	c.here, c.elsewhere = c.transports()
	return c, nil
}

// Name is the target's name for people.
func (c *Client) Name() string { return c.target.Name }

// Close ends all connections. Calls under way fail.
func (c *Client) Close() error {
	c.here.CloseIdleConnections()
	c.elsewhere.CloseIdleConnections()
	if err := c.conn.Close(); err != nil && status.Code(err) != codes.Canceled {
		return err
	}
	return nil
}

// dial opens one connection and remembers why it did not, for the error that
// people read.
func (c *Client) dial(ctx context.Context) (net.Conn, error) {
	conn, err := c.target.Dial(ctx)
	if err != nil {
		if ctx.Err() == nil {
			c.dialFault.Store(&cause{err})
		}
		return nil, err
	}
	c.dialFault.Store(nil)
	return conn, nil
}
