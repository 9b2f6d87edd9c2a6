package artifact

import (
	"slices"
	"time"
)

// Search says where release files are looked for.
type Search struct {
	Dirs    []string // One or more dist folders; the first one wins.
	Root    string   // The project's root, which paths in artifacts.json start from; may be empty.
	Name    string   // The connector's name, to tell its executable from others; may be empty.
	Version Number   // The number that is to be published, to notice older files; may be zero.
	// Picked are files that somebody chose by hand: each takes the place of
	// what else is found for its platform.
	Picked []Pick
	// LeaveOut are files, by path, that are passed over. A list of a build is
	// read all the same; what is passed over are its digests.
	LeaveOut []string
}

// Pick is a file that somebody chose for a platform.
type Pick struct {
	Platform Platform
	Path     string
}

// Discovery is what a search found.
type Discovery struct {
	// Files are the release files, in the order of platforms: for each one an
	// archive or an executable, then installers, the checksum file, and what
	// lies beside them.
	Files []File
	// Missing are the platforms without a file.
	Missing []Missing
	// Skipped are files that were seen and not taken.
	Skipped []Skipped
	// Warnings are about the folders as a whole.
	Warnings []Warning
}

// Source is what a file was found by.
type Source string

// The sources, in the order in which they are believed.
const (
	FoundByArtifacts Source = "artifacts.json"
	FoundByChecksums Source = "checksum file"
	FoundByName      Source = "file name"
	FoundByFolder    Source = "build folder"
	FoundByHand      Source = "picked by hand" // It goes before all others.
)

// File is one release file.
type File struct {
	Platform Platform
	Kind     Kind
	Path     string // Where it is; symbolic links are resolved.
	Filename string // The name under which it is released.
	Size     int64
	ModTime  time.Time
	Evidence []Evidence // By what it was found, the strongest first.
	Warnings []Warning
	For      string   // Of signatures, certificates and the like: the Filename that they are about.
	SHA256   Digest   // Zero unless it was compared with a checksum.
	Agrees   []string // The names of the lists that have the same checksum for it.
}

// FoundBy is the strongest source.
func (f File) FoundBy() Source {
	if len(f.Evidence) == 0 {
		return ""
	}
	return f.Evidence[0].Source
}

// Evidence says by what a file was found.
type Evidence struct {
	Source Source
	Detail string // One sentence.
}

// WarningKind is the stable name of a warning.
type WarningKind string

// The warnings of a search.
const (
	WarnSnapshot      WarningKind = "snapshot"
	WarnDirty         WarningKind = "dirty"
	WarnOtherVersion  WarningKind = "other-version"
	WarnVariants      WarningKind = "variants"
	WarnStaleChecksum WarningKind = "stale-checksum"
	WarnUniversal     WarningKind = "universal"
	WarnLabel         WarningKind = "label"
	WarnTwice         WarningKind = "twice"
	WarnUnfinished    WarningKind = "unfinished-build"
	WarnUnreadable    WarningKind = "unreadable"
	WarnOutside       WarningKind = "outside"
)

// Warning is something that a person should know before publishing.
type Warning struct {
	Kind   WarningKind
	Detail string // One sentence.
	Listed Digest // Of stale checksums: what the checksum file says.
	Found  Digest // Of stale checksums: what the file is.
	List   string // Of stale checksums: the path of the list that says otherwise.
}

// Missing says why a platform has no file.
type Missing struct {
	Platform Platform
	Why      string // One sentence.
	// Refused tells that there is a file and that it cannot be released, as
	// against a platform that was never built.
	Refused bool
}

// Skipped is a file that was seen and not taken.
type Skipped struct {
	Path string
	Why  string // One sentence.
}

// For gives the archive or executable that serves a declared platform.
func (d Discovery) For(p Platform) (File, bool) {
	for _, f := range d.Files {
		if !f.Kind.Runs() {
			continue
		}
		if slices.Contains(f.Platform.Serves(), p) {
			return f, true
		}
	}
	return File{}, false
}

// Platforms are the declared platforms that have a file, in the fixed order.
func (d Discovery) Platforms() []Platform {
	var out []Platform
	for _, p := range Platforms() {
		if _, ok := d.For(p); ok {
			out = append(out, p)
		}
	}
	return out
}

// Beside gives the files that are about the named one: signatures,
// certificates, bundles, SBOMs, provenance.
func (d Discovery) Beside(filename string) []File {
	var out []File
	for _, f := range d.Files {
		if f.For == filename {
			out = append(out, f)
		}
	}
	return out
}
