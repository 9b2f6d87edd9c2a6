package ui

import "github.com/registrar-console/registrar/theme"

// Refusal is an error on a page that has nothing else to show: what was tried
// and found, what to do, and which key tries again.
func Refusal(t *theme.Theme, said, next string, w int) []Text {
	lines := Hanging(Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "), Words(theme.Text, Sentence(said)), w)
	if next != "" {
		lines = append(lines, Hanging(Say(theme.Text, "  "), Words(theme.Muted, Sentence(next)), w)...)
	}
	return append(lines, nil, Line(Say(theme.Accent, "  ctrl+r").Bold(), Say(theme.Muted, " tries again.")))
}
