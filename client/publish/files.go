package publish

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// files finds the release files and looks into each.
func (p *preparation) files(ctx context.Context, known *Digests) error {
	readable := slices.DeleteFunc(slices.Clone(p.answers.Folders()), func(dir string) bool {
		switch info, err := os.Stat(dir); {
		case err == nil && info.IsDir():
			return false
		case len(p.answers.Dist) == 0 && len(p.answers.Picked) > 0:
			return true // nobody named it, and there are other files
		}
		p.fault("dist", registryv1.Reason_REASON_NO_FILES, "there is no folder %q; build the release files first, or say where they are with --dist", dir)
		return true
	})
	if len(readable)+len(p.answers.Picked) == 0 {
		return nil
	}
	search := artifact.Search{Dirs: readable, Root: p.plan.Directory, Name: p.plan.Ref.Name, Version: p.number, LeaveOut: p.answers.LeaveOut}
	for _, picked := range p.answers.Picked {
		search.Picked = append(search.Picked, artifact.Pick{Platform: artifact.Platform(picked.Platform), Path: picked.Path})
	}
	found, err := artifact.Discover(ctx, search)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		p.fault("dist", registryv1.Reason_REASON_NO_FILES, "%s", err)
		return nil
	}
	p.found = found
	p.choose(found)
	began := time.Now()
	known.recall(p.plan.Files)
	if err := p.inspect(ctx); err != nil {
		return err
	}
	known.remember(p.plan.Files, began)
	return nil
}

// choose takes the files that are published from what was found.
func (p *preparation) choose(found artifact.Discovery) {
	for _, w := range found.Warnings {
		p.note("dist", true, "%s", w.Detail)
	}
	for _, wanted := range p.answers.Platforms {
		p.plan.Only = append(p.plan.Only, wanted.Slug())
	}
	for _, f := range found.Files {
		switch {
		case f.Kind == artifact.KindChecksum && stale(f, found):
			p.note(f.Filename, true, "the checksum file %s is left out: it is not of these files", f.Filename)
		case f.Kind.Runs(), f.Kind == artifact.KindInstaller, f.Kind == artifact.KindChecksum:
			if p.wanted(f.Platform) {
				p.take(f)
			}
		default: // what lies beside them comes after them
		}
	}
	p.beside(found)
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

// missing says why platforms have no file: a fault where one was asked for or
// a broken one is there, else a remark.
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
		case m.Refused && (len(p.plan.Only) == 0 || slices.Contains(p.plan.Only, string(m.Platform))):
			p.fault(string(m.Platform), registryv1.Reason_REASON_PLATFORM_MISSING, "%s has a file that cannot be released: %s", m.Platform, m.Why)
		case slices.Contains(p.plan.Only, string(m.Platform)):
			p.fault(string(m.Platform), registryv1.Reason_REASON_PLATFORM_MISSING, "%s was asked for and has no file: %s", m.Platform, m.Why)
		case len(p.plan.Only) == 0:
			p.note(string(m.Platform), true, "%s is not shipped: %s", m.Platform, m.Why)
		}
	}
}

// inspect reads every file once for its digest, if that is not known, and once
// for what is in it. A
// file that the registry would refuse is a fault here, before anything is
// created.
func (p *preparation) inspect(ctx context.Context) error {
	out := make([]looked, len(p.plan.Files))
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
	for i := range out {
		o := &out[i]
		p.plan.Files[i] = o.file
		before := len(p.faults)
		p.judge(o.file, o.facts, o.err)
		o.faults = p.faults[before:len(p.faults):len(p.faults)]
	}
	p.inside = out
	return nil
}

// looked is what was in one file of a plan.
type looked struct {
	file   File
	facts  artifact.Facts
	err    error
	faults []client.Fault
}

// look hashes a file and looks inside, if it is one that people run.
func look(ctx context.Context, f File) (File, artifact.Facts, error) {
	f, _, err := f.hash(ctx)
	if err != nil {
		return f, artifact.Facts{}, err
	}
	f.MediaType = mediaType(f.Asset, "")
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
	f.MediaType = mediaType(f.Asset, facts.Container)
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
func mediaType(asset AssetKey, container artifact.Container) string {
	switch container {
	case artifact.ContainerTarGz:
		return "application/gzip"
	case artifact.ContainerZip:
		return "application/zip"
	default:
	}
	switch asset.kind() {
	case registryv1.AssetKind_ASSET_KIND_CHECKSUM:
		return "text/plain"
	case registryv1.AssetKind_ASSET_KIND_INSTALLER:
		return "application/x-msi"
	case registryv1.AssetKind_ASSET_KIND_BUNDLE, registryv1.AssetKind_ASSET_KIND_SBOM, registryv1.AssetKind_ASSET_KIND_PROVENANCE:
		return "application/json"
	case registryv1.AssetKind_ASSET_KIND_SIGNATURE:
		if ext := filepath.Ext(asset.Filename); ext == ".asc" || ext == ".gpg" {
			return "application/pgp-signature"
		}
		return "text/plain"
	case registryv1.AssetKind_ASSET_KIND_CERTIFICATE:
		return "application/x-pem-file"
	default:
		return "application/octet-stream"
	}
}
