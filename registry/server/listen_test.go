package server_test

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/server"
)

func TestListenReachesThisMachineOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "127.0.0.2:0", "localhost:0", "[::1]:0", "[::ffff:127.0.0.1]:0"} {
		t.Run("good "+address, func(t *testing.T) {
			t.Parallel()
			l, err := server.Listen(t.Context(), address)
			if err != nil && strings.Contains(address, "::1") {
				t.Skip("this machine has no IPv6:", err)
			}
			require.NoError(t, err)
			t.Cleanup(func() { _ = l.Close() })
			assert.True(t, l.Addr().(*net.TCPAddr).IP.IsLoopback(), "%s", l.Addr())
		})
	}
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.org:0", "10.0.0.1:7070", "*:0"} {
		t.Run("bad "+address, func(t *testing.T) {
			t.Parallel()
			_, err := server.Listen(t.Context(), address)
			refused := registry.AsError(err)
			require.NotNil(t, refused)
			assert.Equal(t, registryv1.Reason_REASON_USAGE, refused.Reason)
			assert.Contains(t, refused.Message, "TLS")
			assert.Contains(t, refused.Next, "unix:")
		})
	}
	for _, address := range []string{"", "7070", "unix:", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1", "unix:" + strings.Repeat("x", 200)} {
		t.Run("malformed "+address[:min(len(address), 20)], func(t *testing.T) {
			t.Parallel()
			_, err := server.Listen(t.Context(), address)
			refused := registry.AsError(err)
			require.NotNil(t, refused)
			assert.Equal(t, registryv1.Reason_REASON_USAGE, refused.Reason)
			assert.NotEmpty(t, refused.Next)
		})
	}
}

func TestListenSaysWhoIsInTheWay(t *testing.T) {
	t.Parallel()
	first, err := server.Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = first.Close() })
	_, err = server.Listen(t.Context(), first.Addr().String())
	require.ErrorContains(t, err, "another program listens there")
	require.ErrorContains(t, err, first.Addr().String())
}

// socketPath is a path short enough for a socket.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rgr") //nolint:usetesting // paths of sockets must be short
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

func TestUnixSockets(t *testing.T) {
	t.Parallel()
	t.Run("only the user may connect, and nothing stays behind", func(t *testing.T) {
		t.Parallel()
		path := socketPath(t)
		l, err := server.Listen(t.Context(), "unix:"+path)
		require.NoError(t, err)
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
		require.NoError(t, l.Close())
		require.NoError(t, l.Close(), "closing twice is no fault")
		_, err = os.Stat(path)
		require.ErrorIs(t, err, fs.ErrNotExist)
	})
	t.Run("what a killed process left is removed", func(t *testing.T) {
		t.Parallel()
		path := socketPath(t)
		dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		require.NoError(t, err)
		dead.SetUnlinkOnClose(false)
		require.NoError(t, dead.Close())
		l, err := server.Listen(t.Context(), "unix:"+path)
		require.NoError(t, err)
		require.NoError(t, l.Close())
	})
	t.Run("a socket of ours in use is left alone", func(t *testing.T) {
		t.Parallel()
		path := socketPath(t)
		first, err := server.Listen(t.Context(), "unix:"+path)
		require.NoError(t, err)
		t.Cleanup(func() { _ = first.Close() })
		_, err = server.Listen(t.Context(), "unix:"+path)
		require.ErrorContains(t, err, "another program listens there")
		conn, err := net.Dial("unix", path)
		require.NoError(t, err, "the first one goes on")
		require.NoError(t, conn.Close())
	})
	t.Run("so is one of another program", func(t *testing.T) {
		t.Parallel()
		path := socketPath(t)
		other, err := net.Listen("unix", path)
		require.NoError(t, err)
		t.Cleanup(func() { _ = other.Close() })
		_, err = server.Listen(t.Context(), "unix:"+path)
		require.ErrorContains(t, err, "another program listens there")
		conn, err := net.Dial("unix", path)
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	})
	t.Run("a file that is no socket is left alone", func(t *testing.T) {
		t.Parallel()
		path := socketPath(t)
		require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
		_, err := server.Listen(t.Context(), "unix:"+path)
		require.ErrorContains(t, err, "not a socket")
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, "precious", string(text))
	})
}
