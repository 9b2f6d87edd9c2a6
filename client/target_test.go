package client_test

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestParseTarget(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct {
		name string
		tls  string // the server's name, "" for plain
	}{
		"127.0.0.1:7070":               {"127.0.0.1:7070", ""},
		"localhost:7070":               {"localhost:7070", ""},
		"[::1]:7070":                   {"[::1]:7070", ""},
		"http://127.0.0.1:7070":        {"127.0.0.1:7070", ""},
		"http://localhost:7070/":       {"localhost:7070", ""},
		"unix:/run/r.sock":             {"unix:/run/r.sock", ""},
		"unix:///run/r.sock":           {"unix:/run/r.sock", ""},
		"registry.example.org":         {"registry.example.org:443", "registry.example.org"},
		"registry.example.org:8443":    {"registry.example.org:8443", "registry.example.org"},
		"https://registry.example.org": {"registry.example.org:443", "registry.example.org"},
		"https://127.0.0.1:8443/":      {"127.0.0.1:8443", "127.0.0.1"},
		" registry.example.org:443 ":   {"registry.example.org:443", "registry.example.org"},
		"10.0.0.5:7070":                {"10.0.0.5:7070", "10.0.0.5"},
		"[2001:db8::1]:443":            {"[2001:db8::1]:443", "2001:db8::1"},
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			target, err := client.ParseTarget(address)
			require.NoError(t, err)
			assert.Equal(t, want.name, target.Name)
			if want.tls == "" {
				assert.Nil(t, target.TLS)
			} else {
				assert.Equal(t, want.tls, target.TLS.ServerName)
			}
			c, err := client.Open(target, client.Options{})
			require.NoError(t, err)
			require.NoError(t, c.Close())
		})
	}
}

func TestParseTargetRefuses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "   ", "unix:", "ftp://x", "http://registry.example.org", "http://10.0.0.5:80", "https://user:secret@x", "https://x/path", "https://x?q=1",
		"localhost", "127.0.0.1", ":7070", "host:port:more", "host:99999", "host:0", "a b:1", "https://", "host:http2x", "127.0.0.1:7070/x", "://", "\x1b[31m:1",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			_, err := client.ParseTarget(address)
			require.Error(t, err)
			assert.Equal(t, registryv1.Reason_REASON_USAGE, client.ReasonOf(err))
			var fault *client.Error
			require.ErrorAs(t, err, &fault)
			assert.NotEmpty(t, fault.Next)
			assert.NotContains(t, err.Error(), "secret")
			assert.NotContains(t, err.Error(), "\x1b")
		})
	}
}

// A name that means this computer to the parser may lead elsewhere once it is
// looked up; the token must not go there in the open.
func TestLoopbackRefusesOtherComputers(t *testing.T) {
	t.Parallel()
	addrs, err := net.InterfaceAddrs()
	require.NoError(t, err)
	for _, a := range addrs {
		ip, ok := a.(*net.IPNet)
		if !ok || ip.IP.IsLoopback() || ip.IP.To4() == nil {
			continue
		}
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(ip.IP.String(), "0"))
		require.NoError(t, err)
		t.Cleanup(func() { _ = l.Close() })
		_, err = client.Loopback(l.Addr().String()).Dial(t.Context())
		require.ErrorContains(t, err, "not on this computer")
		return
	}
	t.Skip("this computer has no address but loopback")
}

func TestOpenNeedsAWayToConnect(t *testing.T) {
	t.Parallel()
	_, err := client.Open(client.Target{Name: "nowhere"}, client.Options{})
	assert.Equal(t, registryv1.Reason_REASON_USAGE, client.ReasonOf(err))
}

func TestMemory(t *testing.T) {
	t.Parallel()
	p := newPipes()
	f := &fake{get: func(context.Context, *registryv1.GetVersionRequest) (*registryv1.GetVersionResponse, error) {
		return &registryv1.GetVersionResponse{Version: &registryv1.Version{Description: "here"}}, nil
	}}
	f.serve(t, p)
	c := open(t, client.Memory("embedded", p.Dial), client.Options{})
	rs, err := c.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{})
	require.NoError(t, err)
	assert.Equal(t, "here", rs.GetVersion().GetDescription())
	assert.Equal(t, "embedded", c.Name())
}

func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{"localhost:1", "https://x", "unix:/x", "[::1]:1", "http://[::1", "a:b:c", "//x", "https://x:0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		target, err := client.ParseTarget(address)
		if err != nil {
			return
		}
		if target.Name == "" || target.Dial == nil {
			t.Fatalf("%q gave a target without a name or a way", address)
		}
		c, err := client.Open(target, client.Options{})
		if err != nil {
			t.Fatalf("%q gave a target that cannot be opened: %v", address, err)
		}
		_ = c.Close()
	})
}
