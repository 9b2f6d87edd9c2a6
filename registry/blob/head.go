package blob

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// head says how far an upload got. If all bytes are here and only the end of
// an earlier request kept them from being recorded, that is done now.
func (rc *receiver) head(w http.ResponseWriter, r *http.Request, id UploadID) error {
	// The files first: an upload that is finished meanwhile is then seen as
	// finished, and never as one without bytes.
	offset, err := rc.dir.offset(id)
	if err != nil {
		return storageError("reading the upload", err)
	}
	slot, err := rc.lookup(r.Context(), id)
	if err != nil {
		return err
	}
	if slot.Received == nil && slot.Size != nil && offset > 0 && offset >= *slot.Size {
		if offset, err = rc.finishOld(r.Context(), &slot); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set(headerLimit, "max-size="+strconv.FormatInt(rc.dir.maxSize, 10))
	if slot.Size != nil {
		h.Set(headerLength, strconv.FormatInt(*slot.Size, 10))
	}
	if slot.Received != nil {
		setOffset(h, slot.Received.Size, isComplete)
		return nil
	}
	setOffset(h, offset, isPartial)
	return nil
}

// finishOld completes a slot of which all bytes are here. What stops it for
// the moment, or had to be thrown away, is no error: the offset tells.
func (rc *receiver) finishOld(ctx context.Context, slot *Slot) (offset int64, err error) {
	blob, err := rc.dir.Complete(ctx, *slot, rc.record(slot.Upload))
	if err == nil {
		slot.Received = &blob
		return blob.Size, nil
	}
	var refused *Error
	if !errors.As(err, &refused) || !goesOn(refused.Reason) {
		return 0, err
	}
	if offset, err = rc.dir.offset(slot.Upload); err != nil {
		return 0, storageError("reading the upload", err)
	}
	*slot, err = rc.lookup(ctx, slot.Upload)
	return offset, err
}

// goesOn says whether the upload can be gone on with after this refusal.
func goesOn(reason registryv1.Reason) bool {
	switch reason {
	case registryv1.Reason_REASON_STALE, registryv1.Reason_REASON_UPLOAD_OFFSET,
		registryv1.Reason_REASON_DIGEST_MISMATCH, registryv1.Reason_REASON_SIZE_MISMATCH, registryv1.Reason_REASON_ASSET_MISSING:
		return true
	default:
		return false
	}
}
