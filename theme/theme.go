// Package theme is how the console looks: colours by what they mean, and the
// sign, word and colour of every state, verdict and check result.
//
// A Theme is made once and never changes; whoever wants another look makes
// another theme, and caches of rendered text key on the pointer.
package theme

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Role is what a text means. A theme gives it a colour, or, without colours,
// an emphasis.
type Role uint8

// The roles of text. Track is for bars, rules and what lies behind a dialog;
// nothing that must be read has it.
const (
	Text   Role = iota // what you read
	Muted              // the rest of a row, labels of keys
	Faint              // headers, detail keys, off actions
	Accent             // cursor, focus, keys to press, what waits
	OK                 // PUBLISHED, VERIFIED, pass, added
	Warn               // YANKED, UNSIGNED, warnings, stale
	Bad                // FAILED, not verified, danger
	Motion             // UPLOADING, VALIDATING
	Track              // rest of a bar, rules, the page behind a dialog
	roles
)

var roleNames = [roles]string{"text", "muted", "faint", "accent", "ok", "warn", "bad", "motion", "track"}

// String returns the role as screens.md and user themes spell it.
func (r Role) String() string {
	if r >= roles {
		return "role(" + strconv.Itoa(int(r)) + ")"
	}
	return roleNames[r]
}

// Fill is what a text lies on.
type Fill uint8

// The fills. Text on a button takes the colour of the background, whatever
// its role.
const (
	Page         Fill = iota // the terminal's own background, which is kept
	Field                    // a text field
	Surface                  // a pane that needs a fill
	Overlay                  // a dialog
	Selected                 // the cursor row
	Flash                    // a row that somebody else just changed
	Button                   // the focused button
	DangerButton             // the focused button that destroys
	fills
)

var fillNames = [fills]string{"page", "field", "surface", "overlay", "selected", "flash", "button", "danger button"}

// String returns the name of the fill.
func (f Fill) String() string {
	if f >= fills {
		return "fill(" + strconv.Itoa(int(f)) + ")"
	}
	return fillNames[f]
}

// Attr is emphasis that does not depend on colour; values are joined by |.
type Attr uint8

// The attributes. Reverse is for the text cursor only: everything else that
// stands out without colours is made so by the theme.
const (
	Bold Attr = 1 << iota
	Underline
	Struck
	Reverse
	attrs
)

// Style is how a piece of text looks. The zero value is ordinary text on the
// terminal's own background.
type Style struct {
	Role Role
	On   Fill
	Attr Attr
}

// Theme turns styles into what a terminal understands. It is immutable and
// may be used by several goroutines.
type Theme struct {
	name    string
	dark    bool
	ascii   bool
	spoken  bool
	profile colorprofile.Profile
	colours Colours
	// open holds the sequence of every style, made once: screens are painted
	// after every message, and building sequences is most of that work.
	open [roles][fills][attrs]string
}

// Reset ends what Theme.Open began.
const Reset = "\x1b[m"

// New makes a theme from a palette, for a dark or light terminal with the
// given number of colours. ascii replaces every sign by its ASCII form.
func New(p Palette, dark bool, profile colorprofile.Profile, ascii bool) *Theme {
	t := &Theme{name: p.Name, dark: dark, ascii: ascii, profile: profile, colours: p.Light}
	if dark {
		t.colours = p.Dark
	}
	tint := t.paints()
	for r := range roles {
		for f := range fills {
			for a := range attrs {
				t.open[r][f][a] = sequence(t.params(Style{Role: r, On: f, Attr: a}, tint))
			}
		}
	}
	return t
}

// Name returns the name of the palette.
func (t *Theme) Name() string { return t.name }

// Dark reports whether the theme was made for a dark background.
func (t *Theme) Dark() bool { return t.dark }

// ASCII reports whether only ASCII may be drawn.
func (t *Theme) ASCII() bool { return t.ascii }

// Colour reports whether the theme has colours at all.
func (t *Theme) Colour() bool { return t.profile >= colorprofile.ANSI }

// Tints reports whether fills can be told from the page. Without them
// dialogs need a frame, and the cursor row is reversed.
func (t *Theme) Tints() bool { return t.profile >= colorprofile.ANSI256 }

// Open returns the sequence that begins a style; it is empty for what looks
// like the terminal's default.
func (t *Theme) Open(s Style) string {
	return t.open[min(s.Role, roles-1)][min(s.On, fills-1)][s.Attr%attrs]
}

// Paint returns text in a style. The text must be clean: see ui.Fit, which
// is the only caller that writes text from outside.
func (t *Theme) Paint(s Style, text string) string {
	open := t.Open(s)
	if open == "" || text == "" {
		return text
	}
	return open + text + Reset
}

// paints are the SGR parameters of a theme's colours.
type paints struct {
	text [roles]string
	fill [fills]string
	// onButton is the text of buttons: the background's colour.
	onButton string
}

// paints looks up each colour once.
func (t *Theme) paints() paints {
	p := paints{onButton: colour(t.profile, 38, t.colours.Bg)}
	for r := range roles {
		p.text[r] = colour(t.profile, 38, t.colours.role(r))
	}
	for f := range fills {
		if f != Page {
			p.fill[f] = colour(t.profile, 48, t.colours.fill(f))
		}
	}
	return p
}

// params returns the SGR parameters of a style.
func (t *Theme) params(s Style, p paints) []string {
	switch {
	case t.Tints():
		return tinted(s, p)
	case t.Colour():
		return basic(s)
	default:
		return plain(s)
	}
}

// tinted is a style with 256 colours or more.
func tinted(s Style, p paints) []string {
	text := p.text[s.Role]
	if s.On == Button || s.On == DangerButton {
		text = p.onButton
	}
	params := append(attributes(s.Attr), text)
	if fill := p.fill[s.On]; fill != "" {
		params = append(params, fill)
	}
	return params
}

// basic is a style with the terminal's own 16 colours. Greys are its default
// foreground, since no grey of those sixteen can be relied upon, and tints
// are reversed, without colours inside: a reversed patchwork cannot be read.
func basic(s Style) []string {
	hue := map[Role]string{Accent: "35", OK: "32", Warn: "33", Bad: "31", Motion: "36", Track: "2"}[s.Role]
	attr := s.Attr
	switch s.On {
	case Selected, Flash:
		attr, hue = attr^Reverse, ""
	case Button:
		attr, hue = attr^Reverse, "35"
	case DangerButton:
		attr, hue = attr^Reverse, "31"
	case Field:
		attr |= Underline
	default:
		// Pages, panes and dialogs cannot have a fill.
	}
	params := attributes(attr)
	if hue != "" {
		params = append(params, hue)
	}
	return params
}

// plain is a style without any colour.
func plain(s Style) []string {
	attr := s.Attr
	if s.Role == Accent || s.Role == Bad {
		attr |= Bold
	}
	switch s.On {
	case Selected, Button, DangerButton:
		attr ^= Reverse
	case Field:
		attr |= Underline
	case Flash:
		attr |= Bold
	default:
		// Pages, panes and dialogs cannot have a fill.
	}
	return attributes(attr)
}

// attributes returns the SGR parameters of emphasis.
func attributes(a Attr) []string {
	var params []string
	for _, each := range []struct {
		attr  Attr
		param string
	}{{Bold, "1"}, {Underline, "4"}, {Reverse, "7"}, {Struck, "9"}} {
		if a&each.attr != 0 {
			params = append(params, each.param)
		}
	}
	return params
}

// sequence joins SGR parameters.
func sequence(params []string) string {
	if len(params) == 0 {
		return ""
	}
	return "\x1b[" + strings.Join(params, ";") + "m"
}

// colour returns the SGR parameter of a colour; base is 38 for text and 48
// for what it lies on. A colour that cannot be read is left out: a wrong user
// theme costs colour, never the screen.
func colour(profile colorprofile.Profile, base int, hex string) string {
	c, ok := parse(hex)
	if !ok {
		return strconv.Itoa(base + 1)
	}
	if profile >= colorprofile.TrueColor {
		return fmt.Sprintf("%d;2;%d;%d;%d", base, c.R, c.G, c.B)
	}
	return fmt.Sprintf("%d;5;%d", base, nearest256(c))
}
