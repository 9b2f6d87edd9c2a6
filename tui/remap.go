package tui

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/registrar-console/registrar/tui/ui"
)

// paletteID and helpID are the bindings that open those.
const (
	paletteID = "app.palette"
	helpID    = "app.help"
)

// escape always goes back, and interrupt always leaves: whatever else a person
// chooses, there is a way out.
const (
	escape    = "esc"
	interrupt = "ctrl+c"
)

// defaultKeys are all bindings of the console with their keys, by id. A test
// holds them against what the screens say.
var defaultKeys = map[string][]string{
	"app.publish": {"p"}, "app.back": {escape}, "app.refresh": {"ctrl+r"}, "app.suspend": {"ctrl+z"}, "app.quit": {"q"},
	paletteID: {"ctrl+k", ":"}, helpID: {"?"},
	"app.home": {"1"}, "app.connectors": {"2"}, "app.versions": {"3"}, "app.review": {"4"}, "app.drafts": {"5"}, "app.activity": {"7"},
	"list.up": {"up", "k"}, "list.down": {"down", "j"}, "list.pageup": {"pgup", "ctrl+b"}, "list.pagedown": {"pgdown", "ctrl+f"},
	"list.first": {"g", "home"}, "list.last": {"G", "end"},
	"list.filter": {"/"}, "list.sort": {"s"}, "list.care": {"n"}, "list.clear": {escape}, "list.unmark": {escape},
	"list.mark": {"space"}, "list.range": {"."}, "list.markall": {"*"},
	"filter.keep": {"enter", "tab"}, "filter.clear": {escape},
	"connector.open": {"enter"}, "connector.copy": {"c"}, "connector.link": {"o"}, "connector.stable": {"t"}, "connector.deprecate": {"X"},
	"version.open": {"enter"}, "version.verify": {"v"}, "version.download": {"d"}, "version.copy": {"c"}, "version.retry": {"r"}, "version.review": {"i"},
	"version.compare": {"="}, "version.stable": {"t"}, "version.unyank": {"u"}, "version.yank": {"X"}, "version.link": {"o"},
	"version.tab": {"tab"}, "version.tabback": {"shift+tab"}, "version.newer": {"["}, "version.older": {"]"},
	"version.whole": {"enter"}, "version.list": {escape, "enter"},
	"compare.copy": {"c"}, "compare.open": {"enter"}, "compare.thought": {"n"}, "compare.higher": {"["}, "compare.lower": {"]"},
	"home.open": {"enter"}, "home.copy": {"c"}, "home.find": {"/"}, "home.group": {"n"},
	"event.open": {"enter"}, "event.hold": {"space"}, "event.export": {"e"},
	"draft.open": {"enter"}, "draft.version": {"v"}, "draft.copy": {"c"}, "draft.abandon": {"X"},
	"queue.review": {"enter"}, "queue.claim": {"m"}, "queue.open": {"o"},
	"review.pass": {"p"}, "review.fail": {"f"}, "review.na": {"n"}, "review.note": {"e", "enter"}, "review.changes": {"tab", "="}, "review.approve": {"a"}, "review.comment": {"w"}, "review.reject": {"X"},
	"review.summary": {"s", "7"}, "review.claim": {"m"}, "review.open": {"o"}, "review.restore": {"b"}, "review.written": {"enter", escape, "tab"},
	"review.correctness": {"1"}, "review.completeness": {"2"}, "review.code-quality": {"3"}, "review.test-coverage": {"4"}, "review.documentation": {"5"}, "review.security": {"6"},
	"welcome.choose": {"enter"},
	"wizard.next":    {"enter"}, "wizard.back": {escape}, "wizard.leave": {"q"}, "wizard.resume": {"enter"},
	"wizard.restart": {"n"}, "wizard.forget": {"X"}, "wizard.again": {"n"},
	"form.next": {"tab"}, "form.back": {"shift+tab"},
	"path.ways": {"tab"}, "path.part": {"tab"}, "path.system": {"e", "shift+tab"}, "path.issue": {"h"},
	"path.pageup": {"pgup", "ctrl+b"}, "path.pagedown": {"pgdown", "ctrl+f"}, "path.copy1": {"1"}, "path.copy2": {"2"},
	"path.copy3": {"3"}, "path.copy4": {"4"}, "path.copy5": {"5"}, "path.copy6": {"6"}, "path.copy7": {"7"}, "path.copy8": {"8"},
	"path.copy9": {"9"}, "path.copy10": {"0"},
	"project.describe": {"w"},
	"preflight.again":  {"r"}, "preflight.mend": {"w"}, "preflight.override": {"o"}, "preflight.build": {"b"},
	"preflight.lint": {"l"}, "preflight.test": {"t"}, "preflight.help": {"h"}, "preflight.pane": {"tab"},
	"preflight.stop": {"s"}, "preflight.pageup": {"pgup", "ctrl+b"}, "preflight.pagedown": {"pgdown", "ctrl+f"},
	"preflight.first": {"g", "home"}, "preflight.last": {"G", "end"},
	"number.choose": {"ctrl+n"},
	"files.folder":  {"+"}, "files.pick": {"f"}, "files.use": {"u"}, "files.only": {"4"}, "files.look": {"r"},
	"browse.open": {"enter"}, "browse.leave": {escape},
	"signing.choose": {"s", "space"}, "signing.file": {"f"}, "signing.register": {"a"}, "signing.look": {"r"},
	"signing.enter": {"enter"}, "signing.leave": {escape},
	"confirm.look": {"r"}, "confirm.copy": {"c"},
	"publish.retry": {"r"}, "publish.retryall": {"a"}, "publish.stop": {"s"}, "publish.halt": {"e"}, "publish.leave": {escape},
	"publish.again": {"r"}, "publish.open": {"enter"}, "publish.hosting": {"h"}, "publish.close": {escape},
	"publish.up": {"up", "k"}, "publish.down": {"down", "j"}, "publish.copy1": {"1"}, "publish.copy2": {"2"},
	"publish.copy3": {"3"}, "publish.copy4": {"4"},
}

// sharedScreens are which bindings are on a screen together, by their scope or
// their id. Those of the app, and those that move, are on all of them.
var sharedScreens = [][]string{
	{"list", "connector", "version.download"},
	{
		"list", "version.open", "version.verify", "version.download", "version.copy", "version.retry", "version.review", "version.compare",
		"version.stable", "version.unyank", "version.yank",
	},
	{"version"},
	{"compare"},
	{"list", "queue", "version.copy"},
	{"review"},
	{"event", "list.filter", "list.clear"},
	{"home"},
	{"draft"},
	{"welcome"},
	{"filter"},
	{"wizard", "form", "path", "project", "preflight", "number", "files", "browse", "signing", "confirm", "publish"},
}

// Bindings returns the ids of all bindings with the keys that they have unless
// a person chose others.
func Bindings() map[string][]string {
	all := maps.Clone(defaultKeys)
	for id, keys := range all {
		all[id] = slices.Clone(keys)
	}
	return all
}

// KeyFault is something wrong with the keys that a person chose.
type KeyFault struct {
	// Binding is the id that it is about.
	Binding string
	Message string
}

// CheckKeys returns everything that is wrong with chosen keys, by binding:
// ids that are unknown, keys that do not exist or are needed, and keys that
// two bindings of one screen would have.
func CheckKeys(chosen map[string][]string) []KeyFault {
	var faults []KeyFault
	all := maps.Clone(defaultKeys)
	ids := slices.Sorted(maps.Keys(chosen))
	for _, id := range ids {
		if defaultKeys[id] == nil {
			faults = append(faults, KeyFault{id, noBinding(id)})
			continue
		}
		all[id] = chosen[id]
		for _, message := range keyFaults(id, chosen[id]) {
			faults = append(faults, KeyFault{id, message})
		}
	}
	for _, id := range ids {
		for _, other := range slices.Sorted(maps.Keys(all)) {
			_, both := chosen[other]
			if defaultKeys[id] == nil || other == id || both && other < id || !meet(id, other) {
				continue
			}
			for _, key := range all[id] {
				if slices.Contains(all[other], key) && key != escape && key != interrupt && !sharedAnyway(id, other, key) {
					faults = append(faults, KeyFault{id, key + " is the key of " + other + " on the same screen"})
				}
			}
		}
	}
	return faults
}

// noBinding says which bindings there are instead of an unknown one: those of
// its scope, or else all scopes.
func noBinding(id string) string {
	scope, _, _ := strings.Cut(id, ".")
	var near, scopes []string
	for _, each := range slices.Sorted(maps.Keys(defaultKeys)) {
		of, _, _ := strings.Cut(each, ".")
		if of == scope {
			near = append(near, each)
		}
		scopes = append(scopes, of)
	}
	if len(near) > 0 {
		return "there is no binding of this name; there are " + strings.Join(near, ", ")
	}
	return "there is no binding of this name; they begin with " + strings.Join(slices.Compact(scopes), "., ") + "."
}

// keyFaults are what is wrong with the keys of one binding.
func keyFaults(id string, keys []string) []string {
	var faults []string
	if len(keys) == 0 {
		faults = append(faults, "it needs a key")
	}
	for _, key := range keys {
		switch scope, _, _ := strings.Cut(id, "."); {
		case key == interrupt:
			faults = append(faults, interrupt+" always leaves, and cannot be given away")
		case key == escape && !slices.Contains(defaultKeys[id], escape):
			faults = append(faults, escape+" always goes back, and cannot be given away")
		case !isKey(key):
			faults = append(faults, "\""+key+"\" is no key; keys are written s, X, ctrl+k, alt+x, shift+tab, f5, space, pgup")
		case isText(key) && (scope == "form" || scope == "filter"):
			faults = append(faults, key+" is text there")
		}
	}
	return faults
}

// sharedAnyway reports whether two bindings have a key in common by default:
// then they never work at the same time.
func sharedAnyway(id, other, key string) bool {
	return slices.Contains(defaultKeys[id], key) && slices.Contains(defaultKeys[other], key)
}

// meet reports whether two bindings may be on one screen.
func meet(id, other string) bool {
	if everywhere(id) || everywhere(other) {
		return true
	}
	return slices.ContainsFunc(sharedScreens, func(screen []string) bool { return isOn(screen, id) && isOn(screen, other) })
}

// isOn reports whether a binding is on a screen.
func isOn(screen []string, id string) bool {
	scope, _, _ := strings.Cut(id, ".")
	return slices.Contains(screen, id) || slices.Contains(screen, scope)
}

// everywhere reports whether a binding may be on any screen.
func everywhere(id string) bool {
	scope, name, _ := strings.Cut(id, ".")
	return scope == "app" || scope == "list" && slices.Contains([]string{"up", "down", "pageup", "pagedown", "first", "last"}, name)
}

// namedKeys are the keys that have a name instead of a letter, as
// tea.KeyPressMsg.String spells them.
var namedKeys = []string{
	"enter", "tab", escape, "space", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end", "pgup", "pgdown",
	"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
}

// isKey reports whether a key of this name can be pressed.
func isKey(key string) bool {
	rest, held := key, false
	for _, modifier := range []string{"ctrl+", "alt+", "shift+"} {
		if cut, is := strings.CutPrefix(rest, modifier); is && cut != "" {
			rest, held = cut, true
		}
	}
	if slices.Contains(namedKeys, rest) {
		return true
	}
	r, size := utf8.DecodeRuneInString(rest)
	if size != len(rest) || !unicode.IsGraphic(r) || unicode.IsSpace(r) {
		return false
	}
	// A shifted letter is the capital one, and with ctrl or alt it is small.
	return !held || !unicode.IsUpper(r) && rest != strings.TrimPrefix(key, "shift+")
}

// isText reports whether a key is a letter where one types.
func isText(key string) bool {
	return key == "space" || utf8.RuneCountInString(key) == 1
}

// remap gives bindings the keys that the person chose for them. What goes
// back keeps esc, and where one types letters stay text.
func (a *App) remap(all []ui.Binding) []ui.Binding {
	typing := a.top().Typing()
	for i, b := range all {
		keys := slices.Clone(a.cfg.Keys[b.ID])
		if typing {
			keys = slices.DeleteFunc(keys, isText)
		}
		if len(keys) == 0 {
			continue
		}
		if slices.Contains(b.Keys, escape) && !slices.Contains(keys, escape) {
			keys = append(keys, escape)
		}
		all[i].Keys = keys
	}
	return all
}
