package cosign

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/registrar-console/registrar/signing"
)

// Verifier verifies signatures of the Sigstore family. It holds nothing, so one
// serves any number of goroutines.
type Verifier struct{}

var _ signing.Verifier = Verifier{}

// Verify implements signing.Verifier.
func (Verifier) Verify(ctx context.Context, a signing.Artifact, m signing.Material, p signing.Policy) (signing.Verdict, error) {
	if err := p.Validate(); err != nil {
		return signing.Verdict{}, fmt.Errorf("verifying %s: the policy makes no sense: %w", a.Name, err)
	}
	if m.Empty() {
		return unfound(signing.Missing, "", "there is no signature beside the file", nil), nil
	}
	f, r := recognise(m)
	if r != nil {
		return unfound(r.reason, "", r.detail, r.cause), nil
	}
	if !p.Accepts(f.scheme) {
		return unfound(signing.Unsupported, f.scheme, fmt.Sprintf("this is %s of scheme %s, and the policy accepts only %v", f.what, f.scheme, p.Require), nil), nil
	}
	tr, err := loadRoot(p.TrustedRoot)
	if err != nil {
		return unfound(signing.NoTrust, f.scheme, "the trusted root cannot be read: "+shorten(err), err), nil
	}
	c := &check{found: f, root: tr, policy: p, artifact: a}
	c.keys, c.badKeys = usableKeys(p)
	if err := c.hash(ctx); err != nil {
		return signing.Verdict{}, fmt.Errorf("verifying %s: %w", a.Name, err)
	}
	if f.scheme == signing.CosignKey {
		return c.byKey(), nil
	}
	return c.byCertificate(), nil
}

// unfound is a verdict about material that never got as far as being checked.
func unfound(reason signing.Reason, scheme signing.Scheme, detail string, cause error) signing.Verdict {
	var list signing.Checklist
	list.Set(signing.StepFound, signing.Fail, "%s", detail)
	return signing.Refused(reason, signing.Facts{Scheme: scheme, Detail: detail, Next: advice[reason], Steps: list.Steps(), Cause: cause})
}

// check is one verification under way.
type check struct {
	found    *found
	root     *root.TrustedRoot
	policy   signing.Policy
	artifact signing.Artifact
	digests  signing.Digests
	keys     []registered
	badKeys  []badKey

	signer   *registered // whose signature it is, or says it is
	proven   bool        // it is his, whatever bytes it is about
	list     signing.Checklist
	warnings []signing.Warning
}

// hash sees to it that every digest the verification needs is there. The file
// is read only if the caller's digests do not suffice, and then once; bytes that
// changed since he computed his are noticed.
func (c *check) hash(ctx context.Context) error {
	c.digests = c.artifact.Digests
	need := c.algorithms()
	missing := slices.ContainsFunc(need, func(h crypto.Hash) bool { return c.digests.Of(h) == nil })
	if !missing {
		return nil
	}
	if c.artifact.Open == nil {
		return fmt.Errorf("its signature needs the digests %v, and there are no bytes to compute them from", need)
	}
	r, err := c.artifact.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // it was only read
	d, err := signing.Digest(ctx, r, append(need, crypto.SHA256)...)
	if err != nil {
		return err
	}
	if known := c.artifact.Digests.SHA256; known != nil && !bytes.Equal(known, d.SHA256) {
		return errors.New("the file changed while it was being verified")
	}
	c.digests = d
	return nil
}

// algorithms lists what to hash the file with.
func (c *check) algorithms() []crypto.Hash {
	var out []crypto.Hash
	add := func(hs ...crypto.Hash) {
		for _, h := range hs {
			if !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
	}
	for _, cl := range c.found.claims {
		add(cl.hash)
	}
	switch {
	case c.found.bundle != nil:
	case c.found.cert != nil:
		add(hashesOf(c.found.cert.PublicKey)[0])
	default:
		add(crypto.SHA256)
		for _, k := range c.keys {
			add(k.public.hashes()...)
		}
	}
	return out
}

// byCertificate verifies a keyless signature. The posture is that of cosign: a
// certificate that was logged, a signature that was logged, and a trusted time.
func (c *check) byCertificate() signing.Verdict {
	ids := c.identities()
	if c.found.bundle == nil {
		return c.byCertificateOnly(ids)
	}
	var result *verify.VerificationResult
	err := guard(func() error {
		v, err := verify.NewVerifier(c.root, verify.WithSignedCertificateTimestamps(1), verify.WithTransparencyLog(1),
			verify.WithObserverTimestamps(1), verify.WithoutStatementPredicate())
		if err != nil {
			return err
		}
		result, err = c.anyClaim(func(digest verify.ArtifactPolicyOption) (*verify.VerificationResult, error) {
			return v.Verify(c.found.bundle, verify.NewPolicy(digest, identityOptions(ids)...))
		})
		return err
	})
	if err == nil && len(ids) == 0 {
		// Without identities the library is told to look at all the rest, so that
		// broken material is called broken. It is never good without one.
		err = errNoIdentity
	}
	stages := c.certificateStages(ids)
	if err != nil {
		return c.explain(stages, err)
	}
	c.warnUnbound(ids)
	facts := c.facts(stages)
	facts.SignedAt, facts.Source = trustedTime(result.VerifiedTimestamps)
	facts.Assurance = signing.Full
	return signing.Verified(facts)
}

var errNoIdentity = errors.New("no identity to compare the certificate with")

// identities are those of the policy, filled in for this release.
func (c *check) identities() []identity {
	var out []identity
	for _, registered := range c.policy.Identities {
		id := registered.For(c.artifact.Release)
		san, err1 := verify.NewSANMatcher(id.SAN, id.SANRegexp)
		iss, err2 := verify.NewIssuerMatcher(id.Issuer, "")
		lib, err3 := verify.NewCertificateIdentity(san, iss, certificate.Extensions{SourceRepositoryURI: id.SourceRepo, SourceRepositoryRef: id.SourceRef})
		if errors.Join(err1, err2, err3) == nil {
			out = append(out, identity{Identity: id, lib: lib, binds: registered.Binds()})
		}
	}
	return out
}

// identity is one that the org trusts, as the library compares it.
type identity struct {
	signing.Identity
	lib   verify.CertificateIdentity
	binds bool // to the release
}

func identityOptions(ids []identity) []verify.PolicyOption {
	if len(ids) == 0 {
		return []verify.PolicyOption{verify.WithoutIdentitiesUnsafe()}
	}
	out := make([]verify.PolicyOption, 0, len(ids))
	for _, id := range ids {
		out = append(out, verify.WithCertificateIdentity(id.lib))
	}
	return out
}

// anyClaim verifies with each digest that the material may be about; for all
// but odd attestations there is one.
func (c *check) anyClaim(run func(verify.ArtifactPolicyOption) (*verify.VerificationResult, error)) (*verify.VerificationResult, error) {
	err := errors.New("the material is about no bytes at all")
	for _, h := range c.algorithms() {
		var result *verify.VerificationResult
		if result, err = run(verify.WithArtifactDigest(algorithmName(h), c.digests.Of(h))); err == nil {
			return result, nil
		}
	}
	return nil, err
}

// byCertificateOnly verifies a signature with its certificate and nothing else.
// Each of the library's checks has to pass; the log's and the time's cannot be
// made, so the policy must allow that.
func (c *check) byCertificateOnly(ids []identity) signing.Verdict {
	h := hashesOf(c.found.cert.PublicKey)[0]
	b, err := c.found.wrapped(h, c.digests.Of(h))
	if err != nil {
		return unfound(signing.Malformed, c.found.scheme, "the signature and its certificate do not hold together: "+shorten(err), err)
	}
	c.found.bundle, c.found.claims = b, []claim{{hash: h, digest: c.digests.Of(h)}}
	err = guard(func() error { return c.certificateOnly(b, ids, h) })
	if err == nil && !c.policy.AllowCertificateOnly {
		err = errors.New("the policy wants a log entry")
	}
	stages := c.certificateStages(ids)
	if err != nil {
		return c.explain(stages, err)
	}
	c.warnUnbound(ids)
	c.warn(signing.WarnNoTime, "nobody vouches for when the file was signed; the certificate was valid until %s", stamp(c.found.cert.NotAfter))
	facts := c.facts(stages)
	facts.Assurance = signing.CertificateOnly
	return signing.Verified(facts)
}

func (c *check) certificateOnly(b *bundle.Bundle, ids []identity, h crypto.Hash) error {
	if len(ids) == 0 {
		return errNoIdentity
	}
	if err := c.chain(); err != nil {
		return err
	}
	if err := c.published(); err != nil {
		return err
	}
	content, err := b.VerificationContent()
	if err != nil {
		return err
	}
	sig, err := b.SignatureContent()
	if err != nil {
		return err
	}
	digest := []verify.ArtifactDigest{{Algorithm: algorithmName(h), Digest: c.digests.Of(h)}}
	if err := verify.VerifySignatureWithArtifactDigests(sig, content, c.root, digest); err != nil {
		return err
	}
	summary, err := certificate.SummarizeCertificate(c.found.cert)
	if err != nil {
		return err
	}
	all := make(verify.CertificateIdentities, 0, len(ids))
	for _, id := range ids {
		all = append(all, id.lib)
	}
	_, err = all.Verify(summary)
	return err
}

// warnUnbound says so when the identity that let the signature pass would let
// it pass beside any other release, too.
func (c *check) warnUnbound(ids []identity) {
	s, _, both := c.named(ids)
	bound := slices.ContainsFunc(both, func(id identity) bool { return id.binds && id.lib.Verify(s) == nil })
	if !bound {
		c.warn(signing.WarnNotBound, "the identity does not say which release the signature is for")
	}
}

func trustedTime(stamps []verify.TimestampVerificationResult) (time.Time, signing.TimeSource) {
	for _, s := range stamps {
		if s.Type == "Tlog" {
			return s.Timestamp.UTC(), signing.TimeRekor
		}
	}
	for _, s := range stamps {
		return s.Timestamp.UTC(), signing.TimeTSA
	}
	return time.Time{}, signing.TimeNone
}

func (c *check) warn(code signing.WarningCode, format string, args ...any) {
	c.warnings = append(c.warnings, signing.Warning{Code: code, Detail: fmt.Sprintf(format, args...)})
}
