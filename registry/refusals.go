package registry

import (
	"context"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

const (
	// refusalsPerMinute bounds how many refusals this process writes to the
	// audit log; a broken script must not fill the disk.
	refusalsPerMinute = 30
	// sameRefusal is how long one person's further attempts at the same thing
	// are only logged.
	sameRefusal = time.Minute
)

// refusals decides which refusals are written down. The zero value is ready.
type refusals struct {
	mu    sync.Mutex
	since time.Time
	count int
	seen  map[refusal]bool
}

// refusal is one person's attempt at one thing.
type refusal struct {
	person, method, org string
	reason              registryv1.Reason
}

// admit says whether a refusal is to be written down.
func (r *refusals) admit(what refusal, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil || now.Sub(r.since) >= sameRefusal || now.Before(r.since) {
		r.since, r.count, r.seen = now, 0, map[refusal]bool{}
	}
	if r.seen[what] || r.count >= refusalsPerMinute {
		return false
	}
	r.seen[what] = true
	r.count++
	return true
}

// RecordRefusal writes down in the audit log that an identified caller tried
// something that he may not do, at a bounded rate. Nobody waits for it and
// nothing fails because of it.
func (r *Registry) RecordRefusal(p Principal, method string, rq proto.Message, fault *Error) {
	if !p.Identified() {
		return
	}
	org := orgOf(rq)
	if !r.refusals.admit(refusal{p.Person, method, org, fault.Reason}, r.now()) {
		return
	}
	r.background(func(ctx context.Context) {
		err := r.store.Write(ctx, p.Actor(), func(tx *store.Tx) error {
			record := store.Record{
				Kind: registryv1.EventKind_EVENT_KIND_REFUSED, Reason: bound(fault.Message, maxFaultText),
				Detail: map[string]string{"reason": registryv1.Short(fault.Reason), "doing": rules[method].doing},
			}
			// An org that does not exist is named in the message only.
			if known, err := tx.Org(ctx, artifact.OrgKey(org)); err == nil {
				record.Org, record.OrgName = known.ID, known.Spelling
			}
			tx.Record(record)
			return nil
		})
		if err != nil {
			r.log.Warn("a refusal was not written down", "person", p.Person, "method", method, "cause", err)
		}
	})
}
