package cosign_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/signingtest"
)

var payload = []byte("the bytes of a connector")

// keyless is a release that was signed keyless, and an org that trusts it.
type keyless struct {
	sigstore *signingtest.Sigstore
	claims   signingtest.Claims
	artifact signing.Artifact
	material signing.Material
	policy   signing.Policy
}

func signKeyless(tb testing.TB, s *signingtest.Sigstore, c signingtest.Claims, a signing.Artifact) (signing.Material, error) {
	tb.Helper()
	signer, err := cosign.NewKeylessSigner(cosign.KeylessConfig{
		Services: cosign.Services{Fulcio: s.FulcioURL, Rekor: s.RekorURL},
		Token:    func(context.Context) ([]byte, error) { return c.Token(tb), nil },
		Now:      s.Now, TrustedRoot: s.TrustedRoot(tb), Timeout: 5 * time.Second,
	})
	require.NoError(tb, err)
	return signer.Sign(context.Background(), a)
}

func newKeyless(tb testing.TB) keyless {
	tb.Helper()
	s := signingtest.New(tb, now())
	k := keyless{sigstore: s, claims: s.Release("example/baton-okta", "v1.0.0"), artifact: file("baton-okta.zip", payload)}
	k.artifact.Release = signing.Release{Org: "example", Connector: "baton-okta", Version: "v1.0.0", PublishedAt: now().Add(time.Hour)}
	var err error
	k.material, err = signKeyless(tb, s, k.claims, k.artifact)
	require.NoError(tb, err)
	k.policy = signing.Policy{Now: now, TrustedRoot: s.TrustedRoot(tb), Identities: []signing.Identity{{
		Issuer:     "https://token.actions.githubusercontent.com",
		SANRegexp:  `^https://github\.com/example/workflows/\.github/workflows/release\.yaml@refs/tags/v[0-9]+$`,
		SourceRepo: "https://github.com/{org}/{connector}", SourceRef: "refs/tags/{version}",
	}}}
	return k
}

func TestKeylessEndToEnd(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	assert.Empty(t, k.material.Signature, "without its log entry a signature of a certificate proves less")

	v := check(t, k.artifact, k.material, k.policy)
	require.Truef(t, v.OK(), "%s %s %v", v.Reason(), v.Detail(), v.Cause())
	assert.Equal(t, signing.CosignKeyless, v.Scheme())
	assert.Equal(t, signing.Full, v.Assurance())
	assert.Equal(t, signing.TimeRekor, v.TimeSource())
	assert.Equal(t, now(), v.SignedAt())
	assert.Empty(t, v.Warnings())
	assert.Equal(t, signing.SignerInfo{
		Scheme: signing.CosignKeyless, Identity: k.claims.Identity(), Issuer: k.claims.Issuer,
		SourceRepo: "https://github.com/example/baton-okta", SourceRef: "refs/tags/v1.0.0",
	}, v.Signer())
	sum := sha256.Sum256(payload)
	assert.Equal(t, []string{
		"found PASS a Sigstore bundle v0.3",
		"certificate PASS issued by signingtest intermediate for 10m0s at 2026-06-01 12:00:00 UTC",
		"identity PASS https://github.com/example/workflows/.github/workflows/release.yaml@refs/tags/v4, says https://token.actions.githubusercontent.com",
		"bound to PASS https://github.com/example/baton-okta at refs/tags/v1.0.0",
		"logged PASS entry 3 of https://rekor.example, proof checked offline",
		"time PASS 2026-06-01 12:00:00 UTC, says https://rekor.example",
		"bytes PASS the signature covers sha256:" + hex.EncodeToString(sum[:]),
	}, steps(v))
}

func steps(v signing.Verdict) []string {
	var out []string
	for _, s := range v.Steps() {
		out = append(out, string(s.Name)+" "+string(s.Result)+" "+s.Detail)
	}
	return out
}

// The tree behind the log grows; every entry keeps its proof.
func TestKeylessEntriesOfALargerLog(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	for range 6 {
		m, err := signKeyless(t, k.sigstore, k.claims, k.artifact)
		require.NoError(t, err)
		assert.True(t, check(t, k.artifact, m, k.policy).OK())
	}
}

// Who holds a good signature of one version must not pass it off as another's.
func TestReplayedRelease(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	later := k.artifact
	later.Release.Version = "v1.1.0"
	v := check(t, later, k.material, k.policy)
	assert.Equal(t, signing.ReleaseMismatch, v.Reason())
	assert.Equal(t, "https://github.com/example/baton-okta at refs/tags/v1.1.0", v.Want())
	assert.Equal(t, "https://github.com/example/baton-okta at refs/tags/v1.0.0", v.Got())

	other := k.artifact
	other.Release.Connector = "baton-aws"
	assert.Equal(t, signing.ReleaseMismatch, check(t, other, k.material, k.policy).Reason())

	// An identity that binds nothing lets it pass, and says so.
	k.policy.Identities[0].SourceRepo, k.policy.Identities[0].SourceRef = "", ""
	v = check(t, later, k.material, k.policy)
	assert.True(t, v.OK())
	assert.Equal(t, []signing.Warning{{Code: signing.WarnNotBound, Detail: "the identity does not say which release the signature is for"}}, v.Warnings())
}

func TestKeylessMailIdentity(t *testing.T) {
	t.Parallel()
	s := signingtest.New(t, now())
	c := signingtest.Claims{Issuer: "https://accounts.example", Subject: "7", Audience: "sigstore", Email: "dev@example.com", Verified: true, Expires: now().Add(time.Minute).Unix()}
	m, err := signKeyless(t, s, c, file("a", payload))
	require.NoError(t, err)
	p := signing.Policy{Now: now, TrustedRoot: s.TrustedRoot(t), Identities: []signing.Identity{{Issuer: "https://accounts.example", SANRegexp: `^[a-z]+@example\.com$`}}}
	v := check(t, file("a", payload), m, p)
	require.True(t, v.OK())
	assert.Equal(t, "dev@example.com", v.Signer().Identity)
}

func TestAttestations(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	sum := sha256.Sum256(payload)
	for _, kind := range []string{"https://slsa.dev/provenance/v1", "https://spdx.dev/Document"} {
		data := k.sigstore.Attest(t, k.claims, kind, map[string]string{"sha256": hex.EncodeToString(sum[:])})
		for name, m := range map[string]signing.Material{
			"bundle":                    {Bundle: data},
			"older bundle":              {Bundle: signingtest.ToLegacy(t, data).JSON(t)},
			"in the slot of signatures": {Signature: data},
		} {
			v := check(t, k.artifact, m, k.policy)
			require.Truef(t, v.OK(), "%s of %s: %s %s %v", name, kind, v.Reason(), v.Detail(), v.Cause())
			assert.Contains(t, v.Steps()[0].Detail, kind)
			v = check(t, file("other", []byte("other")), m, k.policy)
			assert.Equal(t, signing.ReleaseMismatch, v.Reason(), "it is of no release")
			other := k.artifact
			other.Open = file("", []byte("other")).Open
			assert.Equal(t, signing.DigestMismatch, check(t, other, m, k.policy).Reason())
		}
	}
}

func TestKeylessSigningThatFails(t *testing.T) {
	t.Parallel()
	good := signingtest.New(t, now()).Release("example/baton-okta", "v1.0.0")
	expired := good
	expired.Expires = now().Add(-time.Minute).Unix()
	stranger := good
	stranger.Audience = "somebody else"

	for _, c := range []struct {
		name   string
		faults signingtest.Faults
		claims signingtest.Claims
		want   string
	}{
		{"expired token", signingtest.Faults{}, expired, "has expired, at 2026-06-01 11:59:00 UTC; get a new one"},
		{"token for others", signingtest.Faults{}, stranger, "401"},
		{"authority refuses", signingtest.Faults{CAStatus: http.StatusForbidden}, good, "403"},
		{"log refuses", signingtest.Faults{LogStatus: http.StatusBadRequest}, good, "400"},
		{"certificate without a log", signingtest.Faults{NoSCT: true}, good, "UNTRUSTED_CT"},
		{"logged too late", signingtest.Faults{LogDelay: time.Hour}, good, "EXPIRED_CERTIFICATE"},
		{"logged without a time", signingtest.Faults{NoPromise: true}, good, "NO_TRUSTED_TIME"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := signingtest.New(t, now())
			s.Set(c.faults)
			m, err := signKeyless(t, s, c.claims, file("a.zip", payload))
			require.ErrorContains(t, err, c.want)
			assert.True(t, m.Empty())
			assert.NotContains(t, err.Error(), string(c.claims.Token(t)), "errors never tell the token")
		})
	}
}

func TestKeylessSigningStops(t *testing.T) {
	t.Parallel()
	arrived, leave := make(chan struct{}), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(arrived); <-leave }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(leave) })
	c := signingtest.New(t, now()).Release("o/r", "v1.0.0")
	signer, err := cosign.NewKeylessSigner(cosign.KeylessConfig{
		Services: cosign.Services{Fulcio: slow.URL, Rekor: slow.URL}, Now: now,
		Token: func(context.Context) ([]byte, error) { return c.Token(t), nil },
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	go func() { <-arrived; stop() }()
	_, err = signer.Sign(ctx, file("a", payload))
	require.ErrorIs(t, err, context.Canceled)
}

func TestTokenSources(t *testing.T) {
	t.Parallel()
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "token")
		require.NoError(t, os.WriteFile(path, []byte("a.b.c\n"), 0o600))
		got, err := cosign.TokenFromFile(path)(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "a.b.c\n", string(got))
		_, err = cosign.TokenFromFile(path + "x")(t.Context())
		require.ErrorIs(t, err, os.ErrNotExist)
		require.NoError(t, os.WriteFile(path, make([]byte, 1<<20), 0o600))
		_, err = cosign.TokenFromFile(path)(t.Context())
		require.ErrorIs(t, err, signing.ErrTooLarge)
	})
	t.Run("actions", func(t *testing.T) {
		t.Parallel()
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer password" || r.URL.Query().Get("audience") != cosign.Audience {
				http.Error(w, "no", http.StatusForbidden)
				return
			}
			_ = json.NewEncoder(w).Encode(map[string]string{"value": r.URL.Query().Get("api-version") + ".b.c"})
		}))
		t.Cleanup(srv.Close)
		got, err := cosign.TokenFromActions(srv.Client(), srv.URL+"?api-version=2", []byte("password"))(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "2.b.c", string(got))
		_, err = cosign.TokenFromActions(srv.Client(), srv.URL, []byte("wrong-password"))(t.Context())
		require.ErrorContains(t, err, "403")
		assert.NotContains(t, err.Error(), "wrong-password")
		_, err = cosign.TokenFromActions(srv.Client(), "", nil)(t.Context())
		require.ErrorContains(t, err, "id-token: write")
	})
}

func TestTokensThatAreNone(t *testing.T) {
	t.Parallel()
	s := signingtest.New(t, now())
	for _, token := range []string{"", "abc", "a.b", "a.!!.c", "a.e30", "a.bm90IGpzb24.c"} {
		signer, err := cosign.NewKeylessSigner(cosign.KeylessConfig{
			Services: cosign.Services{Fulcio: s.FulcioURL, Rekor: s.RekorURL}, Now: now,
			Token: func(context.Context) ([]byte, error) { return []byte(token), nil },
		})
		require.NoError(t, err)
		_, err = signer.Sign(t.Context(), file("a", payload))
		require.ErrorIs(t, err, cosign.ErrNotAToken, token)
	}
}

func TestTokenIsZeroed(t *testing.T) {
	t.Parallel()
	s := signingtest.New(t, now())
	token := s.Release("o/r", "v1.0.0").Token(t)
	signer, err := cosign.NewKeylessSigner(cosign.KeylessConfig{
		Services: cosign.Services{Fulcio: s.FulcioURL, Rekor: s.RekorURL}, Now: now, TrustedRoot: s.TrustedRoot(t),
		Token: func(context.Context) ([]byte, error) { return token, nil },
	})
	require.NoError(t, err)
	_, err = signer.Sign(t.Context(), file("a", payload))
	require.NoError(t, err)
	assert.Equal(t, make([]byte, len(token)), token)
}

func TestServicesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	_, err := cosign.NewKeylessSigner(cosign.KeylessConfig{Services: cosign.Services{Fulcio: "fulcio", RekorVersion: 2}})
	for _, want := range []string{`"fulcio", is not a URL`, "the address of Rekor is missing", "needs a time stamping authority", "no source of identity tokens", "no clock"} {
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, cosign.PublicGoodServices().Validate())
}

func TestUnreadableArtifact(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	broken := signing.Artifact{Name: "a.zip", Open: func() (io.ReadCloser, error) { return nil, os.ErrPermission }}
	_, err := signKeyless(t, k.sigstore, k.claims, broken)
	require.ErrorIs(t, err, os.ErrPermission)
	v, err := cosign.Verifier{}.Verify(t.Context(), broken, k.material, k.policy)
	require.ErrorIs(t, err, os.ErrPermission)
	assert.False(t, v.OK())
}
