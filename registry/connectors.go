package registry

import (
	"context"
	"errors"
	"fmt"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// CreateConnector creates a connector. One that is there already is the
// answer, unchanged: whoever publishes need not know whether he is the first.
func (r *Registry) CreateConnector(ctx context.Context, rq *registryv1.CreateConnectorRequest) (*registryv1.CreateConnectorResponse, error) {
	doing := "creating connector " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.registered("ref", rq.GetRef())
	texts := c.connectorTexts(of, rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.CreateConnectorResponse, error) {
		there, err := tx.Connector(ctx, of.OrgKey, of.Key, see)
		// A connector that has the name as an alias does not own it: creating
		// that name is refused by the store.
		if err == nil && there.Key == of.Key {
			return &registryv1.CreateConnectorResponse{Connector: connectorProto(there, see)}, nil
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		org, err := tx.EnsureOrg(ctx, of.OrgKey, of.Org)
		if err != nil {
			return nil, err
		}
		made, err := tx.CreateConnector(ctx, store.NewConnector{Org: org.ID, Key: of.Key, Spelling: of.Name, ConnectorTexts: texts})
		if err != nil {
			return nil, err
		}
		return &registryv1.CreateConnectorResponse{Connector: connectorProto(made, seeOwn(see, org.ID)), Created: true}, nil
	})
	return answer, wrap(doing, err)
}

// seeOwn lets somebody see an org that came into being by his own call.
func seeOwn(see store.Visibility, org store.OrgID) store.Visibility {
	if see.Org(org) {
		return see
	}
	return store.Visibility{Orgs: append([]store.OrgID{org}, see.Orgs...)}
}

// connectorTexts reads what a request says about a connector.
func (c *checker) connectorTexts(of subject, rq *registryv1.CreateConnectorRequest) store.ConnectorTexts {
	c.line("display_name", rq.GetDisplayName(), maxLine)
	c.lines("description", rq.GetDescription(), maxDescription)
	c.line("repository", rq.GetRepository(), maxURL)
	c.line("homepage", rq.GetHomepage(), maxURL)
	c.line("license", rq.GetLicense(), maxLicense)
	return store.ConnectorTexts{
		DisplayName: rq.GetDisplayName(),
		Description: rq.GetDescription(),
		Aliases:     c.aliases(of, rq.GetAliases()),
		Repository:  rq.GetRepository(),
		Homepage:    rq.GetHomepage(),
		License:     rq.GetLicense(),
	}
}

// aliases reads further names; each must be a name of its own.
func (c *checker) aliases(of subject, names []string) []store.Alias {
	var list []store.Alias
	seen := map[string]bool{of.Key: true}
	for i, name := range names[:c.atMost("aliases", len(names), maxAliases, "aliases")] {
		field := fmt.Sprintf("aliases[%d]", i)
		if _, err := artifact.ParseConnector(name); err != nil {
			c.faults.Add(field, registryv1.Reason_REASON_INVALID_NAME, "%s", err)
			continue
		}
		key := artifact.ConnectorKey(name)
		if seen[key] {
			c.faults.Add(field, registryv1.Reason_REASON_INVALID_NAME, "%s names the connector itself or repeats another alias", shown(name))
			continue
		}
		seen[key] = true
		list = append(list, store.Alias{Key: key, Spelling: name})
	}
	return list
}

// GetConnector returns one connector.
func (r *Registry) GetConnector(ctx context.Context, rq *registryv1.GetConnectorRequest) (*registryv1.GetConnectorResponse, error) {
	doing := "reading connector " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.connector("ref", rq.GetRef())
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	var answer *registryv1.GetConnectorResponse
	err := r.store.Read(ctx, func(v *store.View) error {
		found, err := findConnector(ctx, v, of, see)
		answer = &registryv1.GetConnectorResponse{Connector: connectorProto(found, see)}
		return err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return answer, nil
}

// ListConnectors lists the connectors that the caller may see.
func (r *Registry) ListConnectors(ctx context.Context, rq *registryv1.ListConnectorsRequest) (*registryv1.ListConnectorsResponse, error) {
	const doing = "listing connectors"
	c := r.checker()
	if _, known := registryv1.ConnectorOrder_name[int32(rq.GetOrder())]; !known {
		c.faults.Add("order", registryv1.Reason_REASON_INVALID_ARGUMENT, "there is no order with the number %d", rq.GetOrder())
	}
	page, filter, err := c.list(ctx, rq, rq.GetFilter())
	if err != nil {
		return nil, wrap(doing, err)
	}
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	answer := &registryv1.ListConnectorsResponse{}
	err = r.store.Read(ctx, func(v *store.View) error {
		list, err := v.ListConnectors(ctx, store.ConnectorQuery{
			See: see, Filter: filter, Order: rq.GetOrder(), After: page.After, Limit: page.Size,
		})
		if err != nil {
			return err
		}
		answer.Scanned = list.Scanned
		for _, row := range list.Rows {
			answer.Connectors = append(answer.Connectors, connectorProto(row, see))
		}
		if list.Next != nil {
			answer.NextPageToken = page.next(list.Next)
		}
		if page.First() {
			answer.Cursor, err = r.listCursor(ctx, v)
		}
		return err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return answer, nil
}

// SetStableVersion promotes a PUBLISHED version.
func (r *Registry) SetStableVersion(ctx context.Context, rq *registryv1.SetStableVersionRequest) (*registryv1.SetStableVersionResponse, error) {
	doing := "setting stable to " + labelOf(rq.GetRef())
	c := r.checker()
	of := c.version(rq.GetRef())
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.SetStableVersionResponse, error) {
		before, v, err := findVersion(ctx, &tx.View, of, see)
		if err != nil {
			return nil, err
		}
		if v.State != published {
			return nil, wrongState(v, "only a PUBLISHED version can be stable").WithNext("choose a version that is PUBLISHED")
		}
		after, err := tx.SetStable(ctx, v.ID)
		if err != nil {
			return nil, err
		}
		facts := unchanged(before, v)
		facts.StableAfter = after.Stable
		return &registryv1.SetStableVersionResponse{Connector: connectorProto(after, see), Consequences: facts}, nil
	})
	return answer, wrap(doing, err)
}

// DeprecateConnector says that a connector should not be used any more, or
// takes that back.
func (r *Registry) DeprecateConnector(ctx context.Context, rq *registryv1.DeprecateConnectorRequest) (*registryv1.DeprecateConnectorResponse, error) {
	doing := "deprecating connector " + labelOf(rq.GetRef())
	if rq.GetUndo() {
		doing = "taking back the deprecation of connector " + labelOf(rq.GetRef())
	}
	c := r.checker()
	of := c.connector("ref", rq.GetRef())
	notice := c.deprecation(of, rq)
	if err := c.err(doing); err != nil {
		return nil, err
	}
	see := PrincipalFrom(ctx).See
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.DeprecateConnectorResponse, error) {
		found, err := findConnector(ctx, &tx.View, of, see)
		if err != nil {
			return nil, err
		}
		if notice != nil || found.Deprecation != nil {
			if found, err = tx.Deprecate(ctx, found.ID, notice); err != nil {
				return nil, err
			}
		}
		return &registryv1.DeprecateConnectorResponse{Connector: connectorProto(found, see)}, nil
	})
	return answer, wrap(doing, err)
}

// deprecation reads why a connector is deprecated; nil is not at all.
func (c *checker) deprecation(of subject, rq *registryv1.DeprecateConnectorRequest) *store.Deprecation {
	if rq.GetUndo() {
		if rq.GetReason() != "" || rq.GetReplacement() != "" {
			c.faults.Add("undo", registryv1.Reason_REASON_INVALID_ARGUMENT, "taking a deprecation back needs neither reason nor replacement")
		}
		return nil
	}
	c.required("reason", rq.GetReason(), "a reason")
	c.lines("reason", rq.GetReason(), maxReason)
	if text := rq.GetReplacement(); text != "" {
		other, err := artifact.ParseRef(text)
		switch {
		case err != nil:
			c.faults.Add("replacement", registryv1.Reason_REASON_INVALID_NAME, "%s", err)
		case !other.Version.IsZero():
			c.faults.Add("replacement", registryv1.Reason_REASON_INVALID_NAME, "the replacement is a connector, not one of its versions; write ORG/NAME")
		case other.SameConnector(of.Ref):
			c.faults.Add("replacement", registryv1.Reason_REASON_INVALID_ARGUMENT, "a connector cannot replace itself")
		}
	}
	return &store.Deprecation{Reason: rq.GetReason(), Replacement: rq.GetReplacement()}
}
