package blob

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// receiver takes uploads.
type receiver struct {
	dir     *Dir
	uploads Uploads
}

func (rc *receiver) serve(w http.ResponseWriter, r *http.Request) error {
	id, err := rc.dir.links.readUpload(r.URL)
	if errors.Is(err, errLinkExpired) {
		return uploadExpired()
	}
	if err != nil {
		return refuse(http.StatusForbidden, registryv1.Reason_REASON_UPLOAD_INVALID,
			"Ask the registry for a new link.", "The upload link was altered, or this registry never gave it.")
	}
	switch r.Method {
	case http.MethodHead:
		return rc.head(w, r, id)
	case http.MethodPut, http.MethodPatch:
		return rc.receive(w, r, id)
	default:
		w.Header().Set("Allow", "HEAD, PATCH, PUT")
		return refuse(http.StatusMethodNotAllowed, registryv1.Reason_REASON_UNIMPLEMENTED,
			"Use PUT for the whole file, HEAD to ask how far it got, PATCH to go on.", "An upload link does not take this method.")
	}
}

// lookup finds the slot of an upload that may still be sent.
func (rc *receiver) lookup(ctx context.Context, id UploadID) (Slot, error) {
	slot, err := rc.uploads.Lookup(ctx, id)
	if err != nil {
		return Slot{}, err
	}
	slot.Upload = id
	if !slot.Until.IsZero() && !rc.dir.now().Before(slot.Until) {
		return Slot{}, uploadExpired()
	}
	return slot, nil
}

// record binds Received to an upload.
func (rc *receiver) record(id UploadID) Record {
	return func(ctx context.Context, b Blob) error { return rc.uploads.Received(ctx, id, b) }
}

// sent is what a PUT or PATCH brings.
type sent struct {
	body io.Reader
	// from is where its bytes begin; 0 for a PUT.
	from, length int64
	whole        bool
	// last is whether the sender says that these are the last bytes; nil when
	// it does not say.
	last *bool
}

// receive takes a PUT or PATCH. The slot is looked up under the lock, so that
// what was finished a moment ago is seen.
func (rc *receiver) receive(w http.ResponseWriter, r *http.Request, id UploadID) error {
	in, err := rc.readSent(w, r)
	if err != nil {
		return err
	}
	p, err := rc.dir.lockPart(id)
	if err != nil {
		w.Header().Set("Retry-After", "1")
		return err
	}
	defer p.release()
	slot, err := rc.lookup(r.Context(), id)
	if err != nil {
		return err
	}
	if slot.Received != nil {
		return rc.repeated(w, in, *slot.Received)
	}
	if in.whole {
		err = rc.fits(slot, in, p)
		if err == nil {
			err = p.reset()
		}
	} else {
		err = rc.resume(r.Context(), slot, in, p)
	}
	if err == nil {
		err = rc.take(p, in)
	}
	if err == nil {
		err = rc.conclude(w, r, slot, in, p)
	}
	var refused *Error
	if errors.As(err, &refused) && refused.Reason == registryv1.Reason_REASON_UPLOAD_OFFSET {
		setOffset(w.Header(), p.size, isPartial)
	}
	return err
}

// readSent reads the header fields of a PUT or PATCH.
func (rc *receiver) readSent(w http.ResponseWriter, r *http.Request) (sent, error) {
	in := sent{body: rc.watched(w, r.Body), length: r.ContentLength, whole: r.Method == http.MethodPut}
	if in.length < 0 {
		return in, refuse(http.StatusLengthRequired, registryv1.Reason_REASON_INVALID_ARGUMENT,
			"Send the file with its Content-Length, not chunked.", "The request does not say how many bytes it has.")
	}
	if in.whole {
		return in, nil
	}
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != partialUpload {
		return in, refuse(http.StatusUnsupportedMediaType, registryv1.Reason_REASON_INVALID_ARGUMENT,
			"Send the bytes as "+partialUpload+".", "A PATCH of an upload has another Content-Type.")
	}
	offset := r.Header.Get(headerOffset)
	from, err := strconv.ParseUint(offset, 10, 62)
	if err != nil || len(r.Header.Values(headerOffset)) != 1 {
		return in, refuse(http.StatusBadRequest, registryv1.Reason_REASON_INVALID_ARGUMENT,
			"Ask with HEAD how far the upload got, and send that number.", "A PATCH of an upload needs one whole number in %s.", headerOffset)
	}
	in.from = int64(from)
	switch complete := r.Header.Get(headerComplete); complete {
	case "":
	case isComplete, isPartial:
		last := complete == isComplete
		in.last = &last
	default:
		return in, refuse(http.StatusBadRequest, registryv1.Reason_REASON_INVALID_ARGUMENT,
			"Send ?1 with the last bytes, ?0 with others, or leave it out.", "%s is neither ?0 nor ?1.", headerComplete)
	}
	return in, nil
}

// fits compares the announced length with what was declared, before a byte is
// read. One byte too many leaves nothing of the upload.
func (rc *receiver) fits(slot Slot, in sent, p *part) error {
	if in.length > rc.dir.maxSize-in.from { // no sum: the length is the client's, and may be any number
		p.drop()
		return refuse(http.StatusRequestEntityTooLarge, registryv1.Reason_REASON_TOO_LARGE,
			"Make the file smaller, or ask whoever runs the registry for more.",
			"The file has more than the %d bytes that this registry takes.", rc.dir.maxSize)
	}
	total := in.from + in.length
	switch {
	case slot.Size == nil:
		return nil
	case total > *slot.Size:
		p.drop()
	case total < *slot.Size && (in.whole || (in.last != nil && *in.last)):
	default:
		return nil
	}
	return refuse(http.StatusBadRequest, registryv1.Reason_REASON_SIZE_MISMATCH, "Send the file that was declared.",
		"%d bytes were declared, and with this request there would be %d.", *slot.Size, total)
}

// resume prepares a part to be gone on with.
func (rc *receiver) resume(ctx context.Context, slot Slot, in sent, p *part) error {
	if err := p.load(ctx); err != nil {
		return err
	}
	if in.from != p.size {
		return refuse(http.StatusConflict, registryv1.Reason_REASON_UPLOAD_OFFSET,
			"Go on from the byte in Upload-Offset.", "The upload has %d bytes and goes on from there, not from %d.", p.size, in.from)
	}
	if p.placed != nil && in.length > 0 {
		p.drop()
		return refuse(http.StatusBadRequest, registryv1.Reason_REASON_SIZE_MISMATCH,
			"Send the file again from its first byte.", "The upload was complete with %d bytes, and more came.", in.from)
	}
	return rc.fits(slot, in, p)
}

// take moves the bytes of a request into the part. What arrived before the
// connection broke stays.
func (rc *receiver) take(p *part, in sent) error {
	buf := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buf)
	for left := in.length; left > 0; {
		n, err := io.ReadFull(in.body, buf[:min(bufferSize, left)])
		if n > 0 {
			if err := p.append(buf[:n]); err != nil {
				return err
			}
			left -= int64(n)
		}
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			return refuse(http.StatusRequestTimeout, registryv1.Reason_REASON_UPLOAD_OFFSET,
				"Go on from the byte in Upload-Offset.", "Nothing came for %s. %d bytes are here.", rc.dir.idle, p.size)
		default:
			return refuse(http.StatusBadRequest, registryv1.Reason_REASON_UPLOAD_OFFSET,
				"Go on from the byte in Upload-Offset.", "The connection broke. %d bytes are here.", p.size)
		}
	}
	return nil
}

// conclude finishes the upload if these were its last bytes, and answers.
func (rc *receiver) conclude(w http.ResponseWriter, r *http.Request, slot Slot, in sent, p *part) error {
	last := slot.Size == nil
	if slot.Size != nil {
		last = p.size >= *slot.Size
	} else if in.last != nil {
		last = *in.last
	}
	if !last {
		setOffset(w.Header(), p.size, isPartial)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	// The bytes are here: a client that left does not undo them.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), recordLimit)
	defer cancel()
	blob, err := p.finish(ctx, slot, rc.record(slot.Upload))
	if err != nil {
		return err
	}
	return answerBlob(w, http.StatusCreated, blob)
}

// repeated answers a request for an upload that is finished. Real clients may
// send the same file twice; it is read, compared and thrown away.
func (rc *receiver) repeated(w http.ResponseWriter, in sent, have Blob) error {
	if !in.whole {
		if in.from == have.Size && in.length == 0 {
			return answerBlob(w, http.StatusOK, have)
		}
		setOffset(w.Header(), have.Size, isComplete)
		return &Error{
			Status: http.StatusConflict, Reason: registryv1.Reason_REASON_WRONG_STATE,
			Message: "The upload is complete; it has all its bytes.",
		}
	}
	if in.length != have.Size {
		return refuse(http.StatusBadRequest, registryv1.Reason_REASON_SIZE_MISMATCH, "Ask the registry for a new link to send another file.",
			"The upload is complete with %d bytes, and this file has %d.", have.Size, in.length)
	}
	buf := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buf)
	sum := newHash()
	n, err := io.CopyBuffer(sum, onlyReader{io.LimitReader(in.body, in.length)}, buf[:])
	if err != nil || n != in.length {
		setOffset(w.Header(), have.Size, isComplete)
		return refuse(http.StatusBadRequest, registryv1.Reason_REASON_WRONG_STATE, "",
			"The connection broke. The upload was complete before.")
	}
	if got := [32]byte(sum.Sum(nil)); got != have.SHA256 {
		return refuse(http.StatusUnprocessableEntity, registryv1.Reason_REASON_DIGEST_MISMATCH, "Ask the registry for a new link to send another file.",
			"The upload is complete with the sha256 %s, and this file has another.", have.SHA256.Hex())
	}
	return answerBlob(w, http.StatusOK, have)
}

// onlyReader hides every other method, so that the given buffer is used.
type onlyReader struct{ io.Reader }

// watched reads with a deadline that moves on with every read: a server-wide
// one would cut long uploads, and none would keep dead ones for ever.
func (rc *receiver) watched(w http.ResponseWriter, body io.Reader) io.Reader {
	control := http.NewResponseController(w)
	return readerFunc(func(b []byte) (int, error) {
		// Connections in memory may know no deadlines; they cannot die silently.
		_ = control.SetReadDeadline(time.Now().Add(rc.dir.idle))
		n, err := body.Read(b)
		if errors.Is(err, io.EOF) {
			_ = control.SetReadDeadline(time.Time{})
		}
		return n, err
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func uploadExpired() *Error {
	return refuse(http.StatusForbidden, registryv1.Reason_REASON_UPLOAD_EXPIRED,
		"Ask the registry for a new link; what was sent is asked for with HEAD.", "The upload link has expired.")
}
