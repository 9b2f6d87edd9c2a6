package registry_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// BenchmarkReviewQueue is a page of 50 of what waits for people, with its
// reviews, claims and checks, where 10,000 versions wait and 200.
func BenchmarkReviewQueue(b *testing.B) {
	for _, size := range []struct {
		title     string
		catalogue registrytest.Catalogue
	}{
		{"10000 wait", registrytest.Catalogue{Connectors: 100, Versions: 102, Waiting: 100}},
		{"200 wait", registrytest.Catalogue{Connectors: 100, Versions: 4, Waiting: 2}},
	} {
		dir := b.TempDir()
		registrytest.Seed(b, dir, size.catalogue)
		h, err := openHouse(dir)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, h.r.Close()) })
		read := func(rq *registryv1.ListReviewQueueRequest) *registryv1.ListReviewQueueResponse {
			answer, err := h.rita.reviews.ListReviewQueue(b.Context(), rq)
			require.NoError(b, err)
			return answer
		}
		first := read(&registryv1.ListReviewQueueRequest{})
		require.Len(b, first.GetItems(), 50)
		require.EqualValues(b, size.catalogue.Connectors*size.catalogue.Waiting, first.GetTotal())
		require.NotEmpty(b, first.GetItems()[0].GetPrevious())
		token := ""
		for read, size := 0, int(first.GetTotal()); read < size/2; read += 50 { // to the middle
			answer, err := h.rita.reviews.ListReviewQueue(b.Context(), &registryv1.ListReviewQueueRequest{PageToken: token})
			require.NoError(b, err)
			token = answer.GetNextPageToken()
		}
		for page, rq := range map[string]*registryv1.ListReviewQueueRequest{
			"first page": {}, "page in the middle": {PageToken: token},
		} {
			b.Run(size.title+", "+page, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					read(rq)
				}
			})
		}
	}
}
