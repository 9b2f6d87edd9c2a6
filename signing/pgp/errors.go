package pgp

import "fmt"

// Problem names what is wrong with a key or why signing did not work, so that
// callers can react to it without reading text.
type Problem string

// The problems of key files.
const (
	Empty       Problem = "EMPTY"       // there is nothing in the file
	TooLarge    Problem = "TOO_LARGE"   // more than a key or a signature can be
	Malformed   Problem = "MALFORMED"   // not what OpenPGP says it is
	PrivateKey  Problem = "PRIVATE_KEY" // a secret where a public key is wanted
	PublicKey   Problem = "PUBLIC_KEY"  // a public key where a secret one is wanted
	SeveralKeys Problem = "SEVERAL_KEYS"
	OtherKey    Problem = "OTHER_KEY" // exports that belong to different keys
	Unsupported Problem = "UNSUPPORTED"
	Weak        Problem = "WEAK"
	Expired     Problem = "EXPIRED"
	Revoked     Problem = "REVOKED"
	CannotSign  Problem = "CANNOT_SIGN" // a key for other purposes
)

// The problems of signing.
const (
	NoGPG           Problem = "NO_GPG"
	NoSuchKey       Problem = "NO_SUCH_KEY"
	WrongPassphrase Problem = "WRONG_PASSPHRASE"
	NoTerminal      Problem = "NO_TERMINAL" // gpg wanted to ask for the passphrase and found no way to
	Canceled        Problem = "CANCELED"
	TimedOut        Problem = "TIMED_OUT"
	Failed          Problem = "FAILED"     // gpg said something else
	NotVerified     Problem = "UNVERIFIED" // the fresh signature does not verify, so nobody gets to see it
)

// Error says what is wrong, in words for a person, and what to do about it.
type Error struct {
	Problem Problem
	Detail  string // one sentence
	Next    string // what to do; may be empty
	Cause   error  // what a library or the system said; may be nil
}

func (e *Error) Error() string {
	if e.Next == "" {
		return e.Detail
	}
	return e.Detail + "; " + e.Next
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is lets errors.Is(err, &Error{Problem: p}) ask for a problem.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Problem == e.Problem && t.Detail == ""
}

func problem(p Problem, cause error, next, format string, args ...any) *Error {
	return &Error{Problem: p, Detail: fmt.Sprintf(format, args...), Next: next, Cause: cause}
}
