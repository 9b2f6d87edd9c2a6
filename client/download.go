package client

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Downloaded is a file that arrived whole and is what the registry said.
type Downloaded struct {
	Path   string
	Size   int64
	SHA256 [32]byte
	// Present: the file was there already, and nothing was fetched.
	Present bool
}

// Download fetches one file into a directory, under the name that it is
// released by. It appears there only when size and digest agree with what the
// registry says; an older file of that name is replaced then. A broken
// download goes on where it broke. The meter may be nil.
func (c *Client) Download(ctx context.Context, d *registryv1.Download, dir string, m *Meter) (Downloaded, error) {
	return c.downloadIf(ctx, d, dir, m, nil)
}

// vouch looks at a file that arrived whole before it takes its place, with the
// digest that its bytes have. Its error keeps the file away, and it alone
// decides: what is recorded is not compared as well.
type vouch func(context.Context, Downloaded) error

func (c *Client) downloadIf(ctx context.Context, d *registryv1.Download, dir string, m *Meter, good vouch) (Downloaded, error) {
	doing := "downloading " + clean.Line(d.GetAsset().GetFilename(), maxErrorLine)
	got, err := c.download(ctx, d, dir, m, good)
	if err != nil {
		fault := c.failed(ctx, doing, err)
		fault.Doing = doing
		m.end(d.GetAsset().GetSizeBytes(), fault)
		return Downloaded{}, fault
	}
	m.end(got.Size, nil)
	return got, nil
}

func (c *Client) download(ctx context.Context, d *registryv1.Download, dir string, m *Meter, good vouch) (Downloaded, error) {
	asset := d.GetAsset()
	name, err := safeName(asset.GetFilename())
	if err != nil {
		return Downloaded{}, err
	}
	want, ok := artifact.DigestFromBytes(asset.GetSha256())
	if !ok {
		return Downloaded{}, &Error{
			Reason: registryv1.Reason_REASON_DIGEST_MISMATCH, Message: "the registry names no sha256 of this file, so nothing can be compared with it",
			Next: "ask whoever runs the registry",
		}
	}
	target := filepath.Join(dir, name)
	if sameFile(ctx, target, asset.GetSizeBytes(), want) {
		m.begin(1, asset.GetSizeBytes())
		got := Downloaded{Path: target, Size: asset.GetSizeBytes(), SHA256: want, Present: true}
		if good != nil {
			err = good(ctx, got)
		}
		return got, err
	}
	mode := fs.FileMode(0o666) // less what the person's umask takes away
	if asset.GetKind() == registryv1.AssetKind_ASSET_KIND_BINARY {
		mode = 0o777
	}
	part, err := createPart(dir, name, mode)
	if err != nil {
		return Downloaded{}, fmt.Errorf("making a file in %q %w: %w", dir, errSource, err)
	}
	f := &fetch{client: c, part: part, sum: sha256.New(), size: asset.GetSizeBytes(), meter: m}
	err = f.run(ctx, d.GetUrl())
	got := Downloaded{Path: part.Name(), Size: f.done, SHA256: [32]byte(f.sum.Sum(nil))}
	switch {
	case err != nil:
	case good != nil:
		err = good(ctx, got)
	default:
		err = compare(got.SHA256, want)
	}
	if err == nil {
		err = keep(part, target)
	}
	if err != nil {
		return Downloaded{}, errors.Join(err, discard(part))
	}
	got.Path = target
	return got, nil
}

// safeName takes names that are one element of a path on every system, and
// none that a shell or a file manager hides.
func safeName(name string) (string, error) {
	if parsed, err := artifact.ParseFilename(name); err == nil && !strings.HasPrefix(name, ".") && filepath.Base(parsed) == parsed && filepath.IsLocal(parsed) {
		return parsed, nil
	}
	return "", &Error{
		Reason: registryv1.Reason_REASON_INVALID_NAME, Message: "the registry names the file in a way that could write somewhere else",
		Next: "report it to whoever runs the registry; nothing was written",
	}
}

// sameFile reports whether exactly these bytes are there already.
func sameFile(ctx context.Context, path string, size int64, want artifact.Digest) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != size {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	got, _, err := artifact.Hash(ctx, file)
	return errors.Join(err, file.Close()) == nil && got == want
}

// createPart makes the file that the bytes go to until they are known to be
// right, beside the target, so that taking its place is one step.
func createPart(dir, name string, mode fs.FileMode) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil { //nolint:gosec // a person's own download folder; the umask decides
		return nil, err
	}
	const tries = 20
	for i := range tries {
		path := filepath.Join(dir, "."+name+"."+strings.ToLower(NewRequestID()[:8])+".part")
		part, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) || i == tries-1 {
			return part, err
		}
	}
	return nil, fs.ErrExist
}

func keep(part *os.File, target string) error {
	if err := errors.Join(part.Sync(), part.Close()); err != nil {
		return fmt.Errorf("writing the file %w: %w", errSource, err)
	}
	if err := os.Rename(part.Name(), target); err != nil {
		return fmt.Errorf("putting the file in its place %w: %w", errSource, err)
	}
	return nil
}

// discard removes what came; what is gone or closed already is no fault.
func discard(part *os.File) error {
	if err := part.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	if err := os.Remove(part.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// fetch is one download on its way.
type fetch struct {
	client *Client
	part   *os.File
	sum    hash.Hash
	size   int64
	done   int64
	meter  *Meter
}

// run fetches until all is there.
func (f *fetch) run(ctx context.Context, link string) error {
	doer, url, err := f.client.link(link)
	if err != nil {
		return errors.Join(errGivenUp, err)
	}
	for attempt := 1; ; attempt++ {
		f.meter.begin(attempt, f.size)
		began := f.done
		dog := newWatchdog(ctx)
		err := f.attempt(dog, doer, url)
		reason := ""
		if err != nil && ctx.Err() == nil {
			reason = f.client.explain(err, dog.ctx)
		}
		dog.stop()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil, !passing(err):
			return err
		case f.done-began >= progressWorth:
			attempt = 0
		case attempt == MaxAttempts:
			return err
		}
		wait := transferPause.after(max(attempt, 1))
		if r, ok := errors.AsType[*refusal](err); ok && r.after > 0 {
			wait = r.after
		}
		f.meter.wait(time.Now().Add(wait), reason)
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

func compare(got, want artifact.Digest) error {
	if got != want {
		return &Error{
			Reason:  registryv1.Reason_REASON_DIGEST_MISMATCH,
			Message: fmt.Sprintf("the bytes that came have the digest %s, and the registry says %s", got, want),
			Next:    "nothing was kept; try again, and if it stays so, tell whoever runs the registry",
			Meta:    map[string]string{"want": want.String(), "got": got.String()},
		}
	}
	return nil
}

// attempt fetches what is missing.
func (f *fetch) attempt(dog *watchdog, doer *http.Client, url string) error {
	rq, err := http.NewRequestWithContext(dog.ctx, http.MethodGet, url, nil)
	if err != nil {
		return errors.Join(errGivenUp, err)
	}
	rq.Header.Set("User-Agent", f.client.options.UserAgent)
	rq.Header.Set("Accept-Encoding", "identity")
	if f.done > 0 {
		rq.Header.Set("Range", "bytes="+strconv.FormatInt(f.done, 10)+"-")
	}
	rs, err := doer.Do(rq)
	if err != nil {
		return bare(err)
	}
	dog.moved()
	switch {
	case rs.StatusCode == http.StatusPartialContent && f.done > 0 && strings.HasPrefix(rs.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", f.done)):
	case rs.StatusCode == http.StatusOK:
		if err := f.restart(); err != nil {
			return errors.Join(err, rs.Body.Close())
		}
	case rs.StatusCode == http.StatusRequestedRangeNotSatisfiable && f.done == f.size:
		drain(rs)
		return nil
	default:
		return refused(rs)
	}
	err = f.copy(dog, rs.Body)
	_ = rs.Body.Close() // what matters was read
	return err
}

// restart forgets what came, for servers that cannot go on.
func (f *fetch) restart() error {
	f.sum.Reset()
	f.done = 0
	f.meter.at(0)
	if _, err := f.part.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("writing the file %w: %w", errSource, err)
	}
	if err := f.part.Truncate(0); err != nil {
		return fmt.Errorf("writing the file %w: %w", errSource, err)
	}
	return nil
}

// copy takes the bytes of one answer, and not one more than there should be.
func (f *fetch) copy(dog *watchdog, body io.Reader) error {
	buf := make([]byte, transferBuffer)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if f.size > 0 && f.done+int64(n) > f.size {
				return &Error{
					Reason:  registryv1.Reason_REASON_SIZE_MISMATCH,
					Message: fmt.Sprintf("more than the %d bytes came that the registry says the file has", f.size),
					Next:    "nothing was kept; tell whoever runs the registry",
				}
			}
			if _, err := f.part.Write(buf[:n]); err != nil {
				return fmt.Errorf("writing the file %w: %w", errSource, err)
			}
			f.sum.Write(buf[:n])
			f.done += int64(n)
			f.meter.move(n)
			dog.moved()
		}
		switch {
		case errors.Is(err, io.EOF) && f.done < f.size:
			return io.ErrUnexpectedEOF
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
