package wizard

import (
	"context"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/tui/action"
)

// noFile is why no connector.yaml can be written.
func (p *projectStep) noFile() string {
	switch {
	case p.unread() != "":
		return "there is no project to write it into"
	case p.folder.described:
		return "there is one, and it is never overwritten"
	case p.description() == (project.Description{}):
		return "there is nothing to say in it yet"
	default:
		return ""
	}
}

// description is what a connector.yaml would say.
func (p *projectStep) description() project.Description {
	return project.Description{
		Description: p.said[2].value(), License: p.said[3].value(), Homepage: p.said[4].value(), Repository: p.folder.project.Repository.Value,
	}
}

// write writes the connector.yaml.
func (p *projectStep) write() action.Action {
	if p.noFile() != "" {
		return nil
	}
	return action.Begin{Work: describing{directory: p.folder.directory, says: p.description()}}
}

// describing writes a connector.yaml.
type describing struct {
	directory string
	says      project.Description
}

// Task implements action.Work.
func (d describing) Task() string { return "describe " + d.directory }

// Doing implements action.Work.
func (d describing) Doing() string { return "writing connector.yaml" }

// Do implements action.Work.
func (d describing) Do(context.Context, *client.Client, func(float64)) (string, error) {
	if err := project.WriteDescription(d.directory, d.says); err != nil {
		return "", err
	}
	return "connector.yaml was written; commit it, so that others see it too.", nil
}
