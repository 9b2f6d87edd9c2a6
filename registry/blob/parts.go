package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What an upload has beside its part file.
const (
	lockSuffix = ".lock"
	sumSuffix  = ".sum"
)

func (d *Dir) partPath(id UploadID) string {
	return filepath.Join(d.path, partsDir, id.String())
}

// Part is an unfinished upload as the sweep finds it.
type Part struct {
	Upload UploadID
	// Size is how many bytes are here; 0 if only a lock was left behind.
	Size int64
	// At is when its last byte arrived.
	At time.Time
}

// Parts lists the unfinished uploads. Which of them are finished, expired or
// abandoned the registry knows; Forget removes those. Files with other names
// are passed over.
func (d *Dir) Parts(ctx context.Context) iter.Seq2[Part, error] {
	return func(yield func(Part, error) bool) {
		files, err := os.ReadDir(filepath.Join(d.path, partsDir))
		if err != nil {
			yield(Part{}, fmt.Errorf("listing part files: %w", err))
			return
		}
		var last UploadID
		for i, file := range files { // in order: an id comes before its .lock and .sum
			if err := ctx.Err(); err != nil {
				yield(Part{}, fmt.Errorf("listing part files: %w", err))
				return
			}
			name, suffix, _ := strings.Cut(file.Name(), ".")
			id, err := ParseUploadID(name)
			if err != nil || (i > 0 && id == last) {
				continue
			}
			info, err := file.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue // finished while it was listed
			}
			if err != nil {
				yield(Part{}, fmt.Errorf("listing part files: %w", err))
				return
			}
			last = id
			part := Part{Upload: id, At: info.ModTime()}
			if suffix == "" {
				part.Size = info.Size()
			}
			if !yield(part, nil) {
				return
			}
		}
	}
}

// Forget removes what an upload left in the parts folder. While somebody still
// writes it, it is an *Error with the reason STALE: the next sweep tries again.
func (d *Dir) Forget(id UploadID) error {
	p, err := d.lockPart(id)
	if err != nil {
		return err
	}
	p.drop()
	p.release()
	return nil
}

// removeLock removes the lock file of an upload while its lock is held.
// Windows does not remove open files; there the sweep does it.
func removeLock(path string) error {
	if err := removeAll(path); err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// removeAll removes files; one that is not there is no error.
func removeAll(paths ...string) error {
	var errs []error
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // made of ids and digests only
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// storageError tells a full disk, which an operator can mend, from the rest.
// What is a refusal already stays one.
func storageError(doing string, err error) error {
	var known *Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if diskFull(err) {
		return &Error{
			Status: http.StatusInsufficientStorage, Reason: registryv1.Reason_REASON_STORAGE_FULL,
			Message: "The registry has no room for more bytes.", Next: "Try again later, or tell whoever runs the registry.",
			Cause: fmt.Errorf("%s: %w", doing, err),
		}
	}
	return internal(doing, err)
}
