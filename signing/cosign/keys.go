package cosign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/sigstore/sigstore/pkg/cryptoutils"

	"github.com/registrar-console/registrar/signing"
)

// What can be wrong with a key file.
var (
	ErrWrongPassphrase = errors.New("the passphrase is wrong, or the key file is damaged")
	ErrNeedsPassphrase = errors.New("the key file is encrypted and needs a passphrase")
	ErrNotAKey         = errors.New("this is no key that cosign would read")
	ErrUnsupportedKey  = errors.New("keys of this kind are not supported")
)

// maxKeyFile bounds key files; real ones have a few hundred bytes.
const maxKeyFile = 64 << 10

// PublicKey is a registered key that verifies.
type PublicKey struct {
	key         crypto.PublicKey
	fingerprint [sha256.Size]byte
}

// ParsePublicKey reads the PEM of a public key as cosign writes it. Ed25519 is
// refused: its signatures need the whole file in memory.
func ParsePublicKey(data []byte) (*PublicKey, error) {
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("%w: %d bytes", ErrNotAKey, len(data))
	}
	block, rest := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%w: no PEM", ErrNotAKey)
	}
	if next, _ := pem.Decode(rest); next != nil {
		return nil, fmt.Errorf("%w: the file holds more than one", ErrNotAKey)
	}
	if block.Type != string(cryptoutils.PublicKeyPEMType) {
		return nil, fmt.Errorf("%w: the file holds a %s, not a PUBLIC KEY", ErrNotAKey, block.Type)
	}
	pub, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotAKey, err)
	}
	return newPublicKey(pub)
}

func newPublicKey(pub crypto.PublicKey) (*PublicKey, error) {
	switch k := pub.(type) {
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() && k.Curve != elliptic.P384() && k.Curve != elliptic.P521() {
			return nil, fmt.Errorf("%w: curve %s", ErrUnsupportedKey, k.Params().Name)
		}
	case *rsa.PublicKey:
	case ed25519.PublicKey:
		return nil, fmt.Errorf("%w: Ed25519 signatures cannot be checked by digest; use a P-256 key", ErrUnsupportedKey)
	default:
		return nil, fmt.Errorf("%w: %T", ErrUnsupportedKey, pub)
	}
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotAKey, err)
	}
	return &PublicKey{key: pub, fingerprint: sha256.Sum256(der)}, nil
}

// Fingerprint is the SHA-256 of the key in hex, as registrar shows it.
func (k *PublicKey) Fingerprint() string { return hex.EncodeToString(k.fingerprint[:]) }

// Hint is how bundles name the key, the same digest in base64.
func (k *PublicKey) Hint() string { return base64.StdEncoding.EncodeToString(k.fingerprint[:]) }

// Algorithm is how people call the kind of key.
func (k *PublicKey) Algorithm() string {
	switch p := k.key.(type) {
	case *ecdsa.PublicKey:
		return "ECDSA " + p.Params().Name
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", p.N.BitLen())
	}
	return "unknown"
}

// RSABits is the length of an RSA key, zero for all others.
func (k *PublicKey) RSABits() int {
	if p, ok := k.key.(*rsa.PublicKey); ok {
		return p.N.BitLen()
	}
	return 0
}

// hashes lists what the key may have signed with: today's choice for its kind
// first, then SHA-256, which older clients used for every key.
func (k *PublicKey) hashes() []crypto.Hash {
	return hashesOf(k.key)
}

func hashesOf(pub crypto.PublicKey) []crypto.Hash {
	if p, ok := pub.(*ecdsa.PublicKey); ok {
		switch p.Curve {
		case elliptic.P384():
			return []crypto.Hash{crypto.SHA384, crypto.SHA256}
		case elliptic.P521():
			return []crypto.Hash{crypto.SHA512, crypto.SHA256}
		}
	}
	return []crypto.Hash{crypto.SHA256}
}

// Trusted makes the key one that a policy trusts.
func (k *PublicKey) Trusted(name string) (signing.TrustedKey, error) {
	data, err := cryptoutils.MarshalPublicKeyToPEM(k.key)
	if err != nil {
		return signing.TrustedKey{}, fmt.Errorf("writing the public key: %w", err)
	}
	return signing.TrustedKey{Scheme: signing.CosignKey, Name: name, Fingerprint: k.Fingerprint(), Exports: [][]byte{data}}, nil
}

// GenerateKeyPair makes a P-256 key pair: the private key encrypted exactly as
// cosign does it, and the public key as PEM. It takes about 0.2 s and 70 MB, so
// a console calls it off its loop. The passphrase stays the caller's to zero.
func GenerateKeyPair(passphrase []byte) (private, public []byte, err error) {
	if passphrase == nil {
		// For the library nil means "do not encrypt"; that is never what we want.
		passphrase = []byte{}
	}
	private, public, err = cryptoutils.GeneratePEMEncodedECDSAKeyPair(elliptic.P256(), cryptoutils.StaticPasswordFunc(passphrase))
	if err != nil {
		return nil, nil, fmt.Errorf("generating a key pair: %w", err)
	}
	return private, public, nil
}

// Encrypted says whether a private key file needs a passphrase.
func Encrypted(data []byte) bool {
	block, _ := pem.Decode(data)
	return block != nil && (strings.HasPrefix(block.Type, "ENCRYPTED ") || block.Headers["DEK-Info"] != "")
}

// PrivateKey signs.
type PrivateKey struct {
	key    *ecdsa.PrivateKey
	public *PublicKey
}

// Public is the other half.
func (k *PrivateKey) Public() *PublicKey { return k.public }

// ParsePrivateKey reads a private key file of cosign, now and in older
// versions, or a plain one. A nil passphrase is none; an empty one is a
// passphrase. Only P-256 signs, because cosign itself cannot verify its bundles
// of other curves. Errors never tell what the file or the passphrase holds.
func ParsePrivateKey(data, passphrase []byte) (*PrivateKey, error) {
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("%w: %d bytes", ErrNotAKey, len(data))
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%w: no PEM", ErrNotAKey)
	}
	if block.Type == string(cryptoutils.PublicKeyPEMType) {
		return nil, fmt.Errorf("%w: the file holds a public key; signing needs the private one", ErrNotAKey)
	}
	encrypted := Encrypted(data)
	if encrypted && passphrase == nil {
		return nil, ErrNeedsPassphrase
	}
	key, err := cryptoutils.UnmarshalPEMToPrivateKey(data, cryptoutils.StaticPasswordFunc(passphrase))
	switch {
	case err != nil && encrypted:
		// The library's words could hold pieces of what it decrypted.
		return nil, ErrWrongPassphrase
	case err != nil:
		return nil, fmt.Errorf("%w: a %s that cannot be read", ErrNotAKey, block.Type)
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok || ec.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%w: only ECDSA P-256 keys sign here; make one with keys generate", ErrUnsupportedKey)
	}
	public, err := newPublicKey(ec.Public())
	if err != nil {
		return nil, err
	}
	return &PrivateKey{key: ec, public: public}, nil
}
