package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// Kind is how a caller came to be who he is.
type Kind int

const (
	// Anonymous is a caller without a token; the zero Principal is one.
	Anonymous Kind = iota
	// TokenHolder is the person that a token names.
	TokenHolder
	// TheOwner is the person at the keyboard of an embedded registry.
	TheOwner
	// System is the registry itself: its worker, its expiry of drafts.
	System
)

// AllOrgs stands for every org in a grant.
const AllOrgs = "*"

// Principal is who calls. It depends on the listener and the token, never on
// the address of the peer.
type Principal struct {
	Kind Kind
	// Person is who is responsible, whichever token was used; empty for
	// Anonymous and System.
	Person string
	Roles  Roles
	// See is what of the store the roles let him see.
	See store.Visibility
	// TokenID and TokenName are set for a TokenHolder.
	TokenID   store.TokenID
	TokenName string
	// TokenUntil is when the token expires; zero is never.
	TokenUntil time.Time
	// From is where the call came from, for the audit log: an address,
	// "embedded" or empty. Nothing is ever permitted because of it.
	From string
}

// Actor is the principal as the store writes it down.
func (p Principal) Actor() store.Actor {
	return store.Actor{Person: p.Person, TokenID: p.TokenID, From: p.From}
}

// Identified says whether the registry knows who calls.
func (p Principal) Identified() bool { return p.Kind != Anonymous }

// Everywhere says whether the principal has a role in all orgs, those to come
// included.
func (p Principal) Everywhere(role registryv1.Role) bool {
	return p.Kind == System || p.Roles.everywhere().has(role)
}

// May says whether the principal has a role in an org, however it is spelled.
func (p Principal) May(role registryv1.Role, org string) bool {
	return p.Kind == System || p.Roles.in(org).has(role)
}

// Member says whether the principal has any role in an org, and so may see
// what of it is not public.
func (p Principal) Member(org string) bool {
	return p.May(anyRole, org)
}

// anyRole asks for a role, whichever it is.
const anyRole = registryv1.Role_ROLE_UNSPECIFIED

// roleSet is a set of roles in one org, as bits.
type roleSet uint8

func bit(role registryv1.Role) roleSet { return 1 << uint8(role&7) }

// has says whether the set lets somebody act in a role: maintainers are
// publishers and reviewers too, and admins are everything.
func (s roleSet) has(role registryv1.Role) bool {
	if role == anyRole {
		return s != 0
	}
	if s&bit(registryv1.Role_ROLE_ADMIN) != 0 || s&bit(role) != 0 {
		return true
	}
	below := role == registryv1.Role_ROLE_PUBLISHER || role == registryv1.Role_ROLE_REVIEWER
	return below && s&bit(registryv1.Role_ROLE_MAINTAINER) != 0
}

// Roles are the roles of a principal by the key of the org, AllOrgs for all.
// The zero value is no role. They are never changed once made.
type Roles map[string]roleSet

// NewRoles makes roles of grants.
func NewRoles(grants ...*registryv1.RoleGrant) Roles {
	roles := Roles{}
	for _, grant := range grants {
		if grant.GetRole() != registryv1.Role_ROLE_UNSPECIFIED {
			roles[artifact.OrgKey(grant.GetOrg())] |= bit(grant.GetRole())
		}
	}
	return roles
}

// AllRoles are the roles of the owner of an embedded registry.
func AllRoles() Roles {
	return NewRoles(&registryv1.RoleGrant{Org: AllOrgs, Role: registryv1.Role_ROLE_ADMIN})
}

func (r Roles) everywhere() roleSet { return r[AllOrgs] }

func (r Roles) in(org string) roleSet {
	if len(r) == 0 {
		return 0
	}
	return r[AllOrgs] | r[artifact.OrgKey(org)]
}

// OrgKeys are the keys of the orgs in which there is any role, sorted, AllOrgs
// not among them.
func (r Roles) OrgKeys() []string {
	keys := make([]string, 0, len(r))
	for key := range r {
		if key != AllOrgs {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// Grants lists the roles one by one, sorted by org, "*" first.
func (r Roles) Grants() []*registryv1.RoleGrant {
	keys := r.OrgKeys()
	if _, ok := r[AllOrgs]; ok {
		keys = slices.Insert(keys, 0, AllOrgs)
	}
	var grants []*registryv1.RoleGrant
	for _, key := range keys {
		for _, role := range assignableRoles {
			if r[key]&bit(role) != 0 {
				grants = append(grants, &registryv1.RoleGrant{Org: key, Role: role})
			}
		}
	}
	return grants
}

// assignableRoles are the roles that a token may carry, in rising order.
var assignableRoles = []registryv1.Role{
	registryv1.Role_ROLE_PUBLISHER, registryv1.Role_ROLE_REVIEWER,
	registryv1.Role_ROLE_MAINTAINER, registryv1.Role_ROLE_ADMIN,
}

type principalKey struct{}

// WithPrincipal puts the caller into the context of a call. Only the server
// does this, after it identified him, and the worker for itself.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom is the caller; a context that names nobody is Anonymous.
func PrincipalFrom(ctx context.Context) Principal {
	p, _ := ctx.Value(principalKey{}).(Principal)
	return p
}

// notPermitted is UNAUTHENTICATED for those who could bring a token, and
// NOT_PERMITTED for those whose token is not enough.
func notPermitted(p Principal, role registryv1.Role, org, doing string) *Error {
	needed := "the role " + strings.ToLower(registryv1.Short(role))
	if role == anyRole {
		needed = "a role"
	}
	where := fmt.Sprintf("in org %q", bound(org, 60))
	if org == AllOrgs {
		where = "for all orgs"
	}
	if !p.Identified() {
		return refuse(registryv1.Reason_REASON_UNAUTHENTICATED, "this needs a token with %s %s, and none was sent", needed, where).
			While("%s", doing).
			WithNext("pass a token with --registry-token or REGISTRAR_TOKEN; an admin makes one with: registrar tokens create")
	}
	return refuse(registryv1.Reason_REASON_NOT_PERMITTED, "%s has not %s %s", p.Person, needed, where).
		While("%s", doing).
		WithNext("ask an admin of this registry for a token with that role").
		WithMeta("role", registryv1.Short(role)).WithMeta("org", org)
}

// scope is where a caller must have the role that a method needs.
type scope int

const (
	// everybody may call; what he sees depends on who he is.
	everybody scope = iota
	// inOrg: in the org that the request names.
	inOrg
	// inAll: in all orgs.
	inAll
)

// rule says who may call a method.
type rule struct {
	scope scope
	role  registryv1.Role
	// doing says what the method does, for errors and for the audit log.
	doing string
}

// rules is the one table of who may call what. A method that is not in it is
// refused to everybody; a test compares it with the services.
var rules = map[string]rule{
	registryv1.RegistryService_GetCaller_FullMethodName:       {everybody, anyRole, "asking who calls"},
	registryv1.RegistryService_GetConnector_FullMethodName:    {everybody, anyRole, "reading a connector"},
	registryv1.RegistryService_ListConnectors_FullMethodName:  {everybody, anyRole, "listing connectors"},
	registryv1.RegistryService_GetVersion_FullMethodName:      {everybody, anyRole, "reading a version"},
	registryv1.RegistryService_ListVersions_FullMethodName:    {everybody, anyRole, "listing versions"},
	registryv1.RegistryService_GetDownloadURLs_FullMethodName: {everybody, anyRole, "downloading a version"},

	registryv1.RegistryService_CreateConnector_FullMethodName: {inOrg, registryv1.Role_ROLE_PUBLISHER, "creating a connector"},
	registryv1.RegistryService_CreateVersion_FullMethodName:   {inOrg, registryv1.Role_ROLE_PUBLISHER, "creating a version"},
	registryv1.RegistryService_GetUploadURLs_FullMethodName:   {inOrg, registryv1.Role_ROLE_PUBLISHER, "asking for upload links"},
	registryv1.RegistryService_FinalizeVersion_FullMethodName: {inOrg, registryv1.Role_ROLE_PUBLISHER, "finalizing a version"},
	registryv1.RegistryService_AbandonVersion_FullMethodName:  {inOrg, registryv1.Role_ROLE_PUBLISHER, "abandoning a version"},
	registryv1.RegistryService_YankVersion_FullMethodName:     {inOrg, registryv1.Role_ROLE_PUBLISHER, "yanking a version"},

	registryv1.RegistryService_SetStableVersion_FullMethodName:   {inOrg, registryv1.Role_ROLE_MAINTAINER, "setting the stable version"},
	registryv1.RegistryService_DeprecateConnector_FullMethodName: {inOrg, registryv1.Role_ROLE_MAINTAINER, "deprecating a connector"},
	registryv1.RegistryService_UnyankVersion_FullMethodName:      {inOrg, registryv1.Role_ROLE_ADMIN, "taking a yank back"},

	registryv1.EventService_ListEvents_FullMethodName:  {everybody, anyRole, "reading the audit log"},
	registryv1.EventService_WatchEvents_FullMethodName: {everybody, anyRole, "watching the audit log"},

	registryv1.AdminService_CreateToken_FullMethodName:  {inAll, registryv1.Role_ROLE_ADMIN, "creating a token"},
	registryv1.AdminService_ListTokens_FullMethodName:   {inAll, registryv1.Role_ROLE_ADMIN, "listing tokens"},
	registryv1.AdminService_RevokeToken_FullMethodName:  {inAll, registryv1.Role_ROLE_ADMIN, "revoking a token"},
	registryv1.AdminService_GetPolicy_FullMethodName:    {everybody, anyRole, "reading an org's policy"},
	registryv1.AdminService_SetPolicy_FullMethodName:    {inOrg, registryv1.Role_ROLE_MAINTAINER, "changing an org's policy"},
	registryv1.AdminService_GetTrustRoot_FullMethodName: {everybody, anyRole, "reading the trusted root"},
	registryv1.AdminService_SetTrustRoot_FullMethodName: {inAll, registryv1.Role_ROLE_ADMIN, "changing the trusted root"},

	// Downloads are verified without a token, so what they are measured by is
	// everybody's to read.
	registryv1.SigningKeyService_ListSigningKeys_FullMethodName:    {everybody, anyRole, "listing signing keys"},
	registryv1.SigningKeyService_ListSignedVersions_FullMethodName: {everybody, anyRole, "listing what a key signed"},
	registryv1.SigningKeyService_ListIdentities_FullMethodName:     {everybody, anyRole, "listing identities"},
	registryv1.SigningKeyService_AddSigningKey_FullMethodName:      {inOrg, registryv1.Role_ROLE_PUBLISHER, "adding a signing key"},
	registryv1.SigningKeyService_RetireSigningKey_FullMethodName:   {inOrg, registryv1.Role_ROLE_PUBLISHER, "retiring a signing key"},
	registryv1.SigningKeyService_RevokeSigningKey_FullMethodName:   {inOrg, registryv1.Role_ROLE_PUBLISHER, "revoking a signing key"},
	registryv1.SigningKeyService_AddIdentity_FullMethodName:        {inOrg, registryv1.Role_ROLE_PUBLISHER, "adding an identity"},
	registryv1.SigningKeyService_RemoveIdentity_FullMethodName:     {inOrg, registryv1.Role_ROLE_PUBLISHER, "removing an identity"},

	// Publishers see what becomes of their versions; outsiders see nothing.
	registryv1.ReviewService_ListReviewQueue_FullMethodName: {everybody, anyRole, "listing what waits for approvals"},
	registryv1.ReviewService_ListReviews_FullMethodName:     {everybody, anyRole, "listing reviews"},
	registryv1.ReviewService_ClaimReview_FullMethodName:     {inOrg, registryv1.Role_ROLE_REVIEWER, "claiming a review"},
	registryv1.ReviewService_SubmitReview_FullMethodName:    {inOrg, registryv1.Role_ROLE_REVIEWER, "reviewing a version"},
}

// Authorize checks the caller of a method against the table of rules. The
// server asks before it hands on a call.
func (r *Registry) Authorize(p Principal, method string, rq proto.Message) error {
	return authorize(p, method, rq)
}

func authorize(p Principal, method string, rq proto.Message) error {
	rule, ok := rules[method]
	if !ok {
		return refuse(registryv1.Reason_REASON_UNIMPLEMENTED, "this registry does not know the call %q", bound(method, 100)).
			WithNext("use a client of the version of this registry")
	}
	switch rule.scope {
	case everybody:
		return nil
	case inAll:
		if p.Everywhere(rule.role) {
			return nil
		}
		return notPermitted(p, rule.role, AllOrgs, rule.doing)
	default:
		return authorizeInOrg(p, rule, orgOf(rq))
	}
}

// authorizeInOrg lets through whoever has the role in any org when the name of
// the org breaks the rules: no such org can exist, and the call itself then
// answers with every fault of the request instead of this one.
func authorizeInOrg(p Principal, rule rule, org string) error {
	if p.May(rule.role, org) {
		return nil
	}
	if _, err := artifact.ParseOrg(org); err != nil && slices.ContainsFunc(p.Roles.OrgKeys(), func(key string) bool { return p.May(rule.role, key) }) {
		return nil
	}
	return notPermitted(p, rule.role, org, rule.doing)
}

// orgOf is the org that a request names.
func orgOf(rq proto.Message) string {
	switch rq := rq.(type) {
	case interface{ GetRef() *registryv1.VersionRef }:
		return rq.GetRef().GetOrg()
	case interface {
		GetRef() *registryv1.ConnectorRef
	}:
		return rq.GetRef().GetOrg()
	case interface{ GetOrg() string }:
		return rq.GetOrg()
	default:
		return ""
	}
}
