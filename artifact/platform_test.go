package artifact_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

func TestPlatforms(t *testing.T) {
	t.Parallel()
	got, err := artifact.ParsePlatforms([]string{"windows-amd64", "linux-arm64", "darwin-amd64", "linux-amd64", "darwin-arm64"})
	require.NoError(t, err)
	assert.Equal(t, artifact.Platforms(), got, "the order is always the same")

	p, err := artifact.ParseFilePlatform("darwin-universal")
	require.NoError(t, err)
	assert.Equal(t, []artifact.Platform{artifact.DarwinAMD64, artifact.DarwinARM64}, p.Serves())
	p, err = artifact.ParseFilePlatform("")
	require.NoError(t, err)
	assert.Empty(t, p.Serves())
	assert.Equal(t, "linux", artifact.LinuxARM64.OS())
	assert.Equal(t, "arm64", artifact.LinuxARM64.Arch())
}

func TestPlatformsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ list, want []string }{
		"none":            {nil, []string{"no platform is named"}},
		"unknown":         {[]string{"linux-386"}, []string{`"linux-386" is not a platform`}},
		"near":            {[]string{"Linux_x86_64"}, []string{`"Linux_x86_64" is not a platform of the registry`}},
		"repeated thrice": {[]string{"linux-amd64", "linux-amd64", "linux-amd64"}, []string{"linux-amd64 is named more than once"}},
		"universal":       {[]string{"darwin-universal"}, []string{"cannot declare darwin-universal"}},
		"all at once": {
			[]string{"", "plan9-amd64", "linux-arm64", "linux-arm64", "\x1b[31m"},
			[]string{"is empty", "plan9", "more than once", `"\x1b[31m"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := artifact.ParsePlatforms(c.list)
			assert.Nil(t, got)
			messages := faults(t, err)
			require.Len(t, messages, len(c.want), "%q", messages)
			for i := range c.want {
				assert.Contains(t, messages[i], c.want[i])
			}
		})
	}
	_, err := artifact.ParsePlatform("macos/aarch64")
	assert.ErrorContains(t, err, "did you mean darwin-arm64?")
}

func TestPlatformsOfGo(t *testing.T) {
	t.Parallel()
	for goos, arches := range map[string]map[string]artifact.Platform{
		"darwin":  {"amd64": artifact.DarwinAMD64, "arm64": artifact.DarwinARM64, "all": artifact.DarwinUniversal},
		"linux":   {"amd64": artifact.LinuxAMD64, "386": "", "all": "", "": ""},
		"windows": {"amd64": artifact.WindowsAMD64, "arm64": ""},
	} {
		for arch, want := range arches {
			got, ok := artifact.FromGo(goos, arch)
			assert.Equal(t, want, got)
			assert.Equal(t, want != "", ok, "%s-%s", goos, arch)
		}
	}
}
