package yank

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Outcome is what became of one version.
type Outcome uint8

// What may become of a version.
const (
	// Open: nobody tried yet, or the run was stopped before.
	Open Outcome = iota
	// Ready: the registry would accept it.
	Ready
	// Done: it is YANKED.
	Done
	// Already: it was YANKED before in the same words; nothing was changed.
	Already
	// Refused: the registry did not do it, and says why.
	Refused
)

// Result is what became of one version.
type Result struct {
	Version *registryv1.VersionRef
	Outcome Outcome
	// Answer is the version as it is now, where the registry said so.
	Answer *registryv1.Version
	// Facts are the consequences of this version alone.
	Facts *registryv1.Consequences
	// Err is why it was refused.
	Err *client.Error
}

// Settled reports whether nothing is left to do about it.
func (r Result) Settled() bool { return r.Outcome == Done || r.Outcome == Already }

// refusal is the result of a call that failed. A version that is YANKED in the
// same words already is not refused: what was asked for is so. That makes it
// safe to do again what was stopped, also in another process.
func refusal(ctx context.Context, calls *client.Client, o Order, ref *registryv1.VersionRef, err error) Result {
	r := Result{Version: ref, Outcome: Refused, Err: typed(err)}
	if r.Err.Reason != registryv1.Reason_REASON_WRONG_STATE || r.Err.Meta["state"] != registryv1.Short(registryv1.State_STATE_YANKED) {
		return r
	}
	answer, err := calls.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: ref})
	if err != nil || !o.did(answer.GetVersion().GetYank()) {
		return r
	}
	return Result{Version: ref, Outcome: Already, Answer: answer.GetVersion()}
}

// did reports whether a yank says what the order says. Where the replacement
// is left to the registry, any will do.
func (o Order) did(y *registryv1.Yank) bool {
	return y != nil && y.GetCategory() == o.Category && same(y.GetReason(), o.Reason) && same(y.GetAdvisory(), o.Advisory) &&
		(o.Replacement == Suggested || same(y.GetReplacement(), o.Replacement)) && y.GetDownloadsBlocked() == o.Block && same(y.GetCredit(), o.Credit)
}

func same(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }

// typed gives any error its reason: calls of the client have one already.
func typed(err error) *client.Error {
	if known, ok := errors.AsType[*client.Error](err); ok {
		return known
	}
	return &client.Error{Reason: registryv1.Reason_REASON_INTERNAL, Message: err.Error(), Err: err}
}

// hopeless reports whether the next call would fail for the same reason, so
// that it need not be made: nobody answers, nobody is let in, or a person
// stopped it.
func hopeless(err *client.Error) bool {
	if err == nil {
		return false
	}
	switch err.Reason {
	case registryv1.Reason_REASON_UNAVAILABLE, registryv1.Reason_REASON_UNAUTHENTICATED, registryv1.Reason_REASON_INTERRUPTED, registryv1.Reason_REASON_STORAGE_FULL:
		return true
	default:
		return false
	}
}

// inParallel does n things, a few at a time, until one fails.
func inParallel(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	work, inner := errgroup.WithContext(ctx)
	work.SetLimit(Parallel)
	for i := range n {
		work.Go(func() error {
			if inner.Err() != nil {
				return nil // another one failed, and says why
			}
			return do(inner, i)
		})
	}
	if err := work.Wait(); err != nil || ctx.Err() == nil {
		return err
	}
	return &client.Error{Reason: registryv1.Reason_REASON_INTERRUPTED, Doing: "yanking", Message: "it was stopped", Err: context.Cause(ctx)}
}
