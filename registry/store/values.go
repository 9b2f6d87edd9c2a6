package store

import (
	"math/bits"
	"slices"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Ids of rows. They are never used again, also not after their row is gone.
type (
	// OrgID names an org.
	OrgID int64
	// ConnectorID names a connector.
	ConnectorID int64
	// VersionID names a version; its attempts share it.
	VersionID int64
	// AssetID names one file of one attempt.
	AssetID int64
	// JobID names a job.
	JobID int64
	// TokenID names an access token.
	TokenID int64
	// KeyID names a signing key of an org.
	KeyID int64
	// IdentityID names a keyless identity of an org.
	IdentityID int64
	// ReviewID names a person's decision on a version.
	ReviewID int64
)

// Seq is the place of an event in the log, counted from 1 without gaps. As a
// cursor it means everything after it.
type Seq int64

// Digest is a sha256.
type Digest = [32]byte

// UploadID is the random name of one upload.
type UploadID = [16]byte

// Actor is who changes something and from where. The zero Actor is the
// registry itself.
type Actor struct {
	Person  string
	TokenID TokenID
	From    string
}

// Visibility is what a caller may see. The zero value sees what is public.
type Visibility struct {
	// All: everything, whatever Orgs says.
	All bool
	// Orgs are those of which the caller also sees what is not public.
	Orgs []OrgID
}

// Org says whether what is not public of an org may be seen.
func (s Visibility) Org(id OrgID) bool { return s.All || slices.Contains(s.Orgs, id) }

// Version says whether a version may be seen.
func (s Visibility) Version(v Version) bool { return Public(v.State) || s.Org(v.Org) }

// Connector says whether a connector may be seen: others than its org see it
// once it has a version that is public.
func (s Visibility) Connector(c Connector) bool { return c.public() > 0 || s.Org(c.Org) }

// Place says whether a connector may be seen, as Connector does.
func (s Visibility) Place(p Place) bool { return p.Public || s.Org(p.Org) }

// Public says whether everybody may see versions of a state.
func Public(state registryv1.State) bool {
	return state == registryv1.State_STATE_PUBLISHED || state == registryv1.State_STATE_YANKED
}

// Platforms is a set of platforms.
type Platforms uint8

// PlatformsOf makes a set.
func PlatformsOf(list ...registryv1.Platform) Platforms {
	var set Platforms
	for _, p := range list {
		set |= 1 << uint8(p&7)
	}
	return set
}

// Has says whether a platform is in the set.
func (s Platforms) Has(p registryv1.Platform) bool { return s&PlatformsOf(p) != 0 }

// Len is how many platforms are in the set.
func (s Platforms) Len() int { return bits.OnesCount8(uint8(s)) }

// List gives the platforms in the order in which they are always shown.
func (s Platforms) List() []registryv1.Platform {
	list := make([]registryv1.Platform, 0, s.Len())
	for p := range registryv1.Platform(8) {
		if s.Has(p) {
			list = append(list, p)
		}
	}
	return list
}

// Verdicts holds the status of one verdict per platform. The zero value is
// not checked for all of them.
type Verdicts uint32

const bitsPerVerdict = 3

// Of is the status for one platform.
func (v Verdicts) Of(p registryv1.Platform) registryv1.VerdictStatus {
	return registryv1.VerdictStatus(v >> (uint32(p&7) * bitsPerVerdict) & 7)
}

// With is v with another status for one platform.
func (v Verdicts) With(p registryv1.Platform, status registryv1.VerdictStatus) Verdicts {
	shift := uint32(p&7) * bitsPerVerdict
	return v&^(7<<shift) | Verdicts(status&7)<<shift
}
