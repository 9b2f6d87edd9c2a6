package registry

import (
	"bytes"
	"context"
	"errors"
	"strconv"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// YankVersion withdraws a PUBLISHED version. Its files stay, its number can
// never be used again, and stable and latest move in the same transaction.
func (r *Registry) YankVersion(ctx context.Context, rq *registryv1.YankVersionRequest) (*registryv1.YankVersionResponse, error) {
	doing := "yanking version " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	replacement := c.yank(of, rq)
	together := c.together(rq, replacement)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	if rq.GetValidateOnly() {
		answer := &registryv1.YankVersionResponse{}
		err := r.store.Read(ctx, func(v *store.View) error {
			y, err := planYank(ctx, v, of, replacement, together, rq, see)
			if err != nil {
				return err
			}
			answer.Consequences = y.facts
			answer.Version, err = answerVersion(ctx, v, y.version.ID, see)
			return err
		})
		if err != nil {
			return nil, wrap(doing, err)
		}
		return answer, nil
	}
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.YankVersionResponse, error) {
		y, err := planYank(ctx, &tx.View, of, replacement, nil, rq, see)
		if err != nil {
			return nil, err
		}
		_, err = tx.Move(ctx, y.version.ID, store.Move{
			From: published, Attempt: y.version.Attempt, To: yanked, Cause: causeYanked,
			Reason: rq.GetReason(), Detail: yankDetail(rq), Yank: &y.yank,
		})
		if err != nil {
			return nil, err
		}
		version, err := answerVersion(ctx, &tx.View, y.version.ID, see)
		return &registryv1.YankVersionResponse{Version: version, Consequences: y.facts}, err
	})
	return answer, wrap(doing, err)
}

// yank checks why and with what advice a version is to be withdrawn, and
// reads the number of the replacement.
func (c *checker) yank(of subject, rq *registryv1.YankVersionRequest) artifact.Number {
	if _, known := registryv1.YankCategory_name[int32(rq.GetCategory())]; !known || rq.GetCategory() == registryv1.YankCategory_YANK_CATEGORY_UNSPECIFIED {
		c.faults.Add("category", registryv1.Reason_REASON_INVALID_ARGUMENT, "a category is required")
	}
	c.required("reason", rq.GetReason(), "a reason")
	c.lines("reason", rq.GetReason(), maxReason)
	c.line("advisory", rq.GetAdvisory(), maxURL)
	c.line("credit", rq.GetCredit(), maxLine)
	replacement := c.number("replacement", rq.GetReplacement())
	if !replacement.IsZero() && bytes.Equal(replacement.Precedence(), of.Version.Precedence()) {
		c.faults.Add("replacement", registryv1.Reason_REASON_INVALID_ARGUMENT, "a version cannot replace itself")
	}
	return replacement
}

// yanking is what a yank will do.
type yanking struct {
	version store.Version
	yank    store.Yank
	facts   *registryv1.Consequences
}

// planYank checks that a version can be yanked, and says what that does, also
// if others of its connector are yanked with it.
func planYank(ctx context.Context, v *store.View, of subject, replacement artifact.Number, together []artifact.Number, rq *registryv1.YankVersionRequest, see store.Visibility) (yanking, error) {
	c, found, err := findVersion(ctx, v, of, see)
	if err != nil {
		return yanking{}, err
	}
	if found.State != published {
		return yanking{}, wrongState(found, "only PUBLISHED versions can be yanked").WithNext("%s", nextInsteadOfYank(found.State))
	}
	y := yanking{version: found, yank: store.Yank{
		Category: rq.GetCategory(), Reason: rq.GetReason(), Advisory: rq.GetAdvisory(), Replacement: replacement.String(),
		Credit: rq.GetCredit(), Blocked: rq.GetBlockDownloads(),
	}}
	if !replacement.IsZero() {
		if y.yank.ReplacementID, err = findReplacement(ctx, v, c, replacement); err != nil {
			return yanking{}, err
		}
	}
	all, err := leave(ctx, v, c, found, together)
	if err != nil {
		return yanking{}, err
	}
	y.facts, err = ofYank(ctx, v, c, all, y.yank.ReplacementID, rq.GetBlockDownloads())
	return y, err
}

// findReplacement finds the version to use instead, which must be PUBLISHED.
func findReplacement(ctx context.Context, v *store.View, c store.Connector, number artifact.Number) (store.VersionID, error) {
	other, err := v.Version(ctx, c.ID, number.Precedence())
	if err == nil && other.State == published {
		return other.ID, nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, err
	}
	var faults Faults
	faults.Add("replacement", registryv1.Reason_REASON_INVALID_ARGUMENT, "%s/%s has no PUBLISHED version %s", c.OrgSpelling, c.Spelling, number)
	return 0, faults.Err("")
}

func nextInsteadOfYank(state registryv1.State) string {
	switch {
	case isDraft(state) || state == validating:
		return "abandon it instead: it was never public"
	case state == yanked:
		return "nothing needs to be done; an admin can take the yank back"
	default:
		return "nothing needs to be done: it was never public"
	}
}

// yankDetail is what the audit log keeps of a yank.
func yankDetail(rq *registryv1.YankVersionRequest) map[string]string {
	detail := map[string]string{"category": registryv1.Short(rq.GetCategory())}
	for key, value := range map[string]string{
		"advisory": rq.GetAdvisory(), "replacement": rq.GetReplacement(), "credit": rq.GetCredit(),
	} {
		if value != "" {
			detail[key] = value
		}
	}
	if rq.GetBlockDownloads() {
		detail["downloads_blocked"] = strconv.FormatBool(true)
	}
	return detail
}

// UnyankVersion takes a yank back. The yank stays in the audit log.
func (r *Registry) UnyankVersion(ctx context.Context, rq *registryv1.UnyankVersionRequest) (*registryv1.UnyankVersionResponse, error) {
	doing := "taking back the yank of version " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	c.lines("reason", rq.GetReason(), maxReason)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.UnyankVersionResponse, error) {
		before, v, err := findVersion(ctx, &tx.View, of, see)
		if err != nil {
			return nil, err
		}
		if v.State != yanked {
			return nil, wrongState(v, "only the yank of a YANKED version can be taken back").WithNext("nothing needs to be done")
		}
		newest, err := tx.NewestPublished(ctx, before.ID, v.Platforms)
		if err != nil {
			return nil, err
		}
		v, err = tx.Move(ctx, v.ID, store.Move{From: yanked, Attempt: v.Attempt, To: published, Cause: causeUnyanked, Reason: rq.GetReason()})
		if err != nil {
			return nil, err
		}
		facts, err := ofUnyank(ctx, &tx.View, before, newest, v)
		if err != nil {
			return nil, err
		}
		version, err := answerVersion(ctx, &tx.View, v.ID, see)
		return &registryv1.UnyankVersionResponse{Version: version, Consequences: facts}, err
	})
	return answer, wrap(doing, err)
}
