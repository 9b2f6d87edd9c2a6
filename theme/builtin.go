package theme

import (
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Colours are the colours of one palette on one kind of background, each as
// "#rrggbb". Fields are roles: a theme never colours a single widget.
type Colours struct {
	Text, Muted, Faint    string
	Accent, OK, Warn, Bad string
	Motion, Track         string
	Bg, Surface, Overlay  string
	Selected, Flash       string
}

// Palette is a set of colours for dark and for light terminals.
type Palette struct {
	Name  string
	Dark  Colours
	Light Colours
}

// Standard is the palette used unless a person chose another one. Every text
// role has a contrast of at least 4.5 on every surface of its palette.
func Standard() Palette {
	return Palette{
		Name: "standard",
		Dark: Colours{
			Text: "#dcdde6", Muted: "#a9abba", Faint: "#9799a9",
			Accent: "#b1abff", OK: "#7fd3a3", Warn: "#e8bb6a", Bad: "#ff9a94",
			Motion: "#7cc8ea", Track: "#4c4e60",
			Bg: "#15161c", Surface: "#1d1e26", Overlay: "#252631",
			Selected: "#2d2c47", Flash: "#23323a",
		},
		Light: Colours{
			Text: "#20212b", Muted: "#4d4f5e", Faint: "#5d5f6f",
			Accent: "#4a40c4", OK: "#17633a", Warn: "#774a00", Bad: "#a8201a",
			Motion: "#0b5c7d", Track: "#a6a8b8",
			Bg: "#fcfcfd", Surface: "#f3f3f7", Overlay: "#ececf2",
			Selected: "#e3e1fa", Flash: "#dcecf5",
		},
	}
}

// ColourBlind is the palette for people who do not tell red from green. It
// changes five roles of Standard so that ok, warn, bad and motion stay far
// apart under deuteranopia and protanopia.
func ColourBlind() Palette {
	p := Standard()
	p.Name = "colour-blind"
	p.Dark.OK, p.Dark.Warn, p.Dark.Bad = "#6cb6ff", "#fbf1a8", "#f98a45"
	p.Dark.Motion, p.Dark.Accent = "#c3d3da", "#d0cdf5"
	p.Light.OK, p.Light.Warn, p.Light.Bad = "#0a55b0", "#7a6200", "#7d1d00"
	p.Light.Motion, p.Light.Accent = "#4a5a63", "#3b3680"
	return p
}

// PaletteNamed finds a built-in palette; ok is false for an unknown name.
func PaletteNamed(name string) (p Palette, ok bool) {
	for _, p := range []Palette{Standard(), ColourBlind()} {
		if p.Name == name {
			return p, true
		}
	}
	return Palette{}, false
}

// Profile says how many colours a terminal shows, from its environment in
// the form of os.Environ. NO_COLOR with any value and dumb terminals give a profile without
// colours that keeps bold, underline and reverse.
func Profile(environ []string) colorprofile.Profile {
	if variables(environ)["NO_COLOR"] != "" {
		return colorprofile.ASCII
	}
	return max(colorprofile.Env(environ), colorprofile.ASCII)
}

// WantsASCII reports whether a terminal can show ASCII only, from its
// environment in the form of os.Environ: its locale says so, or it is the
// Linux console, whose font lacks most signs.
func WantsASCII(environ []string) bool {
	vars := variables(environ)
	if vars["TERM"] == "linux" || vars["TERM"] == "dumb" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if vars[name] == "" {
			continue
		}
		charset := strings.ToLower(strings.ReplaceAll(vars[name], "-", ""))
		return !strings.Contains(charset, "utf8")
	}
	return false
}

// variables reads an environment in the form of os.Environ.
func variables(environ []string) map[string]string {
	vars := make(map[string]string, len(environ))
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		vars[name] = value
	}
	return vars
}
