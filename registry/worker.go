package registry

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/registrar-console/registrar/registry/blob"
	"github.com/registrar-console/registrar/registry/store"
)

const (
	// renewals is how often a lease is renewed in the time that it lasts.
	renewals = 3
	// maxTries is how often a job is begun before it is given up.
	maxTries = 5
	// lookEvery bounds how long a job that another process left waits here.
	lookEvery = 5 * time.Second
	// breath keeps a worker from spinning when a due job is just being taken.
	breath = 50 * time.Millisecond
)

// Worker does the jobs of the store: it validates versions, and clears away
// what was abandoned. Every process has one, and any of them goes on with what
// another one left: a job is done at least once, and doing it twice does no
// harm.
type Worker struct {
	registry *Registry
	name     string
	// bell wakes a resting worker: there may be a job.
	bell chan struct{}

	ctx    context.Context //nolint:containedctx // ends with the worker, not with a call
	cancel context.CancelFunc
	group  sync.WaitGroup

	mu      sync.Mutex
	running int
	// changed is closed and replaced whenever a job ends.
	changed chan struct{}
}

func newWorker(r *Registry) *Worker {
	ctx, cancel := context.WithCancel(WithPrincipal(context.Background(), Principal{Kind: System}))
	return &Worker{
		registry: r, name: blob.NewUploadID().String(), bell: make(chan struct{}, 1),
		ctx: ctx, cancel: cancel, changed: make(chan struct{}),
	}
}

// Start begins to work, several jobs at once.
func (w *Worker) Start() {
	if w.registry.config.Validators < 0 {
		return
	}
	w.group.Go(func() {
		w.registry.inspectBlobs(w.ctx)
		w.plan(w.ctx)
	})
	for range w.registry.config.Validators {
		w.group.Go(func() { w.run(w.ctx) })
	}
}

// Stop ends the work. A job that is under way is given back, so that another
// process begins it again at once.
func (w *Worker) Stop() error {
	w.cancel()
	w.group.Wait()
	return nil
}

// ring says that there may be a job.
func (w *Worker) ring() {
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

// plan makes sure that somebody clears away, now and then.
func (w *Worker) plan(ctx context.Context) {
	err := w.registry.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error {
		return tx.Enqueue(ctx, store.JobExpire, 0, 0, tx.Now())
	})
	if err != nil && ctx.Err() == nil {
		w.registry.log.Error("the next sweep was not planned", "cause", err)
	}
	w.ring()
}

func (w *Worker) run(ctx context.Context) {
	for ctx.Err() == nil {
		found, err := w.step(ctx)
		if err != nil && ctx.Err() == nil {
			w.registry.log.Error("looking for work", "cause", err)
		}
		if !found {
			w.rest(ctx)
		}
	}
}

// step does one job, if there is one.
func (w *Worker) step(ctx context.Context) (found bool, err error) {
	w.count(+1)
	defer w.count(-1)
	job, found, err := w.registry.store.Claim(ctx, w.name, w.registry.config.Lease)
	if err != nil || !found {
		return false, err
	}
	// There may be more than one: who found one wakes the next.
	w.ring()
	w.do(ctx, job)
	return true, nil
}

func (w *Worker) count(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running += n
	if n < 0 {
		close(w.changed)
		w.changed = make(chan struct{})
	}
}

// rest waits until there may be work again.
func (w *Worker) rest(ctx context.Context) {
	wait := lookEvery
	err := w.registry.store.Read(ctx, func(v *store.View) error {
		at, ok, err := v.NextDue(ctx)
		if ok {
			wait = min(lookEvery, at.Sub(w.registry.now()))
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		w.registry.log.Error("looking for the next job", "cause", err)
	}
	timer := time.NewTimer(max(wait, breath))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-w.bell:
	case <-timer.C:
	}
}

// Drain does every job that is due. A negative number of validators leaves
// all work to it.
func (r *Registry) Drain(ctx context.Context) error {
	return wrap("doing the open jobs", r.worker.Drain(ctx))
}

// Drain does every job that is due, and waits for those that this process has
// under way. A process that ends calls it when nobody else may come.
func (w *Worker) Drain(ctx context.Context) error {
	for {
		found, err := w.step(WithPrincipal(ctx, Principal{Kind: System}))
		if err != nil {
			return err
		}
		if found {
			continue
		}
		w.mu.Lock()
		running, changed := w.running, w.changed
		w.mu.Unlock()
		if running == 0 {
			return ctx.Err()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// claim is a job that this worker holds. Its lease is renewed until it is
// settled.
type claim struct {
	end  context.CancelFunc
	last chan store.Job
}

// hold renews the lease of a job in the background. The context that it
// returns ends when the lease is lost: somebody else does the job by then.
func (w *Worker) hold(ctx context.Context, job store.Job) (context.Context, *claim) {
	working, lost := context.WithCancelCause(ctx)
	renewing, end := context.WithCancel(ctx)
	c := &claim{end: end, last: make(chan store.Job, 1)}
	go func() {
		defer func() { c.last <- job }()
		ticker := time.NewTicker(w.registry.config.Lease / renewals)
		defer ticker.Stop()
		for {
			select {
			case <-renewing.Done():
				return
			case <-ticker.C:
			}
			renewed, err := w.registry.store.Renew(context.WithoutCancel(ctx), job, w.registry.config.Lease)
			if errors.Is(err, store.ErrLeaseLost) {
				lost(err)
				return
			}
			if err != nil {
				w.registry.log.Warn("the lease of a job was not renewed", "job", job.ID, "cause", err)
				continue
			}
			job = renewed
		}
	}()
	return working, c
}

// settle ends the renewing and returns the job as it is leased now: the next
// change of it is the last. It may be called again.
func (c *claim) settle() store.Job {
	c.end()
	job := <-c.last
	c.last <- job
	return job
}

// do does one job and says how it ended, whatever happens.
func (w *Worker) do(ctx context.Context, job store.Job) {
	working, held := w.hold(ctx, job)
	err := w.handle(working, job, held)
	job = held.settle()
	var ended error
	switch {
	case err == nil, errors.Is(err, store.ErrLeaseLost), errors.Is(context.Cause(working), store.ErrLeaseLost):
		return
	case ctx.Err() != nil:
		ended = w.registry.store.Release(context.WithoutCancel(ctx), job)
	case job.Kind == store.JobValidate && job.Tries >= maxTries:
		w.registry.log.Error("a validation is given up", "version_id", job.Version, "attempt", job.Attempt, "tries", job.Tries, "cause", err)
		ended = w.registry.giveUp(ctx, job)
	default:
		w.registry.log.Warn("a job failed and will be tried again", "job", job.ID, "version_id", job.Version, "tries", job.Tries, "cause", err)
		ended = w.registry.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error {
			return tx.Retry(ctx, job, tx.Now().Add(backoff(job.Tries)), err.Error())
		})
	}
	if ended != nil && !errors.Is(ended, store.ErrLeaseLost) {
		w.registry.log.Error("a job was not ended; its lease will", "job", job.ID, "cause", ended)
	}
}

// backoff is how long a job rests after it failed for the n-th time: 1 s, 4 s,
// 16 s, and at most a minute.
func backoff(n int) time.Duration {
	return min(time.Minute, time.Second<<(2*min(max(n-1, 0), 3)))
}

// handle does a job. A handler ends its job in the transaction that stores
// what it did; an error means that it is to be tried again.
func (w *Worker) handle(ctx context.Context, job store.Job, held *claim) error {
	switch job.Kind {
	case store.JobValidate:
		// A job that was begun too often without an end may be what ends the
		// processes that begin it.
		if job.Tries > maxTries {
			return fmt.Errorf("the validation was begun %d times and never ended", job.Tries-1)
		}
		return w.registry.validate(ctx, job, held)
	case store.JobDecide:
		return w.registry.decideAgain(ctx, held.settle())
	case store.JobExpire:
		if err := w.registry.Sweep(ctx); err != nil {
			return err
		}
		job := held.settle()
		return w.registry.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error {
			if err := tx.Done(ctx, job); err != nil {
				return err
			}
			return tx.Enqueue(ctx, store.JobExpire, 0, 0, tx.Now().Add(sweepEvery))
		})
	default:
		return fmt.Errorf("nobody here knows jobs of kind %d", job.Kind)
	}
}
