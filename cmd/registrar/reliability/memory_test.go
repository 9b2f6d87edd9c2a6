package reliability

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What the project promises about memory, in bytes, for five files of 1 GB
// at once: the registry above what it needs when idle, and the publisher.
const (
	registryAboveIdle = 64e6
	publisherAtMost   = 40e6
)

// memory is what a process needs of real memory.
type memory struct{ now, peak int64 }

// memoryOf reads it from the system; ok is false where that is not possible,
// or when the process has ended.
func memoryOf(pid int) (m memory, ok bool) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return memory{}, false
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[2] != "kB" {
			continue
		}
		kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return memory{}, false
		}
		switch fields[0] {
		case "VmRSS:":
			m.now = kilobytes << 10
		case "VmHWM:":
			m.peak = kilobytes << 10
		}
	}
	return m, m.now > 0
}

// watchMemory reads the memory of a process until it ends, and returns what
// it read last: the peak only grows.
func watchMemory(pid int) (last func() memory) {
	var (
		seen  memory
		watch sync.WaitGroup
	)
	watch.Go(func() {
		for {
			m, ok := memoryOf(pid)
			if !ok {
				return
			}
			seen = m
			time.Sleep(2 * time.Millisecond)
		}
	})
	return func() memory { watch.Wait(); return seen }
}

// serve runs `registrar serve` in a process of its own and returns where it
// listens and the admin's token.
func serve(tb testing.TB, address string) (p *running, token string) {
	tb.Helper()
	path, err := program()
	require.NoError(tb, err)
	dir := filepath.Join(tb.TempDir(), "data")
	p = &running{Cmd: exec.Command(path, "serve", "--data", dir, "--listen", address)}
	p.Env, p.Stderr = newDesk(tb, "", "").environ, &p.errs
	out, err := p.StdoutPipe()
	require.NoError(tb, err)
	require.NoError(tb, p.Start())
	tb.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(tb, err, "it says where it listens")
	require.Equal(tb, "listening on "+address+"\n", line)
	secret, err := os.ReadFile(filepath.Join(dir, "admin-token"))
	require.NoError(tb, err)
	return p, string(bytes.TrimSpace(secret))
}

// Five large files at once: neither who sends nor who receives and checks them
// needs memory in proportion, whether the programs lie bare or in archives.
func TestSoakMemoryStaysFlat(t *testing.T) {
	if _, ok := memoryOf(os.Getpid()); !ok {
		t.Skip("this system does not tell how much memory a process needs")
	}
	size := int64(24 << 20)
	if soak() {
		size = 1e9
	}
	for name, lay := range map[string]func(t testing.TB, name, version string, more int64, seed uint64, platforms ...registryv1.Platform) *release{
		"bare": newRelease, "packed": newPackedRelease,
	} {
		t.Run(name, func(t *testing.T) {
			r := lay(t, "baton-sample", "v1.0.0", size, 1, registryv1.Platforms()...)
			address := socket(t)
			registry, admin := serve(t, address)
			boss := newDesk(t, address, admin)
			require.Zero(t, boss.start(t, "list").wait(t))
			time.Sleep(300 * time.Millisecond)
			idle, ok := memoryOf(registry.Process.Pid)
			require.True(t, ok)

			began := time.Now()
			p := boss.start(t, "publish", r.dir, "--org", r.org, "--name", r.name, "--version", r.version, "--sign", "none", "-o", "json")
			last := watchMemory(p.Process.Pid)
			require.Zero(t, p.wait(t), p.errs.String())
			publisher, took := last(), time.Since(began)
			require.Contains(t, p.out.String(), `"state":"PUBLISHED"`)
			after, ok := memoryOf(registry.Process.Pid)
			require.True(t, ok, "the registry lives")

			mb := func(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
			t.Logf("%d files of %s in %s; registry: idle %s, peak %s (%s above), now %s; publisher: peak %s",
				len(r.sums), mb(r.total/int64(len(r.sums))), took.Round(10*time.Millisecond),
				mb(idle.now), mb(after.peak), mb(after.peak-idle.now), mb(after.now), mb(publisher.peak))
			assert.Less(t, after.peak-idle.now, int64(registryAboveIdle))
			assert.Less(t, publisher.peak, int64(publisherAtMost))
			assert.Equal(t, r.sums, download(t, address, r.ref()))
		})
	}
}
