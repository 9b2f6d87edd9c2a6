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
	if wide {
		upper, lower = ui.Words(theme.Text, trackIndent), ui.Words(theme.Text, trackIndent)
	}
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
		took := ""
		if wide {
			took = lasted(l, s, next, present)
		}
		lower = lower.And(ui.Say(theme.Muted, under(cameTo(s), took, cells[i])))
	}
	return []ui.Text{upper, lower}
}

// trackWide is from how many cells on every station keeps its word, trackIndent
// what stands before the first, and trackLink how long the way between two is
// where there is room.
const (
	trackWide   = 96
	trackIndent = "  "
	trackLink   = 12
)

// trackCells are how many cells each station takes with the link behind it.
func trackCells(t *theme.Theme, all []stage, present registryv1.State, w int) []int {
	cells := make([]int, len(all))
	if w < trackWide {
		// The present station takes what its word needs, the others share the rest.
		own, others := 0, len(all)
		for _, s := range all {
			if s.state == present {
				own, others = station(t, s, present, false).Width()+2, len(all)-1
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
	room := w - len(trackIndent)
	for i, s := range all {
		cells[i] = station(t, s, present, true).Width()
		room -= cells[i]
	}
	last := len(all) - 1
	if !all[last].at.IsZero() {
		// Behind the time stands how long it has been so.
		room -= trackLink + 2
		cells[last] += trackLink + 2
	}
	for i := range last {
		cells[i] += max(2, min(trackLink, room/last))
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

// cameTo is when a stage was reached.
func cameTo(s stage) string {
	switch {
	case !s.at.IsZero():
		return words.Clock(s.at.UTC())
	case s.state == registryv1.State_STATE_YANKED:
		return "no"
	default:
		return ""
	}
}

// lasted is how long it took from a stage to the next, or has stood since.
func lasted(l ui.Look, s, next stage, present registryv1.State) string {
	switch {
	case s.at.IsZero():
		return ""
	case !next.at.IsZero():
		return words.Duration(next.at.Sub(s.at))
	case s.state == present:
		return "for " + words.Duration(l.Now.Sub(s.at))
	default:
		return ""
	}
}

// under is what stands below a stage, in so many cells: when it was reached
// below its word, and how long that lasted below the way to the next. What does
// not fit is left out whole, since half a time says nothing.
func under(at, took string, cells int) string {
	text := "  " + at
	if len(text) > cells {
		return strings.Repeat(" ", cells)
	}
	if room := cells - len(text); took != "" && len(took)+2 <= room {
		text += strings.Repeat(" ", (room-len(took)+1)/2) + took
	}
	return text + strings.Repeat(" ", cells-len(text))
}
