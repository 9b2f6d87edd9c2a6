package artifact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Bounds of a search.
const (
	maxDistFiles = 5000
	maxDistDepth = 3
)

// search is one call of Discover.
type search struct {
	ctx     context.Context // It lives as long as the call.
	want    Search
	roots   []string // Where symbolic links may lead to: the folders and the project.
	found   map[string]*candidate
	order   []*candidate
	sums    []sumFile
	notes   map[Platform][]string // Why a platform may be missing.
	refused map[Platform]bool     // Platforms with a file that cannot be released.
	out     Discovery
}

// candidate is a file that may be released.
type candidate struct {
	File
	folder   int    // Which of the folders it was found in.
	rel      string // Its path in there.
	raw      bool   // The output of a build, not made for release.
	variant  string // "v1", "v3": of amd64.
	version  Number // What its name says.
	recorded Digest // What artifacts.json says.
	list     string // The path of that artifacts.json.
	picked   bool   // Chosen by hand.
}

// sumFile is a checksum file.
type sumFile struct {
	folder int
	name   string
	sums   Checksums
	file   *candidate
}

// distFile is a regular file in one of the folders.
type distFile struct {
	path string // Under the folder as it was given.
	real string // With symbolic links resolved.
	rel  string // In the folder, with slashes.
	info fs.FileInfo
}

// Discover searches folders for release files: by artifacts.json, by checksum
// files, by file names, by build folders, in this order. It returns an error
// only when no folder could be read or ctx is done.
func Discover(ctx context.Context, want Search) (Discovery, error) {
	s := &search{ctx: ctx, want: want, found: map[string]*candidate{}, notes: map[Platform][]string{}, refused: map[Platform]bool{}}
	var faults []error
	for _, dir := range append(slices.Clone(want.Dirs), want.Root) {
		if real, err := filepath.EvalSymlinks(dir); dir != "" && err == nil {
			s.roots = append(s.roots, real)
		}
	}
	var siblings []*candidate
	for i, dir := range want.Dirs {
		files, err := s.list(dir)
		if err != nil {
			faults = append(faults, err)
			s.warn(WarnUnreadable, "%s cannot be searched: %s", quote(dir), printable(err.Error()))
			continue
		}
		s.byArtifacts(i, dir, files)
		s.byChecksums(i, files)
		s.byName(i, files)
		s.byFolder(i, dir, files)
		siblings = append(siblings, s.siblings(i, files)...)
	}
	siblings = append(siblings, s.byHand(len(want.Dirs))...)
	if len(faults) > 0 && len(faults) == len(want.Dirs) && len(want.Picked) == 0 {
		return Discovery{}, fmt.Errorf("searching for release files: %w", errors.Join(faults...))
	}
	if err := s.choose(siblings); err != nil {
		return Discovery{}, fmt.Errorf("searching for release files: %w", err)
	}
	return s.out, ctx.Err()
}

func (s *search) warn(kind WarningKind, format string, args ...any) {
	s.out.Warnings = append(s.out.Warnings, Warning{Kind: kind, Detail: fmt.Sprintf(format, args...)})
}

func (s *search) skip(path, format string, args ...any) {
	s.out.Skipped = append(s.out.Skipped, Skipped{Path: path, Why: fmt.Sprintf(format, args...)})
}

// list finds the regular files of a folder, some levels deep. Links that lead
// out of the folders and the project are warnings and not followed.
func (s *search) list(dir string) ([]distFile, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", quote(dir))
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	var out []distFile
	err = filepath.WalkDir(real, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			if path == real {
				return err
			}
			s.warn(WarnUnreadable, "%s cannot be read: %s", quote(path), printable(err.Error()))
			return nil
		}
		rel, err := filepath.Rel(real, path)
		switch {
		case err != nil || rel == ".":
			return err
		case len(out) == maxDistFiles:
			s.warn(WarnUnreadable, "%s has more than %d files, the others were not looked at", quote(dir), maxDistFiles)
			return filepath.SkipAll
		case s.ctx.Err() != nil:
			return s.ctx.Err()
		case entry.IsDir():
			if strings.Count(filepath.ToSlash(rel), "/") >= maxDistDepth-1 || strings.HasPrefix(entry.Name(), ".") {
				return filepath.SkipDir
			}
			return nil
		}
		if f, ok := s.file(filepath.Join(dir, rel)); ok {
			f.rel = filepath.ToSlash(rel)
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

// file takes a path if it is a regular file inside of the folders and the
// project, after symbolic links.
func (s *search) file(path string) (distFile, bool) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		s.skip(path, "it cannot be read: %s", printable(err.Error()))
		return distFile{}, false
	}
	inside := slices.ContainsFunc(s.roots, func(root string) bool {
		rel, err := filepath.Rel(root, real)
		return err == nil && filepath.IsLocal(rel)
	})
	if !inside {
		s.warn(WarnOutside, "%s is a link that leads out of the folder, so it was left alone", quote(path))
		return distFile{}, false
	}
	info, err := os.Lstat(real)
	switch {
	case err != nil:
		s.skip(path, "it cannot be read: %s", printable(err.Error()))
		return distFile{}, false
	case s.leaves(real) && filepath.Base(real) != artifactsList:
		s.skip(path, "it was left out")
		return distFile{}, false
	case info.IsDir():
		return distFile{}, false
	case !info.Mode().IsRegular():
		s.skip(path, "it is not a regular file")
		return distFile{}, false
	}
	return distFile{path: path, real: real, info: info}, true
}

// read reads a small file whole.
func (s *search) read(f distFile, limit int64) ([]byte, bool) {
	in, err := os.Open(f.real)
	if err != nil {
		s.warn(WarnUnreadable, "%s cannot be read: %s", quote(f.path), printable(err.Error()))
		return nil, false
	}
	defer func() { _ = in.Close() }() // Only read.
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		s.warn(WarnUnreadable, "%s cannot be read: %s", quote(f.path), printable(err.Error()))
		return nil, false
	}
	return data, true
}

// add notes that a file was found, or one more reason to believe in it. The
// first source says what the file is.
func (s *search) add(folder int, f distFile, c candidate, source Source, format string, args ...any) *candidate {
	evidence := Evidence{Source: source, Detail: fmt.Sprintf(format, args...)}
	if known, ok := s.found[f.real]; ok {
		known.Evidence = append(known.Evidence, evidence)
		if known.Platform == "" {
			known.Platform = c.Platform
		}
		if known.raw && !c.raw {
			known.raw, known.Filename, known.version = false, c.Filename, c.version
		}
		if known.Platform != c.Platform && c.Platform != "" {
			known.Warnings = append(known.Warnings, Warning{Kind: WarnLabel, Detail: fmt.Sprintf(
				"%s says that it is for %s, but %s says %s", known.Evidence[0].Source, known.Platform, source, c.Platform)})
		}
		return known
	}
	c.folder, c.rel, c.Path = folder, f.rel, f.path
	c.Size, c.ModTime = f.info.Size(), f.info.ModTime()
	c.Evidence = []Evidence{evidence}
	s.found[f.real] = &c
	s.order = append(s.order, &c)
	return &c
}

// head gives the first bytes of a file, or nothing.
func head(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // Only read.
	buf := make([]byte, 512)
	n, _ := io.ReadFull(f, buf)
	return buf[:n]
}

// siblings finds signatures and the like.
func (s *search) siblings(folder int, files []distFile) []*candidate {
	var out []*candidate
	for _, f := range files {
		name := filepath.Base(f.path)
		about, ok := siblingOf(name)
		if !ok || s.found[f.real] != nil {
			continue
		}
		out = append(out, &candidate{
			File: File{
				Kind: about.kind, Path: f.path, Filename: name, Size: f.info.Size(), ModTime: f.info.ModTime(), For: about.base,
				Evidence: []Evidence{{Source: FoundByName, Detail: "its name says that it is about " + about.base}},
			},
			folder: folder, rel: f.rel,
		})
	}
	return out
}
