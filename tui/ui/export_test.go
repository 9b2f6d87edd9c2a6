package ui

// Quiet opens a dialog and lets the time pass that it waits for.
func Quiet(d *Dialog) {
	d.Open(1, "X")
	d.Handle(GraceMsg{dialog: 1})
}
