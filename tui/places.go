package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/triage"
)

// place makes the screen of a place.
func (a *App) place(p action.Place) Screen {
	welcome := browse.Welcome{Registry: a.cfg.Client.Name(), Home: a.cfg.Home, ReadOnly: a.cfg.ReadOnly}
	switch p {
	case action.Connectors:
		return browse.NewConnectors(a.catalog, welcome)
	case action.Versions:
		return browse.NewAll(a.catalog)
	case action.Review:
		return browse.NewQueue(a.catalog)
	case action.Drafts:
		return browse.NewDrafts(a.catalog, a.cfg.ReadOnly)
	case action.Activity:
		return browse.NewActivity(a.catalog)
	default:
		return browse.NewHome(a.catalog, welcome, a.aged)
	}
}

// at is the place that the stack grew from.
func (a *App) at() action.Place {
	switch a.stack[0].(type) {
	case *browse.All:
		return action.Versions
	case *browse.Queue:
		return action.Review
	case *browse.Drafts:
		return action.Drafts
	case *browse.Activity:
		return action.Activity
	case *browse.Home:
		return action.Home
	default:
		return action.Connectors
	}
}

// Pages of the audit log: the first is small, so that something shows at once.
// A page may be empty and not the last; so many are asked for at once.
const (
	firstEvents = 100
	nextEvents  = 200
	emptyPages  = 10
)

// loadEvents reads a page of the audit log, newest first.
func (a *App) loadEvents(next action.LoadEvents) tea.Cmd {
	return a.command(func(ctx context.Context, calls *client.Client) tea.Msg {
		rq := &registryv1.ListEventsRequest{Filter: next.Filter, PageSize: firstEvents, PageToken: next.Token}
		if next.Token != "" {
			rq.PageSize = nextEvents
		}
		if !next.Since.IsZero() {
			rq.Since = timestamppb.New(next.Since)
		}
		logged := catalog.Logged{For: next.For, Asked: next.Asked}
		for range emptyPages {
			rs, err := calls.Events.ListEvents(ctx, rq)
			if err != nil {
				logged.Err = err
				return logged
			}
			logged.Head = max(logged.Head, rs.GetHead().GetSeq())
			logged.Events = append(logged.Events, rs.GetEvents()...)
			logged.Next = rs.GetNextPageToken()
			if len(logged.Events) > 0 || logged.Next == "" {
				break
			}
			rq.PageToken = logged.Next
		}
		return logged
	})
}

// find opens the connectors with the field of the filter.
func (a *App) find() tea.Cmd {
	return tea.Batch(a.reset(a.place(action.Connectors)), a.do(action.Filter{}))
}

// draft carries out an action about a publish that is unfinished.
func (a *App) draft(next action.Action) tea.Cmd {
	switch next := next.(type) {
	case action.Resume:
		return a.resume(next)
	case action.AskLeavePublish:
		return a.ask(a.publish.NewLeavePublish())
	case action.KeepPublish:
		return a.follow(a.publish.Keep(), a.back())
	case action.DropPublish:
		return tea.Batch(a.back(), a.do(a.publish.Drop()))
	case action.AskForget:
		return a.ask(triage.NewForget(next))
	case action.Forget:
		return a.start(forgetTask(a.cfg.Journal, next))
	case action.AskRunCode:
		return a.ask(triage.NewRunCode(next))
	case action.AskOverride:
		return a.ask(triage.NewOverride(next))
	default:
		return a.decide(next)
	}
}

// resume opens the publish screen with a draft. What runs already is not
// disturbed: it is shown.
func (a *App) resume(next action.Resume) tea.Cmd {
	return tea.Batch(a.openPublish(), a.do(a.publish.TakeUp(next.ID)))
}

// forgetTask removes a draft of this computer.
func forgetTask(dir string, f action.Forget) Task {
	return Task{
		ID: triage.ForgetTask(f.Version), Start: "removing the draft of " + f.Version.String(),
		Run: func(context.Context, *Report) (string, error) {
			kept := journal(dir)
			if kept == nil {
				return "", errors.New("removing a draft: this console keeps none")
			}
			return "The draft of " + f.Version.String() + " is removed from this computer.", kept.Remove(f.ID)
		},
	}
}
