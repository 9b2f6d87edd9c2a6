package publish

import (
	"path/filepath"
	"slices"

	"github.com/registrar-console/registrar/artifact"
)

// FileState is how far a file, or the want of one, is decided.
type FileState string

// The states of files.
const (
	// FileReady: one file was found and nothing speaks against it.
	FileReady FileState = "ready"
	// FilePicked: a person chose it.
	FilePicked FileState = "picked"
	// FileStale: a list has another digest for it, or it is such a list.
	FileStale FileState = "stale"
	// FileSeveral: several were found, and one was taken.
	FileSeveral FileState = "several"
	// FileOther: its name says another version.
	FileOther FileState = "other version"
	// FileMissing: there is none.
	FileMissing FileState = "missing"
	// FileBroken: there is one that cannot be released.
	FileBroken FileState = "broken"
	// FileChanging: it changed while it was read.
	FileChanging FileState = "changing"
	// FileSnapshot: it is not built from a tag, or from what was committed.
	FileSnapshot FileState = "snapshot"
	// FileNotShipped: a person decided to publish without the platform.
	FileNotShipped FileState = "not shipped"
	// FileLeftOut: a person decided to leave it out.
	FileLeftOut FileState = "left out"
	// FileGone: a folder that was named is not there.
	FileGone FileState = "gone"
)

// Decided reports whether nobody has to decide anything about the file.
func (s FileState) Decided() bool {
	switch s {
	case FileReady, FilePicked, FileSnapshot, FileNotShipped, FileLeftOut:
		return true
	default:
		return false
	}
}

// state is that of a row. What was noted before, that it cannot be released or
// changes, goes before all others; narrowed says that the platform is not
// published.
func (f *Found) state(narrowed bool) FileState {
	warned := func(kinds ...artifact.WarningKind) bool {
		return slices.ContainsFunc(f.Warnings, func(w artifact.Warning) bool { return slices.Contains(kinds, w.Kind) })
	}
	switch {
	case narrowed:
		return FileNotShipped
	case f.State != "":
		return f.State
	case f.File.Path == "":
		return FileMissing
	case len(f.Why) > 0:
		return FileBroken
	case len(f.Stale) > 0:
		return FileStale
	case f.File.FoundBy == string(artifact.FoundByHand):
		return FilePicked
	case warned(artifact.WarnTwice, artifact.WarnVariants):
		return FileSeveral
	case warned(artifact.WarnOtherVersion):
		return FileOther
	case warned(artifact.WarnSnapshot, artifact.WarnDirty):
		return FileSnapshot
	default:
		return FileReady
	}
}

// Undecided are the names of what somebody has to decide about. Checksum files
// are decided with the files that they contradict.
func (s Survey) Undecided() []string {
	var names []string
	for _, f := range s.Platforms {
		if !f.State.Decided() {
			names = append(names, f.Name)
		}
	}
	for _, f := range s.Others {
		if !f.State.Decided() && f.State != FileStale {
			names = append(names, filepath.Base(f.File.Path))
		}
	}
	return names
}
