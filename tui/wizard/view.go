package wizard

import (
	"errors"
	"strings"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// readMost is how wide a text to read becomes.
const readMost = 118

// airyBody is from how many lines on the page has more air.
const airyBody = 28

// pageMargins are the cells that the page keeps free on both sides together.
const pageMargins = 4

// View implements the console's Screen.
func (s *Publish) View(l ui.Look, w, h int) []string {
	inner := max(1, w-pageMargins)
	lines := strip(l.Theme, s.step(), inner)
	if h >= airyBody {
		lines = append(lines, nil)
	}
	rest := h - len(lines)
	head := ui.Indent(l.Theme, lines, w, min(h, len(lines)))
	switch s.stage {
	case asking:
		form := s.form.view(l.Theme, inner, rest-s.errorRows(inner))
		return append(head, ui.Indent(l.Theme, append(form, failed(l.Theme, s.err, inner)...), w, rest)...)
	case preparing:
		return append(head, ui.Indent(l.Theme, []ui.Text{ui.Words(theme.Muted, "Looking at the folder and asking "+s.cfg.Registry+".")}, w, rest)...)
	case planned:
		return append(head, s.scrolled(l.Theme, s.planView(l.Theme, inner), w, rest)...)
	case running:
		s.listAt = len(head)
		return append(head, s.runView(l.Theme, w, rest)...)
	default:
		return append(head, s.scrolled(l.Theme, s.endView(l.Theme, inner), w, rest)...)
	}
}

// scrolled draws a page that may be longer than the screen.
func (s *Publish) scrolled(t *theme.Theme, lines []ui.Text, w, h int) []string {
	s.scroll = max(0, min(s.scroll, len(lines)-h))
	s.below = len(lines) - h - s.scroll
	return ui.Indent(t, lines[s.scroll:], w, h)
}

// Status implements the console's Screen.
func (s *Publish) Status(l ui.Look) ui.Text {
	switch s.stage {
	case running:
		return s.runStatus(l.Theme)
	case planned, finished:
		var facts []ui.Text
		if len(s.faults) > 0 {
			facts = append(facts, ui.Words(theme.Muted, "publish: off until what is listed is mended"))
		}
		return ui.Facts(l.Theme, append(facts, ui.MoreBelow(l.Theme, s.below))...)
	case asking, preparing:
	}
	return nil
}

// runStatus is the position, and how many files are in which state.
func (s *Publish) runStatus(t *theme.Theme) ui.Text {
	rows := s.run.snapshot().transfer.Rows
	if len(rows) == 0 {
		return nil
	}
	tally := map[publish.RowState]int{}
	for _, row := range rows {
		tally[row.State]++
	}
	var parts []string
	for _, state := range []publish.RowState{publish.RowStored, publish.RowHave, publish.RowUploading, publish.RowWaiting, publish.RowQueued, publish.RowStopped} {
		if n := tally[state]; n > 0 {
			parts = append(parts, words.Count(n)+" "+string(state))
		}
	}
	at := min(s.list.Cursor(), len(rows)-1) + 1
	return ui.Facts(t, ui.Words(theme.Muted, words.Count(at)+" of "+words.Count(len(rows))), ui.Words(theme.Muted, strings.Join(parts, ", ")))
}

// errorRows is how many lines the error below the form takes.
func (s *Publish) errorRows(w int) int {
	if s.err == nil {
		return 0
	}
	return 4 + len(s.err.Error())/max(1, w)
}

// failed shows an error with everything that is wrong and what to do about it.
func failed(t *theme.Theme, err error, w int) []ui.Text {
	if err == nil {
		return nil
	}
	w = min(w, readMost)
	known, ok := errors.AsType[*client.Error](err)
	if !ok {
		return append([]ui.Text{nil}, ui.Hanging(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "), ui.Words(theme.Text, ui.Sentence(err.Error())), w)...)
	}
	lines := []ui.Text{nil}
	for line := range strings.SplitSeq(known.Message, "\n") {
		lines = append(lines, ui.Hanging(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "), ui.Words(theme.Text, ui.Sentence(line)), w)...)
	}
	for _, fault := range known.Faults {
		if len(known.Faults) > 1 || !strings.Contains(known.Message, fault.Message) {
			lines = append(lines, faultLines(t, fault, w)...)
		}
	}
	if known.Next != "" {
		lines = append(append(lines, nil), ui.Wrap(ui.Words(theme.Muted, ui.Sentence(known.Next)), w)...)
	}
	return lines
}

// aboutWidth is the column of what a remark is about: the longest platform fits.
const aboutWidth = 16

// faultLines is one thing that keeps a plan from being published.
func faultLines(t *theme.Theme, fault client.Fault, w int) []ui.Text {
	sign := ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+"  ")
	if ui.Width(fault.Field) >= aboutWidth || w < 60 {
		return ui.Hanging(sign, ui.Words(theme.Text, fault.Field+": "+fault.Message), w)
	}
	var lines []ui.Text
	about := ui.Say(theme.Bad, ui.Fit(t, fault.Field, aboutWidth, ui.Left))
	for _, line := range ui.Hanging(ui.Say(theme.Bad, ""), ui.Words(theme.Text, fault.Message), w-aboutWidth-3) {
		lines = append(lines, append(ui.Line(sign, about), line...))
		sign, about = ui.Say(theme.Text, "   "), ui.Say(theme.Text, strings.Repeat(" ", aboutWidth))
	}
	return lines
}
