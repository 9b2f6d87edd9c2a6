package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

const (
	maxTokenName = 100
	maxPerson    = 100
	maxGrants    = 100
)

// CreateToken implements registryv1.AdminServiceServer. It is no mutate: an
// answer that is kept to be given again would keep the secret.
func (r *Registry) CreateToken(ctx context.Context, rq *registryv1.CreateTokenRequest) (*registryv1.CreateTokenResponse, error) {
	const doing = "creating a token"
	token, err := r.newToken(rq)
	if err != nil {
		return nil, wrap(doing, err)
	}
	secret := newTokenSecret()
	token.Hash = hashToken(secret)
	var created store.Token
	err = r.store.Write(ctx, PrincipalFrom(ctx).Actor(), func(tx *store.Tx) (err error) {
		token.Grants = nil
		for _, grant := range rq.GetRoles() {
			given := store.Grant{Role: grant.GetRole()}
			if org := grant.GetOrg(); org != AllOrgs {
				known, err := tx.EnsureOrg(ctx, artifact.OrgKey(org), org)
				if err != nil {
					return err
				}
				given.Org = known.ID
			}
			token.Grants = append(token.Grants, given)
		}
		created, err = tx.CreateToken(ctx, token)
		return err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return &registryv1.CreateTokenResponse{Token: tokenProto(created), Secret: secret}, nil
}

// newToken checks a request for a token as a whole.
func (r *Registry) newToken(rq *registryv1.CreateTokenRequest) (store.NewToken, error) {
	var faults Faults
	checkLine(&faults, "person", rq.GetPerson(), maxPerson)
	name := rq.GetName()
	if name == "" {
		name = rq.GetPerson()
	} else {
		checkLine(&faults, "name", name, maxTokenName)
	}
	if len(rq.GetRoles()) == 0 || len(rq.GetRoles()) > maxGrants {
		faults.Add("roles", registryv1.Reason_REASON_INVALID_ARGUMENT, "a token needs 1 to %d roles, not %d", maxGrants, len(rq.GetRoles()))
	}
	for i, grant := range rq.GetRoles() {
		checkGrant(&faults, fmt.Sprintf("roles[%d]", i), grant)
	}
	until := rq.GetExpiresAt()
	if until != nil && (!until.IsValid() || !until.AsTime().After(r.now())) {
		faults.Add("expires_at", registryv1.Reason_REASON_INVALID_ARGUMENT, "the token would have expired already")
	}
	return store.NewToken{Name: name, Person: rq.GetPerson(), Until: timeOf(until)}, faults.Err("")
}

func checkGrant(faults *Faults, field string, grant *registryv1.RoleGrant) {
	if bit(grant.GetRole()) == bit(anyRole) || registryv1.Role_name[int32(grant.GetRole())] == "" {
		faults.Add(field+".role", registryv1.Reason_REASON_INVALID_ARGUMENT, "the role must be publisher, reviewer, maintainer or admin")
	}
	if grant.GetOrg() == AllOrgs {
		return
	}
	if _, err := artifact.ParseOrg(grant.GetOrg()); err != nil {
		faults.Add(field+".org", registryv1.Reason_REASON_INVALID_NAME, "%s", err.Error())
	}
}

// checkLine lets through one line of visible text, as names of people and
// tokens are.
func checkLine(faults *Faults, field, text string, limit int) {
	visible := utf8.ValidString(text) && !strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) })
	if text == "" || utf8.RuneCountInString(text) > limit || strings.TrimSpace(text) != text || !visible {
		faults.Add(field, registryv1.Reason_REASON_TEXT_INVALID, "the %s must be 1 to %d visible characters without spaces around them", field, limit)
	}
}

// ListTokens implements registryv1.AdminServiceServer.
func (r *Registry) ListTokens(ctx context.Context, rq *registryv1.ListTokensRequest) (*registryv1.ListTokensResponse, error) {
	const doing = "listing tokens"
	page, faults := openPage(ctx, rq)
	if err := faults.Err(doing); err != nil {
		return nil, err
	}
	answer := &registryv1.ListTokensResponse{}
	err := r.store.Read(ctx, func(v *store.View) error {
		found, err := v.ListTokens(ctx, page.After, page.Size)
		if err != nil {
			return err
		}
		for _, token := range found.Rows {
			answer.Tokens = append(answer.Tokens, tokenProto(token))
		}
		if found.Next != nil {
			answer.NextPageToken = page.next(found.Next)
		}
		return nil
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return answer, nil
}

// RevokeToken implements registryv1.AdminServiceServer.
func (r *Registry) RevokeToken(ctx context.Context, rq *registryv1.RevokeTokenRequest) (*registryv1.RevokeTokenResponse, error) {
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.RevokeTokenResponse, error) {
		token, err := tx.RevokeToken(ctx, store.TokenID(rq.GetId()))
		if errors.Is(err, store.ErrNotFound) {
			return nil, refuse(registryv1.Reason_REASON_NOT_FOUND, "there is no token %d", rq.GetId()).
				WithNext("list the tokens with: registrar tokens list")
		}
		if err != nil {
			return nil, err
		}
		return &registryv1.RevokeTokenResponse{Token: tokenProto(token)}, nil
	})
	return answer, wrap("revoking a token", err)
}

// tokenProto is a token without its secret, which nobody has any more.
func tokenProto(token store.Token) *registryv1.Token {
	out := &registryv1.Token{
		Id: int64(token.ID), Name: token.Name, Person: token.Person, CreatedAt: timestamp(token.CreatedAt),
		ExpiresAt: timestamp(token.Until), UsedAt: timestamp(token.UsedAt), RevokedAt: timestamp(token.RevokedAt),
	}
	for _, grant := range token.Grants {
		org := grant.OrgSpelling
		if grant.Org == 0 {
			org = AllOrgs
		}
		out.Roles = append(out.Roles, &registryv1.RoleGrant{Org: org, Role: grant.Role})
	}
	return out
}
