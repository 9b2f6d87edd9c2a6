package pgp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	openpgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"

	"github.com/registrar-console/registrar/signing"
)

// clockSkew is how far the signer's clock may be ahead of the registry's. Only
// the future is lenient; ends of keys and signatures are checked to the second.
const clockSkew = 5 * time.Minute

// Verifier checks OpenPGP signatures against the registered keys of an org.
type Verifier struct{}

var _ signing.Verifier = Verifier{}

// Looks says whether data is an OpenPGP signature by its first bytes, whatever
// the file is called.
func Looks(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	if bytes.HasPrefix(data, []byte(armorBegin+"PGP ")) {
		return true
	}
	// The first byte of a packet: its type in the new or in the old form.
	return len(data) > 0 && (data[0] == 0xc0|tagSignature || data[0]&0xfc == 0x80|tagSignature<<2)
}

// Verify reads the artifact once for the signature, with constant memory. A
// file may carry several signatures; one good one by a registered key is enough.
func (Verifier) Verify(ctx context.Context, a signing.Artifact, m signing.Material, p signing.Policy) (signing.Verdict, error) {
	if p.Now == nil {
		return signing.Verdict{}, errors.New("checking an OpenPGP signature: the policy has no clock")
	}
	if v, done := beforeKeys(m, p); done {
		return v, nil
	}
	claims, err := readClaims(m.Signature)
	if err != nil {
		return refuseFile(err), nil
	}
	if len(p.Keys) == 0 && len(p.Identities) == 0 {
		return newReport(claims[0]).refuse(signing.NoTrust, signing.StepIdentity, refusal{
			detail: "the org has registered no key and no identity to measure the signature by",
			next:   "register the signer's key: " + claims[0].issuer,
		}), nil
	}
	keys, err := trusted(p)
	if err != nil {
		return signing.Verdict{}, err
	}
	c := check{ctx: ctx, artifact: a, policy: p, at: p.PublishedAt(a.Release), now: p.Now()}
	var first *signing.Verdict
	known := false
	for _, cl := range claims {
		v, ours, err := c.claim(cl, keys)
		if err != nil {
			return signing.Verdict{}, fmt.Errorf("checking the signature of %s: %w", a.Name, err)
		}
		if v.OK() {
			return v, nil
		}
		// What is wrong with the signature of a registered key says more than
		// that a stranger signed too.
		if first == nil || ours && !known {
			first, known = &v, ours
		}
	}
	return *first, nil
}

// beforeKeys refuses what is no matter of keys at all.
func beforeKeys(m signing.Material, p signing.Policy) (signing.Verdict, bool) {
	refuse := func(r signing.Reason, detail, next string) (signing.Verdict, bool) {
		return (&report{}).refuse(r, signing.StepFound, refusal{detail: detail, next: next}), true
	}
	switch {
	case m.Empty():
		return refuse(signing.Missing, "there is no signature", "")
	case len(m.Signature) == 0, len(m.Certificate) > 0, len(m.Bundle) > 0:
		return refuse(signing.Malformed, "an OpenPGP signature stands alone, without a certificate or a bundle", "put each signature into a file of its own")
	case !p.Accepts(signing.GPG):
		return refuse(signing.Unsupported, "the org does not accept OpenPGP signatures", "sign as the org's policy asks for")
	}
	return signing.Verdict{}, false
}

// refuseFile turns what readClaims says of the file into a verdict.
func refuseFile(err error) signing.Verdict {
	reason, f := signing.Malformed, refusal{detail: err.Error(), cause: err}
	if e, ok := errors.AsType[*Error](err); ok {
		f.detail, f.next = e.Detail, e.Next
		if e.Cause != nil {
			f.cause = e.Cause
		}
		if e.Problem == Unsupported {
			reason = signing.Unsupported
		}
	}
	return (&report{}).refuse(reason, signing.StepFound, f)
}

// trustedKey is a registered key, all its exports merged, to find and to explain.
type trustedKey struct {
	signing.TrustedKey

	entity *openpgp.Entity
}

// trusted reads the registered keys. One that cannot be read, or is not the one
// it is registered as, is a fault of the registry and no verdict on a signature.
func trusted(p signing.Policy) ([]trustedKey, error) {
	var keys []trustedKey
	for _, k := range p.KeysOf(signing.GPG) {
		e, err := merge(k.Exports)
		if err != nil {
			return nil, fmt.Errorf("reading the registered key %s: %w", k.Info(), err)
		}
		if fpr := fingerprint(e.PrimaryKey); !strings.EqualFold(fpr, k.Fingerprint) {
			return nil, fmt.Errorf("reading the registered key %s: its exports are of the key %s", k.Info(), fpr)
		}
		keys = append(keys, trustedKey{k, e})
	}
	return keys, nil
}

// check is one verification: what is asked, and as of when.
type check struct {
	ctx      context.Context // lives for one call of Verify
	artifact signing.Artifact
	policy   signing.Policy
	at       time.Time // when the release was published, as the registry recorded it; else now
	now      time.Time
}

// claim judges one signature. ours says that it names a registered key.
func (c *check) claim(cl claim, keys []trustedKey) (v signing.Verdict, ours bool, err error) {
	r := newReport(cl)
	if cl.reason != signing.ReasonNone {
		return r.refuse(cl.reason, signing.StepFound, refusal{detail: cl.detail, next: cl.next, cause: cl.cause}), false, nil
	}
	for _, k := range keys {
		pk := cl.by(k.entity)
		if pk == nil {
			continue
		}
		// Two keys with one fingerprint do not exist, and of one id the first is
		// as good as the second: what the library says of it is the verdict.
		v, err := c.key(r, cl, k, pk)
		return v, true, err
	}
	return r.refuse(signing.WrongKey, signing.StepIdentity, refusal{
		detail: fmt.Sprintf("it was made by the key %s, which the org has not registered", cl.issuer),
		want:   strings.Join(fingerprints(keys), ", "),
		got:    cl.issuer,
		next:   "register the key if it is yours; else treat the file as foreign",
	}), false, nil
}

func fingerprints(keys []trustedKey) []string {
	var all []string
	for _, k := range keys {
		all = append(all, k.Fingerprint)
	}
	return all
}

// key lets the library decide about one signature and one registered key. What
// follows a yes can only refuse; what follows a no can only explain.
func (c *check) key(r *report, cl claim, k trustedKey, pk *packet.PublicKey) (signing.Verdict, error) {
	r.signedBy(k, pk)
	// The library remembers in a key what it found out about it, by other rules
	// too: what explains a verdict must not have touched the key that makes one.
	untouched, err := merge(k.Exports)
	if err != nil {
		return signing.Verdict{}, err
	}
	signed, err := c.artifact.Open()
	if err != nil {
		return signing.Verdict{}, err
	}
	in := &source{ctx: c.ctx, r: signed, sum: sha256.New()}
	refused := libraryVerify(untouched, in, cl.packet, config(c.asOf(cl), c.policy.MinimumRSABits()))
	if cerr := signed.Close(); in.err == nil {
		in.err = cerr
	}
	if in.err != nil {
		return signing.Verdict{}, in.err
	}
	if refused != nil {
		return c.explain(r, cl, k, pk, refused)
	}
	return c.accepted(r, cl, k, pk, in.sum.Sum(nil)), nil
}

// asOf is the time at which the library is asked: that of publishing, unless the
// signer's clock was a little ahead of it.
func (c *check) asOf(cl claim) time.Time {
	if cl.created.After(c.at) && !cl.created.After(c.at.Add(clockSkew)) {
		return cl.created
	}
	return c.at
}

// libraryVerify is the decision. nil is the only yes.
func libraryVerify(e *openpgp.Entity, signed io.Reader, signature []byte, cfg *packet.Config) error {
	md, err := openpgp.VerifyDetachedSignatureReader(openpgp.EntityList{e}, signed, bytes.NewReader(signature), cfg)
	if err != nil {
		return err
	}
	buf := make([]byte, 128<<10)
	for err == nil {
		_, err = md.UnverifiedBody.Read(buf)
	}
	switch {
	case !errors.Is(err, io.EOF):
		return err
	case md.SignatureError != nil:
		return md.SignatureError
	case !md.IsVerified || md.Signature == nil || md.SignedBy == nil || md.SignedBy.Entity != e:
		return openpgperrors.ErrUnknownIssuer
	}
	return nil
}

// source hashes what is read, stops with its context, and remembers a failure
// to read: that is no fault of the signature.
type source struct {
	ctx context.Context // lives for one pass over the artifact
	r   io.Reader
	sum hash.Hash // nil: nobody asks
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.r.Read(p)
	if s.sum != nil {
		s.sum.Write(p[:n])
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// accepted applies the registry's rules to a signature that the library finds
// good. The time in it is the signer's own word, and whoever has a leaked or
// expired key can write any; so what counts is when the release was published.
func (c *check) accepted(r *report, cl claim, k trustedKey, pk *packet.PublicKey, read []byte) signing.Verdict {
	if v, bad := c.judgeKey(r, k, pk); bad {
		return v
	}
	if end := cl.end(); !end.IsZero() && c.at.After(end) {
		return r.refuse(signing.ExpiredSignature, signing.StepTime, expiredSignature(end))
	}
	if want := c.artifact.Digests; want.SHA256 != nil && !bytes.Equal(want.SHA256, read) {
		return r.refuse(signing.DigestMismatch, signing.StepBytes, refusal{
			detail: "the file is not the one that was recorded", want: want.String(), got: signing.Digests{SHA256: read}.String(),
			next: "get the file again",
		})
	}
	return r.verified(c.artifact)
}

// judgeKey refuses by what the registry was told about the key and by what its
// owner says in it.
func (c *check) judgeKey(r *report, k trustedKey, pk *packet.PublicKey) (signing.Verdict, bool) {
	told := k.TrustedKey
	told.ExpiresAt = time.Time{} // the exports know better: the newest of them counts
	if reason, detail := told.Judge(c.at); reason != signing.ReasonNone {
		return r.refuse(reason, signing.StepIdentity, refusal{detail: detail, next: "sign with a key that is in use"}), true
	}
	for _, rev := range revocations(k.entity, pk) {
		if rev.Always || !c.at.Before(rev.At) {
			return r.refuse(signing.RevokedKey, signing.StepIdentity, revoked(k, rev)), true
		}
	}
	if until := validUntil(k.entity, pk); !until.IsZero() && !c.now.Before(until) {
		if !c.at.Before(until) && !c.policy.AllowExpiredKey {
			return r.refuse(signing.ExpiredKey, signing.StepIdentity, refusal{
				detail: fmt.Sprintf("the key %s expired on %s, and nobody but the signer says that the signature is older", k.Info(), day(until)),
				want:   "a key valid on " + day(c.at), got: "valid until " + day(until), next: extend,
			}), true
		}
		r.warn(signing.WarnKeyExpired, "the key %s expired on %s, after this release", k.Info(), day(until))
	}
	if !k.RevokedAt.IsZero() {
		r.warn(signing.WarnKeyRetired, "the key %s was revoked on %s, but is good for releases before %s", k.Info(), day(k.RevokedAt), day(k.CompromisedSince))
	}
	if !k.RetiredAt.IsZero() && !c.now.Before(k.RetiredAt) {
		r.warn(signing.WarnKeyRetired, "the key %s was retired on %s, after this release", k.Info(), day(k.RetiredAt))
	}
	if bits, err := pk.BitLength(); err == nil && isRSA(pk) && bits < MinNewRSABits {
		r.warn(signing.WarnWeak, "%s is below the %d bits that new keys must have", algorithm(pk), MinNewRSABits)
	}
	return signing.Verdict{}, false
}

const extend = "extend the key (gpg --quick-set-expire FINGERPRINT 2y), export it and register the export"

func revoked(k trustedKey, rev *Revocation) refusal {
	detail := fmt.Sprintf("its owner revoked the key %s on %s: %s", k.Info(), day(rev.At), rev.Reason)
	if rev.Text != "" {
		detail += " (" + rev.Text + ")"
	}
	return refusal{detail: detail, want: "a key in use", got: "revoked on " + day(rev.At), next: "sign with another key"}
}

func expiredSignature(end time.Time) refusal {
	return refusal{
		detail: fmt.Sprintf("the signature ended on %s, as its signer wanted", day(end)),
		got:    "valid until " + day(end), next: "sign again, without an end (gpg --default-sig-expire 0)",
	}
}

// revocations are those that concern a part of a key: its own, and those of the
// primary key, which takes everything with it.
func revocations(e *openpgp.Entity, pk *packet.PublicKey) []*Revocation {
	var all []*Revocation
	if r := primaryRevocation(e); r != nil {
		all = append(all, r)
	}
	if sub := subkeyOf(e, pk); sub != nil {
		if r := subkeyRevocation(sub); r != nil {
			all = append(all, r)
		}
	}
	return all
}

// validUntil is the sooner of the ends of the primary key and of the subkey.
func validUntil(e *openpgp.Entity, pk *packet.PublicKey) time.Time {
	cfg := lenientConfig(time.Time{})
	until := primaryExpiry(e, cfg)
	if sub := subkeyOf(e, pk); sub != nil {
		if binding, err := sub.LatestValidBindingSignature(time.Time{}, cfg); err == nil {
			until = sooner(until, expiry(pk, binding))
		}
	}
	return until
}

func subkeyOf(e *openpgp.Entity, pk *packet.PublicKey) *openpgp.Subkey {
	for i := range e.Subkeys {
		if bytes.Equal(e.Subkeys[i].PublicKey.Fingerprint, pk.Fingerprint) {
			return &e.Subkeys[i]
		}
	}
	return nil
}

// recorded compares the bytes with what the registry recorded of them. Without
// a record it cannot tell, and says so by an empty digest.
func (c *check) recorded() (want, got string, err error) {
	if c.artifact.Digests.SHA256 == nil {
		return "", "", nil
	}
	f, err := c.artifact.Open()
	if err != nil {
		return "", "", err
	}
	d, err := signing.Digest(c.ctx, f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return "", "", err
	}
	return c.artifact.Digests.String(), d.String(), nil
}
