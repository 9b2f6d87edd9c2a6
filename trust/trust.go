// Package trust says what the signatures of a version's files are worth, in
// one way for everybody who asks: the registry when it validates, commands and
// console when they verify a download. It finds the material that lies beside
// each file, has it checked by the scheme that its content shows, and puts the
// answer into the contract's words.
package trust

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
)

// maxSums bounds a checksum file; real ones have a line per file.
const maxSums = 1 << 20

// File is one file of a version, in the registry or on disk.
type File struct {
	Name string
	Kind registryv1.AssetKind
	// Platform tells files of one name apart: some publishers give the files
	// of all platforms the same one. Unspecified where there is none.
	Platform registryv1.Platform
	// SHA256 is the digest of the bytes that Open gives, as their reader has
	// just computed it.
	SHA256 artifact.Digest
	// Recorded is the digest that the registry recorded; zero where nobody has
	// one. Bytes that differ from it are never good, however they are signed.
	Recorded artifact.Digest
	// Size is how many bytes those are; 0 where it is not known.
	Size int64
	// Open gives the bytes from their beginning. It may be called several
	// times, also at once; nil where there are none to be had.
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// Result is what one file is worth. Files that are material themselves, such
// as signatures, have none.
type Result struct {
	Name     string
	Kind     registryv1.AssetKind
	Platform registryv1.Platform
	Verdict  *registryv1.Verdict
}

// Check verifies every signature that lies beside the files of one version.
// The results are in the order of the files. A signature that is not good is
// a verdict; the error is for bytes that could not be read.
func Check(ctx context.Context, files []File, of signing.Release, p signing.Policy) ([]Result, error) {
	sides, err := readMaterial(ctx, files)
	if err != nil {
		return nil, err
	}
	var subjects []File
	var beside [][]side
	for i, f := range files {
		if !IsMaterial(f.Kind) {
			subjects, beside = append(subjects, f), append(beside, sides[i])
		}
	}
	results := make([]Result, len(subjects))
	group, bounded := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for i, f := range subjects {
		results[i] = Result{Name: f.Name, Kind: f.Kind, Platform: f.Platform}
		group.Go(func() error {
			verdict, err := worth(bounded, f, beside[i], of, p)
			if err != nil {
				return fmt.Errorf("verifying the signatures of %q: %w", f.Name, err)
			}
			results[i].Verdict = verdict
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := spreadSums(ctx, subjects, results); err != nil {
		return nil, err
	}
	for i, f := range subjects {
		if f.changed() && results[i].Verdict.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED {
			results[i].Verdict = changed(f.Recorded, f.SHA256)
		}
	}
	return results, nil
}

// changed says that the bytes are not those that the registry recorded.
func (f File) changed() bool {
	return !f.Recorded.IsZero() && f.Recorded != f.SHA256
}

// worth checks all material of one file and lets the first verdict that is not
// good decide, else the strongest.
func worth(ctx context.Context, f File, sides []side, of signing.Release, p signing.Policy) (*registryv1.Verdict, error) {
	var all []*registryv1.Verdict
	for _, m := range gather(sides) {
		verdict, err := One(ctx, f.artifact(of), m.Material, p)
		if err != nil {
			return nil, err
		}
		out := Proto(verdict)
		out.Material = m.names
		all = append(all, out)
	}
	if len(all) == 0 {
		return Unsigned(), nil
	}
	slices.SortStableFunc(all, func(a, b *registryv1.Verdict) int { return cmp.Compare(weight(a), weight(b)) })
	all[0].Others = all[1:]
	return all[0], nil
}

// weight puts what decides first.
func weight(v *registryv1.Verdict) int {
	switch {
	case v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
		return 0
	case v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
		return 4
	default:
		strength := []string{assurance(signing.Full), assurance(signing.CertificateOnly), assurance(signing.KeyOnly)}
		return 1 + max(0, slices.Index(strength, v.GetAssurance()))
	}
}

// One checks one signature by the scheme that its content shows.
func One(ctx context.Context, a signing.Artifact, m signing.Material, p signing.Policy) (signing.Verdict, error) {
	if pgp.Looks(m.Signature) {
		return pgp.Verifier{}.Verify(ctx, a, m, p)
	}
	return cosign.Verifier{}.Verify(ctx, a, m, p)
}

// Unsigned is the verdict of a file beside which nothing lies.
func Unsigned() *registryv1.Verdict {
	return &registryv1.Verdict{
		Status: registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED,
		Detail: "There is no signature beside the file.",
	}
}

func (f File) artifact(of signing.Release) signing.Artifact {
	a := signing.Artifact{Name: f.Name, Release: of}
	if !f.SHA256.IsZero() {
		a.Digests.SHA256, a.Digests.Size = slices.Clone(f.SHA256[:]), f.Size
	}
	if f.Open != nil {
		a.Open = func() (io.ReadCloser, error) { return f.Open(context.Background()) }
	}
	return a
}

// spreadSums lets the signature of a checksum file speak for the files that it
// lists and that have no signature of their own, for good or ill: a list whose
// signature is not good must not leave them looking merely unsigned.
func spreadSums(ctx context.Context, files []File, results []Result) error {
	own := make([]*registryv1.Verdict, len(results)) // a list does not vouch for another list
	for i, r := range results {
		own[i] = r.Verdict
	}
	for i, sums := range files {
		if sums.Kind != registryv1.AssetKind_ASSET_KIND_CHECKSUM || isBare(own[i]) || sums.Open == nil {
			continue
		}
		listed, err := readSums(ctx, sums)
		if err != nil {
			return err
		}
		for k, f := range files {
			if k == i || !isBare(own[k]) || !isBare(results[k].Verdict) || serves(sums.Platform) && sums.Platform != f.Platform {
				continue
			}
			digest, ok := listed[f.Name]
			switch {
			case own[i].GetReason() != "" && (ok || sums.changed()):
				results[k].Verdict = throughBad(sums.Name, own[i])
			case own[i].GetReason() == "" && ok:
				results[k].Verdict = through(sums.Name, own[i], digest, f.SHA256)
			}
		}
	}
	return nil
}

// isBare says that nothing speaks for a file.
func isBare(v *registryv1.Verdict) bool {
	return v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED && v.GetReason() == ""
}

// readSums reads which digests a checksum file names; a file that it names
// twice with different digests is named by nothing.
func readSums(ctx context.Context, f File) (map[string]artifact.Digest, error) {
	text, err := read(ctx, f, maxSums)
	if errors.Is(err, signing.ErrTooLarge) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	sums, err := artifact.ParseChecksums(text, artifact.ChecksumSubject(f.Name))
	if err != nil {
		return nil, nil //nolint:nilerr // a list that cannot be read lists nothing; the check "checksums" says so
	}
	listed := map[string]artifact.Digest{}
	twice := map[string]bool{}
	for _, line := range sums.Lines {
		if known, ok := listed[line.Filename]; ok && known != line.SHA256 {
			twice[line.Filename] = true
		}
		listed[line.Filename] = line.SHA256
	}
	for name := range twice {
		delete(listed, name)
	}
	return listed, nil
}
