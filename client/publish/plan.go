// Package publish turns a project directory into a published version: a plan
// goes in, events come out. Every step may be repeated; running a plan again
// after any failure finishes the job without sending again what the registry
// has.
package publish

import (
	"slices"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Plan is everything that a run needs. It is a value that marshals to JSON:
// the journal of a draft is the plan.
type Plan struct {
	// Registry is the name of the target that the plan was made for.
	Registry  string    `json:"registry,omitempty"`
	Directory string    `json:"directory"`
	CreatedAt time.Time `json:"createdAt,omitzero"`
	Ref       Ref       `json:"ref"`
	Files     []File    `json:"files"`
	Describe  Describe  `json:"describe"`
	// Sign is as in Answers, with the whole path of a key file.
	Sign   string `json:"sign"`
	Stable bool   `json:"stable,omitempty"`
	// Preflight is the publisher's own report; zero if there is none.
	Preflight Preflight `json:"preflight,omitzero"`
	// Only are the slugs of the platforms that were asked for; empty is all
	// that the files serve.
	Only []string `json:"only,omitempty"`
	// Notes are what a person should know and nothing refuses: a platform
	// that is missing, a stale checksum file, where a proposal came from.
	Notes []Note `json:"notes,omitempty"`
	// Answers are what the plan was made of, so that the wizard goes on where
	// a person left it.
	Answers Answers `json:"answers,omitzero"`
}

// Ref names what is published.
type Ref struct {
	Org     string `json:"org"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// String is ORG/NAME@VERSION.
func (r Ref) String() string { return r.Org + "/" + r.Name + "@" + r.Version }

// Note is one remark of Prepare.
type Note struct {
	// About is a field ("org"), a platform's slug or a file.
	About string `json:"about"`
	Text  string `json:"text"`
	// Caution marks what deserves a warning.
	Caution bool `json:"caution,omitempty"`
}

// AssetKey names one file within a version.
type AssetKey struct {
	// Platform is the slug, empty for files of no platform.
	Platform string `json:"platform,omitempty"`
	// Kind is the short name: "ARCHIVE".
	Kind     string `json:"kind"`
	Filename string `json:"filename"`
}

// String is the platform, or the file's name where there is none.
func (k AssetKey) String() string {
	if k.Platform != "" {
		return k.Platform
	}
	return k.Filename
}

// Describe is what goes with the files.
type Describe struct {
	Description   string `json:"description,omitempty"`
	Changelog     string `json:"changelog,omitempty"`
	Documentation string `json:"documentation,omitempty"`
	Capabilities  string `json:"capabilities,omitempty"`
	ConfigSchema  string `json:"configSchema,omitempty"`
	License       string `json:"license,omitempty"`
	Repository    string `json:"repository,omitempty"`
	Homepage      string `json:"homepage,omitempty"`
	Commit        string `json:"commit,omitempty"`
}

// Platforms are the platforms that the version declares: those of the plan
// that its files serve, in the order in which they are always shown.
func (p Plan) Platforms() []registryv1.Platform {
	var declared []registryv1.Platform
	for _, platform := range registryv1.Platforms() {
		if len(p.Only) > 0 && !slices.Contains(p.Only, platform.Slug()) {
			continue
		}
		if slices.ContainsFunc(p.Files, func(f File) bool { return f.Asset.runs() && slices.Contains(f.Asset.platform().Serves(), platform) }) {
			declared = append(declared, platform)
		}
	}
	return declared
}

// Size is how many bytes the files have together.
func (p Plan) Size() int64 {
	var n int64
	for _, f := range p.Files {
		n += f.Stamp.Size
	}
	return n
}

// platform is the asset's platform as messages carry it.
func (k AssetKey) platform() registryv1.Platform {
	p, _ := registryv1.PlatformFromSlug(k.Platform)
	return p
}

func (k AssetKey) kind() registryv1.AssetKind {
	kind, _ := registryv1.FromShort[registryv1.AssetKind](k.Kind)
	return kind
}

// runs reports whether this is a file that people run: a declared platform
// needs one.
func (k AssetKey) runs() bool {
	kind := k.kind()
	return kind == registryv1.AssetKind_ASSET_KIND_ARCHIVE || kind == registryv1.AssetKind_ASSET_KIND_BINARY
}

// connector and version are the plan's reference as messages carry it.
func (r Ref) connector() *registryv1.ConnectorRef {
	return &registryv1.ConnectorRef{Org: r.Org, Name: r.Name}
}

func (r Ref) version() *registryv1.VersionRef {
	return &registryv1.VersionRef{Org: r.Org, Name: r.Name, Version: r.Version}
}

// Knowing returns the plan with what an earlier one has of the same unchanged
// files: digests, and the signatures that were made of them in the same way.
func (p Plan) Knowing(earlier Plan) Plan {
	files := slices.Clone(p.Files)
	for i, f := range files {
		for _, known := range earlier.Files {
			if f.SHA256 == "" && known.Path == f.Path && known.Stamp == f.Stamp {
				files[i].SHA256 = known.SHA256
			}
		}
	}
	p.Files = files
	if p.Sign == earlier.Sign {
		p.Files = append(p.Files, p.signaturesOf(earlier)...)
	}
	return p
}

// signaturesOf are the signatures that were made for an earlier plan and are of
// files of this one.
func (p Plan) signaturesOf(earlier Plan) []File {
	var made []File
	for _, s := range earlier.Files {
		if !s.Made || slices.ContainsFunc(p.Files, func(f File) bool { return f.Asset == s.Asset }) {
			continue
		}
		if slices.ContainsFunc(p.Files, s.signs) {
			made = append(made, s)
		}
	}
	return made
}
