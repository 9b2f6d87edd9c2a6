package words_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestReviewsInWords(t *testing.T) {
	t.Parallel()
	review := &registryv1.Review{Decision: registryv1.ReviewDecision_REVIEW_DECISION_APPROVE}
	for i, name := range registryv1.Criteria() {
		mark := registryv1.ReviewMark_REVIEW_MARK_PASS
		if i == 3 {
			mark = registryv1.ReviewMark_REVIEW_MARK_NOT_APPLICABLE
		}
		review.Criteria = append(review.Criteria, &registryv1.ReviewCriterion{Name: name, Mark: mark})
	}
	assert.Equal(t, "5 pass, 1 n/a", words.ReviewMarks(review))
	assert.Empty(t, words.ReviewMarks(&registryv1.Review{}))
	assert.Equal(t, "code quality", words.Criterion("code-quality"))
	assert.Equal(t, "approve", words.Decision(review.GetDecision()))
	assert.Equal(t, "no mark", words.ReviewMark(0))
	comment := &registryv1.Review{Decision: registryv1.ReviewDecision_REVIEW_DECISION_COMMENT}
	const validating = registryv1.State_STATE_VALIDATING
	for _, test := range []struct {
		review *registryv1.Review
		v      *registryv1.VersionSummary
		want   string
	}{
		{review, &registryv1.VersionSummary{State: registryv1.State_STATE_PUBLISHED}, "v1 is PUBLISHED."},
		{review, &registryv1.VersionSummary{State: validating, WaitingFor: &registryv1.WaitingFor{ApprovalsGiven: 1, ApprovalsNeeded: 2}}, "v1 still waits: it has 1 of 2 approvals."},
		{
			review, &registryv1.VersionSummary{State: validating, WaitingFor: &registryv1.WaitingFor{Checks: true, ApprovalsGiven: 1, ApprovalsNeeded: 1}},
			"v1 has its approvals and waits for the checks, which run again: what they went by has changed.",
		},
		{
			comment, &registryv1.VersionSummary{State: validating, WaitingFor: &registryv1.WaitingFor{ApprovalsNeeded: 1}},
			"The comment is kept. v1 still waits for 1 approval.",
		},
	} {
		assert.Equal(t, test.want, words.Reviewed("v1", test.review, test.v))
	}
}
