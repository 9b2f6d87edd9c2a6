package client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// sidesAtOnce is how many signature files are fetched at the same time.
const sidesAtOnce = 4

// DownloadVerified fetches one file of an answer as Download does, and checks
// its signatures before it takes its place: with one that is not good, nothing
// is left behind. A file without a signature, or of an org that has registered
// nothing to measure one by, comes with the verdict that says so, and is
// refused only where the org's policy requires signatures. The meter follows
// the file itself and may be nil.
func (c *Client) DownloadVerified(
	ctx context.Context, answer *registryv1.GetDownloadURLsResponse, chosen *registryv1.Download, dir string, m *Meter, now func() time.Time,
) (_ Downloaded, _ *registryv1.Verdict, err error) {
	sources, err := c.Trust(ctx, answer.GetVersion().GetRef().GetOrg())
	if err != nil {
		return Downloaded{}, nil, err
	}
	temp, err := os.MkdirTemp("", "registrar-download-")
	if err != nil {
		return Downloaded{}, nil, fmt.Errorf("making a folder for the signatures: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	files, err := c.fetchInto(ctx, temp, speaksFor(answer.GetDownloads(), chosen), nil)
	if err != nil {
		return Downloaded{}, nil, err
	}
	var verdict *registryv1.Verdict
	got, err := c.downloadIf(ctx, chosen, dir, m, func(ctx context.Context, got Downloaded) error {
		results, err := trust.Check(ctx, append(files, OnDisk(chosen.GetAsset(), got)), ReleaseOf(answer.GetVersion()), sources.For(now))
		if err != nil {
			return err
		}
		verdict = results[len(results)-1].Verdict // the file was the last
		err = acceptable(answer, chosen.GetAsset(), verdict)
		if fault, ok := errors.AsType[*Error](err); ok && !bytes.Equal(got.SHA256[:], chosen.GetAsset().GetSha256()) {
			fault.Reason = registryv1.Reason_REASON_DIGEST_MISMATCH // the registry's own record says so, too
		}
		return err
	})
	return got, verdict, err
}

// acceptable refuses a file for what its signatures are worth.
func acceptable(answer *registryv1.GetDownloadURLsResponse, asset *registryv1.Asset, v *registryv1.Verdict) error {
	switch {
	case v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
		return NotVerified(asset.GetFilename(), v)
	case v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED && answer.GetSignaturesRequired():
		e := NotVerified(asset.GetFilename(), v)
		e.Message = "the policy of " + answer.GetVersion().GetRef().GetOrg() + " requires signatures. " + v.GetDetail()
		e.Next = cmp.Or(e.Next, "ask whoever published it for a version that is signed")
		return e
	default:
		return nil
	}
}

// NotVerified is the error of a file whose signature is not good. It says what
// the verdict says, in the same words, whoever came to it.
func NotVerified(file string, v *registryv1.Verdict) *Error {
	e := &Error{
		Reason: registryv1.Reason_REASON_SIGNATURE_INVALID, Code: codes.FailedPrecondition, Message: v.GetDetail(), Next: v.GetNext(),
		Faults: []Fault{{Field: file, Reason: registryv1.Reason_REASON_SIGNATURE_INVALID, Message: v.GetDetail()}},
		Meta:   map[string]string{"verdict_reason": cmp.Or(v.GetReason(), string(signing.Missing))},
	}
	for name, value := range map[string]string{"want": v.GetWant(), "got": v.GetGot(), "signer": v.GetSigner(), "scheme": v.GetScheme()} {
		if value != "" {
			e.Meta[name] = value
		}
	}
	return e
}

// speaksFor are the files of a version that say something about one of them:
// what lies beside it, and a checksum file with what lies beside that.
func speaksFor(all []*registryv1.Download, chosen *registryv1.Download) []*registryv1.Download {
	files := make([]trust.File, len(all))
	for i, d := range all {
		files[i] = trust.File{Name: d.GetAsset().GetFilename(), Kind: d.GetAsset().GetKind(), Platform: d.GetAsset().GetPlatform()}
	}
	beside := func(of *registryv1.Download) []*registryv1.Download {
		var out []*registryv1.Download
		for i, f := range files {
			about := trust.Beside(files, f)
			if attests(all[i].GetAsset()) && slices.ContainsFunc(about, func(k int) bool { return all[k] == of }) {
				out = append(out, all[i])
			}
		}
		return out
	}
	out := beside(chosen)
	for i, sums := range all {
		if files[i].Kind != registryv1.AssetKind_ASSET_KIND_CHECKSUM || sums == chosen {
			continue
		}
		if signed := beside(sums); len(signed) > 0 { // without a signature it proves nothing
			out = append(append(out, signed...), sums)
		}
	}
	return out
}

// attests says whether a file may hold a signature of another one. An SBOM that
// does is small.
func attests(a *registryv1.Asset) bool {
	return trust.IsMaterial(a.GetKind()) || a.GetKind() == registryv1.AssetKind_ASSET_KIND_SBOM && a.GetSizeBytes() <= signing.MaxMaterial
}

// fetchInto fetches files to have their signatures checked, in their order.
// Small ones come several at once; the meter follows the others one by one.
func (c *Client) fetchInto(ctx context.Context, dir string, downloads []*registryv1.Download, m *Meter) ([]trust.File, error) {
	files := make([]trust.File, len(downloads))
	// Each has a folder of its own: files of several platforms share names.
	into := func(i int) string { return filepath.Join(dir, strconv.Itoa(i)) }
	var large []int
	group, bounded := errgroup.WithContext(ctx)
	group.SetLimit(sidesAtOnce)
	for i, d := range downloads {
		if !isSide(d.GetAsset().GetKind()) {
			large = append(large, i)
			continue
		}
		group.Go(func() (err error) {
			files[i], err = c.fetchSide(bounded, into(i), d)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, i := range large {
		got, err := c.downloadIf(ctx, downloads[i], into(i), m, asItIs)
		if err != nil {
			return nil, err
		}
		files[i] = OnDisk(downloads[i].GetAsset(), got)
	}
	return files, nil
}

func isSide(kind registryv1.AssetKind) bool {
	return trust.IsMaterial(kind) || kind == registryv1.AssetKind_ASSET_KIND_CHECKSUM || kind == registryv1.AssetKind_ASSET_KIND_SBOM
}

// fetchSide fetches a file that speaks for others. What is larger than any
// real signature is not fetched: its size alone decides.
func (c *Client) fetchSide(ctx context.Context, dir string, d *registryv1.Download) (trust.File, error) {
	asset := d.GetAsset()
	if trust.IsMaterial(asset.GetKind()) && asset.GetSizeBytes() > signing.MaxMaterial {
		return trust.File{
			Name: asset.GetFilename(), Kind: asset.GetKind(), Platform: asset.GetPlatform(),
			Open: func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(io.LimitReader(zeros{}, asset.GetSizeBytes())), nil
			},
		}, nil
	}
	got, err := c.downloadIf(ctx, d, dir, nil, asItIs)
	if err != nil {
		return trust.File{}, err
	}
	return OnDisk(asset, got), nil
}

// asItIs takes whatever bytes come: what they are worth is asked afterwards.
func asItIs(context.Context, Downloaded) error { return nil }

// zeros stands for bytes that nobody needs to see.
type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
