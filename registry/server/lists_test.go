package server_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// listed is the number of versions on the first page, read twice: the second
// answer may be one that is given again.
func listed(t *testing.T, api registrytest.API) int {
	t.Helper()
	first, err := api.ListVersions(t.Context(), &registryv1.ListVersionsRequest{PageSize: 100})
	require.NoError(t, err)
	second, err := api.ListVersions(t.Context(), &registryv1.ListVersionsRequest{PageSize: 100})
	require.NoError(t, err)
	assert.True(t, proto.Equal(first, second), "%v, then %v", first, second)
	return len(first.GetVersions())
}

// shelve makes the connector that drafts belong to.
func shelve(t *testing.T, api registrytest.API) {
	t.Helper()
	_, err := api.CreateConnector(t.Context(), connector("acme", "baton-sample"))
	require.NoError(t, err)
}

func draft(t *testing.T, api registrytest.API, number string) {
	t.Helper()
	_, err := api.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{
		Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: number}, Platforms: registryv1.Platforms(),
	})
	require.NoError(t, err)
}

// What is given again is what reading anew would give, whichever process wrote
// in between.
func TestAListIsNeverOlderThanItsQuestion(t *testing.T) {
	t.Parallel()
	here := registrytest.Start(t)
	there := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: here.Dir})
	token := here.Token(t, "ines", publisher, "acme")
	reader, writer := here.API(t, token), there.API(t, token)
	shelve(t, reader)
	for i := range 10 {
		by := reader
		if i%2 == 1 {
			by = writer
		}
		draft(t, by, fmt.Sprintf("v1.%d.0", i))
		assert.Equal(t, i+1, listed(t, reader), "after a write by process %d", i%2)
		assert.Equal(t, i+1, listed(t, writer), "after a write by process %d", i%2)
	}
}

// Whatever a call changes shows on the next page of both lists.
func TestAListShowsEveryChange(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	here := s.API(t, s.Token(t, "mara", registryv1.Role_ROLE_MAINTAINER, "acme"))
	ines := s.API(t, s.Token(t, "ines", publisher, "acme"))
	ref := &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}
	version := &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.0.0"}
	for _, change := range []struct {
		title string
		do    func() error
		shown func(*registryv1.ListConnectorsResponse, *registryv1.ListVersionsResponse) bool
	}{
		{"a connector", func() error {
			_, err := ines.CreateConnector(t.Context(), connector("acme", "baton-sample"))
			return err
		}, func(c *registryv1.ListConnectorsResponse, _ *registryv1.ListVersionsResponse) bool {
			return len(c.GetConnectors()) == 1
		}},
		{"a draft", func() error {
			draft(t, ines, "v1.0.0")
			return nil
		}, func(c *registryv1.ListConnectorsResponse, v *registryv1.ListVersionsResponse) bool {
			return len(v.GetVersions()) == 1 && c.GetConnectors()[0].GetNewest().GetRef().GetVersion() == "v1.0.0"
		}},
		{"a deprecation", func() error {
			_, err := here.DeprecateConnector(t.Context(), &registryv1.DeprecateConnectorRequest{Ref: ref, Reason: "it has a successor"})
			return err
		}, func(c *registryv1.ListConnectorsResponse, _ *registryv1.ListVersionsResponse) bool {
			return c.GetConnectors()[0].GetDeprecation().GetReason() == "it has a successor"
		}},
		{"an abandoned draft", func() error {
			_, err := ines.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: version})
			return err
		}, func(c *registryv1.ListConnectorsResponse, v *registryv1.ListVersionsResponse) bool {
			return len(v.GetVersions()) == 0 && c.GetConnectors()[0].GetNewest() == nil
		}},
	} {
		listed(t, here)
		require.NoError(t, change.do(), change.title)
		for range 2 {
			connectors, err := here.ListConnectors(t.Context(), &registryv1.ListConnectorsRequest{})
			require.NoError(t, err)
			versions, err := here.ListVersions(t.Context(), &registryv1.ListVersionsRequest{PageSize: 100})
			require.NoError(t, err)
			assert.True(t, change.shown(connectors, versions), "%s: %v %v", change.title, connectors, versions)
		}
	}
}

// Nobody is given what somebody else may see.
func TestAListIsSharedAmongWhoSeeTheSame(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	ines, theo := s.API(t, s.Token(t, "ines", publisher, "acme")), s.API(t, s.Token(t, "theo", publisher, "acme"))
	lin, nobody := s.API(t, s.Token(t, "lin", publisher, "other")), s.API(t, "")
	shelve(t, ines)
	draft(t, ines, "v1.0.0")
	for range 2 {
		assert.Equal(t, 1, listed(t, ines))
		assert.Equal(t, 1, listed(t, theo))
		assert.Zero(t, listed(t, lin))
		assert.Zero(t, listed(t, nobody))
	}
}

// A token that was just used is refused by the next call, when another process
// revokes it and when its time is over.
func TestATokenThatEndsIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	clock := registrytest.NewClock()
	here := registrytest.Start(t, registrytest.WithClock(clock))
	there := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: here.Dir})
	boss := here.API(t, here.Token(t, "mara", admin))
	for name, end := range map[string]func(id int64) error{
		"revoked by another process": func(id int64) error {
			_, err := there.API(t, here.Token(t, "theo", admin)).Admin.RevokeToken(t.Context(), &registryv1.RevokeTokenRequest{Id: id})
			return err
		},
		"expired": func(int64) error {
			clock.Advance(time.Hour)
			return nil
		},
	} {
		made, err := boss.Admin.CreateToken(t.Context(), &registryv1.CreateTokenRequest{
			Person: "ines", Roles: []*registryv1.RoleGrant{{Org: "acme", Role: publisher}}, ExpiresAt: timestamppb.New(clock.Now().Add(time.Hour)),
		})
		require.NoError(t, err)
		ines := here.API(t, made.GetSecret())
		listed(t, ines)
		require.NoError(t, end(made.GetToken().GetId()))
		_, err = ines.ListVersions(t.Context(), &registryv1.ListVersionsRequest{})
		reason, _ := reasonOf(t, err)
		assert.Equal(t, "UNAUTHENTICATED", reason, name)
	}
}

// Who wrote sees it on the next page, also while many others read and write.
func TestListsAmongManyReadersAndWriters(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	token := s.Token(t, "ines", publisher, "acme")
	shelve(t, s.API(t, token))
	var work sync.WaitGroup
	for w := range 4 {
		api := s.API(t, token)
		work.Go(func() {
			for i := range 15 {
				number := fmt.Sprintf("v%d.%d.0", w+1, i)
				draft(t, api, number)
				page, err := api.ListVersions(t.Context(), &registryv1.ListVersionsRequest{PageSize: 100})
				found := false
				for _, v := range page.GetVersions() {
					found = found || v.GetRef().GetVersion() == number
				}
				assert.True(t, found, "%s is on the page: %v", number, err)
			}
		})
	}
	work.Wait()
}

// A page that is given again costs the registry little, which is what makes
// many consoles cheap; wall time says nothing on a shared machine.
func TestAPageThatIsKnownAllocatesLittle(t *testing.T) {
	dir := t.TempDir()
	registrytest.Seed(t, dir, registrytest.Catalogue{Connectors: 2, Versions: 60})
	s := registrytest.Start(t, registrytest.In(dir), registrytest.On(registrytest.Memory),
		registrytest.Configured(func(cfg *registry.Config) { cfg.Validators = -1 }))
	api := s.API(t, s.Token(t, "ines", publisher, "acme"))
	rq := &registryv1.ListVersionsRequest{PageSize: 50}
	allocs := testing.AllocsPerRun(200, func() {
		_, err := api.ListVersions(context.Background(), rq)
		require.NoError(t, err)
	})
	assert.Less(t, allocs, 1000.0, "the client's own reading of 50 rows is some 600 of them")
}
