package registry

import (
	"fmt"
	"strings"
	"unicode"

	"google.golang.org/grpc/codes"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Fault is one thing that is wrong with one field of a request.
type Fault struct {
	// Field is a path in the request, such as "ref.version" or "assets[2].sha256".
	Field   string
	Reason  registryv1.Reason
	Message string
}

// Faults gathers what is wrong with a request, so that its caller hears all
// of it at once.
type Faults []Fault

// Add notes one fault.
func (f *Faults) Add(field string, reason registryv1.Reason, format string, args ...any) {
	*f = append(*f, Fault{Field: field, Reason: reason, Message: fmt.Sprintf(format, args...)})
}

// Err is the error with all faults, or nil if there is none. Its reason is
// that of all faults if they agree, INVALID_ARGUMENT if they are different
// kinds of wrong input, and else that of the first.
func (f Faults) Err(doing string) error {
	if len(f) == 0 {
		return nil
	}
	e := &Error{Reason: f[0].Reason, Doing: doing, Faults: f}
	same, input := true, true
	for _, fault := range f {
		same = same && fault.Reason == f[0].Reason
		input = input && reasonCodes[fault.Reason] == codes.InvalidArgument
	}
	if !same && input {
		e.Reason = registryv1.Reason_REASON_INVALID_ARGUMENT
	}
	if len(f) == 1 {
		e.Message = f[0].Message
		return e
	}
	messages := make([]string, 0, min(len(f), maxFaults))
	for _, fault := range f[:cap(messages)] {
		messages = append(messages, fault.Message)
	}
	e.Message = fmt.Sprintf("%d things are wrong: %s", len(f), strings.Join(messages, "; "))
	return e
}

// parts are the errors that were joined to one; none for nil.
func parts(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// printable is the text of a library on one line, without what could drive
// the terminal of whoever reads it: it may repeat what was sent.
func printable(text string) string {
	text = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return ' '
		}
		if !unicode.IsPrint(c) {
			return unicode.ReplacementChar
		}
		return c
	}, text)
	return bound(strings.Join(strings.Fields(text), " "), maxFaultText)
}
