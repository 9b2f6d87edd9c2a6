package publish

import (
	"cmp"
	"context"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	// lookEvery is how often the checks are read while they come in.
	lookEvery = 400 * time.Millisecond
	// patience is how long a registry may be away while it checks: it goes on
	// by itself, so being restarted meanwhile is no failure.
	patience = 2 * time.Minute
)

// validate follows the registry's checks until nothing more happens by itself.
func (r *runner) validate(ctx context.Context) (string, error) {
	v, err := r.settle(ctx)
	if err != nil {
		return "", err
	}
	r.result.Version = v
	r.result.Stable = v.GetSummary().GetStable()
	switch v.GetSummary().GetState() {
	case registryv1.State_STATE_FAILED:
		return "", r.refusedBy(v)
	case registryv1.State_STATE_VALIDATING:
		return "waits for " + words.WaitingFor(v.GetSummary().GetWaitingFor()), nil
	default:
		return summary(v.GetChecks()), nil
	}
}

// outcome is how waiting ended.
type outcome struct {
	version *registryv1.Version
	err     error
}

// settle waits until the version is settled, and tells each check as it comes.
func (r *runner) settle(ctx context.Context) (*registryv1.Version, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan outcome, 1)
	go func() { ended <- r.await(ctx) }()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	told := map[string]bool{}
	for {
		select {
		case o := <-ended:
			if o.err == nil {
				r.tell(o.version.GetChecks(), told)
			}
			return o.version, o.err
		case <-tick.C:
			// Whatever goes wrong here, the other call notices as well.
			if rs, err := r.client.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: r.plan.Ref.version()}); err == nil {
				if rs.GetVersion().GetSummary().GetAttempt() == r.attempt {
					r.tell(rs.GetVersion().GetChecks(), told)
				}
			}
		}
	}
}

// tell emits the checks that were not told yet.
func (r *runner) tell(checks []*registryv1.Check, told map[string]bool) {
	for _, c := range checks {
		key := strings.Join([]string{c.GetName(), c.GetPlatform().Slug(), c.GetFilename(), registryv1.Short(c.GetResult())}, "\x00")
		if !told[key] {
			told[key] = true
			r.emit(Checked{Check: c})
		}
	}
}

// await asks until the version is settled.
func (r *runner) await(ctx context.Context) outcome {
	var away time.Time
	for {
		rs, err := r.client.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: r.plan.Ref.version(), WaitUntilSettled: true})
		switch {
		case err == nil:
			away = time.Time{}
			if done, fault := r.settled(rs.GetVersion()); done || fault != nil {
				return outcome{rs.GetVersion(), fault}
			}
		case ctx.Err() != nil || client.ReasonOf(err) != registryv1.Reason_REASON_UNAVAILABLE:
			return outcome{err: err}
		case away.IsZero():
			away = time.Now()
		case time.Since(away) > patience:
			return outcome{err: err}
		}
		pause := 50 * time.Millisecond // a registry that answers waits by itself
		if err != nil {
			pause = time.Second
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return outcome{err: ctx.Err()}
		}
	}
}

// settled reports whether nothing more happens to the version by itself.
func (r *runner) settled(v *registryv1.Version) (bool, error) {
	s := v.GetSummary()
	if s.GetAttempt() != r.attempt {
		return false, &client.Error{
			Reason: registryv1.Reason_REASON_STALE, Code: codes.Aborted, Doing: r.doing(),
			Message: "attempt " + words.Count(r.attempt) + " is over, and somebody began attempt " + words.Count(s.GetAttempt()),
			Next:    "look at the version before you publish again",
		}
	}
	switch s.GetState() {
	case registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_FAILED, registryv1.State_STATE_YANKED:
		return true, nil
	case registryv1.State_STATE_VALIDATING:
		w := s.GetWaitingFor()
		return w != nil && !w.GetChecks() && w.GetApprovalsNeeded() > w.GetApprovalsGiven(), nil
	default:
		return false, &client.Error{
			Reason: registryv1.Reason_REASON_STALE, Code: codes.Aborted, Doing: r.doing(),
			Message: s.GetRef().GetVersion() + " is " + registryv1.Short(s.GetState()) + " and was to be checked", Next: "run it again",
		}
	}
}

// refusedBy is the error of a version that FAILED, with everything that
// failed.
func (r *runner) refusedBy(v *registryv1.Version) error {
	reason, known := registryv1.FromShort[registryv1.Reason](v.GetFailure().GetReason())
	if !known {
		reason = registryv1.Reason_REASON_CHECK_FAILED
	}
	e := &client.Error{
		Reason: reason, Code: codes.FailedPrecondition, Doing: r.doing(),
		Message: cmp.Or(v.GetFailure().GetMessage(), v.GetSummary().GetReason(), "the registry refused the version"),
		Next:    "mend it and publish " + r.plan.Ref.Version + " again: nothing was public, the number is free, and only what changed is sent",
	}
	for _, c := range v.GetChecks() {
		if !c.GetRequired() || c.GetResult() != registryv1.CheckResult_CHECK_RESULT_FAIL {
			continue
		}
		why, known := registryv1.FromShort[registryv1.Reason](c.GetReason())
		if !known {
			why = registryv1.Reason_REASON_CHECK_FAILED
		}
		message := c.GetName() + ": " + c.GetDetail()
		if c.GetFix() != "" {
			message += " " + c.GetFix()
		}
		e.Faults = append(e.Faults, client.Fault{Field: cmp.Or(c.GetPlatform().Slug(), c.GetFilename(), c.GetName()), Reason: why, Message: message})
	}
	return e
}

// summary counts the checks: "13 passed, 1 warning".
func summary(checks []*registryv1.Check) string {
	passed, warned := 0, 0
	for _, c := range checks {
		switch c.GetResult() {
		case registryv1.CheckResult_CHECK_RESULT_PASS:
			passed++
		case registryv1.CheckResult_CHECK_RESULT_WARN:
			warned++
		default:
		}
	}
	text := words.Count(passed) + " passed"
	if warned > 0 {
		text += ", " + words.Plural(warned, "warning", "warnings")
	}
	return text
}
