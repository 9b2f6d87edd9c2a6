// Package yank withdraws versions, one or many of several connectors: it says
// what that does to all of them together, then does it, each version in a
// transaction of its own, and can be stopped and finished later.
package yank

import (
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Suggested as a replacement stands for what the registry suggests for each
// connector.
const Suggested = "suggested"

// Parallel is how many calls are under way at once.
const Parallel = 8

// Order says what is to be yanked, and why. It is a value; its versions are
// not changed.
type Order struct {
	Versions []*registryv1.VersionRef
	Category registryv1.YankCategory
	Reason   string
	Advisory string
	// Replacement is a number that every connector must have, Suggested or "".
	Replacement string
	Credit      string
	Block       bool
}

// request is the call for one version.
func (o Order) request(ref *registryv1.VersionRef, replacement string) *registryv1.YankVersionRequest {
	return &registryv1.YankVersionRequest{
		Ref: ref, Category: o.Category, Reason: o.Reason, Advisory: o.Advisory,
		Replacement: replacement, BlockDownloads: o.Block, Credit: o.Credit,
	}
}

// fixed is the replacement as far as it is the same for all.
func (o Order) fixed() string {
	if o.Replacement == Suggested {
		return ""
	}
	return o.Replacement
}

// Unique leaves out versions that are named twice, however they are spelled.
func Unique(refs []*registryv1.VersionRef) []*registryv1.VersionRef {
	seen := map[string]bool{}
	var all []*registryv1.VersionRef
	for _, ref := range refs {
		key := connectorKey(ref) + "@" + ref.GetVersion()
		if !seen[key] {
			seen[key] = true
			all = append(all, ref)
		}
	}
	return all
}

// connectorKey is the same for all spellings of a connector.
func connectorKey(ref *registryv1.VersionRef) string {
	name := strings.ToLower(ref.GetName())
	if short := strings.TrimPrefix(name, "baton-"); short != "" {
		name = short
	}
	return strings.ToLower(ref.GetOrg()) + "/" + name
}
