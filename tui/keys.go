package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// bindings are the keys that work now: those of the screen in sight, then the
// ones that work everywhere and that the screen does not use itself. A
// read-only console has none that changes anything, and while the registry
// does not answer they are off.
func (a *App) bindings() []ui.Binding {
	all := a.top().Bindings()
	if !a.top().Typing() {
		all = append(all, a.everywhere(all)...)
	}
	kept := all[:0]
	for _, b := range all {
		if !a.top().Typing() { // there, letters are text, whatever else they may be
			b = a.remapped(b)
		}
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

// everywhere are the bindings that every screen has, without those whose key
// means something else on this one: esc clears a filter before it leaves.
func (a *App) everywhere(taken []ui.Binding) []ui.Binding {
	deep := len(a.stack) > 1
	all := []ui.Binding{
		{
			ID: "app.publish", Label: "publish", Help: "publish a connector from a project folder", Keys: []string{"p"}, Quiet: deep,
			Do: do(action.OpenPublish{}),
		},
		{ID: "app.back", Label: "back", Help: "leave this screen", Keys: []string{"esc"}, Quiet: !deep, Do: do(action.Back{})},
		{
			ID: "app.refresh", Label: a.refreshLabel(), Help: "read again, or try now to reach the registry", Keys: []string{"ctrl+r"},
			Quiet: a.live.state == following || a.live.state == connecting, Do: do(action.Refresh{}),
		},
		{ID: "app.suspend", Label: "suspend", Help: "back to the shell; fg returns", Keys: []string{"ctrl+z"}, Quiet: true, Do: do(action.Suspend{})},
		{ID: paletteID, Label: "commands", Help: "any command, connector or place, by its name", Keys: []string{"ctrl+k", ":"}, Do: do(action.OpenPalette{})},
		{ID: helpID, Label: "help", Help: "every key that works here, and the signs", Keys: []string{"?"}, Do: do(action.OpenHelp{})},
		{ID: "app.quit", Label: "quit", Help: "leave; asks only while a task runs", Keys: []string{"q"}, Do: do(action.Quit{})},
	}
	publishing := a.top() == Screen(a.publish)
	if a.cfg.ReadOnly || publishing {
		all = all[1:]
	}
	if !publishing {
		// In the wizard digits belong to the page.
		all = append(all, placeKeys()...)
	}
	return slices.DeleteFunc(all, func(b ui.Binding) bool {
		return slices.ContainsFunc(b.Keys, func(key string) bool { _, known := ui.Find(taken, key); return known })
	})
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
