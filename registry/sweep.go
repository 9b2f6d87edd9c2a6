package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/registrar-console/registrar/registry/store"
)

const (
	sweepEvery = time.Hour
	// sweepPage bounds what one transaction clears away.
	sweepPage = 200
	// leftAlone is how long what nothing names is kept: whoever is just about
	// to record it, in any process, is done long before.
	leftAlone = 24 * time.Hour
)

// Sweep clears away: drafts without activity expire, parts of uploads that
// ended and bytes that nothing names are removed. It may run at any time, in
// any process. Expiry is decided by the clock of the registry.
func (r *Registry) Sweep(ctx context.Context) error {
	ctx = WithPrincipal(ctx, Principal{Kind: System})
	steps := []func(context.Context) error{r.expireDrafts, r.sweepUploads, r.sweepBlobs, r.sweepParts, r.sweepFiles, r.sweepRequests}
	var errs []error
	for _, step := range steps {
		if err := step(ctx); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// expireDrafts removes drafts in which nobody did anything for too long.
func (r *Registry) expireDrafts(ctx context.Context) error {
	since := r.now().Add(-r.config.DraftTTL)
	for {
		var idle []store.Version
		err := r.store.Read(ctx, func(v *store.View) (err error) {
			idle, err = v.IdleDrafts(ctx, since, sweepPage)
			return err
		})
		if err != nil || len(idle) == 0 {
			return wrapf(err, "looking for drafts without activity")
		}
		for _, draft := range idle {
			if err := r.expire(ctx, draft, since); err != nil {
				return fmt.Errorf("removing the draft %s/%s %s: %w", draft.OrgSpelling, draft.Name, draft.Number, err)
			}
		}
	}
}

// expire removes one draft, unless its publisher did something meanwhile.
func (r *Registry) expire(ctx context.Context, draft store.Version, since time.Time) error {
	var removed store.Removed
	err := r.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error {
		removed = store.Removed{}
		now, err := tx.VersionByID(ctx, draft.ID)
		if err != nil {
			return err
		}
		if !isDraft(now.State) || now.ActivityAt.After(since) {
			return nil
		}
		removed, err = tx.RemoveDraft(ctx, now.ID, now.Attempt, causeExpired, "no activity for "+days(r.config.DraftTTL))
		return err
	})
	if stale(err) {
		return nil
	}
	if err != nil {
		return err
	}
	r.discard(ctx, removed.Garbage)
	return nil
}

// days is a duration for people.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	if n := d / day; n > 1 && d%day == 0 {
		return fmt.Sprintf("%d days", n)
	}
	return d.String()
}

// sweepUploads removes uploads that ended, with the parts that they left.
func (r *Registry) sweepUploads(ctx context.Context) error {
	return r.sweepRows(ctx, "removing uploads that ended", func(tx *store.Tx) (store.Garbage, error) {
		ids, err := tx.SweepUploads(ctx, tx.Now().Add(-leftAlone), sweepPage)
		return store.Garbage{Uploads: ids}, err
	})
}

// sweepBlobs removes bytes that no file of any version is made of.
func (r *Registry) sweepBlobs(ctx context.Context) error {
	return r.sweepRows(ctx, "removing bytes that no file is made of", func(tx *store.Tx) (store.Garbage, error) {
		digests, err := tx.SweepBlobs(ctx, tx.Now().Add(-leftAlone), sweepPage)
		return store.Garbage{Blobs: digests}, err
	})
}

// sweepRows removes rows in bounded transactions, and then what they named.
func (r *Registry) sweepRows(ctx context.Context, doing string, sweep func(*store.Tx) (store.Garbage, error)) error {
	for {
		var garbage store.Garbage
		err := r.store.Write(ctx, store.Actor{}, func(tx *store.Tx) (err error) {
			garbage, err = sweep(tx)
			return err
		})
		if err != nil {
			return wrapf(err, doing)
		}
		r.discard(ctx, garbage)
		if len(garbage.Uploads)+len(garbage.Blobs) < sweepPage {
			return nil
		}
	}
}

// sweepParts removes part files that no upload names: a process ended between
// removing the row and removing the file.
func (r *Registry) sweepParts(ctx context.Context) error {
	before := r.now().Add(-leftAlone)
	for part, err := range r.blobs.Parts(ctx) {
		if err != nil {
			return wrapf(err, "looking for parts of uploads that nobody knows")
		}
		if part.At.After(before) {
			continue
		}
		err := r.store.Read(ctx, func(v *store.View) error {
			_, err := v.Upload(ctx, part.Upload)
			return err
		})
		if err == nil {
			continue
		}
		if errors.Is(err, store.ErrNotFound) {
			err = r.blobs.Forget(part.Upload)
		}
		if err != nil {
			return fmt.Errorf("removing the part %s of an upload that nobody knows: %w", part.Upload, err)
		}
	}
	return nil
}

// sweepFiles removes bytes that were put in place and never recorded.
func (r *Registry) sweepFiles(ctx context.Context) error {
	before := r.now().Add(-leftAlone)
	for file, err := range r.blobs.Blobs(ctx) {
		if err != nil {
			return wrapf(err, "looking for bytes that were never recorded")
		}
		if file.At.After(before) {
			continue
		}
		recorded, err := r.isRecorded(ctx, file.SHA256)
		if err == nil && !recorded {
			err = r.deleteBlob(ctx, file.SHA256)
		}
		if err != nil {
			return fmt.Errorf("removing the unrecorded bytes %s: %w", file.SHA256, err)
		}
	}
	return nil
}

// sweepRequests forgets the answers to old requests.
func (r *Registry) sweepRequests(ctx context.Context) error {
	for {
		var n int
		err := r.store.Write(ctx, store.Actor{}, func(tx *store.Tx) (err error) {
			n, err = tx.SweepRequests(ctx, sweepPage)
			return err
		})
		if err != nil || n < sweepPage {
			return wrapf(err, "forgetting old requests")
		}
	}
}

// wrapf says what was being done; nil stays nil.
func wrapf(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
