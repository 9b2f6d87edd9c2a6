package cosign

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/tlog"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/registrar-console/registrar/signing"
)

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

// VerificationContent implements verify.SignedEntity.
func (t timeless) VerificationContent() (verify.VerificationContent, error) {
	v, err := t.SignedEntity.VerificationContent()
	return eternal{v}, err
}

type eternal struct{ verify.VerificationContent }

// ValidAtTime implements verify.VerificationContent: it always is.
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
