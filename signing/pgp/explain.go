package pgp

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	openpgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/registrar-console/registrar/signing"
)

// explain finds the reason for the library's refusal. Whatever it finds, the
// verdict is a refusal: it returns nothing that could be anything else.
func (c *check) explain(r *report, cl claim, k trustedKey, pk *packet.PublicKey, refused error) (signing.Verdict, error) {
	reason, step, why := c.diagnose(cl, k, pk, refused)
	if reason == signing.BadSignature && step == signing.StepBytes {
		begins, found, err := c.begins(cl)
		if err != nil {
			return signing.Verdict{}, err
		}
		if begins != found {
			reason = signing.DigestMismatch
			why = refusal{
				detail: "the signature was not made for these bytes: the file was altered, or it is another one", want: begins, got: found,
				next: "do not use the file; get it again from its source, and if it stays the same, tell the publisher",
			}
		}
	}
	why.cause = refused
	return r.refuse(reason, step, why), nil
}

// begins compares how the digest that was signed begins, which every signature
// says of itself, with that of the bytes at hand. Nobody vouches for those two
// bytes; they tell altered files from damaged signatures. Where they cannot be
// compared both are empty.
func (c *check) begins(cl claim) (signed, found string, err error) {
	if cl.sig.Version != 4 || !cl.sig.Hash.Available() {
		return "", "", nil
	}
	f, err := c.artifact.Open()
	if err != nil {
		return "", "", err
	}
	h := cl.sig.Hash.New()
	_, err = io.Copy(h, &source{ctx: c.ctx, r: f})
	if err = errors.Join(err, f.Close()); err != nil {
		return "", "", err
	}
	h.Write(cl.sig.HashSuffix)
	say := func(tag []byte) string { return fmt.Sprintf("%s begins with %x", cl.algorithm, tag) }
	return say(cl.sig.HashTag[:]), say(h.Sum(nil)[:len(cl.sig.HashTag)]), nil
}

// diagnose asks the facts first and the library's words last.
func (c *check) diagnose(cl claim, k trustedKey, pk *packet.PublicKey, refused error) (signing.Reason, signing.StepName, refusal) {
	minimum := config(c.at, c.policy.MinimumRSABits())
	switch {
	case weakPublicKey(k.entity.PrimaryKey, minimum) != nil:
		return weakKey(k, k.entity.PrimaryKey)
	case weakPublicKey(pk, minimum) != nil:
		return weakKey(k, pk)
	case errors.Is(refused, openpgperrors.ErrSignatureExpired) && cl.created.After(c.at):
		return signing.FutureSignature, signing.StepTime, refusal{
			detail: fmt.Sprintf("the signature claims %s, which had not come yet", cl.created.Format(time.RFC3339)),
			want:   "not after " + c.at.UTC().Format(time.RFC3339), got: cl.created.Format(time.RFC3339), next: "set the signer's clock and sign again",
		}
	case errors.Is(refused, openpgperrors.ErrSignatureExpired):
		return signing.ExpiredSignature, signing.StepTime, expiredSignature(cl.end())
	case cl.created.Before(pk.CreationTime):
		return signing.BadSignature, signing.StepTime, refusal{
			detail: fmt.Sprintf("the signature claims %s, before its key was made on %s", day(cl.created), day(pk.CreationTime)),
			next:   "set the signer's clock and sign again",
		}
	}
	if reason, why := c.keyThen(cl, k, pk); reason != signing.ReasonNone {
		return reason, signing.StepIdentity, why
	}
	return byWords(refused)
}

func weakKey(k trustedKey, pk *packet.PublicKey) (signing.Reason, signing.StepName, refusal) {
	return signing.WeakAlgorithm, signing.StepIdentity, refusal{
		detail: fmt.Sprintf("the key %s is %s, too weak to be believed", k.Info(), algorithm(pk)),
		got:    algorithm(pk), next: fmt.Sprintf("use Ed25519, or RSA with %d bits or more", MinNewRSABits),
	}
}

// keyThen finds a key whose owner's statements do not let it sign at the
// moment that the signature claims.
func (c *check) keyThen(cl claim, k trustedKey, pk *packet.PublicKey) (signing.Reason, refusal) {
	strict := config(cl.created, c.policy.MinimumRSABits())
	signs, err := vouched(k, pk, cl.created, strict)
	switch {
	case err == nil && signs:
		return signing.ReasonNone, refusal{}
	case err == nil:
		return signing.WrongKey, refusal{
			detail: fmt.Sprintf("the key %s may not sign files: it is for other purposes", fingerprint(pk)),
			got:    fingerprint(pk), next: "sign with a signing key",
		}
	case errors.Is(err, openpgperrors.ErrKeyRevoked):
		for _, rev := range revocations(k.entity, pk) {
			return signing.RevokedKey, revoked(k, rev)
		}
		return signing.RevokedKey, refusal{detail: fmt.Sprintf("its owner revoked the key %s", k.Info()), next: "sign with another key"}
	case errors.Is(err, openpgperrors.ErrKeyExpired):
		return signing.ExpiredKey, refusal{
			detail: fmt.Sprintf("the key %s was not valid on %s, when it signed", k.Info(), day(cl.created)),
			want:   "a key valid on " + day(cl.created), got: "valid until " + until(validUntil(k.entity, pk)), next: extend,
		}
	}
	if _, err := vouched(k, pk, cl.created, lenientConfig(cl.created)); err == nil {
		return signing.WeakAlgorithm, refusal{
			detail: fmt.Sprintf("the key %s vouches for itself with SHA-1 only", k.Info()),
			next:   "renew its self-signatures (gpg --cert-digest-algo SHA256 --quick-set-expire FINGERPRINT 2y) and register the export",
		}
	}
	return signing.ExpiredKey, refusal{
		detail: fmt.Sprintf("no registered export of the key %s shows that it was valid on %s, when it signed", k.Info(), day(cl.created)),
		want:   "a key valid on " + day(cl.created),
		next:   "register an export of the key from that time, too",
	}
}

// vouched asks the library whether a part of a key was valid then, and whether
// it may sign. It reads the key anew, because the library remembers in it what
// it decided by other rules.
func vouched(k trustedKey, pk *packet.PublicKey, at time.Time, cfg *packet.Config) (signs bool, err error) {
	e, err := merge(k.Exports)
	if err != nil {
		return false, err
	}
	if _, err := e.VerifyPrimaryKey(at, cfg); err != nil {
		return false, err
	}
	if sub := subkeyOf(e, pk); sub != nil {
		if _, err := sub.Verify(at, cfg); err != nil {
			return false, err
		}
	}
	_, signs = e.SigningKeyById(at, pk.KeyId, cfg)
	return signs, nil
}

// byWords reads the library's error where no fact explains it.
func byWords(refused error) (signing.Reason, signing.StepName, refusal) {
	_, unsupported := errors.AsType[openpgperrors.UnsupportedError](refused)
	_, structural := errors.AsType[openpgperrors.StructuralError](refused)
	switch {
	case unsupported, strings.Contains(refused.Error(), "unknown critical notation"):
		return signing.Unsupported, signing.StepFound, refusal{detail: "the signature demands something that is not supported", next: detached}
	case structural, errors.Is(refused, io.ErrUnexpectedEOF):
		return signing.Malformed, signing.StepFound, refusal{detail: "the signature is damaged", next: detached}
	default:
		return signing.BadSignature, signing.StepBytes, refusal{
			detail: "the signature does not hold for this file: it was made for other bytes, or it is damaged",
			next:   "sign the file again",
		}
	}
}

func until(t time.Time) string {
	if t.IsZero() {
		return "further notice"
	}
	return day(t)
}

// refusal is what a verdict says besides its reason.
type refusal struct {
	detail, want, got, next string
	cause                   error
}

// report gathers what a verdict tells.
type report struct {
	facts signing.Facts
	list  signing.Checklist
}

func newReport(cl claim) *report {
	r := &report{}
	r.facts.SignedAt = cl.created
	if !cl.created.IsZero() {
		r.facts.Source = signing.TimeClaimed
	}
	r.facts.Signer = signing.SignerInfo{Scheme: signing.GPG, Fingerprint: cl.issuer}
	form := cl.form() + " OpenPGP signature"
	if cl.algorithm != "" {
		form += ", " + cl.algorithm
	}
	r.list.Set(signing.StepFound, signing.Pass, "%s", form)
	if !cl.created.IsZero() {
		r.list.Set(signing.StepTime, signing.Pass, "%s, by the signer's own word", cl.created.Format(time.RFC3339))
	}
	return r
}

func (r *report) signedBy(k trustedKey, pk *packet.PublicKey) {
	r.facts.Signer = k.Info()
	detail := fmt.Sprintf("%s, %s", k.Info(), algorithm(pk))
	if sub := fingerprint(pk); !strings.EqualFold(sub, k.Fingerprint) {
		detail += ", by its subkey " + sub
	}
	r.list.Set(signing.StepIdentity, signing.Pass, "%s", detail)
}

func (r *report) warn(code signing.WarningCode, format string, args ...any) {
	r.facts.Warnings = append(r.facts.Warnings, signing.Warning{Code: code, Detail: fmt.Sprintf(format, args...)})
}

func (r *report) refuse(reason signing.Reason, step signing.StepName, why refusal) signing.Verdict {
	r.list.Set(step, signing.Fail, "%s", why.detail)
	f := r.finish()
	f.Warnings = nil
	f.Detail, f.Want, f.Got, f.Next, f.Cause = why.detail, why.want, why.got, why.next, why.cause
	return signing.Refused(reason, f)
}

func (r *report) verified(a signing.Artifact) signing.Verdict {
	bytes := "the signature holds for the whole file"
	if d := a.Digests.String(); d != "" {
		bytes += ", " + d
	}
	r.list.Set(signing.StepBytes, signing.Pass, "%s", bytes)
	f := r.finish()
	f.Assurance = signing.KeyOnly
	f.Detail = fmt.Sprintf("signed by %s", f.Signer)
	return signing.Verified(f)
}

func (r *report) finish() signing.Facts {
	r.list.Set(signing.StepCertificate, signing.Skipped, "OpenPGP has keys, not certificates")
	r.list.Set(signing.StepBoundTo, signing.Skipped, "an OpenPGP signature speaks of bytes, not of a release")
	r.list.Set(signing.StepLogged, signing.Skipped, "OpenPGP signatures are in no log")
	f := r.facts
	f.Scheme, f.Steps = signing.GPG, r.list.Steps()
	return f
}
