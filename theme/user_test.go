package theme

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestUserThemeChangesRoles keeps what it does not name from its base.
func TestUserThemeChangesRoles(t *testing.T) {
	t.Parallel()
	p, faults := User{
		Name: "dusk", Base: "colour-blind",
		Dark:  map[string]string{"accent": "#FFAA00", "bg": "#101014"},
		Light: map[string]string{"bad": "#8a0000"},
	}.Palette()
	require.Empty(t, faults)
	want := ColourBlind()
	want.Name = "dusk"
	want.Dark.Accent, want.Dark.Bg, want.Light.Bad = "#ffaa00", "#101014", "#8a0000"
	assert.Equal(t, want, p)

	p, faults = User{Name: "mine"}.Palette()
	require.Empty(t, faults)
	assert.Equal(t, Standard().Dark, p.Dark, "without a base it changes standard")
}

// TestUserThemeFaults names everything that is wrong at once, with what is
// allowed.
func TestUserThemeFaults(t *testing.T) {
	t.Parallel()
	const roles = "text, muted, faint, accent, ok, warn, bad, motion, track, bg, surface, overlay, selected, flash"
	for name, tt := range map[string]struct {
		theme User
		want  []Fault
	}{
		"base":   {User{Base: "neon"}, []Fault{{"base", `"neon" is not a built-in theme; there are standard, colour-blind`}}},
		"widget": {User{Dark: map[string]string{"header": "#ffffff"}}, []Fault{{"dark.header", `"header" is not a role; there are ` + roles}}},
		"colour": {User{Light: map[string]string{"ok": "green"}}, []Fault{{"light.ok", `"green" is not a colour; write it as #rrggbb, such as #17633a`}}},
		"short":  {User{Dark: map[string]string{"ok": "#fff"}}, []Fault{{"dark.ok", `"#fff" is not a colour; write it as #rrggbb, such as #7fd3a3`}}},
		"signed": {User{Dark: map[string]string{"ok": "#+1+1+1"}}, []Fault{{"dark.ok", `"#+1+1+1" is not a colour; write it as #rrggbb, such as #7fd3a3`}}},
		"everything at once": {User{Base: "x", Dark: map[string]string{"b": "#000000", "a": "", "bg": "1"}, Light: map[string]string{"bg": "2"}}, []Fault{
			{"base", `"x" is not a built-in theme; there are standard, colour-blind`},
			{"dark.a", `"a" is not a role; there are ` + roles},
			{"dark.b", `"b" is not a role; there are ` + roles},
			{"dark.bg", `"1" is not a colour; write it as #rrggbb, such as #15161c`},
			{"light.bg", `"2" is not a colour; write it as #rrggbb, such as #fcfcfd`},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, faults := tt.theme.Palette()
			assert.Equal(t, tt.want, faults)
		})
	}
}

// TestRoleNamesAreTheRoles keeps the names of user themes and those of the
// roles one vocabulary.
func TestRoleNamesAreTheRoles(t *testing.T) {
	t.Parallel()
	for r := range roles {
		assert.Contains(t, RoleNames(), r.String())
	}
	assert.Len(t, RoleNames(), int(roles)+5, "and five fills")
}

// FuzzUserTheme gives a role any colour: it is a fault, or what terminals are
// sent is a colour and nothing else.
func FuzzUserTheme(f *testing.F) {
	f.Add("accent", "#b1abff")
	f.Add("bg", "#FFFFFF")
	f.Add("x", "\x1b]0;owned\a")
	f.Add("ok", "#12345\x1b")
	sgr := regexp.MustCompile(`^(\x1b\[[0-9;]+m)?$`)
	f.Fuzz(func(t *testing.T, role, hex string) {
		p, faults := User{Name: "fuzz", Dark: map[string]string{role: hex}}.Palette()
		if len(faults) > 0 {
			return
		}
		look := New(p, true, trueColour, false)
		for r := range roles {
			for on := range fills {
				if open := look.Open(Style{Role: r, On: on}); !sgr.MatchString(open) {
					t.Errorf("%q as %s gives %q", hex, role, open)
				}
			}
		}
	})
}
