package catalog

import (
	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/review"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What the loop tells the screens. Screens learn of everything that happens
// outside of them by these messages and by nothing else; the rows themselves
// are in the catalogue already when a message comes.
type (
	// Changed says that rows changed: by pages that arrived, or by others.
	Changed struct {
		// Versions and Connectors are the ids that others changed; they
		// flash until the Calm of the same round. Empty for pages.
		Versions, Connectors []int64
		Round                int
		// Events are what happened, for screens that show one subject whole.
		Events []*registryv1.Change
	}
	// Calm ends the flash of rows that others changed.
	Calm struct{ Round int }
	// Back says that the registry answers again; what could not be read may
	// be asked for again.
	Back struct{}
	// Shown carries one version whole, or why it could not be read.
	Shown struct {
		Org, Name, Number string
		// Asked is the number that the screen gave its question.
		Asked   int
		Version *registryv1.Version
		Err     error
	}
	// Weighed carries the consequences of what a dialog asks about, or why
	// the registry refuses.
	Weighed struct {
		Org, Name, Number string
		// Asked is the number that the dialog gave its question.
		Asked        int
		Consequences *registryv1.Consequences
		Err          error
	}
	// Offered carries the files of a version that can be downloaded, or why
	// there are none.
	Offered struct {
		Org, Name string
		// Asked is the number that the dialog gave its question.
		Asked  int
		Answer *registryv1.GetDownloadURLsResponse
		Err    error
	}
	// Done says that a task ended, and how.
	Done struct {
		ID  string
		Err error
	}
	// Relaid says that the size or the colours of the screen are others now.
	Relaid struct{}
	// Tick comes twelve times a second while a task runs.
	Tick struct{}
)

// Logged carries a page of the audit log, newest first, or why it could not be
// read.
type Logged struct {
	// For and Asked are those of the question.
	For   string
	Asked int
	// Events are the page, Next the token of the one behind it.
	Events []*registryv1.Event
	Next   string
	// Head is the number of the newest event of the whole log, 0 if that is
	// not to be known.
	Head int64
	Err  error
}

// Report is what changed between two versions.
type Report = diff.Report

// Glanced carries what is new in a version that waits, or why that could not
// be found out.
type Glanced struct {
	// ID and Attempt are those of the row.
	ID      int64
	Attempt int32
	// Previous is the version that it was compared with, "" if there is none.
	Previous string
	Version  *registryv1.Version
	Report   Report
	Err      error
}

// FoundReview carries what this computer keeps of a review that was begun.
type FoundReview struct {
	Org, Name, Number string
	// Asked is the number that the screen gave its question.
	Asked int
	Draft review.Draft
	Known bool
	// Keeps says that this console keeps reviews at all.
	Keeps bool
	Err   error
}

// KeptReview says that a half-written review is kept on this computer, or why
// it is not.
type KeptReview struct {
	Org, Name, Number string
	Err               error
}
