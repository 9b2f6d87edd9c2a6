package tui

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/triage"
	"github.com/registrar-console/registrar/tui/ui"
)

// yanks carries out what yanks several versions, or asks before it.
func (a *App) yanks(next action.Action) tea.Cmd {
	switch next := next.(type) {
	case action.AskYanks:
		if a.yanked != nil && a.yanked.Going() {
			return tea.Batch(a.do(action.ShowYanks{}), a.do(action.Tell{Text: "That is under way already; the next ones when it is over."}))
		}
		return a.ask(triage.NewYanks(next.Versions, a.cfg.ReportTo))
	case action.AskYankFile:
		return a.ask(triage.NewYankFile(a.cfg.Directory))
	case action.ShowYanks:
		if a.yanked == nil || a.shows(a.yanked) {
			return nil
		}
		return a.ask(a.yanked)
	case action.ReadVersions:
		return a.awaiting(func() tea.Msg { return readVersions(next) })
	case action.WeighYanks:
		ctx, calls := a.ctx, a.cfg.Client
		return a.awaiting(func() tea.Msg {
			weighed, err := next.Weighing.Do(ctx, calls)
			return catalog.WeighedAll{Weighing: next.Weighing, Asked: next.Asked, Weighed: weighed, Err: err}
		})
	case action.Yanks:
		if page, is := a.dialog().dialog.(*triage.Yanks); is {
			a.yanked = page
		}
		return a.start(yanksTask(a.cfg.Client, next.Run))
	default:
		return a.draft(next)
	}
}

// shows reports whether a dialog is open already.
func (a *App) shows(d Dialog) bool {
	for _, o := range a.dialogs {
		if o.dialog == d {
			return true
		}
	}
	return false
}

// yanksTask carries out a run. Leaving the page does not stop it; what was
// stopped is finished by running it again.
func yanksTask(calls *client.Client, run *yank.Run) Task {
	_, of := run.Done()
	return Task{
		ID: triage.YanksTask, Start: "yanking " + words.Plural(of, "version", "versions"), Slow: true,
		Left: func() []string {
			return []string{"It stops. What is yanked stays yanked; trying again finishes the rest."}
		},
		Run: func(ctx context.Context, report *Report) (string, error) {
			report.Measure(run.Fraction)
			err := run.Do(ctx, calls)
			return triage.YanksSaid(run), err
		},
	}
}

// readVersions reads a file that names versions.
func readVersions(next action.ReadVersions) catalog.VersionsRead {
	answer := catalog.VersionsRead{Path: next.Path, Asked: next.Asked}
	path := next.Path
	if rest, home := strings.CutPrefix(path, "~/"); home {
		if dir, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(dir, rest)
		}
	}
	file, err := os.Open(path)
	if err != nil {
		answer.Err = &client.Error{Reason: registryv1.Reason_REASON_USAGE, Message: err.Error(), Next: "name a file with one ORG/NAME@VERSION a line"}
		return answer
	}
	defer file.Close() //nolint:errcheck // it was only read
	answer.Versions, answer.Err = yank.Read(file, filepath.Base(path))
	return answer
}

// yanking are the commands about several versions that work everywhere.
func (a *App) yanking() []ui.Binding {
	if a.cfg.ReadOnly {
		return nil
	}
	all := []ui.Binding{{
		ID: "app.yankfile", Label: "yank from a file", Help: "withdraw the versions that a file names, one ORG/NAME@VERSION a line",
		Risk: ui.Destroys, Quiet: true, Do: do(action.AskYankFile{}),
	}}
	if a.yanked != nil {
		all = append(all, ui.Binding{
			ID: "app.yankresults", Label: "results of the last yank", Help: "what became of each version, and what is left to do",
			Quiet: true, Do: do(action.ShowYanks{}),
		})
	}
	return all
}
