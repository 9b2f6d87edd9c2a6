package store

import (
	"context"
	"fmt"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Identity is a keyless signer that an org trusts.
type Identity struct {
	ID          IdentityID
	Org         OrgID
	OrgSpelling string
	IdentityTexts

	AddedAt time.Time
	AddedBy string
}

// IdentityTexts are what an identity is compared by.
type IdentityTexts struct {
	Issuer           string
	SAN              string
	SANRegexp        string
	SourceRepository string
	SourceRef        string
}

const selectIdentity = `select i.id, i.org_id, o.spelling, i.issuer, i.san, i.san_regexp, i.source_repository, i.source_ref, i.added_at, i.added_by
	from identities i join orgs o on o.id = i.org_id where i.removed_at = 0 and `

func scanIdentity(row scanner, i *Identity) error {
	var id, org, added int64
	err := row.Scan(&id, &org, &i.OrgSpelling, &i.Issuer, &i.SAN, &i.SANRegexp, &i.SourceRepository, &i.SourceRef, &added, &i.AddedBy)
	i.ID, i.Org, i.AddedAt = IdentityID(id), OrgID(org), fromMicros(added)
	return err
}

// Identity finds an identity of an org that was not removed; ErrNotFound.
func (v *View) Identity(ctx context.Context, org OrgID, id IdentityID) (Identity, error) {
	return one(ctx, v.c, scanIdentity, selectIdentity+"i.org_id = ? and i.id = ?", int64(org), int64(id))
}

// SameIdentity finds exactly this identity of an org; ErrNotFound.
func (v *View) SameIdentity(ctx context.Context, org OrgID, t IdentityTexts) (Identity, error) {
	return one(ctx, v.c, scanIdentity, selectIdentity+`i.org_id = ? and i.issuer = ? and i.san = ? and i.san_regexp = ?
		and i.source_repository = ? and i.source_ref = ?`, int64(org), t.Issuer, t.SAN, t.SANRegexp, t.SourceRepository, t.SourceRef)
}

// Identities are the first identities of an org, at most limit.
func (v *View) Identities(ctx context.Context, org OrgID, limit int) ([]Identity, error) {
	return v.identities(ctx, org, 0, limit)
}

func (v *View) identities(ctx context.Context, org OrgID, after int64, limit int) ([]Identity, error) {
	found, err := collect(ctx, v.c, scanIdentity, selectIdentity+"i.org_id = ? and i.id > ? order by i.id limit ?", int64(org), after, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the identities of org %d: %w", org, err)
	}
	return found, nil
}

// ListIdentities lists the identities of an org by id; after is the Next of
// the page before.
func (v *View) ListIdentities(ctx context.Context, org OrgID, after []byte, limit int) (Page[Identity], error) {
	start, err := startAfter(after)
	if err != nil {
		return Page[Identity]{}, err
	}
	found, err := v.identities(ctx, org, start, limit+1)
	page := Page[Identity]{Rows: found, Scanned: int64(len(found))}
	if len(found) > limit {
		page.Rows = found[:limit]
		page.Next = keyIDs.encode([]any{int64(page.Rows[limit-1].ID)})
	}
	return page, err
}

// AddIdentity registers an identity; event IDENTITY_ADDED. Whether exactly
// this one is there is for the caller to ask.
func (tx *Tx) AddIdentity(ctx context.Context, org OrgID, t IdentityTexts) (Identity, error) {
	row, err := tx.c.insert(ctx, `insert into identities (org_id, issuer, san, san_regexp, source_repository, source_ref, added_at, added_by)
		values (?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(org), t.Issuer, t.SAN, t.SANRegexp, t.SourceRepository, t.SourceRef, micros(tx.now), tx.by.Person)
	if err != nil {
		return Identity{}, fmt.Errorf("registering an identity: %w", err)
	}
	i, err := tx.Identity(ctx, org, IdentityID(row))
	if err != nil {
		return Identity{}, err
	}
	tx.Record(identityRecord(i, registryv1.EventKind_EVENT_KIND_IDENTITY_ADDED))
	return i, tx.recheckOrg(ctx, org)
}

// RemoveIdentity ends the trust in an identity; event IDENTITY_REMOVED.
// ErrNotFound. It gives the identity as it was.
func (tx *Tx) RemoveIdentity(ctx context.Context, org OrgID, id IdentityID) (Identity, error) {
	i, err := tx.Identity(ctx, org, id)
	if err != nil {
		return Identity{}, err
	}
	_, err = tx.c.exec(ctx, "update identities set removed_at = ?, removed_by = ? where id = ?", micros(tx.now), tx.by.Person, int64(id))
	if err != nil {
		return Identity{}, fmt.Errorf("removing identity %d: %w", id, err)
	}
	tx.Record(identityRecord(i, registryv1.EventKind_EVENT_KIND_IDENTITY_REMOVED))
	return i, tx.recheckOrg(ctx, org)
}

// identityRecord is an event about an identity; what it does not narrow is
// absent.
func identityRecord(i Identity, kind registryv1.EventKind) Record {
	detail := map[string]string{"identity": fmt.Sprint(i.ID), "issuer": i.Issuer}
	for name, text := range map[string]string{
		"san": i.SAN, "san_regexp": i.SANRegexp, "source_repository": i.SourceRepository, "source_ref": i.SourceRef,
	} {
		if text != "" {
			detail[name] = text
		}
	}
	return Record{Kind: kind, Org: i.Org, OrgName: i.OrgSpelling, Detail: detail}
}
