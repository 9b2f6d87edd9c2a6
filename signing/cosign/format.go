// Package cosign verifies and makes signatures of the Sigstore family: bundles
// of every version, what older versions of cosign wrote, with keys and with
// certificates. sigstore-go alone decides whether a signature is good. When it
// refuses, this package looks for the reason; what it finds can never turn a
// refusal into a pass. Nothing here opens a network connection to verify.
package cosign

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	bundlepb "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	commonpb "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	dssepb "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	"github.com/sigstore/sigstore-go/pkg/bundle"

	"github.com/registrar-console/registrar/signing"
)

// found is signature material after its content has decided what it is.
type found struct {
	what    string // as people read it
	scheme  signing.Scheme
	cert    *x509.Certificate // of keyless signatures
	hint    string            // of key signatures: unauthenticated, for looking up and explaining
	bundle  *bundle.Bundle    // nil: bare
	bare    []byte            // a signature with nothing around it; it becomes a bundle with the digest of the file
	claims  []claim           // which bytes the material says it is about
	entries int
	stamps  int
}

// claim is one digest that the material names. Claims choose what to hash and
// explain refusals; the library compares them itself.
type claim struct {
	hash   crypto.Hash
	digest []byte
}

func (c claim) String() string { return algorithmName(c.hash) + ":" + hex.EncodeToString(c.digest) }

func algorithmName(h crypto.Hash) string {
	switch h {
	case crypto.SHA384:
		return "sha384"
	case crypto.SHA512:
		return "sha512"
	default:
		return "sha256"
	}
}

// refusal is material that cannot be verified at all.
type refusal struct {
	reason signing.Reason
	detail string
	cause  error
}

func malformed(cause error, format string, args ...any) *refusal {
	return &refusal{reason: signing.Malformed, detail: fmt.Sprintf(format, args...), cause: cause}
}

func unsupported(cause error, format string, args ...any) *refusal {
	return &refusal{reason: signing.Unsupported, detail: fmt.Sprintf(format, args...), cause: cause}
}

// recognise looks at the content of the material, never at a file's name. What
// lies in the wrong slot is taken for what it is.
func recognise(m signing.Material) (*found, *refusal) {
	if len(m.Signature) > signing.MaxMaterial || len(m.Bundle) > signing.MaxMaterial || len(m.Certificate) > signing.MaxCertificate {
		return nil, malformed(nil, "the signature is larger than any real one")
	}
	if isJSON(m.Signature) {
		if len(m.Bundle) > 0 && !bytes.Equal(m.Bundle, m.Signature) {
			return nil, malformed(nil, "there are two bundles for one file, and they differ")
		}
		m.Bundle, m.Signature = m.Signature, nil
	}
	if len(m.Bundle) == 0 {
		return recogniseBare(m)
	}
	f, r := recogniseJSON(m.Bundle)
	if r != nil {
		return nil, r
	}
	return f, agree(f, m)
}

func isJSON(b []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n"), []byte("{")) }

// recogniseBare takes a signature without a bundle, alone or with a certificate.
func recogniseBare(m signing.Material) (*found, *refusal) {
	if len(bytes.TrimSpace(m.Signature)) == 0 {
		if len(m.Certificate) > 0 {
			return nil, &refusal{reason: signing.Missing, detail: "there is a certificate, but no signature"}
		}
		return nil, malformed(nil, "the signature file is empty")
	}
	sig, r := readSignature(m.Signature)
	if r != nil {
		return nil, r
	}
	if len(m.Certificate) == 0 {
		return &found{what: "a signature made with a key", scheme: signing.CosignKey, bare: sig}, nil
	}
	cert, _, r := readCertificate(m.Certificate)
	if r != nil {
		return nil, r
	}
	if cert == nil {
		return nil, malformed(nil, "the certificate file holds a public key, not a certificate")
	}
	return &found{what: "a signature and its certificate", scheme: signing.CosignKeyless, bare: sig, cert: cert}, nil
}

// readSignature takes the signature as cosign writes it, base64 on one line, or
// as plain ASN.1.
func readSignature(data []byte) ([]byte, *refusal) {
	text := bytes.TrimSpace(data)
	if sig, err := base64.StdEncoding.DecodeString(string(text)); err == nil && len(sig) > 0 {
		return sig, nil
	}
	if len(data) > 8 && data[0] == 0x30 && int(data[1]) == len(data)-2 {
		return bytes.Clone(data), nil
	}
	if signing.LooksLikePGP(data) {
		return nil, unsupported(nil, "this is an OpenPGP signature, not one of cosign")
	}
	return nil, malformed(nil, "the signature is neither base64 nor ASN.1")
}

// readCertificate takes PEM, DER, or base64 of either, which is what cosign
// writes. A public key in that place is told apart: its hint is returned.
func readCertificate(data []byte) (*x509.Certificate, string, *refusal) {
	raw := bytes.TrimSpace(data)
	if plain, err := base64.StdEncoding.DecodeString(string(raw)); err == nil {
		raw = plain
	}
	if block, _ := pem.Decode(raw); block != nil {
		if block.Type == "PUBLIC KEY" {
			key, err := ParsePublicKey(raw)
			if errors.Is(err, ErrUnsupportedKey) {
				return nil, "", unsupported(err, "%s", err)
			}
			if err != nil {
				return nil, "", malformed(err, "the public key in the bundle cannot be read")
			}
			return nil, key.Hint(), nil
		}
		raw = block.Bytes
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, "", malformed(err, "the certificate cannot be read")
	}
	return cert, "", nil
}

// recogniseJSON tells the JSON formats apart by what they hold.
func recogniseJSON(data []byte) (*found, *refusal) {
	var probe struct {
		MediaType       *string `json:"mediaType"`
		Base64Signature *string `json:"base64Signature"`
		PayloadType     *string `json:"payloadType"`
	}
	if err := json.Unmarshal(data, &probe); err != nil {
		return nil, malformed(err, "the bundle is not JSON")
	}
	switch {
	case probe.MediaType != nil:
		return readBundle(data)
	case probe.Base64Signature != nil:
		return readLegacy(data)
	case probe.PayloadType != nil:
		return nil, unsupported(nil, "this is an attestation without its bundle: nothing says who signed it")
	}
	return nil, malformed(nil, "the bundle is JSON of an unknown kind: it has neither mediaType nor base64Signature")
}

func readBundle(data []byte) (*found, *refusal) {
	b := new(bundle.Bundle)
	err := guard(func() error { return b.UnmarshalJSON(data) })
	switch {
	case errors.Is(err, bundle.ErrUnsupportedMediaType):
		return nil, unsupported(err, "this version of the bundle format is not known")
	case err != nil:
		return nil, malformed(err, "the bundle does not hold together: %s", shorten(err))
	}
	version, err := b.Version()
	if err != nil {
		return nil, malformed(err, "the bundle has no version")
	}
	return describe(b, "a Sigstore bundle "+version)
}

// describe fills in what the rest needs to know of a bundle.
func describe(b *bundle.Bundle, what string) (*found, *refusal) {
	f := &found{what: what, bundle: b}
	err := guard(func() error {
		content, err := b.VerificationContent()
		if err != nil {
			return err
		}
		if cert := content.Certificate(); cert != nil {
			f.scheme, f.cert = signing.CosignKeyless, cert
		} else {
			f.scheme, f.hint = signing.CosignKey, content.PublicKey().Hint()
		}
		stamps, err := b.Timestamps()
		f.stamps = len(stamps)
		f.entries = len(b.GetVerificationMaterial().GetTlogEntries())
		return err
	})
	if err != nil {
		return nil, malformed(err, "the bundle does not hold together: %s", shorten(err))
	}
	if m := b.GetMessageSignature(); m != nil {
		return f, f.claimMessage(m)
	}
	return f, f.claimSubjects(b.GetDsseEnvelope())
}

func (f *found) claimMessage(m *commonpb.MessageSignature) *refusal {
	if len(m.GetSignature()) == 0 {
		return malformed(nil, "the bundle holds no signature")
	}
	h, ok := hashes[m.GetMessageDigest().GetAlgorithm()]
	if !ok {
		return unsupported(nil, "the bundle does not name the file by a SHA-2 digest; signatures of Ed25519 keys are like that")
	}
	f.claims = []claim{{hash: h, digest: m.GetMessageDigest().GetDigest()}}
	return nil
}

var hashes = map[commonpb.HashAlgorithm]crypto.Hash{
	commonpb.HashAlgorithm_SHA2_256: crypto.SHA256,
	commonpb.HashAlgorithm_SHA2_384: crypto.SHA384,
	commonpb.HashAlgorithm_SHA2_512: crypto.SHA512,
}

// claimSubjects reads which files an in-toto statement is about. The statement
// may be large, so its predicate is not looked at.
func (f *found) claimSubjects(e *dssepb.Envelope) *refusal {
	if e.GetPayloadType() != bundle.IntotoMediaType {
		return unsupported(nil, "the attestation holds %q, not an in-toto statement", shortenText(e.GetPayloadType()))
	}
	var s struct {
		PredicateType string `json:"predicateType"`
		Subject       []struct {
			Digest map[string]string `json:"digest"`
		} `json:"subject"`
	}
	if err := json.Unmarshal(e.GetPayload(), &s); err != nil {
		return malformed(err, "the statement of the attestation is not JSON")
	}
	f.what += " with an attestation (" + shortenText(s.PredicateType) + ")"
	// Of each subject the first digest that it has; a file need be hashed only
	// with those.
	for _, sub := range s.Subject {
		for _, h := range []crypto.Hash{crypto.SHA256, crypto.SHA512, crypto.SHA384} {
			if d, err := hex.DecodeString(sub.Digest[algorithmName(h)]); err == nil && len(d) == h.Size() {
				f.claims = append(f.claims, claim{hash: h, digest: d})
				break
			}
		}
	}
	if len(f.claims) > 0 {
		return nil
	}
	return malformed(nil, "the attestation names no file by a SHA-2 digest")
}

// agree compares a bundle with the .sig and .cert that may lie beside it.
func agree(f *found, m signing.Material) *refusal {
	if len(bytes.TrimSpace(m.Signature)) > 0 && !signing.LooksLikePGP(m.Signature) {
		sig, r := readSignature(m.Signature)
		if r != nil {
			return r
		}
		if !bytes.Equal(sig, f.signature()) {
			return malformed(nil, "the signature beside the file is not the one in its bundle")
		}
	}
	if len(bytes.TrimSpace(m.Certificate)) > 0 {
		cert, _, r := readCertificate(m.Certificate)
		if r != nil {
			return r
		}
		if cert == nil || f.cert == nil || !cert.Equal(f.cert) {
			return malformed(nil, "the certificate beside the file is not the one in its bundle")
		}
	}
	return nil
}

func (f *found) signature() []byte {
	if f.bundle == nil {
		return f.bare
	}
	if m := f.bundle.GetMessageSignature(); m != nil {
		return m.GetSignature()
	}
	if s := f.bundle.GetDsseEnvelope().GetSignatures(); len(s) > 0 {
		return s[0].GetSig()
	}
	return nil
}

// wrapped is the bundle to verify: the one that was found, or one around a bare
// signature and the digest of the file itself.
func (f *found) wrapped(h crypto.Hash, digest []byte) (*bundle.Bundle, error) {
	if f.bundle != nil {
		return f.bundle, nil
	}
	material := &bundlepb.VerificationMaterial{Content: &bundlepb.VerificationMaterial_PublicKey{PublicKey: &commonpb.PublicKeyIdentifier{Hint: f.hint}}}
	if f.cert != nil {
		material.Content = &bundlepb.VerificationMaterial_Certificate{Certificate: &commonpb.X509Certificate{RawBytes: f.cert.Raw}}
	}
	var alg commonpb.HashAlgorithm
	for a, known := range hashes {
		if known == h {
			alg = a
		}
	}
	return newBundle(&bundlepb.Bundle{
		MediaType:            "application/vnd.dev.sigstore.bundle.v0.3+json",
		VerificationMaterial: material,
		Content: &bundlepb.Bundle_MessageSignature{MessageSignature: &commonpb.MessageSignature{
			MessageDigest: &commonpb.HashOutput{Algorithm: alg, Digest: digest}, Signature: f.bare,
		}},
	})
}

func newBundle(pb *bundlepb.Bundle) (*bundle.Bundle, error) {
	var b *bundle.Bundle
	err := guard(func() (err error) {
		b, err = bundle.NewBundle(pb)
		return err
	})
	return b, err
}

// errLibrary is a panic of the library, which hostile material must not turn
// into one of ours.
var errLibrary = errors.New("the library gave up on this material")

// guard runs the library. A panic becomes an error and therefore a refusal.
func guard(run func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errLibrary, r)
		}
	}()
	return run()
}

// shorten keeps an error of the library to one line that fits a screen.
func shorten(err error) string { return shortenText(err.Error()) }

func shortenText(s string) string {
	const most = 160
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "..."
	}
	return s
}
