package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// bindings are the keys that work now: those of the screen in sight, then the
// ones that work everywhere and that the screen does not use itself. All have
// the keys that the person chose. A read-only console has none that changes
// anything, and while the registry does not answer they are off.
func (a *App) bindings() []ui.Binding {
	own := a.remap(a.top().Bindings())
	return a.allowed(append(own, a.everywhere(own)...))
}

// reachable are the bindings, and those that work everywhere but whose keys
// mean something else here: the palette reaches them by their names.
func (a *App) reachable() []ui.Binding {
	all := a.bindings()
	for _, b := range a.allowed(a.shared()) {
		if _, known := ui.FindID(all, b.ID); !known {
			b.Keys = nil
			all = append(all, b)
		}
	}
	return all
}

// allowed are those of some bindings that are there at all, turned off where
// they cannot be done now.
func (a *App) allowed(all []ui.Binding) []ui.Binding {
	kept := all[:0]
	for _, b := range all {
		if b.Risk != ui.Looks && a.cfg.ReadOnly {
			continue
		}
		if (b.Risk != ui.Looks || b.Asks) && a.live.down() {
			b.Off = a.unanswered
		}
		kept = append(kept, b)
	}
	return kept
}

// unanswered is why what needs the registry is off.
func (a *App) unanswered() string { return a.cfg.Client.Name() + " does not answer" }

// everywhere are the bindings that every screen has, without the keys that
// mean something else on this one: esc clears a filter before it leaves, and
// where one types letters are text.
func (a *App) everywhere(taken []ui.Binding) []ui.Binding {
	typing := a.top().Typing()
	all := a.remap(a.shared())
	kept := all[:0]
	for _, b := range all {
		if typing && b.ID != paletteID {
			continue
		}
		b.Keys = slices.DeleteFunc(slices.Clone(b.Keys), func(key string) bool {
			_, used := ui.Find(taken, key)
			return used || typing && isText(key)
		})
		if len(b.Keys) > 0 {
			kept = append(kept, b)
		}
	}
	return kept
}

// shared are the bindings that do not belong to one screen. Deep inside, the
// footer has room for what is done there rather than for what is said at every
// place.
func (a *App) shared() []ui.Binding {
	deep, publishing := len(a.stack) > 1, a.top() == Screen(a.publish)
	var all []ui.Binding
	if !a.cfg.ReadOnly && !publishing {
		all = append(all, ui.Binding{
			ID: "app.publish", Label: "publish", Help: "publish a connector from a project folder", Keys: []string{"p"}, Quiet: deep,
			Do: do(action.OpenPublish{}),
		})
	}
	all = append(all, []ui.Binding{
		{ID: "app.back", Label: "back", Help: "leave this screen", Keys: []string{escape}, Quiet: !deep, Do: do(action.Back{})},
		{
			ID: "app.refresh", Label: a.refreshLabel(), Help: "read again, or try now to reach the registry", Keys: []string{"ctrl+r"},
			Quiet: a.live.state == following || a.live.state == connecting, Do: do(action.Refresh{}),
		},
		{ID: "app.suspend", Label: "suspend", Help: "back to the shell; fg returns", Keys: []string{"ctrl+z"}, Quiet: true, Do: do(action.Suspend{})},
		{ID: "app.quit", Label: "quit", Help: "leave; asks only while a task runs", Keys: []string{"q"}, Do: do(action.Quit{})},
		{ID: paletteID, Label: "commands", Help: "any command, connector or version", Keys: []string{"ctrl+k", ":"}, Stays: !deep, Do: do(action.OpenPalette{})},
		{ID: helpID, Label: "help", Help: "every key that works here, and the signs", Keys: []string{"?"}, Stays: true, Do: do(action.OpenHelp{})},
	}...)
	all = append(all, a.yanking()...)
	for _, b := range placeKeys() {
		if publishing {
			b.Keys = nil // in the wizard digits belong to the page
		}
		all = append(all, b)
	}
	return all
}

// placeKeys are the digits that open the places.
func placeKeys() []ui.Binding {
	var all []ui.Binding
	for _, p := range places {
		name := strings.ToLower(p.name)
		all = append(all, ui.Binding{
			ID: "app." + name, Label: name, Help: p.help, Keys: []string{strconv.Itoa(int(p.place))}, Quiet: true, Do: do(action.Go{To: p.place}),
		})
	}
	return all
}

func (a *App) refreshLabel() string {
	if a.live.down() {
		return "try now"
	}
	return "refresh"
}

// do makes a binding's Do of an action that is the same each time.
func do(next action.Action) func() action.Action {
	return func() action.Action { return next }
}
