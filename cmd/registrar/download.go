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
		Long: "Fetches the release file for this platform, or for another one, and compares size and sha256 with what the registry " +
			"says: a file that differs is never left behind. Without a version it takes the stable one, else the latest. " +
			"The path of the file is printed.",
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
	flags.BoolVar(&o.skipVerify, "skip-verify", false, "take a file whose signature was not verified, without a warning; size and sha256 are checked in any case")
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
		chosen := releaseFile(answer.GetDownloads(), platform)
		if chosen == nil {
			return notShipped(answer.GetVersion(), platform)
		}
		if err := o.mayTake(answer); err != nil {
			return err
		}
		o.sayChoice(env, answer)
		return fetch(ctx, env, s, o, answer, chosen)
	})
}

// parsePlatform reads a platform; "" is the one that this program runs on.
func parsePlatform(slug string) (registryv1.Platform, error) {
	if slug == "" {
		slug = runtime.GOOS + "-" + runtime.GOARCH
		if platform, ok := registryv1.PlatformFromSlug(slug); ok {
			return platform, nil
		}
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

// releaseFile is the file that a person means by "the release": what holds the
// executable, and an installer only where nothing else is.
func releaseFile(downloads []*registryv1.Download, platform registryv1.Platform) *registryv1.Download {
	rank := map[registryv1.AssetKind]int{
		registryv1.AssetKind_ASSET_KIND_ARCHIVE: 3, registryv1.AssetKind_ASSET_KIND_BINARY: 2, registryv1.AssetKind_ASSET_KIND_INSTALLER: 1,
	}
	var best *registryv1.Download
	for _, d := range downloads {
		serves := false
		for _, p := range d.GetAsset().GetPlatform().Serves() {
			serves = serves || p == platform
		}
		if serves && rank[d.GetAsset().GetKind()] > rank[best.GetAsset().GetKind()] {
			best = d
		}
	}
	return best
}

func notShipped(v *registryv1.VersionSummary, platform registryv1.Platform) error {
	return &client.Error{
		Reason:  registryv1.Reason_REASON_PLATFORM_MISSING,
		Doing:   "downloading " + spell(v.GetRef()),
		Message: "it ships nothing for " + platform.Slug(),
		Next:    "it ships for " + platformList(v.GetPlatforms()) + "; choose with --platform",
	}
}

// mayTake refuses what the org's policy does not let through.
func (o downloadOptions) mayTake(answer *registryv1.GetDownloadURLsResponse) error {
	if !answer.GetSignaturesRequired() || o.skipVerify {
		return nil
	}
	ref := answer.GetVersion().GetRef()
	return &client.Error{
		Reason:  registryv1.Reason_REASON_SIGNATURE_INVALID,
		Doing:   "downloading " + spell(ref),
		Message: "the policy of " + ref.GetOrg() + " requires signatures, and this version of registrar cannot verify any",
		Next:    "verify the file in another way and take it with --skip-verify",
	}
}

// warnings are what a person should know about the version before using it.
func (o downloadOptions) warnings(answer *registryv1.GetDownloadURLsResponse) []string {
	var warnings []string
	if y := answer.GetYank(); y != nil {
		text := fmt.Sprintf("%s is yanked (%s): %s", answer.GetVersion().GetRef().GetVersion(), wording.Category(y.GetCategory()), y.GetReason())
		if y.GetReplacement() != "" {
			text += ". Use " + y.GetReplacement() + " instead"
		}
		warnings = append(warnings, sentence(clean.Line(text, 0)))
	}
	if !o.skipVerify {
		warnings = append(warnings, "No signature was verified; size and sha256 are compared with what the registry says.")
	}
	return warnings
}

// sayChoice says on stderr which version was taken, and what to know about it.
func (o downloadOptions) sayChoice(env *Env, answer *registryv1.GetDownloadURLsResponse) {
	version := answer.GetVersion().GetRef().GetVersion()
	switch answer.GetChosenBy() {
	case registryv1.ChosenBy_CHOSEN_BY_STABLE:
		env.hint("Taking %s, the stable version.", version)
	case registryv1.ChosenBy_CHOSEN_BY_LATEST:
		env.hint("Taking %s, the latest version; none is stable.", version)
	default:
	}
	st := env.styles(env.ErrTerminal)
	for _, warning := range o.warnings(answer) {
		env.hint("%s  %s", st.warn("warning"), warning)
	}
}

func fetch(ctx context.Context, env *Env, s *session, o downloadOptions, answer *registryv1.GetDownloadURLsResponse, chosen *registryv1.Download) error {
	if err := os.MkdirAll(o.dir, 0o755); err != nil { //nolint:gosec // a directory of the person's own choice, as mkdir makes it
		return fmt.Errorf("making the directory for the download: %w", err)
	}
	meter := new(client.Meter)
	stop := env.showTransfer(meter, chosen.GetAsset().GetFilename())
	file, err := s.Download(ctx, chosen, o.dir, meter)
	stop()
	if err != nil {
		return err
	}
	if env.Settings.JSON() {
		ref := answer.GetVersion().GetRef()
		warnings := []any{}
		for _, warning := range o.warnings(answer) {
			warnings = append(warnings, warning)
		}
		return env.json(object{}.
			with("org", ref.GetOrg()).with("name", ref.GetName()).with("version", ref.GetVersion()).
			with("state", registryv1.Short(answer.GetVersion().GetState())).
			with("chosenBy", registryv1.Short(answer.GetChosenBy())).
			with("platform", chosen.GetAsset().GetPlatform().Slug()).
			with("path", filepath.ToSlash(file.Path)).
			with("sizeBytes", file.Size).
			with("sha256", bytesText(file.SHA256[:])).
			with("warnings", warnings))
	}
	env.hint("%s, %s", wording.Bytes(file.Size), bytesText(file.SHA256[:]))
	return env.print("%s", clean.Line(file.Path, 0))
}
