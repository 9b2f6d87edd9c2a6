package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// The people and orgs of the story.
const (
	demoOrg   = "acme"
	otherOrg  = "northwind"
	otherName = "baton-desk"
)

// play brings versions into every state, by nothing but calls that these
// persons could make. VALIDATING is told when it happens; the last version
// stays there, since its org asks for an approval.
func (d *demo) play(ctx context.Context) error {
	ines, err := d.person(ctx, "ines", registryv1.Role_ROLE_PUBLISHER, demoOrg)
	if err != nil {
		return err
	}
	mara, err := d.person(ctx, "mara", registryv1.Role_ROLE_MAINTAINER, demoOrg)
	if err != nil {
		return err
	}
	theo, err := d.person(ctx, "theo", registryv1.Role_ROLE_PUBLISHER, otherOrg)
	if err != nil {
		return err
	}
	const unsigned = publish.SignNone
	for _, scene := range []func() error{
		func() error { return d.publish(ctx, ines, "ines", demoOrg, sampleName, "v1.0.0", unsigned) },
		func() error { return d.registerKey(ctx, ines) },
		func() error { return d.publish(ctx, ines, "ines", demoOrg, sampleName, "v1.1.0", d.signed()) },
		func() error { return d.promote(ctx, mara, "v1.1.0") },
		func() error { return d.publishSwapped(ctx, ines, "v1.2.0") },
		func() error { return d.publishAltered(ctx, ines, "v1.2.1") },
		func() error { return d.publish(ctx, ines, "ines", demoOrg, sampleName, "v1.3.0", d.signed()) },
		func() error { return d.withdraw(ctx, mara, "v1.3.0", "v1.1.0") },
		func() error { return d.publishHalf(ctx, ines, "v1.4.0") },
		func() error { return d.begin(ctx, ines, "v1.5.0") },
		func() error { return d.publish(ctx, theo, "theo", otherOrg, otherName, "v0.1.0", unsigned) },
		func() error { return d.publish(ctx, theo, "theo", otherOrg, otherName, "v0.2.0-rc.1", unsigned) },
		func() error { return d.askForReviews(ctx, otherOrg) },
		func() error { return d.publish(ctx, theo, "theo", otherOrg, otherName, "v0.2.0", unsigned) },
		func() error { return d.summarize(ctx) },
	} {
		if err := scene(); err != nil {
			return err
		}
	}
	return nil
}

// askForReviews makes one approval the policy of an org.
func (d *demo) askForReviews(ctx context.Context, org string) error {
	_, err := d.owner.Admin.SetPolicy(ctx, &registryv1.SetPolicyRequest{Org: org, Policy: &registryv1.Policy{Approvals: 1}})
	if err != nil {
		return err
	}
	return d.tell("%s asks for one approval from now on: what passed its checks waits for a reviewer.", org)
}

// publish takes the way of every publisher: the files of a project, through
// the pipeline.
func (d *demo) publish(ctx context.Context, c *client.Client, who, org, name, version, sign string) error {
	project, err := d.project(org, name, version)
	if err != nil {
		return err
	}
	plan, found, err := publish.Prepare(ctx, c, publish.Answers{
		Directory: project, Dist: []string{filepath.Join(project, "dist")}, Org: org, Name: name, Version: version,
		Sign: sign, License: "Apache-2.0", Description: "A sample connector", Changelog: "Changes of " + version,
	}, nil)
	if err = errors.Join(err, faults(found).err("publishing "+version, "")); err != nil {
		return err
	}
	var told error
	result, err := publish.RunWith(ctx, c, plan, publish.Means{Sign: d.means()}, func(e publish.Event) {
		if step, ok := e.(publish.Step); ok && step.Name == publish.StepValidate && step.Status == publish.StatusStarted {
			told = errors.Join(told, d.tell("%s uploaded %s/%s %s for %s; it is VALIDATING while the registry looks at it.",
				who, org, name, version, wording.Plural(len(plan.Platforms()), "platform", "platforms")))
		}
	})
	if err = errors.Join(err, told); err != nil {
		return err
	}
	v := result.Version.GetSummary()
	return d.tell("%s/%s %s is %s and %s after %s.", org, name, version,
		wording.State(v.GetState()), wording.Verdict(v.GetVerdict(), v.GetVerdictReason()), wording.Duration(result.Took))
}

// project lays out a directory as a publisher has it, with release files of
// its own: the same executables with the version behind them, as every build
// differs from the one before.
func (d *demo) project(org, name, version string) (string, error) {
	dir := filepath.Join(d.dir, "projects", org+"-"+name+"-"+version)
	if err := d.build(filepath.Join(dir, "dist"), name, version); err != nil {
		return "", err
	}
	for file, text := range map[string]string{
		"go.mod":                  "module github.com/" + org + "/" + name + "\n\ngo 1.26\n",
		"README.md":               "# " + name + "\n\nA sample connector.\n\n## Usage\n\n    " + name + " --help\n",
		"LICENSE":                 "Apache License, Version 2.0\n",
		"baton_capabilities.json": sampleCapabilities,
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			return "", fmt.Errorf("laying out a project for the demo: %w", err)
		}
	}
	return dir, nil
}

const sampleCapabilities = `{
  "@type": "type.googleapis.com/c1.connector.v2.ConnectorCapabilities",
  "resourceTypeCapabilities": [
    {"resourceType": {"id": "user", "displayName": "User"}, "capabilities": ["CAPABILITY_SYNC"]},
    {"resourceType": {"id": "group", "displayName": "Group"}, "capabilities": ["CAPABILITY_SYNC"]}
  ]
}
`

// build copies the executables into a directory, under the connector's name
// and with the version behind the end, where every system lets it be.
func (d *demo) build(dir, name, version string) error {
	for _, platform := range registryv1.Platforms() {
		from := sampleFile(d.release, platform)
		content, err := os.ReadFile(from)
		if err != nil {
			return fmt.Errorf("reading an executable of the demo: %w", err)
		}
		to := filepath.Join(dir, platform.Slug(), name+filepath.Ext(from))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return fmt.Errorf("building %s for the demo: %w", version, err)
		}
		if err := os.WriteFile(to, append(content, "\nsample "+version+"\n"...), 0o700); err != nil { //nolint:gosec // executables are what is wanted
			return fmt.Errorf("building %s for the demo: %w", version, err)
		}
	}
	return nil
}

func (d *demo) promote(ctx context.Context, c *client.Client, version string) error {
	_, err := c.Registry.SetStableVersion(ctx, &registryv1.SetStableVersionRequest{RequestId: newRequestID(), Ref: sampleRef(version)})
	if err != nil {
		return err
	}
	return d.tell("mara makes %s stable: plain downloads take it from now on.", version)
}

func (d *demo) withdraw(ctx context.Context, c *client.Client, version, replacement string) error {
	_, err := c.Registry.YankVersion(ctx, &registryv1.YankVersionRequest{
		RequestId: newRequestID(), Ref: sampleRef(version), Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN,
		Reason: "loops on empty pages", Replacement: replacement,
	})
	if err != nil {
		return err
	}
	return d.tell("mara yanks %s, since it loops on empty pages. Its number can never be used again.", version)
}

// publishSwapped is a client that looks at nothing: what it sends for
// linux-arm64 is made for linux-amd64. Ours would not have begun.
func (d *demo) publishSwapped(ctx context.Context, c *client.Client, version string) error {
	files, attempt, err := d.draft(ctx, c, version)
	if err != nil {
		return err
	}
	for i, file := range files {
		if file.spec.GetPlatform() == registryv1.Platform_PLATFORM_LINUX_ARM64 {
			files[i].content = contentOf(files, registryv1.Platform_PLATFORM_LINUX_AMD64)
			files[i].declare()
		}
	}
	return d.send(ctx, c, version, attempt, files, "A careless program of ines uploads "+version+" with the wrong executable for linux-arm64")
}

// send uploads files as they are, and tells what the registry makes of them.
func (d *demo) send(ctx context.Context, c *client.Client, version string, attempt int32, files []loose, how string) error {
	if err := upload(ctx, c, version, attempt, files, len(files)); err != nil {
		return err
	}
	sealed, err := c.Registry.FinalizeVersion(ctx, &registryv1.FinalizeVersionRequest{
		RequestId: newRequestID(), Ref: sampleRef(version), Attempt: attempt, Assets: specs(files),
	})
	if err != nil {
		return err
	}
	if err := d.tell("%s; it is %s.", how, wording.State(sealed.GetVersion().GetSummary().GetState())); err != nil {
		return err
	}
	for {
		answer, err := c.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: sampleRef(version), WaitUntilSettled: true})
		if err != nil {
			return err
		}
		s := answer.GetVersion().GetSummary()
		if s.GetState() != registryv1.State_STATE_VALIDATING {
			return d.tell("%s is %s: %s", version, wording.State(s.GetState()), s.GetReason())
		}
	}
}

// publishHalf is a publisher whose computer went to sleep on the way.
func (d *demo) publishHalf(ctx context.Context, c *client.Client, version string) error {
	files, attempt, err := d.draft(ctx, c, version)
	if err != nil {
		return err
	}
	const arrived = 2
	if err := upload(ctx, c, version, attempt, files, arrived); err != nil {
		return err
	}
	return d.tell("ines began to upload %s; %d of %d files are there. It is UPLOADING.", version, arrived, len(files))
}

// begin is a publisher who got no further than the number.
func (d *demo) begin(ctx context.Context, c *client.Client, version string) error {
	if _, _, err := d.draft(ctx, c, version); err != nil {
		return err
	}
	return d.tell("ines took the number %s. It is PENDING.", version)
}

// loose is one release file of a client that calls the API by itself.
type loose struct {
	spec    *registryv1.AssetSpec
	content []byte
}

func (l *loose) declare() {
	sum := sha256.Sum256(l.content)
	size := int64(len(l.content))
	l.spec.Sha256, l.spec.SizeBytes = sum[:], &size
}

// draft creates a version and reads the files that it declares.
func (d *demo) draft(ctx context.Context, c *client.Client, version string) ([]loose, int32, error) {
	dir := filepath.Join(d.dir, "loose", version)
	if err := d.build(dir, sampleName, version); err != nil {
		return nil, 0, err
	}
	var files []loose
	for _, platform := range registryv1.Platforms() {
		path := sampleFile(dir, platform)
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, 0, fmt.Errorf("reading a file of the demo: %w", err)
		}
		file := loose{content: content, spec: &registryv1.AssetSpec{
			Platform: platform, Kind: registryv1.AssetKind_ASSET_KIND_BINARY, Filename: filepath.Base(path), MediaType: "application/octet-stream",
		}}
		file.declare()
		files = append(files, file)
	}
	answer, err := c.Registry.CreateVersion(ctx, &registryv1.CreateVersionRequest{
		RequestId: newRequestID(), Ref: sampleRef(version), Platforms: registryv1.Platforms(), Changelog: "Changes of " + version,
		License: "Apache-2.0", Capabilities: sampleCapabilities,
	})
	return files, answer.GetVersion().GetSummary().GetAttempt(), err
}

// upload asks for links for all files and sends the first of them.
func upload(ctx context.Context, c *client.Client, version string, attempt int32, files []loose, first int) error {
	answer, err := c.Registry.GetUploadURLs(ctx, &registryv1.GetUploadURLsRequest{
		RequestId: newRequestID(), Ref: sampleRef(version), Attempt: attempt, Assets: specs(files),
	})
	if err != nil {
		return err
	}
	for i, target := range answer.GetTargets()[:first] {
		if err := c.Put(ctx, target, bytes.NewReader(files[i].content), int64(len(files[i].content)), nil); err != nil {
			return err
		}
	}
	return nil
}

func specs(files []loose) []*registryv1.AssetSpec {
	out := make([]*registryv1.AssetSpec, len(files))
	for i, file := range files {
		out[i] = file.spec
	}
	return out
}

func contentOf(files []loose, platform registryv1.Platform) []byte {
	for _, file := range files {
		if file.spec.GetPlatform() == platform {
			return file.content
		}
	}
	return nil
}

func sampleRef(version string) *registryv1.VersionRef {
	return &registryv1.VersionRef{Org: demoOrg, Name: sampleName, Version: version}
}
