package publish

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// signed is a signature in its file.
type signed struct {
	file   File
	reused bool
}

// one comes to the signature of one file: as it is kept from an earlier run, as
// the version has it, or made now. Signatures differ each time, so one that is
// there and good is not made anew: publishing the same again stays the same.
func (s *signer) one(ctx context.Context, m *maker, f File) (signed, error) {
	as := AssetKey{Platform: f.Asset.Platform, Kind: registryv1.Short(m.kind), Filename: f.Asset.Filename + m.ending}
	for _, find := range []func(context.Context, AssetKey) ([]byte, error){s.keep.read, s.fetch} {
		data, err := find(ctx, as)
		if ctx.Err() != nil {
			return signed{}, ctx.Err()
		}
		if err != nil || data == nil || !s.good(ctx, m, f, data) {
			continue // what cannot be used again is made anew
		}
		file, err := s.keep.write(ctx, as, data, f.SHA256)
		return signed{file, true}, err
	}
	data, err := m.sign(ctx, s.artifact(f))
	if err != nil {
		return signed{}, signingFailed("signing "+f.Asset.Filename+of(f.Asset.Platform), err)
	}
	file, err := s.keep.write(ctx, as, data, f.SHA256)
	return signed{file, false}, err
}

func of(platform string) string {
	if platform == "" {
		return ""
	}
	return " of " + platform
}

// artifact is a file as it is signed and verified: what was hashed, and not
// what it became since.
func (s *signer) artifact(f File) signing.Artifact {
	digest := f.digest()
	return signing.Artifact{
		Name: f.Asset.Filename, Digests: signing.Digests{SHA256: digest[:], Size: f.Stamp.Size}, Release: s.of,
		Open: func() (io.ReadCloser, error) { return f.reopen() },
	}
}

// reopen opens a file that has its digest.
func (f File) reopen() (*os.File, error) {
	file, stamp, err := f.open()
	if err == nil && !stamp.Same(f.Stamp) {
		err = errors.Join(f.changed(""), file.Close())
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

// good says whether data is a signature of the file by this very signer.
func (s *signer) good(ctx context.Context, m *maker, f File, data []byte) bool {
	policy, err := m.policy(data, s.sources.Root, s.run.means.Sign)
	if err != nil {
		return false
	}
	if len(m.own) == 0 && len(s.sources.Identities) > 0 {
		// Who signs keyless is known afterwards; whom the org trusts, now.
		policy = s.sources.For(s.run.means.Sign.clock())
	}
	verdict, err := trust.One(ctx, s.artifact(f), m.material(data), policy)
	return err == nil && verdict.OK()
}

// fetch gets a signature that the version has already, nil if it has none.
func (s *signer) fetch(ctx context.Context, as AssetKey) ([]byte, error) {
	has := slices.ContainsFunc(s.there.GetAssets(), func(a *registryv1.Asset) bool { return keyOf(a) == as && a.GetReceivedAt() != nil })
	if !has {
		return nil, nil
	}
	ref := s.run.plan.Ref
	rs, err := s.run.client.Registry.GetDownloadURLs(ctx, &registryv1.GetDownloadURLsRequest{Connector: ref.connector(), Version: ref.Version})
	if err != nil {
		return nil, err
	}
	for _, d := range rs.GetDownloads() {
		if keyOf(d.GetAsset()) == as && d.GetAsset().GetSizeBytes() <= signing.MaxMaterial {
			return s.keep.fetch(ctx, s.run.client, as, d)
		}
	}
	return nil, nil
}

func keyOf(a *registryv1.Asset) AssetKey {
	return AssetKey{Platform: a.GetPlatform().Slug(), Kind: registryv1.Short(a.GetKind()), Filename: a.GetFilename()}
}

// onDisk is a file as its signatures are checked.
func (f File) onDisk() trust.File {
	return trust.File{
		Name: f.Asset.Filename, Kind: f.Asset.kind(), Platform: f.Asset.platform(), SHA256: f.digest(), Size: f.Stamp.Size,
		Open: func(context.Context) (io.ReadCloser, error) { return f.reopen() },
	}
}
