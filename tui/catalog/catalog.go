// Package catalog holds what the console knows of the registry: compact rows
// by id, kept up to date by pages of lists and by changes of the watch stream.
//
// A page may be older than a change that overtook it. Revisions decide: a row
// never gives way to an older one, and what was removed never comes back, since
// ids are not used again.
package catalog

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// registryEnum is any enum of the contract.
type registryEnum interface{ protoreflect.Enum }

// Catalog is what the console knows. The zero value is not ready: see New.
type Catalog struct {
	// Connectors are all connectors.
	Connectors *Rows[*Connector]
	// Versions are the versions of the whole registry, read when that list
	// is opened.
	Versions *Rows[*Version]
	// homes are the versions of the connectors that were opened.
	homes map[string]*Rows[*Version]
}

// New makes an empty catalogue.
func New() *Catalog {
	return &Catalog{Connectors: newRows[*Connector](), Versions: newRows[*Version](), homes: map[string]*Rows[*Version]{}}
}

// Of returns the versions of one connector, known by its Home.
func (c *Catalog) Of(home string) *Rows[*Version] {
	rows, known := c.homes[home]
	if !known {
		rows = newRows[*Version]()
		c.homes[home] = rows
	}
	return rows
}

// AddConnectors takes a page of the list of connectors.
func (c *Catalog) AddConnectors(page []*registryv1.Connector) {
	for _, each := range page {
		c.putConnector(each)
	}
}

// AddVersions takes a page of a list of versions; home is the connector's, or
// "" for the list of the whole registry.
func (c *Catalog) AddVersions(home string, page []*registryv1.VersionSummary) {
	rows := c.Versions
	if home != "" {
		rows = c.Of(home)
	}
	for _, each := range page {
		rows.put(versionRow(each))
	}
}

// Apply takes changes of the watch stream, oldest first, and returns the ids
// of the versions and connectors that changed, for the flash.
func (c *Catalog) Apply(changes []*registryv1.Change) (versions, connectors []int64) {
	for _, change := range changes {
		if connector := change.GetConnector(); connector != nil {
			c.putConnector(connector)
			connectors = append(connectors, connector.GetId())
		}
		if version := change.GetVersion(); version != nil {
			c.putVersion(versionRow(version))
			versions = append(versions, version.GetId())
		} else if id := change.GetVersionId(); id != 0 && removes(change.GetEvent().GetKind()) {
			c.removeVersion(id)
		}
	}
	return versions, connectors
}

// removes reports whether an event took its version away for good.
func removes(kind registryv1.EventKind) bool {
	return kind == registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED || kind == registryv1.EventKind_EVENT_KIND_VERSION_EXPIRED
}

// Clear forgets everything, for when changes were missed for good. The row
// sets stay the same, so that views of them start over by themselves.
func (c *Catalog) Clear() {
	c.Connectors.reset()
	c.Versions.reset()
	for _, rows := range c.homes {
		rows.reset()
	}
}

// Connector returns the row of a connector by its Home.
func (c *Catalog) Connector(home string) (*Connector, bool) {
	for _, each := range c.Connectors.rows {
		if each.Home == home {
			return each, true
		}
	}
	return nil, false
}

// Version returns the row of a version by its connector's Home and its number.
func (c *Catalog) Version(home, number string) (*Version, bool) {
	sets := []*Rows[*Version]{c.Versions}
	if rows, known := c.homes[home]; known {
		sets = []*Rows[*Version]{rows, c.Versions}
	}
	for _, rows := range sets {
		for _, each := range rows.rows {
			if each.Number == number && each.Home == home {
				return each, true
			}
		}
	}
	return nil, false
}

// putVersion stores a version in every list that it belongs to and that was
// opened: a list nobody looked at yet is read whole when somebody does.
func (c *Catalog) putVersion(v *Version) {
	if c.Versions.Whole() || c.Versions.Len() > 0 {
		c.Versions.put(v)
	}
	if rows, known := c.homes[v.Home]; known {
		rows.put(v)
	}
}

func (c *Catalog) removeVersion(id int64) {
	c.Versions.remove(id)
	for _, rows := range c.homes {
		rows.remove(id)
	}
}

// putConnector stores a connector, and moves the marks of its versions if its
// pointers moved: stable and latest belong to the connector.
func (c *Catalog) putConnector(message *registryv1.Connector) {
	add := connectorRow(message)
	before, known := c.Connectors.Find(add.ID)
	if !c.Connectors.put(add) {
		return
	}
	if known && before.Stable == add.Stable && before.Latest == add.Latest {
		return
	}
	point(c.Versions, add)
	if rows, opened := c.homes[add.Home]; opened {
		point(rows, add)
	}
}

// point gives the marks of stable and latest to the versions that have them now.
func point(rows *Rows[*Version], c *Connector) {
	for i := range rows.rows {
		v := rows.rows[i]
		if v.Home != c.Home {
			continue
		}
		if stable, latest := v.Number == c.Stable, v.Number == c.Latest; stable != v.Stable || latest != v.Latest {
			moved := *v
			moved.Stable, moved.Latest = stable, latest
			rows.put(&moved)
		}
	}
}
