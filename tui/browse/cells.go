package browse

import (
	"strings"
	"time"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// The titles and widths of columns that several lists have.
const (
	platformsTitle = "dar lin win"
	platformsWidth = 11
	stateWidth     = 12
	ageWidth       = 4
)

// nothing stands where there is no value.
var nothing = ui.Words(theme.Faint, "-")

// short is a connector's name without the prefix that all have, as lists
// show it: both spellings name the same connector.
func short(name string) string {
	if rest, cut := strings.CutPrefix(name, "baton-"); cut && rest != "" {
		return rest
	}
	return name
}

func lower(word string) string { return strings.ToLower(word) }

// orNone is a text, or the sign for none.
func orNone(r theme.Role, text string) ui.Text {
	if text == "" {
		return nothing
	}
	return ui.Words(r, text)
}

// stateCell is a state as a column shows it.
func stateCell(t *theme.Theme, s registryv1.State) ui.Text {
	if s == registryv1.State_STATE_UNSPECIFIED {
		return nothing
	}
	return ui.Mark(t.State(s))
}

// platformCells are five glyphs under "dar lin win": left amd64, right arm64.
func platformCells(t *theme.Theme, p catalog.Platforms, s registryv1.State) ui.Text {
	x := make(ui.Text, 0, 7)
	for i := range 5 {
		if i == 2 || i == 4 {
			x = append(x, ui.Say(theme.Text, "  "))
		}
		glyph, role := platformGlyph(t, p, i, s)
		x = append(x, ui.Say(role, glyph))
	}
	return x
}

// platformGlyph is the sign of one platform: its verdict, whether its bytes
// are still on their way, or that it is not shipped.
func platformGlyph(t *theme.Theme, p catalog.Platforms, i int, s registryv1.State) (string, theme.Role) {
	draft := s == registryv1.State_STATE_PENDING || s == registryv1.State_STATE_UPLOADING
	switch {
	case !p.Has(i):
		return t.Glyph(theme.GlyphRemoved), theme.Faint
	case draft && !p.Here(i) && s == registryv1.State_STATE_PENDING:
		return t.Glyph(theme.GlyphDraft), theme.Muted
	case draft && !p.Here(i):
		return t.Glyph(theme.GlyphUploading), theme.Motion
	case p.Verdict(i) == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED:
		// Shipped, and nobody looked at a signature.
		return t.Glyph(theme.GlyphPast), theme.Muted
	default:
		mark := t.Verdict(p.Verdict(i))
		return mark.Glyph, mark.Role
	}
}

// signedCell sums up the signatures in one word.
func signedCell(t *theme.Theme, v registryv1.VerdictStatus) ui.Text {
	if v == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		return nothing
	}
	word := "bad"
	switch v {
	case registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
		word = "yes"
	case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
		word = "no"
	default:
	}
	return ui.Mark(t.Verdict(v).With(word))
}

// verdictCell is a verdict with its reason.
func verdictCell(t *theme.Theme, v registryv1.VerdictStatus, reason string) ui.Text {
	if v == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		return nothing
	}
	return ui.Mark(t.Verdict(v).With(words.Verdict(v, reason)))
}

// ageCell is how long ago something was, seen at the time of the page.
func ageCell(now time.Time, micros int64) ui.Text {
	if micros == 0 {
		return nothing
	}
	return ui.Words(theme.Muted, words.Age(now.Sub(time.UnixMicro(micros))))
}

// needsCare reports whether a state wants a person to look.
func needsCare(s registryv1.State) bool {
	return s != registryv1.State_STATE_PUBLISHED && s != registryv1.State_STATE_UNSPECIFIED
}

// padded fills a text up to w cells, with at least one blank.
func padded(x ui.Text, w int) ui.Text {
	return x.And(ui.Say(theme.Text, strings.Repeat(" ", max(1, w-x.Width()))))
}
