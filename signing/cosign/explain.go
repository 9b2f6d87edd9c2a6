package cosign

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/tlog"
	"github.com/sigstore/sigstore-go/pkg/verify"

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
	facts.Detail, facts.Want, facts.Got, facts.Cause = sentence(f.detail), f.want, f.got, cause
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

// sentence makes a step's text one that stands alone.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
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

// certificateStages are those of a keyless signature.
func (c *check) certificateStages(ids []identity) []stage {
	cert := c.found.cert
	return []stage{
		{signing.StepFound, always(signing.Pass, "%s", c.found.what), never},
		{signing.StepCertificate, always(signing.Pass, "issued by %s for %s at %s", commonName(cert.Issuer.String()), cert.NotAfter.Sub(cert.NotBefore), stamp(cert.NotBefore)), c.certificateFault},
		{signing.StepIdentity, func() (signing.StepResult, string) { return c.identityText(ids) }, func() *fault { return c.identityFault(ids) }},
		{signing.StepBoundTo, func() (signing.StepResult, string) { return c.boundText(ids) }, func() *fault { return c.boundFault(ids) }},
		{signing.StepLogged, c.loggedText, func() *fault { return c.loggedFault(c.root) }},
		{signing.StepTime, func() (signing.StepResult, string) { return c.timeText(c.root) }, func() *fault { return c.timeFault(c.root) }},
		{signing.StepBytes, c.bytesText, c.bytesFault},
	}
}

// chain checks that the certificate leads to a trusted authority, at the time
// at which it says it was issued.
func (c *check) chain() error {
	cert, err := leaf(c.found.cert)
	if err != nil {
		return err
	}
	_, err = verify.VerifyLeafCertificate(cert.NotBefore, cert, c.root)
	return err
}

// published checks that the certificate is in a trusted certificate log.
func (c *check) published() error {
	cert, err := leaf(c.found.cert)
	if err != nil {
		return err
	}
	chains, err := verify.VerifyLeafCertificate(cert.NotBefore, cert, c.root)
	if err != nil {
		return err
	}
	return verify.VerifySignedCertificateTimestamp(chains, 1, c.root)
}

// leaf is a copy of the certificate that the standard library can check: names
// of a kind that Go does not know, which the library reads itself, are critical.
func leaf(cert *x509.Certificate) (*x509.Certificate, error) {
	own, err := x509.ParseCertificate(cert.Raw)
	if err != nil {
		return nil, err
	}
	own.UnhandledCriticalExtensions = slices.DeleteFunc(own.UnhandledCriticalExtensions, func(oid asn1.ObjectIdentifier) bool {
		return slices.Equal(oid, []int{2, 5, 29, 17})
	})
	return own, nil
}

func (c *check) certificateFault() *fault {
	cert := c.found.cert
	switch key := cert.PublicKey.(type) {
	case ed25519.PublicKey:
		return &fault{reason: signing.Unsupported, detail: "the certificate is for an Ed25519 key, whose signatures cannot be checked by digest"}
	case *rsa.PublicKey:
		if key.N.BitLen() < int(c.policy.MinimumRSABits()) {
			return weakFault(key.N.BitLen(), int(c.policy.MinimumRSABits()))
		}
	}
	if c.chain() != nil {
		if c.signedByTrusted() {
			return &fault{
				reason: signing.ExpiredCertificate, detail: "the certificate was issued when its authority was not valid",
				want: "a certificate within the validity of its authority", got: "issued " + stamp(cert.NotBefore),
			}
		}
		return &fault{
			reason: signing.UntrustedRoot, detail: "the certificate leads to no authority of the trusted root",
			want: strings.Join(c.authorities(), ", "), got: commonName(cert.Issuer.String()),
		}
	}
	if err := c.published(); err != nil {
		return &fault{
			reason: signing.UntrustedCT, detail: "the certificate is in no certificate log that is trusted",
			want: "one of " + logNames(c.root.CTLogs()), got: "none that verifies",
		}
	}
	return nil
}

// signedByTrusted looks at the certificate's signature alone.
func (c *check) signedByTrusted() bool {
	for _, ca := range c.root.FulcioCertificateAuthorities() {
		f, ok := ca.(*root.FulcioCertificateAuthority)
		if !ok {
			continue
		}
		for _, parent := range append([]*x509.Certificate{f.Root}, f.Intermediates...) {
			if parent != nil && c.found.cert.CheckSignatureFrom(parent) == nil {
				return true
			}
		}
	}
	return false
}

func (c *check) authorities() []string {
	var out []string
	for _, ca := range c.root.FulcioCertificateAuthorities() {
		if f, ok := ca.(*root.FulcioCertificateAuthority); ok && f.Root != nil {
			if n := commonName(f.Root.Subject.String()); !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	if len(out) == 0 {
		return []string{"no authority at all"}
	}
	return out
}

// commonName picks what people know an authority by.
func commonName(dn string) string {
	for part := range strings.SplitSeq(dn, ",") {
		if name, ok := strings.CutPrefix(part, "CN="); ok {
			return name
		}
	}
	return dn
}

func logNames(logs map[string]*root.TransparencyLog) string {
	names := make([]string, 0, len(logs))
	for _, l := range logs {
		names = append(names, l.BaseURL)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return "no log at all"
	}
	return strings.Join(names, ", ")
}

// named returns the identities whose subject and issuer are the certificate's.
func (c *check) named(ids []identity) (summary certificate.Summary, sameName, sameBoth []identity) {
	summary, err := certificate.SummarizeCertificate(c.found.cert)
	if err != nil {
		return summary, nil, nil
	}
	for _, id := range ids {
		if id.lib.SubjectAlternativeName.Verify(summary) != nil {
			continue
		}
		sameName = append(sameName, id)
		if id.lib.Issuer.Verify(summary) == nil {
			sameBoth = append(sameBoth, id)
		}
	}
	return summary, sameName, sameBoth
}

func (c *check) identityText(ids []identity) (signing.StepResult, string) {
	s, _, both := c.named(ids)
	if len(both) == 0 {
		return signing.Skipped, "no identity is registered to compare with " + s.SubjectAlternativeName
	}
	return signing.Pass, s.SubjectAlternativeName + ", says " + s.Issuer
}

func (c *check) identityFault(ids []identity) *fault {
	if len(ids) == 0 {
		return c.strangerFault()
	}
	s, name, both := c.named(ids)
	if len(both) > 0 {
		return nil
	}
	if len(name) > 0 {
		issuers := make([]string, 0, len(name))
		for _, id := range name {
			issuers = append(issuers, id.Issuer)
		}
		return &fault{
			reason: signing.IssuerMismatch, detail: "the name is right, but another issuer vouches for it",
			want: strings.Join(issuers, " or "), got: s.Issuer,
		}
	}
	wanted := make([]string, 0, len(ids))
	for _, id := range ids {
		wanted = append(wanted, id.Identity.String())
	}
	return &fault{
		reason: signing.IdentityMismatch, detail: "the certificate belongs to somebody whom the org does not trust",
		want: strings.Join(wanted, " or "), got: s.SubjectAlternativeName,
	}
}

// strangerFault says that the org trusts nobody. Material that is broken as
// well is called broken: then trusting somebody would not help.
func (c *check) strangerFault() *fault {
	for _, look := range []func() *fault{func() *fault { return c.loggedFault(c.root) }, func() *fault { return c.timeFault(c.root) }, c.bytesFault} {
		if look() != nil {
			return nil
		}
	}
	return &fault{reason: signing.NoTrust, detail: "the org has registered no identity that may sign", want: "a registered identity", got: c.claimed().Signer.Identity}
}

func (c *check) boundText(ids []identity) (signing.StepResult, string) {
	s, _, both := c.named(ids)
	for _, id := range both {
		if id.lib.Verify(s) != nil {
			continue
		}
		if id.SourceRepo == "" && id.SourceRef == "" {
			continue
		}
		return signing.Pass, source(s.SourceRepositoryURI, s.SourceRepositoryRef)
	}
	return signing.Skipped, "the identity names no source, so the signature would fit any release"
}

func (c *check) boundFault(ids []identity) *fault {
	s, _, both := c.named(ids)
	var want []string
	for _, id := range both {
		if id.lib.Verify(s) == nil {
			return nil
		}
		want = append(want, source(id.SourceRepo, id.SourceRef))
	}
	if len(want) == 0 {
		return nil
	}
	return &fault{
		reason: signing.ReleaseMismatch, detail: "the file was built from another repository or ref than this release",
		want: strings.Join(want, " or "), got: source(s.SourceRepositoryURI, s.SourceRepositoryRef),
	}
}

// source is how people read a repository and a ref, as far as they are known.
func source(repo, ref string) string {
	switch {
	case repo == "" && ref == "":
		return "no source"
	case repo == "":
		return ref
	case ref == "":
		return repo
	}
	return repo + " at " + ref
}

func (c *check) loggedText() (signing.StepResult, string) {
	if c.found.entries == 0 {
		return signing.Skipped, "there is no log entry, and the policy asks for none"
	}
	entries, err := c.found.bundle.TlogEntries()
	if err != nil || len(entries) == 0 {
		return signing.Skipped, "there is no log entry that can be read"
	}
	how := "proof"
	if !entries[0].HasInclusionProof() {
		how = "promise"
	}
	where := "an unknown log"
	if l := c.root.RekorLogs()[hex.EncodeToString([]byte(entries[0].LogKeyID()))]; l != nil {
		where = l.BaseURL
	}
	return signing.Pass, fmt.Sprintf("entry %d of %s, %s checked offline", entries[0].LogIndex(), where, how)
}

func (c *check) unlogged() *fault {
	return &fault{reason: signing.NoLogEntry, detail: "the signature came without an entry of a transparency log", want: "an entry in " + logNames(c.root.RekorLogs()), got: "none"}
}

// loggedFault looks at the log entries as if time did not matter.
func (c *check) loggedFault(tm root.TrustedMaterial) *fault {
	if c.found.bundle == nil || c.found.entries == 0 {
		if c.allowedBare() {
			return nil
		}
		return c.unlogged()
	}
	entries, err := c.found.bundle.TlogEntries()
	if err != nil {
		return &fault{reason: signing.Malformed, detail: "the log entry cannot be read: " + shorten(err)}
	}
	known := slices.ContainsFunc(entries, func(e *tlog.Entry) bool {
		return tm.RekorLogs()[hex.EncodeToString([]byte(e.LogKeyID()))] != nil
	})
	if !known {
		return &fault{
			reason: signing.UntrustedLog, detail: "the signature is in a log that the trusted root does not name",
			want: logNames(tm.RekorLogs()), got: "log " + hex.EncodeToString([]byte(entries[0].LogKeyID())),
		}
	}
	if _, err := verify.VerifyTlogEntry(timeless{c.found.bundle}, tm, 1, true); err != nil {
		return &fault{
			reason: signing.LogMismatch, detail: "the log entry does not hold, or is about another signature: " + shorten(err),
			want: "an entry that holds for this signature", got: shorten(err),
		}
	}
	return nil
}

func (c *check) allowedBare() bool {
	if c.found.scheme == signing.CosignKey {
		return c.policy.AllowNoLog
	}
	return c.policy.AllowCertificateOnly && c.found.bare != nil
}

// timeless is a bundle whose certificate is valid for ever, to tell a log entry
// that does not hold from one that was made at the wrong time.
type timeless struct{ verify.SignedEntity }

func (t timeless) VerificationContent() (verify.VerificationContent, error) {
	v, err := t.SignedEntity.VerificationContent()
	return eternal{v}, err
}

type eternal struct{ verify.VerificationContent }

func (eternal) ValidAtTime(time.Time, root.TrustedMaterial) bool { return true }

// times are those that the material has from somebody trusted.
func (c *check) times(tm root.TrustedMaterial) []verify.TimestampVerificationResult {
	var out []verify.TimestampVerificationResult
	if c.found.bundle == nil {
		return nil
	}
	if c.found.entries > 0 {
		stamps, err := verify.VerifyTlogEntry(timeless{c.found.bundle}, tm, 1, true)
		if err == nil {
			for _, s := range stamps {
				out = append(out, verify.TimestampVerificationResult{Type: "Tlog", URI: s.URI, Timestamp: s.Time})
			}
		}
	}
	stamps, _, err := verify.VerifySignedTimestamp(c.found.bundle, tm)
	if err == nil {
		for _, s := range stamps {
			out = append(out, verify.TimestampVerificationResult{Type: "TimestampAuthority", URI: s.URI, Timestamp: s.Time})
		}
	}
	return out
}

func (c *check) timeText(tm root.TrustedMaterial) (signing.StepResult, string) {
	for _, t := range c.times(tm) {
		return signing.Pass, stamp(t.Timestamp) + ", says " + t.URI
	}
	return signing.Skipped, "nobody vouches for the time, and the policy asks for nobody"
}

func (c *check) timeFault(tm root.TrustedMaterial) *fault {
	times := c.times(tm)
	if len(times) == 0 {
		if c.found.entries == 0 && c.found.stamps == 0 && c.allowedBare() {
			return nil
		}
		if c.found.cert == nil && c.found.stamps == 0 && (c.found.bundle == nil || !promised(c.found.bundle)) {
			return nil
		}
		return &fault{
			reason: signing.NoTrustedTime, detail: "nobody trusted says when the file was signed",
			want: "the time of a log or of a time stamping authority", got: fmt.Sprintf("%d time stamps, none that verifies", c.found.stamps),
		}
	}
	cert := c.found.cert
	if cert == nil {
		return nil
	}
	// The library also holds the claimed time of entries with a proof only
	// against the certificate, so it is looked at here too.
	if entries, err := c.found.bundle.TlogEntries(); err == nil {
		for _, e := range entries {
			if !e.IntegratedTime().IsZero() {
				times = append(times, verify.TimestampVerificationResult{Timestamp: e.IntegratedTime()})
			}
		}
	}
	for _, t := range times {
		own, err := leaf(cert)
		if err == nil {
			_, err = verify.VerifyLeafCertificate(t.Timestamp, own, c.root)
		}
		if err != nil {
			return &fault{
				reason: signing.ExpiredCertificate, detail: "the file was signed outside the time for which the certificate is valid",
				want: stamp(cert.NotBefore) + " to " + stamp(cert.NotAfter), got: stamp(t.Timestamp),
			}
		}
	}
	return nil
}

func (c *check) bytesText() (signing.StepResult, string) {
	return signing.Pass, "the signature covers " + c.covered()
}

// covered is the digest that the signature is about.
func (c *check) covered() string {
	for _, cl := range c.found.claims {
		if bytes.Equal(cl.digest, c.digests.Of(cl.hash)) {
			return cl.String()
		}
	}
	if c.found.bundle != nil && len(c.found.claims) > 0 {
		return c.found.claims[0].String()
	}
	return c.digests.String()
}

// otherBytes says whether the material names bytes, and other ones.
func (c *check) otherBytes() *fault {
	if len(c.found.claims) == 0 {
		return nil
	}
	for _, cl := range c.found.claims {
		if bytes.Equal(cl.digest, c.digests.Of(cl.hash)) {
			return nil
		}
	}
	first := c.found.claims[0]
	return &fault{
		reason: signing.DigestMismatch, detail: "the signature covers another digest than the file has",
		want: first.String(), got: claim{first.hash, c.digests.Of(first.hash)}.String(),
	}
}

func (c *check) bytesFault() *fault {
	if f := c.otherBytes(); f != nil {
		return f
	}
	if c.found.cert == nil {
		return c.keyBytesFault()
	}
	for _, h := range append(c.algorithms(), crypto.SHA256) {
		if d := c.digests.Of(h); d != nil && c.holds(h, d) {
			return nil
		}
	}
	return &fault{
		reason: signing.BadSignature, detail: "the signature was not made over these bytes with the key of the certificate",
		want: "a signature of " + c.covered(), got: "one that does not verify",
	}
}

// holds asks the library about the signature alone.
func (c *check) holds(h crypto.Hash, digest []byte) bool {
	content, err := c.found.bundle.VerificationContent()
	if err != nil {
		return false
	}
	sig, err := c.found.bundle.SignatureContent()
	if err != nil {
		return false
	}
	return verify.VerifySignatureWithArtifactDigests(sig, content, c.root, []verify.ArtifactDigest{{Algorithm: algorithmName(h), Digest: digest}}) == nil
}

func weakFault(bits, least int) *fault {
	return &fault{reason: signing.WeakAlgorithm, detail: fmt.Sprintf("the RSA key has only %d bits", bits), want: fmt.Sprintf("at least %d bits", least), got: fmt.Sprintf("%d bits", bits)}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
