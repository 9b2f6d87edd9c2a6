package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/diff"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func newReviewShow(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "show ORG/NAME VERSION",
		Short: "Show what there is to decide about a version",
		Long: "Shows a version as a reviewer needs it: the six criteria with what is known about each, what changed since the PUBLISHED " +
			"version below it, and what others decided. Nothing is downloaded.",
		Example: `registrar review show acme/baton-sample v1.2.0

# For programs
registrar review show acme/baton-sample@v1.2.0 -o json`,
		Args: words(1, 2, versionHint),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := parseVersion(args...)
			if err != nil {
				return err
			}
			return runReviewShow(cmd.Context(), env, ref)
		},
	}
}

// reviewed is everything that a person needs to decide about a version.
type reviewed struct {
	version  *registryv1.Version
	evidence []client.Evidence
	// changes is what changed since the version below; nil if there is none.
	changes *diff.Report
	// queued is its place in the queue; nil if it does not wait.
	queued *registryv1.QueuedReview
}

func runReviewShow(ctx context.Context, env *Env, ref *registryv1.VersionRef) error {
	return with(ctx, env, func(s *session) error {
		r, err := readReviewed(ctx, s, ref)
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(r.json())
		}
		return r.write(env)
	})
}

func readReviewed(ctx context.Context, s *session, ref *registryv1.VersionRef) (reviewed, error) {
	answer, err := s.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: ref})
	if err != nil {
		return reviewed{}, err
	}
	r := reviewed{version: answer.GetVersion(), evidence: client.EvidenceOf(answer.GetVersion())}
	at := r.version.GetSummary().GetRef()
	if waitsForPeople(r.version.GetSummary()) {
		if r.queued, err = findQueued(ctx, s, r.version.GetSummary()); err != nil {
			return reviewed{}, err
		}
	}
	previous := r.queued.GetPrevious()
	if r.queued == nil {
		if previous, err = publishedBelow(ctx, s, at); err != nil {
			return reviewed{}, err
		}
	}
	if previous == "" {
		return r, nil
	}
	report, err := s.Compare(ctx, &registryv1.VersionRef{Org: at.GetOrg(), Name: at.GetName(), Version: previous}, at)
	r.changes = &report
	return r, err
}

func waitsForPeople(v *registryv1.VersionSummary) bool {
	waits := v.GetWaitingFor()
	return waits != nil && !waits.GetChecks() && waits.GetApprovalsNeeded() > waits.GetApprovalsGiven()
}

// findQueued looks for a version in the queue of its org; nil if somebody has
// decided meanwhile, or if it is not for the caller's eyes.
func findQueued(ctx context.Context, s *session, v *registryv1.VersionSummary) (*registryv1.QueuedReview, error) {
	for item, err := range s.ReviewQueue(ctx, &registryv1.ListReviewQueueRequest{Org: v.GetRef().GetOrg(), PageSize: pageSize}) {
		if err != nil {
			return nil, err
		}
		if item.GetVersion().GetId() == v.GetId() {
			return item, nil
		}
	}
	return nil, nil
}

// publishedBelow is the highest PUBLISHED number below a version, or "".
func publishedBelow(ctx context.Context, s *session, ref *registryv1.VersionRef) (string, error) {
	number, err := artifact.ParseNumber(ref.GetVersion())
	if err != nil {
		return "", err
	}
	published := &registryv1.FilterTerm{Field: registryv1.FilterField_FILTER_FIELD_STATE, Values: []string{"published"}}
	for v, err := range s.Versions(ctx, &registryv1.ListVersionsRequest{
		Connector: connectorOf(ref), Filter: []*registryv1.FilterTerm{published}, PageSize: pageSize,
	}) { // highest first
		if err != nil {
			return "", err
		}
		other, err := artifact.ParseNumber(v.GetRef().GetVersion())
		if err == nil && string(other.Precedence()) < string(number.Precedence()) {
			return v.GetRef().GetVersion(), nil
		}
	}
	return "", nil
}

func (r reviewed) json() object {
	criteria := make([]any, len(r.evidence))
	for i, e := range r.evidence {
		known := make([]any, len(e.Known))
		for j, text := range e.Known {
			known[j] = clean.Line(text, 0)
		}
		criteria[i] = append(object{}.with("name", e.Criterion), member{"known", known})
	}
	o := append(toJSON(r.version.GetSummary()), member{"assetSet", bytesText(r.version.GetAssetSet())}, member{"criteria", criteria})
	if r.changes != nil {
		report := reportJSON(r.version.GetSummary().GetRef(), *r.changes)
		o = append(o, member{"previous", r.changes.Old})
		for _, m := range report {
			if m.name == "changes" {
				o = append(o, m)
			}
		}
	}
	o = append(o, member{"reviews", listJSON(r.version.GetReviews())})
	if item := r.queued; item != nil {
		o = o.with("waitingSince", timeText(item.GetWaitingSince().AsTime())).with("approvalRefused", registryv1.Short(item.GetApprovalRefused()))
		if claim := item.GetClaim(); claim != nil {
			o = append(o, member{"claim", toJSON(claim)})
		}
	}
	return o
}

func (r reviewed) write(env *Env) error {
	if err := r.facts(env).write(env.Out); err != nil {
		return err
	}
	criteria := env.newTable("criterion", "known")
	for _, e := range r.evidence {
		name := criteria.styles.bold(wording.Criterion(e.Criterion))
		for _, text := range e.Known {
			criteria.row(name, criteria.text(text))
			name = ""
		}
		if len(e.Known) == 0 {
			criteria.row(name, "nothing")
		}
	}
	if err := titled(env, "what is known", criteria); err != nil {
		return err
	}
	if r.changes != nil {
		if err := env.print("\n%s", criteria.styles.bold("what changed since "+clean.Line(r.changes.Old, 0))); err != nil {
			return err
		}
		if err := writeReport(env, *r.changes); err != nil {
			return err
		}
	} else if err := env.print("\nNo version below it is PUBLISHED, so there is nothing to compare it with."); err != nil {
		return err
	}
	if err := titled(env, "reviews", reviewTable(env, r.version.GetReviews())); err != nil {
		return err
	}
	if r.queued != nil && r.queued.GetApprovalRefused() == registryv1.Reason_REASON_UNSPECIFIED {
		env.hint("\nDecide about exactly these files with: registrar review submit %s --asset-set %s",
			clean.Line(spell(r.version.GetSummary().GetRef()), 0), bytesText(r.version.GetAssetSet()))
	}
	return nil
}

func (r reviewed) facts(env *Env) *facts {
	s := r.version.GetSummary()
	f := env.newFacts()
	f.add("version", f.styles.bold(clean.Line(spell(s.GetRef()), 0)))
	f.add("state", f.styles.mark(f.styles.theme.State(s.GetState())))
	f.text("note", wording.Clauses(standing(s)))
	if since := r.queued.GetWaitingSince(); since != nil {
		f.add("waits since", wording.Time(since.AsTime()))
	}
	if claim := r.queued.GetClaim(); claim != nil {
		f.add("claimed by", fmt.Sprintf("%s until %s", clean.Line(claim.GetPerson(), 0), wording.Time(claim.GetUntil().AsTime())))
	}
	f.add("you", cannotApprove(r.queued.GetApprovalRefused()))
	f.text("author", s.GetAuthor())
	f.text("description", r.version.GetDescription())
	f.text("repository", r.version.GetRepository())
	if len(r.version.GetAssetSet()) > 0 {
		f.add("files", bytesText(r.version.GetAssetSet()))
	}
	return f
}

// titled prints a table under its title; nothing where it has no rows.
func titled(env *Env, title string, t *table) error {
	if len(t.rows) == 0 {
		return nil
	}
	if err := env.print("\n%s", t.styles.bold(title)); err != nil {
		return err
	}
	return t.write(env.Out)
}
