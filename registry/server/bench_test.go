package server_test

import (
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// BenchmarkListVersions is the promise of at least 5,000 pages of 50 a second
// at 8 callers on two cores: a real store with 100,000 versions, a real
// socket, a token looked up and a line logged for each call. Every caller has
// a connection of its own, as eight programs would.
func BenchmarkListVersions(b *testing.B) {
	const callers, size = 8, 50
	catalogue := registrytest.Catalogue{Connectors: 1000, Versions: 100, Open: 10}
	if testing.Short() {
		catalogue = registrytest.Catalogue{Connectors: 20, Versions: 100, Open: 10}
	}
	dir := b.TempDir()
	registrytest.Seed(b, dir, catalogue)
	s := registrytest.Start(b, registrytest.In(dir), registrytest.WithLog(slog.NewJSONHandler(io.Discard, nil)))
	token := s.Token(b, "mara", publisher, "acme")
	first, err := s.API(b, token).ListVersions(b.Context(), &registryv1.ListVersionsRequest{PageSize: size})
	require.NoError(b, err)

	for title, request := range map[string]func(n int64) *registryv1.ListVersionsRequest{
		"of one connector": func(n int64) *registryv1.ListVersionsRequest {
			name := fmt.Sprintf("baton-c%05d", n*7919%int64(catalogue.Connectors))
			return &registryv1.ListVersionsRequest{Connector: &registryv1.ConnectorRef{Org: "acme", Name: name}, PageSize: size}
		},
		"of the registry, first page": func(int64) *registryv1.ListVersionsRequest {
			return &registryv1.ListVersionsRequest{PageSize: size}
		},
		"of the registry, second page": func(int64) *registryv1.ListVersionsRequest {
			return &registryv1.ListVersionsRequest{PageSize: size, PageToken: first.GetNextPageToken()}
		},
	} {
		b.Run(title, func(b *testing.B) {
			apis := make([]registrytest.API, callers)
			for i := range apis {
				apis[i] = s.API(b, token)
			}
			var next atomic.Int64
			var work sync.WaitGroup
			b.ReportAllocs()
			b.ResetTimer()
			for _, api := range apis {
				work.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						page, err := api.ListVersions(b.Context(), request(n))
						if err != nil || len(page.GetVersions()) != size {
							b.Errorf("page %d has %d rows: %v", n, len(page.GetVersions()), err)
							return
						}
					}
				})
			}
			work.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}
