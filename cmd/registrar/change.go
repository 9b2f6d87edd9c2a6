package main

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// newRequestID makes a mutation safe to repeat when its answer was lost.
func newRequestID() string { return rand.Text() }

func newUnyank(env *Env) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "unyank ORG/NAME VERSION",
		Short: "Take a yank back",
		Long:  "Makes a YANKED version PUBLISHED again. Needs an admin. The yank stays in the audit log, with the reason why it was taken back.",
		Example: `registrar unyank acme/baton-sample v1.2.0 \
  --reason "the report was about another connector"`,
		Args:        words(1, 2, versionHint),
		Annotations: changing("taking a yank back"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := parseVersion(args...)
			if err != nil {
				return err
			}
			return runUnyank(cmd.Context(), env, ref, reason)
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why (required)")
	return cmd
}

func runUnyank(ctx context.Context, env *Env, ref *registryv1.VersionRef, reason string) error {
	var wrong faults
	if strings.TrimSpace(reason) == "" {
		wrong.missing("reason", "say why the yank is taken back")
	}
	if err := wrong.err("taking the yank of "+spell(ref)+" back", "see: registrar unyank --help"); err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		answer, err := s.Registry.UnyankVersion(ctx, &registryv1.UnyankVersionRequest{RequestId: newRequestID(), Ref: ref, Reason: reason})
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(toJSON(answer.GetVersion()))
		}
		if moved := pointerChanges(answer.GetConsequences()); moved != "" {
			env.hint("%s", sentence(moved))
		}
		return env.print("%s is PUBLISHED again.", clean.Line(spell(ref), 0))
	})
}

func newSetStable(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:         "set-stable ORG/NAME VERSION",
		Short:       "Promote a published version",
		Long:        "Makes a PUBLISHED version the stable one of its connector: the version that a download without a number takes. Needs a maintainer.",
		Example:     "registrar set-stable acme/baton-sample v1.2.0",
		Args:        words(1, 2, versionHint),
		Annotations: changing("setting the stable version"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := parseVersion(args...)
			if err != nil {
				return err
			}
			return runSetStable(cmd.Context(), env, ref)
		},
	}
}

func runSetStable(ctx context.Context, env *Env, ref *registryv1.VersionRef) error {
	return with(ctx, env, func(s *session) error {
		answer, err := s.Registry.SetStableVersion(ctx, &registryv1.SetStableVersionRequest{RequestId: newRequestID(), Ref: ref})
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(toJSON(answer.GetConnector()))
		}
		if before := answer.GetConsequences().GetStableBefore(); before != "" && before != ref.GetVersion() {
			return env.print("%s is stable now, instead of %s.", clean.Line(spell(ref), 0), before)
		}
		return env.print("%s is stable now.", clean.Line(spell(ref), 0))
	})
}

type deprecateOptions struct {
	ref         *registryv1.ConnectorRef
	reason      string
	replacement string
	undo        bool
}

func newDeprecate(env *Env) *cobra.Command {
	var o deprecateOptions
	cmd := &cobra.Command{
		Use:   "deprecate ORG/NAME",
		Short: "Say that a connector should not be used any more",
		Long:  "Marks a connector as deprecated, with the reason and what to use instead. Its versions stay as they are. Needs a maintainer.",
		Example: `registrar deprecate acme/baton-sample \
  --reason "the API it reads is gone" --replacement acme/baton-better

# Take it back
registrar deprecate acme/baton-sample --undo`,
		Args:        words(1, 1, connectorHint),
		Annotations: changing("deprecating"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := parseConnector(args[0])
			if err != nil {
				return err
			}
			o.ref = ref
			return runDeprecate(cmd.Context(), env, o)
		},
	}
	cmd.Flags().StringVar(&o.reason, "reason", "", "why (required, but with --undo)")
	cmd.Flags().StringVar(&o.replacement, "replacement", "", "the connector to use instead, as ORG/NAME")
	cmd.Flags().BoolVar(&o.undo, "undo", false, "take the deprecation back")
	return cmd
}

func runDeprecate(ctx context.Context, env *Env, o deprecateOptions) error {
	var wrong faults
	switch {
	case !o.undo && strings.TrimSpace(o.reason) == "":
		wrong.missing("reason", "say why the connector should not be used any more")
	case o.undo && o.replacement != "":
		wrong.add("replacement", registryv1.Reason_REASON_USAGE, "--replacement says nothing together with --undo")
	}
	if o.replacement != "" {
		if _, err := parseConnector(o.replacement); err != nil {
			wrong.add("replacement", registryv1.Reason_REASON_USAGE, "--replacement: %s", asError(err).Message)
		}
	}
	if err := wrong.err("deprecating "+spellConnector(o.ref), "see: registrar deprecate --help"); err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		answer, err := s.Registry.DeprecateConnector(ctx, &registryv1.DeprecateConnectorRequest{
			RequestId: newRequestID(), Ref: o.ref, Reason: o.reason, Replacement: o.replacement, Undo: o.undo,
		})
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(toJSON(answer.GetConnector()))
		}
		if o.undo {
			return env.print("%s is not deprecated any more.", clean.Line(spellConnector(o.ref), 0))
		}
		return env.print("%s is deprecated.", clean.Line(spellConnector(o.ref), 0))
	})
}
