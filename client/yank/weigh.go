package yank

import (
	"context"
	"slices"
	"sync/atomic"

	"golang.org/x/mod/semver"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Weighed is what an order would do. Nothing was changed.
type Weighed struct {
	// Results are in the order of the versions.
	Results []Result
	// Sets are the connectors of what would be accepted, in the order in which
	// they come first.
	Sets []Set
}

// Set is what an order does to one connector.
type Set struct {
	// Numbers are what leaves, the highest first.
	Numbers []string
	// Facts are the consequences of all of them together.
	Facts *registryv1.Consequences
	// Replacement is what to use instead, as the order says.
	Replacement string
}

// key is the same for all spellings of the connector.
func (s Set) key() string { return connectorKey(s.Facts.GetRef()) }

// Weighing asks the registry what an order would do. It can be watched from
// any goroutine while it runs.
type Weighing struct {
	order Order
	done  atomic.Int64
}

// NewWeighing makes one for an order.
func NewWeighing(o Order) *Weighing {
	o.Versions = Unique(o.Versions)
	return &Weighing{order: o}
}

// Done is how many of how many versions were asked about.
func (w *Weighing) Done() (done, of int) { return int(w.done.Load()), len(w.order.Versions) }

// Do asks: about each version whether it would be accepted, then about each
// connector what yanking all of those together does. A version alone may say
// that stable moves to another one that leaves as well, and only the registry
// knows what was stable before; so it is asked about the set. It fails only if
// the registry cannot be asked at all.
func (w *Weighing) Do(ctx context.Context, calls *client.Client) (Weighed, error) {
	o := w.order
	found := Weighed{Results: make([]Result, len(o.Versions))}
	err := inParallel(ctx, len(o.Versions), func(ctx context.Context, i int) error {
		rq := o.request(o.Versions[i], o.fixed())
		rq.ValidateOnly = true
		answer, err := calls.Registry.YankVersion(ctx, rq)
		found.Results[i] = Result{Version: o.Versions[i], Outcome: Ready, Answer: answer.GetVersion(), Facts: answer.GetConsequences()}
		if err != nil {
			found.Results[i] = refusal(ctx, calls, o, o.Versions[i], err)
		}
		w.done.Add(1)
		if fault := found.Results[i].Err; hopeless(fault) {
			return fault
		}
		return nil
	})
	if err != nil {
		return found, err
	}
	found.Sets = group(found.Results)
	err = inParallel(ctx, len(found.Sets), func(ctx context.Context, i int) error {
		return found.Sets[i].weigh(ctx, calls, o)
	})
	return found, err
}

// group puts what would be accepted together by connector. One version alone
// is known already.
func group(results []Result) []Set {
	var sets []Set
	at := map[string]int{}
	for _, r := range results {
		if r.Outcome != Ready {
			continue
		}
		key := connectorKey(r.Facts.GetRef())
		i, known := at[key]
		if !known {
			i = len(sets)
			at[key] = i
			sets = append(sets, Set{Facts: r.Facts})
		}
		sets[i].Numbers = append(sets[i].Numbers, r.Facts.GetRef().GetVersion())
	}
	for i := range sets {
		slices.SortFunc(sets[i].Numbers, func(a, b string) int { return semver.Compare(b, a) })
	}
	return sets
}

// weigh asks about all versions of the set, once more if what it suggests is
// to be the replacement: stable goes there then.
func (s *Set) weigh(ctx context.Context, calls *client.Client, o Order) error {
	s.Replacement = o.fixed()
	if len(s.Numbers) > 1 {
		if err := s.ask(ctx, calls, o); err != nil {
			return err
		}
	}
	if o.Replacement != Suggested || s.Facts.GetSuggestedReplacement() == "" {
		return nil
	}
	s.Replacement = s.Facts.GetSuggestedReplacement()
	return s.ask(ctx, calls, o)
}

func (s *Set) ask(ctx context.Context, calls *client.Client, o Order) error {
	ref := &registryv1.VersionRef{Org: s.Facts.GetRef().GetOrg(), Name: s.Facts.GetRef().GetName(), Version: s.Numbers[0]}
	rq := o.request(ref, s.Replacement)
	rq.ValidateOnly, rq.Together = true, s.Numbers[1:]
	answer, err := calls.Registry.YankVersion(ctx, rq)
	if err == nil {
		s.Facts = answer.GetConsequences()
	}
	return err
}

// Accepted is how many versions would be yanked.
func (w Weighed) Accepted() int {
	n := 0
	for _, s := range w.Sets {
		n += len(s.Numbers)
	}
	return n
}

// Set is what happens to the connector of a version.
func (w Weighed) Set(ref *registryv1.VersionRef) (Set, bool) {
	key := connectorKey(ref)
	for _, s := range w.Sets {
		if s.key() == key {
			return s, true
		}
	}
	return Set{}, false
}

// Facts are the consequences for each connector.
func (w Weighed) Facts() []*registryv1.Consequences {
	all := make([]*registryv1.Consequences, len(w.Sets))
	for i, s := range w.Sets {
		all[i] = s.Facts
	}
	return all
}
