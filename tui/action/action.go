// Package action holds everything the console can do, each effect as a
// value: bindings make them, the router carries them out.
package action

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Action is one effect that a key, the palette or the mouse asks for. It is
// sealed: only this package has actions, so that the router's switch over
// them is the whole list of what the console can do.
type Action interface{ isAction() }

// effect makes the struct that embeds it an action.
type effect struct{}

func (effect) isAction() {}

// Version names one version of a connector. It is a value, so that it can be
// compared and survives whatever becomes of the row it came from.
type Version struct{ Org, Name, Number string }

// Ref returns the version as calls take it.
func (v Version) Ref() *registryv1.VersionRef {
	return &registryv1.VersionRef{Org: v.Org, Name: v.Name, Version: v.Number}
}

// String is ORG/NAME NUMBER.
func (v Version) String() string { return v.Org + "/" + v.Name + " " + v.Number }

// VersionOf returns the name of a version as a value.
func VersionOf(ref *registryv1.VersionRef) Version {
	return Version{Org: ref.GetOrg(), Name: ref.GetName(), Number: ref.GetVersion()}
}

// Place is one of the screens that digits open.
type Place uint8

// The places that are built; their values are their digits.
const (
	Connectors Place = 2
	Versions   Place = 3
)

// What moves between screens.
type (
	// Nothing does nothing.
	Nothing struct{ effect }
	// Back leaves the screen or closes the dialog on top.
	Back struct{ effect }
	// Quit leaves the console; with a task under way it asks first.
	Quit struct{ effect }
	// Leave quits without asking.
	Leave struct{ effect }
	// Suspend puts the console into the shell's background.
	Suspend struct{ effect }
	// Go opens a place.
	Go struct {
		effect
		To Place
	}
	// OpenConnector shows the versions of a connector.
	OpenConnector struct {
		effect
		Org, Name string
	}
	// OpenVersion shows one version.
	OpenVersion struct {
		effect
		Version Version
	}
	// OpenPublish shows the publish screen.
	OpenPublish struct{ effect }
	// Refresh reads again, or tries at once to reach a lost registry.
	Refresh struct{ effect }
	// Tell shows a sentence in the status row.
	Tell struct {
		effect
		Text string
		// Bad marks a failure: it stays until a key is pressed.
		Bad bool
	}
	// Copy puts text into the terminal's clipboard; What names it for people.
	Copy struct {
		effect
		Text, What string
	}
)

// What changes the registry. Those that begin with Ask open a dialog; the
// others are what the dialog's button does.
type (
	// AskYank opens the yank dialog.
	AskYank struct {
		effect
		Version Version
	}
	// Yank withdraws a PUBLISHED version.
	Yank struct {
		effect
		Version     Version
		Category    registryv1.YankCategory
		Reason      string
		Advisory    string
		Replacement string
		Block       bool
	}
	// AskAbandon opens the dialog for a draft, or for withdrawing a
	// VALIDATING version.
	AskAbandon struct {
		effect
		Version Version
	}
	// Abandon removes a draft or withdraws a VALIDATING version.
	Abandon struct {
		effect
		Version Version
		Attempt int32
		Reason  string
	}
	// AskUnyank opens the dialog that takes a yank back.
	AskUnyank struct {
		effect
		Version Version
	}
	// Unyank makes a YANKED version PUBLISHED again.
	Unyank struct {
		effect
		Version Version
		Reason  string
	}
	// AskStable opens the dialog that promotes a version.
	AskStable struct {
		effect
		Version Version
	}
	// SetStable promotes a PUBLISHED version.
	SetStable struct {
		effect
		Version Version
	}
)

// What publishing does. The pipeline runs as a task: leaving the screen does
// not stop it.
type (
	// Prepare looks at a project directory and makes a plan.
	Prepare struct {
		effect
		Directory string
		Org, Name string
		Number    string
		Changelog string
		Stable    bool
	}
	// Publish runs the plan that was prepared last.
	Publish struct{ effect }
	// StopFile stops the transfer of one file.
	StopFile struct {
		effect
		Platform string
	}
	// RetryFile starts the transfer of one file again; "" is all that stopped.
	RetryFile struct {
		effect
		Platform string
	}
)

// Local is an action that concerns the screen or the dialog on top only; the
// router hands it over as it is.
type Local interface {
	Action
	isLocal()
}

type local struct{ effect }

func (local) isLocal() {}

// What moves within a screen.
type (
	// Move moves the cursor by rows.
	Move struct {
		local
		By int
	}
	// Page moves the cursor by screens.
	Page struct {
		local
		By int
	}
	// Edge moves the cursor to the first row or the last.
	Edge struct {
		local
		Last bool
	}
	// Filter opens the field of the filter.
	Filter struct{ local }
	// SetFilter sets the filter, as a click on a count does.
	SetFilter struct {
		local
		Text string
	}
	// Sort sorts by the next column, or by the one with this id.
	Sort struct {
		local
		Column string
	}
	// Turn turns the order of the sort around.
	Turn struct{ local }
	// Mark marks or unmarks the row under the cursor.
	Mark struct{ local }
	// MarkRange marks from the last mark to the cursor.
	MarkRange struct{ local }
	// MarkAll marks all rows that match the filter, or unmarks them.
	MarkAll struct{ local }
	// NextCare moves to the next row that needs care.
	NextCare struct{ local }
	// Neighbour shows the next version above or below.
	Neighbour struct {
		local
		By int
	}
	// Tab shows another tab, by distance or, from one on, by number.
	Tab struct {
		local
		By, Number int
	}
	// Point puts the cursor where the mouse was clicked: a line of the body
	// and a column of the screen.
	Point struct {
		local
		X, Y int
		Open bool
	}
	// Scroll moves the body without the cursor.
	Scroll struct {
		local
		By int
	}
	// Press presses the button of a dialog, or goes on in a form.
	Press struct {
		local
		Button int
	}
	// Focus moves the focus of a dialog or a form.
	Focus struct {
		local
		By int
	}
	// Again starts a form over.
	Again struct{ local }
)

// What reads from the registry. Screens ask for it when they open.
type (
	// Load reads the versions of a connector, or, without one, of the whole
	// registry.
	Load struct {
		effect
		Org, Name string
	}
	// Show reads one version whole.
	Show struct {
		effect
		Version Version
	}
	// Weigh asks the registry what a yank would do, and changes nothing.
	Weigh struct {
		effect
		Yank Yank
	}
)
