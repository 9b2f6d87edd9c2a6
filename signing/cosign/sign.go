package cosign

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	bundlepb "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	commonpb "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/registrar-console/registrar/signing"
)

// KeySigner signs with a key pair.
type KeySigner struct {
	key  *PrivateKey
	name string
	now  func() time.Time
}

var _ signing.Signer = (*KeySigner)(nil)

// NewKeySigner signs with the key. The name is for people; the clock is that of
// the verification that follows every signature.
func NewKeySigner(key *PrivateKey, name string, now func() time.Time) *KeySigner {
	return &KeySigner{key: key, name: name, now: now}
}

// Describe implements signing.Signer.
func (s *KeySigner) Describe() signing.SignerInfo {
	return signing.SignerInfo{Scheme: signing.CosignKey, Name: s.name, Fingerprint: s.key.public.Fingerprint()}
}

// Sign implements signing.Signer. It makes a bundle, and the bare signature
// that older versions of cosign read. Both are verified before they are handed
// out.
func (s *KeySigner) Sign(ctx context.Context, a signing.Artifact) (signing.Material, error) {
	d, err := digestOf(ctx, a)
	if err != nil {
		return signing.Material{}, fmt.Errorf("signing %s: %w", a.Name, err)
	}
	pb, err := sign.Bundle(streamed{}, &keypair{key: s.key.key, public: s.key.public, digest: d.SHA256}, sign.BundleOptions{Context: ctx})
	if err != nil {
		return signing.Material{}, fmt.Errorf("signing %s with the key %s: %w", a.Name, s.Describe(), err)
	}
	trusted, err := s.key.public.Trusted(s.name)
	if err != nil {
		return signing.Material{}, err
	}
	policy := signing.Policy{Keys: []signing.TrustedKey{trusted}, AllowNoLog: true, Now: s.now}
	return finish(ctx, a, d, pb, policy)
}

// finish writes the bundle and verifies what was just signed; a signature that
// does not verify here would verify nowhere.
func finish(ctx context.Context, a signing.Artifact, d signing.Digests, pb *bundlepb.Bundle, policy signing.Policy) (signing.Material, error) {
	data, err := protojson.Marshal(pb)
	if err != nil {
		return signing.Material{}, fmt.Errorf("signing %s: writing the bundle: %w", a.Name, err)
	}
	m := signing.Material{Bundle: data, Signature: []byte(base64.StdEncoding.EncodeToString(pb.GetMessageSignature().GetSignature()))}
	a.Digests = d
	for _, part := range []signing.Material{m, {Signature: m.Signature}} {
		if part.Bundle == nil && policy.Keys == nil {
			continue // the bare signature of a certificate is not handed out
		}
		v, err := Verifier{}.Verify(ctx, a, part, policy)
		if err != nil {
			return signing.Material{}, fmt.Errorf("verifying the fresh signature of %s: %w", a.Name, err)
		}
		if err := v.Err(a.Name); err != nil {
			return signing.Material{}, fmt.Errorf("the fresh signature does not verify and was thrown away: %w", err)
		}
	}
	if policy.Keys == nil {
		m.Signature = nil
	}
	return m, nil
}

// digestOf is the artifact's SHA-256; what the caller computed is used.
func digestOf(ctx context.Context, a signing.Artifact) (signing.Digests, error) {
	if a.Digests.SHA256 != nil {
		return a.Digests, nil
	}
	if a.Open == nil {
		return signing.Digests{}, errors.New("there are no bytes to sign")
	}
	r, err := a.Open()
	if err != nil {
		return signing.Digests{}, err
	}
	defer func() { _ = r.Close() }() // it was only read
	return signing.Digest(ctx, r)
}

// streamed is content whose bytes went by already: the key pair beside it has
// their digest, and no file is ever held in memory.
type streamed struct{}

// PreAuthEncoding implements sign.Content.
func (streamed) PreAuthEncoding() []byte { return nil }

// Bundle implements sign.Content.
func (streamed) Bundle(pb *bundlepb.Bundle, signature, digest []byte, alg commonpb.HashAlgorithm) {
	(&sign.PlainData{}).Bundle(pb, signature, digest, alg)
}

// keypair signs the digest of streamed content, and other data as it is given.
type keypair struct {
	key    *ecdsa.PrivateKey
	public *PublicKey
	digest []byte
}

var _ sign.Keypair = (*keypair)(nil)

// GetHashAlgorithm implements sign.Keypair.
func (k *keypair) GetHashAlgorithm() commonpb.HashAlgorithm { return commonpb.HashAlgorithm_SHA2_256 }

// GetSigningAlgorithm implements sign.Keypair.
func (k *keypair) GetSigningAlgorithm() commonpb.PublicKeyDetails {
	return commonpb.PublicKeyDetails_PKIX_ECDSA_P256_SHA_256
}

// GetHint implements sign.Keypair.
func (k *keypair) GetHint() []byte { return []byte(k.public.Hint()) }

// GetKeyAlgorithm implements sign.Keypair.
func (k *keypair) GetKeyAlgorithm() string { return "ECDSA" }

// GetPublicKey implements sign.Keypair.
func (k *keypair) GetPublicKey() crypto.PublicKey { return k.public.key }

// GetPublicKeyPem implements sign.Keypair.
func (k *keypair) GetPublicKeyPem() (string, error) {
	data, err := cryptoutils.MarshalPublicKeyToPEM(k.public.key)
	return string(data), err
}

// SignData signs streamed content when it is given none. The authority's proof
// of possession, the other thing that is signed, is never without data.
func (k *keypair) SignData(_ context.Context, data []byte) (signature, digest []byte, err error) {
	digest = bytes.Clone(k.digest)
	if data != nil {
		sum := sha256.Sum256(data)
		digest = sum[:]
	}
	signature, err = ecdsa.SignASN1(rand.Reader, k.key, digest)
	return signature, digest, err
}
