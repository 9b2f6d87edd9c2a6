package wizard

import (
	"strconv"
	"strings"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// steps are what the strip on top shows, in their order.
var steps = []string{"Project", "Plan", "Upload", "Validation", "Done"}

// step is where one is among the steps.
func (s *Publish) step() int {
	switch s.stage {
	case asking, preparing:
		return 0
	case planned:
		return 1
	case finished:
		if s.err == nil {
			return len(steps) - 1
		}
	case running:
	}
	switch s.run.snapshot().step {
	case publish.StepFinalize, publish.StepValidate, publish.StepStable, publish.StepDone:
		return 3
	default:
		return 2
	}
}

// stripFrom is from how many cells on the strip names every step.
const stripFrom = 70

// strip shows how far one is: what is done, where one is, what comes. On a
// narrow page it names the present step only.
func strip(t *theme.Theme, at, w int) []ui.Text {
	if w < stripFrom {
		x := ui.Line(ui.Say(theme.Muted, "step "+strconv.Itoa(at+1)+" of "+strconv.Itoa(len(steps))+" "), ui.Say(theme.Text, steps[at]).Bold())
		return []ui.Text{x, nil}
	}
	var names, bars ui.Text
	for i, name := range steps {
		if i > 0 {
			names, bars = names.And(ui.Say(theme.Text, "    ")), bars.And(ui.Say(theme.Text, "    "))
		}
		word, glyph, role := ui.Say(theme.Muted, name), theme.GlyphDone, theme.Muted
		switch {
		case i == at:
			word, role = ui.Say(theme.Text, name).Bold(), theme.Accent
		case i > at:
			word, glyph, role = ui.Say(theme.Faint, name), theme.GlyphRest, theme.Track
		}
		names = names.And(word)
		bars = bars.And(ui.Say(role, strings.Repeat(t.Glyph(glyph), len(name))))
	}
	return []ui.Text{names, bars, nil}
}
