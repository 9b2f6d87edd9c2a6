package registry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

const (
	tokenPrefix = "rgr_"
	tokenBytes  = 32
	// usedEvery is how often the use of a token is written down.
	usedEvery = time.Minute
	// holdersLimit bounds the tokens that are remembered. holderSize is more
	// than one takes without its texts and roles, and grantSize than a role;
	// all in bytes.
	holdersLimit = 1 << 20
	holderSize   = 256
	grantSize    = 64
	// AdminTokenFile is where the first admin token of a data directory lies.
	AdminTokenFile = "admin-token"
)

// Auth finds out who calls, for all calls of one listener.
type Auth interface {
	// Identify finds the principal of a bearer token; "" is none. A token
	// that is not valid is an error and never an anonymous caller.
	Identify(ctx context.Context, bearer string) (Principal, error)
}

// Tokens identifies callers by the tokens of the store. It looks at each call,
// so that revoking one works at once, whichever process did it.
func (r *Registry) Tokens() Auth {
	return &tokens{registry: r, holders: store.NewMemo[store.Token](r.store, holdersLimit), used: map[store.TokenID]time.Time{}}
}

type tokens struct {
	registry *Registry
	// holders are the tokens that were shown since the store changed last.
	holders *store.Memo[store.Token]

	mu sync.Mutex
	// used is when the use of a token was written down last by this process.
	used map[store.TokenID]time.Time
}

// Unauthenticated refuses whoever is not who he says, or does not say.
func Unauthenticated(message string) error {
	return refuse(registryv1.Reason_REASON_UNAUTHENTICATED, "%s", message).While("finding out who calls").
		WithNext("pass a valid token with --registry-token or REGISTRAR_TOKEN, or none to read what is public")
}

// Identify implements Auth.
func (t *tokens) Identify(ctx context.Context, bearer string) (Principal, error) {
	if bearer == "" {
		return Principal{}, nil
	}
	if !wellFormedToken(bearer) {
		return Principal{}, Unauthenticated("that is not a token of a registry")
	}
	hash := hashToken(bearer)
	token, err := t.holders.Remembered(ctx, string(hash[:]), func() (token store.Token, size int, err error) {
		err = t.registry.store.Glance(ctx, func(v *store.View) (err error) {
			token, err = v.TokenByHash(ctx, hash)
			return err
		})
		return token, sizeOf(token), err
	})
	if errors.Is(err, store.ErrNotFound) {
		return Principal{}, Unauthenticated("this registry does not know the token")
	}
	if err != nil {
		return Principal{}, fmt.Errorf("looking up a token: %w", err)
	}
	now := t.registry.now()
	if !token.RevokedAt.IsZero() {
		return Principal{}, Unauthenticated(fmt.Sprintf("the token %q was revoked", token.Name))
	}
	if expired(token, now) {
		return Principal{}, Unauthenticated(fmt.Sprintf("the token %q expired on %s", token.Name, token.Until.UTC().Format(time.DateOnly)))
	}
	t.noteUse(token, now)
	return principalOf(token), nil
}

// sizeOf is about what a token takes in memory.
func sizeOf(token store.Token) int {
	size := holderSize + len(token.Name) + len(token.Person)
	for _, grant := range token.Grants {
		size += grantSize + len(grant.OrgKey)
	}
	return size
}

func expired(token store.Token, now time.Time) bool {
	return !token.Until.IsZero() && !now.Before(token.Until)
}

// noteUse writes down that a token is in use, at most once a minute and beside
// the call: a store that cannot write keeps nobody from reading.
func (t *tokens) noteUse(token store.Token, now time.Time) {
	if now.Sub(token.UsedAt) < usedEvery {
		return
	}
	t.mu.Lock()
	last, seen := t.used[token.ID]
	if seen && now.Sub(last) < usedEvery {
		t.mu.Unlock()
		return
	}
	t.used[token.ID] = now
	t.mu.Unlock()
	t.registry.background(func(ctx context.Context) {
		err := t.registry.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error { return tx.UseToken(ctx, token.ID) })
		if err != nil {
			t.registry.log.Warn("the use of a token was not written down", "token", token.ID, "cause", err)
		}
	})
}

// principalOf is whom a valid token speaks for.
func principalOf(token store.Token) Principal {
	p := Principal{
		Kind: TokenHolder, Person: token.Person, Roles: Roles{},
		TokenID: token.ID, TokenName: token.Name, TokenUntil: token.Until,
	}
	for _, grant := range token.Grants {
		key := grant.OrgKey
		if grant.Org == 0 {
			key = AllOrgs
			p.See.All = true
		} else {
			p.See.Orgs = append(p.See.Orgs, grant.Org)
		}
		p.Roles[key] |= bit(grant.Role)
	}
	return p
}

// Owner identifies every caller of a listener as one person with all roles:
// the one at the keyboard of an embedded registry.
func Owner(person string) Auth { return owner(person) }

type owner string

// Identify implements Auth.
func (o owner) Identify(context.Context, string) (Principal, error) {
	return Principal{Kind: TheOwner, Person: string(o), Roles: AllRoles(), See: store.Visibility{All: true}}, nil
}

// newTokenSecret makes the secret of a token; only its hash is kept.
func newTokenSecret() string {
	var random [tokenBytes]byte
	_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the program instead
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(random[:])
}

// wellFormedToken sorts out what cannot be a token before anything is looked up.
func wellFormedToken(secret string) bool {
	random, ok := strings.CutPrefix(secret, tokenPrefix)
	if !ok || len(random) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(random)
	return err == nil
}

// hashToken is what is stored of a secret. It has 256 random bits, so a plain
// hash is enough.
func hashToken(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// EnsureAdminToken makes the first admin token where no valid one exists and
// leaves its secret in a file of the data directory that only this user can
// read. It returns the path of the file if it made one.
//
// The file is complete before the store knows the token: a process that ends
// in between leaves a file that the next one writes anew. A lock keeps two
// processes that start at the same time from making one each.
func (r *Registry) EnsureAdminToken(ctx context.Context) (path string, err error) {
	path = filepath.Join(r.config.Dir, AdminTokenFile)
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, lockPoll); err != nil {
		return "", wrap(makingAdminToken, err)
	}
	made, err := r.makeAdminToken(ctx, path)
	if err = errors.Join(err, lock.Close()); err != nil || !made {
		return "", wrap(makingAdminToken, err)
	}
	return path, nil
}

const (
	makingAdminToken = "making the first admin token"
	lockPoll         = 20 * time.Millisecond
)

func (r *Registry) makeAdminToken(ctx context.Context, path string) (made bool, err error) {
	var exists bool
	err = r.store.Read(ctx, func(v *store.View) (err error) {
		exists, err = v.HasAdmin(ctx, r.now())
		return err
	})
	if err != nil || exists {
		return false, err
	}
	secret := newTokenSecret()
	if err := writeSecret(path, secret); err != nil {
		return false, err
	}
	err = r.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.CreateToken(ctx, store.NewToken{
			Name: AdminTokenFile, Person: "admin", Hash: hashToken(secret),
			Grants: []store.Grant{{Role: registryv1.Role_ROLE_ADMIN}},
		})
		return err
	})
	return err == nil, err
}

// writeSecret puts a secret into a file, whole or not at all.
func writeSecret(path, secret string) error {
	file, err := os.CreateTemp(filepath.Dir(path), AdminTokenFile+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.WriteString(secret + "\n")
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// wrap says what was being done; nil stays nil.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return AsError(err).While("%s", doing)
}
