package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
)

type demoOptions struct {
	dist string
}

func newDemo(env *Env) *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Look around on a throw-away registry",
		Long: "Opens the console on a registry that is thrown away afterwards. Its connectors are brought into every state by the " +
			"calls that persons would make: published, promoted, failed, yanked, half uploaded. Without a terminal it tells that " +
			"story and ends.\n\n" +
			"The executables that it publishes are made for the purpose, or are those of --dist, which `make demo` builds.",
		Example: `registrar demo

# With real executables, in DIR/<platform>/baton-sample
registrar demo --dist build/sample`,
		Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), env, o) },
	}
	cmd.Flags().StringVar(&o.dist, "dist", "", "directory with an executable for each platform, as DIR/<platform>/baton-sample")
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
	release := o.dist
	if release == "" {
		release = filepath.Join(dir, "release")
		if err := writeSamples(release); err != nil {
			return err
		}
	}
	inside, err := openEmbedded(ctx, env, registry.Config{
		Dir: filepath.Join(dir, "data"), Name: "demo", Version: buildStamp(), Embedded: true, Log: env.log(),
	})
	if err != nil {
		return err
	}
	owner, err := newSession(inside.target("demo", env.person()), inside)
	if err != nil {
		return errors.Join(err, inside.close())
	}
	defer func() { err = errors.Join(err, owner.close()) }()
	d := &demo{env: env, dir: dir, release: release, inside: inside, owner: owner}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := d.play(ctx); err != nil {
		return err
	}
	if !env.InTerminal || !env.OutTerminal {
		return nil
	}
	return openConsole(ctx, env, owner)
}

// check sees to it that every executable is there before anything is told.
func (o demoOptions) check() error {
	if o.dist == "" {
		return nil
	}
	var wrong faults
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
