package registry

import (
	"context"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
	"github.com/registrar-console/registrar/signing"
)

// RevokeSigningKey implements registryv1.SigningKeyServiceServer. What was
// published stays as it is: its publisher decides what to yank, by the list
// that this answers with.
func (r *Registry) RevokeSigningKey(ctx context.Context, rq *registryv1.RevokeSigningKeyRequest) (*registryv1.RevokeSigningKeyResponse, error) {
	const doing = "revoking a signing key"
	c := r.checker()
	orgKey := c.org(rq.GetOrg())
	since := c.revocation(rq, r.now())
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	if rq.GetValidateOnly() {
		answer := &registryv1.RevokeSigningKeyResponse{}
		err := r.store.Read(ctx, func(v *store.View) error {
			key, err := findKey(ctx, v, orgKey, rq.GetOrg(), rq.GetId())
			if err == nil {
				_, err = takesMore(key, since)
			}
			if err != nil {
				return err
			}
			answer, err = afterRevoking(ctx, v, key, since, r.now(), see)
			return err
		})
		if err != nil {
			return nil, wrap(doing, err)
		}
		return answer, nil
	}
	defer r.worker.ring() // What waits for people is checked again.
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.RevokeSigningKeyResponse, error) {
		key, err := findKey(ctx, &tx.View, orgKey, rq.GetOrg(), rq.GetId())
		if err != nil {
			return nil, err
		}
		more, err := takesMore(key, since)
		if err != nil {
			return nil, err
		}
		if more {
			if key, err = tx.RevokeKey(ctx, key.Org, key.ID, rq.GetReason(), since); err != nil {
				return nil, err
			}
		}
		return afterRevoking(ctx, &tx.View, key, since, tx.Now(), see)
	})
	return answer, wrap(doing, err)
}

// revocation reads why a key is revoked, and since when it was not its
// owner's alone; zero is ever.
func (c *checker) revocation(rq *registryv1.RevokeSigningKeyRequest, now time.Time) time.Time {
	c.required("reason", rq.GetReason(), "a reason")
	c.lines("reason", rq.GetReason(), maxReason)
	since := rq.GetCompromisedSince()
	const path, invalid = "compromised_since", registryv1.Reason_REASON_INVALID_ARGUMENT
	switch {
	case since == nil:
		return time.Time{}
	case !since.IsValid() || since.AsTime().UnixMicro() <= 0:
		c.faults.Add(path, invalid, "the time is not one")
	case since.AsTime().After(now):
		c.faults.Add(path, invalid, "a key cannot be compromised since %s, which is still to come; retire it to end its use from now on",
			since.AsTime().Format(time.RFC3339))
	}
	return since.AsTime().Truncate(time.Microsecond)
}

// takesMore says whether a revocation takes trust away that an earlier one had
// left. Giving trust back is refused: whoever has the key could ask for it.
func takesMore(key store.SigningKey, since time.Time) (bool, error) {
	had := key.CompromisedSince
	switch {
	case key.RevokedAt.IsZero():
		return true, nil
	case had.Equal(since):
		return false, nil
	case had.IsZero() || !since.IsZero() && since.After(had):
		what := "trusted for nothing"
		if !had.IsZero() {
			what = "not trusted for what was published since " + had.Format(time.RFC3339)
		}
		return false, refuse(registryv1.Reason_REASON_WRONG_STATE, "the key %q was revoked on %s and is %s; trust in it does not come back",
			key.Name, key.RevokedAt.Format(time.DateOnly), what).
			WithNext("revoke it again only to take away more: since an earlier time, or for everything")
	default:
		return true, nil
	}
}

// afterRevoking is what a revocation means for the versions that the key
// signed, whether it has happened or was only asked about.
func afterRevoking(ctx context.Context, v *store.View, key store.SigningKey, since, now time.Time, see store.Visibility) (*registryv1.RevokeSigningKeyResponse, error) {
	see = seeOwn(see, key.Org)
	answer := &registryv1.RevokeSigningKeyResponse{Key: keyProto(key, see)}
	list, err := v.ListSigned(ctx, store.SignedQuery{Key: key.ID, See: see, Limit: firstSigned})
	if err != nil {
		return nil, err
	}
	judged := key
	judged.CompromisedSince = since
	if judged.RevokedAt.IsZero() {
		judged.RevokedAt = now
	}
	for _, version := range list.Rows {
		answer.Signed = append(answer.Signed, signedProto(judged, version, now))
	}
	answer.PublishedUntrusted, err = v.CountPublishedSigned(ctx, key.ID, since)
	return answer, err
}

// signedProto is a version that a key signed, and whether the key still
// speaks for it.
func signedProto(key store.SigningKey, v store.Version, now time.Time) *registryv1.SignedVersion {
	at := v.PublishedAt
	if at.IsZero() {
		at = now
	}
	revoked := signing.TrustedKey{RevokedAt: key.RevokedAt, CompromisedSince: key.CompromisedSince}
	reason, _ := revoked.Judge(at)
	return &registryv1.SignedVersion{Version: summaryProto(v), Untrusted: reason != signing.ReasonNone}
}

// ListSignedVersions implements registryv1.SigningKeyServiceServer. It shows
// the versions that the caller may see.
func (r *Registry) ListSignedVersions(ctx context.Context, rq *registryv1.ListSignedVersionsRequest) (*registryv1.ListSignedVersionsResponse, error) {
	const doing = "listing what a key signed"
	c := r.checker()
	orgKey := c.org(rq.GetOrg())
	page := c.page(ctx, rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	answer := &registryv1.ListSignedVersionsResponse{}
	err := r.store.Read(ctx, func(v *store.View) error {
		key, err := findKey(ctx, v, orgKey, rq.GetOrg(), rq.GetId())
		if err != nil {
			return err
		}
		list, err := v.ListSigned(ctx, store.SignedQuery{Key: key.ID, See: see, After: page.After, Limit: page.Size})
		if err != nil {
			return err
		}
		for _, version := range list.Rows {
			answer.Versions = append(answer.Versions, signedProto(key, version, r.now()))
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
