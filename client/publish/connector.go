package publish

import (
	"context"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// connector creates the connector when it is missing.
func (r *runner) connector(ctx context.Context) (string, error) {
	if r.plan.Stable {
		if err := mayPromote(ctx, r.client, r.plan.Ref.Org); err != nil {
			return "", err
		}
	}
	found, err := r.client.Registry.GetConnector(ctx, &registryv1.GetConnectorRequest{Ref: r.plan.Ref.connector()})
	if err == nil {
		r.spell(found.GetConnector().GetRef())
		return "", nil
	}
	if client.ReasonOf(err) != registryv1.Reason_REASON_NOT_FOUND {
		return "", err
	}
	d := r.plan.Describe
	created, err := r.client.Registry.CreateConnector(ctx, &registryv1.CreateConnectorRequest{
		Ref: r.plan.Ref.connector(), Description: d.Description, Repository: d.Repository, Homepage: d.Homepage, License: d.License,
	})
	if err != nil {
		return "", err
	}
	r.spell(created.GetConnector().GetRef())
	if !created.GetCreated() {
		return "", nil
	}
	return "created " + r.plan.Ref.Org + "/" + r.plan.Ref.Name, nil
}

// spell takes over how the registry spells the connector.
func (r *runner) spell(ref *registryv1.ConnectorRef) {
	if ref.GetOrg() != "" && ref.GetName() != "" {
		r.plan.Ref.Org, r.plan.Ref.Name = ref.GetOrg(), ref.GetName()
	}
}
