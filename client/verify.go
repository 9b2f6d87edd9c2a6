package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// Trust reads what an org trusts, as it is now: its policy, keys and
// identities, and the trusted root of the registry.
func (c *Client) Trust(ctx context.Context, org string) (trust.Sources, error) {
	var out trust.Sources
	policy, err := c.Admin.GetPolicy(ctx, &registryv1.GetPolicyRequest{Org: org})
	if err != nil {
		return out, err
	}
	root, err := c.Admin.GetTrustRoot(ctx, &registryv1.GetTrustRootRequest{})
	if err != nil {
		return out, err
	}
	out.Policy, out.Root = policy.GetPolicy(), root.GetTrustRoot().GetDocument()
	for key, err := range c.SigningKeys(ctx, &registryv1.ListSigningKeysRequest{Org: org}) {
		if err != nil {
			return out, err
		}
		out.Keys = append(out.Keys, key)
	}
	for id, err := range c.Identities(ctx, &registryv1.ListIdentitiesRequest{Org: org}) {
		if err != nil {
			return out, err
		}
		out.Identities = append(out.Identities, id)
	}
	return out, nil
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
	var files []trust.File
	changed := map[string]*registryv1.Verdict{}
	for _, d := range answer.GetDownloads() {
		got, err := c.Download(ctx, d, dir, m)
		if verdict := changedVerdict(d.GetAsset().GetFilename(), err); verdict != nil {
			changed[d.GetAsset().GetFilename()] = verdict
			continue
		}
		if err != nil {
			return nil, err
		}
		files = append(files, OnDisk(d.GetAsset(), got))
	}
	results, err = trust.Check(ctx, files, ReleaseOf(answer.GetVersion()), sources.For(time.Now))
	if err != nil || len(changed) == 0 {
		return results, err
	}
	return withChanged(answer.GetDownloads(), results, changed), nil
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

// withChanged puts the verdicts of changed files among the others, in the
// order of the downloads. A signature that was changed decides about the file
// it lies beside: that must not look as if it had none.
func withChanged(downloads []*registryv1.Download, checked []trust.Result, changed map[string]*registryv1.Verdict) []trust.Result {
	verdicts := map[string]*registryv1.Verdict{}
	for _, result := range checked {
		verdicts[result.Name] = result.Verdict
	}
	for _, d := range downloads {
		name := d.GetAsset().GetFilename()
		verdict := changed[name]
		if verdict == nil {
			continue
		}
		verdicts[name] = verdict
		base, beside := artifact.Beside(name)
		if other, known := verdicts[base]; beside && known && changed[base] == nil {
			if other.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED {
				verdict.Others = append(verdict.Others, other)
			}
			changed[base], verdicts[base] = verdict, verdict
		}
	}
	var results []trust.Result
	for _, d := range downloads {
		name, kind := d.GetAsset().GetFilename(), d.GetAsset().GetKind()
		if verdict := verdicts[name]; verdict != nil && !trust.IsMaterial(kind) {
			results = append(results, trust.Result{Name: name, Kind: kind, Verdict: verdict})
		}
	}
	return results
}

// OnDisk is a downloaded file as its signatures are checked.
func OnDisk(asset *registryv1.Asset, got Downloaded) trust.File {
	return trust.File{
		Name: asset.GetFilename(), Kind: asset.GetKind(), SHA256: artifact.Digest(got.SHA256),
		Open: func(context.Context) (io.ReadCloser, error) { return os.Open(got.Path) },
	}
}
