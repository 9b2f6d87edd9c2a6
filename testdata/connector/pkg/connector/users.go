package connector

import (
	"context"

	"github.com/acme/baton-sample/pkg/directory"
	"github.com/acme/baton-sample/pkg/sdk/annotations"
	"github.com/acme/baton-sample/pkg/sdk/pagination"
	v2 "github.com/acme/baton-sample/pkg/sdk/v2"
)

type userSyncer struct {
	directory    *directory.Directory
	skipDisabled bool
}

func (s *userSyncer) ResourceType(context.Context) *v2.ResourceType { return userType }

// List leaves disabled users out of a page, not out of the paging: a page may
// be shorter than was asked for.
func (s *userSyncer) List(_ context.Context, _ *v2.ResourceId, token *pagination.Token) ([]*v2.Resource, string, annotations.Annotations, error) {
	from, to, next, err := token.Window(len(s.directory.Users))
	if err != nil {
		return nil, "", nil, err
	}
	var out []*v2.Resource
	for _, u := range s.directory.Users[from:to] {
		if s.skipDisabled && u.Disabled {
			continue
		}
		status := "enabled"
		if u.Disabled {
			status = "disabled"
		}
		r := newResource(userType, u.ID, u.Name)
		r.Profile = map[string]string{"email": u.Email, "status": status}
		out = append(out, r)
	}
	return out, next, nil, nil
}

// Entitlements of a user: none.
func (s *userSyncer) Entitlements(context.Context, *v2.Resource, *pagination.Token) ([]*v2.Entitlement, string, annotations.Annotations, error) {
	return nil, "", nil, nil
}

// Grants on a user: none.
func (s *userSyncer) Grants(context.Context, *v2.Resource, *pagination.Token) ([]*v2.Grant, string, annotations.Annotations, error) {
	return nil, "", nil, nil
}

func newResource(t *v2.ResourceType, id, name string) *v2.Resource {
	return &v2.Resource{Id: &v2.ResourceId{ResourceType: t.Id, Resource: id}, DisplayName: name}
}
