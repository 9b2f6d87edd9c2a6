package registry

import (
	"context"
	"errors"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// ListReviewQueue implements registryv1.ReviewServiceServer. Who has no role
// anywhere sees an empty queue.
func (r *Registry) ListReviewQueue(ctx context.Context, rq *registryv1.ListReviewQueueRequest) (*registryv1.ListReviewQueueResponse, error) {
	const doing = "listing what waits for approvals"
	c := r.checker()
	var key string
	if rq.GetOrg() != "" {
		key = c.org(rq.GetOrg())
	}
	page := c.page(ctx, rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	caller := PrincipalFrom(ctx)
	if key != "" && !caller.Member(rq.GetOrg()) {
		return nil, notPermitted(caller, anyRole, rq.GetOrg(), doing)
	}
	answer := &registryv1.ListReviewQueueResponse{}
	err := r.store.Read(ctx, func(v *store.View) error {
		query := store.WaitingQuery{See: caller.See, Reader: caller.Person, Now: r.now(), After: page.After, Limit: page.Size}
		if key != "" {
			org, err := orgOrNone(v.Org(ctx, key))
			if err != nil || org.ID == 0 {
				return err
			}
			query.Org = org.ID
		}
		list, err := v.ListWaiting(ctx, query)
		if err != nil {
			return err
		}
		policies := map[store.OrgID]*registryv1.Policy{}
		for _, waiting := range list.Rows {
			item, err := r.queued(ctx, v, waiting, caller, policies)
			if err != nil {
				return err
			}
			answer.Items = append(answer.Items, item)
		}
		if list.Next != nil {
			answer.NextPageToken = page.next(list.Next)
		}
		if answer.Total, err = v.CountWaiting(ctx, query.See, query.Org); err != nil {
			return err
		}
		if page.First() {
			answer.Cursor, err = r.listCursor(ctx, v)
		}
		return err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return answer, nil
}

// queued is one version that waits, as the caller sees it.
func (r *Registry) queued(ctx context.Context, v *store.View, w store.Waiting, caller Principal, policies map[store.OrgID]*registryv1.Policy) (*registryv1.QueuedReview, error) {
	item := &registryv1.QueuedReview{
		Version: summaryProto(w.Version), AssetSet: digestBytes(w.AssetSet), WaitingSince: timestamp(w.Since), Claim: claimProto(w.Claim),
	}
	reviews, err := v.Reviews(ctx, w.ID, w.Attempt)
	if err != nil {
		return nil, err
	}
	for _, review := range reviews {
		item.Reviews = append(item.Reviews, reviewProto(review))
	}
	if item.ChecksPassed, item.ChecksWarned, err = v.CountChecks(ctx, w.ID, w.Attempt); err != nil {
		return nil, err
	}
	item.Previous, err = v.PreviousPublished(ctx, w.Connector, w.Precedence)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	policy, ok := policies[w.Org]
	if !ok {
		org, err := v.OrgByID(ctx, w.Org)
		if err != nil {
			return nil, err
		}
		policy = r.policyOf(org)
		policies[w.Org] = policy
	}
	switch {
	case !caller.May(registryv1.Role_ROLE_REVIEWER, w.OrgSpelling):
		item.ApprovalRefused = registryv1.Reason_REASON_NOT_PERMITTED
	case w.Own && !policy.GetSelfReview():
		item.ApprovalRefused = registryv1.Reason_REASON_SELF_REVIEW
	}
	return item, nil
}

// ListReviews implements registryv1.ReviewServiceServer. What reviewers say is
// for members of the org, also of versions that are public.
func (r *Registry) ListReviews(ctx context.Context, rq *registryv1.ListReviewsRequest) (*registryv1.ListReviewsResponse, error) {
	doing := "listing reviews"
	c := r.checker()
	var of subject
	if rq.GetRef() != nil {
		doing += " of version " + labelOf(rq.GetRef())
		of = c.version(rq.GetRef())
	}
	page := c.page(ctx, rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	caller := PrincipalFrom(ctx)
	answer := &registryv1.ListReviewsResponse{}
	err := r.store.Read(ctx, func(v *store.View) error {
		query := store.ReviewQuery{See: caller.See, After: page.After, Limit: page.Size}
		if rq.GetRef() != nil {
			_, found, err := findVersion(ctx, v, of, caller.See)
			if err != nil {
				return err
			}
			if !caller.Member(found.OrgSpelling) {
				return notPermitted(caller, anyRole, found.OrgSpelling, doing)
			}
			query.Version = found.ID
		}
		list, err := v.ListReviews(ctx, query)
		if err != nil {
			return err
		}
		for _, review := range list.Rows {
			answer.Reviews = append(answer.Reviews, &registryv1.ReviewOf{
				Ref:   &registryv1.VersionRef{Org: review.Of.OrgSpelling, Name: review.Of.Name, Version: review.Of.Number},
				State: review.Of.State, Review: reviewProto(review.Review),
			})
		}
		if list.Next != nil {
			answer.NextPageToken = page.next(list.Next)
		}
		return nil
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return answer, nil
}
