package publish

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Survey is what a look at the release files came to: the plan, and for each
// platform and each other file what a person decides by.
type Survey struct {
	Plan   Plan
	Faults []client.Fault
	// Platforms are the five, in the order in which they are always shown.
	Platforms []Found
	// Others are checksum files, installers and what is missing otherwise.
	Others []Found
	// Beside are signatures, certificates and attestations that go along.
	Beside []File
	// Folders are those that were looked into, and Lists what was read there:
	// lists of builds and checksum files.
	Folders, Lists []string
	// Warnings are about the folders as a whole, Skipped files that were seen
	// and not taken.
	Warnings []artifact.Warning
	Skipped  []artifact.Skipped
	// At is when it was looked.
	At time.Time
}

// Found is what is there for one platform, or one other file.
type Found struct {
	State FileState
	// Name is the platform's slug, or what the file is.
	Name string
	// File has a path if there is one; a digest only if it was read.
	File File
	// Written is when the file was changed last.
	Written time.Time
	Facts   artifact.Facts
	// Evidence says by what it was found, Agrees which lists have its digest.
	Evidence []artifact.Evidence
	Agrees   []string
	Warnings []artifact.Warning
	Stale    []Contradiction
	// Why says why there is no file, or why it cannot be released.
	Why []string
	// Before is the newest published version that has the platform; empty if
	// there is a file, or no such version.
	Before string
}

// Contradiction is a list that has another digest for a file.
type Contradiction struct {
	List    string
	Written time.Time
	Listed  artifact.Digest
}

// Look is Prepare with all that a person may want to know about the files. The
// client and what is known may be nil.
func Look(ctx context.Context, c *client.Client, a Answers, known *Digests) (Survey, error) {
	var s Survey
	var p *preparation
	plan, faults, err := prepare(ctx, c, a, func(with *preparation) error {
		p = with
		return p.files(ctx, known)
	})
	if err != nil {
		return Survey{}, err
	}
	s.Plan, s.Faults, s.Folders, s.At = plan, faults, a.Folders(), time.Now()
	if p == nil {
		return s, nil // no project
	}
	s.Warnings, s.Skipped = p.found.Warnings, p.found.Skipped
	s.platforms(p)
	s.others(p)
	s.lists(p)
	return s, s.before(ctx, c)
}

// platforms makes the rows of the five platforms.
func (s *Survey) platforms(p *preparation) {
	for _, platform := range artifact.Platforms() {
		f := Found{Name: string(platform)}
		if there, ok := p.found.For(platform); ok {
			f.take(p, there)
		}
		for _, m := range p.found.Missing {
			if m.Platform == platform {
				f.Why = append(f.Why, m.Why)
				f.refused(m.Refused)
			}
		}
		if len(p.found.Missing) == 0 && f.File.Path == "" {
			f.Why = append(f.Why, nowhere(p.answers))
		}
		f.State = f.state(len(p.plan.Only) > 0 && !slices.Contains(p.plan.Only, f.Name))
		s.Platforms = append(s.Platforms, f)
	}
}

// nowhere says where nothing was found, where nothing could be looked into.
func nowhere(a Answers) string {
	var folders []string
	for _, dir := range a.Folders() {
		folders = append(folders, "not in "+filepath.Base(dir))
	}
	return strings.Join(folders, ", ")
}

func (f *Found) refused(refused bool) {
	if refused {
		f.State = FileBroken
	}
}

// take puts what is known of a file into a row.
func (f *Found) take(p *preparation, there artifact.File) {
	f.File = File{Path: there.Path, FoundBy: string(there.FoundBy()), Stamp: Stamp{Size: there.Size}, Asset: AssetKey{
		Platform: string(there.Platform), Kind: registryv1.Short(assetKind(there.Kind)), Filename: there.Filename,
	}}
	f.Written, f.Evidence, f.Agrees, f.Warnings = there.ModTime, there.Evidence, there.Agrees, there.Warnings
	for _, w := range there.Warnings {
		if w.Kind == artifact.WarnStaleChecksum && there.Kind != artifact.KindChecksum {
			f.Stale = append(f.Stale, Contradiction{List: w.List, Written: written(w.List), Listed: w.Listed})
		}
	}
	for _, seen := range p.inside {
		if seen.file.Path != absolute(there.Path) || seen.file.Asset.Platform != string(there.Platform) {
			continue
		}
		f.File, f.Facts = seen.file, seen.facts
		for _, fault := range seen.faults {
			f.Why = append(f.Why, fault.Message)
		}
		if client.ReasonOf(seen.err) == registryv1.Reason_REASON_FILE_CHANGED {
			f.State = FileChanging
		}
	}
}

// written is when a file was changed last, zero if that cannot be known.
func written(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// others makes the rows of what is no platform's: files, and what was left out
// or is gone.
func (s *Survey) others(p *preparation) {
	for _, there := range p.found.Files {
		if there.Kind != artifact.KindChecksum && there.Kind != artifact.KindInstaller {
			continue
		}
		f := Found{Name: kindName(there.Kind)}
		f.take(p, there)
		f.State = f.state(false)
		if there.Kind == artifact.KindChecksum && stale(there, p.found) {
			f.State = FileStale
		}
		s.Others = append(s.Others, f)
	}
	for _, f := range p.plan.Files {
		if !f.Asset.toSign() {
			s.Beside = append(s.Beside, f)
		}
	}
	for _, path := range p.answers.LeaveOut {
		s.Others = append(s.Others, Found{Name: "left out", State: FileLeftOut, File: File{Path: path}, Written: written(path)})
	}
	for _, dir := range p.answers.Dist {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			s.Others = append(s.Others, Found{Name: "folder", State: FileGone, File: File{Path: dir}, Why: []string{"there is no folder " + dir}})
		}
	}
}

func kindName(kind artifact.Kind) string {
	if kind == artifact.KindChecksum {
		return "checksums"
	}
	return string(kind)
}

// lists are the files of the folders that say what was built.
func (s *Survey) lists(p *preparation) {
	for _, dir := range s.Folders {
		if path := filepath.Join(dir, "artifacts.json"); !written(path).IsZero() {
			s.Lists = append(s.Lists, path)
		}
	}
	for _, f := range p.found.Files {
		if f.Kind == artifact.KindChecksum && f.For == "" {
			s.Lists = append(s.Lists, f.Path)
		}
	}
}

// before asks the registry which version was the last to ship what is missing
// now.
func (s *Survey) before(ctx context.Context, c *client.Client) error {
	missing := map[registryv1.Platform]int{}
	for i, f := range s.Platforms {
		if platform, ok := registryv1.PlatformFromSlug(f.Name); ok && !slices.Contains(s.Plan.Platforms(), platform) {
			missing[platform] = i
		}
	}
	if c == nil || len(missing) == 0 || s.Plan.Ref.Org == "" || s.Plan.Ref.Name == "" || hasReason(s.Faults, registryv1.Reason_REASON_INVALID_NAME) {
		return nil
	}
	newest := map[registryv1.Platform]artifact.Number{}
	for v, err := range c.Versions(ctx, &registryv1.ListVersionsRequest{Connector: s.Plan.Ref.connector(), PageSize: 1000}) {
		if client.ReasonOf(err) == registryv1.Reason_REASON_NOT_FOUND {
			return nil
		}
		if err != nil {
			return err
		}
		number, err := artifact.ParseNumber(v.GetRef().GetVersion())
		if err != nil || v.GetState() != registryv1.State_STATE_PUBLISHED {
			continue
		}
		for _, platform := range v.GetPlatforms() {
			if i, ok := missing[platform]; ok && (newest[platform].IsZero() || number.Compare(newest[platform]) > 0) {
				newest[platform] = number
				s.Platforms[i].Before = number.String()
			}
		}
	}
	return nil
}
