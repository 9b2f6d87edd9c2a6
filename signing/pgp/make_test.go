package pgp_test

import (
	"bytes"
	"context"
	"crypto"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/pgp"
)

// The story of these tests: keys are made in January 2024, sign in March, the
// release is published in April, and somebody looks at it in July.
var (
	january = date(2024, 1, 10)
	march   = date(2024, 3, 1)
	april   = date(2024, 4, 1)
	july    = date(2024, 7, 1)
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

func clock(t time.Time) func() time.Time { return func() time.Time { return t } }

var file = []byte("the bytes of baton-sample v1.2.3\n")

// newKey makes an Ed25519 key in January 2024.
func newKey(tb testing.TB, change ...func(*packet.Config)) *openpgp.Entity {
	tb.Helper()
	cfg := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Curve: packet.Curve25519, DefaultHash: crypto.SHA512, Time: clock(january)}
	for _, c := range change {
		c(cfg)
	}
	e, err := openpgp.NewEntity("Release Robot", "", "robot@example.org", cfg)
	require.NoError(tb, err)
	return e
}

func rsaKey(bits int) func(*packet.Config) {
	return func(c *packet.Config) { c.Algorithm, c.RSABits = packet.PubKeyAlgoRSA, bits }
}

func lifetime(d time.Duration) func(*packet.Config) {
	return func(c *packet.Config) { c.KeyLifetimeSecs = uint32(d / time.Second) }
}

// public exports the public half as people register it.
func public(tb testing.TB, e *openpgp.Entity) []byte {
	tb.Helper()
	return armored(tb, openpgp.PublicKeyType, func(w io.Writer) error { return e.Serialize(w) })
}

func private(tb testing.TB, e *openpgp.Entity) []byte {
	tb.Helper()
	return armored(tb, openpgp.PrivateKeyType, func(w io.Writer) error { return e.SerializePrivateWithoutSigning(w, nil) })
}

func armored(tb testing.TB, block string, write func(io.Writer) error) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := armor.Encode(&out, block, nil)
	require.NoError(tb, err)
	require.NoError(tb, write(w))
	require.NoError(tb, w.Close())
	return out.Bytes()
}

// sign makes a binary signature of data with the primary key, as the change
// says: at any time, with any hash, of any type.
func sign(tb testing.TB, e *openpgp.Entity, data []byte, change ...func(*packet.Signature)) []byte {
	tb.Helper()
	return signWith(tb, e.PrivateKey, data, change...)
}

func signWith(tb testing.TB, key *packet.PrivateKey, data []byte, change ...func(*packet.Signature)) []byte {
	tb.Helper()
	id := key.KeyId
	sig := &packet.Signature{
		Version: key.Version, SigType: packet.SigTypeBinary, PubKeyAlgo: key.PubKeyAlgo, Hash: crypto.SHA256,
		CreationTime: march, IssuerKeyId: &id, IssuerFingerprint: key.Fingerprint, IssuerKeyVersion: uint8(key.Version),
	}
	for _, c := range change {
		c(sig)
	}
	h, err := sig.PrepareSign(nil)
	require.NoError(tb, err)
	h.Write(data)
	require.NoError(tb, sig.Sign(h, key, &packet.Config{NonDeterministicSignaturesViaNotation: new(false)}))
	var out bytes.Buffer
	require.NoError(tb, sig.Serialize(&out))
	return out.Bytes()
}

func signedAt(at time.Time) func(*packet.Signature) {
	return func(s *packet.Signature) { s.CreationTime = at }
}

// artifact is data as the registry recorded it.
func artifact(tb testing.TB, data []byte) signing.Artifact {
	tb.Helper()
	d, err := signing.Digest(context.Background(), bytes.NewReader(data))
	require.NoError(tb, err)
	return signing.Artifact{
		Name: "baton-sample.tar.gz", Digests: d, Open: opens(data),
		Release: signing.Release{Org: "ConductorOne", Connector: "baton-sample", Version: "v1.2.3", PublishedAt: april},
	}
}

func opens(data []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
}

// trust registers exports of one key.
func trust(tb testing.TB, exports ...[]byte) signing.TrustedKey {
	tb.Helper()
	key, err := pgp.Merge(exports...)
	require.NoError(tb, err)
	return signing.TrustedKey{Scheme: signing.GPG, Name: "release", Fingerprint: key.Fingerprint, Exports: exports, AddedAt: january}
}

// policy trusts the keys and looks in July.
func policy(keys ...signing.TrustedKey) signing.Policy {
	return signing.Policy{Keys: keys, Now: clock(july)}
}

func verify(tb testing.TB, a signing.Artifact, sig []byte, p signing.Policy) signing.Verdict {
	tb.Helper()
	v, err := pgp.Verifier{}.Verify(context.Background(), a, signing.Material{Signature: sig}, p)
	require.NoError(tb, err)
	requireWhole(tb, v)
	return v
}

// requireWhole checks what holds of every verdict: a good one has passed every
// step, a refusal says in words what is wrong and which step failed.
func requireWhole(tb testing.TB, v signing.Verdict) {
	tb.Helper()
	require.Equal(tb, signing.GPG, v.Scheme())
	require.Len(tb, v.Steps(), len(signing.StepNames()))
	require.NotEmpty(tb, v.Detail())
	failed := 0
	for _, s := range v.Steps() {
		require.NotEmpty(tb, s.Detail, s.Name)
		if s.Result == signing.Fail {
			failed++
			if v.Reason() != signing.DigestMismatch { // everybody says the same of that
				require.Equal(tb, strings.ToLower(v.Detail()), strings.ToLower(s.Detail)+".", "the sentence is that of the failed step")
			}
		}
	}
	if v.OK() {
		require.Equal(tb, signing.ReasonNone, v.Reason())
		require.Equal(tb, signing.KeyOnly, v.Assurance())
		require.Zero(tb, failed)
		return
	}
	require.NotEqual(tb, signing.ReasonNone, v.Reason())
	require.Equal(tb, 1, failed, "one step fails, and later ones are not reached")
}

func requireRefused(tb testing.TB, v signing.Verdict, want signing.Reason) {
	tb.Helper()
	require.Equal(tb, want, v.Reason(), "%s (%v)", v.Detail(), v.Cause())
	require.False(tb, v.OK())
}

func requireProblem(tb testing.TB, err error, want pgp.Problem) pgp.Error {
	tb.Helper()
	var e *pgp.Error
	require.ErrorAs(tb, err, &e)
	require.Equal(tb, want, e.Problem, "%v", err)
	require.NotEmpty(tb, e.Detail)
	return *e
}
