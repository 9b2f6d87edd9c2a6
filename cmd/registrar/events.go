package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/filter"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

type eventsOptions struct {
	follow bool
	since  string
	filter []string
}

func newEvents(env *Env) *cobra.Command {
	var o eventsOptions
	cmd := &cobra.Command{
		Use:   "events [FILTER...]",
		Short: "Read the audit log",
		Long: "Lists what happened, newest first. With --follow it goes on with what happens from now on, oldest first and one " +
			"event a line; --since then also shows what happened since that time." + filterHelp,
		Example: `# What happened to one connector in the last week
registrar events --since 7d name:sample

# What happens from now on, as JSON lines
registrar events --follow -o json

# Prove that nothing was altered
registrar events verify`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.filter = args
			return runEvents(cmd.Context(), env, o)
		},
	}
	cmd.Flags().BoolVar(&o.follow, "follow", false, "go on with what happens from now on")
	cmd.Flags().StringVar(&o.since, "since", "", "only since then: a time, a date, or how long ago (90m, 12h, 7d)")
	cmd.AddCommand(newEventsVerify(env))
	return cmd
}

func runEvents(ctx context.Context, env *Env, o eventsOptions) error {
	rq := &registryv1.ListEventsRequest{PageSize: pageSize, Ascending: o.follow}
	var wrong faults
	if o.since != "" {
		since, err := parseSince(o.since, env.Now())
		if err != nil {
			wrong.add("since", registryv1.Reason_REASON_USAGE, "--since: %s", err.Error())
		}
		rq.Since = timestamppb.New(since)
	}
	if err := wrong.err("reading the audit log", ""); err != nil {
		return err
	}
	query, err := parseQuery(o.filter)
	if err != nil {
		return err
	}
	rq.Filter = query.Proto()
	return with(ctx, env, func(s *session) error {
		if o.follow {
			return followEvents(ctx, env, s, rq, query)
		}
		if env.Settings.JSON() {
			events, err := collect(s.EventLog(ctx, rq))
			if err != nil {
				return err
			}
			return env.json(listJSON(events))
		}
		st := env.styles(env.OutTerminal)
		for event, err := range s.EventLog(ctx, rq) {
			if err != nil {
				return err
			}
			if err := env.print("%s", eventLine(st, event)); err != nil {
				return err
			}
		}
		return nil
	})
}

// eventLine is one event on one line, with the number that `events verify`
// names it by.
func eventLine(st styles, e *registryv1.Event) string {
	return fmt.Sprintf("%s  %s  %s", st.faint(wording.Time(e.GetAt().AsTime())), st.faint(fmt.Sprintf("%6d", e.GetSeq())),
		clean.Line(wording.Event(e), 0))
}

// followEvents prints what happened since the wished time, if there is one,
// and then everything that happens. The list and the watch overlap, since the
// watch begins where the list was begun; what was printed is not printed again.
func followEvents(ctx context.Context, env *Env, s *session, rq *registryv1.ListEventsRequest, query filter.Query) error {
	st := env.styles(env.OutTerminal)
	printed := int64(0)
	show := func(event *registryv1.Event) error {
		if event.GetSeq() <= printed {
			return nil
		}
		printed = event.GetSeq()
		if env.Settings.JSON() {
			return env.jsonLine(toJSON(event))
		}
		return env.print("%s", eventLine(st, event))
	}
	cursor, err := listBefore(ctx, s, rq, show)
	if err != nil {
		return err
	}
	watched, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	err = s.Watch(watched, client.Cursor(cursor), func(change client.Change) {
		switch change.Kind {
		case client.ChangeEvent:
			event := change.Event.GetEvent()
			if !query.Match(client.NewEventRow(event)) {
				return
			}
			if err := show(event); err != nil {
				cancel(err)
			}
		case client.ChangeLost:
			env.hint("The registry does not answer. Next try in %s.", wording.Duration(change.Retry))
		case client.ChangeBack:
			env.hint("The registry answers again.")
		case client.ChangeReset:
			env.hint("Some events are older than the registry can go back: list them with registrar events.")
		case client.ChangeAlive:
		}
	})
	if cause := context.Cause(watched); cause != nil && ctx.Err() == nil {
		return cause
	}
	return err
}

// listBefore shows the list, if a time was wished, and returns where to watch
// from.
func listBefore(ctx context.Context, s *session, rq *registryv1.ListEventsRequest, show func(*registryv1.Event) error) (string, error) {
	cursor, first := "", true
	if rq.GetSince() == nil {
		rq = &registryv1.ListEventsRequest{PageSize: 1}
	}
	for page, err := range s.EventPages(ctx, rq) {
		if err != nil {
			return "", err
		}
		if first {
			cursor, first = page.GetCursor(), false
		}
		if rq.GetSince() == nil {
			return cursor, nil
		}
		for _, event := range page.GetEvents() {
			if err := show(event); err != nil {
				return "", err
			}
		}
	}
	return cursor, nil
}

// parseSince reads a time, a date, or how long ago something was.
func parseSince(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return at, nil
		}
	}
	ago, err := parseDuration(text)
	if err != nil || ago < 0 {
		return time.Time{}, fmt.Errorf("%q is not a time; write 2026-08-21T14:00:00Z, 2026-08-21, or 90m, 12h, 7d", text)
	}
	return now.Add(-ago), nil
}

// parseDuration is time.ParseDuration with days.
func parseDuration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		text = days + "h"
		d, err := time.ParseDuration(text)
		return d * hoursPerDay, err
	}
	return time.ParseDuration(text)
}

const hoursPerDay = 24
