package cosign_test

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// Whatever the scheme and however generous the policy: without the key, the
// identity or the root that a good verdict rests on, it is no longer good. The
// promises of check hold for every verdict on the way.
func TestNothingIsGoodWithoutTrust(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	key, other := plainKey(t), plainKey(t)
	byKey, err := cosign.NewKeySigner(key, "k", now).Sign(t.Context(), k.artifact)
	require.NoError(t, err)
	sum := sha256.Sum256(payload)
	attestation := k.sigstore.Attest(t, k.claims, "https://slsa.dev/provenance/v1", map[string]string{"sha256": hex.EncodeToString(sum[:])})
	elsewhere := signingtest.New(t, now())

	materials := map[string]struct {
		signing.Material
		keyless bool
	}{
		"bundle":           {k.material, true},
		"older bundle":     {signing.Material{Bundle: k.older(t).JSON(t)}, true},
		"sig and cert":     {k.sigAndCert(t), true},
		"attestation":      {signing.Material{Bundle: attestation}, true},
		"bundle of a key":  {signing.Material{Bundle: byKey.Bundle}, false},
		"sig of a key":     {signing.Material{Signature: byKey.Signature}, false},
		"both, of one key": {byKey, false},
	}
	r := rand.New(rand.NewPCG(3, 5))
	for name, m := range materials {
		for range 8 {
			p := k.policy
			p.AllowCertificateOnly, p.AllowNoLog, p.AllowExpiredKey = r.IntN(2) == 0, r.IntN(2) == 0, r.IntN(2) == 0
			p.Keys = []signing.TrustedKey{trusted(t, key.Public(), "k")}
			if r.IntN(2) == 0 {
				p.Require = signing.Schemes()[r.IntN(3):]
			}
			good := check(t, k.artifact, m.Material, p)
			if !good.OK() {
				continue
			}
			q := p
			q.Keys = []signing.TrustedKey{trusted(t, other.Public(), "other")}
			assert.Equalf(t, m.keyless, check(t, k.artifact, m.Material, q).OK(), "%s without its key", name)
			q.Keys = nil
			assert.Equalf(t, m.keyless, check(t, k.artifact, m.Material, q).OK(), "%s without any key", name)

			q = p
			q.Identities = nil
			assert.Equalf(t, !m.keyless, check(t, k.artifact, m.Material, q).OK(), "%s without identity", name)

			q = p
			for _, root := range [][]byte{nil, elsewhere.TrustedRoot(t), k.sigstore.TrustedRoot(t, signingtest.WithoutAuthorities, signingtest.WithoutLogs)} {
				q.TrustedRoot = root
				assert.Equalf(t, !m.keyless, check(t, k.artifact, m.Material, q).OK(), "%s without its root", name)
			}

			altered := k.artifact
			altered.Open = file("", []byte("altered")).Open
			assert.Falsef(t, check(t, altered, m.Material, p).OK(), "%s beside other bytes", name)
			replayed := k.artifact
			replayed.Release.Version = "v1.1.0"
			assert.Equalf(t, !m.keyless, check(t, replayed, m.Material, p).OK(), "%s beside another release", name)
		}
	}
}

func TestTrustedRoots(t *testing.T) {
	t.Parallel()
	info, err := cosign.InspectRoot(cosign.PublicGoodRoot())
	require.NoError(t, err)
	assert.Len(t, info.SHA256, 64)
	var logs []string
	for _, l := range info.Logs {
		logs = append(logs, l.URI)
	}
	assert.Equal(t, []string{"https://rekor.sigstore.dev", "https://log2025-1.rekor.sigstore.dev"}, logs)
	assert.Len(t, info.Authorities, 2)
	assert.Len(t, info.CertificateLogs, 2)
	assert.Len(t, info.TimestampAuthorities, 1)

	s := signingtest.New(t, now())
	info, err = cosign.InspectRoot(s.TrustedRoot(t))
	require.NoError(t, err)
	assert.Len(t, info.Authorities, 1)
	_, err = cosign.InspectRoot(s.TrustedRoot(t, signingtest.WithoutAuthorities, signingtest.WithoutLogs))
	require.ErrorContains(t, err, "no certificate authority")
	require.ErrorContains(t, err, "no transparency log")
	for _, bad := range []string{"", "{}", "x", `{"mediaType":"x"}`} {
		_, err = cosign.InspectRoot([]byte(bad))
		require.Error(t, err, bad)
	}
}

// What callers get to hold is theirs to change.
func TestEmbeddedRootCannotBeChanged(t *testing.T) {
	t.Parallel()
	clear(cosign.PublicGoodRoot())
	_, err := cosign.InspectRoot(cosign.PublicGoodRoot())
	require.NoError(t, err)
}
