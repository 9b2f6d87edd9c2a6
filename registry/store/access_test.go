package store

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// once asks for something with a request id and says how often it was done.
type once struct {
	*fixture
	done int
}

func (o *once) ask(by Actor, id, method, text string) (string, error) {
	var answer *registryv1.GetCallerResponse
	err := o.Write(o.ctx, by, func(tx *Tx) (err error) {
		answer, err = Once(o.ctx, tx, id, method, &registryv1.ConnectorRef{Name: text}, func() (*registryv1.GetCallerResponse, error) {
			if text == "fault" {
				return nil, errors.New("fault")
			}
			o.done++
			return &registryv1.GetCallerResponse{Person: text, TokenName: time.Duration(o.done).String()}, nil
		})
		return err
	})
	return answer.GetTokenName(), err
}

func TestARepeatedRequestGetsItsFirstAnswer(t *testing.T) {
	t.Parallel()
	o := &once{fixture: newFixture(t)}
	first, err := o.ask(ines, "id", "Create", "a")
	require.NoError(t, err)
	again, err := o.ask(ines, "id", "Create", "a")
	require.NoError(t, err)
	assert.Equal(t, first, again)
	assert.Equal(t, 1, o.done)

	var reused *ReusedError
	_, err = o.ask(ines, "id", "Create", "b")
	require.ErrorAs(t, err, &reused)
	_, err = o.ask(ines, "id", "Yank", "a")
	require.ErrorAs(t, err, &reused)
	assert.Equal(t, "Create", reused.Method)
	assert.Equal(t, 1, o.done)

	_, err = o.ask(Actor{Person: "otto"}, "id", "Create", "b")
	require.NoError(t, err, "ids are told apart by person")
	for range 2 {
		_, err = o.ask(ines, "", "Create", "a")
		require.NoError(t, err)
	}
	assert.Equal(t, 4, o.done, "without an id everything is done")
}

func TestAFailureIsNotKept(t *testing.T) {
	t.Parallel()
	o := &once{fixture: newFixture(t)}
	_, err := o.ask(ines, "id", "Create", "fault")
	require.ErrorContains(t, err, "fault")
	_, err = o.ask(ines, "id", "Create", "a")
	require.NoError(t, err)
	assert.Equal(t, 1, o.done)
}

func TestAnswersAreKeptForADay(t *testing.T) {
	t.Parallel()
	o := &once{fixture: newFixture(t)}
	_, err := o.ask(ines, "id", "Create", "a")
	require.NoError(t, err)
	sweep := func() (n int) {
		o.write(func(tx *Tx) (err error) { n, err = tx.SweepRequests(o.ctx, 10); return err })
		return n
	}
	o.clock.pass(requestsKept - time.Minute)
	assert.Zero(t, sweep())
	_, err = o.ask(ines, "id", "Create", "a")
	require.NoError(t, err)
	assert.Equal(t, 1, o.done)
	o.clock.pass(2 * time.Minute)
	_, err = o.ask(ines, "id", "Create", "b")
	require.NoError(t, err, "the id is free again, swept or not")
	assert.Equal(t, 2, o.done)
	o.clock.pass(requestsKept)
	assert.Equal(t, 1, sweep())
	assert.Zero(t, sweep())
}

func TestTokens(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	hasAdmin := func() (has bool) {
		f.read(func(v *View) (err error) { has, err = v.HasAdmin(ctx, f.clock.now()); return err })
		return has
	}
	assert.False(t, hasAdmin())
	var publisher, admin Token
	f.write(func(tx *Tx) error {
		org, err := tx.EnsureOrg(ctx, "acme", "Acme")
		require.NoError(t, err)
		publisher, err = tx.CreateToken(ctx, NewToken{Name: "ci", Person: "otto", Hash: [32]byte{1}, Grants: []Grant{
			{Org: org.ID, Role: registryv1.Role_ROLE_PUBLISHER}, {Org: org.ID, Role: registryv1.Role_ROLE_REVIEWER},
		}})
		return err
	})
	assert.False(t, hasAdmin())
	until := f.clock.now().UTC().Add(time.Hour)
	f.write(func(tx *Tx) (err error) {
		admin, err = tx.CreateToken(ctx, NewToken{Name: "admin", Person: "ines", Hash: [32]byte{2}, Until: until, Grants: []Grant{{Role: registryv1.Role_ROLE_ADMIN}}})
		return err
	})
	assert.True(t, hasAdmin())
	assert.Equal(t, until, admin.Until)
	f.read(func(v *View) error {
		found, err := v.TokenByHash(ctx, [32]byte{1})
		require.NoError(t, err)
		assert.Equal(t, publisher, found)
		require.Len(t, found.Grants, 2)
		assert.Equal(t, Grant{Org: found.Grants[0].Org, OrgKey: "acme", OrgSpelling: "Acme", Role: registryv1.Role_ROLE_PUBLISHER}, found.Grants[0])
		_, err = v.TokenByHash(ctx, [32]byte{3})
		require.ErrorIs(t, err, ErrNotFound)
		first, err := v.ListTokens(ctx, nil, 1)
		require.NoError(t, err)
		assert.Equal(t, []Token{publisher}, first.Rows)
		second, err := v.ListTokens(ctx, first.Next, 1)
		assert.Equal(t, []Token{admin}, second.Rows)
		assert.Nil(t, second.Next)
		_, badKey := v.ListTokens(ctx, []byte{1}, 1)
		require.ErrorIs(t, badKey, ErrBadKey)
		return err
	})
	f.write(func(tx *Tx) error { return tx.UseToken(ctx, admin.ID) })
	for range 2 { // Revoking twice is one event.
		f.write(func(tx *Tx) (err error) { admin, err = tx.RevokeToken(ctx, admin.ID); return err })
	}
	assert.False(t, admin.RevokedAt.IsZero())
	assert.False(t, hasAdmin())
	f.read(func(v *View) error {
		again, err := v.TokenByID(ctx, admin.ID)
		assert.Equal(t, admin, again)
		assert.False(t, again.UsedAt.IsZero())
		return err
	})

	events := f.events(EventQuery{See: everything, Ascending: true, Limit: 10})
	require.Len(t, events, 3)
	assert.Equal(t, map[string]string{"token": "1", "name": "ci", "person": "otto", "roles": "Acme:publisher Acme:reviewer"}, events[0].Body.GetDetail())
	assert.Equal(t, "*:admin", events[1].Body.GetDetail()["roles"])
	assert.Equal(t, registryv1.EventKind_EVENT_KIND_TOKEN_REVOKED, events[2].Body.GetKind())
}

func TestAnExpiredAdminIsNone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write(func(tx *Tx) error {
		_, err := tx.CreateToken(f.ctx, NewToken{Hash: [32]byte{2}, Until: tx.Now().Add(time.Hour), Grants: []Grant{{Role: registryv1.Role_ROLE_ADMIN}}})
		return err
	})
	f.clock.pass(2 * time.Hour)
	f.read(func(v *View) error {
		has, err := v.HasAdmin(f.ctx, f.clock.now())
		assert.False(t, has)
		return err
	})
}

func TestASecretIsMadeOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, other := openFixture(t, Config{Dir: dir}), openFixture(t, Config{Dir: dir})
	link, err := f.Secret(t.Context(), "links")
	require.NoError(t, err)
	assert.NotZero(t, link)
	same, err := other.Secret(t.Context(), "links")
	require.NoError(t, err)
	assert.Equal(t, link, same, "another process has the same")
	another, err := f.Secret(t.Context(), "cursors")
	require.NoError(t, err)
	assert.NotEqual(t, link, another)
}

func TestAnEventNamesItsToken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var token Token
	f.write(func(tx *Tx) (err error) {
		token, err = tx.CreateToken(f.ctx, NewToken{Name: "ci", Person: "otto", Hash: [32]byte{1}})
		return err
	})
	require.NoError(t, f.Write(f.ctx, Actor{Person: "otto", TokenID: token.ID}, func(tx *Tx) error {
		tx.Record(Record{Kind: registryv1.EventKind_EVENT_KIND_REFUSED})
		return nil
	}))
	events := f.events(EventQuery{See: everything, Limit: 1})
	assert.Equal(t, "ci", events[0].TokenName)
}

func TestVerdictsByPlatform(t *testing.T) {
	t.Parallel()
	verified, unsigned := registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED, registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
	v := Verdicts(0).With(linux, verified).With(windows, unsigned).With(linux, unsigned).With(darwin, verified)
	assert.Equal(t, unsigned, v.Of(linux))
	assert.Equal(t, unsigned, v.Of(windows))
	assert.Equal(t, verified, v.Of(darwin))
	assert.Zero(t, v.Of(registryv1.Platform_PLATFORM_DARWIN_AMD64))

	f := newFixture(t)
	version := f.draft(f.connector("acme", "baton-sample"), "v1.0.0")
	f.write(func(tx *Tx) (err error) {
		version, err = tx.SetVerdicts(f.ctx, version.ID, 1, verified, "", v)
		assert.Equal(t, v, version.Verdicts)
		return err
	})
	var stale *StaleError
	require.ErrorAs(t, f.Write(f.ctx, ines, func(tx *Tx) error {
		_, err := tx.SetVerdicts(f.ctx, version.ID, 2, verified, "", v)
		return err
	}), &stale)
}

func TestSetsOfPlatforms(t *testing.T) {
	t.Parallel()
	set := PlatformsOf(windows, linux)
	assert.Equal(t, []registryv1.Platform{linux, windows}, set.List())
	assert.True(t, set.Has(linux))
	assert.False(t, set.Has(darwin))
	assert.Equal(t, 2, set.Len())
}
