package cosign

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/registrar-console/registrar/signing"
)

// keyStages are those of a signature made with a key.
func (c *check) keyStages() []stage {
	return []stage{
		{signing.StepFound, always(signing.Pass, "%s", c.found.what), never},
		{signing.StepCertificate, always(signing.Skipped, "signed with a key, so there is no certificate"), never},
		{signing.StepIdentity, c.keyText, c.keyFault},
		{signing.StepBoundTo, always(signing.Skipped, "a key does not say which release it signed for"), never},
		{signing.StepLogged, c.loggedText, func() *fault { return c.loggedFault(c.anyMaterial()) }},
		{signing.StepTime, func() (signing.StepResult, string) { return c.timeText(c.anyMaterial()) }, func() *fault { return c.timeFault(c.anyMaterial()) }},
		{signing.StepBytes, c.bytesText, c.bytesFault},
	}
}

// anyMaterial trusts the root and the signer's key, or else the first one.
func (c *check) anyMaterial() root.TrustedMaterial {
	k := c.signer
	if k == nil && len(c.keys) > 0 {
		k = &c.keys[0]
	}
	if k == nil {
		return c.root
	}
	tm, err := c.material(*k, c.keyHashes(*k)[0])
	if err != nil {
		return c.root
	}
	return tm
}

// suspect looks for the key behind a signature that did not verify: the one
// that made it for the bytes it names, or the one that it names.
func (c *check) suspect() {
	for i := range c.keys {
		if c.madeBy(c.keys[i]) {
			c.signer, c.proven = &c.keys[i], true
			return
		}
	}
	for i := range c.keys {
		if c.keys[i].Fingerprint == c.hinted() {
			c.signer = &c.keys[i]
			return
		}
	}
}

// madeBy says whether the key signed the bytes that the material is about; a
// bare signature is about those of the file.
func (c *check) madeBy(k registered) bool {
	for _, h := range c.keyHashes(k) {
		first := claim{hash: h, digest: c.digests.Of(h)}
		if len(c.found.claims) > 0 {
			first = c.found.claims[0]
		}
		err := guard(func() error {
			tm, err := c.material(k, h)
			if err != nil {
				return err
			}
			b, err := c.found.wrapped(first.hash, first.digest)
			if err != nil {
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
			return verify.VerifySignatureWithArtifactDigests(sig, content, tm, []verify.ArtifactDigest{{Algorithm: algorithmName(first.hash), Digest: first.digest}})
		})
		if err == nil {
			return true
		}
	}
	return false
}

// hinted is the fingerprint of the key that the material names, empty if it
// names none. Nobody vouches for it.
func (c *check) hinted() string {
	if raw, err := base64.StdEncoding.DecodeString(c.found.hint); err == nil && len(raw) == sha256.Size {
		return hex.EncodeToString(raw)
	}
	if c.found.hint != "" || c.found.bundle == nil {
		return shortenText(c.found.hint)
	}
	// Older bundles name the key only in their log entry.
	fingerprint := ""
	_ = guard(func() error { // without it, there is no name
		entries, err := c.found.bundle.TlogEntries()
		if err != nil || len(entries) == 0 {
			return err
		}
		der, err := x509.MarshalPKIXPublicKey(entries[0].PublicKey())
		if err == nil {
			sum := sha256.Sum256(der)
			fingerprint = hex.EncodeToString(sum[:])
		}
		return err
	})
	return fingerprint
}

func (c *check) keyText() (signing.StepResult, string) {
	switch {
	case c.signer != nil && c.proven:
		return signing.Pass, "the key " + c.signer.Info().String()
	case c.signer != nil:
		return signing.Pass, "says that it is by the key " + c.signer.Info().String()
	case c.hinted() != "":
		return signing.Skipped, "says that it is by the key " + c.hinted()
	}
	return signing.Skipped, "it names no key"
}

func (c *check) keyFault() *fault {
	if len(c.keys) == 0 && len(c.badKeys) == 0 {
		if c.otherBytes() != nil {
			return nil
		}
		return &fault{reason: signing.NoTrust, detail: "the org has registered no cosign key", want: "a registered key", got: c.hinted()}
	}
	if s := c.signer; s != nil {
		if least := int(c.policy.MinimumRSABits()); s.public.RSABits() > 0 && s.public.RSABits() < least {
			return weakFault(s.public.RSABits(), least)
		}
		if !c.proven {
			return nil
		}
		if reason, why := s.Judge(c.policy.PublishedAt(c.artifact.Release)); reason != signing.ReasonNone {
			return &fault{reason: reason, detail: why, want: "a key in use", got: s.Info().String()}
		}
		return nil
	}
	if len(c.keys) == 0 {
		bad := c.badKeys[0]
		reason := signing.NoTrust
		if errors.Is(bad.err, ErrUnsupportedKey) {
			reason = signing.Unsupported
		}
		return &fault{reason: reason, detail: "the registered key " + bad.Info().String() + " cannot verify: " + shorten(bad.err)}
	}
	if hint := c.hinted(); hint != "" {
		return &fault{reason: signing.WrongKey, detail: "the signature is by a key that the org has not registered", want: c.keyNames(), got: hint}
	}
	return nil
}

func (c *check) keyNames() string {
	names := make([]string, 0, len(c.keys))
	for _, k := range c.keys {
		names = append(names, k.Info().String())
	}
	return strings.Join(names, " or ")
}

func (c *check) keyBytesFault() *fault {
	if c.proven {
		return nil
	}
	f := &fault{reason: signing.BadSignature, want: "a signature of " + c.covered(), got: "one that does not verify"}
	if c.signer != nil {
		f.detail = "the signature was not made by the key that it names"
		return f
	}
	f.detail = "the signature fits none of the registered keys: " + c.keyNames() + "; either the file was altered, or another key signed it"
	return f
}
