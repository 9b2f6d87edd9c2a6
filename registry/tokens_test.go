package registry_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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

func open(t *testing.T, dir string) *registry.Registry {
	t.Helper()
	r, err := registry.Open(t.Context(), registry.Config{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

func identify(t *testing.T, r *registry.Registry, secret string) (registry.Principal, error) {
	t.Helper()
	return r.Tokens().Identify(t.Context(), secret)
}

func grant(org string, role registryv1.Role) []*registryv1.RoleGrant {
	return []*registryv1.RoleGrant{{Org: org, Role: role}}
}

const (
	publisher = registryv1.Role_ROLE_PUBLISHER
	reviewer  = registryv1.Role_ROLE_REVIEWER
	admin     = registryv1.Role_ROLE_ADMIN
)

func TestFirstAdminToken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := open(t, dir)
	path, err := r.EnsureAdminToken(t.Context())
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "admin-token"), path)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	root, err := identify(t, r, strings.TrimSpace(string(text)))
	require.NoError(t, err)
	assert.True(t, root.Everywhere(admin))

	again, err := r.EnsureAdminToken(t.Context())
	require.NoError(t, err)
	assert.Empty(t, again, "it says so once")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, text, after)
}

func TestFirstAdminTokenAfterACrash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// The process ended after the file and before the store knew the token.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "admin-token"), []byte("rgr_half"), 0o600))
	r := open(t, dir)
	path, err := r.EnsureAdminToken(t.Context())
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = identify(t, r, strings.TrimSpace(string(text)))
	require.NoError(t, err, "the file holds a token that works")
	left, err := filepath.Glob(filepath.Join(dir, "admin-token.*"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(dir, "admin-token.lock")}, left)
}

func TestProcessesThatStartTogetherMakeOneAdminToken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const many = 6
	var made sync.Map
	var all sync.WaitGroup
	for range many {
		r := open(t, dir)
		all.Go(func() {
			path, err := r.EnsureAdminToken(t.Context())
			if err != nil {
				t.Error(err)
			}
			if path != "" {
				made.Store(r, path)
			}
		})
	}
	all.Wait()
	count := 0
	made.Range(func(any, any) bool { count++; return true })
	assert.Equal(t, 1, count, "one of them made it and says so")
	text, err := os.ReadFile(filepath.Join(dir, "admin-token"))
	require.NoError(t, err)
	_, err = identify(t, open(t, dir), strings.TrimSpace(string(text)))
	require.NoError(t, err)
}

func TestTokensExpire(t *testing.T) {
	t.Parallel()
	clock := registrytest.NewClock()
	s := registrytest.Start(t, registrytest.WithClock(clock))
	root := s.API(t, s.Token(t, "root", admin))
	made, err := root.Admin.CreateToken(t.Context(), &registryv1.CreateTokenRequest{
		Person: "mara", Roles: grant("acme", publisher), ExpiresAt: timestamppb.New(clock.Now().Add(time.Hour)),
	})
	require.NoError(t, err)
	mara, err := identify(t, s.Registry, made.GetSecret())
	require.NoError(t, err)
	assert.Equal(t, clock.Now().Add(time.Hour), mara.TokenUntil.UTC())
	clock.Advance(time.Hour - time.Microsecond)
	_, err = identify(t, s.Registry, made.GetSecret())
	require.NoError(t, err)
	clock.Advance(time.Microsecond)
	_, err = identify(t, s.Registry, made.GetSecret())
	require.ErrorContains(t, err, "expired")
}

func TestUseOfATokenIsWrittenDownOnceAMinute(t *testing.T) {
	t.Parallel()
	clock := registrytest.NewClock()
	s := registrytest.Start(t, registrytest.WithClock(clock))
	api := s.API(t, s.Token(t, "root", admin))
	used := func() time.Time {
		list, err := api.Admin.ListTokens(t.Context(), &registryv1.ListTokensRequest{})
		require.NoError(t, err)
		require.Len(t, list.GetTokens(), 1)
		at := list.GetTokens()[0].GetUsedAt()
		if at == nil {
			return time.Time{}
		}
		return at.AsTime()
	}
	first := clock.Now()
	require.Eventually(t, func() bool { return used().Equal(first) }, 5*time.Second, time.Millisecond)
	clock.Advance(30 * time.Second)
	for range 20 {
		assert.Equal(t, first, used(), "not twice within a minute")
	}
	clock.Advance(31 * time.Second)
	second := clock.Now()
	require.Eventually(t, func() bool { return used().Equal(second) }, 5*time.Second, time.Millisecond)
}

func TestWrongTokensAreRefusedWithAllFaults(t *testing.T) {
	t.Parallel()
	clock := registrytest.NewClock()
	s := registrytest.Start(t, registrytest.WithClock(clock))
	root := s.API(t, s.Token(t, "root", admin))
	for title, test := range map[string]struct {
		rq     *registryv1.CreateTokenRequest
		fields []string
	}{
		"nothing":              {&registryv1.CreateTokenRequest{}, []string{"person", "roles"}},
		"no role":              {&registryv1.CreateTokenRequest{Person: "mara", Roles: grant("acme", 0)}, []string{"roles[0].role"}},
		"a role of the future": {&registryv1.CreateTokenRequest{Person: "mara", Roles: grant("acme", 12)}, []string{"roles[0].role"}},
		"a bad org":            {&registryv1.CreateTokenRequest{Person: "mara", Roles: grant("-acme", publisher)}, []string{"roles[0].org"}},
		"no org":               {&registryv1.CreateTokenRequest{Person: "mara", Roles: grant("", publisher)}, []string{"roles[0].org"}},
		"a terminal control":   {&registryv1.CreateTokenRequest{Person: "ma\x1b[31mra", Name: "x\ny", Roles: grant("*", publisher)}, []string{"person", "name"}},
		"hidden direction":     {&registryv1.CreateTokenRequest{Person: "mara\u202e", Roles: grant("*", publisher)}, []string{"person"}},
		"too long":             {&registryv1.CreateTokenRequest{Person: strings.Repeat("m", 101), Roles: grant("*", publisher)}, []string{"person"}},
		"expired already": {&registryv1.CreateTokenRequest{
			Person: "mara", Roles: grant("*", publisher), ExpiresAt: timestamppb.New(clock.Now()),
		}, []string{"expires_at"}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			ctx := registry.WithPrincipal(t.Context(), registry.Principal{Kind: registry.System})
			_, err := s.Registry.CreateToken(ctx, test.rq)
			refused := registry.AsError(err)
			require.NotNil(t, refused)
			var fields []string
			for _, fault := range refused.Faults {
				fields = append(fields, fault.Field)
			}
			assert.Equal(t, test.fields, fields)
			_, err = root.Admin.CreateToken(t.Context(), test.rq)
			require.Error(t, err, "over the wire, too")
		})
	}
}

func TestListAndRevokeTokens(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	root := s.API(t, s.Token(t, "root", admin))
	for range 4 {
		s.Token(t, "mara", reviewer, "Acme", "globex")
	}
	var all []*registryv1.Token
	rq := &registryv1.ListTokensRequest{PageSize: 2}
	for {
		page, err := root.Admin.ListTokens(t.Context(), rq)
		require.NoError(t, err)
		all = append(all, page.GetTokens()...)
		if rq.PageToken = page.GetNextPageToken(); rq.PageToken == "" {
			break
		}
	}
	require.Len(t, all, 5)
	last := all[4]
	assert.Equal(t, "mara", last.GetPerson())
	require.Len(t, last.GetRoles(), 2)
	assert.Equal(t, "Acme", last.GetRoles()[0].GetOrg(), "as it was spelled")

	once, err := root.Admin.RevokeToken(t.Context(), &registryv1.RevokeTokenRequest{Id: last.GetId(), RequestId: "r-1"})
	require.NoError(t, err)
	again, err := root.Admin.RevokeToken(t.Context(), &registryv1.RevokeTokenRequest{Id: last.GetId(), RequestId: "r-1"})
	require.NoError(t, err)
	assert.True(t, proto.Equal(once, again), "the same request has the same answer")
	_, err = root.Admin.RevokeToken(t.Context(), &registryv1.RevokeTokenRequest{Id: all[3].GetId(), RequestId: "r-1"})
	require.ErrorContains(t, err, "used for another request")
	_, err = root.Admin.RevokeToken(t.Context(), &registryv1.RevokeTokenRequest{Id: 4711})
	require.ErrorContains(t, err, "no token 4711")
	_, err = root.Admin.RevokeToken(t.Context(), &registryv1.RevokeTokenRequest{Id: 1, RequestId: "a b"})
	require.ErrorContains(t, err, "request_id")
}

func TestPoliciesAreTheDefaults(t *testing.T) {
	t.Parallel()
	for title, test := range map[string]struct {
		options []registrytest.Option
		self    bool
	}{
		"served":   {nil, false},
		"embedded": {[]registrytest.Option{registrytest.Embedded("ada")}, true},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := registrytest.Start(t, test.options...)
			api := s.API(t, s.Token(t, "mara", publisher, "acme"))
			answer, err := api.Admin.GetPolicy(t.Context(), &registryv1.GetPolicyRequest{Org: "ACME"})
			require.NoError(t, err)
			assert.True(t, proto.Equal(&registryv1.Policy{SelfReview: test.self, Allowances: []string{"certificate-only", "no-log"}}, answer.GetPolicy()), "%v", answer.GetPolicy())
		})
	}
}
