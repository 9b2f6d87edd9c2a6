package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Points of an upload at which Config.At is called.
const (
	// PointPartWritten: all bytes are in the part file, right and durable.
	PointPartWritten = "part-written"
	// PointRenamed: the blob is in place and durable, and not recorded yet.
	PointRenamed = "renamed"
)

// Defaults of Config.
const (
	DefaultMaxSize     = 1 << 30
	DefaultIdleTimeout = 30 * time.Second
)

const (
	dirMode   = 0o700
	fileMode  = 0o600
	partsDir  = "parts"
	blobsDir  = "blobs"
	placeLock = "blobs.lock"
	lockRetry = 2 * time.Millisecond
)

// Config says how a Dir works. Path and Key are required.
type Config struct {
	// Path is the folder; it is made if it is not there.
	Path string
	// Key signs the links; at least 32 bytes, the same in all processes.
	Key []byte
	// Now is the clock that links are compared with; nil means time.Now.
	Now func() time.Time
	// MaxSize is the most bytes that one file may have; 0 means DefaultMaxSize.
	MaxSize int64
	// IdleTimeout ends a transfer in which nothing moves; 0 means
	// DefaultIdleTimeout.
	IdleTimeout time.Duration
	// Log gets what clients are not told; nil means nobody.
	Log *slog.Logger
	// At is called at the points of an upload, so that tests can end the
	// process there; nil in production.
	At func(point string)
}

// Dir is a Store in a folder that several processes may use at once:
//
//	parts/<upload id>       bytes that arrived so far
//	parts/<upload id>.lock  held by whoever writes the part
//	parts/<upload id>.sum   digest of the blob that the part became, until that is recorded
//	blobs/ab/<sha256>       complete bytes
//	blobs.lock              shared by uploads that put a blob in place, exclusive for deletes
//
// Every name is a digest or an id of this package; nothing that a client says
// becomes part of a path.
type Dir struct {
	path    string
	links   links
	now     func() time.Time
	maxSize int64
	idle    time.Duration
	log     *slog.Logger
	at      func(point string)
	sums    *sums
	proofs  *proofs
	// sync makes a file durable; tests let it fail.
	sync func(*os.File) error
}

var _ Store = (*Dir)(nil)

// OpenDir opens a folder of blobs, and makes it if needed.
func OpenDir(cfg Config) (*Dir, error) {
	d := &Dir{
		path: cfg.Path, now: cfg.Now, maxSize: cfg.MaxSize, idle: cfg.IdleTimeout, log: cfg.Log, at: cfg.At,
		sums: newSums(), proofs: newProofs(), sync: (*os.File).Sync,
	}
	if d.now == nil {
		d.now = time.Now
	}
	if d.maxSize == 0 {
		d.maxSize = DefaultMaxSize
	}
	if d.idle == 0 {
		d.idle = DefaultIdleTimeout
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if d.at == nil {
		d.at = func(string) {}
	}
	var err error
	if d.links, err = newLinks(cfg.Key, d.now); err != nil {
		return nil, fmt.Errorf("opening the blob folder %q: %w", cfg.Path, err)
	}
	for _, sub := range []string{partsDir, blobsDir} {
		if err := os.MkdirAll(filepath.Join(cfg.Path, sub), dirMode); err != nil {
			return nil, fmt.Errorf("opening the blob folder %q: %w", cfg.Path, err)
		}
	}
	return d, nil
}

// Target gives one resumable PUT to this registry.
func (d *Dir) Target(_ context.Context, s Slot) (*registryv1.UploadTarget, error) {
	return &registryv1.UploadTarget{Way: &registryv1.UploadTarget_Put{Put: &registryv1.UploadPut{
		Url:       d.links.upload(s.Upload, s.Until),
		Headers:   map[string]string{"Content-Type": "application/octet-stream"},
		Resumable: true,
		Until:     timestamppb.New(s.Until),
	}}}, nil
}

// Complete finishes an upload of which all bytes are known to be here, for
// example after the process that received them ended too early.
func (d *Dir) Complete(ctx context.Context, s Slot, record Record) (Blob, error) {
	if s.Received != nil {
		return *s.Received, nil
	}
	p, err := d.lockPart(s.Upload)
	if err != nil {
		return Blob{}, err
	}
	defer p.release()
	if err := p.load(ctx); err != nil {
		return Blob{}, err
	}
	// Without a declared size only its sender knows whether a part is whole.
	whole := p.placed != nil || (s.Size != nil && p.size >= *s.Size && p.size > 0)
	if !whole {
		return Blob{}, refuse(http.StatusConflict, registryv1.Reason_REASON_ASSET_MISSING,
			"Upload the rest.", "The upload is not complete: %d bytes are here.", p.size)
	}
	return p.finish(ctx, s, record)
}

// Open opens a blob. It stays readable even if it is deleted meanwhile.
func (d *Dir) Open(_ context.Context, digest artifact.Digest) (Reader, error) {
	f, err := os.Open(d.blobPath(digest))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("opening blob %s: %w", digest, errors.Join(ErrNotFound, err))
	}
	if err != nil {
		return nil, fmt.Errorf("opening blob %s: %w", digest, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening blob %s: %w", digest, err), f.Close())
	}
	return &fileReader{File: f, size: info.Size(), proven: d.proofs.hold(digest, info)}, nil
}

// fileReader is a blob in a file.
type fileReader struct {
	*os.File
	size   int64
	proven bool
}

// Size is the number of bytes.
func (r *fileReader) Size() int64 { return r.size }

// Proven reports whether this process hashed the bytes.
func (r *fileReader) Proven() bool { return r.proven }

// Link gives a signed path on this registry. It also needs the consent of
// Downloads at the time it is used, so it may live as long as a slow download
// needs it to.
func (d *Dir) Link(_ context.Context, digest artifact.Digest, filename string, until time.Time) (string, error) {
	return d.links.download(digest, filename, until)
}

// Delete removes a blob. It must not be called inside a transaction: it
// waits for uploads that are about to record theirs.
func (d *Dir) Delete(ctx context.Context, digest artifact.Digest, unused func(context.Context) (bool, error)) error {
	unlock, err := d.lockPlaces(ctx, true)
	if err != nil {
		return fmt.Errorf("deleting blob %s: %w", digest, err)
	}
	defer unlock()
	ok, err := unused(ctx)
	if err != nil {
		return fmt.Errorf("deleting blob %s: asking whether it is used: %w", digest, err)
	}
	if !ok {
		return nil
	}
	if err := os.Remove(d.blobPath(digest)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("deleting blob %s: %w", digest, err)
	}
	return nil
}

// lockPlaces keeps deletes and the placing of blobs apart, in all processes:
// whoever puts blobs in place shares the lock until they are recorded.
func (d *Dir) lockPlaces(ctx context.Context, exclusive bool) (unlock func(), err error) {
	lock := flock.New(filepath.Join(d.path, placeLock), flock.SetPermissions(fileMode))
	try := lock.TryRLockContext
	if exclusive {
		try = lock.TryLockContext
	}
	if _, err := try(ctx, lockRetry); err != nil {
		return nil, fmt.Errorf("waiting for the lock of the blob folder: %w", errors.Join(err, lock.Close()))
	}
	return func() {
		if err := lock.Close(); err != nil {
			d.log.Error("releasing the lock of the blob folder", "err", err)
		}
	}, nil
}

// Stored is one blob as the sweep finds it.
type Stored struct {
	Blob
	// At is when the bytes were put in place.
	At time.Time
}

// Blobs lists all blobs of the folder in the order of their digests. Blobs
// without a record that are older than a day are garbage; the registry
// decides. Files with other names are passed over.
func (d *Dir) Blobs(ctx context.Context) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		root := filepath.Join(d.path, blobsDir)
		folders, err := os.ReadDir(root)
		if err != nil {
			yield(Stored{}, fmt.Errorf("listing blobs: %w", err))
			return
		}
		for _, folder := range folders {
			if err := ctx.Err(); err != nil {
				yield(Stored{}, fmt.Errorf("listing blobs: %w", err))
				return
			}
			if folder.IsDir() && !listFolder(filepath.Join(root, folder.Name()), yield) {
				return
			}
		}
	}
}

// listFolder lists the blobs of one folder; false ends the listing.
func listFolder(folder string, yield func(Stored, error) bool) bool {
	files, err := os.ReadDir(folder)
	if err != nil {
		return yield(Stored{}, fmt.Errorf("listing blobs: %w", err))
	}
	for _, file := range files {
		digest, err := artifact.ParseDigest(file.Name())
		if err != nil || digest.Hex() != file.Name() || !strings.HasPrefix(file.Name(), filepath.Base(folder)) {
			continue
		}
		info, err := file.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted while it was listed
		}
		if err != nil {
			if !yield(Stored{}, fmt.Errorf("listing blobs: %w", err)) {
				return false
			}
			continue
		}
		if !yield(Stored{Blob: Blob{SHA256: digest, Size: info.Size()}, At: info.ModTime()}, nil) {
			return false
		}
	}
	return true
}

// blobPath is where a blob is.
func (d *Dir) blobPath(digest artifact.Digest) string {
	name := digest.Hex()
	return filepath.Join(d.path, blobsDir, name[:2], name)
}

// syncDir makes the names in a folder durable. Windows has no such call; there
// the file system's journal orders the rename.
func (d *Dir) syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(path) //nolint:gosec // made of ids and digests only
	if err != nil {
		return err
	}
	return errors.Join(d.sync(f), f.Close())
}
