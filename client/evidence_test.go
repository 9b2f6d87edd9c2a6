package client

import (
	"testing"

	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestEvidenceForEachCriterion(t *testing.T) {
	t.Parallel()
	const pass, warn = registryv1.CheckResult_CHECK_RESULT_PASS, registryv1.CheckResult_CHECK_RESULT_WARN
	known := func(v *registryv1.Version) map[string][]string {
		all := map[string][]string{}
		for i, e := range EvidenceOf(v) {
			assert.Equal(t, registryv1.Criteria()[i], e.Criterion)
			all[e.Criterion] = e.Known
		}
		return all
	}
	got := known(&registryv1.Version{
		Summary: &registryv1.VersionSummary{
			Platforms: []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64, registryv1.Platform_PLATFORM_LINUX_ARM64},
			Verdict:   registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED,
		},
		Capabilities:  `{"resourceTypeCapabilities":[{"resourceType":{"id":"user"}},{"resourceType":{"id":"group"}}]}`,
		Documentation: "# Sample\n\nIt syncs.", License: "Apache-2.0", Commit: "abc",
		Checks: []*registryv1.Check{
			{Name: "integrity", Result: pass},
			{Name: "executable", Result: pass},
			{Name: "order", Result: warn, Detail: "lower than latest"},
			{Name: "module", Platform: registryv1.Platform_PLATFORM_LINUX_AMD64, Result: warn, Detail: "a fork"},
			{Name: "module", Platform: registryv1.Platform_PLATFORM_LINUX_ARM64, Result: warn, Detail: "a fork"},
		},
		Preflight: &registryv1.PreflightReport{Results: []*registryv1.PreflightResult{
			{Requirement: "tests", Result: registryv1.CheckResult_CHECK_RESULT_FAIL, Detail: "there are none", Override: "a hotfix"},
		}},
		Assets: []*registryv1.Asset{{Facts: &registryv1.Facts{GoVersion: "go1.25.1"}}, {Facts: &registryv1.Facts{GoVersion: "go1.25.1"}}},
	})
	assert.Equal(t, []string{"check order: warn: lower than latest", "2 checks passed"}, got["correctness"])
	assert.Equal(t, []string{"ships linux-amd64 and linux-arm64", "2 resource types: group, user"}, got["completeness"])
	assert.Equal(t, []string{"check module, 2 times: warn: a fork", "built with go1.25.1", "from commit abc"}, got["code-quality"])
	assert.Equal(t, []string{"the publisher's report, tests: fail: there are none; published all the same: a hotfix"}, got["test-coverage"])
	assert.Equal(t, []string{"documentation of 3 lines", "no changelog"}, got["documentation"])
	assert.Equal(t, []string{"signature: UNSIGNED", "license Apache-2.0"}, got["security"])

	none := known(&registryv1.Version{})
	assert.Equal(t, []string{"the publisher sent no report of the project"}, none["test-coverage"])
	assert.Equal(t, []string{"0 checks passed"}, none["correctness"])
}
