package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// What requests say about the files of a version is read here, for asking for
// links and for finalizing alike.

// specs checks the files that a request names: each is a file of its own with
// a safe name, a known kind and platform, and a size and digest that can be.
func (c *checker) specs(path string, list []*registryv1.AssetSpec) []store.AssetSpec {
	if len(list) == 0 {
		c.faults.Add(path, registryv1.Reason_REASON_ASSET_MISSING, "no file is named")
	}
	out := make([]store.AssetSpec, 0, len(list))
	seen := map[assetKey]int{}
	for i, spec := range list[:c.atMost(path, len(list), c.limits.Assets, "files")] {
		field := fmt.Sprintf("%s[%d]", path, i)
		c.spec(field, spec)
		out = append(out, specOf(spec))
		key := keyOf(out[i])
		if first, twice := seen[key]; twice {
			c.faults.Add(field, registryv1.Reason_REASON_INVALID_ARGUMENT, "%s is the same file as %s[%d]", key, path, first)
			continue
		}
		seen[key] = i
	}
	return out
}

func (c *checker) spec(field string, spec *registryv1.AssetSpec) {
	if _, err := artifact.ParseFilename(spec.GetFilename()); err != nil {
		c.faults.Add(field+".filename", registryv1.Reason_REASON_INVALID_ARGUMENT, "%s", err)
	}
	if _, known := registryv1.AssetKind_name[int32(spec.GetKind())]; !known || spec.GetKind() == registryv1.AssetKind_ASSET_KIND_UNSPECIFIED {
		c.faults.Add(field+".kind", registryv1.Reason_REASON_INVALID_ARGUMENT, "the kind of the file is missing or not known")
	}
	if _, known := registryv1.Platform_name[int32(spec.GetPlatform())]; !known {
		c.faults.Add(field+".platform", registryv1.Reason_REASON_INVALID_PLATFORM, "there is no platform with the number %d", spec.GetPlatform())
	} else if kindOf(spec.GetKind()).Runs() && len(spec.GetPlatform().Serves()) == 0 {
		c.faults.Add(field+".platform", registryv1.Reason_REASON_INVALID_PLATFORM, "an archive or executable needs a platform")
	}
	if n := len(spec.GetSha256()); n != 0 && n != len(store.Digest{}) {
		c.faults.Add(field+".sha256", registryv1.Reason_REASON_INVALID_ARGUMENT, "a sha256 has 32 bytes, not %d", n)
	}
	if spec.SizeBytes != nil {
		c.size(field+".size_bytes", spec.GetSizeBytes())
	}
	c.line(field+".media_type", spec.GetMediaType(), maxLine)
	c.line(field+".url", spec.GetUrl(), maxURL)
	c.attestations(field+".attestations", spec.GetAttestations())
}

func (c *checker) size(field string, size int64) {
	switch {
	case size == 0:
		c.faults.Add(field, registryv1.Reason_REASON_SIZE_MISMATCH, "the file is empty")
	case size < 0:
		c.faults.Add(field, registryv1.Reason_REASON_SIZE_MISMATCH, "a file cannot have %d bytes", size)
	case size > c.limits.AssetBytes:
		c.faults.Add(field, registryv1.Reason_REASON_TOO_LARGE, "the file has %d bytes, but this registry takes at most %d", size, c.limits.AssetBytes)
	}
}

// assetKey tells the files of one attempt apart.
type assetKey struct {
	platform registryv1.Platform
	kind     registryv1.AssetKind
	filename string
}

func keyOf(spec store.AssetSpec) assetKey { return assetKey{spec.Platform, spec.Kind, spec.Filename} }

// String names a file for people.
func (k assetKey) String() string {
	name := fmt.Sprintf("%s %s", kindOf(k.kind), shown(k.filename))
	if slug := k.platform.Slug(); slug != "" {
		name += " for " + slug
	}
	return name
}

// fitDraft refuses files that the draft has no place for.
func (r *Registry) fitDraft(ctx context.Context, tx *store.Tx, v store.Version, specs []store.AssetSpec) error {
	assets, err := tx.Assets(ctx, v.ID, v.Attempt)
	if err != nil {
		return err
	}
	sizes := map[assetKey]int64{}
	for _, asset := range assets {
		sizes[keyOf(asset.AssetSpec)] = max(asset.Size, declared(asset.AssetSpec))
	}
	c := r.checker()
	for i, spec := range specs {
		c.declaredPlatform(fmt.Sprintf("assets[%d].platform", i), v, spec.Platform)
		sizes[keyOf(spec)] = declared(spec)
	}
	c.atMost("assets", len(sizes), r.config.Limits.Assets, "files with those that the draft has already")
	var total int64
	for _, size := range sizes {
		total += size
	}
	c.total("assets", total)
	return c.err("")
}

func declared(spec store.AssetSpec) int64 {
	if spec.DeclaredSize == nil {
		return 0
	}
	return *spec.DeclaredSize
}

// declaredPlatform refuses files for platforms that the version does not ship.
func (c *checker) declaredPlatform(field string, v store.Version, platform registryv1.Platform) {
	served := platform.Serves()
	if len(served) > 0 && !slices.ContainsFunc(served, v.Platforms.Has) {
		c.faults.Add(field, registryv1.Reason_REASON_INVALID_PLATFORM, "the version does not declare %s", platform.Slug())
	}
}

// total bounds all files of a version together.
func (c *checker) total(field string, bytes int64) {
	if bytes > c.limits.VersionBytes {
		c.faults.Add(field, registryv1.Reason_REASON_TOO_LARGE,
			"the files of the version have %d bytes together, but this registry takes at most %d", bytes, c.limits.VersionBytes)
	}
}
