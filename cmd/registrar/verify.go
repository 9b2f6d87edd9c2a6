package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

type verifyOptions struct {
	files     []string
	signature string
	trust     trustOptions
}

func newVerify(env *Env) *cobra.Command {
	var o verifyOptions
	cmd := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Check files against their signatures",
		Long: "Checks files on this computer against the signatures that lie beside them: .sig, .asc, .cert, .pem, .sigstore.json, .bundle " +
			"and attestations, and a signed checksum file that lists them. It shows every step, what was expected and what was found.\n\n" +
			"What to trust is a public key (--key), a keyless identity (--identity with --issuer), or whatever an org has registered (--org). " +
			"Without --org nothing is asked of any registry or network. A file without a good signature ends in exit code 7.",
		Example: `# A file and whatever signature lies beside it, by the publisher's key
registrar verify baton-sample-v1.2.0-linux-amd64.tar.gz --key release.pub

# Keyless, by the workflow that signs
registrar verify baton-sample-v1.2.0-linux-amd64.tar.gz \
  --identity https://github.com/acme/ci/.github/workflows/r.yaml@refs/tags/v4 \
  --issuer https://token.actions.githubusercontent.com

# Several files, by what an org has registered
registrar verify baton-sample-v1.2.0-*.tar.gz checksums.txt --org acme

# Where the names of the files do not say which release they are of
registrar verify baton-sample --org acme/baton-sample@v1.2.0`,
		Args: words(1, -1, "name the files to check"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.files = args
			return runVerify(cmd.Context(), env, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.signature, "signature", "", "signature, certificate or bundle of the one file (default: what lies beside it)")
	flags.StringVar(&o.trust.key, "key", "", "file with the public key of the signer, GPG or cosign")
	flags.StringVar(&o.trust.identity, "identity", "", "keyless signer: the exact subject of the certificate")
	flags.StringVar(&o.trust.identityRegexp, "identity-regexp", "", "keyless signer: an anchored regular expression instead of the exact subject")
	flags.StringVar(&o.trust.issuer, "issuer", "", "who vouches for the keyless signer, as a URL")
	flags.StringVar(&o.trust.root, "trusted-root", "", "Sigstore trusted root as JSON (default: the public Sigstore's, or the registry's)")
	flags.StringVar(&o.trust.org, "org", "", "trust what this org has registered; ORG/NAME@VERSION also says which release it is")
	return cmd
}

func runVerify(ctx context.Context, env *Env, o verifyOptions) error {
	var wrong faults
	files := findSigned(o.files, o.signature, &wrong)
	known := o.trust.read(env.Now, &wrong)
	if err := wrong.err("verifying", "see: registrar verify --help"); err != nil {
		return err
	}
	if o.trust.org == "" {
		return verifyFiles(ctx, env, files, known)
	}
	return with(ctx, env, func(s *session) error {
		if err := known.ask(ctx, s); err != nil {
			return err
		}
		return verifyFiles(ctx, env, files, known)
	})
}

func verifyFiles(ctx context.Context, env *Env, files []*signedFile, known *trusted) error {
	if err := checkFiles(ctx, files, known); err != nil {
		return err
	}
	if err := writeVerified(env, files); err != nil {
		return err
	}
	return unverified(files)
}

// writeVerified prints what each file is worth, in the order in which they
// were named.
func writeVerified(env *Env, files []*signedFile) error {
	if env.Settings.JSON() {
		list := make([]any, len(files))
		for i, f := range files {
			list[i] = verdictJSON(f.path, f.verdict)
		}
		return env.json(list)
	}
	for i, f := range files {
		if i > 0 {
			if err := env.print(""); err != nil {
				return err
			}
		}
		if err := writeVerdict(env, f.path, f.verdict); err != nil {
			return err
		}
	}
	return nil
}

// verdictJSON is one file as scripts read it: ok, and the reason if it is not.
func verdictJSON(path string, v *registryv1.Verdict) object {
	o := object{}.with("file", path).
		with("ok", v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED).
		with("scheme", v.GetScheme()).
		with("reason", reasonOf(v)).
		with("detail", v.GetDetail()).
		with("want", v.GetWant()).
		with("got", v.GetGot()).
		with("assurance", v.GetAssurance())
	steps := []any{}
	for _, step := range v.GetSteps() {
		steps = append(steps, toJSON(step))
	}
	o = o.with("steps", steps)
	return append(o, verdictRest(v)...)
}

// reasonOf is why a file is not verified; a file without any signature has a
// reason too.
func reasonOf(v *registryv1.Verdict) string {
	if v.GetReason() == "" && v.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
		return "MISSING"
	}
	return v.GetReason()
}

// unverified is the error of files that are not verified, nil without any.
func unverified(files []*signedFile) error {
	var refused faults
	for _, f := range files {
		if f.verdict.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
			refused.add(f.path, registryv1.Reason_REASON_SIGNATURE_INVALID, "%s: %s", clean.Line(f.path, 0), reasonOf(f.verdict))
		}
	}
	if len(refused) == 0 {
		return nil
	}
	e := &client.Error{
		Reason: registryv1.Reason_REASON_SIGNATURE_INVALID, Doing: "verifying", Message: refused[0].Message, Faults: refused,
		Err: errUnverified,
	}
	for _, f := range files {
		if e.Next == "" {
			e.Next = f.verdict.GetNext()
		}
	}
	if len(files) > 1 {
		e.Message = wording.Count(len(refused)) + " of " + wording.Plural(len(files), "file", "files") + " did not verify"
	}
	return e
}

var errUnverified = errors.New("not verified")
