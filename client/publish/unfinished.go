package publish

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Names reports whether the plan's reference and another one name the same
// version. They compare as the registry does: without case, and with or
// without the prefix that most connectors share.
func (r Ref) Names(v *registryv1.VersionRef) bool {
	return strings.EqualFold(v.GetOrg(), r.Org) && artifact.ConnectorKey(v.GetName()) == artifact.ConnectorKey(r.Name) && v.GetVersion() == r.Version
}

// Pair finds out what is unfinished on both sides: beside each version that
// the registry holds stands the draft of this computer, or nil; alone are the
// drafts of which the registry knows nothing.
func Pair(held []*registryv1.VersionRef, local []Draft) (beside []*Draft, alone []*Draft) {
	beside = make([]*Draft, len(held))
	for i := range local {
		at := slices.IndexFunc(held, local[i].Plan.Ref.Names)
		if at >= 0 {
			beside[at] = &local[i]
			continue
		}
		alone = append(alone, &local[i])
	}
	return beside, alone
}

// ListFor returns the drafts of one registry, by the name that its target has.
func (j *Journal) ListFor(registry string) ([]Draft, error) {
	drafts, err := j.List()
	return slices.DeleteFunc(drafts, func(d Draft) bool { return d.Plan.Registry != registry }), err
}

// Forget removes the draft of a version of one registry, if there is one.
func (j *Journal) Forget(registry string, v *registryv1.VersionRef) error {
	drafts, err := j.ListFor(registry)
	for _, d := range drafts {
		if d.Plan.Ref.Names(v) {
			return j.Remove(d.ID)
		}
	}
	return err
}
