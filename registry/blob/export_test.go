package blob

import (
	"net/url"
	"os"
	"time"

	"github.com/registrar-console/registrar/artifact"
)

// FailSync makes every fsync of the folder's files give err.
func (d *Dir) FailSync(err error) { d.sync = func(*os.File) error { return err } }

// KeptSums counts the hashes of broken uploads that are in memory.
func (d *Dir) KeptSums() int {
	d.sums.mu.Lock()
	defer d.sums.mu.Unlock()
	return len(d.sums.byPart)
}

// MaxSums is the bound of KeptSums.
const MaxSums = maxSums

// TestLinks are links as the tests see them.
type TestLinks struct{ l links }

// NewTestLinks makes links with a key.
func NewTestLinks(key []byte, now func() time.Time) (TestLinks, error) {
	l, err := newLinks(key, now)
	return TestLinks{l}, err
}

// Upload is the path of an upload.
func (t TestLinks) Upload(id UploadID, until time.Time) string { return t.l.upload(id, until) }

// Download is the path of a download.
func (t TestLinks) Download(d artifact.Digest, name string, until time.Time) (string, error) {
	return t.l.download(d, name, until)
}

// ReadUpload takes an upload link apart.
func (t TestLinks) ReadUpload(u *url.URL) (UploadID, error) { return t.l.readUpload(u) }

// ReadDownload takes a download link apart.
func (t TestLinks) ReadDownload(u *url.URL) (artifact.Digest, string, error) {
	return t.l.readDownload(u)
}
