package publish

import (
	"context"
	"errors"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// one brings one file across. A link that ended is renewed; a file that is not
// what it was is found out, before its bytes are sent or by what the registry
// says of them.
func (r *runner) one(ctx context.Context, f File, target *registryv1.UploadTarget, m *client.Meter, fresh bool) (File, *registryv1.UploadTarget, error) {
	for links := 0; ; links++ {
		if fresh || links > 0 {
			var err error
			if f, target, err = r.renew(ctx, f); err != nil {
				return f, target, err
			}
		}
		err := r.put(ctx, f, target, m)
		switch client.ReasonOf(err) {
		case registryv1.Reason_REASON_UPLOAD_EXPIRED, registryv1.Reason_REASON_UPLOAD_INVALID:
			if links < maxLinks {
				continue
			}
		case registryv1.Reason_REASON_DIGEST_MISMATCH, registryv1.Reason_REASON_SIZE_MISMATCH, registryv1.Reason_REASON_INTERNAL:
			err = blame(ctx, f, err)
		default:
		}
		return f, target, err
	}
}

// renew reads the file again if it changed, and asks for a new link.
func (r *runner) renew(ctx context.Context, f File) (File, *registryv1.UploadTarget, error) {
	hashed, reused, err := f.hash(ctx)
	if err != nil {
		return f, nil, err
	}
	if !reused {
		if err := refuseSwapped(ctx, hashed, r.plan.Ref); err != nil {
			return f, nil, err
		}
	}
	targets, err := r.targets(ctx, []File{hashed})
	if err != nil {
		return hashed, nil, err
	}
	return hashed, targets[0], nil
}

// put sends the bytes of a file that is still what was hashed.
func (r *runner) put(ctx context.Context, f File, target *registryv1.UploadTarget, m *client.Meter) (err error) {
	file, stamp, err := f.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if !stamp.Same(f.Stamp) {
		return f.changed("")
	}
	return r.client.Put(ctx, target, file, f.Stamp.Size, m)
}

// blame finds out whether a refusal of the bytes is because the file changed
// under the transfer.
func blame(ctx context.Context, f File, refusal error) error {
	now := f
	now.SHA256 = ""
	now, _, err := now.hash(ctx)
	if err != nil || now.SHA256 == f.SHA256 {
		return refusal
	}
	sum := now.digest()
	return f.changed(words.Digest(sum[:]))
}
