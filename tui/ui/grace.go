package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// How long a dialog waits before keys may answer it.
const (
	// quietFor without a key means that whatever was typed ahead is over.
	quietFor = 400 * time.Millisecond
	// drawnAfter is when the dialog has been on the screen long enough for a
	// key to be meant for it.
	drawnAfter = 250 * time.Millisecond
)

// GraceMsg tells a dialog that time has passed. The router hands it to the
// dialog on top, which drops those of others.
type GraceMsg struct {
	dialog, round int
	drawn         bool
}

// grace keeps keys that were typed before a dialog was seen from answering
// it. It reads no clock: time arrives as messages of its own commands.
//
// Keys count once no key came for quietFor, or once the dialog was on the
// screen for drawnAfter and a key is pressed that is neither the one held
// down nor a repetition. The second rule keeps somebody who types without a
// pause from being locked out.
type grace struct {
	dialog int
	round  int    // raised by each key that was ignored
	last   string // the key pressed last
	drawn  bool
	over   bool
}

// start returns the command that tells when time has passed. opened is the
// key that opened the dialog.
func (g *grace) start(dialog int, opened string) tea.Cmd {
	*g = grace{dialog: dialog, last: opened}
	return tea.Batch(g.tick(quietFor, false), g.tick(drawnAfter, true))
}

// tick sends a message after a while.
func (g *grace) tick(after time.Duration, drawn bool) tea.Cmd {
	msg := GraceMsg{dialog: g.dialog, round: g.round, drawn: drawn}
	return tea.Tick(after, func(time.Time) tea.Msg { return msg })
}

// passed takes a message of time.
func (g *grace) passed(msg GraceMsg) {
	switch {
	case msg.dialog != g.dialog:
	case msg.drawn:
		g.drawn = true
	case msg.round == g.round:
		g.over = true
	}
}

// allows reports whether a key may act. For one that may not, it returns the
// command that waits for quiet anew.
func (g *grace) allows(key tea.KeyPressMsg) (bool, tea.Cmd) {
	if g.over {
		return true, nil
	}
	name := key.String()
	if g.drawn && !key.IsRepeat && name != g.last {
		g.over = true
		return true, nil
	}
	g.last = name
	g.round++
	return false, g.tick(quietFor, false)
}
