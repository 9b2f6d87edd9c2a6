package words

import (
	"testing"

	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestWhatYankingTogetherDoes(t *testing.T) {
	t.Parallel()
	of := func(name, stable, after string, left int64) *registryv1.Consequences {
		return &registryv1.Consequences{
			Ref: &registryv1.VersionRef{Org: "acme", Name: name}, StableBefore: stable, StableAfter: after,
			LatestBefore: "v2.0.0", LatestAfter: "v2.0.0", PublishedAfter: left,
		}
	}
	gap := of("baton-gap", "", "", 1)
	gap.LatestAfter = "v1.0.0"
	gap.NewestByPlatform = []*registryv1.PlatformNewest{
		{Platform: registryv1.Platform_PLATFORM_WINDOWS_AMD64, Before: "v2.0.0"}, {Platform: registryv1.Platform_PLATFORM_LINUX_AMD64, Before: "v2.0.0", After: "v1.0.0"},
	}
	for _, test := range []struct {
		name    string
		n       int
		of      []*registryv1.Consequences
		blocked bool
		want    []string
	}{
		{"one", 1, []*registryv1.Consequences{of("a", "v1.0.0", "", 2)}, false, []string{
			"1 version of 1 connector leaves.", "a: stable v1.0.0 -> none.", "Every connector keeps a public version.",
			"Downloads by exact version go on, with your reason as a warning.", "Its number can never be used again, not even after an unyank.",
		}},
		{"a platform is lost", 2, []*registryv1.Consequences{gap}, true, []string{
			"2 versions of 1 connector leave.", "Latest moves back in baton-gap.", "baton-gap has no public version any more for windows-amd64.",
			"Every connector keeps a public version.", "Downloads are refused, by exact version too. Whoever asks gets your reason instead.",
			"The 2 numbers can never be used again, not even after an unyank.",
		}},
		{"many", 1200, []*registryv1.Consequences{of("a", "v1", "v0", 0), of("b", "v1", "", 0), of("c", "v1", "v0", 0), of("d", "v1", "v0", 0)}, false, []string{
			"1,200 versions of 4 connectors leave.", "4 connectors lose their stable version: the list says what follows.",
			"Nothing else of a, b and 2 other connectors is public: users are left without a version.",
			"Downloads by exact version go on, with your reason as a warning.", "The 1,200 numbers can never be used again, not even after an unyank.",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var said []string
			for _, line := range YankTogether(test.n, test.of, test.blocked) {
				said = append(said, line.Text)
			}
			assert.Equal(t, test.want, said)
		})
	}
}
