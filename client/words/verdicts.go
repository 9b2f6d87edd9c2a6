package words

import (
	"cmp"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// VerdictOf is the word of one file's verdict, in capitals: "VERIFIED",
// "UNSIGNED", "DIGEST MISMATCH". A signature that there is nothing to measure
// by is "NO TRUST", since the file is not without one. "" is not checked.
func VerdictOf(v *registryv1.Verdict) string {
	if v.GetReason() == string(signing.NoTrust) {
		return capitals(v.GetReason())
	}
	return Verdict(v.GetStatus(), v.GetReason())
}

// capitals is a name in UPPER_SNAKE as people read it.
func capitals(short string) string { return strings.ReplaceAll(short, "_", " ") }

// VerdictSentence says in one or two sentences what a verdict means.
func VerdictSentence(v *registryv1.Verdict) string {
	switch v.GetStatus() {
	case registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
		return verifiedSentence(v)
	case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED, registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
		reason := signing.Reason(v.GetReason())
		if reason == signing.DigestMismatch && v.GetDetail() != "" {
			// Bytes may differ from what nobody signed, too.
			return oneLine(v.GetDetail())
		}
		if said, ok := reasons[reason]; ok {
			return said.means
		}
		if v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED {
			return "No signature speaks for the file: nobody has vouched for it."
		}
		return end(firstUpper(cmp.Or(oneLine(v.GetDetail()), "The signature does not verify")))
	default:
		return "The signatures were not checked yet."
	}
}

func verifiedSentence(v *registryv1.Verdict) string {
	by := Signer(v)
	if by == "" {
		by = "a signer that the org trusts"
	}
	if through := v.GetThrough(); through != "" {
		return "The signed list " + oneLine(through) + " names exactly these bytes. It was signed by " + by + "."
	}
	said := "It was signed by " + by
	if s := Scheme(v.GetScheme()); s != "" {
		said += ", " + s
	}
	return said + ". The bytes are those that were signed."
}

// Detail is what was found in this very case, as a sentence; "" where it says
// no more than VerdictSentence does.
func Detail(v *registryv1.Verdict) string {
	detail := oneLine(v.GetDetail())
	if detail == "" || v.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED && v.GetReason() == "" {
		return ""
	}
	if detail = end(firstUpper(detail)); detail == VerdictSentence(v) {
		return ""
	}
	return detail
}

// firstUpper begins a sentence with a capital unless its first word has a
// spelling of its own.
func firstUpper(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if strings.ContainsFunc(first, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Scheme is how a file was signed: "GPG", "cosign key", "cosign keyless".
func Scheme(scheme string) string {
	switch signing.Scheme(scheme) {
	case signing.GPG:
		return "GPG"
	case signing.CosignKey:
		return "cosign key"
	case signing.CosignKeyless:
		return "cosign keyless"
	default:
		return oneLine(scheme)
	}
}

// Signer is who signed, as short as it can be: the name of the key with the end
// of its fingerprint, or the identity. Of a refusal it is what the signature
// claims.
func Signer(v *registryv1.Verdict) string {
	by := v.GetBy()
	switch {
	case by.GetIdentity() != "":
		return oneLine(by.GetIdentity())
	case by.GetKeyName() != "" && by.GetFingerprint() != "":
		return oneLine(by.GetKeyName()) + " (" + Fingerprint(by.GetFingerprint()) + ")"
	case by.GetKeyName() != "":
		return oneLine(by.GetKeyName())
	case by.GetFingerprint() != "":
		return Fingerprint(by.GetFingerprint())
	default:
		return oneLine(v.GetSigner())
	}
}

// Fingerprint is the short form by which people know a key: the last sixteen
// digits of an OpenPGP fingerprint, the first of any other, in fours.
func Fingerprint(hex string) string {
	hex = oneLine(hex)
	switch {
	case len(hex) <= 16:
	case len(hex) == 40:
		hex = hex[len(hex)-16:]
	default:
		hex = hex[:16]
	}
	return Spaced(hex)
}

// Assurance says how much a good signature proves: "signer and time are on
// record". "" of a verdict that is not good.
func Assurance(v *registryv1.Verdict) string {
	switch v.GetAssurance() {
	case "full":
		return "signer and time are on public record"
	case "certificate-only":
		return "the signer is certified; nobody vouches for the time"
	case "key-only":
		return "made with a registered key; no log would show its misuse"
	default:
		return oneLine(v.GetAssurance())
	}
}

// SignedAt says when a signature was made and on whose word: "2026-08-21
// 21:01:47 UTC in Rekor". "" where nobody says.
func SignedAt(v *registryv1.Verdict) string {
	if v.GetSignedAt() == nil {
		return ""
	}
	at := Time(v.GetSignedAt().AsTime())
	switch signing.TimeSource(v.GetTimeSource()) {
	case signing.TimeRekor:
		return at + " in Rekor"
	case signing.TimeTSA:
		return at + " by a time stamping authority"
	case signing.TimeClaimed:
		return at + " by the signer's own word"
	default:
		return at
	}
}

// StepRow is one row of the checklist behind a verdict.
type StepRow struct {
	// Name is what was looked at: "certificate".
	Name string
	// Mark is the result as a check has it, for the one set of glyphs there is;
	// unspecified was not reached.
	Mark registryv1.CheckResult
	// Detail is what was found; "" where nothing was looked at.
	Detail string
}

// Steps is the checklist in reading order.
func Steps(v *registryv1.Verdict) []StepRow {
	rows := make([]StepRow, 0, len(v.GetSteps()))
	for _, s := range v.GetSteps() {
		row := StepRow{Name: oneLine(s.GetName()), Detail: oneLine(s.GetDetail())}
		switch s.GetResult() {
		case registryv1.StepResult_STEP_RESULT_PASS:
			row.Mark = registryv1.CheckResult_CHECK_RESULT_PASS
		case registryv1.StepResult_STEP_RESULT_FAIL:
			row.Mark = registryv1.CheckResult_CHECK_RESULT_FAIL
		case registryv1.StepResult_STEP_RESULT_SKIPPED:
			row.Mark = registryv1.CheckResult_CHECK_RESULT_SKIPPED
		default:
		}
		rows = append(rows, row)
	}
	return rows
}
