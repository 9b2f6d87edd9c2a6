package artifact

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// artifactsList is the name of GoReleaser's list.
const artifactsList = "artifacts.json"

// byArtifacts goes by GoReleaser's list.
func (s *search) byArtifacts(folder int, dir string, files []distFile) {
	byRel := map[string]distFile{}
	for _, f := range files {
		byRel[f.rel] = f
	}
	list, finished := byRel[artifactsList]
	if meta, ok := byRel["metadata.json"]; ok && s.metadata(dir, meta) && !finished {
		s.warn(WarnUnfinished, "%s has metadata.json and no artifacts.json: the build failed or is still running", quote(dir))
	}
	if !finished {
		return
	}
	data, ok := s.read(list, MaxArtifactsJSON)
	if !ok {
		return
	}
	built, warnings, err := ParseArtifactsJSON(data)
	if err != nil {
		s.warn(WarnUnreadable, "%s: %s", quote(list.path), err)
		return
	}
	for _, w := range warnings {
		s.warn(WarnUnreadable, "%s: %s", quote(list.path), w)
	}
	prefix := distPrefix(built)
	for _, b := range built {
		if s.leaves(list.real) {
			b.SHA256 = Digest{}
		}
		s.built(folder, dir, prefix, byRel, b)
	}
}

// metadata reads metadata.json for what was built; it says whether it is
// GoReleaser's.
func (s *search) metadata(dir string, f distFile) bool {
	data, ok := s.read(f, 1<<20)
	if !ok {
		return false
	}
	var meta releaseMetadata
	if json.Unmarshal(data, &meta) != nil || meta.Project == "" && meta.Version == "" {
		return false
	}
	text := meta.Version + " " + meta.Tag
	for kind, detail := range s.oddBuild(text) {
		s.warn(kind, "%s %s", quote(dir), detail)
	}
	built, err := ParseNumber("v" + strings.TrimPrefix(meta.Version, "v"))
	if err == nil && !s.want.Version.IsZero() && built.Compare(s.want.Version) != 0 {
		s.warn(WarnOtherVersion, "%s was built for %s, not for %s", quote(dir), built, s.want.Version)
	}
	return true
}

// oddBuild recognises builds that are not meant for release. A version that is
// itself called so is none.
func (s *search) oddBuild(text string) map[WarningKind]string {
	out := map[WarningKind]string{}
	lower, version := strings.ToLower(text), strings.ToLower(s.want.Version.String())
	for _, mark := range []string{"snapshot", "-next"} {
		if strings.Contains(lower, mark) && !strings.Contains(version, mark) {
			out[WarnSnapshot] = "is a snapshot build, not one of a tag"
		}
	}
	if strings.Contains(lower, "dirty") && !strings.Contains(version, "dirty") {
		out[WarnDirty] = "was built from files that were not committed"
	}
	return out
}

// built takes one entry of artifacts.json.
func (s *search) built(folder int, dir, prefix string, byRel map[string]distFile, b Built) {
	kind, ok := b.kind()
	if !ok {
		return
	}
	platform, known := FromGo(b.OS, b.Arch)
	if kind != KindChecksum && !known {
		s.skip(filepath.Join(dir, printable(b.Name)), "%s is not a platform of the registry", quote(b.OS+"-"+b.Arch))
		return
	}
	f, ok := s.builtFile(dir, prefix, byRel, b, platform)
	if !ok {
		return
	}
	name := b.Name
	if _, err := ParseFilename(name); err != nil {
		name = filepath.Base(f.path)
	}
	label := parseReleaseName(name)
	if b.Variant == "" {
		b.Variant = label.variant
	}
	c := candidate{
		File:    File{Platform: platform, Kind: kind, Filename: name},
		raw:     b.raw(),
		variant: b.Variant, version: label.version, recorded: b.SHA256, list: filepath.Join(dir, artifactsList),
	}
	if kind == KindChecksum {
		c.Platform = ""
		s.add(folder, f, c, FoundByArtifacts, "artifacts.json lists it as the checksum file")
		return
	}
	s.add(folder, f, c, FoundByArtifacts, "artifacts.json lists it as %s for %s", b.Type, platform)
}

// builtFile finds the file of an entry: in the folder that artifacts.json is
// in, whatever it was called when it was written, or else below the project's
// root. A path that leads anywhere else is refused.
func (s *search) builtFile(dir, prefix string, byRel map[string]distFile, b Built, p Platform) (distFile, bool) {
	clean := filepath.ToSlash(filepath.Clean(filepath.FromSlash(b.Path)))
	if !filepath.IsLocal(filepath.FromSlash(b.Path)) || strings.Contains(b.Path, ":") {
		s.warn(WarnOutside, "artifacts.json in %s names %s, which is not in the project, so it was left alone", quote(dir), quote(b.Path))
		s.note(p, "artifacts.json names %s, which is not in the project", quote(b.Path))
		return distFile{}, false
	}
	if rel, ok := strings.CutPrefix(clean, prefix+"/"); ok && prefix != "" {
		if f, ok := byRel[rel]; ok {
			return f, true
		}
	}
	if f, ok := byRel[clean]; ok {
		return f, true
	}
	if s.want.Root != "" {
		path := filepath.Join(s.want.Root, filepath.FromSlash(clean))
		if _, err := os.Lstat(path); err == nil {
			if f, ok := s.file(path); ok {
				f.rel = clean
				return f, true
			}
		}
	}
	s.note(p, "artifacts.json lists %s, which is not there", quote(b.Path))
	return distFile{}, false
}

func (s *search) note(p Platform, format string, args ...any) {
	for _, served := range p.Serves() {
		s.notes[served] = append(s.notes[served], fmt.Sprintf(format, args...))
	}
}

// byChecksums goes by checksum files: a listed file with a platform in its
// name is a release file.
func (s *search) byChecksums(folder int, files []distFile) {
	byName := map[string]distFile{}
	for _, f := range slices.Backward(files) {
		byName[filepath.Base(f.path)] = f // The least deep one of a name.
	}
	for _, f := range files {
		name := filepath.Base(f.path)
		if known := s.found[f.real]; !isChecksumName(name) && (known == nil || known.Kind != KindChecksum) {
			continue
		}
		data, ok := s.read(f, MaxChecksums)
		if !ok {
			continue
		}
		self := strings.TrimSuffix(strings.TrimSuffix(name, ".sha256"), ".sha256sum")
		sums, err := ParseChecksums(data, self)
		if err != nil {
			s.skip(f.path, "%s", err)
			continue
		}
		own := s.add(folder, f, candidate{
			File: File{Kind: KindChecksum, Filename: name}, version: parseReleaseName(name).version,
		}, FoundByName, "its name is that of a checksum file")
		for _, w := range sums.Warnings {
			own.Warnings = append(own.Warnings, Warning{Kind: WarnUnreadable, Detail: w})
		}
		if _, known := byName[self]; known && self != name && len(sums.Lines) == 1 {
			own.For = self
		}
		s.sums = append(s.sums, sumFile{folder: folder, name: name, sums: sums, file: own})
		for _, line := range sums.Lines {
			s.listed(folder, name, line, byName)
		}
	}
}

func (s *search) listed(folder int, sumName string, line ChecksumLine, byName map[string]distFile) {
	if _, beside := siblingOf(line.Filename); beside || isChecksumName(line.Filename) {
		return
	}
	label := parseReleaseName(line.Filename)
	f, here := byName[line.Filename]
	switch {
	case label.platform == "":
	case !here:
		s.note(label.platform, "%s lists %s, which is not there", sumName, quote(line.Filename))
	default:
		s.add(folder, f, label.candidate(line.Filename), FoundByChecksums, "%s lists it", sumName)
	}
}

// candidate is a file as its name describes it.
func (n releaseName) candidate(filename string) candidate {
	kind := KindArchive // What the bytes say counts later.
	if n.installer() {
		kind = KindInstaller
	}
	return candidate{
		File:    File{Platform: n.platform, Kind: kind, Filename: filename},
		variant: n.variant, version: n.version,
	}
}

// byName goes by file names.
func (s *search) byName(folder int, files []distFile) {
	for _, f := range files {
		name := filepath.Base(f.path)
		if _, beside := siblingOf(name); beside || isChecksumName(name) || strings.HasSuffix(name, ".json") {
			continue
		}
		label := parseReleaseName(name)
		switch {
		case label.foreign != "":
			s.skip(f.path, "its name says %s, which is not a platform of the registry", label.foreign)
		case label.platform != "":
			s.add(folder, f, label.candidate(name), FoundByName, "its name says %s", label.platform)
		case label.ext == ".msi":
			c := label.candidate(name)
			c.Platform = WindowsAMD64 // Windows Installer packages run nowhere else.
			s.add(folder, f, c, FoundByName, "its name is that of a Windows Installer package")
		}
	}
}

// byFolder goes by build folders: {id}_{os}_{arch}_v1 or {os}-{arch}, with one
// executable inside.
func (s *search) byFolder(folder int, dir string, files []distFile) {
	groups := map[string][]distFile{}
	var names []string
	for _, f := range files {
		sub := filepath.ToSlash(filepath.Dir(filepath.FromSlash(f.rel)))
		if len(groups[sub]) == 0 {
			names = append(names, sub)
		}
		groups[sub] = append(groups[sub], f)
	}
	for _, sub := range names {
		// The folder that was given may itself be one.
		label := parseReleaseName(strings.TrimSuffix(filepath.Base(dir)+"/"+sub, "/."))
		if label.platform == "" {
			continue
		}
		f, ok := s.program(groups[sub])
		if !ok {
			continue
		}
		shown := sub
		if sub == "." {
			shown = filepath.Base(dir)
		}
		s.add(folder, f, candidate{
			File: File{Platform: label.platform, Kind: KindBinary, Filename: filepath.Base(f.path)},
			raw:  true, variant: label.variant, version: label.version,
		}, FoundByFolder, "it is in the build folder %s", shown)
	}
}

// program picks the connector's executable out of a build folder.
func (s *search) program(files []distFile) (distFile, bool) {
	var programs []distFile
	for _, f := range files {
		if parseReleaseName(filepath.Base(f.path)).platform == "" && isExecutable(head(f.real)) {
			programs = append(programs, f)
		}
	}
	if len(programs) == 1 {
		return programs[0], true
	}
	if len(programs) == 0 {
		// One that is named like the connector is meant to be it: whoever
		// looks inside says what is wrong with an empty or broken one, so that
		// a platform is never left out in silence.
		return only(s.named(files))
	}
	if f, ok := only(s.named(programs)); ok {
		return f, true
	}
	for _, f := range programs {
		s.skip(f.path, "there are %d executables in its folder and no telling which is the connector", len(programs))
	}
	return distFile{}, false
}

// named returns the files that are named like the connector, or, where its
// name is not known, like any.
func (s *search) named(files []distFile) []distFile {
	return slices.DeleteFunc(slices.Clone(files), func(f distFile) bool {
		base := strings.TrimSuffix(strings.ToLower(filepath.Base(f.path)), ".exe")
		if s.want.Name != "" {
			return ConnectorKey(base) != ConnectorKey(s.want.Name)
		}
		return !strings.HasPrefix(base, "baton-") || strings.Contains(base, ".")
	})
}

// only returns the one file there is.
func only(files []distFile) (distFile, bool) {
	if len(files) != 1 {
		return distFile{}, false
	}
	return files[0], true
}
