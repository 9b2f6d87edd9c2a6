package wizard

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
)

// Run is one run of the pipeline. A task works at it while the screen draws
// snapshots; what both touch is behind the mutex.
type Run struct {
	plan    publish.Plan
	journal *publish.Journal
	control *publish.Control
	// sign is as in Config.
	sign func(tell func(address, code string)) publish.SignWith
	// halted ends when a person stops the run.
	halted context.Context
	halt   context.CancelFunc
	// over is closed when the run has ended, dropped says that nothing of it
	// is to be kept.
	over    chan struct{}
	dropped atomic.Bool

	mu  sync.Mutex
	now progress
}

// progress is what a run told so far. Its slices and maps are replaced, never
// changed.
type progress struct {
	step     publish.StepName
	transfer publish.Progress
	checks   []*registryv1.Check
	result   publish.Result
	// signed is what the signatures of the files are worth.
	signed map[publish.AssetKey]*registryv1.Verdict
}

func newRun(plan publish.Plan, journal *publish.Journal) *Run {
	halted, halt := context.WithCancel(context.Background())
	return &Run{plan: plan, journal: journal, control: publish.NewControl(), halted: halted, halt: halt, over: make(chan struct{})}
}

// Task is the id of the task that works at the run.
func (r *Run) Task() string { return "publish " + r.plan.Ref.String() }

// Version is what is published.
func (r *Run) Version() action.Version {
	return action.Version{Org: r.plan.Ref.Org, Name: r.plan.Ref.Name, Number: r.plan.Ref.Version}
}

// Doing says what the run does, for people.
func (r *Run) Doing() string { return "publishing " + r.Version().String() }

// Left says what becomes of it when the console is left.
func (r *Run) Left() []string {
	if r.validates() {
		return []string{"The registry goes on with its checks, and the version becomes what they make of it.", "Publishing it again shows what became of it."}
	}
	return []string{"It stops. What the registry has already stays there as a draft; nothing of it is public.", "Publishing it again goes on where it stopped."}
}

// Halt stops the run; what arrived stays at the registry as a draft.
func (r *Run) Halt() { r.halt() }

// drop stops the run for good: its draft is not kept.
func (r *Run) drop() {
	r.dropped.Store(true)
	r.halt()
}

// snapshot is what the run told so far.
func (r *Run) snapshot() progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// validates reports whether everything arrived, and the registry does the rest.
func (r *Run) validates() bool {
	switch r.snapshot().step {
	case publish.StepFinalize, publish.StepValidate, publish.StepStable, publish.StepDone:
		return true
	default:
		return false
	}
}

// Do runs the plan and returns where the version stands then; report is told
// how much of the bytes is there.
func (r *Run) Do(ctx context.Context, calls *client.Client, report func(fraction float64)) (string, error) {
	defer close(r.over)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.halted, cancel)()
	if r.journal != nil {
		hold, err := r.journal.Hold(r.plan)
		if err != nil {
			return "", err
		}
		defer func() { _ = hold.Release() }() // the end of the process releases it as well
	}
	draft := r.keep(r.plan)
	result, err := publish.RunWith(ctx, calls, r.plan, r.means(), func(e publish.Event) { r.heard(e, report) })
	if err != nil {
		if len(result.Plan.Files) > 0 {
			r.keep(result.Plan) // with the digests, so that they are not made again
		}
		return "", err
	}
	if draft != "" {
		// A journal left behind costs one line in the list of drafts.
		_ = r.journal.Remove(draft)
	}
	return r.plan.Ref.Org + "/" + r.plan.Ref.Name + " " + words.Standing(result.Version.GetSummary()), nil
}

// means are what the run is given: signatures that were made for the plan are
// used again, so that it needs no passphrase.
func (r *Run) means() publish.Means {
	m := publish.Means{Control: r.control}
	if r.sign != nil {
		m.Sign = r.sign(nil)
	}
	if r.journal != nil {
		m.Signatures = r.journal.Signatures(r.plan)
	}
	return m
}

// keep writes the journal of the draft and returns its id. That it cannot be
// written keeps nobody from publishing: the registry knows what it has.
func (r *Run) keep(plan publish.Plan) string {
	if r.journal == nil || r.dropped.Load() {
		return ""
	}
	draft, err := r.journal.Save(plan)
	if err != nil {
		return ""
	}
	return draft
}

// heard takes one event of the run.
func (r *Run) heard(e publish.Event, report func(fraction float64)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := e.(type) {
	case publish.Step:
		if e.Status == publish.StatusStarted {
			r.now.step = e.Name
		}
	case publish.Progress:
		r.now.transfer = e
		if e.Total > 0 {
			report(float64(e.Done) / float64(e.Total))
		}
	case publish.Signed:
		next := maps.Clone(r.now.signed)
		if next == nil {
			next = map[publish.AssetKey]*registryv1.Verdict{}
		}
		next[e.Asset] = e.Verdict
		r.now.signed = next
	case publish.Checked:
		r.now.checks = replaced(r.now.checks, e.Check)
	case publish.Finished:
		r.now.result = e.Result
		if checks := e.Result.Version.GetChecks(); len(checks) > 0 {
			r.now.checks = checks
		}
	}
}

// replaced returns the checks with the latest outcome of one.
func replaced(checks []*registryv1.Check, add *registryv1.Check) []*registryv1.Check {
	same := func(c *registryv1.Check) bool {
		return c.GetName() == add.GetName() && c.GetPlatform() == add.GetPlatform() && c.GetFilename() == add.GetFilename()
	}
	next := slices.Clone(checks)
	if i := slices.IndexFunc(next, same); i >= 0 {
		next[i] = add
		return next
	}
	return append(next, add)
}
