package store

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMemo(t *testing.T) { //nolint:tparallel // the parts share one store, and each counts what is committed
	t.Parallel()
	f := openFixture(t, Config{Dir: t.TempDir()})
	reads := 0
	ask := func(m *Memo[int], key string, size int) int {
		v, err := m.Remembered(t.Context(), key, func() (int, int, error) {
			reads++
			return reads, size, nil
		})
		require.NoError(t, err)
		return v
	}

	t.Run("gives again what was read until something is committed", func(t *testing.T) {
		m := NewMemo[int](f.Store, 10_000)
		first := ask(m, "a", 10)
		assert.Equal(t, first, ask(m, "a", 10))
		assert.NotEqual(t, first, ask(m, "b", 10), "another key is another question")
		f.connector("acme", "baton-sample")
		assert.NotEqual(t, first, ask(m, "a", 10))
	})

	t.Run("keeps no more than it may", func(t *testing.T) {
		m := NewMemo[int](f.Store, 10_000)
		for i := range 500 {
			ask(m, fmt.Sprintf("%03d", i), 40)
			require.LessOrEqual(t, m.size, 10_000)
			require.LessOrEqual(t, len(m.kept)*(3+40+keptCost), 10_000, "small values cost more than their bytes")
		}
		assert.Greater(t, len(m.kept), 45)
		before := reads
		ask(m, "large", 1_200)
		ask(m, "large", 1_200)
		assert.Equal(t, before+2, reads, "what would push out the rest is not kept")
	})

	t.Run("keeps no error", func(t *testing.T) {
		m := NewMemo[int](f.Store, 10_000)
		_, err := m.Remembered(t.Context(), "a", func() (int, int, error) { return 0, 0, ErrNotFound })
		require.ErrorIs(t, err, ErrNotFound)
		assert.NotZero(t, ask(m, "a", 1))
	})

	t.Run("keeps what is kept when a caller has gone", func(t *testing.T) {
		m := NewMemo[int](f.Store, 10_000)
		first := ask(m, "a", 10)
		gone, leave := context.WithCancel(t.Context())
		leave()
		_, err := m.Remembered(gone, "a", func() (int, int, error) { return 0, 0, gone.Err() })
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, first, ask(m, "a", 10))
	})

	t.Run("a late reading does not push out newer ones", func(t *testing.T) {
		m := NewMemo[int](f.Store, 10_000)
		newer := 0
		v, err := m.Remembered(t.Context(), "slow", func() (int, int, error) {
			f.connector("acme", "baton-meanwhile")
			newer = ask(m, "a", 10)
			return -1, 10, nil
		})
		require.NoError(t, err)
		assert.Equal(t, -1, v, "it was so when it was asked for")
		assert.Equal(t, newer, ask(m, "a", 10))
		assert.NotEqual(t, -1, ask(m, "slow", 10))
	})

	t.Run("looking for work changes nothing", func(t *testing.T) {
		m := NewMemo[int](f.Store, 10_000)
		first := ask(m, "a", 10)
		_, found := f.claim("a worker")
		require.False(t, found)
		require.NoError(t, f.Write(t.Context(), Actor{}, func(*Tx) error { return nil }))
		assert.Equal(t, first, ask(m, "a", 10))
	})

	t.Run("asks once within a moment", func(t *testing.T) {
		ctx := WithMoment(t.Context())
		before, err := f.Generation(ctx)
		require.NoError(t, err)
		f.connector("acme", "baton-other")
		after, err := f.Generation(ctx)
		require.NoError(t, err)
		assert.Equal(t, before, after)
		now, err := f.Generation(t.Context())
		require.NoError(t, err)
		assert.NotEqual(t, before, now)
	})
}

// A connection that had to be opened again counts from the beginning: its
// number must not be taken for one of the connection before.
func TestAGenerationOfANewConnectionIsAnother(t *testing.T) {
	t.Parallel()
	f := openFixture(t, Config{Dir: t.TempDir()})
	before, err := f.Generation(t.Context())
	require.NoError(t, err)
	require.NoError(t, f.generations.close())
	after, err := f.Generation(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, before, after)
	require.NoError(t, f.Close())
	_, err = f.Generation(t.Context())
	require.ErrorIs(t, err, ErrClosed)
}
