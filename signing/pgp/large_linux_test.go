package pgp_test

import (
	"crypto"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing/pgp"
)

// A file of 100 MB is verified in a process that never has 40 MB. The process
// is this test again, so that only one verification counts.
func TestALargeFileIsNeverInMemory(t *testing.T) {
	t.Parallel()
	if os.Getenv("PGP_LARGE") != "" {
		a, m, p := signedZeros(t, crypto.SHA512)
		v, err := pgp.Verifier{}.Verify(t.Context(), a, m, p)
		require.NoError(t, err)
		require.True(t, v.OK(), v.Detail())
		return
	}
	if underRace {
		t.Skip("the race detector needs memory of its own")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.Command(self, "-test.run=^TestALargeFileIsNeverInMemory$")
	child.Env = append(os.Environ(), "PGP_LARGE=1")
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	usage, ok := child.ProcessState.SysUsage().(*syscall.Rusage)
	require.True(t, ok)
	t.Logf("peak memory %d kB", usage.Maxrss)
	require.Less(t, usage.Maxrss, int64(40<<10))
}
