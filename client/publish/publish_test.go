package publish_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// built is the sample connector, cross-compiled once for all tests.
var built = struct {
	sync.Once
	dir string
	err error
}{}

// TestMain runs the tests, or a registry in a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("REGISTRAR_TEST_PROCESS") != "" {
		registrytest.Main(m)
	}
	code := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir) // a temporary folder
	}
	os.Exit(code)
}

// sample is the folder with one executable for each platform.
func sample(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		built.dir, built.err = os.MkdirTemp("", "registrar-sample") //nolint:usetesting // it outlives the first test that needs it
		for _, p := range registryv1.Platforms() {
			if built.err != nil {
				return
			}
			goos, goarch, _ := strings.Cut(p.Slug(), "-")
			name := "baton-sample"
			if goos == "windows" {
				name += ".exe"
			}
			build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(built.dir, goos+"_"+goarch, name), "./cmd/baton-sample")
			build.Dir = filepath.Join("..", "..", "testdata", "connector")
			build.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=-mod=mod")
			if out, err := build.CombinedOutput(); err != nil {
				built.err = fmt.Errorf("%w: %s", err, out)
			}
		}
	})
	require.NoError(t, built.err, "building the sample connector")
	return built.dir
}

// newProject is a project of its own with the sample's files, which a test
// may change.
func newProject(t *testing.T) string {
	t.Helper()
	dir := newSource(t)
	require.NoError(t, os.CopyFS(filepath.Join(dir, "dist"), os.DirFS(sample(t))))
	return dir
}

// newSource is a project before its first build.
func newSource(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	source := filepath.Join("..", "..", "testdata", "connector")
	for _, name := range []string{"go.mod", "README.md", "LICENSE", "baton_capabilities.json", "config_schema.json"} {
		copyFile(t, filepath.Join(source, name), filepath.Join(dir, name))
	}
	return dir
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, errors.Join(err, out.Close(), in.Close()))
}

// open connects to a registry as a person.
func open(t *testing.T, e registrytest.Endpoint, token string) *client.Client {
	t.Helper()
	c, err := client.Open(client.Memory("hub.example.org", e.Dial).WithToken(token), client.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// bench is a registry and a publisher.
type bench struct {
	server *registrytest.Server
	client *client.Client
}

func newBench(t *testing.T, opts ...registrytest.Option) bench {
	t.Helper()
	s := registrytest.Start(t, opts...)
	return bench{server: s, client: open(t, s.Endpoint, s.Token(t, "ines", registryv1.Role_ROLE_MAINTAINER))}
}

// prepare makes a plan that has no faults.
func (b bench) prepare(t *testing.T, dir, version string) publish.Plan {
	t.Helper()
	plan, faults, err := publish.Prepare(t.Context(), b.client, publish.Answers{Directory: dir, Version: version}, nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	return plan
}

// heard gathers the events of a run.
type heard struct {
	events []publish.Event
	on     func(publish.Event)
}

func (h *heard) emit(e publish.Event) {
	h.events = append(h.events, e)
	if h.on != nil {
		h.on(e)
	}
}

// steps are the steps as they ended.
func (h *heard) steps() []string {
	var said []string
	for _, e := range h.events {
		if s, ok := e.(publish.Step); ok && s.Status != publish.StatusStarted {
			said = append(said, string(s.Name)+" "+string(s.Status))
		}
	}
	return said
}

func (h *heard) count(match func(publish.Event) bool) int {
	n := 0
	for _, e := range h.events {
		if match(e) {
			n++
		}
	}
	return n
}

func (b bench) get(t *testing.T, p publish.Plan) *registryv1.Version {
	t.Helper()
	rs, err := b.client.Registry.GetVersion(context.Background(), &registryv1.GetVersionRequest{
		Ref: &registryv1.VersionRef{Org: p.Ref.Org, Name: p.Ref.Name, Version: p.Ref.Version},
	})
	require.NoError(t, err)
	return rs.GetVersion()
}

func TestPublishTheSample(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	plan := b.prepare(t, newProject(t), "v1.0.0")
	assert.Equal(t, publish.Ref{Org: "acme", Name: "baton-sample", Version: "v1.0.0"}, plan.Ref)
	assert.Equal(t, registryv1.Platforms(), plan.Platforms())
	assert.Equal(t, "Apache-2.0", plan.Describe.License)
	plan.Stable = true

	var h heard
	result, err := publish.Run(t.Context(), b.client, plan, nil, h.emit)
	require.NoError(t, err)
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	assert.True(t, result.Stable)
	assert.Equal(t, plan.Size(), result.Sent, "every byte once")
	assert.Equal(t, []string{"hash ok", "sign skipped", "connector ok", "version ok", "upload ok", "finalize ok", "validate ok", "stable ok", "done ok"}, h.steps())
	assert.Equal(t, 5, h.count(func(e publish.Event) bool { s, ok := e.(publish.Stored); return ok && !s.Have }))
	assert.Positive(t, h.count(func(e publish.Event) bool { _, ok := e.(publish.Checked); return ok }))
	assert.IsType(t, publish.Finished{}, h.events[len(h.events)-1])
	assert.Equal(t, 1, h.count(func(e publish.Event) bool { _, ok := e.(publish.Finished); return ok }))

	again, err := publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	require.NoError(t, err)
	assert.True(t, again.Unchanged)
	assert.Zero(t, again.Sent)
	assert.Equal(t, result.Version.GetSummary().GetPublishedAt().AsTime(), b.get(t, plan).GetSummary().GetPublishedAt().AsTime())
	assert.EqualValues(t, 1, b.get(t, plan).GetSummary().GetAttempt())
}

// pack puts the sample's executables into archives in dist, as releases have
// them. The salt makes the bytes different from those of any other release.
func pack(t *testing.T, dir, version, salt string) {
	t.Helper()
	dist := filepath.Join(dir, "dist")
	require.NoError(t, os.RemoveAll(dist))
	require.NoError(t, os.MkdirAll(dist, 0o755))
	for _, p := range registryv1.Platforms() {
		packOne(t, dist, version, salt, p.Slug(), p.Slug())
	}
}

// packOne writes the archive of one platform, with the executable of another
// if a test wants a swapped one.
func packOne(t *testing.T, dist, version, salt, platform, executable string) {
	t.Helper()
	name := "baton-sample"
	if strings.HasPrefix(executable, "windows") {
		name += ".exe"
	}
	data, err := os.ReadFile(filepath.Join(sample(t), strings.ReplaceAll(executable, "-", "_"), name))
	require.NoError(t, err)
	out, err := os.Create(filepath.Join(dist, "baton-sample-"+version+"-"+platform+".tar.gz"))
	require.NoError(t, err)
	zip, err := gzip.NewWriterLevel(out, gzip.NoCompression) // quick, and a release all the same
	require.NoError(t, err)
	zip.Comment = salt
	archive := tar.NewWriter(zip)
	require.NoError(t, archive.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(data))}))
	_, err = archive.Write(data)
	require.NoError(t, errors.Join(err, archive.Close(), zip.Close(), out.Close()))
}
