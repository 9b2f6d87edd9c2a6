package client_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/trust"
)

const (
	linux, darwin   = registryv1.Platform_PLATFORM_LINUX_AMD64, registryv1.Platform_PLATFORM_DARWIN_AMD64
	verified        = registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED
	unsigned        = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
	notVerified     = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
	binary, bundles = registryv1.AssetKind_ASSET_KIND_BINARY, registryv1.AssetKind_ASSET_KIND_BUNDLE
)

// twoOfOneName are the files of a version whose platforms share a name.
func twoOfOneName() []trust.File {
	return []trust.File{
		{Name: "baton-x", Kind: binary, Platform: darwin},
		{Name: "baton-x", Kind: binary, Platform: linux},
		{Name: "baton-x.sigstore.json", Kind: bundles, Platform: darwin},
		{Name: "baton-x.sigstore.json", Kind: bundles, Platform: linux},
	}
}

func altered(name string) *registryv1.Verdict {
	return client.ChangedVerdict(name, &client.Error{
		Reason: registryv1.Reason_REASON_DIGEST_MISMATCH, Message: "other bytes", Meta: map[string]string{"want": "sha256:aa", "got": "sha256:bb"},
	})
}

// Only bytes that are not the recorded ones are an answer about a file; what
// keeps a download from happening is not.
func TestWhatIsAVerdictAndWhatAFailure(t *testing.T) {
	t.Parallel()
	assert.Nil(t, client.ChangedVerdict("x", nil))
	assert.Nil(t, client.ChangedVerdict("x", errors.New("no network")))
	assert.Nil(t, client.ChangedVerdict("x", &client.Error{Reason: registryv1.Reason_REASON_UNAVAILABLE}))
	v := altered("x")
	assert.Equal(t, notVerified, v.GetStatus())
	assert.Equal(t, "DIGEST_MISMATCH", v.GetReason())
	assert.Equal(t, "sha256:aa", v.GetWant())
	assert.Equal(t, "sha256:bb", v.GetGot())
	steps := v.GetSteps()
	assert.Equal(t, registryv1.StepResult_STEP_RESULT_NOT_REACHED, steps[0].GetResult())
	assert.Equal(t, registryv1.StepResult_STEP_RESULT_FAIL, steps[len(steps)-1].GetResult())
}

// The signature of a file that changed is left out with it: otherwise it would
// be held against the file of the same name of another platform.
func TestAChangedFileTakesItsSignatureAlong(t *testing.T) {
	t.Parallel()
	files, changed := twoOfOneName(), make([]*registryv1.Verdict, 4)
	changed[1] = altered("baton-x")
	assert.Equal(t, []trust.File{files[0], files[2]}, client.Unchanged(files, changed))
	results := client.WithChanged(files, []trust.Result{{Name: "baton-x", Platform: darwin, Verdict: &registryv1.Verdict{Status: verified}}}, changed)
	assert.Len(t, results, 2)
	assert.Equal(t, verified, results[0].Verdict.GetStatus())
	assert.Equal(t, linux, results[1].Platform)
	assert.Equal(t, notVerified, results[1].Verdict.GetStatus())
}

// A signature that changed decides about its file, which must not look as if
// it had none, and about no other.
func TestAChangedSignatureDecides(t *testing.T) {
	t.Parallel()
	files, changed := twoOfOneName(), make([]*registryv1.Verdict, 4)
	changed[3] = altered("baton-x.sigstore.json")
	assert.Len(t, client.Unchanged(files, changed), 3)
	results := client.WithChanged(files, []trust.Result{
		{Name: "baton-x", Platform: darwin, Verdict: &registryv1.Verdict{Status: verified}},
		{Name: "baton-x", Platform: linux, Verdict: &registryv1.Verdict{Status: unsigned}},
	}, changed)
	assert.Equal(t, verified, results[0].Verdict.GetStatus())
	assert.Equal(t, notVerified, results[1].Verdict.GetStatus())
	assert.Contains(t, results[1].Verdict.GetDetail(), "baton-x.sigstore.json")
	assert.Empty(t, results[1].Verdict.GetOthers())
}
