package wizard

import (
	"context"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// mend writes the fix of the row under the cursor.
func (p *preflightStep) mend() action.Action {
	if p.noFix() != "" {
		return nil
	}
	if p.chosen().name == project.RequirementLicense {
		return action.Begin{Work: licensing{directory: p.directory}}
	}
	return action.Ask{Question: findCommand{directory: p.directory}}
}

// noFix is why the fix of the row under the cursor cannot be written here.
func (p *preflightStep) noFix() string {
	row := p.chosen()
	switch {
	case row.running:
		return "it is being checked"
	case row.result.GetResult() == passedCheck:
		return project.Title(row.name) + " passed"
	case row.name == project.RequirementLicense && hasLicense(row.result):
		return "there is a license, and it is never overwritten"
	case row.name == project.RequirementLicense:
		return ""
	case row.name == project.RequirementCapabilities && p.out.running():
		return "a job runs"
	case row.name == project.RequirementCapabilities:
		return ""
	default:
		return project.Title(row.name) + " is for you to write"
	}
}

// hasLicense reports whether there is a license already, of which a result
// shows the first line.
func hasLicense(r *registryv1.PreflightResult) bool { return r.GetEvidence() != "" }

// licensing writes the license.
type licensing struct{ directory string }

// Task implements action.Work.
func (x licensing) Task() string { return "license " + x.directory }

// Doing implements action.Work.
func (x licensing) Doing() string { return "writing LICENSE" }

// Do implements action.Work.
func (x licensing) Do(context.Context, *client.Client, func(float64)) (string, error) {
	if err := project.WriteLicense(x.directory); err != nil {
		return "", err
	}
	return "LICENSE was written with the Apache-2.0 text; commit it.", nil
}

// findCommand finds out what the connector's own command is.
type findCommand struct{ directory string }

// commandFound is the answer to findCommand.
type commandFound struct {
	directory string
	command   project.Command
	err       error
}

// Ask implements action.Question.
func (q findCommand) Ask(ctx context.Context, _ *client.Client) any {
	command, err := project.CommandFor(ctx, q.directory, project.JobCapabilities)
	return commandFound{directory: q.directory, command: command, err: err}
}

// askFirst asks before code of the project is run for its capabilities.
func (p *preflightStep) askFirst(msg commandFound) action.Action {
	switch {
	case msg.directory != p.directory:
		return nil
	case msg.err != nil:
		return action.Tell{Text: ui.Sentence(msg.err.Error()), Bad: true}
	}
	return action.AskRunCode{Command: msg.command.String(), Writes: "baton_capabilities.json", Then: action.RunJob{Job: string(project.JobCapabilities)}}
}
