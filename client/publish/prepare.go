package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/project"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Limits of texts, in characters, as the API has them.
const (
	maxDescription = 2000
	maxChangelog   = 10_000
)

// Prepare turns answers into a plan: it finds the files, looks inside each,
// and reads what the project says about itself. Everything that is wrong comes
// back at once as faults; the error is for what kept it from looking. The
// client may be nil; then nothing is asked of a registry. Files that did not
// change since they were read are not read again for their digest; known may be
// nil.
func Prepare(ctx context.Context, c *client.Client, a Answers, known *Digests) (Plan, []client.Fault, error) {
	return prepare(ctx, c, a, func(p *preparation) error { return p.files(ctx, known) })
}

// prepare makes the plan; files looks for the release files.
func prepare(ctx context.Context, c *client.Client, a Answers, files func(*preparation) error) (Plan, []client.Fault, error) {
	whole, err := a.Absolute()
	if err != nil {
		return Plan{}, nil, fmt.Errorf("finding the project directory: %w", err)
	}
	directory := whole.Directory
	said, err := project.Read(directory)
	if err != nil {
		return Plan{}, []client.Fault{{Field: "directory", Reason: registryv1.Reason_REASON_NOT_A_PROJECT, Message: clean.Line(err.Error(), 0)}}, nil
	}
	p := &preparation{answers: a, project: said, plan: Plan{
		Directory: directory, CreatedAt: time.Now().UTC().Truncate(time.Second), Sign: a.Sign, Stable: a.Stable, Preflight: a.Preflight, Answers: whole,
	}}
	p.name()
	p.describe()
	err = files(p)
	if err == nil && c != nil {
		p.plan.Registry = c.Name()
		err = p.ask(ctx, c)
	}
	switch {
	case ctx.Err() != nil:
		return Plan{}, nil, &client.Error{
			Reason: registryv1.Reason_REASON_INTERRUPTED, Code: codes.Canceled, Doing: "preparing to publish", Message: "it was stopped", Err: context.Cause(ctx),
		}
	case err != nil:
		return Plan{}, nil, err
	}
	return p.plan, p.faults, nil
}

// preparation is a plan in the making.
type preparation struct {
	answers Answers
	project project.Project
	plan    Plan
	number  artifact.Number
	how     Signing
	faults  []client.Fault
	// found is what the search for release files came to, and inside what was
	// in each file of the plan.
	found  artifact.Discovery
	inside []looked
}

func (p *preparation) fault(field string, reason registryv1.Reason, format string, args ...any) {
	p.faults = append(p.faults, client.Fault{Field: field, Reason: reason, Message: clean.Line(fmt.Sprintf(format, args...), 0)})
}

func (p *preparation) note(about string, caution bool, format string, args ...any) {
	p.plan.Notes = append(p.plan.Notes, Note{About: about, Text: clean.Line(fmt.Sprintf(format, args...), 0), Caution: caution})
}

// invalid notes the faults of a value that package artifact refused.
func (p *preparation) invalid(field string, reason registryv1.Reason, err error) {
	bad, ok := errors.AsType[*artifact.InvalidError](err)
	if !ok {
		p.fault(field, reason, "%s", err)
		return
	}
	for _, f := range bad.Faults {
		p.fault(field, reason, "%s: %s", bad.Value, f)
	}
}

// name settles org, name and version. What is not answered is proposed by the
// project, with where it came from.
func (p *preparation) name() {
	ref := &p.plan.Ref
	ref.Org, ref.Name, ref.Version = p.answers.Org, p.answers.Name, p.answers.Version
	if ref.Org == "" && p.project.Org.Value != "" {
		ref.Org = p.project.Org.Value
		p.note("org", false, "org %s, from %s", ref.Org, p.project.Org.From)
	}
	if ref.Name == "" && p.project.Name.Value != "" {
		ref.Name = p.project.Name.Value
		p.note("name", false, "name %s, from %s", ref.Name, p.project.Name.From)
	}
	if ref.Org == "" && ref.Name == "" {
		p.fault("directory", registryv1.Reason_REASON_NOT_A_PROJECT,
			"%q has neither a go.mod nor a git remote: it does not look like a connector's project; name org and connector to publish from it all the same", p.plan.Directory)
	} else {
		p.checkNames()
	}
	number, err := artifact.ParseNumber(ref.Version)
	if err != nil {
		p.invalid("version", registryv1.Reason_REASON_INVALID_VERSION, err)
	}
	p.number = number
	if p.how, err = ParseSigning(p.answers.Sign); err != nil {
		p.fault("sign", registryv1.Reason_REASON_USAGE, "%s", err)
		return
	}
	p.plan.Sign = p.how.String()
}

func (p *preparation) checkNames() {
	if _, err := artifact.ParseOrg(p.plan.Ref.Org); err != nil {
		p.invalid("org", registryv1.Reason_REASON_INVALID_NAME, err)
	}
	if _, err := artifact.ParseConnector(strings.ToLower(p.plan.Ref.Name)); err != nil {
		p.invalid("name", registryv1.Reason_REASON_INVALID_NAME, err)
	}
}

// describe gathers the texts that go with the files.
func (p *preparation) describe() {
	a, said := p.answers, p.project
	d := Describe{
		Description: a.Description, Changelog: a.Changelog, License: a.License,
		Documentation: said.Documentation.Text, Capabilities: said.Capabilities.Text, ConfigSchema: said.ConfigSchema.Text,
		Repository: said.Repository.Value, Homepage: cmp.Or(a.Homepage, said.Homepage.Value), Commit: said.Commit,
	}
	if d.Description == "" && said.Description.Value != "" {
		d.Description = said.Description.Value
		p.note("description", false, "description from %s", said.Description.From)
	}
	if d.License == "" && said.License.Value != "" {
		d.License = said.License.Value
		p.note("license", false, "license %s, from %s", d.License, said.License.From)
	}
	for _, n := range said.Notes {
		answered := n.About == "org" && a.Org != "" || n.About == "name" && a.Name != "" || n.About == "license" && a.License != ""
		if answered || p.toldByPreflight(n.About) {
			continue
		}
		p.note(n.About, n.Caution, "%s", n.Text)
	}
	p.text("description", d.Description, maxDescription)
	p.text("changelog", d.Changelog, maxChangelog)
	p.plan.Describe = d
}

// toldByPreflight reports whether the report says the same as a failed
// requirement; nobody wants to read it twice.
func (p *preparation) toldByPreflight(about string) bool {
	requirement := map[string]string{
		"license": project.RequirementLicense, "README": project.RequirementReadme, "baton_capabilities.json": project.RequirementCapabilities,
	}[about]
	for _, r := range project.Failed(p.answers.Preflight.Report) {
		if r.GetRequirement() == requirement {
			return true
		}
	}
	return false
}

// text checks a text as the registry will.
func (p *preparation) text(field, text string, limit int) {
	if n := utf8.RuneCountInString(text); n > limit {
		p.fault(field, registryv1.Reason_REASON_TEXT_INVALID, "the %s has %d characters, and at most %d are allowed", field, n, limit)
	}
	if !utf8.ValidString(text) {
		p.fault(field, registryv1.Reason_REASON_TEXT_INVALID, "the %s is not UTF-8", field)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r < 0xa0 }); i >= 0 {
		p.fault(field, registryv1.Reason_REASON_TEXT_INVALID, "the %s has a control character at byte %d", field, i)
	}
}
