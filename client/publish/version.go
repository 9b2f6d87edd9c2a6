package publish

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// version creates the version, or finds out how far it is.
func (r *runner) version(ctx context.Context) (string, error) {
	rs, err := r.client.Registry.CreateVersion(ctx, r.plan.createRequest())
	if client.ReasonOf(err) == registryv1.Reason_REASON_VERSION_EXISTS {
		return r.sameAsPublished(ctx, err)
	}
	if err != nil {
		return "", err
	}
	r.result.Version = rs.GetVersion()
	r.attempt = rs.GetVersion().GetSummary().GetAttempt()
	switch rs.GetOutcome() {
	case registryv1.CreateOutcome_CREATE_OUTCOME_VALIDATING:
		r.have = haveFinalized
		return "the registry checks it already", r.plan.refuseOthers(rs.GetVersion())
	case registryv1.CreateOutcome_CREATE_OUTCOME_DRAFT:
		return "takes up the draft", r.refuseStrangers(rs.GetVersion())
	case registryv1.CreateOutcome_CREATE_OUTCOME_NEXT_ATTEMPT:
		return "attempt " + words.Count(r.attempt), nil
	default:
		return "", nil
	}
}

// refuseOthers refuses a version that is checked with other files than those of
// the plan.
func (p Plan) refuseOthers(v *registryv1.Version) error {
	if set, ok := artifact.DigestFromBytes(v.GetAssetSet()); ok && set == p.set() {
		return nil
	}
	return &client.Error{
		Reason: registryv1.Reason_REASON_WRONG_STATE, Code: codes.FailedPrecondition, Doing: p.doing(),
		Message: p.Ref.Version + " is being checked with other files than these",
		Next:    "wait for the outcome, or withdraw it with registrar abandon",
	}
}

// set is the digest of exactly these files.
func (p Plan) set() artifact.Digest {
	entries := make([]artifact.SetEntry, len(p.Files))
	for i, f := range p.Files {
		entries[i] = f.setEntry()
	}
	return artifact.SetDigest(entries)
}

// sameAsPublished turns a taken number into success if what is there is
// exactly what was to be published.
func (r *runner) sameAsPublished(ctx context.Context, taken error) (string, error) {
	v, err := published(ctx, r.client, r.plan, taken)
	if err != nil {
		return "", err
	}
	r.result.Version, r.result.Unchanged, r.have = v, true, havePublished
	r.result.Stable = v.GetSummary().GetStable()
	return "exactly this is published already", nil
}

// published is the version whose number is taken if it has exactly the plan's
// files and is public; else the error says which number is free.
func published(ctx context.Context, c *client.Client, p Plan, taken error) (*registryv1.Version, error) {
	fault, ok := errors.AsType[*client.Error](taken)
	if !ok || fault.Meta["state"] != registryv1.Short(registryv1.State_STATE_PUBLISHED) || fault.Meta["asset_set"] != p.set().String() {
		return nil, withNextNumber(ctx, c, p.Ref, taken)
	}
	rs, err := c.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: p.Ref.version()})
	return rs.GetVersion(), err
}

// refuseStrangers refuses a draft that holds files which this plan does not
// know: finalizing would refuse them after everything was sent.
func (r *runner) refuseStrangers(v *registryv1.Version) error {
	var faults []client.Fault
	for _, a := range v.GetAssets() {
		key := AssetKey{Platform: a.GetPlatform().Slug(), Kind: registryv1.Short(a.GetKind()), Filename: a.GetFilename()}
		known := false
		for _, f := range r.plan.Files {
			known = known || f.Asset == key
		}
		if known || a.GetReceivedAt() == nil {
			continue
		}
		faults = append(faults, client.Fault{
			Field: key.String(), Reason: registryv1.Reason_REASON_ASSET_UNEXPECTED, Message: "the draft holds " + key.Filename + ", which is not among these files",
		})
	}
	if len(faults) == 0 {
		return nil
	}
	return &client.Error{
		Reason: registryv1.Reason_REASON_ASSET_UNEXPECTED, Code: codes.FailedPrecondition, Doing: r.doing(), Faults: faults,
		Message: "the draft of " + r.plan.Ref.Version + " holds " + words.Plural(len(faults), "file", "files") + " of an earlier publish with other names",
		Next:    "remove it with registrar abandon, then publish again",
	}
}
