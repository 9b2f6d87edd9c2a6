package store

import (
	"context"
	"fmt"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// VersionQuery is a page of a list of versions: of one connector, highest
// number first, or of all, last changed first.
type VersionQuery struct {
	Connector ConnectorID
	// Place is the connector, where the caller has looked it up in this View.
	Place  *Place
	See    Visibility
	Filter Filter
	// After is the Next of the page before, nil on the first.
	After []byte
	Limit int
}

// versionFlags are what makes a version stable or latest.
var versionFlags = map[registryv1.FilterField]string{
	registryv1.FilterField_FILTER_FIELD_STABLE: "v.id = c.stable_id",
	registryv1.FilterField_FILTER_FIELD_LATEST: "v.id = c.latest_id",
}

// ListVersions lists versions.
func (v *View) ListVersions(ctx context.Context, q VersionQuery) (Page[Version], error) {
	l := list[Version]{
		columns:  versionColumns,
		table:    "versions v",
		joined:   "join connectors c on c.id = v.connector_id",
		residual: q.Filter.sql(versionFlags),
		desc:     true,
		scan:     versionScan(),
	}
	switch {
	case q.See.All:
	case l.residual.sql == "":
		// Nearly every row passes, so that looking at them here is cheaper.
		l.accept = func(row *Version) bool { return q.See.Version(*row) }
	default:
		public := where("v.state in (4, 6)")
		l.residual = all(some(public, isOneOf("v.org_id", q.See.Orgs)), l.residual)
	}
	kind := keyRecent
	if q.Place != nil {
		q.Connector = q.Place.ID
		if l.residual.sql == "" {
			// What the connector says needs not be read with each version.
			l.columns, l.joined, l.scan = bareVersionColumns, "", bareScan(q.Place)
		}
	}
	if q.Connector != 0 {
		kind = keyPrecedence
		l.index = "versions_number"
		l.keys = where("v.connector_id = ?", int64(q.Connector))
		l.order = []string{"v.precedence"}
		l.keyOf = func(v *Version) []any { return []any{v.Precedence} }
	} else {
		l.order = []string{"v.updated_at", "v.id"}
		l.keyOf = func(v *Version) []any { return []any{micros(v.UpdatedAt), int64(v.ID)} }
		if err := v.chooseIndex(ctx, &l, q.Filter); err != nil {
			return Page[Version]{}, err
		}
	}
	page, err := l.page(ctx, v, kind, q.After, q.Limit)
	if err != nil {
		return Page[Version]{}, fmt.Errorf("listing versions: %w", err)
	}
	return page, nil
}

// chooseIndex finds the index that narrows a list of all versions most: by
// one state, by one org, or none.
func (v *View) chooseIndex(ctx context.Context, l *list[Version], f Filter) error {
	if state, ok := f.single(registryv1.FilterField_FILTER_FIELD_STATE); ok {
		l.index, l.keys = "versions_state", where("v.state = ?", state.numbers[0])
		return nil
	}
	l.index = "versions_recent"
	org, ok := f.single(registryv1.FilterField_FILTER_FIELD_ORG)
	if !ok {
		return nil
	}
	begin := begins("key", org.texts[0])
	ids, err := collect(ctx, v.c, value[int64], "select id from orgs where "+begin.sql+" limit 2", begin.args...)
	if err == nil && len(ids) == 1 {
		l.index, l.keys = "versions_org", where("v.org_id = ?", ids[0])
	}
	return err
}

// ConnectorQuery is a page of a list of connectors.
type ConnectorQuery struct {
	See    Visibility
	Filter Filter
	// Order is by name unless it is CONNECTOR_ORDER_UPDATED.
	Order registryv1.ConnectorOrder
	// After is the Next of the page before, nil on the first.
	After []byte
	Limit int
}

// connectorFlags are what gives a connector a stable or latest version.
var connectorFlags = map[registryv1.FilterField]string{
	registryv1.FilterField_FILTER_FIELD_STABLE: "c.stable_id <> 0",
	registryv1.FilterField_FILTER_FIELD_LATEST: "c.latest_id <> 0",
}

// ListConnectors lists connectors. Terms about versions are about the newest
// one that the reader may see.
func (v *View) ListConnectors(ctx context.Context, q ConnectorQuery) (Page[Connector], error) {
	newest, newestArgs := newestColumn(q.See)
	l := list[Connector]{
		columns:    connectorColumns + ", " + newestVersionColumns,
		table:      "connectors c",
		joined:     connectorJoins(newest),
		joinedArgs: newestArgs,
		residual:   q.Filter.sql(connectorFlags),
		scan:       connectorScan(),
	}
	switch {
	case q.See.All:
	case l.residual.sql == "":
		l.accept = func(row *Connector) bool { return q.See.Connector(*row) }
	default:
		public := where("c.newest_public_id <> 0")
		l.residual = all(some(public, isOneOf("c.org_id", q.See.Orgs)), l.residual)
	}
	kind := keyNames
	if q.Order == registryv1.ConnectorOrder_CONNECTOR_ORDER_UPDATED {
		kind = keyRecent
		l.index = "connectors_recent"
		l.order, l.desc = []string{"c.updated_at", "c.id"}, true
		l.keyOf = func(c *Connector) []any { return []any{micros(c.UpdatedAt), int64(c.ID)} }
	} else {
		l.index = "connectors_name"
		l.order = []string{"c.org_key", "c.key"}
		l.keyOf = func(c *Connector) []any { return []any{c.OrgKey, c.Key} }
	}
	page, err := l.page(ctx, v, kind, q.After, q.Limit)
	if err != nil {
		return Page[Connector]{}, fmt.Errorf("listing connectors: %w", err)
	}
	return page, nil
}
