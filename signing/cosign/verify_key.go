package cosign

import (
	"crypto"
	"errors"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/signature"

	"github.com/registrar-console/registrar/signing"
)

// registered is a key of the policy that can verify.
type registered struct {
	signing.TrustedKey
	public *PublicKey
}

// badKey is one that cannot; its error says why.
type badKey struct {
	signing.TrustedKey
	err error
}

func usableKeys(p signing.Policy) ([]registered, []badKey) {
	var good []registered
	var bad []badKey
	for _, t := range p.KeysOf(signing.CosignKey) {
		k, err := ParsePublicKey(t.Exports[len(t.Exports)-1])
		if err != nil {
			bad = append(bad, badKey{t, err})
			continue
		}
		t.Fingerprint = k.Fingerprint()
		good = append(good, registered{t, k})
	}
	return good, bad
}

// byKey verifies with every registered key in turn; what the material says
// about its key decides nothing.
func (c *check) byKey() signing.Verdict {
	if v, ok := c.untrusted(); ok {
		return v
	}
	var last error
	for _, k := range c.keys {
		for _, h := range c.keyHashes(k) {
			result, err := c.withKey(k, h, c.digests)
			if err == nil {
				return c.signedBy(k, result)
			}
			last = err
		}
	}
	if last == nil {
		last = errors.New("no registered key can be read")
	}
	c.suspect()
	return c.explain(c.keyStages(), last)
}

// keyHashes lists what a signature of the key may have hashed.
func (c *check) keyHashes(k registered) []crypto.Hash {
	if c.found.bundle != nil && c.found.bundle.GetMessageSignature() != nil {
		return []crypto.Hash{c.found.claims[0].hash}
	}
	return k.public.hashes()
}

// withKey asks the library whether the key made the signature of these bytes.
func (c *check) withKey(k registered, h crypto.Hash, d signing.Digests) (*verify.VerificationResult, error) {
	var result *verify.VerificationResult
	err := guard(func() error {
		if k.public.RSABits() > 0 && k.public.RSABits() < int(c.policy.MinimumRSABits()) {
			return errWeak
		}
		b, err := c.found.wrapped(h, d.Of(h))
		if err != nil {
			return err
		}
		tm, err := c.material(k, h)
		if err != nil {
			return err
		}
		v, err := verify.NewVerifier(tm, c.keyPosture(b)...)
		if err != nil {
			return err
		}
		algs := c.algorithms()
		if c.found.bundle == nil {
			algs = []crypto.Hash{h}
		}
		for _, alg := range algs {
			digest := verify.WithArtifactDigest(algorithmName(alg), d.Of(alg))
			if result, err = v.Verify(b, verify.NewPolicy(digest, verify.WithKey())); err == nil {
				return nil
			}
		}
		return err
	})
	return result, err
}

var errWeak = errors.New("the key is too short")

// material trusts the root and one key, whatever name the bundle gives it.
func (c *check) material(k registered, h crypto.Hash) (root.TrustedMaterial, error) {
	v, err := signature.LoadVerifier(k.public.key, h)
	if err != nil {
		return nil, err
	}
	return root.TrustedMaterialCollection{c.root, root.NewTrustedPublicKeyMaterial(func(string) (root.TimeConstrainedVerifier, error) {
		return root.NewExpiringKey(v, time.Time{}, time.Time{}), nil
	})}, nil
}

// keyPosture asks for all that the bundle offers: what is there must hold.
func (c *check) keyPosture(b *bundle.Bundle) []verify.VerifierOption {
	opts := []verify.VerifierOption{verify.WithoutStatementPredicate()}
	if c.found.entries > 0 {
		opts = append(opts, verify.WithTransparencyLog(1))
	}
	switch {
	case c.found.entries > 0 && (c.found.stamps > 0 || promised(b)):
		return append(opts, verify.WithObserverTimestamps(1))
	case c.found.stamps > 0:
		return append(opts, verify.WithSignedTimestamps(1))
	}
	return append(opts, verify.WithNoObserverTimestamps())
}

// promised says whether a log put a time to its entry.
func promised(b *bundle.Bundle) bool {
	entries, err := b.TlogEntries()
	return err == nil && len(entries) > 0 && b.HasInclusionPromise()
}

// signedBy is the verdict once a key is known to have signed these bytes. The
// key's own life and the policy may still refuse.
func (c *check) signedBy(k registered, result *verify.VerificationResult) signing.Verdict {
	at, source := trustedTime(result.VerifiedTimestamps)
	c.signer, c.proven = &k, true
	stages := c.keyStages()
	published := at
	if source == signing.TimeNone {
		published = c.policy.PublishedAt(c.artifact.Release)
	}
	if reason, why := k.Judge(published); reason != signing.ReasonNone {
		return c.refuse(stages, signing.StepIdentity, &fault{reason: reason, detail: why, want: "a key in use on " + published.UTC().Format(time.DateOnly), got: k.Info().String()}, nil)
	}
	if c.found.entries == 0 {
		if !c.policy.AllowNoLog {
			return c.refuse(stages, signing.StepLogged, c.unlogged(), nil)
		}
		c.warn(signing.WarnNoLog, "the signature is in no public log, where misuse of the key would show")
	}
	if source == signing.TimeNone {
		c.warn(signing.WarnNoTime, "nobody vouches for when the file was signed")
	}
	if !k.RetiredAt.IsZero() || !k.RevokedAt.IsZero() {
		c.warn(signing.WarnKeyRetired, "the key %s is no longer in use; this release is older", k.Info())
	}
	facts := c.facts(stages)
	facts.SignedAt, facts.Source = at, source
	facts.Assurance = signing.KeyOnly
	if c.found.entries > 0 && source != signing.TimeNone {
		facts.Assurance = signing.Full
	}
	return signing.Verified(facts)
}

// untrusted is the verdict of an org that has registered no key.
func (c *check) untrusted() (signing.Verdict, bool) {
	if len(c.policy.KeysOf(signing.CosignKey)) > 0 {
		return signing.Verdict{}, false
	}
	return c.explain(c.keyStages(), errors.New("no key to verify with")), true
}
