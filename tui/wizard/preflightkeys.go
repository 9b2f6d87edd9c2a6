package wizard

import (
	"github.com/registrar-console/registrar/client/project"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// bindings implements step.
func (p *preflightStep) bindings() []ui.Binding {
	runs := func() string {
		if p.out.running() {
			return jobName(p.out.job.kind) + " runs"
		}
		return ""
	}
	job := func(kind project.Job, key, label, help string) ui.Binding {
		return ui.Binding{ID: "preflight." + string(kind), Label: label, Help: help, Keys: []string{key}, Risk: ui.Changes, Off: runs, Do: do(action.RunJob{Job: string(kind)})}
	}
	all := []ui.Binding{
		{ID: "preflight.again", Label: "run failed again", Help: "look once more at what failed or is warned about", Keys: []string{"r"}, Off: p.nothingFailed, Do: do(action.Again{})},
		{ID: "preflight.mend", Label: "write the fix", Help: "write the file that the line under the cursor asks for", Keys: []string{"w"}, Risk: ui.Changes, Off: p.noFix, Do: do(action.Mend{})},
		{ID: "preflight.override", Label: "go on anyway", Help: "write why you go on although the line under the cursor failed", Keys: []string{"o"}, Risk: ui.Changes, Off: p.noOverride, Do: p.askOverride},
		job(project.JobBuild, "b", "build", "build the connector"),
		job(project.JobLint, "l", "lint", "run the linter"),
		job(project.JobTest, "t", "test", "run the tests"),
		job(project.JobHelp, "h", "--help", "build the connector and run it with --help"),
	}
	if p.out.job == nil {
		return all
	}
	label := "the output"
	if p.inPane {
		label = "the checks"
	}
	return append(all,
		ui.Binding{ID: "preflight.pane", Label: label, Help: "give the keys to the other part of the page", Keys: []string{"tab"}, Do: do(action.Focus{By: 1})},
		ui.Binding{ID: "preflight.stop", Label: "stop it", Help: "end the job with everything that it started", Keys: []string{"s"}, Off: p.nothingRuns, Do: do(action.StopJob{})},
		ui.Binding{ID: "preflight.pageup", Label: "page up", Help: "the output, a page up", Keys: []string{"pgup", "ctrl+b"}, Quiet: true, Do: do(action.Page{By: -1})},
		ui.Binding{ID: "preflight.pagedown", Label: "page down", Help: "the output, a page down", Keys: []string{"pgdown", "ctrl+f"}, Quiet: true, Do: do(action.Page{By: 1})},
		ui.Binding{ID: "preflight.first", Label: "first line", Help: "the first line of the output", Keys: []string{"g", "home"}, Quiet: true, Do: do(action.Edge{})},
		ui.Binding{ID: "preflight.last", Label: "follow", Help: "follow the end of the output", Keys: []string{"G", "end"}, Quiet: true, Do: do(action.Edge{Last: true})},
	)
}

// nothingFailed is why there is nothing to look at again.
func (p *preflightStep) nothingFailed() string {
	if p.busy() {
		return "the project is being checked"
	}
	if p.last.err != nil || p.report() == nil {
		return ""
	}
	for _, row := range p.rows() {
		if result := row.result.GetResult(); result == failedCheck || result == warnCheck {
			return ""
		}
	}
	return "nothing failed"
}

func (p *preflightStep) nothingRuns() string {
	if p.out.running() {
		return ""
	}
	return "nothing runs"
}

// noOverride is why no reason is asked for.
func (p *preflightStep) noOverride() string {
	row := p.chosen()
	switch {
	case !project.Required(row.name):
		return project.Title(row.name) + " is advice, it stops nobody"
	case row.result.GetResult() != registryv1.CheckResult_CHECK_RESULT_FAIL:
		return project.Title(row.name) + " has not failed"
	default:
		return ""
	}
}

// askOverride asks why one goes on.
func (p *preflightStep) askOverride() action.Action {
	row := p.chosen()
	return action.AskOverride{Requirement: row.name, Title: project.Title(row.name), Detail: row.result.GetDetail(), Reason: row.result.GetOverride()}
}
