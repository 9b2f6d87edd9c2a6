package artifact

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

// Bounds of what GoReleaser writes.
const (
	MaxArtifactsJSON = 16 << 20 // Bytes.
	maxArtifacts     = 10_000
)

// Built is one entry of GoReleaser's artifacts.json. What it is comes from
// Type; the number beside it in the file changes from version to version.
type Built struct {
	Name    string // The name under which it is released.
	Path    string // From the project's root, with slashes; as hostile as the file.
	OS      string
	Arch    string // "all" for universal macOS files.
	Variant string // "v1", "v2", ...: of amd64.
	Type    string
	SHA256  Digest // Zero if it was not recorded.
}

// ParseArtifactsJSON reads GoReleaser's artifacts.json: a flat list. Entries
// that cannot be read are warnings. The error is an *InvalidError.
func ParseArtifactsJSON(data []byte) (built []Built, warnings []string, err error) {
	fault := func(format string, args ...any) ([]Built, []string, error) {
		return nil, nil, &InvalidError{Value: "artifacts.json", Faults: []Fault{{
			Field: FieldFilename, Message: fmt.Sprintf(format, args...), Fix: "build again, or remove the file",
		}}}
	}
	if len(data) > MaxArtifactsJSON {
		return fault("it has %d bytes, at most %d are read", len(data), MaxArtifactsJSON)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return fault("it is not a JSON list: %s", printable(err.Error()))
	}
	if len(list) > maxArtifacts {
		return fault("it has %d entries, at most %d are read", len(list), maxArtifacts)
	}
	for i, raw := range list {
		var a struct {
			Name    string                     `json:"name"`
			Path    string                     `json:"path"`
			Goos    string                     `json:"goos"`
			Goarch  string                     `json:"goarch"`
			Goamd64 string                     `json:"goamd64"`
			Type    string                     `json:"type"`
			Extra   map[string]json.RawMessage `json:"extra"`
		}
		if err := json.Unmarshal(raw, &a); err != nil {
			if len(warnings) < maxListed {
				warnings = append(warnings, fmt.Sprintf("entry %d cannot be read and is left out: %s", i+1, printable(err.Error())))
			}
			continue
		}
		b := Built{
			Name: a.Name, Path: strings.ReplaceAll(a.Path, `\`, "/"),
			OS: printable(a.Goos), Arch: printable(a.Goarch), Variant: printable(a.Goamd64), Type: printable(a.Type),
		}
		var recorded string
		if json.Unmarshal(a.Extra["Checksum"], &recorded) == nil {
			b.SHA256, _ = ParseDigest(recorded) // Another algorithm is none.
		}
		built = append(built, b)
	}
	return built, warnings, nil
}

// kind says which kind of release file an entry is, if it is one. Signatures
// and the like are recognised by their names, since they carry no platform.
func (b Built) kind() (Kind, bool) {
	switch b.Type {
	case "Archive":
		return KindArchive, true
	case "Binary":
		return KindBinary, true
	case "Checksum":
		return KindChecksum, true
	case "MSI", "NSIS", "macOS Package", "DMG":
		return KindInstaller, true
	default:
		return "", false
	}
}

// raw says whether a binary is the output of a build, which goes into archives,
// and not itself a release file: only those have their platform in the name.
func (b Built) raw() bool {
	return b.Type == "Binary" && parseReleaseName(b.Name).platform == ""
}

// distPrefix is the folder that all paths start with, as it was called when
// artifacts.json was written: it may have been renamed or moved since.
func distPrefix(built []Built) string {
	for _, b := range built {
		switch b.Type {
		case "Archive", "Checksum", "Metadata", "Signature", "Certificate":
			if dir := path.Dir(path.Clean(b.Path)); dir != "." {
				return dir
			}
		}
	}
	for _, b := range built {
		if first, _, ok := strings.Cut(path.Clean(b.Path), "/"); ok && first != ".." {
			return first
		}
	}
	return ""
}

// releaseMetadata is GoReleaser's metadata.json, as far as it matters.
type releaseMetadata struct {
	Project string `json:"project_name"`
	Tag     string `json:"tag"`
	Version string `json:"version"`
}
