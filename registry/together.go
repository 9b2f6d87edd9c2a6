package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// maxTogether bounds how many versions of a connector one dry run is about.
const maxTogether = 10_000

// together reads the numbers of the versions that are to be yanked as well as
// the one that a dry run is about.
func (c *checker) together(rq *registryv1.YankVersionRequest, replacement artifact.Number) []artifact.Number {
	const path = "together"
	switch n := len(rq.GetTogether()); {
	case n > 0 && !rq.GetValidateOnly():
		c.faults.Add(path, registryv1.Reason_REASON_INVALID_ARGUMENT, "only with validate_only: each version is yanked by a call of its own")
		return nil
	case n > maxTogether:
		c.faults.Add(path, registryv1.Reason_REASON_INVALID_ARGUMENT, "at most %d versions, and there are %d", maxTogether, n)
		return nil
	}
	numbers := make([]artifact.Number, 0, len(rq.GetTogether()))
	for i, text := range rq.GetTogether() {
		number := c.number(fmt.Sprintf("%s[%d]", path, i), text)
		if number.IsZero() {
			continue
		}
		if !replacement.IsZero() && bytes.Equal(number.Precedence(), replacement.Precedence()) {
			c.faults.Add("replacement", registryv1.Reason_REASON_INVALID_ARGUMENT, "%s is to be yanked as well, so it cannot replace another one", number)
		}
		numbers = append(numbers, number)
	}
	return numbers
}

// leaving are the versions of one connector that a yank is about, the one of
// the request first.
type leaving []store.Version

// leave finds what is yanked together with a version: those that are not
// PUBLISHED, or named twice, count for nothing.
func leave(ctx context.Context, v *store.View, c store.Connector, of store.Version, together []artifact.Number) (leaving, error) {
	all := leaving{of}
	seen := map[store.VersionID]bool{of.ID: true}
	for _, number := range together {
		other, err := v.Version(ctx, c.ID, number.Precedence())
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if other.State == published && !seen[other.ID] {
			seen[other.ID] = true
			all = append(all, other)
		}
	}
	return all, nil
}

func (l leaving) ids() []store.VersionID {
	ids := make([]store.VersionID, len(l))
	for i, v := range l {
		ids[i] = v.ID
	}
	return ids
}

// stable says whether one of them is the stable version.
func (l leaving) stable() bool {
	for _, v := range l {
		if v.Stable {
			return true
		}
	}
	return false
}

// platforms are those of all.
func (l leaving) platforms() store.Platforms {
	var all store.Platforms
	for _, v := range l {
		all |= v.Platforms
	}
	return all
}
