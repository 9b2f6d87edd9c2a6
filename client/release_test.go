package client_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestReleaseFile(t *testing.T) {
	t.Parallel()
	file := func(name string, kind registryv1.AssetKind, p registryv1.Platform) *registryv1.Download {
		return &registryv1.Download{Asset: &registryv1.Asset{Filename: name, Kind: kind, Platform: p}}
	}
	const (
		linux, mac, arm, both, windows = registryv1.Platform_PLATFORM_LINUX_AMD64, registryv1.Platform_PLATFORM_DARWIN_AMD64,
			registryv1.Platform_PLATFORM_DARWIN_ARM64, registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL, registryv1.Platform_PLATFORM_WINDOWS_AMD64
		archive, binary, installer, signature = registryv1.AssetKind_ASSET_KIND_ARCHIVE, registryv1.AssetKind_ASSET_KIND_BINARY,
			registryv1.AssetKind_ASSET_KIND_INSTALLER, registryv1.AssetKind_ASSET_KIND_SIGNATURE
	)
	all := []*registryv1.Download{
		file("a.deb", installer, linux), file("a.tar.gz", archive, linux), file("a.tar.gz.sig", signature, linux), file("a", binary, linux),
		file("a.zip", archive, both), file("a.zip.sig", signature, windows),
	}
	for name, c := range map[string]struct {
		platforms []registryv1.Platform
		want      []string
	}{
		"an archive before everything else": {[]registryv1.Platform{linux}, []string{"a.tar.gz"}},
		"one file for two platforms":        {[]registryv1.Platform{mac, arm}, []string{"a.zip"}},
		"a signature is no release":         {[]registryv1.Platform{windows}, nil},
		"all":                               {registryv1.Platforms(), []string{"a.zip", "a.tar.gz"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range client.ReleaseFiles(all, c.platforms) {
				got = append(got, d.GetAsset().GetFilename())
			}
			assert.Equal(t, c.want, got)
		})
	}
	assert.False(t, client.SameNames(all))
	assert.True(t, client.SameNames(append(all, file("A.deb", installer, windows))), "case does not keep files apart everywhere")
}
