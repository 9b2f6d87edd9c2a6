package connector

import (
	"context"
	"fmt"

	"github.com/acme/baton-sample/pkg/directory"
	"github.com/acme/baton-sample/pkg/sdk/annotations"
	"github.com/acme/baton-sample/pkg/sdk/pagination"
	v2 "github.com/acme/baton-sample/pkg/sdk/v2"
)

const memberEntitlement = "member"

type groupSyncer struct {
	directory *directory.Directory
}

func (s *groupSyncer) ResourceType(context.Context) *v2.ResourceType { return groupType }

func (s *groupSyncer) List(_ context.Context, _ *v2.ResourceId, token *pagination.Token) ([]*v2.Resource, string, annotations.Annotations, error) {
	from, to, next, err := token.Window(len(s.directory.Groups))
	if err != nil {
		return nil, "", nil, err
	}
	var out []*v2.Resource
	for _, g := range s.directory.Groups[from:to] {
		out = append(out, newResource(groupType, g.ID, g.Name))
	}
	return out, next, nil, nil
}

func (s *groupSyncer) Entitlements(_ context.Context, r *v2.Resource, _ *pagination.Token) ([]*v2.Entitlement, string, annotations.Annotations, error) {
	return []*v2.Entitlement{{
		Id:          entitlementID(r, memberEntitlement),
		Resource:    r,
		DisplayName: "Member of " + r.DisplayName,
		GrantableTo: []string{userType.Id},
	}}, "", nil, nil
}

func (s *groupSyncer) Grants(_ context.Context, r *v2.Resource, token *pagination.Token) ([]*v2.Grant, string, annotations.Annotations, error) {
	for _, g := range s.directory.Groups {
		if g.ID != r.Id.Resource {
			continue
		}
		from, to, next, err := token.Window(len(g.Members))
		if err != nil {
			return nil, "", nil, err
		}
		var out []*v2.Grant
		for _, member := range g.Members[from:to] {
			out = append(out, &v2.Grant{
				Entitlement: entitlementID(r, memberEntitlement),
				Principal:   &v2.ResourceId{ResourceType: userType.Id, Resource: member},
			})
		}
		return out, next, nil, nil
	}
	return nil, "", nil, fmt.Errorf("there is no group %q", r.Id.Resource)
}

func entitlementID(r *v2.Resource, slug string) string {
	return r.Id.ResourceType + ":" + r.Id.Resource + ":" + slug
}
