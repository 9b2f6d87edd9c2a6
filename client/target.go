package client

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Target is the address of a registry: a function that opens a connection.
// gRPC and transfers use the same one, so that a registry in memory, behind a
// unix socket or across the network are one case.
type Target struct {
	// Name is shown to people: "embedded", "registry.example.org:443".
	Name string
	// Dial opens one connection. It must be safe for concurrent use.
	Dial func(ctx context.Context) (net.Conn, error)
	// TLS is nil for plain connections, which never leave this computer:
	// memory, unix sockets and loopback.
	TLS *tls.Config
	// Token is asked for each call and may be nil. An empty token is an
	// anonymous call.
	Token func(ctx context.Context) (string, error)
}

// DefaultPort is taken where an address names no port.
const DefaultPort = "443"

// Memory is the target of a registry inside this process.
func Memory(name string, dial func(ctx context.Context) (net.Conn, error)) Target {
	return Target{Name: name, Dial: dial}
}

// Unix is the target of a registry behind a unix socket.
func Unix(path string) Target {
	return Target{
		Name: "unix:" + path,
		Dial: func(ctx context.Context) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
	}
}

// Loopback is the target of a registry on this computer. Connections are
// plain, hence it refuses to talk to an address that turns out to be elsewhere.
func Loopback(addr string) Target {
	return Target{
		Name: addr,
		Dial: func(ctx context.Context) (net.Conn, error) {
			var d net.Dialer
			conn, err := d.DialContext(ctx, "tcp", addr)
			if err != nil {
				return nil, err
			}
			if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
				return nil, errors.Join(fmt.Errorf("%s is not on this computer; a plain connection would show what is sent", addr), conn.Close())
			}
			return conn, nil
		},
	}
}

// Secure is the target of a registry reached by TLS. The configuration may be
// nil; the server's name is taken from the address unless it names one.
func Secure(addr string, cfg *tls.Config) Target {
	if cfg == nil {
		cfg = &tls.Config{MinVersion: tls.VersionTLS12}
	} else {
		cfg = cfg.Clone()
	}
	if cfg.ServerName == "" {
		if host, _, err := net.SplitHostPort(addr); err == nil {
			cfg.ServerName = host
		}
	}
	return Target{
		Name: addr,
		TLS:  cfg,
		Dial: func(ctx context.Context) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", addr)
		},
	}
}

// WithToken returns the target with a fixed token; an empty one is anonymous.
func (t Target) WithToken(token string) Target {
	t.Token = func(context.Context) (string, error) { return token, nil }
	return t
}

// ParseTarget reads an address as people write it: host:port, an http or
// https URL, or unix: and a path. host:port is plain on this computer and TLS
// anywhere else.
func ParseTarget(address string) (Target, error) {
	address = strings.TrimSpace(address)
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		if path = strings.TrimPrefix(path, "//"); path == "" {
			return Target{}, badAddress(address, "unix: needs the path of a socket")
		}
		return Unix(path), nil
	}
	host, secure := address, !isLoopback(address)
	if strings.Contains(address, "://") {
		u, err := url.Parse(address)
		switch {
		case err != nil:
			return Target{}, badAddress(address, "it is not an address")
		case u.Scheme != "http" && u.Scheme != "https":
			return Target{}, badAddress(address, "only http and https addresses are understood")
		case u.User != nil:
			u.User = nil // it may be a secret
			return Target{}, badAddress(u.String(), "an address carries no name and no password; give the token by its own flag")
		case u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
			return Target{}, badAddress(address, "an address is a scheme and a host, without a path")
		}
		host, secure = u.Host, u.Scheme == "https"
		if !secure && !isLoopback(host) {
			return Target{}, badAddress(address, "plain http is only for this computer; use https")
		}
	}
	host, err := withPort(host, secure)
	if err != nil {
		return Target{}, badAddress(address, err.Error())
	}
	if secure {
		return Secure(host, nil), nil
	}
	return Loopback(host), nil
}

func badAddress(address, why string) error {
	return &Error{
		Reason:  registryv1.Reason_REASON_USAGE,
		Doing:   "reading the address of the registry",
		Message: fmt.Sprintf("%q: %s", address, why),
		Next:    "give host:port, an https URL, or unix: and the path of a socket",
		Faults:  []Fault{{Field: "registry", Reason: registryv1.Reason_REASON_USAGE, Message: why}},
	}
}

// isLoopback reports whether an address with or without a port names this
// computer.
func isLoopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// withPort completes host to host:port and refuses what cannot be dialled.
func withPort(host string, secure bool) (string, error) {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), ""
	}
	switch {
	case name == "":
		return "", errors.New("the host is missing")
	case strings.ContainsFunc(name, notOfHosts) || strings.Contains(name, ":") && net.ParseIP(name) == nil:
		return "", errors.New("the host has characters that hosts cannot have")
	case port == "" && !secure:
		return "", errors.New("the port is missing")
	case port == "":
		port = DefaultPort
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return "", fmt.Errorf("%q is not a port", port)
	}
	return net.JoinHostPort(name, port), nil
}

// authority is the host that requests name. Addresses that have none, such as
// sockets, say localhost.
func (t Target) authority() string {
	if t.TLS != nil {
		return cmp.Or(t.TLS.ServerName, t.Name)
	}
	if host, port, err := net.SplitHostPort(t.Name); err == nil && host != "" && !strings.ContainsAny(t.Name, "/ ") {
		return net.JoinHostPort(host, port)
	}
	return "localhost"
}

func (t Target) credentials() credentials.TransportCredentials {
	if t.TLS == nil {
		return insecure.NewCredentials()
	}
	return credentials.NewTLS(t.TLS)
}

// bearer sends the caller's token with each call. It may go over a target
// without TLS, since such a target never leaves this computer.
type bearer struct{ target Target }

// GetRequestMetadata returns the authorization header, or none without a token.
func (b bearer) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	if b.target.Token == nil {
		return nil, nil
	}
	token, err := b.target.Token(ctx)
	if err != nil {
		return nil, status.Errorf(codes.Unauthenticated, "the token for %s cannot be read: %v", b.target.Name, err)
	}
	if token == "" {
		return nil, nil
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, status.Errorf(codes.Unauthenticated, "the token for %s has characters that tokens cannot have", b.target.Name)
	}
	return map[string]string{"authorization": "Bearer " + token}, nil
}

// RequireTransportSecurity keeps the token from going over a plain connection
// of a target that wants TLS.
func (b bearer) RequireTransportSecurity() bool { return b.target.TLS != nil }

// notOfHosts finds what neither names nor numbers of hosts have. Names of
// other scripts are written in their ASCII form.
func notOfHosts(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._:", r)
}
