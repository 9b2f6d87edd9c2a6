package registry

import (
	"bytes"
	"context"
	"errors"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// Consequences are read from the store before a mutation happens, by the same
// code whether it then happens or was only asked about.

// unchanged is where every consequence starts: a mutation of v that changes
// nothing of its connector.
func unchanged(c store.Connector, v store.Version) *registryv1.Consequences {
	return &registryv1.Consequences{
		Ref:         &registryv1.VersionRef{Org: c.OrgSpelling, Name: c.Spelling, Version: v.Number},
		StateBefore: v.State, StateAfter: v.State, Attempt: v.Attempt,
		StableBefore: c.Stable, StableAfter: c.Stable,
		LatestBefore: c.Latest, LatestAfter: c.Latest,
		PublishedAfter: c.Counts.Of(published),
		BelowLatest:    isBelow(v.Number, c.Latest),
	}
}

// isBelow says whether a number has a lower precedence than latest.
func isBelow(number, latest string) bool {
	a, errA := artifact.ParseNumber(number)
	b, errB := artifact.ParseNumber(latest)
	return errA == nil && errB == nil && bytes.Compare(a.Precedence(), b.Precedence()) < 0
}

// ofYank says what yanking a PUBLISHED version does.
func ofYank(ctx context.Context, v *store.View, c store.Connector, of store.Version, replacement store.VersionID, blocked bool) (*registryv1.Consequences, error) {
	facts := unchanged(c, of)
	facts.StateAfter, facts.NumberBurned, facts.DownloadsBlocked = yanked, true, blocked
	facts.PublishedAfter--
	if of.Stable {
		stable, err := optional(v.StableWithout(ctx, c.ID, of.ID, replacement))
		if err != nil {
			return nil, err
		}
		facts.StableAfter = stable.Number
	}
	latest, err := optional(v.LatestPublished(ctx, c.ID, of.ID))
	if err != nil {
		return nil, err
	}
	facts.LatestAfter = latest.Number
	next, err := optional(v.NextPublished(ctx, c.ID, of.Precedence))
	if err != nil {
		return nil, err
	}
	facts.SuggestedReplacement = next.Number
	if facts.SuggestedReplacement == "" {
		facts.SuggestedReplacement = latest.Number
	}
	before, err := v.NewestPublished(ctx, c.ID, 0)
	if err != nil {
		return nil, err
	}
	after, err := v.NewestPublished(ctx, c.ID, of.ID)
	if err != nil {
		return nil, err
	}
	facts.NewestByPlatform = newestByPlatform(of.Platforms, before, after)
	return facts, nil
}

// newestByPlatform compares the newest PUBLISHED versions of some platforms.
func newestByPlatform(of store.Platforms, before, after map[registryv1.Platform]store.Version) []*registryv1.PlatformNewest {
	var list []*registryv1.PlatformNewest
	for _, platform := range of.List() {
		list = append(list, &registryv1.PlatformNewest{
			Platform: platform, Before: before[platform].Number, After: after[platform].Number,
		})
	}
	return list
}

// ofUnyank completes what taking a yank back did, from what it left behind.
func ofUnyank(ctx context.Context, v *store.View, before store.Connector, newest map[registryv1.Platform]store.Version, of store.Version) (*registryv1.Consequences, error) {
	after, err := v.ConnectorByID(ctx, before.ID, store.Visibility{All: true})
	if err != nil {
		return nil, err
	}
	facts := unchanged(before, of)
	facts.StateBefore, facts.StateAfter = yanked, published
	facts.StableAfter, facts.LatestAfter, facts.PublishedAfter = after.Stable, after.Latest, after.Counts.Of(published)
	platforms, err := v.NewestPublished(ctx, before.ID, 0)
	if err != nil {
		return nil, err
	}
	facts.NewestByPlatform = newestByPlatform(of.Platforms, newest, platforms)
	return facts, nil
}

// optional turns "there is none" into the zero version.
func optional(v store.Version, err error) (store.Version, error) {
	if errors.Is(err, store.ErrNotFound) {
		return store.Version{}, nil
	}
	return v, err
}
