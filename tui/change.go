package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/triage"
)

// yankRequest is the call behind a yank.
func yankRequest(y action.Yank) *registryv1.YankVersionRequest {
	return &registryv1.YankVersionRequest{
		Ref: y.Version.Ref(), Category: y.Category, Reason: y.Reason, Advisory: y.Advisory,
		Replacement: y.Replacement, BlockDownloads: y.Block, Credit: y.Credit,
	}
}

func yankTask(calls *client.Client, y action.Yank) Task {
	return Task{
		ID: triage.YankTask(y.Version), Start: "yanking " + y.Version.String(),
		Run: func(ctx context.Context, _ *Report) (string, error) {
			_, err := calls.Registry.YankVersion(ctx, yankRequest(y))
			return y.Version.String() + " is YANKED.", err
		},
	}
}

func unyankTask(calls *client.Client, u action.Unyank) Task {
	return Task{
		ID: triage.UnyankTask(u.Version), Start: "taking back the yank of " + u.Version.String(),
		Run: func(ctx context.Context, _ *Report) (string, error) {
			_, err := calls.Registry.UnyankVersion(ctx, &registryv1.UnyankVersionRequest{Ref: u.Version.Ref(), Reason: u.Reason})
			return u.Version.String() + " is PUBLISHED again.", err
		},
	}
}

func stableTask(calls *client.Client, s action.SetStable) Task {
	return Task{
		ID: triage.StableTask(s.Version), Start: "making " + s.Version.String() + " stable",
		Run: func(ctx context.Context, _ *Report) (string, error) {
			_, err := calls.Registry.SetStableVersion(ctx, &registryv1.SetStableVersionRequest{Ref: s.Version.Ref()})
			return s.Version.String() + " is stable.", err
		},
	}
}

func abandonTask(calls *client.Client, drafts *publish.Journal, x action.Abandon) Task {
	start, done := "abandoning ", " is abandoned. Its number is free again."
	if x.Withdraw {
		start, done = "withdrawing ", " is withdrawn. Its number stays free."
	}
	return Task{
		ID: triage.AbandonTask(x.Version), Start: start + x.Version.String(),
		Run: func(ctx context.Context, _ *Report) (string, error) {
			_, err := calls.Registry.AbandonVersion(ctx, &registryv1.AbandonVersionRequest{Ref: x.Version.Ref(), Attempt: x.Attempt, Reason: x.Reason})
			if err == nil && drafts != nil {
				// This computer need not remember it either. Where it does, the
				// list of drafts shows it, and it can be removed there.
				_ = drafts.Forget(calls.Name(), x.Version.Ref())
			}
			return x.Version.String() + done, err
		},
	}
}

func deprecateTask(calls *client.Client, d action.Deprecate) Task {
	name := d.Org + "/" + d.Name
	start, done := "deprecating ", " is deprecated."
	if d.Undo {
		start, done = "taking back the deprecation of ", " is deprecated no more."
	}
	return Task{
		ID: triage.DeprecateTask(d.Org, d.Name), Start: start + name,
		Run: func(ctx context.Context, _ *Report) (string, error) {
			_, err := calls.Registry.DeprecateConnector(ctx, &registryv1.DeprecateConnectorRequest{
				Ref: &registryv1.ConnectorRef{Org: d.Org, Name: d.Name}, Reason: d.Reason, Replacement: d.Replacement, Undo: d.Undo,
			})
			return name + done, err
		},
	}
}

// runPublish runs the plan. Leaving the screen does not stop it; what was
// stopped or failed is finished by running it again.
func (a *App) runPublish() tea.Cmd {
	run, ready := a.publish.Begin()
	if !ready {
		return nil
	}
	calls := a.cfg.Client
	return a.start(Task{
		ID: run.Task(), Start: "publishing " + run.Version().String(), Slow: true, Left: run.Left,
		Run: func(ctx context.Context, report *Report) (string, error) { return run.Do(ctx, calls, report.Set) },
	})
}

// copy puts text into the terminal's clipboard, which works over SSH too.
func (a *App) copy(next action.Copy) tea.Cmd {
	if a.spoken {
		return a.show(action.Tell{Text: next.Text}) // where lines are printed, the line is the copy
	}
	return tea.Batch(tea.SetClipboard(next.Text), a.show(action.Tell{Text: "Copied " + next.What + "."}))
}
