package wizard

import (
	"context"
	"errors"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
)

// dropping removes what is left of a publish that nobody wants to go on with.
type dropping struct {
	keeper   *keeper
	registry string
	// version is what the registry has a draft of, if run sent it.
	version action.Version
	// run is what sent it; it ends before anything is removed. Nil: nothing was
	// sent from here.
	run *Run
}

// Task implements action.Work.
func (d dropping) Task() string { return "drop " + d.version.String() }

// Doing implements action.Work.
func (d dropping) Doing() string { return "removing the draft" }

// Do implements action.Work. The files go from the registry first: a draft
// that is only here is found again under Drafts.
func (d dropping) Do(ctx context.Context, calls *client.Client, _ func(float64)) (string, error) {
	const here = "The answers are removed from this computer."
	if d.run == nil {
		return here, d.keeper.drop()
	}
	<-d.run.over
	rs, err := calls.Registry.AbandonVersion(ctx, &registryv1.AbandonVersionRequest{Ref: d.version.Ref(), Reason: "its publisher abandoned it"})
	said := "The draft is removed. Nothing of it was public."
	switch client.ReasonOf(err) {
	case registryv1.Reason_REASON_UNSPECIFIED:
		if err != nil {
			return "", err
		}
		if rs.GetVersion() != nil {
			said = d.version.String() + " is withdrawn. Nothing of it was public, and the number stays free."
		}
	case registryv1.Reason_REASON_NOT_FOUND:
		said = here + " " + d.registry + " has nothing of it."
	case registryv1.Reason_REASON_WRONG_STATE:
		// It came to an end before: there is nothing to abandon any more.
		said = here + " " + d.registry + " keeps " + d.version.String() + stateOf(err) + "."
	default:
		return "", err
	}
	return said, d.keeper.drop()
}

// stateOf is the state that a refusal names: ", which is PUBLISHED".
func stateOf(err error) string {
	if refused, is := errors.AsType[*client.Error](err); is && refused.Meta["state"] != "" {
		return ", which is " + refused.Meta["state"]
	}
	return ""
}
