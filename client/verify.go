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
// org's keys and identities. Bytes that are not those that the registry
// recorded are checked too: what is wrong with them is a verdict, and the other
// files are still looked at. The meter may be nil; it follows one file after
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
	files, err := c.fetchInto(ctx, dir, answer.GetDownloads(), m)
	if err != nil {
		return nil, err
	}
	return trust.Check(ctx, files, ReleaseOf(answer.GetVersion()), sources.For(time.Now))
}

// OnDisk is a downloaded file as its signatures are checked.
func OnDisk(asset *registryv1.Asset, got Downloaded) trust.File {
	recorded, _ := artifact.DigestFromBytes(asset.GetSha256())
	return trust.File{
		Recorded: recorded,
		Name:     asset.GetFilename(), Kind: asset.GetKind(), Platform: asset.GetPlatform(), SHA256: artifact.Digest(got.SHA256),
		Size: got.Size,
		Open: func(context.Context) (io.ReadCloser, error) { return os.Open(got.Path) },
	}
}
