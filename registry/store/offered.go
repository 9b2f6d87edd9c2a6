package store

import "context"

// Offered finds bytes that somebody may fetch who was given a link to them: a
// version that is not blocked is made of them, whoever may see it; ErrNotFound.
// It is asked when a link is used, since a yank may have blocked what it was
// given for.
func (v *View) Offered(ctx context.Context, digest Digest) (Blob, error) {
	return one(ctx, v.c, scanBlob, `select b.sha256, b.size, b.at from blobs b where b.sha256 = ? and exists (
		select 1 from assets a join versions v on v.id = a.version_id where a.sha256 = b.sha256 and v.blocked = 0)`, digest[:])
}
