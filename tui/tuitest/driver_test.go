//go:build unix

package tuitest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/tuitest"
)

// echo is a small program: it shows its size, its background, and what was
// typed and clicked.
type echo struct {
	width, height int
	background    string
	heard         []string
}

func (e echo) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (e echo) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		e.width, e.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		e.background = "light"
		if msg.IsDark() {
			e.background = "dark"
		}
	case tea.KeyPressMsg:
		if msg.String() == "q" {
			return e, tea.Quit
		}
		e.heard = append(e.heard, msg.String())
	case tea.PasteMsg:
		e.heard = append(e.heard, "pasted:"+msg.Content)
	case tea.MouseClickMsg:
		e.heard = append(e.heard, "click:"+msg.String())
	}
	return e, nil
}

func (e echo) View() tea.View {
	lines := []string{
		"size " + strings.Repeat("x", e.width%7) + " background " + e.background,
		"heard " + strings.Join(e.heard, " "),
		"\x1b[1;38;2;255;154;148mFAILED\x1b[m plain",
	}
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	return v
}

func TestDriver(t *testing.T) {
	t.Parallel()
	t.Run("keys, text, paste and clicks arrive", func(t *testing.T) {
		t.Parallel()
		term := tuitest.Run(t, tuitest.Options{Width: 100, Height: 10}, echo{})
		term.Expect("background dark")
		term.Key("enter", "space", "ctrl+k", "up", "shift+tab", "X").Type("ok")
		term.ExpectLine("heard enter space ctrl+k up shift+tab X o k")
		term.Paste("two words").Expect("pasted:two words")
		term.ClickOn("plain").Expect("click:left")
		term.ExpectNot("never there")
		term.Key("q")
		assert.NoError(t, term.ExpectEnd())
	})
	t.Run("the background is asked for and answered", func(t *testing.T) {
		t.Parallel()
		tuitest.Run(t, tuitest.Options{Width: 60, Height: 10, Light: true}, echo{}).Expect("background light")
	})
	t.Run("the size changes", func(t *testing.T) {
		t.Parallel()
		term := tuitest.Run(t, tuitest.Options{Width: 63, Height: 10}, echo{})
		term.Expect("size  background")
		term.Resize(64, 12).Expect("size x background")
		assert.Equal(t, 64, term.Screen().Width)
	})
	t.Run("styles are seen", func(t *testing.T) {
		t.Parallel()
		screen := tuitest.Run(t, tuitest.Options{Width: 60, Height: 10}, echo{}).Expect("FAILED").Screen()
		style, ok := screen.StyleOf("FAILED")
		require.True(t, ok)
		assert.Equal(t, "#ff9a94 bold", style)
		style, ok = screen.StyleOf("plain")
		require.True(t, ok)
		assert.Empty(t, style)
	})
	t.Run("any program runs", func(t *testing.T) {
		t.Parallel()
		term := tuitest.Start(t, tuitest.Options{Width: 40, Height: 5}, "sh", "-c", `printf 'name? '; read name; echo "hello $name"; exit 3`)
		term.Expect("name?").Type("mara").Key("enter").Expect("hello mara")
		assert.ErrorContains(t, term.ExpectEnd(), "exit status 3")
	})
}

// failing records what a test would have said.
type failing struct {
	testing.TB

	said string
}

type stopped struct{}

func (f *failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	panic(stopped{})
}

// TestFailuresShowTheScreen: who reads a failed test sees what the program
// showed, and what was waited for.
func TestFailuresShowTheScreen(t *testing.T) {
	t.Parallel()
	fake := &failing{TB: t}
	term := tuitest.Run(fake, tuitest.Options{Width: 60, Height: 4, Wait: 300 * time.Millisecond}, echo{})
	func() {
		defer func() { assert.Equal(t, stopped{}, recover()) }()
		term.Expect("FAILED").Expect("something else")
	}()
	assert.Contains(t, fake.said, `shows "something else"`)
	assert.Contains(t, fake.said, "FAILED plain")
}
