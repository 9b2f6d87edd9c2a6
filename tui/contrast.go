package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sync/errgroup"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/diff"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// contrast reads two versions at once and says what changed.
func (a *App) contrast(next action.Contrast) tea.Cmd {
	return a.command(func(ctx context.Context, calls *client.Client) tea.Msg {
		msg := catalog.Contrasted{Org: next.New.Org, Name: next.New.Name, Old: next.Old.Number, New: next.New.Number, Asked: next.Asked}
		var sides [2]*registryv1.Version
		group, ctx := errgroup.WithContext(ctx)
		for i, side := range []action.Version{next.Old, next.New} {
			group.Go(func() error {
				rs, err := calls.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: side.Ref()})
				sides[i] = rs.GetVersion()
				return err
			})
		}
		if msg.Err = group.Wait(); msg.Err == nil {
			msg.Report = diff.Compare(sides[0], sides[1])
		}
		return msg
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
