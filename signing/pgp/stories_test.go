package pgp_test

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
)

func june(d int) time.Time { return date(2024, 6, d) }

var clearSigned = []byte(`-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

text
-----BEGIN PGP SIGNATURE-----

iHUEABYIAB0=
-----END PGP SIGNATURE-----
`)

func wrap(tb testing.TB, sig []byte) []byte {
	tb.Helper()
	return armored(tb, openpgp.SignatureType, func(w io.Writer) error { _, err := w.Write(sig); return err })
}

// afterTheSum hides bytes where the library does not look.
func afterTheSum(tb testing.TB, sig []byte) []byte {
	tb.Helper()
	out := bytes.Replace(wrap(tb, sig), []byte("\n="), []byte("\n=abcd\niHUEABYI\n="), 1)
	require.Contains(tb, string(out), "iHUEABYI\n=")
	return out
}

// with changes what the registry knows of a key.
func with(k signing.TrustedKey, change ...func(*signing.TrustedKey)) signing.TrustedKey {
	for _, c := range change {
		c(&k)
	}
	return k
}

func accepting(p signing.Policy, s ...signing.Scheme) signing.Policy {
	p.Require = s
	return p
}

// recordedAs is the file a, where the registry recorded another.
func recordedAs(a, recorded signing.Artifact) signing.Artifact {
	a.Digests = recorded.Digests
	return a
}

// body finds the contents of the one packet in sig: its header is a type byte
// and a length of one or two bytes.
func body(sig []byte) []byte {
	if sig[1] < 192 {
		return sig[2:]
	}
	return sig[3:]
}

func version(sig []byte, v byte) []byte {
	out := bytes.Clone(sig)
	body(out)[0] = v
	return out
}

func keyAlgorithm(sig []byte, a byte) []byte {
	out := bytes.Clone(sig)
	body(out)[2] = a
	return out
}

// anonymous turns the subpackets that name the issuer into ones for private
// use. No key verifies that any more, but it is well formed.
func anonymous(tb testing.TB, sig []byte) []byte {
	tb.Helper()
	out := bytes.Clone(sig)
	b := body(out)
	n := int(b[4])<<8 | int(b[5])
	changed := 0
	rename := func(area []byte) {
		for len(area) > 1 {
			if kind := area[1] & 0x7f; kind == 16 || kind == 33 {
				area[1] = 100
				changed++
			}
			area = area[1+int(area[0]):]
		}
	}
	rename(b[6 : 6+n])
	m := int(b[6+n])<<8 | int(b[7+n])
	rename(b[8+n : 8+n+m])
	require.Positive(tb, changed)
	return out
}

func critical(s *packet.Signature) {
	s.Notations = append(s.Notations, &packet.Notation{Name: "must@example.org", Value: []byte("understand"), IsCritical: true, IsHumanReadable: true})
}

func ends(after time.Duration) func(*packet.Signature) {
	return func(s *packet.Signature) {
		secs := uint32(after / time.Second)
		s.SigLifetimeSecs = &secs
	}
}

// reread gives a copy of a key, as it is exported.
func reread(tb testing.TB, e *openpgp.Entity) *openpgp.Entity {
	tb.Helper()
	var out bytes.Buffer
	require.NoError(tb, e.Serialize(&out))
	again, err := openpgp.ReadEntity(packet.NewReader(&out))
	require.NoError(tb, err)
	return again
}

// resigned replaces the self-signature, as gpg does when it extends a key.
func resigned(tb testing.TB, e *openpgp.Entity, at time.Time, lifetime time.Duration) *openpgp.Entity {
	tb.Helper()
	again := reread(tb, e)
	for name, id := range again.Identities {
		self := id.SelfCertifications[0].Packet
		fresh := &packet.Signature{
			Version: 4, SigType: self.SigType, PubKeyAlgo: self.PubKeyAlgo, Hash: self.Hash, CreationTime: at,
			IssuerKeyId: self.IssuerKeyId, IsPrimaryId: self.IsPrimaryId, FlagsValid: true, FlagSign: true, FlagCertify: true,
		}
		if secs := uint32(lifetime / time.Second); secs > 0 {
			fresh.KeyLifetimeSecs = &secs
		}
		require.NoError(tb, fresh.SignUserId(name, e.PrimaryKey, e.PrivateKey, &packet.Config{Time: clock(at)}))
		id.SelfCertifications = []*packet.VerifiableSignature{packet.NewVerifiableSig(fresh)}
	}
	return again
}

func slicesJoin(sigs ...[]byte) []byte { return bytes.Join(sigs, nil) }

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type closes struct {
	io.Reader

	err error
}

func (c closes) Close() error { return c.err }

func sortedKeys(m map[string]int) []string { return slices.Sorted(maps.Keys(m)) }

type readCloser = io.ReadCloser

func privateBinary(tb testing.TB, e *openpgp.Entity) []byte {
	tb.Helper()
	return dearmored(tb, func(w io.Writer) error { return e.SerializePrivateWithoutSigning(w, nil) })
}
