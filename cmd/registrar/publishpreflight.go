package main

import (
	"context"
	"fmt"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	projects "github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// preflight looks at the project that is published. It runs nothing: a build
// job has run linter and tests already. Where there is no project, only release
// files, there is no report.
func (o publishOptions) preflight(ctx context.Context, env *Env) (*registryv1.PreflightReport, error) {
	report, err := projects.Preflight(ctx, o.directory, projects.Options{Now: env.Now()})
	switch {
	case ctx.Err() != nil:
		return nil, err
	case err != nil && o.strict:
		return nil, notAProject(ctx, o.directory, err)
	case err != nil:
		return nil, nil //nolint:nilnil // no project, no report; Prepare says what is wrong with the directory
	default:
		return report, nil
	}
}

// judgePreflight tells which requirements a project does not meet, and with
// --strict refuses to publish it.
func judgePreflight(env *Env, o publishOptions, plan publish.Plan) error {
	report := plan.Preflight.Report
	failed := projects.Failed(report)
	if o.strict && report == nil {
		return &client.Error{
			Reason: registryv1.Reason_REASON_CHECK_FAILED, Doing: "publishing " + plan.Ref.Version,
			Message: "this publish was begun without a preflight of the project, and --strict asks for one", Next: "begin anew without --resume: what arrived is not sent again",
		}
	}
	if o.strict && len(failed) > 0 {
		return refuseUnmet(plan, report)
	}
	for _, r := range failed {
		if err := warnRequirement(env, r); err != nil {
			return err
		}
	}
	if report != nil {
		st := env.styles(env.ErrTerminal)
		env.hint("%s  Preflight, your own report: %s. All of it: registrar check %s", st.faint("note   "), totals(report), projects.ShellWord(clean.Line(o.directory, 0)))
	}
	return nil
}

// refuseUnmet is why --strict does not publish.
func refuseUnmet(plan publish.Plan, report *registryv1.PreflightReport) error {
	refused := unmet(report)
	refused.Doing, refused.Next = "publishing "+plan.Ref.Version, "correct them, or publish without --strict"
	return refused
}

// warnRequirement tells of one requirement that is not met.
func warnRequirement(env *Env, r *registryv1.PreflightResult) error {
	if env.Settings.JSON() {
		return env.jsonLine(object{}.with("step", "preflight").with("status", "warning").with("about", r.GetRequirement()).
			with("detail", r.GetDetail()).with("fix", r.GetFix()))
	}
	st := env.styles(env.ErrTerminal)
	env.hint("%s  %s", st.warn("warning"), sentence(fmt.Sprintf("%s: %s", projects.Title(r.GetRequirement()), clean.Line(r.GetDetail(), 0))))
	return nil
}
