package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// pageBytes bounds the exports that one page of keys holds together, so that
// an answer stays small however large keys are.
const pageBytes = 2 << 20

// SigningKey is a public key that an org has registered.
type SigningKey struct {
	ID   KeyID
	Org  OrgID
	Name string
	Type registryv1.KeyType
	// OrgSpelling is as the org was registered first.
	OrgSpelling string
	KeyFacts

	// Exports are all that were ever registered, oldest first.
	Exports [][]byte
	AddedAt time.Time
	AddedBy string
	// RetiredAt and RevokedAt are zero for a key in use.
	RetiredAt     time.Time
	RetiredBy     string
	RevokedAt     time.Time
	RevokedBy     string
	RevokedReason string
	// CompromisedSince is zero where a revoked key is trusted for nothing.
	CompromisedSince time.Time

	// Signed is how many versions the key signed, SignedPublic how many of
	// them everybody may see.
	Signed, SignedPublic int64
}

// KeyFacts are what the exports of a key say.
type KeyFacts struct {
	Fingerprint string
	Algorithm   string
	UserIDs     []string
	// ExpiresAt is zero for never.
	ExpiresAt time.Time
}

const selectKey = `select k.id, k.org_id, o.spelling, k.name, k.type, k.fingerprint, k.algorithm, k.user_ids, k.expires_at, k.added_at, k.added_by,
	k.retired_at, k.retired_by, k.revoked_at, k.revoked_by, k.revoked_reason, k.compromised_since, k.n_signed, k.n_signed_public
	from signing_keys k join orgs o on o.id = k.org_id`

func scanKey(row scanner, k *SigningKey) error {
	var id, org, kind, expires, added, retired, revoked, since int64
	var users string
	err := row.Scan(&id, &org, &k.OrgSpelling, &k.Name, &kind, &k.Fingerprint, &k.Algorithm, &users, &expires, &added, &k.AddedBy,
		&retired, &k.RetiredBy, &revoked, &k.RevokedBy, &k.RevokedReason, &since, &k.Signed, &k.SignedPublic)
	if err != nil {
		return err
	}
	k.ID, k.Org, k.Type = KeyID(id), OrgID(org), narrow[registryv1.KeyType](kind)
	k.ExpiresAt, k.AddedAt = fromMicros(expires), fromMicros(added)
	k.RetiredAt, k.RevokedAt, k.CompromisedSince = fromMicros(retired), fromMicros(revoked), fromMicros(since)
	for line := range strings.Lines(users) {
		k.UserIDs = append(k.UserIDs, strings.TrimSuffix(line, "\n"))
	}
	return nil
}

// Key finds a key of an org with its exports; ErrNotFound.
func (v *View) Key(ctx context.Context, org OrgID, id KeyID) (SigningKey, error) {
	return v.key(ctx, "k.org_id = ? and k.id = ?", int64(org), int64(id))
}

// KeyByFingerprint finds a key of an org by what it is; ErrNotFound.
func (v *View) KeyByFingerprint(ctx context.Context, org OrgID, kind registryv1.KeyType, fingerprint string) (SigningKey, error) {
	return v.key(ctx, "k.org_id = ? and k.type = ? and k.fingerprint = ?", int64(org), int64(kind), fingerprint)
}

// KeyByName finds a key of an org by its name, however that is spelled;
// ErrNotFound.
func (v *View) KeyByName(ctx context.Context, org OrgID, name string) (SigningKey, error) {
	return v.key(ctx, "k.org_id = ? and k.key = ?", int64(org), strings.ToLower(name))
}

func (v *View) key(ctx context.Context, where string, args ...any) (SigningKey, error) {
	k, err := one(ctx, v.c, scanKey, selectKey+" where "+where, args...)
	if err != nil {
		return SigningKey{}, err
	}
	k.Exports, err = v.exports(ctx, k.ID)
	return k, err
}

func (v *View) exports(ctx context.Context, id KeyID) ([][]byte, error) {
	all, err := collect(ctx, v.c, value[[]byte], "select export from key_exports where key_id = ? order by id", int64(id))
	if err != nil {
		return nil, fmt.Errorf("reading the exports of key %d: %w", id, err)
	}
	return all, nil
}

// Keys are the first keys of an org, at most limit, with their exports.
func (v *View) Keys(ctx context.Context, org OrgID, limit int) ([]SigningKey, error) {
	keys, err := collect(ctx, v.c, scanKey, selectKey+" where k.org_id = ? order by k.id limit ?", int64(org), limit)
	if err != nil {
		return nil, fmt.Errorf("reading the keys of org %d: %w", org, err)
	}
	for i := range keys {
		if keys[i].Exports, err = v.exports(ctx, keys[i].ID); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// ListKeys lists the keys of an org by id; after is the Next of the page
// before. A page ends early where its exports become large.
func (v *View) ListKeys(ctx context.Context, org OrgID, after []byte, limit int) (Page[SigningKey], error) {
	start, err := startAfter(after)
	if err != nil {
		return Page[SigningKey]{}, err
	}
	found, err := collect(ctx, v.c, scanKey, selectKey+" where k.org_id = ? and k.id > ? order by k.id limit ?", int64(org), start, limit+1)
	if err != nil {
		return Page[SigningKey]{}, fmt.Errorf("listing keys: %w", err)
	}
	page := Page[SigningKey]{Scanned: int64(len(found))}
	bytes := 0
	for _, k := range found {
		if k.Exports, err = v.exports(ctx, k.ID); err != nil {
			return Page[SigningKey]{}, err
		}
		for _, export := range k.Exports {
			bytes += len(export)
		}
		if len(page.Rows) == limit || len(page.Rows) > 0 && bytes > pageBytes {
			page.Next = keyIDs.encode([]any{int64(page.Rows[len(page.Rows)-1].ID)})
			break
		}
		page.Rows = append(page.Rows, k)
	}
	return page, nil
}

// startAfter is the id that a page begins after.
func startAfter(after []byte) (int64, error) {
	key, err := keyIDs.decode(after)
	if err != nil || key == nil {
		return 0, err
	}
	id, _ := key[0].(int64) // The only kind that decode gives.
	return id, nil
}

// NewKey is a key to be registered, with its first export.
type NewKey struct {
	Org    OrgID
	Name   string
	Type   registryv1.KeyType
	Export []byte
	KeyFacts
}

// AddKey registers a key; event SIGNING_KEY_ADDED. Whether its name and
// fingerprint are free is for the caller to ask.
func (tx *Tx) AddKey(ctx context.Context, n NewKey) (SigningKey, error) {
	row, err := tx.c.insert(ctx, `insert into signing_keys (org_id, key, name, type, fingerprint, algorithm, user_ids, expires_at, added_at, added_by)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(n.Org), strings.ToLower(n.Name), n.Name, int64(n.Type), n.Fingerprint, n.Algorithm, joinLines(n.UserIDs), micros(n.ExpiresAt),
		micros(tx.now), tx.by.Person)
	if err != nil {
		return SigningKey{}, fmt.Errorf("registering the key %q: %w", n.Name, err)
	}
	if _, err := tx.putExport(ctx, KeyID(row), n.Export); err != nil {
		return SigningKey{}, err
	}
	return tx.keyChanged(ctx, n.Org, KeyID(row), registryv1.EventKind_EVENT_KIND_SIGNING_KEY_ADDED, "", nil)
}

// AddExport keeps a further export of a key beside the earlier ones, with what
// all of them say together; event SIGNING_KEY_CHANGED. Nothing changes if it
// is there.
func (tx *Tx) AddExport(ctx context.Context, org OrgID, id KeyID, export []byte, facts KeyFacts) (SigningKey, error) {
	isNew, err := tx.putExport(ctx, id, export)
	if err != nil {
		return SigningKey{}, err
	}
	if !isNew {
		return tx.Key(ctx, org, id)
	}
	_, err = tx.c.exec(ctx, "update signing_keys set algorithm = ?, user_ids = ?, expires_at = ? where id = ?",
		facts.Algorithm, joinLines(facts.UserIDs), micros(facts.ExpiresAt), int64(id))
	if err != nil {
		return SigningKey{}, fmt.Errorf("changing key %d: %w", id, err)
	}
	return tx.keyChanged(ctx, org, id, registryv1.EventKind_EVENT_KIND_SIGNING_KEY_CHANGED, "", nil)
}

func (tx *Tx) putExport(ctx context.Context, id KeyID, export []byte) (isNew bool, err error) {
	digest := sha256.Sum256(export)
	n, err := tx.c.exec(ctx, "insert into key_exports (key_id, export, sha256, added_at, added_by) values (?, ?, ?, ?, ?) on conflict do nothing",
		int64(id), export, digest[:], micros(tx.now), tx.by.Person)
	if err != nil {
		return false, fmt.Errorf("keeping an export of key %d: %w", id, err)
	}
	return n > 0, nil
}

// RetireKey ends the use of a key for releases from now on; event
// SIGNING_KEY_RETIRED.
func (tx *Tx) RetireKey(ctx context.Context, org OrgID, id KeyID) (SigningKey, error) {
	_, err := tx.c.exec(ctx, "update signing_keys set retired_at = ?, retired_by = ? where id = ?", micros(tx.now), tx.by.Person, int64(id))
	if err != nil {
		return SigningKey{}, fmt.Errorf("retiring key %d: %w", id, err)
	}
	return tx.keyChanged(ctx, org, id, registryv1.EventKind_EVENT_KIND_SIGNING_KEY_RETIRED, "", nil)
}

// RevokeKey takes the trust in a key away, from all that it signed or (since
// is not zero) from what was published since; event SIGNING_KEY_REVOKED.
func (tx *Tx) RevokeKey(ctx context.Context, org OrgID, id KeyID, reason string, since time.Time) (SigningKey, error) {
	_, err := tx.c.exec(ctx, "update signing_keys set revoked_at = ?, revoked_by = ?, revoked_reason = ?, compromised_since = ? where id = ?",
		micros(tx.now), tx.by.Person, reason, micros(since), int64(id))
	if err != nil {
		return SigningKey{}, fmt.Errorf("revoking key %d: %w", id, err)
	}
	detail := map[string]string{}
	if !since.IsZero() {
		detail["compromised_since"] = since.UTC().Format(time.RFC3339Nano)
	}
	return tx.keyChanged(ctx, org, id, registryv1.EventKind_EVENT_KIND_SIGNING_KEY_REVOKED, reason, detail)
}

// keyChanged appends the event of a change and gives the key as it is then.
// What waits for people was checked by the keys as they were.
func (tx *Tx) keyChanged(ctx context.Context, org OrgID, id KeyID, kind registryv1.EventKind, reason string, detail map[string]string) (SigningKey, error) {
	k, err := tx.Key(ctx, org, id)
	if err != nil {
		return SigningKey{}, err
	}
	if detail == nil {
		detail = map[string]string{}
	}
	detail["key"], detail["name"] = fmt.Sprint(k.ID), k.Name
	detail["type"], detail["fingerprint"] = strings.ToLower(registryv1.Short(k.Type)), k.Fingerprint
	tx.Record(Record{Kind: kind, Org: k.Org, OrgName: k.OrgSpelling, Reason: reason, Detail: detail})
	return k, tx.recheckOrg(ctx, k.Org)
}

func joinLines(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	return b.String()
}
