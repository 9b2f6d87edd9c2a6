package cosign_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"os"
	"testing"
	"time"

	commonpb "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// plainKey is a P-256 key file without a passphrase: reading one with it takes
// a tenth of a second, which few tests need.
func plainKey(tb testing.TB) *cosign.PrivateKey {
	tb.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(tb, err)
	key, err := cosign.ParsePrivateKey(privatePEM(tb, k), nil)
	require.NoError(tb, err)
	return key
}

func privatePEM(tb testing.TB, key crypto.PrivateKey) []byte {
	tb.Helper()
	data, err := cryptoutils.MarshalPrivateKeyToPEM(key)
	require.NoError(tb, err)
	return data
}

func publicPEM(tb testing.TB, key crypto.PublicKey) []byte {
	tb.Helper()
	data, err := cryptoutils.MarshalPublicKeyToPEM(key)
	require.NoError(tb, err)
	return data
}

func trusted(tb testing.TB, k *cosign.PublicKey, name string) signing.TrustedKey {
	tb.Helper()
	out, err := k.Trusted(name)
	require.NoError(tb, err)
	return out
}

func TestGeneratedKeysSignAndVerify(t *testing.T) {
	t.Parallel()
	for name, passphrase := range map[string][]byte{"passphrase": []byte("correct horse"), "empty passphrase": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			private, public, err := cosign.GenerateKeyPair(passphrase)
			require.NoError(t, err)
			block, _ := pem.Decode(private)
			require.NotNil(t, block)
			assert.Equal(t, "ENCRYPTED SIGSTORE PRIVATE KEY", block.Type)
			assert.Contains(t, string(block.Bytes), `"N":65536,"r":8,"p":1`)
			assert.True(t, cosign.Encrypted(private))

			_, err = cosign.ParsePrivateKey(private, nil)
			require.ErrorIs(t, err, cosign.ErrNeedsPassphrase)
			_, err = cosign.ParsePrivateKey(private, []byte("wrong-secret"))
			require.ErrorIs(t, err, cosign.ErrWrongPassphrase)
			assert.NotContains(t, err.Error(), "wrong-secret")

			key, err := cosign.ParsePrivateKey(private, passphrase)
			require.NoError(t, err)
			pub, err := cosign.ParsePublicKey(public)
			require.NoError(t, err)
			assert.Equal(t, pub.Fingerprint(), key.Public().Fingerprint())
			assert.Equal(t, "ECDSA P-256", pub.Algorithm())

			m, err := cosign.NewKeySigner(key, "release", now).Sign(t.Context(), file("a.zip", payload))
			require.NoError(t, err)
			p := signing.Policy{Now: now, AllowNoLog: true, Keys: []signing.TrustedKey{trusted(t, pub, "release")}}
			for _, part := range []signing.Material{m, {Bundle: m.Bundle}, {Signature: m.Signature}} {
				v := check(t, file("a.zip", payload), part, p)
				require.Truef(t, v.OK(), "%s %s %v", v.Reason(), v.Detail(), v.Cause())
				assert.Equal(t, signing.KeyOnly, v.Assurance())
				assert.Equal(t, signing.TimeNone, v.TimeSource())
				assert.Equal(t, "release", v.Signer().Name)
				assert.Equal(t, pub.Fingerprint(), v.Signer().Fingerprint)
				assert.Len(t, v.Warnings(), 2, "no log, no time")
			}
		})
	}
}

func TestKeyFilesThatAreNone(t *testing.T) {
	t.Parallel()
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	require.NoError(t, err)
	edPublic, ed, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	good := publicPEM(t, p256.Public())

	for _, c := range []struct {
		name    string
		private bool
		data    []byte
		want    error
	}{
		{"empty", false, nil, cosign.ErrNotAKey},
		{"text", false, []byte("hello"), cosign.ErrNotAKey},
		{"private in place of public", false, privatePEM(t, p256), cosign.ErrNotAKey},
		{"two keys", false, append(bytes.Clone(good), good...), cosign.ErrNotAKey},
		{"damaged", false, bytes.Replace(good, []byte("MFkw"), []byte("MFkx"), 1), cosign.ErrNotAKey},
		{"oversized", false, bytes.Repeat([]byte("x"), 1<<20), cosign.ErrNotAKey},
		{"Ed25519", false, publicPEM(t, edPublic), cosign.ErrUnsupportedKey},
		{"P-224", false, publicPEM(t, p224.Public()), cosign.ErrUnsupportedKey},
		{"empty", true, nil, cosign.ErrNotAKey},
		{"public in place of private", true, good, cosign.ErrNotAKey},
		{"P-384 does not sign", true, privatePEM(t, p384), cosign.ErrUnsupportedKey},
		{"Ed25519 does not sign", true, privatePEM(t, ed), cosign.ErrUnsupportedKey},
		{"unknown PEM", true, pem.EncodeToMemory(&pem.Block{Type: "SECRET", Bytes: []byte("hidden")}), cosign.ErrNotAKey},
		{"hostile parameters", true, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED SIGSTORE PRIVATE KEY", Bytes: []byte(`{"kdf":{"name":"scrypt","params":{"N":1073741824,"r":64,"p":8}}}`)}), cosign.ErrWrongPassphrase},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var err error
			if c.private {
				_, err = cosign.ParsePrivateKey(c.data, []byte("x"))
			} else {
				_, err = cosign.ParsePublicKey(c.data)
			}
			require.ErrorIs(t, err, c.want)
		})
	}
}

// signWith makes what other signers make, with keys that we do not sign with.
func signWith(tb testing.TB, alg commonpb.PublicKeyDetails) (signing.Material, []byte) {
	tb.Helper()
	key, err := sign.NewEphemeralKeypair(&sign.EphemeralKeypairOptions{Algorithm: alg})
	require.NoError(tb, err)
	pb, err := sign.Bundle(&sign.PlainData{Data: payload}, key, sign.BundleOptions{})
	require.NoError(tb, err)
	data, err := protojson.Marshal(pb)
	require.NoError(tb, err)
	return signing.Material{Bundle: data}, publicPEM(tb, key.GetPublicKey())
}

func TestKeysOfOtherKindsVerify(t *testing.T) {
	t.Parallel()
	for name, alg := range map[string]commonpb.PublicKeyDetails{
		"P-256": commonpb.PublicKeyDetails_PKIX_ECDSA_P256_SHA_256, "P-384": commonpb.PublicKeyDetails_PKIX_ECDSA_P384_SHA_384,
		"P-521": commonpb.PublicKeyDetails_PKIX_ECDSA_P521_SHA_512, "RSA": commonpb.PublicKeyDetails_PKIX_RSA_PKCS1V15_3072_SHA256,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, public := signWith(t, alg)
			pub, err := cosign.ParsePublicKey(public)
			require.NoError(t, err)
			p := signing.Policy{Now: now, AllowNoLog: true, Keys: []signing.TrustedKey{trusted(t, pub, name)}}
			bare := signing.Material{Signature: signingtest.Signature(t, m.Bundle)}
			for _, m := range []signing.Material{m, bare} {
				v := check(t, file("a", payload), m, p)
				require.Truef(t, v.OK(), "%s %s %v", v.Reason(), v.Detail(), v.Cause())
				assert.False(t, check(t, file("a", []byte("other")), m, p).OK())
			}
		})
	}
	t.Run("Ed25519", func(t *testing.T) {
		t.Parallel()
		m, public := signWith(t, commonpb.PublicKeyDetails_PKIX_ED25519)
		p := signing.Policy{Now: now, AllowNoLog: true, Keys: []signing.TrustedKey{{Scheme: signing.CosignKey, Exports: [][]byte{public}}}}
		assert.Equal(t, signing.Unsupported, check(t, file("a", payload), m, p).Reason())
		p256, _ := signWith(t, commonpb.PublicKeyDetails_PKIX_ECDSA_P256_SHA_256)
		assert.Equal(t, signing.Unsupported, check(t, file("a", payload), p256, p).Reason())
	})
}

func TestWeakKeysAreRefused(t *testing.T) {
	t.Parallel()
	m, public := signWith(t, commonpb.PublicKeyDetails_PKIX_RSA_PKCS1V15_2048_SHA256)
	p := signing.Policy{Now: now, AllowNoLog: true, Keys: []signing.TrustedKey{{Scheme: signing.CosignKey, Exports: [][]byte{public}}}}
	assert.True(t, check(t, file("a", payload), m, p).OK())
	p.MinRSABits = 3072
	for _, m := range []signing.Material{m, {Signature: signingtest.Signature(t, m.Bundle)}} {
		v := check(t, file("a", payload), m, p)
		assert.Equal(t, signing.WeakAlgorithm, v.Reason())
		assert.Equal(t, "2048 bits", v.Got())
	}
}

func TestKeyRefusals(t *testing.T) {
	t.Parallel()
	key, other := plainKey(t), plainKey(t)
	m, err := cosign.NewKeySigner(key, "release", now).Sign(t.Context(), file("a.zip", payload))
	require.NoError(t, err)
	foreign, err := cosign.NewKeySigner(other, "other", now).Sign(t.Context(), file("a.zip", payload))
	require.NoError(t, err)
	mine := trusted(t, key.Public(), "release")
	policy := signing.Policy{Now: now, AllowNoLog: true, Keys: []signing.TrustedKey{mine}}
	with := func(change func(*signing.Policy)) signing.Policy {
		p := policy
		p.Keys = []signing.TrustedKey{mine}
		change(&p)
		return p
	}
	good, bare := signing.Material{Bundle: m.Bundle}, signing.Material{Signature: m.Signature}
	altered := file("a.zip", []byte("altered"))
	intact := file("a.zip", payload)
	released := intact
	released.Release.PublishedAt = now().Add(-48 * time.Hour)

	for _, c := range []struct {
		name string
		a    signing.Artifact
		m    signing.Material
		p    signing.Policy
		want signing.Reason
		step signing.StepName
	}{
		{"altered file, bundle", altered, good, policy, signing.DigestMismatch, signing.StepBytes},
		{"altered file, bare signature", altered, bare, policy, signing.BadSignature, signing.StepBytes},
		{"unregistered key, bundle", intact, signing.Material{Bundle: foreign.Bundle}, policy, signing.WrongKey, signing.StepIdentity},
		{"unregistered key, bare signature", intact, signing.Material{Signature: foreign.Signature}, policy, signing.BadSignature, signing.StepBytes},
		{"no key at all", intact, good, with(func(p *signing.Policy) { p.Keys = nil }), signing.NoTrust, signing.StepIdentity},
		{"no key at all, altered file", altered, good, with(func(p *signing.Policy) { p.Keys = nil }), signing.DigestMismatch, signing.StepBytes},
		{"a key file that is none", intact, good, with(func(p *signing.Policy) { p.Keys[0].Exports = [][]byte{[]byte("x")} }), signing.NoTrust, signing.StepIdentity},
		{"the policy wants a log", intact, good, with(func(p *signing.Policy) { p.AllowNoLog = false }), signing.NoLogEntry, signing.StepLogged},
		{"the policy wants a log, bare", intact, bare, with(func(p *signing.Policy) { p.AllowNoLog = false }), signing.NoLogEntry, signing.StepLogged},
		{"revoked", intact, good, with(func(p *signing.Policy) { p.Keys[0].RevokedAt = now() }), signing.RevokedKey, signing.StepIdentity},
		{"revoked, altered file", altered, good, with(func(p *signing.Policy) { p.Keys[0].RevokedAt = now() }), signing.RevokedKey, signing.StepIdentity},
		{"compromised before the release", released, good, with(func(p *signing.Policy) {
			p.Keys[0].RevokedAt, p.Keys[0].CompromisedSince = now(), now().Add(-72*time.Hour)
		}), signing.RevokedKey, signing.StepIdentity},
		{"retired before the release", intact, good, with(func(p *signing.Policy) { p.Keys[0].RetiredAt = now().Add(-time.Hour) }), signing.RevokedKey, signing.StepIdentity},
		{"expired before the release", intact, good, with(func(p *signing.Policy) { p.Keys[0].ExpiresAt = now().Add(-time.Hour) }), signing.ExpiredKey, signing.StepIdentity},
		{"GPG only", intact, good, with(func(p *signing.Policy) { p.Require = []signing.Scheme{signing.GPG} }), signing.Unsupported, signing.StepFound},
		{"nothing there", intact, signing.Material{}, policy, signing.Missing, signing.StepFound},
		{"an OpenPGP signature", intact, signing.Material{Signature: []byte("-----BEGIN PGP SIGNATURE-----\n")}, policy, signing.Unsupported, signing.StepFound},
		{"an empty signature", intact, signing.Material{Signature: []byte("\n")}, policy, signing.Malformed, signing.StepFound},
		{"noise", intact, signing.Material{Signature: []byte("\x01\x02")}, policy, signing.Malformed, signing.StepFound},
		{"a bundle beside another's signature", intact, signing.Material{Bundle: m.Bundle, Signature: foreign.Signature}, policy, signing.Malformed, signing.StepFound},
		{"too large", intact, signing.Material{Bundle: make([]byte, signing.MaxMaterial+1)}, policy, signing.Malformed, signing.StepFound},
		{"a trusted root that is none", intact, good, with(func(p *signing.Policy) { p.TrustedRoot = []byte("{}") }), signing.NoTrust, signing.StepFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := check(t, c.a, c.m, c.p)
			assert.Equalf(t, c.want, v.Reason(), "%s", v.Detail())
			for _, s := range v.Steps() {
				if s.Result == signing.Fail {
					assert.Equal(t, c.step, s.Name)
				}
			}
		})
	}
	t.Run("retired after the release", func(t *testing.T) {
		t.Parallel()
		v := check(t, released, good, with(func(p *signing.Policy) { p.Keys[0].RetiredAt = now() }))
		require.True(t, v.OK())
		assert.Contains(t, v.Warnings(), signing.Warning{Code: signing.WarnKeyRetired, Detail: "the key " + mine.Info().String() + " is no longer in use; this release is older"})
	})
	t.Run("one of several keys", func(t *testing.T) {
		t.Parallel()
		v := check(t, intact, bare, with(func(p *signing.Policy) {
			p.Keys = []signing.TrustedKey{trusted(t, other.Public(), "other"), mine}
		}))
		require.True(t, v.OK())
		assert.Equal(t, "release", v.Signer().Name)
	})
	t.Run("the hint decides nothing", func(t *testing.T) {
		t.Parallel()
		pb := signingtest.ReadBundle(t, m.Bundle)
		pb.GetVerificationMaterial().GetPublicKey().Hint = other.Public().Hint()
		v := check(t, intact, signing.Material{Bundle: signingtest.WriteBundle(t, pb)}, policy)
		assert.True(t, v.OK())
	})
}

// What lies around the file decides what is hashed, never which bytes count.
func TestDigestsOfTheCaller(t *testing.T) {
	t.Parallel()
	key := plainKey(t)
	m, err := cosign.NewKeySigner(key, "k", now).Sign(t.Context(), file("a", payload))
	require.NoError(t, err)
	p := signing.Policy{Now: now, AllowNoLog: true, Keys: []signing.TrustedKey{trusted(t, key.Public(), "k")}}
	d, err := signing.Digest(t.Context(), bytes.NewReader(payload))
	require.NoError(t, err)
	assert.True(t, check(t, signing.Artifact{Name: "a", Digests: d}, m, p).OK(), "no bytes needed")

	_, err = cosign.Verifier{}.Verify(t.Context(), signing.Artifact{Name: "a"}, m, p)
	require.ErrorContains(t, err, "no bytes to compute them from")

	// P-384 needs another digest; bytes that changed since are noticed.
	m384, public := signWith(t, commonpb.PublicKeyDetails_PKIX_ECDSA_P384_SHA_384)
	p.Keys = []signing.TrustedKey{{Scheme: signing.CosignKey, Exports: [][]byte{public}}}
	changed := file("a", []byte("changed"))
	changed.Digests = d
	_, err = cosign.Verifier{}.Verify(t.Context(), changed, m384, p)
	require.ErrorContains(t, err, "changed while it was being verified")
}

func TestSigningThatFails(t *testing.T) {
	t.Parallel()
	signer := cosign.NewKeySigner(plainKey(t), "k", now)
	assert.Equal(t, signing.CosignKey, signer.Describe().Scheme)
	_, err := signer.Sign(t.Context(), signing.Artifact{Name: "a"})
	require.ErrorContains(t, err, "there are no bytes to sign")
	_, err = signer.Sign(t.Context(), signing.Artifact{Name: "a", Open: func() (io.ReadCloser, error) { return nil, os.ErrNotExist }})
	require.ErrorIs(t, err, os.ErrNotExist)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	_, err = signer.Sign(stopped, file("a", payload))
	require.ErrorIs(t, err, context.Canceled)
}

func TestPoliciesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	v, err := cosign.Verifier{}.Verify(t.Context(), file("a", payload), signing.Material{}, signing.Policy{Identities: []signing.Identity{{SANRegexp: ".*"}}})
	require.ErrorContains(t, err, "no clock")
	require.ErrorContains(t, err, "no issuer")
	assert.False(t, v.OK())
}

// publicOf reads a key back from its PEM.
func publicOf(tb testing.TB, k *cosign.PrivateKey) crypto.PublicKey {
	tb.Helper()
	block, _ := pem.Decode(trusted(tb, k.Public(), "k").Exports[0])
	pub, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(tb, err)
	return pub
}

// A key whose signatures are logged proves a time, too; older versions of
// cosign put the public key where the certificate would be.
func TestLoggedKeys(t *testing.T) {
	t.Parallel()
	s := signingtest.New(t, now())
	key, err := sign.NewEphemeralKeypair(nil)
	require.NoError(t, err)
	pb, err := sign.Bundle(&sign.PlainData{Data: payload}, key, sign.BundleOptions{
		Context: t.Context(), TransparencyLogs: []sign.Transparency{sign.NewRekor(&sign.RekorOptions{BaseURL: s.RekorURL})},
	})
	require.NoError(t, err)
	data, err := protojson.Marshal(pb)
	require.NoError(t, err)
	public := publicPEM(t, key.GetPublicKey())
	pub, err := cosign.ParsePublicKey(public)
	require.NoError(t, err)
	older := signingtest.ToLegacy(t, data)
	unnamed := older
	older.Cert = base64.StdEncoding.EncodeToString(public)
	p := signing.Policy{Now: now, TrustedRoot: s.TrustedRoot(t), Keys: []signing.TrustedKey{trusted(t, pub, "logged")}}
	for name, m := range map[string]signing.Material{
		"bundle": {Bundle: data}, "older bundle": {Bundle: older.JSON(t)}, "older bundle that names no key": {Bundle: unnamed.JSON(t)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := check(t, file("a", payload), m, p)
			require.Truef(t, v.OK(), "%s %s %v", v.Reason(), v.Detail(), v.Cause())
			assert.Equal(t, signing.Full, v.Assurance())
			assert.Equal(t, signing.TimeRekor, v.TimeSource())
			assert.Empty(t, v.Warnings())

			q := p
			q.TrustedRoot = s.TrustedRoot(t, signingtest.WithoutLogs)
			assert.Equal(t, signing.UntrustedLog, check(t, file("a", payload), m, q).Reason(), "an entry that is there must hold")
			q = p
			q.Keys = []signing.TrustedKey{trusted(t, plainKey(t).Public(), "other")}
			v = check(t, file("a", payload), m, q)
			assert.Equal(t, signing.WrongKey, v.Reason())
			assert.Equal(t, pub.Fingerprint(), v.Got())

			// The log's time counts, not when the registry published it.
			q = p
			q.Keys = []signing.TrustedKey{trusted(t, pub, "logged")}
			q.Keys[0].RevokedAt, q.Keys[0].CompromisedSince = now().Add(time.Hour), now().Add(time.Minute)
			late := file("a", payload)
			late.Release.PublishedAt = now().Add(48 * time.Hour)
			assert.True(t, check(t, late, m, q).OK())
			q.Keys[0].CompromisedSince = now().Add(-time.Minute)
			assert.Equal(t, signing.RevokedKey, check(t, late, m, q).Reason())
		})
	}
}
