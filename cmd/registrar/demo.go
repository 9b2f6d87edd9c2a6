package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/tui/action"
)

type demoOptions struct {
	dist                 string
	connectors, versions int
	catalogue            string
}

// seeded says that a catalogue is wanted instead of the story.
func (o demoOptions) seeded() bool { return o.catalogue != "" || o.connectors > 0 || o.versions > 0 }

func newDemo(env *Env) *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Look around on a throw-away registry",
		Long: "Opens the console on a registry that is thrown away afterwards. Its connectors are brought into every state by the " +
			"calls that persons would make: published, promoted, failed, yanked, half uploaded. Without a terminal it tells that " +
			"story and ends.\n\n" +
			"The executables that it publishes are made for the purpose, or are those of --dist, which `make demo` builds.\n\n" +
			"For measuring, it can be filled with a catalogue instead, without files: one of a given size, or one that is read from " +
			"versions.jsonl and a stable*.json.",
		Example: `registrar demo

# With real executables, in DIR/<platform>/baton-sample
registrar demo --dist build/sample

# A hundred thousand versions
registrar demo --connectors 1000 --versions 100000`,
		Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), env, o) },
	}
	cmd.Flags().StringVar(&o.dist, "dist", "", "directory with an executable for each platform, as DIR/<platform>/baton-sample")
	cmd.Flags().IntVar(&o.connectors, "connectors", 0, "fill it with that many connectors, without files")
	cmd.Flags().IntVar(&o.versions, "versions", 0, "fill it with that many versions in all, without files")
	cmd.Flags().StringVar(&o.catalogue, "catalogue", "", "fill it with the versions that DIR/versions.jsonl lists, without files")
	return cmd
}

func runDemo(ctx context.Context, env *Env, o demoOptions) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "registrar-demo-")
	if err != nil {
		return fmt.Errorf("making a directory for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	data := filepath.Join(dir, "data")
	if env.showsConsole() {
		done, opened := env.logToFile()
		if opened != nil {
			return opened
		}
		defer func() { err = errors.Join(err, done()) }()
	}
	if o.seeded() {
		if err := o.fill(ctx, env, data); err != nil {
			return err
		}
	}
	inside, err := openEmbedded(ctx, env, registry.Config{Dir: data, Name: "demo", Version: buildStamp(), Embedded: true, Log: env.log()})
	if err != nil {
		return err
	}
	owner, err := newSession(inside.target("demo", env.person()), inside)
	if err != nil {
		return errors.Join(err, inside.close())
	}
	defer func() { err = errors.Join(err, owner.end()) }()
	cfg := env.consoleConfig(owner)
	cfg.Start = action.Versions
	if !o.seeded() {
		cfg.Start = action.Home
		if err := playStory(ctx, env, o, dir, owner); err != nil {
			return err
		}
	}
	if !env.showsConsole() {
		return nil
	}
	return openConsole(ctx, env, cfg)
}

// fill seeds the catalogue that is wished and says what came of it.
func (o demoOptions) fill(ctx context.Context, env *Env, data string) error {
	var rows []seedRow
	var unread []string
	if o.catalogue != "" {
		var err error
		if rows, unread, err = readCatalogue(o.catalogue); err != nil {
			return err
		}
	} else {
		rows = generated(o.connectors, o.versions, env.Now())
	}
	env.hint("Filling a catalogue with %s.", wording.Plural(len(rows), "version", "versions"))
	began := env.Now()
	s, err := seed(ctx, data, rows)
	if err != nil {
		return err
	}
	refused := append(unread, s.refused...)
	for _, why := range refused {
		env.hint("left out  %s", clean.Line(why, 0))
	}
	return env.print("%s and %s in %s; %s left out.", wording.Plural(len(s.connectors), "connector", "connectors"),
		wording.Plural(s.versions, "version", "versions"), wording.Duration(env.Now().Sub(began)), wording.Plural(len(refused), "row", "rows"))
}

func playStory(ctx context.Context, env *Env, o demoOptions, dir string, owner *session) (err error) {
	release := o.dist
	if release == "" {
		release = filepath.Join(dir, "release")
		if err := writeSamples(release); err != nil {
			return err
		}
	}
	d := &demo{env: env, dir: dir, release: release, inside: owner.embedded, owner: owner}
	defer func() { err = errors.Join(err, d.close()) }()
	return d.play(ctx)
}

// check sees to it that every executable is there before anything is told.
func (o demoOptions) check() error {
	var wrong faults
	switch {
	case o.catalogue != "" && (o.connectors != 0 || o.versions != 0), o.seeded() && o.dist != "":
		wrong.add("catalogue", registryv1.Reason_REASON_USAGE, "--dist, --catalogue, and --connectors with --versions are three different demos")
	case o.catalogue == "" && (o.connectors != 0 || o.versions != 0) && (o.connectors < 1 || o.versions < o.connectors):
		wrong.add("versions", registryv1.Reason_REASON_USAGE, "--connectors and --versions go together: at least one connector, and a version of each")
	}
	if o.dist == "" || len(wrong) > 0 {
		return wrong.err("playing the demo", "see: registrar demo --help")
	}
	for _, platform := range registryv1.Platforms() {
		if info, err := os.Stat(sampleFile(o.dist, platform)); err != nil || !info.Mode().IsRegular() {
			wrong.add("dist", registryv1.Reason_REASON_USAGE, "--dist: there is no executable for %s, which is looked for at %s",
				platform.Slug(), sampleFile(o.dist, platform))
		}
	}
	return wrong.err("playing the demo", "run make sample, or give no --dist for executables that are made here")
}

// demo is the stage: a registry, its persons, and what they publish.
type demo struct {
	env *Env
	// dir is thrown away at the end; release holds the executables.
	dir, release string
	inside       *embedded
	owner        *session
	people       []*client.Client
	key          demoKey
}

func (d *demo) close() error {
	var err error
	for _, person := range d.people {
		err = errors.Join(err, person.Close())
	}
	return err
}

// tell prints one line of the story.
func (d *demo) tell(format string, args ...any) error {
	return d.env.print(format, args...)
}

// person gives somebody a token and returns a client that shows it.
func (d *demo) person(ctx context.Context, name string, role registryv1.Role, org string) (*client.Client, error) {
	answer, err := d.owner.Admin.CreateToken(ctx, &registryv1.CreateTokenRequest{
		Name: name, Person: name, Roles: []*registryv1.RoleGrant{{Org: org, Role: role}},
	})
	if err != nil {
		return nil, err
	}
	c, err := client.Open(d.inside.targetWith("demo", answer.GetSecret()), client.Options{UserAgent: userAgent()})
	if err != nil {
		return nil, err
	}
	d.people = append(d.people, c)
	return c, d.tell("%s gets a token as %s of %s.", name, wording.Role(role), org)
}

// summarize shows what became of everything, and that no state is missing.
func (d *demo) summarize(ctx context.Context) error {
	versions, err := collect(d.owner.Versions(ctx, &registryv1.ListVersionsRequest{PageSize: pageSize}))
	if err != nil {
		return err
	}
	if err := d.tell(""); err != nil {
		return err
	}
	return writeVersions(d.env, versions, true)
}
