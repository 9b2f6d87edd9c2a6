package store

import (
	"context"
	"errors"
	"maps"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What a connector points to and counts follows from the states of its
// versions and from what they wait for; only move.go and waiting.go call what is
// in this file.

// pointers are the versions that a connector points to.
type pointers struct{ stable, latest, newest, newestPublic int64 }

func scanPointers(row scanner, p *pointers) error {
	return row.Scan(&p.stable, &p.latest, &p.newest, &p.newestPublic)
}

func (v *View) pointers(ctx context.Context, c ConnectorID) (pointers, error) {
	return one(ctx, v.c, scanPointers, "select stable_id, latest_id, newest_id, newest_public_id from connectors where id = ?", int64(c))
}

// follow brings the pointers and counters of the connector up to date after a
// move, and adds to the event's detail what it moved.
func (tx *Tx) follow(ctx context.Context, v Version, m Move, detail *map[string]string) (pointers, error) {
	const published, yanked = registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_YANKED
	was, err := tx.pointers(ctx, v.Connector)
	if err != nil {
		return pointers{}, err
	}
	is := was
	if m.From == published || m.To == published {
		if is.latest, err = idOrNone(tx.LatestPublished(ctx, v.Connector, 0)); err != nil {
			return pointers{}, err
		}
	}
	if Public(m.To) && !Public(m.From) {
		if is.newestPublic, err = tx.higher(ctx, was.newestPublic, v); err != nil {
			return pointers{}, err
		}
	}
	if m.To == yanked && was.stable == int64(v.ID) {
		if is.stable, err = tx.fallBack(ctx, v, m.Yank.ReplacementID); err != nil {
			return pointers{}, err
		}
	}
	if err := tx.describeMoved(ctx, "latest", was.latest, is.latest, detail); err != nil {
		return pointers{}, err
	}
	if err := tx.describeMoved(ctx, "stable", was.stable, is.stable, detail); err != nil {
		return pointers{}, err
	}
	var counts Counts
	counts[m.From]--
	counts[m.To]++
	return is, tx.putConnector(ctx, v.Connector, is, counts)
}

// fallBack gives what stable goes to when it is yanked, and promotes it.
func (tx *Tx) fallBack(ctx context.Context, yanked Version, replacement VersionID) (int64, error) {
	to, err := idOrNone(tx.StableWithout(ctx, yanked.Connector, yanked.ID, replacement))
	if err != nil || to == 0 {
		return 0, err
	}
	return to, tx.promote(ctx, yanked.Connector, VersionID(to))
}

func idOrNone(v Version, err error) (int64, error) {
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return int64(v.ID), err
}

// higher gives the higher of a version that is pointed to (0: none) and
// another one; releases are higher than pre-releases.
func (tx *Tx) higher(ctx context.Context, now int64, v Version) (int64, error) {
	if now == 0 {
		return int64(v.ID), nil
	}
	than, err := tx.VersionByID(ctx, VersionID(now))
	if err != nil {
		return 0, err
	}
	if than.Prerelease != v.Prerelease {
		if than.Prerelease {
			return int64(v.ID), nil
		}
		return now, nil
	}
	if string(v.Precedence) > string(than.Precedence) {
		return int64(v.ID), nil
	}
	return now, nil
}

func (tx *Tx) describeMoved(ctx context.Context, pointer string, from, to int64, detail *map[string]string) error {
	if from == to {
		return nil
	}
	numbers := [2]string{}
	for i, id := range []int64{from, to} {
		if id == 0 {
			continue
		}
		v, err := tx.VersionByID(ctx, VersionID(id))
		if err != nil {
			return err
		}
		numbers[i] = v.Number
	}
	if *detail == nil {
		*detail = map[string]string{}
	}
	maps.Copy(*detail, moved(pointer, numbers[0], numbers[1]))
	return nil
}

// putConnector writes pointers and adds to the counters.
func (tx *Tx) putConnector(ctx context.Context, c ConnectorID, p pointers, add Counts) error {
	_, err := tx.c.exec(ctx, `update connectors set stable_id = ?, latest_id = ?, newest_id = ?, newest_public_id = ?,
			n_pending = n_pending + ?, n_uploading = n_uploading + ?, n_validating = n_validating + ?,
			n_published = n_published + ?, n_failed = n_failed + ?, n_yanked = n_yanked + ?,
			revision = revision + 1, updated_at = ? where id = ?`,
		p.stable, p.latest, p.newest, p.newestPublic, add[1], add[2], add[3], add[4], add[5], add[6], micros(tx.now), int64(c))
	return err
}

// findNewest looks for the highest number of a connector in any state.
func (tx *Tx) findNewest(ctx context.Context, c ConnectorID) (int64, error) {
	id, err := one(ctx, tx.c, value[int64], `select id from versions where connector_id = ? and prerelease = 0
		order by precedence desc limit 1`, int64(c))
	if errors.Is(err, ErrNotFound) {
		id, err = one(ctx, tx.c, value[int64], "select id from versions where connector_id = ? order by precedence desc limit 1", int64(c))
	}
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return id, err
}
