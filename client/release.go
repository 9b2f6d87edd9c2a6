package client

import (
	"slices"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// ReleaseFile is the file that a person means by "the release" for a platform:
// what holds the executable, and an installer only where nothing else is. It
// is nil where nothing is shipped for it.
func ReleaseFile(downloads []*registryv1.Download, platform registryv1.Platform) *registryv1.Download {
	rank := map[registryv1.AssetKind]int{
		registryv1.AssetKind_ASSET_KIND_ARCHIVE: 3, registryv1.AssetKind_ASSET_KIND_BINARY: 2, registryv1.AssetKind_ASSET_KIND_INSTALLER: 1,
	}
	var best *registryv1.Download
	for _, d := range downloads {
		if slices.Contains(d.GetAsset().GetPlatform().Serves(), platform) && rank[d.GetAsset().GetKind()] > rank[best.GetAsset().GetKind()] {
			best = d
		}
	}
	return best
}

// ReleaseFiles are the release files for platforms, each once: one may serve
// several.
func ReleaseFiles(downloads []*registryv1.Download, platforms []registryv1.Platform) []*registryv1.Download {
	var files []*registryv1.Download
	for _, platform := range platforms {
		if file := ReleaseFile(downloads, platform); file != nil && !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	return files
}

// SameNames reports whether two of the files have one name, so that they
// cannot lie in one folder. Names differ by more than case there.
func SameNames(files []*registryv1.Download) bool {
	seen := map[string]bool{}
	for _, f := range files {
		name := strings.ToLower(f.GetAsset().GetFilename())
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}
