package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// signAtOnce is how many files are signed at the same time where the signer
// lets that happen.
const signAtOnce = 4

// nothingToSign says why the step of signatures is passed over.
func (r *runner) nothingToSign() string {
	how, _ := ParseSigning(r.plan.Sign) // looked at before
	switch {
	case how.Now(), r.plan.speaks():
		return ""
	case how.Way == SignNothing:
		return "no signatures were asked for"
	default:
		return "no signatures lie beside the files"
	}
}

// sign makes the signatures that the person wants, and looks at all there are
// before anything is created: what would fail there fails here.
func (r *runner) sign(ctx context.Context) (string, error) {
	how, err := ParseSigning(r.plan.Sign)
	if err != nil {
		return "", err // a file that went away since
	}
	sources, err := r.client.Trust(ctx, r.plan.Ref.Org)
	if err != nil {
		return "", err
	}
	there, err := r.there(ctx)
	if err != nil {
		return "", err
	}
	s := &signer{run: r, sources: sources, there: there, of: r.release(there), made: map[AssetKey]bool{}}
	if how.Now() {
		if r.taken(there) {
			return "nothing is signed: " + r.plan.Ref.Version + " is there with other files", nil
		}
		if s.signedBefore(ctx) {
			return s.judge(ctx)
		}
		if err := s.signAll(ctx, how); err != nil {
			return "", err
		}
	}
	return s.judge(ctx)
}

// there is the version as the registry has it, nil if it does not.
func (r *runner) there(ctx context.Context) (*registryv1.Version, error) {
	rs, err := r.client.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: r.plan.Ref.version()})
	if client.ReasonOf(err) == registryv1.Reason_REASON_NOT_FOUND {
		return nil, nil
	}
	return rs.GetVersion(), err
}

// release is the version as signatures are bound to it. One that was published
// before is judged as of then.
func (r *runner) release(there *registryv1.Version) signing.Release {
	if there != nil {
		return client.ReleaseOf(there.GetSummary())
	}
	return signing.Release{Org: r.plan.Ref.Org, Connector: r.plan.Ref.Name, Version: r.plan.Ref.Version}
}

// taken says that the number is used up by other files than these, so that
// signing them is in vain: the next step refuses it, and says what is free.
func (r *runner) taken(there *registryv1.Version) bool {
	switch there.GetSummary().GetState() {
	case registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_YANKED:
	default:
		return false
	}
	return slices.ContainsFunc(r.plan.Files, func(f File) bool { return held(there, f) == nil })
}

// held is the asset of a version that is exactly this file, nil if none is.
func held(v *registryv1.Version, f File) *registryv1.Asset {
	digest := f.digest()
	for _, a := range v.GetAssets() {
		same := a.GetFilename() == f.Asset.Filename && a.GetPlatform() == f.Asset.platform() && a.GetKind() == f.Asset.kind()
		if same && a.GetReceivedAt() != nil && string(a.GetSha256()) == string(digest[:]) {
			return a
		}
	}
	return nil
}

// signer is the step of signatures of one run.
type signer struct {
	run     *runner
	sources trust.Sources
	there   *registryv1.Version
	of      signing.Release
	keep    keeper
	// made are the files that were signed, with whether that was earlier.
	made map[AssetKey]bool
}

// signAll signs what the plan publishes and adds the signatures to it. The
// first one shows whether the registry would take them; only then are the
// others made.
func (s *signer) signAll(ctx context.Context, how Signing) (err error) {
	keep, err := s.run.keeper()
	if err != nil {
		return err
	}
	s.keep = keep
	m, err := s.run.maker(ctx, how, s.sources.Root)
	if err != nil {
		return err
	}
	defer m.forget()
	if len(m.own) > 0 {
		s.run.emit(SignsWith{Key: m.own[0]})
	}
	if err := s.mayCount(m); err != nil && !s.run.ahead {
		return err
	}
	var files []File
	for _, f := range s.run.plan.Files {
		if f.Asset.toSign() {
			files = append(files, f)
		}
	}
	made := make([]signed, len(files))
	if made[0], err = s.one(ctx, m, files[0]); err != nil {
		return err
	}
	if registers := s.run.ahead && len(m.own) > 0; !registers {
		if err := s.refuseEarly(ctx, files[0], made[0]); err != nil {
			return err
		}
	}
	group, bounded := errgroup.WithContext(ctx)
	group.SetLimit(m.atOnce)
	for i, f := range files[1:] {
		group.Go(func() (err error) {
			made[i+1], err = s.one(bounded, m, f)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, f := range files {
		s.run.plan.Files = append(s.run.plan.Files, made[i].file)
		s.made[f.Asset] = made[i].reused
	}
	return nil
}

// refuseEarly looks at the first signature as the registry will.
func (s *signer) refuseEarly(ctx context.Context, f File, made signed) error {
	results, err := trust.Check(ctx, []trust.File{f.onDisk(), made.file.onDisk()}, s.of, s.sources.For(s.run.means.Sign.clock()))
	if err != nil {
		return err
	}
	v := results[0].Verdict
	if v.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED {
		return nil
	}
	e := client.NotVerified(f.Asset.String(), v)
	e.Doing = s.run.doing()
	if how := registerAs(s.run.plan.Ref.Org, v); how != "" {
		e.Next = "nothing was created. " + how
	}
	return e
}

// judge looks at all signatures as the registry will, and tells what they are
// worth.
func (s *signer) judge(ctx context.Context) (string, error) {
	files := make([]trust.File, len(s.run.plan.Files))
	var judged []AssetKey // in the order of the results
	for i, f := range s.run.plan.Files {
		files[i] = f.onDisk()
		if !trust.IsMaterial(files[i].Kind) {
			judged = append(judged, f.Asset)
		}
	}
	results, err := trust.Check(ctx, files, s.of, s.sources.For(s.run.means.Sign.clock()))
	if err != nil {
		return "", err
	}
	var bad []error
	good, untrusted := 0, []*registryv1.Verdict(nil)
	for i, result := range results {
		asset := judged[i]
		reused, made := s.made[asset]
		v := result.Verdict
		if v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED && v.GetReason() == "" && !asset.toSign() {
			continue // an SBOM needs no signature of its own
		}
		s.run.emit(Signed{Asset: asset, Verdict: v, Made: made, Reused: reused})
		switch {
		case v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
			good++
		case v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, s.sources.Policy.GetRequireSignatures() && asset.runs():
			e := client.NotVerified(asset.String(), v)
			e.Doing = asset.Filename + of(asset.Platform)
			bad = append(bad, e)
		case v.GetReason() == string(signing.NoTrust):
			untrusted = append(untrusted, v)
		}
	}
	if len(bad) > 0 {
		return "", s.refused(bad)
	}
	if len(untrusted) > 0 {
		s.run.emit(Noted{Note{About: "sign", Caution: true, Text: s.nothingToMeasureBy(untrusted[0])}})
	}
	return s.summary(good, len(untrusted)), nil
}

// refused is the error of signatures that are not good, with the reason of the
// first for those who decide by it.
func (s *signer) refused(bad []error) error {
	first, _ := errors.AsType[*client.Error](bad[0])
	all, _ := errors.AsType[*client.Error](together(s.run.doing(), bad))
	all.Code, all.Meta = codes.FailedPrecondition, first.Meta
	if len(bad) > 1 {
		all.Message = fmt.Sprintf("the signatures of %d files are not good: %s", len(bad), first.Message)
	}
	return all
}

// summary counts what there is: "5 files signed, 5 verified".
func (s *signer) summary(good, untrusted int) string {
	var parts []string
	again := 0
	for _, reused := range s.made {
		if reused {
			again++
		}
	}
	if fresh := len(s.made) - again; fresh > 0 {
		parts = append(parts, words.Plural(fresh, "file", "files")+" signed")
	}
	if again > 0 {
		parts = append(parts, words.Plural(again, "signature", "signatures")+" used again")
	}
	if good > 0 {
		parts = append(parts, words.Count(good)+" verified")
	}
	if untrusted > 0 {
		parts = append(parts, words.Count(untrusted)+" with nothing to measure by")
	}
	return strings.Join(parts, ", ")
}
