package action

import (
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What the places ask for.
type (
	// Find opens the connectors with the field of the filter.
	Find struct{ effect }
	// LoadJournal reads the drafts of this computer.
	LoadJournal struct{ effect }
	// LoadEvents reads a page of the audit log, newest first. For and Asked
	// come back with the answer.
	LoadEvents struct {
		effect
		For    string
		Asked  int
		Filter []*registryv1.FilterTerm
		// Since bounds how far back it goes; zero does not.
		Since time.Time
		Token string
	}
	// Resume opens the publish screen with the answers of a draft of this
	// computer.
	Resume struct {
		effect
		ID string
	}
	// AskForget opens the dialog for a draft of this computer that the
	// registry knows nothing of.
	AskForget struct {
		effect
		ID      string
		Version Version
	}
	// Forget removes a draft of this computer.
	Forget struct {
		effect
		ID      string
		Version Version
	}
)

// What moves within the places.
type (
	// NextGroup moves to the first item of the next group.
	NextGroup struct{ local }
	// Hold keeps the log still, or follows it again.
	Hold struct{ local }
)
