package store

import (
	"context"
	"fmt"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Checks are those of an attempt, in the order of PutChecks.
func (v *View) Checks(ctx context.Context, id VersionID, attempt int32) ([]Check, error) {
	return collect(ctx, v.c, scanCheck, `select k.name, k.platform, k.asset_id, coalesce(a.filename, ''), k.result, k.detail, k.fix,
		k.required, k.reason, k.verdict, k.at from checks k left join assets a on a.id = k.asset_id
		where k.version_id = ? and k.attempt = ? order by k.position`, int64(id), attempt)
}

func scanCheck(row scanner, c *Check) error {
	var platform, asset, result, reason, at int64
	var verdict []byte
	err := row.Scan(&c.Name, &platform, &asset, &c.Filename, &result, &c.Detail, &c.Fix, &c.Required, &reason, &verdict, &at)
	if err != nil {
		return err
	}
	c.Platform, c.Asset, c.At = narrow[registryv1.Platform](platform), AssetID(asset), fromMicros(at)
	c.Result, c.Reason = narrow[registryv1.CheckResult](result), narrow[registryv1.Reason](reason)
	if verdict == nil {
		return nil
	}
	c.Verdict = &registryv1.Verdict{}
	return unmarshal(verdict, c.Verdict)
}

// CountChecks is how many checks of an attempt passed, and how many warned.
func (v *View) CountChecks(ctx context.Context, id VersionID, attempt int32) (passed, warned int32, err error) {
	_, err = one(ctx, v.c, func(row scanner, _ *struct{}) error { return row.Scan(&passed, &warned) },
		"select coalesce(sum(result = 1), 0), coalesce(sum(result = 2), 0) from checks where version_id = ? and attempt = ?", int64(id), attempt)
	if err != nil {
		return 0, 0, fmt.Errorf("counting the checks of version %d: %w", id, err)
	}
	return passed, warned, nil
}

// PutChecks replaces the checks of an attempt, if the version still is
// VALIDATING in it; *StaleError.
func (tx *Tx) PutChecks(ctx context.Context, id VersionID, attempt int32, checks []Check) error {
	if _, err := tx.expect(ctx, id, registryv1.State_STATE_VALIDATING, attempt); err != nil {
		return err
	}
	if _, err := tx.c.exec(ctx, "delete from checks where version_id = ? and attempt = ?", int64(id), attempt); err != nil {
		return fmt.Errorf("replacing the checks of version %d: %w", id, err)
	}
	for i, c := range checks {
		var verdict []byte
		if c.Verdict != nil {
			stored, err := marshal(c.Verdict)
			if err != nil {
				return err
			}
			verdict = stored
		}
		at := c.At
		if at.IsZero() {
			at = tx.now
		}
		_, err := tx.c.exec(ctx, `insert into checks (version_id, attempt, position, name, platform, asset_id, result, detail, fix,
				required, reason, verdict, at)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			int64(id), attempt, i, c.Name, int64(c.Platform), int64(c.Asset), int64(c.Result), c.Detail, c.Fix,
			c.Required, int64(c.Reason), verdict, micros(at))
		if err != nil {
			return fmt.Errorf("storing the check %q of version %d: %w", c.Name, id, err)
		}
	}
	return nil
}
