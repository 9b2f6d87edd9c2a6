package store

import (
	"context"
	"fmt"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func scanDigest(row scanner, d *Digest) error {
	var stored []byte
	if err := row.Scan(&stored); err != nil {
		return err
	}
	if copy(d[:], stored) != len(d) {
		return fmt.Errorf("a stored digest has %d bytes", len(stored))
	}
	return nil
}

func scanUploadID(row scanner, id *UploadID) error {
	var stored []byte
	if err := row.Scan(&stored); err != nil {
		return err
	}
	if copy(id[:], stored) != len(id) {
		return fmt.Errorf("a stored upload id has %d bytes", len(stored))
	}
	return nil
}

func scanBlob(row scanner, b *Blob) error {
	var digest []byte
	var at int64
	err := row.Scan(&digest, &b.Size, &at)
	copy(b.Digest[:], digest)
	b.At = fromMicros(at)
	return err
}

// Blob finds bytes; ErrNotFound.
func (v *View) Blob(ctx context.Context, digest Digest) (Blob, error) {
	return one(ctx, v.c, scanBlob, "select sha256, size, at from blobs where sha256 = ?", digest[:])
}

// Downloadable finds bytes that the caller could download: of a version of
// his orgs, or of one that is public and not blocked; ErrNotFound. Knowing a
// digest alone gives no right to its bytes.
func (v *View) Downloadable(ctx context.Context, digest Digest, see Visibility) (Blob, error) {
	if see.All {
		return v.Blob(ctx, digest)
	}
	in, orgs := oneOf("v.org_id", see.Orgs)
	return one(ctx, v.c, scanBlob, `select b.sha256, b.size, b.at from blobs b where b.sha256 = ? and exists (
		select 1 from assets a join versions v on v.id = a.version_id where a.sha256 = b.sha256
		and (`+in+` or (v.state in (4, 6) and v.blocked = 0 and a.attempt = v.attempt)))`, append([]any{digest[:]}, orgs...)...)
}

// Blobs lists blobs by digest, to compare with what the disk holds.
func (v *View) Blobs(ctx context.Context, after *Digest, limit int) ([]Blob, error) {
	start := []byte{}
	if after != nil {
		start = after[:]
	}
	return collect(ctx, v.c, scanBlob, "select sha256, size, at from blobs where sha256 > ? order by sha256 limit ?", start, limit)
}

// Facts is what was found in bytes; ErrNotFound if nobody looked yet.
func (v *View) Facts(ctx context.Context, digest Digest) (*registryv1.Facts, error) {
	stored, err := one(ctx, v.c, value[[]byte], "select facts from facts where sha256 = ?", digest[:])
	if err != nil {
		return nil, err
	}
	facts := &registryv1.Facts{}
	return facts, unmarshal(stored, facts)
}

// PutFacts stores what was found in bytes.
func (tx *Tx) PutFacts(ctx context.Context, digest Digest, facts *registryv1.Facts) error {
	stored, err := marshal(facts)
	if err != nil {
		return err
	}
	_, err = tx.c.exec(ctx, "insert into facts (sha256, facts) values (?, ?) on conflict (sha256) do update set facts = excluded.facts", digest[:], stored)
	if err != nil {
		return fmt.Errorf("storing what was found in bytes: %w", err)
	}
	return nil
}

// UploadDetail is an upload with what it is for.
type UploadDetail struct {
	Upload
	Asset   Asset
	Version Version
}

func scanUpload(row scanner, u *Upload) error {
	var id []byte
	var asset, until int64
	err := row.Scan(&id, &asset, &until, &u.Done)
	copy(u.ID[:], id)
	u.Asset, u.Until = AssetID(asset), fromMicros(until)
	return err
}

// Upload finds an upload; ErrNotFound.
func (v *View) Upload(ctx context.Context, id UploadID) (UploadDetail, error) {
	upload, err := one(ctx, v.c, scanUpload, "select id, asset_id, until, done from uploads where id = ?", id[:])
	if err != nil {
		return UploadDetail{}, err
	}
	asset, err := v.Asset(ctx, upload.Asset)
	if err != nil {
		return UploadDetail{}, fmt.Errorf("finding the file of an upload: %w", err)
	}
	version, err := v.VersionByID(ctx, asset.Version)
	if err != nil {
		return UploadDetail{}, fmt.Errorf("finding the version of an upload: %w", err)
	}
	return UploadDetail{Upload: upload, Asset: asset, Version: version}, nil
}

// UploadOf is the open upload of an asset, to go on with; ErrNotFound.
func (v *View) UploadOf(ctx context.Context, id AssetID) (Upload, error) {
	return one(ctx, v.c, scanUpload, "select id, asset_id, until, done from uploads where asset_id = ? and done = 0 order by until desc limit 1", int64(id))
}

// PutUpload adds an upload, or gives the one that is there a new end.
func (tx *Tx) PutUpload(ctx context.Context, u Upload) error {
	_, err := tx.c.exec(ctx, `insert into uploads (id, asset_id, until, done) values (?, ?, ?, ?)
		on conflict (id) do update set until = excluded.until`, u.ID[:], int64(u.Asset), micros(u.Until), u.Done)
	if err != nil {
		return fmt.Errorf("opening an upload: %w", err)
	}
	return nil
}

// SweepUploads removes rows of uploads that ended before a time; the caller
// removes their part files.
func (tx *Tx) SweepUploads(ctx context.Context, before time.Time, limit int) ([]UploadID, error) {
	ended, err := collect(ctx, tx.c, scanUploadID, "select id from uploads where until < ? order by until limit ?", micros(before), limit)
	if err != nil {
		return nil, err
	}
	for _, id := range ended {
		if _, err := tx.c.exec(ctx, "delete from uploads where id = ?", id[:]); err != nil {
			return nil, fmt.Errorf("removing an upload that ended: %w", err)
		}
	}
	return ended, nil
}

// SweepBlobs removes rows from before a time that no asset names; the caller
// removes the files. Whatever removes an asset releases its bytes already, so
// this finds something only after a fault.
func (tx *Tx) SweepBlobs(ctx context.Context, before time.Time, limit int) ([]Digest, error) {
	unnamed, err := collect(ctx, tx.c, scanDigest, `select b.sha256 from blobs b where b.at < ?
		and not exists (select 1 from assets a where a.sha256 = b.sha256) order by b.at limit ?`, micros(before), limit)
	if err != nil {
		return nil, err
	}
	for _, digest := range unnamed {
		if _, err := tx.c.exec(ctx, "delete from blobs where sha256 = ?", digest[:]); err != nil {
			return nil, fmt.Errorf("removing bytes that nobody names: %w", err)
		}
	}
	return unnamed, nil
}
