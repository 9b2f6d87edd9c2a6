package trust

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// The allowances of a policy, by the names that the contract gives them.
const (
	AllowCertificateOnly = "certificate-only"
	AllowNoLog           = "no-log"
	AllowExpiredKey      = "expired-key"
)

// Allowances returns every allowance.
func Allowances() []string { return []string{AllowCertificateOnly, AllowNoLog, AllowExpiredKey} }

// Sources is what an org trusts, as the contract carries it.
type Sources struct {
	Policy     *registryv1.Policy
	Keys       []*registryv1.SigningKey
	Identities []*registryv1.Identity
	// Root is the registry's trusted root as JSON; nil is the public-good one.
	Root []byte
}

// For makes the policy that signatures are checked under.
func (s Sources) For(now func() time.Time) signing.Policy {
	p := signing.Policy{
		TrustedRoot: s.Root, Now: now,
		AllowCertificateOnly: slices.Contains(s.Policy.GetAllowances(), AllowCertificateOnly),
		AllowNoLog:           slices.Contains(s.Policy.GetAllowances(), AllowNoLog),
		AllowExpiredKey:      slices.Contains(s.Policy.GetAllowances(), AllowExpiredKey),
	}
	for _, scheme := range s.Policy.GetAcceptedSchemes() {
		p.Require = append(p.Require, signing.Scheme(scheme))
	}
	for _, k := range s.Keys {
		p.Keys = append(p.Keys, keyOf(k))
	}
	for _, id := range s.Identities {
		p.Identities = append(p.Identities, IdentityOf(id))
	}
	return p
}

func keyOf(k *registryv1.SigningKey) signing.TrustedKey {
	scheme := signing.GPG
	if k.GetType() == registryv1.KeyType_KEY_TYPE_COSIGN {
		scheme = signing.CosignKey
	}
	return signing.TrustedKey{
		Scheme: scheme, Name: k.GetName(), Fingerprint: k.GetFingerprint(), Exports: k.GetExports(),
		AddedAt: timeOf(k.GetAddedAt()), RetiredAt: timeOf(k.GetRetiredAt()), RevokedAt: timeOf(k.GetRevokedAt()),
		CompromisedSince: timeOf(k.GetCompromisedSince()), Why: k.GetRevokedReason(),
	}
}

// IdentityOf is an identity as signing checks it.
func IdentityOf(id *registryv1.Identity) signing.Identity {
	return signing.Identity{
		Issuer: id.GetIssuer(), SAN: id.GetSan(), SANRegexp: id.GetSanRegexp(),
		SourceRepo: id.GetSourceRepository(), SourceRef: id.GetSourceRef(),
	}
}

func timeOf(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}

// Proto is a verdict in the contract's words. Where the org has registered
// nothing to measure a signature by, the file counts as unsigned.
func Proto(v signing.Verdict) *registryv1.Verdict {
	by := v.Signer()
	out := &registryv1.Verdict{
		Status: registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED,
		Reason: string(v.Reason()), Scheme: string(v.Scheme()), Signer: cmp.Or(by.Identity, by.Fingerprint),
		Detail: v.Detail(), Want: v.Want(), Got: v.Got(), Next: v.Next(),
		Assurance: assurance(v.Assurance()), TimeSource: string(v.TimeSource()),
		By: &registryv1.Signer{
			KeyName: by.Name, Fingerprint: by.Fingerprint, Identity: by.Identity, Issuer: by.Issuer,
			SourceRepository: by.SourceRepo, SourceRef: by.SourceRef,
		},
	}
	switch {
	case v.OK():
	case v.Reason() == signing.NoTrust:
		out.Status = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
	default:
		out.Status = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
	}
	if !v.SignedAt().IsZero() {
		out.SignedAt = timestamppb.New(v.SignedAt())
	}
	for _, s := range v.Steps() {
		out.Steps = append(out.Steps, &registryv1.VerdictStep{Name: string(s.Name), Result: stepResult(s.Result), Detail: s.Detail})
	}
	for _, w := range v.Warnings() {
		out.Warnings = append(out.Warnings, &registryv1.VerdictWarning{Code: string(w.Code), Detail: w.Detail})
	}
	return out
}

func assurance(a signing.Assurance) string {
	return strings.ToLower(strings.ReplaceAll(string(a), "_", "-"))
}

func stepResult(r signing.StepResult) registryv1.StepResult {
	out, _ := registryv1.FromShort[registryv1.StepResult](string(r))
	return out
}

// through is the verdict of a file that a signed checksum file lists.
func through(sums string, signed *registryv1.Verdict, listed, have artifact.Digest) *registryv1.Verdict {
	out := &registryv1.Verdict{
		Status: signed.GetStatus(), Scheme: signed.GetScheme(), Signer: signed.GetSigner(), Assurance: signed.GetAssurance(),
		SignedAt: signed.GetSignedAt(), TimeSource: signed.GetTimeSource(), Material: append([]string{sums}, signed.GetMaterial()...),
		By: signed.GetBy(), Through: sums, Warnings: signed.GetWarnings(),
		Detail: "It is listed in " + sums + ", whose signature is good.",
	}
	for _, s := range signed.GetSteps() {
		if s.GetName() != string(signing.StepBytes) {
			out.Steps = append(out.Steps, s)
		}
	}
	step := &registryv1.VerdictStep{Name: string(signing.StepBytes), Result: registryv1.StepResult_STEP_RESULT_PASS, Detail: "the signed list " + sums + " names exactly this digest"}
	if listed != have {
		out.Status, out.Reason = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, string(signing.DigestMismatch)
		out.Assurance = ""
		out.Detail = signing.OtherBytes
		out.Want, out.Got = listed.String(), have.String()
		out.Next = "Build and sign again, and send the list that belongs to these files."
		step.Result, step.Detail = registryv1.StepResult_STEP_RESULT_FAIL, "the signed list "+sums+" names another digest"
	}
	out.Steps = append(out.Steps, step)
	return out
}

// throughBad is the verdict of a file that a checksum file lists whose own
// signature is not good.
func throughBad(sums string, signed *registryv1.Verdict) *registryv1.Verdict {
	out := proto.CloneOf(signed)
	out.Through, out.Material = sums, append([]string{sums}, signed.GetMaterial()...)
	out.Detail = "It has no signature of its own. It is listed in " + sums + ", and that is not verified: " + signed.GetDetail()
	return out
}

// changed is the verdict of bytes that nobody signed and that are not those
// that the registry recorded.
func changed(recorded, have artifact.Digest) *registryv1.Verdict {
	out := &registryv1.Verdict{
		Status: registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, Reason: string(signing.DigestMismatch),
		Detail: "These bytes are not those that the registry recorded: something changed them since.",
		Want:   recorded.String(), Got: have.String(),
		Next: "Do not use the file. Tell whoever runs the registry: what it stores was damaged or altered.",
	}
	for _, name := range signing.StepNames() {
		step := &registryv1.VerdictStep{Name: string(name), Result: registryv1.StepResult_STEP_RESULT_NOT_REACHED, Detail: "not reached"}
		if name == signing.StepBytes {
			step.Result, step.Detail = registryv1.StepResult_STEP_RESULT_FAIL, "the registry recorded another digest"
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

// Sum is what several verdicts come to: one that is not good makes the whole
// not good, one that is missing makes it unsigned.
func Sum(verdicts ...*registryv1.Verdict) (status registryv1.VerdictStatus, reason string) {
	for _, v := range verdicts {
		switch v.GetStatus() {
		case registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
			return v.GetStatus(), v.GetReason()
		case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
			status = v.GetStatus()
		case registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
			if status == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
				status = v.GetStatus()
			}
		default:
		}
	}
	return status, ""
}
