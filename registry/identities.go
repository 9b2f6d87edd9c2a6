package registry

import (
	"context"
	"errors"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
	"github.com/registrar-console/registrar/signing"
)

// maxIdentity bounds one text of an identity.
const maxIdentity = 500

// AddIdentity implements registryv1.SigningKeyServiceServer. Exactly the same
// identity again is the answer, unchanged.
func (r *Registry) AddIdentity(ctx context.Context, rq *registryv1.AddIdentityRequest) (*registryv1.AddIdentityResponse, error) {
	const doing = "adding an identity"
	c := r.checker()
	orgKey := c.org(rq.GetOrg())
	texts := c.identity(rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	defer r.worker.ring() // What waits for people is checked again.
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.AddIdentityResponse, error) {
		org, err := tx.EnsureOrg(ctx, orgKey, rq.GetOrg())
		if err != nil {
			return nil, err
		}
		there, err := tx.SameIdentity(ctx, org.ID, texts)
		if err == nil {
			return &registryv1.AddIdentityResponse{Identity: identityProto(there)}, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		all, err := tx.Identities(ctx, org.ID, maxIdentities)
		if err != nil {
			return nil, err
		}
		if len(all) >= maxIdentities {
			return nil, refuse(registryv1.Reason_REASON_INVALID_ARGUMENT, "the org has %d identities, and no more are allowed", len(all)).
				WithNext("remove one that is not needed any more")
		}
		added, err := tx.AddIdentity(ctx, org.ID, texts)
		return &registryv1.AddIdentityResponse{Identity: identityProto(added), Created: true}, err
	})
	return answer, wrap(doing, err)
}

// identity reads an identity and says everything that would let strangers in.
func (c *checker) identity(rq *registryv1.AddIdentityRequest) store.IdentityTexts {
	c.line("issuer", rq.GetIssuer(), maxIdentity)
	c.line("san", rq.GetSan(), maxIdentity)
	c.line("san_regexp", rq.GetSanRegexp(), maxIdentity)
	c.line("source_repository", rq.GetSourceRepository(), maxIdentity)
	c.line("source_ref", rq.GetSourceRef(), maxIdentity)
	texts := store.IdentityTexts{
		Issuer: rq.GetIssuer(), SAN: rq.GetSan(), SANRegexp: rq.GetSanRegexp(),
		SourceRepository: rq.GetSourceRepository(), SourceRef: rq.GetSourceRef(),
	}
	for _, breach := range parts(identityOf(texts).Validate()) {
		c.faults.Add("identity", registryv1.Reason_REASON_INVALID_IDENTITY, "%s", printable(breach.Error()))
	}
	return texts
}

// identityOf is an identity as signing checks it.
func identityOf(t store.IdentityTexts) signing.Identity {
	return signing.Identity{
		Issuer: t.Issuer, SAN: t.SAN, SANRegexp: t.SANRegexp, SourceRepo: t.SourceRepository, SourceRef: t.SourceRef,
	}
}

// ListIdentities implements registryv1.SigningKeyServiceServer. An org that
// nobody has registered has no identities.
func (r *Registry) ListIdentities(ctx context.Context, rq *registryv1.ListIdentitiesRequest) (*registryv1.ListIdentitiesResponse, error) {
	const doing = "listing identities"
	c := r.checker()
	orgKey := c.org(rq.GetOrg())
	page := c.page(ctx, rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	answer := &registryv1.ListIdentitiesResponse{}
	err := r.store.Read(ctx, func(v *store.View) error {
		org, err := orgOrNone(v.Org(ctx, orgKey))
		if err != nil || org.ID == 0 {
			return err
		}
		list, err := v.ListIdentities(ctx, org.ID, page.After, page.Size)
		if err != nil {
			return err
		}
		for _, id := range list.Rows {
			answer.Identities = append(answer.Identities, identityProto(id))
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

// RemoveIdentity implements registryv1.SigningKeyServiceServer. What it signed
// stays published; it is not trusted when somebody verifies it again.
func (r *Registry) RemoveIdentity(ctx context.Context, rq *registryv1.RemoveIdentityRequest) (*registryv1.RemoveIdentityResponse, error) {
	const doing = "removing an identity"
	c := r.checker()
	orgKey := c.org(rq.GetOrg())
	if err := c.err(doing); err != nil {
		return nil, err
	}
	defer r.worker.ring() // What waits for people is checked again.
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.RemoveIdentityResponse, error) {
		org, err := orgOrNone(tx.Org(ctx, orgKey))
		if err != nil {
			return nil, err
		}
		removed, err := tx.RemoveIdentity(ctx, org.ID, store.IdentityID(rq.GetId()))
		if errors.Is(err, store.ErrNotFound) {
			return nil, refuse(registryv1.Reason_REASON_NOT_FOUND, "%s has no identity %d", shown(rq.GetOrg()), rq.GetId()).
				WithNext("see its identities with: registrar identities list %s", shown(rq.GetOrg()))
		}
		return &registryv1.RemoveIdentityResponse{Identity: identityProto(removed)}, err
	})
	return answer, wrap(doing, err)
}

func identityProto(i store.Identity) *registryv1.Identity {
	return &registryv1.Identity{
		Id: int64(i.ID), Org: i.OrgSpelling, Issuer: i.Issuer, San: i.SAN, SanRegexp: i.SANRegexp,
		SourceRepository: i.SourceRepository, SourceRef: i.SourceRef, AddedAt: timestamp(i.AddedAt), AddedBy: i.AddedBy,
	}
}
