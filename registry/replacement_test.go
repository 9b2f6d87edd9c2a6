package registry_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestSummariesNameWhatToUseInsteadWhileAVersionIsYanked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0")
	h.anna.publish(t, okta+" v1.1.0")
	const label = okta + " v1.1.0"

	// summaries are all forms in which the summary of the version is delivered.
	summaries := func() map[string]*registryv1.VersionSummary {
		found := map[string]*registryv1.VersionSummary{
			"GetVersion": h.anonymous.see(t, label).GetSummary(), "GetConnector": h.anonymous.connector(t, okta).GetNewest(),
		}
		for name, rq := range map[string]*registryv1.ListVersionsRequest{
			"ListVersions of a connector": {Connector: of(okta)}, "ListVersions of the registry": {},
		} {
			answer, err := h.anonymous.ListVersions(t.Context(), rq)
			require.NoError(t, err)
			for _, v := range answer.GetVersions() {
				if v.GetRef().GetVersion() == "v1.1.0" {
					found[name] = v
				} else {
					assert.Empty(t, v.GetYankReplacement(), "%s is not yanked", v.GetRef().GetVersion())
				}
			}
		}
		answer, err := h.anonymous.ListConnectors(t.Context(), &registryv1.ListConnectorsRequest{})
		require.NoError(t, err)
		require.Len(t, answer.GetConnectors(), 1)
		found["ListConnectors"] = answer.GetConnectors()[0].GetNewest()
		require.Len(t, found, 5)
		return found
	}

	h.anna.yank(t, label, func(rq *registryv1.YankVersionRequest) { rq.Replacement = "v1.0.0" })
	for name, v := range summaries() {
		assert.Equal(t, "v1.0.0", v.GetYankReplacement(), name)
	}
	_, err := h.root.UnyankVersion(t.Context(), &registryv1.UnyankVersionRequest{Ref: at(label), Reason: "it was the proxy"})
	require.NoError(t, err)
	for name, v := range summaries() {
		assert.Equal(t, published, v.GetState(), name)
		assert.Empty(t, v.GetYankReplacement(), name)
	}
}
