package store

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestConnectorsByNameAndByTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, name := range []string{"Zeta/baton-a", "acme/baton-c", "acme/b", "beta/baton"} {
		org, connector, _ := strings.Cut(name, "/")
		f.connector(org, connector)
	}
	byName := names(f.connectors(ConnectorQuery{See: everything, Limit: 1}))
	assert.Equal(t, []string{"acme/b", "acme/baton-c", "beta/baton", "Zeta/baton-a"}, byName)

	recent := ConnectorQuery{See: everything, Order: registryv1.ConnectorOrder_CONNECTOR_ORDER_UPDATED, Limit: 3}
	assert.Equal(t, []string{"beta/baton", "acme/b", "acme/baton-c", "Zeta/baton-a"}, names(f.connectors(recent)))
	var zeta Connector
	f.read(func(v *View) (err error) { zeta, err = v.Connector(t.Context(), "zeta", "a", everything); return err })
	f.version(zeta, "v1.0.0", pending)
	assert.Equal(t, "Zeta/baton-a", names(f.connectors(recent))[0])
}

func TestWhoSeesWhatOfConnectors(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	open, secret := f.connector("acme", "baton-open"), f.connector("globex", "baton-secret")
	f.version(open, "v1.0.0", published)
	f.version(open, "v2.0.0", failed)
	f.version(secret, "v1.0.0", validating)
	for _, terms := range []string{"", "baton"} { // Without and with conditions for SQL.
		list := func(see Visibility) []Connector {
			return f.connectors(ConnectorQuery{See: see, Filter: filter(t, terms), Limit: 10})
		}
		public := list(Visibility{})
		assert.Equal(t, []string{"acme/baton-open"}, names(public))
		assert.Equal(t, "v1.0.0", public[0].Newest.Number)
		member := list(Visibility{Orgs: []OrgID{open.Org}})
		assert.Equal(t, []string{"acme/baton-open"}, names(member))
		assert.Equal(t, "v2.0.0", member[0].Newest.Number)
		assert.Equal(t, failed, member[0].Newest.State)
		both := list(Visibility{Orgs: []OrgID{secret.Org}})
		assert.Equal(t, []string{"acme/baton-open", "globex/baton-secret"}, names(both))
		assert.Equal(t, "v1.0.0", both[0].Newest.Number)
		assert.Len(t, list(everything), 2)
	}
	assert.Nil(t, f.again(secret, Visibility{}).Newest)
}

func TestFilterConnectors(t *testing.T) {
	t.Parallel()
	f, acme, _ := catalogue(t)
	f.connector("initech", "baton-empty")
	f.write(func(tx *Tx) error {
		_, err := tx.ChangeConnector(t.Context(), acme.ID, ConnectorTexts{
			DisplayName: "Okta", Description: "Syncs Users of the identity PROVIDER", Aliases: []Alias{{Key: "ok", Spelling: "baton-ok"}},
		})
		return err
	})
	const okta, github, empty = "Acme/baton-okta", "globex/github", "initech/baton-empty"
	for text, want := range map[string][]string{
		"":                     {okta, github, empty},
		"provider":             {okta},
		"baton-ok":             {okta},
		"org:glo":              {github},
		"name:github":          {github},
		"state:yanked":         {okta, github}, // Of the newest version.
		"state:published":      {},
		"-state:yanked":        {empty},
		"author:otto":          {github},
		"-author:otto":         {okta, empty},
		"platform:windows":     {github},
		"latest:yes":           {okta, github},
		"latest:no":            {empty},
		"stable:yes":           {},
		"version:v2":           {github},
		"category:broken okta": {okta},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want, names(f.connectors(ConnectorQuery{See: everything, Filter: filter(t, text), Limit: 2})))
		})
	}
}
