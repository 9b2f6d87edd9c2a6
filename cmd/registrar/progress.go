package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
)

// redraw is how often a line of progress is drawn again.
const redraw = 200 * time.Millisecond

// eraseLine goes back to the start of the line and clears it.
const eraseLine = "\r\x1b[K"

// showTransfer draws how far one transfer is.
func (e *Env) showTransfer(meter *client.Meter, name string) (stop func()) {
	return e.showLine(func() string {
		t := meter.Snapshot()
		if t.Total == 0 {
			return ""
		}
		return clean.Line(name, 0) + "  " + wording.BytesOf(t.Done, t.Total) + "  " + wording.Percent(t.Done, t.Total)
	})
}

// showLine draws what says how far something is, on one line, where a person
// sits at stderr and sees it; "" draws nothing. The returned function takes
// the line away.
func (e *Env) showLine(says func() string) (stop func()) {
	if !e.ErrTerminal || e.Settings.JSON() || e.Settings.Plain {
		return func() {}
	}
	done := make(chan struct{})
	var drawing sync.WaitGroup
	drawing.Go(func() {
		tick := time.NewTicker(redraw)
		defer tick.Stop()
		for {
			select {
			case <-done:
				_, _ = fmt.Fprint(e.Err, eraseLine)
				return
			case <-tick.C:
				if line := says(); line != "" {
					_, _ = fmt.Fprint(e.Err, eraseLine+line)
				}
			}
		}
	})
	return func() {
		close(done)
		drawing.Wait()
	}
}
