package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const selectJob = "select id, kind, version_id, attempt, run_after, leased_by, lease_until, tries, last_error from jobs"

func scanJob(row scanner, j *Job) error {
	var id, kind, version, attempt, runAfter, leaseUntil int64
	err := row.Scan(&id, &kind, &version, &attempt, &runAfter, &j.LeasedBy, &leaseUntil, &j.Tries, &j.LastError)
	j.ID, j.Kind, j.Version, j.Attempt = JobID(id), JobKind(kind), VersionID(version), narrow[int32](attempt)
	j.RunAfter, j.LeaseUntil = fromMicros(runAfter), fromMicros(leaseUntil)
	return err
}

// Enqueue adds a job unless one of this kind for this attempt is there.
func (tx *Tx) Enqueue(ctx context.Context, kind JobKind, id VersionID, attempt int32, runAfter time.Time) error {
	_, err := tx.c.exec(ctx, "insert into jobs (kind, version_id, attempt, run_after) values (?, ?, ?, ?) on conflict do nothing",
		int64(kind), int64(id), attempt, micros(runAfter))
	if err != nil {
		return fmt.Errorf("adding a job: %w", err)
	}
	return nil
}

// Claim leases the job that is due longest to a worker, whose name should be
// unique; ok is false if none is due. A job whose lease ended is due again.
func (s *Store) Claim(ctx context.Context, worker string, lease time.Duration) (j Job, ok bool, err error) {
	// Looking first keeps idle workers from taking the write lock.
	due := func(v *View) error {
		j, err = one(ctx, v.c, scanJob, selectJob+" where run_after <= ? order by run_after, id limit 1", micros(s.config.Now()))
		return err
	}
	for {
		err := s.Read(ctx, due)
		if errors.Is(err, ErrNotFound) {
			return Job{}, false, nil
		}
		if err != nil {
			return Job{}, false, fmt.Errorf("looking for a job: %w", err)
		}
		claimed, err := s.lease(ctx, j, worker, lease, 1)
		if !errors.Is(err, ErrLeaseLost) {
			return claimed, err == nil, err
		}
		// Somebody was faster; there may be another one.
	}
}

// Renew makes a lease last longer from now on; ErrLeaseLost.
func (s *Store) Renew(ctx context.Context, j Job, lease time.Duration) (Job, error) {
	return s.lease(ctx, j, j.LeasedBy, lease, 0)
}

// Release ends a lease at once, so that another worker goes on; the try does
// not count. ErrLeaseLost.
func (s *Store) Release(ctx context.Context, j Job) error {
	_, err := s.lease(ctx, j, "", 0, -1)
	return err
}

// lease compares and swaps on the end of the lease. While a job is leased,
// run_after is the end of the lease, so that one index finds all that is due.
func (s *Store) lease(ctx context.Context, j Job, worker string, lease time.Duration, tries int) (Job, error) {
	err := s.Write(ctx, Actor{}, func(tx *Tx) error {
		was := j.LeaseUntil
		j.RunAfter, j.LeaseUntil, j.LeasedBy = tx.now.Add(lease), tx.now.Add(lease), worker
		j.Tries += tries
		changed, err := tx.c.exec(ctx, `update jobs set leased_by = ?, lease_until = ?, run_after = ?, tries = ?
			where id = ? and lease_until = ?`, worker, micros(j.LeaseUntil), micros(j.RunAfter), j.Tries, int64(j.ID), micros(was))
		if err == nil && changed == 0 {
			return ErrLeaseLost
		}
		return err
	})
	if err != nil {
		return Job{}, fmt.Errorf("leasing job %d: %w", j.ID, err)
	}
	return j, nil
}

// Done removes a job; ErrLeaseLost.
func (tx *Tx) Done(ctx context.Context, j Job) error {
	return tx.finish(ctx, j, "delete from jobs where id = ? and lease_until = ?")
}

// Retry gives a job back, to be tried again later; ErrLeaseLost.
func (tx *Tx) Retry(ctx context.Context, j Job, at time.Time, cause string) error {
	return tx.finish(ctx, j, `update jobs set run_after = ?3, last_error = ?4, leased_by = '', lease_until = 0
		where id = ?1 and lease_until = ?2`, micros(at), cause)
}

func (tx *Tx) finish(ctx context.Context, j Job, query string, args ...any) error {
	changed, err := tx.c.exec(ctx, query, append([]any{int64(j.ID), micros(j.LeaseUntil)}, args...)...)
	if err == nil && changed == 0 {
		err = ErrLeaseLost
	}
	if err != nil {
		return fmt.Errorf("ending job %d: %w", j.ID, err)
	}
	return nil
}

// NextDue is when the next job is due or its lease ends; ok is false if there
// is none.
func (v *View) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	due, err := one(ctx, v.c, value[int64], "select run_after from jobs order by run_after, id limit 1")
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, false, nil
	}
	return fromMicros(due), err == nil, err
}
