package catalog

import (
	"golang.org/x/mod/semver"

	"github.com/registrar-console/registrar/client/diff"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Contrasted carries what changed between two versions, or why that cannot be
// said.
type Contrasted struct {
	Org, Name, Old, New string
	// Asked is the number that the screen gave its question.
	Asked  int
	Report diff.Report
	Err    error
}

// Before returns the PUBLISHED version that comes before a number, as far as
// the versions of its connector were read. Before a release it is the release
// before it; only where there is none, a pre-release.
func (c *Catalog) Before(home, number string) (before *Version, known bool) {
	rows := c.Versions
	if read := c.Of(home); read.Len() > 0 {
		rows = read
	}
	release := !prerelease(number)
	for _, v := range rows.All() {
		if v.State != registryv1.State_STATE_PUBLISHED || v.Home != home || semver.Compare(v.Number, number) >= 0 {
			continue
		}
		if before == nil || nearer(v, before, release) {
			before = v
		}
	}
	return before, before != nil
}

func prerelease(number string) bool { return semver.Prerelease(number) != "" }

// nearer reports whether a is nearer to what follows both than b is.
func nearer(a, b *Version, release bool) bool {
	if release && prerelease(a.Number) != prerelease(b.Number) {
		return prerelease(b.Number)
	}
	return CompareNumbers(a, b) > 0
}

// Version returns the row of a version, as far as it was read.
func (c *Catalog) Version(home, number string) (*Version, bool) {
	for _, rows := range []*Rows[*Version]{c.Of(home), c.Versions} {
		for _, v := range rows.All() {
			if v.Home == home && v.Number == number {
				return v, true
			}
		}
	}
	return nil, false
}
