package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
)

func newReview(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "review",
		Short: "See what waits for approvals, and decide",
		Long: "Reviews versions whose checks passed and whose org asks for approvals. The last approval that the policy asks for publishes " +
			"the version, a rejection fails it. An approval is about exactly the files that were seen: other files need another one.",
		Example: `registrar review list
registrar review show acme/baton-sample v1.2.0
registrar review submit acme/baton-sample v1.2.0 --reject --note "syncs no groups"`,
		Args: noCommand,
		RunE: needsCommand,
	}
	cmd.AddCommand(newReviewList(env), newReviewShow(env), newReviewClaim(env), newReviewSubmit(env))
	return cmd
}

func newReviewList(env *Env) *cobra.Command {
	var org string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the versions that wait for a person",
		Long:  "Lists the versions that wait for approvals, the longest wait first, of the orgs in which you have a role, and who looks at each.",
		Example: `registrar review list

# Of one org, for programs
registrar review list --org acme -o json`,
		Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error { return runReviewList(cmd.Context(), env, org) },
	}
	cmd.Flags().StringVar(&org, "org", "", "only of this org")
	return cmd
}

func runReviewList(ctx context.Context, env *Env, org string) error {
	return with(ctx, env, func(s *session) error {
		items, err := collect(s.ReviewQueue(ctx, &registryv1.ListReviewQueueRequest{Org: org, PageSize: pageSize}))
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(listJSON(items))
		}
		if len(items) == 0 {
			env.hint("No version waits for approvals.")
		}
		t := env.newTable("version", "author", "approvals", "checks", "previous", "waits", "claimed by", "note")
		for _, item := range items {
			v := item.GetVersion()
			claimed := ""
			if c := item.GetClaim(); c != nil {
				claimed = t.text(c.GetPerson()) + " until " + wording.Time(c.GetUntil().AsTime())
			}
			t.row(t.styles.bold(t.text(spell(v.GetRef()))), t.text(v.GetAuthor()),
				fmt.Sprintf("%d of %d", v.GetWaitingFor().GetApprovalsGiven(), v.GetWaitingFor().GetApprovalsNeeded()),
				checksOf(t.styles, item), orDash(t.text(item.GetPrevious())), age(env.Now(), item.GetWaitingSince()),
				orDash(claimed), cannotApprove(item.GetApprovalRefused()))
		}
		return t.write(env.Out)
	})
}

// checksOf is how the checks of a version went.
func checksOf(s styles, item *registryv1.QueuedReview) string {
	passed := fmt.Sprintf("%d passed", item.GetChecksPassed())
	if item.GetChecksWarned() == 0 {
		return passed
	}
	return passed + ", " + s.warn(fmt.Sprintf("%d warned", item.GetChecksWarned()))
}

// cannotApprove says why it is for somebody else to approve a version.
func cannotApprove(reason registryv1.Reason) string {
	switch reason {
	case registryv1.Reason_REASON_UNSPECIFIED:
		return ""
	case registryv1.Reason_REASON_SELF_REVIEW:
		return "yours: somebody else has to approve it"
	case registryv1.Reason_REASON_NOT_PERMITTED:
		return "needs a reviewer"
	default:
		return wording.Reason(reason)
	}
}

func newReviewClaim(env *Env) *cobra.Command {
	var release bool
	cmd := &cobra.Command{
		Use:   "claim ORG/NAME VERSION",
		Short: "Tell others that you look at a version",
		Long: "Tells other reviewers that you look at a version, so that they take another one. It is a courtesy: it ends by itself after half an " +
			"hour, and deciding needs none. Claimed again, the half hour begins again.",
		Example: `registrar review claim acme/baton-sample v1.2.0

# Give it back
registrar review claim acme/baton-sample v1.2.0 --release`,
		Args:        words(1, 2, versionHint),
		Annotations: changing("claiming a review"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := parseVersion(args...)
			if err != nil {
				return err
			}
			return runReviewClaim(cmd.Context(), env, ref, release)
		},
	}
	cmd.Flags().BoolVar(&release, "release", false, "give the claim back")
	return cmd
}

func runReviewClaim(ctx context.Context, env *Env, ref *registryv1.VersionRef, release bool) error {
	return with(ctx, env, func(s *session) error {
		answer, err := s.Reviews.ClaimReview(ctx, &registryv1.ClaimReviewRequest{RequestId: newRequestID(), Ref: ref, Release: release})
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			o := toJSON(ref)
			if claim := answer.GetClaim(); claim != nil {
				o = o.with("claim", toJSON(claim))
			}
			return env.json(append(o, member{"released", release}))
		}
		if release {
			return env.print("%s is free for others to look at.", clean.Line(spell(ref), 0))
		}
		return env.print("%s is yours to look at until %s.", clean.Line(spell(ref), 0), wording.Time(answer.GetClaim().GetUntil().AsTime()))
	})
}

// reviewTable is what people decided about a version.
func reviewTable(env *Env, reviews []*registryv1.Review) *table {
	t := env.newTable("person", "decision", "at", "marks", "note")
	for _, r := range reviews {
		decision := t.styles.mark(decisionMark(t.styles.theme, r))
		if r.GetVoid() {
			decision += t.styles.faint(" (does not count any more)")
		}
		if r.GetSelfReview() {
			decision += t.styles.warn(" (the author)")
		}
		t.row(t.text(r.GetPerson()), decision, wording.Time(r.GetAt().AsTime()), orDash(marksText(r)), t.text(r.GetNote()))
	}
	return t
}

// marksText names every mark that is not a pass.
func marksText(r *registryv1.Review) string {
	text := wording.ReviewMarks(r)
	var others []string
	for _, c := range r.GetCriteria() {
		if c.GetMark() == registryv1.ReviewMark_REVIEW_MARK_FAIL || c.GetNote() != "" {
			others = append(others, strings.TrimSuffix(fmt.Sprintf("%s %s: %s",
				wording.Criterion(clean.Line(c.GetName(), 0)), wording.ReviewMark(c.GetMark()), clean.Line(c.GetNote(), 0)), ": "))
		}
	}
	if len(others) > 0 {
		text += " (" + strings.Join(others, "; ") + ")"
	}
	return text
}

func decisionMark(t *theme.Theme, r *registryv1.Review) theme.Mark {
	word := wording.Decision(r.GetDecision())
	switch r.GetDecision() {
	case registryv1.ReviewDecision_REVIEW_DECISION_APPROVE:
		return t.Mark(theme.GlyphGood, theme.OK, word)
	case registryv1.ReviewDecision_REVIEW_DECISION_REJECT:
		return t.Mark(theme.GlyphFailed, theme.Bad, word)
	default:
		return t.Mark(theme.GlyphPast, theme.Muted, word)
	}
}
