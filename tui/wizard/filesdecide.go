package wizard

import (
	"path/filepath"
	"slices"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
)

// useWords say what u does about the row under the cursor, and why it does
// nothing.
func (f *filesStep) useWords() (label, help, off string) {
	row, ok := f.row()
	if !ok {
		return "use it", "settle what is open about this file", "there is no file here"
	}
	platform := f.list.Cursor() < len(f.survey.Platforms)
	switch {
	case row.State == publish.FileStale && platform:
		return "use the file", "use the file and leave the old list out", ""
	case row.State == publish.FileSeveral, row.State == publish.FileOther:
		return "use it", "use this file all the same", ""
	case row.State == publish.FilePicked:
		return "take it back", "forget that this file was picked", ""
	case row.State == publish.FileNotShipped:
		return "ship it", "publish this platform after all", ""
	case row.State == publish.FileLeftOut:
		return "take it in", "do not leave this file out any more", ""
	case row.State == publish.FileGone:
		return "forget it", "do not look in this folder any more", ""
	case !platform:
		return "leave it out", "leave this file out", ""
	default:
		return "use it", "settle what is open about this file", "nothing is open about " + row.Name + " that u settles"
	}
}

// use settles what is open about the row under the cursor, or takes that back.
func (f *filesStep) use() action.Action {
	row, ok := f.row()
	if _, _, off := f.useWords(); !ok || off != "" {
		return nil
	}
	a := &f.answers
	switch platform := f.list.Cursor() < len(f.survey.Platforms); {
	case row.State == publish.FileStale && platform:
		for _, c := range row.Stale {
			a.LeaveOut = with(a.LeaveOut, c.List)
		}
	case row.State == publish.FileSeveral, row.State == publish.FileOther:
		f.pick(row.File.Asset.Platform, row.File.Path)
	case row.State == publish.FilePicked:
		a.Picked = slices.DeleteFunc(slices.Clone(a.Picked), func(p publish.Picked) bool { return p.Path == row.File.Path || p.Platform == row.Name })
	case row.State == publish.FileNotShipped:
		if p, ok := registryv1.PlatformFromSlug(row.Name); ok {
			a.Platforms = append(slices.Clone(a.Platforms), p)
		}
	case row.State == publish.FileLeftOut:
		a.LeaveOut = without(a.LeaveOut, row.File.Path)
	case row.State == publish.FileGone:
		a.Dist = without(a.Dist, row.File.Path)
	default:
		a.LeaveOut = with(a.LeaveOut, row.File.Path)
	}
	return f.look()
}

// onlyFound publishes the platforms that are there, or asks for all again.
func (f *filesStep) onlyFound() action.Action {
	if f.nothingMissing() != "" {
		return nil
	}
	if len(f.answers.Platforms) > 0 {
		f.answers.Platforms = nil
	} else {
		f.answers.Platforms = f.there()
	}
	return f.look()
}

// pick notes that a file was chosen for a platform. A platform that one had
// done without is shipped again.
func (f *filesStep) pick(platform, path string) {
	a := &f.answers
	if platform == string(artifact.DarwinUniversal) {
		platform = string(artifact.DarwinAMD64) // it serves both
	}
	a.Picked = slices.DeleteFunc(slices.Clone(a.Picked), func(p publish.Picked) bool { return p.Platform == platform })
	a.Picked = append(a.Picked, publish.Picked{Platform: platform, Path: path})
	if p, ok := registryv1.PlatformFromSlug(platform); ok && len(a.Platforms) > 0 && !slices.Contains(a.Platforms, p) {
		a.Platforms = append(slices.Clone(a.Platforms), p)
	}
}

// toggleFolder adds a folder beside those that are looked into, or takes it
// out. What it holds has to be decided then: nothing is narrowed any more.
func (f *filesStep) toggleFolder(dir string) {
	a := &f.answers
	dirs := a.Dist
	if len(dirs) == 0 && len(f.survey.Lists)+len(f.survey.Plan.Files) > 0 {
		dirs = a.Folders() // nobody named the project's own, but it counts
	}
	same := func(known string) bool { return filepath.Clean(known) == filepath.Clean(dir) }
	if slices.ContainsFunc(dirs, same) {
		a.Dist = slices.DeleteFunc(slices.Clone(dirs), same)
	} else {
		a.Dist = append(slices.Clone(dirs), dir)
	}
	a.Platforms = nil
}

// with and without are a list with one more, or one less, in a slice of its
// own: the answers are handed over while they change.
func with(list []string, one string) []string {
	if slices.Contains(list, one) {
		return list
	}
	return append(slices.Clone(list), one)
}

func without(list []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(known string) bool { return known == one })
}
