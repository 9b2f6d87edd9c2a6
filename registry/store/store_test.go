package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/registry/store"
)

func TestOpen(t *testing.T) {
	s, err := store.Open(context.Background(), store.Config{Dir: t.TempDir()})
	require.NoError(t, err)
	require.NotEmpty(t, s.ID())
	require.NoError(t, s.Close())
}
