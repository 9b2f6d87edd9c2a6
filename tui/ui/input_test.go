package ui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// special are the keys that tests press by name.
var special = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
	"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "space": {Code: tea.KeySpace, Text: " "},
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete},
	"ctrl+left": {Code: tea.KeyLeft, Mod: tea.ModCtrl}, "ctrl+right": {Code: tea.KeyRight, Mod: tea.ModCtrl},
	"ctrl+w": {Code: 'w', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "ctrl+k": {Code: 'k', Mod: tea.ModCtrl},
}

// press makes the message of a key.
func press(name string) tea.KeyPressMsg {
	if msg, ok := special[name]; ok {
		return msg
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

func TestInputEdits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		keys string
		want string // the cursor stands at |
	}{
		{"typing", "o k t a", "okta|"},
		{"in the middle", "o t a left left k", "ok|ta"},
		{"blanks", "a space b", "a b|"},
		{"backspace and delete", "a b c left backspace delete", "a|"},
		{"at the ends nothing happens", "backspace delete left right", "|"},
		{"home and end", "b home a end c", "abc|"},
		{"a word back", "o n e space t w o ctrl+left x", "one x|two"},
		{"a word on", "o n e space t w o home ctrl+right x", "onex| two"},
		{"a word out", "o n e space t w o ctrl+w", "one |"},
		{"all before the cursor out", "a b c left ctrl+u", "|c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := &ui.Input{}
			for key := range strings.FieldsSeq(tt.keys) {
				assert.True(t, in.Handle(press(key)), "key %s", key)
			}
			assert.Equal(t, strings.Replace(tt.want, "|", "", 1), in.Value())
			assert.Equal(t, tt.want, withCursor(in, 20))
		})
	}
}

// withCursor draws a field and puts a | where its cursor is.
func withCursor(in *ui.Input, w int) string {
	lines := in.View(dark, w, true)
	var b strings.Builder
	for _, line := range lines {
		for _, s := range line {
			if s.Style.Attr&theme.Reverse != 0 {
				b.WriteString("|")
			}
			b.WriteString(s.Text)
		}
	}
	return strings.TrimRight(strings.TrimPrefix(b.String(), " "), " ")
}

func TestInputLeavesOtherKeysAlone(t *testing.T) {
	t.Parallel()
	in := &ui.Input{}
	for _, key := range []string{"enter", "esc", "tab", "ctrl+k", "up", "down"} {
		assert.False(t, in.Handle(press(key)), key)
	}
	assert.False(t, in.Handle(tea.WindowSizeMsg{}))
	assert.Empty(t, in.Value())
}

func TestInputTakesWholeCharacters(t *testing.T) {
	t.Parallel()
	in := &ui.Input{}
	for _, r := range "Zu\u0308rich" {
		in.Handle(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	assert.Equal(t, 6, in.Count(), "a mark belongs to its letter")
	for range 4 {
		in.Handle(press("left"))
	}
	in.Handle(press("backspace"))
	assert.Equal(t, "Zrich", in.Value())
}

func TestPasteIsCleaned(t *testing.T) {
	t.Parallel()
	in := &ui.Input{Limit: 12}
	in.SetValue("ab")
	in.Handle(press("left"))
	assert.True(t, in.Handle(tea.PasteMsg{Content: "x\x1b[2J\r\ny\u202e\tz"}))
	assert.Equal(t, "ax[2J y zb", in.Value())
	assert.Equal(t, "ax[2J y z|b", withCursor(in, 20))
	in.Handle(tea.PasteMsg{Content: strings.Repeat("w", 50)})
	assert.Equal(t, 12, in.Count(), "no more fits in")
	assert.LessOrEqual(t, len(withCursor(in, 20)), 20)
}

func TestInputScrollsToItsCursor(t *testing.T) {
	t.Parallel()
	in := &ui.Input{}
	in.SetValue("0123456789abcdef")
	assert.Equal(t, "89abcdef|", withCursor(in, 10))
	in.Handle(press("home"))
	assert.Equal(t, "|01234567", withCursor(in, 10))
	unfocused := in.View(dark, 10, false)[0].String()
	assert.Equal(t, " 01234567 ", unfocused)
}

func TestInputWrapsOverItsRows(t *testing.T) {
	t.Parallel()
	in := &ui.Input{Rows: 3}
	in.SetValue("Sync stops after the first page")
	lines := func() []string {
		var out []string
		for _, line := range in.View(dark, 14, true) {
			out = append(out, strings.TrimRight(line.String(), " "))
		}
		return out
	}
	assert.Equal(t, []string{" Sync stops", " after the", " first page"}, lines())
	require.True(t, in.Handle(press("up")))
	require.True(t, in.Handle(press("up")))
	in.Handle(press("X"))
	assert.Equal(t, "Sync stopXs after the first page", in.Value())
	require.True(t, in.Handle(press("down")))
	assert.False(t, (&ui.Input{Rows: 2}).Handle(press("down")), "below the last line the dialog moves on")
}

func TestInputShowsWhatItIsFor(t *testing.T) {
	t.Parallel()
	in := &ui.Input{Placeholder: "none"}
	assert.Equal(t, " none   ", in.View(dark, 8, false)[0].String())
	assert.Equal(t, "|", withCursor(in, 8), "not while one types")
}

// TestFieldsOfAllWidths draws fields at all sizes: no line is wider than it
// may be, and the field is seen.
func TestFieldsOfAllWidths(t *testing.T) {
	t.Parallel()
	for w := range 40 {
		for _, rows := range []int{1, 2} {
			in := &ui.Input{Rows: rows}
			in.SetValue("日本語 and some words")
			for range 20 {
				for _, line := range in.View(dark, w, true) {
					assert.LessOrEqual(t, ansi.StringWidth(ansi.Strip(line.Fit(dark, w))), w)
					if w > 4 {
						assert.Equal(t, w, line.Width())
					}
				}
				in.Handle(press("left"))
			}
		}
	}
	in := &ui.Input{}
	in.SetValue("x")
	screen := tuitest.Parse(in.View(dark, 6, true)[0].Fit(dark, 6), 6, 1)
	assert.Equal(t, theme.Standard().Dark.Bg, screen.Cells[0][5].Background)
	assert.True(t, screen.Cells[0][2].Reverse, "the text cursor is a reversed cell")
}

// FuzzInput: however one types and pastes, the cursor stays in the text, and
// no line is too wide.
func FuzzInput(f *testing.F) {
	f.Add("okta", "lrbdhe", 10, 1)
	f.Add("Zu\u0308rich 日本", "lllbrud", 6, 3)
	names := map[rune]string{'l': "left", 'r': "right", 'b': "backspace", 'd': "delete", 'h': "home", 'e': "end", 'u': "up", 'n': "down", 'w': "ctrl+w", 'L': "ctrl+left", 'R': "ctrl+right"}
	f.Fuzz(func(t *testing.T, text, keys string, w, rows int) {
		w, rows = min(max(w, 3), 60), min(max(rows, 1), 4)
		in := &ui.Input{Rows: rows}
		in.Handle(tea.PasteMsg{Content: text})
		for _, key := range keys {
			if name, ok := names[key]; ok {
				in.Handle(press(name))
			} else {
				in.Handle(tea.KeyPressMsg{Code: key, Text: string(key)})
			}
			for _, line := range in.View(dark, w, true) {
				assert.LessOrEqual(t, line.Width(), w)
			}
		}
	})
}
