package tui

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
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

// live is the watch stream and what it says about freshness. The goroutines
// behind it only send batches; everything else is the loop's.
type live struct {
	ctx     context.Context
	calls   *client.Client
	batches chan batch
	loops   sync.WaitGroup
	started bool
	waiting bool // a command waits for the next batch
	round   int  // how many batches of changes came

	state liveState
	asOf  time.Time // when the registry was last known to answer
	retry time.Time // when it is tried again
	why   string
}

type liveState uint8

const (
	connecting liveState = iota
	following
	// broken: the registry does not answer. It is tried again.
	broken
	// refused: it answers, but not to this caller.
	refused
)

// batch is what arrived within a moment.
type batch struct {
	events []*registryv1.Change
	lost   *client.Error
	retry  time.Duration
	back   bool
	// reset is set when changes were missed for good.
	reset bool
	// over is set when the registry refuses the watch for good.
	over error
}

func newLive(ctx context.Context, calls *client.Client) *live {
	return &live{ctx: ctx, calls: calls, batches: make(chan batch)}
}

// watch starts the watch at the cursor of the first list; later lists are
// read while it runs, and revisions decide which row is newer.
func (l *live) watch(cursor string) tea.Cmd {
	if l.started {
		return nil
	}
	l.started = true
	l.loops.Go(func() { l.follow(client.Cursor(cursor)) })
	return l.next()
}

// follow runs until the context ends or the registry refuses.
func (l *live) follow(from client.Cursor) {
	changes := make(chan client.Change)
	l.loops.Go(func() {
		for first := range changes {
			l.send(collect(first, changes))
		}
	})
	err := l.calls.Watch(l.ctx, from, func(c client.Change) {
		select {
		case changes <- c:
		case <-l.ctx.Done():
		}
	})
	close(changes)
	if err != nil && l.ctx.Err() == nil {
		l.send(batch{over: err})
	}
}

// collect takes what follows a change within a moment.
func collect(first client.Change, changes <-chan client.Change) batch {
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

// add takes one report of the watch. Whether the registry answers is decided
// by the last of them.
func (b *batch) add(c client.Change) {
	b.lost = c.Err
	switch c.Kind {
	case client.ChangeEvent:
		b.events = append(b.events, c.Event)
	case client.ChangeBack:
		b.back = true
	case client.ChangeLost:
		b.retry = c.Retry
	case client.ChangeReset:
		// What came before it is read anew.
		b.reset, b.events = true, nil
	case client.ChangeAlive:
		// That it came is all it says.
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
	if l.waiting {
		return nil
	}
	l.waiting = true
	return func() tea.Msg {
		select {
		case b := <-l.batches:
			return b
		case <-l.ctx.Done():
			return nil
		}
	}
}

// wait returns when the watch is over; its context must have ended.
func (l *live) wait() { l.loops.Wait() }

// take keeps what a batch says about freshness.
func (l *live) take(b batch, now time.Time) {
	l.waiting = false
	switch {
	case b.over != nil:
		l.state, l.why, l.started = refused, message(b.over), false
	case b.lost != nil:
		l.lost(b.lost)
		l.retry = now.Add(b.retry)
	default:
		l.answered(now)
	}
}

// answered notes that the registry answered just now.
func (l *live) answered(now time.Time) { l.state, l.asOf, l.why = following, now, "" }

// lost notes why the registry does not answer.
func (l *live) lost(err error) { l.state, l.why, l.retry = broken, message(err), time.Time{} }

// down tells that nothing can be asked of the registry now.
func (l *live) down() bool { return l.state == broken }

// freshness is how fresh what one sees is, as the header shows it.
func (l *live) freshness(t *theme.Theme) ui.Text {
	switch {
	case l.state == following:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, "live"))
	case l.state == connecting:
		return ui.Words(theme.Muted, "connecting")
	case l.asOf.IsZero() && l.state == refused:
		return ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, "refused"))
	case l.asOf.IsZero():
		return ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, "not connected"))
	default:
		return ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, "as of "+words.Clock(l.asOf)))
	}
}

// trouble says what a lost registry means for what is on the screen, or "".
func (l *live) trouble() string {
	switch l.state {
	case broken:
		said := l.calls.Name() + " does not answer."
		if !l.asOf.IsZero() {
			said += " You see what was known at " + words.Clock(l.asOf) + "."
		}
		if !l.retry.IsZero() {
			said += " Next try at " + words.Clock(l.retry) + "."
		}
		return said
	case refused:
		if l.asOf.IsZero() {
			return "" // the page says why
		}
		return cmp.Or(l.why, l.calls.Name()+" refuses to be followed") + ". You see what was known at " + words.Clock(l.asOf) + "."
	default:
		return ""
	}
}

// calm ends the flash of changed rows after a while.
func (a *App) calm() tea.Cmd {
	round := a.live.round
	return tea.Tick(flashTime, func(time.Time) tea.Msg { return catalog.Calm{Round: round} })
}

// message is what people read of an error, without what was being done.
func message(err error) string {
	if known, ok := errors.AsType[*client.Error](err); ok && known.Message != "" {
		return known.Message
	}
	return err.Error()
}

// failure is what people read of an error: what was tried, why it failed,
// what to do.
func failure(err error) string {
	known, ok := errors.AsType[*client.Error](err)
	if !ok || known.Next == "" {
		return err.Error()
	}
	said := known.Error()
	if strings.HasSuffix(said, ".") {
		return said + " " + ui.Sentence(known.Next)
	}
	return said + "; " + known.Next
}

// unreachable reports whether an error says that the registry does not answer.
func unreachable(err error) bool {
	known, ok := errors.AsType[*client.Error](err)
	return ok && (known.Code == codes.Unavailable || known.Code == codes.DeadlineExceeded)
}
