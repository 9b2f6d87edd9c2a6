package signingtest

import (
	"bytes"
	"crypto"
	"io"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	"github.com/stretchr/testify/require"
)

// PGP is an OpenPGP key pair as gpg makes it.
type PGP struct{ entity *openpgp.Entity }

// NewPGP makes an Ed25519 key at a time, or what the changes make of it.
func NewPGP(tb testing.TB, at time.Time, change ...func(*packet.Config)) *PGP {
	tb.Helper()
	cfg := &packet.Config{
		Algorithm: packet.PubKeyAlgoEdDSA, Curve: packet.Curve25519, DefaultHash: crypto.SHA512, Time: func() time.Time { return at },
	}
	for _, c := range change {
		c(cfg)
	}
	e, err := openpgp.NewEntity("Release Robot", "", "robot@example.org", cfg)
	require.NoError(tb, err)
	return &PGP{entity: e}
}

// RSA makes the key an RSA key.
func RSA(bits int) func(*packet.Config) {
	return func(c *packet.Config) { c.Algorithm, c.RSABits = packet.PubKeyAlgoRSA, bits }
}

// Lifetime lets the key expire.
func Lifetime(d time.Duration) func(*packet.Config) {
	return func(c *packet.Config) { c.KeyLifetimeSecs = uint32(d / time.Second) }
}

// Public is the armored export of the public key.
func (k *PGP) Public(tb testing.TB) []byte {
	tb.Helper()
	return armored(tb, openpgp.PublicKeyType, func(w io.Writer) error { return k.entity.Serialize(w) })
}

// Private is the armored export of the private key.
func (k *PGP) Private(tb testing.TB) []byte {
	tb.Helper()
	return armored(tb, openpgp.PrivateKeyType, func(w io.Writer) error { return k.entity.SerializePrivateWithoutSigning(w, nil) })
}

// Sign makes an armored detached signature of data at a time.
func (k *PGP) Sign(tb testing.TB, data []byte, at time.Time) []byte {
	tb.Helper()
	key := k.entity.PrivateKey
	id := key.KeyId
	sig := &packet.Signature{
		Version: key.Version, SigType: packet.SigTypeBinary, PubKeyAlgo: key.PubKeyAlgo, Hash: crypto.SHA256,
		CreationTime: at, IssuerKeyId: &id, IssuerFingerprint: key.Fingerprint, IssuerKeyVersion: uint8(key.Version),
	}
	h, err := sig.PrepareSign(nil)
	require.NoError(tb, err)
	h.Write(data)
	require.NoError(tb, sig.Sign(h, key, nil))
	return armored(tb, openpgp.SignatureType, func(w io.Writer) error { return sig.Serialize(w) })
}

// Extend is the same key with another end, as gpg exports it after its owner
// extended it: without the statement that it had before.
func (k *PGP) Extend(tb testing.TB, at time.Time, lifetime time.Duration) *PGP {
	tb.Helper()
	var out bytes.Buffer
	require.NoError(tb, k.entity.Serialize(&out))
	again, err := openpgp.ReadEntity(packet.NewReader(&out))
	require.NoError(tb, err)
	again.PrivateKey = k.entity.PrivateKey
	for name, id := range again.Identities {
		self := id.SelfCertifications[0].Packet
		seconds := uint32(lifetime / time.Second)
		fresh := &packet.Signature{
			Version: self.Version, SigType: self.SigType, PubKeyAlgo: self.PubKeyAlgo, Hash: self.Hash, CreationTime: at,
			IssuerKeyId: self.IssuerKeyId, IsPrimaryId: self.IsPrimaryId, FlagsValid: true, FlagSign: true, FlagCertify: true,
			KeyLifetimeSecs: &seconds,
		}
		require.NoError(tb, fresh.SignUserId(name, again.PrimaryKey, again.PrivateKey, &packet.Config{Time: func() time.Time { return at }}))
		id.SelfCertifications = []*packet.VerifiableSignature{packet.NewVerifiableSig(fresh)}
	}
	return &PGP{entity: again}
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
