package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
)

// yankRequest is the call behind a yank.
func yankRequest(y action.Yank) *registryv1.YankVersionRequest {
	return &registryv1.YankVersionRequest{
		Ref: y.Version.Ref(), Category: y.Category, Reason: y.Reason, Advisory: y.Advisory,
		Replacement: y.Replacement, BlockDownloads: y.Block,
	}
}

func yankTask(calls *client.Client, y action.Yank) Task {
	return Task{
		ID:    "yank " + y.Version.String(),
		Start: "yanking " + y.Version.String(),
		Done:  y.Version.String() + " is YANKED.",
		Run: func(ctx context.Context, _ *Report) error {
			_, err := calls.Registry.YankVersion(ctx, yankRequest(y))
			return err
		},
	}
}

func unyankTask(calls *client.Client, u action.Unyank) Task {
	return Task{
		ID:    "unyank " + u.Version.String(),
		Start: "taking back the yank of " + u.Version.String(),
		Done:  u.Version.String() + " is PUBLISHED again.",
		Run: func(ctx context.Context, _ *Report) error {
			_, err := calls.Registry.UnyankVersion(ctx, &registryv1.UnyankVersionRequest{Ref: u.Version.Ref(), Reason: u.Reason})
			return err
		},
	}
}

func stableTask(calls *client.Client, s action.SetStable) Task {
	return Task{
		ID:    "set stable " + s.Version.String(),
		Start: "making " + s.Version.String() + " stable",
		Done:  s.Version.String() + " is stable.",
		Run: func(ctx context.Context, _ *Report) error {
			_, err := calls.Registry.SetStableVersion(ctx, &registryv1.SetStableVersionRequest{Ref: s.Version.Ref()})
			return err
		},
	}
}

func abandonTask(calls *client.Client, x action.Abandon) Task {
	return Task{
		ID:    "abandon " + x.Version.String(),
		Start: "abandoning " + x.Version.String(),
		Done:  x.Version.String() + " is abandoned.",
		Run: func(ctx context.Context, _ *Report) error {
			_, err := calls.Registry.AbandonVersion(ctx, &registryv1.AbandonVersionRequest{Ref: x.Version.Ref(), Attempt: x.Attempt, Reason: x.Reason})
			return err
		},
	}
}

// openPublish shows the publish screen, or brings it back into sight.
func (a *App) openPublish() tea.Cmd {
	for i, s := range a.stack {
		if s == Screen(a.publish) {
			a.stack = a.stack[:i+1]
			return nil
		}
	}
	return a.push(a.publish)
}

// prepare looks at the project directory that the publish screen names.
func (a *App) prepare(next action.Prepare) tea.Cmd {
	return a.start(Task{
		ID:    "prepare",
		Start: "looking at " + next.Directory,
		Run: func(ctx context.Context, _ *Report) error {
			a.publish.Prepare(ctx, a.cfg.Client, next)
			return nil
		},
	})
}

// runPublish runs the plan. Leaving the screen does not stop it; what was
// stopped or failed is finished by running it again.
func (a *App) runPublish() tea.Cmd {
	ref, ready := a.publish.Begin()
	if !ready {
		return nil
	}
	return a.start(Task{
		ID:    "publish " + ref,
		Start: "publishing " + ref,
		Slow:  true,
		Run: func(ctx context.Context, report *Report) error {
			return a.publish.Run(ctx, a.cfg.Client, report.Set)
		},
	})
}

// copy puts text into the terminal's clipboard, which works over SSH too.
func (a *App) copy(next action.Copy) tea.Cmd {
	return tea.Batch(tea.SetClipboard(next.Text), a.show(action.Tell{Text: "copied " + next.What}))
}

// failure is what people read of an error: what was tried, why it failed,
// what to do.
func failure(err error) string {
	var known *client.Error
	if !errors.As(err, &known) {
		return err.Error()
	}
	text := known.Error()
	if known.Next != "" {
		text += " " + known.Next
	}
	return text
}
