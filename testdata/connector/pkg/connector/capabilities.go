package connector

import (
	"context"

	v2 "github.com/acme/baton-sample/pkg/sdk/v2"
)

// Capabilities is what the connector can do, as baton_capabilities.json says it.
type Capabilities struct {
	Type                     string                   `json:"@type"`
	ResourceTypeCapabilities []ResourceTypeCapability `json:"resourceTypeCapabilities"`
	ConnectorCapabilities    []string                 `json:"connectorCapabilities"`
}

// ResourceTypeCapability is what the connector can do with one resource type.
type ResourceTypeCapability struct {
	ResourceType *v2.ResourceType `json:"resourceType"`
	Capabilities []string         `json:"capabilities"`
	Permissions  *Permissions     `json:"permissions,omitempty"`
}

// Permissions are what the account in the target system needs.
type Permissions struct {
	Permissions []Permission `json:"permissions"`
}

// Permission is one permission in the target system.
type Permission struct {
	Permission string `json:"permission"`
}

// Capabilities describes the connector.
func (c *Connector) Capabilities(ctx context.Context) Capabilities {
	out := Capabilities{
		Type:                  "type.googleapis.com/c1.connector.v2.ConnectorCapabilities",
		ConnectorCapabilities: []string{"CAPABILITY_SYNC"},
	}
	for _, s := range c.ResourceSyncers(ctx) {
		out.ResourceTypeCapabilities = append(out.ResourceTypeCapabilities, ResourceTypeCapability{
			ResourceType: s.ResourceType(ctx),
			Capabilities: []string{"CAPABILITY_SYNC"},
			Permissions:  &Permissions{Permissions: []Permission{{Permission: "directory.read"}}},
		})
	}
	return out
}
