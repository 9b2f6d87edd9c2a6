package registry_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/signingtest"
)

const (
	approve = registryv1.ReviewDecision_REVIEW_DECISION_APPROVE
	reject  = registryv1.ReviewDecision_REVIEW_DECISION_REJECT
	comment = registryv1.ReviewDecision_REVIEW_DECISION_COMMENT

	selfReview = registryv1.Reason_REASON_SELF_REVIEW
)

// marks are the six criteria, all with one mark.
func marks(mark registryv1.ReviewMark) []*registryv1.ReviewCriterion {
	var list []*registryv1.ReviewCriterion
	for _, name := range registryv1.Criteria() {
		list = append(list, &registryv1.ReviewCriterion{Name: name, Mark: mark})
	}
	return list
}

// decision is the request to decide about a version as somebody sees it.
func decision(v *registryv1.Version, what registryv1.ReviewDecision, note string) *registryv1.SubmitReviewRequest {
	rq := &registryv1.SubmitReviewRequest{
		Ref: v.GetSummary().GetRef(), Attempt: v.GetSummary().GetAttempt(), AssetSet: v.GetAssetSet(), Decision: what, Note: note,
	}
	if what == approve {
		rq.Criteria = marks(registryv1.ReviewMark_REVIEW_MARK_PASS)
	}
	return rq
}

// decide reviews a version as it is now.
func (p *person) decide(t *testing.T, label string, what registryv1.ReviewDecision, note string) *registryv1.SubmitReviewResponse {
	t.Helper()
	answer, err := p.reviews.SubmitReview(t.Context(), decision(p.see(t, label), what, note))
	require.NoError(t, err)
	return answer
}

// queue is what waits for people, as somebody sees it.
func (p *person) queue(t *testing.T) []string {
	t.Helper()
	answer, err := p.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{})
	require.NoError(t, err)
	assert.EqualValues(t, len(answer.GetItems()), answer.GetTotal())
	var list []string
	for _, item := range answer.GetItems() {
		list = append(list, item.GetVersion().GetRef().GetVersion())
	}
	return list
}

// newReviewed opens a registry where acme asks for approvals, and which knows a
// second reviewer.
func newReviewed(t *testing.T, approvals int32, change ...func(*registryv1.Policy)) (h *house, rolf *person) {
	t.Helper()
	h = newHouse(t)
	h.maja.require(t, func(p *registryv1.Policy) {
		p.Approvals = approvals
		for _, c := range change {
			c(p)
		}
	})
	rolf, err := h.person("rolf", registryv1.Role_ROLE_REVIEWER, "acme")
	require.NoError(t, err)
	return h, rolf
}

// waits reads what a version waits for.
func (p *person) waits(t *testing.T, label string) *registryv1.WaitingFor {
	t.Helper()
	return p.see(t, label).GetSummary().GetWaitingFor()
}

func TestTheLastApprovalPublishes(t *testing.T) {
	t.Parallel()
	h, rolf := newReviewed(t, 2)
	label := okta + " v1.0.0"
	before := h.head(t)
	v := h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	assert.Equal(t, validating, v.GetSummary().GetState())
	assert.True(t, proto.Equal(&registryv1.WaitingFor{ApprovalsNeeded: 2}, v.GetSummary().GetWaitingFor()), "%v", v.GetSummary().GetWaitingFor())
	assert.Equal(t, "REVIEW_AWAITED", last(h.kinds(t, before)))
	_, err := h.anonymous.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label)})
	assert.Equal(t, notFound, reasonOf(err), "nothing of it is public")
	started := time.Now()
	_, err = h.anna.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label), WaitUntilSettled: true})
	require.NoError(t, err)
	assert.Less(t, time.Since(started), 5*time.Second, "what waits for people only is settled")

	before = h.head(t)
	first := h.rita.decide(t, label, approve, "")
	assert.Equal(t, "rita", first.GetReview().GetPerson())
	assert.Equal(t, v.GetAssetSet(), first.GetReview().GetAssetSet())
	assert.True(t, proto.Equal(&registryv1.WaitingFor{ApprovalsGiven: 1, ApprovalsNeeded: 2}, first.GetVersion().GetSummary().GetWaitingFor()))
	listed, err := h.anna.ListVersions(t.Context(), &registryv1.ListVersionsRequest{})
	require.NoError(t, err)
	assert.EqualValues(t, 1, listed.GetVersions()[0].GetWaitingFor().GetApprovalsGiven(), "lists say it, too")
	h.rita.decide(t, label, approve, "still good")
	assert.EqualValues(t, 1, h.rita.waits(t, label).GetApprovalsGiven(), "one person counts once")

	h.clock.Advance(day)
	second := rolf.decide(t, label, approve, "ship it")
	assert.Equal(t, published, second.GetVersion().GetSummary().GetState())
	assert.Nil(t, second.GetVersion().GetSummary().GetWaitingFor())
	assert.True(t, second.GetVersion().GetSummary().GetLatest())
	assert.Equal(t, h.clock.Now(), second.GetVersion().GetSummary().GetPublishedAt().AsTime())
	assert.Equal(t, []string{"REVIEW_SUBMITTED", "REVIEW_SUBMITTED", "REVIEW_SUBMITTED", "VERSION_PUBLISHED"}, h.kinds(t, before))
	require.Len(t, second.GetVersion().GetReviews(), 3)
	assert.True(t, second.GetVersion().GetReviews()[0].GetVoid(), "rita decided again")
	assert.Empty(t, h.anonymous.see(t, label).GetReviews(), "what reviewers say is for members")
	assert.Empty(t, h.rita.queue(t))
	h.intact(t)
}

func last(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}

func TestARejectionFails(t *testing.T) {
	t.Parallel()
	h, rolf := newReviewed(t, 2)
	label := okta + " v1.0.0"
	v := h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	h.rita.decide(t, label, approve, "")
	note := "it syncs no groups\nand the README says that it does"
	out := rolf.decide(t, label, reject, note).GetVersion()
	assert.Equal(t, failed, out.GetSummary().GetState())
	assert.Equal(t, "REJECTED", out.GetFailure().GetReason())
	assert.Equal(t, note, out.GetFailure().GetMessage())
	assert.Equal(t, "it syncs no groups", out.GetSummary().GetReason())
	h.refused(t, wrongState, func() error {
		_, err := h.rita.reviews.SubmitReview(t.Context(), decision(v, approve, ""))
		return err
	})

	again := h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	assert.Equal(t, v.GetAssetSet(), again.GetAssetSet(), "the same bytes")
	assert.EqualValues(t, 2, again.GetSummary().GetAttempt())
	assert.Zero(t, again.GetSummary().GetWaitingFor().GetApprovalsGiven(), "another attempt begins at nothing")
	assert.Empty(t, again.GetReviews())
	refusal := h.refused(t, stale, func() error {
		_, err := rolf.reviews.SubmitReview(t.Context(), decision(v, approve, ""))
		return err
	})
	assert.Equal(t, "2", refusal.Meta["attempt"])
	all, err := h.anna.reviews.ListReviews(t.Context(), &registryv1.ListReviewsRequest{Ref: at(label)})
	require.NoError(t, err)
	require.Len(t, all.GetReviews(), 2)
	assert.Equal(t, reject, all.GetReviews()[0].GetReview().GetDecision(), "the latest first")
	for _, review := range all.GetReviews() {
		assert.True(t, review.GetReview().GetVoid())
		assert.EqualValues(t, 1, review.GetReview().GetAttempt())
	}
	h.intact(t)
}

func TestAReviewIsAboutTheBytesThatWereSeen(t *testing.T) {
	t.Parallel()
	h, _ := newReviewed(t, 1)
	label := okta + " v1.0.0"
	v := h.anna.release(t, "v1.0.0", exe(linuxAMD, "one"))
	other := decision(v, approve, "")
	other.AssetSet = make([]byte, 32)
	h.refused(t, stale, func() error {
		_, err := h.rita.reviews.SubmitReview(t.Context(), other)
		return err
	})
	_, err := h.anna.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: at(label)})
	require.NoError(t, err, "what waits for people can be withdrawn")
	assert.Equal(t, "WITHDRAWN", h.anna.see(t, label).GetFailure().GetReason())
	h.anna.submit(t, label, exe(linuxAMD, "two"))
	h.refused(t, wrongState, func() error {
		_, err := h.rita.reviews.SubmitReview(t.Context(), decision(h.rita.see(t, label), approve, ""))
		return err
	})
	h.settle(t, h.anna, label)
	h.refused(t, stale, func() error {
		_, err := h.rita.reviews.SubmitReview(t.Context(), decision(v, approve, ""))
		return err
	})
	assert.Equal(t, published, h.rita.decide(t, label, approve, "").GetVersion().GetSummary().GetState())
}

func TestNobodyReviewsHisOwn(t *testing.T) {
	t.Parallel()
	h, _ := newReviewed(t, 1)
	label := okta + " v1.0.0"
	v := h.maja.release(t, "v1.0.0", exe(linuxAMD, ""))
	for _, what := range []registryv1.ReviewDecision{approve, reject} {
		h.refused(t, selfReview, func() error {
			_, err := h.maja.reviews.SubmitReview(t.Context(), decision(v, what, "mine"))
			return err
		})
	}
	h.refused(t, selfReview, func() error {
		_, err := h.maja.reviews.ClaimReview(t.Context(), &registryv1.ClaimReviewRequest{Ref: at(label)})
		return err
	})
	assert.False(t, h.maja.decide(t, label, comment, "I had no time for the README").GetReview().GetSelfReview(), "a comment decides nothing")
	// A second token names the same person.
	second, err := h.person("maja", registryv1.Role_ROLE_ADMIN, "*")
	require.NoError(t, err)
	h.refused(t, selfReview, func() error {
		_, err := second.reviews.SubmitReview(t.Context(), decision(v, approve, ""))
		return err
	})
	queue, err := h.maja.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{})
	require.NoError(t, err)
	assert.Equal(t, selfReview, queue.GetItems()[0].GetApprovalRefused())
	queue, err = h.anna.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{})
	require.NoError(t, err)
	assert.Equal(t, notPermitted, queue.GetItems()[0].GetApprovalRefused())

	h.maja.require(t, func(p *registryv1.Policy) { p.Approvals, p.SelfReview = 2, true })
	mine := h.maja.decide(t, label, approve, "")
	assert.True(t, mine.GetReview().GetSelfReview())
	assert.EqualValues(t, 1, mine.GetVersion().GetSummary().GetWaitingFor().GetApprovalsGiven())
	h.maja.require(t, func(p *registryv1.Policy) { p.Approvals = 2 })
	assert.Zero(t, h.maja.waits(t, label).GetApprovalsGiven(), "policy takes it back")
	h.maja.require(t, func(p *registryv1.Policy) { p.Approvals, p.SelfReview = 1, true })
	before := h.head(t)
	assert.Equal(t, published, h.settle(t, h.anna, label).GetSummary().GetState())
	assert.Equal(t, "true", h.event(t, before+1).GetDetail()["self_review"], "and the log says so")
}

// event reads one event.
func (h *house) event(t *testing.T, seq int64) *registryv1.Event {
	t.Helper()
	page, err := h.root.events.ListEvents(t.Context(), &registryv1.ListEventsRequest{PageSize: 1000})
	require.NoError(t, err)
	for _, event := range page.GetEvents() {
		if event.GetSeq() == seq {
			return event
		}
	}
	require.Fail(t, "there is no such event")
	return nil
}

func TestWhoeverHadAHandInAVersionMadeIt(t *testing.T) {
	t.Parallel()
	h, _ := newReviewed(t, 1)
	label := okta + " v1.0.0"
	f := exe(linuxAMD, "")
	v := h.maja.draft(t, label, linuxAMD)
	h.maja.bring(t, v, f)
	// Anna takes the draft over, and is its author from then on.
	v = h.anna.draft(t, label, linuxAMD)
	h.anna.finalize(t, v, f)
	out := h.settle(t, h.anna, label)
	require.Equal(t, "anna", out.GetSummary().GetAuthor())
	h.refused(t, selfReview, func() error {
		_, err := h.maja.reviews.SubmitReview(t.Context(), decision(out, approve, ""))
		return err
	})
}

func TestALaterDecisionReplacesAnEarlierOne(t *testing.T) {
	t.Parallel()
	h, rolf := newReviewed(t, 2)
	label := okta + " v1.0.0"
	h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	h.rita.decide(t, label, approve, "")
	back := h.rita.decide(t, label, comment, "wait, I have to look at the scopes again").GetVersion()
	assert.Zero(t, back.GetSummary().GetWaitingFor().GetApprovalsGiven(), "what one says last counts")
	assert.Equal(t, validating, rolf.decide(t, label, approve, "").GetVersion().GetSummary().GetState())
	assert.Equal(t, published, h.rita.decide(t, label, approve, "").GetVersion().GetSummary().GetState())
}

func TestAnApprovalOutlivesItsToken(t *testing.T) {
	t.Parallel()
	h, rolf := newReviewed(t, 2)
	label := okta + " v1.0.0"
	h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	h.rita.decide(t, label, approve, "")
	tokens, err := h.root.admin.ListTokens(t.Context(), &registryv1.ListTokensRequest{})
	require.NoError(t, err)
	for _, token := range tokens.GetTokens() {
		if token.GetPerson() == "rita" {
			_, err := h.root.admin.RevokeToken(t.Context(), &registryv1.RevokeTokenRequest{Id: token.GetId()})
			require.NoError(t, err)
		}
	}
	assert.Equal(t, published, rolf.decide(t, label, approve, "").GetVersion().GetSummary().GetState(), "a person decided, and not a token")
}

func TestClaims(t *testing.T) {
	t.Parallel()
	h, rolf := newReviewed(t, 2)
	label := okta + " v1.0.0"
	h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	before := h.head(t)
	claim := func(p *person, release bool) (*registryv1.Claim, error) {
		answer, err := p.reviews.ClaimReview(t.Context(), &registryv1.ClaimReviewRequest{Ref: at(label), Release: release})
		return answer.GetClaim(), err
	}
	seen := func() *registryv1.Claim {
		answer, err := h.anna.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{})
		require.NoError(t, err)
		return answer.GetItems()[0].GetClaim()
	}
	held, err := claim(h.rita, false)
	require.NoError(t, err)
	assert.Equal(t, h.clock.Now().Add(30*time.Minute), held.GetUntil().AsTime())
	assert.True(t, proto.Equal(held, seen()))
	refusal := h.refused(t, stale, func() error { _, err := claim(rolf, false); return err })
	assert.Equal(t, "rita", refusal.Meta["claimed_by"])
	h.refused(t, stale, func() error { _, err := claim(rolf, true); return err })

	h.clock.Advance(20 * time.Minute)
	held, err = claim(h.rita, false)
	require.NoError(t, err)
	assert.Equal(t, h.clock.Now().Add(30*time.Minute), held.GetUntil().AsTime(), "an own claim begins again")
	h.clock.Advance(30 * time.Minute)
	assert.Nil(t, seen(), "a claim ends by itself")
	_, err = claim(rolf, false)
	require.NoError(t, err)
	_, err = claim(rolf, true)
	require.NoError(t, err)
	assert.Nil(t, seen())
	_, err = claim(rolf, true)
	require.NoError(t, err, "what is given back is given back")
	assert.Equal(t, []string{"REVIEW_CLAIMED", "REVIEW_CLAIMED", "REVIEW_CLAIMED", "REVIEW_RELEASED"}, h.kinds(t, before))

	_, err = claim(rolf, false)
	require.NoError(t, err)
	h.rita.decide(t, label, approve, "") // Needs no claim.
	assert.Equal(t, "rolf", seen().GetPerson())
	h.rita.decide(t, label, reject, "on second thought")
	h.refused(t, wrongState, func() error { _, err := claim(rolf, false); return err })
}

func TestRequestsAboutReviewsAreRepeatable(t *testing.T) {
	t.Parallel()
	h, _ := newReviewed(t, 1)
	label := okta + " v1.0.0"
	v := h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	claim := &registryv1.ClaimReviewRequest{RequestId: "c-1", Ref: at(label)}
	first, err := h.rita.reviews.ClaimReview(t.Context(), claim)
	require.NoError(t, err)
	h.clock.Advance(time.Minute)
	again, err := h.rita.reviews.ClaimReview(t.Context(), claim)
	require.NoError(t, err)
	assert.True(t, proto.Equal(first, again))

	rq := decision(v, approve, "")
	rq.RequestId = "r-1"
	done, err := h.rita.reviews.SubmitReview(t.Context(), rq)
	require.NoError(t, err)
	require.Equal(t, published, done.GetVersion().GetSummary().GetState())
	before := h.head(t)
	repeated, err := h.rita.reviews.SubmitReview(t.Context(), rq)
	require.NoError(t, err)
	assert.True(t, proto.Equal(done, repeated))
	assert.Equal(t, before, h.head(t))
	rq.Note = "another one"
	h.refused(t, registryv1.Reason_REASON_REQUEST_ID_REUSED, func() error {
		_, err := h.rita.reviews.SubmitReview(t.Context(), rq)
		return err
	})
}

func TestReviewsThatAreRefused(t *testing.T) {
	t.Parallel()
	h, _ := newReviewed(t, 1)
	v := h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	long := strings.Repeat("x", 10_000)
	for title, test := range map[string]struct {
		change func(*registryv1.SubmitReviewRequest)
		reason registryv1.Reason
		fields []string
	}{
		"no decision":     {func(rq *registryv1.SubmitReviewRequest) { rq.Decision = 0 }, invalidArgument, []string{"decision"}},
		"another one":     {func(rq *registryv1.SubmitReviewRequest) { rq.Decision = 9 }, invalidArgument, []string{"decision"}},
		"no marks":        {func(rq *registryv1.SubmitReviewRequest) { rq.Criteria = nil }, invalidArgument, slicesOf("criteria", 6)},
		"five marks":      {func(rq *registryv1.SubmitReviewRequest) { rq.Criteria = rq.GetCriteria()[:5] }, invalidArgument, []string{"criteria"}},
		"rejects mutely":  {func(rq *registryv1.SubmitReviewRequest) { rq.Decision = reject }, invalidArgument, []string{"note"}},
		"comments mutely": {func(rq *registryv1.SubmitReviewRequest) { rq.Decision, rq.Note = comment, " \n" }, invalidArgument, []string{"note"}},
		"long":            {func(rq *registryv1.SubmitReviewRequest) { rq.Note = long }, textInvalid, []string{"note"}},
		"drives terminals": {func(rq *registryv1.SubmitReviewRequest) {
			rq.Criteria[0].Note = "\x1b[2J"
		}, textInvalid, []string{"criteria[0].note"}},
		"unknown": {func(rq *registryv1.SubmitReviewRequest) {
			rq.Criteria[5].Name = "vibes"
		}, invalidArgument, []string{"criteria[5].name", "criteria"}},
		"twice": {func(rq *registryv1.SubmitReviewRequest) {
			rq.Criteria = append(rq.Criteria, rq.GetCriteria()[0])
		}, invalidArgument, []string{"criteria[6].name"}},
		"no mark": {func(rq *registryv1.SubmitReviewRequest) { rq.Criteria[2].Mark = 0 }, invalidArgument, []string{"criteria[2].mark"}},
		"all at once": {func(rq *registryv1.SubmitReviewRequest) {
			rq.Ref.Version, rq.Attempt, rq.AssetSet, rq.Decision, rq.Note = "1", 0, nil, reject, long
			rq.Criteria[0].Name, rq.Criteria[1].Mark = "vibes", 7
		}, invalidArgument, []string{"ref.version", "ref.version", "attempt", "asset_set", "note", "criteria[0].name", "criteria[1].mark"}},
	} {
		rq := proto.CloneOf(decision(v, approve, ""))
		test.change(rq)
		refusal := h.refused(t, test.reason, func() error {
			_, err := h.rita.reviews.SubmitReview(t.Context(), rq)
			return err
		})
		assert.Equal(t, test.fields, fields(refusal), title)
	}
	h.refused(t, notPermitted, func() error {
		_, err := h.amir.reviews.SubmitReview(t.Context(), decision(v, approve, ""))
		return err
	})
	h.refused(t, notPermitted, func() error {
		_, err := h.amir.reviews.ClaimReview(t.Context(), &registryv1.ClaimReviewRequest{Ref: v.GetSummary().GetRef()})
		return err
	})
	h.refused(t, unauthenticated, func() error {
		_, err := h.anonymous.reviews.SubmitReview(t.Context(), decision(v, approve, ""))
		return err
	})
	h.refused(t, notFound, func() error {
		_, err := h.rita.reviews.ClaimReview(t.Context(), &registryv1.ClaimReviewRequest{Ref: at(okta + " v9.0.0")})
		return err
	})
}

func slicesOf(text string, n int) []string {
	return strings.Split(strings.TrimSuffix(strings.Repeat(text+" ", n), " "), " ")
}

func TestTheQueueIsForMembers(t *testing.T) {
	t.Parallel()
	h, _ := newReviewed(t, 1)
	_, err := h.root.admin.SetPolicy(t.Context(), &registryv1.SetPolicyRequest{Org: "beta", Policy: &registryv1.Policy{Approvals: 1}})
	require.NoError(t, err)
	h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	h.clock.Advance(time.Hour)
	h.bob.submit(t, "beta/baton-github v2.0.0", exe(linuxAMD, ""))
	require.NoError(t, h.r.Drain(t.Context()))
	h.clock.Advance(time.Hour)
	h.anna.release(t, "v1.1.0", exe(linuxAMD, ""))

	assert.Equal(t, []string{"v1.0.0", "v2.0.0", "v1.1.0"}, h.root.queue(t), "the longest wait first")
	assert.Equal(t, []string{"v1.0.0", "v1.1.0"}, h.rita.queue(t))
	assert.Equal(t, []string{"v2.0.0"}, h.bob.queue(t))
	assert.Empty(t, h.anonymous.queue(t))
	only, err := h.root.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{Org: "ACME", PageSize: 1})
	require.NoError(t, err)
	assert.EqualValues(t, 2, only.GetTotal())
	assert.NotEmpty(t, only.GetCursor())
	require.Len(t, only.GetItems(), 1)
	item := only.GetItems()[0]
	assert.Len(t, item.GetAssetSet(), 32)
	assert.Positive(t, item.GetChecksPassed())
	assert.Equal(t, h.clock.Now().Add(-2*time.Hour), item.GetWaitingSince().AsTime())
	next, err := h.root.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{Org: "ACME", PageSize: 1, PageToken: only.GetNextPageToken()})
	require.NoError(t, err)
	assert.Equal(t, "v1.1.0", next.GetItems()[0].GetVersion().GetRef().GetVersion())
	assert.Empty(t, next.GetNextPageToken())
	for reason, call := range map[registryv1.Reason]func() error{
		notPermitted: func() error {
			_, err := h.rita.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{Org: "beta"})
			return err
		},
		unauthenticated: func() error {
			_, err := h.anonymous.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{Org: "acme"})
			return err
		},
		invalidName: func() error {
			_, err := h.rita.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{Org: "a b"})
			return err
		},
	} {
		h.refused(t, reason, call)
	}

	h.rita.decide(t, okta+" v1.0.0", approve, "good")
	queue, err := h.rita.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{})
	require.NoError(t, err)
	assert.Equal(t, "v1.0.0", queue.GetItems()[0].GetPrevious())
	reviews := func(p *person) int {
		answer, err := p.reviews.ListReviews(t.Context(), &registryv1.ListReviewsRequest{})
		require.NoError(t, err)
		return len(answer.GetReviews())
	}
	assert.Equal(t, 1, reviews(h.anna))
	assert.Equal(t, 0, reviews(h.bob))
	assert.Equal(t, 0, reviews(h.anonymous))
	h.refused(t, notPermitted, func() error {
		_, err := h.bob.reviews.ListReviews(t.Context(), &registryv1.ListReviewsRequest{Ref: at(okta + " v1.0.0")})
		return err
	})
	h.refused(t, notFound, func() error {
		_, err := h.bob.reviews.ListReviews(t.Context(), &registryv1.ListReviewsRequest{Ref: at(okta + " v1.1.0")})
		return err
	})
}

func TestAnotherPolicyDecidesAboutWhatWaits(t *testing.T) {
	t.Parallel()
	h, rolf := newReviewed(t, 2)
	one, none := okta+" v1.0.0", okta+" v1.1.0"
	h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	h.anna.release(t, "v1.1.0", exe(linuxAMD, ""))
	h.rita.decide(t, one, approve, "")
	before := h.head(t)
	h.maja.require(t, func(p *registryv1.Policy) { p.Approvals = 1 })
	assert.EqualValues(t, 1, h.anna.waits(t, none).GetApprovalsNeeded(), "at once")
	assert.Equal(t, published, h.settle(t, h.anna, one).GetSummary().GetState())
	assert.Equal(t, validating, h.anna.see(t, none).GetSummary().GetState())
	assert.Equal(t, []string{"POLICY_SET", "VERSION_PUBLISHED", "REVIEW_AWAITED"}, h.kinds(t, before))

	h.maja.require(t, func(p *registryv1.Policy) { p.Approvals = 2 })
	h.rita.decide(t, none, approve, "")
	require.NoError(t, h.r.Drain(t.Context()))
	assert.EqualValues(t, 2, h.anna.waits(t, none).GetApprovalsNeeded())
	assert.EqualValues(t, 1, h.anna.waits(t, none).GetApprovalsGiven())
	h.maja.require(t, func(p *registryv1.Policy) { p.Approvals, p.RequireSignatures = 2, true })
	assert.True(t, h.anna.waits(t, none).GetChecks(), "what policy asks of checks is checked again")
	h.refused(t, wrongState, func() error {
		_, err := rolf.reviews.SubmitReview(t.Context(), decision(rolf.see(t, none), approve, ""))
		return err
	})
	out := h.settle(t, h.anna, none)
	assert.Equal(t, failed, out.GetSummary().GetState())
	assert.Equal(t, "SIGNATURE_INVALID", out.GetFailure().GetReason())
}

func TestWhatWaitsIsCheckedAgainWhenTrustChanges(t *testing.T) {
	t.Parallel()
	h, rolf := newReviewed(t, 2)
	label := okta + " v1.0.0"
	key := h.pgpKey(t)
	id := h.anna.addKey(t, "release", gpgType, key.Public(t)).GetId()
	f := exe(linuxAMD, "")
	h.anna.release(t, "v1.0.0", f, h.asc(t, key, f))
	h.rita.decide(t, label, approve, "")
	other := h.pgpKey(t)
	h.anna.addKey(t, "another", gpgType, other.Public(t))
	assert.True(t, h.anna.waits(t, label).GetChecks())
	assert.EqualValues(t, 1, h.anna.waits(t, label).GetApprovalsGiven(), "the approval is about the bytes, and stays")
	assert.Empty(t, h.rita.queue(t))
	require.NoError(t, h.r.Drain(t.Context()))
	assert.True(t, proto.Equal(&registryv1.WaitingFor{ApprovalsGiven: 1, ApprovalsNeeded: 2}, h.anna.waits(t, label)))

	_, err := h.anna.keys.RevokeSigningKey(t.Context(), &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: id, Reason: "stolen"})
	require.NoError(t, err)
	h.refused(t, wrongState, func() error {
		_, err := rolf.reviews.SubmitReview(t.Context(), decision(rolf.see(t, label), approve, ""))
		return err
	})
	out := h.settle(t, h.anna, label)
	assert.Equal(t, failed, out.GetSummary().GetState(), "no old verdict publishes anything")
	assert.Equal(t, "SIGNATURE_INVALID", out.GetFailure().GetReason())
	h.intact(t)
}

func TestAKeyThatExpiredWhilePeopleWaitedIsCheckedAgain(t *testing.T) {
	t.Parallel()
	h, _ := newReviewed(t, 1)
	label := okta + " v1.0.0"
	key := signingtest.NewPGP(t, h.clock.Now().Add(-day), signingtest.Lifetime(3*day))
	h.anna.addKey(t, "release", gpgType, key.Public(t))
	f := exe(linuxAMD, "")
	h.anna.release(t, "v1.0.0", f, h.asc(t, key, f))
	h.clock.Advance(10 * day)
	answer := h.rita.decide(t, label, approve, "")
	assert.True(t, answer.GetVersion().GetSummary().GetWaitingFor().GetChecks())
	out := h.settle(t, h.anna, label)
	assert.Equal(t, failed, out.GetSummary().GetState())
	assert.Equal(t, "SIGNATURE_INVALID", out.GetFailure().GetReason())
}

func TestWhatWaitsOutlivesARestart(t *testing.T) {
	t.Parallel()
	h, rolf := newReviewed(t, 2)
	label := okta + " v1.0.0"
	h.anna.release(t, "v1.0.0", exe(linuxAMD, ""))
	h.rita.decide(t, label, approve, "")
	_, err := rolf.reviews.ClaimReview(t.Context(), &registryv1.ClaimReviewRequest{Ref: at(label)})
	require.NoError(t, err)
	before, err := h.rita.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{})
	require.NoError(t, err)
	require.NoError(t, h.restart())
	after, err := h.rita.reviews.ListReviewQueue(t.Context(), &registryv1.ListReviewQueueRequest{})
	require.NoError(t, err)
	assert.True(t, proto.Equal(before, after))
	assert.Equal(t, published, rolf.decide(t, label, approve, "").GetVersion().GetSummary().GetState())
	h.intact(t)
}

func TestADirectoryOfSchema2GoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "tar", "-xzf", filepath.Join("store", "testdata", "schema2.tar.gz"), "-C", dir).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("there is no tar here")
	}
	require.NoError(t, err, string(out))
	h, err := openHouse(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.r.Close()) })
	label := okta + " v1.5.0"
	h.maja.require(t, func(p *registryv1.Policy) { p.Approvals = 1 })
	waiting := h.settle(t, h.anna, label)
	assert.Equal(t, validating, waiting.GetSummary().GetState())
	assert.Equal(t, []string{"v1.5.0"}, h.rita.queue(t))
	assert.Equal(t, published, h.rita.decide(t, label, approve, "").GetVersion().GetSummary().GetState())
	h.intact(t)
}
