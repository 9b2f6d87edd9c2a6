package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/publish"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

type publishOptions struct {
	directory string
	version   string
	org, name string
	dist      []string
	platforms []string
	files     []string
	leaveOut  []string
	changelog string

	description, license, homepage string

	signing signOptions

	stable bool
	dryRun bool
	resume bool
	noWait bool
	strict bool
	wizard bool
}

func newPublish(env *Env) *cobra.Command {
	var o publishOptions
	cmd := &cobra.Command{
		Use:   "publish [DIR]",
		Short: "Publish the release files of a project",
		Long: "Publishes the release files of a project directory: finds them in dist, looks inside each, uploads those that the " +
			"registry does not have, and follows its checks. Org and name are read from the project unless they are given.\n\n" +
			"Running it again after any failure finishes the job without sending again what arrived. Publishing exactly what is " +
			"published already changes nothing and is a success.\n\n" +
			"The project is checked as registrar check does it, without running anything. Requirements that are not met are warnings, " +
			"and refuse the publish with --strict; the report goes with the version as the publisher's own.\n\n" +
			"Signatures that lie beside the files go with them; with --sign they are made now: by a key of your own gpg or one in a file, " +
			"by a key pair of cosign, or keyless, with a token from --identity-token, from GitHub Actions, or from logging in. All are verified " +
			"before anything is created, and what is signed already is not signed again. A passphrase is asked for by gpg's agent or at the " +
			"terminal, unless --passphrase-file names a file that only you can read.\n\n" +
			"With -o json it prints one document a line for each event; the last has the step \"done\".",
		Example: `# Step by step, in the console
registrar publish

# What would happen
registrar publish --version v1.2.0 --dry-run

# Files of two builds, for two platforms
registrar publish --version v1.2.0 --dist dist --dist out/windows \
  --platform linux-amd64 --platform windows-amd64

# A file that was not found by itself, and one that is not to go along
registrar publish --version v1.2.0 --file windows-amd64=out/baton.exe \
  --leave-out dist/old_checksums.txt

# Signed with your own key, or with one of cosign in a build job
registrar publish --version v1.2.0 --sign gpg:0123456789ABCDEF
registrar publish --version v1.2.0 --sign cosign:cosign.key \
  --passphrase-file pass.txt

# Another project, with its changelog from a file
registrar publish ../baton-sample --version v1.2.0 \
  --changelog @CHANGES.md --stable`,
		Args:        words(0, 1, "give one project directory"),
		Annotations: changing("publishing"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.directory = "."
			if len(args) == 1 {
				o.directory = args[0]
			}
			if o.opensWizard(env) {
				return runWizard(cmd.Context(), env, o)
			}
			return runPublish(cmd.Context(), env, o)
		},
	}
	o.addFlags(cmd.Flags())
	return cmd
}

// addFlags defines what a publish can be told.
func (o *publishOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.version, "version", "", "number to publish, as v1.2.3; without it, in a terminal, the wizard opens")
	flags.StringVar(&o.org, "org", "", "org (default: from the project)")
	flags.StringVar(&o.name, "name", "", "connector (default: from the project)")
	flags.StringArrayVar(&o.dist, "dist", nil, "directory with release files; may be repeated (default: DIR/dist)")
	flags.StringArrayVar(&o.platforms, "platform", nil, "only this platform; may be repeated (default: all that are found)")
	flags.StringArrayVar(&o.files, "file", nil, "file for a platform, as PLATFORM=PATH, in place of what is found; may be repeated")
	flags.StringArrayVar(&o.leaveOut, "leave-out", nil, "a file that is found and not published, such as an old checksum file; may be repeated")
	flags.StringVar(&o.changelog, "changelog", "", "what changed, or @FILE to read it from")
	flags.StringVar(&o.description, "description", "", "one sentence on the connector (default: from the project)")
	flags.StringVar(&o.license, "license", "", "SPDX identifier (default: from the project)")
	flags.StringVar(&o.homepage, "homepage", "", "address of the connector's home page (default: from the project)")
	o.signing.addFlags(flags)
	flags.BoolVar(&o.stable, "stable", false, "make it the stable version once it is published; needs a maintainer")
	flags.BoolVar(&o.strict, "strict", false, "refuse a project that does not meet a requirement; see registrar check")
	flags.BoolVar(&o.dryRun, "dry-run", false, "check everything, ask the registry, and change nothing")
	flags.BoolVar(&o.resume, "resume", false, "go on with an unfinished publish of this computer, exactly as it was begun")
	flags.BoolVar(&o.wizard, "wizard", false, "open the wizard, with what the other flags say filled in")
	flags.BoolVar(&o.noWait, "no-wait", false, "do not follow the checks of the registry")
}

func runPublish(ctx context.Context, env *Env, o publishOptions) error {
	answers, err := o.answers(ctx)
	defer o.signing.forget()
	if err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		plan, err := o.plan(ctx, env, s, answers)
		if err != nil {
			return err
		}
		if err := warnPlan(env, o, plan); err != nil {
			return err
		}
		if err := judgePreflight(env, o, plan); err != nil {
			return err
		}
		if o.dryRun {
			return pretend(ctx, env, s, plan)
		}
		return publishPlan(ctx, env, s, o, plan)
	})
}

// answers checks the command line and turns it into what the pipeline asks for.
func (o *publishOptions) answers(ctx context.Context) (publish.Answers, error) {
	var wrong faults
	if o.version == "" && !o.resume {
		wrong.missing("version", "the number to publish, as v1.2.3")
	}
	return o.wishes(ctx, &wrong)
}

// wishes are what the flags say, with all that is wrong about them.
func (o *publishOptions) wishes(ctx context.Context, wrong *faults) (publish.Answers, error) {
	a := publish.Answers{
		Directory: o.directory, Dist: o.dist, Org: o.org, Name: o.name, Version: o.version,
		Description: o.description, License: o.license, Homepage: o.homepage, LeaveOut: o.leaveOut, Sign: o.signing.sign, Stable: o.stable,
	}
	o.signing.read(ctx, wrong)
	if o.stable && o.noWait {
		wrong.add("no-wait", registryv1.Reason_REASON_USAGE, "--stable can only be set once the version is published, so it does not go with --no-wait")
	}
	a.Platforms = o.readPlatforms(wrong)
	a.Picked = o.readFiles(a, wrong)
	o.checkLeftOut(wrong)
	a.Changelog = o.changelog
	if file, ok := strings.CutPrefix(o.changelog, "@"); ok {
		text, err := os.ReadFile(file)
		if err != nil {
			wrong.add("changelog", registryv1.Reason_REASON_USAGE, "--changelog: %s", err.Error())
		}
		a.Changelog = string(text)
	}
	return a, wrong.err("publishing", "see: registrar publish --help")
}

// plan makes a new plan, or takes up the one that was begun here.
func (o *publishOptions) plan(ctx context.Context, env *Env, s *session, a publish.Answers) (publish.Plan, error) {
	if o.resume {
		return o.begun(env, s.Name())
	}
	report, err := o.preflight(ctx, env)
	if err != nil {
		return publish.Plan{}, err
	}
	a.Preflight = publish.Preflight{Report: report}
	plan, found, err := publish.Prepare(ctx, s.Client, a, env.journal().Digests())
	if err != nil {
		return plan, err
	}
	return plan, faults(found).err("publishing "+o.version, "")
}

// means says whether a draft is one that the command line may mean.
func (o *publishOptions) means(p publish.Plan, registry, directory string) bool {
	return p.Registry == registry && p.Directory == directory &&
		(o.version == "" || o.version == p.Ref.Version) &&
		(o.org == "" || strings.EqualFold(o.org, p.Ref.Org)) &&
		(o.name == "" || artifact.ConnectorKey(o.name) == artifact.ConnectorKey(p.Ref.Name))
}

// begun finds the one unfinished publish that the command line means.
func (o *publishOptions) begun(env *Env, registry string) (publish.Plan, error) {
	drafts, err := env.journal().List()
	if err != nil {
		return publish.Plan{}, err
	}
	directory, err := filepath.Abs(o.directory)
	if err != nil {
		return publish.Plan{}, fmt.Errorf("finding the project directory: %w", err)
	}
	var fitting []publish.Draft
	begun := 0
	for _, d := range drafts {
		switch {
		case !o.means(d.Plan, registry, directory):
		case len(d.Plan.Files) == 0:
			begun++ // the wizard has not come to its files yet
		default:
			fitting = append(fitting, d)
		}
	}
	switch len(fitting) {
	case 1:
		return fitting[0].Plan, nil
	case 0:
		if begun > 0 {
			return publish.Plan{}, usage("go on with it in the wizard: registrar publish, without --resume",
				"the wizard has not come to the files of %s yet", directory)
		}
		return publish.Plan{}, &client.Error{
			Reason:  registryv1.Reason_REASON_NOT_FOUND,
			Doing:   "going on with a publish",
			Message: fmt.Sprintf("nothing unfinished of %s is known on this computer", directory),
			Next:    "begin anew without --resume: what arrived is not sent again; registrar drafts lists what is unfinished",
		}
	default:
		var numbers []string
		for _, d := range fitting {
			numbers = append(numbers, d.Plan.Ref.Version)
		}
		return publish.Plan{}, usage("choose one with --version", "several publishes of this directory are unfinished: %s", wording.List(numbers))
	}
}

// warnPlan tells what a person should know before anything is sent. With JSON
// these are lines too.
func warnPlan(env *Env, o publishOptions, plan publish.Plan) error {
	notes := append(slices.Clone(plan.Notes), o.signing.notes...)
	if plan.Sign == "" && !plan.Signed() {
		notes = append(notes, publish.Note{
			About: "sign", Caution: true, Text: "this version is published without signatures; --sign none says that this is meant",
		})
	}
	st := env.styles(env.ErrTerminal)
	for _, note := range notes {
		status, mark := "note", st.faint("note   ")
		if note.Caution {
			status, mark = "warning", st.warn("warning")
		}
		if env.Settings.JSON() {
			line := object{}.with("step", "prepare").with("status", status).with("about", note.About).with("detail", note.Text)
			if err := env.jsonLine(line); err != nil {
				return err
			}
			continue
		}
		env.hint("%s  %s", mark, sentence(clean.Line(note.Text, 0)))
	}
	return nil
}

// pretend shows what publishing would do.
func pretend(ctx context.Context, env *Env, s *session, plan publish.Plan) error {
	answer, err := publish.DryRun(ctx, s.Client, plan)
	if err != nil {
		return err
	}
	if env.Settings.JSON() {
		files := []any{}
		for _, f := range plan.Files {
			files = append(files, object{}.with("platform", f.Asset.Platform).with("kind", f.Asset.Kind).
				with("filename", f.Asset.Filename).with("path", filepath.ToSlash(f.Path)).with("sizeBytes", f.Stamp.Size).with("foundBy", f.FoundBy))
		}
		return env.jsonLine(object{}.with("step", "dry-run").with("status", "ok").
			with("org", plan.Ref.Org).with("name", plan.Ref.Name).with("version", plan.Ref.Version).
			with("unchanged", publish.Already(answer) == registryv1.State_STATE_PUBLISHED).
			with("files", files).with("consequences", toJSON(answer.GetConsequences())))
	}
	if already := publish.Already(answer); already != registryv1.State_STATE_UNSPECIFIED {
		return env.print("%s is %s already, with exactly these files: publishing it again changes nothing.", clean.Line(plan.Ref.String(), 0), wording.State(already))
	}
	t := env.newTable("platform", "kind", "file", ">size", "found by")
	for _, f := range plan.Files {
		kind, _ := registryv1.FromShort[registryv1.AssetKind](f.Asset.Kind)
		t.row(orDash(f.Asset.Platform), wording.Kind(kind), t.text(f.Path), wording.Bytes(f.Stamp.Size), t.faint(f.FoundBy))
	}
	if err := env.print("%s would be published with", clean.Line(plan.Ref.String(), 0)); err != nil {
		return err
	}
	if err := t.write(env.Out); err != nil {
		return err
	}
	for _, line := range wording.Publish(answer.GetConsequences(), plan.Stable) {
		if err := env.print("%s", line.Text); err != nil {
			return err
		}
	}
	return nil
}

// publishPlan runs the plan with its journal: the plan is on disk before
// anything is sent, and goes when nothing is left to do.
func publishPlan(ctx context.Context, env *Env, s *session, o publishOptions, plan publish.Plan) error {
	journal := env.journal()
	hold, err := journal.Hold(plan)
	if err != nil {
		return err
	}
	defer func() { _ = hold.Release() }() // the end of the process releases it as well
	id, err := journal.Save(plan)
	if err != nil {
		return err
	}
	following, leave := context.WithCancel(ctx)
	defer leave()
	printer := newPublishPrinter(env, plan)
	if o.noWait {
		printer.leave = leave
	}
	means := publish.Means{Sign: o.signing.with(env, plan), Signatures: journal.Signatures(plan)}
	result, err := publish.RunWith(following, s.Client, plan, means, printer.event)
	switch {
	case printer.err != nil:
		return printer.err
	case printer.left:
		err = nil
	case err != nil && !ended(result):
		if ctx.Err() != nil || result.Version != nil { // what arrived is kept
			env.hint("Go on with: registrar publish %s --resume --version %s", plan.Directory, plan.Ref.Version)
		}
		return err
	}
	if removed := journal.Remove(id); removed != nil {
		env.hint("The publish is over, and this computer still remembers it: %v", removed)
	}
	return err
}

// ended says whether a run came to an end that going on cannot change.
func ended(result publish.Result) bool {
	switch result.Version.GetSummary().GetState() {
	case registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_FAILED, registryv1.State_STATE_YANKED:
		return true
	default:
		return false
	}
}
