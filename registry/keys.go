package registry

import (
	"context"
	"errors"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

const (
	maxKeyName = 100
	// maxKeys and maxIdentities bound what validating a version has to read.
	maxKeys       = 200
	maxIdentities = 200
	// maxExports and maxExportBytes bound all exports of one key together;
	// maxExport bounds one of them.
	maxExports     = 50
	maxExport      = 256 << 10
	maxExportBytes = 1 << 20
	// firstSigned is how many of the versions that a key signed the answer to
	// revoking it holds.
	firstSigned = 50
)

// AddSigningKey implements registryv1.SigningKeyServiceServer. The org comes
// into being with its first key, if nothing else of it was there before: who
// publishes for the first time registers the key before.
func (r *Registry) AddSigningKey(ctx context.Context, rq *registryv1.AddSigningKeyRequest) (*registryv1.AddSigningKeyResponse, error) {
	const doing = "adding a signing key"
	c := r.checker()
	orgKey := c.org(rq.GetOrg())
	checkLine(&c.faults, "name", rq.GetName(), maxKeyName)
	facts, next := c.newKey("export", rq.GetType(), rq.GetExport(), r.now())
	if err := c.err(doing); err != nil {
		return nil, AsError(err).WithNext("%s", next)
	}
	see := PrincipalFrom(ctx).See
	defer r.worker.ring() // What waits for people is checked again.
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.AddSigningKeyResponse, error) {
		org, err := tx.EnsureOrg(ctx, orgKey, rq.GetOrg())
		if err != nil {
			return nil, err
		}
		key, created, err := addKey(ctx, tx, store.NewKey{
			Org: org.ID, Name: rq.GetName(), Type: rq.GetType(), Export: canonical(rq.GetType(), rq.GetExport()), KeyFacts: facts,
		})
		if err != nil {
			return nil, err
		}
		return &registryv1.AddSigningKeyResponse{Key: keyProto(key, seeOwn(see, org.ID)), Created: created}, nil
	})
	return answer, wrap(doing, err)
}

// addKey registers a key, or keeps a further export of one that is there.
func addKey(ctx context.Context, tx *store.Tx, n store.NewKey) (key store.SigningKey, created bool, err error) {
	there, err := tx.KeyByFingerprint(ctx, n.Org, n.Type, n.Fingerprint)
	if err == nil {
		key, err = addExport(ctx, tx, there, n)
		return key, false, err
	}
	if !errors.Is(err, store.ErrNotFound) {
		return store.SigningKey{}, false, err
	}
	other, err := tx.KeyByName(ctx, n.Org, n.Name)
	if err == nil {
		return store.SigningKey{}, false, refuse(registryv1.Reason_REASON_INVALID_NAME, "the name %q belongs to the key %s already", other.Name, other.Fingerprint).
			WithNext("choose another name")
	}
	if !errors.Is(err, store.ErrNotFound) {
		return store.SigningKey{}, false, err
	}
	all, err := tx.Keys(ctx, n.Org, maxKeys)
	if err != nil {
		return store.SigningKey{}, false, err
	}
	if len(all) >= maxKeys {
		return store.SigningKey{}, false, refuse(registryv1.Reason_REASON_INVALID_ARGUMENT, "the org has %d keys, and no more are allowed", len(all)).
			WithNext("sign with one of them, or with a keyless identity")
	}
	key, err = tx.AddKey(ctx, n)
	return key, true, err
}

// addExport keeps another export of a key. Its name stays, whatever the new
// one is: events and verdicts know it by that.
func addExport(ctx context.Context, tx *store.Tx, there store.SigningKey, n store.NewKey) (store.SigningKey, error) {
	if !there.RevokedAt.IsZero() {
		return store.SigningKey{}, refuse(registryv1.Reason_REASON_INVALID_KEY, "the key %s was revoked on %s; trust in it does not come back",
			there.Fingerprint, there.RevokedAt.Format(time.DateOnly)).WithNext("register another key")
	}
	facts, err := factsOf(there.Type, append(there.Exports, n.Export))
	if err != nil {
		return store.SigningKey{}, refuse(registryv1.Reason_REASON_INVALID_KEY, "the export does not fit those that were registered before: %s", printable(err.Error())).WithCause(err)
	}
	key, err := tx.AddExport(ctx, there.Org, there.ID, n.Export, facts)
	if err != nil {
		return store.SigningKey{}, err
	}
	size := 0
	for _, export := range key.Exports {
		size += len(export)
	}
	if len(key.Exports) > maxExports || size > maxExportBytes {
		return store.SigningKey{}, refuse(registryv1.Reason_REASON_INVALID_KEY, "the key has %d exports with %d bytes together, but at most %d with %d bytes are kept",
			len(key.Exports), size, maxExports, maxExportBytes).
			WithNext("register a new key for the next releases")
	}
	return key, nil
}

// ListSigningKeys implements registryv1.SigningKeyServiceServer. An org that
// nobody has registered has no keys.
func (r *Registry) ListSigningKeys(ctx context.Context, rq *registryv1.ListSigningKeysRequest) (*registryv1.ListSigningKeysResponse, error) {
	const doing = "listing signing keys"
	c := r.checker()
	orgKey := c.org(rq.GetOrg())
	page := c.page(ctx, rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	answer := &registryv1.ListSigningKeysResponse{}
	err := r.store.Read(ctx, func(v *store.View) error {
		org, err := orgOrNone(v.Org(ctx, orgKey))
		if err != nil || org.ID == 0 {
			return err
		}
		list, err := v.ListKeys(ctx, org.ID, page.After, page.Size)
		if err != nil {
			return err
		}
		for _, key := range list.Rows {
			answer.Keys = append(answer.Keys, keyProto(key, see))
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

// page reads which page of a list is asked for.
func (c *checker) page(ctx context.Context, rq pagedRequest) page {
	page, faults := openPage(ctx, rq)
	c.faults = append(c.faults, faults...)
	return page
}

// findKey reads a key of an org.
func findKey(ctx context.Context, v *store.View, orgKey, org string, id int64) (store.SigningKey, error) {
	found, err := orgOrNone(v.Org(ctx, orgKey))
	if err != nil {
		return store.SigningKey{}, err
	}
	key, err := v.Key(ctx, found.ID, store.KeyID(id))
	if errors.Is(err, store.ErrNotFound) {
		return store.SigningKey{}, refuse(registryv1.Reason_REASON_NOT_FOUND, "%s has no signing key %d", shown(org), id).
			WithNext("see its keys with: registrar keys list %s", shown(org))
	}
	return key, err
}

// RetireSigningKey implements registryv1.SigningKeyServiceServer. Retired
// again it stays as it is.
func (r *Registry) RetireSigningKey(ctx context.Context, rq *registryv1.RetireSigningKeyRequest) (*registryv1.RetireSigningKeyResponse, error) {
	const doing = "retiring a signing key"
	c := r.checker()
	orgKey := c.org(rq.GetOrg())
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	defer r.worker.ring() // What waits for people is checked again.
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.RetireSigningKeyResponse, error) {
		key, err := findKey(ctx, &tx.View, orgKey, rq.GetOrg(), rq.GetId())
		if err != nil {
			return nil, err
		}
		switch {
		case !key.RevokedAt.IsZero():
			return nil, refuse(registryv1.Reason_REASON_WRONG_STATE, "the key %q was revoked on %s, which says more than that it is retired",
				key.Name, key.RevokedAt.Format(time.DateOnly)).WithNext("nothing needs doing: releases cannot use it")
		case key.RetiredAt.IsZero():
			if key, err = tx.RetireKey(ctx, key.Org, key.ID); err != nil {
				return nil, err
			}
		}
		return &registryv1.RetireSigningKeyResponse{Key: keyProto(key, see)}, nil
	})
	return answer, wrap(doing, err)
}
