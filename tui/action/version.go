package action

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What one does with a version, or from a list of them.
type (
	// Render lays a text of a version out for the screen as it is. Asked comes
	// back with the lines.
	Render struct {
		effect
		Version Version
		Text    string
		Asked   int
	}
	// AskDownload opens the dialog that fetches files. Without a number it is
	// about what a plain download takes.
	AskDownload struct {
		effect
		Version Version
	}
	// Offer asks the registry which files there are to download. Asked comes
	// back with the answer.
	Offer struct {
		effect
		Version Version
		Asked   int
	}
	// Download fetches and verifies the release files of platforms into a
	// folder.
	Download struct {
		effect
		Version   Version
		Platforms []registryv1.Platform
		Folder    string
	}
	// Retry opens the publish screen for another attempt of a version.
	Retry struct {
		effect
		Version Version
	}
)

// What one does to a connector.
type (
	// AskDeprecate opens the dialog about a deprecation: to make it, or to
	// take it back where there is one.
	AskDeprecate struct {
		effect
		Org, Name string
	}
	// Deprecate says that a connector should not be used any more, or with
	// Undo takes that back.
	Deprecate struct {
		effect
		Org, Name   string
		Reason      string
		Replacement string
		Undo        bool
	}
)

// Close closes the dialog that asks for it and goes on with what was answered.
type Close struct {
	effect
	Then Action
}
