package catalog

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What the loop tells the screens. Screens learn of everything that happens
// outside of them by these messages and by nothing else.
type (
	// Changed says that rows changed: by pages that arrived, or by others.
	Changed struct {
		// Versions and Connectors are the ids that others changed; they
		// flash for a moment. Empty for pages.
		Versions, Connectors []int64
		// Events are what happened, for screens that show one subject whole.
		Events []*registryv1.Change
	}
	// Calm ends the flash of rows that others changed.
	Calm struct{}
	// Loaded says how the reading of a list stands.
	Loaded struct {
		// Home is the connector whose versions were read; All is the list of
		// all versions; neither is the list of connectors.
		Home string
		All  bool
		// Done tells that the whole list is there; else more is on its way.
		Done bool
		// Err is why it stopped; it may be tried again.
		Err error
	}
	// Shown carries one version whole, or why it could not be read.
	Shown struct {
		Org, Name, Number string
		Version           *registryv1.Version
		Err               error
	}
	// Weighed carries the consequences of what a dialog asks about, or why
	// the registry refuses.
	Weighed struct {
		Org, Name, Number string
		Consequences      *registryv1.Consequences
		Err               error
	}
	// Done says that an action on a version was carried out, or failed.
	Done struct {
		// ID is the task's.
		ID  string
		Err error
	}
	// Tick comes twelve times a second while a task runs.
	Tick struct{}
)
