package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// TrustRoot is a Sigstore trusted root that somebody imported.
type TrustRoot struct {
	Document []byte
	SHA256   Digest
	At       time.Time
	By       string
}

// TrustRoot is the root that was imported last; ErrNotFound if none ever was.
func (v *View) TrustRoot(ctx context.Context) (TrustRoot, error) {
	return one(ctx, v.c, func(row scanner, r *TrustRoot) error {
		var at int64
		var digest []byte
		err := row.Scan(&r.Document, &digest, &at, &r.By)
		copy(r.SHA256[:], digest)
		r.At = fromMicros(at)
		return err
	}, "select document, sha256, set_at, set_by from trust_roots order by id desc limit 1")
}

// SetTrustRoot replaces the trusted root of the registry; the earlier ones are
// kept. Event TRUST_ROOT_SET.
func (tx *Tx) SetTrustRoot(ctx context.Context, document []byte) (TrustRoot, error) {
	root := TrustRoot{Document: document, SHA256: sha256.Sum256(document), At: tx.now, By: tx.by.Person}
	_, err := tx.c.exec(ctx, "insert into trust_roots (document, sha256, set_at, set_by) values (?, ?, ?, ?)",
		document, root.SHA256[:], micros(tx.now), tx.by.Person)
	if err != nil {
		return TrustRoot{}, fmt.Errorf("setting the trusted root: %w", err)
	}
	tx.Record(Record{
		Kind:   registryv1.EventKind_EVENT_KIND_TRUST_ROOT_SET,
		Detail: map[string]string{"sha256": hex.EncodeToString(root.SHA256[:])},
	})
	return root, tx.recheckAll(ctx)
}
