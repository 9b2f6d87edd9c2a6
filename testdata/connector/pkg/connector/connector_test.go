package connector

import (
	"context"
	"testing"

	"github.com/acme/baton-sample/pkg/directory"
	"github.com/acme/baton-sample/pkg/sdk/connectorbuilder"
	"github.com/acme/baton-sample/pkg/sdk/pagination"
	"github.com/acme/baton-sample/pkg/sdk/resource"
	v2 "github.com/acme/baton-sample/pkg/sdk/v2"
)

// Both shapes of a syncer are used on purpose.
var (
	_ connectorbuilder.ResourceSyncer   = (*userSyncer)(nil)
	_ connectorbuilder.ResourceSyncer   = (*groupSyncer)(nil)
	_ connectorbuilder.ResourceSyncerV2 = (*roleSyncer)(nil)
)

func acme() *directory.Directory {
	return &directory.Directory{
		Users:  []directory.User{{ID: "u1", Name: "Ada"}, {ID: "u2", Name: "Bo", Disabled: true}},
		Groups: []directory.Group{{ID: "g1", Name: "Engineering", Members: []string{"u1", "u2"}}},
		Roles:  []directory.Role{{ID: "r1", Name: "Auditor", Users: []string{"u1"}, Groups: []string{"g1"}}},
	}
}

func TestUsersComeInPages(t *testing.T) {
	s := &userSyncer{directory: acme()}
	first, next, _, err := s.List(context.Background(), nil, &pagination.Token{Size: 1})
	if err != nil || len(first) != 1 || first[0].DisplayName != "Ada" || next == "" {
		t.Fatalf("got %v, next %q, %v", first, next, err)
	}
	second, next, _, err := s.List(context.Background(), nil, &pagination.Token{Size: 1, Token: next})
	if err != nil || len(second) != 1 || second[0].Profile["status"] != "disabled" || next != "" {
		t.Fatalf("got %v, next %q, %v", second, next, err)
	}
}

func TestAForeignPageTokenIsRefused(t *testing.T) {
	for _, token := range []string{"x", "-1", "3"} {
		if _, _, _, err := (&userSyncer{directory: acme()}).List(context.Background(), nil, &pagination.Token{Token: token}); err == nil {
			t.Errorf("the token %q was accepted", token)
		}
	}
}

func TestGroupsGrantMembership(t *testing.T) {
	s := &groupSyncer{directory: acme()}
	group := newResource(groupType, "g1", "Engineering")
	grants, _, _, err := s.Grants(context.Background(), group, &pagination.Token{})
	if err != nil || len(grants) != 2 || grants[0].Entitlement != "group:g1:member" {
		t.Fatalf("got %v, %v", grants, err)
	}
	if _, _, _, err := s.Grants(context.Background(), newResource(groupType, "g9", ""), &pagination.Token{}); err == nil {
		t.Error("an unknown group has grants")
	}
}

func TestRolesAreGrantedToUsersAndGroups(t *testing.T) {
	s := &roleSyncer{directory: acme()}
	grants, results, err := s.Grants(context.Background(), newResource(roleType, "r1", "Auditor"), resource.SyncOpAttrs{})
	if err != nil || len(grants) != 2 || results.NextPageToken != "" {
		t.Fatalf("got %v, %v, %v", grants, results, err)
	}
	if got := *grants[1].Principal; got != (v2.ResourceId{ResourceType: "group", Resource: "g1"}) {
		t.Errorf("got %v", got)
	}
}

func TestADirectoryThatContradictsItselfIsRefused(t *testing.T) {
	d := acme()
	d.Groups[0].Members = append(d.Groups[0].Members, "u9")
	d.Roles[0].Groups = append(d.Roles[0].Groups, "g9")
	err := d.Validate()
	if err == nil {
		t.Fatal("it was accepted")
	}
	want := "group g1: there is no user \"u9\"\nrole r1: there is no group \"g9\""
	if err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}
