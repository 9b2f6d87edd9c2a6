package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

type downloadOptions struct {
	ref        *registryv1.VersionRef
	platform   string
	dir        string
	skipVerify bool
}

func newDownload(env *Env) *cobra.Command {
	var o downloadOptions
	cmd := &cobra.Command{
		Use:   "download ORG/NAME [VERSION]",
		Short: "Download the release file of a platform",
		Long: "Fetches the release file for this platform, or for another one, compares size and sha256 with what the registry says, " +
			"and checks its signatures against the keys and identities that the org has registered: a file that differs, or whose " +
			"signature is not good, is never left behind. A file without a signature comes with a warning, unless the policy of the org " +
			"requires signatures. Without a version it takes the stable one, else the latest. The path of the file is printed.",
		Example: `# The stable version, for this platform, into the working directory
registrar download acme/baton-sample

# A certain version for another platform
registrar download acme/baton-sample v1.2.0 --platform windows-amd64 --dir dist`,
		Args: words(1, 2, connectorHint),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := parseOptionalVersion(args)
			if err != nil {
				return err
			}
			o.ref = ref
			return runDownload(cmd.Context(), env, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.platform, "platform", "", "for which platform (default: this one)")
	flags.StringVar(&o.dir, "dir", ".", "where to put the file")
	flags.BoolVar(&o.skipVerify, "skip-verify", false, "do not look at signatures; size and sha256 are checked in any case")
	return cmd
}

func runDownload(ctx context.Context, env *Env, o downloadOptions) error {
	platform, err := parsePlatform(o.platform)
	if err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		answer, err := s.Registry.GetDownloadURLs(ctx, &registryv1.GetDownloadURLsRequest{
			Connector: connectorOf(o.ref), Version: o.ref.GetVersion(), Platforms: []registryv1.Platform{platform},
		})
		if err != nil {
			return err
		}
		chosen := client.ReleaseFile(answer.GetDownloads(), platform)
		if chosen == nil {
			return notShipped(answer.GetVersion(), platform)
		}
		sayChoice(env, answer)
		return fetch(ctx, env, s, o, answer, chosen)
	})
}

// computer is the platform that this program runs on, or none where connectors
// are not made for it.
func computer() registryv1.Platform {
	platform, _ := registryv1.PlatformFromSlug(runtime.GOOS + "-" + runtime.GOARCH)
	return platform
}

// parsePlatform reads a platform; "" is the one that this program runs on.
func parsePlatform(slug string) (registryv1.Platform, error) {
	if slug == "" {
		if platform := computer(); platform != registryv1.Platform_PLATFORM_UNSPECIFIED {
			return platform, nil
		}
		slug = runtime.GOOS + "-" + runtime.GOARCH
		return 0, usage("name one with --platform: "+platformList(registryv1.Platforms()), "connectors are not made for %s, where this runs", slug)
	}
	platform, ok := registryv1.PlatformFromSlug(slug)
	if !ok || platform == registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL {
		e := usage("the platforms are "+platformList(registryv1.Platforms()), "--platform: %q is not a platform", slug)
		e.Reason = registryv1.Reason_REASON_INVALID_PLATFORM
		e.Faults = []client.Fault{{Field: "platform", Reason: e.Reason, Message: e.Message}}
		return 0, e
	}
	return platform, nil
}

func notShipped(v *registryv1.VersionSummary, platform registryv1.Platform) error {
	return &client.Error{
		Reason:  registryv1.Reason_REASON_PLATFORM_MISSING,
		Doing:   "downloading " + spell(v.GetRef()),
		Message: "it ships nothing for " + platform.Slug(),
		Next:    "it ships for " + platformList(v.GetPlatforms()) + "; choose with --platform",
	}
}

// warnings are what a person should know about the version before using it.
func warnings(answer *registryv1.GetDownloadURLsResponse) []string {
	text := wording.Yanked(answer.GetVersion().GetRef().GetVersion(), answer.GetYank())
	if text == "" {
		return nil
	}
	return []string{sentence(clean.Line(text, 0))}
}

// worth is what a person should know about the signatures of the file. Without
// a verdict none was looked at, as they wished.
func worth(v *registryv1.Verdict) []string {
	var out []string
	for _, clause := range wording.Worth(v) {
		out = append(out, sentence(clean.Line(clause, 0)))
	}
	return out
}

// sayChoice says on stderr which version was taken, and what to know about it.
func sayChoice(env *Env, answer *registryv1.GetDownloadURLsResponse) {
	if said := wording.Chosen(answer.GetVersion().GetRef().GetVersion(), answer.GetChosenBy()); said != "" {
		env.hint("%s", said)
	}
	env.warn(warnings(answer))
}

func (e *Env) warn(warnings []string) {
	st := e.styles(e.ErrTerminal)
	for _, warning := range warnings {
		e.hint("%s  %s", st.warn("warning"), warning)
	}
}

func fetch(ctx context.Context, env *Env, s *session, o downloadOptions, answer *registryv1.GetDownloadURLsResponse, chosen *registryv1.Download) error {
	if err := os.MkdirAll(o.dir, 0o755); err != nil { //nolint:gosec // a directory of the person's own choice, as mkdir makes it
		return fmt.Errorf("making the directory for the download: %w", err)
	}
	meter := new(client.Meter)
	stop := env.showTransfer(meter, chosen.GetAsset().GetFilename())
	file, verdict, err := o.get(ctx, env, s, answer, chosen, meter)
	stop()
	if err != nil {
		return err
	}
	if env.Settings.JSON() {
		ref := answer.GetVersion().GetRef()
		said := []any{}
		for _, warning := range append(warnings(answer), worth(verdict)...) {
			said = append(said, warning)
		}
		document := object{}.
			with("org", ref.GetOrg()).with("name", ref.GetName()).with("version", ref.GetVersion()).
			with("state", registryv1.Short(answer.GetVersion().GetState())).
			with("chosenBy", registryv1.Short(answer.GetChosenBy())).
			with("platform", chosen.GetAsset().GetPlatform().Slug()).
			with("path", filepath.ToSlash(file.Path)).
			with("sizeBytes", file.Size).
			with("sha256", bytesText(file.SHA256[:])).
			with("verdict", registryv1.Short(verdict.GetStatus()))
		if verdict.GetScheme() != "" || verdict.GetReason() != "" {
			document = document.with("signature", signature(verdict))
		}
		return env.json(document.with("warnings", said))
	}
	env.warn(worth(verdict))
	if verdict.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
		env.hint("%s", clean.Line(verdict.GetDetail(), 0))
	}
	env.hint("%s, %s", wording.Bytes(file.Size), bytesText(file.SHA256[:]))
	return env.print("%s", clean.Line(file.Path, 0))
}

// get fetches the file, and checks its signatures unless the person does not
// want that.
func (o downloadOptions) get(
	ctx context.Context, env *Env, s *session, answer *registryv1.GetDownloadURLsResponse, chosen *registryv1.Download, m *client.Meter,
) (client.Downloaded, *registryv1.Verdict, error) {
	if o.skipVerify {
		file, err := s.Download(ctx, chosen, o.dir, m)
		return file, nil, err
	}
	return s.DownloadVerified(ctx, answer, chosen, o.dir, m, env.Now)
}

// signature is who signed, and what that is worth.
func signature(v *registryv1.Verdict) object {
	material := []any{}
	for _, name := range v.GetMaterial() {
		material = append(material, name)
	}
	return object{}.with("scheme", v.GetScheme()).with("reason", v.GetReason()).with("signer", v.GetSigner()).with("detail", v.GetDetail()).
		with("assurance", v.GetAssurance()).with("through", v.GetThrough()).with("material", material)
}
