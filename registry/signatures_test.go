package registry_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/signingtest"
)

func TestASignedVersionSaysWhoSigned(t *testing.T) {
	t.Parallel()
	f := exe(linuxAMD, "signed")
	for name, test := range map[string]struct {
		sign      func(t *testing.T, h *house) file
		scheme    string
		assurance string
		keys      int
	}{
		"gpg": {func(t *testing.T, h *house) file {
			t.Helper()
			key := h.pgpKey(t)
			h.anna.addKey(t, "release", gpgType, key.Public(t))
			return h.asc(t, key, f)
		}, "gpg", "key-only", 1},
		"cosign key": {func(t *testing.T, h *house) file {
			t.Helper()
			pair := newCosignPair(t)
			h.anna.addKey(t, "release", cosignType, pair.public)
			return pair.sign(t, h, f)
		}, "cosign-key", "key-only", 1},
		"cosign keyless": {func(t *testing.T, h *house) file {
			t.Helper()
			sigstore := signingtest.New(t, h.clock.Now())
			_, err := h.root.admin.SetTrustRoot(t.Context(), &registryv1.SetTrustRootRequest{Document: sigstore.TrustedRoot(t)})
			require.NoError(t, err)
			_, err = h.anna.keys.AddIdentity(t.Context(), robot("acme"))
			require.NoError(t, err)
			return keyless(t, sigstore, "acme/baton-okta", "v1.0.0", f)
		}, "cosign-keyless", "full", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			v := h.anna.release(t, "v1.0.0", f, test.sign(t, h))
			require.Equal(t, published, v.GetSummary().GetState(), v.GetFailure().GetMessage())
			verdict := verdictOf(t, v, f.name)
			assert.Equal(t, verified, verdict.GetStatus())
			assert.Equal(t, test.scheme, verdict.GetScheme())
			assert.Equal(t, test.assurance, verdict.GetAssurance())
			assert.NotEmpty(t, verdict.GetSteps())
			assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_PASS, signatureCheck(t, v, f.name).GetResult())
			assert.Contains(t, signatureCheck(t, v, f.name).GetDetail(), test.assurance)
			assert.Equal(t, verified, v.GetSummary().GetVerdict())
			assert.Equal(t, []registryv1.VerdictStatus{verified}, v.GetSummary().GetPlatformVerdicts())
			seen := h.anonymous.see(t, okta+" v1.0.0")
			assert.Equal(t, verified, verdictOf(t, seen, f.name).GetStatus(), "everybody sees it")
			list, err := h.anonymous.keys.ListSigningKeys(t.Context(), &registryv1.ListSigningKeysRequest{Org: "ACME"})
			require.NoError(t, err)
			require.Len(t, list.GetKeys(), test.keys)
			for _, key := range list.GetKeys() {
				assert.EqualValues(t, 1, key.GetSignedVersions())
				assert.Equal(t, key.GetName(), verdict.GetBy().GetKeyName())
			}
			h.intact(t)
		})
	}
}

func TestASignatureThatIsNotGoodFails(t *testing.T) {
	t.Parallel()
	f := exe(linuxAMD, "signed")
	for name, test := range map[string]struct {
		sign   func(t *testing.T, h *house) file
		reason string
	}{
		"another file": {func(t *testing.T, h *house) file {
			t.Helper()
			key := h.pgpKey(t)
			h.anna.addKey(t, "release", gpgType, key.Public(t))
			other := f
			other.data = exe(linuxAMD, "altered").data
			return h.asc(t, key, other)
		}, "DIGEST_MISMATCH"},
		"a stranger's key": {func(t *testing.T, h *house) file {
			t.Helper()
			h.anna.addKey(t, "release", gpgType, h.pgpKey(t).Public(t))
			return h.asc(t, h.pgpKey(t), f)
		}, "WRONG_KEY"},
		"a retired key": {func(t *testing.T, h *house) file {
			t.Helper()
			key := h.pgpKey(t)
			added := h.anna.addKey(t, "release", gpgType, key.Public(t))
			_, err := h.anna.keys.RetireSigningKey(t.Context(), &registryv1.RetireSigningKeyRequest{Org: "acme", Id: added.GetId()})
			require.NoError(t, err)
			return h.asc(t, key, f)
		}, "REVOKED_KEY"},
		"no signature at all": {func(t *testing.T, h *house) file {
			t.Helper()
			h.anna.addKey(t, "release", gpgType, h.pgpKey(t).Public(t))
			return file{f.platform, signatureKind, f.name + ".asc", []byte("-----BEGIN PGP SIGNATURE-----\n\nnone\n")}
		}, "MALFORMED"},
		"of a scheme that the org does not accept": {func(t *testing.T, h *house) file {
			t.Helper()
			key := h.pgpKey(t)
			h.anna.addKey(t, "release", gpgType, key.Public(t))
			h.maja.require(t, func(p *registryv1.Policy) { p.AcceptedSchemes = []string{"cosign-keyless"} })
			return h.asc(t, key, f)
		}, "UNSUPPORTED"},
		"replayed from an earlier release": {func(t *testing.T, h *house) file {
			t.Helper()
			sigstore := signingtest.New(t, h.clock.Now())
			_, err := h.root.admin.SetTrustRoot(t.Context(), &registryv1.SetTrustRootRequest{Document: sigstore.TrustedRoot(t)})
			require.NoError(t, err)
			_, err = h.anna.keys.AddIdentity(t.Context(), robot("acme"))
			require.NoError(t, err)
			return keyless(t, sigstore, "acme/baton-okta", "v1.0.0", f)
		}, "RELEASE_MISMATCH"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			v := h.anna.release(t, "v1.1.0", f, test.sign(t, h))
			assert.Equal(t, failed, v.GetSummary().GetState())
			assert.Equal(t, "SIGNATURE_INVALID", v.GetFailure().GetReason())
			assert.Contains(t, v.GetFailure().GetMessage(), "signatures of "+f.name+": "+test.reason+": ")
			assert.Equal(t, test.reason, v.GetSummary().GetVerdictReason())
			assert.Equal(t, notVerified, v.GetSummary().GetVerdict(), "FAILED versions carry it too")
			assert.Equal(t, []registryv1.VerdictStatus{notVerified}, v.GetSummary().GetPlatformVerdicts())
			assert.Equal(t, test.reason, verdictOf(t, v, f.name).GetReason())
			finding := signatureCheck(t, v, f.name)
			assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_FAIL, finding.GetResult())
			assert.Equal(t, "SIGNATURE_INVALID", finding.GetReason())
			assert.NotEmpty(t, finding.GetFix())
			h.intact(t)
		})
	}
}

func TestWithoutTrustASignatureCountsAsNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := exe(linuxAMD, "")
	v := h.anna.release(t, "v1.0.0", f, h.asc(t, h.pgpKey(t), f))
	assert.Equal(t, published, v.GetSummary().GetState())
	assert.Equal(t, unsigned, v.GetSummary().GetVerdict())
	assert.Equal(t, "NO_TRUST", verdictOf(t, v, f.name).GetReason())
	assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_WARN, signatureCheck(t, v, f.name).GetResult())

	h.maja.require(t, func(p *registryv1.Policy) { p.RequireSignatures = true })
	v = h.anna.release(t, "v1.1.0", f, h.asc(t, h.pgpKey(t), f))
	assert.Equal(t, failed, v.GetSummary().GetState(), "and not where the policy asks for signatures")
	assert.Contains(t, v.GetFailure().GetMessage(), "NO_TRUST")
}

func TestRequiredSignatures(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.pgpKey(t)
	h.anna.addKey(t, "release", gpgType, key.Public(t))
	f, installer := exe(linuxAMD, ""), file{linuxAMD, registryv1.AssetKind_ASSET_KIND_INSTALLER, "baton.deb", []byte("a package")}
	notes := file{0, registryv1.AssetKind_ASSET_KIND_SBOM, "baton.spdx.json", []byte(`{"spdxVersion": "2.3"}`)}

	free := h.anna.release(t, "v1.0.0", f, notes)
	assert.Equal(t, published, free.GetSummary().GetState())
	assert.Equal(t, unsigned, free.GetSummary().GetVerdict())
	assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_SKIPPED, signatureCheck(t, free, f.name).GetResult())

	h.maja.require(t, func(p *registryv1.Policy) { p.RequireSignatures = true })
	bare := h.anna.release(t, "v1.1.0", f, installer, notes)
	assert.Equal(t, failed, bare.GetSummary().GetState())
	assert.Contains(t, bare.GetFailure().GetMessage(), "signatures of "+f.name)
	assert.Contains(t, bare.GetFailure().GetMessage(), "signatures of "+installer.name)
	assert.NotContains(t, bare.GetFailure().GetMessage(), notes.name, "nobody runs it")

	whole := h.anna.release(t, "v1.2.0", f, h.asc(t, key, f), installer, h.asc(t, key, installer), notes)
	assert.Equal(t, published, whole.GetSummary().GetState(), whole.GetFailure().GetMessage())
	assert.Equal(t, verified, whole.GetSummary().GetVerdict(), "what nobody runs does not count")
}

func TestASignedListOfChecksumsSpeaksForItsFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.pgpKey(t)
	h.anna.addKey(t, "release", gpgType, key.Public(t))
	h.maja.require(t, func(p *registryv1.Policy) { p.RequireSignatures = true })
	one, two := exe(linuxAMD, "one"), exe(windowsAMD, "two")
	sums := func(files ...file) file { return file{0, checksumKind, "checksums.txt", sumsOf(files...)} }
	list := sums(one, two)
	v := h.anna.release(t, "v1.0.0", one, two, list, h.asc(t, key, list))
	require.Equal(t, published, v.GetSummary().GetState(), v.GetFailure().GetMessage())
	assert.Equal(t, []registryv1.VerdictStatus{verified, verified}, v.GetSummary().GetPlatformVerdicts())
	assert.Equal(t, list.name, verdictOf(t, v, one.name).GetThrough())
	assert.Contains(t, signatureCheck(t, v, one.name).GetDetail(), "listed in checksums.txt")

	// A list without one of them leaves that one unsigned.
	short := sums(one)
	v = h.anna.release(t, "v1.1.0", one, two, short, h.asc(t, key, short))
	assert.Equal(t, failed, v.GetSummary().GetState())
	assert.Equal(t, []registryv1.VerdictStatus{verified, unsigned}, v.GetSummary().GetPlatformVerdicts())

	// A list of another build names other bytes.
	other := sums(exe(linuxAMD, "another build"), two)
	v = h.anna.release(t, "v1.2.0", one, two, other, h.asc(t, key, other))
	assert.Equal(t, failed, v.GetSummary().GetState())
	assert.Equal(t, "DIGEST_MISMATCH", verdictOf(t, v, one.name).GetReason())
	assert.Contains(t, v.GetFailure().GetMessage(), "signatures of "+one.name+": DIGEST_MISMATCH: ")
}

func TestMaterialBesideNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.pgpKey(t)
	f := exe(linuxAMD, "")
	stray := file{linuxAMD, signatureKind, "baton-of-yesterday.asc", key.Sign(t, f.data, h.clock.Now())}
	v := h.anna.release(t, "v1.0.0", f, stray)
	assert.Equal(t, published, v.GetSummary().GetState())
	assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_WARN, signatureCheck(t, v, stray.name).GetResult())
	assert.Equal(t, unsigned, v.GetSummary().GetVerdict())
	assert.Nil(t, verdictOf(t, v, stray.name), "material is not judged itself")
}

func TestVerdictsAreThoseOfPublishing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.pgpKey(t)
	added := h.anna.addKey(t, "release", gpgType, key.Public(t))
	f := exe(linuxAMD, "")
	before := h.anna.release(t, "v1.0.0", f, h.asc(t, key, f))
	require.Equal(t, published, before.GetSummary().GetState(), before.GetFailure().GetMessage())
	h.clock.Advance(day)
	_, err := h.anna.keys.RevokeSigningKey(t.Context(), &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: added.GetId(), Reason: "stolen"})
	require.NoError(t, err)
	after := h.anonymous.see(t, okta+" v1.0.0")
	assert.Equal(t, verdictOf(t, before, f.name).GetStatus(), verdictOf(t, after, f.name).GetStatus(), "nothing is computed again")

	// With the next attempt at a number the verdicts of the last one are gone.
	bad := h.anna.release(t, "v1.1.0", f, h.asc(t, key, f))
	require.Equal(t, "REVOKED_KEY", bad.GetSummary().GetVerdictReason())
	again := h.anna.draft(t, okta+" v1.1.0", linuxAMD)
	assert.Zero(t, again.GetVerdict())
	assert.Empty(t, again.GetVerdictReason())
	answer, err := h.anna.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(okta + " v1.1.0"), Attempt: 1})
	require.NoError(t, err)
	assert.Equal(t, "REVOKED_KEY", verdictOf(t, answer.GetVersion(), f.name).GetReason(), "but still to be read with it")
	h.intact(t)
}

func TestAKeyThatIsRevokedDuringTheValidationPublishesNothing(t *testing.T) {
	t.Parallel()
	var h *house
	var id int64
	revoke := func(point string) {
		if point != "validating" || id == 0 {
			return
		}
		_, err := h.anna.keys.RevokeSigningKey(t.Context(), &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: id, Reason: "stolen"})
		assert.NoError(t, err)
		id = 0
	}
	h = newHouse(t, atPoint(revoke))
	key := h.pgpKey(t)
	f := exe(linuxAMD, "")
	h.anna.submit(t, okta+" v1.0.0", f, h.asc(t, key, f))
	id = h.anna.addKey(t, "release", gpgType, key.Public(t)).GetId()
	revoked := id
	v := h.settle(t, h.anna, okta+" v1.0.0")
	assert.Equal(t, failed, v.GetSummary().GetState())
	assert.Equal(t, "REVOKED_KEY", v.GetSummary().GetVerdictReason())
	assert.Zero(t, h.anna.key(t, revoked).GetSignedVersions(), "a signature that is not good is nobody's")
}

func TestAValidationThatIsDoneAgainGivesTheSame(t *testing.T) {
	t.Parallel()
	// A replica that is killed leaves its job to another, which starts anew.
	var verdicts []*registryv1.Verdict
	for range 2 {
		h := newHouse(t)
		key := signingtest.NewPGP(t, h.clock.Now().Add(-day))
		h.anna.addKey(t, "release", gpgType, key.Public(t))
		f := exe(linuxAMD, "")
		h.anna.submit(t, okta+" v1.0.0", f, h.asc(t, key, f))
		require.NoError(t, h.restart())
		v := h.settle(t, h.anna, okta+" v1.0.0")
		verdicts = append(verdicts, verdictOf(t, v, f.name))
	}
	assert.Equal(t, verdicts[0].GetStatus(), verdicts[1].GetStatus())
	assert.Len(t, verdicts[1].GetSteps(), len(verdicts[0].GetSteps()))
}
