package catalog

import (
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Here is what verifying a version on this computer gave. It is not the
// registry's word: nothing but bytes, keys and identities came from there.
type Here struct {
	Org, Name, Number string
	// Attempt is that of the bytes that were looked at.
	Attempt int32
	At      time.Time
	// Files are the verdicts.
	Files map[File]*registryv1.Verdict
}

// File names a file of a version: some publishers give those of all platforms
// one name.
type File struct {
	Name     string
	Platform registryv1.Platform
}

// FileOf is the name of an asset.
func FileOf(a *registryv1.Asset) File { return File{Name: a.GetFilename(), Platform: a.GetPlatform()} }

// KeepHere keeps what verifying a version gave, until it is verified again.
func (c *Catalog) KeepHere(h *Here) { c.here[hereKey(h.Org, h.Name, h.Number)] = h }

// Here returns what verifying an attempt of a version gave, or nil. The bytes
// of another attempt are others.
func (c *Catalog) Here(org, name, number string, attempt int32) *Here {
	h := c.here[hereKey(org, name, number)]
	if h == nil || h.Attempt != attempt {
		return nil
	}
	return h
}

func hereKey(org, name, number string) string { return Home(org, name) + " " + number }

// Begin and End say which tasks are under way, so that bindings can offer to
// stop them.
func (c *Catalog) Begin(task string) { c.underway[task] = true }

// End says that a task is over.
func (c *Catalog) End(task string) { delete(c.underway, task) }

// Underway reports whether a task runs.
func (c *Catalog) Underway(task string) bool { return c.underway[task] }
