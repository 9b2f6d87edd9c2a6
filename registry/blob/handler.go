package blob

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Header fields of resumable uploads, after draft-ietf-httpbis-resumable-upload.
const (
	headerOffset   = "Upload-Offset"
	headerComplete = "Upload-Complete"
	headerLength   = "Upload-Length"
	headerLimit    = "Upload-Limit"
	partialUpload  = "application/partial-upload"
)

const (
	isComplete  = "?1"
	isPartial   = "?0"
	recordLimit = 30 * time.Second
)

// Handler serves the links of the folder.
//
// Uploads take what a plain HTTP client does, one PUT, and let a better one
// go on after a broken one:
//
//	PUT    the whole file, with Content-Length. 201, or 200 if the same bytes
//	       are here already. What arrived of a broken one is kept.
//	HEAD   200 with Upload-Offset, how many bytes are here, and
//	       Upload-Complete, whether that is all and recorded.
//	PATCH  from Upload-Offset on, as application/partial-upload, with
//	       Content-Length. 201 when that completes the file; 204 with the new
//	       Upload-Offset when it does not, which without a declared size only
//	       Upload-Complete: ?0 says. 409 with the true Upload-Offset if the
//	       upload goes on elsewhere; 423 while another request sends it.
//
// A refusal is {"error":{"reason","message","next"}}: 403 for links that are
// expired or altered, 411 without Content-Length, 413 for more than the
// registry takes, 400 for another size than was declared, 422 for another
// sha256, 507 if the disk is full. After a wrong size or sha256 nothing is
// left of the upload.
func (d *Dir) Handler(u Uploads, dl Downloads) http.Handler {
	up, down := &receiver{dir: d, uploads: u}, &sender{dir: d, downloads: dl}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		var err error
		switch path := r.URL.EscapedPath(); {
		case strings.HasPrefix(path, UploadPrefix):
			w.Header().Set("Cache-Control", "no-store")
			err = up.serve(w, r)
		case strings.HasPrefix(path, DownloadPrefix):
			err = down.serve(w, r)
		default:
			err = refuse(http.StatusNotFound, registryv1.Reason_REASON_NOT_FOUND, "", "There is nothing under this path.")
		}
		if err != nil {
			d.answerError(w, r, err)
		}
	})
}

func setOffset(h http.Header, offset int64, complete string) {
	h.Set(headerOffset, strconv.FormatInt(offset, 10))
	h.Set(headerComplete, complete)
}

// answerBlob says which bytes are here now.
func answerBlob(w http.ResponseWriter, status int, b Blob) error {
	setOffset(w.Header(), b.Size, isComplete)
	w.Header().Set("Digest", "sha-256="+base64.StdEncoding.EncodeToString(b.SHA256[:]))
	answerJSON(w, status, map[string]any{"sha256": b.SHA256.Hex(), "size_bytes": b.Size})
	return nil
}

// answerError tells a client what was refused, and the log what it may know.
func (d *Dir) answerError(w http.ResponseWriter, r *http.Request, err error) {
	var refused *Error
	if !errors.As(err, &refused) {
		refused = internal("serving the link", err)
	}
	if refused.Status >= http.StatusInternalServerError {
		// The path has no secret: the signature is in the query.
		d.log.ErrorContext(r.Context(), "serving a link", "method", r.Method, "path", r.URL.EscapedPath(), "err", err)
	}
	answerJSON(w, refused.Status, map[string]any{"error": map[string]string{
		"reason": registryv1.Short(refused.Reason), "message": refused.Message, "next": refused.Next,
	}})
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that left before the answer learns it with its next HEAD.
	_ = json.NewEncoder(w).Encode(v)
}
