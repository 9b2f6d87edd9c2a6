package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestAFullDiskIsAnErrorOfThatWriteOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	f.read(func(v *View) error {
		// As many pages as it has now are all that it may have.
		pages, err := one(f.ctx, v.c, value[int64], "pragma page_count")
		require.NoError(t, err)
		return f.writer.with(f.ctx, func(c *conn) error {
			_, err := one(f.ctx, c, value[int64], fmt.Sprintf("pragma max_page_count = %d", pages))
			return err
		})
	})
	big := make([]byte, 1<<20)
	err := f.Write(f.ctx, ines, func(tx *Tx) error {
		_, err := tx.CreateVersion(f.ctx, NewVersion{
			Connector: c.ID, Number: "v1.0.0", Precedence: []byte{1}, Draft: Draft{Texts: VersionTexts{Documentation: string(big)}},
		})
		return err
	})
	require.ErrorIs(t, err, ErrFull)
	assert.Equal(t, c, f.again(c, everything), "nothing of it is there")
	f.write(func(tx *Tx) error { return tx.UseToken(f.ctx, 1) })
}

func TestAWriterThatWaitsForAnotherProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, other := openFixture(t, Config{Dir: dir}), openFixture(t, Config{Dir: dir})
	held, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- other.Write(context.Background(), ines, func(*Tx) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	nothing := func(*Tx) error { return nil }

	ctx, cancel := context.WithTimeout(f.ctx, 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	require.ErrorIs(t, f.Write(ctx, ines, nothing), context.DeadlineExceeded)
	assert.Less(t, time.Since(start), 3*time.Second, "a caller who is gone waits no longer")

	var busy *BusyError
	require.ErrorAs(t, f.Write(f.ctx, ines, nothing), &busy)
	close(release)
	require.NoError(t, <-done)
	require.NoError(t, f.Write(f.ctx, ines, nothing), "it can be written to again")
}

func TestACallerWhoIsGoneChangesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	ctx, cancel := context.WithCancel(f.ctx)
	err := f.Write(ctx, ines, func(tx *Tx) error {
		_, err := tx.CreateVersion(ctx, numbered(c.ID, "v1.0.0"))
		cancel()
		return err
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, f.again(c, everything).Counts.Of(pending))
	require.ErrorIs(t, f.Read(ctx, func(*View) error { return nil }), context.Canceled)
}

func TestAReaderCannotWrite(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	err := f.Read(f.ctx, func(v *View) error {
		_, err := v.c.exec(f.ctx, "update chain set seq = 7")
		return err
	})
	require.ErrorContains(t, err, "readonly")
}

func TestWhatIsForgottenIsPreparedAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.version(f.connector("acme", "baton-sample"), "v1.0.0", published)
	// Every number of orgs is a query of its own.
	for i := range maxStatements / 2 { // Each takes three statements.
		orgs := make([]OrgID, i)
		for j := range orgs {
			orgs[j] = OrgID(j + 100)
		}
		found := f.versions(VersionQuery{See: Visibility{Orgs: orgs}, Filter: filter(t, "author:ines"), Limit: 5})
		require.Len(t, found, 1)
		require.Equal(t, registryv1.State_STATE_PUBLISHED, found[0].State)
	}
}
