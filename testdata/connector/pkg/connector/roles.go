package connector

import (
	"context"
	"fmt"

	"github.com/acme/baton-sample/pkg/directory"
	"github.com/acme/baton-sample/pkg/sdk/resource"
	v2 "github.com/acme/baton-sample/pkg/sdk/v2"
)

const assignedEntitlement = "assigned"

// roleSyncer has the newer shape of a syncer.
type roleSyncer struct {
	directory *directory.Directory
}

func (s *roleSyncer) ResourceType(context.Context) *v2.ResourceType { return roleType }

func (s *roleSyncer) List(_ context.Context, _ *v2.ResourceId, attrs resource.SyncOpAttrs) ([]*v2.Resource, *resource.SyncOpResults, error) {
	from, to, next, err := attrs.PageToken.Window(len(s.directory.Roles))
	if err != nil {
		return nil, nil, err
	}
	var out []*v2.Resource
	for _, r := range s.directory.Roles[from:to] {
		out = append(out, newResource(roleType, r.ID, r.Name))
	}
	return out, &resource.SyncOpResults{NextPageToken: next}, nil
}

func (s *roleSyncer) Entitlements(_ context.Context, r *v2.Resource, _ resource.SyncOpAttrs) ([]*v2.Entitlement, *resource.SyncOpResults, error) {
	return []*v2.Entitlement{{
		Id:          entitlementID(r, assignedEntitlement),
		Resource:    r,
		DisplayName: "Has the role " + r.DisplayName,
		GrantableTo: []string{userType.Id, groupType.Id},
	}}, nil, nil
}

func (s *roleSyncer) Grants(_ context.Context, r *v2.Resource, attrs resource.SyncOpAttrs) ([]*v2.Grant, *resource.SyncOpResults, error) {
	for _, role := range s.directory.Roles {
		if role.ID != r.Id.Resource {
			continue
		}
		var principals []*v2.ResourceId
		for _, id := range role.Users {
			principals = append(principals, &v2.ResourceId{ResourceType: userType.Id, Resource: id})
		}
		for _, id := range role.Groups {
			principals = append(principals, &v2.ResourceId{ResourceType: groupType.Id, Resource: id})
		}
		from, to, next, err := attrs.PageToken.Window(len(principals))
		if err != nil {
			return nil, nil, err
		}
		var out []*v2.Grant
		for _, p := range principals[from:to] {
			out = append(out, &v2.Grant{Entitlement: entitlementID(r, assignedEntitlement), Principal: p})
		}
		return out, &resource.SyncOpResults{NextPageToken: next}, nil
	}
	return nil, nil, fmt.Errorf("there is no role %q", r.Id.Resource)
}
