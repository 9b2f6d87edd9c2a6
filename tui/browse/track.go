package browse

import (
	"strings"
	"time"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// stage is one station of the lifecycle as a version passed it, or not.
type stage struct {
	state registryv1.State
	at    time.Time // zero: not reached
}

// stages are the stations of a version: FAILED takes the place of PUBLISHED.
func stages(v *registryv1.Version) []stage {
	end := registryv1.State_STATE_PUBLISHED
	if v.GetSummary().GetState() == registryv1.State_STATE_FAILED {
		end = registryv1.State_STATE_FAILED
	}
	order := []registryv1.State{
		registryv1.State_STATE_PENDING, registryv1.State_STATE_UPLOADING, registryv1.State_STATE_VALIDATING, end, registryv1.State_STATE_YANKED,
	}
	if end == registryv1.State_STATE_FAILED {
		order = order[:4]
	}
	out := make([]stage, len(order))
	for i, state := range order {
		out[i].state = state
		for _, step := range v.GetSteps() {
			if step.GetState() == state {
				out[i].at = step.GetAt().AsTime()
			}
		}
	}
	return out
}

// track draws the lifecycle on two lines: the stations, and below them when
// each was reached and how long the next one took. On a narrow screen only
// the present station keeps its word.
func track(l ui.Look, v *registryv1.Version, w int) []ui.Text {
	all := stages(v)
	present := v.GetSummary().GetState()
	wide := w >= trackWide
	cells := trackCells(l.Theme, all, present, w)
	var upper, lower ui.Text
	for i, s := range all {
		var next stage
		if i+1 < len(all) {
			next = all[i+1]
		}
		head := station(l.Theme, s, present, wide)
		upper = upper.And(head...)
		if i < len(all)-1 {
			upper = upper.And(link(l.Theme, cells[i]-head.Width(), next.at)...)
		}
		lower = lower.And(ui.Say(theme.Muted, fill(under(l, s, next, present, wide), cells[i])))
	}
	return []ui.Text{upper, lower}
}

// trackWide is from how many cells on every station keeps its word.
const trackWide = 96

// trackCells are how many cells each station takes with the link behind it.
func trackCells(t *theme.Theme, all []stage, present registryv1.State, w int) []int {
	cells := make([]int, len(all))
	own, others := 0, len(all)
	if w < trackWide {
		// The present station takes what its word needs, the others share the rest.
		for _, s := range all {
			if s.state == present {
				own, others = station(t, s, present, false).Width()+2, len(all)-1
			}
		}
	}
	for i, s := range all {
		cells[i] = (w - own) / others
		if own > 0 && s.state == present {
			cells[i] = own
		}
	}
	return cells
}

// station is the sign and the word of one stage.
func station(t *theme.Theme, s stage, present registryv1.State, wide bool) ui.Text {
	mark := t.State(s.state)
	switch {
	case s.state == present:
		return ui.Line(ui.Say(mark.Role, mark.Glyph+" "), ui.Say(theme.Text, mark.Word).Bold(), ui.Say(theme.Text, " "))
	case !wide:
		return ui.Line(ui.Say(theme.Muted, pastGlyph(t, s)+" "))
	default:
		return ui.Line(ui.Say(theme.Muted, pastGlyph(t, s)+" "+mark.Word+" "))
	}
}

func pastGlyph(t *theme.Theme, s stage) string {
	if s.at.IsZero() {
		return t.State(s.state).Glyph
	}
	return t.Glyph(theme.GlyphPast)
}

// link leads to the next stage: drawn through if that was reached.
func link(t *theme.Theme, w int, reached time.Time) ui.Text {
	w = max(1, w-1)
	glyph, role := theme.GlyphRest, theme.Track
	if !reached.IsZero() {
		glyph, role = theme.GlyphDone, theme.Muted
	}
	return ui.Line(ui.Say(role, strings.Repeat(t.Glyph(glyph), w)), ui.Say(theme.Text, " "))
}

// under is what stands below a stage: when, and, where there is room, how
// long until the next.
func under(l ui.Look, s, next stage, present registryv1.State, wide bool) string {
	switch {
	case s.at.IsZero() && s.state == registryv1.State_STATE_YANKED:
		return "  no"
	case s.at.IsZero():
		return ""
	}
	text := "  " + words.Clock(s.at.UTC())
	switch {
	case !wide:
	case !next.at.IsZero():
		text += "  " + words.Duration(next.at.Sub(s.at))
	case s.state == present:
		text += "  for " + words.Age(l.Now.Sub(s.at))
	}
	return text
}

// fill pads plain text to w cells; what does not fit is left out whole, since
// half a time says nothing.
func fill(text string, w int) string {
	if len(text) > w {
		text = ""
	}
	return text + strings.Repeat(" ", w-len(text))
}
