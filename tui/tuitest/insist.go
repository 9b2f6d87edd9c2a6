package tuitest

import "time"

// How often Insist presses, and how long it waits for each press.
const (
	insistQuiet = 450 * time.Millisecond
	insistWait  = 2 * time.Second
)

// Insist presses a key until the screen is as described: keys that were typed
// before a dialog was seen never answer it, and how long that takes depends
// on the machine.
func (t *Terminal) Insist(key, what string, is func(Screen) bool) *Terminal {
	t.tb.Helper()
	for end := time.Now().Add(t.opts.Wait); time.Now().Before(end); {
		time.Sleep(insistQuiet)
		t.Key(key)
		for waited := time.Now(); time.Since(waited) < insistWait; time.Sleep(insistQuiet / 20) {
			if is(t.Screen()) {
				return t
			}
		}
	}
	return t.Until(what, is)
}
