package blob

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// sender serves downloads.
type sender struct {
	dir       *Dir
	downloads Downloads
}

// serve answers GET and HEAD of a download link, with ranges. Whether the
// file may be fetched is asked each time, so that a yank that blocks
// downloads stops links that are already handed out at once.
func (sn *sender) serve(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return refuse(http.StatusMethodNotAllowed, registryv1.Reason_REASON_UNIMPLEMENTED,
			"Use GET.", "A download link does not take this method.")
	}
	digest, filename, err := sn.dir.links.readDownload(r.URL)
	if errors.Is(err, errLinkExpired) {
		return refuse(http.StatusForbidden, registryv1.Reason_REASON_NOT_PERMITTED,
			"Ask the registry for a new link.", "The download link has expired.")
	}
	if err != nil {
		return refuse(http.StatusForbidden, registryv1.Reason_REASON_NOT_PERMITTED,
			"Ask the registry for a new link.", "The download link was altered, or this registry never gave it.")
	}
	if err := sn.downloads.Allowed(r.Context(), digest, filename); err != nil {
		return err
	}
	blob, err := sn.dir.Open(r.Context(), digest)
	if errors.Is(err, ErrNotFound) {
		// Whoever allowed it knows the file: its bytes are lost.
		return &Error{
			Status: http.StatusInternalServerError, Reason: registryv1.Reason_REASON_INTERNAL,
			Message: "The registry has lost the bytes of this file.", Next: "Tell whoever runs the registry.", Cause: err,
		}
	}
	if err != nil {
		return internal("opening the file", err)
	}
	defer func() {
		if err := blob.Close(); err != nil {
			sn.dir.log.Error("closing a blob", "sha256", digest.Hex(), "err", err)
		}
	}()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", disposition(filename))
	h.Set("ETag", fmt.Sprintf("%q", digest.String()))
	h.Set("Cache-Control", "private, no-cache")
	http.ServeContent(w, r, "", time.Time{}, &pacedContent{
		ReadSeeker: io.NewSectionReader(blob, 0, blob.Size()),
		control:    http.NewResponseController(w), idle: sn.dir.idle,
	})
	return nil
}

// disposition has the browser save the file under its name; a name that is
// not plain ASCII is encoded.
func disposition(filename string) string {
	if value := mime.FormatMediaType("attachment", map[string]string{"filename": filename}); value != "" {
		return value
	}
	return "attachment"
}

// pacedContent moves the deadline for writing on with every piece that is
// read, so that slow downloads live and stalled ones end.
type pacedContent struct {
	io.ReadSeeker
	control *http.ResponseController
	idle    time.Duration
}

// Read implements io.Reader.
func (c *pacedContent) Read(b []byte) (int, error) {
	_ = c.control.SetWriteDeadline(time.Now().Add(c.idle)) // see receiver.watched
	return c.ReadSeeker.Read(b)
}
