package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
)

// Button is one answer of a dialog.
type Button struct {
	ID, Label string
	// Destroys marks the button that cannot be taken back. It stands last,
	// and is off until the text of the dialog's confirmation was typed.
	Destroys bool
	// Off returns why the button cannot be pressed yet, or "". Nil: it can.
	Off func() string
}

// Cancel is the id of the first button of every dialog.
const Cancel = "cancel"

// cancelLabel is what it says unless Closes gave it another word.
const cancelLabel = "Cancel"

// Dialog asks before something happens. Cancel is its first button and has
// the focus; keys typed before it was seen never answer it, pasted text never
// does, and enter in a field only leads to Cancel.
type Dialog struct {
	Title Text
	// Say are consequences in plain words, the worst that cannot be undone
	// last. They are wrapped; Consequence makes one with a sign.
	Say []Text
	// Above stands over them, such as "What happens"; optional.
	Above string
	// Fields are asked for, in order.
	Fields []Field
	// Confirm asks for a text to be typed; nil: no need.
	Confirm *Confirmation
	// Note is why the last answer was refused; it stands above the buttons.
	Note Text
	// Width is the text's width; zero takes 76, or what the screen has.
	Width int

	buttons []Button
	focus   int // index into stops
	grace   grace
	danger  bool
}

// NewDialog makes a dialog with Cancel and the given buttons.
func NewDialog(title Text, buttons ...Button) *Dialog {
	d := &Dialog{Title: title, buttons: append([]Button{{ID: Cancel, Label: cancelLabel}}, buttons...)}
	for _, b := range buttons {
		d.danger = d.danger || b.Destroys
	}
	return d
}

// Open tells the dialog that it is shown from now on. number differs from
// that of every dialog before; key is the one that opened it. The command
// must be run: until its messages arrive, keys do not answer.
func (d *Dialog) Open(number int, key string) tea.Cmd {
	d.focus = 0
	return d.grace.start(number, key)
}

// Closes gives Cancel another word, where there is nothing to cancel.
func (d *Dialog) Closes(word string) { d.buttons[0].Label = word }

// stop is one place where the focus can be.
type stop struct {
	field  Field // nil: a button
	button int
}

// stops returns the places of the focus in the order of tab: Cancel, the
// fields, the confirmation, then the other buttons that are on.
func (d *Dialog) stops() []stop {
	stops := []stop{{button: 0}}
	for _, f := range d.Fields {
		stops = append(stops, stop{field: f})
	}
	if d.Confirm != nil {
		stops = append(stops, stop{field: d.Confirm})
	}
	for i := 1; i < len(d.buttons); i++ {
		if d.off(d.buttons[i]) == "" {
			stops = append(stops, stop{button: i})
		}
	}
	return stops
}

// off returns why a button cannot be pressed.
func (d *Dialog) off(b Button) string {
	if b.Destroys && d.Confirm != nil && !d.Confirm.Met() {
		return "type " + d.Confirm.Want + " first"
	}
	if b.Off != nil {
		return b.Off()
	}
	return ""
}

// at returns the place of the focus.
func (d *Dialog) at() stop {
	stops := d.stops()
	d.focus = min(max(d.focus, 0), len(stops)-1)
	return stops[d.focus]
}

// Handle takes a message. pressed is the id of the button that was pressed,
// or "": Cancel is pressed by esc too.
func (d *Dialog) Handle(msg tea.Msg) (pressed string, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case GraceMsg:
		d.grace.passed(msg)
	case Answer:
		d.take(msg)
	case Press:
		return d.pressed(msg), nil
	case tea.PasteMsg:
		if here := d.at(); d.grace.over && here.field != nil {
			here.field.Handle(msg)
		}
	case tea.KeyPressMsg:
		allowed, again := d.grace.allows(msg)
		if !allowed {
			return "", again
		}
		return d.key(msg), nil
	}
	return "", nil
}

// key takes a key that counts.
func (d *Dialog) key(msg tea.KeyPressMsg) (pressed string) {
	here := d.at()
	key := msg.String()
	if key == "esc" {
		return Cancel
	}
	if here.field != nil && key != "tab" && key != "shift+tab" && key != "enter" && here.field.Handle(msg) {
		return ""
	}
	switch key {
	case "tab", "down":
		d.step(1)
	case "shift+tab", "up":
		d.step(-1)
	case "left", "right":
		d.sideways(key)
	case "enter":
		if here.field != nil {
			d.focus = 0
			return ""
		}
		return d.buttons[here.button].ID
	case "space":
		if here.field == nil {
			return d.buttons[here.button].ID
		}
	}
	return ""
}

// step moves the focus, around the ends.
func (d *Dialog) step(by int) {
	n := len(d.stops())
	d.focus = (d.focus + by + n) % n
}

// sideways moves the focus between buttons.
func (d *Dialog) sideways(key string) {
	stops := d.stops()
	if stops[d.focus].field != nil {
		return
	}
	by := 1
	if key == "left" {
		by = -1
	}
	for i := d.focus + by; i >= 0 && i < len(stops); i += by {
		if stops[i].field == nil {
			d.focus = i
			return
		}
	}
}

// Consequence is one line of what a dialog says: a sign, then a clause. What
// cannot be undone takes theme.Bad and the sign of caution.
func Consequence(t *theme.Theme, grave bool, clause ...Span) Text {
	sign := Say(theme.Muted, t.Glyph(theme.GlyphPast)+"  ")
	if grave {
		sign = Say(theme.Bad, t.Glyph(theme.GlyphCaution)+"  ")
	}
	return append(Line(sign), clause...)
}
