package store

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

const lease = 30 * time.Second

func (f *fixture) enqueue(kind JobKind, id VersionID, attempt int32, after time.Duration) {
	f.tb.Helper()
	f.write(func(tx *Tx) error { return tx.Enqueue(f.ctx, kind, id, attempt, tx.Now().Add(after)) })
}

func (f *fixture) claim(worker string) (Job, bool) {
	f.tb.Helper()
	j, ok, err := f.Claim(f.ctx, worker, lease)
	require.NoError(f.tb, err)
	return j, ok
}

func (f *fixture) mustClaim(worker string) Job {
	f.tb.Helper()
	j, ok := f.claim(worker)
	require.True(f.tb, ok, "no job is due")
	return j
}

func TestAJobIsDoneOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, ok := f.claim("a")
	assert.False(t, ok)
	f.enqueue(JobValidate, 1, 1, 0)
	f.enqueue(JobValidate, 1, 1, 0) // The same again is no second job.
	f.enqueue(JobValidate, 1, 2, time.Minute)

	j := f.mustClaim("a")
	assert.Equal(t, JobValidate, j.Kind)
	assert.EqualValues(t, 1, j.Version)
	assert.EqualValues(t, 1, j.Attempt)
	assert.Equal(t, "a", j.LeasedBy)
	assert.Equal(t, 1, j.Tries)
	_, ok = f.claim("b")
	assert.False(t, ok, "it is leased, and the other one is not due")

	f.write(func(tx *Tx) error { return tx.Done(f.ctx, j) })
	require.ErrorIs(t, f.Write(f.ctx, ines, func(tx *Tx) error { return tx.Done(f.ctx, j) }), ErrLeaseLost)
	f.clock.pass(time.Minute)
	assert.EqualValues(t, 2, f.mustClaim("b").Attempt)
}

func TestALeaseThatEndsIsTakenOver(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.enqueue(JobValidate, 1, 1, 0)
	first := f.mustClaim("killed")
	f.clock.pass(lease + time.Second)
	second := f.mustClaim("other")
	assert.Equal(t, first.ID, second.ID)
	assert.Equal(t, 2, second.Tries)

	// Whoever was not killed after all can change nothing any more.
	_, err := f.Renew(f.ctx, first, lease)
	require.ErrorIs(t, err, ErrLeaseLost)
	require.ErrorIs(t, f.Release(f.ctx, first), ErrLeaseLost)
	require.ErrorIs(t, f.Write(f.ctx, ines, func(tx *Tx) error { return tx.Done(f.ctx, first) }), ErrLeaseLost)
	require.ErrorIs(t, f.Write(f.ctx, ines, func(tx *Tx) error { return tx.Retry(f.ctx, first, tx.Now(), "") }), ErrLeaseLost)
}

func TestALeaseIsRenewed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.enqueue(JobValidate, 1, 1, 0)
	j := f.mustClaim("a")
	for range 5 {
		f.clock.pass(lease / 2)
		var err error
		j, err = f.Renew(f.ctx, j, lease)
		require.NoError(t, err)
		_, ok := f.claim("b")
		require.False(t, ok)
	}
	assert.Equal(t, 1, j.Tries)
	f.write(func(tx *Tx) error { return tx.Done(f.ctx, j) })
}

func TestAReleasedJobGoesOnAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.enqueue(JobValidate, 1, 1, 0)
	require.NoError(t, f.Release(f.ctx, f.mustClaim("stopping")))
	assert.Equal(t, 1, f.mustClaim("other").Tries, "the first try did not count")
}

func TestAFailedJobIsTriedAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.enqueue(JobExpire, 0, 0, 0)
	j := f.mustClaim("a")
	var at time.Time
	f.write(func(tx *Tx) error {
		at = tx.Now().Add(time.Minute)
		return tx.Retry(f.ctx, j, at, "disk on fire")
	})
	_, ok := f.claim("a")
	assert.False(t, ok)
	f.read(func(v *View) error {
		due, ok, err := v.NextDue(f.ctx)
		assert.True(t, ok)
		assert.Equal(t, at, due)
		return err
	})
	f.clock.pass(time.Minute)
	j = f.mustClaim("a")
	assert.Equal(t, "disk on fire", j.LastError)
	assert.Equal(t, 2, j.Tries)
	f.write(func(tx *Tx) error { return tx.Done(f.ctx, j) })
	f.read(func(v *View) error {
		_, ok, err := v.NextDue(f.ctx)
		assert.False(t, ok)
		return err
	})
}

func TestManyWorkersShareTheJobs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const jobs = 60
	f.write(func(tx *Tx) error {
		for i := range jobs {
			if err := tx.Enqueue(f.ctx, JobValidate, VersionID(i+1), 1, tx.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	var mu sync.Mutex
	done := map[VersionID]int{}
	var workers errgroup.Group
	for w := range 6 {
		workers.Go(func() error {
			for {
				j, ok, err := f.Claim(f.ctx, fmt.Sprint(w), lease)
				if err != nil || !ok {
					return err
				}
				mu.Lock()
				done[j.Version]++
				mu.Unlock()
				if err := f.Write(f.ctx, Actor{}, func(tx *Tx) error { return tx.Done(f.ctx, j) }); err != nil {
					return err
				}
			}
		})
	}
	require.NoError(t, workers.Wait())
	assert.Len(t, done, jobs)
	for version, times := range done {
		assert.Equal(t, 1, times, "version %d", version)
	}
}

func TestIdleDraftsAreFound(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	old := f.version(c, "v1.0.0", pending)
	touched := f.version(c, "v2.0.0", uploading)
	f.version(c, "v3.0.0", published)
	f.clock.pass(time.Hour)
	since := f.clock.now()
	f.write(func(tx *Tx) error { return tx.Touch(f.ctx, touched.ID) })
	f.version(c, "v4.0.0", pending)
	f.read(func(v *View) error {
		idle, err := v.IdleDrafts(f.ctx, since, 10)
		require.Len(t, idle, 1)
		assert.Equal(t, old.ID, idle[0].ID)
		return err
	})
	f.clock.pass(time.Hour)
	f.read(func(v *View) error {
		idle, err := v.IdleDrafts(f.ctx, f.clock.now(), 2)
		assert.Len(t, idle, 2, "no more than asked for")
		return err
	})
}
