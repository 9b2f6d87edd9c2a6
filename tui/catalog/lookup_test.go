package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/catalog"
)

// looked is a catalogue with two connectors, of which one was opened.
func looked() *catalog.Catalog {
	c := catalog.New()
	c.AddConnectors([]*registryv1.Connector{
		{Id: 1, Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-desk"}, Stable: "v1.0.0", Latest: "v1.2.0", Newest: summary(13, "baton-desk", "v1.3.0", registryv1.State_STATE_FAILED)},
		{Id: 2, Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-okta"}},
	})
	c.AddVersions(catalog.List{Org: "acme", Name: "baton-okta"}, []*registryv1.VersionSummary{
		summary(1, "baton-okta", "v1.9.0", published), summary(2, "baton-okta", "v1.10.0", registryv1.State_STATE_FAILED), summary(3, "baton-okta", "v1.1.0", published),
	})
	return c
}

const published = registryv1.State_STATE_PUBLISHED

func summary(id int64, name, number string, state registryv1.State) *registryv1.VersionSummary {
	return &registryv1.VersionSummary{Id: id, Ref: &registryv1.VersionRef{Org: "acme", Name: name, Version: number}, State: state}
}

// A version is found by how its number begins, among the rows that were read
// and what connectors point at, without a question to the registry.
func TestLookup(t *testing.T) {
	t.Parallel()
	c := looked()
	all := c.Connectors.All()
	for name, want := range map[string]struct {
		of     []*catalog.Connector
		number string
		most   int
		found  string
	}{
		"the highest first":         {all[1:], "v1", 9, "okta v1.10.0, okta v1.9.0, okta v1.1.0"},
		"the exact one before all":  {all[1:], "v1.1.0", 9, "okta v1.1.0"},
		"a beginning":               {all[1:], "v1.1", 9, "okta v1.10.0, okta v1.1.0"},
		"at most so many":           {all[1:], "v1", 1, "okta v1.10.0"},
		"what a connector tells":    {all[:1], "v1", 9, "desk v1.3.0, desk v1.2.0, desk v1.0.0"},
		"nothing of the connectors": {nil, "v1", 9, ""},
		"no such number":            {all, "v7", 9, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, k := range c.Lookup(want.of, want.number, want.most) {
				got = append(got, strings.TrimPrefix(k.Name, "baton-")+" "+k.Number)
			}
			assert.Equal(t, want.found, strings.Join(got, ", "))
		})
	}
}

// What was not opened by itself is looked for among all versions.
func TestLookupAmongAllVersions(t *testing.T) {
	t.Parallel()
	c := looked()
	c.AddVersions(catalog.List{All: true}, []*registryv1.VersionSummary{summary(11, "baton-desk", "v1.1.0", published), summary(1, "baton-okta", "v1.9.0", published)})
	got := c.Lookup(c.Connectors.All()[:1], "v1.1", 9)
	assert.Equal(t, []catalog.Known{{Org: "acme", Name: "baton-desk", Number: "v1.1.0", State: published}}, got)
}
