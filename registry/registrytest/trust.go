package registrytest

import (
	"testing"

	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// AddKey registers a public key of an org, by the call that a publisher makes.
func (a API) AddKey(tb testing.TB, org, name string, kind registryv1.KeyType, export []byte) *registryv1.SigningKey {
	tb.Helper()
	answer, err := a.Keys.AddSigningKey(tb.Context(), &registryv1.AddSigningKeyRequest{Org: org, Name: name, Type: kind, Export: export})
	require.NoError(tb, err, "adding the key %q", name)
	return answer.GetKey()
}

// AddIdentity registers a keyless identity of an org; of is everything but the
// org.
func (a API) AddIdentity(tb testing.TB, org string, of *registryv1.AddIdentityRequest) *registryv1.Identity {
	tb.Helper()
	of.Org = org
	answer, err := a.Keys.AddIdentity(tb.Context(), of)
	require.NoError(tb, err, "adding the identity %s%s", of.GetSan(), of.GetSanRegexp())
	return answer.GetIdentity()
}

// SetTrustRoot replaces the trusted root, which an admin may.
func (a API) SetTrustRoot(tb testing.TB, document []byte) *registryv1.TrustRoot {
	tb.Helper()
	answer, err := a.Admin.SetTrustRoot(tb.Context(), &registryv1.SetTrustRootRequest{Document: document})
	require.NoError(tb, err, "setting the trusted root")
	return answer.GetTrustRoot()
}

// SetPolicy replaces the policy of an org, which a maintainer may.
func (a API) SetPolicy(tb testing.TB, org string, policy *registryv1.Policy) {
	tb.Helper()
	_, err := a.Admin.SetPolicy(tb.Context(), &registryv1.SetPolicyRequest{Org: org, Policy: policy})
	require.NoError(tb, err, "setting the policy of %s", org)
}
