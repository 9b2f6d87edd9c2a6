package server

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func pipe(t *testing.T) (here, there net.Conn) {
	t.Helper()
	l := Memory()
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, err := l.Accept()
		assert.NoError(t, err)
		accepted <- conn
	}()
	here, err := l.Dial(t.Context())
	require.NoError(t, err)
	there = <-accepted
	t.Cleanup(func() {
		assert.NoError(t, here.Close())
		assert.NoError(t, there.Close())
		assert.NoError(t, l.Close())
	})
	return here, there
}

// net/http sets a deadline in the past to end a read, and takes it back. One
// that strikes after that ends the next request for no reason.
func TestADeadlineThatWasTakenBackNeverStrikes(t *testing.T) {
	t.Parallel()
	here, there := pipe(t)
	for range 2000 {
		require.NoError(t, here.SetReadDeadline(time.Unix(1, 0)))
		require.NoError(t, here.SetReadDeadline(time.Time{}))
		go func() { _, _ = there.Write([]byte{1}) }()
		_, err := io.ReadFull(here, make([]byte, 1))
		require.NoError(t, err)
	}
}

func TestAClosedListenerAcceptsAndDialsNothing(t *testing.T) {
	t.Parallel()
	l := Memory()
	require.NoError(t, l.Close())
	require.NoError(t, l.Close())
	_, err := l.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = l.Dial(t.Context())
	require.ErrorIs(t, err, net.ErrClosed)

	waiting := Memory()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = waiting.Dial(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "embedded", waiting.Addr().Network())
	assert.Equal(t, "embedded", waiting.Addr().String())
}
