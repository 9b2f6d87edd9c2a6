package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/catalog"
)

func TestTheVersionBefore(t *testing.T) {
	t.Parallel()
	c := catalog.New()
	list := catalog.List{Org: "acme", Name: "baton-sample"}
	var page []*registryv1.VersionSummary
	for i, each := range []struct {
		number string
		state  registryv1.State
	}{
		{"v1.0.0", registryv1.State_STATE_PUBLISHED},
		{"v1.1.0-rc.1", registryv1.State_STATE_PUBLISHED},
		{"v1.1.0", registryv1.State_STATE_YANKED},
		{"v1.2.0", registryv1.State_STATE_FAILED},
		{"v1.10.0", registryv1.State_STATE_PUBLISHED},
		{"v1.11.0-rc.1", registryv1.State_STATE_PUBLISHED},
		{"v0.1.0-alpha", registryv1.State_STATE_PUBLISHED},
	} {
		page = append(page, &registryv1.VersionSummary{
			Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: each.number}, Id: int64(i + 1), Revision: 1, State: each.state,
		})
	}
	other := &registryv1.VersionSummary{Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-other", Version: "v1.10.1"}, Id: 99, Revision: 1, State: registryv1.State_STATE_PUBLISHED}
	before := func(number string) string {
		v, known := c.Before("acme/baton-sample", number)
		if !known {
			return ""
		}
		return v.Number
	}
	assert.Empty(t, before("v1.0.0"), "nothing is known yet")

	// The list of all versions will do until the connector was opened.
	c.AddVersions(catalog.List{All: true}, append(page, other))
	assert.Equal(t, "v1.10.0", before("v1.11.0"))
	c.AddVersions(list, page)
	for number, want := range map[string]string{
		"v1.11.0":      "v1.10.0",      // the release before a release
		"v1.11.0-rc.2": "v1.11.0-rc.1", // anything before a pre-release
		"v1.10.0":      "v1.0.0",       // neither YANKED nor FAILED, nor a pre-release
		"v1.2.0":       "v1.0.0",
		"v1.1.0":       "v1.0.0",
		"v1.0.0":       "v0.1.0-alpha", // where there is no release
		"v0.1.0-alpha": "",
	} {
		assert.Equal(t, want, before(number), number)
	}
	v, known := c.Version("acme/baton-sample", "v1.2.0")
	assert.True(t, known)
	assert.Equal(t, registryv1.State_STATE_FAILED, v.State)
	_, known = c.Version("acme/baton-sample", "v9.9.9")
	assert.False(t, known)
}
