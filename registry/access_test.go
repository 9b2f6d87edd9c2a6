package registry

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	asPublisher  = registryv1.Role_ROLE_PUBLISHER
	asReviewer   = registryv1.Role_ROLE_REVIEWER
	asMaintainer = registryv1.Role_ROLE_MAINTAINER
	asAdmin      = registryv1.Role_ROLE_ADMIN
)

func in(org string, role registryv1.Role) Principal {
	return Principal{Kind: TokenHolder, Person: "mara", Roles: NewRoles(&registryv1.RoleGrant{Org: org, Role: role})}
}

// methods are all calls of the services, from their descriptors.
func methods(t *testing.T) map[string]protoreflect.MethodDescriptor {
	t.Helper()
	all := map[string]protoreflect.MethodDescriptor{}
	for _, file := range []protoreflect.FileDescriptor{
		registryv1.File_registry_v1_registry_proto, registryv1.File_registry_v1_event_proto, registryv1.File_registry_v1_admin_proto,
		registryv1.File_registry_v1_key_proto,
		registryv1.File_registry_v1_review_proto,
	} {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				all["/"+string(service.FullName())+"/"+string(method.Name())] = method
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

func TestEveryMethodHasARule(t *testing.T) {
	t.Parallel()
	all := methods(t)
	for name, method := range all {
		rule, ok := rules[name]
		if !assert.True(t, ok, "nobody decided who may call %s", name) {
			continue
		}
		assert.NotEmpty(t, rule.doing, name)
		if rule.scope != inOrg {
			continue
		}
		// A request whose org nobody finds would be refused to everybody.
		assert.False(t, method.IsStreamingClient() || method.IsStreamingServer(), "%s: a stream has no request to take the org from", name)
		request := requestNaming(t, method.Input(), "acme")
		assert.Equal(t, "acme", orgOf(request), "the org of %s", name)
	}
	for name := range rules {
		assert.Contains(t, all, name, "a rule for a call that does not exist")
	}
}

// requestNaming makes a request of a kind that names an org, wherever that
// kind has it.
func requestNaming(t *testing.T, kind protoreflect.MessageDescriptor, org string) proto.Message {
	t.Helper()
	message := newMessage(t, kind)
	fields := message.ProtoReflect().Descriptor().Fields()
	if field := fields.ByName("org"); field != nil {
		message.ProtoReflect().Set(field, protoreflect.ValueOfString(org))
		return message
	}
	field := fields.ByName("ref")
	require.NotNil(t, field, "%s names no org", kind.FullName())
	ref := message.ProtoReflect().Mutable(field).Message()
	ref.Set(ref.Descriptor().Fields().ByName("org"), protoreflect.ValueOfString(org))
	return message
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		title string
		who   Principal
		may   []registryv1.Role
		not   []registryv1.Role
	}{
		{"anonymous", Principal{}, nil, []registryv1.Role{anyRole, asPublisher, asReviewer, asMaintainer, asAdmin}},
		{"publisher", in("acme", asPublisher), []registryv1.Role{anyRole, asPublisher}, []registryv1.Role{asReviewer, asMaintainer, asAdmin}},
		{"reviewer", in("acme", asReviewer), []registryv1.Role{anyRole, asReviewer}, []registryv1.Role{asPublisher, asMaintainer, asAdmin}},
		{"maintainer", in("ACME", asMaintainer), []registryv1.Role{anyRole, asPublisher, asReviewer, asMaintainer}, []registryv1.Role{asAdmin}},
		{"admin", in("acme", asAdmin), []registryv1.Role{anyRole, asPublisher, asReviewer, asMaintainer, asAdmin}, nil},
		{"admin of all", in(AllOrgs, asAdmin), []registryv1.Role{anyRole, asPublisher, asReviewer, asMaintainer, asAdmin}, nil},
		{"of another org", in("globex", asAdmin), nil, []registryv1.Role{anyRole, asPublisher, asReviewer, asMaintainer, asAdmin}},
		{"the registry itself", Principal{Kind: System}, []registryv1.Role{anyRole, asAdmin}, nil},
		{"a role from the future", in("acme", 9), nil, []registryv1.Role{asReviewer, asMaintainer, asAdmin}},
	} {
		t.Run(test.title, func(t *testing.T) {
			t.Parallel()
			for _, role := range test.may {
				assert.True(t, test.who.May(role, "Acme"), "%s", role)
			}
			for _, role := range test.not {
				assert.False(t, test.who.May(role, "Acme"), "%s", role)
			}
		})
	}
}

func TestAuthorize(t *testing.T) {
	t.Parallel()
	yank := func(org string) proto.Message {
		return &registryv1.YankVersionRequest{Ref: &registryv1.VersionRef{Org: org, Name: "baton-okta", Version: "v1.0.0"}}
	}
	const none, unauthenticated, refused = registryv1.Reason_REASON_UNSPECIFIED, registryv1.Reason_REASON_UNAUTHENTICATED, registryv1.Reason_REASON_NOT_PERMITTED
	for _, test := range []struct {
		title  string
		who    Principal
		method string
		rq     proto.Message
		want   registryv1.Reason
	}{
		{"anonymous reads", Principal{}, registryv1.RegistryService_ListVersions_FullMethodName, &registryv1.ListVersionsRequest{}, none},
		{"anonymous yanks", Principal{}, registryv1.RegistryService_YankVersion_FullMethodName, yank("acme"), unauthenticated},
		{"publisher yanks", in("acme", asPublisher), registryv1.RegistryService_YankVersion_FullMethodName, yank("ACME"), none},
		{"reviewer yanks", in("acme", asReviewer), registryv1.RegistryService_YankVersion_FullMethodName, yank("acme"), refused},
		{"publisher of another org yanks", in("globex", asPublisher), registryv1.RegistryService_YankVersion_FullMethodName, yank("acme"), refused},
		{"an org that cannot be is the call's to refuse", in("globex", asPublisher), registryv1.RegistryService_YankVersion_FullMethodName, yank("../acme"), none},
		{"but only for those with the role", in("globex", asReviewer), registryv1.RegistryService_YankVersion_FullMethodName, yank("../acme"), refused},
		{"the org star is nobody's", in("globex", asPublisher), registryv1.RegistryService_YankVersion_FullMethodName, yank("*"), none},
		{"no org at all", in("acme", asReviewer), registryv1.RegistryService_YankVersion_FullMethodName, &registryv1.YankVersionRequest{}, refused},
		{"maintainer takes a yank back", in("acme", asMaintainer), registryv1.RegistryService_UnyankVersion_FullMethodName, &registryv1.UnyankVersionRequest{Ref: &registryv1.VersionRef{Org: "acme"}}, refused},
		{"admin of one org makes tokens", in("acme", asAdmin), registryv1.AdminService_CreateToken_FullMethodName, &registryv1.CreateTokenRequest{}, refused},
		{"admin of all makes tokens", in(AllOrgs, asAdmin), registryv1.AdminService_CreateToken_FullMethodName, &registryv1.CreateTokenRequest{}, none},
		{"reviewer reads the policy", in("acme", asReviewer), registryv1.AdminService_GetPolicy_FullMethodName, &registryv1.GetPolicyRequest{Org: "acme"}, none},
		{"a call that nobody knows", in(AllOrgs, asAdmin), "/registry.v1.RegistryService/DropTables", yank("acme"), registryv1.Reason_REASON_UNIMPLEMENTED},
	} {
		t.Run(test.title, func(t *testing.T) {
			t.Parallel()
			err := authorize(test.who, test.method, test.rq)
			if test.want == none {
				require.NoError(t, err)
				return
			}
			e := AsError(err)
			require.NotNil(t, e)
			assert.Equal(t, registryv1.Short(test.want), registryv1.Short(e.Reason))
			assert.NotEmpty(t, e.Next, "what can be done about it")
			assert.NotEmpty(t, e.Message)
		})
	}
}

func TestGrantsSurviveTheRoundTrip(t *testing.T) {
	t.Parallel()
	roles := NewRoles(
		&registryv1.RoleGrant{Org: "Globex", Role: asReviewer}, &registryv1.RoleGrant{Org: AllOrgs, Role: asPublisher},
		&registryv1.RoleGrant{Org: "globex", Role: asPublisher}, &registryv1.RoleGrant{Org: "acme", Role: anyRole},
	)
	var text []string
	for _, grant := range roles.Grants() {
		text = append(text, grant.GetOrg()+"="+registryv1.Short(grant.GetRole()))
	}
	assert.Equal(t, "*=PUBLISHER globex=PUBLISHER globex=REVIEWER", strings.Join(text, " "))
	assert.Equal(t, roles, NewRoles(roles.Grants()...))
}

func TestTokensHaveOneForm(t *testing.T) {
	t.Parallel()
	one, other := newTokenSecret(), newTokenSecret()
	assert.NotEqual(t, one, other)
	assert.Regexp(t, `^rgr_[A-Za-z0-9_-]{43}$`, one)
	assert.True(t, wellFormedToken(one))
	for _, bad := range []string{"", "rgr_", one[4:], one + "A", one[:len(one)-1], "rgr_" + strings.Repeat("!", 43), strings.ToUpper(one[:4]) + one[4:]} {
		assert.False(t, wellFormedToken(bad), "%q", bad)
	}
}
