package client_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/filter"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// maintain opens a client on a real registry as a maintainer.
func maintain(t *testing.T, s *registrytest.Server) *client.Client {
	t.Helper()
	target := client.Target{Name: s.Address, Dial: s.Dial}.WithToken(s.Token(t, "mara", registryv1.Role_ROLE_MAINTAINER))
	return open(t, target, client.Options{})
}

// draft creates a connector and a draft of it.
func draft(t *testing.T, c *client.Client, org, name, version string, platforms ...registryv1.Platform) {
	t.Helper()
	_, err := c.Registry.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: &registryv1.ConnectorRef{Org: org, Name: name}})
	require.NoError(t, err)
	_, err = c.Registry.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{
		Ref: &registryv1.VersionRef{Org: org, Name: name, Version: version}, Platforms: platforms,
	})
	require.NoError(t, err)
}

func TestEveryWayToARegistry(t *testing.T) {
	t.Parallel()
	for _, network := range []string{registrytest.TCP, registrytest.Unix, registrytest.Memory} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			s := registrytest.Start(t, registrytest.On(network))
			target := client.Memory("embedded", s.Dial)
			if network != registrytest.Memory {
				parsed, err := client.ParseTarget(s.Address)
				require.NoError(t, err)
				target = parsed
			}
			token := s.Token(t, "mara", registryv1.Role_ROLE_MAINTAINER, "acme")
			rs, err := open(t, target.WithToken(token), client.Options{}).Registry.GetCaller(t.Context(), &registryv1.GetCallerRequest{})
			require.NoError(t, err)
			assert.Equal(t, "mara", rs.GetPerson())
			rs, err = open(t, target, client.Options{}).Registry.GetCaller(t.Context(), &registryv1.GetCallerRequest{})
			require.NoError(t, err)
			assert.Empty(t, rs.GetPerson())
		})
	}
}

func TestFaultsOfARealRegistryComeAllAtOnce(t *testing.T) {
	t.Parallel()
	c := maintain(t, registrytest.Start(t))
	_, err := c.Registry.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{
		Ref: &registryv1.VersionRef{Org: "-", Name: "UP\x1b", Version: "va.b.c"}, Description: "\x1b",
		Platforms: []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64, registryv1.Platform_PLATFORM_LINUX_AMD64},
	})
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	fields := map[string]bool{}
	for _, f := range fault.Faults {
		fields[f.Field] = true
		assert.NotContains(t, f.Message, "\x1b")
	}
	assert.GreaterOrEqual(t, len(fields), 5, "%v", fault.Faults)
	assert.NotContains(t, err.Error(), "\x1b")
}

func TestARestartedRegistryIsWatchedOn(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	c := maintain(t, s)
	draft(t, c, "acme", "baton-one", "v1.0.0", registryv1.Platform_PLATFORM_LINUX_AMD64)
	var from client.Cursor
	for page, err := range c.VersionPages(t.Context(), &registryv1.ListVersionsRequest{}) {
		require.NoError(t, err)
		from = client.Cursor(page.GetCursor())
	}
	require.NotEmpty(t, from)

	var got seen
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Watch(ctx, from, got.take) }()
	events := func() (n int) {
		for _, said := range got.all() {
			if said != "alive" && said != "lost" && said != "back" {
				n++
			}
		}
		return n
	}
	eventually(t, func() bool { return len(got.all()) > 0 })
	assert.Zero(t, events(), "what the list showed does not come again")
	draft(t, c, "acme", "baton-two", "v1.0.0", registryv1.Platform_PLATFORM_LINUX_AMD64)
	eventually(t, func() bool { return events() >= 2 })
	before := events()

	s.Restart(t)
	draft(t, c, "acme", "baton-three", "v1.0.0", registryv1.Platform_PLATFORM_LINUX_AMD64)
	eventually(t, func() bool {
		c.TryNow()
		return events() == before+2
	})
	assert.NotContains(t, got.all(), "reset")
	assert.IsIncreasing(t, numbers(t, got.all()), "in order, none twice")
	cancel()
	assert.Equal(t, registryv1.Reason_REASON_INTERRUPTED, client.ReasonOf(<-ended))
}

func numbers(t *testing.T, said []string) []int {
	t.Helper()
	var all []int
	for _, s := range said {
		var n int
		if _, err := fmt.Sscan(s, &n); err == nil {
			all = append(all, n)
		}
	}
	return all
}

// summary is a version as the console matches it.
type summary struct{ v *registryv1.VersionSummary }

func (s summary) Text() string {
	parts := []string{s.v.GetRef().GetOrg() + "/" + s.v.GetRef().GetName(), s.v.GetRef().GetVersion(), registryv1.Short(s.v.GetState()), s.v.GetAuthor(), s.platforms()}
	return strings.ToLower(strings.Join(parts, " "))
}

func (s summary) platforms() string {
	var slugs []string
	for _, p := range s.v.GetPlatforms() {
		slugs = append(slugs, p.Slug())
	}
	return strings.Join(slugs, " ")
}

func (s summary) Field(f registryv1.FilterField) string {
	yes := map[bool]string{true: "yes", false: "no"}
	switch f {
	case registryv1.FilterField_FILTER_FIELD_ORG:
		return strings.ToLower(s.v.GetRef().GetOrg())
	case registryv1.FilterField_FILTER_FIELD_NAME:
		return strings.ToLower(s.v.GetRef().GetName())
	case registryv1.FilterField_FILTER_FIELD_VERSION:
		return s.v.GetRef().GetVersion()
	case registryv1.FilterField_FILTER_FIELD_STATE:
		return strings.ToLower(registryv1.Short(s.v.GetState()))
	case registryv1.FilterField_FILTER_FIELD_PLATFORM:
		return s.platforms()
	case registryv1.FilterField_FILTER_FIELD_AUTHOR:
		return s.v.GetAuthor()
	case registryv1.FilterField_FILTER_FIELD_SIGNED:
		return yes[s.v.GetVerdict() == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED]
	case registryv1.FilterField_FILTER_FIELD_STABLE:
		return yes[s.v.GetStable()]
	case registryv1.FilterField_FILTER_FIELD_LATEST:
		return yes[s.v.GetLatest()]
	default:
		return ""
	}
}

// The console matches in memory what the registry matches in SQL: both must
// give the same rows for the same filter.
func TestMemoryAndRegistryAgreeOnFilters(t *testing.T) {
	t.Parallel()
	c := maintain(t, registrytest.Start(t))
	linux, windows := registryv1.Platform_PLATFORM_LINUX_AMD64, registryv1.Platform_PLATFORM_WINDOWS_AMD64
	draft(t, c, "acme", "baton-okta", "v1.0.0", linux)
	draft(t, c, "acme", "baton-okta", "v1.1.0-rc.1", linux, windows)
	draft(t, c, "acme", "okta-aws", "v0.1.0", windows)
	draft(t, c, "ConductorOne", "baton-github", "v1.0.0", registryv1.Platforms()...)
	draft(t, c, "ConductorOne", "baton", "v2.0.0", linux)

	list := func(rq *registryv1.ListVersionsRequest) []*registryv1.VersionSummary {
		var all []*registryv1.VersionSummary
		for v, err := range c.Versions(t.Context(), rq) {
			require.NoError(t, err)
			all = append(all, v)
		}
		return all
	}
	everything := list(&registryv1.ListVersionsRequest{PageSize: 2})
	require.Len(t, everything, 5)
	name := func(v *registryv1.VersionSummary) string { return v.GetRef().GetName() + "@" + v.GetRef().GetVersion() }
	for _, text := range []string{
		"", "okta", "OKTA", "-okta", "baton", "state:pending", "state:-pending", "state:p,failed", "org:acme", "org:-acme", "org:con", "name:okta", "name:baton-okta", "name:baton",
		"name:git,okta", "version:v1", "version:v1.0", "version:-v1", "platform:windows", "platform:-windows", "platform:linux-amd64,darwin", "author:mara", "author:-mara", "author:x",
		"signed:no", "signed:yes", "stable:no", "latest:yes", "okta windows", "okta -aws", "windows-amd64", "pend", "v1.0", "acme/baton", "category:security", "category:-security", "verdict:-verified",
	} {
		q, faults := filter.Parse(text)
		require.Empty(t, faults, text)
		var want, got []string
		for _, v := range everything {
			if q.Match(summary{v}) {
				want = append(want, name(v))
			}
		}
		for _, v := range list(&registryv1.ListVersionsRequest{Filter: q.Proto(), PageSize: 2}) {
			got = append(got, name(v))
		}
		slices.Sort(want)
		slices.Sort(got)
		assert.Equal(t, want, got, "%q", text)
	}
}
