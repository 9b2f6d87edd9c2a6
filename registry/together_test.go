package registry_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// TestWhatYankingSeveralDoesIsKnownBefore: a dry run about several versions of
// a connector never says that something moves to one of them.
func TestWhatYankingSeveralDoesIsKnownBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0", exe(linuxAMD, "1"), exe(windowsAMD, "1"))
	h.anna.publish(t, okta+" v1.1.0", exe(linuxAMD, "2"), exe(windowsAMD, "2"))
	h.anna.publish(t, okta+" v1.2.0", exe(linuxAMD, "3"))
	h.anna.publish(t, okta+" v1.3.0", exe(linuxAMD, "4"))
	for _, number := range []string{"v1.0.0", "v1.1.0", "v1.2.0"} {
		_, err := h.maja.SetStableVersion(t.Context(), &registryv1.SetStableVersionRequest{Ref: at(okta + " " + number)})
		require.NoError(t, err)
	}
	dry := func(number, replacement string, together ...string) (*registryv1.Consequences, error) {
		answer, err := h.anna.YankVersion(t.Context(), &registryv1.YankVersionRequest{
			Ref: at(okta + " " + number), Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "loops",
			Replacement: replacement, Together: together, ValidateOnly: true,
		})
		return answer.GetConsequences(), err
	}
	for _, test := range []struct {
		name, number, replacement string
		together                  []string
		stable, latest, suggested string
		left                      int64
		windows                   string
	}{
		{"alone", "v1.2.0", "", nil, "v1.1.0", "v1.3.0", "v1.3.0", 3, ""},
		{"with what stable would go to", "v1.2.0", "", []string{"v1.1.0"}, "v1.0.0", "v1.3.0", "v1.3.0", 2, "v1.0.0"},
		{"with latest, asked by it", "v1.3.0", "", []string{"v1.1.0", "v1.2.0"}, "v1.0.0", "v1.0.0", "v1.0.0", 1, "v1.0.0"},
		{"with a replacement", "v1.2.0", "v1.3.0", []string{"v1.1.0", "v1.0.0"}, "v1.3.0", "v1.3.0", "v1.3.0", 1, ""},
		{"all of it", "v1.3.0", "", []string{"v1.2.0", "v1.1.0", "v1.0.0"}, "", "", "", 0, ""},
		{"twice, itself and some that are not there", "v1.2.0", "", []string{"v1.1.0", "v1.1.0", "v1.2.0", "v9.0.0"}, "v1.0.0", "v1.3.0", "v1.3.0", 2, "v1.0.0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			facts, err := dry(test.number, test.replacement, test.together...)
			require.NoError(t, err)
			assert.Equal(t, test.stable, facts.GetStableAfter())
			assert.Equal(t, test.latest, facts.GetLatestAfter())
			assert.Equal(t, test.suggested, facts.GetSuggestedReplacement())
			assert.Equal(t, test.left, facts.GetPublishedAfter())
			for _, p := range facts.GetNewestByPlatform() {
				if p.GetPlatform() == windowsAMD {
					assert.Equal(t, "v1.1.0", p.GetBefore())
					assert.Equal(t, test.windows, p.GetAfter())
				}
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		_, err := dry("v1.2.0", "v1.3.0", "v1.3.0", "nonsense")
		require.ErrorContains(t, err, "v1.3.0 is to be yanked as well")
		_, err = dry("v1.2.0", "", make([]string, 10_001)...)
		require.ErrorContains(t, err, "at most 10000 versions")
		_, err = h.anna.YankVersion(t.Context(), &registryv1.YankVersionRequest{
			Ref: at(okta + " v1.2.0"), Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "loops", Together: []string{"v1.1.0"},
		})
		require.ErrorContains(t, err, "only with validate_only")
	})
}
