package theme

import (
	"testing"

	"github.com/stretchr/testify/assert"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// TestSpokenHasNoSigns checks what is read aloud: no style, no sign that needs
// eyes, and every state by its word.
func TestSpokenHasNoSigns(t *testing.T) {
	t.Parallel()
	theme := New(Standard(), true, trueColour, false).Spoken()
	for r := range roles {
		for f := range fills {
			assert.Equal(t, "x", theme.Paint(Style{Role: r, On: f, Attr: Bold | Reverse}, "x"))
		}
	}
	for g := range glyphs {
		assert.Len(t, theme.Glyph(g), 1, "one cell of ASCII")
	}
	assert.Equal(t, "!", theme.Glyph(GlyphCaution))
	assert.Equal(t, Mark{Glyph: " ", Word: "YANKED", Role: Warn}, theme.State(registryv1.State_STATE_YANKED))
	assert.False(t, theme.Colour() || theme.Tints())
}
