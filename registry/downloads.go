package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/blob"
	"github.com/registrar-console/registrar/registry/store"
	"github.com/registrar-console/registrar/trust"
)

// GetDownloadURLs says where the files of a version can be fetched: of the one
// that was named, else of stable, else of latest.
func (r *Registry) GetDownloadURLs(ctx context.Context, rq *registryv1.GetDownloadURLsRequest) (*registryv1.GetDownloadURLsResponse, error) {
	doing := "downloading " + labelOf(rq.GetConnector())
	if rq.GetVersion() != "" {
		doing += " " + shown(rq.GetVersion())
	}
	c := r.checker()
	of := c.connector("connector", rq.GetConnector())
	of.Version = c.number("version", rq.GetVersion())
	if len(rq.GetPlatforms()) > 0 {
		c.platforms("platforms", rq.GetPlatforms())
	}
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	answer := &registryv1.GetDownloadURLsResponse{}
	var assets []store.Asset
	err := r.store.Read(ctx, func(v *store.View) error {
		found, by, err := chooseVersion(ctx, v, of, see)
		if err != nil {
			return err
		}
		detail, err := v.Detail(ctx, found.ID)
		if err != nil {
			return err
		}
		if detail.Blocked {
			return blocked(detail)
		}
		answer.Version, answer.Yank, answer.ChosenBy = summaryProto(found), yankProto(detail.Yank), by
		all, err := v.Assets(ctx, found.ID, found.Attempt)
		if err != nil {
			return err
		}
		if assets, err = chooseFiles(found, all, rq.GetPlatforms()); err != nil {
			return err
		}
		org, err := v.OrgByID(ctx, found.Org)
		answer.SignaturesRequired = org.Policy.GetRequireSignatures()
		return err
	})
	if err == nil {
		answer.Downloads, err = r.links(ctx, assets)
	}
	if err != nil {
		return nil, wrap(doing, err)
	}
	return answer, nil
}

// chooseVersion finds the version to download and says how it was found.
func chooseVersion(ctx context.Context, v *store.View, of subject, see store.Visibility) (store.Version, registryv1.ChosenBy, error) {
	if !of.Version.IsZero() {
		_, found, err := findVersion(ctx, v, of, see)
		return found, registryv1.ChosenBy_CHOSEN_BY_NUMBER, err
	}
	c, err := findConnector(ctx, v, of, see)
	if err != nil {
		return store.Version{}, 0, err
	}
	switch {
	case c.StableID != 0:
		found, err := v.VersionByID(ctx, c.StableID)
		return found, registryv1.ChosenBy_CHOSEN_BY_STABLE, err
	case c.LatestID != 0:
		found, err := v.VersionByID(ctx, c.LatestID)
		return found, registryv1.ChosenBy_CHOSEN_BY_LATEST, err
	default:
		return store.Version{}, 0, refuse(registryv1.Reason_REASON_NOT_FOUND, "%s/%s has no PUBLISHED version", c.OrgSpelling, c.Spelling).
			WithNext("name the version; yanked ones can be downloaded by their number")
	}
}

// blocked refuses downloads of a version whose yank says so.
func blocked(v store.VersionDetail) *Error {
	e := refuse(registryv1.Reason_REASON_DOWNLOAD_BLOCKED, "%s is yanked and its downloads are blocked: %s", v.Number, v.Reason)
	if v.Yank != nil && v.Yank.Replacement != "" {
		return e.WithNext("use %s instead", v.Yank.Replacement).WithMeta("replacement", v.Yank.Replacement)
	}
	return e.WithNext("use another version")
}

// chooseFiles are the files for some platforms, or all. What belongs to no
// platform, such as the checksum file, always comes along, and so does what
// speaks for a file that was chosen.
func chooseFiles(v store.Version, all []store.Asset, platforms []registryv1.Platform) ([]store.Asset, error) {
	wanted := store.PlatformsOf(platforms...)
	if wanted == 0 {
		wanted = v.Platforms
	}
	var faults Faults
	for i, platform := range platforms {
		if !v.Platforms.Has(platform) {
			faults.Add(fmt.Sprintf("platforms[%d]", i), registryv1.Reason_REASON_PLATFORM_MISSING, "%s does not ship %s", v.Number, platform.Slug())
		}
	}
	chosen := make([]bool, len(all))
	for i, asset := range all {
		served := asset.Platform.Serves()
		chosen[i] = asset.Complete() && (len(served) == 0 || wanted&store.PlatformsOf(served...) != 0)
	}
	chooseBeside(all, chosen)
	var files []store.Asset
	for i, asset := range all {
		if chosen[i] {
			files = append(files, asset)
		}
	}
	return files, faults.Err("")
}

// chooseBeside adds what speaks for the files that are chosen, whatever
// platform it was declared for: the signature of a universal file may be
// declared for one of the platforms that the file serves.
func chooseBeside(all []store.Asset, chosen []bool) {
	files := make([]trust.File, len(all))
	for i, asset := range all {
		files[i] = trust.File{Name: asset.Filename, Kind: asset.Kind, Platform: asset.Platform}
	}
	isChosen := func(i int) bool { return chosen[i] }
	// Twice: the checksum file of a file may have a signature.
	for range 2 {
		for i, f := range files {
			about := trust.Beside(files, f)
			if f.Kind == registryv1.AssetKind_ASSET_KIND_CHECKSUM {
				about = append(about, trust.Named(files, artifact.ChecksumSubject(f.Name), f.Platform)...)
			}
			chosen[i] = chosen[i] || all[i].Complete() && slices.ContainsFunc(about, isChosen)
		}
	}
}

// links makes the links of files. Bytes that are lost are named all at once.
func (r *Registry) links(ctx context.Context, assets []store.Asset) ([]*registryv1.Download, error) {
	until := r.now().Add(r.config.LinkTTL)
	list := make([]*registryv1.Download, 0, len(assets))
	var lost Faults
	for _, asset := range assets {
		download := &registryv1.Download{Asset: assetProto(asset, nil), Url: asset.URL}
		if asset.Source == registryv1.AssetSource_ASSET_SOURCE_UPLOADED {
			url, err := r.link(ctx, asset, until)
			if errors.Is(err, blob.ErrNotFound) {
				r.log.Error("the bytes of a file are lost", "version_id", asset.Version, "file", asset.Filename, "sha256", artifact.Digest(*asset.Digest).Hex())
				lost.Add(asset.Filename, registryv1.Reason_REASON_INTERNAL, "the registry has lost the bytes of %s", keyOf(asset.AssetSpec))
				continue
			}
			if err != nil {
				return nil, err
			}
			download.Url, download.Until = url, timestamp(until)
		}
		list = append(list, download)
	}
	if err := lost.Err(""); err != nil {
		return nil, AsError(err).WithNext("choose another version, and tell whoever runs this registry: its data directory is damaged")
	}
	return list, nil
}

// link is where one file can be fetched, if its bytes are there.
func (r *Registry) link(ctx context.Context, asset store.Asset, until time.Time) (string, error) {
	if err := r.checkBytes(ctx, store.Blob{Digest: *asset.Digest, Size: asset.Size}); err != nil {
		return "", err
	}
	return r.blobs.Link(ctx, *asset.Digest, asset.Filename, until)
}

// checkBytes says whether bytes that the store has recorded are on the disk,
// as far as their length shows it; blob.ErrNotFound if they are lost.
func (r *Registry) checkBytes(ctx context.Context, b store.Blob) error {
	bytes, err := r.blobs.Open(ctx, b.Digest)
	if err != nil {
		return err
	}
	size := bytes.Size()
	if err := bytes.Close(); err != nil {
		return err
	}
	if size != b.Size {
		return fmt.Errorf("blob %s has %d bytes instead of %d: %w", artifact.Digest(b.Digest), size, b.Size, blob.ErrNotFound)
	}
	return nil
}

// downloads answers what package blob asks before bytes go out.
type downloads struct{ registry *Registry }

var _ blob.Downloads = downloads{}

// Allowed implements blob.Downloads: bytes may be fetched as long as one
// version that is not blocked holds them.
func (d downloads) Allowed(ctx context.Context, digest artifact.Digest, filename string) error {
	err := d.registry.store.Read(ctx, func(v *store.View) error {
		_, err := v.Offered(ctx, digest)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return &blob.Error{
			Status: http.StatusForbidden, Reason: registryv1.Reason_REASON_DOWNLOAD_BLOCKED,
			Message: "the file " + strconv.Quote(filename) + " is not offered any more: its version is gone, or yanked with its downloads blocked",
			Next:    "ask for the downloads of another version",
		}
	}
	return err
}
