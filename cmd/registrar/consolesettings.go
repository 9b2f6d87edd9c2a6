package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui"
)

// consoleKey is the section of the configuration file about the console.
const consoleKey = "console"

// ConsoleSettings are what only the configuration file says of the console.
type ConsoleSettings struct {
	// Keys are other keys for bindings, by the binding's id.
	Keys map[string][]string
	// Themes are the person's own, by name.
	Themes map[string]theme.Palette
	// ReportTo is where security problems are reported in private.
	ReportTo string
}

// maxReportTo bounds the address that the yank dialogs show.
const maxReportTo = 200

// palette is the theme that is chosen; known is false if there is none of its
// name.
func (s Settings) palette() (p theme.Palette, known bool) {
	if own, is := s.Console.Themes[s.Theme]; is {
		return own, true
	}
	return theme.PaletteNamed(cmp.Or(s.Theme, theme.Standard().Name))
}

// themeNames are those that can be chosen.
func (s Settings) themeNames() []string {
	var own []string
	for name := range s.Console.Themes {
		own = append(own, name)
	}
	slices.Sort(own)
	return append(theme.Names(), own...)
}

// read reads the section. The theme that it chooses is a setting like others,
// which environment and flags may change.
func (c *ConsoleSettings) read(path string, section *yaml.Node, into *Settings, wrong *faults) {
	eachSetting(path, section, wrong, func(key, value *yaml.Node) string {
		switch key.Value {
		case "theme":
			return setFromFile(consoleKey+".theme", value, into)
		case "keys":
			c.readKeys(path, value, wrong)
		case "themes":
			c.readThemes(path, value, wrong)
		case "report":
			if value.Kind != yaml.ScalarNode || strings.TrimSpace(value.Value) == "" || len(value.Value) > maxReportTo {
				return fmt.Sprintf("report: expected an address of at most %d characters, such as security@acme.example", maxReportTo)
			}
			c.ReportTo = clean.Line(value.Value, 0)
		default:
			return fmt.Sprintf("%q is not a setting of the console; there are theme, keys, themes, report", key.Value)
		}
		return ""
	})
}

// readKeys reads which keys a binding has: one, or a list. Which bindings
// there are, and which keys they may have, the console knows.
func (c *ConsoleSettings) readKeys(path string, section *yaml.Node, wrong *faults) {
	c.Keys = map[string][]string{}
	lines := map[string]int{}
	eachSetting(path, section, wrong, func(key, value *yaml.Node) string {
		var keys []string
		switch {
		case value.Kind == yaml.ScalarNode && value.Tag != "!!null":
			keys = []string{value.Value}
		case value.Kind != yaml.SequenceNode || value.Decode(&keys) != nil:
			return fmt.Sprintf("keys of %q: expected a key, or a list of them such as [ctrl+y, Y]", key.Value)
		}
		if slices.Contains(keys, "") {
			return fmt.Sprintf("keys of %q: a key has a name", key.Value)
		}
		c.Keys[key.Value], lines[key.Value] = keys, key.Line
		return ""
	})
	for _, fault := range tui.CheckKeys(c.Keys) {
		place := fmt.Sprintf("%s:%d", path, lines[fault.Binding])
		wrong.add(place, registryv1.Reason_REASON_USAGE, "%s: keys of %q: %s", place, fault.Binding, fault.Message)
	}
}

// readThemes reads the person's own themes.
func (c *ConsoleSettings) readThemes(path string, section *yaml.Node, wrong *faults) {
	c.Themes = map[string]theme.Palette{}
	eachSetting(path, section, wrong, func(name, value *yaml.Node) string {
		if slices.Contains(theme.Names(), name.Value) {
			return fmt.Sprintf("the theme %q is built in; give yours another name", name.Value)
		}
		own := theme.User{Name: name.Value}
		lines := readTheme(path, value, &own, wrong)
		palette, faults := own.Palette()
		for _, fault := range faults {
			place := fmt.Sprintf("%s:%d", path, lines[fault.Key])
			wrong.add(place, registryv1.Reason_REASON_USAGE, "%s: theme %q, %s: %s", place, name.Value, fault.Key, fault.Message)
		}
		c.Themes[name.Value] = palette
		return ""
	})
}

// readTheme reads one theme, and returns in which line each of its keys stands.
func readTheme(path string, section *yaml.Node, own *theme.User, wrong *faults) map[string]int {
	lines := map[string]int{}
	side := func(name string, value *yaml.Node) map[string]string {
		colours := map[string]string{}
		eachSetting(path, value, wrong, func(role, colour *yaml.Node) string {
			if colour.Kind != yaml.ScalarNode {
				return fmt.Sprintf("%q takes one colour, such as \"#4a40c4\"", role.Value)
			}
			// An unquoted #4a40c4 is a comment of YAML: nothing is left of it.
			if colour.Value == "" {
				return fmt.Sprintf("%q has no colour; put it into quotes, such as \"#4a40c4\"", role.Value)
			}
			colours[role.Value] = colour.Value
			lines[name+"."+role.Value] = role.Line
			return ""
		})
		return colours
	}
	eachSetting(path, section, wrong, func(key, value *yaml.Node) string {
		lines[key.Value] = key.Line
		switch {
		case key.Value == "dark":
			own.Dark = side("dark", value)
		case key.Value == "light":
			own.Light = side("light", value)
		case key.Value == "base" && value.Kind == yaml.ScalarNode:
			own.Base = value.Value
		case key.Value == "base":
			return fmt.Sprintf("\"base\" takes one name: %s", strings.Join(theme.Names(), " or "))
		default:
			return fmt.Sprintf("%q is not part of a theme; there are base, dark, light", key.Value)
		}
		return ""
	})
	return lines
}

// hardToRead says in one sentence which texts of a palette are hard to read;
// "" if none is.
func hardToRead(p theme.Palette) string {
	weak := p.Weaknesses()
	if len(weak) == 0 {
		return ""
	}
	slices.SortStableFunc(weak, func(a, b theme.Weak) int { return cmp.Compare(a.Contrast, b.Contrast) })
	said := fmt.Sprintf("Theme %s: %s on %s (%s) has a contrast of %.1f to 1; text is easy to read from %.1f on.",
		p.Name, weak[0].Text, weak[0].On, weak[0].Side, weak[0].Contrast, theme.LeastContrast)
	if n := len(weak) - 1; n > 0 {
		said += " " + wording.Plural(n, "more role is", "more roles are") + " below."
	}
	return said
}
