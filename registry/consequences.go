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

// ofYank says what yanking PUBLISHED versions of one connector does, all of
// them: nothing is said to move to one that leaves as well.
func ofYank(ctx context.Context, v *store.View, c store.Connector, all leaving, replacement store.VersionID, blocked bool) (*registryv1.Consequences, error) {
	of, ids := all[0], all.ids()
	facts := unchanged(c, of)
	facts.StateAfter, facts.NumberBurned, facts.DownloadsBlocked = yanked, true, blocked
	facts.PublishedAfter -= int64(len(all))
	if all.stable() {
		stable, err := optional(v.StableWithout(ctx, c.ID, replacement, ids...))
		if err != nil {
			return nil, err
		}
		facts.StableAfter = stable.Number
	}
	latest, err := optional(v.LatestPublished(ctx, c.ID, ids...))
	if err != nil {
		return nil, err
	}
	facts.LatestAfter = latest.Number
	next, err := optional(v.NextPublished(ctx, c.ID, of.Precedence, ids...))
	if err != nil {
		return nil, err
	}
	facts.SuggestedReplacement = next.Number
	if facts.SuggestedReplacement == "" {
		facts.SuggestedReplacement = latest.Number
	}
	newest, err := v.NewestPublished(ctx, c.ID, all.platforms(), ids...)
	if err != nil {
		return nil, err
	}
	for _, platform := range all.platforms().List() {
		n := newest[platform]
		facts.NewestByPlatform = append(facts.NewestByPlatform, &registryv1.PlatformNewest{Platform: platform, Before: n.Is, After: n.Without})
	}
	return facts, nil
}

// ofUnyank completes what taking a yank back did, from what it left behind.
func ofUnyank(ctx context.Context, v *store.View, before store.Connector, newest map[registryv1.Platform]store.Newest, of store.Version) (*registryv1.Consequences, error) {
	after, err := v.ConnectorByID(ctx, before.ID, store.Visibility{All: true})
	if err != nil {
		return nil, err
	}
	facts := unchanged(before, of)
	facts.StateBefore, facts.StateAfter = yanked, published
	facts.StableAfter, facts.LatestAfter, facts.PublishedAfter = after.Stable, after.Latest, after.Counts.Of(published)
	now, err := v.NewestPublished(ctx, before.ID, of.Platforms)
	if err != nil {
		return nil, err
	}
	for _, platform := range of.Platforms.List() {
		facts.NewestByPlatform = append(facts.NewestByPlatform, &registryv1.PlatformNewest{
			Platform: platform, Before: newest[platform].Is, After: now[platform].Is,
		})
	}
	return facts, nil
}

// optional turns "there is none" into the zero version.
func optional(v store.Version, err error) (store.Version, error) {
	if errors.Is(err, store.ErrNotFound) {
		return store.Version{}, nil
	}
	return v, err
}
