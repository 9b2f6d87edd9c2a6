package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client/diff"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	drawing "github.com/registrar-console/registrar/tui/changes"
)

// compareHint is what two versions look like on the command line.
const compareHint = "name two versions of one connector, the older first, for example acme/baton-sample v1.1.0 v1.2.0"

func newCompare(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "compare ORG/NAME V1 V2",
		Short: "Show what changed between two versions",
		Long: "Shows what changed from one version of a connector to another: resource types, capabilities and permissions, " +
			"configuration, platforms, sizes, the Go version and modules, the signer, the license and the README.\n\n" +
			"It needs no download: everything comes from what the registry knows of the two. What deserves a thought before " +
			"an update is marked and says why; what only one version has a document for is not compared.",
		Example: `# What an update brings
registrar compare acme/baton-sample v1.1.0 v1.2.0

# For programs
registrar compare acme/baton-sample v1.1.0 v1.2.0 -o json`,
		Args: words(2, 3, compareHint),
		RunE: func(cmd *cobra.Command, args []string) error {
			from, to, err := parseCompared(args)
			if err != nil {
				return err
			}
			return runCompare(cmd.Context(), env, from, to)
		},
	}
}

// parseCompared reads ORG/NAME V1 V2, or ORG/NAME@V1 V2.
func parseCompared(args []string) (from, to *registryv1.VersionRef, err error) {
	last := len(args) - 1
	if from, err = parseVersion(args[:last]...); err != nil {
		return nil, nil, usage(compareHint, "%s does not name two versions of one connector", quoted(args))
	}
	if strings.ContainsAny(args[last], "/@") {
		return nil, nil, usage(compareHint, "%q is not the number of a version", args[last])
	}
	to = &registryv1.VersionRef{Org: from.GetOrg(), Name: from.GetName(), Version: args[last]}
	if from.GetVersion() == to.GetVersion() {
		return nil, nil, usage(compareHint, "%q is named twice", args[last])
	}
	return from, to, nil
}

func runCompare(ctx context.Context, env *Env, from, to *registryv1.VersionRef) error {
	return with(ctx, env, func(s *session) error {
		report, err := s.Compare(ctx, from, to)
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(reportJSON(to, report))
		}
		return writeReport(env, report)
	})
}

// reportJSON is the form for programs: kinds in capitals, as all enums.
func reportJSON(ref *registryv1.VersionRef, r diff.Report) object {
	list := make([]any, len(r.Changes))
	for i, c := range r.Changes {
		list[i] = object{}.with("subject", c.Subject.String()).with("kind", strings.ToUpper(c.Kind.String())).
			with("name", c.Name).with("detail", c.Detail).with("thought", c.Thought)
	}
	return object{}.with("org", ref.GetOrg()).with("name", ref.GetName()).with("old", r.Old).with("new", r.New).with("changes", list)
}

// writeReport prints a change a line, group by group.
func writeReport(env *Env, r diff.Report) error {
	t := env.newTable("change", "about", "name", "detail", "think about")
	for _, c := range r.Changes {
		thought := ""
		if c.Thought != "" {
			thought = t.styles.warn(t.text(c.Thought))
		}
		t.row(t.styles.mark(drawing.Mark(t.styles.theme, c)), c.Subject.One(), orDash(t.text(c.Name)), t.text(c.Detail), thought)
	}
	if err := t.write(env.Out); err != nil {
		return err
	}
	env.hint("%s", summaryOf(r))
	return nil
}

// summaryOf says in a sentence how much changed.
func summaryOf(r diff.Report) string {
	different, thoughts := len(r.Different()), r.Thoughts()
	said := "Nothing that is compared changed from " + r.Old + " to " + r.New
	if different > 0 {
		said = wording.Plural(different, "change", "changes") + " from " + r.Old + " to " + r.New
	}
	if thoughts > 0 {
		said += ", " + wording.Count(thoughts) + " to think about"
	}
	return said + "."
}
