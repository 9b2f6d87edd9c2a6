// Package action holds everything the console can do, each effect as a
// value: bindings make them, the router carries them out.
package action

// Action is one effect that a key, the palette or the mouse asks for. It is
// sealed: only this package has actions, so that the router's switch over
// them is the whole list of what the console can do.
type Action interface{ isAction() }

// effect makes the struct that embeds it an action.
type effect struct{}

func (effect) isAction() {}

// Back leaves the screen or closes the dialog on top.
type Back struct{ effect }
