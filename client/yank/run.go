package yank

import (
	"context"
	"strconv"
	"sync"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Run carries an order out. It may be stopped and done again: what is settled
// is left alone, and what is tried again goes under the same request id, so
// that nothing is done twice. Its results can be read from any goroutine while
// it runs.
type Run struct {
	order Order
	id    string
	// replacements are what Suggested stands for, by connector.
	replacements map[string]string

	mu      sync.Mutex
	results []Result
	tried   int // in this turn
	turn    int // how many are to be tried in this turn
}

// NewRun makes the run of an order. weighed is needed where the replacement is
// the suggested one: what was shown is what is done.
func NewRun(o Order, weighed Weighed) *Run {
	o.Versions = Unique(o.Versions)
	r := &Run{order: o, id: client.NewRequestID(), results: make([]Result, len(o.Versions)), turn: len(o.Versions), replacements: map[string]string{}}
	for i, ref := range o.Versions {
		r.results[i].Version = ref
	}
	for _, s := range weighed.Sets {
		r.replacements[s.key()] = s.Replacement
	}
	return r
}

// Order is what the run is about.
func (r *Run) Order() Order { return r.order }

// Results are what became of each version so far.
func (r *Run) Results() []Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Result(nil), r.results...)
}

// Done is how many of how many versions were tried in this turn.
func (r *Run) Done() (done, of int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tried, r.turn
}

// Fraction is how far this turn is.
func (r *Run) Fraction() float64 {
	done, of := r.Done()
	if of == 0 {
		return 1
	}
	return float64(done) / float64(of)
}

// Do tries everything that is not settled, several at once, each version in a
// call and so in a transaction of its own. The versions that are stable come
// last: stable then moves once, to one that stays. A refusal stops nothing.
// It returns an error only if it could not go on, and then the rest is Open.
func (r *Run) Do(ctx context.Context, calls *client.Client) error {
	open := r.open()
	stable, err := r.stables(ctx, calls, open)
	if err != nil {
		return err
	}
	var first, last []int
	for _, i := range open {
		ref := r.order.Versions[i]
		if stable[connectorKey(ref)] == ref.GetVersion() {
			last = append(last, i)
		} else {
			first = append(first, i)
		}
	}
	if err := r.try(ctx, calls, first); err != nil {
		return err
	}
	return r.try(ctx, calls, last)
}

// open begins a turn: all that is not settled is open again.
func (r *Run) open() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var open []int
	for i := range r.results {
		if !r.results[i].Settled() {
			r.results[i] = Result{Version: r.results[i].Version}
			open = append(open, i)
		}
	}
	r.tried, r.turn = 0, len(open)
	return open
}

// stables reads what is stable of the connectors of which several versions
// leave. One that cannot be read is refused version by version.
func (r *Run) stables(ctx context.Context, calls *client.Client, open []int) (map[string]string, error) {
	count := map[string]int{}
	var several []*registryv1.VersionRef
	for _, i := range open {
		ref := r.order.Versions[i]
		key := connectorKey(ref)
		count[key]++
		if count[key] == 2 {
			several = append(several, ref)
		}
	}
	found := make([]string, len(several))
	err := inParallel(ctx, len(several), func(ctx context.Context, i int) error {
		ref := &registryv1.ConnectorRef{Org: several[i].GetOrg(), Name: several[i].GetName()}
		answer, err := calls.Registry.GetConnector(ctx, &registryv1.GetConnectorRequest{Ref: ref})
		if err != nil {
			if fault := typed(err); hopeless(fault) {
				return fault
			}
			return nil
		}
		found[i] = answer.GetConnector().GetStable()
		return nil
	})
	stable := map[string]string{}
	for i, ref := range several {
		stable[connectorKey(ref)] = found[i]
	}
	return stable, err
}

// try yanks some versions, each by a call of its own.
func (r *Run) try(ctx context.Context, calls *client.Client, some []int) error {
	return inParallel(ctx, len(some), func(ctx context.Context, n int) error {
		i := some[n]
		result := r.one(ctx, calls, i)
		if hopeless(result.Err) {
			// Whether it was done is not known; the next turn asks under the same id.
			return result.Err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.results[i] = result
		r.tried++
		return nil
	})
}

func (r *Run) one(ctx context.Context, calls *client.Client, i int) Result {
	ref := r.order.Versions[i]
	replacement := r.order.fixed()
	if r.order.Replacement == Suggested {
		replacement = r.replacements[connectorKey(ref)]
	}
	rq := r.order.request(ref, replacement)
	rq.RequestId = r.id + "." + strconv.Itoa(i)
	answer, err := calls.Registry.YankVersion(ctx, rq)
	if err != nil {
		return refusal(ctx, calls, r.order, ref, err)
	}
	return Result{Version: ref, Outcome: Done, Answer: answer.GetVersion(), Facts: answer.GetConsequences()}
}

// Count counts results.
func Count(results []Result) (yanked, refused, open int) {
	for _, r := range results {
		switch {
		case r.Settled():
			yanked++
		case r.Outcome == Refused:
			refused++
		default:
			open++
		}
	}
	return yanked, refused, open
}
