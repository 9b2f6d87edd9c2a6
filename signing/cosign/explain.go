package cosign

import (
	"fmt"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"

	"github.com/registrar-console/registrar/signing"
)

// fault is what a stage of the explanation found wrong.
type fault struct {
	reason    signing.Reason
	detail    string
	want, got string
}

// stage is one step of the checklist: what it says when there is nothing wrong,
// and how to find out whether there is. Faults are looked for only after the
// library has refused; they pick the reason and nothing else.
type stage struct {
	name  signing.StepName
	text  func() (signing.StepResult, string)
	fault func() *fault
}

func always(result signing.StepResult, format string, args ...any) func() (signing.StepResult, string) {
	return func() (signing.StepResult, string) { return result, fmt.Sprintf(format, args...) }
}

func never() *fault { return nil }

// explain finds the first stage, in reading order, at which the library's
// refusal can be seen in the facts.
func (c *check) explain(stages []stage, cause error) signing.Verdict {
	for _, s := range stages {
		var f *fault
		if err := guard(func() error { f = s.fault(); return nil }); err != nil {
			f = &fault{reason: signing.Malformed, detail: "the material cannot be taken apart"}
		}
		if f != nil {
			return c.refuse(stages, s.name, f, cause)
		}
	}
	name, f := lastResort(cause)
	return c.refuse(stages, name, f, cause)
}

// lastResort goes by the words with which the library begins its errors. A test
// pins them, so that an upgrade that changes them is noticed.
func lastResort(cause error) (signing.StepName, *fault) {
	f := func(r signing.Reason, what string) *fault {
		return &fault{reason: r, detail: what + ": " + shorten(cause)}
	}
	for _, p := range stagePrefixes {
		if strings.HasPrefix(cause.Error(), p.prefix) {
			return p.step, f(p.reason, p.what)
		}
	}
	return signing.StepBytes, f(signing.BadSignature, "the signature does not verify")
}

var stagePrefixes = []struct {
	prefix string
	step   signing.StepName
	reason signing.Reason
	what   string
}{
	{"failed to verify log inclusion", signing.StepLogged, signing.LogMismatch, "the log entry does not hold"},
	{"failed to verify timestamps", signing.StepTime, signing.NoTrustedTime, "no time can be trusted"},
	{"failed to verify leaf certificate", signing.StepCertificate, signing.UntrustedRoot, "the certificate leads to no trusted authority"},
	{"failed to verify signed certificate timestamp", signing.StepCertificate, signing.UntrustedCT, "the certificate is in no trusted log"},
	{"failed to verify signature", signing.StepBytes, signing.BadSignature, "the signature does not verify"},
	{"failed to verify certificate identity", signing.StepIdentity, signing.IdentityMismatch, "the certificate is somebody else's"},
}

// refuse builds a refusal at one step; those before it passed.
func (c *check) refuse(stages []stage, at signing.StepName, f *fault, cause error) signing.Verdict {
	for _, s := range stages {
		if s.name == at {
			break
		}
		c.say(s)
	}
	c.list.Set(at, signing.Fail, "%s", f.detail)
	facts := c.claimed()
	facts.Detail, facts.Want, facts.Got, facts.Cause = f.detail, f.want, f.got, cause
	facts.Next = advice[f.reason]
	facts.Steps = c.list.Steps()
	return signing.Refused(f.reason, facts)
}

func (c *check) say(s stage) {
	result, text := s.text()
	c.list.Set(s.name, result, "%s", text)
}

// facts are those of a good verdict.
func (c *check) facts(stages []stage) signing.Facts {
	for _, s := range stages {
		c.say(s)
	}
	f := c.claimed()
	f.Detail = "The signature is good: " + f.Signer.String() + "."
	f.Want, f.Got = c.digests.String(), c.digests.String()
	f.Warnings = c.warnings
	f.Steps = c.list.Steps()
	return f
}

// claimed is who the material says has signed.
func (c *check) claimed() signing.Facts {
	f := signing.Facts{Scheme: c.found.scheme, Signer: signing.SignerInfo{Scheme: c.found.scheme}}
	if c.found.cert != nil {
		if s, err := certificate.SummarizeCertificate(c.found.cert); err == nil {
			f.Signer.Identity, f.Signer.Issuer = s.SubjectAlternativeName, s.Issuer
			f.Signer.SourceRepo, f.Signer.SourceRef = s.SourceRepositoryURI, s.SourceRepositoryRef
		}
		return f
	}
	if c.signer != nil {
		f.Signer = c.signer.Info()
	} else {
		f.Signer.Fingerprint = c.hinted()
	}
	return f
}

// advice is what to do about each reason.
var advice = map[signing.Reason]string{
	signing.Missing:            "Sign the file, or ask its publisher for the signature.",
	signing.Malformed:          "Fetch the signature again; if it stays the same, ask its publisher for a new one.",
	signing.Unsupported:        "Ask the publisher to sign in one of the accepted ways.",
	signing.DigestMismatch:     "Do not use the file. Fetch it again from its source; if it stays the same, tell the publisher.",
	signing.BadSignature:       "Do not use the file. Fetch file and signature again; if they stay the same, tell the publisher.",
	signing.WrongKey:           "If the key is the publisher's, a maintainer of the org can register it; else do not use the file.",
	signing.RevokedKey:         "Use a release that was signed with a key in use.",
	signing.ExpiredKey:         "Ask the publisher to sign with a key that is valid.",
	signing.WeakAlgorithm:      "Ask the publisher to sign with a stronger key.",
	signing.UntrustedRoot:      "If the publisher runs a Sigstore of his own, an administrator can import its trusted root.",
	signing.ExpiredCertificate: "Ask the publisher to sign again.",
	signing.IdentityMismatch:   "If this is the publisher's workflow, a maintainer of the org can add the identity; else do not use the file.",
	signing.IssuerMismatch:     "Do not use the file before the publisher has explained the issuer.",
	signing.ReleaseMismatch:    "Do not use the file: it was signed as part of something else.",
	signing.NoLogEntry:         "Ask the publisher for the bundle, which holds the log entry.",
	signing.UntrustedLog:       "If the publisher runs a log of his own, an administrator can import its trusted root.",
	signing.LogMismatch:        "Fetch the signature again; if it stays the same, ask its publisher for a new one.",
	signing.NoTrustedTime:      "Ask the publisher for a bundle with a log entry or a time stamp.",
	signing.UntrustedCT:        "If the publisher runs a Sigstore of his own, an administrator can import its trusted root.",
	signing.NoTrust:            "A maintainer of the org registers the keys or identities that may sign.",
}
