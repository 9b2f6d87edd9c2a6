// Package catalog holds what the console knows of the registry: compact rows
// by id, kept up to date by pages of lists and by changes of the watch stream.
//
// A page may be older than a change that overtook it. Revisions decide: a row
// never gives way to an older one, and what was removed never comes back, since
// ids are not used again. Stable and latest belong to the connector and follow
// its revisions, not those of the versions that they point at.
package catalog

import (
	"slices"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Catalog is what the console knows. The zero value is not ready: see New.
type Catalog struct {
	// Caller is who calls and what he may do; nil until the registry said so.
	Caller *registryv1.GetCallerResponse
	// Connectors are all connectors.
	Connectors *Rows[*Connector]
	// Versions are the versions of the whole registry, read when that list
	// is opened.
	Versions *Rows[*Version]
	// Queue are the versions that wait for a person.
	Queue *Rows[*Queued]
	// Attention is what may want a person.
	Attention *Attention

	// homes are the versions of the connectors that were opened.
	homes map[string]*Rows[*Version]
	// ids are those of the connectors by home.
	ids map[string]int64
	// names and words are what many rows share, kept once.
	names map[ref]*names
	words map[string]string
	// here is what versions were worth when they were verified here.
	here map[string]*Here
	// underway are the tasks that run, by their ids.
	underway map[string]bool
	// left are the revisions of versions with which they left the queue.
	left map[int64]int64
}

// New makes an empty catalogue.
func New() *Catalog {
	return &Catalog{
		Connectors: newRows[*Connector](), Versions: newRows[*Version](), Queue: newRows[*Queued](), left: map[int64]int64{},
		homes: map[string]*Rows[*Version]{}, ids: map[string]int64{}, names: map[ref]*names{}, words: map[string]string{},
		here: map[string]*Here{}, underway: map[string]bool{}, Attention: newAttention(),
	}
}

// List names one list of the catalogue. The zero value is that of all connectors.
type List struct {
	// Org and Name are the connector whose versions are meant.
	Org, Name string
	// All means the versions of the whole registry, Waiting those that wait
	// for a person.
	All, Waiting bool
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

// Reading returns how the reading of a list stands.
func (c *Catalog) Reading(l List) Reading {
	switch {
	case l == (List{}):
		return c.Connectors
	case l.Waiting:
		return c.Queue
	default:
		return c.versions(l)
	}
}

// versions returns the rows of a list of versions.
func (c *Catalog) versions(l List) *Rows[*Version] {
	if l.All {
		return c.Versions
	}
	return c.Of(Home(l.Org, l.Name))
}

// AddConnectors takes a page of the list of connectors.
func (c *Catalog) AddConnectors(page []*registryv1.Connector) {
	moved, text := map[string]*Connector{}, &texts{piece: textPiece}
	for _, each := range page {
		c.putConnector(each, text, moved)
	}
	c.point(moved)
}

// AddVersions takes a page of a list of versions.
func (c *Catalog) AddVersions(l List, page []*registryv1.VersionSummary) {
	rows, text := c.versions(l), &texts{piece: textPiece}
	for _, each := range page {
		rows.put(c.versionRow(each, text))
	}
}

// Apply takes changes of the watch stream, oldest first, and returns the ids
// of the versions and connectors that changed, for the flash.
func (c *Catalog) Apply(changes []*registryv1.Change) (versions, connectors []int64) {
	moved := map[string]*Connector{}
	for _, change := range changes {
		c.attend(change)
		c.queue(change)
		if connector := change.GetConnector(); connector != nil && c.putConnector(connector, &texts{}, moved) {
			connectors = append(connectors, connector.GetId())
		}
		if version := change.GetVersion(); version != nil {
			if c.putVersion(version) {
				versions = append(versions, version.GetId())
			}
		} else if id := change.GetVersionId(); id != 0 && removes(change.GetEvent().GetKind()) {
			c.removeVersion(id)
		}
	}
	c.point(moved)
	return versions, connectors
}

// removes reports whether an event took its version away for good.
func removes(kind registryv1.EventKind) bool {
	return kind == registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED || kind == registryv1.EventKind_EVENT_KIND_VERSION_EXPIRED
}

// Connector returns the row of a connector by its Home.
func (c *Catalog) Connector(home string) (*Connector, bool) {
	id, known := c.ids[home]
	if !known {
		return nil, false
	}
	return c.Connectors.Find(id)
}

// putVersion stores a version in every list that it belongs to and that
// somebody opened: any other is read whole when somebody does.
func (c *Catalog) putVersion(message *registryv1.VersionSummary) (changed bool) {
	if c.Versions.Number() > 0 {
		changed = c.Versions.put(c.versionRow(message, &texts{}))
	}
	if rows, opened := c.homes[Home(message.GetRef().GetOrg(), message.GetRef().GetName())]; opened && rows.Number() > 0 {
		changed = rows.put(c.versionRow(message, &texts{})) || changed
	}
	return changed
}

func (c *Catalog) removeVersion(id int64) {
	c.Versions.remove(id)
	for _, rows := range c.homes {
		rows.remove(id)
	}
}

// putConnector stores a connector; moved collects those whose pointers moved.
func (c *Catalog) putConnector(message *registryv1.Connector, text *texts, moved map[string]*Connector) (changed bool) {
	add := c.connectorRow(message, text)
	before, known := c.Connectors.Find(add.ID)
	if !c.Connectors.put(add) {
		return false
	}
	c.ids[add.Home] = add.ID
	if !known || before.Stable != add.Stable || before.Latest != add.Latest {
		moved[add.Home] = add
	}
	return true
}

// point gives the marks of stable and latest to the versions that have them
// now, in one pass: a page may bring a thousand connectors.
func (c *Catalog) point(moved map[string]*Connector) {
	if len(moved) == 0 {
		return
	}
	pointIn(c.Versions, moved)
	for home := range moved {
		if rows, opened := c.homes[home]; opened {
			pointIn(rows, moved)
		}
	}
}

func pointIn(rows *Rows[*Version], moved map[string]*Connector) {
	for _, v := range rows.rows {
		c, concerned := moved[v.Home]
		if !concerned || v.Stable == c.stable(v.Number) && v.Latest == c.latest(v.Number) {
			continue
		}
		marked := *v
		marked.Stable, marked.Latest = c.stable(v.Number), c.latest(v.Number)
		rows.put(&marked)
	}
}

// once returns the string that rows share.
func (c *Catalog) once(s string) string {
	if s == "" {
		return ""
	}
	if known, ok := c.words[s]; ok {
		return known
	}
	c.words[s] = s
	return s
}

// May reports whether the caller has one of the roles in an org, as far as it
// is known: the registry decides, this is for saying so before somebody types.
func (c *Catalog) May(org string, roles ...registryv1.Role) bool {
	if c.Caller == nil {
		return true
	}
	for _, grant := range c.Caller.GetRoles() {
		if grant.GetOrg() != AllOrgs && Home(grant.GetOrg(), "") != Home(org, "") {
			continue
		}
		if grant.GetRole() == registryv1.Role_ROLE_ADMIN || slices.Contains(roles, grant.GetRole()) {
			return true
		}
	}
	return false
}

// AllOrgs is how a role names all orgs: RoleGrant.org.
const AllOrgs = "*"
