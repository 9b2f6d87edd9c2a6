package signing

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Reason says why a signature is not good. The empty Reason is no reason.
type Reason string

// The reasons. People, scripts and the API see these words.
const (
	ReasonNone         Reason = ""
	Missing            Reason = "MISSING"             // there is no signature
	Malformed          Reason = "MALFORMED"           // it is not what it claims to be
	Unsupported        Reason = "UNSUPPORTED"         // real, but of a kind that is not accepted
	DigestMismatch     Reason = "DIGEST_MISMATCH"     // made for other bytes
	BadSignature       Reason = "BAD_SIGNATURE"       // the arithmetic does not hold
	WrongKey           Reason = "WRONG_KEY"           // well formed, by a key that is not registered
	RevokedKey         Reason = "REVOKED_KEY"         // revoked, or retired before this release
	ExpiredKey         Reason = "EXPIRED_KEY"         // the key was no longer valid
	ExpiredSignature   Reason = "EXPIRED_SIGNATURE"   // the signature carries an end that has passed
	FutureSignature    Reason = "FUTURE_SIGNATURE"    // it claims to be made later than now
	WeakAlgorithm      Reason = "WEAK_ALGORITHM"      // SHA-1, or a short RSA key
	UntrustedRoot      Reason = "UNTRUSTED_ROOT"      // the certificate leads to no trusted authority
	ExpiredCertificate Reason = "EXPIRED_CERTIFICATE" // signed outside the certificate's minutes
	IdentityMismatch   Reason = "IDENTITY_MISMATCH"   // certified for somebody else
	IssuerMismatch     Reason = "ISSUER_MISMATCH"     // the right name, vouched for by another issuer
	ReleaseMismatch    Reason = "RELEASE_MISMATCH"    // built from another repository or ref than this release
	NoLogEntry         Reason = "NO_LOG_ENTRY"        // not in any transparency log
	UntrustedLog       Reason = "UNTRUSTED_LOG"       // in a log that nobody here trusts
	LogMismatch        Reason = "LOG_MISMATCH"        // the log entry does not hold, or is about something else
	NoTrustedTime      Reason = "NO_TRUSTED_TIME"     // nobody trusted says when it was made
	UntrustedCT        Reason = "UNTRUSTED_CT"        // the certificate was not published in a trusted log
	NoTrust            Reason = "NO_TRUST"            // no key, identity or root to measure it by
)

// Reasons returns every reason, in the order in which they are listed above.
func Reasons() []Reason {
	return []Reason{
		Missing, Malformed, Unsupported, DigestMismatch, BadSignature, WrongKey, RevokedKey, ExpiredKey,
		ExpiredSignature, FutureSignature, WeakAlgorithm, UntrustedRoot, ExpiredCertificate, IdentityMismatch,
		IssuerMismatch, ReleaseMismatch, NoLogEntry, UntrustedLog, LogMismatch, NoTrustedTime, UntrustedCT, NoTrust,
	}
}

// StepName names one row of the checklist that explains a verdict.
type StepName string

// The steps, in reading order: what there is, who made it, for what, when, and
// at last whether it is about these bytes.
const (
	StepFound       StepName = "found"
	StepCertificate StepName = "certificate"
	StepIdentity    StepName = "identity"
	StepBoundTo     StepName = "bound to"
	StepLogged      StepName = "logged"
	StepTime        StepName = "time"
	StepBytes       StepName = "bytes"
)

// StepNames returns all steps in reading order.
func StepNames() []StepName {
	return []StepName{StepFound, StepCertificate, StepIdentity, StepBoundTo, StepLogged, StepTime, StepBytes}
}

// StepResult is how a step ended.
type StepResult string

// How a step may end. Skipped: the scheme or the policy does not ask for it.
// NotReached: an earlier step failed.
const (
	Pass       StepResult = "PASS"
	Fail       StepResult = "FAIL"
	Skipped    StepResult = "SKIPPED"
	NotReached StepResult = "NOT_REACHED"
)

// Step is one row of the checklist.
type Step struct {
	Name   StepName
	Result StepResult
	Detail string
}

// Checklist collects steps in reading order, whatever order they are found in.
type Checklist struct{ steps map[StepName]Step }

// Set records how a step ended.
func (c *Checklist) Set(name StepName, result StepResult, format string, args ...any) {
	if c.steps == nil {
		c.steps = make(map[StepName]Step, len(StepNames()))
	}
	c.steps[name] = Step{Name: name, Result: result, Detail: fmt.Sprintf(format, args...)}
}

// Steps returns all steps in reading order. Those that were never set, and all
// that follow a failed one, were not reached.
func (c *Checklist) Steps() []Step {
	out := make([]Step, 0, len(StepNames()))
	failed := false
	for _, name := range StepNames() {
		s, ok := c.steps[name]
		if !ok || failed {
			s = Step{Name: name, Result: NotReached, Detail: "not reached"}
		}
		failed = failed || s.Result == Fail
		out = append(out, s)
	}
	return out
}

// Assurance says how much a good signature proves.
type Assurance string

// The assurances, strongest first.
const (
	// Full: signer and time are vouched for by a log or a time stamping authority.
	Full Assurance = "FULL"
	// CertificateOnly: a certificate that was publicly issued, but no trusted time.
	CertificateOnly Assurance = "CERTIFICATE_ONLY"
	// KeyOnly: a registered key, and no log that would show its use.
	KeyOnly Assurance = "KEY_ONLY"
)

// TimeSource says who vouches for the time of a signature.
type TimeSource string

// The sources of time. Claimed is the signer's own word.
const (
	TimeRekor   TimeSource = "rekor"
	TimeTSA     TimeSource = "tsa"
	TimeClaimed TimeSource = "claimed"
	TimeNone    TimeSource = "none"
)

// WarningCode names what a person should know about a signature that is good.
type WarningCode string

// The warnings.
const (
	WarnKeyExpired WarningCode = "KEY_EXPIRED_SINCE" // valid when signed, expired now
	WarnKeyRetired WarningCode = "KEY_RETIRED_SINCE" // retired after this release
	WarnWeak       WarningCode = "WEAK_ALGORITHM"    // below today's measure, allowed by policy
	WarnNoLog      WarningCode = "NO_LOG_ENTRY"      // nothing would show misuse of the key
	WarnNoTime     WarningCode = "NO_TRUSTED_TIME"   // nobody trusted says when
	WarnNotBound   WarningCode = "NOT_BOUND"         // the identity does not say which release
)

// Warning is one thing to know about a good signature.
type Warning struct {
	Code   WarningCode
	Detail string
}

// Facts is everything that a verdict tells besides its reason.
type Facts struct {
	Scheme    Scheme
	Detail    string // one sentence for a person
	Want, Got string // what was expected and what was found, shown side by side
	Next      string // what to do about it
	Signer    SignerInfo
	SignedAt  time.Time
	Source    TimeSource
	Assurance Assurance
	Warnings  []Warning
	Steps     []Step
	Cause     error // the library's own words, for --verbose
}

// Verdict is what checking one signature gave. It can only be built by
// Verified and Refused; the zero Verdict is a refusal, so that forgetting to
// check never looks like a good signature.
type Verdict struct {
	made   bool
	reason Reason
	facts  Facts
}

// Verified builds a good verdict. Facts that contradict it, a step that failed
// or was not reached, make it a refusal: a good verdict has no such steps.
func Verified(f Facts) Verdict {
	for _, s := range f.Steps {
		if s.Result != Pass && s.Result != Skipped {
			f.Detail = fmt.Sprintf("the step %q did not pass: %s", s.Name, s.Detail)
			return Refused(BadSignature, f)
		}
	}
	return Verdict{made: true, facts: f.spoken()}
}

// OtherBytes is what everybody says of altered bytes, however they were signed
// and whoever notices: people compare what several tools tell them.
const OtherBytes = "The signature was made for other bytes. Somebody or something changed the file after it was signed."

// Refused builds a verdict that is not good. Without a reason it is
// BAD_SIGNATURE.
func Refused(r Reason, f Facts) Verdict {
	if r == ReasonNone {
		r = BadSignature
	}
	f.Assurance = ""
	if r == DigestMismatch {
		f.Detail = OtherBytes // what the schemes can tell besides is in the step that failed
	}
	return Verdict{made: true, reason: r, facts: f.spoken()}
}

// spoken makes whole sentences of what people read: schemes find their reasons
// in parts of sentences, and the words of one must look like those of another.
func (f Facts) spoken() Facts {
	f.Detail, f.Next = sentence(f.Detail), sentence(f.Next)
	return f
}

func sentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	s = string(unicode.ToUpper(first)) + s[n:]
	if strings.ContainsRune(".?!", rune(s[len(s)-1])) {
		return s
	}
	return s + "."
}

// OK says that the signature is good.
func (v Verdict) OK() bool { return v.made && v.reason == ReasonNone }

// Reason says why it is not; empty for a good one.
func (v Verdict) Reason() Reason {
	if !v.made {
		return Missing
	}
	return v.reason
}

// Scheme says how the file was signed, as far as that could be told.
func (v Verdict) Scheme() Scheme { return v.facts.Scheme }

// Detail is one sentence for a person.
func (v Verdict) Detail() string { return v.facts.Detail }

// Want is what was expected: a digest, an identity, a fingerprint.
func (v Verdict) Want() string { return v.facts.Want }

// Got is what was found in its place.
func (v Verdict) Got() string { return v.facts.Got }

// Next says what to do; empty where there is nothing to do.
func (v Verdict) Next() string { return v.facts.Next }

// Signer says who signed. In a refusal it is what the material claims.
func (v Verdict) Signer() SignerInfo { return v.facts.Signer }

// SignedAt is the time of the signature, zero if nobody says it.
func (v Verdict) SignedAt() time.Time { return v.facts.SignedAt }

// TimeSource says whose word SignedAt is.
func (v Verdict) TimeSource() TimeSource {
	if v.facts.Source == "" {
		return TimeNone
	}
	return v.facts.Source
}

// Assurance says how much a good signature proves; empty for a refusal.
func (v Verdict) Assurance() Assurance { return v.facts.Assurance }

// Warnings is what a person should know although the signature is good.
func (v Verdict) Warnings() []Warning { return slices.Clone(v.facts.Warnings) }

// Steps is the checklist in reading order.
func (v Verdict) Steps() []Step { return slices.Clone(v.facts.Steps) }

// Cause is the error of the library that refused, if one did.
func (v Verdict) Cause() error { return v.facts.Cause }

// Err is nil for a good signature and an *Error otherwise.
func (v Verdict) Err(file string) error {
	if v.OK() {
		return nil
	}
	return &Error{File: file, Verdict: v}
}

// Error is a refusal as an error. errors.Is finds it by its Reason.
type Error struct {
	File    string
	Verdict Verdict
}

func (e *Error) Error() string {
	s := fmt.Sprintf("checking the signature of %s: %s", e.File, e.Verdict.Reason())
	if d := e.Verdict.Detail(); d != "" {
		s += ": " + d
	}
	return s
}

// Unwrap gives the library's error.
func (e *Error) Unwrap() error { return e.Verdict.Cause() }

// Is says whether target is the Reason of this error, or an *Error with it.
func (e *Error) Is(target error) bool {
	switch t := target.(type) {
	case Reason:
		return e.Verdict.Reason() == t
	case *Error:
		return e.Verdict.Reason() == t.Verdict.Reason()
	}
	return false
}

// Error makes a Reason usable as the target of errors.Is.
func (r Reason) Error() string { return string(r) }
