package store

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestAConnectorIsFoundByAnyOfItsNames(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	created := f.connector("Acme", "baton-okta")
	f.write(func(tx *Tx) error {
		c, err := tx.ChangeConnector(ctx, created.ID, ConnectorTexts{
			DisplayName: "Okta", License: "Apache-2.0", Homepage: "https://example.org",
			Aliases: []Alias{{Key: "okta-legacy", Spelling: "Okta-Legacy"}, {Key: "ok", Spelling: "ok"}},
		})
		assert.Equal(t, []Alias{{Key: "okta-legacy", Spelling: "Okta-Legacy"}, {Key: "ok", Spelling: "ok"}}, c.Aliases)
		assert.EqualValues(t, 2, c.Revision)
		return err
	})
	f.read(func(v *View) error {
		for _, key := range []string{"okta", "okta-legacy", "ok"} {
			c, err := v.Connector(ctx, "acme", key, everything)
			require.NoError(t, err, key)
			assert.Equal(t, created.ID, c.ID)
			assert.Equal(t, "Acme", c.OrgSpelling, "the spelling of the first registration")
			assert.Equal(t, "Okta", c.DisplayName)
		}
		for _, missing := range [][2]string{{"acme", "github"}, {"globex", "okta"}, {"globex", "ok"}} {
			_, err := v.Connector(ctx, missing[0], missing[1], everything)
			require.ErrorIs(t, err, ErrNotFound, missing)
		}
		return nil
	})
	f.write(func(tx *Tx) error {
		_, err := tx.ChangeConnector(ctx, created.ID, ConnectorTexts{Aliases: []Alias{{Key: "ok", Spelling: "ok"}}})
		return err
	})
	f.read(func(v *View) error {
		_, err := v.Connector(ctx, "acme", "okta-legacy", everything)
		require.ErrorIs(t, err, ErrNotFound, "the alias was taken away")
		return nil
	})
}

func TestNamesAreGivenOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	okta := f.connector("acme", "baton-okta")
	f.write(func(tx *Tx) error {
		_, err := tx.ChangeConnector(ctx, okta.ID, ConnectorTexts{Aliases: []Alias{{Key: "ok", Spelling: "ok"}}})
		return err
	})
	for name, n := range map[string]NewConnector{
		"the same name":        {Org: okta.Org, Key: "okta", Spelling: "okta"},
		"the name of an alias": {Org: okta.Org, Key: "ok", Spelling: "ok"},
		"an alias that is a name": {Org: okta.Org, Key: "new", Spelling: "new", ConnectorTexts: ConnectorTexts{
			Aliases: []Alias{{Key: "okta", Spelling: "okta"}},
		}},
		"an alias that is an alias": {Org: okta.Org, Key: "new", Spelling: "new", ConnectorTexts: ConnectorTexts{
			Aliases: []Alias{{Key: "ok", Spelling: "ok"}},
		}},
	} {
		var exists *ExistsError
		require.ErrorAs(t, f.Write(ctx, ines, func(tx *Tx) error { _, err := tx.CreateConnector(ctx, n); return err }), &exists, name)
		assert.Equal(t, okta.ID, exists.Connector.ID, name)
	}
	f.connector("globex", "baton-okta") // Another org may have it, too.
}

func TestDeprecatingAndBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	c := f.connector("acme", "baton-okta")
	f.write(func(tx *Tx) (err error) {
		c, err = tx.Deprecate(ctx, c.ID, &Deprecation{Reason: "moved", Replacement: "globex/baton-okta"})
		assert.Equal(t, &Deprecation{Reason: "moved", Replacement: "globex/baton-okta", By: "ines", At: tx.Now()}, c.Deprecation)
		return err
	})
	f.write(func(tx *Tx) (err error) {
		c, err = tx.Deprecate(ctx, c.ID, nil)
		assert.Nil(t, c.Deprecation)
		return err
	})
	require.ErrorIs(t, f.Write(ctx, ines, func(tx *Tx) error { _, err := tx.Deprecate(ctx, 4711, nil); return err }), ErrNotFound)
	f.read(func(v *View) error {
		page, err := v.Events(ctx, EventQuery{See: everything, Connector: c.ID, Ascending: true, Limit: 10})
		var kinds []string
		for _, e := range page.Events {
			kinds = append(kinds, registryv1.Short(e.Body.GetKind()))
		}
		assert.Equal(t, []string{"CONNECTOR_CREATED", "CONNECTOR_DEPRECATED", "CONNECTOR_UNDEPRECATED"}, kinds)
		assert.Equal(t, "moved", page.Events[1].Body.GetReason())
		assert.Equal(t, "globex/baton-okta", page.Events[1].Body.GetDetail()["replacement"])
		return err
	})
}

func TestPolicyOfAnOrg(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	policy := &registryv1.Policy{Approvals: 2, RequiredChecks: []string{"license"}}
	f.write(func(tx *Tx) error {
		org, err := tx.EnsureOrg(ctx, "acme", "Acme")
		require.NoError(t, err)
		assert.Nil(t, org.Policy)
		again, err := tx.EnsureOrg(ctx, "acme", "ACME")
		require.NoError(t, err)
		assert.Equal(t, org, again)
		return tx.SetPolicy(ctx, org.ID, policy)
	})
	f.read(func(v *View) error {
		org, err := v.Org(ctx, "acme")
		require.NoError(t, err)
		assert.True(t, proto.Equal(policy, org.Policy))
		page, err := v.Events(ctx, EventQuery{See: everything, Limit: 1})
		assert.Equal(t, "2", page.Events[0].Body.GetDetail()["approvals"])
		return err
	})
}

func TestWhatAYankWouldLeave(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	c := f.connector("acme", "baton-okta")
	add := func(number string, state registryv1.State, platforms ...registryv1.Platform) (v Version) {
		f.write(func(tx *Tx) (err error) {
			v, err = tx.add(ctx, numbered(c.ID, number, platforms...), state)
			return err
		})
		return v
	}
	old := add("v1.0.0", published, linux, windows)
	middle := add("v1.1.0", published, linux)
	add("v1.2.0-rc.1", published, linux, windows, darwin)
	add("v1.3.0", yanked, linux, windows)
	f.read(func(v *View) error {
		of := PlatformsOf(linux, windows, darwin)
		newest, err := v.NewestPublished(ctx, c.ID, of)
		require.NoError(t, err)
		assert.Equal(t, map[registryv1.Platform]Newest{
			linux: {"v1.1.0", "v1.1.0"}, windows: {"v1.0.0", "v1.0.0"}, darwin: {"v1.2.0-rc.1", "v1.2.0-rc.1"},
		}, newest, "a pre-release is better than none")
		newest, err = v.NewestPublished(ctx, c.ID, of, old.ID, middle.ID)
		require.NoError(t, err)
		assert.Equal(t, Newest{"v1.0.0", "v1.2.0-rc.1"}, newest[windows])
		assert.Equal(t, Newest{"v1.1.0", "v1.2.0-rc.1"}, newest[linux])

		latest, err := v.LatestPublished(ctx, c.ID)
		require.NoError(t, err)
		assert.Equal(t, middle.ID, latest.ID)
		latest, err = v.LatestPublished(ctx, c.ID, middle.ID)
		require.NoError(t, err)
		assert.Equal(t, old.ID, latest.ID)
		latest, err = v.LatestPublished(ctx, c.ID, old.ID, middle.ID)
		require.NoError(t, err)
		assert.Equal(t, "v1.2.0-rc.1", latest.Number)

		next, err := v.NextPublished(ctx, c.ID, old.Precedence)
		require.NoError(t, err)
		assert.Equal(t, middle.ID, next.ID)
		next, err = v.NextPublished(ctx, c.ID, middle.Precedence)
		require.NoError(t, err)
		assert.Equal(t, "v1.2.0-rc.1", next.Number)
		_, err = v.NextPublished(ctx, c.ID, next.Precedence)
		require.ErrorIs(t, err, ErrNotFound)
		next, err = v.NextPublished(ctx, c.ID, old.Precedence, middle.ID)
		require.NoError(t, err)
		assert.Equal(t, "v1.2.0-rc.1", next.Number)
		return nil
	})
}
