package check_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/check"
	"github.com/registrar-console/registrar/signing/pgp"
	"github.com/registrar-console/registrar/signing/signingtest"
)

const (
	verified    = registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED
	unsigned    = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
	notVerified = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
)

var signedOn = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// signed is a release of an org with one OpenPGP key.
type signed struct {
	*release
	key   *signingtest.PGP
	trust check.Trust
}

func signedRelease(t *testing.T, platforms ...registryv1.Platform) *signed {
	t.Helper()
	s := &signed{release: goodRelease(t, platforms...), key: signingtest.NewPGP(t, signedOn.Add(-time.Hour))}
	s.trust.Now = func() time.Time { return signedOn }
	s.register(t, s.key)
	return s
}

// register makes a key the only one of the org.
func (s *signed) register(t *testing.T, key *signingtest.PGP) {
	t.Helper()
	parsed, err := pgp.Parse(key.Public(t))
	require.NoError(t, err)
	s.trust.Keys = []*registryv1.SigningKey{{
		Id: 1, Name: "release", Type: registryv1.KeyType_KEY_TYPE_GPG, Fingerprint: parsed.Fingerprint, Exports: [][]byte{key.Public(t)},
	}}
}

// sign puts a signature of some bytes beside a file.
func (s *signed) sign(t *testing.T, f *stored, data []byte) *stored {
	t.Helper()
	return s.add(f.meta.GetPlatform(), registryv1.AssetKind_ASSET_KIND_SIGNATURE, f.meta.GetFilename()+".asc", "text/plain", s.key.Sign(t, data, signedOn))
}

func (s *signed) run(t *testing.T, raised ...string) check.Outcome {
	t.Helper()
	checks, unknown := check.Raise(check.All(), raised)
	require.Empty(t, unknown)
	subject := s.subject()
	subject.Trust = s.trust
	out, err := check.Run(t.Context(), checks, subject)
	require.NoError(t, err)
	wellFormed(t, out)
	return out
}

// findings are what the check of signatures says, by file.
func findings(out check.Outcome) map[string]check.Finding {
	all := map[string]check.Finding{}
	for _, f := range out.Findings {
		if f.Check == check.Signatures {
			all[f.Filename] = f
		}
	}
	return all
}

func TestSignaturesOfSomePlatforms(t *testing.T) {
	t.Parallel()
	s := signedRelease(t, linuxAMD64, windowsAMD64, darwinARM64)
	for _, p := range []registryv1.Platform{linuxAMD64, windowsAMD64} {
		s.sign(t, s.file(p), s.file(p).bytes)
	}
	out := s.run(t)
	assert.False(t, out.Failed)
	assert.Equal(t, check.Verdicts{
		Whole: unsigned,
		Each:  map[registryv1.Platform]registryv1.VerdictStatus{linuxAMD64: verified, windowsAMD64: verified, darwinARM64: unsigned},
	}, out.Verdicts)
	assert.Len(t, findings(out), 4, "one for each file that is no material")
	assert.Contains(t, findings(out)[fileName(linuxAMD64, "tar.gz")].Detail, "signed by release (")
}

func TestOneBadSignatureMakesTheWholeVersionBad(t *testing.T) {
	t.Parallel()
	s := signedRelease(t, linuxAMD64)
	s.sign(t, s.file(linuxAMD64), s.file(linuxAMD64).bytes)
	sums := s.file(0)
	s.sign(t, sums, []byte("of yesterday"))
	out := s.run(t)
	assert.True(t, out.Failed, "whatever the policy")
	assert.Equal(t, check.Verdicts{
		Whole: notVerified, Reason: "DIGEST_MISMATCH", Each: map[registryv1.Platform]registryv1.VerdictStatus{linuxAMD64: verified},
	}, out.Verdicts)
	found := findings(out)[sums.meta.GetFilename()]
	assert.Equal(t, registryv1.Reason_REASON_SIGNATURE_INVALID, found.Reason)
	assert.NotEmpty(t, found.Fix)
	assert.Equal(t, "DIGEST_MISMATCH", found.Verdict.GetReason())
}

func TestAUniversalFileCountsForBothPlatforms(t *testing.T) {
	t.Parallel()
	s := signedRelease(t, darwinAMD64, darwinARM64)
	out := s.run(t)
	assert.Equal(t, unsigned, out.Verdicts.Whole)
	universal := s.add(registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL, registryv1.AssetKind_ASSET_KIND_BINARY, "baton-sample", "application/octet-stream", program(t, darwinARM64))
	s.sign(t, universal, universal.bytes)
	out = s.run(t)
	assert.Equal(t, verified, findings(out)["baton-sample"].Verdict.GetStatus())
	assert.Equal(t, unsigned, out.Verdicts.Each[darwinARM64], "but its archives are not signed")
}

func TestAKeyThatHasExpiredSinceIsWorthAWarning(t *testing.T) {
	t.Parallel()
	s := signedRelease(t, linuxAMD64)
	s.key = signingtest.NewPGP(t, signedOn.Add(-time.Hour), signingtest.Lifetime(48*time.Hour))
	s.register(t, s.key)
	s.sign(t, s.file(linuxAMD64), s.file(linuxAMD64).bytes)
	s.trust.Now = func() time.Time { return signedOn.AddDate(1, 0, 0) }
	assert.True(t, s.run(t).Failed)
	s.trust.Policy = &registryv1.Policy{Allowances: []string{"expired-key"}}
	out := s.run(t)
	assert.False(t, out.Failed)
	found := findings(out)[fileName(linuxAMD64, "tar.gz")]
	assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_WARN, found.Result)
	assert.Contains(t, found.Detail, "expired on")
	assert.True(t, s.run(t, check.Signatures).Failed, "where the policy raises the check, a warning is not enough")
}

func TestWhatIsNotIntactIsNotVerified(t *testing.T) {
	t.Parallel()
	s := signedRelease(t, linuxAMD64)
	f := s.file(linuxAMD64)
	s.sign(t, f, f.bytes)
	f.bytes = append([]byte{0}, f.bytes[1:]...)
	out := s.run(t)
	assert.True(t, out.Failed)
	found := findings(out)[f.meta.GetFilename()]
	assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_FAIL, found.Result)
	assert.Equal(t, "DIGEST_MISMATCH", found.Verdict.GetReason(), "what everybody else finds who looks at these bytes")
	assert.NotEqual(t, verified, out.Verdicts.Whole)
}

func TestFilesElsewhereNeverLookSigned(t *testing.T) {
	t.Parallel()
	s := signedRelease(t, linuxAMD64, windowsAMD64)
	s.sign(t, s.file(linuxAMD64), s.file(linuxAMD64).bytes)
	s.file(windowsAMD64).meta.Source = registryv1.AssetSource_ASSET_SOURCE_EXTERNAL
	s.trust.Policy = &registryv1.Policy{RequireSignatures: true}
	out := s.run(t)
	assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_SKIPPED, findings(out)[fileName(windowsAMD64, "zip")].Result)
	assert.Equal(t, unsigned, out.Verdicts.Whole)
	assert.Equal(t, verified, out.Verdicts.Each[linuxAMD64])
	assert.Equal(t, unsigned, out.Verdicts.Each[windowsAMD64])
}

func TestSignaturesThatCannotBeReadAreNoFinding(t *testing.T) {
	t.Parallel()
	s := signedRelease(t, linuxAMD64)
	signature := s.sign(t, s.file(linuxAMD64), s.file(linuxAMD64).bytes)
	signature.readErr = assert.AnError
	subject := s.subject()
	subject.Trust = s.trust
	_, err := check.Run(t.Context(), check.All(), subject)
	require.ErrorIs(t, err, assert.AnError)
}
