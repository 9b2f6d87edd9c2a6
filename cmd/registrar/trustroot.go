package main

import (
	"context"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func newTrust(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "trust",
		Short: "Show and replace the Sigstore trusted root",
		Long: "Manages the trusted root of the registry: the authorities and logs by which keyless signatures are measured. " +
			"It begins with that of the public Sigstore.",
		Example: `registrar trust show
registrar trust import trusted_root.json`,
		Args: noCommand,
		RunE: needsCommand,
	}
	cmd.AddCommand(newTrustShow(env), newTrustImport(env))
	return cmd
}

func newTrustShow(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "show",
		Short:   "Show the Sigstore trusted root",
		Long:    "Shows the digest of the trusted root, where it came from, and the transparency logs that it knows. With -o json it holds the document as well.",
		Example: "registrar trust show",
		Args:    none,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runTrustShow(cmd.Context(), env) },
	}
}

func runTrustShow(ctx context.Context, env *Env) error {
	return with(ctx, env, func(s *session) error {
		answer, err := s.Admin.GetTrustRoot(ctx, &registryv1.GetTrustRootRequest{})
		if err != nil {
			return err
		}
		return writeTrustRoot(env, answer.GetTrustRoot())
	})
}

func writeTrustRoot(env *Env, root *registryv1.TrustRoot) error {
	if env.Settings.JSON() {
		return env.json(toJSON(root))
	}
	f := env.newFacts()
	f.add("sha256", wording.SHA256(root.GetSha256()))
	origin := root.GetOrigin()
	if origin == "embedded" {
		origin = "part of the program, of the public Sigstore"
	}
	f.text("from", origin)
	if at := root.GetSetAt(); at != nil {
		f.add("imported", wording.Time(at.AsTime()))
	}
	if err := f.write(env.Out); err != nil {
		return err
	}
	if err := env.print("\n%s", f.styles.bold("transparency logs")); err != nil {
		return err
	}
	t := env.newTable("log", "from", "until", "key")
	for _, log := range root.GetLogs() {
		t.row(t.text(log.GetUrl()), dayOf(log.GetValidFrom()), dayOf(log.GetValidUntil()), t.faint(log.GetName()))
	}
	return t.write(env.Out)
}

func newTrustImport(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Replace the Sigstore trusted root",
		Long: "Replaces the trusted root of the whole registry by a document in Sigstore's JSON, from a file or, with -, from stdin. Needs an admin. " +
			"Signatures by authorities or logs that are not in it do not verify any more.",
		Example:     "registrar trust import trusted_root.json",
		Args:        words(1, 1, "name the file with the trusted root, or - for stdin"),
		Annotations: changing("importing a trusted root"),
		RunE:        func(cmd *cobra.Command, args []string) error { return runTrustImport(cmd.Context(), env, args[0]) },
	}
}

func runTrustImport(ctx context.Context, env *Env, path string) error {
	document, err := readInput(env, path)
	if err != nil {
		return usage("give the trusted root as Sigstore's JSON", "%s", plainly(err))
	}
	return with(ctx, env, func(s *session) error {
		answer, err := s.Admin.SetTrustRoot(ctx, &registryv1.SetTrustRootRequest{RequestId: newRequestID(), Document: document})
		if err != nil {
			return err
		}
		env.hint("This is the trusted root from now on.")
		return writeTrustRoot(env, answer.GetTrustRoot())
	})
}

// dayOf is a day for a column, "-" for none.
func dayOf(at *timestamppb.Timestamp) string {
	if at == nil {
		return "-"
	}
	return wording.Date(at.AsTime())
}
