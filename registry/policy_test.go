package registry_test

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// policyOf reads the policy of an org.
func (p *person) policyOf(t *testing.T, org string) *registryv1.Policy {
	t.Helper()
	answer, err := p.admin.GetPolicy(t.Context(), &registryv1.GetPolicyRequest{Org: org})
	require.NoError(t, err)
	return answer.GetPolicy()
}

func TestAPolicyIsReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	defaults := &registryv1.Policy{Allowances: []string{"certificate-only", "no-log"}}
	assert.True(t, proto.Equal(defaults, h.anonymous.policyOf(t, "acme")), "everybody reads it")
	assert.True(t, proto.Equal(defaults, h.anonymous.policyOf(t, "nobody")), "whether an org exists is nobody's business")
	before := h.head(t)
	rq := &registryv1.SetPolicyRequest{Org: "acme", RequestId: "p-1", Policy: &registryv1.Policy{
		Approvals: 2, SelfReview: true, RequireSignatures: true, RequiredChecks: []string{"license", "capabilities", "license"},
		AcceptedSchemes: []string{"cosign-keyless", "gpg"}, Allowances: []string{"expired-key"},
	}}
	set, err := h.maja.admin.SetPolicy(t.Context(), rq)
	require.NoError(t, err)
	want := &registryv1.Policy{
		Approvals: 2, SelfReview: true, RequireSignatures: true, RequiredChecks: []string{"capabilities", "license"},
		AcceptedSchemes: []string{"gpg", "cosign-keyless"}, Allowances: []string{"expired-key"},
	}
	assert.True(t, proto.Equal(want, set.GetPolicy()), "%v", set.GetPolicy())
	assert.True(t, proto.Equal(want, h.anonymous.policyOf(t, "ACME")))
	rq.RequestId = ""
	_, err = h.maja.admin.SetPolicy(t.Context(), rq)
	require.NoError(t, err)
	assert.Equal(t, []string{"POLICY_SET"}, h.kinds(t, before), "the same again is no event")

	_, err = h.maja.admin.SetPolicy(t.Context(), &registryv1.SetPolicyRequest{Org: "acme", Policy: &registryv1.Policy{}})
	require.NoError(t, err)
	assert.True(t, proto.Equal(&registryv1.Policy{}, h.anonymous.policyOf(t, "acme")), "what is set counts, also where it is nothing")
	h.intact(t)
}

func TestPoliciesThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for title, test := range map[string]struct {
		policy *registryv1.Policy
		fields []string
		says   string
	}{
		"none":      {nil, []string{"policy"}, "missing"},
		"reviews":   {&registryv1.Policy{Approvals: 3}, []string{"policy.approvals"}, "at most 2 approvals, not 3"},
		"less":      {&registryv1.Policy{Approvals: -1}, []string{"policy.approvals"}, "-1"},
		"checks":    {&registryv1.Policy{RequiredChecks: []string{"license", "vibes"}}, []string{"policy.required_checks[1]"}, "integrity, archive-safety"},
		"schemes":   {&registryv1.Policy{AcceptedSchemes: []string{"pgp"}}, []string{"policy.accepted_schemes[0]"}, "gpg, cosign-key, cosign-keyless"},
		"allowance": {&registryv1.Policy{Allowances: []string{"everything"}}, []string{"policy.allowances[0]"}, "certificate-only, no-log, expired-key"},
		"all of it": {
			&registryv1.Policy{Approvals: 3, RequiredChecks: []string{"a"}, AcceptedSchemes: []string{"b"}, Allowances: []string{"c"}},
			[]string{"policy.approvals", "policy.required_checks[0]", "policy.accepted_schemes[0]", "policy.allowances[0]"},
			"4 things",
		},
	} {
		refusal := h.refused(t, invalidArgument, func() error {
			_, err := h.maja.admin.SetPolicy(t.Context(), &registryv1.SetPolicyRequest{Org: "acme", Policy: test.policy})
			return err
		})
		assert.Equal(t, test.fields, fields(refusal), title)
		assert.Contains(t, refusal.Message, test.says, title)
	}
}

func TestAnExpiredKeyIsLetThroughWhereThePolicySaysSo(t *testing.T) {
	t.Parallel()
	for title, test := range map[string]struct {
		allow  bool
		state  registryv1.State
		result registryv1.CheckResult
	}{
		"not by default": {false, failed, registryv1.CheckResult_CHECK_RESULT_FAIL},
		"allowed":        {true, published, registryv1.CheckResult_CHECK_RESULT_WARN},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			key := signingtest.NewPGP(t, h.clock.Now().Add(-day), signingtest.Lifetime(3*day))
			h.anna.addKey(t, "release", gpgType, key.Public(t))
			f := exe(linuxAMD, "")
			signature := h.asc(t, key, f)
			h.clock.Advance(10 * day)
			h.maja.require(t, func(p *registryv1.Policy) {
				if test.allow {
					p.Allowances = append(p.Allowances, "expired-key")
				}
			})
			v := h.anna.release(t, "v1.0.0", f, signature)
			assert.Equal(t, test.state, v.GetSummary().GetState(), v.GetFailure().GetMessage())
			assert.Equal(t, test.result, signatureCheck(t, v, f.name).GetResult(), signatureCheck(t, v, f.name).GetDetail())
		})
	}
}

func TestTheTrustRootIsThePublicGoodOneUntilAnotherIsImported(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	root := func() *registryv1.TrustRoot {
		t.Helper()
		answer, err := h.anonymous.admin.GetTrustRoot(t.Context(), &registryv1.GetTrustRootRequest{})
		require.NoError(t, err)
		return answer.GetTrustRoot()
	}
	first := root()
	assert.Equal(t, cosign.PublicGoodRoot(), first.GetDocument())
	assert.Equal(t, "embedded", first.GetOrigin())
	assert.NotEmpty(t, first.GetLogs())
	assert.Nil(t, first.GetSetAt())

	before := h.head(t)
	document := signingtest.New(t, h.clock.Now()).TrustedRoot(t)
	for range 2 {
		answer, err := h.root.admin.SetTrustRoot(t.Context(), &registryv1.SetTrustRootRequest{Document: document})
		require.NoError(t, err)
		assert.True(t, proto.Equal(answer.GetTrustRoot(), root()))
	}
	sum := sha256.Sum256(document)
	assert.Equal(t, sum[:], root().GetSha256())
	assert.Equal(t, "root", root().GetOrigin())
	assert.Equal(t, h.clock.Now(), root().GetSetAt().AsTime())
	require.Len(t, root().GetLogs(), 1)
	assert.NotEmpty(t, root().GetLogs()[0].GetUrl())
	assert.Equal(t, []string{"TRUST_ROOT_SET"}, h.kinds(t, before), "the same again is no event")
	_, err := h.root.admin.SetTrustRoot(t.Context(), &registryv1.SetTrustRootRequest{Document: cosign.PublicGoodRoot()})
	require.NoError(t, err, "and back")
	assert.Equal(t, first.GetSha256(), root().GetSha256())
	h.intact(t)
}

func TestTrustRootsThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sigstore := signingtest.New(t, h.clock.Now())
	for title, test := range map[string]struct {
		document []byte
		says     string
	}{
		"none":           {nil, "missing"},
		"too large":      {bytes.Repeat([]byte(" "), 1<<20+1), "at most 1048576"},
		"no JSON":        {[]byte("\x1b[2Jhello"), "reading the trusted root"},
		"another JSON":   {[]byte(`{"mediaType": "text/plain"}`), "trusted root"},
		"no authority":   {sigstore.TrustedRoot(t, signingtest.WithoutAuthorities), "no certificate authority"},
		"no log":         {sigstore.TrustedRoot(t, signingtest.WithoutLogs), "no transparency log"},
		"nothing inside": {sigstore.TrustedRoot(t, signingtest.WithoutLogs, signingtest.WithoutAuthorities), "2 things are wrong"},
	} {
		refusal := h.refused(t, invalidArgument, func() error {
			_, err := h.root.admin.SetTrustRoot(t.Context(), &registryv1.SetTrustRootRequest{Document: test.document})
			return err
		})
		assert.Contains(t, refusal.Message, test.says, title)
		assert.NotContains(t, refusal.Message, "\x1b", title)
	}
}
