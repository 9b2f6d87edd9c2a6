package publish_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/signingtest"
)

const (
	verified    = registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED
	notVerified = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
	unsigned    = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
)

// admin is somebody who may do everything.
func (b bench) admin(t *testing.T) *client.Client {
	t.Helper()
	return open(t, b.server.Endpoint, b.server.Token(t, "root", registryv1.Role_ROLE_ADMIN))
}

// newOrg makes acme known to the registry, without any version.
func (b bench) newOrg(t *testing.T) {
	t.Helper()
	_, err := b.client.Registry.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-other"}})
	require.NoError(t, err)
}

func (b bench) trusts(t *testing.T, kind registryv1.KeyType, export []byte) *registryv1.SigningKey {
	t.Helper()
	b.newOrg(t)
	rs, err := b.admin(t).Keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "release", Type: kind, Export: export})
	require.NoError(t, err)
	return rs.GetKey()
}

// downloads are the files of the newest version, as anybody sees them.
func (b bench) downloads(t *testing.T, platforms ...registryv1.Platform) (*client.Client, *registryv1.GetDownloadURLsResponse) {
	t.Helper()
	anybody := open(t, b.server.Endpoint, "")
	rs, err := anybody.Registry.GetDownloadURLs(t.Context(), &registryv1.GetDownloadURLsRequest{Connector: &registryv1.ConnectorRef{Org: "acme", Name: "sample"}, Platforms: platforms})
	require.NoError(t, err)
	return anybody, rs
}

func runnable(rs *registryv1.GetDownloadURLsResponse) []*registryv1.Download {
	var out []*registryv1.Download
	for _, d := range rs.GetDownloads() {
		if k := d.GetAsset().GetKind(); k == registryv1.AssetKind_ASSET_KIND_ARCHIVE || k == registryv1.AssetKind_ASSET_KIND_BINARY {
			out = append(out, d)
		}
	}
	return out
}

// From a registered key to a verified download, and back to nothing once the
// key is revoked: registry, publisher and downloader say the same.
func TestSignedWithARegisteredKey(t *testing.T) {
	t.Parallel()
	gpg, fingerprint := newGPG(t)
	export, err := exec.Command("gpg", "--homedir", gpg.Home, "--armor", "--export", fingerprint).Output()
	require.NoError(t, err)
	path, public := cosignKey(t)
	ask, _ := asked(secret)
	for name, c := range map[string]struct {
		sign   string
		kind   registryv1.KeyType
		export []byte
	}{
		"gpg":    {"gpg:" + fingerprint, registryv1.KeyType_KEY_TYPE_GPG, export},
		"cosign": {"cosign:" + path, registryv1.KeyType_KEY_TYPE_COSIGN, public},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			key := b.trusts(t, c.kind, c.export)
			// Bare executables of all platforms have one name.
			plan := b.signing(t, newProject(t), "v1.0.0", c.sign)
			means := publish.Means{Sign: publish.SignWith{GPG: gpg, Passphrase: ask}}
			var h heard
			result, err := publish.RunWith(t.Context(), b.client, plan, means, h.emit)
			require.NoError(t, err)
			assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
			said := map[string]string{}
			for _, e := range h.events {
				switch e := e.(type) {
				case publish.Signed:
					assert.Equal(t, verified, e.Verdict.GetStatus())
					said[e.Asset.Platform] = e.Verdict.GetDetail()
				case publish.Noted:
					assert.Fail(t, "nothing is to be noted", e.Note.Text)
				}
			}
			require.Len(t, said, 5)
			for _, a := range b.get(t, plan).GetAssets() {
				if a.GetKind() == registryv1.AssetKind_ASSET_KIND_BINARY {
					assert.Equal(t, verified, a.GetVerdict().GetStatus())
					assert.Equal(t, said[a.GetPlatform().Slug()], a.GetVerdict().GetDetail(), "the registry says the same")
				}
			}
			again, err := publish.RunWith(t.Context(), b.client, plan, means, func(publish.Event) {})
			require.NoError(t, err)
			assert.True(t, again.Unchanged)

			for _, p := range registryv1.Platforms() {
				anybody, rs := b.downloads(t, p)
				require.Len(t, runnable(rs), 1)
				dir := t.TempDir()
				got, verdict, err := anybody.DownloadVerified(t.Context(), rs, runnable(rs)[0], dir, nil, time.Now)
				require.NoError(t, err)
				assert.Equal(t, verified, verdict.GetStatus())
				assert.Equal(t, said[p.Slug()], verdict.GetDetail())
				assert.FileExists(t, got.Path)
			}
			anybody, rs := b.downloads(t)
			results, err := anybody.VerifyHere(t.Context(), rs.GetVersion().GetRef(), nil, nil)
			require.NoError(t, err)
			require.Len(t, results, 5)
			for _, r := range results {
				assert.Equal(t, verified, r.Verdict.GetStatus(), "files of one name do not speak for each other")
			}

			_, err = b.admin(t).Keys.RevokeSigningKey(t.Context(), &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: key.GetId(), Reason: "it leaked"})
			require.NoError(t, err)
			dir := t.TempDir()
			_, _, err = anybody.DownloadVerified(t.Context(), rs, runnable(rs)[0], dir, nil, time.Now)
			var fault *client.Error
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, registryv1.Reason_REASON_SIGNATURE_INVALID, fault.Reason)
			assert.Equal(t, "REVOKED_KEY", fault.Meta["verdict_reason"])
			assert.Contains(t, fault.Message, "it leaked")
			assertEmpty(t, dir)
			results, err = anybody.VerifyHere(t.Context(), rs.GetVersion().GetRef(), nil, nil)
			require.NoError(t, err)
			assert.Equal(t, fault.Message, results[0].Verdict.GetDetail(), "whoever looks, the words are the same")

			// Nobody publishes with it any more, and nothing comes of trying.
			next := b.signing(t, newProject(t), "v1.1.0", c.sign)
			_, err = publish.RunWith(t.Context(), b.client, next, means, func(publish.Event) {})
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, "REVOKED_KEY", fault.Meta["verdict_reason"])
			_, err = b.client.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.1.0"}})
			assert.Equal(t, registryv1.Reason_REASON_NOT_FOUND, client.ReasonOf(err))
		})
	}
}

func assertEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries, "no file, and no part of one")
}

// A key that the org has not registered would fail there, so it fails here,
// before anything is signed or created.
func TestSignedWithAnotherKey(t *testing.T) {
	t.Parallel()
	_, registered := cosignKey(t)
	path, _ := cosignKey(t)
	b := newBench(t)
	b.trusts(t, registryv1.KeyType_KEY_TYPE_COSIGN, registered)
	ask, _ := asked(secret)
	plan := b.signing(t, newProject(t), "v1.0.0", "cosign:"+path)
	kept := filepath.Join(t.TempDir(), "kept")
	_, err := publish.RunWith(t.Context(), b.client, plan, publish.Means{Sign: publish.SignWith{Passphrase: ask}, Signatures: kept}, func(publish.Event) {})
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_SIGNATURE_INVALID, fault.Reason)
	assert.Equal(t, "WRONG_KEY", fault.Meta["verdict_reason"])
	assert.Contains(t, fault.Next, "registrar keys add acme --name NAME --type cosign --key-file cosign.pub")
	assert.NoDirExists(t, kept)
	assertNothingCreated(t, b, plan)
}

// Signatures of a build that was altered since, or of another key, are refused
// for all files at once, before anything is created.
func TestFoundSignaturesThatAreNotGood(t *testing.T) {
	t.Parallel()
	path, public := cosignKey(t)
	b := newBench(t)
	b.trusts(t, registryv1.KeyType_KEY_TYPE_COSIGN, public)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "signed")
	signBeside(t, dir, path)
	packOne(t, filepath.Join(dir, "dist"), "v1.0.0", "altered since", "linux-amd64", "linux-amd64")
	packOne(t, filepath.Join(dir, "dist"), "v1.0.0", "altered since", "windows-amd64", "windows-amd64")
	plan := b.signing(t, dir, "v1.0.0", "")
	var h heard
	_, err := publish.Run(t.Context(), b.client, plan, nil, h.emit)
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_SIGNATURE_INVALID, fault.Reason)
	assert.Equal(t, "DIGEST_MISMATCH", fault.Meta["verdict_reason"])
	fields := map[string]bool{}
	for _, f := range fault.Faults {
		fields[f.Field] = true
		assert.NotEmpty(t, f.Message)
	}
	assert.Equal(t, map[string]bool{"linux-amd64": true, "windows-amd64": true}, fields, "all at once")
	assert.Contains(t, h.steps(), "sign failed")
	assertNothingCreated(t, b, plan)

	_, err = publish.DryRun(t.Context(), b.client, plan)
	assert.Equal(t, registryv1.Reason_REASON_SIGNATURE_INVALID, client.ReasonOf(err), "a dry run says so too")
}

// Keyless: the org trusts an identity, the registry a Sigstore. What is signed
// is not signed again, so nobody is asked for a token then.
func TestSignedKeyless(t *testing.T) {
	t.Parallel()
	s := signingtest.New(t, time.Now())
	claims := s.Release("acme/baton-sample", "v1.0.0")
	b := newBench(t)
	b.newOrg(t)
	admin := b.admin(t)
	_, err := admin.Admin.SetTrustRoot(t.Context(), &registryv1.SetTrustRootRequest{Document: s.TrustedRoot(t)})
	require.NoError(t, err)
	identity, err := admin.Keys.AddIdentity(t.Context(), &registryv1.AddIdentityRequest{
		Org: "acme", Issuer: claims.Issuer, San: claims.Identity(), SourceRepository: "https://github.com/acme/{connector}", SourceRef: "refs/tags/{version}",
	})
	require.NoError(t, err)
	var tokens atomic.Int32 // files are signed at the same time
	with := publish.SignWith{
		Services: cosign.Services{Fulcio: s.FulcioURL, Rekor: s.RekorURL},
		Token:    func(context.Context) ([]byte, error) { tokens.Add(1); return claims.Token(t), nil },
	}
	plan := b.signing(t, newProject(t), "v1.0.0", "keyless")
	var h heard
	_, err = publish.RunWith(t.Context(), b.client, plan, publish.Means{Sign: with}, h.emit)
	require.NoError(t, err)
	for _, e := range h.events {
		if signed, ok := e.(publish.Signed); ok {
			assert.Equal(t, verified, signed.Verdict.GetStatus(), signed.Verdict.GetDetail())
			assert.Equal(t, "full", signed.Verdict.GetAssurance())
		}
	}
	with.Token = func(context.Context) ([]byte, error) { return nil, errors.New("nobody is asked for what is there") }
	again, err := publish.RunWith(t.Context(), b.client, plan, publish.Means{Sign: with}, func(publish.Event) {})
	require.NoError(t, err)
	assert.True(t, again.Unchanged)

	// The token of another release is not good for this one; the first file
	// shows it, and the others are not signed.
	tokens.Store(0)
	with.Token = func(context.Context) ([]byte, error) { tokens.Add(1); return claims.Token(t), nil }
	next := b.signing(t, newProject(t), "v1.1.0", "keyless")
	_, err = publish.RunWith(t.Context(), b.client, next, publish.Means{Sign: with}, func(publish.Event) {})
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, "RELEASE_MISMATCH", fault.Meta["verdict_reason"])
	assert.EqualValues(t, 1, tokens.Load())

	_, err = admin.Keys.RemoveIdentity(t.Context(), &registryv1.RemoveIdentityRequest{Org: "acme", Id: identity.GetIdentity().GetId()})
	require.NoError(t, err)
	anybody, rs := b.downloads(t)
	got, verdict, err := anybody.DownloadVerified(t.Context(), rs, runnable(rs)[0], t.TempDir(), nil, time.Now)
	require.NoError(t, err, "with nothing to measure by, the file counts as unsigned")
	assert.Equal(t, unsigned, verdict.GetStatus())
	assert.Equal(t, "NO_TRUST", verdict.GetReason())
	assert.FileExists(t, got.Path)
}

// Where the policy requires signatures, a file without one is not kept, and
// signatures that nobody can measure are refused before anything is created.
func TestSignaturesAreRequired(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	plan := b.signing(t, newProject(t), "v1.0.0", publish.SignNone)
	_, err := publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	require.NoError(t, err)
	rs, err := b.client.Admin.GetPolicy(t.Context(), &registryv1.GetPolicyRequest{Org: "acme"})
	require.NoError(t, err)
	policy := rs.GetPolicy()
	policy.RequireSignatures = true
	_, err = b.admin(t).Admin.SetPolicy(t.Context(), &registryv1.SetPolicyRequest{Org: "acme", Policy: policy})
	require.NoError(t, err)

	anybody, answer := b.downloads(t)
	require.True(t, answer.GetSignaturesRequired())
	dir := t.TempDir()
	_, _, err = anybody.DownloadVerified(t.Context(), answer, runnable(answer)[0], dir, nil, time.Now)
	var fault *client.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, registryv1.Reason_REASON_SIGNATURE_INVALID, fault.Reason)
	assert.Equal(t, "MISSING", fault.Meta["verdict_reason"])
	assert.Contains(t, fault.Message, "the policy of acme requires signatures")
	assertEmpty(t, dir)

	path, _ := cosignKey(t)
	ask, _ := asked(secret)
	next := b.signing(t, newProject(t), "v1.1.0", "cosign:"+path)
	_, err = publish.RunWith(t.Context(), b.client, next, publish.Means{Sign: publish.SignWith{Passphrase: ask}}, func(publish.Event) {})
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, "NO_TRUST", fault.Meta["verdict_reason"])
	assert.Len(t, fault.Faults, 5)
}

// A byte that changed on the registry's disk, of the file or of its signature,
// keeps the file away.
func TestBytesThatChangedOnTheRegistrysDisk(t *testing.T) {
	t.Parallel()
	path, public := cosignKey(t)
	data := t.TempDir()
	b := newBench(t, registrytest.In(data))
	b.trusts(t, registryv1.KeyType_KEY_TYPE_COSIGN, public)
	ask, _ := asked(secret)
	plan := b.signing(t, newProject(t), "v1.0.0", "cosign:"+path)
	result, err := publish.RunWith(t.Context(), b.client, plan, publish.Means{Sign: publish.SignWith{Passphrase: ask}}, func(publish.Event) {})
	require.NoError(t, err)
	for kind, reason := range map[string]registryv1.Reason{
		"BINARY": registryv1.Reason_REASON_DIGEST_MISMATCH, "BUNDLE": registryv1.Reason_REASON_SIGNATURE_INVALID,
	} {
		for _, f := range result.Plan.Files {
			if f.Asset.Kind != kind || f.Asset.Platform != "linux-amd64" {
				continue
			}
			restore := flip(t, data, f.SHA256)
			anybody, rs := b.downloads(t, registryv1.Platform_PLATFORM_LINUX_AMD64)
			dir := t.TempDir()
			_, _, err := anybody.DownloadVerified(t.Context(), rs, runnable(rs)[0], dir, nil, time.Now)
			assert.Equal(t, reason, client.ReasonOf(err), "%s: %v", kind, err)
			assertEmpty(t, dir)
			restore()
		}
	}
}

// flip changes a byte in the stored file of a digest.
func flip(t *testing.T, dir, digest string) (restore func()) {
	t.Helper()
	found := ""
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) == digest {
			found = path
		}
		return err
	}))
	require.NotEmpty(t, found)
	content, err := os.ReadFile(found)
	require.NoError(t, err)
	write := func() {
		content[len(content)/2] ^= 1
		require.NoError(t, os.Chmod(found, 0o600))
		require.NoError(t, os.WriteFile(found, content, 0o600))
	}
	write()
	return write
}
