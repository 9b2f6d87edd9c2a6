package words

import (
	"fmt"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Criterion is one of the six criteria as people read it: "code quality".
func Criterion(name string) string { return strings.ReplaceAll(name, "-", " ") }

// Decision is what a person decided, as a column says it: "approve".
func Decision(d registryv1.ReviewDecision) string { return lower(registryv1.Short(d)) }

// ReviewMark is the judgement of one criterion: "pass", "fail", "n/a".
func ReviewMark(m registryv1.ReviewMark) string {
	switch m {
	case registryv1.ReviewMark_REVIEW_MARK_NOT_APPLICABLE:
		return "n/a"
	case registryv1.ReviewMark_REVIEW_MARK_UNSPECIFIED:
		return "no mark"
	default:
		return lower(registryv1.Short(m))
	}
}

// ReviewMarks are the marks of a review in short: "5 pass, 1 n/a". "" is none.
func ReviewMarks(r *registryv1.Review) string {
	count := map[registryv1.ReviewMark]int{}
	for _, c := range r.GetCriteria() {
		count[c.GetMark()]++
	}
	var parts []string
	for _, mark := range []registryv1.ReviewMark{
		registryv1.ReviewMark_REVIEW_MARK_PASS, registryv1.ReviewMark_REVIEW_MARK_FAIL, registryv1.ReviewMark_REVIEW_MARK_NOT_APPLICABLE,
	} {
		if n := count[mark]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, ReviewMark(mark)))
		}
	}
	return strings.Join(parts, ", ")
}

// Reviewed is one sentence on what a decision led to, about a version as the
// caller spells it.
func Reviewed(ref string, r *registryv1.Review, v *registryv1.VersionSummary) string {
	switch {
	case v.GetState() != registryv1.State_STATE_VALIDATING:
		return ref + " is " + State(v.GetState()) + "."
	case v.GetWaitingFor().GetChecks():
		return ref + " has its approvals and waits for the checks, which run again: what they went by has changed."
	case r.GetDecision() == registryv1.ReviewDecision_REVIEW_DECISION_COMMENT:
		return "The comment is kept. " + ref + " still waits for " + WaitingFor(v.GetWaitingFor()) + "."
	default:
		return ref + " still waits: it has " + Approvals(v.GetWaitingFor()) + "."
	}
}
