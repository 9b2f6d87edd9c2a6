package registry_test

import (
	"fmt"
	"strconv"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// logReader follows what the audit log says of reviews, in the plainest code
// that can be, and knows from it alone what may have been published: whatever
// the registry did at the same time, it did it one after the other.
type logReader struct {
	policies map[string]*registryv1.Policy
	versions map[string]*loggedVersion
	// next is the seq of the event that has to come.
	next int64
	// published counts publications by how many approvals they had.
	published map[int]int
}

// gone is the state of a draft that was removed: there is none.
const gone = registryv1.State_STATE_UNSPECIFIED

// loggedVersion is a version as the log tells it.
type loggedVersion struct {
	state    registryv1.State
	attempt  int32
	awaiting bool
	// hands are who had one in the attempt.
	hands map[string]bool
	// said is what each person decided last about the attempt.
	said map[string]registryv1.ReviewDecision
}

func newLogReader(after int64) *logReader {
	return &logReader{policies: map[string]*registryv1.Policy{}, versions: map[string]*loggedVersion{}, next: after + 1, published: map[int]int{}}
}

// approvals are those that count by a policy.
func (v *loggedVersion) approvals(p *registryv1.Policy) int {
	n := 0
	for person, said := range v.said {
		if said == approve && (!v.hands[person] || p.GetSelfReview()) {
			n++
		}
	}
	return n
}

// read takes the next event, and says what it contradicts.
func (l *logReader) read(e *registryv1.Event) error {
	if e.GetSeq() != l.next {
		return fmt.Errorf("event %d comes where %d should", e.GetSeq(), l.next)
	}
	l.next++
	if e.GetKind() == registryv1.EventKind_EVENT_KIND_POLICY_SET {
		approvals, err := strconv.Atoi(e.GetDetail()["approvals"])
		l.policies[e.GetOrg()] = &registryv1.Policy{Approvals: int32(approvals), SelfReview: e.GetDetail()["self_review"] == "true"}
		return err
	}
	if e.GetVersion() == "" {
		return nil
	}
	name := e.GetOrg() + "/" + e.GetName() + " " + e.GetVersion()
	v := l.versions[name]
	if v == nil {
		v = &loggedVersion{}
		l.versions[name] = v
	}
	if err := l.about(v, e); err != nil {
		return fmt.Errorf("event %d, %s of %s by %q: %w", e.GetSeq(), registryv1.Short(e.GetKind()), name, e.GetPerson(), err)
	}
	return nil
}

// expect says that an event may come only in a state.
func (v *loggedVersion) expect(state registryv1.State, e *registryv1.Event) error {
	if v.state != state || v.attempt != e.GetAttempt() {
		return fmt.Errorf("it is %s in attempt %d", registryv1.Short(v.state), v.attempt)
	}
	return nil
}

func (l *logReader) about(v *loggedVersion, e *registryv1.Event) error {
	policy := l.policies[e.GetOrg()]
	switch e.GetKind() {
	case registryv1.EventKind_EVENT_KIND_VERSION_CREATED, registryv1.EventKind_EVENT_KIND_VERSION_RETRIED:
		*v = loggedVersion{
			state: pending, attempt: e.GetAttempt(), hands: map[string]bool{e.GetPerson(): true}, said: map[string]registryv1.ReviewDecision{},
		}
	case registryv1.EventKind_EVENT_KIND_VERSION_CHANGED:
		v.hands[e.GetPerson()] = true
	case registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING:
		err := v.expect(pending, e)
		v.state, v.hands[e.GetPerson()] = uploading, true
		return err
	case registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED:
		err := v.expect(uploading, e)
		v.state, v.hands[e.GetPerson()] = validating, true
		return err
	case registryv1.EventKind_EVENT_KIND_REVIEW_AWAITED:
		if n := v.approvals(policy); n >= int(policy.GetApprovals()) {
			return fmt.Errorf("it waits with %d approvals, and policy asks for %d", n, policy.GetApprovals())
		}
		v.awaiting = true
		return v.expect(validating, e)
	case registryv1.EventKind_EVENT_KIND_REVIEW_CLAIMED:
		return v.expect(validating, e)
	case registryv1.EventKind_EVENT_KIND_REVIEW_SUBMITTED:
		return l.submitted(v, policy, e)
	case registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED:
		n := v.approvals(policy)
		if n < int(policy.GetApprovals()) {
			return fmt.Errorf("it is published with %d approvals, and policy asks for %d", n, policy.GetApprovals())
		}
		l.published[n]++
		err := v.expect(validating, e)
		v.state = published
		return err
	case registryv1.EventKind_EVENT_KIND_VERSION_FAILED, registryv1.EventKind_EVENT_KIND_VERSION_WITHDRAWN:
		err := v.expect(validating, e)
		v.state = failed
		return err
	case registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED:
		draft := pending
		if v.state == uploading {
			draft = uploading
		}
		err := v.expect(draft, e)
		v.state = gone
		return err
	case registryv1.EventKind_EVENT_KIND_VERSION_YANKED:
		err := v.expect(published, e)
		v.state = yanked
		return err
	case registryv1.EventKind_EVENT_KIND_VERSION_UNYANKED:
		err := v.expect(yanked, e)
		v.state = published
		return err
	default:
	}
	return nil
}

func (l *logReader) submitted(v *loggedVersion, policy *registryv1.Policy, e *registryv1.Event) error {
	decision, known := registryv1.FromShort[registryv1.ReviewDecision](e.GetDetail()["decision"])
	if !known || !v.awaiting {
		return fmt.Errorf("it says %q of what waits for people: %t", e.GetDetail()["decision"], v.awaiting)
	}
	if v.hands[e.GetPerson()] && decision != comment && !policy.GetSelfReview() {
		return fmt.Errorf("it is his own")
	}
	v.said[e.GetPerson()] = decision
	if given := e.GetDetail()["approvals_given"]; given != strconv.Itoa(v.approvals(policy)) {
		return fmt.Errorf("it says %s approvals, and there are %d", given, v.approvals(policy))
	}
	return v.expect(validating, e)
}
