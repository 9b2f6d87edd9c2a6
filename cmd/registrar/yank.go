package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

type yankOptions struct {
	refs  []*registryv1.VersionRef
	words []string
	from  string
	named int // how many versions, one named twice counted twice

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
func (o *yankOptions) many() bool { return o.from != "" || o.named != 1 }

func newYank(env *Env) *cobra.Command {
	var o yankOptions
	cmd := &cobra.Command{
		Use:   "yank ORG/NAME VERSION...",
		Short: "Withdraw published versions",
		Long: "Withdraws versions that are PUBLISHED. They stay visible with the reason, and downloadable by their exact number, " +
			"unless --block-downloads. A yanked number can never be used again. In a terminal it shows the consequences and " +
			"asks for the version to be typed; elsewhere it needs --yes.\n\n" +
			"Several versions, of several connectors, go at once, each by itself: one that is refused stops no other, and the exit " +
			"code is that of the first refusal. What is said before is about all of them together. Stopped in the middle, it says " +
			"what was done; the same command again finishes, for a version that is YANKED with the same words already counts as done.\n\n" +
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
	flags.StringVar(&o.replacement, "replacement", "", "the version to use instead, or \"suggested\" for what the registry suggests")
	flags.StringVar(&o.credit, "credit", "", "who found the problem")
	flags.BoolVar(&o.block, "block-downloads", false, "refuse downloads instead of warning")
	flags.StringVar(&o.from, "from", "", "read versions from a file, or from stdin with -, one ORG/NAME@VERSION a line")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would happen and change nothing")
	flags.BoolVar(&o.yes, "yes", false, "do not ask")
	return cmd
}

// complete reads and checks everything the person gave, and finds all that is
// wrong or missing before anything is asked of the registry.
func (o *yankOptions) complete(env *Env) error {
	refs, err := o.read(env)
	if err != nil {
		return err
	}
	o.named, o.refs = len(refs), yank.Unique(refs)
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
	more, err := yank.Read(source, name)
	return append(refs, more...), err
}

// order is what the options ask for.
func (o *yankOptions) order() yank.Order {
	return yank.Order{
		Versions: o.refs, Category: o.parsed, Reason: o.reason, Advisory: o.advisory,
		Replacement: o.replacement, Credit: o.credit, Block: o.block,
	}
}

// foretells says whether the registry must be asked before: to show what would
// happen, or to learn what it suggests.
func (o *yankOptions) foretells() bool { return o.dryRun || !o.yes || o.replacement == yank.Suggested }

func runYank(ctx context.Context, env *Env, o yankOptions) error {
	if err := o.complete(env); err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		var weighed yank.Weighed
		if o.foretells() {
			var err error
			if weighed, err = weighYanks(ctx, env, s, o); err != nil {
				return err
			}
		}
		if o.dryRun {
			return writeYanks(env, o, weighed, weighed.Results)
		}
		if !o.yes {
			if weighed.Accepted() == 0 {
				return writeYanks(env, o, weighed, weighed.Results)
			}
			if err := confirmYank(env, o, weighed); err != nil {
				return err
			}
		}
		run := yank.NewRun(o.order(), weighed)
		err := counted(env, "yanking", run.Done, func() error { return run.Do(ctx, s.Client) })
		if err == nil {
			return writeYanks(env, o, weighed, run.Results())
		}
		return stoppedYanks(env, o, run.Results(), err)
	})
}

// counted does something and shows of how many versions it is done.
func counted(env *Env, doing string, done func() (done, of int), do func() error) error {
	stop := env.showLine(func() string {
		n, of := done()
		if of < 2 {
			return ""
		}
		return fmt.Sprintf("%s version %s of %s", doing, wording.Count(min(n+1, of)), wording.Count(of))
	})
	defer stop()
	return do()
}

// weighYanks asks what the options would do.
func weighYanks(ctx context.Context, env *Env, s *session, o yankOptions) (weighed yank.Weighed, err error) {
	weighing := yank.NewWeighing(o.order())
	err = counted(env, "asking about", weighing.Done, func() error {
		weighed, err = weighing.Do(ctx, s.Client)
		return err
	})
	return weighed, err
}

// confirmYank shows what will happen and asks for the version, or for the
// number of versions, to be typed. Only what would be accepted is counted.
func confirmYank(env *Env, o yankOptions, weighed yank.Weighed) error {
	st := env.styles(env.ErrTerminal)
	n := weighed.Accepted()
	if !o.many() {
		env.hint("%s", st.bold(clean.Line(spell(o.refs[0]), 0)))
	} else {
		for _, result := range weighed.Results {
			if result.Outcome != yank.Ready {
				env.hint("%s: %s", st.bold(clean.Line(spell(result.Version), 0)), refusedText(st, result))
			}
		}
		for _, set := range weighed.Sets {
			env.hint("%s", st.bold(clean.Line(spellSet(set), 0)))
		}
	}
	for _, line := range foretold(o, weighed) {
		text := line.Text
		if line.Caution {
			text = st.warn(text)
		}
		env.hint("  %s", text)
	}
	if !o.many() {
		return confirmTyped(env, "the version", o.refs[0].GetVersion())
	}
	expected := fmt.Sprintf("yank %d", n)
	return confirmTyped(env, fmt.Sprintf("%q", expected), expected)
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
