package triage

import (
	"errors"
	"strings"
	"time"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/review"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// reviewPage is how the page was drawn last, for the mouse and for scrolling.
type reviewPage struct {
	now    time.Time
	wide   bool
	left   int   // cells of the judgement
	items  []int // by line of the judgement: what it belongs to, or -1
	top    int   // first line of it in sight
	scroll int   // of the changes
	height int
	// sent is the decision that was asked about last.
	sent registryv1.ReviewDecision
}

// The page has two halves from so many cells on; the right one takes at most
// so much. The summary has so many lines, and the judgement has air between
// its criteria from so many lines on.
const (
	reviewHalves = 100
	reviewRight  = 60
	summaryRows  = 3
	reviewAiry   = 28
	markCells    = 10
	nameColumn   = 22
)

// Caption implements the console's Screen.
func (s *Review) Caption(l ui.Look, place string) ui.Caption {
	caption := ui.Caption{Path: []string{place, s.ref.Org + "/" + s.ref.Name + " " + s.ref.Number}}
	if s.version == nil {
		return caption
	}
	v := s.version.GetSummary()
	var facts []ui.Text
	q, waits := s.queued()
	if waits {
		by, left := q.Claimed(l.Now)
		switch {
		case by == "":
		case by == s.catalog.Caller.GetPerson():
			facts = append(facts, ui.Words(theme.Muted, "yours for "+words.Duration(left.Round(time.Minute))))
		default:
			facts = append(facts, ui.Words(theme.Warn, by+" looks at it, "+words.Duration(left.Round(time.Minute))+" left"))
		}
	}
	if v.GetState() != registryv1.State_STATE_VALIDATING {
		facts = append(facts, ui.Mark(l.Theme.State(v.GetState())))
	} else {
		facts = append(facts, ui.Words(theme.Muted, words.Approvals(v.GetWaitingFor())))
	}
	if !s.page.wide {
		caption.Facts = facts[0] // who looks at it, or else how far it is
		return caption
	}
	caption.Facts = ui.Facts(l.Theme, append(facts, s.checks(l.Theme))...)
	return caption
}

// checks sums up what was checked.
func (s *Review) checks(t *theme.Theme) ui.Text {
	passed, warned := 0, 0
	for _, c := range s.version.GetChecks() {
		switch c.GetResult() {
		case registryv1.CheckResult_CHECK_RESULT_PASS:
			passed++
		case registryv1.CheckResult_CHECK_RESULT_WARN:
			warned++
		default:
		}
	}
	switch {
	case warned > 0:
		return ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, words.Plural(warned, "warning", "warnings")))
	case passed > 0:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, words.Plural(passed, "check", "checks")+" passed"))
	default:
		return nil
	}
}

// Status implements the console's Screen: what an approval is bound to, or on a
// narrow page how far the judgement is.
func (s *Review) Status(l ui.Look) ui.Text {
	switch {
	case s.version == nil && s.err == nil:
		return ui.Words(theme.Muted, "loading")
	case s.version == nil:
		return nil
	case s.err != nil:
		return ui.Words(theme.Warn, "It could not be read again; ctrl+r tries.")
	case s.writing:
		return s.room()
	case !s.page.wide:
		full := ui.Line(ui.Say(theme.Text, "tab").Bold(), ui.Say(theme.Muted, " full list of changes"))
		if s.previous == "" {
			full = nil
		}
		return ui.Facts(l.Theme, s.progress(l.Theme, "kept"), full)
	default:
		return ui.Words(theme.Muted, "Approval is bound to asset set sha256:"+words.Digest(s.version.GetAssetSet())+"; a new upload voids it.")
	}
}

// room says how much may still be written: what does not fit is not taken.
func (s *Review) room() ui.Text {
	role := theme.Muted
	if s.input.Count() >= reasonLimit {
		role = theme.Warn
	}
	return ui.Words(role, words.Count(s.input.Count())+" of "+words.Count(reasonLimit)+" characters; the author reads it")
}

// progress is how many criteria are marked, and whether that is kept.
func (s *Review) progress(t *theme.Theme, kept string) ui.Text {
	facts := []ui.Text{ui.Words(theme.Muted, words.Count(s.draft.Marked())+" of "+words.Count(review.Criteria)+" marked")}
	switch {
	case s.keepErr != nil:
		facts = append(facts, ui.Mark(t.Mark(theme.GlyphCaution, theme.Warn, "draft not kept")))
	case s.kept:
		facts = append(facts, ui.Mark(t.Mark(theme.GlyphGood, theme.OK, "draft "+kept)))
	}
	return ui.Facts(t, facts...)
}

// View implements the console's Screen.
func (s *Review) View(l ui.Look, w, h int) []string {
	t := l.Theme
	s.page.now, s.page.height, s.page.wide = l.Now, h, w >= reviewHalves
	switch {
	case s.version == nil && s.err != nil:
		next := ""
		if known, is := errors.AsType[*client.Error](s.err); is {
			next = known.Next
		}
		return ui.Indent(t, ui.Refusal(t, s.err.Error(), next, min(w-4, 100)), w, h)
	case s.version == nil:
		return ui.Indent(t, nil, w, h)
	case !s.page.wide:
		s.page.left = w
		return s.judgement(l, w, h, s.inBrief(l, w-4))
	}
	left, right := ui.Halves(w, reviewRight)
	s.page.left = left
	lines := s.right(l, right-4)
	s.page.scroll = max(0, min(s.page.scroll, len(lines)-h))
	return ui.Beside(s.judgement(l, left, h, s.consequences(l, left-4)), ui.Indent(t, lines[s.page.scroll:], right, h))
}

// judged is a line of the judgement, and what it belongs to: -1 is nothing.
type judged struct {
	text ui.Text
	item int
}

// judgement draws the six criteria and the summary on h lines of w cells; the
// cursor stays in sight. below stands under them.
func (s *Review) judgement(l ui.Look, w, h int, below []ui.Text) []string {
	t, inner := l.Theme, w-4
	airy := h >= reviewAiry
	var all []judged
	add := func(item int, texts ...ui.Text) {
		for _, x := range texts {
			all = append(all, judged{text: x, item: item})
		}
	}
	add(-1, s.warnings(t, inner)...)
	if h > leastJudged {
		add(-1, ui.Heading("Your judgement", inner))
	}
	for i := range review.Criteria {
		lines := s.criterion(l, i, inner)
		add(i, lines...)
		if airy && len(lines) < 3 && i < review.Criteria-1 {
			add(-1, nil)
		}
	}
	add(-1, nil)
	add(summaryAt, s.summary(l, inner, airy)...)
	for _, x := range below {
		add(-1, x)
	}
	s.page.items = s.page.items[:0]
	first, last := len(all), 0
	for i, line := range all {
		s.page.items = append(s.page.items, line.item)
		if line.item == s.cursor {
			first, last = min(first, i), i
		}
	}
	s.page.top = max(0, min(s.page.top, first, len(all)-h))
	if last-s.page.top >= h {
		s.page.top = last - h + 1
	}
	lines := make([]string, 0, h)
	for i := s.page.top; i < s.page.top+h; i++ {
		var x judged
		if x.item = -1; i < len(all) {
			x = all[i]
		}
		chosen := x.item == s.cursor
		fill := theme.Page
		if chosen {
			fill = theme.Selected
		}
		lines = append(lines, ui.Bar(t, chosen, true, fill)+x.text.FitOn(t, inner, ui.Left, fill)+ui.Text{ui.Say(theme.Text, "  ")}.FitOn(t, 2, ui.Left, fill))
	}
	return lines
}

// leastJudged is up to which height the judgement has no heading.
const leastJudged = 12

// warnings are what one has to know before one goes on: that the version is
// another one now, or that a judgement is about other bytes.
func (s *Review) warnings(t *theme.Theme, w int) []ui.Text {
	var lines []ui.Text
	warn := func(said string) {
		lines = append(lines, ui.Hanging(ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+" "), ui.Words(theme.Warn, said), w)...)
	}
	if s.moved != "" {
		said := s.moved
		if s.draft.Marked() > 0 || s.draft.Summary != "" {
			said += " Your review is kept."
		}
		warn(said)
	}
	if s.keepErr != nil {
		warn("This review is not kept on this computer: " + s.keepErr.Error() + ".")
	}
	if s.old != nil {
		warn("You judged other bytes of it before, attempt " + words.Count(max(s.old.Attempt, 1)) + ", " + words.Count(s.old.Marked()) + " of 6 marked. b takes that over for these.")
	}
	if len(lines) > 0 {
		lines = append(lines, nil)
	}
	return lines
}

// criterion is one of the six: its marks, what is known already, the note.
func (s *Review) criterion(l ui.Look, i, w int) []ui.Text {
	t, j, chosen := l.Theme, s.draft.Judgements[i], i == s.cursor
	name := ui.Say(theme.Text, called(i))
	if chosen {
		name = name.Bold()
	}
	column := nameColumn
	if w < nameColumn+3*markCells {
		column = max(0, w-3*8)
	}
	cells := min(markCells, max(1, (w-column)/3))
	head := ui.Cell(t, ui.Line(ui.Say(theme.Text, words.Count(i+1)).Bold(), ui.Say(theme.Text, " "), name), column)
	for _, m := range []registryv1.ReviewMark{registryv1.ReviewMark_REVIEW_MARK_PASS, registryv1.ReviewMark_REVIEW_MARK_FAIL, registryv1.ReviewMark_REVIEW_MARK_NOT_APPLICABLE} {
		head = head.And(ui.Cell(t, markCell(t, m, j.Mark == m), cells)...)
	}
	lines := []ui.Text{head}
	for _, known := range s.evidence(t, i, w-2) {
		lines = append(lines, ui.Line(ui.Say(theme.Text, "  ")).And(known...))
	}
	switch {
	case s.writing && chosen:
		field := s.input.View(t, max(4, w-7), true)[0]
		lines = append(lines, ui.Line(ui.Say(theme.Accent, "  note ").Bold()).And(field...))
	case j.Note != "":
		lines = append(lines, ui.Cell(t, ui.Line(ui.Say(theme.Muted, "  note "), ui.Say(theme.Text, j.Note)), w))
	}
	return lines
}

// markCell is one of three marks: what is chosen has its sign.
func markCell(t *theme.Theme, m registryv1.ReviewMark, chosen bool) ui.Text {
	word := words.ReviewMark(m)
	if !chosen {
		return ui.Line(ui.Say(theme.Muted, "  "+word))
	}
	glyph, role := theme.GlyphPast, theme.Text
	switch m {
	case registryv1.ReviewMark_REVIEW_MARK_PASS:
		glyph, role = theme.GlyphGood, theme.OK
	case registryv1.ReviewMark_REVIEW_MARK_FAIL:
		glyph, role = theme.GlyphFailed, theme.Bad
	default:
	}
	return ui.Line(ui.Say(role, t.Glyph(glyph)+" "), ui.Say(role, word).Bold())
}

// summary is the text for the author.
func (s *Review) summary(l ui.Look, w int, airy bool) []ui.Text {
	t := l.Theme
	writing := s.writing && s.cursor == summaryAt
	hint := ui.Line(ui.Say(theme.Accent, "s").Bold(), ui.Say(theme.Muted, " writes it; the author reads it"))
	if !s.page.wide {
		lead := ui.Say(theme.Muted, "summary ")
		switch {
		case writing:
			return []ui.Text{ui.Line(ui.Say(theme.Accent, "summary ").Bold()).And(s.single(t, w-8)...)}
		case s.draft.Summary == "":
			return []ui.Text{ui.Line(lead).And(hint...)}
		default:
			return []ui.Text{ui.Cell(t, ui.Line(lead, ui.Say(theme.Text, s.draft.Summary)), w)}
		}
	}
	lines := []ui.Text{ui.Heading("Summary to the author", w)}
	switch {
	case writing:
		lines = append(lines, s.input.View(t, w, true)...)
	case s.draft.Summary == "":
		lines = append(lines, hint)
	default:
		text := ui.Wrap(ui.Words(theme.Text, s.draft.Summary), w)
		if len(text) > summaryRows {
			text = text[:summaryRows]
			text[summaryRows-1] = text[summaryRows-1].And(ui.Say(theme.Muted, " "+t.Glyph(theme.GlyphCut)))
		}
		lines = append(lines, text...)
	}
	for airy && len(lines) < 1+summaryRows+1 {
		lines = append(lines, nil)
	}
	return lines
}

// single is the field of the summary on one line.
func (s *Review) single(t *theme.Theme, w int) ui.Text {
	rows := s.input.Rows
	s.input.Rows = 1
	line := s.input.View(t, max(4, w), true)[0]
	s.input.Rows = rows
	return line
}

// consequences say how far the judgement is, and what the two decisions do or
// why they are off.
func (s *Review) consequences(l ui.Look, w int) []ui.Text {
	lines := []ui.Text{s.progress(l.Theme, "kept on this computer"), nil}
	attempt := words.Count(max(s.version.GetSummary().GetAttempt(), 1))
	for _, each := range []struct{ key, does, off string }{
		{"a", "approve counts for these bytes only", s.offApprove()},
		{"X", "reject fails attempt " + attempt + "; the number stays free", s.offReject()},
	} {
		said := each.does
		if each.off != "" {
			verb := "approve"
			if each.key == "X" {
				verb = "reject"
			}
			said = refused(verb, each.off)
		}
		lines = append(lines, ui.Hanging(ui.Say(theme.Text, each.key+" ").Bold(), ui.Words(theme.Muted, said), w)...)
	}
	return lines
}

// refused is an action with why it is off: what it needs, or else a reason.
func refused(verb, why string) string {
	if strings.HasPrefix(why, "needs ") {
		return verb + " " + why
	}
	return verb + ": " + why
}
