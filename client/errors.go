package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// maxErrorLine bounds what is shown of a line of an error, maxErrorText what
// is shown of its text, whatever a registry sends.
const (
	maxErrorLine = 400
	maxErrorText = 4000
)

// Error is the one error type of the client: every call, transfer and
// publishing step that fails returns one, to be found with errors.As.
type Error struct {
	// Reason is stable; exit codes and decisions follow it.
	Reason registryv1.Reason
	// Doing says what was being done: "yanking ConductorOne/baton-okta v0.5.25".
	Doing string
	// Message says what went wrong, as a sentence for people.
	Message string
	// Next says what the person can do about it; it may be empty.
	Next string
	// Faults are all that is wrong with the input, never only the first.
	Faults []Fault
	// Code is the gRPC code where a registry, or the way to it, failed.
	Code codes.Code
	// Meta are further facts, such as verdict_reason or asset_set.
	Meta map[string]string
	// Err is the cause, if there is one below.
	Err error
}

// Fault is one thing that is wrong with an input.
type Fault struct {
	// Field names the part of the input: "ref.version", "platforms[1]", a file.
	Field string
	// Reason is stable.
	Reason registryv1.Reason
	// Message is a sentence for people.
	Message string
}

// Error returns what was being done and what went wrong in one line.
func (e *Error) Error() string {
	message := cmp.Or(e.Message, strings.ToLower(strings.ReplaceAll(registryv1.Short(e.Reason), "_", " ")), "failed")
	if e.Doing == "" {
		return message
	}
	return e.Doing + ": " + message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ReasonOf is the reason of a typed error, and UNSPECIFIED of any other.
func ReasonOf(err error) registryv1.Reason {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return registryv1.Reason_REASON_UNSPECIFIED
}

// typed turns the error of a call into ours. The context is the call's, so
// that an end asked for is told from one that came by itself.
func (c *Client) typed(ctx context.Context, err error, doing string) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return interrupted(ctx, doing)
	}
	st := status.Convert(err)
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok && info.GetReason() != "" {
			return fromInfo(st, info, doing)
		}
	}
	switch st.Code() { //nolint:exhaustive // the others have nothing of their own to say
	case codes.DeadlineExceeded:
		return c.unreachable(doing, "no answer came in time", context.DeadlineExceeded)
	case codes.Unavailable:
		return c.unreachable(doing, c.why(st), err)
	case codes.Canceled:
		return c.unreachable(doing, "the connection was closed", err)
	case codes.ResourceExhausted:
		return &Error{
			Reason: registryv1.Reason_REASON_TOO_LARGE, Doing: doing, Code: st.Code(), Err: err,
			Message: clean.Line(st.Message(), maxErrorLine), Next: "ask for less at once",
		}
	}
	return &Error{
		Reason: byCode(st.Code()), Doing: doing, Code: st.Code(), Err: err,
		Message: cmp.Or(clean.Text(st.Message(), maxErrorText), "the registry failed without saying why"), Next: nextByCode(st.Code()),
	}
}

// interrupted is the error of what somebody stopped.
func interrupted(ctx context.Context, doing string) *Error {
	return &Error{
		Reason: registryv1.Reason_REASON_INTERRUPTED, Doing: doing, Message: "it was stopped", Code: codes.Canceled, Err: context.Cause(ctx),
	}
}

// fromInfo reads an error that the registry wrote.
func fromInfo(st *status.Status, info *errdetails.ErrorInfo, doing string) *Error {
	reason, known := registryv1.FromShort[registryv1.Reason](info.GetReason())
	e := &Error{
		Reason: reason, Doing: doing, Code: st.Code(), Err: st.Err(),
		Message: clean.Text(st.Message(), maxErrorText),
	}
	if !known { // a newer registry: the code says enough to go on
		e.Reason = byCode(st.Code())
		e.Meta = map[string]string{"reason": clean.Line(info.GetReason(), maxErrorLine)}
	}
	for key, value := range info.GetMetadata() {
		value = clean.Line(value, maxErrorLine)
		switch key {
		case "doing":
			e.Doing = value
		case "next":
			e.Next = value
		default:
			if e.Meta == nil {
				e.Meta = map[string]string{}
			}
			e.Meta[clean.Line(key, maxErrorLine)] = value
		}
	}
	for _, detail := range st.Details() {
		bad, ok := detail.(*errdetails.BadRequest)
		if !ok {
			continue
		}
		for _, v := range bad.GetFieldViolations() {
			why, _ := registryv1.FromShort[registryv1.Reason](v.GetReason())
			e.Faults = append(e.Faults, Fault{
				Field: clean.Line(v.GetField(), maxErrorLine), Reason: why, Message: clean.Line(v.GetDescription(), maxErrorLine),
			})
		}
	}
	return e
}

// unreachable is the error of a registry that does not answer.
func (c *Client) unreachable(doing, why string, err error) *Error {
	message := c.target.Name + " does not answer"
	if why != "" {
		message += ": " + why
	}
	return &Error{
		Reason: registryv1.Reason_REASON_UNAVAILABLE, Doing: doing, Message: message, Code: codes.Unavailable, Err: err,
		Next: "look whether the registry runs and the address is right, then try again",
	}
}

// why puts a failed connection in a few words, without the layers that
// reported it to each other.
func (c *Client) why(st *status.Status) string {
	if fault := c.dialFault.Load(); fault != nil {
		return plainNetwork(fault.err)
	}
	text := st.Message()
	if _, after, ok := strings.Cut(text, `desc = "`); ok {
		text = strings.TrimSuffix(after, `"`)
	}
	text = strings.TrimPrefix(text, "transport: ")
	if text == "error reading server preface: EOF" || strings.HasSuffix(text, "http2: frame too large") {
		text = "what answers there is not a registry"
	}
	return clean.Line(text, maxErrorLine)
}

// plainNetwork puts an error of the network in a few words.
func plainNetwork(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there"
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such socket"
	case errors.Is(err, os.ErrPermission):
		return "you may not use this socket"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer came in time"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection broke"
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return fmt.Sprintf("there is no host %q", dns.Name)
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	return clean.Line(err.Error(), maxErrorLine)
}

// byCode is the reason of an error that names none.
func byCode(code codes.Code) registryv1.Reason {
	switch code {
	case codes.InvalidArgument, codes.OutOfRange:
		return registryv1.Reason_REASON_INVALID_ARGUMENT
	case codes.NotFound:
		return registryv1.Reason_REASON_NOT_FOUND
	case codes.AlreadyExists, codes.FailedPrecondition:
		return registryv1.Reason_REASON_WRONG_STATE
	case codes.Aborted:
		return registryv1.Reason_REASON_STALE
	case codes.PermissionDenied:
		return registryv1.Reason_REASON_NOT_PERMITTED
	case codes.Unauthenticated:
		return registryv1.Reason_REASON_UNAUTHENTICATED
	case codes.Unimplemented:
		return registryv1.Reason_REASON_UNIMPLEMENTED
	case codes.Unavailable, codes.DeadlineExceeded:
		return registryv1.Reason_REASON_UNAVAILABLE
	default:
		return registryv1.Reason_REASON_INTERNAL
	}
}

func nextByCode(code codes.Code) string {
	switch code {
	case codes.Unimplemented:
		return "look whether the address is that of a registry, and whether it is as new as this program"
	case codes.Unauthenticated:
		return "give a token that the registry knows"
	default:
		return ""
	}
}
