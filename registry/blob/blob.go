// Package blob keeps the bytes of release files and brings them in and out.
//
// Bytes are named by their sha256 and visible only when they are complete: a
// blob exists or it does not. A Store is where they are kept; Dir is the
// directory. Who may upload what, and which version a file belongs to, is the
// registry's business: it hands in Uploads and Downloads and is asked.
package blob

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// ErrNotFound is wrapped by every error about bytes that are not there.
var ErrNotFound = errors.New("no such blob")

// Store is where the bytes of release files are kept.
type Store interface {
	// Target says how the client brings the bytes of one slot. The asset of
	// the answer is the caller's to fill in.
	Target(ctx context.Context, s Slot) (*registryv1.UploadTarget, error)
	// Complete turns a received slot into a blob: it checks size and sha256
	// over all bytes, makes them durable, and then calls record, which stores
	// that they are there. No blob is deleted between the two. It may be
	// called again after any failure, with the slot as it is then. When bytes are still missing the error
	// is an *Error with the reason ASSET_MISSING.
	Complete(ctx context.Context, s Slot, record Record) (Blob, error)
	// Open gives the bytes of a blob; ErrNotFound when there are none.
	Open(ctx context.Context, d artifact.Digest) (Reader, error)
	// Link is a URL, or a path on the registry's address, from which the
	// bytes can be fetched without another credential until then.
	Link(ctx context.Context, d artifact.Digest, filename string, until time.Time) (string, error)
	// Delete removes a blob if unused says so. It is asked while no upload can
	// be between having its bytes in place and recording them, so that an
	// answer that is true stays true. It is no error if there is no blob.
	Delete(ctx context.Context, d artifact.Digest, unused func(context.Context) (bool, error)) error
}

// Record stores that the bytes of an upload are there. It is called after the
// bytes are durable, may be called more than once for the same upload, and
// must then do nothing more.
type Record func(ctx context.Context, b Blob) error

// Blob names bytes that are complete.
type Blob struct {
	SHA256 artifact.Digest
	Size   int64
}

// Reader reads a blob at any place. It must be closed.
type Reader interface {
	io.ReaderAt
	io.Closer
	Size() int64
	// Proven reports whether this process hashed exactly these bytes, and
	// nobody touched the file since. Else whoever relies on the digest has to
	// read them.
	Proven() bool
}

// Slot is the place for the bytes of one asset of one attempt.
type Slot struct {
	Upload UploadID
	// Size and SHA256 are nil when the publisher did not declare them.
	Size   *int64
	SHA256 *artifact.Digest
	// Until is when the link ends.
	Until time.Time
	// Received is what this upload already brought; nil while it has not.
	Received *Blob
}

// Uploads is what receiving needs to know of the registry.
type Uploads interface {
	// Lookup finds the slot of an upload. An *Error it returns is answered to
	// the client as it is; any other error is an internal one.
	Lookup(ctx context.Context, id UploadID) (Slot, error)
	// Received stores that an upload brought all its bytes; see Record.
	Received(ctx context.Context, id UploadID, b Blob) error
}

// Downloads is asked before the bytes of a link are sent, so that a yank that
// blocks downloads also stops the links that are already handed out.
type Downloads interface {
	// Allowed returns nil, or an *Error that is answered to the client.
	Allowed(ctx context.Context, d artifact.Digest, filename string) error
}

// UploadID names one upload. It is random and not a secret: what protects an
// upload is the signature of its link.
type UploadID [16]byte

// NewUploadID returns a random id.
func NewUploadID() UploadID {
	var id UploadID
	_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	return id
}

// String is the id as it stands in links and file names.
func (id UploadID) String() string { return hex.EncodeToString(id[:]) }

// ParseUploadID is the reverse of UploadID.String and takes nothing else.
func ParseUploadID(s string) (UploadID, error) {
	var id UploadID
	if len(s) != hex.EncodedLen(len(id)) {
		return UploadID{}, fmt.Errorf("reading an upload id: it has %d characters, not %d", len(s), hex.EncodedLen(len(id)))
	}
	if _, err := hex.Decode(id[:], []byte(s)); err != nil || id.String() != s {
		return UploadID{}, errors.New("reading an upload id: it is not lower case hexadecimal")
	}
	return id, nil
}

// Error is a refusal that the client is told, with its HTTP status.
type Error struct {
	Status  int
	Reason  registryv1.Reason
	Message string
	// Next is what the client can do about it; may be empty.
	Next string
	// Cause goes to the log and never to the client.
	Cause error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error { return e.Cause }

// refuse makes an Error.
func refuse(status int, reason registryv1.Reason, next, format string, args ...any) *Error {
	return &Error{Status: status, Reason: reason, Message: fmt.Sprintf(format, args...), Next: next}
}

// internal hides what failed inside from the client and keeps it for the log.
func internal(doing string, err error) *Error {
	return &Error{
		Status: http.StatusInternalServerError, Reason: registryv1.Reason_REASON_INTERNAL,
		Message: "The registry failed while " + doing + ".", Next: "Try again; the log of the registry knows more.", Cause: err,
	}
}
