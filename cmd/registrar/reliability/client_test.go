package reliability

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// talk is what a publish may send besides the bytes of its files: calls,
// documents, headers.
const talk = 32 << 10

// desk is one person's computer.
type desk struct{ environ []string }

func newDesk(tb testing.TB, address, token string) desk {
	tb.Helper()
	home := tb.TempDir()
	return desk{[]string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "XDG_DATA_HOME=" + filepath.Join(home, "data"),
		"XDG_STATE_HOME=" + filepath.Join(home, "state"), "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH"),
		"REGISTRAR_REGISTRY=" + address, "REGISTRAR_TOKEN=" + token,
	}}
}

// running is a command of the program in a process of its own.
type running struct {
	*exec.Cmd
	out, errs bytes.Buffer
}

func (d desk) start(tb testing.TB, args ...string) *running {
	tb.Helper()
	path, err := program()
	require.NoError(tb, err)
	p := &running{Cmd: exec.Command(path, args...)}
	p.Env, p.Stdout, p.Stderr = d.environ, &p.out, &p.errs
	require.NoError(tb, p.Start())
	tb.Cleanup(func() {
		if p.ProcessState == nil {
			_ = p.Process.Kill()
			_ = p.Wait()
		}
	})
	return p
}

// wait waits for the end and returns the exit code; -1 if it was killed.
func (p *running) wait(tb testing.TB) int {
	tb.Helper()
	late := time.AfterFunc(patience, func() { _ = p.Process.Kill() })
	defer late.Stop()
	_ = p.Wait() // the exit code says it better
	return p.ProcessState.ExitCode()
}

// The publisher is killed at random moments of his upload, again and again.
// Whenever he comes back, what the registry had is not sent again, and in the
// end the version is published once, from exactly his files.
func TestKillOfThePublisher(t *testing.T) {
	t.Parallel()
	seeds, kills, more, rate := 2, 4, int64(1<<20), 24e6
	if soak() {
		seeds, kills, more, rate = 6, 25, 40<<20, 300e6
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(seed), 2))
			s := registrytest.Start(t)
			wire := newLine(t, s.Endpoint, rate)
			r := newRelease(t, "baton-sample", "v1.0.0", more, uint64(seed), registryv1.Platforms()...)
			ines := newDesk(t, wire.address, s.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER, "acme"))
			watching := observe(t, s.Address, r)
			publish := []string{"publish", r.dir, "--org", r.org, "--name", r.name, "--version", r.version, "--sign", "none", "-o", "json"}

			for kill := 0; ; kill++ {
				if seed%2 == 0 { // else he is back before the registry knows that he was gone
					wire.quiet(t)
				}
				found := registrytest.Audit(t, s.Dir)
				require.Empty(t, found.String())
				have := found.Recorded + found.OpenBytes
				args := publish
				if have > 0 && kill%2 == 1 { // the journal knows the rest
					args = []string{"publish", r.dir, "--resume", "-o", "json"}
				}
				before := wire.passed()
				var p *running
				ready := make(chan struct{})
				if kill < kills {
					// With nothing left to send: finalizing and waiting are moments, too.
					wire.when(random.Int64N((r.total-have)/2+talk/4), func() { <-ready; _ = p.Process.Kill() })
				}
				p = ines.start(t, args...)
				close(ready)
				code := p.wait(t)
				sent := wire.passed() - before
				assert.LessOrEqual(t, sent, r.total-have+talk, "run %d, when the registry had %d of %d bytes", kill, have, r.total)
				t.Logf("run %d: the registry had %d of %d bytes, %d were sent, exit %d", kill, have, r.total, sent, code)
				if code == 0 {
					assert.Contains(t, p.out.String(), `"state":"PUBLISHED"`)
					break
				}
				require.Equal(t, -1, code, "%s%s", p.out.String(), p.errs.String())
				require.Less(t, kill, kills, "nobody killed it: %s%s", p.out.String(), p.errs.String())
			}
			wire.quiet(t)
			assert.LessOrEqual(t, wire.passed(), r.total+int64(kills+1)*talk, "all runs together sent every byte once")

			again := ines.start(t, publish...)
			require.Zero(t, again.wait(t), again.errs.String())
			assert.Contains(t, again.out.String(), `"unchanged":true`)
			drafts := ines.start(t, "drafts", "-o", "json")
			require.Zero(t, drafts.wait(t), drafts.errs.String())
			assert.Equal(t, "[]", strings.TrimSpace(drafts.out.String()), "nothing unfinished is remembered")

			assert.Equal(t, r.sums, download(t, s.Address, r.ref()))
			watching.done(t)
			found := registrytest.Audit(t, s.Dir)
			assert.Empty(t, found.String())
			assert.Equal(t, r.total, found.Recorded)
			assert.Empty(t, found.Strays)
			assert.Empty(t, found.Parts)
		})
	}
}
