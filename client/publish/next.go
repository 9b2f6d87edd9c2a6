package publish

import (
	"context"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Next is what the number of the next version depends on.
type Next struct {
	// Previous is the highest PUBLISHED version; nil if there is none.
	Previous *registryv1.Version
	// Changes are those against it, as far as both say what they can do.
	Changes []Change
	// Choices are the numbers to choose from, the largest step first.
	Choices []NumberChoice
	// Unfinished are numbers of drafts and of FAILED versions: free to be gone
	// on with.
	Unfinished []*registryv1.VersionSummary
}

// Proposed is the number that fits what changed.
func (n Next) Proposed() string {
	for _, c := range n.Choices {
		if c.Proposed {
			return c.Number.String()
		}
	}
	return ""
}

// FindNext asks the registry which numbers are used and what the version
// before could do; capabilities is the capabilities file of what is about to
// be published, empty if there is none. A connector that the registry does
// not know yet has every number free.
func FindNext(ctx context.Context, c *client.Client, ref Ref, capabilities string) (Next, error) {
	var (
		next  Next
		taken []artifact.Number
		last  artifact.Number
		found *registryv1.VersionSummary
	)
	for v, err := range c.Versions(ctx, &registryv1.ListVersionsRequest{Connector: ref.connector(), PageSize: 1000}) {
		if client.ReasonOf(err) == registryv1.Reason_REASON_NOT_FOUND {
			break
		}
		if err != nil {
			return Next{}, err
		}
		number, err := artifact.ParseNumber(v.GetRef().GetVersion())
		if err != nil {
			continue
		}
		switch v.GetState() {
		case registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_YANKED, registryv1.State_STATE_VALIDATING:
			taken = append(taken, number)
		default:
			next.Unfinished = append(next.Unfinished, v)
		}
		if v.GetState() == registryv1.State_STATE_PUBLISHED && (last.IsZero() || number.Compare(last) > 0) {
			last, found = number, v
		}
	}
	if found != nil {
		rs, err := c.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: found.GetRef()})
		if err != nil {
			return Next{}, err
		}
		next.Previous = rs.GetVersion()
		before, badBefore := artifact.ParseCapabilities([]byte(next.Previous.GetCapabilities()))
		after, badAfter := artifact.ParseCapabilities([]byte(capabilities))
		if badBefore == nil && badAfter == nil {
			next.Changes = Changes(before, after)
		}
	}
	next.Choices = NumberChoices(taken, next.Changes)
	return next, nil
}

// Weigh asks the registry what it says to a version of which the files are
// not known yet: number, names and texts with all their faults at once. It
// changes nothing.
func Weigh(ctx context.Context, c *client.Client, a Answers) (*registryv1.CreateVersionResponse, []client.Fault, error) {
	plan, faults, err := prepare(ctx, c, a, func(*preparation) error { return nil })
	if err != nil || len(faults) > 0 {
		return nil, faults, err
	}
	rs, err := weigh(ctx, c, plan, registryv1.Platforms())
	if client.ReasonOf(err) == registryv1.Reason_REASON_VERSION_EXISTS {
		err = withNextNumber(ctx, c, plan.Ref, err)
	}
	return rs, nil, err
}
