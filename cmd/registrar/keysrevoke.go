package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func newKeysRetire(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "retire ORG ID",
		Short: "Take a signing key out of use",
		Long: "Ends the use of a key from now on: new releases may not be signed with it, and what was published with it stays good. " +
			"For a key that somebody else may have, use: registrar keys revoke",
		Example:     "registrar keys retire acme release-2025",
		Args:        words(2, 2, keyHint),
		Annotations: changing("retiring a signing key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeysRetire(cmd.Context(), env, args[0], args[1])
		},
	}
}

func runKeysRetire(ctx context.Context, env *Env, org, id string) error {
	return with(ctx, env, func(s *session) error {
		k, err := findKey(ctx, s, org, id)
		if err != nil {
			return err
		}
		answer, err := s.Keys.RetireSigningKey(ctx, &registryv1.RetireSigningKeyRequest{RequestId: newRequestID(), Org: org, Id: k.GetId()})
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(keyJSON(answer.GetKey(), env.Now()))
		}
		for _, line := range wording.Retire(answer.GetKey()) {
			env.hint("%s", line.Text)
		}
		return env.print("%s is RETIRED.", clean.Line(k.GetName(), 0))
	})
}

type keysRevokeOptions struct {
	org, id     string
	reason      string
	compromised string
	dryRun, yes bool

	since time.Time
}

func newKeysRevoke(env *Env) *cobra.Command {
	var o keysRevokeOptions
	cmd := &cobra.Command{
		Use:   "revoke ORG ID",
		Short: "Take trust away from a signing key",
		Long: "Takes trust away from a key that somebody else may have: from everything that it signed, or from what was published since " +
			"--compromised-since. It lists every version that the key signed and gives the command that yanks those that are public and not " +
			"trusted any more. Trust in a revoked key never comes back. In a terminal it asks for the name of the key to be typed; elsewhere it needs --yes.",
		Example: `# What would happen
registrar keys revoke acme release-2025 --reason "laptop stolen" --dry-run

# Stolen on a known day: what was published before stays good
registrar keys revoke acme release-2025 --reason "laptop stolen" \
  --compromised-since 2026-08-09`,
		Args:        words(2, 2, keyHint),
		Annotations: changing("revoking a signing key"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.org, o.id = args[0], args[1]
			return runKeysRevoke(cmd.Context(), env, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.reason, "reason", "", "why, for everybody who uses what it signed (required)")
	flags.StringVar(&o.compromised, "compromised-since", "", "since when it was not its owner's alone, as 2026-08-09 or 3d (default: since ever)")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would happen and change nothing")
	flags.BoolVar(&o.yes, "yes", false, "do not ask")
	return cmd
}

func runKeysRevoke(ctx context.Context, env *Env, o keysRevokeOptions) error {
	if err := o.complete(env); err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		k, err := findKey(ctx, s, o.org, o.id)
		if err != nil {
			return err
		}
		answer, err := s.Keys.RevokeSigningKey(ctx, o.request(k, true))
		if err != nil {
			return err
		}
		if !o.dryRun && !o.yes {
			st := env.styles(env.ErrTerminal)
			env.hint("%s  %s", st.bold(clean.Line(k.GetName(), 0)), clean.Line(k.GetFingerprint(), 0))
			hintLines(env, wording.Revoke(answer, o.since))
			if err := confirmTyped(env, "the name of the key", k.GetName()); err != nil {
				return err
			}
		}
		if !o.dryRun {
			if answer, err = s.Keys.RevokeSigningKey(ctx, o.request(k, false)); err != nil {
				return err
			}
		}
		signed, err := allSigned(ctx, s, k, answer)
		if err != nil {
			return err
		}
		return o.write(env, answer, signed)
	})
}

// complete finds all that is wrong or missing before anything is asked.
func (o *keysRevokeOptions) complete(env *Env) error {
	var wrong faults
	if strings.TrimSpace(o.reason) == "" {
		wrong.missing("reason", "say why, for everybody who uses what the key signed")
	}
	if o.compromised != "" {
		since, err := parseSince(o.compromised, env.Now())
		if err != nil {
			wrong.add("compromised-since", registryv1.Reason_REASON_USAGE, "--compromised-since: %s", err)
		}
		o.since = since
	}
	if !o.dryRun && !o.yes && !env.asks() {
		wrong.missing("yes", "nobody can be asked here whether to go on")
	}
	return wrong.err("revoking a signing key", "see: registrar keys revoke --help")
}

func (o *keysRevokeOptions) request(k *registryv1.SigningKey, validateOnly bool) *registryv1.RevokeSigningKeyRequest {
	rq := &registryv1.RevokeSigningKeyRequest{
		RequestId: newRequestID(), Org: o.org, Id: k.GetId(), Reason: o.reason, ValidateOnly: validateOnly,
	}
	if !o.since.IsZero() {
		rq.CompromisedSince = timestamppb.New(o.since)
	}
	return rq
}

// allSigned is every version that the key signed. The answer holds the first of
// them, already judged as they would be after a dry run; only of a longer list
// the rest is asked for.
func allSigned(ctx context.Context, s *session, k *registryv1.SigningKey, answer *registryv1.RevokeSigningKeyResponse) ([]*registryv1.SignedVersion, error) {
	first := answer.GetSigned()
	if int64(len(first)) >= answer.GetKey().GetSignedVersions() || answer.GetKey().GetRevokedAt() == nil {
		return first, nil
	}
	return collect(s.SignedVersions(ctx, &registryv1.ListSignedVersionsRequest{Org: k.GetOrg(), Id: k.GetId(), PageSize: pageSize}))
}

func (o *keysRevokeOptions) write(env *Env, answer *registryv1.RevokeSigningKeyResponse, signed []*registryv1.SignedVersion) error {
	yank := o.yankCommand(signed)
	if env.Settings.JSON() {
		return env.json(append(keyJSON(answer.GetKey(), env.Now()),
			member{"publishedUntrusted", answer.GetPublishedUntrusted()}, member{"signed", listJSON(signed)}).with("yank", yank))
	}
	if !o.dryRun {
		if err := env.print("%s is REVOKED.", clean.Line(answer.GetKey().GetName(), 0)); err != nil {
			return err
		}
	}
	if o.dryRun || o.yes { // else they were shown before the question
		for _, line := range wording.Revoke(answer, o.since) {
			if err := env.print("%s", line.Text); err != nil {
				return err
			}
		}
	}
	if len(signed) > 0 {
		if err := env.print(""); err != nil {
			return err
		}
	}
	if err := signedTable(env, signed).write(env.Out); err != nil {
		return err
	}
	if left := int(answer.GetKey().GetSignedVersions()) - len(signed); left > 0 {
		env.hint("%s more: registrar keys show %s %d", wording.Count(left), clean.Line(o.org, 0), answer.GetKey().GetId())
	}
	if yank == "" {
		return nil
	}
	return env.print("\nTo yank what is public and not trusted any more:\n  %s", yank)
}

// yankCommand withdraws what is public and not trusted any more; "" where there
// is nothing.
func (o *keysRevokeOptions) yankCommand(signed []*registryv1.SignedVersion) string {
	var refs []string
	for _, v := range signed {
		if v.GetUntrusted() && v.GetVersion().GetState() == registryv1.State_STATE_PUBLISHED {
			refs = append(refs, clean.Line(spell(v.GetVersion().GetRef()), 0))
		}
	}
	if len(refs) == 0 {
		return ""
	}
	return "registrar yank " + strings.Join(refs, " ") + " --category security --reason " + shellQuoted(clean.Line("signing key revoked: "+o.reason, 0))
}

// shellQuoted is a text as one word of a command line to copy.
func shellQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// hintLines says consequences where a person reads along.
func hintLines(env *Env, lines []wording.Line) {
	st := env.styles(env.ErrTerminal)
	for _, line := range lines {
		text := line.Text
		if line.Caution {
			text = st.warn(text)
		}
		env.hint("  %s", text)
	}
}
