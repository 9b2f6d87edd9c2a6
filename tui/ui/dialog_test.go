package ui_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// loop hands a dialog the messages of its own commands, as the program's
// loop would, in a bubble of fake time.
type loop struct {
	dialog *ui.Dialog
	inbox  chan tea.Msg
	done   chan struct{}
	key    chan string
	said   chan string
}

// opened opens a dialog with a key and starts its loop.
func opened(t *testing.T, d *ui.Dialog, key string) *loop {
	t.Helper()
	l := &loop{dialog: d, inbox: make(chan tea.Msg), done: make(chan struct{}), key: make(chan string), said: make(chan string)}
	l.start(d.Open(7, key))
	go func() {
		for {
			select {
			case msg := <-l.inbox:
				_, cmd := d.Handle(msg)
				l.start(cmd)
			case name := <-l.key:
				pressed, cmd := d.Handle(press(name))
				l.start(cmd)
				l.said <- pressed
			case <-l.done:
				return
			}
		}
	}()
	t.Cleanup(func() {
		after(time.Second) // timers that still run
		close(l.done)
	})
	return l
}

// start runs a command, and those of a batch, each on its own.
func (l *loop) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, each := range batch {
				l.start(each)
			}
			return
		}
		select {
		case l.inbox <- msg:
		case <-l.done:
		}
	}()
}

// press presses keys and returns what the last of them answered.
func (l *loop) press(names ...string) (pressed string) {
	for _, name := range names {
		l.key <- name
		pressed = <-l.said
		synctest.Wait()
	}
	return pressed
}

// after lets time pass.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// question is a plain dialog.
func question() *ui.Dialog {
	return ui.NewDialog(ui.Words(theme.Text, "Make v1.8.2 stable?"), ui.Button{ID: "stable", Label: "Make stable"})
}

func TestKeysTypedBeforeADialogWasSeenDoNotAnswerIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		play func(l *loop) string
		want string
	}{
		{"at once", func(l *loop) string { return l.press("esc") }, ""},
		{"after 400 ms without a key", func(l *loop) string { after(400 * time.Millisecond); return l.press("enter") }, ui.Cancel},
		{"typed ahead, then quiet", func(l *loop) string {
			l.press("right", "enter", "enter")
			after(400 * time.Millisecond)
			return l.press("enter")
		}, ui.Cancel},
		{"typed ahead, not yet quiet", func(l *loop) string {
			after(200 * time.Millisecond)
			l.press("a")
			after(200 * time.Millisecond)
			return l.press("a")
		}, ""},
		{"a new key once it was drawn", func(l *loop) string { after(250 * time.Millisecond); return l.press("esc") }, ui.Cancel},
		{"the key that opened it is held down", func(l *loop) string {
			for range 20 {
				after(30 * time.Millisecond)
				l.press("t")
			}
			return l.press("t")
		}, ""},
		{"a held key is let go", func(l *loop) string {
			for range 20 {
				after(30 * time.Millisecond)
				l.press("t")
			}
			return l.press("right", "enter")
		}, "stable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				assert.Equal(t, tt.want, tt.play(opened(t, question(), "t")))
			})
		})
	}
}

func TestTimeOfAnotherDialogDoesNotCount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, second := question(), question()
		msgs := make(chan tea.Msg, 4)
		for _, cmd := range first.Open(1, "t")().(tea.BatchMsg) {
			go func() { msgs <- cmd() }()
		}
		second.Open(2, "t")
		after(time.Second)
		for range 2 {
			second.Handle(<-msgs)
		}
		pressed, _ := second.Handle(press("esc"))
		assert.Empty(t, pressed)
	})
}

func TestRepeatedKeysAreNotNew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := question()
		l := opened(t, d, "t")
		after(300 * time.Millisecond)
		held := press("enter")
		held.IsRepeat = true
		pressed, _ := d.Handle(held)
		assert.Empty(t, pressed)
		assert.Equal(t, ui.Cancel, l.press("esc"))
	})
}

// keyed presses keys of a dialog that is open for long.
func keyed(d *ui.Dialog, names ...string) (pressed string) {
	for _, name := range names {
		pressed, _ = d.Handle(press(name))
	}
	return pressed
}

// settled is the dialog that destroys, open for long.
func settled() *ui.Dialog {
	d := yankDialog(dark)
	ui.Quiet(d)
	return d
}

// toConfirmation are the keys that lead from Cancel to the typed text.
var toConfirmation = []string{"tab", "tab", "tab", "tab", "tab"}

func TestCancelIsTheDefault(t *testing.T) {
	t.Parallel()
	assert.Equal(t, ui.Cancel, keyed(settled(), "enter"))
	assert.Equal(t, ui.Cancel, keyed(settled(), "space"))
	assert.Equal(t, ui.Cancel, keyed(settled(), "esc"))
	d := settled()
	keyed(d, toConfirmation...)
	assert.Equal(t, ui.Cancel, keyed(d, "esc"), "from a field as well")
}

func TestNothingIsDestroyedBeforeTheTextIsTyped(t *testing.T) {
	t.Parallel()
	t.Run("the button cannot be reached", func(t *testing.T) {
		t.Parallel()
		d := settled()
		for range 20 {
			assert.NotEqual(t, "yank", keyed(d, "tab", "enter"))
			assert.NotEqual(t, "yank", keyed(d, "right", "enter"))
		}
	})
	t.Run("typed, enter leads to Cancel only", func(t *testing.T) {
		t.Parallel()
		d := typed(yankDialog(dark), "v1.8.1")
		assert.Empty(t, keyed(d, "enter"))
		assert.Equal(t, ui.Cancel, keyed(d, "enter"))
	})
	t.Run("typed, then the button", func(t *testing.T) {
		t.Parallel()
		d := typed(yankDialog(dark), "v1.8.1")
		assert.Equal(t, "yank", keyed(d, "tab", "tab", "enter"))
	})
	t.Run("by arrows from Cancel", func(t *testing.T) {
		t.Parallel()
		d := typed(yankDialog(dark), "v1.8.1")
		assert.Equal(t, "dry", keyed(d, "enter", "right", "enter"))
		assert.Equal(t, "yank", keyed(d, "right", "enter"))
		assert.Equal(t, ui.Cancel, keyed(d, "left", "left", "left", "enter"))
	})
	t.Run("typed and spoiled again", func(t *testing.T) {
		t.Parallel()
		d := typed(yankDialog(dark), "v1.8.1x")
		assert.NotEqual(t, "yank", keyed(d, "tab", "tab", "enter"))
	})
	t.Run("another button may be off for its own reason", func(t *testing.T) {
		t.Parallel()
		d := ui.NewDialog(nil, ui.Button{ID: "go", Label: "Go", Off: func() string { return "not now" }})
		ui.Quiet(d)
		assert.Equal(t, ui.Cancel, keyed(d, "tab", "right", "enter"))
	})
}

func TestPastedTextNeverAnswers(t *testing.T) {
	t.Parallel()
	d := settled()
	d.Handle(tea.PasteMsg{Content: "\r\n"})
	keyed(d, toConfirmation...)
	d.Handle(tea.PasteMsg{Content: "v1.8.1"})
	assert.False(t, d.Confirm.Met())
	assert.Contains(t, screenOf(d, 120, 40).Text(), "type it: pasted text does not count")
	keyed(d, "v")
	assert.Contains(t, screenOf(d, 120, 40).Text(), "5 characters to go")
	keyed(d, "shift+tab", "shift+tab")
	d.Handle(tea.PasteMsg{Content: "GHSA-1"})
	field, ok := d.Fields[2].(*ui.TextField)
	require.True(t, ok)
	assert.Equal(t, "GHSA-1", field.Value(), "other fields take what is pasted")

	early := yankDialog(dark)
	early.Open(1, "X")
	early.Handle(tea.PasteMsg{Content: "lost"})
	assert.Equal(t, 79, early.Fields[1].(*ui.TextField).Count())
}

// screenOf draws a dialog by itself.
func screenOf(d *ui.Dialog, w, h int) tuitest.Screen {
	return tuitest.Parse(ui.Join(d.View(dark, w, h)), w, h)
}

func TestConfirmationSaysWhatToType(t *testing.T) {
	t.Parallel()
	for typedText, want := range map[string]string{
		"":        "6 characters to go",
		"v1.8":    "2 characters to go",
		"v1.8.":   "1 character to go",
		"v1.8.1":  "✓ matches",
		"v1.9":    "character 4 differs: type v1.8.1",
		"v1.8.12": "too long: type v1.8.1, nothing behind it",
	} {
		t.Run(typedText, func(t *testing.T) {
			t.Parallel()
			d := typed(yankDialog(dark), typedText)
			assert.Contains(t, screenOf(d, 120, 40).Text(), want)
		})
	}
}

func TestFieldsOfADialog(t *testing.T) {
	t.Parallel()
	d := settled()
	category, reason := d.Fields[0].(*ui.ChoiceField), d.Fields[1].(*ui.TextField)
	assert.Equal(t, "broken", category.Value())
	keyed(d, "tab", "left")
	assert.Equal(t, "security", category.Value())
	keyed(d, "left", "right", "right", "right")
	assert.Equal(t, "license", category.Value())
	assert.Empty(t, keyed(d, "down", "!"))
	assert.True(t, strings.HasSuffix(reason.Value(), "groups.!"))
	assert.Empty(t, (&ui.ChoiceField{Options: []string{"a"}, Chosen: -1}).Value())
	assert.False(t, category.Handle(tea.PasteMsg{}))
}

func TestOffButtonsAreStruckOrInParentheses(t *testing.T) {
	t.Parallel()
	style, ok := screenOf(settled(), 120, 40).StyleOf("Yank v1.8.1 ")
	require.True(t, ok)
	assert.Contains(t, style, "struck")
	style, ok = screenOf(typed(yankDialog(dark), "v1.8.1"), 120, 40).StyleOf("Yank v1.8.1 ")
	require.True(t, ok)
	assert.NotContains(t, style, "struck")
	plain := ui.Join(settled().View(noColour, 120, 40))
	assert.Contains(t, ansi.Strip(plain), "(Yank v1.8.1)")
}

func TestDialogEdge(t *testing.T) {
	t.Parallel()
	colours := theme.Standard().Dark
	danger, calm := screenOf(settled(), 120, 40), screenOf(question(), 120, 40)
	assert.Equal(t, colours.Bad, danger.Cells[0][0].Foreground)
	assert.Equal(t, colours.Accent, calm.Cells[0][0].Foreground)
	assert.Empty(t, danger.Cells[0][0].Background, "the half block lies on the page")
	assert.Equal(t, colours.Overlay, danger.Cells[0][1].Background)
}

// TestALowScreenShowsConsequencesFirst: nobody reaches the button without
// having had the consequences in sight.
func TestALowScreenShowsConsequencesFirst(t *testing.T) {
	t.Parallel()
	d := settled()
	before := screenOf(d, 40, 12)
	assert.True(t, before.Contains("It is stable."))
	assert.True(t, before.Contains("more below, tab goes on"))
	assert.True(t, before.Contains("Cancel"))
	keyed(d, toConfirmation...)
	at := screenOf(d, 40, 12)
	assert.True(t, at.Contains("Type v1.8.1 to confirm"))
	assert.True(t, at.Contains("more above"))
	keyed(d, "tab")
	assert.True(t, screenOf(d, 40, 12).Contains("Type v1.8.1 to confirm"))
	for h := 1; h < 30; h++ {
		assert.LessOrEqual(t, len(d.View(dark, 40, h)), h)
	}
	assert.Nil(t, d.View(dark, 3, 3))
}

func TestDialogSaysWhyItWasRefused(t *testing.T) {
	t.Parallel()
	d := settled()
	d.Note = ui.Words(theme.Bad, "juno changed this version 4 s ago. It is YANKED now; your answer was not sent.")
	assert.Contains(t, screenOf(d, 120, 40).Text(), "juno changed this version")
}

func TestLayCoversThePage(t *testing.T) {
	t.Parallel()
	page := []string{dark.Paint(theme.Style{Role: theme.Bad}, "日本語日本語日本語日本語日本"), "plain                       ", strings.Repeat(" ", 28)}
	dialog := []string{"<box>"}
	lines := ui.Lay(dark, page, dialog, 28)
	require.Len(t, lines, 3)
	for _, line := range lines {
		assert.Equal(t, 28, ansi.StringWidth(line))
	}
	screen := tuitest.Parse(ui.Join(lines), 28, 3)
	assert.Equal(t, theme.Standard().Dark.Track, screen.Cells[0][0].Foreground)
	assert.True(t, screen.Contains("<box>"))
	blank := ui.Lay(noColour, page, dialog, 28)
	assert.NotContains(t, ui.Join(blank), "日")
	assert.Len(t, ui.Lay(dark, page, nil, 28), 3, "no dialog: the page alone")
	over := ui.Lay(dark, []string{"日本語日本語日"}, []string{"<b>"}, 14)
	assert.Equal(t, 14, ansi.StringWidth(over[0]), "a wide character on the border: %q", over[0])
}
