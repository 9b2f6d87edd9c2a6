package triage

import (
	"time"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/changes"
	"github.com/registrar-console/registrar/tui/ui"
)

// inBrief is what changed in one line, for pages that are narrow; why the
// approval is off stands above it.
func (s *Review) inBrief(l ui.Look, w int) []ui.Text {
	t := l.Theme
	lines := []ui.Text{nil}
	if why := s.offApprove(); why != "" {
		lines = append(lines, ui.Cell(t, ui.Line(ui.Say(theme.Text, "a ").Bold(), ui.Say(theme.Muted, refused("approve", why))), w))
	}
	if s.previous == "" {
		return append(lines, ui.Words(theme.Muted, "It is the first version: there is none to compare it with."))
	}
	lines = append(lines, ui.Heading("What changed since "+s.previous, w))
	switch {
	case s.known:
		return append(lines, changes.Line(t, s.report, w))
	case s.reportErr != nil:
		return append(lines, ui.Words(theme.Warn, s.previous+" could not be read; ctrl+r tries again."))
	default:
		return append(lines, ui.Words(theme.Muted, "loading"))
	}
}

// right is what changed, and how the connector was judged before.
func (s *Review) right(l ui.Look, w int) []ui.Text {
	t := l.Theme
	var lines []ui.Text
	if s.previous == "" {
		lines = append(lines, ui.Heading("What changed", w))
		lines = append(lines, ui.Wrap(ui.Words(theme.Muted, "No PUBLISHED version is lower than "+s.ref.Number+": there is none to compare it with."), w)...)
	} else {
		title := ui.Words(theme.Text, "What changed since "+s.previous)
		if row, read := s.catalog.Version(s.home, s.previous); read {
			title = title.And(ui.Say(theme.Muted, " "+words.Age(l.Now.Sub(time.UnixMicro(row.Updated)))+" ago"))
		}
		lines = append(lines, ui.Section(title, nil, w))
		switch {
		case s.known:
			lines = append(lines, changes.Half(t, s.report, w)...)
		case s.reportErr != nil:
			lines = append(lines, ui.Words(theme.Warn, s.previous+" could not be read; ctrl+r tries again."))
		default:
			lines = append(lines, ui.Words(theme.Muted, "loading"))
		}
	}
	lines = append(lines, s.checksWarn(t, w)...)
	return append(lines, s.reviewedBefore(l, w)...)
}

// checksWarn are the warnings of the registry's checks in full.
func (s *Review) checksWarn(t *theme.Theme, w int) []ui.Text {
	all := s.distinctWarnings()
	if len(all) == 0 {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("What the checks warn of", w)}
	for _, c := range all {
		lead := ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+" ")
		lines = append(lines, ui.Hanging(lead, ui.Line(ui.Say(theme.Text, c.GetName()+" "), ui.Say(theme.Muted, c.GetDetail())), w)...)
	}
	return lines
}

// beforeMost is how many earlier decisions the page shows.
const beforeMost = 4

// reviewedBefore are the last decisions on versions of the connector.
func (s *Review) reviewedBefore(l ui.Look, w int) []ui.Text {
	if len(s.before) == 0 {
		return nil
	}
	t := l.Theme
	lines := []ui.Text{nil, ui.Heading("Reviewed before", w)}
	for _, each := range s.before[:min(len(s.before), beforeMost)] {
		r := each.GetReview()
		glyph, role, word := theme.GlyphPast, theme.Muted, "commented"
		switch r.GetDecision() {
		case registryv1.ReviewDecision_REVIEW_DECISION_APPROVE:
			glyph, role, word = theme.GlyphGood, theme.OK, "approved"
		case registryv1.ReviewDecision_REVIEW_DECISION_REJECT:
			glyph, role, word = theme.GlyphFailed, theme.Bad, "rejected"
		default:
		}
		wordRole := theme.Muted
		if role == theme.Bad {
			wordRole = theme.Bad
		}
		x := ui.Cell(t, ui.Words(theme.Muted, each.GetRef().GetVersion()), 9)
		x = x.And(ui.Say(role, t.Glyph(glyph)+" "), ui.Say(wordRole, word), ui.Say(theme.Muted, ui.Fit(t, " by "+r.GetPerson(), 12, ui.Left)))
		x = x.And(ui.Say(theme.Muted, ui.Fit(t, words.Age(l.Now.Sub(r.GetAt().AsTime())), 5, ui.Right)+"  "))
		lines = append(lines, x.And(ui.Say(theme.Muted, noted(r))))
	}
	return lines
}

// noted says how much somebody wrote, or what he did not like.
func noted(r *registryv1.Review) string {
	notes := 0
	for _, c := range r.GetCriteria() {
		if c.GetNote() != "" {
			notes++
		}
		if c.GetMark() == registryv1.ReviewMark_REVIEW_MARK_FAIL {
			return words.Judged(r)
		}
	}
	if notes == 0 {
		return "no notes"
	}
	return words.Plural(notes, "note", "notes")
}
