package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func scanOrg(row scanner, o *Org) error {
	var id int64
	var policy []byte
	var set bool
	if err := row.Scan(&id, &o.Key, &o.Spelling, &policy, &set); err != nil {
		return err
	}
	o.ID = OrgID(id)
	// A policy that asks for nothing has no bytes, and is set all the same.
	if !set {
		return nil
	}
	o.Policy = &registryv1.Policy{}
	return unmarshal(policy, o.Policy)
}

// Org finds an org by its key (lower case); ErrNotFound.
func (v *View) Org(ctx context.Context, key string) (Org, error) {
	return one(ctx, v.c, scanOrg, "select id, key, spelling, policy, policy is not null from orgs where key = ?", key)
}

// OrgByID finds an org; ErrNotFound.
func (v *View) OrgByID(ctx context.Context, id OrgID) (Org, error) {
	return one(ctx, v.c, scanOrg, "select id, key, spelling, policy, policy is not null from orgs where id = ?", int64(id))
}

// EnsureOrg finds an org or creates it with this spelling. It appends no
// event: an org comes into being with its first connector, token, policy, key
// or identity, and the event of that names it.
func (tx *Tx) EnsureOrg(ctx context.Context, key, spelling string) (Org, error) {
	org, err := tx.Org(ctx, key)
	if !errors.Is(err, ErrNotFound) {
		return org, err
	}
	id, err := tx.c.insert(ctx, "insert into orgs (key, spelling) values (?, ?)", key, spelling)
	if err != nil {
		return Org{}, fmt.Errorf("creating org %q: %w", spelling, err)
	}
	return Org{ID: OrgID(id), Key: key, Spelling: spelling}, nil
}

// SetPolicy sets what an org asks of its versions; event POLICY_SET. What waits
// for people is held against it.
func (tx *Tx) SetPolicy(ctx context.Context, id OrgID, policy *registryv1.Policy) error {
	org, err := tx.OrgByID(ctx, id)
	if err != nil {
		return err
	}
	stored, err := marshal(policy)
	if err != nil {
		return err
	}
	if stored == nil {
		stored = []byte{} // Not null.
	}
	if _, err := tx.c.exec(ctx, "update orgs set policy = ? where id = ?", stored, int64(id)); err != nil {
		return fmt.Errorf("setting the policy of org %q: %w", org.Spelling, err)
	}
	tx.Record(Record{Kind: registryv1.EventKind_EVENT_KIND_POLICY_SET, Org: id, OrgName: org.Spelling, Detail: map[string]string{
		"approvals":          strconv.Itoa(int(policy.GetApprovals())),
		"self_review":        strconv.FormatBool(policy.GetSelfReview()),
		"require_signatures": strconv.FormatBool(policy.GetRequireSignatures()),
		"required_checks":    strings.Join(policy.GetRequiredChecks(), " "),
		"accepted_schemes":   strings.Join(policy.GetAcceptedSchemes(), " "),
		"allowances":         strings.Join(policy.GetAllowances(), " "),
	}})
	return tx.policyChanged(ctx, id, org.Policy, policy)
}

// connectorColumns are those of a connector c with its stable and latest
// versions s and l, and its newest version v.
const connectorColumns = `c.id, c.org_id, c.org_key, c.org_spelling, c.key, c.spelling,
	c.stable_id, c.latest_id, coalesce(s.number, ''), coalesce(l.number, ''),
	c.n_pending, c.n_uploading, c.n_validating, c.n_published, c.n_failed, c.n_yanked,
	c.revision, c.created_at, c.updated_at,
	c.display_name, c.description, c.aliases, c.repository, c.homepage, c.license,
	c.deprecated_at, c.deprecated_by, c.deprecated_reason, c.deprecated_replacement`

// connectorJoins joins them to connectors c; newest is the column that says
// which version is the newest that the reader may see.
func connectorJoins(newest string) string {
	return `
	left join versions s on s.id = c.stable_id
	left join versions l on l.id = c.latest_id
	left join versions v on v.id = ` + newest
}

// newestColumn gives the parameters that it needs.
func newestColumn(see Visibility) (column string, args []any) {
	switch {
	case see.All:
		return "c.newest_id", nil
	case len(see.Orgs) == 0:
		return "c.newest_public_id", nil
	default:
		in, args := oneOf("c.org_id", see.Orgs)
		return "case when " + in + " then c.newest_id else c.newest_public_id end", args
	}
}

// connectorScan converts rows of connectorColumns followed by
// newestVersionColumns.
func connectorScan() func(scanner, *Connector) error {
	var id, org, stable, latest, created, updated, deprecated int64
	var counts [6]int64
	var aliases string
	var d Deprecation
	var newest versionRow
	return func(row scanner, c *Connector) error {
		dest := []any{
			&id, &org, &c.OrgKey, &c.OrgSpelling, &c.Key, &c.Spelling,
			&stable, &latest, &c.Stable, &c.Latest,
			&counts[0], &counts[1], &counts[2], &counts[3], &counts[4], &counts[5],
			&c.Revision, &created, &updated,
			&c.DisplayName, &c.Description, &aliases, &c.Repository, &c.Homepage, &c.License,
			&deprecated, &d.By, &d.Reason, &d.Replacement,
		}
		if err := row.Scan(append(dest, newest.dest()...)...); err != nil {
			return err
		}
		c.ID, c.Org = ConnectorID(id), OrgID(org)
		c.StableID, c.LatestID = VersionID(stable), VersionID(latest)
		c.CreatedAt, c.UpdatedAt = fromMicros(created), fromMicros(updated)
		copy(c.Counts[1:], counts[:])
		c.Aliases = parseAliases(aliases)
		if deprecated != 0 {
			c.Deprecation = &Deprecation{Reason: d.Reason, Replacement: d.Replacement, By: d.By, At: fromMicros(deprecated)}
		}
		if newest.id != 0 {
			c.Newest = &Version{}
			newest.to(c.Newest)
		}
		return nil
	}
}

// Aliases are kept as lines of key and spelling.

func formatAliases(aliases []Alias) string {
	var b strings.Builder
	for _, alias := range aliases {
		b.WriteString(alias.Key + " " + alias.Spelling + "\n")
	}
	return b.String()
}

func parseAliases(stored string) []Alias {
	var aliases []Alias
	for line := range strings.Lines(stored) {
		key, spelling, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		aliases = append(aliases, Alias{Key: key, Spelling: spelling})
	}
	return aliases
}

// Connector finds a connector by its keys or by the key of an alias, with
// what the reader may see of it; ErrNotFound. Whether he may see the
// connector at all is for the caller to ask: Visibility.Connector.
func (v *View) Connector(ctx context.Context, orgKey, key string, see Visibility) (Connector, error) {
	found, err := v.connector(ctx, see, "c.org_key = ? and c.key = ?", orgKey, key)
	if !errors.Is(err, ErrNotFound) {
		return found, err
	}
	return v.connector(ctx, see, "c.id = ("+idOfAlias+")", orgKey, key)
}

// idOfAlias finds the connector that has an alias.
const idOfAlias = "select a.connector_id from aliases a join orgs g on g.id = a.org_id where g.key = ? and a.key = ?"

// ConnectorByID finds a connector; ErrNotFound.
func (v *View) ConnectorByID(ctx context.Context, id ConnectorID, see Visibility) (Connector, error) {
	return v.connector(ctx, see, "c.id = ?", int64(id))
}

func (v *View) connector(ctx context.Context, see Visibility, where string, args ...any) (Connector, error) {
	newest, newestArgs := newestColumn(see)
	query := "select " + connectorColumns + ", " + newestVersionColumns + " from connectors c " + connectorJoins(newest) + " where " + where
	return one(ctx, v.c, connectorScan(), query, slices.Concat(newestArgs, args)...)
}

// Place is a connector as far as lists of its versions need it.
type Place struct {
	ID                    ConnectorID
	Org                   OrgID
	OrgSpelling, Spelling string
	StableID, LatestID    VersionID
	// Public: it has a version that is public.
	Public bool
}

// Place is Connector without what costs to find out; ErrNotFound.
func (v *View) Place(ctx context.Context, orgKey, key string) (Place, error) {
	found, err := v.place(ctx, "c.org_key = ? and c.key = ?", orgKey, key)
	if !errors.Is(err, ErrNotFound) {
		return found, err
	}
	return v.place(ctx, "c.id = ("+idOfAlias+")", orgKey, key)
}

func (v *View) place(ctx context.Context, where string, args ...any) (Place, error) {
	return one(ctx, v.c, func(row scanner, p *Place) error {
		var id, org, stable, latest, public integer
		err := row.Scan(&id, &org, &p.OrgSpelling, &p.Spelling, &stable, &latest, &public)
		p.ID, p.Org, p.StableID, p.LatestID, p.Public = ConnectorID(id), OrgID(org), VersionID(stable), VersionID(latest), public != 0
		return err
	}, "select c.id, c.org_id, c.org_spelling, c.spelling, c.stable_id, c.latest_id, c.newest_public_id from connectors c where "+where, args...)
}

// NewConnector is a connector to be created.
type NewConnector struct {
	Org           OrgID
	Key, Spelling string
	ConnectorTexts
}

// CreateConnector creates a connector; *ExistsError with the one that is
// there if its name, or one of the aliases, is taken. Event
// CONNECTOR_CREATED.
func (tx *Tx) CreateConnector(ctx context.Context, n NewConnector) (Connector, error) {
	org, err := tx.OrgByID(ctx, n.Org)
	if err != nil {
		return Connector{}, fmt.Errorf("finding the org of connector %q: %w", n.Spelling, err)
	}
	if err := tx.checkNames(ctx, org, 0, append([]Alias{{Key: n.Key, Spelling: n.Spelling}}, n.Aliases...)); err != nil {
		return Connector{}, err
	}
	id, err := tx.c.insert(ctx, `insert into connectors (org_id, org_key, org_spelling, key, spelling, created_at, updated_at,
			display_name, description, aliases, repository, homepage, license, search)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(n.Org), org.Key, org.Spelling, n.Key, n.Spelling, micros(tx.now), micros(tx.now),
		n.DisplayName, n.Description, formatAliases(n.Aliases), n.Repository, n.Homepage, n.License,
		searchText(org, n.Key, n.Spelling, n.ConnectorTexts))
	if err != nil {
		return Connector{}, fmt.Errorf("creating connector %q: %w", n.Spelling, err)
	}
	if err := tx.putAliases(ctx, n.Org, ConnectorID(id), n.Aliases); err != nil {
		return Connector{}, err
	}
	return tx.connectorChanged(ctx, ConnectorID(id), registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED, "", nil)
}

// ChangeConnector replaces the texts of a connector; *ExistsError if an alias
// is taken. Event CONNECTOR_CHANGED.
func (tx *Tx) ChangeConnector(ctx context.Context, id ConnectorID, texts ConnectorTexts) (Connector, error) {
	c, err := tx.ConnectorByID(ctx, id, Visibility{})
	if err != nil {
		return Connector{}, err
	}
	org := Org{ID: c.Org, Key: c.OrgKey, Spelling: c.OrgSpelling}
	if err := tx.checkNames(ctx, org, id, texts.Aliases); err != nil {
		return Connector{}, err
	}
	if err := tx.putAliases(ctx, c.Org, id, texts.Aliases); err != nil {
		return Connector{}, err
	}
	_, err = tx.c.exec(ctx, `update connectors set display_name = ?, description = ?, aliases = ?, repository = ?,
			homepage = ?, license = ?, search = ?, revision = revision + 1, updated_at = ? where id = ?`,
		texts.DisplayName, texts.Description, formatAliases(texts.Aliases), texts.Repository,
		texts.Homepage, texts.License, searchText(org, c.Key, c.Spelling, texts), micros(tx.now), int64(id))
	if err != nil {
		return Connector{}, fmt.Errorf("changing connector %q: %w", c.Spelling, err)
	}
	return tx.connectorChanged(ctx, id, registryv1.EventKind_EVENT_KIND_CONNECTOR_CHANGED, "", nil)
}

// checkNames refuses names that another connector of the org has.
func (tx *Tx) checkNames(ctx context.Context, org Org, self ConnectorID, names []Alias) error {
	for _, name := range names {
		found, err := tx.Connector(ctx, org.Key, name.Key, Visibility{All: true})
		switch {
		case errors.Is(err, ErrNotFound):
		case err != nil:
			return fmt.Errorf("looking for the name %q: %w", name.Spelling, err)
		case found.ID != self:
			return &ExistsError{Connector: &found, Key: name.Spelling}
		}
	}
	return nil
}

func (tx *Tx) putAliases(ctx context.Context, org OrgID, id ConnectorID, aliases []Alias) error {
	if _, err := tx.c.exec(ctx, "delete from aliases where connector_id = ?", int64(id)); err != nil {
		return err
	}
	for _, alias := range aliases {
		_, err := tx.c.exec(ctx, "insert into aliases (org_id, key, connector_id) values (?, ?, ?) on conflict do nothing",
			int64(org), alias.Key, int64(id))
		if err != nil {
			return fmt.Errorf("adding the alias %q: %w", alias.Spelling, err)
		}
	}
	return nil
}

// searchText is what free words are looked for in.
func searchText(org Org, key, spelling string, texts ConnectorTexts) string {
	parts := []string{org.Key + "/" + key, org.Spelling + "/" + spelling, texts.DisplayName, texts.Description}
	for _, alias := range texts.Aliases {
		parts = append(parts, alias.Spelling)
	}
	return strings.ToLower(strings.Join(parts, "\n"))
}

// Deprecate marks a connector, or with nil takes that back; events
// CONNECTOR_DEPRECATED and CONNECTOR_UNDEPRECATED. By and At are set here.
func (tx *Tx) Deprecate(ctx context.Context, id ConnectorID, d *Deprecation) (Connector, error) {
	kind := registryv1.EventKind_EVENT_KIND_CONNECTOR_UNDEPRECATED
	var set Deprecation
	var detail map[string]string
	if d != nil {
		kind = registryv1.EventKind_EVENT_KIND_CONNECTOR_DEPRECATED
		set = Deprecation{Reason: d.Reason, Replacement: d.Replacement, By: tx.by.Person, At: tx.now}
		if d.Replacement != "" {
			detail = map[string]string{"replacement": d.Replacement}
		}
	}
	changed, err := tx.c.exec(ctx, `update connectors set deprecated_at = ?, deprecated_by = ?, deprecated_reason = ?,
			deprecated_replacement = ?, revision = revision + 1, updated_at = ? where id = ?`,
		micros(set.At), set.By, set.Reason, set.Replacement, micros(tx.now), int64(id))
	if err != nil {
		return Connector{}, fmt.Errorf("deprecating connector %d: %w", id, err)
	}
	if changed == 0 {
		return Connector{}, ErrNotFound
	}
	return tx.connectorChanged(ctx, id, kind, set.Reason, detail)
}

// SetStable promotes a PUBLISHED version; *StaleError if it is not. Nothing
// changes if it is stable already. Event STABLE_SET.
func (tx *Tx) SetStable(ctx context.Context, id VersionID) (Connector, error) {
	v, err := tx.VersionByID(ctx, id)
	if err != nil {
		return Connector{}, err
	}
	if v.State != registryv1.State_STATE_PUBLISHED {
		return Connector{}, &StaleError{Version: id, From: registryv1.State_STATE_PUBLISHED, Attempt: v.Attempt, Found: v}
	}
	before, err := tx.ConnectorByID(ctx, v.Connector, Visibility{All: true})
	if err != nil || v.Stable {
		return before, err
	}
	if err := tx.promote(ctx, v.Connector, id); err != nil {
		return Connector{}, err
	}
	_, err = tx.c.exec(ctx, "update connectors set stable_id = ?, revision = revision + 1, updated_at = ? where id = ?",
		int64(id), micros(tx.now), int64(v.Connector))
	if err != nil {
		return Connector{}, fmt.Errorf("setting the stable version: %w", err)
	}
	after, err := tx.ConnectorByID(ctx, v.Connector, Visibility{All: true})
	if err != nil {
		return Connector{}, err
	}
	tx.Record(versionRecord(v, registryv1.EventKind_EVENT_KIND_STABLE_SET, "", moved("stable", before.Stable, after.Stable)))
	return after, nil
}

// promote keeps that stable points to a version from now on.
func (tx *Tx) promote(ctx context.Context, c ConnectorID, id VersionID) error {
	_, err := tx.c.exec(ctx, "insert into stables (connector_id, version_id, at, person) values (?, ?, ?, ?)",
		int64(c), int64(id), micros(tx.now), tx.by.Person)
	if err != nil {
		return fmt.Errorf("keeping the history of stable: %w", err)
	}
	return nil
}

// moved is the detail of an event that moved a pointer.
func moved(pointer, before, after string) map[string]string {
	return map[string]string{pointer + "_before": before, pointer + "_after": after}
}

// connectorChanged appends the event of a change and gives the connector as
// it is then.
func (tx *Tx) connectorChanged(ctx context.Context, id ConnectorID, kind registryv1.EventKind, reason string, detail map[string]string) (Connector, error) {
	c, err := tx.ConnectorByID(ctx, id, Visibility{All: true})
	if err != nil {
		return Connector{}, err
	}
	tx.Record(Record{
		Kind: kind, Org: c.Org, Connector: c.ID, OrgName: c.OrgSpelling, Name: c.Spelling,
		Reason: reason, Detail: detail,
	})
	return c, nil
}

// Messages are stored in one form only, so that equal ones are equal bytes.

func marshal(m proto.Message) ([]byte, error) {
	stored, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("storing a %s: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return stored, nil
}

func unmarshal(stored []byte, m proto.Message) error {
	if err := proto.Unmarshal(stored, m); err != nil {
		return fmt.Errorf("reading a stored %s: %w", m.ProtoReflect().Descriptor().Name(), err)
	}
	return nil
}
