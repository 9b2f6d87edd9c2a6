package registrytest

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Endpoint is where a registry answers, and how to get there.
type Endpoint struct {
	// Address is HOST:PORT, "unix:PATH" or "memory".
	Address string
	dial    func(ctx context.Context) (net.Conn, error)
}

// At is the endpoint of an address that can be dialled.
func At(address string) Endpoint {
	network, where := TCP, address
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		network, where = Unix, path
	}
	return Endpoint{Address: address, dial: func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, where)
	}}
}

// Dial connects to the registry.
func (e Endpoint) Dial(ctx context.Context) (net.Conn, error) { return e.dial(ctx) }

// Conn is a gRPC connection that sends a token with each call; "" is none.
func (e Endpoint) Conn(tb testing.TB, token string, opts ...grpc.DialOption) *grpc.ClientConn {
	tb.Helper()
	opts = append([]grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return e.Dial(ctx) }),
	}, opts...)
	if token != "" {
		opts = append(opts, grpc.WithPerRPCCredentials(bearer(token)))
	}
	conn, err := grpc.NewClient("passthrough:///registry", opts...)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = conn.Close() })
	return conn
}

// API are the services of a registry as one caller sees them.
type API struct {
	registryv1.RegistryServiceClient
	Events  registryv1.EventServiceClient
	Admin   registryv1.AdminServiceClient
	Keys    registryv1.SigningKeyServiceClient
	Reviews registryv1.ReviewServiceClient
}

// API connects to all services with a token; "" is none.
func (e Endpoint) API(tb testing.TB, token string) API {
	tb.Helper()
	conn := e.Conn(tb, token)
	return API{
		RegistryServiceClient: registryv1.NewRegistryServiceClient(conn),
		Events:                registryv1.NewEventServiceClient(conn),
		Admin:                 registryv1.NewAdminServiceClient(conn),
		Keys:                  registryv1.NewSigningKeyServiceClient(conn),
		Reviews:               registryv1.NewReviewServiceClient(conn),
	}
}

// bearer sends a token with each call, also over connections without TLS:
// they do not leave the machine.
type bearer string

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials.
func (b bearer) RequireTransportSecurity() bool { return false }
