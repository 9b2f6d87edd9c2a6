package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// requestsKept is how long a repeated request gets its first answer.
const requestsKept = 24 * time.Hour

// Once makes a mutation answer a repeated request with its first answer.
// Requests are told apart by the person and the id that the client gave them;
// the same id for another method or message is a *ReusedError. A failure is
// not kept: the transaction that would have kept it is rolled back. An empty
// id just calls do.
func Once[T proto.Message](ctx context.Context, tx *Tx, id, method string, rq proto.Message, do func() (T, error)) (T, error) {
	var none T
	if id == "" {
		return do()
	}
	request, err := marshal(rq)
	if err != nil {
		return none, err
	}
	digest := sha256.Sum256(request)
	stored, found, err := tx.firstAnswer(ctx, id, method, digest)
	if err != nil {
		return none, err
	}
	if found {
		answer, ok := none.ProtoReflect().New().Interface().(T)
		if !ok {
			return none, fmt.Errorf("answering %s again: %T cannot be made", method, none)
		}
		return answer, unmarshal(stored, answer)
	}
	answer, err := do()
	if err != nil {
		return none, err
	}
	kept, err := marshal(answer)
	if err != nil {
		return none, err
	}
	_, err = tx.c.exec(ctx, `insert into requests (principal, id, method, digest, answer, at) values (?, ?, ?, ?, ?, ?)
		on conflict (principal, id) do update set method = excluded.method, digest = excluded.digest, answer = excluded.answer, at = excluded.at`,
		tx.by.Person, id, method, digest[:], kept, micros(tx.now))
	if err != nil {
		return none, fmt.Errorf("keeping the answer of %s: %w", method, err)
	}
	return answer, nil
}

func (tx *Tx) firstAnswer(ctx context.Context, id, method string, digest [32]byte) (answer []byte, found bool, err error) {
	type request struct {
		method         string
		digest, answer []byte
		at             int64
	}
	first, err := one(ctx, tx.c, func(row scanner, r *request) error {
		return row.Scan(&r.method, &r.digest, &r.answer, &r.at)
	}, "select method, digest, answer, at from requests where principal = ? and id = ?", tx.by.Person, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("looking for the request id %q: %w", id, err)
	case tx.now.Sub(fromMicros(first.at)) >= requestsKept:
		return nil, false, nil
	case first.method != method || [32]byte(first.digest) != digest:
		return nil, false, &ReusedError{ID: id, Method: first.method}
	default:
		return first.answer, true, nil
	}
}

// SweepRequests removes answers that are not kept any longer, and says how many.
func (tx *Tx) SweepRequests(ctx context.Context, limit int) (int, error) {
	n, err := tx.c.exec(ctx, `delete from requests where (principal, id) in (
		select principal, id from requests where at <= ? order by at limit ?)`, micros(tx.now.Add(-requestsKept)), limit)
	if err != nil {
		return 0, fmt.Errorf("removing old answers: %w", err)
	}
	return int(n), nil
}

const selectGrants = `select t.id, t.name, t.person, t.created_at, t.until, t.used_at, t.revoked_at,
	r.org_id, r.role, coalesce(o.key, ''), coalesce(o.spelling, '')
	from tokens t left join token_roles r on r.token_id = t.id left join orgs o on o.id = r.org_id`

// tokens converts rows of selectGrants, one for each role, that are ordered by
// token.
func (v *View) tokens(ctx context.Context, where string, args ...any) ([]Token, error) {
	var all []Token
	err := v.c.each(ctx, func(row scanner) error {
		var t Token
		var id, created, until, used, revoked int64
		var org, role *int64
		var g Grant
		if err := row.Scan(&id, &t.Name, &t.Person, &created, &until, &used, &revoked, &org, &role, &g.OrgKey, &g.OrgSpelling); err != nil {
			return err
		}
		if len(all) == 0 || all[len(all)-1].ID != TokenID(id) {
			t.ID, t.CreatedAt, t.Until, t.UsedAt, t.RevokedAt = TokenID(id), fromMicros(created), fromMicros(until), fromMicros(used), fromMicros(revoked)
			all = append(all, t)
		}
		if org != nil && role != nil {
			g.Org, g.Role = OrgID(*org), narrow[registryv1.Role](*role)
			all[len(all)-1].Grants = append(all[len(all)-1].Grants, g)
		}
		return nil
	}, selectGrants+" where "+where, args...)
	return all, err
}

func (v *View) token(ctx context.Context, where string, args ...any) (Token, error) {
	found, err := v.tokens(ctx, where, args...)
	if err != nil {
		return Token{}, err
	}
	if len(found) == 0 {
		return Token{}, ErrNotFound
	}
	return found[0], nil
}

// TokenByHash finds a token by the sha256 of its secret, also an expired or
// revoked one; ErrNotFound.
func (v *View) TokenByHash(ctx context.Context, hash [32]byte) (Token, error) {
	return v.token(ctx, "t.hash = ?", hash[:])
}

// TokenByID finds a token; ErrNotFound.
func (v *View) TokenByID(ctx context.Context, id TokenID) (Token, error) {
	return v.token(ctx, "t.id = ?", int64(id))
}

// ListTokens lists tokens by id; after is the Next of the page before.
func (v *View) ListTokens(ctx context.Context, after []byte, limit int) (Page[Token], error) {
	var start int64
	if after != nil {
		if len(after) != 8 {
			return Page[Token]{}, ErrBadKey
		}
		start = int64(binary.BigEndian.Uint64(after)) //nolint:gosec // G115: the reverse of what is done below.
	}
	found, err := v.tokens(ctx, "t.id in (select id from tokens where id > ? order by id limit ?) order by t.id, r.org_id, r.role", start, limit+1)
	if err != nil {
		return Page[Token]{}, fmt.Errorf("listing tokens: %w", err)
	}
	page := Page[Token]{Rows: found, Scanned: int64(len(found))}
	if len(found) > limit {
		page.Rows = found[:limit]
		page.Next = binary.BigEndian.AppendUint64(nil, uint64(page.Rows[limit-1].ID)) //nolint:gosec // G115: ids are positive.
	}
	return page, nil
}

// HasAdmin says whether a token that lets its person do everything is valid
// at a time.
func (v *View) HasAdmin(ctx context.Context, now time.Time) (bool, error) {
	return one(ctx, v.c, value[bool], `select exists (select 1 from token_roles r join tokens t on t.id = r.token_id
		where r.org_id = 0 and r.role = ? and t.revoked_at = 0 and (t.until = 0 or t.until > ?))`,
		int64(registryv1.Role_ROLE_ADMIN), micros(now))
}

// NewToken is a token to be created.
type NewToken struct {
	Name, Person string
	Hash         [32]byte
	Until        time.Time
	// Grants need only Org and Role.
	Grants []Grant
}

// CreateToken adds a token; event TOKEN_CREATED.
func (tx *Tx) CreateToken(ctx context.Context, n NewToken) (Token, error) {
	row, err := tx.c.insert(ctx, "insert into tokens (name, person, hash, created_at, until) values (?, ?, ?, ?, ?)",
		n.Name, n.Person, n.Hash[:], micros(tx.now), micros(n.Until))
	if err != nil {
		return Token{}, fmt.Errorf("creating token %q: %w", n.Name, err)
	}
	for _, g := range n.Grants {
		_, err := tx.c.exec(ctx, "insert into token_roles (token_id, org_id, role) values (?, ?, ?) on conflict do nothing", row, int64(g.Org), int64(g.Role))
		if err != nil {
			return Token{}, fmt.Errorf("giving token %q the role %s: %w", n.Name, registryv1.Short(g.Role), err)
		}
	}
	t, err := tx.TokenByID(ctx, TokenID(row))
	if err != nil {
		return Token{}, err
	}
	tx.Record(tokenRecord(t, registryv1.EventKind_EVENT_KIND_TOKEN_CREATED))
	return t, nil
}

// RevokeToken ends a token; nothing changes if it is revoked already. Event
// TOKEN_REVOKED. ErrNotFound.
func (tx *Tx) RevokeToken(ctx context.Context, id TokenID) (Token, error) {
	t, err := tx.TokenByID(ctx, id)
	if err != nil || !t.RevokedAt.IsZero() {
		return t, err
	}
	if _, err := tx.c.exec(ctx, "update tokens set revoked_at = ? where id = ?", micros(tx.now), int64(id)); err != nil {
		return Token{}, fmt.Errorf("revoking token %d: %w", id, err)
	}
	t.RevokedAt = tx.now
	tx.Record(tokenRecord(t, registryv1.EventKind_EVENT_KIND_TOKEN_REVOKED))
	return t, nil
}

// tokenRecord is an event about a token, which is what the detail names: the
// event's own token is the one that the actor used.
func tokenRecord(t Token, kind registryv1.EventKind) Record {
	roles := make([]string, len(t.Grants))
	for i, g := range t.Grants {
		org := g.OrgSpelling
		if g.Org == 0 {
			org = "*"
		}
		roles[i] = org + ":" + strings.ToLower(registryv1.Short(g.Role))
	}
	slices.Sort(roles)
	return Record{Kind: kind, Detail: map[string]string{
		"token": fmt.Sprint(t.ID), "name": t.Name, "person": t.Person, "roles": strings.Join(roles, " "),
	}}
}

// UseToken notes that a token was used. Callers do so at most once a minute:
// it is a write.
func (tx *Tx) UseToken(ctx context.Context, id TokenID) error {
	_, err := tx.c.exec(ctx, "update tokens set used_at = ? where id = ?", micros(tx.now), int64(id))
	return err
}

// Secret is a random secret of this store, made when it is first asked for
// and the same for every process.
func (s *Store) Secret(ctx context.Context, name string) (secret [32]byte, err error) {
	read := func(v *View) error {
		stored, err := one(ctx, v.c, value[[]byte], "select value from secrets where name = ?", name)
		copy(secret[:], stored)
		return err
	}
	err = s.Read(ctx, read)
	if errors.Is(err, ErrNotFound) {
		err = s.Write(ctx, Actor{}, func(tx *Tx) error {
			fresh := make([]byte, len(secret))
			_, _ = rand.Read(fresh) // Never fails: crypto/rand ends the program instead.
			if _, err := tx.c.exec(ctx, "insert into secrets (name, value) values (?, ?) on conflict do nothing", name, fresh); err != nil {
				return err
			}
			return read(&tx.View)
		})
	}
	if err != nil {
		return [32]byte{}, fmt.Errorf("reading the secret %q of the store: %w", name, err)
	}
	return secret, nil
}
