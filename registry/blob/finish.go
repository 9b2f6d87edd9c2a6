package blob

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// finish makes the part a blob and has it recorded. A part with wrong bytes
// is removed.
func (p *part) finish(ctx context.Context, s Slot, record Record) (Blob, error) {
	if p.placed != nil {
		return p.finishPlaced(ctx, s, record)
	}
	blob, err := p.check(s)
	if err != nil {
		return Blob{}, err
	}
	if err := p.dir.sync(p.file); err != nil {
		// After a failed fsync the kernel may have dropped the bytes and call
		// the file clean: trying again would succeed without them.
		p.drop()
		return Blob{}, storageError("making the upload durable", err)
	}
	p.dir.at(PointPartWritten)
	// The digest lets the upload be finished if the process ends between the
	// rename and the record.
	if err := os.WriteFile(p.path+sumSuffix, []byte(blob.SHA256.Hex()), fileMode); err != nil { //nolint:gosec // made of ids and digests only
		return Blob{}, storageError("finishing the upload", err)
	}
	unlock, err := p.dir.lockPlaces(ctx, false)
	if err != nil {
		return Blob{}, storageError("finishing the upload", err)
	}
	defer unlock()
	if err := p.place(blob); err != nil {
		return Blob{}, storageError("finishing the upload", err)
	}
	p.dir.at(PointRenamed)
	return blob, p.record(ctx, blob, record)
}

// check compares what was hashed with what was declared, and with the length
// of the file.
func (p *part) check(s Slot) (Blob, error) {
	info, err := p.file.Stat()
	if err != nil {
		return Blob{}, storageError("checking the upload", err)
	}
	if info.Size() != p.size || p.sum == nil {
		p.drop()
		return Blob{}, refuse(http.StatusConflict, registryv1.Reason_REASON_UPLOAD_OFFSET,
			"Send the file again from its first byte.", "The part file was changed from outside and is thrown away.")
	}
	blob := Blob{SHA256: artifact.Digest(p.sum.Sum(nil)), Size: p.size}
	err = s.accepts(blob)
	if err != nil {
		p.drop()
	}
	return blob, err
}

// accepts says whether bytes are those that were declared.
func (s Slot) accepts(b Blob) error {
	if s.Size != nil && b.Size != *s.Size {
		return refuse(http.StatusBadRequest, registryv1.Reason_REASON_SIZE_MISMATCH, "Send the file that was declared.",
			"%d bytes were declared and %d were sent.", *s.Size, b.Size)
	}
	if s.SHA256 != nil && b.SHA256 != *s.SHA256 {
		return refuse(http.StatusUnprocessableEntity, registryv1.Reason_REASON_DIGEST_MISMATCH, "Send the file that was declared, from its first byte.",
			"The bytes have the sha256 %s, and %s was declared.", b.SHA256.Hex(), s.SHA256.Hex())
	}
	return nil
}

// place renames the part to its digest. Bytes that are there already are
// replaced: those at hand were hashed just now.
func (p *part) place(blob Blob) error {
	now := time.Now() // the sweep counts from here, however old the part is
	if err := errors.Join(p.closeFile(), os.Chtimes(p.path, now, now)); err != nil {
		return err
	}
	target := p.dir.blobPath(blob.SHA256)
	folder := filepath.Dir(target)
	switch err := os.Mkdir(folder, dirMode); { //nolint:gosec // made of ids and digests only
	case err == nil:
		if err := p.dir.syncDir(filepath.Dir(folder)); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrExist):
		return err
	}
	if err := os.Rename(p.path, target); err != nil { //nolint:gosec // made of ids and digests only
		return err
	}
	if info, err := os.Stat(target); err == nil { //nolint:gosec // made of ids and digests only
		p.dir.proofs.keep(blob.SHA256, info)
	}
	return p.dir.syncDir(folder)
}

// finishPlaced records a blob that an earlier request put in place, after
// reading all of it again.
func (p *part) finishPlaced(ctx context.Context, s Slot, record Record) (Blob, error) {
	unlock, err := p.dir.lockPlaces(ctx, false)
	if err != nil {
		return Blob{}, storageError("finishing the upload", err)
	}
	defer unlock()
	f, err := os.Open(p.dir.blobPath(p.placed.SHA256)) //nolint:gosec // made of ids and digests only
	if err != nil {
		return Blob{}, storageError("finishing the upload", err)
	}
	sum, err := hashAgain(ctx, f, p.placed.Size)
	if err := errors.Join(err, f.Close()); err != nil {
		return Blob{}, storageError("finishing the upload", err)
	}
	blob := Blob{SHA256: artifact.Digest(sum.Sum(nil)), Size: p.placed.Size}
	if blob != *p.placed {
		p.drop()
		return Blob{}, refuse(http.StatusConflict, registryv1.Reason_REASON_UPLOAD_OFFSET,
			"Send the file again from its first byte.", "The stored bytes were changed from outside.")
	}
	if err := s.accepts(blob); err != nil {
		p.drop()
		return Blob{}, err
	}
	return blob, p.record(ctx, blob, record)
}

// record tells the registry, and forgets the upload once it knows.
func (p *part) record(ctx context.Context, blob Blob, record Record) error {
	p.sum, p.size, p.placed = nil, 0, &blob
	if err := record(ctx, blob); err != nil {
		return err
	}
	p.drop()
	return nil
}
