package tui

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/tui/ui"
)

// paletteID and helpID are the bindings that open those.
const (
	paletteID = "app.palette"
	helpID    = "app.help"
)

// defaultKeys are the keys of all bindings that a person may give others to,
// by id. A test holds them against what the screens say.
var defaultKeys = map[string][]string{
	"app.publish": {"p"}, "app.refresh": {"ctrl+r"}, "app.suspend": {"ctrl+z"}, "app.quit": {"q"}, paletteID: {"ctrl+k", ":"}, helpID: {"?"},
	"app.home": {"1"}, "app.connectors": {"2"}, "app.versions": {"3"}, "app.drafts": {"5"}, "app.activity": {"7"},
	"list.filter": {"/"}, "list.sort": {"s"}, "list.care": {"n"}, "list.mark": {"space"}, "list.range": {"."}, "list.markall": {"*"},
	"list.up": {"up", "k"}, "list.down": {"down", "j"}, "list.pageup": {"pgup", "ctrl+b"}, "list.pagedown": {"pgdown", "ctrl+f"},
	"list.first": {"g", "home"}, "list.last": {"G", "end"},
	"connector.open": {"enter"}, "connector.stable": {"t"}, "connector.deprecate": {"X"}, "connector.copy": {"c"},
	"version.open": {"enter"}, "version.verify": {"v"}, "version.download": {"d"}, "version.copy": {"c"}, "version.retry": {"r"}, "version.link": {"o"},
	"version.stable": {"t"}, "version.unyank": {"u"}, "version.yank": {"X"}, "version.tab": {"tab"}, "version.tabback": {"shift+tab"},
	"version.newer": {"["}, "version.older": {"]"}, "version.compare": {"="},
	"compare.copy": {"c"}, "compare.open": {"enter"}, "compare.thought": {"n"}, "compare.higher": {"["}, "compare.lower": {"]"},
	"home.open": {"enter"}, "home.copy": {"c"}, "home.find": {"/"}, "home.group": {"n"},
	"event.open": {"enter"}, "event.hold": {"space"}, "event.export": {"e"},
	"draft.open": {"enter"}, "draft.version": {"v"}, "draft.copy": {"c"}, "draft.abandon": {"X"},
}

// fixedKeys always do what they do: leave, and go back.
var fixedKeys = []string{"ctrl+c", "esc"}

// keyName is how a key is written: a character, or a named key, behind what is
// held down with it. With shift a letter is another character.
var keyName = regexp.MustCompile(`^((ctrl|alt)\+)*([^\sA-Z]|(shift\+)?(f[1-9][0-2]?|up|down|left|right|home|end|pgup|pgdown|enter|tab|space|backspace|delete|insert|esc))$|^[A-Z]$`)

// KeyFault is something wrong with the keys that a person chose.
type KeyFault struct {
	// Binding is the id that it is about.
	Binding string
	Message string
}

// Bindings returns the ids of all bindings that may have other keys, sorted.
func Bindings() []string { return slices.Sorted(maps.Keys(defaultKeys)) }

// CheckKeys returns everything that is wrong with chosen keys, by binding:
// ids that are unknown, keys that are fixed, and keys that two bindings of one
// screen would have.
func CheckKeys(chosen map[string][]string) []KeyFault {
	var faults []KeyFault
	keys := maps.Clone(defaultKeys)
	for _, id := range slices.Sorted(maps.Keys(chosen)) {
		if _, known := defaultKeys[id]; !known {
			faults = append(faults, KeyFault{id, "there is no binding of this name; the bindings are " + strings.Join(Bindings(), ", ")})
			continue
		}
		keys[id] = chosen[id]
		for _, key := range chosen[id] {
			if !keyName.MatchString(key) {
				faults = append(faults, KeyFault{id, fmt.Sprintf("%q is no key; keys are written as y, Y, ctrl+y, alt+y, f5, enter, space, pgup", key)})
			}
			if slices.Contains(fixedKeys, key) {
				faults = append(faults, KeyFault{id, key + " always leaves or goes back, and cannot be given away"})
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(chosen)) {
		for _, other := range Bindings() {
			_, both := chosen[other]
			if other == id || !meet(id, other) || both && other < id || defaultKeys[id] == nil {
				continue
			}
			for _, key := range chosen[id] {
				if slices.Contains(keys[other], key) && !shareByDefault(id, other, key) {
					faults = append(faults, KeyFault{id, fmt.Sprintf("%s is the key of %s on the same screen", key, other)})
				}
			}
		}
	}
	return faults
}

// shareByDefault reports whether two bindings have a key in common anyway:
// then they are never on one screen, or the nearer one wins.
func shareByDefault(id, other, key string) bool {
	return slices.Contains(defaultKeys[id], key) && slices.Contains(defaultKeys[other], key)
}

// meet reports whether two bindings may be on one screen: those of the app
// and those that move are on all, the others of lists where there is a table.
func meet(id, other string) bool {
	a, b := placeOf(id), placeOf(other)
	tables := []string{"list", "connector", "version", "event"}
	return a == b || a == "" || b == "" ||
		a == "list" && slices.Contains(tables, b) || b == "list" && slices.Contains(tables, a)
}

// placeOf is where a binding is; "" is everywhere.
func placeOf(id string) string {
	scope, name, _ := strings.Cut(id, ".")
	moves := []string{"up", "down", "pageup", "pagedown", "first", "last"}
	if scope == "app" || scope == "list" && slices.Contains(moves, name) {
		return ""
	}
	return scope
}

// remapped gives a binding the keys that the person chose for it.
func (a *App) remapped(b ui.Binding) ui.Binding {
	if keys, chosen := a.cfg.Keys[b.ID]; chosen && len(keys) > 0 {
		b.Keys = keys
	}
	return b
}
