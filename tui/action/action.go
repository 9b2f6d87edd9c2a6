// Package action holds everything the console can do, each effect as a
// value: bindings make them, the router carries them out.
package action

import (
	"context"

	"github.com/registrar-console/registrar/client"
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

// Subject is a version as the person saw it when asking for something: what
// is done about it depends on the state, and must notice if that changed.
type Subject struct {
	Version Version
	State   registryv1.State
	// Attempt is that which was seen; 0: it was not.
	Attempt int32
	Size    int64
	Stable  bool
	// Empty says that no file has arrived, Blocked that downloads are refused.
	Empty, Blocked bool
}

// Place is one of the screens that digits open.
type Place uint8

// The places that are built; their values are their digits.
const (
	Home       Place = 1
	Connectors Place = 2
	Versions   Place = 3
	Review     Place = 4
	Drafts     Place = 5
	Activity   Place = 7
)

// What moves between screens.
type (
	// Nothing does nothing.
	Nothing struct{ effect }
	// Back leaves the screen or closes the dialog that asks for it.
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

// What reads from the registry. Screens ask for it when they open; their
// answers come back as messages of package catalog.
type (
	// Load reads a list: the versions of a connector, of the whole registry,
	// or those that wait for a person, or else all connectors. What is known whole is kept up to
	// date by the watch and is not read again, unless Again says so.
	Load struct {
		effect
		Org, Name string
		All       bool
		Waiting   bool
		Again     bool
	}
	// Show reads one version whole. Asked comes back with the answer.
	Show struct {
		effect
		Version Version
		Asked   int
	}
	// Verify fetches the files of a version and checks their signatures on
	// this computer.
	Verify struct {
		effect
		Subject Subject
	}
	// StopTask stops what runs under an id.
	StopTask struct {
		effect
		Task string
	}
	// Weigh asks the registry what a yank would do, and changes nothing.
	Weigh struct {
		effect
		Yank  Yank
		Asked int
	}
)

// Question is something that a page wants to know before it can go on. It is
// a value; Ask runs in a command, reads files and waits for answers, and
// returns a message.
type Question interface {
	Ask(ctx context.Context, calls *client.Client) any
}

// Work is something that takes a while, shows how far it is on its page, and
// goes on when the page is left. Its methods may be called from anywhere.
type Work interface {
	// Task names it; no second one with this name runs at the same time.
	Task() string
	// Doing says what is done: "building baton-x".
	Doing() string
	// Do does it and returns the sentence that says what is so now.
	Do(ctx context.Context, calls *client.Client, report func(fraction float64)) (said string, err error)
}

// What the pages of a publish ask for.
type (
	// Ask finds out what a page wants to know.
	Ask struct {
		effect
		Question Question
	}
	// Begin starts something that takes a while.
	Begin struct {
		effect
		Work Work
	}
)
