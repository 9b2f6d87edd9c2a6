package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// The groups of commands in help.
const (
	groupLook    = "look"
	groupPublish = "publish"
	groupChange  = "change"
	groupRun     = "run"
)

// changes marks commands that change a registry; --read-only refuses them
// unless they only pretend.
const changes = "changes"

// run executes one command line and returns its exit code. It is the whole
// program but for signals and the process's own streams.
func run(ctx context.Context, env *Env, args []string) int {
	root := newRoot(env)
	root.SetArgs(args)
	err := interrupted(ctx, execute(ctx, root, env, args))
	if err != nil && !env.loaded {
		// The command line could not be read to its end; what is known of the
		// settings says in which form the error is wanted.
		env.Settings, _ = loadSettings(root.PersistentFlags(), env.getenv)
	}
	report(env, args, err)
	return exitCode(err)
}

// execute runs the command line. fang is asked for help only: for anything
// else it would first ask the terminal for its background colour.
func execute(ctx context.Context, root *cobra.Command, env *Env, args []string) error {
	if !wantsHelp(args) {
		return root.ExecuteContext(ctx)
	}
	if env.Settings.NoColor || slices.Contains(args, "--no-color") {
		root.SetOut(plain{env.Out})
	}
	return fang.Execute(ctx, root,
		fang.WithoutVersion(), fang.WithoutManpage(),
		fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {}))
}

// plain hides that a stream is a terminal, which fang takes as a wish for no
// colours.
type plain struct{ io.Writer }

func wantsHelp(args []string) bool {
	if len(args) > 0 && args[0] == "help" {
		return true
	}
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.Contains(args, "--help") || slices.Contains(args, "-h")
}

// report writes the error of a command to stderr, as text or as JSON.
func report(env *Env, args []string, err error) {
	if err == nil {
		return
	}
	if env.Settings.JSON() || asksJSON(args) {
		// The exit code tells what happened even where stderr is gone.
		_ = writeJSON(env.Err, errorJSON(err), env.Settings.Output == OutputJSONPretty)
		return
	}
	printError(env.Err, env.styles(env.ErrTerminal), err)
}

// asksJSON finds the wish for JSON in a command line that could not be parsed.
func asksJSON(args []string) bool {
	for i, arg := range args {
		value, ok := strings.CutPrefix(arg, "--output=")
		if !ok && (arg == "--output" || arg == "-o") && i+1 < len(args) {
			value, ok = args[i+1], true
		}
		if !ok {
			value, ok = strings.CutPrefix(arg, "-o")
			value = strings.TrimPrefix(value, "=")
		}
		if ok && (value == string(OutputJSON) || value == string(OutputJSONPretty)) {
			return true
		}
	}
	return false
}

func newRoot(env *Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "registrar",
		Short: "The console of a connector registry",
		Long: "registrar finds, publishes and withdraws versions of connectors.\n\n" +
			"Without a command it opens the console. It works on the registry that --registry names, and without one on " +
			"an embedded registry in your data directory. Every command that prints results takes -o json.",
		Example: `# Open the console
registrar

# Look around on a throw-away registry with sample connectors
registrar demo

# Publish the release files of a project
registrar publish --version v1.2.0`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noCommand,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return prepare(env, cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return runConsole(cmd.Context(), env) },
	}
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	root.Version = buildStamp()
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("see: "+cmd.CommandPath()+" --help", "%s", err.Error())
	})
	addSettingFlags(root.PersistentFlags())
	root.AddGroup(
		&cobra.Group{ID: groupLook, Title: "Look"},
		&cobra.Group{ID: groupPublish, Title: "Publish"},
		&cobra.Group{ID: groupChange, Title: "Change"},
		&cobra.Group{ID: groupRun, Title: "Run"},
	)
	addGroup(root, groupLook, newList(env), newShow(env), newVersions(env), newCompare(env), newStatus(env), newEvents(env), newDownload(env), newVerify(env))
	addGroup(root, groupPublish, newPaths(env), newCheck(env), newPublish(env), newDrafts(env), newAbandon(env))
	addGroup(root, groupChange, newYank(env), newUnyank(env), newSetStable(env), newDeprecate(env),
		newReview(env), newKeys(env), newIdentities(env), newPolicy(env), newTrust(env), newTokens(env))
	addGroup(root, groupRun, newDemo(env), newServe(env), newVersion(env))
	root.SetHelpCommandGroupID(groupRun)
	root.SetCompletionCommandGroupID(groupRun)
	refuseUnknownShells(root)
	return root
}

// refuseUnknownShells keeps cobra's own command from showing help and calling
// that a success.
func refuseUnknownShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		if command.Name() == "completion" {
			command.Args, command.RunE = noCommand, needsCommand
			command.Short = "Write a completion script for a shell"
		}
	}
}

func addGroup(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, command := range commands {
		command.GroupID = group
		root.AddCommand(command)
	}
}

// prepare reads the settings before any command runs, and keeps those that
// change something from running where only looking is wanted.
func prepare(env *Env, cmd *cobra.Command) error {
	loaded, err := loadSettings(cmd.Flags(), env.getenv)
	env.Settings, env.loaded = loaded, true
	if err != nil {
		return err
	}
	if !loaded.ReadOnly || cmd.Annotations[changes] == "" {
		return nil
	}
	if dry := cmd.Flags().Lookup("dry-run"); dry != nil && dry.Value.String() == "true" {
		return nil
	}
	return &client.Error{
		Reason:  registryv1.Reason_REASON_NOT_PERMITTED,
		Doing:   cmd.Annotations[changes],
		Message: "this session is read-only",
		Next:    "run it without --read-only, and see that neither REGISTRAR_READ_ONLY nor the configuration file asks for it",
	}
}

// changing marks a command as one that changes the registry; doing says what
// it does, for errors.
func changing(doing string) map[string]string { return map[string]string{changes: doing} }

// noCommand refuses words after the program's name that are no command.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	next := "see: " + cmd.CommandPath() + " --help"
	cmd.SuggestionsMinimumDistance = 2 // letters that may differ
	if close := cmd.SuggestionsFor(args[0]); len(close) > 0 {
		next = "did you mean " + cmd.CommandPath() + " " + strings.Join(close, ", or ") + "?"
	}
	return usage(next, "%s has no command %q", cmd.CommandPath(), args[0])
}

// needsCommand is for commands that only hold others.
func needsCommand(cmd *cobra.Command, _ []string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	return usage("see: "+cmd.CommandPath()+" --help", "%s needs one of: %s", cmd.CommandPath(), strings.Join(names, ", "))
}

// words bounds how many words a command takes; at most -1 is any number. What
// says what is expected.
func words(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		next := cmp.Or(what, "see: "+cmd.CommandPath()+" --help")
		switch {
		case len(args) < least:
			return usage(next, "%s needs more: it got %s", cmd.CommandPath(), quoted(args))
		case most >= 0 && len(args) > most:
			return usage(next, "%s does not know what to do with %s", cmd.CommandPath(), quoted(args[most:]))
		default:
			return nil
		}
	}
}

// none takes no words at all.
func none(cmd *cobra.Command, args []string) error { return words(0, 0, "")(cmd, args) }

func quoted(args []string) string {
	if len(args) == 0 {
		return "nothing"
	}
	out := make([]string, len(args))
	for i, arg := range args {
		out[i] = fmt.Sprintf("%q", arg)
	}
	return strings.Join(out, " ")
}

// with opens the registry for the time of fn and closes it in any case.
func with(ctx context.Context, env *Env, fn func(*session) error) error {
	s, err := env.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(fn(s), s.end())
}
