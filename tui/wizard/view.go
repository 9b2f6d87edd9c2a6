package wizard

import (
	"errors"
	"strings"

	"github.com/registrar-console/registrar/client"
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
	if s.drafts != nil {
		return s.drafts.view(l, w, h)
	}
	lines := strip(l.Theme, s.at, inner)
	if h >= airyBody {
		lines = append(lines, nil)
	}
	head := ui.Indent(l.Theme, lines, w, min(h, len(lines)))
	s.above = len(head)
	return append(head, s.steps[s.at].view(l, w, h-len(head))...)
}

// Status implements the console's Screen.
func (s *Publish) Status(l ui.Look) ui.Text {
	status := s.page().status(l)
	if off := s.page().off(); off != "" && s.drafts == nil && s.at < atUpload {
		status = ui.Facts(l.Theme, status, ui.Words(theme.Muted, "next: off "+off))
	}
	return status
}

// Outline is the page as it is read line by line.
func (s *Publish) Outline(l ui.Look) (ui.Outline, bool) {
	if _, asks := s.page().inquiry(l); asks {
		return ui.Outline{}, false
	}
	o := s.page().outline(l)
	if s.drafts == nil {
		o.Say = append(strip(l.Theme, s.at, 0), o.Say...)
	}
	return o, true
}

// Inquiry is the page as it is asked question by question, where it has
// fields.
func (s *Publish) Inquiry(l ui.Look) (ui.Inquiry, bool) {
	q, asks := s.page().inquiry(l)
	if asks && q.Send == "" {
		q.Send, q.Leave = "wizard.next", "wizard.back"
	}
	return q, asks
}

// scrolled is a page of text that may be longer than the screen.
type scrolled struct{ top, below int }

// view draws the lines from where one has scrolled to.
func (s *scrolled) view(t *theme.Theme, lines []ui.Text, w, h int) []string {
	s.top = max(0, min(s.top, len(lines)-h))
	s.below = max(0, len(lines)-h-s.top)
	return ui.Indent(t, lines[s.top:], w, h)
}

// move scrolls by lines.
func (s *scrolled) move(by int) { s.top = max(0, s.top+by) }

// outlineWidth is so wide that no text is wrapped.
const outlineWidth = 10_000

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
