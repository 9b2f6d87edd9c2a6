package store

import (
	"context"
	"fmt"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Signed is who made a good signature: a key or an identity, the other is 0.
type Signed struct {
	Key      KeyID
	Identity IdentityID
}

// PutSigned notes who signed the files of an attempt, if the version still is
// VALIDATING in it; *StaleError.
func (tx *Tx) PutSigned(ctx context.Context, id VersionID, attempt int32, signers []Signed) error {
	if _, err := tx.expect(ctx, id, registryv1.State_STATE_VALIDATING, attempt); err != nil {
		return err
	}
	for _, s := range signers {
		added, err := tx.c.exec(ctx, "insert into signed (version_id, attempt, key_id, identity_id) values (?, ?, ?, ?) on conflict do nothing",
			int64(id), attempt, int64(s.Key), int64(s.Identity))
		if err != nil {
			return fmt.Errorf("noting who signed version %d: %w", id, err)
		}
		if added == 0 || s.Key == 0 {
			continue
		}
		if _, err := tx.c.exec(ctx, "update signing_keys set n_signed = n_signed + 1 where id = ?", int64(s.Key)); err != nil {
			return fmt.Errorf("counting what key %d signed: %w", s.Key, err)
		}
	}
	return nil
}

// countSigned brings the counters of the keys that signed a version's attempt
// up to date: in all, and of what is public.
func (tx *Tx) countSigned(ctx context.Context, v Version, add, addPublic int) error {
	_, err := tx.c.exec(ctx, `update signing_keys set n_signed = n_signed + ?, n_signed_public = n_signed_public + ?
		where id in (select key_id from signed where version_id = ? and attempt = ? and key_id <> 0)`,
		add, addPublic, int64(v.ID), v.Attempt)
	if err != nil {
		return fmt.Errorf("counting what signed version %s: %w", v.Number, err)
	}
	return nil
}

// SignedQuery is a page of the versions that a key signed, the last created
// first.
type SignedQuery struct {
	Key KeyID
	See Visibility
	// After is the Next of the page before, nil on the first.
	After []byte
	Limit int
}

// ListSigned lists the versions whose present attempt a key signed.
func (v *View) ListSigned(ctx context.Context, q SignedQuery) (Page[Version], error) {
	l := list[Version]{
		columns: versionColumns,
		table:   "signed g",
		index:   "signed_key",
		joined:  "join versions v on v.id = g.version_id join connectors c on c.id = v.connector_id",
		keys:    where("g.key_id = ? and g.key_id <> 0 and g.attempt = v.attempt", int64(q.Key)),
		order:   []string{"g.version_id"},
		desc:    true,
		scan:    versionScan(),
		keyOf:   func(v *Version) []any { return []any{int64(v.ID)} },
	}
	if !q.See.All {
		l.accept = func(row *Version) bool { return q.See.Version(*row) }
	}
	page, err := l.page(ctx, v, keyIDs, q.After, q.Limit)
	if err != nil {
		return Page[Version]{}, fmt.Errorf("listing what key %d signed: %w", q.Key, err)
	}
	return page, nil
}

// CountPublishedSigned is how many versions that a key signed are PUBLISHED
// and were published at a time or later. It counts them one by one: it is
// asked when a key is revoked, and by no list.
func (v *View) CountPublishedSigned(ctx context.Context, key KeyID, since time.Time) (int64, error) {
	n, err := one(ctx, v.c, value[int64], `select count(*) from signed g join versions v on v.id = g.version_id
		where g.key_id = ? and g.key_id <> 0 and g.attempt = v.attempt and v.state = 4 and v.published_at >= ?`, int64(key), micros(since))
	if err != nil {
		return 0, fmt.Errorf("counting what key %d signed: %w", key, err)
	}
	return n, nil
}
