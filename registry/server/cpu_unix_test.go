//go:build unix

package server_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// processorTime is what this process has used of all processors. On a shared
// computer it says more than the time that passed.
func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var used unix.Rusage
	require.NoError(tb, unix.Getrusage(unix.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
