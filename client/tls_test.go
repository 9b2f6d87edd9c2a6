package client_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Over TLS, calls and transfers share one port and one trust; the token goes
// with the calls, and never to a server that cannot show who it is.
func TestTLS(t *testing.T) {
	t.Parallel()
	tokens := make(chan string, 1)
	f := &fake{get: func(ctx context.Context, _ *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error) {
		md, _ := metadata.FromIncomingContext(ctx)
		tokens <- strings.Join(md.Get("authorization"), ",")
		return &registryv1.GetVersionResponse{}, nil
	}}
	calls := grpc.NewServer()
	registryv1.RegisterRegistryServiceServer(calls, f)
	body := content(300_000)
	uploads := &receiver{size: len(body)}
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			calls.ServeHTTP(w, r)
			return
		}
		assert.Equal(t, 1, r.ProtoMajor, "a transfer has a connection of its own")
		uploads.ServeHTTP(w, r)
	}))
	web.EnableHTTP2 = true
	web.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	web.StartTLS()
	t.Cleanup(web.Close)
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	address := web.Listener.Addr().String()

	c := open(t, client.Secure(address, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}).WithToken("abc"), client.Options{})
	_, err := c.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{})
	require.NoError(t, err)
	assert.Equal(t, "Bearer abc", <-tokens)
	require.NoError(t, c.Put(t.Context(), putTarget(true), bytes.NewReader(body), int64(len(body)), nil))
	assert.True(t, bytes.Equal(body, uploads.have))

	stranger := open(t, client.Secure(address, nil).WithToken("abc"), client.Options{})
	_, err = stranger.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{})
	assertUnreachable(t, err, "certificate")
	assert.Empty(t, tokens, "the token stayed here")
}
