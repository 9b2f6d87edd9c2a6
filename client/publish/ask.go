package publish

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// ask takes from the registry what only it knows: how the connector is
// spelled, and whether the caller may do what was asked for.
func (p *preparation) ask(ctx context.Context, c *client.Client) error {
	if p.answers.Stable && p.plan.Ref.Org != "" {
		err := mayPromote(ctx, c, p.plan.Ref.Org)
		if fault, ok := errors.AsType[*client.Error](err); ok && fault.Reason == registryv1.Reason_REASON_NOT_PERMITTED {
			p.fault("stable", fault.Reason, "%s", fault.Message)
		} else if err != nil {
			return err
		}
	}
	if p.plan.Ref.Org == "" || p.plan.Ref.Name == "" || hasReason(p.faults, registryv1.Reason_REASON_INVALID_NAME) {
		return nil
	}
	rs, err := c.Registry.GetConnector(ctx, &registryv1.GetConnectorRequest{Ref: p.plan.Ref.connector()})
	switch {
	case client.ReasonOf(err) == registryv1.Reason_REASON_NOT_FOUND:
		p.note("name", false, "%s/%s is new on %s and will be created", p.plan.Ref.Org, p.plan.Ref.Name, c.Name())
		return nil
	case err != nil:
		return err
	}
	p.plan.Ref.Org, p.plan.Ref.Name = rs.GetConnector().GetRef().GetOrg(), rs.GetConnector().GetRef().GetName()
	if d := rs.GetConnector().GetDeprecation(); d != nil {
		p.note("name", true, "%s/%s is deprecated: %s", p.plan.Ref.Org, p.plan.Ref.Name, d.GetReason())
	}
	return nil
}

func hasReason(faults []client.Fault, reason registryv1.Reason) bool {
	for _, f := range faults {
		if f.Reason == reason {
			return true
		}
	}
	return false
}

// mayPromote refuses a promotion that the registry would refuse, before
// anything is uploaded.
func mayPromote(ctx context.Context, c *client.Client, org string) error {
	rs, err := c.Registry.GetCaller(ctx, &registryv1.GetCallerRequest{})
	if err != nil {
		return err
	}
	for _, grant := range rs.GetRoles() {
		enough := grant.GetRole() == registryv1.Role_ROLE_MAINTAINER || grant.GetRole() == registryv1.Role_ROLE_ADMIN
		if enough && (grant.GetOrg() == "*" || strings.EqualFold(grant.GetOrg(), org)) {
			return nil
		}
	}
	return &client.Error{
		Reason: registryv1.Reason_REASON_NOT_PERMITTED, Code: codes.PermissionDenied, Doing: "asking whether you may set stable",
		Message: "only maintainers of " + org + " set the stable version", Next: "publish without --stable, and ask a maintainer to promote it",
	}
}

// createRequest is what the registry is told of a version.
func (p Plan) createRequest() *registryv1.CreateVersionRequest {
	d := p.Describe
	return &registryv1.CreateVersionRequest{
		Ref: p.Ref.version(), Platforms: p.Platforms(), Description: d.Description, Changelog: d.Changelog, Documentation: d.Documentation,
		Capabilities: d.Capabilities, ConfigSchema: d.ConfigSchema, License: d.License, Repository: d.Repository, Homepage: d.Homepage, Commit: d.Commit,
		Preflight: p.Preflight.Report,
	}
}

// DryRun asks the registry what publishing the plan would do, and changes
// nothing. A connector that is not there yet is created by Run, so it is no
// fault, and neither is a version that has exactly the plan's files; Already
// tells those apart. Signatures that lie beside the files are looked at as a
// run does it.
func DryRun(ctx context.Context, c *client.Client, p Plan) (*registryv1.CreateVersionResponse, error) {
	answer, err := dryRun(ctx, c, p)
	if err != nil || !p.speaks() {
		return answer, err
	}
	return answer, lookAtFound(ctx, c, p)
}

func dryRun(ctx context.Context, c *client.Client, p Plan) (*registryv1.CreateVersionResponse, error) {
	if p.Stable {
		if err := mayPromote(ctx, c, p.Ref.Org); err != nil {
			return nil, err
		}
	}
	rs, err := weigh(ctx, c, p, p.Platforms())
	switch {
	case client.ReasonOf(err) == registryv1.Reason_REASON_VERSION_EXISTS:
		v, err := published(ctx, c, p, err)
		return &registryv1.CreateVersionResponse{Version: v}, err
	case rs.GetOutcome() == registryv1.CreateOutcome_CREATE_OUTCOME_VALIDATING:
		return rs, p.refuseOthers(rs.GetVersion())
	}
	return rs, err
}

// Already is the state of a version that has exactly the files of a plan: it is
// VALIDATING or PUBLISHED. For what a run would have to do it is unspecified.
func Already(dry *registryv1.CreateVersionResponse) registryv1.State {
	state := dry.GetVersion().GetSummary().GetState()
	if state == registryv1.State_STATE_VALIDATING || state == registryv1.State_STATE_PUBLISHED {
		return state
	}
	return registryv1.State_STATE_UNSPECIFIED
}

// weigh asks what creating the version would do.
func weigh(ctx context.Context, c *client.Client, p Plan, platforms []registryv1.Platform) (*registryv1.CreateVersionResponse, error) {
	rq := p.createRequest()
	rq.Platforms, rq.ValidateOnly = platforms, true
	rs, err := c.Registry.CreateVersion(ctx, rq)
	switch client.ReasonOf(err) {
	case registryv1.Reason_REASON_UNSPECIFIED:
		return rs, err
	case registryv1.Reason_REASON_NOT_FOUND:
		return &registryv1.CreateVersionResponse{
			Outcome:      registryv1.CreateOutcome_CREATE_OUTCOME_NEW,
			Consequences: &registryv1.Consequences{Ref: p.Ref.version(), StateAfter: registryv1.State_STATE_PENDING, Attempt: 1},
		}, nil
	default:
		return nil, err
	}
}

// withNextNumber says which number is free where one is taken.
func withNextNumber(ctx context.Context, c *client.Client, ref Ref, err error) error {
	taken, ok := errors.AsType[*client.Error](err)
	if !ok {
		return err
	}
	state := strings.ToLower(taken.Meta["state"])
	next, found := nextNumber(ctx, c, ref)
	if state == "" || !found {
		return err
	}
	said := *taken
	said.Message = fmt.Sprintf("%s is already %s. The next free number is %s.", ref.Version, state, next)
	said.Next = "publish it as " + next
	if said.Meta["next"] == "" {
		said.Meta = map[string]string{"next": next}
		maps.Copy(said.Meta, taken.Meta)
	}
	return &said
}

// nextNumber is the next number after the plan's that nobody has used.
func nextNumber(ctx context.Context, c *client.Client, ref Ref) (string, bool) {
	number, err := artifact.ParseNumber(ref.Version)
	if err != nil {
		return "", false
	}
	var taken []artifact.Number
	for v, err := range c.Versions(ctx, &registryv1.ListVersionsRequest{Connector: ref.connector(), PageSize: 1000}) {
		if err != nil {
			return "", false
		}
		if n, err := artifact.ParseNumber(v.GetRef().GetVersion()); err == nil {
			taken = append(taken, n)
		}
	}
	for range len(taken) + 1 {
		after := artifact.Propose([]artifact.Number{number})
		if len(after) == 0 {
			return "", false
		}
		number = after[0].Number
		used := false
		for _, n := range taken {
			used = used || n.Compare(number) == 0
		}
		if !used {
			return number.String(), true
		}
	}
	return "", false
}
