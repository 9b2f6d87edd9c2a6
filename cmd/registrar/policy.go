package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

func newPolicy(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Show and change what an org asks of its versions",
		Long:  "Manages the policy of an org: what a version needs before it is published, and which signatures count.",
		Example: `registrar policy show acme
registrar policy set acme --require-signatures yes --approvals 1`,
		Args: noCommand,
		RunE: needsCommand,
	}
	cmd.AddCommand(newPolicyShow(env), newPolicySet(env))
	return cmd
}

func newPolicyShow(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "show ORG",
		Short:   "Show the policy of an org",
		Long:    "Shows the policy that holds for an org: what it has set, else the defaults.",
		Example: "registrar policy show acme",
		Args:    words(1, 1, orgHint),
		RunE:    func(cmd *cobra.Command, args []string) error { return runPolicyShow(cmd.Context(), env, args[0]) },
	}
}

func runPolicyShow(ctx context.Context, env *Env, org string) error {
	return with(ctx, env, func(s *session) error {
		answer, err := s.Admin.GetPolicy(ctx, &registryv1.GetPolicyRequest{Org: org})
		if err != nil {
			return err
		}
		return writePolicy(env, org, answer.GetPolicy())
	})
}

func writePolicy(env *Env, org string, p *registryv1.Policy) error {
	if env.Settings.JSON() {
		return env.json(append(object{}.with("org", org), toJSON(p)...))
	}
	f := env.newFacts()
	f.add("org", f.styles.bold(clean.Line(org, 0)))
	f.add("approvals", strconv.Itoa(int(p.GetApprovals())))
	f.add("self review", yesNo(p.GetSelfReview()))
	f.add("signatures", requirement(p.GetRequireSignatures()))
	f.text("accepted", orText(p.GetAcceptedSchemes(), "all schemes"))
	f.text("let through", orText(p.GetAllowances(), "nothing that proves less"))
	f.text("checks", orText(p.GetRequiredChecks(), "those that always must pass"))
	return f.write(env.Out)
}

func requirement(required bool) string {
	if required {
		return "required"
	}
	return "not required; one that is there must be good"
}

func orText(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

type policyOptions struct {
	approvals  int32
	selfReview string
	signatures string
	checks     []string
	accept     []string
	allow      []string
}

// nothing empties a list that is otherwise named entry by entry.
const nothing = "none"

func newPolicySet(env *Env) *cobra.Command {
	var o policyOptions
	cmd := &cobra.Command{
		Use:   "set ORG",
		Short: "Change the policy of an org",
		Long: "Changes what the flags name and leaves the rest of the policy as it is. Needs a maintainer of the org. A list that is named takes the " +
			"place of the earlier one; none empties it, and no accepted scheme in particular means all.\n\n" +
			"What waits for approvals is held against the new policy at once: what has enough is published, and what policy asks of checks is " +
			"checked again.\n\n" +
			"What may be let through although it proves less: certificate-only (.sig and .cert alone, without a trusted time), no-log (signatures of " +
			"registered cosign keys that are in no log) and expired-key (GPG keys that have expired since they signed).",
		Example: `# Nothing without a good signature
registrar policy set acme --require-signatures yes

# Two people look at every version, and nobody at his own
registrar policy set acme --approvals 2 --self-review no

# Keyless signatures only, and a license in every version
registrar policy set acme --accept cosign-keyless --require-check license

# Let nothing through that proves less
registrar policy set acme --allow none`,
		Args:        words(1, 1, orgHint),
		Annotations: changing("changing the policy"),
	}
	flags := cmd.Flags()
	flags.Int32Var(&o.approvals, "approvals", 0, "how many people must approve a version, 0 to 2")
	flags.StringVar(&o.selfReview, "self-review", "", "yes or no: authors may approve their own versions")
	flags.StringVar(&o.signatures, "require-signatures", "", "yes or no: every file needs a good signature")
	flags.StringSliceVar(&o.checks, "require-check", nil, "check that must pass and not only warn; may be repeated")
	flags.StringSliceVar(&o.accept, "accept", nil, "gpg, cosign-key or cosign-keyless; may be repeated")
	flags.StringSliceVar(&o.allow, "allow", nil, "certificate-only, no-log or expired-key; may be repeated")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return runPolicySet(cmd.Context(), env, args[0], o, cmd.Flags().Changed)
	}
	return cmd
}

func runPolicySet(ctx context.Context, env *Env, org string, o policyOptions, named func(flag string) bool) error {
	change, err := o.change(named)
	if err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		before, err := s.Admin.GetPolicy(ctx, &registryv1.GetPolicyRequest{Org: org})
		if err != nil {
			return err
		}
		policy := proto.CloneOf(before.GetPolicy())
		if policy == nil {
			policy = &registryv1.Policy{}
		}
		change(policy)
		answer, err := s.Admin.SetPolicy(ctx, &registryv1.SetPolicyRequest{RequestId: newRequestID(), Org: org, Policy: policy})
		if err != nil {
			return err
		}
		return writePolicy(env, org, answer.GetPolicy())
	})
}

// change checks the flags that were named and gives what they do to a policy.
func (o policyOptions) change(named func(flag string) bool) (func(*registryv1.Policy), error) {
	var wrong faults
	var changes []func(*registryv1.Policy)
	set := func(flag string, change func(*registryv1.Policy)) {
		if named(flag) {
			changes = append(changes, change)
		}
	}
	answer := func(flag, text string) bool {
		if named(flag) && text != "yes" && text != "no" {
			wrong.add(flag, registryv1.Reason_REASON_USAGE, "--%s: %q is neither yes nor no", flag, text)
		}
		return text == "yes"
	}
	list := func(flag string, names, known []string) []string {
		if slices.Equal(names, []string{nothing}) {
			return nil
		}
		for _, name := range names {
			if known != nil && !slices.Contains(known, name) {
				wrong.add(flag, registryv1.Reason_REASON_USAGE, "--%s: %q is not one of %s and %s", flag, name, strings.Join(known, ", "), nothing)
			}
		}
		return names
	}
	if o.approvals < 0 {
		wrong.add("approvals", registryv1.Reason_REASON_USAGE, "--approvals: a version cannot need %d approvals", o.approvals)
	}
	set("approvals", func(p *registryv1.Policy) { p.Approvals = o.approvals })
	selfReview, signatures := answer("self-review", o.selfReview), answer("require-signatures", o.signatures)
	set("self-review", func(p *registryv1.Policy) { p.SelfReview = selfReview })
	set("require-signatures", func(p *registryv1.Policy) { p.RequireSignatures = signatures })
	checks, accept, allow := list("require-check", o.checks, nil), list("accept", o.accept, schemeNames()), list("allow", o.allow, trust.Allowances())
	set("require-check", func(p *registryv1.Policy) { p.RequiredChecks = checks })
	set("accept", func(p *registryv1.Policy) { p.AcceptedSchemes = accept })
	set("allow", func(p *registryv1.Policy) { p.Allowances = allow })
	if len(changes) == 0 {
		wrong.add("policy", registryv1.Reason_REASON_USAGE, "no flag says what to change")
	}
	return func(p *registryv1.Policy) {
		for _, change := range changes {
			change(p)
		}
	}, wrong.err("changing the policy", "see: registrar policy set --help")
}

func schemeNames() []string {
	var names []string
	for _, scheme := range signing.Schemes() {
		names = append(names, string(scheme))
	}
	return names
}
