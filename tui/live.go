package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// gather is how long changes are collected into one message, so that a burst
// of them draws once.
const gather = 50 * time.Millisecond

// flashTime is how long a row that others changed stands out.
const flashTime = 1500 * time.Millisecond

// live is the watch stream and what it says about freshness. The goroutine
// behind it only sends batches; everything else is the loop's.
type live struct {
	ctx     context.Context
	calls   *client.Client
	batches chan batch
	started bool

	state  liveState
	asOf   time.Time // when the registry was last known to answer
	retry  time.Time // when it is tried again
	reason string
}

type liveState uint8

const (
	connecting liveState = iota
	following
	broken
	ended
)

// batch is what arrived within a moment.
type batch struct {
	events []*registryv1.Change
	alive  bool
	lost   *client.Error
	retry  time.Duration
	reset  bool
	back   bool
	// over is set when the registry refuses the watch for good.
	over error
}

func newLive(ctx context.Context, calls *client.Client) *live {
	return &live{ctx: ctx, calls: calls, batches: make(chan batch)}
}

// watchFrom starts the watch at the cursor of the first list; later lists are
// read while it runs, and revisions decide which row is newer.
func (a *App) watchFrom(cursor string) tea.Cmd {
	a.live.answered(a.now)
	if a.live.started {
		return nil
	}
	a.live.started = true
	go a.live.follow(client.Cursor(cursor))
	return a.live.next()
}

// follow runs until the context ends.
func (l *live) follow(from client.Cursor) {
	changes := make(chan client.Change)
	go func() {
		defer close(changes)
		err := l.calls.Watch(l.ctx, from, func(c client.Change) {
			select {
			case changes <- c:
			case <-l.ctx.Done():
			}
		})
		if err != nil && l.ctx.Err() == nil {
			l.send(batch{over: err})
		}
	}()
	for first := range changes {
		l.send(l.gather(first, changes))
	}
}

// gather collects what follows a change within a moment.
func (l *live) gather(first client.Change, changes <-chan client.Change) batch {
	b := batch{}
	b.add(first)
	timer := time.NewTimer(gather)
	defer timer.Stop()
	for {
		select {
		case c, open := <-changes:
			if !open {
				return b
			}
			b.add(c)
		case <-timer.C:
			return b
		}
	}
}

func (b *batch) add(c client.Change) {
	switch c.Kind {
	case client.ChangeEvent:
		b.events, b.alive, b.lost = append(b.events, c.Event), true, nil
	case client.ChangeAlive:
		b.alive, b.lost = true, nil
	case client.ChangeBack:
		b.alive, b.back, b.lost = true, true, nil
	case client.ChangeLost:
		b.alive, b.lost, b.retry = false, c.Err, c.Retry
	case client.ChangeReset:
		b.reset, b.alive = true, true
	}
}

func (l *live) send(b batch) {
	select {
	case l.batches <- b:
	case <-l.ctx.Done():
	}
}

// next waits for the next batch.
func (l *live) next() tea.Cmd {
	return func() tea.Msg {
		select {
		case b := <-l.batches:
			return b
		case <-l.ctx.Done():
			return nil
		}
	}
}

// take keeps what a batch says about freshness.
func (l *live) take(b batch, now time.Time) {
	switch {
	case b.over != nil:
		l.state, l.reason = ended, message(b.over)
	case b.lost != nil:
		l.lost(b.lost)
		l.retry = now.Add(b.retry)
	case b.alive || b.reset:
		l.answered(now)
	}
}

// answered notes that the registry answered just now.
func (l *live) answered(now time.Time) { l.state, l.asOf, l.reason = following, now, "" }

// lost notes why the registry does not answer.
func (l *live) lost(err error) {
	if l.state != ended {
		l.state, l.reason = broken, message(err)
	}
}

// text is the freshness as the header shows it.
func (l *live) text(t *theme.Theme) ui.Text {
	switch l.state {
	case following:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, "live"))
	case broken, ended:
		word := "not connected"
		if !l.asOf.IsZero() {
			word = "as of " + l.asOf.Format(time.TimeOnly)
		}
		return ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, word))
	default:
		return ui.Words(theme.Muted, "connecting")
	}
}

// calm ends the flash of changed rows after a while.
func (a *App) calm(events int) tea.Cmd {
	if events == 0 {
		return nil
	}
	return tea.Tick(flashTime, func(time.Time) tea.Msg { return catalog.Calm{} })
}

// message is what people read of an error.
func message(err error) string {
	var known *client.Error
	if errors.As(err, &known) && known.Message != "" {
		return known.Message
	}
	return err.Error()
}
