package tuitest

import "time"

// GoOn presses enter as soon as the wizard lets one go on, and waits for the
// next page. A frame may be seen while it is half drawn, with the keys of the
// page before: it has to rest.
func (t *Terminal) GoOn(page string) *Terminal {
	t.tb.Helper()
	open := func(s Screen) bool {
		for _, label := range []string{"next", "publish"} {
			if x, y, found := s.Find("enter " + label); found {
				return !s.Cells[y][x+len("enter ")].Struck
			}
		}
		return false
	}
	t.Until("lets one go on", open)
	time.Sleep(150 * time.Millisecond)
	return t.Until("lets one go on", open).Key("enter").Expect(page)
}

// ToConfirm goes through the steps of a publish for whose project everything
// is found, from Path to Confirm of a version, without signatures.
func (t *Terminal) ToConfirm(version string) *Terminal {
	t.tb.Helper()
	t.Expect("Which system is it for?").GoOn("Which project is it").GoOn("requirement").GoOn("Which number is it")
	t.Key("ctrl+u").Type(version).GoOn("platforms found").GoOn("How is it signed?")
	t.Key("down", "down", "down", "down", "down", "s")
	return t.GoOn("Ready to publish")
}
