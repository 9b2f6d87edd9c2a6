package registry

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/blob"
	"github.com/registrar-console/registrar/registry/store"
)

// ErrorDomain is the domain of every google.rpc.ErrorInfo of a registry.
const ErrorDomain = "registrar"

// Bounds of what an error may carry. Its details travel in HTTP/2 trailers,
// which proxies cut, and some of its text repeats what the caller sent.
const (
	maxErrorText  = 2000
	maxFaultText  = 500
	maxErrorFacts = 300
	maxFaults     = 100
)

// Error is the one error type of the registry. It says what was being done,
// what is wrong and what the caller can do next, and knows its gRPC status.
type Error struct {
	Reason registryv1.Reason
	// Doing is what was being done, to what: "yanking acme/baton-okta v1.2.0".
	Doing   string
	Message string
	// Next is what the person can do about it; empty when nothing helps.
	Next string
	// Faults are all the faults of the request at once.
	Faults []Fault
	// Meta are further facts for programs, such as the state that was found.
	Meta map[string]string
	// Cause goes to the log of the registry and never to the caller.
	Cause error
}

// refuse starts an error with its reason and message; With..., as methods of
// the result, add the rest.
func refuse(reason registryv1.Reason, format string, args ...any) *Error {
	return &Error{Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// While says what was being done, unless that is known already: who is
// nearest to the fault knows best.
func (e *Error) While(format string, args ...any) *Error {
	if e.Doing == "" {
		e.Doing = fmt.Sprintf(format, args...)
	}
	return e
}

// WithNext says what the person can do about it.
func (e *Error) WithNext(format string, args ...any) *Error {
	e.Next = fmt.Sprintf(format, args...)
	return e
}

// WithMeta adds one fact for programs.
func (e *Error) WithMeta(key, value string) *Error {
	if e.Meta == nil {
		e.Meta = map[string]string{}
	}
	e.Meta[key] = value
	return e
}

// WithCause keeps the error behind this one for the log.
func (e *Error) WithCause(err error) *Error {
	e.Cause = err
	return e
}

// Error implements error with the text that people read.
func (e *Error) Error() string {
	message := cmp.Or(e.Message, "failed ("+registryv1.Short(e.Reason)+")")
	if e.Doing == "" {
		return bound(message, maxErrorText)
	}
	return bound(e.Doing+": "+message, maxErrorText)
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error { return e.Cause }

// GRPCStatus is how the error travels: a code for every client, ErrorInfo
// with the stable reason for programs, BadRequest with all faults for people.
func (e *Error) GRPCStatus() *status.Status {
	st := status.New(e.Code(), bound(e.Message, maxErrorText))
	info := &errdetails.ErrorInfo{
		Reason:   registryv1.Short(e.Reason),
		Domain:   ErrorDomain,
		Metadata: map[string]string{},
	}
	for key, value := range e.Meta {
		info.Metadata[bound(key, maxErrorFacts)] = bound(value, maxErrorFacts)
	}
	if e.Doing != "" {
		info.Metadata["doing"] = bound(e.Doing, maxErrorFacts)
	}
	if e.Next != "" {
		info.Metadata["next"] = bound(e.Next, maxFaultText)
	}
	details := []protoadapt.MessageV1{info}
	if len(e.Faults) > 0 {
		details = append(details, e.badRequest())
	}
	if full, err := st.WithDetails(details...); err == nil {
		return full
	}
	return st
}

// badRequest lists the faults; when there are too many to carry, the last
// line says how many are not shown.
func (e *Error) badRequest() *errdetails.BadRequest {
	shown := e.Faults[:min(len(e.Faults), maxFaults)]
	bad := &errdetails.BadRequest{}
	for _, f := range shown {
		bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{
			Field:       bound(f.Field, maxErrorFacts),
			Description: bound(f.Message, maxFaultText),
			Reason:      registryv1.Short(f.Reason),
		})
	}
	if more := len(e.Faults) - len(shown); more > 0 {
		bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{
			Description: fmt.Sprintf("and %d more faults that are not listed here", more),
			Reason:      registryv1.Short(e.Reason),
		})
	}
	return bad
}

// Code is the gRPC code of the error's reason.
func (e *Error) Code() codes.Code {
	if code, ok := reasonCodes[e.Reason]; ok {
		return code
	}
	return codes.Internal
}

// reasonCodes gives each reason its gRPC code. A client retries Unavailable
// and may read again after Aborted; no other code is worth repeating.
var reasonCodes = map[registryv1.Reason]codes.Code{
	registryv1.Reason_REASON_VERSION_EXISTS:           codes.AlreadyExists,
	registryv1.Reason_REASON_WRONG_STATE:              codes.FailedPrecondition,
	registryv1.Reason_REASON_STALE:                    codes.Aborted,
	registryv1.Reason_REASON_PLATFORM_MISSING:         codes.FailedPrecondition,
	registryv1.Reason_REASON_ASSET_MISSING:            codes.FailedPrecondition,
	registryv1.Reason_REASON_ASSET_UNEXPECTED:         codes.FailedPrecondition,
	registryv1.Reason_REASON_DIGEST_MISMATCH:          codes.FailedPrecondition,
	registryv1.Reason_REASON_SIZE_MISMATCH:            codes.FailedPrecondition,
	registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH: codes.FailedPrecondition,
	registryv1.Reason_REASON_ARCHIVE_UNSAFE:           codes.FailedPrecondition,
	registryv1.Reason_REASON_SIGNATURE_INVALID:        codes.FailedPrecondition,
	registryv1.Reason_REASON_CHECKSUM_MISMATCH:        codes.FailedPrecondition,
	registryv1.Reason_REASON_CAPABILITIES_INVALID:     codes.InvalidArgument,
	registryv1.Reason_REASON_LICENSE_MISSING:          codes.FailedPrecondition,
	registryv1.Reason_REASON_TEXT_INVALID:             codes.InvalidArgument,
	registryv1.Reason_REASON_CHECK_FAILED:             codes.FailedPrecondition,
	registryv1.Reason_REASON_UPLOAD_EXPIRED:           codes.FailedPrecondition,
	registryv1.Reason_REASON_UPLOAD_INVALID:           codes.PermissionDenied,
	registryv1.Reason_REASON_UPLOAD_OFFSET:            codes.OutOfRange,
	registryv1.Reason_REASON_REQUEST_ID_REUSED:        codes.AlreadyExists,
	registryv1.Reason_REASON_INVALID_NAME:             codes.InvalidArgument,
	registryv1.Reason_REASON_INVALID_VERSION:          codes.InvalidArgument,
	registryv1.Reason_REASON_INVALID_PLATFORM:         codes.InvalidArgument,
	registryv1.Reason_REASON_INVALID_PAGE_TOKEN:       codes.InvalidArgument,
	registryv1.Reason_REASON_INVALID_FILTER:           codes.InvalidArgument,
	registryv1.Reason_REASON_INVALID_CURSOR:           codes.InvalidArgument,
	registryv1.Reason_REASON_INVALID_ARGUMENT:         codes.InvalidArgument,
	registryv1.Reason_REASON_SELF_REVIEW:              codes.PermissionDenied,
	registryv1.Reason_REASON_NOT_PERMITTED:            codes.PermissionDenied,
	registryv1.Reason_REASON_UNAUTHENTICATED:          codes.Unauthenticated,
	registryv1.Reason_REASON_NOT_FOUND:                codes.NotFound,
	registryv1.Reason_REASON_DOWNLOAD_BLOCKED:         codes.FailedPrecondition,
	registryv1.Reason_REASON_TOO_LARGE:                codes.InvalidArgument,
	registryv1.Reason_REASON_STORAGE_FULL:             codes.ResourceExhausted,
	registryv1.Reason_REASON_UNAVAILABLE:              codes.Unavailable,
	registryv1.Reason_REASON_UNIMPLEMENTED:            codes.Unimplemented,
	registryv1.Reason_REASON_NEWER_SCHEMA:             codes.FailedPrecondition,
	registryv1.Reason_REASON_DATA_BUSY:                codes.FailedPrecondition,
	registryv1.Reason_REASON_WITHDRAWN:                codes.FailedPrecondition,
	registryv1.Reason_REASON_REJECTED:                 codes.FailedPrecondition,
	registryv1.Reason_REASON_FILE_CHANGED:             codes.FailedPrecondition,
	registryv1.Reason_REASON_NOT_A_PROJECT:            codes.InvalidArgument,
	registryv1.Reason_REASON_NO_FILES:                 codes.InvalidArgument,
	registryv1.Reason_REASON_USAGE:                    codes.InvalidArgument,
	registryv1.Reason_REASON_INTERRUPTED:              codes.Canceled,
	registryv1.Reason_REASON_INTERNAL:                 codes.Internal,
	registryv1.Reason_REASON_INVALID_KEY:              codes.InvalidArgument,
	registryv1.Reason_REASON_INVALID_IDENTITY:         codes.InvalidArgument,
	registryv1.Reason_REASON_SIGNING_FAILED:           codes.FailedPrecondition,
}

// AsError turns whatever a call of the registry returned into an Error: the
// one place where errors of the store and of the context get their reason.
// What nobody foresaw is INTERNAL, with a message that gives nothing away and
// the cause kept for the log. It is nil for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if known := fromStore(err); known != nil {
		return known.WithCause(err)
	}
	if known := fromTransport(err); known != nil {
		return known.WithCause(err)
	}
	return refuse(registryv1.Reason_REASON_INTERNAL, "the registry failed; its log knows more").WithCause(err)
}

// fromStore knows the errors of storage: of the database and of the files.
func fromStore(err error) *Error {
	if refused, ok := errors.AsType[*blob.Error](err); ok {
		return refuse(refused.Reason, "%s", refused.Message).WithNext("%s", refused.Next)
	}
	if stale, ok := errors.AsType[*store.StaleError](err); ok {
		return fromStale(stale)
	}
	if exists, ok := errors.AsType[*store.ExistsError](err); ok {
		return fromExists(exists)
	}
	if reused, ok := errors.AsType[*store.ReusedError](err); ok {
		return refuse(registryv1.Reason_REASON_REQUEST_ID_REUSED, "%s", reused.Error()).
			WithNext("send a request_id of its own with each request")
	}
	if filter, ok := errors.AsType[*store.FilterError](err); ok {
		var faults Faults
		for _, f := range filter.Faults {
			faults.Add(fmt.Sprintf("filter[%d]", f.Term), registryv1.Reason_REASON_INVALID_FILTER, "%s", f.Message)
		}
		refused, _ := errors.AsType[*Error](faults.Err("reading the filter"))
		return refused
	}
	return fromDirectory(err)
}

// fromDirectory knows what can be wrong with the data directory as a whole.
func fromDirectory(err error) *Error {
	if newer, ok := errors.AsType[*store.NewerSchemaError](err); ok {
		return refuse(registryv1.Reason_REASON_NEWER_SCHEMA, "%s", newer.Error()).
			WithNext("use a program at least as new as the one that wrote it; nothing was changed")
	}
	if _, ok := errors.AsType[*store.BusyError](err); ok {
		return refuse(registryv1.Reason_REASON_UNAVAILABLE, "another process kept the data directory of the registry busy for too long").WithNext("try again")
	}
	if network, ok := errors.AsType[*store.NetworkFilesystemError](err); ok {
		return refuse(registryv1.Reason_REASON_USAGE, "%s", network.Error()).WithNext("choose a directory on a local disk")
	}
	switch {
	case errors.Is(err, store.ErrFull), errors.Is(err, syscall.ENOSPC):
		return refuse(registryv1.Reason_REASON_STORAGE_FULL, "the disk of the registry is full").
			WithNext("make room on it and try again; nothing was changed")
	case errors.Is(err, store.ErrClosed):
		return refuse(registryv1.Reason_REASON_UNAVAILABLE, "the registry is stopping").WithNext("try again")
	case errors.Is(err, store.ErrBadKey):
		return refuse(registryv1.Reason_REASON_INVALID_PAGE_TOKEN, "the page token is not one of this list").
			WithNext("start again without one")
	case errors.Is(err, store.ErrNotFound), errors.Is(err, blob.ErrNotFound):
		return refuse(registryv1.Reason_REASON_NOT_FOUND, "there is no such thing here")
	}
	return nil
}

func fromStale(stale *store.StaleError) *Error {
	const next = "look at it again and decide again"
	if stale.NotFound {
		return refuse(registryv1.Reason_REASON_STALE, "somebody was faster: the version is gone").WithNext(next)
	}
	found := stale.Found
	return refuse(registryv1.Reason_REASON_STALE, "somebody was faster: %s is %s by now, in attempt %d",
		found.Number, registryv1.Short(found.State), found.Attempt).
		WithNext(next).
		WithMeta("state", registryv1.Short(found.State)).
		WithMeta("attempt", strconv.Itoa(int(found.Attempt)))
}

func fromExists(exists *store.ExistsError) *Error {
	if exists.Version == nil {
		return refuse(registryv1.Reason_REASON_INVALID_NAME, "%s", exists.Error()).WithNext("choose another name")
	}
	e := refuse(registryv1.Reason_REASON_VERSION_EXISTS, "%s", exists.Error()).
		WithNext("publish under a higher number").
		WithMeta("state", registryv1.Short(exists.Version.State))
	if set := exists.Version.AssetSet; set != nil {
		e = e.WithMeta("asset_set", "sha256:"+hex.EncodeToString(set[:]))
	}
	return e
}

// fromTransport knows the ends of calls that nobody is to blame for.
func fromTransport(err error) *Error {
	switch {
	case errors.Is(err, context.Canceled):
		return refuse(registryv1.Reason_REASON_INTERRUPTED, "the caller went away before the answer was ready")
	case errors.Is(err, context.DeadlineExceeded):
		return refuse(registryv1.Reason_REASON_UNAVAILABLE, "the registry took longer than the call allowed").WithNext("try again")
	}
	st, ok := status.FromError(err)
	if !ok {
		return nil
	}
	switch st.Code() {
	case codes.Canceled:
		return refuse(registryv1.Reason_REASON_INTERRUPTED, "the caller went away before the answer was ready")
	case codes.Unavailable, codes.DeadlineExceeded:
		return refuse(registryv1.Reason_REASON_UNAVAILABLE, "the connection broke before the answer was sent").WithNext("try again")
	case codes.Unimplemented:
		return refuse(registryv1.Reason_REASON_UNIMPLEMENTED, "this registry does not know the call").
			WithNext("use a client of the version of this registry")
	default:
		return nil
	}
}

// bound cuts text to at most limit bytes, at the border of a character, and
// makes it valid UTF-8, which protobuf insists on.
func bound(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= limit {
		return text
	}
	const ellipsis = "…"
	cut := limit - len(ellipsis)
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + ellipsis
}
