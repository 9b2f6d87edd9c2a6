package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Run publishes a plan. emit is called from the caller's own goroutine,
// Finished comes last, and a slow emit slows the run. A run that was stopped,
// failed or killed is finished by running the same plan again: every step
// finds out from the registry what is done already. ctl may be nil.
func Run(ctx context.Context, c *client.Client, p Plan, ctl *Control, emit func(Event)) (Result, error) {
	return RunWith(ctx, c, p, Means{Control: ctl}, emit)
}

// Means are what a run is given besides its plan.
type Means struct {
	// Control may be nil.
	Control *Control
	// Sign is needed where the plan signs now.
	Sign SignWith
	// Signatures is the folder in which signatures are kept until the version
	// has them, so that a run after a kill does not sign again. Empty: they are
	// kept nowhere.
	Signatures string
}

// RunWith is Run for plans that sign.
func RunWith(ctx context.Context, c *client.Client, p Plan, m Means, emit func(Event)) (Result, error) {
	return drive(ctx, c, p, m, emit, (*runner).run)
}

// drive does a run, or a part of one, and tells of it.
func drive(ctx context.Context, c *client.Client, p Plan, m Means, emit func(Event), do func(*runner, context.Context) error) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events := make(chan Event)
	r := &runner{
		client: c, plan: p.withoutMade(), earlier: p, control: m.Control, means: m, events: events, began: time.Now(), have: haveNothing,
	}
	var err error
	go func() {
		defer close(events)
		err = do(r, ctx)
	}()
	for e := range events {
		emit(e)
	}
	for _, clean := range r.cleanup {
		_ = clean() // temporary folders
	}
	r.result.Plan, r.result.Took = r.plan, time.Since(r.began)
	emit(Finished{Result: r.result, Err: err})
	return r.result, err
}

// runner is one run.
type runner struct {
	client  *client.Client
	control *Control
	means   Means
	events  chan<- Event
	began   time.Time

	plan   Plan
	result Result
	// earlier is the plan as it was given, with the signatures that were made
	// for it.
	earlier Plan
	// ahead says that only the part of the signatures is done.
	ahead bool
	// attempt is the one that this run works at.
	attempt int32
	// cleanup is done when the run is over.
	cleanup []func() error
	// have says how much of the work is done already.
	have progressed
}

// progressed is what an earlier run, or somebody else, has done.
type progressed int

const (
	haveNothing progressed = iota
	// haveFinalized: the registry checks exactly this set.
	haveFinalized
	// havePublished: exactly this set is public.
	havePublished
)

// step is one step of a run: it does its work and says what came of it.
type step struct {
	name StepName
	do   func(context.Context) (detail string, err error)
	// skip says why there is nothing to do; nil is never.
	skip func() string
}

func (r *runner) run(ctx context.Context) error {
	beyond := func(p progressed, why string) func() string {
		return func() string {
			if r.have >= p {
				return why
			}
			return ""
		}
	}
	const finalized = "the registry has all files"
	return r.steps(ctx, []step{
		{name: StepHash, do: r.hash},
		{name: StepSign, do: r.sign, skip: r.nothingToSign},
		{name: StepConnector, do: r.connector},
		{name: StepVersion, do: r.version},
		{name: StepUpload, do: r.upload, skip: beyond(haveFinalized, finalized)},
		{name: StepFinalize, do: r.finalize, skip: beyond(haveFinalized, finalized)},
		{name: StepValidate, do: r.validate, skip: beyond(havePublished, "exactly this is published")},
		{name: StepStable, do: r.stable, skip: r.staysAsItIs},
		{name: StepDone, do: r.done},
	})
}

// steps does one step after the other.
func (r *runner) steps(ctx context.Context, all []step) error {
	for _, s := range all {
		if err := r.take(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// take does one step and tells of it.
func (r *runner) take(ctx context.Context, s step) error {
	if ctx.Err() != nil {
		return r.stopped(ctx)
	}
	if s.skip != nil {
		if why := s.skip(); why != "" {
			r.emit(Step{Name: s.name, Status: StatusSkipped, Detail: why})
			return nil
		}
	}
	r.emit(Step{Name: s.name, Status: StatusStarted})
	detail, err := s.do(ctx)
	if err != nil {
		if ctx.Err() != nil {
			err = r.stopped(ctx)
		}
		r.emit(Step{Name: s.name, Status: StatusFailed, Detail: err.Error()})
		return err
	}
	r.emit(Step{Name: s.name, Status: StatusOK, Detail: detail})
	return nil
}

func (r *runner) emit(e Event) { r.events <- e }

// offer tells something that may be missed, if somebody listens right now.
func (r *runner) offer(e Event) bool {
	select {
	case r.events <- e:
		return true
	default:
		return false
	}
}

func (p Plan) doing() string { return "publishing " + p.Ref.String() }

func (r *runner) doing() string { return r.plan.doing() }

func (r *runner) stopped(ctx context.Context) error {
	return &client.Error{
		Reason: registryv1.Reason_REASON_INTERRUPTED, Doing: r.doing(), Message: "it was stopped", Code: codes.Canceled,
		Next: "run it again to go on: what arrived is not sent again", Err: context.Cause(ctx),
	}
}

// hash gives every file its digest. A file that is not what the plan saw is
// looked into again: it may have been swapped since.
func (r *runner) hash(ctx context.Context) (string, error) {
	if err := r.runnable(); err != nil {
		return "", err
	}
	files := make([]File, len(r.plan.Files))
	faults := make([]error, len(files))
	var group errgroup.Group
	group.SetLimit(2)
	for i, f := range r.plan.Files {
		group.Go(func() error {
			known := f.SHA256 != ""
			hashed, reused, err := f.hash(ctx)
			if err == nil && known && !reused {
				err = refuseSwapped(ctx, hashed, r.plan.Ref)
			}
			files[i], faults[i] = hashed, err
			if err == nil {
				r.emit(Hashed{Asset: hashed.Asset, SHA256: hashed.digest(), Size: hashed.Stamp.Size, Reused: reused})
			}
			return nil
		})
	}
	_ = group.Wait() // the faults are in their places
	if err := together(r.doing(), faults); err != nil {
		return "", err
	}
	r.plan.Files = files
	return words.Plural(len(files), "file", "files") + ", " + words.Bytes(r.plan.Size()), nil
}

// runnable refuses a plan that cannot be run at all.
func (r *runner) runnable() error {
	var faults []client.Fault
	fault := func(field string, reason registryv1.Reason, message string) {
		faults = append(faults, client.Fault{Field: field, Reason: reason, Message: message})
	}
	if _, err := artifact.NewRef(r.plan.Ref.Org, r.plan.Ref.Name, ""); err != nil {
		fault("ref", registryv1.Reason_REASON_INVALID_NAME, err.Error())
	}
	if _, err := artifact.ParseNumber(r.plan.Ref.Version); err != nil {
		fault("version", registryv1.Reason_REASON_INVALID_VERSION, err.Error())
	}
	if len(r.plan.Platforms()) == 0 {
		fault("files", registryv1.Reason_REASON_NO_FILES, "there is no archive and no executable to publish")
	}
	if _, err := ParseSigning(r.plan.Sign); err != nil {
		fault("sign", registryv1.Reason_REASON_USAGE, err.Error())
	}
	if len(faults) == 0 {
		return nil
	}
	return &client.Error{Reason: faults[0].Reason, Doing: r.doing(), Message: faults[0].Message, Faults: faults}
}

// refuseSwapped looks into a file that changed since the plan was made.
func refuseSwapped(ctx context.Context, f File, ref Ref) error {
	p := preparation{plan: Plan{Ref: ref}}
	looked, facts, err := look(ctx, f)
	p.judge(looked, facts, err)
	if len(p.faults) == 0 {
		return nil
	}
	return &client.Error{
		Reason: p.faults[0].Reason, Doing: "looking into " + f.Asset.Filename, Message: p.faults[0].Message, Faults: p.faults,
		Next: "the file changed since the publish was prepared; build it again",
	}
}

// together makes one error of all that went wrong, each with its own fault.
func together(doing string, errs []error) error {
	var typed []*client.Error
	for _, err := range errs {
		if err == nil {
			continue
		}
		e, ok := errors.AsType[*client.Error](err)
		if !ok {
			e = &client.Error{Reason: registryv1.Reason_REASON_INTERNAL, Message: err.Error(), Err: err}
		}
		typed = append(typed, e)
	}
	switch len(typed) {
	case 0:
		return nil
	case 1:
		return typed[0]
	}
	all := &client.Error{
		Reason: typed[0].Reason, Code: typed[0].Code, Doing: doing, Next: typed[0].Next,
		Message: fmt.Sprintf("%d files failed", len(typed)),
	}
	for _, e := range typed {
		if len(e.Faults) > 0 {
			all.Faults = append(all.Faults, e.Faults...)
		} else {
			all.Faults = append(all.Faults, client.Fault{Field: e.Doing, Reason: e.Reason, Message: e.Message})
		}
		all.Err = errors.Join(all.Err, e)
	}
	return all
}

// finalize fixes the set of files.
func (r *runner) finalize(ctx context.Context) (string, error) {
	rq := &registryv1.FinalizeVersionRequest{Ref: r.plan.Ref.version(), Attempt: r.attempt}
	for _, f := range r.plan.Files {
		rq.Assets = append(rq.Assets, f.spec())
	}
	rs, err := r.client.Registry.FinalizeVersion(ctx, rq)
	if err != nil {
		return "", err
	}
	r.result.Version = rs.GetVersion()
	set := r.plan.set()
	return "asset set sha256:" + words.Digest(set[:]), nil
}

// staysAsItIs says why stable is not moved.
func (r *runner) staysAsItIs() string {
	switch {
	case !r.plan.Stable:
		return "not asked for"
	case r.result.Stable:
		return "it is stable already"
	case r.result.Version.GetSummary().GetState() != registryv1.State_STATE_PUBLISHED:
		return "it is not public yet; set it stable then"
	default:
		return ""
	}
}

// stable promotes the version.
func (r *runner) stable(ctx context.Context) (string, error) {
	rs, err := r.client.Registry.SetStableVersion(ctx, &registryv1.SetStableVersionRequest{Ref: r.plan.Ref.version()})
	if err != nil {
		return "", err
	}
	r.result.Stable = rs.GetConnector().GetStable() == r.result.Version.GetSummary().GetRef().GetVersion()
	r.result.Version.GetSummary().Stable = r.result.Stable
	if before := rs.GetConsequences().GetStableBefore(); before != "" && before != rs.GetConsequences().GetStableAfter() {
		return "instead of " + before, nil
	}
	return "", nil
}

// done sums up.
func (r *runner) done(context.Context) (string, error) {
	if r.result.Unchanged {
		return "exactly this was published before, and nothing was changed", nil
	}
	return words.Standing(r.result.Version.GetSummary()), nil
}
