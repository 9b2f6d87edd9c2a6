// Package blobtest is test support for everything that keeps blobs: a small
// registry that hands out slots and remembers what arrived, a client that
// misbehaves on purpose, and the conformance suite that every blob.Store
// passes.
package blobtest

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/blob"
)

// Registry stands in for the registry: it implements blob.Uploads and
// blob.Downloads in memory.
type Registry struct {
	mu       sync.Mutex
	slots    map[blob.UploadID]blob.Slot
	blobs    map[artifact.Digest]int64
	blocked  map[artifact.Digest]bool
	received int
	refusal  error
}

var (
	_ blob.Uploads   = (*Registry)(nil)
	_ blob.Downloads = (*Registry)(nil)
)

// NewRegistry returns a registry without slots.
func NewRegistry() *Registry {
	return &Registry{
		slots: map[blob.UploadID]blob.Slot{}, blobs: map[artifact.Digest]int64{}, blocked: map[artifact.Digest]bool{},
	}
}

// Declare makes a slot; size and digest may be nil.
func (r *Registry) Declare(size *int64, digest *artifact.Digest, until time.Time) blob.Slot {
	slot := blob.Slot{Upload: blob.NewUploadID(), Size: size, SHA256: digest, Until: until}
	r.Add(slot)
	return slot
}

// DeclareFor makes a slot for exactly these bytes that is open for an hour.
func (r *Registry) DeclareFor(content []byte) blob.Slot {
	size, digest := int64(len(content)), Digest(content)
	return r.Declare(&size, &digest, time.Now().Add(time.Hour))
}

// Add makes a known slot, as another process would find it in the store.
func (r *Registry) Add(slot blob.Slot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slots[slot.Upload] = slot
}

// Abandon removes a slot.
func (r *Registry) Abandon(id blob.UploadID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.slots, id)
}

// RefuseReceived makes Received fail until it is called with nil.
func (r *Registry) RefuseReceived(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refusal = err
}

// Block stops downloads of a blob.
func (r *Registry) Block(d artifact.Digest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.blocked[d] = true
}

// Lookup implements blob.Uploads.
func (r *Registry) Lookup(_ context.Context, id blob.UploadID) (blob.Slot, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slot, ok := r.slots[id]
	if !ok {
		return blob.Slot{}, &blob.Error{
			Status: http.StatusForbidden, Reason: registryv1.Reason_REASON_UPLOAD_EXPIRED, Message: "The draft is gone.",
		}
	}
	return slot, nil
}

// Received implements blob.Uploads.
func (r *Registry) Received(_ context.Context, id blob.UploadID, b blob.Blob) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refusal != nil {
		return r.refusal
	}
	slot := r.slots[id]
	slot.Received = &b
	r.slots[id] = slot
	r.blobs[b.SHA256] = b.Size
	r.received++
	return nil
}

// Record is Received bound to one upload.
func (r *Registry) Record(id blob.UploadID) blob.Record {
	return func(ctx context.Context, b blob.Blob) error { return r.Received(ctx, id, b) }
}

// Allowed implements blob.Downloads.
func (r *Registry) Allowed(_ context.Context, d artifact.Digest, _ string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.blocked[d] {
		return &blob.Error{
			Status: http.StatusForbidden, Reason: registryv1.Reason_REASON_DOWNLOAD_BLOCKED, Message: "Downloads are blocked.",
		}
	}
	return nil
}

// Has says whether there is a row for a blob.
func (r *Registry) Has(d artifact.Digest) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.blobs[d]
	return ok
}

// Drop removes the row of a blob, as abandoning a draft does.
func (r *Registry) Drop(d artifact.Digest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.blobs, d)
}

// Unused is what Delete asks.
func (r *Registry) Unused(d artifact.Digest) func(context.Context) (bool, error) {
	return func(context.Context) (bool, error) { return !r.Has(d), nil }
}

// Recorded counts the calls of Received that succeeded.
func (r *Registry) Recorded() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.received
}
