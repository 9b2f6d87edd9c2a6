package publish

import (
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// mayCount refuses a key that the org has not registered before anything is
// signed with it, where it has registered others: its signatures would fail
// there. Identities are only known once they have signed.
func (s *signer) mayCount(m *maker) error {
	org := s.run.plan.Ref.Org
	if len(s.sources.Keys)+len(s.sources.Identities) == 0 || len(m.own) == 0 {
		return nil
	}
	mine := m.own[0]
	if slices.ContainsFunc(s.sources.Keys, func(k *registryv1.SigningKey) bool { return strings.EqualFold(k.GetFingerprint(), mine.Fingerprint) }) {
		return nil
	}
	return &client.Error{
		Reason: registryv1.Reason_REASON_SIGNATURE_INVALID, Code: codes.FailedPrecondition, Doing: s.run.doing(),
		Message: "the key " + mine.Fingerprint + " is not among those that " + org + " has registered, so its signatures would be refused",
		Next:    "nothing was signed and nothing created. " + registerKey(org, mine.Scheme, mine.Fingerprint),
		Meta:    map[string]string{"verdict_reason": string(signing.WrongKey), "got": mine.Fingerprint},
	}
}

// nothingToMeasureBy says what to do about signatures that nobody can verify.
func (s *signer) nothingToMeasureBy(v *registryv1.Verdict) string {
	org := s.run.plan.Ref.Org
	text := org + " has registered no key and no identity to measure these signatures by, so the files count as unsigned until it has."
	if how := registerAs(org, v); how != "" {
		text += " " + how
	}
	return text
}

// registerAs is how the signer of a verdict becomes one that the org trusts,
// empty where the verdict does not say who that is.
func registerAs(org string, v *registryv1.Verdict) string {
	by := v.GetBy()
	switch {
	case by.GetIdentity() != "" && by.GetIssuer() != "":
		return "Register it with: registrar identities add " + org + " --issuer " + by.GetIssuer() + " --san " + by.GetIdentity()
	case by.GetFingerprint() != "" && (v.GetReason() == string(signing.WrongKey) || v.GetReason() == string(signing.NoTrust)):
		return registerKey(org, signing.Scheme(v.GetScheme()), by.GetFingerprint())
	default:
		return ""
	}
}

// registerKey is the command that registers a key, with how its public half
// comes to the file.
func registerKey(org string, scheme signing.Scheme, fingerprint string) string {
	if scheme == signing.GPG {
		return "Write it with gpg --armor --export " + fingerprint + " > key.asc, and register it with: registrar keys add " + org +
			" --name NAME --type gpg --key-file key.asc"
	}
	return "Register it with: registrar keys add " + org + " --name NAME --type cosign --key-file cosign.pub"
}
