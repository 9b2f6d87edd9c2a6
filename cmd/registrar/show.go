package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

type showOptions struct {
	ref       *registryv1.VersionRef
	platforms bool
}

func newShow(env *Env) *cobra.Command {
	var o showOptions
	cmd := &cobra.Command{
		Use:   "show ORG/NAME [VERSION]",
		Short: "Show one connector, or one version",
		Long:  "Shows one connector with its pointers and counts, or one version with its files, checks and reviews.",
		Example: `# A connector
registrar show acme/baton-sample

# A version, with everything that is known about it
registrar show acme/baton-sample v1.2.0 -o json-pretty

# What is shipped for which platform
registrar show acme/baton-sample@v1.2.0 --platforms`,
		Args: words(1, 2, connectorHint),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := parseOptionalVersion(args)
			if err != nil {
				return err
			}
			o.ref = ref
			return runShow(cmd.Context(), env, o)
		},
	}
	cmd.Flags().BoolVar(&o.platforms, "platforms", false, "show what is shipped for each platform instead")
	return cmd
}

func runShow(ctx context.Context, env *Env, o showOptions) error {
	return with(ctx, env, func(s *session) error {
		if o.ref.GetVersion() == "" {
			return showConnector(ctx, env, s, o)
		}
		answer, err := s.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: o.ref})
		switch {
		case err != nil:
			return err
		case o.platforms:
			return showPlatformFiles(env, answer.GetVersion())
		case env.Settings.JSON():
			return env.json(toJSON(answer.GetVersion()))
		default:
			return writeVersion(env, answer.GetVersion())
		}
	})
}

func showConnector(ctx context.Context, env *Env, s *session, o showOptions) error {
	answer, err := s.Registry.GetConnector(ctx, &registryv1.GetConnectorRequest{Ref: connectorOf(o.ref)})
	switch {
	case err != nil:
		return err
	case o.platforms:
		return showPlatformVersions(ctx, env, s, answer.GetConnector().GetRef())
	case env.Settings.JSON():
		return env.json(toJSON(answer.GetConnector()))
	default:
		return writeConnector(env, answer.GetConnector())
	}
}

func writeConnector(env *Env, c *registryv1.Connector) error {
	f := env.newFacts()
	f.add("connector", f.styles.bold(clean.Line(spellConnector(c.GetRef()), 0)))
	f.text("name", c.GetDisplayName())
	f.text("description", c.GetDescription())
	f.text("aliases", strings.Join(c.GetAliases(), ", "))
	f.text("stable", orDash(c.GetStable()))
	f.text("latest", orDash(c.GetLatest()))
	if newest := c.GetNewest(); newest != nil {
		f.add("newest", clean.Line(newest.GetRef().GetVersion(), 0)+"  "+f.styles.mark(f.styles.theme.State(newest.GetState())))
		f.text("note", wording.Clauses(standing(newest)))
		f.add("signature", f.styles.signature(newest))
		f.add("platforms", platformList(newest.GetPlatforms()))
	}
	var counts []string
	for _, count := range c.GetCounts() {
		if count.GetCount() > 0 {
			counts = append(counts, wording.Count(count.GetCount())+" "+wording.State(count.GetState()))
		}
	}
	f.add("versions", strings.Join(counts, ", "))
	f.text("license", c.GetLicense())
	f.text("repository", c.GetRepository())
	f.text("homepage", c.GetHomepage())
	if d := c.GetDeprecation(); d != nil {
		f.add("deprecated", f.styles.warn(clean.Line(d.GetReason(), 0)))
		f.text("use instead", d.GetReplacement())
		f.text("deprecated by", d.GetBy()+", "+wording.Time(d.GetAt().AsTime()))
	}
	f.add("created", wording.Time(c.GetCreatedAt().AsTime()))
	f.add("updated", wording.Time(c.GetUpdatedAt().AsTime()))
	return f.write(env.Out)
}

func writeVersion(env *Env, v *registryv1.Version) error {
	if err := versionFacts(env, v).write(env.Out); err != nil {
		return err
	}
	if err := writeSignatures(env, v); err != nil {
		return err
	}
	sections := []struct {
		title string
		table *table
	}{
		{"files", assetTable(env, v.GetAssets())},
		{"checks", checkTable(env, v.GetChecks())},
		{"reviews", reviewTable(env, v.GetReviews())},
		{"earlier attempts", attemptTable(env, v.GetEarlierAttempts())},
	}
	for _, section := range sections {
		if err := titled(env, section.title, section.table); err != nil {
			return err
		}
	}
	return nil
}

func versionFacts(env *Env, v *registryv1.Version) *facts {
	s := v.GetSummary()
	f := env.newFacts()
	f.add("version", f.styles.bold(clean.Line(wording.Ref(s.GetRef().GetOrg(), s.GetRef().GetName(), s.GetRef().GetVersion()), 0)))
	f.add("state", f.styles.mark(f.styles.theme.State(s.GetState())))
	note, _ := noteOf(&registryv1.VersionSummary{Stable: s.GetStable(), Latest: s.GetLatest(), WaitingFor: s.GetWaitingFor()})
	f.text("note", note)
	if s.GetAttempt() > 1 {
		f.add("attempt", strconv.Itoa(int(s.GetAttempt())))
	}
	f.add("platforms", platformList(s.GetPlatforms()))
	f.signatures(v)
	f.add("size", wording.Bytes(s.GetSizeBytes()))
	f.text("author", s.GetAuthor())
	f.text("description", v.GetDescription())
	f.text("license", v.GetLicense())
	f.text("repository", v.GetRepository())
	f.text("commit", v.GetCommit())
	f.text("preflight", ownReport(v.GetPreflight()))
	for _, step := range v.GetSteps() {
		at := ""
		if step.GetAt() != nil {
			at = wording.Time(step.GetAt().AsTime())
		}
		f.text(strings.ToLower(wording.State(step.GetState())), at+by(step.GetBy()))
	}
	if failure := v.GetFailure(); failure != nil {
		f.add("failed", f.styles.bad(clean.Line(failure.GetReason(), 0)))
		for line := range strings.Lines(failure.GetMessage()) {
			f.text("", strings.TrimRight(line, "\n"))
		}
	}
	yankFacts(f, v.GetYank())
	return f
}

func yankFacts(f *facts, y *registryv1.Yank) {
	if y == nil {
		return
	}
	f.add("yanked as", f.styles.warn(wording.Category(y.GetCategory())))
	f.text("because", y.GetReason())
	f.text("advisory", y.GetAdvisory())
	f.text("use instead", y.GetReplacement())
	f.text("found by", y.GetCredit())
	f.text("yanked by", y.GetBy()+", "+wording.Time(y.GetAt().AsTime()))
	if y.GetDownloadsBlocked() {
		f.add("downloads", "blocked")
	}
}

func by(person string) string {
	if person == "" {
		return ""
	}
	return ", " + person
}

func assetTable(env *Env, assets []*registryv1.Asset) *table {
	t := env.newTable("platform", "kind", "file", ">size", "signature", "sha256")
	for _, a := range assets {
		sum := wording.SHA256(a.GetSha256())
		if sum == "" {
			sum = "not received yet"
		}
		t.row(orDash(a.GetPlatform().Slug()), wording.Kind(a.GetKind()), t.text(a.GetFilename()),
			wording.Bytes(a.GetSizeBytes()), t.verdict(a), t.faint(sum))
	}
	return t
}

func checkTable(env *Env, checks []*registryv1.Check) *table {
	t := env.newTable("check", "result", "about", "detail")
	for _, c := range checks {
		detail := c.GetDetail()
		if c.GetFix() != "" {
			detail += " (" + c.GetFix() + ")"
		}
		about := c.GetPlatform().Slug()
		if about == "" {
			about = c.GetFilename()
		}
		t.row(t.text(c.GetName()), t.styles.mark(t.styles.theme.CheckResult(c.GetResult())), orDash(t.text(about)), t.text(detail))
	}
	return t
}

func attemptTable(env *Env, attempts []*registryv1.Attempt) *table {
	t := env.newTable(">attempt", "state", "ended", "because")
	for _, a := range attempts {
		t.row(strconv.Itoa(int(a.GetAttempt())), t.styles.mark(t.styles.theme.State(a.GetState())),
			wording.Time(a.GetEndedAt().AsTime()), t.text(a.GetFailure().GetMessage()))
	}
	return t
}

// showPlatformFiles shows what one version ships for each of its platforms.
func showPlatformFiles(env *Env, v *registryv1.Version) error {
	t := env.newTable("platform", "received", "kind", "file", ">size", "signature")
	list := []any{}
	for i, platform := range v.GetSummary().GetPlatforms() {
		received := i < len(v.GetSummary().GetPlatformReceived()) && v.GetSummary().GetPlatformReceived()[i]
		var files []*registryv1.Asset
		for _, asset := range v.GetAssets() {
			if slices.Contains(asset.GetPlatform().Serves(), platform) {
				files = append(files, asset)
			}
		}
		list = append(list, object{}.with("platform", platform.Slug()).with("received", received).with("assets", listJSON(files)))
		if len(files) == 0 {
			t.row(platform.Slug(), yesNo(received), "-", "-", "", "-")
		}
		for _, file := range files {
			t.row(platform.Slug(), yesNo(received), wording.Kind(file.GetKind()), t.text(file.GetFilename()), wording.Bytes(file.GetSizeBytes()), t.verdict(file))
		}
	}
	if env.Settings.JSON() {
		return env.json(list)
	}
	return t.write(env.Out)
}

// showPlatformVersions shows the highest PUBLISHED version that a connector
// ships for each platform.
func showPlatformVersions(ctx context.Context, env *Env, s *session, ref *registryv1.ConnectorRef) error {
	published := &registryv1.FilterTerm{Field: registryv1.FilterField_FILTER_FIELD_STATE, Values: []string{"published"}}
	versions, err := collect(s.Versions(ctx, &registryv1.ListVersionsRequest{
		Connector: ref, Filter: []*registryv1.FilterTerm{published}, PageSize: pageSize,
	}))
	if err != nil {
		return err
	}
	t := env.newTable("platform", "newest published")
	list := []any{}
	for _, platform := range registryv1.Platforms() {
		newest := ""
		for _, v := range versions { // highest first
			if slices.Contains(v.GetPlatforms(), platform) {
				newest = v.GetRef().GetVersion()
				break
			}
		}
		list = append(list, object{}.with("platform", platform.Slug()).with("version", newest))
		t.row(platform.Slug(), orDash(t.text(newest)))
	}
	if env.Settings.JSON() {
		return env.json(list)
	}
	return t.write(env.Out)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
