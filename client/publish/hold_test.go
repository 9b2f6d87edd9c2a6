package publish_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
)

func TestASecondOneIsToldWhoHasTheDraft(t *testing.T) {
	t.Parallel()
	journal := publish.OpenJournal(t.TempDir())
	plan := publish.Plan{Registry: "embedded", Ref: publish.Ref{Org: "acme", Name: "baton-x", Version: "v1.0.0"}}
	first, err := journal.Hold(plan)
	require.NoError(t, err)
	_, err = journal.Hold(plan)
	require.ErrorContains(t, err, fmt.Sprintf("acme/baton-x@v1.0.0 is being published by another registrar (process %d", os.Getpid()))

	other := plan
	other.Ref.Version = "v1.0.1"
	second, err := journal.Hold(other)
	require.NoError(t, err, "another version is nobody's")
	require.NoError(t, second.Release())

	require.NoError(t, first.Release())
	again, err := journal.Hold(plan)
	require.NoError(t, err)
	require.NoError(t, again.Release())
	drafts, err := journal.List()
	require.NoError(t, err)
	assert.Empty(t, drafts, "a lock is no draft")
}
