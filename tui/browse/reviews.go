package browse

import (
	"slices"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// reviewsTabID is the id of the tab with the decisions on the version.
const reviewsTabID = "reviews"

// reviewed are the decisions on all attempts of a version, the latest first.
type reviewed struct {
	asked   int
	begun   bool // they were asked for
	known   bool
	reviews []*registryv1.ReviewOf
	err     error
}

// reviewsTab is what people decided about the version.
func reviewsTab() versionTab {
	return versionTab{
		id: reviewsTabID, label: "Reviews", copies: "copy",
		count:  (*Version).reviewCount,
		status: func(s *Version, l ui.Look) ui.Text { return ui.MoreBelow(l.Theme, s.below) },
		view:   (*Version).reviewsView,
		outline: func(s *Version, l ui.Look, o *ui.Outline) {
			o.Say = append(o.Say, s.reviewLines(l.Theme, outlineWidth)...)
		},
		copied: func(*Version) (text, what string) { return "", "" },
	}
}

// reviewCount is how many approvals count, of how many that are needed.
func (s *Version) reviewCount() string {
	if s.version == nil {
		return ""
	}
	given := int32(0)
	all := s.reviews()
	for _, each := range all {
		if r := each.GetReview(); r.GetDecision() == registryv1.ReviewDecision_REVIEW_DECISION_APPROVE && !r.GetVoid() {
			given++
		}
	}
	needed := given
	if w := s.version.GetSummary().GetWaitingFor(); w.GetApprovalsNeeded() > 0 {
		given, needed = w.GetApprovalsGiven(), w.GetApprovalsNeeded()
	}
	if needed == 0 {
		if n := len(all); n > 0 {
			return words.Count(n)
		}
		return "none"
	}
	return words.Count(given) + " of " + words.Count(needed)
}

// reviews are the decisions on all attempts; until those are read, on this one.
func (s *Version) reviews() []*registryv1.ReviewOf {
	if s.reviewed.known {
		return s.reviewed.reviews
	}
	var all []*registryv1.ReviewOf
	for _, r := range slices.Backward(s.version.GetReviews()) {
		all = append(all, &registryv1.ReviewOf{Ref: s.ref.Ref(), State: s.version.GetSummary().GetState(), Review: r})
	}
	return all
}

// readReviews reads the decisions once somebody looks at them.
func (s *Version) readReviews() action.Action {
	if s.reviewed.begun || s.version == nil {
		return nil
	}
	return s.askReviews()
}

// askReviews asks for the decisions; answers to earlier questions are dropped.
func (s *Version) askReviews() action.Action {
	s.reviewed.begun = true
	s.reviewed.asked++
	return action.LoadReviews{Version: s.ref, For: s.reviewsFor(), Asked: s.reviewed.asked}
}

func (s *Version) reviewsFor() string { return "version " + s.ref.String() }

// takeReviews keeps the answer.
func (s *Version) takeReviews(msg catalog.Reviewed) {
	if msg.For != s.reviewsFor() || msg.Asked != s.reviewed.asked {
		return
	}
	if s.reviewed.err = msg.Err; msg.Err == nil {
		s.reviewed.known, s.reviewed.reviews = true, msg.Reviews
	}
}

// reviewsView are the decisions in sight.
func (s *Version) reviewsView(l ui.Look, w, h int) []string {
	lines := s.reviewLines(l.Theme, TextWidth(w))
	s.scroll = max(0, min(s.scroll, len(lines)-h))
	s.below = len(lines) - h - s.scroll
	return ui.Indent(l.Theme, lines[s.scroll:], w, h)
}

// reviewLines are what the version waits for, and the decisions below each
// other.
func (s *Version) reviewLines(t *theme.Theme, w int) []ui.Text {
	var lines []ui.Text
	if v := s.version.GetSummary(); v.GetState() == registryv1.State_STATE_VALIDATING {
		lines = append(lines, ui.Wrap(ui.Line(ui.Say(theme.Motion, t.Glyph(theme.GlyphWorking)+" "), ui.Say(theme.Text, words.Standing(v))), w)...)
	}
	all := s.reviews()
	for _, each := range all {
		if len(lines) > 0 {
			lines = append(lines, nil)
		}
		lines = append(lines, s.reviewOf(t, each.GetReview(), w)...)
	}
	switch {
	case client.ReasonOf(s.reviewed.err) == registryv1.Reason_REASON_NOT_PERMITTED:
		lines = append(lines, ui.Words(theme.Muted, "What reviewers said is for members of "+s.ref.Org+"."))
	case s.reviewed.err != nil:
		lines = append(lines, nil, ui.Words(theme.Warn, "Earlier attempts could not be read; ctrl+r tries again."))
	case len(all) == 0 && s.reviewed.known:
		lines = append(lines, ui.Words(theme.Muted, "Nobody has reviewed it."))
	}
	return lines
}

// reviewOf is one decision: by whom, when, about which bytes, and all that was
// said.
func (s *Version) reviewOf(t *theme.Theme, r *registryv1.Review, w int) []ui.Text {
	head := DecisionCell(t, r)
	head = head.And(ui.Say(theme.Text, " by "+r.GetPerson()), ui.Say(theme.Muted, " at "+words.Time(r.GetAt().AsTime())+", attempt "+words.Count(max(r.GetAttempt(), 1))))
	lines := ui.Wrap(head, w)
	say := func(role theme.Role, said string) {
		lines = append(lines, ui.Hanging(ui.Say(role, "  "), ui.Words(role, said), w)...)
	}
	if r.GetVoid() {
		say(theme.Warn, s.voided(r))
	}
	if r.GetSelfReview() {
		say(theme.Warn, "The reviewer is the author, which the policy allowed.")
	}
	if r.GetNote() != "" {
		say(theme.Text, r.GetNote())
	}
	for _, c := range r.GetCriteria() {
		lines = append(lines, criterionLines(t, c, w)...)
	}
	return lines
}

// voided is why a decision does not count any more.
func (s *Version) voided(r *registryv1.Review) string {
	switch {
	case r.GetAttempt() < s.version.GetSummary().GetAttempt():
		return "It does not count any more: it is about an earlier attempt."
	case string(r.GetAssetSet()) != string(s.version.GetAssetSet()):
		return "It does not count any more: it is about other bytes, sha256:" + words.Digest(r.GetAssetSet()) + "."
	default:
		return "It does not count any more: " + r.GetPerson() + " decided again."
	}
}

// criterionLines are one of the six with its mark and its note.
func criterionLines(t *theme.Theme, c *registryv1.ReviewCriterion, w int) []ui.Text {
	const name, mark = 20, 8
	glyph, role := theme.GlyphPast, theme.Muted
	switch c.GetMark() {
	case registryv1.ReviewMark_REVIEW_MARK_PASS:
		glyph, role = theme.GlyphGood, theme.OK
	case registryv1.ReviewMark_REVIEW_MARK_FAIL:
		glyph, role = theme.GlyphFailed, theme.Bad
	case registryv1.ReviewMark_REVIEW_MARK_UNSPECIFIED:
		glyph = theme.GlyphUnchecked
	default:
	}
	word := words.ReviewMark(c.GetMark())
	x := ui.Words(theme.Muted, "  ").And(ui.Cell(t, ui.Words(theme.Muted, words.Criterion(c.GetName())), name)...)
	wordRole := theme.Muted
	if role == theme.Bad {
		wordRole = theme.Bad
	}
	x = x.And(ui.Cell(t, ui.Line(ui.Say(role, t.Glyph(glyph)+" "), ui.Say(wordRole, word)), mark)...)
	if c.GetNote() == "" {
		return []ui.Text{x}
	}
	return beside(x, ui.Words(theme.Text, c.GetNote()), w)
}

// reviewing is the binding that opens the page on which a version is judged.
func reviewing(c *catalog.Catalog, chosen func() (action.Subject, bool)) ui.Binding {
	subject, known := chosen()
	return ui.Binding{
		ID: "version.review", Label: "review it", Help: "judge a version that waits for approvals", Keys: []string{"i"}, Asks: true,
		Quiet: subject.State != registryv1.State_STATE_VALIDATING,
		Off: func() string {
			switch {
			case !known:
				return noVersion
			case subject.State != registryv1.State_STATE_VALIDATING:
				return only(registryv1.State_STATE_VALIDATING, subject)
			case !c.May(subject.Version.Org, registryv1.Role_ROLE_REVIEWER, registryv1.Role_ROLE_MAINTAINER):
				return roleless(subject, "reviewer")
			}
			home := catalog.Home(subject.Version.Org, subject.Version.Name)
			if _, waits := c.Queued(home, subject.Version.Number); !waits && c.Queue.Whole() {
				return subject.Version.Number + " waits for no approval"
			}
			return ""
		},
		Do: do(action.OpenReview{Version: subject.Version}),
	}
}
