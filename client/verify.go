package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// Trust reads what an org trusts, as it is now: its policy, keys and
// identities, and the trusted root of the registry. An org that is not there
// yet trusts nothing, and neither does anybody at a registry that is too old
// to know of keys.
func (c *Client) Trust(ctx context.Context, org string) (trust.Sources, error) {
	var out trust.Sources
	policy, err := c.Admin.GetPolicy(ctx, &registryv1.GetPolicyRequest{Org: org})
	if err != nil && !nothingThere(err) {
		return out, err
	}
	root, err := c.Admin.GetTrustRoot(ctx, &registryv1.GetTrustRootRequest{})
	if err != nil && !nothingThere(err) {
		return out, err
	}
	out.Policy, out.Root = policy.GetPolicy(), root.GetTrustRoot().GetDocument()
	for key, err := range c.SigningKeys(ctx, &registryv1.ListSigningKeysRequest{Org: org}) {
		if nothingThere(err) {
			break
		}
		if err != nil {
			return out, err
		}
		out.Keys = append(out.Keys, key)
	}
	for id, err := range c.Identities(ctx, &registryv1.ListIdentitiesRequest{Org: org}) {
		if nothingThere(err) {
			break
		}
		if err != nil {
			return out, err
		}
		out.Identities = append(out.Identities, id)
	}
	return out, nil
}

// nothingThere says that what was asked for does not exist, rather than that
// asking failed.
func nothingThere(err error) bool {
	reason := ReasonOf(err)
	return reason == registryv1.Reason_REASON_UNIMPLEMENTED || reason == registryv1.Reason_REASON_NOT_FOUND
}

// ReleaseOf is the version as signatures are bound to it. A version that is
// not public yet is judged as of now.
func ReleaseOf(v *registryv1.VersionSummary) signing.Release {
	of := signing.Release{Org: v.GetRef().GetOrg(), Connector: v.GetRef().GetName(), Version: v.GetRef().GetVersion()}
	if at := v.GetPublishedAt(); at != nil {
		of.PublishedAt = at.AsTime()
	}
	return of
}

// VerifyHere fetches the files of a version, all or those of some platforms,
// into a folder that is removed again, and checks their signatures on this
// computer, with nothing taken from what the registry says of them but the
// org's keys and identities. The meter may be nil; it follows one file after
// the other.
func (c *Client) VerifyHere(ctx context.Context, ref *registryv1.VersionRef, platforms []registryv1.Platform, m *Meter) (results []trust.Result, err error) {
	answer, err := c.Registry.GetDownloadURLs(ctx, &registryv1.GetDownloadURLsRequest{
		Connector: &registryv1.ConnectorRef{Org: ref.GetOrg(), Name: ref.GetName()}, Version: ref.GetVersion(), Platforms: platforms,
	})
	if err != nil {
		return nil, err
	}
	sources, err := c.Trust(ctx, answer.GetVersion().GetRef().GetOrg())
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "registrar-verify-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to verify in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	changed := make([]*registryv1.Verdict, len(answer.GetDownloads()))
	files, err := c.fetchInto(ctx, dir, answer.GetDownloads(), m, func(i int, err error) bool {
		changed[i] = changedVerdict(answer.GetDownloads()[i].GetAsset().GetFilename(), err)
		return changed[i] != nil
	})
	if err != nil {
		return nil, err
	}
	for i, d := range answer.GetDownloads() {
		if changed[i] != nil {
			files[i] = trust.File{Name: d.GetAsset().GetFilename(), Kind: d.GetAsset().GetKind(), Platform: d.GetAsset().GetPlatform()}
		}
	}
	results, err = trust.Check(ctx, unchanged(files, changed), ReleaseOf(answer.GetVersion()), sources.For(time.Now))
	if err != nil {
		return nil, err
	}
	return withChanged(files, results, changed), nil
}

// unchanged are the files to be checked: those that came as they were recorded,
// without signatures of files that did not. Such a signature would be taken for
// one of another platform's file of the same name.
func unchanged(files []trust.File, changed []*registryv1.Verdict) []trust.File {
	var out []trust.File
	for i, f := range files {
		about := trust.Beside(files, f)
		idle := len(about) > 0 && !slices.ContainsFunc(about, func(k int) bool { return changed[k] == nil })
		if changed[i] == nil && (!trust.IsMaterial(f.Kind) || !idle) {
			out = append(out, f)
		}
	}
	return out
}

// changedVerdict is what a file is worth whose bytes are not those that the
// registry recorded; nil where the download failed for another reason, or did
// not. It is an answer about this file, and the others are still looked at.
func changedVerdict(name string, err error) *registryv1.Verdict {
	fault, ok := errors.AsType[*Error](err)
	if !ok || fault.Reason != registryv1.Reason_REASON_DIGEST_MISMATCH && fault.Reason != registryv1.Reason_REASON_SIZE_MISMATCH {
		return nil
	}
	verdict := &registryv1.Verdict{
		Status: registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, Reason: string(signing.DigestMismatch),
		Detail: "The bytes of " + name + " that came are not those that the registry recorded: something changed them since.",
		Want:   fault.Meta["want"], Got: fault.Meta["got"],
		Next: "Do not use the file. Tell whoever runs the registry: what it stores was damaged or altered.",
	}
	for _, step := range signing.StepNames() {
		said := &registryv1.VerdictStep{Name: string(step), Result: registryv1.StepResult_STEP_RESULT_NOT_REACHED, Detail: "not reached"}
		if step == signing.StepBytes {
			said.Result, said.Detail = registryv1.StepResult_STEP_RESULT_FAIL, fault.Message
			if verdict.GetWant() != "" {
				said.Detail = "the registry recorded another digest than the bytes have that it sends"
			}
		}
		verdict.Steps = append(verdict.Steps, said)
	}
	return verdict
}

// withChanged puts the verdicts of changed files among the others. A signature
// that was changed decides about the file that it lies beside: that must not
// look as if it had none.
func withChanged(files []trust.File, checked []trust.Result, changed []*registryv1.Verdict) []trust.Result {
	verdicts := slices.Clone(changed)
	for i, f := range files {
		if changed[i] == nil && !trust.IsMaterial(f.Kind) {
			verdicts[i], checked = checked[0].Verdict, checked[1:] // they are in the same order
		}
	}
	for i, f := range files {
		if changed[i] == nil || !trust.IsMaterial(f.Kind) {
			continue
		}
		for _, about := range trust.Beside(files, f) {
			if changed[about] != nil {
				continue // it decides about itself, or another signature did
			}
			decides := proto.CloneOf(changed[i])
			if verdicts[about].GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED {
				decides.Others = append(decides.Others, verdicts[about])
			}
			changed[about], verdicts[about] = decides, decides
		}
	}
	var results []trust.Result
	for i, f := range files {
		if !trust.IsMaterial(f.Kind) {
			results = append(results, trust.Result{Name: f.Name, Kind: f.Kind, Platform: f.Platform, Verdict: verdicts[i]})
		}
	}
	return results
}

// OnDisk is a downloaded file as its signatures are checked.
func OnDisk(asset *registryv1.Asset, got Downloaded) trust.File {
	return trust.File{
		Name: asset.GetFilename(), Kind: asset.GetKind(), Platform: asset.GetPlatform(), SHA256: artifact.Digest(got.SHA256),
		Size: got.Size,
		Open: func(context.Context) (io.ReadCloser, error) { return os.Open(got.Path) },
	}
}
