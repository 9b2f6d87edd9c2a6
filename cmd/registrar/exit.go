package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
)

// The exit codes of every command. Scripts rely on them.
const (
	exitOK           = 0
	exitFailed       = 1
	exitUsage        = 2
	exitNotFound     = 3
	exitNotPermitted = 4
	exitConflict     = 5
	exitInvalid      = 6
	exitUnverified   = 7
	exitUnreachable  = 8
	exitInterrupted  = 130
)

// reasonExits is the exit code of each reason; a test sees to it that none is
// missing.
var reasonExits = map[registryv1.Reason]int{
	registryv1.Reason_REASON_UNSPECIFIED:              exitFailed,
	registryv1.Reason_REASON_VERSION_EXISTS:           exitConflict,
	registryv1.Reason_REASON_WRONG_STATE:              exitConflict,
	registryv1.Reason_REASON_STALE:                    exitConflict,
	registryv1.Reason_REASON_PLATFORM_MISSING:         exitInvalid,
	registryv1.Reason_REASON_ASSET_MISSING:            exitInvalid,
	registryv1.Reason_REASON_ASSET_UNEXPECTED:         exitInvalid,
	registryv1.Reason_REASON_DIGEST_MISMATCH:          exitUnverified,
	registryv1.Reason_REASON_SIZE_MISMATCH:            exitUnverified,
	registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH: exitInvalid,
	registryv1.Reason_REASON_ARCHIVE_UNSAFE:           exitInvalid,
	registryv1.Reason_REASON_SIGNATURE_INVALID:        exitUnverified,
	registryv1.Reason_REASON_CHECKSUM_MISMATCH:        exitInvalid,
	registryv1.Reason_REASON_CAPABILITIES_INVALID:     exitInvalid,
	registryv1.Reason_REASON_LICENSE_MISSING:          exitInvalid,
	registryv1.Reason_REASON_TEXT_INVALID:             exitUsage,
	registryv1.Reason_REASON_CHECK_FAILED:             exitInvalid,
	registryv1.Reason_REASON_UPLOAD_EXPIRED:           exitConflict,
	registryv1.Reason_REASON_UPLOAD_INVALID:           exitNotPermitted,
	registryv1.Reason_REASON_UPLOAD_OFFSET:            exitConflict,
	registryv1.Reason_REASON_REQUEST_ID_REUSED:        exitConflict,
	registryv1.Reason_REASON_INVALID_NAME:             exitUsage,
	registryv1.Reason_REASON_INVALID_VERSION:          exitUsage,
	registryv1.Reason_REASON_INVALID_PLATFORM:         exitUsage,
	registryv1.Reason_REASON_INVALID_PAGE_TOKEN:       exitUsage,
	registryv1.Reason_REASON_INVALID_FILTER:           exitUsage,
	registryv1.Reason_REASON_INVALID_CURSOR:           exitUsage,
	registryv1.Reason_REASON_INVALID_ARGUMENT:         exitUsage,
	registryv1.Reason_REASON_SELF_REVIEW:              exitNotPermitted,
	registryv1.Reason_REASON_NOT_PERMITTED:            exitNotPermitted,
	registryv1.Reason_REASON_UNAUTHENTICATED:          exitNotPermitted,
	registryv1.Reason_REASON_NOT_FOUND:                exitNotFound,
	registryv1.Reason_REASON_DOWNLOAD_BLOCKED:         exitConflict,
	registryv1.Reason_REASON_TOO_LARGE:                exitUsage,
	registryv1.Reason_REASON_STORAGE_FULL:             exitFailed,
	registryv1.Reason_REASON_UNAVAILABLE:              exitUnreachable,
	registryv1.Reason_REASON_UNIMPLEMENTED:            exitFailed,
	registryv1.Reason_REASON_NEWER_SCHEMA:             exitFailed,
	registryv1.Reason_REASON_DATA_BUSY:                exitFailed,
	registryv1.Reason_REASON_WITHDRAWN:                exitInvalid,
	registryv1.Reason_REASON_REJECTED:                 exitInvalid,
	registryv1.Reason_REASON_FILE_CHANGED:             exitConflict,
	registryv1.Reason_REASON_NOT_A_PROJECT:            exitUsage,
	registryv1.Reason_REASON_NO_FILES:                 exitUsage,
	registryv1.Reason_REASON_USAGE:                    exitUsage,
	registryv1.Reason_REASON_SIGNING_FAILED:           exitFailed,
	registryv1.Reason_REASON_INTERRUPTED:              exitInterrupted,
	registryv1.Reason_REASON_INTERNAL:                 exitFailed,
	registryv1.Reason_REASON_INVALID_KEY:              exitUsage,
	registryv1.Reason_REASON_INVALID_IDENTITY:         exitUsage,
}

// exitCode is the one place where an error becomes an exit code.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	if code, ok := reasonExits[asError(err).Reason]; ok {
		return code
	}
	return exitFailed
}

// asError gives any error of a command its reason: those of the client have
// one, an ended context is an interruption, and the rest are failures of this
// computer such as a directory that cannot be written.
func asError(err error) *client.Error {
	if known, ok := errors.AsType[*client.Error](err); ok {
		return known
	}
	if inside, ok := errors.AsType[*registry.Error](err); ok {
		return fromRegistry(inside)
	}
	if errors.Is(err, context.Canceled) {
		return &client.Error{Reason: registryv1.Reason_REASON_INTERRUPTED, Message: "stopped before it was done", Err: err}
	}
	return &client.Error{Reason: registryv1.Reason_REASON_INTERNAL, Message: err.Error(), Err: err}
}

// fromRegistry is an error of the registry inside this process, where opening
// and serving it fail: calls come back as errors of the client anyway.
func fromRegistry(e *registry.Error) *client.Error {
	message := e.Message
	if e.Doing != "" {
		message = e.Doing + ": " + message
	}
	known := &client.Error{Reason: e.Reason, Message: message, Next: e.Next, Code: e.Code(), Meta: e.Meta, Err: e}
	for _, fault := range e.Faults {
		known.Faults = append(known.Faults, client.Fault{Field: fault.Field, Reason: fault.Reason, Message: fault.Message})
	}
	return known
}

// interrupted replaces whatever a stopped command came to by what happened:
// the person stopped it. What is left to do stays in the message.
func interrupted(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	known := asError(err)
	if known.Reason == registryv1.Reason_REASON_INTERRUPTED {
		return err
	}
	return &client.Error{
		Reason: registryv1.Reason_REASON_INTERRUPTED, Doing: known.Doing,
		Message: "it was stopped", Next: known.Next, Err: err,
	}
}

// usage is a wrong command line: what is wrong, and what would be right.
func usage(next, format string, args ...any) *client.Error {
	return &client.Error{
		Reason:  registryv1.Reason_REASON_USAGE,
		Message: fmt.Sprintf(format, args...),
		Next:    next,
	}
}

// faults gathers everything that is wrong with a command line, so that a
// person fixes it in one go.
type faults []client.Fault

func (f *faults) add(field string, reason registryv1.Reason, format string, args ...any) {
	*f = append(*f, client.Fault{Field: field, Reason: reason, Message: fmt.Sprintf(format, args...)})
}

// missing notes a flag that must be given.
func (f *faults) missing(flag, what string) {
	f.add(flag, registryv1.Reason_REASON_USAGE, "--%s is missing: %s", flag, what)
}

// err is nil without faults. With one it is that one; with more, the reason is
// that of the first if all lead to the same exit code, and USAGE otherwise.
func (f faults) err(doing, next string) error {
	if len(f) == 0 {
		return nil
	}
	e := &client.Error{Reason: f[0].Reason, Doing: doing, Message: f[0].Message, Next: next, Faults: f}
	if len(f) > 1 {
		e.Message = fmt.Sprintf("%d things are wrong", len(f))
	}
	for _, fault := range f {
		if reasonExits[fault.Reason] != reasonExits[f[0].Reason] {
			e.Reason = registryv1.Reason_REASON_USAGE
		}
	}
	return e
}

// printError tells a person what went wrong, all of it, and what to do.
func printError(w io.Writer, s styles, err error) {
	e := asError(err)
	var out strings.Builder
	line := *e
	line.Message = withoutFaults(e)
	out.WriteString(s.bad("error") + "  " + sentence(line.Error()) + "\n")
	for _, fault := range e.Faults {
		if fault.Message != e.Message {
			out.WriteString("       - " + faultText(fault) + "\n")
		}
	}
	if e.Next != "" {
		out.WriteString("       " + sentence(e.Next) + "\n")
	}
	// The exit code tells what happened even where stderr is gone.
	_, _ = io.WriteString(w, out.String())
}

// withoutFaults is the message up to where it begins to list faults that stand
// on lines of their own.
func withoutFaults(e *client.Error) string {
	if len(e.Faults) < 2 {
		return e.Message
	}
	before, _, listed := strings.Cut(e.Message, e.Faults[0].Message)
	if before = strings.TrimRight(before, ":; "); !listed || before == "" {
		return e.Message
	}
	return before + ":"
}

// faultText puts the field before the message, unless the message names it.
func faultText(fault client.Fault) string {
	field := fieldName(fault.Field)
	if field == "" || strings.Contains(fault.Message, field) {
		return fault.Message
	}
	return field + ": " + fault.Message
}

// fieldName is a field as people know it: org, name and version are no less
// themselves for being part of a reference.
func fieldName(field string) string { return strings.TrimPrefix(field, "ref.") }

// sentence begins a text with a capital, unless it begins with something that
// has its own spelling, such as a flag or a name, and ends it with a full stop,
// unless it ends with a command to copy.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	if first, rest, _ := strings.Cut(text, " "); rest != "" && strings.IndexFunc(strings.TrimSuffix(first, ":"), notLower) < 0 {
		text = strings.ToUpper(first[:1]) + text[1:]
	}
	if strings.ContainsAny(text[len(text)-1:], ".!?:") || strings.Contains(text, ": registrar ") {
		return text
	}
	return text + "."
}

func notLower(r rune) bool { return r < 'a' || r > 'z' }

// errorJSON is what a failed command writes to stderr under -o json.
func errorJSON(err error) object {
	e := asError(err)
	listed := make([]any, len(e.Faults))
	for i, fault := range e.Faults {
		listed[i] = object{}.
			with("field", fieldName(fault.Field)).
			with("reason", registryv1.Short(fault.Reason)).
			with("message", fault.Message)
	}
	return object{}.with("error", object{}.
		with("reason", registryv1.Short(e.Reason)).
		with("message", e.Error()).
		with("next", e.Next).
		with("faults", listed))
}
