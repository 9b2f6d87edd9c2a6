package registry

import (
	"context"
	"fmt"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// FinalizeVersion fixes the set of files of a version and starts its
// validation. It names every file, so that what is validated is what the
// publisher means, whoever else was at work. Repeated with the same set it is
// a success that changes nothing.
func (r *Registry) FinalizeVersion(ctx context.Context, rq *registryv1.FinalizeVersionRequest) (*registryv1.FinalizeVersionResponse, error) {
	doing := "finalizing version " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	c.attempt("attempt", rq.GetAttempt())
	named := c.specs("assets", rq.GetAssets())
	for i, spec := range named {
		if spec.DeclaredDigest == nil {
			c.faults.Add(fmt.Sprintf("assets[%d].sha256", i), registryv1.Reason_REASON_INVALID_ARGUMENT, "finalizing names every file with its sha256")
		}
	}
	if err := c.err(doing); err != nil {
		return nil, err
	}
	caller := PrincipalFrom(ctx)
	if rq.GetValidateOnly() {
		answer := &registryv1.FinalizeVersionResponse{}
		err := r.store.Read(ctx, func(v *store.View) (err error) {
			f, err := r.planFinalize(ctx, v, of, rq.GetAttempt(), named, caller.See)
			if err == nil {
				answer.Consequences = f.facts
				answer.Version, err = answerVersion(ctx, v, f.version.ID, caller.See)
			}
			return err
		})
		if err != nil {
			return nil, wrap(doing, err)
		}
		return answer, nil
	}
	var garbage store.Garbage
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.FinalizeVersionResponse, error) {
		f, err := r.planFinalize(ctx, &tx.View, of, rq.GetAttempt(), named, caller.See)
		if err != nil {
			return nil, err
		}
		if garbage, err = f.apply(ctx, tx); err != nil {
			return nil, err
		}
		version, err := answerVersion(ctx, &tx.View, f.version.ID, caller.See)
		return &registryv1.FinalizeVersionResponse{Version: version, Consequences: f.facts}, err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	r.discard(ctx, garbage)
	r.worker.ring()
	return answer, nil
}

// finalization is what finalizing a version will do.
type finalization struct {
	version store.Version
	facts   *registryv1.Consequences
	// done: the version was finalized with the same set before.
	done bool
	set  store.Digest
	// unused are places for files that never came and are not meant.
	unused []store.Asset
}

// planFinalize checks everything about a finalize that needs no bytes.
func (r *Registry) planFinalize(ctx context.Context, v *store.View, of subject, attempt int32, named []store.AssetSpec, see store.Visibility) (finalization, error) {
	c, found, err := findVersion(ctx, v, of, see)
	if err != nil {
		return finalization{}, err
	}
	f := finalization{version: found, facts: unchanged(c, found)}
	if err := checkAttempt(found, attempt); err != nil {
		return finalization{}, err
	}
	assets, err := v.Assets(ctx, found.ID, found.Attempt)
	if err != nil {
		return finalization{}, err
	}
	switch found.State {
	case pending, uploading:
		if err := r.compare(&f, named, assets); err != nil {
			return finalization{}, err
		}
		f.facts.StateAfter = validating
		return f, nil
	case validating, published:
		same := r.compare(&f, named, assets) == nil && found.AssetSet != nil && f.set == *found.AssetSet
		if same {
			f.done = true
			return f, nil
		}
	default:
	}
	switch found.State {
	case validating:
		return finalization{}, wrongState(found, "it was finalized with another set of files").
			WithNext("wait for its validation, or withdraw it first")
	case failed:
		return finalization{}, wrongState(found, "this attempt has ended").WithNext("%s", nextFor(failed))
	default:
		return finalization{}, numberTaken(found)
	}
}

// compare matches the files that the publisher names with those of the draft,
// and says everything that differs at once.
func (r *Registry) compare(f *finalization, named []store.AssetSpec, assets []store.Asset) error {
	const missing, unexpected = registryv1.Reason_REASON_ASSET_MISSING, registryv1.Reason_REASON_ASSET_UNEXPECTED
	c := r.checker()
	held := map[assetKey]store.Asset{}
	for _, asset := range assets {
		held[keyOf(asset.AssetSpec)] = asset
	}
	var (
		meant  []store.Asset
		served store.Platforms
		total  int64
	)
	for i, spec := range named {
		field, key := fmt.Sprintf("assets[%d]", i), keyOf(spec)
		c.declaredPlatform(field+".platform", f.version, spec.Platform)
		if kindOf(spec.Kind).Runs() {
			served |= store.PlatformsOf(spec.Platform.Serves()...)
		}
		asset, ok := held[key]
		delete(held, key)
		if !ok || !asset.Complete() {
			c.faults.Add(field, missing, "%s was not uploaded", key)
			continue
		}
		c.sameBytes(field, spec, asset)
		meant = append(meant, asset)
		total += asset.Size
	}
	f.unused = nil
	for _, asset := range assets {
		key := keyOf(asset.AssetSpec)
		switch _, left := held[key]; {
		case !left:
		case asset.Complete():
			c.faults.Add("assets", unexpected, "the draft also holds %s, which is not named", key)
		default:
			f.unused = append(f.unused, asset)
		}
	}
	for _, platform := range f.version.Platforms.List() {
		if !served.Has(platform) {
			c.faults.Add("assets", registryv1.Reason_REASON_PLATFORM_MISSING, "%s is declared, but no archive or executable for it is named", platform.Slug())
		}
	}
	c.total("assets", total)
	f.set = setOf(meant)
	return c.err("")
}

// sameBytes compares what the publisher says with what was received.
func (c *checker) sameBytes(field string, spec store.AssetSpec, asset store.Asset) {
	if *spec.DeclaredDigest != *asset.Digest {
		c.faults.Add(field+".sha256", registryv1.Reason_REASON_DIGEST_MISMATCH, "%s was received as %s, not %s",
			keyOf(spec), artifact.Digest(*asset.Digest), artifact.Digest(*spec.DeclaredDigest))
		return
	}
	if spec.DeclaredSize != nil && *spec.DeclaredSize != asset.Size {
		c.faults.Add(field+".size_bytes", registryv1.Reason_REASON_SIZE_MISMATCH, "%s was received with %d bytes, not %d",
			keyOf(spec), asset.Size, *spec.DeclaredSize)
	}
}

// apply finalizes the version as planned, in the same transaction.
func (f finalization) apply(ctx context.Context, tx *store.Tx) (store.Garbage, error) {
	var garbage store.Garbage
	if f.done {
		return garbage, nil
	}
	for _, asset := range f.unused {
		dropped, err := tx.RemoveAsset(ctx, asset.ID)
		if err != nil {
			return garbage, err
		}
		garbage.Blobs = append(garbage.Blobs, dropped.Blobs...)
		garbage.Uploads = append(garbage.Uploads, dropped.Uploads...)
	}
	v, err := tx.Move(ctx, f.version.ID, store.Move{
		From: uploading, Attempt: f.version.Attempt, To: validating, Cause: causeFinalized, AssetSet: &f.set,
		Detail: map[string]string{"asset_set": artifact.Digest(f.set).String()},
	})
	if err != nil {
		return garbage, err
	}
	return garbage, tx.Enqueue(ctx, store.JobValidate, v.ID, v.Attempt, tx.Now())
}
