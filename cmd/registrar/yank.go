package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

type yankOptions struct {
	refs  []*registryv1.VersionRef
	words []string
	from  string

	category    string
	reason      string
	advisory    string
	replacement string
	credit      string
	block       bool
	dryRun      bool
	yes         bool

	parsed registryv1.YankCategory
}

// many says whether results are a list: one version named by its words is one.
func (o *yankOptions) many() bool { return o.from != "" || len(o.refs) != 1 }

func newYank(env *Env) *cobra.Command {
	var o yankOptions
	cmd := &cobra.Command{
		Use:   "yank ORG/NAME VERSION...",
		Short: "Withdraw published versions",
		Long: "Withdraws versions that are PUBLISHED. They stay visible with the reason, and downloadable by their exact number, " +
			"unless --block-downloads. A yanked number can never be used again. In a terminal it shows the consequences and " +
			"asks for the version to be typed; elsewhere it needs --yes.\n\n" +
			"With -o json one version gives the version, and many give a list in which those that were refused carry an error.",
		Example: `# One version
registrar yank acme/baton-sample v1.2.0 --category broken \
  --reason "loops on empty pages" --replacement v1.2.1

# What would happen
registrar yank acme/baton-sample v1.2.0 --category security \
  --reason leaks --advisory CVE-2026-0001 --dry-run

# Many versions of several connectors
registrar yank --from versions.txt --category license \
  --reason "wrong license file" --yes`,
		Annotations: changing("yanking"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.words = args
			return runYank(cmd.Context(), env, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.category, "category", "", "security, broken, wrong-artifact, license, superseded or other (required)")
	flags.StringVar(&o.reason, "reason", "", "why, for everybody who uses the version (required)")
	flags.StringVar(&o.advisory, "advisory", "", "identifier of a security advisory")
	flags.StringVar(&o.replacement, "replacement", "", "the version to use instead")
	flags.StringVar(&o.credit, "credit", "", "who found the problem")
	flags.BoolVar(&o.block, "block-downloads", false, "refuse downloads instead of warning")
	flags.StringVar(&o.from, "from", "", "read versions from a file, or from stdin with -, one ORG/NAME@VERSION a line")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would happen and change nothing")
	flags.BoolVar(&o.yes, "yes", false, "do not ask")
	return cmd
}

func runYank(ctx context.Context, env *Env, o yankOptions) error {
	if err := o.complete(env); err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		if o.dryRun {
			return writeYanks(env, o, yankAll(ctx, s, o, true))
		}
		if !o.yes {
			if err := confirmYank(ctx, env, s, o); err != nil {
				return err
			}
		}
		return writeYanks(env, o, yankAll(ctx, s, o, false))
	})
}

// complete reads and checks everything the person gave, and finds all that is
// wrong or missing before anything is asked of the registry.
func (o *yankOptions) complete(env *Env) error {
	refs, err := o.read(env)
	if err != nil {
		return err
	}
	o.refs = refs
	var wrong faults
	if len(refs) == 0 {
		wrong.add("version", registryv1.Reason_REASON_USAGE, "no version is named; %s", versionHint)
	}
	switch category, ok := registryv1.FromShort[registryv1.YankCategory](o.category); {
	case o.category == "":
		wrong.missing("category", "security, broken, wrong-artifact, license, superseded or other")
	case !ok:
		wrong.add("category", registryv1.Reason_REASON_USAGE,
			"--category: %q is not one of security, broken, wrong-artifact, license, superseded and other", o.category)
	default:
		o.parsed = category
	}
	if strings.TrimSpace(o.reason) == "" {
		wrong.missing("reason", "say why, for everybody who uses the version")
	}
	if !o.dryRun && !o.yes && (!env.asks() || o.from == "-") {
		wrong.missing("yes", "nobody can be asked here whether to go on")
	}
	return wrong.err("yanking", "see: registrar yank --help")
}

func (o *yankOptions) read(env *Env) ([]*registryv1.VersionRef, error) {
	refs, err := parseVersions(o.words)
	if err != nil || o.from == "" {
		return refs, err
	}
	source, name := env.In, "stdin"
	if o.from != "-" {
		file, err := os.Open(o.from)
		if err != nil {
			return nil, usage("give --from a file with one ORG/NAME@VERSION a line, or - for stdin", "cannot read --from: %v", err)
		}
		defer file.Close() //nolint:errcheck // it was only read
		source, name = file, o.from
	}
	more, err := readVersions(source, name)
	return append(refs, more...), err
}

func (o *yankOptions) request(ref *registryv1.VersionRef, validateOnly bool) *registryv1.YankVersionRequest {
	return &registryv1.YankVersionRequest{
		RequestId: newRequestID(), Ref: ref, Category: o.parsed, Reason: o.reason, Advisory: o.advisory,
		Replacement: o.replacement, BlockDownloads: o.block, Credit: o.credit, ValidateOnly: validateOnly,
	}
}

// yanked is what came of one version.
type yanked struct {
	ref    *registryv1.VersionRef
	answer *registryv1.YankVersionResponse
	err    error
}

// yankAll goes on after a refusal: the other versions are to be withdrawn all
// the same.
func yankAll(ctx context.Context, s *session, o yankOptions, validateOnly bool) []yanked {
	results := make([]yanked, 0, len(o.refs))
	for _, ref := range o.refs {
		answer, err := s.Registry.YankVersion(ctx, o.request(ref, validateOnly))
		results = append(results, yanked{ref, answer, err})
		if ctx.Err() != nil {
			break
		}
	}
	return results
}

// confirmYank shows what will happen and asks for the version, or for the
// number of versions, to be typed. Where all is refused anyway nothing is asked.
func confirmYank(ctx context.Context, env *Env, s *session, o yankOptions) error {
	results := yankAll(ctx, s, o, true)
	if !slices.ContainsFunc(results, func(y yanked) bool { return y.err == nil }) {
		if o.many() {
			return yankError(o, results)
		}
		return results[0].err
	}
	st := env.styles(env.ErrTerminal)
	for _, result := range results {
		env.hint("%s", st.bold(clean.Line(spell(result.ref), 0)))
		if result.err != nil {
			env.hint("  %s", st.bad(asError(result.err).Message))
			continue
		}
		for _, line := range wording.Yank(result.answer.GetConsequences()) {
			text := line.Text
			if line.Caution {
				text = st.warn(text)
			}
			env.hint("  %s", text)
		}
	}
	expected := o.refs[0].GetVersion()
	what := "the version"
	if len(o.refs) > 1 {
		expected = fmt.Sprintf("yank %d", len(o.refs))
		what = fmt.Sprintf("%q", expected)
	}
	return confirmTyped(env, what, expected)
}

// confirmTyped asks for a text to be typed and gives up at anything else.
func confirmTyped(env *Env, what, expected string) error {
	_, _ = fmt.Fprintf(env.Err, "Type %s to go on: ", what)
	line, err := bufio.NewReader(env.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the confirmation: %w", err)
	}
	if !strings.HasSuffix(line, "\n") {
		env.hint("")
	}
	if typed := strings.TrimSpace(line); typed != expected {
		return &client.Error{
			Reason:  registryv1.Reason_REASON_USAGE,
			Message: fmt.Sprintf("nothing was changed: %q was typed and not %q", typed, expected),
		}
	}
	return nil
}
