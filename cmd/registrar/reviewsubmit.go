package main

import (
	"bytes"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

type reviewOptions struct {
	ref                      *registryv1.VersionRef
	approve, reject, comment bool
	marks                    map[string]*string
	note                     string
	assetSet                 string

	decision registryv1.ReviewDecision
	criteria []*registryv1.ReviewCriterion
	seen     []byte
}

// reviewMarks are the marks as flags spell them.
var reviewMarks = map[string]registryv1.ReviewMark{
	"pass": registryv1.ReviewMark_REVIEW_MARK_PASS, "fail": registryv1.ReviewMark_REVIEW_MARK_FAIL,
	"na": registryv1.ReviewMark_REVIEW_MARK_NOT_APPLICABLE, "n/a": registryv1.ReviewMark_REVIEW_MARK_NOT_APPLICABLE,
}

func newReviewSubmit(env *Env) *cobra.Command {
	o := reviewOptions{marks: map[string]*string{}}
	cmd := &cobra.Command{
		Use:   "submit ORG/NAME VERSION",
		Short: "Approve, reject or comment a version",
		Long: "Decides about a version that waits for approvals. To approve, each of the six criteria needs a mark; na counts as one. To reject " +
			"or to comment, say why with --note. The last approval that the policy asks for publishes the version, a rejection fails it.\n\n" +
			"What you decide last counts: a comment after your own approval takes the approval back. Nobody approves what is his own, unless the " +
			"policy allows it. With --asset-set, as review show gives it, the decision holds only for exactly those files.",
		Example: `# Approve
registrar review submit acme/baton-sample v1.2.0 --approve \
  --correctness pass --completeness pass --code-quality pass \
  --test-coverage na --documentation pass --security pass

# Reject, and say why
registrar review submit acme/baton-sample v1.2.0 --reject \
  --documentation fail --note "the README names no scopes"

# Ask something
registrar review submit acme/baton-sample v1.2.0 --comment \
  --note "why does it need write access?"`,
		Args:        words(1, 2, versionHint),
		Annotations: changing("reviewing a version"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := parseVersion(args...)
			if err != nil {
				return err
			}
			o.ref = ref
			return runReviewSubmit(cmd.Context(), env, o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.approve, "approve", false, "approve it; needs all six marks")
	flags.BoolVar(&o.reject, "reject", false, "reject it; needs a note")
	flags.BoolVar(&o.comment, "comment", false, "say something and decide nothing; needs a note")
	for _, criterion := range registryv1.Criteria() {
		o.marks[criterion] = flags.String(criterion, "", "pass, fail or na")
	}
	flags.StringVar(&o.note, "note", "", "why, for the author and for other reviewers")
	flags.StringVar(&o.assetSet, "asset-set", "", "decide only about exactly these files, as sha256:<hex>")
	return cmd
}

func runReviewSubmit(ctx context.Context, env *Env, o reviewOptions) error {
	if err := o.complete(); err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		read, err := s.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: o.ref})
		if err != nil {
			return err
		}
		rq, err := o.request(read.GetVersion())
		if err != nil {
			return err
		}
		answer, err := s.Reviews.SubmitReview(ctx, rq)
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(toJSON(answer.GetVersion()))
		}
		v := answer.GetVersion().GetSummary()
		return env.print("%s", wording.Reviewed(clean.Line(spell(v.GetRef()), 0), answer.GetReview(), v))
	})
}

// complete reads everything the person gave, and finds all that is wrong or
// missing before anything is asked of the registry.
func (o *reviewOptions) complete() error {
	var wrong faults
	o.decision = o.chosen(&wrong)
	for _, criterion := range registryv1.Criteria() {
		text := *o.marks[criterion]
		mark, known := reviewMarks[strings.ToLower(text)]
		switch {
		case text != "" && !known:
			wrong.add(criterion, registryv1.Reason_REASON_USAGE, "--%s: %q is not one of pass, fail and na", criterion, text)
		case text == "" && o.approve:
			wrong.missing(criterion, "to approve, each of the six needs pass, fail or na")
		case known:
			o.criteria = append(o.criteria, &registryv1.ReviewCriterion{Name: criterion, Mark: mark})
		}
	}
	if (o.reject || o.comment) && strings.TrimSpace(o.note) == "" {
		wrong.missing("note", "say why, for the author and for other reviewers")
	}
	if o.assetSet != "" {
		digest, err := artifact.ParseDigest(o.assetSet)
		if err != nil {
			wrong.add("asset-set", registryv1.Reason_REASON_USAGE, "--asset-set: %s", err)
		}
		o.seen = digest[:]
	}
	return wrong.err("reviewing a version", "see: registrar review submit --help")
}

// chosen is the one decision that was named.
func (o *reviewOptions) chosen(wrong *faults) registryv1.ReviewDecision {
	var chosen []registryv1.ReviewDecision
	for _, one := range []struct {
		named    bool
		decision registryv1.ReviewDecision
	}{
		{o.approve, registryv1.ReviewDecision_REVIEW_DECISION_APPROVE},
		{o.reject, registryv1.ReviewDecision_REVIEW_DECISION_REJECT},
		{o.comment, registryv1.ReviewDecision_REVIEW_DECISION_COMMENT},
	} {
		if one.named {
			chosen = append(chosen, one.decision)
		}
	}
	switch len(chosen) {
	case 0:
		wrong.add("decision", registryv1.Reason_REASON_USAGE, "no decision is named: give --approve, --reject or --comment")
		return 0
	case 1:
		return chosen[0]
	default:
		wrong.add("decision", registryv1.Reason_REASON_USAGE, "more than one decision is named: give one of --approve, --reject and --comment")
		return 0
	}
}

// request is the decision about a version as it is now.
func (o *reviewOptions) request(v *registryv1.Version) (*registryv1.SubmitReviewRequest, error) {
	s := v.GetSummary()
	if o.seen != nil && !bytes.Equal(o.seen, v.GetAssetSet()) {
		return nil, &client.Error{
			Reason: registryv1.Reason_REASON_STALE, Doing: "reviewing version " + spell(s.GetRef()),
			Message: "it has other files by now than those of --asset-set: " + orElse(bytesText(v.GetAssetSet()), "none yet"),
			Next:    "look at it again: registrar review show " + spell(s.GetRef()),
		}
	}
	set := v.GetAssetSet()
	if len(set) == 0 {
		return nil, &client.Error{
			Reason: registryv1.Reason_REASON_WRONG_STATE, Doing: "reviewing version " + spell(s.GetRef()),
			Message: "it is " + registryv1.Short(s.GetState()) + ", and its files can still change",
			Next:    "review it when it waits for approvals: registrar review list",
		}
	}
	return &registryv1.SubmitReviewRequest{
		RequestId: newRequestID(), Ref: s.GetRef(), Attempt: s.GetAttempt(), AssetSet: set,
		Decision: o.decision, Criteria: o.criteria, Note: o.note,
	}, nil
}
