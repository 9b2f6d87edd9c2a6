package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// claimLasts is how long others can rely on a claim that is not given back.
const claimLasts = 30 * time.Minute

const (
	approve = registryv1.ReviewDecision_REVIEW_DECISION_APPROVE
	reject  = registryv1.ReviewDecision_REVIEW_DECISION_REJECT
	comment = registryv1.ReviewDecision_REVIEW_DECISION_COMMENT
)

// ClaimReview implements registryv1.ReviewServiceServer.
func (r *Registry) ClaimReview(ctx context.Context, rq *registryv1.ClaimReviewRequest) (*registryv1.ClaimReviewResponse, error) {
	doing := "claiming the review of version " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	if rq.GetAttempt() < 0 {
		c.faults.Add("attempt", registryv1.Reason_REASON_INVALID_ARGUMENT, "there is no attempt %d; 0 is whichever waits", rq.GetAttempt())
	}
	if err := c.err(doing); err != nil {
		return nil, err
	}
	caller := PrincipalFrom(ctx)
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.ClaimReviewResponse, error) {
		_, v, err := findVersion(ctx, &tx.View, of, caller.See)
		if err != nil {
			return nil, err
		}
		if rq.GetAttempt() != 0 {
			if err := checkAttempt(v, rq.GetAttempt()); err != nil {
				return nil, err
			}
		}
		if rq.GetRelease() {
			return &registryv1.ClaimReviewResponse{}, release(ctx, tx, v, caller)
		}
		claim, err := r.claim(ctx, tx, v, caller)
		return &registryv1.ClaimReviewResponse{Claim: claimProto(claim)}, err
	})
	return answer, wrap(doing, err)
}

// claim gives the caller half an hour, unless another one looks at the version.
func (r *Registry) claim(ctx context.Context, tx *store.Tx, v store.Version, caller Principal) (*store.Claim, error) {
	if err := expectAwaiting(v); err != nil {
		return nil, err
	}
	if err := r.expectOther(ctx, &tx.View, v, caller, approve); err != nil {
		return nil, err
	}
	held, err := tx.Claimed(ctx, v, tx.Now())
	if err == nil && held.Person != caller.Person {
		return nil, claimedBy(v, held)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	claim, err := tx.Claim(ctx, v, tx.Now().Add(claimLasts))
	return &claim, err
}

// release gives an own claim back. One that is over needs not be given back.
func release(ctx context.Context, tx *store.Tx, v store.Version, caller Principal) error {
	held, err := tx.Claimed(ctx, v, tx.Now())
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if held.Person != caller.Person {
		return claimedBy(v, held)
	}
	return tx.Unclaim(ctx, v)
}

func claimedBy(v store.Version, held store.Claim) *Error {
	until := held.Until.UTC().Format(time.RFC3339)
	return refuse(registryv1.Reason_REASON_STALE, "somebody was faster: %s looks at %s, at most until %s", held.Person, v.Number, until).
		WithNext("take another one, or decide all the same: a decision needs no claim").
		WithMeta("claimed_by", held.Person).WithMeta("until", until)
}

// expectAwaiting refuses what is about people's decisions on a version that
// does not wait for any.
func expectAwaiting(v store.Version) error {
	switch {
	case v.State != validating:
		return wrongState(v, "only a version that waits for approvals can be reviewed").WithNext("see what waits with: registrar review list")
	case !v.Awaiting:
		return wrongState(v, "its checks are not finished").WithNext("review it when they have passed")
	}
	return nil
}

// expectOther refuses to let a person decide about what is his own, unless
// policy lets him.
func (r *Registry) expectOther(ctx context.Context, v *store.View, of store.Version, caller Principal, decision registryv1.ReviewDecision) error {
	if decision == comment {
		return nil
	}
	own, err := v.Made(ctx, of, caller.Person)
	if err != nil || !own {
		return err
	}
	org, err := v.OrgByID(ctx, of.Org)
	if err != nil || r.policyOf(org).GetSelfReview() {
		return err
	}
	next := "let somebody else look at it; a maintainer may allow self review with: registrar policy set " + of.OrgSpelling + " --self-review yes"
	if decision == reject {
		next = fmt.Sprintf("withdraw it instead: registrar abandon %s/%s %s", of.OrgSpelling, of.Name, of.Number)
	}
	return refuse(registryv1.Reason_REASON_SELF_REVIEW, "%s is the work of %s, and nobody reviews what is his own", of.Number, caller.Person).WithNext("%s", next)
}

// SubmitReview implements registryv1.ReviewServiceServer. Who decides is a
// person: what he approved stays approved when his token ends, and what he
// decides again takes the place of what he decided before.
func (r *Registry) SubmitReview(ctx context.Context, rq *registryv1.SubmitReviewRequest) (*registryv1.SubmitReviewResponse, error) {
	doing := "reviewing version " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	seen := c.review(rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	caller := PrincipalFrom(ctx)
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.SubmitReviewResponse, error) {
		_, v, err := findVersion(ctx, &tx.View, of, caller.See)
		if err != nil {
			return nil, err
		}
		if v.Attempt != rq.GetAttempt() || v.AssetSet == nil || *v.AssetSet != seen {
			return nil, &store.StaleError{Version: v.ID, From: validating, Attempt: rq.GetAttempt(), Found: v}
		}
		if err := expectAwaiting(v); err != nil {
			return nil, err
		}
		if err := r.expectOther(ctx, &tx.View, v, caller, rq.GetDecision()); err != nil {
			return nil, err
		}
		review, err := r.review(ctx, tx, v, rq, caller)
		if err != nil {
			return nil, err
		}
		version, err := answerVersion(ctx, &tx.View, v.ID, caller.See)
		return &registryv1.SubmitReviewResponse{Review: reviewProto(review), Version: version}, err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	r.worker.ring() // An approval may have begun the checks again.
	return answer, nil
}

// review keeps a decision and does what follows from it.
func (r *Registry) review(ctx context.Context, tx *store.Tx, v store.Version, rq *registryv1.SubmitReviewRequest, caller Principal) (store.Review, error) {
	own, err := tx.Made(ctx, v, caller.Person)
	if err != nil {
		return store.Review{}, err
	}
	review, err := tx.AddReview(ctx, v, store.Review{
		Decision: rq.GetDecision(), Criteria: inOrder(rq.GetCriteria()), Note: rq.GetNote(), Self: own && rq.GetDecision() != comment,
	})
	if err != nil {
		return review, err
	}
	org, err := tx.OrgByID(ctx, v.Org)
	if err != nil {
		return review, err
	}
	policy := r.policyOf(org)
	given, err := tx.Approvals(ctx, v, policy.GetSelfReview())
	if err != nil {
		return review, err
	}
	tx.RecordReview(v, review, given, policy.GetApprovals())
	if review.Decision == reject {
		failure := store.Failure{Reason: registryv1.Reason_REASON_REJECTED, Message: review.Note}
		return review, fail(ctx, tx, v, failure, review.Note)
	}
	if review.Decision == approve {
		// He has looked.
		if err := tx.Unclaim(ctx, v); err != nil {
			return review, err
		}
	}
	_, err = r.decide(ctx, tx, v, org)
	return review, err
}

// decide publishes a version that waits for people if it has what policy asks
// for, and else notes how much of that it has. What was checked must hold now
// as it did then: a key that has expired since is a reason to check again.
func (r *Registry) decide(ctx context.Context, tx *store.Tx, v store.Version, org store.Org) (enough bool, err error) {
	policy := r.policyOf(org)
	given, err := tx.Approvals(ctx, v, policy.GetSelfReview())
	if err != nil {
		return false, err
	}
	if given < policy.GetApprovals() {
		return false, tx.SetApprovals(ctx, v, given, policy.GetApprovals())
	}
	outdated, err := r.checkedTooLongAgo(ctx, tx, v, org)
	if err != nil {
		return true, err
	}
	if outdated {
		if err := tx.SetApprovals(ctx, v, given, policy.GetApprovals()); err != nil {
			return true, err
		}
		return true, tx.Recheck(ctx, v.ID)
	}
	return true, passed(ctx, tx, v, policy)
}

// checkedTooLongAgo says whether a key of the org has expired since the checks
// of a version passed: they would judge its signatures by another time.
func (r *Registry) checkedTooLongAgo(ctx context.Context, tx *store.Tx, v store.Version, org store.Org) (bool, error) {
	since, err := tx.WaitingSince(ctx, v.ID)
	if err != nil {
		return false, err
	}
	sources, err := r.sourcesOf(ctx, &tx.View, org)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(sources.Keys, func(key *registryv1.SigningKey) bool {
		expires := timeOf(key.GetExpiresAt())
		return !expires.IsZero() && expires.After(since) && !expires.After(tx.Now())
	}), nil
}

// passed moves a version on whose checks passed: to the public if it has the
// approvals that policy asks for, else it waits for people.
func passed(ctx context.Context, tx *store.Tx, v store.Version, policy *registryv1.Policy) error {
	given, err := tx.Approvals(ctx, v, policy.GetSelfReview())
	if err != nil {
		return err
	}
	if given < policy.GetApprovals() {
		_, err := tx.Await(ctx, v.ID, v.Attempt, given, policy.GetApprovals())
		return err
	}
	move := store.Move{From: validating, Attempt: v.Attempt, To: published, Cause: causePublished}
	if policy.GetApprovals() > 0 {
		move.Detail = map[string]string{"approvals": strconv.Itoa(int(given))}
		self, err := tx.SelfApproved(ctx, v)
		if err != nil {
			return err
		}
		if self {
			move.Detail["self_review"] = "true"
		}
	}
	_, err = tx.Move(ctx, v.ID, move)
	return err
}

// decideAgain is the job that follows a change of policy: a version that waits
// for people may have what is asked for by now.
func (r *Registry) decideAgain(ctx context.Context, job store.Job) error {
	return r.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error {
		v, err := tx.VersionByID(ctx, job.Version)
		if errors.Is(err, store.ErrNotFound) || err == nil && (v.Attempt != job.Attempt || !v.Awaiting) {
			return tx.Done(ctx, job)
		}
		if err != nil {
			return err
		}
		org, err := tx.OrgByID(ctx, v.Org)
		if err != nil {
			return err
		}
		enough, err := r.decide(ctx, tx, v, org)
		if err == nil && !enough {
			err = passed(ctx, tx, v, r.policyOf(org)) // It still waits, and others hear for what.
		}
		if err != nil {
			return err
		}
		return tx.Done(ctx, job)
	})
}

// review checks a decision as a whole, and reads what it is about.
func (c *checker) review(rq *registryv1.SubmitReviewRequest) store.Digest {
	const invalid = registryv1.Reason_REASON_INVALID_ARGUMENT
	if rq.GetAttempt() < 1 {
		c.faults.Add("attempt", invalid, "the attempt is %d; send the one that you looked at", rq.GetAttempt())
	}
	seen, ok := artifact.DigestFromBytes(rq.GetAssetSet())
	if !ok {
		c.faults.Add("asset_set", invalid, "the asset set has %d bytes, not 32; send that of the version that you looked at", len(rq.GetAssetSet()))
	}
	switch rq.GetDecision() {
	case approve:
	case reject, comment:
		c.required("note", rq.GetNote(), "a note")
	default:
		c.faults.Add("decision", invalid, "the decision must be approve, reject or comment")
	}
	c.lines("note", rq.GetNote(), maxReason)
	c.criteria("criteria", rq)
	return store.Digest(seen)
}

// criteria checks the marks of a review: none unknown, none twice, and to
// approve all of them.
func (c *checker) criteria(path string, rq *registryv1.SubmitReviewRequest) {
	const invalid = registryv1.Reason_REASON_INVALID_ARGUMENT
	known, marked := registryv1.Criteria(), map[string]bool{}
	list := rq.GetCriteria()
	for i, criterion := range list[:c.atMost(path, len(list), maxFindings, "marks")] {
		field, name := fmt.Sprintf("%s[%d]", path, i), criterion.GetName()
		switch {
		case !slices.Contains(known, name):
			c.faults.Add(field+".name", invalid, "there is no criterion %s; the known ones are %s", shown(name), strings.Join(known, ", "))
		case marked[name]:
			c.faults.Add(field+".name", invalid, "%s is marked twice", name)
		}
		marked[name] = true
		if mark := criterion.GetMark(); mark == 0 || registryv1.ReviewMark_name[int32(mark)] == "" {
			c.faults.Add(field+".mark", invalid, "the mark of %s must be pass, fail or not applicable", shown(name))
		}
		c.lines(field+".note", criterion.GetNote(), maxReason)
	}
	if rq.GetDecision() != approve {
		return
	}
	for _, name := range known {
		if !marked[name] {
			c.faults.Add(path, invalid, "%s has no mark; to approve, each of the six needs one", name)
		}
	}
}

// inOrder gives marks in the order in which they are always shown.
func inOrder(criteria []*registryv1.ReviewCriterion) []*registryv1.ReviewCriterion {
	known := registryv1.Criteria()
	return slices.SortedFunc(slices.Values(criteria), func(a, b *registryv1.ReviewCriterion) int {
		return slices.Index(known, a.GetName()) - slices.Index(known, b.GetName())
	})
}
