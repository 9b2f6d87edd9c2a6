package theme

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// User is a theme as a person writes it: a built-in palette, and other
// colours for some of its roles.
type User struct {
	Name string
	// Base is the built-in palette that it changes; "" is standard.
	Base string
	// Dark and Light are colours by role, as "#rrggbb".
	Dark, Light map[string]string
}

// Fault is one thing that is wrong with a user theme.
type Fault struct {
	// Key is where it stands: "base", "dark.accent".
	Key     string
	Message string
}

// Palette is the theme as a palette, or everything that is wrong with it.
// Colours that are hard to read are no fault: see Palette.Weaknesses.
func (u User) Palette() (Palette, []Fault) {
	p, known := PaletteNamed(cmp.Or(u.Base, Standard().Name))
	var faults []Fault
	if !known {
		p = Standard() // it gives examples of colours
		faults = append(faults, Fault{"base", fmt.Sprintf("%q is not a built-in theme; there are %s", u.Base, strings.Join(Names(), ", "))})
	}
	p.Name = u.Name
	faults = append(faults, change(&p.Dark, "dark", u.Dark)...)
	return p, append(faults, change(&p.Light, "light", u.Light)...)
}

// change gives roles other colours.
func change(c *Colours, side string, colours map[string]string) []Fault {
	var faults []Fault
	roles := c.roles()
	for _, name := range sortedKeys(colours) {
		key, hex := side+"."+name, colours[name]
		role, known := roles[name]
		if !known {
			faults = append(faults, Fault{key, fmt.Sprintf("%q is not a role; there are %s", name, strings.Join(RoleNames(), ", "))})
			continue
		}
		if _, ok := parse(hex); !ok {
			faults = append(faults, Fault{key, fmt.Sprintf("%q is not a colour; write it as #rrggbb, such as %s", hex, *role)})
			continue
		}
		*role = strings.ToLower(hex)
	}
	return faults
}

// roles are the colours by the names that user themes have for them.
func (c *Colours) roles() map[string]*string {
	fields := reflect.ValueOf(c).Elem()
	roles := make(map[string]*string, fields.NumField())
	for i := range fields.NumField() {
		if hex, ok := reflect.TypeAssert[*string](fields.Field(i).Addr()); ok {
			roles[strings.ToLower(fields.Type().Field(i).Name)] = hex
		}
	}
	return roles
}

// RoleNames are the roles that a user theme may give a colour: those of text
// first, then what text lies on.
func RoleNames() []string {
	fields := reflect.TypeFor[Colours]()
	names := make([]string, fields.NumField())
	for i := range names {
		names[i] = strings.ToLower(fields.Field(i).Name)
	}
	return names
}

// Names are the built-in palettes.
func Names() []string { return []string{Standard().Name, ColourBlind().Name} }

// sortedKeys makes the order of faults the same each time.
func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
