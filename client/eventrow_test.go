package client_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/filter"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What --follow lets through is what the list would have shown.
func TestEventsMatchFilters(t *testing.T) {
	t.Parallel()
	yank := client.NewEventRow(&registryv1.Event{
		Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Person: "Mara", Org: "Acme", Name: "baton-sample", Version: "v1.0.0",
		Reason: "leaks tokens", Detail: map[string]string{"category": "SECURITY", "advisory": "CVE-2026-0001"},
	})
	for text, want := range map[string]bool{
		"":                     true,
		"org:acme":             true,
		"org:baker":            false,
		"name:sample":          true,
		"version:v1.0":         true,
		"author:mara":          true,
		"author:-mara":         false,
		"state:yanked":         true,
		"state:published":      false,
		"category:security":    true,
		"category:broken":      false,
		"tokens":               true,
		"cve-2026-0001":        true,
		"mara leaks org:acme":  true,
		"mara leaks org:baker": false,
	} {
		query, faults := filter.Parse(text)
		require.Empty(t, faults, text)
		assert.Equal(t, want, query.Match(yank), text)
	}
}
