package wizard

import (
	"context"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// held is what the registry has of a version.
type held struct {
	// known says that it answered, err why it did not.
	known bool
	err   error
	// state is unspecified where it has nothing.
	state registryv1.State
	size  int64
}

// findHeld asks the registry what it has of a version: a draft may have been
// sent by an earlier run of this program, or by a colleague.
type findHeld struct{ ref publish.Ref }

// heldFound is the answer to findHeld.
type heldFound struct {
	ref publish.Ref
	held
}

// Ask implements action.Question.
func (q findHeld) Ask(ctx context.Context, calls *client.Client) any {
	rs, err := calls.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{
		Ref: &registryv1.VersionRef{Org: q.ref.Org, Name: q.ref.Name, Version: q.ref.Version},
	})
	found := heldFound{ref: q.ref}
	switch client.ReasonOf(err) {
	case registryv1.Reason_REASON_NOT_FOUND, registryv1.Reason_REASON_INVALID_NAME, registryv1.Reason_REASON_INVALID_VERSION:
		found.known = true // it has nothing, also of what is typed by half
	default:
		if err != nil {
			found.err = err
			break
		}
		found.known, found.state, found.size = true, rs.GetVersion().GetSummary().GetState(), rs.GetVersion().GetSummary().GetSizeBytes()
	}
	return found
}

// situation is what leaving means now.
type situation struct {
	registry, number string
	// job is what runs in the project, by its command.
	job string
	// uploading says that files are on their way, over, that the run came to its
	// end meanwhile; ours, that this console sent what the registry has.
	uploading, over, ours bool
	held                  held
}

// situation finds it out, from what the registry said and how far the run is.
func (s *Publish) situation(h held) situation {
	x := situation{registry: s.Registry, number: s.answers.Version, ours: s.run.run != nil, held: h}
	if j := s.job(); j != nil {
		x.job = jobName(j.kind)
		if c := j.snapshot().command; len(c.Args) > 0 {
			x.job = c.String()
		}
	}
	switch {
	case s.run.running() && s.run.at() == atValidation:
		x.held = held{known: true, state: registryv1.State_STATE_VALIDATING}
	case s.run.running():
		x.uploading = true
	case s.run.run != nil && s.run.err == nil:
		x.over, x.held = true, held{known: true, state: s.run.run.snapshot().result.Version.GetSummary().GetState()}
	case s.run.run != nil && s.run.run.snapshot().result.Version != nil:
		x.held = held{known: true, state: s.run.run.snapshot().result.Version.GetSummary().GetState()}
	}
	return x
}

// words say what is where, and what becomes of it.
func (x situation) words() []ui.Text {
	var lines []ui.Text
	for _, said := range []string{x.running(), x.there(), x.kept(), x.abandoned()} {
		if said != "" {
			lines = append(lines, ui.Words(theme.Text, said))
		}
	}
	return lines
}

// running says what of the project runs.
func (x situation) running() string {
	if x.job == "" {
		return ""
	}
	return x.job + " is running, and stops when you leave."
}

// draft reports whether the registry has a draft.
func (x situation) draft() bool {
	return x.held.state == registryv1.State_STATE_PENDING || x.held.state == registryv1.State_STATE_UPLOADING
}

// there says what the registry has.
func (x situation) there() string {
	switch {
	case x.uploading:
		return "The upload stops when you leave. Nothing of it is public."
	case x.held.err != nil:
		return x.registry + " cannot be asked what it has of it."
	case !x.held.known:
		return x.registry + " is asked what it has of it."
	case x.held.state == registryv1.State_STATE_UNSPECIFIED:
		return "Nothing was sent: only this computer keeps it."
	case x.draft() && x.held.size > 0:
		return x.registry + " has a draft of it, " + words.Bytes(x.held.size) + ". Nothing of it is public."
	case x.draft():
		return x.registry + " has a draft of it. Nothing of it is public."
	case x.held.state == registryv1.State_STATE_VALIDATING:
		return x.registry + " checks " + x.number + ", and goes on with that when you leave."
	default:
		return x.registry + " has " + x.number + ": it is " + words.State(x.held.state) + ". Leaving changes nothing there."
	}
}

// kept says what keeping means.
func (x situation) kept() string {
	switch {
	case x.over:
		return ""
	case x.uploading:
		return "Kept, what arrived stays at " + x.registry + " as a draft. It waits under Drafts with every answer, and goes on where it stopped."
	case x.held.state == registryv1.State_STATE_VALIDATING:
		return "Kept, the answers wait under Drafts, and the version becomes what the checks and the policy make of it."
	default:
		return "Kept, it waits under Drafts with every answer, and goes on where you stopped."
	}
}

// abandoned says what abandoning means.
func (x situation) abandoned() string {
	const gone = "Abandoned, the answers go"
	validating := x.held.state == registryv1.State_STATE_VALIDATING
	switch {
	case x.over:
		return ""
	case x.uploading, x.ours && !x.held.known:
		return gone + ", and what " + x.registry + " has received of it. The number stays free."
	case validating && x.ours:
		return gone + ", and the version is withdrawn: this attempt fails, and the number stays free."
	case validating:
		return gone + ". " + x.registry + " goes on with the version."
	case x.draft() && x.ours:
		return gone + ", and the draft at " + x.registry + ". The number stays free."
	case x.draft():
		return gone + ". The draft at " + x.registry + " stays, and can be abandoned under Drafts."
	case !x.held.known:
		return gone + ". What " + x.registry + " may have of it stays."
	case x.held.state == registryv1.State_STATE_UNSPECIFIED && x.number != "":
		return gone + ". The number stays free."
	default:
		return gone + "."
	}
}
