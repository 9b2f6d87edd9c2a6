package catalog

import (
	"cmp"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// five is how many platforms a version may declare.
const five = 5

// Connector is a connector as a row: what lists show, no more, since a proto
// message a row would cost too much at 100,000 of them. It is never changed
// once made; a change makes another row.
type Connector struct {
	ID, Revision int64
	Org, Name    string
	// Home is the key of the connector: org/name in lower case.
	Home           string
	Stable, Latest string
	Newest         Newest
	// Counts are the versions by state.
	Counts            [7]int32
	Deprecated        bool
	Description       string
	License           string
	Created, Updated  int64 // microseconds since 1970 UTC
	DeprecationReason string
	// Link is the page of its source, or else its homepage; it is not checked.
	Link string

	// Edition changes whenever the row does; what was drawn of it is kept by it.
	Edition int64

	text, called string
}

// Total is how many versions the connector has, in any state.
func (c *Connector) Total() (n int32) {
	for _, count := range c.Counts {
		n += count
	}
	return n
}

// stable and latest tell whether a number is what the connector points at.
func (c *Connector) stable(number string) bool { return c.Stable != "" && c.Stable == number }
func (c *Connector) latest(number string) bool { return c.Latest != "" && c.Latest == number }

// Newest is the version with the highest number, as the row of its connector
// shows it. The zero value is a connector without versions.
type Newest struct {
	Number    string
	State     registryv1.State
	Attempt   int32
	Verdict   registryv1.VerdictStatus
	Reason    string
	Author    string
	Platforms Platforms
	// Why and Instead are of a yanked one: why it was, and what to use.
	Why, Instead string
}

// Version is a version as a row. It is never changed once made.
type Version struct {
	ID, Revision                int64
	Org, Name, Number           string
	Home                        string
	State                       registryv1.State
	Attempt                     int32
	Verdict                     registryv1.VerdictStatus
	VerdictReason               string
	Category                    registryv1.YankCategory
	Reason                      string
	Replacement                 string // of a yanked one: what to use instead
	Author                      string
	Size                        int64
	Platforms                   Platforms
	Stable, Latest              bool
	Created, Updated, Published int64 // microseconds since 1970 UTC
	// Edition changes whenever the row does; what was drawn of it is kept by it.
	Edition int64

	text, called string
}

// Platforms is what is known about each of the five platforms, in the order
// in which they are always shown.
type Platforms struct {
	Declared, Received uint8 // bit masks
	verdicts           [five]uint8
}

// Has reports whether the platform with this index is declared.
func (p Platforms) Has(i int) bool { return p.Declared>>i&1 == 1 }

// Here reports whether all bytes of the platform with this index arrived.
func (p Platforms) Here(i int) bool { return p.Received>>i&1 == 1 }

// Verdict is that of the platform with this index.
func (p Platforms) Verdict(i int) registryv1.VerdictStatus {
	return registryv1.VerdictStatus(p.verdicts[i])
}

// platformsOf reads the platforms of a summary.
func platformsOf(v *registryv1.VersionSummary) Platforms {
	var out Platforms
	order := registryv1.Platforms()
	for i, declared := range v.GetPlatforms() {
		for at, platform := range order {
			if platform != declared {
				continue
			}
			out.Declared |= 1 << at
			if received := v.GetPlatformReceived(); i < len(received) && received[i] {
				out.Received |= 1 << at
			}
			if verdicts := v.GetPlatformVerdicts(); i < len(verdicts) {
				out.verdicts[at] = uint8(verdicts[i]) //nolint:gosec // an enum with a handful of values
			}
		}
	}
	return out
}

// Home returns the key under which a connector and its versions are known.
func Home(org, name string) string { return strings.ToLower(org + "/" + name) }

// connectorRow makes a row of a message.
func (c *Catalog) connectorRow(m *registryv1.Connector, text *texts) *Connector {
	n := c.named(m.GetRef().GetOrg(), m.GetRef().GetName())
	row := &Connector{
		ID: m.GetId(), Revision: m.GetRevision(), Org: n.org, Name: n.name, Home: n.home, called: n.called,
		Stable: m.GetStable(), Latest: m.GetLatest(),
		Description: m.GetDescription(), License: c.once(m.GetLicense()),
		Created: micros(m.GetCreatedAt()), Updated: micros(m.GetUpdatedAt()),
		Deprecated: m.GetDeprecation() != nil, DeprecationReason: m.GetDeprecation().GetReason(),
		Link: cmp.Or(m.GetRepository(), m.GetHomepage()),
	}
	for _, count := range m.GetCounts() {
		if s := count.GetState(); s > 0 && int(s) < len(row.Counts) {
			row.Counts[s] = int32(count.GetCount()) //nolint:gosec // a connector has far fewer versions
		}
	}
	if n := m.GetNewest(); n != nil {
		row.Newest = Newest{
			Number: n.GetRef().GetVersion(), State: n.GetState(), Attempt: n.GetAttempt(),
			Verdict: n.GetVerdict(), Reason: c.once(n.GetVerdictReason()), Author: c.once(n.GetAuthor()), Platforms: platformsOf(n),
		}
		if n.GetState() == registryv1.State_STATE_YANKED {
			row.Newest.Why, row.Newest.Instead = words.Withdrawn(n.GetYankCategory(), n.GetReason(), n.GetYankReplacement())
		}
	}
	row.text = text.join(row.Home, m.GetDisplayName(), strings.Join(m.GetAliases(), " "), row.Stable, row.Newest.Number,
		stateWords[row.Newest.State&7], row.Newest.Author, verdictText(row.Newest.Verdict, row.Newest.Reason))
	return row
}

// versionRow makes a row of a message. What the connector points at is known
// better from its own row, if there is one.
func (c *Catalog) versionRow(v *registryv1.VersionSummary, text *texts) *Version {
	n := c.named(v.GetRef().GetOrg(), v.GetRef().GetName())
	row := &Version{
		ID: v.GetId(), Revision: v.GetRevision(),
		Org: n.org, Name: n.name, Home: n.home, called: n.called, Number: v.GetRef().GetVersion(),
		State: v.GetState(), Attempt: v.GetAttempt(),
		Verdict: v.GetVerdict(), VerdictReason: c.once(v.GetVerdictReason()),
		Category: v.GetYankCategory(), Reason: v.GetReason(), Replacement: c.once(v.GetYankReplacement()), Author: c.once(v.GetAuthor()), Size: v.GetSizeBytes(),
		Platforms: platformsOf(v), Stable: v.GetStable(), Latest: v.GetLatest(),
		Created: micros(v.GetCreatedAt()), Updated: micros(v.GetUpdatedAt()), Published: micros(v.GetPublishedAt()),
	}
	if of, known := c.Connector(row.Home); known {
		row.Stable, row.Latest = of.stable(row.Number), of.latest(row.Number)
	}
	row.text = text.join(row.Home, row.Number, stateWords[row.State&7], row.Author, row.Reason, verdictText(row.Verdict, row.VerdictReason))
	return row
}

// timestamp is what protobuf's Timestamp offers.
type timestamp interface {
	GetSeconds() int64
	GetNanos() int32
}

// micros returns a time as microseconds; 0 stands for none.
func micros(t timestamp) int64 {
	return t.GetSeconds()*1_000_000 + int64(t.GetNanos())/1000
}

// Key returns the connector's id.
func (c *Connector) Key() int64 { return c.ID }

// Rev returns the connector's revision.
func (c *Connector) Rev() int64 { return c.Revision }

// Drawn changes whenever what the row shows does.
func (c *Connector) Drawn() int64 { return c.Edition }

func (c *Connector) stamp(edition int64) { c.Edition = edition }

func (c *Connector) same(other *Connector) bool {
	x := *other
	x.Edition = c.Edition
	return *c == x
}

// Key returns the version's id.
func (v *Version) Key() int64 { return v.ID }

// Rev returns the version's revision.
func (v *Version) Rev() int64 { return v.Revision }

// Drawn changes whenever what the row shows does.
func (v *Version) Drawn() int64 { return v.Edition }

func (v *Version) stamp(edition int64) { v.Edition = edition }

func (v *Version) same(other *Version) bool {
	x := *other
	x.Edition = v.Edition
	return *v == x
}

// CompareNumbers orders two rows by their version, lowest first.
func CompareNumbers(a, b *Version) int { return semver.Compare(a.Number, b.Number) }
