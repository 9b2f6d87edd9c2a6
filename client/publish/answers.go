package publish

import (
	"path/filepath"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Answers are what a person, or a command line, says about a release. Empty
// ones are found out where that is possible. They never hold a secret.
type Answers struct {
	// Step is the step of the wizard that the person has reached, by its name;
	// empty where no wizard asked.
	Step string `json:"step,omitempty"`
	// Path is the chosen way to publish, System what the connector is for.
	Path   PathID `json:"path,omitempty"`
	System string `json:"system,omitempty"`

	// Directory is the project.
	Directory string `json:"directory,omitempty"`
	// Dist are folders with release files; empty is the project's own dist.
	Dist []string `json:"dist,omitempty"`
	// Picked are files that were chosen by hand; each takes the place of what
	// was found for its platform.
	Picked []Picked `json:"picked,omitempty"`
	// LeaveOut are files, by path, that were found and are not to be published,
	// such as a checksum file of an older build.
	LeaveOut []string `json:"leaveOut,omitempty"`
	// Org and Name are proposed from go.mod and the git remote when empty.
	Org  string `json:"org,omitempty"`
	Name string `json:"name,omitempty"`
	// Version is required to run: v1.2.3.
	Version string `json:"version,omitempty"`
	// Platforms narrows what is published; empty is all that was found.
	Platforms []registryv1.Platform `json:"platforms,omitempty"`
	Changelog string                `json:"changelog,omitempty"`
	// Description, License and Homepage are read from the project when empty.
	Description string `json:"description,omitempty"`
	License     string `json:"license,omitempty"`
	Homepage    string `json:"homepage,omitempty"`
	// Sign is what ParseSigning reads: "" uses the signatures that lie beside
	// the files, "none" publishes without, the others sign now.
	Sign string `json:"sign,omitempty"`
	// Stable promotes the version once it is PUBLISHED.
	Stable bool `json:"stable,omitempty"`
	// Preflight is the publisher's own report of the project, which goes with
	// the version; nil if there is none.
	Preflight Preflight `json:"preflight,omitzero"`
	// Ran are the jobs of the project that decided lines of that report. They
	// stay on this computer.
	Ran []Ran `json:"ran,omitempty"`
}

// Folders are the folders in which release files are looked for.
func (a Answers) Folders() []string {
	if len(a.Dist) > 0 {
		return a.Dist
	}
	return []string{filepath.Join(a.Directory, "dist")}
}

// Picked is a file that a person chose for a platform.
type Picked struct {
	Platform string `json:"platform"`
	Path     string `json:"path"`
}
