package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// contrast asks what changed between two versions.
func (a *App) contrast(next action.Contrast) tea.Cmd {
	return a.command(func(ctx context.Context, calls *client.Client) tea.Msg {
		report, err := calls.Compare(ctx, next.Old.Ref(), next.New.Ref())
		return catalog.Contrasted{
			Org: next.New.Org, Name: next.New.Name, Old: next.Old.Number, New: next.New.Number, Asked: next.Asked, Report: report, Err: err,
		}
	})
}

// several carries out some actions.
func (a *App) several(next action.Several) tea.Cmd {
	commands := make([]tea.Cmd, len(next.All))
	for i, each := range next.All {
		commands[i] = a.do(each)
	}
	return tea.Batch(commands...)
}
