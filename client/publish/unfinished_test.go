package publish_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func drafted(registry, org, name, version string) publish.Plan {
	return publish.Plan{Registry: registry, Ref: publish.Ref{Org: org, Name: name, Version: version}}
}

func TestPairPutsBothSidesTogether(t *testing.T) {
	t.Parallel()
	held := []*registryv1.VersionRef{
		{Org: "Acme", Name: "baton-one", Version: "v1.0.0"},
		{Org: "acme", Name: "baton-two", Version: "v1.0.0"},
	}
	local := []publish.Draft{
		{ID: "a", Plan: drafted("r", "acme", "one", "v1.0.0")},
		{ID: "b", Plan: drafted("r", "acme", "baton-two", "v1.0.1")},
	}
	beside, alone := publish.Pair(held, local)
	require.Len(t, beside, 2)
	require.NotNil(t, beside[0])
	assert.Equal(t, "a", beside[0].ID)
	assert.Nil(t, beside[1])
	require.Len(t, alone, 1)
	assert.Equal(t, "b", alone[0].ID)
}

func TestTheJournalOfOneRegistry(t *testing.T) {
	t.Parallel()
	j := publish.OpenJournal(t.TempDir())
	for _, plan := range []publish.Plan{drafted("here", "acme", "one", "v1.0.0"), drafted("there", "acme", "one", "v1.0.0"), drafted("here", "acme", "two", "v1.0.0")} {
		_, err := j.Save(plan)
		require.NoError(t, err)
	}
	drafts, err := j.ListFor("here")
	require.NoError(t, err)
	require.Len(t, drafts, 2)
	require.NoError(t, j.Forget("here", &registryv1.VersionRef{Org: "ACME", Name: "baton-one", Version: "v1.0.0"}))
	require.NoError(t, j.Forget("here", &registryv1.VersionRef{Org: "acme", Name: "three", Version: "v1.0.0"}))
	drafts, err = j.List()
	require.NoError(t, err)
	assert.Len(t, drafts, 2, "that of the other registry stays")
}
