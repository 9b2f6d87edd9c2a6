package trust

import (
	"regexp"
	"slices"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// SignedBy are the ids of the keys and identities that made the good
// signatures behind a verdict. A signature that several identities match
// counts for each of them.
func (s Sources) SignedBy(v *registryv1.Verdict, of signing.Release) (keys, identities []int64) {
	for _, one := range append([]*registryv1.Verdict{v}, v.GetOthers()...) {
		if one.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
			continue
		}
		for _, k := range s.Keys {
			if keyOf(k).Scheme == signing.Scheme(one.GetScheme()) && strings.EqualFold(k.GetFingerprint(), one.GetBy().GetFingerprint()) {
				keys = append(keys, k.GetId())
			}
		}
		for _, id := range s.Identities {
			if one.GetScheme() == string(signing.CosignKeyless) && isIdentity(IdentityOf(id).For(of), one.GetBy()) {
				identities = append(identities, id.GetId())
			}
		}
	}
	slices.Sort(keys)
	slices.Sort(identities)
	return slices.Compact(keys), slices.Compact(identities)
}

// isIdentity says whether a certificate that was found good is one of an
// identity, which has the release filled in.
func isIdentity(id signing.Identity, by *registryv1.Signer) bool {
	named := id.SAN != "" && id.SAN == by.GetIdentity()
	if id.SANRegexp != "" {
		// One that does not compile was never registered, and matches nothing.
		named, _ = regexp.MatchString(id.SANRegexp, by.GetIdentity())
	}
	return named && id.Issuer == by.GetIssuer() &&
		(id.SourceRepo == "" || id.SourceRepo == by.GetSourceRepository()) &&
		(id.SourceRef == "" || id.SourceRef == by.GetSourceRef())
}
