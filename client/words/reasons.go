package words

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// reasonWords is what people read about one reason.
type reasonWords struct {
	// means is what it says of the file, in one or two sentences.
	means string
	// usually is where it mostly comes from.
	usually string
	// do is what to do for whoever takes the file, where the verdict itself does
	// not know better; own is for whoever publishes it.
	do, own string
}

// reasons is the one table of what each reason means; a test sees to it that
// none is missing.
var reasons = map[signing.Reason]reasonWords{
	signing.Missing: {
		means:   "No signature speaks for the file: nobody has vouched for it.",
		usually: "The file was published without signing, or the signature was left behind when it was copied.",
		do:      "Ask its publisher for the signature.",
		own:     "Sign the file and publish it together with its signature.",
	},
	signing.Malformed: {
		means:   "There is a signature, but it cannot be read as one.",
		usually: "A download broke off, an error page was saved in its place, or a tool changed line ends.",
		do:      "Fetch the signature again.",
		own:     "Sign again and send the signature as the tool wrote it.",
	},
	signing.Unsupported: {
		means:   "The signature may be good, but it is of a kind that is not accepted here.",
		usually: "It was made by another tool, in another mode, or in a way that the policy of the org leaves out.",
		do:      "Ask the publisher to sign in one of the accepted ways.",
		own:     "Sign with GPG (a detached signature) or with cosign.",
	},
	signing.DigestMismatch: {
		means:   signing.OtherBytes,
		usually: "The file was built, packed or signed for its platform again after it had been signed.",
		do:      "Do not use the file. Fetch it again; if it stays the same, tell its publisher.",
		own:     "Sign the final file, and publish both together. If nobody changed it on purpose, tell security first.",
	},
	signing.BadSignature: {
		means:   "The signature does not hold for this file.",
		usually: "File and signature come from different builds, or one of them is damaged.",
		do:      "Do not use the file. Fetch file and signature again; if they stay the same, tell its publisher.",
		own:     "Sign the final file again.",
	},
	signing.WrongKey: {
		means:   "The signature is well formed, but it was made with a key that is not registered here.",
		usually: "A new key was not registered yet, or somebody signed with a personal key.",
		do:      "Do not use the file before its publisher has confirmed the key.",
		own:     "Register the key, or sign with one that is registered.",
	},
	signing.RevokedKey: {
		means:   "The key that signed it was revoked, or retired before this release.",
		usually: "The release was signed with an old key after a new one had taken its place, or the key is compromised.",
		do:      "Use a release that was signed with a key in use.",
		own:     "Sign with a key in use, and publish again.",
	},
	signing.ExpiredKey: {
		means:   "The key was not valid when it signed.",
		usually: "Its expiry passed, or it was extended and the extended key was not registered.",
		do:      "Ask the publisher to sign with a key that is valid.",
		own:     "Extend the key, register its new export, and check again.",
	},
	signing.ExpiredSignature: {
		means:   "The signature itself carries an end, and that has passed.",
		usually: "The signer's tool is set to make signatures that expire.",
		do:      "Ask the publisher for a new signature.",
		own:     "Sign again without an expiry of the signature.",
	},
	signing.FutureSignature: {
		means:   "The signature claims to be made later than now.",
		usually: "The clock of the computer that signed, or of this one, is wrong.",
		do:      "Look at the clock of this computer, then ask the publisher.",
		own:     "Set the clock and sign again.",
	},
	signing.WeakAlgorithm: {
		means:   "The signature is made in a way that can be forged by now.",
		usually: "An old key, or a tool that still uses SHA-1.",
		do:      "Ask the publisher to sign with a stronger key.",
		own:     "Sign with Ed25519, ECDSA P-256, or RSA of at least 3072 bits.",
	},
	signing.UntrustedRoot: {
		means:   "The certificate was issued by nobody who is trusted here.",
		usually: "It comes from a Sigstore of the publisher's own, or from a test.",
		do:      "Do not use the file before its publisher has explained the certificate.",
		own:     "Sign with the public Sigstore, or ask an admin to import the trusted root of yours.",
	},
	signing.ExpiredCertificate: {
		means:   "It was signed outside the few minutes for which the certificate is valid.",
		usually: "Signing took too long, or a certificate was used a second time.",
		do:      "Ask the publisher to sign again.",
		own:     "Sign again, with a fresh certificate.",
	},
	signing.IdentityMismatch: {
		means:   "The certificate is for somebody whom the org has not named as its signer.",
		usually: "Another workflow, branch or person signed than the org expects.",
		do:      "Do not use the file before its publisher has confirmed who signs.",
		own:     "Sign from the workflow that the org trusts, or register the identity.",
	},
	signing.IssuerMismatch: {
		means:   "The name is the right one, but another issuer vouches for it than the org expects.",
		usually: "Somebody signed by hand with a login elsewhere, or the identity was registered with the wrong issuer.",
		do:      "Do not use the file before its publisher has explained the issuer.",
		own:     "Register the identity with the issuer that signs, if both are yours.",
	},
	signing.ReleaseMismatch: {
		means:   "The signature is good, but it belongs to another release: it was built from another repository or ref.",
		usually: "A file of another version was sent, or a release was built from a branch and not from its tag.",
		do:      "Do not use the file: it was signed as part of something else.",
		own:     "Build and sign from the tag of this version.",
	},
	signing.NoLogEntry: {
		means:   "The signature is in no transparency log, where misuse of it would show.",
		usually: "It was made without upload to a log, or only .sig and .cert were kept and not the bundle.",
		do:      "Ask the publisher for the bundle, which holds the log entry.",
		own:     "Sign with --bundle and publish the bundle, or let the policy allow signatures without a log.",
	},
	signing.UntrustedLog: {
		means:   "The signature is in a log that nobody here trusts.",
		usually: "It comes from a Sigstore of the publisher's own, or the trusted root here is old.",
		do:      "Ask an admin whether the trusted root is up to date.",
		own:     "Sign with the public Sigstore, or ask an admin to import the trusted root of yours.",
	},
	signing.LogMismatch: {
		means:   "The log entry does not hold, or is about another signature.",
		usually: "Parts of two signatures were mixed, or the bundle is damaged.",
		do:      "Fetch the signature again; if it stays the same, tell its publisher.",
		own:     "Sign again and publish signature, certificate and bundle of one run.",
	},
	signing.NoTrustedTime: {
		means:   "Nobody trusted says when the signature was made.",
		usually: "Only .sig and .cert were kept, which prove no time.",
		do:      "Ask the publisher for a bundle with a log entry or a time stamp.",
		own:     "Sign with --bundle and publish the bundle.",
	},
	signing.UntrustedCT: {
		means:   "The certificate was not shown to any log of certificates that is trusted here.",
		usually: "It comes from a Sigstore of the publisher's own, or from a test.",
		do:      "Do not use the file before its publisher has explained the certificate.",
		own:     "Sign with the public Sigstore, or ask an admin to import the trusted root of yours.",
	},
	signing.NoTrust: {
		means:   "There is a signature, and nothing to measure it by: no key and no identity is known for it.",
		usually: "The org has registered no signing key and no identity, or none was given.",
		do:      "Get the publisher's key or identity from a source that you trust, and check again.",
		own:     "Register the signing key, or the identity that signs in CI.",
	},
}

// Explanation is what people read about a verdict that is not good.
type Explanation struct {
	// Usually is where this mostly comes from.
	Usually string
	// Do is what to do, most important first.
	Do []string
}

// Explain says where a verdict mostly comes from and what to do about it. It is
// empty for a good one.
func Explain(v *registryv1.Verdict) Explanation {
	if v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED || v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		return Explanation{}
	}
	reason := signing.Reason(v.GetReason())
	if reason == signing.ReasonNone && v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED {
		reason = signing.Missing
	}
	said := reasons[reason]
	do := said.do
	if next := oneLine(v.GetNext()); next != "" {
		do = end(firstUpper(next)) // it knows this very case
	}
	e := Explanation{Usually: said.usually}
	if do != "" {
		e.Do = append(e.Do, do)
	}
	if said.own != "" {
		e.Do = append(e.Do, "If you publish it: "+firstLower(said.own))
	}
	return e
}

// Meaning is what a reason says of a file, in one or two sentences, for lists
// of reasons. "" for one that this program does not know.
func Meaning(r signing.Reason) string { return reasons[r].means }

// firstLower goes on in a sentence that has begun.
func firstLower(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]+'a'-'A') + s[1:]
}
