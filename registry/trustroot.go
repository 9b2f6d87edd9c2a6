package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
	"github.com/registrar-console/registrar/signing/cosign"
)

const (
	// maxTrustRoot bounds a trusted root; the public-good one has 7 KB.
	maxTrustRoot = 1 << 20
	// embeddedRoot is the origin of the root that is part of the program.
	embeddedRoot = "embedded"
)

// GetTrustRoot implements registryv1.AdminServiceServer: the public-good root
// until somebody imported another.
func (r *Registry) GetTrustRoot(ctx context.Context, _ *registryv1.GetTrustRootRequest) (*registryv1.GetTrustRootResponse, error) {
	const doing = "reading the trusted root"
	var root store.TrustRoot
	err := r.store.Read(ctx, func(v *store.View) (err error) {
		root, err = trustRoot(ctx, v)
		return err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return &registryv1.GetTrustRootResponse{TrustRoot: trustRootProto(root)}, nil
}

// trustRoot is the root in force.
func trustRoot(ctx context.Context, v *store.View) (store.TrustRoot, error) {
	root, err := v.TrustRoot(ctx)
	if errors.Is(err, store.ErrNotFound) {
		document := cosign.PublicGoodRoot()
		return store.TrustRoot{Document: document, SHA256: sha256.Sum256(document), By: embeddedRoot}, nil
	}
	return root, err
}

// SetTrustRoot implements registryv1.AdminServiceServer.
func (r *Registry) SetTrustRoot(ctx context.Context, rq *registryv1.SetTrustRootRequest) (*registryv1.SetTrustRootResponse, error) {
	const doing = "changing the trusted root"
	c := r.checker()
	c.trustRoot("document", rq.GetDocument())
	if err := c.err(doing); err != nil {
		return nil, err
	}
	defer r.worker.ring() // What waits for people is checked again.
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.SetTrustRootResponse, error) {
		root, err := trustRoot(ctx, &tx.View)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(root.Document, rq.GetDocument()) {
			if root, err = tx.SetTrustRoot(ctx, rq.GetDocument()); err != nil {
				return nil, err
			}
		}
		return &registryv1.SetTrustRootResponse{TrustRoot: trustRootProto(root)}, nil
	})
	return answer, wrap(doing, err)
}

// trustRoot refuses a document that verifies nothing.
func (c *checker) trustRoot(path string, document []byte) {
	const invalid = registryv1.Reason_REASON_INVALID_ARGUMENT
	switch {
	case len(document) == 0:
		c.faults.Add(path, invalid, "the trusted root is missing")
		return
	case len(document) > maxTrustRoot:
		c.faults.Add(path, invalid, "the document has %d bytes, but at most %d are allowed", len(document), maxTrustRoot)
		return
	}
	_, err := cosign.InspectRoot(document)
	for _, fault := range parts(err) {
		c.faults.Add(path, invalid, "%s", printable(fault.Error()))
	}
}

// trustRootProto is a root with the logs that it knows. One that is in force
// was read before, so that what is wrong with it cannot be found here.
func trustRootProto(root store.TrustRoot) *registryv1.TrustRoot {
	out := &registryv1.TrustRoot{
		Document: root.Document, Sha256: root.SHA256[:], Origin: root.By, SetAt: timestamp(root.At),
	}
	info, _ := cosign.InspectRoot(root.Document)
	for _, log := range info.Logs {
		out.Logs = append(out.Logs, &registryv1.TransparencyLog{
			Name: log.ID, Url: log.URI, ValidFrom: timestamp(log.From), ValidUntil: timestamp(log.Until),
		})
	}
	return out
}
