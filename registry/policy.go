package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/check"
	"github.com/registrar-console/registrar/registry/store"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// maxApprovals bounds how many people a policy may ask for.
const maxApprovals = 2

// GetPolicy implements registryv1.AdminServiceServer. It gives what is in
// force: what the org has set, else the defaults. They also hold for an org
// that nobody has registered yet.
func (r *Registry) GetPolicy(ctx context.Context, rq *registryv1.GetPolicyRequest) (*registryv1.GetPolicyResponse, error) {
	const doing = "reading an org's policy"
	c := r.checker()
	key := c.org(rq.GetOrg())
	if err := c.err(doing); err != nil {
		return nil, err
	}
	var policy *registryv1.Policy
	err := r.store.Read(ctx, func(v *store.View) error {
		org, err := orgOrNone(v.Org(ctx, key))
		policy = r.policyOf(org)
		return err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return &registryv1.GetPolicyResponse{Policy: policy}, nil
}

// org reads the name of an org and gives its key.
func (c *checker) org(org string) string {
	if _, err := artifact.ParseOrg(org); err != nil {
		c.faults.Add("org", registryv1.Reason_REASON_INVALID_NAME, "%s", err)
	}
	return artifact.OrgKey(org)
}

// orgOrNone is the zero Org for one that is not there.
func orgOrNone(org store.Org, err error) (store.Org, error) {
	if errors.Is(err, store.ErrNotFound) {
		return store.Org{}, nil
	}
	return org, err
}

// policyOf is the policy in force for an org. By default checks alone decide,
// and only in an embedded registry, whose user is alone, may people review
// what is their own. What cosign writes without more ado is let through.
func (r *Registry) policyOf(org store.Org) *registryv1.Policy {
	if org.Policy != nil {
		return org.Policy
	}
	return &registryv1.Policy{
		SelfReview: r.config.Embedded, Allowances: []string{trust.AllowCertificateOnly, trust.AllowNoLog},
	}
}

// SetPolicy implements registryv1.AdminServiceServer. It replaces the policy
// as a whole; what is not in the new one is not in force.
func (r *Registry) SetPolicy(ctx context.Context, rq *registryv1.SetPolicyRequest) (*registryv1.SetPolicyResponse, error) {
	const doing = "changing an org's policy"
	c := r.checker()
	key := c.org(rq.GetOrg())
	policy := c.policy("policy", rq.GetPolicy())
	if err := c.err(doing); err != nil {
		return nil, err
	}
	// Some of what waits for people may be published now, or be checked again.
	defer r.worker.ring()
	answer, err := mutate(ctx, r, rq, func(tx *store.Tx) (*registryv1.SetPolicyResponse, error) {
		org, err := tx.EnsureOrg(ctx, key, rq.GetOrg())
		if err != nil {
			return nil, err
		}
		if org.Policy == nil || !proto.Equal(org.Policy, policy) {
			err = tx.SetPolicy(ctx, org.ID, policy)
		}
		return &registryv1.SetPolicyResponse{Policy: policy}, err
	})
	return answer, wrap(doing, err)
}

// policy reads a policy and gives it with its lists in one order, so that
// equal policies are equal messages.
func (c *checker) policy(path string, p *registryv1.Policy) *registryv1.Policy {
	if p == nil {
		c.faults.Add(path, registryv1.Reason_REASON_INVALID_ARGUMENT, "the policy is missing")
		return nil
	}
	switch {
	case p.GetApprovals() < 0:
		c.faults.Add(path+".approvals", registryv1.Reason_REASON_INVALID_ARGUMENT, "a version cannot need %d approvals", p.GetApprovals())
	case p.GetApprovals() > maxApprovals:
		c.faults.Add(path+".approvals", registryv1.Reason_REASON_INVALID_ARGUMENT,
			"a version can need at most %d approvals, not %d: with more, versions wait for people who never look", maxApprovals, p.GetApprovals())
	}
	var checks, schemes []string
	for _, known := range check.All() {
		checks = append(checks, known.Name)
	}
	for _, known := range signing.Schemes() {
		schemes = append(schemes, string(known))
	}
	return &registryv1.Policy{
		Approvals: p.GetApprovals(), SelfReview: p.GetSelfReview(), RequireSignatures: p.GetRequireSignatures(),
		RequiredChecks:  c.names(path+".required_checks", "check", p.GetRequiredChecks(), checks),
		AcceptedSchemes: c.names(path+".accepted_schemes", "signature scheme", p.GetAcceptedSchemes(), schemes),
		Allowances:      c.names(path+".allowances", "allowance", p.GetAllowances(), trust.Allowances()),
	}
}

// names reads a list of known names and gives each once, in the order of the
// known ones.
func (c *checker) names(path, what string, names, known []string) []string {
	var chosen []string
	for i, name := range names[:c.atMost(path, len(names), maxFindings, "names")] {
		if !slices.Contains(known, name) {
			c.faults.Add(fmt.Sprintf("%s[%d]", path, i), registryv1.Reason_REASON_INVALID_ARGUMENT,
				"there is no %s %s; the known ones are %s", what, shown(name), strings.Join(known, ", "))
			continue
		}
		chosen = append(chosen, name)
	}
	slices.SortFunc(chosen, func(a, b string) int { return cmp.Compare(slices.Index(known, a), slices.Index(known, b)) })
	return slices.Compact(chosen)
}
