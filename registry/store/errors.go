package store

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

var (
	// ErrNotFound is returned where a row that was asked for is not there.
	ErrNotFound = errors.New("there is no such row")
	// ErrClosed is returned after Close.
	ErrClosed = errors.New("the store is closed")
	// ErrFull is wrapped where the disk has no room.
	ErrFull = errors.New("the disk of the data directory is full")
	// ErrLeaseLost is returned where a job is leased by somebody else by now,
	// or is done.
	ErrLeaseLost = errors.New("the lease of the job was lost")
	// ErrBadKey is returned for a page key that no page of this list gave.
	ErrBadKey = errors.New("the page key is not one of this list")
)

// NewerSchemaError is returned by Open where a newer version of the program
// wrote the data directory. Nothing was changed.
type NewerSchemaError struct {
	Dir        string
	Have, Know int64
}

// Error implements error.
func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("opening the data directory %q: it has schema %d, and this program knows schemas up to %d; use a newer version of the program", e.Dir, e.Have, e.Know)
}

// BusyError is returned where other processes hold the data directory in a
// way that excludes this one.
type BusyError struct {
	Dir string
	// PIDs are those of the other processes where that can be known.
	PIDs []int
	// Doing is what they keep from happening.
	Doing string
}

// Error implements error.
func (e *BusyError) Error() string {
	who := "another process is using it"
	if len(e.PIDs) > 0 {
		pids := make([]string, len(e.PIDs))
		for i, pid := range e.PIDs {
			pids[i] = strconv.Itoa(pid)
		}
		who = "it is used by process " + strings.Join(pids, ", ")
	}
	return fmt.Sprintf("%s the data directory %q: %s; end that process and try again", e.Doing, e.Dir, who)
}

// NetworkFilesystemError is returned by Open for a data directory on a file
// system over which processes cannot share a database safely.
type NetworkFilesystemError struct {
	Dir, Type string
}

// Error implements error.
func (e *NetworkFilesystemError) Error() string {
	return fmt.Sprintf("opening the data directory %q: it is on a network file system (%s), on which the database would be damaged; use a local directory", e.Dir, e.Type)
}

// StaleError is returned where a version is not in the state or attempt that
// the caller saw. Found is what it is now.
type StaleError struct {
	Version  VersionID
	From     registryv1.State
	Attempt  int32
	Found    Version
	NotFound bool
}

// Error implements error.
func (e *StaleError) Error() string {
	if e.NotFound {
		return fmt.Sprintf("version %d is gone", e.Version)
	}
	return fmt.Sprintf("version %s was expected to be %s in attempt %d, but is %s in attempt %d",
		e.Found.Number, registryv1.Short(e.From), e.Attempt, registryv1.Short(e.Found.State), e.Found.Attempt)
}

// IllegalMoveError is returned for a move that is not in the table of legal
// ones. It is a fault of the program.
type IllegalMoveError struct {
	Transition
}

// Error implements error.
func (e *IllegalMoveError) Error() string {
	return fmt.Sprintf("a version cannot go from %s to %s by %s",
		registryv1.Short(e.From), registryv1.Short(e.To), registryv1.Short(e.Cause))
}

// ExistsError is returned where the number of a version, the key of a
// connector or an alias is taken.
type ExistsError struct {
	// Version is set for a number, Connector for a name.
	Version   *Version
	Connector *Connector
	// Key is the name that is taken.
	Key string
}

// Error implements error.
func (e *ExistsError) Error() string {
	if e.Version != nil {
		return fmt.Sprintf("version %s of %s/%s is there already", e.Version.Number, e.Version.OrgSpelling, e.Version.Name)
	}
	return fmt.Sprintf("the name %q belongs to a connector already", e.Key)
}

// ReusedError is returned where a request id was used for another request.
type ReusedError struct {
	ID string
	// Method is what it was used for.
	Method string
}

// Error implements error.
func (e *ReusedError) Error() string {
	return fmt.Sprintf("the request id %q was used for another request (%s)", e.ID, e.Method)
}

// FilterFault is one thing that is wrong with a filter.
type FilterFault struct {
	// Term is the index of the term; Value the one that is not understood, or
	// empty.
	Term    int
	Value   string
	Message string
}

// FilterError has every fault of a filter.
type FilterError struct {
	Faults []FilterFault
}

// Error implements error.
func (e *FilterError) Error() string {
	messages := make([]string, len(e.Faults))
	for i, fault := range e.Faults {
		messages[i] = fault.Message
	}
	return "reading the filter: " + strings.Join(messages, "; ")
}

// ChainError says where the log is not what was written.
type ChainError struct {
	Seq     Seq
	Problem string
}

// Error implements error.
func (e *ChainError) Error() string {
	return fmt.Sprintf("event %d: %s", e.Seq, e.Problem)
}
