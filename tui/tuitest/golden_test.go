package tuitest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/tuitest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	s := tuitest.Parse("\x1b[1;4;9;38;2;1;2;3;48;2;4;5;6mab\x1b[m c\n日x\x1b[7m \x1b[m", 8, 3)
	assert.Equal(t, "ab c\n日x\n", s.Text())
	style, ok := s.StyleOf("ab")
	require.True(t, ok)
	assert.Equal(t, "#010203 on #040506 bold underline struck", style)
	x, y, ok := s.Find("x")
	require.True(t, ok)
	assert.Equal(t, []int{2, 1}, []int{x, y}, "a wide character takes two cells")
	assert.True(t, s.Cells[1][3].Reverse)
	_, ok = s.StyleOf("nowhere")
	assert.False(t, ok)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, view, outside string
		want                string // "" if nothing is wrong
	}{
		{"all is well", "\x1b[1;31mok\x1b[m ✓", "", ""},
		{"too wide", "0123456789x", "", "line 0 is 11 wide"},
		{"too high", "a\nb\nc\nd", "", "it has 4 lines"},
		{"a control", "a\x07b", "", "control U+0007"},
		{"a C1 control", "a\u009bb", "", "control U+009B"},
		{"a sequence that is no style", "a\x1b[2Jb", "", "control U+001B"},
		{"a sequence without end", "a\x1b[3", "", "control U+001B"},
		{"ambiguous width", "a…b", "", "ambiguous width …"},
		{"a wide character", "日", "", "wide 日"},
		{"one that the test brings", "日", "日", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			faults := tuitest.Faults(tt.view, 10, 3, tt.outside)
			if tt.want == "" {
				assert.Empty(t, faults)
				return
			}
			require.NotEmpty(t, faults)
			assert.Contains(t, faults[0], tt.want)
		})
	}
}
