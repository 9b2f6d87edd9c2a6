package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/http"
	"os"

	"github.com/gofrs/flock"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// writeAhead is how much may arrive before the disk is asked to begin with it:
// what waits in memory until the end of the file is waited for there.
const writeAhead = 4 << 20

// part is the upload that its holder alone may write, in any process.
type part struct {
	dir  *Dir
	id   UploadID
	path string
	lock *flock.Flock
	// file is open for appending; nil until reset or load opened it.
	file *os.File
	// sum has hashed exactly the first size bytes of the file; nil when this
	// process cannot vouch for them.
	sum  hash.Hash
	size int64
	// begun is how much of it the disk was asked to write.
	begun int64
	// placed is set when an earlier request put the bytes in place and ended
	// before they were recorded.
	placed *Blob
}

// lockPart takes the part of an upload, or says that somebody else has it.
func (d *Dir) lockPart(id UploadID) (*part, error) {
	path := d.partPath(id)
	lock := flock.New(path+lockSuffix, flock.SetPermissions(fileMode))
	// Whoever finished an upload removes its lock file. A lock on a removed
	// file excludes nobody, so then the new file is locked instead.
	for range 100 {
		ok, err := lock.TryLock()
		if err != nil {
			return nil, storageError("locking the upload", err)
		}
		if !ok {
			return nil, refuse(http.StatusLocked, registryv1.Reason_REASON_STALE,
				"Wait until it ends, then ask with HEAD how far it got.", "Another request is sending this upload.")
		}
		held, err1 := lock.Stat()
		named, err2 := os.Stat(lock.Path())
		if err1 == nil && err2 == nil && os.SameFile(held, named) {
			return &part{dir: d, id: id, path: path, lock: lock}, nil
		}
		if err := errors.Join(err1, lock.Close()); err != nil {
			return nil, storageError("locking the upload", err)
		}
	}
	return nil, internal("locking the upload", errors.New("the lock file is removed again and again"))
}

// reset begins from the first byte; what arrived before is gone.
func (p *part) reset() error {
	p.dir.sums.forget(p.id)
	if err := removeAll(p.path + sumSuffix); err != nil {
		return storageError("starting the upload", err)
	}
	if err := p.open(os.O_CREATE | os.O_TRUNC); err != nil {
		return storageError("starting the upload", err)
	}
	p.sum, p.size, p.placed = newHash(), 0, nil
	return nil
}

// open opens the part file. Bytes are only ever appended: if somebody cuts
// the file meanwhile, its length in the end differs from what was hashed,
// instead of a hole of zeros making it right again.
func (p *part) open(flag int) error {
	f, err := os.OpenFile(p.path, os.O_RDWR|os.O_APPEND|flag, fileMode) //nolint:gosec // made of ids and digests only
	if err != nil {
		return err
	}
	p.file = f
	return nil
}

// load finds out what is there, so that the upload can go on. The bytes are
// hashed again unless this process hashed them and nobody touched the file
// since.
func (p *part) load(ctx context.Context) error {
	err := p.open(0)
	if errors.Is(err, fs.ErrNotExist) {
		return p.loadPlaced()
	}
	if err != nil {
		return storageError("reading the upload", err)
	}
	info, err := p.file.Stat()
	if err != nil {
		return storageError("reading the upload", err)
	}
	p.size = info.Size()
	if p.sum = p.dir.sums.take(p.id, info); p.sum != nil {
		return nil
	}
	p.sum, err = hashAgain(ctx, p.file, p.size)
	if err != nil {
		return storageError("reading the upload", err)
	}
	return nil
}

// loadPlaced looks for a blob that this upload put in place without getting
// to record it. The digest beside the part proves that it was this upload
// that brought the bytes: knowing a digest alone gives no right to them.
func (p *part) loadPlaced() error {
	blob, err := p.dir.placedBy(p.id)
	if err != nil {
		return storageError("reading the upload", err)
	}
	if blob == nil {
		if err := p.open(os.O_CREATE); err != nil {
			return storageError("starting the upload", err)
		}
		p.sum, p.size = newHash(), 0
		return nil
	}
	p.placed, p.size = blob, blob.Size
	return nil
}

// append adds bytes and hashes them.
func (p *part) append(b []byte) error {
	n, err := p.file.Write(b)
	p.size += int64(n)
	if err != nil {
		p.sum = nil
		return storageError("writing the upload", err)
	}
	p.sum.Write(b)
	if p.size-p.begun >= writeAhead {
		beginWriting(p.file, p.begun, p.size-p.begun)
		p.begun = p.size
	}
	return nil
}

// drop removes what the upload has in the parts folder. What cannot be
// removed is left to the sweep.
func (p *part) drop() {
	p.dir.sums.forget(p.id)
	err := errors.Join(p.closeFile(), removeAll(p.path, p.path+sumSuffix))
	if err != nil {
		p.dir.log.Error("removing a part file", "upload", p.id.String(), "err", err)
	}
	p.sum, p.size, p.placed = nil, 0, nil
}

// release lets others write. An upload without bytes leaves no file.
func (p *part) release() {
	switch {
	case p.file != nil && p.size == 0:
		p.drop()
	case p.file != nil:
		if err := p.remember(); err != nil {
			p.dir.log.Error("closing a part file", "upload", p.id.String(), "err", err)
		}
	}
	var err error
	if p.size == 0 {
		err = removeLock(p.lock.Path())
	}
	if err := errors.Join(err, p.lock.Close()); err != nil {
		p.dir.log.Error("releasing an upload", "upload", p.id.String(), "err", err)
	}
}

// remember keeps the hash for the next request of this process.
func (p *part) remember() error {
	info, err := p.file.Stat()
	if err == nil && p.sum != nil && info.Size() == p.size {
		p.dir.sums.keep(p.id, p.sum, info)
	} else {
		p.dir.sums.forget(p.id)
	}
	return errors.Join(err, p.closeFile())
}

func (p *part) closeFile() error {
	if p.file == nil {
		return nil
	}
	err := p.file.Close()
	p.file = nil
	return err
}

// hashAgain hashes the first size bytes of a file.
func hashAgain(ctx context.Context, r io.ReaderAt, size int64) (hash.Hash, error) {
	buf := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buf)
	sum := newHash()
	for at := int64(0); at < size; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := r.ReadAt(buf[:min(bufferSize, size-at)], at)
		if n == 0 && err != nil {
			return nil, fmt.Errorf("at byte %d: %w", at, err)
		}
		sum.Write(buf[:n])
		at += int64(n)
	}
	return sum, nil
}

// placedBy reads which blob an upload put in place; nil when it did not, or
// when that blob is gone.
func (d *Dir) placedBy(id UploadID) (*Blob, error) {
	text, err := os.ReadFile(d.partPath(id) + sumSuffix) //nolint:gosec // made of ids and digests only
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	digest, err := artifact.ParseDigest(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, nil //nolint:nilerr // cut off by a power failure: the upload begins again
	}
	info, err := os.Stat(d.blobPath(digest)) //nolint:gosec // made of ids and digests only
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &Blob{SHA256: digest, Size: info.Size()}, nil
}

// offset is how many bytes of an upload are here.
func (d *Dir) offset(id UploadID) (int64, error) {
	info, err := os.Stat(d.partPath(id))
	if err == nil {
		return info.Size(), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	blob, err := d.placedBy(id)
	if err != nil || blob == nil {
		return 0, err
	}
	return blob.Size, nil
}
