package client

import (
	"strings"

	"google.golang.org/grpc/codes"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Error is the one error type of the client: every call, transfer and
// publishing step that fails returns one, to be found with errors.As.
type Error struct {
	// Reason is stable; exit codes and decisions follow it.
	Reason registryv1.Reason
	// Doing says what was tried: "yank ConductorOne/baton-okta v0.5.25".
	Doing string
	// Message says what went wrong, as a sentence for people.
	Message string
	// Next says what the person can do about it; it may be empty.
	Next string
	// Faults are all that is wrong with the input, never only the first.
	Faults []Fault
	// Code is the gRPC code where a registry answered.
	Code codes.Code
	// Meta are further facts, such as verdict_reason or asset_set.
	Meta map[string]string
	// Err is the cause, if there is one below.
	Err error
}

// Fault is one thing that is wrong with an input.
type Fault struct {
	// Field names the part of the input: "version", "platforms[1]", a file.
	Field string
	// Reason is stable.
	Reason registryv1.Reason
	// Message is a sentence for people.
	Message string
}

// Error returns what was tried and what went wrong in one line.
func (e *Error) Error() string {
	message := e.Message
	if message == "" {
		message = strings.ToLower(strings.ReplaceAll(registryv1.Short(e.Reason), "_", " "))
	}
	if e.Doing == "" {
		return message
	}
	return "cannot " + e.Doing + ": " + message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
