package words_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func onDay(day int) *timestamppb.Timestamp {
	return timestamppb.New(time.Date(2026, 8, day, 12, 0, 0, 0, time.UTC))
}

func TestStandingOfKeys(t *testing.T) {
	t.Parallel()
	now := onDay(20).AsTime()
	for want, k := range map[string]*registryv1.SigningKey{
		"ACTIVE":       {ExpiresAt: timestamppb.New(now.AddDate(1, 0, 0))},
		"EXPIRES SOON": {ExpiresAt: timestamppb.New(now.AddDate(0, 0, 12))},
		"EXPIRED":      {ExpiresAt: timestamppb.New(now)},
		"RETIRED":      {RetiredAt: onDay(3), ExpiresAt: onDay(4)},
		"REVOKED":      {RevokedAt: onDay(3), RetiredAt: onDay(2)},
	} {
		assert.Equal(t, want, words.StandingOf(k, now).String())
	}
	assert.Equal(t, words.KeyActive, words.StandingOf(&registryv1.SigningKey{}, now), "without an end")
	assert.Equal(t, "GPG", words.KeyType(registryv1.KeyType_KEY_TYPE_GPG))
	assert.Equal(t, "cosign", words.KeyType(registryv1.KeyType_KEY_TYPE_COSIGN))
}

func TestStoriesOfKeys(t *testing.T) {
	t.Parallel()
	k := &registryv1.SigningKey{RevokedAt: onDay(12), RevokedBy: "juno", RevokedReason: "laptop stolen", CompromisedSince: onDay(9)}
	assert.Equal(t, "Revoked by juno on 2026-08-12: laptop stolen. Not trusted for anything published since 2026-08-09 12:00:00 UTC.", words.KeyStory(k))
	k.CompromisedSince = nil
	assert.Equal(t, "Revoked by juno on 2026-08-12: laptop stolen. Not trusted for anything it ever signed.", words.KeyStory(k))
	assert.Equal(t, "Retired by juno on 2026-08-12. What was published before stays good.", words.KeyStory(&registryv1.SigningKey{RetiredAt: onDay(12), RetiredBy: "juno"}))
	assert.Empty(t, words.KeyStory(&registryv1.SigningKey{}))
}

func TestStoriesOfSignedVersions(t *testing.T) {
	t.Parallel()
	published := registryv1.State_STATE_PUBLISHED
	for want, s := range map[string]*registryv1.SignedVersion{
		"never public":                               {Version: &registryv1.VersionSummary{State: registryv1.State_STATE_FAILED}},
		"published 2026-08-05, trusted":              {Version: &registryv1.VersionSummary{State: published, PublishedAt: onDay(5)}},
		"published 2026-08-12, not trusted any more": {Untrusted: true, Version: &registryv1.VersionSummary{State: published, PublishedAt: onDay(12)}},
		"published 2026-08-12, not trusted":          {Untrusted: true, Version: &registryv1.VersionSummary{State: registryv1.State_STATE_YANKED, PublishedAt: onDay(12)}},
		"never public, not trusted":                  {Untrusted: true, Version: &registryv1.VersionSummary{State: registryv1.State_STATE_FAILED}},
	} {
		assert.Equal(t, want, words.SignedStory(s))
	}
}

func TestConsequencesForKeys(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "What it signed stays good: 9 versions.\n! Releases from now on may not use it. A retired key cannot be taken into use again.\n",
		texts(words.Retire(&registryv1.SigningKey{SignedVersions: 9})))
	since := time.Date(2026, 8, 9, 0, 0, 0, 0, time.UTC)
	three := &registryv1.SigningKey{SignedVersions: 3}
	assert.Equal(t, "What was published before 2026-08-09 stays good: those times are on record.\nIt signed 3 versions.\n"+
		"! 1 public version published since 2026-08-09 is not trusted any more. It stays public until it is yanked.\n"+
		"! Trust in a revoked key never comes back.\n",
		texts(words.Revoke(&registryv1.RevokeSigningKeyResponse{Key: three, PublishedUntrusted: 1}, since)))
	assert.Equal(t, "It signed 3 versions.\n! 3 public versions are not trusted any more. They stay public until they are yanked.\n"+
		"! Trust in a revoked key never comes back.\n",
		texts(words.Revoke(&registryv1.RevokeSigningKeyResponse{Key: three, PublishedUntrusted: 3}, time.Time{})))
	assert.Equal(t, "It signed no version.\nNo public version loses its trust.\n! Trust in a revoked key never comes back.\n",
		texts(words.Revoke(&registryv1.RevokeSigningKeyResponse{Key: &registryv1.SigningKey{}}, time.Time{})))
}

func TestWhatIdentitiesAreBoundTo(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "nothing", words.IdentityBound(&registryv1.Identity{}))
	assert.Equal(t, "repo, ref", words.IdentityBound(&registryv1.Identity{SourceRepository: "r", SourceRef: "x"}))
	assert.Empty(t, words.Date(time.Time{}))
}
