package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

func newIdentities(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "identities",
		Short: "Manage who may sign keyless for an org",
		Long: "Manages the keyless identities of an org: whoever signs with cosign and a login instead of a key, such as a release workflow. " +
			"In --source-repo and --source-ref, {org}, {connector} and {version} stand for those of the version that is checked.",
		Example: `registrar identities list acme
registrar identities remove acme 3`,
		Args: noCommand,
		RunE: needsCommand,
	}
	cmd.AddCommand(newIdentitiesList(env), newIdentitiesAdd(env), newIdentitiesRemove(env))
	return cmd
}

func newIdentitiesList(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "list ORG",
		Short:   "List the keyless identities that an org trusts",
		Long:    "Lists the keyless identities that an org trusts, and what ties their signatures to a version.",
		Example: "registrar identities list acme",
		Args:    words(1, 1, orgHint),
		RunE:    func(cmd *cobra.Command, args []string) error { return runIdentitiesList(cmd.Context(), env, args[0]) },
	}
}

func runIdentitiesList(ctx context.Context, env *Env, org string) error {
	return with(ctx, env, func(s *session) error {
		all, err := collect(s.Identities(ctx, &registryv1.ListIdentitiesRequest{Org: org, PageSize: pageSize}))
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(listJSON(all))
		}
		if len(all) == 0 {
			env.hint("%s trusts no keyless identity. Add one with: registrar identities add %s --issuer URL --san SUBJECT", clean.Line(org, 0), clean.Line(org, 0))
		}
		t := env.newTable(">id", "who may sign", "issuer", "bound to", "added", "by")
		for _, id := range all {
			t.row(strconv.FormatInt(id.GetId(), 10), t.text(subjectOf(id)), t.text(id.GetIssuer()), t.bound(id), dayOf(id.GetAddedAt()), t.text(id.GetAddedBy()))
		}
		return t.write(env.Out)
	})
}

// bound is what an identity ties signatures to. One that is tied to no version
// would let a signature of any other release pass for this one's.
func (t *table) bound(id *registryv1.Identity) string {
	text := wording.IdentityBound(id)
	if !trust.IdentityOf(id).Binds() {
		return t.styles.warn("!") + " " + text
	}
	return text
}

// subjectOf is the subject that an identity names, or the expression for it.
func subjectOf(id *registryv1.Identity) string { return trust.IdentityOf(id).String() }

type identityOptions struct {
	org, issuer, san, sanRegexp, sourceRepo, sourceRef string
}

func newIdentitiesAdd(env *Env) *cobra.Command {
	var o identityOptions
	cmd := &cobra.Command{
		Use:   "add ORG",
		Short: "Let a keyless identity sign for an org",
		Long: "Lets whoever has this name in a certificate of Sigstore sign for the org. The name is exact, or a regular expression with ^ and $ that " +
			"spells out host and owner, or the domain of a mail address. --source-repo and --source-ref bind a signature to its version: without " +
			"them, one of another release would pass.",
		Example: `# The release workflow, bound to repository and tag
registrar identities add acme \
  --issuer https://token.actions.githubusercontent.com \
  --san https://github.com/acme/ci/.github/workflows/release.yaml@refs/tags/v4 \
  --source-repo https://github.com/acme/{connector} \
  --source-ref refs/tags/{version}

# A person
registrar identities add acme --san mara@example.org \
  --issuer https://accounts.google.com`,
		Args:        words(1, 1, orgHint),
		Annotations: changing("adding an identity"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.org = args[0]
			return runIdentitiesAdd(cmd.Context(), env, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.issuer, "issuer", "", "who vouches for the name, as a URL (required)")
	flags.StringVar(&o.san, "san", "", "the exact subject of the certificate")
	flags.StringVar(&o.sanRegexp, "san-regexp", "", "an anchored regular expression for it instead")
	flags.StringVar(&o.sourceRepo, "source-repo", "", "repository that was built, as https://github.com/acme/{connector} (default: any)")
	flags.StringVar(&o.sourceRef, "source-ref", "", "ref that was built, as refs/tags/{version} (default: any)")
	return cmd
}

func runIdentitiesAdd(ctx context.Context, env *Env, o identityOptions) error {
	id := signing.Identity{Issuer: o.issuer, SAN: o.san, SANRegexp: o.sanRegexp, SourceRepo: o.sourceRepo, SourceRef: o.sourceRef}
	var wrong faults
	for _, err := range split(id.Validate()) {
		wrong.add("identity", registryv1.Reason_REASON_INVALID_IDENTITY, "%s", err.Error())
	}
	if err := wrong.err("adding an identity", "see: registrar identities add --help"); err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		answer, err := s.Keys.AddIdentity(ctx, &registryv1.AddIdentityRequest{
			RequestId: newRequestID(), Org: o.org, Issuer: o.issuer, San: o.san, SanRegexp: o.sanRegexp,
			SourceRepository: o.sourceRepo, SourceRef: o.sourceRef,
		})
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(toJSON(answer.GetIdentity()).with("created", answer.GetCreated()))
		}
		if !id.Binds() {
			env.hint("%s  Nothing binds it to a version: a signature of another release would pass. --source-ref refs/tags/{version} does.",
				env.styles(env.ErrTerminal).warn("warning"))
		}
		org, name := clean.Line(answer.GetIdentity().GetOrg(), 0), clean.Line(subjectOf(answer.GetIdentity()), 0)
		if !answer.GetCreated() {
			return env.print("%s trusts %s already, as number %d.", org, name, answer.GetIdentity().GetId())
		}
		return env.print("%s may sign for %s now.", name, org)
	})
}

func newIdentitiesRemove(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ORG ID",
		Short: "Take trust away from a keyless identity",
		Long: "Ends the trust of an org in a keyless identity: what it signs is not accepted any more, and what it signed does not verify any more. " +
			"Its number is in: registrar identities list ORG",
		Example:     "registrar identities remove acme 3",
		Args:        words(2, 2, "name the org and the number of the identity, which is in: registrar identities list ORG"),
		Annotations: changing("removing an identity"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runIdentitiesRemove(cmd.Context(), env, args[0], args[1])
		},
	}
}

func runIdentitiesRemove(ctx context.Context, env *Env, org, id string) error {
	return with(ctx, env, func(s *session) error {
		found, err := findIdentity(ctx, s, org, id)
		if err != nil {
			return err
		}
		answer, err := s.Keys.RemoveIdentity(ctx, &registryv1.RemoveIdentityRequest{RequestId: newRequestID(), Org: org, Id: found.GetId()})
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(toJSON(answer.GetIdentity()))
		}
		return env.print("%s may not sign for %s any more.", clean.Line(subjectOf(found), 0), clean.Line(found.GetOrg(), 0))
	})
}

// findIdentity finds an identity by its number, or by its whole subject.
func findIdentity(ctx context.Context, s *session, org, id string) (*registryv1.Identity, error) {
	all, err := collect(s.Identities(ctx, &registryv1.ListIdentitiesRequest{Org: org, PageSize: pageSize}))
	if err != nil {
		return nil, err
	}
	var found []*registryv1.Identity
	for _, one := range all {
		if strconv.FormatInt(one.GetId(), 10) == id {
			return one, nil
		}
		if subjectOf(one) == id {
			found = append(found, one)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, &client.Error{
			Reason: registryv1.Reason_REASON_NOT_FOUND, Message: clean.Line(org, 0) + " has no identity " + strconv.Quote(id),
			Next: "its identities are in: registrar identities list " + clean.Line(org, 0),
		}
	default:
		return nil, usage("give its number, which is in: registrar identities list "+org, "%q is the subject of %d identities", id, len(found))
	}
}
