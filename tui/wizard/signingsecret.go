package wizard

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// maxSecret is what a passphrase may have; it never grows, so that no copy of
// it is left behind.
const maxSecret = 1024

// secretField is what a passphrase is typed into. It is shown as signs, is no
// answer of a draft, and is zeroed when it was used.
type secretField struct{ typed []byte }

// handle takes a typed character or pasted text.
func (f *secretField) handle(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		f.add(strings.TrimRight(msg.Content, "\r\n"))
	case tea.KeyPressMsg:
		switch {
		case msg.Text != "" && msg.Mod&^tea.ModShift&^tea.ModCapsLock == 0:
			f.add(msg.Text)
		case msg.String() == "backspace":
			f.back()
		case msg.String() == "ctrl+u":
			f.wipe()
		}
	}
}

func (f *secretField) add(text string) {
	if f.typed == nil {
		f.typed = make([]byte, 0, maxSecret)
	}
	if len(f.typed)+len(text) <= maxSecret {
		f.typed = append(f.typed, text...)
	}
}

// back removes the last character.
func (f *secretField) back() {
	_, size := utf8.DecodeLastRune(f.typed)
	clear(f.typed[len(f.typed)-size:])
	f.typed = f.typed[:len(f.typed)-size]
}

// take hands the passphrase over to who zeroes it.
func (f *secretField) take() []byte {
	secret := f.typed
	f.typed = nil
	if secret == nil {
		secret = []byte{}
	}
	return secret
}

// wipe zeroes what was typed.
func (f *secretField) wipe() {
	clear(f.typed[:cap(f.typed)])
	f.typed = nil
}

// view draws the field in w cells: one sign for each character.
func (f *secretField) view(t *theme.Theme, w int) ui.Text {
	n := min(utf8.RuneCount(f.typed), max(0, w-3))
	line := ui.Line(
		ui.Say(theme.Text, " "+strings.Repeat(t.Glyph(theme.GlyphPast), n)).On(theme.Field),
		ui.Span{Text: " ", Style: theme.Style{Role: theme.Accent, Attr: theme.Reverse, On: theme.Field}},
		ui.Say(theme.Text, strings.Repeat(" ", max(0, w-n-2))).On(theme.Field),
	)
	return onPage(t, line)
}
