package registry_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// logged is a registry with a small audit log: two orgs, ten connectors, a
// second between them.
func logged(t *testing.T) (*registrytest.Server, *registrytest.Clock, registrytest.API) {
	t.Helper()
	clock := registrytest.NewClock()
	s := registrytest.Start(t, registrytest.WithClock(clock))
	root := s.API(t, s.Token(t, "root", admin))
	mara := s.API(t, s.Token(t, "mara", publisher))
	for i := range 10 {
		clock.Advance(time.Second)
		_, err := mara.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{
			Ref: &registryv1.ConnectorRef{Org: []string{"acme", "globex"}[i%2], Name: fmt.Sprintf("baton-c%d", i)},
		})
		require.NoError(t, err)
	}
	return s, clock, root
}

// readAll reads a list to its end.
func readAll(t *testing.T, api registrytest.API, rq *registryv1.ListEventsRequest) []*registryv1.Event {
	t.Helper()
	rq = proto.CloneOf(rq)
	var all []*registryv1.Event
	for first := true; ; first = false {
		page, err := api.Events.ListEvents(t.Context(), rq)
		require.NoError(t, err)
		assert.Equal(t, first, page.GetCursor() != "", "the cursor is on the first page")
		all = append(all, page.GetEvents()...)
		if rq.PageToken = page.GetNextPageToken(); rq.PageToken == "" {
			return all
		}
	}
}

func TestListEventsReadsEverythingOnceInBothOrders(t *testing.T) {
	t.Parallel()
	_, _, root := logged(t)
	up := readAll(t, root, &registryv1.ListEventsRequest{Ascending: true, PageSize: 3})
	down := readAll(t, root, &registryv1.ListEventsRequest{PageSize: 5})
	require.Len(t, up, 12)
	require.Len(t, down, 12)
	for i, event := range up {
		assert.EqualValues(t, i+1, event.GetSeq())
		assert.Equal(t, event.GetSeq(), down[11-i].GetSeq())
	}
}

func TestListEventsNarrows(t *testing.T) {
	t.Parallel()
	_, clock, root := logged(t)
	created := []registryv1.EventKind{registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED}
	for title, test := range map[string]struct {
		rq   *registryv1.ListEventsRequest
		want int
	}{
		"by kind": {&registryv1.ListEventsRequest{Kinds: created}, 10},
		"by time": {&registryv1.ListEventsRequest{Since: timestamppb.New(clock.Now().Add(-3 * time.Second))}, 4},
		"by org": {&registryv1.ListEventsRequest{Kinds: created, Filter: []*registryv1.FilterTerm{
			{Field: registryv1.FilterField_FILTER_FIELD_ORG, Values: []string{"acme"}},
		}}, 5},
		"by person": {&registryv1.ListEventsRequest{Filter: []*registryv1.FilterTerm{
			{Field: registryv1.FilterField_FILTER_FIELD_AUTHOR, Values: []string{"mara"}},
		}}, 10},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			test.rq.PageSize = 4
			assert.Len(t, readAll(t, root, test.rq), test.want)
		})
	}
}

func TestListEventsNamesAllFaults(t *testing.T) {
	t.Parallel()
	s, _, _ := logged(t)
	_, err := s.Registry.ListEvents(t.Context(), &registryv1.ListEventsRequest{
		PageSize: -1, PageToken: "x", Kinds: []registryv1.EventKind{0, 999},
		Since:  &timestamppb.Timestamp{Nanos: -1},
		Filter: []*registryv1.FilterTerm{{Field: 99, Values: []string{"x"}}},
	})
	require.Error(t, err)
	for _, part := range []string{"page size", "page token", "number 999", "time", "filter"} {
		assert.ErrorContains(t, err, part)
	}
}

// Whoever may read the whole log gets what is needed to check it without
// believing the registry.
func TestTheChainCanBeRecomputedByItsReader(t *testing.T) {
	t.Parallel()
	_, _, root := logged(t)
	first, err := root.Events.ListEvents(t.Context(), &registryv1.ListEventsRequest{Ascending: true, PageSize: 1000})
	require.NoError(t, err)
	prev := make([]byte, sha256.Size)
	for _, event := range first.GetEvents() {
		stored := event.GetStored()
		require.NotNil(t, stored)
		if event.GetSeq() > 1 {
			assert.Equal(t, prev, stored.GetPrev())
		}
		hash := sha256.New()
		hash.Write(stored.GetPrev())
		hash.Write(binary.BigEndian.AppendUint64(nil, uint64(event.GetSeq())))
		hash.Write(binary.BigEndian.AppendUint64(nil, uint64(stored.GetAtMicros())))
		hash.Write(stored.GetBody())
		prev = hash.Sum(nil)
		assert.Equal(t, prev, stored.GetHash())

		var body registryv1.EventBody
		require.NoError(t, proto.Unmarshal(stored.GetBody(), &body))
		assert.Equal(t, body.GetPerson(), stored.GetColumns().GetPerson())
		assert.Equal(t, body.GetOrgId(), stored.GetColumns().GetOrgId())
		assert.Equal(t, event.GetKind(), body.GetKind())
	}
	assert.Equal(t, prev, first.GetHead().GetHash())
	assert.EqualValues(t, len(first.GetEvents()), first.GetHead().GetSeq())
}
