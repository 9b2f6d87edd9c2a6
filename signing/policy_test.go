package signing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
)

const github = "https://token.actions.githubusercontent.com"

func TestIdentityRegistration(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		id   signing.Identity
		want string // part of the error; empty: accepted
	}{
		{"exact subject", signing.Identity{Issuer: github, SAN: "https://github.com/o/w/.github/workflows/r.yaml@refs/tags/v4"}, ""},
		{"anchored, any tag", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/o/w/\.github/workflows/r\.yaml@refs/tags/v[0-9]+$`}, ""},
		{"anchored, all of one owner", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/o/.*$`}, ""},
		{"two owners", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/(one|two)/.*$`}, ""},
		{"two owners that differ in one letter", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/(a|b)/.*$`}, ""},
		{"mail domain", signing.Identity{Issuer: "https://accounts.google.com", SANRegexp: `^[^@/]+@example\.com$`}, ""},
		{"issuer on loopback", signing.Identity{Issuer: "http://127.0.0.1:8080", SAN: "x"}, ""},
		{"bound to the release", signing.Identity{Issuer: github, SAN: "x", SourceRepo: "https://github.com/{org}/{connector}", SourceRef: "refs/tags/{version}"}, ""},

		{"no issuer", signing.Identity{SAN: "x"}, "no issuer"},
		{"issuer is not a URL", signing.Identity{Issuer: "github", SAN: "x"}, "it is not a URL"},
		{"issuer over http", signing.Identity{Issuer: "http://example.com", SAN: "x"}, "speaks https"},
		{"no subject", signing.Identity{Issuer: github}, "no subject"},
		{"two subjects", signing.Identity{Issuer: github, SAN: "x", SANRegexp: "^y$"}, "give one"},
		{"no begin", signing.Identity{Issuer: github, SANRegexp: `https://github\.com/o/.*$`}, "must begin with ^"},
		{"no end", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/o/.*`}, "end with $"},
		{"anchored in one alternative only", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/o/x|evil$`}, "must begin with ^"},
		{"anchors of lines", signing.Identity{Issuer: github, SANRegexp: `(?m)^https://github\.com/o/x$`}, "must begin with ^"},
		{"escaped dollar", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/o/x\$`}, "end with $"},
		{"catch-all", signing.Identity{Issuer: github, SANRegexp: `^.*$`}, "accepts strangers"},
		{"catch-all, non-empty", signing.Identity{Issuer: github, SANRegexp: `^.+$`}, "accepts strangers"},
		{"any owner", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/.*$`}, "accepts strangers"},
		{"owner with any end", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/conductor.*$`}, "accepts strangers"},
		{"any owner of a named repository", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/[^/]+/w/\.github/workflows/r\.yaml@.*$`}, "accepts strangers"},
		{"host with any end", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com.*/o/x$`}, "accepts strangers"},
		{"one of the owners is anybody", signing.Identity{Issuer: github, SANRegexp: `^https://github\.com/(o|[^/]+)/.*$`}, "accepts strangers"},
		{"a whole alternative is open", signing.Identity{Issuer: github, SANRegexp: `^(https://github\.com/o/x|.*)$`}, "accepts strangers"},
		{"any text before a mail domain", signing.Identity{Issuer: github, SANRegexp: `^.*@example\.com$`}, "accepts strangers"},
		{"wild dots", signing.Identity{Issuer: github, SANRegexp: `^https://github.com/o/.*$`}, "bare dot"},
		{"not an expression", signing.Identity{Issuer: github, SANRegexp: `^(`}, "missing closing"},
		{"unknown placeholder", signing.Identity{Issuer: github, SAN: "x", SourceRef: "refs/tags/{tag}"}, "can be filled in"},
		{"space in the subject", signing.Identity{Issuer: github, SAN: "a b"}, "a space"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := c.id.Validate()
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestIdentityNamesAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	err := signing.Identity{SANRegexp: ".*", SourceRef: "{x}"}.Validate()
	require.ErrorContains(t, err, "no issuer")
	require.ErrorContains(t, err, "must begin with ^")
	require.ErrorContains(t, err, "can be filled in")
}

func TestKeysAreJudgedAtPublishTime(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 5, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name string
		key  signing.TrustedKey
		at   time.Time
		want signing.Reason
	}{
		{"in use", signing.TrustedKey{}, day(9), signing.ReasonNone},
		{"revoked, no word since when", signing.TrustedKey{RevokedAt: day(8)}, day(1), signing.RevokedKey},
		{"compromised before the release", signing.TrustedKey{RevokedAt: day(8), CompromisedSince: day(3)}, day(3), signing.RevokedKey},
		{"compromised after the release", signing.TrustedKey{RevokedAt: day(8), CompromisedSince: day(3)}, day(2), signing.ReasonNone},
		{"retired before the release", signing.TrustedKey{RetiredAt: day(3)}, day(4), signing.RevokedKey},
		{"retired after the release", signing.TrustedKey{RetiredAt: day(3)}, day(2), signing.ReasonNone},
		{"expired before the release", signing.TrustedKey{ExpiresAt: day(3)}, day(4), signing.ExpiredKey},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, why := c.key.Judge(c.at)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.want != signing.ReasonNone, why != "")
		})
	}
}

func TestUnmetSchemes(t *testing.T) {
	t.Parallel()
	good := func(s signing.Scheme) signing.Verdict { return signing.Verified(signing.Facts{Scheme: s}) }
	bad := signing.Refused(signing.BadSignature, signing.Facts{Scheme: signing.CosignKey})
	both := []signing.Scheme{signing.GPG, signing.CosignKey}

	assert.Empty(t, signing.Policy{}.Unmet(nil))
	assert.Equal(t, both, signing.Policy{Require: both}.Unmet([]signing.Verdict{bad}))
	assert.Empty(t, signing.Policy{Require: both}.Unmet([]signing.Verdict{good(signing.GPG), bad}))
	assert.Equal(t, []signing.Scheme{signing.CosignKey}, signing.Policy{Require: both, All: true}.Unmet([]signing.Verdict{good(signing.GPG), bad}))
	assert.Empty(t, signing.Policy{Require: both, All: true}.Unmet([]signing.Verdict{good(signing.GPG), good(signing.CosignKey)}))
}

func TestIdentityForARelease(t *testing.T) {
	t.Parallel()
	id := signing.Identity{SourceRepo: "https://github.com/{org}/{connector}", SourceRef: "{version}"}
	got := id.For(signing.Release{Org: "o", Connector: "c", Version: "v1.0.0"})
	assert.Equal(t, signing.Identity{SourceRepo: "https://github.com/o/c", SourceRef: "v1.0.0"}, got)
	assert.True(t, id.Binds())
	// What is not known must not match everything.
	assert.Equal(t, id, id.For(signing.Release{}))
}
