package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
)

const (
	unixPrefix = "unix:"
	// maxSocketPath is what every system has room for, the closing zero
	// included.
	maxSocketPath = 103
	dialTimeout   = time.Second
)

// Listen opens an address that only this machine can reach: a loopback
// address with a port, or "unix:" and a path. Everything else needs TLS,
// which this version does not have, and is refused.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(address, unixPrefix); ok {
		return listenUnix(ctx, path)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usage(address, "it is neither HOST:PORT nor unix:PATH", "write it like 127.0.0.1:7070 or unix:/run/registrar.sock")
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.Unmap().IsLoopback() {
		return nil, usage(address, "other machines could reach it, which needs TLS, and this version has no TLS yet",
			"listen on 127.0.0.1:PORT, [::1]:PORT or unix:PATH; for other machines put a proxy with TLS or an SSH tunnel before it")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return nil, usage(address, "its port is not a number from 0 to 65535", "write it like 127.0.0.1:7070; port 0 is any free one")
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fault(address, err)
	}
	return l, nil
}

// usage refuses an address that is no good.
func usage(address, why, next string) *registry.Error {
	return &registry.Error{
		Reason: registryv1.Reason_REASON_USAGE, Doing: fmt.Sprintf("listening on %q", address), Message: why, Next: next,
	}
}

// fault is an address that is well formed and cannot be had.
func fault(address string, err error) *registry.Error {
	e := usage(address, err.Error(), "look whether the address is right and may be used by you").WithCause(err)
	if errors.Is(err, syscall.EADDRINUSE) {
		e.Message, e.Next = "another program listens there already", "stop that program, or choose another address"
	}
	return e
}

// listenUnix opens a socket that only this user can connect to. What a killed
// process left behind is removed; what somebody serves, or what is no socket,
// is not. A lock beside the socket keeps two processes that start at the same
// time from removing each other's.
func listenUnix(ctx context.Context, path string) (net.Listener, error) {
	address := unixPrefix + path
	if path == "" {
		return nil, usage(address, "the path is missing", "write it like unix:/run/registrar.sock")
	}
	if len(path) > maxSocketPath {
		return nil, usage(address, fmt.Sprintf("the path has %d bytes, and sockets have room for %d", len(path), maxSocketPath), "choose a shorter path")
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fault(address, err)
	}
	if !held {
		return nil, fault(address, syscall.EADDRINUSE)
	}
	l, err := bindUnix(ctx, path)
	if err != nil {
		_ = lock.Close() // the error that matters is the other one
		return nil, fault(address, err)
	}
	return &lockedListener{Listener: l, lock: lock}, nil
}

func bindUnix(ctx context.Context, path string) (net.Listener, error) {
	if err := removeStale(ctx, path); err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// removeStale removes a socket on which nobody answers.
func removeStale(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errors.New("there is a file of that name which is not a socket")
	}
	dialer := net.Dialer{Timeout: dialTimeout}
	conn, err := dialer.DialContext(ctx, "unix", path)
	if err == nil {
		return errors.Join(syscall.EADDRINUSE, conn.Close())
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return os.Remove(path)
}

// lockedListener gives its lock back when it closes.
type lockedListener struct {
	net.Listener
	lock  *flock.Flock
	close sync.Once
	err   error
}

// Close removes the socket and then lets others have its name. The lock file
// stays: removing it would let two processes hold two locks of one name.
func (l *lockedListener) Close() error {
	l.close.Do(func() { l.err = errors.Join(l.Listener.Close(), l.lock.Close()) })
	return l.err
}
