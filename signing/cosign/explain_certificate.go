package cosign

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/registrar-console/registrar/signing"
)

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
		wanted = append(wanted, id.String())
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
