// Package connector syncs a Sample Directory.
package connector

import (
	"context"

	"github.com/acme/baton-sample/pkg/directory"
	"github.com/acme/baton-sample/pkg/sdk/connectorbuilder"
	v2 "github.com/acme/baton-sample/pkg/sdk/v2"
)

var (
	userType  = &v2.ResourceType{Id: "user", DisplayName: "User", Traits: []v2.Trait{v2.TraitUser}}
	groupType = &v2.ResourceType{Id: "group", DisplayName: "Group", Traits: []v2.Trait{v2.TraitGroup}}
	roleType  = &v2.ResourceType{Id: "role", DisplayName: "Role", Traits: []v2.Trait{v2.TraitRole}}
)

// Connector syncs one directory.
type Connector struct {
	directory    *directory.Directory
	skipDisabled bool
}

// New makes a connector for a directory.
func New(d *directory.Directory, skipDisabled bool) *Connector {
	return &Connector{directory: d, skipDisabled: skipDisabled}
}

// ResourceSyncers are the syncers of all resource types.
func (c *Connector) ResourceSyncers(context.Context) []connectorbuilder.ResourceSyncerV2 {
	return []connectorbuilder.ResourceSyncerV2{
		connectorbuilder.Upgrade(&userSyncer{directory: c.directory, skipDisabled: c.skipDisabled}),
		connectorbuilder.Upgrade(&groupSyncer{directory: c.directory}),
		&roleSyncer{directory: c.directory},
	}
}
