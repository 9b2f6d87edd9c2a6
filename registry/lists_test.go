package registry_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func only(field registryv1.FilterField, values ...string) []*registryv1.FilterTerm {
	return []*registryv1.FilterTerm{{Field: field, Values: values}}
}

// numbersOf reads all pages of a list of versions.
func numbersOf(t *testing.T, p *person, rq *registryv1.ListVersionsRequest) (labels []string) {
	t.Helper()
	for first := true; first || rq.GetPageToken() != ""; first = false {
		answer, err := p.ListVersions(t.Context(), rq)
		require.NoError(t, err)
		assert.Equal(t, first, answer.GetCursor() != "", "the first page, and no other, says from where to watch")
		for _, v := range answer.GetVersions() {
			labels = append(labels, v.GetRef().GetName()+" "+v.GetRef().GetVersion())
		}
		rq.PageToken = answer.GetNextPageToken()
	}
	return labels
}

func TestListsShowEverybodyWhatHeMaySee(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0")
	h.anna.draft(t, okta+" v1.10.0", linuxAMD)
	h.anna.draft(t, okta+" v1.9.0", linuxAMD)
	h.anna.draft(t, "acme/baton-new v0.1.0", linuxAMD)

	for _, p := range []*person{h.anonymous, h.bob} {
		assert.Equal(t, []string{"baton-okta v1.0.0"}, numbersOf(t, p, &registryv1.ListVersionsRequest{Connector: of(okta)}))
		assert.Equal(t, []string{"baton-okta v1.0.0"}, numbersOf(t, p, &registryv1.ListVersionsRequest{}))
		c := p.connector(t, okta)
		assert.Equal(t, "v1.0.0", c.GetNewest().GetRef().GetVersion())
		require.Len(t, c.GetCounts(), 1)
		assert.Equal(t, published, c.GetCounts()[0].GetState())
		list, err := p.ListConnectors(t.Context(), &registryv1.ListConnectorsRequest{})
		require.NoError(t, err)
		require.Len(t, list.GetConnectors(), 1, "a connector that nobody published is its org's")
		_, err = p.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: of("acme/baton-new")})
		assert.Equal(t, notFound, reasonOf(err))
		_, err = p.ListVersions(t.Context(), &registryv1.ListVersionsRequest{Connector: of("acme/baton-new")})
		assert.Equal(t, notFound, reasonOf(err))
	}
	assert.Equal(t, []string{"baton-okta v1.10.0", "baton-okta v1.9.0", "baton-okta v1.0.0"},
		numbersOf(t, h.rita, &registryv1.ListVersionsRequest{Connector: of(okta), PageSize: 1}), "highest number first, page by page")
	assert.Equal(t, []string{"baton-new v0.1.0", "baton-okta v1.9.0", "baton-okta v1.10.0", "baton-okta v1.0.0"},
		numbersOf(t, h.rita, &registryv1.ListVersionsRequest{PageSize: 3}), "last changed first")
	mine := h.rita.connector(t, okta)
	assert.Equal(t, "v1.10.0", mine.GetNewest().GetRef().GetVersion())
	assert.Len(t, mine.GetCounts(), 2)
}

func TestListsAreFiltered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0", exe(linuxAMD, ""), exe(windowsAMD, ""))
	h.anna.publish(t, okta+" v2.0.0")
	h.anna.yank(t, okta+" v2.0.0")
	h.bob.publish(t, "beta/baton-github v1.0.0")
	h.anna.draft(t, okta+" v3.0.0", linuxAMD)
	for name, test := range map[string]struct {
		filter []*registryv1.FilterTerm
		want   []string
	}{
		"by state":                {only(registryv1.FilterField_FILTER_FIELD_STATE, "yanked"), []string{"baton-okta v2.0.0"}},
		"by org":                  {only(registryv1.FilterField_FILTER_FIELD_ORG, "beta"), []string{"baton-github v1.0.0"}},
		"by platform":             {only(registryv1.FilterField_FILTER_FIELD_PLATFORM, "windows"), []string{"baton-okta v1.0.0"}},
		"by category":             {only(registryv1.FilterField_FILTER_FIELD_CATEGORY, "broken"), []string{"baton-okta v2.0.0"}},
		"by what nobody may know": {only(registryv1.FilterField_FILTER_FIELD_STATE, "pending"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, numbersOf(t, h.anonymous, &registryv1.ListVersionsRequest{Filter: test.filter}))
		})
	}
}

func TestBadListsHearAllFaults(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	filter := []*registryv1.FilterTerm{
		{Field: registryv1.FilterField_FILTER_FIELD_STATE, Values: []string{"gone"}},
		{Field: registryv1.FilterField_FILTER_FIELD_ORG, Values: []string{"acme"}},
		{Field: 99, Values: []string{"x"}},
	}
	versions := h.refused(t, invalidArgument, func() error {
		_, err := h.anonymous.ListVersions(t.Context(), &registryv1.ListVersionsRequest{
			Connector: of("ac_me/okta"), Filter: filter, PageSize: -1, PageToken: "no token",
		})
		return err
	})
	assert.Equal(t, []string{"connector.org", "page_size", "page_token", "filter[0]", "filter[2]"}, fields(versions))
	connectors := h.refused(t, registryv1.Reason_REASON_INVALID_FILTER, func() error {
		_, err := h.anonymous.ListConnectors(t.Context(), &registryv1.ListConnectorsRequest{Filter: filter})
		return err
	})
	assert.Equal(t, []string{"filter[0]", "filter[2]"}, fields(connectors))
}

func TestPageTokensBelongToTheirList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := range 3 {
		h.anna.publish(t, fmt.Sprintf("%s v1.0.%d", okta, i))
	}
	page, err := h.anonymous.ListVersions(t.Context(), &registryv1.ListVersionsRequest{Connector: of(okta), PageSize: 1})
	require.NoError(t, err)
	token := page.GetNextPageToken()
	require.NotEmpty(t, token)
	for _, rq := range map[string]*registryv1.ListVersionsRequest{
		"another list":   {PageToken: token},
		"another filter": {Connector: of(okta), PageToken: token, Filter: only(registryv1.FilterField_FILTER_FIELD_STATE, "published")},
	} {
		h.refused(t, registryv1.Reason_REASON_INVALID_PAGE_TOKEN, func() error {
			_, err := h.anonymous.ListVersions(t.Context(), rq)
			return err
		})
	}
}
