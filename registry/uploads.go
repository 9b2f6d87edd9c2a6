package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/blob"
	"github.com/registrar-console/registrar/registry/store"
)

// GetUploadURLs says for each file how its bytes come to the registry. The
// first call for a PENDING version makes it UPLOADING.
func (r *Registry) GetUploadURLs(ctx context.Context, rq *registryv1.GetUploadURLsRequest) (*registryv1.GetUploadURLsResponse, error) {
	doing := "asking for upload links of version " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	c.attempt("attempt", rq.GetAttempt())
	specs := c.specs("assets", rq.GetAssets())
	for i, spec := range rq.GetAssets()[:len(specs)] {
		if spec.GetUrl() != "" {
			c.faults.Add(fmt.Sprintf("assets[%d].url", i), registryv1.Reason_REASON_UNIMPLEMENTED,
				"this registry does not take files that stay elsewhere yet; upload the file instead")
		}
	}
	if err := c.err(doing); err != nil {
		return nil, err
	}
	caller := PrincipalFrom(ctx)
	here := r.presentBytes(ctx, specs)
	var garbage store.Garbage
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.GetUploadURLsResponse, error) {
		garbage = store.Garbage{}
		_, v, err := findVersion(ctx, &tx.View, of, caller.See)
		if err != nil {
			return nil, err
		}
		if err := checkAttempt(v, rq.GetAttempt()); err != nil {
			return nil, err
		}
		if !isDraft(v.State) {
			return nil, wrongState(v, "files can be brought only while it is PENDING or UPLOADING").WithNext("%s", nextFor(v.State))
		}
		if err := r.fitDraft(ctx, tx, v, specs); err != nil {
			return nil, err
		}
		if v.State == pending {
			_, err = tx.Move(ctx, v.ID, store.Move{From: pending, Attempt: v.Attempt, To: uploading, Cause: causeUploading})
			if err != nil {
				return nil, err
			}
		}
		offer := offer{registry: r, tx: tx, version: v, see: caller.See, here: here, until: tx.Now().Add(r.config.LinkTTL)}
		answer := &registryv1.GetUploadURLsResponse{}
		for i, spec := range specs {
			target, err := offer.target(ctx, fmt.Sprintf("assets[%d]", i), spec)
			if err != nil {
				return nil, err
			}
			target.Asset = specProto(spec)
			answer.Targets = append(answer.Targets, target)
		}
		if err := offer.faults.Err(doing); err != nil {
			return nil, err
		}
		garbage = offer.garbage
		now, err := tx.VersionByID(ctx, v.ID)
		answer.Version = summaryProto(now)
		return answer, err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	r.discard(ctx, garbage)
	return answer, nil
}

// nextFor says what a publisher can do about a version that takes no files.
func nextFor(state registryv1.State) string {
	switch state {
	case validating:
		return "wait for its validation, or withdraw it first"
	case failed:
		return "create the version again to start the next attempt"
	default:
		return "publish under a higher number"
	}
}

// presentBytes says of which declared digests the bytes can be opened. It
// looks at files, and so before the transaction: a row alone does not prove
// that its bytes survived.
func (r *Registry) presentBytes(ctx context.Context, specs []store.AssetSpec) map[store.Digest]bool {
	here := map[store.Digest]bool{}
	for _, spec := range specs {
		if spec.DeclaredDigest == nil {
			continue
		}
		bytes, err := r.blobs.Open(ctx, *spec.DeclaredDigest)
		if err != nil {
			continue
		}
		here[*spec.DeclaredDigest] = bytes.Close() == nil
	}
	return here
}

// offer makes the targets of one call.
type offer struct {
	registry *Registry
	tx       *store.Tx
	version  store.Version
	see      store.Visibility
	here     map[store.Digest]bool
	until    time.Time

	faults  Faults
	garbage store.Garbage
}

// target declares one file and says how its bytes come. Bytes that are here
// already need not be sent again, but only if the caller could download them:
// knowing a digest gives no right to the bytes.
func (o *offer) target(ctx context.Context, field string, spec store.AssetSpec) (*registryv1.UploadTarget, error) {
	asset, err := o.declare(ctx, spec)
	if err != nil {
		return nil, err
	}
	if want := spec.DeclaredDigest; want != nil && o.here[*want] {
		there, err := o.alreadyThere(ctx, field, asset)
		if there != nil || err != nil {
			return there, err
		}
	}
	if asset.Complete() {
		// It is said to be received, but its bytes are lost, or the publisher
		// does not say what they are: it is brought anew.
		if asset, err = o.restart(ctx, asset); err != nil {
			return nil, err
		}
	}
	upload, err := o.tx.UploadOf(ctx, asset.ID)
	if errors.Is(err, store.ErrNotFound) {
		upload, err = store.Upload{ID: blob.NewUploadID(), Asset: asset.ID}, nil
	}
	if err != nil {
		return nil, err
	}
	upload.Until = o.until
	if err := o.tx.PutUpload(ctx, upload); err != nil {
		return nil, err
	}
	return o.registry.blobs.Target(ctx, slotOf(store.UploadDetail{Upload: upload, Asset: asset}))
}

// declare adds the file to the draft, or finds it there.
func (o *offer) declare(ctx context.Context, spec store.AssetSpec) (store.Asset, error) {
	asset, garbage, err := o.tx.DeclareAsset(ctx, o.version.ID, o.version.Attempt, spec)
	o.drop(garbage)
	return asset, err
}

func (o *offer) drop(garbage store.Garbage) {
	o.garbage.Blobs = append(o.garbage.Blobs, garbage.Blobs...)
	o.garbage.Uploads = append(o.garbage.Uploads, garbage.Uploads...)
}

func (o *offer) restart(ctx context.Context, asset store.Asset) (store.Asset, error) {
	garbage, err := o.tx.RemoveAsset(ctx, asset.ID)
	o.drop(garbage)
	if err != nil {
		return store.Asset{}, err
	}
	return o.declare(ctx, asset.AssetSpec)
}

// alreadyThere takes bytes that the registry has for those of the asset; nil
// when they have to be sent.
func (o *offer) alreadyThere(ctx context.Context, field string, asset store.Asset) (*registryv1.UploadTarget, error) {
	want := *asset.DeclaredDigest
	if asset.Digest == nil || *asset.Digest != want {
		have, err := o.tx.Downloadable(ctx, want, o.see)
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil //nolint:nilnil // no target, and nothing wrong: the bytes have to be sent
		}
		if err != nil {
			return nil, err
		}
		if size := asset.DeclaredSize; size != nil && *size != have.Size {
			o.faults.Add(field+".size_bytes", registryv1.Reason_REASON_SIZE_MISMATCH, "the file with this sha256 has %d bytes, not %d", have.Size, *size)
			return &registryv1.UploadTarget{}, nil
		}
		if asset, err = o.tx.Receive(ctx, asset.ID, want, have.Size); err != nil {
			return nil, err
		}
	}
	return &registryv1.UploadTarget{Way: &registryv1.UploadTarget_AlreadyThere{
		AlreadyThere: &registryv1.AlreadyThere{Sha256: want[:], SizeBytes: asset.Size},
	}}, nil
}

// slotOf is an upload as package blob sees it.
func slotOf(u store.UploadDetail) blob.Slot {
	slot := blob.Slot{Upload: u.ID, Size: u.Asset.DeclaredSize, Until: u.Until}
	if u.Asset.DeclaredDigest != nil {
		slot.SHA256 = (*artifact.Digest)(u.Asset.DeclaredDigest)
	}
	if u.Done && u.Asset.Digest != nil {
		slot.Received = &blob.Blob{SHA256: *u.Asset.Digest, Size: u.Asset.Size}
	}
	return slot
}

// uploads answers what package blob asks while bytes come in.
type uploads struct{ registry *Registry }

var _ blob.Uploads = uploads{}

// Lookup implements blob.Uploads. A link outlives its upload when the file was
// declared anew or its draft is gone.
func (u uploads) Lookup(ctx context.Context, id blob.UploadID) (blob.Slot, error) {
	var found store.UploadDetail
	err := u.registry.store.Read(ctx, func(v *store.View) (err error) {
		found, err = v.Upload(ctx, id)
		return err
	})
	if err != nil {
		return blob.Slot{}, uploadRefusal(err)
	}
	current := isDraft(found.Version.State) && found.Version.Attempt == found.Asset.Attempt
	if !current && !found.Done {
		return blob.Slot{}, versionMovedOn(found.Version)
	}
	return slotOf(found), nil
}

// Received implements blob.Uploads.
func (u uploads) Received(ctx context.Context, id blob.UploadID, b blob.Blob) error {
	return uploadRefusal(u.registry.store.Write(ctx, store.Actor{}, func(tx *store.Tx) error {
		found, err := tx.Upload(ctx, id)
		if err != nil {
			return err
		}
		_, err = tx.Receive(ctx, found.Asset.ID, b.SHA256, b.Size)
		return err
	}))
}

// uploadRefusal says in the words of package blob why bytes are not taken;
// other errors, and nil, stay as they are.
func uploadRefusal(err error) error {
	stale, isStale := errors.AsType[*store.StaleError](err)
	switch {
	case errors.Is(err, store.ErrNotFound), isStale && stale.NotFound:
		return &blob.Error{
			Status: http.StatusForbidden, Reason: registryv1.Reason_REASON_UPLOAD_EXPIRED,
			Message: "the file of this link is not part of a draft any more", Next: "ask for new upload links",
		}
	case isStale:
		return versionMovedOn(stale.Found)
	case errors.Is(err, store.ErrOtherBytes):
		return &blob.Error{
			Status: http.StatusUnprocessableEntity, Reason: registryv1.Reason_REASON_DIGEST_MISMATCH,
			Message: "the file was received with other bytes meanwhile", Next: "ask for new upload links, and say the sha256 of the file",
		}
	default:
		return err
	}
}

func versionMovedOn(v store.Version) *blob.Error {
	return &blob.Error{
		Status: http.StatusForbidden, Reason: registryv1.Reason_REASON_WRONG_STATE,
		Message: fmt.Sprintf("%s is %s in attempt %d and takes no more files under this link", v.Number, registryv1.Short(v.State), v.Attempt),
		Next:    nextFor(v.State),
	}
}
