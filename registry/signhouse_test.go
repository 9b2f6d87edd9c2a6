package registry_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/signingtest"
)

const (
	gpgType    = registryv1.KeyType_KEY_TYPE_GPG
	cosignType = registryv1.KeyType_KEY_TYPE_COSIGN

	verified    = registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED
	unsigned    = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
	notVerified = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED

	invalidKey      = registryv1.Reason_REASON_INVALID_KEY
	invalidIdentity = registryv1.Reason_REASON_INVALID_IDENTITY
	textInvalid     = registryv1.Reason_REASON_TEXT_INVALID

	signatureKind = registryv1.AssetKind_ASSET_KIND_SIGNATURE
	bundleKind    = registryv1.AssetKind_ASSET_KIND_BUNDLE
	checksumKind  = registryv1.AssetKind_ASSET_KIND_CHECKSUM
)

// pgpKey makes an OpenPGP key a month before the clock's time.
func (h *house) pgpKey(t *testing.T) *signingtest.PGP {
	t.Helper()
	return signingtest.NewPGP(t, h.clock.Now().Add(-30*day))
}

// asc is the OpenPGP signature beside a file, of the file's platform.
func (h *house) asc(t *testing.T, key *signingtest.PGP, f file) file {
	t.Helper()
	return file{f.platform, signatureKind, f.name + ".asc", key.Sign(t, f.data, h.clock.Now())}
}

// cosignPair is a key pair of cosign.
type cosignPair struct {
	key    *cosign.PrivateKey
	public []byte
}

func newCosignPair(t *testing.T) cosignPair {
	t.Helper()
	pair := signingtest.NewCosign(t, "secret")
	return cosignPair{pair.Key, pair.Public}
}

// sign makes the bare signature beside a file.
func (p cosignPair) sign(t *testing.T, h *house, f file) file {
	t.Helper()
	material, err := cosign.NewKeySigner(p.key, "release", h.clock.Now).Sign(t.Context(), artifactOf(f))
	require.NoError(t, err)
	return file{f.platform, signatureKind, f.name + ".sig", material.Signature}
}

func artifactOf(f file) signing.Artifact {
	sum := sha256.Sum256(f.data)
	return signing.Artifact{
		Name: f.name, Digests: signing.Digests{SHA256: sum[:], Size: int64(len(f.data))},
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.data)), nil },
	}
}

// keyless makes the bundle beside a file, by the release workflow of a tag.
func keyless(t *testing.T, s *signingtest.Sigstore, repository, tag string, f file) file {
	t.Helper()
	claims := s.Release(repository, tag)
	signer, err := cosign.NewKeylessSigner(cosign.KeylessConfig{
		Services: cosign.Services{Fulcio: s.FulcioURL, Rekor: s.RekorURL},
		Token:    func(context.Context) ([]byte, error) { return claims.Token(t), nil },
		Now:      s.Now, TrustedRoot: s.TrustedRoot(t), Timeout: 5 * time.Second,
	})
	require.NoError(t, err)
	material, err := signer.Sign(t.Context(), artifactOf(f))
	require.NoError(t, err)
	return file{f.platform, bundleKind, f.name + ".sigstore.json", material.Bundle}
}

// robot is the identity of the release workflow, bound to the release.
func robot(org string) *registryv1.AddIdentityRequest {
	return &registryv1.AddIdentityRequest{
		Org: org, Issuer: "https://token.actions.githubusercontent.com",
		SanRegexp:        `^https://github\.com/example/workflows/\.github/workflows/release\.yaml@refs/tags/v[0-9]+$`,
		SourceRepository: "https://github.com/{org}/{connector}", SourceRef: "refs/tags/{version}",
	}
}

// addKey registers a key, which has to succeed.
func (p *person) addKey(t *testing.T, name string, kind registryv1.KeyType, export []byte) *registryv1.SigningKey {
	t.Helper()
	answer, err := p.keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: name, Type: kind, Export: export})
	require.NoError(t, err)
	return answer.GetKey()
}

// key reads a key as somebody sees it.
func (p *person) key(t *testing.T, id int64) *registryv1.SigningKey {
	t.Helper()
	answer, err := p.keys.ListSigningKeys(t.Context(), &registryv1.ListSigningKeysRequest{Org: "acme"})
	require.NoError(t, err)
	for _, key := range answer.GetKeys() {
		if key.GetId() == id {
			return key
		}
	}
	require.Fail(t, "the key is not there")
	return nil
}

// require sets the policy of acme; the allowances are the defaults.
func (p *person) require(t *testing.T, change func(*registryv1.Policy)) {
	t.Helper()
	policy := &registryv1.Policy{Allowances: []string{"certificate-only", "no-log"}}
	change(policy)
	_, err := p.admin.SetPolicy(t.Context(), &registryv1.SetPolicyRequest{Org: "acme", Policy: policy})
	require.NoError(t, err)
}

// release submits files as a version and validates it.
func (p *person) release(t *testing.T, number string, files ...file) *registryv1.Version {
	t.Helper()
	p.submit(t, okta+" "+number, files...)
	return p.house.settle(t, p, okta+" "+number)
}

// verdictOf is the verdict of a file.
func verdictOf(t *testing.T, v *registryv1.Version, name string) *registryv1.Verdict {
	t.Helper()
	for _, asset := range v.GetAssets() {
		if asset.GetFilename() == name {
			return asset.GetVerdict()
		}
	}
	require.Fail(t, "there is no file "+name)
	return nil
}

// signatureCheck is what the check of signatures says of a file.
func signatureCheck(t *testing.T, v *registryv1.Version, name string) *registryv1.Check {
	t.Helper()
	for _, c := range v.GetChecks() {
		if c.GetName() == "signatures" && c.GetFilename() == name {
			return c
		}
	}
	require.Fail(t, "there is no finding about "+name)
	return nil
}

// intact requires that the data directory contradicts itself nowhere and that
// its audit log verifies.
func (h *house) intact(t *testing.T) {
	t.Helper()
	found := registrytest.Audit(t, h.dir)
	require.Empty(t, found.Broken, found.String())
}

// atPoint calls a function at the points of a registry's work.
func atPoint(do func(point string)) func(*registry.Config) {
	return func(cfg *registry.Config) { cfg.At = do }
}
