package registry

import (
	"context"
	"errors"
	"slices"

	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/check"
	"github.com/registrar-console/registrar/registry/store"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// errTrustChanged makes a validation begin again: a key that was revoked while
// it ran must not publish anything, and what it signed must be in the list of
// who revoked it.
var errTrustChanged = errors.New("what the org trusts was changed during the validation")

// sourcesOf are what an org trusts, in one snapshot.
func (r *Registry) sourcesOf(ctx context.Context, v *store.View, org store.Org) (trust.Sources, error) {
	root, err := trustRoot(ctx, v)
	if err != nil {
		return trust.Sources{}, err
	}
	sources := trust.Sources{Policy: r.policyOf(org), Root: root.Document}
	keys, err := v.Keys(ctx, org.ID, maxKeys)
	if err != nil {
		return trust.Sources{}, err
	}
	for _, key := range keys {
		sources.Keys = append(sources.Keys, keyProto(key, store.Visibility{}))
	}
	identities, err := v.Identities(ctx, org.ID, maxIdentities)
	if err != nil {
		return trust.Sources{}, err
	}
	for _, id := range identities {
		sources.Identities = append(sources.Identities, identityProto(id))
	}
	return sources, nil
}

// expectTrust returns errTrustChanged unless an org still trusts what a
// validation went by.
func (r *Registry) expectTrust(ctx context.Context, tx *store.Tx, id store.OrgID, used trust.Sources) error {
	org, err := tx.OrgByID(ctx, id)
	if err != nil {
		return err
	}
	now, err := r.sourcesOf(ctx, &tx.View, org)
	if err != nil {
		return err
	}
	same := proto.Equal(now.Policy, used.Policy) && slices.Equal(now.Root, used.Root) &&
		slices.EqualFunc(now.Keys, used.Keys, sameKey) && slices.EqualFunc(now.Identities, used.Identities, sameIdentity)
	if !same {
		return errTrustChanged
	}
	return nil
}

// sameKey compares keys by everything but what they signed meanwhile.
func sameKey(a, b *registryv1.SigningKey) bool {
	x, y := proto.CloneOf(a), proto.CloneOf(b)
	x.SignedVersions, y.SignedVersions = 0, 0
	return proto.Equal(x, y)
}

func sameIdentity(a, b *registryv1.Identity) bool { return proto.Equal(a, b) }

// signersOf are the keys and identities that made the good signatures of a
// version, each once.
func signersOf(outcome check.Outcome, sources trust.Sources, v store.Version) []store.Signed {
	of := signing.Release{Org: v.OrgSpelling, Connector: v.Name, Version: v.Number}
	var signers []store.Signed
	for _, finding := range outcome.Findings {
		if finding.Verdict == nil {
			continue
		}
		keys, identities := sources.SignedBy(finding.Verdict, of)
		for _, id := range keys {
			signers = append(signers, store.Signed{Key: store.KeyID(id)})
		}
		for _, id := range identities {
			signers = append(signers, store.Signed{Identity: store.IdentityID(id)})
		}
	}
	return signers
}

// storeVerdicts keeps what the signatures of a version came to, and who made
// the good ones.
func storeVerdicts(ctx context.Context, tx *store.Tx, v store.Version, outcome check.Outcome, sources trust.Sources) error {
	var each store.Verdicts
	for platform, status := range outcome.Verdicts.Each {
		each = each.With(platform, status)
	}
	if _, err := tx.SetVerdicts(ctx, v.ID, v.Attempt, outcome.Verdicts.Whole, outcome.Verdicts.Reason, each); err != nil {
		return err
	}
	return tx.PutSigned(ctx, v.ID, v.Attempt, signersOf(outcome, sources, v))
}
