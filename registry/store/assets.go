package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// ErrOtherBytes is returned where an asset was received with other bytes than
// those that are reported now.
var ErrOtherBytes = errors.New("the file was received with other bytes")

const selectAsset = `select a.id, a.version_id, a.attempt, a.platform, a.kind, a.filename, a.media_type, a.source, a.url,
	a.declared_size, a.declared_sha256, a.size, a.sha256, a.received_at, a.attestations from assets a`

func scanAsset(row scanner, a *Asset) error {
	var id, version, attempt, platform, kind, source, received int64
	var declared, digest, attestations []byte
	err := row.Scan(&id, &version, &attempt, &platform, &kind, &a.Filename, &a.MediaType, &source, &a.URL,
		&a.DeclaredSize, &declared, &a.Size, &digest, &received, &attestations)
	if err != nil {
		return err
	}
	a.ID, a.Version, a.Attempt = AssetID(id), VersionID(version), narrow[int32](attempt)
	a.Platform, a.Kind = narrow[registryv1.Platform](platform), narrow[registryv1.AssetKind](kind)
	a.Source = narrow[registryv1.AssetSource](source)
	a.DeclaredDigest, a.Digest = toDigest(declared), toDigest(digest)
	a.ReceivedAt = fromMicros(received)
	if a.Source == registryv1.AssetSource_ASSET_SOURCE_EXTERNAL {
		a.Digest = a.DeclaredDigest
	}
	if attestations == nil {
		return nil
	}
	// A list is kept as the one field of the message that has it.
	var list registryv1.Asset
	err = unmarshal(attestations, &list)
	a.Attestations = list.GetAttestations()
	return err
}

func marshalAttestations(list []*registryv1.Attestation) ([]byte, error) {
	if len(list) == 0 {
		return nil, nil
	}
	return marshal(&registryv1.Asset{Attestations: list})
}

// Assets are the files of an attempt by platform, kind and name.
func (v *View) Assets(ctx context.Context, id VersionID, attempt int32) ([]Asset, error) {
	return collect(ctx, v.c, scanAsset, selectAsset+` where a.version_id = ? and a.attempt = ?
		order by a.platform, a.kind, a.filename`, int64(id), attempt)
}

// Asset finds a file; ErrNotFound.
func (v *View) Asset(ctx context.Context, id AssetID) (Asset, error) {
	return one(ctx, v.c, scanAsset, selectAsset+" where a.id = ?", int64(id))
}

// DeclareAsset adds a file to a draft, or finds it. A file that was declared
// otherwise before starts again, unless the bytes that were received of it are
// those that are declared now. *StaleError if the version is not a draft in
// this attempt.
func (tx *Tx) DeclareAsset(ctx context.Context, id VersionID, attempt int32, spec AssetSpec) (Asset, Garbage, error) {
	if _, err := tx.expectDraft(ctx, id, attempt); err != nil {
		return Asset{}, Garbage{}, err
	}
	found, err := one(ctx, tx.c, scanAsset, selectAsset+` where a.version_id = ? and a.attempt = ? and a.platform = ? and a.kind = ?
		and a.filename = ?`, int64(id), attempt, int64(spec.Platform), int64(spec.Kind), spec.Filename)
	var garbage Garbage
	switch {
	case errors.Is(err, ErrNotFound):
		return tx.addAsset(ctx, id, attempt, spec)
	case err != nil:
		return Asset{}, Garbage{}, err
	case !sameBytes(found, spec):
		if garbage, err = tx.removeAssets(ctx, "id = ?", int64(found.ID)); err != nil {
			return Asset{}, Garbage{}, err
		}
		again, _, err := tx.addAsset(ctx, id, attempt, spec)
		return again, garbage, err
	}
	attestations, err := marshalAttestations(spec.Attestations)
	if err != nil {
		return Asset{}, Garbage{}, err
	}
	_, err = tx.c.exec(ctx, `update assets set media_type = ?, url = ?, declared_size = ?, declared_sha256 = ?, attestations = ?
		where id = ?`, spec.MediaType, spec.URL, spec.DeclaredSize, digestOrNil(spec.DeclaredDigest), attestations, int64(found.ID))
	if err != nil {
		return Asset{}, Garbage{}, fmt.Errorf("declaring %q: %w", spec.Filename, err)
	}
	if _, err := tx.filesChanged(ctx, id); err != nil {
		return Asset{}, Garbage{}, err
	}
	again, err := tx.Asset(ctx, found.ID)
	return again, garbage, err
}

// sameBytes says whether a declaration means the bytes that an asset stands
// for already, or may still come to stand for.
func sameBytes(a Asset, spec AssetSpec) bool {
	if a.Source != spec.Source {
		return false
	}
	if a.Source == registryv1.AssetSource_ASSET_SOURCE_UPLOADED && a.Digest != nil && spec.DeclaredDigest != nil {
		return *a.Digest == *spec.DeclaredDigest && (spec.DeclaredSize == nil || *spec.DeclaredSize == a.Size)
	}
	size := (a.DeclaredSize == nil) == (spec.DeclaredSize == nil) && (a.DeclaredSize == nil || *a.DeclaredSize == *spec.DeclaredSize)
	return size && bytes.Equal(digestOrNil(a.DeclaredDigest), digestOrNil(spec.DeclaredDigest)) && a.URL == spec.URL
}

func (tx *Tx) addAsset(ctx context.Context, id VersionID, attempt int32, spec AssetSpec) (Asset, Garbage, error) {
	attestations, err := marshalAttestations(spec.Attestations)
	if err != nil {
		return Asset{}, Garbage{}, err
	}
	var size int64
	if spec.Source == registryv1.AssetSource_ASSET_SOURCE_EXTERNAL && spec.DeclaredSize != nil {
		size = *spec.DeclaredSize
	}
	row, err := tx.c.insert(ctx, `insert into assets (version_id, attempt, platform, kind, filename, media_type, source, url,
			declared_size, declared_sha256, size, attestations)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(id), attempt, int64(spec.Platform), int64(spec.Kind), spec.Filename, spec.MediaType, int64(spec.Source), spec.URL,
		spec.DeclaredSize, digestOrNil(spec.DeclaredDigest), size, attestations)
	if err != nil {
		return Asset{}, Garbage{}, fmt.Errorf("declaring %q: %w", spec.Filename, err)
	}
	if _, err := tx.filesChanged(ctx, id); err != nil {
		return Asset{}, Garbage{}, err
	}
	added, err := tx.Asset(ctx, AssetID(row))
	return added, Garbage{}, err
}

// RemoveAsset takes a file out of a draft; ErrNotFound, *StaleError.
func (tx *Tx) RemoveAsset(ctx context.Context, id AssetID) (Garbage, error) {
	a, err := tx.Asset(ctx, id)
	if err != nil {
		return Garbage{}, err
	}
	if _, err := tx.expectDraft(ctx, a.Version, a.Attempt); err != nil {
		return Garbage{}, err
	}
	garbage, err := tx.removeAssets(ctx, "id = ?", int64(id))
	if err != nil {
		return Garbage{}, err
	}
	_, err = tx.filesChanged(ctx, a.Version)
	return garbage, err
}

// Receive notes that the bytes of an asset are complete and durable; doing so
// again with the same bytes changes nothing, with others it is ErrOtherBytes.
// *StaleError if the version is not a draft in the asset's attempt. It ends
// the uploads of the asset.
func (tx *Tx) Receive(ctx context.Context, id AssetID, digest Digest, size int64) (Asset, error) {
	a, err := tx.Asset(ctx, id)
	if err != nil {
		return Asset{}, err
	}
	if a.Digest != nil {
		if *a.Digest != digest {
			return Asset{}, fmt.Errorf("receiving %q: %w", a.Filename, ErrOtherBytes)
		}
		return a, nil
	}
	if a.DeclaredDigest != nil && *a.DeclaredDigest != digest {
		return Asset{}, fmt.Errorf("receiving %q: %w than were declared", a.Filename, ErrOtherBytes)
	}
	if _, err := tx.expectDraft(ctx, a.Version, a.Attempt); err != nil {
		return Asset{}, err
	}
	_, err = tx.c.exec(ctx, "insert into blobs (sha256, size, at) values (?, ?, ?) on conflict do nothing", digest[:], size, micros(tx.now))
	if err != nil {
		return Asset{}, fmt.Errorf("noting the bytes of %q: %w", a.Filename, err)
	}
	_, err = tx.c.exec(ctx, "update assets set sha256 = ?, size = ?, received_at = ? where id = ?", digest[:], size, micros(tx.now), int64(id))
	if err != nil {
		return Asset{}, fmt.Errorf("noting the bytes of %q: %w", a.Filename, err)
	}
	if _, err := tx.c.exec(ctx, "update uploads set done = 1 where asset_id = ?", int64(id)); err != nil {
		return Asset{}, fmt.Errorf("ending the uploads of %q: %w", a.Filename, err)
	}
	if _, err := tx.filesChanged(ctx, a.Version); err != nil {
		return Asset{}, err
	}
	return tx.Asset(ctx, id)
}

// filesChanged brings what a version's row says about its files up to date.
func (tx *Tx) filesChanged(ctx context.Context, id VersionID) (Version, error) {
	v, err := tx.VersionByID(ctx, id)
	if err != nil {
		return Version{}, err
	}
	assets, err := tx.Assets(ctx, id, v.Attempt)
	if err != nil {
		return Version{}, err
	}
	var size int64
	for _, a := range assets {
		size += a.Size
	}
	_, err = tx.c.exec(ctx, "update versions set received = ?, size = ?, revision = revision + 1, activity_at = ?, updated_at = ? where id = ?",
		int64(complete(v.Platforms, assets)), size, micros(tx.now), micros(tx.now), int64(id))
	if err != nil {
		return Version{}, fmt.Errorf("counting the files of version %s: %w", v.Number, err)
	}
	return tx.VersionByID(ctx, id)
}

// complete are the platforms that have something to run and none of whose
// files is still missing.
func complete(declared Platforms, assets []Asset) Platforms {
	var runs, open Platforms
	for _, a := range assets {
		serves := PlatformsOf(a.Platform.Serves()...)
		if !a.Complete() {
			open |= serves
			continue
		}
		switch a.Kind {
		case registryv1.AssetKind_ASSET_KIND_ARCHIVE, registryv1.AssetKind_ASSET_KIND_BINARY, registryv1.AssetKind_ASSET_KIND_INSTALLER:
			runs |= serves
		default:
		}
	}
	return declared & runs &^ open
}

// dropPlatforms removes the files that serve no platform of a set any more.
func (tx *Tx) dropPlatforms(ctx context.Context, v Version, keep Platforms) (Garbage, error) {
	assets, err := tx.Assets(ctx, v.ID, v.Attempt)
	if err != nil {
		return Garbage{}, err
	}
	var garbage Garbage
	for _, a := range assets {
		serves := PlatformsOf(a.Platform.Serves()...)
		if serves == 0 || serves&keep != 0 {
			continue
		}
		more, err := tx.removeAssets(ctx, "id = ?", int64(a.ID))
		if err != nil {
			return Garbage{}, err
		}
		garbage.Blobs = append(garbage.Blobs, more.Blobs...)
		garbage.Uploads = append(garbage.Uploads, more.Uploads...)
	}
	return garbage, nil
}

// removeAssets removes rows of assets with their uploads, and the rows of
// blobs that no asset names then.
func (tx *Tx) removeAssets(ctx context.Context, where string, args ...any) (garbage Garbage, err error) {
	blobs, err := collect(ctx, tx.c, scanDigest, "select distinct sha256 from assets where sha256 is not null and "+where, args...)
	if err != nil {
		return Garbage{}, err
	}
	garbage.Uploads, err = collect(ctx, tx.c, scanUploadID, "select id from uploads where asset_id in (select id from assets where "+where+")", args...)
	if err != nil {
		return Garbage{}, err
	}
	if _, err := tx.c.exec(ctx, "delete from uploads where asset_id in (select id from assets where "+where+")", args...); err != nil {
		return Garbage{}, fmt.Errorf("removing uploads: %w", err)
	}
	if _, err := tx.c.exec(ctx, "delete from assets where "+where, args...); err != nil {
		return Garbage{}, fmt.Errorf("removing files: %w", err)
	}
	for _, digest := range blobs {
		gone, err := tx.c.exec(ctx, `delete from blobs where sha256 = ? and not exists (select 1 from assets a where a.sha256 = blobs.sha256)`, digest[:])
		if err != nil {
			return Garbage{}, fmt.Errorf("releasing bytes: %w", err)
		}
		if gone == 0 {
			continue
		}
		if _, err := tx.c.exec(ctx, "delete from facts where sha256 = ?", digest[:]); err != nil {
			return Garbage{}, fmt.Errorf("forgetting what was found in bytes: %w", err)
		}
		garbage.Blobs = append(garbage.Blobs, digest)
	}
	return garbage, nil
}
