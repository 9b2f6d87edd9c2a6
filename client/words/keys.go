package words

import (
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// expiresSoon is how long before its end a key is one to replace.
const expiresSoon = 30 * day

// KeyStanding is where a signing key stands.
type KeyStanding int

// The standings of a key, best first.
const (
	KeyActive KeyStanding = iota
	KeyExpiresSoon
	KeyExpired
	KeyRetired
	KeyRevoked
)

// StandingOf says where a key stands at a time: what was decided about it
// counts more than what its clock says.
func StandingOf(k *registryv1.SigningKey, now time.Time) KeyStanding {
	switch {
	case k.GetRevokedAt() != nil:
		return KeyRevoked
	case k.GetRetiredAt() != nil:
		return KeyRetired
	case k.GetExpiresAt() == nil:
		return KeyActive
	case !now.Before(k.GetExpiresAt().AsTime()):
		return KeyExpired
	case k.GetExpiresAt().AsTime().Sub(now) < expiresSoon:
		return KeyExpiresSoon
	default:
		return KeyActive
	}
}

// String is the word of a standing, in capitals.
func (s KeyStanding) String() string {
	return [...]string{"ACTIVE", "EXPIRES SOON", "EXPIRED", "RETIRED", "REVOKED"}[s]
}

// KeyType is the family of a key: "GPG", "cosign".
func KeyType(t registryv1.KeyType) string {
	if t == registryv1.KeyType_KEY_TYPE_GPG {
		return registryv1.Short(t)
	}
	return lower(registryv1.Short(t))
}

// KeyStory is one or two sentences on what became of a key; "" of one in use.
func KeyStory(k *registryv1.SigningKey) string {
	switch {
	case k.GetRevokedAt() != nil:
		said := because("Revoked by "+Who(k.GetRevokedBy())+" on "+Date(k.GetRevokedAt().AsTime()), k.GetRevokedReason())
		if since := k.GetCompromisedSince(); since != nil {
			return said + " Not trusted for anything published since " + moment(since.AsTime()) + "."
		}
		return said + " Not trusted for anything it ever signed."
	case k.GetRetiredAt() != nil:
		return "Retired by " + Who(k.GetRetiredBy()) + " on " + Date(k.GetRetiredAt().AsTime()) + ". What was published before stays good."
	default:
		return ""
	}
}

// SignedStory says what stands of the trust in a version that a key signed.
func SignedStory(s *registryv1.SignedVersion) string {
	v := s.GetVersion()
	published := "never public"
	if at := v.GetPublishedAt(); at != nil {
		published = "published " + Date(at.AsTime())
	}
	switch {
	case s.GetUntrusted() && v.GetState() == registryv1.State_STATE_PUBLISHED:
		return published + ", not trusted any more"
	case s.GetUntrusted():
		return published + ", not trusted"
	case v.GetPublishedAt() == nil:
		return published
	default:
		return published + ", trusted"
	}
}

// Retire says what retiring a key does.
func Retire(k *registryv1.SigningKey) []Line {
	return []Line{
		note("What it signed stays good: " + Plural(k.GetSignedVersions(), "version", "versions") + "."),
		caution("Releases from now on may not use it. A retired key cannot be taken into use again."),
	}
}

// Revoke says what revoking a key does, or did; since is when it was
// compromised, zero for ever.
func Revoke(rs *registryv1.RevokeSigningKeyResponse, since time.Time) []Line {
	var lines []Line
	signed, untrusted := rs.GetKey().GetSignedVersions(), rs.GetPublishedUntrusted()
	published := ""
	if !since.IsZero() {
		published = " published since " + moment(since)
		lines = append(lines, note("What was published before "+moment(since)+" stays good: those times are on record."))
	}
	if signed == 0 {
		lines = append(lines, note("It signed no version."))
	} else {
		lines = append(lines, note("It signed "+Plural(signed, "version", "versions")+"."))
	}
	switch untrusted {
	case 0:
		lines = append(lines, note("No public version loses its trust."))
	case 1:
		lines = append(lines, caution("1 public version"+published+" is not trusted any more. It stays public until it is yanked."))
	default:
		lines = append(lines, caution(Count(untrusted)+" public versions"+published+" are not trusted any more. They stay public until they are yanked."))
	}
	return append(lines, caution("Trust in a revoked key never comes back."))
}

// moment is a day, or a time where a person gave one.
func moment(t time.Time) string {
	if t.UTC().Truncate(day).Equal(t) {
		return Date(t)
	}
	return Time(t)
}

// IdentityBound says what an identity ties signatures to: "repo, ref",
// "nothing".
func IdentityBound(id *registryv1.Identity) string {
	var bound []string
	if id.GetSourceRepository() != "" {
		bound = append(bound, "repo")
	}
	if id.GetSourceRef() != "" {
		bound = append(bound, "ref")
	}
	if len(bound) == 0 {
		return "nothing"
	}
	return strings.Join(bound, ", ")
}

// Date is a day in UTC: "2026-08-21". "" for none.
func Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
