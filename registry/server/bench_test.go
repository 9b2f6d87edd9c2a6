package server_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/registry/server"
)

// pageSize is that of a page of the console.
const pageSize = 50

// shelf is a registry that is only read.
type shelf struct {
	*registrytest.Server
	catalogue registrytest.Catalogue
	token     string
	// second is the token of the second page of the whole registry.
	second string
	// others counts the connectors that were made meanwhile.
	others atomic.Int64
}

// newShelf starts a registry as it is in production, but for its jobs: they
// would expire the drafts that are seeded.
func newShelf(b *testing.B, c registrytest.Catalogue) *shelf {
	b.Helper()
	dir := b.TempDir()
	registrytest.Seed(b, dir, c)
	s := &shelf{catalogue: c, Server: registrytest.Start(b, registrytest.In(dir), registrytest.WithLog(slog.NewJSONHandler(io.Discard, nil)),
		registrytest.Configured(func(cfg *registry.Config) { cfg.Validators = -1 }))}
	s.token = s.Token(b, "mara", publisher, "acme")
	first, err := s.API(b, s.token).ListVersions(b.Context(), &registryv1.ListVersionsRequest{PageSize: pageSize})
	require.NoError(b, err)
	s.second = first.GetNextPageToken()
	return s
}

// pages are the lists that are measured: the n-th request of each.
var pages = []struct {
	title   string
	request func(s *shelf, n int64) *registryv1.ListVersionsRequest
}{
	{"of one connector", func(s *shelf, n int64) *registryv1.ListVersionsRequest {
		name := fmt.Sprintf("baton-c%05d", n*7919%int64(s.catalogue.Connectors))
		return &registryv1.ListVersionsRequest{Connector: &registryv1.ConnectorRef{Org: "acme", Name: name}, PageSize: pageSize}
	}},
	{"of the registry, first page", func(*shelf, int64) *registryv1.ListVersionsRequest {
		return &registryv1.ListVersionsRequest{PageSize: pageSize}
	}},
	{"of the registry, second page", func(s *shelf, _ int64) *registryv1.ListVersionsRequest {
		return &registryv1.ListVersionsRequest{PageSize: pageSize, PageToken: s.second}
	}},
}

// BenchmarkListVersions is the promise of at least 5,000 pages of 50 a second
// at 8 callers on two cores: a real store with 100,000 versions, a real
// socket, a token looked up and a line logged for each call. Every caller has
// a connection of its own, as eight programs would. Pages that were asked for
// since the last commit are known; "written to" is the opposite, a registry
// to which another replica commits all the time. What "growth" measures is how
// much more a page costs than one of 1,000 versions.
func BenchmarkListVersions(b *testing.B) {
	before := debug.SetGCPercent(server.GCPercent) // as serve does
	b.Cleanup(func() { debug.SetGCPercent(before) })
	catalogue := registrytest.Catalogue{Connectors: 1000, Versions: 100, Open: 10}
	if testing.Short() {
		catalogue.Connectors = 20
	}
	large := newShelf(b, catalogue)
	for _, page := range pages {
		b.Run(page.title, func(b *testing.B) {
			large.know(b, page.request)
			benchmarkCallers(b, large, page.request)
		})
	}
	for _, page := range pages {
		b.Run("written to, "+page.title, func(b *testing.B) {
			defer large.written(b)()
			benchmarkCallers(b, large, page.request)
		})
	}
	catalogue.Connectors = 10
	small := newShelf(b, catalogue)
	for _, page := range pages {
		b.Run("growth "+page.title, func(b *testing.B) { benchmarkGrowth(b, small, large, page.request) })
	}
}

// know asks for every page once.
func (s *shelf) know(b *testing.B, request func(*shelf, int64) *registryv1.ListVersionsRequest) {
	b.Helper()
	api := s.API(b, s.token)
	for n := range int64(s.catalogue.Connectors) {
		require.NoError(b, readPage(b, api, request(s, n)))
	}
}

// commitsPerSecond is more than a hundred people publish who are at it.
const commitsPerSecond = 50

// written lets another replica write to the registry until the end.
func (s *shelf) written(b *testing.B) (end func()) {
	b.Helper()
	other := registrytest.Start(b, registrytest.In(s.Dir), registrytest.Configured(func(cfg *registry.Config) { cfg.Validators = -1 }))
	api := other.API(b, s.token)
	done := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() {
		tick := time.NewTicker(time.Second / commitsPerSecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				if err := s.commit(b, api); err != nil {
					b.Error(err)
					return
				}
			}
		}
	})
	return func() { close(done); work.Wait() }
}

// commit makes every page be read anew that is known.
func (s *shelf) commit(b *testing.B, api registrytest.API) error {
	b.Helper()
	_, err := api.CreateConnector(b.Context(), connector("acme", fmt.Sprintf("baton-other%d", s.others.Add(1))))
	return err
}

// BenchmarkPlainCall is what a call costs on this computer that does nothing:
// the same eight callers, and grpc-go's own server and health service. Pages a
// second say little without it, since computers differ by four times in this.
func BenchmarkPlainCall(b *testing.B) {
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	require.NoError(b, err)
	s := grpc.NewServer()
	healthpb.RegisterHealthServer(s, health.NewServer())
	go func() { _ = s.Serve(listener) }()
	b.Cleanup(s.Stop)
	var next atomic.Int64
	var work sync.WaitGroup
	before := processorTime(b)
	b.ResetTimer()
	for range 8 {
		calls := healthpb.NewHealthClient(registrytest.At(listener.Addr().String()).Conn(b, ""))
		work.Go(func() {
			for next.Add(1) <= int64(b.N) {
				if _, err := calls.Check(b.Context(), &healthpb.HealthCheckRequest{}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	reportProcessor(b, before, "call")
}

// benchmarkCallers lets eight callers read pages.
func benchmarkCallers(b *testing.B, s *shelf, request func(*shelf, int64) *registryv1.ListVersionsRequest) {
	b.Helper()
	const callers = 8
	apis := make([]registrytest.API, callers)
	for i := range apis {
		apis[i] = s.API(b, s.token)
	}
	var next atomic.Int64
	var work sync.WaitGroup
	b.ReportAllocs()
	before := processorTime(b)
	b.ResetTimer()
	for _, api := range apis {
		work.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := readPage(b, api, request(s, n)); err != nil {
					b.Errorf("page %d: %v", n, err)
					return
				}
			}
		})
	}
	work.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
	reportProcessor(b, before, "page")
}

// reportProcessor says how much of a processor one of b.N took, the callers'
// own share included.
func reportProcessor(b *testing.B, before time.Duration, of string) {
	b.Helper()
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/"+of)
}

// benchmarkGrowth reads a page of each registry in turn, so that whatever else
// the computer does hits both. What is known costs the same everywhere, so all
// are read anew.
func benchmarkGrowth(b *testing.B, small, large *shelf, request func(*shelf, int64) *registryv1.ListVersionsRequest) {
	b.Helper()
	apis := map[*shelf]registrytest.API{small: small.API(b, small.token), large: large.API(b, large.token)}
	took := map[*shelf]time.Duration{}
	for n := int64(0); b.Loop(); n++ {
		for s, api := range apis {
			if err := s.commit(b, api); err != nil {
				b.Fatal(err)
			}
			began := time.Now()
			if err := readPage(b, api, request(s, n)); err != nil {
				b.Fatal(err)
			}
			took[s] += time.Since(began)
		}
	}
	b.ReportMetric(float64(took[large])/float64(took[small]), "times")
	b.ReportMetric(float64(took[small].Nanoseconds())/float64(b.N), "ns/small-page")
	b.ReportMetric(float64(took[large].Nanoseconds())/float64(b.N), "ns/large-page")
}

func readPage(b *testing.B, api registrytest.API, rq *registryv1.ListVersionsRequest) error {
	b.Helper()
	page, err := api.ListVersions(b.Context(), rq)
	if err == nil && len(page.GetVersions()) != pageSize {
		err = fmt.Errorf("it has %d rows", len(page.GetVersions()))
	}
	return err
}
