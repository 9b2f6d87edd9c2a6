package reliability

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// peers are the programs that publishing is compared with.
var peers = sync.OnceValues(func() (string, error) {
	out, err := workshop()
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-trimpath", "-o", out+string(filepath.Separator),
		"oras.land/oras/cmd/oras", "github.com/distribution/distribution/v3/cmd/registry")
	build.Dir = filepath.Join("..", "..", "..", "tools", "peers")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the peers: %w\n%s", err, text)
	}
	return out, nil
})

// BenchmarkPublish publishes five executables of 50 MB, from reading them to
// PUBLISHED: with registrar, with oras into the distribution registry, and one
// after the other behind a pass that makes the digests. They take turns, each
// time with files that nobody has seen, and the medians are compared.
func BenchmarkPublish(b *testing.B) {
	const rounds, size = 5, 50_000_000
	var ours, again, oras, inTurn []time.Duration
	var peak int64
	ours = make([]time.Duration, 0, rounds)
	registry := newBenchRegistry(b)
	other := newPeer(b)
	for round := range rounds {
		files := func(kind int) *release {
			r := newRelease(b, "baton-sample", fmt.Sprintf("v1.%d.%d", round, kind), size, uint64(10*round+kind), registryv1.Platforms()...)
			settle(b)
			return r
		}
		r := files(0)
		took, memory := registry.publish(b, r)
		ours, peak = append(ours, took), max(peak, memory)
		took, _ = registry.publish(b, r)
		again = append(again, took)
		require.NoError(b, os.RemoveAll(r.dir))

		r = files(1)
		oras = append(oras, other.push(b, r))
		require.NoError(b, os.RemoveAll(r.dir))

		r = files(2)
		inTurn = append(inTurn, registry.inTurn(b, r))
		require.NoError(b, os.RemoveAll(r.dir))
	}
	ms := func(d []time.Duration) float64 { return float64(median(d).Microseconds()) / 1000 }
	b.ReportMetric(ms(ours), "ms/publish")
	b.ReportMetric(ms(oras), "ms/oras")
	b.ReportMetric(ms(inTurn), "ms/one-by-one")
	b.ReportMetric(ms(again), "ms/again")
	b.ReportMetric(ms(ours)/ms(oras), "of-oras")
	b.ReportMetric(ms(ours)/ms(inTurn), "of-one-by-one")
	b.ReportMetric(float64(peak)/1e6, "peak-MB")
}

// settle waits until the disk has what was written to it: else who comes first
// pays for the files that were made for him.
func settle(b *testing.B) {
	b.Helper()
	require.NoError(b, exec.Command("sync").Run())
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// benchRegistry is `registrar serve` on loopback, and somebody who publishes there.
type benchRegistry struct {
	address, token string
	desk           desk
}

func newBenchRegistry(b *testing.B) benchRegistry {
	b.Helper()
	address := freePort(b)
	_, token := serve(b, address)
	return benchRegistry{address: address, token: token, desk: newDesk(b, address, token)}
}

// freePort is an address of this computer on which nobody listens.
func freePort(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	require.NoError(b, l.Close())
	return l.Addr().String()
}

// publish runs the program and returns how long it took and how much memory
// it needed.
func (r benchRegistry) publish(b *testing.B, of *release) (time.Duration, int64) {
	b.Helper()
	began := time.Now()
	p := r.desk.start(b, "publish", of.dir, "--org", of.org, "--name", of.name, "--version", of.version, "--sign", "none", "-o", "json")
	last := watchMemory(p.Process.Pid)
	require.Zero(b, p.wait(b), p.errs.String())
	took := time.Since(began)
	require.Contains(b, p.out.String(), `"state":"PUBLISHED"`)
	return took, last().peak
}

// inTurn publishes the plain way: all digests first, then one file after the
// other.
func (r benchRegistry) inTurn(b *testing.B, of *release) time.Duration {
	b.Helper()
	plan := of.plan(b)
	calls := connect(b, r.address, r.token)
	began := time.Now()
	ref := of.ref()
	_, err := calls.Registry.CreateVersion(b.Context(), &registryv1.CreateVersionRequest{Ref: ref, Platforms: plan.Platforms()})
	require.NoError(b, err)
	var specs []*registryv1.AssetSpec
	for _, f := range plan.Files {
		platform, _ := registryv1.PlatformFromSlug(f.Asset.Platform)
		kind, _ := registryv1.FromShort[registryv1.AssetKind](f.Asset.Kind)
		specs = append(specs, &registryv1.AssetSpec{Platform: platform, Kind: kind, Filename: f.Asset.Filename, SizeBytes: &f.Stamp.Size, Sha256: digestOf(b, f.Path)})
	}
	links, err := calls.Registry.GetUploadURLs(b.Context(), &registryv1.GetUploadURLsRequest{Ref: ref, Attempt: 1, Assets: specs})
	require.NoError(b, err)
	for i, f := range plan.Files {
		sendOne(b, calls, links.GetTargets()[i], f)
	}
	_, err = calls.Registry.FinalizeVersion(b.Context(), &registryv1.FinalizeVersionRequest{Ref: ref, Attempt: 1, Assets: specs})
	require.NoError(b, err)
	for {
		ctx, cancel := context.WithTimeout(b.Context(), patience)
		rs, err := calls.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: ref, WaitUntilSettled: true})
		cancel()
		require.NoError(b, err)
		if rs.GetVersion().GetSummary().GetState() == registryv1.State_STATE_PUBLISHED {
			return time.Since(began)
		}
		require.Equal(b, registryv1.State_STATE_VALIDATING, rs.GetVersion().GetSummary().GetState())
	}
}

func digestOf(b *testing.B, path string) []byte {
	b.Helper()
	in, err := os.Open(path)
	require.NoError(b, err)
	digest := sha256.New()
	_, err = io.Copy(digest, in)
	require.NoError(b, err)
	require.NoError(b, in.Close())
	return digest.Sum(nil)
}

func sendOne(b *testing.B, calls *client.Client, target *registryv1.UploadTarget, f publish.File) {
	b.Helper()
	in, err := os.Open(f.Path)
	require.NoError(b, err)
	require.NoError(b, calls.Put(b.Context(), target, in, f.Stamp.Size, nil))
	require.NoError(b, in.Close())
}

// peer is the distribution registry and oras.
type peer struct{ oras, address string }

func newPeer(b *testing.B) peer {
	b.Helper()
	bin, err := peers()
	require.NoError(b, err)
	p := peer{oras: filepath.Join(bin, "oras"), address: freePort(b)}
	dir := b.TempDir()
	config := filepath.Join(dir, "config.yml")
	require.NoError(b, os.WriteFile(config, []byte("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: "+
		filepath.Join(dir, "data")+"}}\nhttp: {addr: "+p.address+"}\n"), 0o600))
	serving := exec.Command(filepath.Join(bin, "registry"), "serve", config)
	require.NoError(b, serving.Start())
	b.Cleanup(func() {
		_ = serving.Process.Kill()
		_ = serving.Wait()
	})
	require.Eventually(b, func() bool {
		conn, err := net.Dial("tcp", p.address)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	}, patience, 10*time.Millisecond)
	return p
}

// push sends the files of a release.
func (p peer) push(b *testing.B, of *release) time.Duration {
	b.Helper()
	args := []string{"push", "--plain-http", "--disable-path-validation", "--no-tty", p.address + "/acme/" + of.name + ":" + of.version}
	for _, f := range of.plan(b).Files {
		rel, err := filepath.Rel(of.dir, f.Path)
		require.NoError(b, err)
		args = append(args, rel)
	}
	push := exec.Command(p.oras, args...)
	push.Dir = of.dir
	began := time.Now()
	text, err := push.CombinedOutput()
	require.NoError(b, err, string(text))
	return time.Since(began)
}
