package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func newTokens(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tokens",
		Short: "Create, list and revoke access tokens",
		Long:  "Manages access tokens. Needs an admin. A token names its person and carries roles in one, several or all orgs.",
		Example: `registrar tokens create --person mara --role publisher --org acme --expires 90d
registrar tokens list
registrar tokens revoke 7`,
		Args: noCommand,
		RunE: needsCommand,
	}
	cmd.AddCommand(newTokensCreate(env), newTokensList(env), newTokensRevoke(env))
	return cmd
}

type tokenOptions struct {
	person  string
	role    string
	orgs    []string
	expires string
}

func newTokensCreate(env *Env) *cobra.Command {
	var o tokenOptions
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Create an access token",
		Long:  "Creates an access token and prints it, once: the registry keeps a hash only. Without --org it holds in all orgs.",
		Example: `# For the CI of one org, for 90 days
registrar tokens create --person ci --role publisher --org acme --expires 90d

# Of all orgs, for ever
registrar tokens create --person mara --role maintainer > token`,
		Args:        none,
		Annotations: changing("creating a token"),
		RunE:        func(cmd *cobra.Command, _ []string) error { return runTokensCreate(cmd.Context(), env, o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.person, "person", "", "whom the token speaks for (required)")
	flags.StringVar(&o.role, "role", "", "publisher, reviewer, maintainer or admin (required)")
	flags.StringArrayVar(&o.orgs, "org", nil, "where the role holds; may be repeated (default: all orgs)")
	flags.StringVar(&o.expires, "expires", "", "how long it holds (90d, 12h) or until when (2027-01-31); default: for ever")
	return cmd
}

func runTokensCreate(ctx context.Context, env *Env, o tokenOptions) error {
	rq, err := o.request(env.Now())
	if err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		answer, err := s.Admin.CreateToken(ctx, rq)
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(toJSON(answer))
		}
		env.hint("Token %d of %s: %s. It is shown this once.", answer.GetToken().GetId(),
			clean.Line(answer.GetToken().GetPerson(), 0), grantsText(answer.GetToken().GetRoles()))
		return env.print("%s", answer.GetSecret())
	})
}

func (o tokenOptions) request(now time.Time) (*registryv1.CreateTokenRequest, error) {
	rq := &registryv1.CreateTokenRequest{Person: o.person}
	var wrong faults
	if strings.TrimSpace(o.person) == "" {
		wrong.missing("person", "whom the token speaks for")
	}
	role, ok := registryv1.FromShort[registryv1.Role](o.role)
	switch {
	case o.role == "":
		wrong.missing("role", "publisher, reviewer, maintainer or admin")
	case !ok:
		wrong.add("role", registryv1.Reason_REASON_USAGE, "--role: %q is not one of publisher, reviewer, maintainer and admin", o.role)
	}
	orgs := o.orgs
	if len(orgs) == 0 {
		orgs = []string{"*"}
	}
	for _, org := range orgs {
		rq.Roles = append(rq.Roles, &registryv1.RoleGrant{Org: org, Role: role})
	}
	if o.expires != "" {
		until, err := parseUntil(o.expires, now)
		if err != "" {
			wrong.add("expires", registryv1.Reason_REASON_USAGE, "--expires: %s", err)
		}
		rq.ExpiresAt = timestamppb.New(until)
	}
	rq.Name = tokenName(o)
	return rq, wrong.err("creating a token", "see: registrar tokens create --help")
}

// tokenName tells tokens apart in lists and in the audit log.
func tokenName(o tokenOptions) string {
	name := o.person + " " + strings.ToLower(o.role)
	if len(o.orgs) > 0 {
		name += " " + strings.Join(o.orgs, ",")
	}
	return name
}

// parseUntil reads when a token ends: in how long, or on which day or at which
// time. Fault is a sentence, or empty.
func parseUntil(text string, now time.Time) (until time.Time, fault string) {
	if d, err := parseDuration(text); err == nil {
		until = now.Add(d)
	} else if until, err = parseSince(text, now); err != nil {
		return until, strconv.Quote(text) + " is not a time; write 90d, 12h, 2027-01-31 or 2027-01-31T12:00:00Z"
	}
	if !until.After(now) {
		return until, strconv.Quote(text) + " is not in the future"
	}
	return until, ""
}

func newTokensList(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List access tokens",
		Long:    "Lists access tokens, without their secrets, which nobody has but their owners.",
		Example: "registrar tokens list",
		Args:    none,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runTokensList(cmd.Context(), env) },
	}
}

func runTokensList(ctx context.Context, env *Env) error {
	return with(ctx, env, func(s *session) error {
		tokens, err := allTokens(ctx, s)
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(listJSON(tokens))
		}
		t := env.newTable(">id", "person", "roles", "created", "expires", "last used", "revoked")
		for _, token := range tokens {
			t.row(strconv.FormatInt(token.GetId(), 10), t.text(token.GetPerson()), t.text(grantsText(token.GetRoles())),
				stampText(token.GetCreatedAt()), stampText(token.GetExpiresAt()), stampText(token.GetUsedAt()), stampText(token.GetRevokedAt()))
		}
		return t.write(env.Out)
	})
}

func allTokens(ctx context.Context, s *session) ([]*registryv1.Token, error) {
	var all []*registryv1.Token
	rq := &registryv1.ListTokensRequest{PageSize: pageSize}
	for {
		page, err := s.Admin.ListTokens(ctx, rq)
		if err != nil {
			return nil, err
		}
		all = append(all, page.GetTokens()...)
		if page.GetNextPageToken() == "" {
			return all, nil
		}
		rq.PageToken = page.GetNextPageToken()
	}
}

func newTokensRevoke(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:         "revoke ID",
		Short:       "Revoke an access token",
		Long:        "Ends an access token at once. Its number is in: registrar tokens list",
		Example:     "registrar tokens revoke 7",
		Args:        words(1, 1, "give the number of the token, which is in: registrar tokens list"),
		Annotations: changing("revoking a token"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || id <= 0 {
				return usage("its number is in: registrar tokens list", "%q is not the number of a token", args[0])
			}
			return runTokensRevoke(cmd.Context(), env, id)
		},
	}
}

func runTokensRevoke(ctx context.Context, env *Env, id int64) error {
	return with(ctx, env, func(s *session) error {
		answer, err := s.Admin.RevokeToken(ctx, &registryv1.RevokeTokenRequest{RequestId: newRequestID(), Id: id})
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(toJSON(answer.GetToken()))
		}
		return env.print("Token %d of %s is revoked.", id, clean.Line(answer.GetToken().GetPerson(), 0))
	})
}

// grantsText is "publisher in acme and baker" or "admin in all orgs".
func grantsText(grants []*registryv1.RoleGrant) string {
	var parts []string
	for _, grant := range grants {
		where := grant.GetOrg()
		if where == "*" {
			where = "all orgs"
		}
		parts = append(parts, wording.Role(grant.GetRole())+" in "+where)
	}
	return strings.Join(parts, ", ")
}

func stampText(at *timestamppb.Timestamp) string {
	if at == nil {
		return "-"
	}
	return wording.Time(at.AsTime())
}
