// Package signing says what a signature of a release file is worth. It holds
// the vocabulary that every scheme shares: digests, the material that lies
// beside a file, the policy that trusts keys and identities, and the verdict
// with its steps. The cryptography lives in signing/pgp and signing/cosign;
// this package needs nothing but the standard library.
package signing

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"
)

// Scheme names a way of signing.
type Scheme string

// The schemes that registrar knows.
const (
	GPG           Scheme = "gpg"
	CosignKey     Scheme = "cosign-key"
	CosignKeyless Scheme = "cosign-keyless"
)

// Schemes returns every scheme, in the order in which people read them.
func Schemes() []Scheme { return []Scheme{GPG, CosignKey, CosignKeyless} }

// What may be read as signature material. More than this is refused unread,
// so that a hostile file costs nothing.
const (
	MaxMaterial    = 4 << 20  // a signature or a bundle
	MaxCertificate = 64 << 10 // a certificate
)

// Material is what lies beside a file and speaks for it, already read. Names
// say nothing about formats: a Bundle may hold a Sigstore bundle of any
// version or the older cosign JSON, a Signature raw, base64 or armored bytes.
type Material struct {
	Signature   []byte
	Certificate []byte
	Bundle      []byte
}

// Empty says that there is nothing to verify.
func (m Material) Empty() bool {
	return len(m.Signature) == 0 && len(m.Certificate) == 0 && len(m.Bundle) == 0
}

// LooksLikePGP tells OpenPGP signatures, armored or binary, from all others by
// their first bytes: every OpenPGP packet begins with a set high bit, and no
// text and no ASN.1 signature does.
func LooksLikePGP(signature []byte) bool {
	text := bytes.TrimLeft(signature, " \t\r\n")
	return bytes.HasPrefix(text, []byte("-----BEGIN PGP ")) || len(signature) > 0 && signature[0]&0x80 != 0
}

// ErrTooLarge is what ReadMaterial answers for material beyond its limit.
var ErrTooLarge = errors.New("signature material is larger than any real one")

// ReadMaterial reads at most limit bytes of r and refuses more.
func ReadMaterial(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, ErrTooLarge
	}
	return b, nil
}

// Release is the version that a file belongs to. Identities may bind a
// signature to it, and keys are judged at the time it was published.
type Release struct {
	Org, Connector string
	Version        string    // v1.2.3
	PublishedAt    time.Time // zero: not published yet, so now
}

// Artifact is the file that is checked or signed. Digests that the caller has
// already computed are used; what is missing is computed by reading Open once.
type Artifact struct {
	Name    string
	Open    func() (io.ReadCloser, error)
	Digests Digests
	Release Release
}

// Verifier checks signatures of one family of schemes.
type Verifier interface {
	// Verify says what the material is worth for the artifact under the policy.
	// A signature that is not good is a Verdict with a Reason; the error is for
	// bytes that could not be read and for a policy that makes no sense. With an
	// error the Verdict is never OK.
	Verify(ctx context.Context, a Artifact, m Material, p Policy) (Verdict, error)
}

// Signer makes signatures with one key or identity.
type Signer interface {
	// Describe says who will have signed and what that person must do for it.
	Describe() SignerInfo
	// Sign reads the artifact once and returns what is to lie beside it.
	Sign(ctx context.Context, a Artifact) (Material, error)
}

// Need is what a signer wants from the person at the keyboard.
type Need string

// What signing may need. The empty Need is nothing.
const (
	NeedPassphrase Need = "passphrase"
	NeedTouch      Need = "touch"
	NeedBrowser    Need = "browser"
)

// SignerInfo says who signed. Keys have a fingerprint, keyless signers an
// identity with its issuer and, from a CI system, where the build came from.
type SignerInfo struct {
	Scheme      Scheme
	Name        string // as the org calls the key
	Fingerprint string
	Identity    string // subject alternative name of the certificate
	Issuer      string
	SourceRepo  string
	SourceRef   string
	Needs       Need
}

// String is the shortest text that tells this signer from others.
func (s SignerInfo) String() string {
	switch {
	case s.Identity != "":
		return s.Identity
	case s.Name != "" && s.Fingerprint != "":
		return s.Name + " (" + s.Fingerprint + ")"
	case s.Name != "":
		return s.Name
	}
	return s.Fingerprint
}
