package publish

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"
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
// client may be nil; then nothing is asked of a registry.
func Prepare(ctx context.Context, c *client.Client, a Answers) (Plan, []client.Fault, error) {
	directory, err := filepath.Abs(a.Directory)
	if err != nil {
		return Plan{}, nil, fmt.Errorf("finding the project directory: %w", err)
	}
	said, err := project.Read(directory)
	if err != nil {
		return Plan{}, []client.Fault{{Field: "directory", Reason: registryv1.Reason_REASON_NOT_A_PROJECT, Message: clean.Line(err.Error(), 0)}}, nil
	}
	p := &preparation{answers: a, project: said, plan: Plan{
		Directory: directory, CreatedAt: time.Now().UTC().Truncate(time.Second), Sign: SignNone, Stable: a.Stable,
	}}
	p.name()
	p.describe()
	err = p.files(ctx)
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
	faults  []client.Fault
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
	if p.answers.Sign != "" && p.answers.Sign != SignNone {
		p.fault("sign", registryv1.Reason_REASON_USAGE, "signing with %q is not possible yet; only %q is", p.answers.Sign, SignNone)
	}
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
		Repository: said.Repository, Homepage: said.Homepage, Commit: said.Commit,
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
		if n.About == "license" && d.License != "" {
			continue
		}
		p.note(n.About, n.Caution, "%s", n.Text)
	}
	p.text("description", d.Description, maxDescription)
	p.text("changelog", d.Changelog, maxChangelog)
	p.plan.Describe = d
}

// text checks a text as the registry will.
func (p *preparation) text(field, text string, limit int) {
	if n := utf8.RuneCountInString(text); n > limit {
		p.fault(field, registryv1.Reason_REASON_TEXT_INVALID, "the text has %d characters, and at most %d are allowed", n, limit)
	}
	if !utf8.ValidString(text) {
		p.fault(field, registryv1.Reason_REASON_TEXT_INVALID, "the text is not UTF-8")
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r < 0xa0 }); i >= 0 {
		p.fault(field, registryv1.Reason_REASON_TEXT_INVALID, "the text has a control character at byte %d", i)
	}
}

// files finds the release files and looks into each.
func (p *preparation) files(ctx context.Context) error {
	dirs := p.answers.Dist
	if len(dirs) == 0 {
		dirs = []string{filepath.Join(p.plan.Directory, "dist")}
	}
	readable := slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return false
		}
		p.fault("dist", registryv1.Reason_REASON_NO_FILES, "there is no folder %q; build the release files first, or say where they are with --dist", dir)
		return true
	})
	if len(readable) == 0 {
		return nil
	}
	found, err := artifact.Discover(ctx, artifact.Search{Dirs: readable, Root: p.plan.Directory, Name: p.plan.Ref.Name, Version: p.number})
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		p.fault("dist", registryv1.Reason_REASON_NO_FILES, "%s", err)
		return nil
	}
	p.choose(found)
	return p.inspect(ctx)
}

// choose takes the files that are published from what was found.
func (p *preparation) choose(found artifact.Discovery) {
	for _, w := range found.Warnings {
		p.note("dist", true, "%s", w.Detail)
	}
	for _, wanted := range p.answers.Platforms {
		p.plan.Only = append(p.plan.Only, wanted.Slug())
	}
	left := 0
	for _, f := range found.Files {
		switch {
		case f.Kind == artifact.KindChecksum && stale(f, found):
			p.note(f.Filename, true, "the checksum file %s is left out: it is not of these files", f.Filename)
		case f.Kind.Runs(), f.Kind == artifact.KindInstaller, f.Kind == artifact.KindChecksum:
			if p.wanted(f.Platform) {
				p.take(f)
			}
		default:
			left++
		}
	}
	if left > 0 {
		p.note("sign", false, "%d signature and attestation files were found and are left alone: signing comes with a later version", left)
	}
	p.missing(found)
}

// stale reports whether a checksum file contradicts a file that is published.
func stale(sums artifact.File, found artifact.Discovery) bool {
	contradicts := func(w artifact.Warning) bool { return w.Kind == artifact.WarnStaleChecksum }
	if slices.ContainsFunc(sums.Warnings, contradicts) {
		return true
	}
	return slices.ContainsFunc(found.Files, func(f artifact.File) bool { return slices.ContainsFunc(f.Warnings, contradicts) })
}

// wanted reports whether a file's platform was asked for.
func (p *preparation) wanted(platform artifact.Platform) bool {
	if len(p.plan.Only) == 0 || platform == "" {
		return true
	}
	return slices.ContainsFunc(platform.Serves(), func(served artifact.Platform) bool { return slices.Contains(p.plan.Only, string(served)) })
}

func (p *preparation) take(f artifact.File) {
	for _, w := range f.Warnings {
		p.note(f.Filename, true, "%s", w.Detail)
	}
	path, err := filepath.Abs(f.Path)
	if err != nil {
		path = f.Path
	}
	p.plan.Files = append(p.plan.Files, File{
		Path: path, FoundBy: string(f.FoundBy()),
		Asset: AssetKey{Platform: string(f.Platform), Kind: registryv1.Short(assetKind(f.Kind)), Filename: f.Filename},
	})
}

// missing says why platforms have no file: a fault where one was asked for,
// else a remark.
func (p *preparation) missing(found artifact.Discovery) {
	if !slices.ContainsFunc(p.plan.Files, func(f File) bool { return f.Asset.runs() }) {
		p.fault("dist", registryv1.Reason_REASON_NO_FILES, "no release file was found; build the connector first, or say where its files are with --dist")
		for _, s := range found.Skipped {
			p.note(filepath.Base(s.Path), true, "%s was not taken: %s", filepath.Base(s.Path), s.Why)
		}
		return
	}
	for _, m := range found.Missing {
		switch {
		case slices.Contains(p.plan.Only, string(m.Platform)):
			p.fault(string(m.Platform), registryv1.Reason_REASON_PLATFORM_MISSING, "%s was asked for and has no file: %s", m.Platform, m.Why)
		case len(p.plan.Only) == 0:
			p.note(string(m.Platform), true, "%s is not shipped: %s", m.Platform, m.Why)
		}
	}
}

// inspect reads every file once for its digest and once for what is in it. A
// file that the registry would refuse is a fault here, before anything is
// created.
func (p *preparation) inspect(ctx context.Context) error {
	type outcome struct {
		file  File
		facts artifact.Facts
		err   error
	}
	out := make([]outcome, len(p.plan.Files))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, min(runtime.NumCPU(), 4)))
	for i, f := range p.plan.Files {
		group.Go(func() error {
			out[i].file, out[i].facts, out[i].err = look(gctx, f)
			return gctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, o := range out {
		p.plan.Files[i] = o.file
		p.judge(o.file, o.facts, o.err)
	}
	return nil
}

// look hashes a file and looks inside, if it is one that people run.
func look(ctx context.Context, f File) (File, artifact.Facts, error) {
	f, _, err := f.hash(ctx)
	if err != nil {
		return f, artifact.Facts{}, err
	}
	f.MediaType = mediaType(f.Asset.kind(), "")
	if !f.Asset.runs() {
		return f, artifact.Facts{}, nil
	}
	file, stamp, err := f.open()
	if err != nil {
		return f, artifact.Facts{}, err
	}
	facts, err := artifact.Inspect(ctx, file, stamp.Size, artifact.Limits{})
	if err = errors.Join(err, file.Close()); err != nil {
		return f, facts, err
	}
	f.Container = string(facts.Container)
	f.MediaType = mediaType(f.Asset.kind(), facts.Container)
	// What the bytes are goes before what the name says.
	if facts.Container == artifact.ContainerExecutable {
		f.Asset.Kind = registryv1.Short(registryv1.AssetKind_ASSET_KIND_BINARY)
	}
	return f, facts, nil
}

// judge turns what was found in a file into faults and remarks.
func (p *preparation) judge(f File, facts artifact.Facts, err error) {
	if err != nil {
		reason := client.ReasonOf(err)
		if reason == registryv1.Reason_REASON_UNSPECIFIED {
			reason = registryv1.Reason_REASON_NO_FILES
		}
		p.fault(f.Asset.Filename, reason, "%s", err)
		return
	}
	if f.Stamp.Size == 0 {
		p.fault(f.Asset.Filename, registryv1.Reason_REASON_SIZE_MISMATCH, "%s is empty", f.Asset.Filename)
		return
	}
	about := f.Asset.Filename
	if f.Asset.Platform != "" {
		about = f.Asset.Platform
	}
	for _, problem := range facts.Problems {
		p.fault(about, reasonOf(problem.Kind), "%s: %s", f.Asset.Filename, problem)
	}
	for _, problem := range facts.Compare(artifact.Expectation{Platform: artifact.Platform(f.Asset.Platform), Name: p.plan.Ref.Name}) {
		if problem.Kind == artifact.ProblemPlatformMismatch {
			p.fault(about, registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH, "%s: %s", f.Asset.Filename, problem.Detail)
		} else {
			p.note(about, true, "%s: %s", f.Asset.Filename, problem.Detail)
		}
	}
}

// reasonOf is the reason that the registry's own check would give.
func reasonOf(kind artifact.ProblemKind) registryv1.Reason {
	switch kind {
	case artifact.ProblemPlatformMismatch, artifact.ProblemForeignPlatform, artifact.ProblemContradiction:
		return registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH
	case artifact.ProblemEmpty:
		return registryv1.Reason_REASON_SIZE_MISMATCH
	default:
	}
	if kind.About() == artifact.AboutArchive {
		return registryv1.Reason_REASON_ARCHIVE_UNSAFE
	}
	return registryv1.Reason_REASON_CHECK_FAILED
}

// mediaType is what the bytes are, whatever their name says.
func mediaType(kind registryv1.AssetKind, container artifact.Container) string {
	switch {
	case container == artifact.ContainerTarGz:
		return "application/gzip"
	case container == artifact.ContainerZip:
		return "application/zip"
	case kind == registryv1.AssetKind_ASSET_KIND_CHECKSUM:
		return "text/plain"
	case kind == registryv1.AssetKind_ASSET_KIND_INSTALLER:
		return "application/x-msi"
	default:
		return "application/octet-stream"
	}
}
