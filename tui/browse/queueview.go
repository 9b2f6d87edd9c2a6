package browse

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/changes"
	"github.com/registrar-console/registrar/tui/ui"
)

// The lower part of the page: how many lines tell of the row under the cursor
// and of the last decisions, and from which height on there is room for them.
const (
	queueLower     = 9
	queueLowerFrom = 18
	latelyLines    = 6
	latelyFrom     = 26
	latelyMost     = latelyLines - 2
)

// View implements the console's Screen.
func (s *Queue) View(l ui.Look, w, h int) []string {
	s.now = l.Now
	if s.orgs.look(s.catalog.Connectors.Edition(), s.catalog.Connectors.All()) {
		s.epoch++
	}
	lower, decisions := 0, 0
	if h >= queueLowerFrom {
		lower = queueLower
	}
	if h >= latelyFrom {
		decisions = latelyLines
	}
	lines := s.view(l, w, h-lower-decisions, s.nothingWaits(l))
	q, ok := s.current()
	var told []ui.Text
	if ok {
		told = s.details(l, q, min(w-4, readMost), s.dropped(l.Theme, q))
	}
	lines = append(lines, ui.Indent(l.Theme, told, w, lower)...)
	return append(lines, ui.Indent(l.Theme, s.decisions(l, min(w-4, readMost)), w, decisions)...)
}

// nothingWaits is what the page says when it is empty.
func (s *Queue) nothingWaits(l ui.Look) []ui.Text {
	said := "Nothing waits for you."
	if len(s.lately.reviews) > 0 {
		said += " The last review was decided " + words.Age(l.Now.Sub(s.lately.reviews[0].GetReview().GetAt().AsTime())) + " ago."
	}
	return []ui.Text{ui.Words(theme.Text, said)}
}

// details are what is known of the row under the cursor: its first words, and
// what a reviewer asks for first; also are facts that stand nowhere else.
func (s *Queue) details(l ui.Look, q *catalog.Queued, w int, also ui.Text) []ui.Text {
	t := l.Theme
	lines := []ui.Text{nil, ui.Heading(s.orgs.called(q.Org, q.Name)+" "+q.Number, w)}
	held := s.glances.of[q.ID]
	switch {
	case held == nil || !held.ready:
		return append(lines, ui.Words(theme.Muted, "loading"))
	case held.err != nil:
		return append(lines, ui.Words(theme.Warn, "What is new in it could not be read; ctrl+r tries again."))
	}
	if text := strings.Join(strings.Fields(held.version.GetChangelog()), " "); text != "" {
		all := ui.Wrap(ui.Line(ui.Say(theme.Muted, "Changelog: "), ui.Say(theme.Text, text)), w)
		if len(all) > 2 {
			all = all[:2]
			all[1] = all[1].And(ui.Say(theme.Muted, " "+t.Glyph(theme.GlyphCut)))
		}
		lines = append(lines, all...)
	} else {
		lines = append(lines, ui.Words(theme.Muted, "It has no changelog."))
	}
	all := news(t, held)
	if len(also) > 0 {
		all = append([]ui.Detail{{Key: "review", Value: also}}, all...)
	}
	return append(lines, ui.Details(all, detailKeys+1, w)...)
}

// dropped is what the columns say that a narrow page has no room for: who looks
// at the version, what the checks gave, and who made it.
func (s *Queue) dropped(t *theme.Theme, q *catalog.Queued) ui.Text {
	var facts []ui.Text
	if claim := claimOf(q, s.now); claim != "" && !s.table.Shows("claim") {
		facts = append(facts, ui.Words(theme.Warn, "claimed by "+claim))
	}
	if q.Known && !s.table.Shows("checks") {
		facts = append(facts, checksCell(t, q))
	}
	if q.Author != "" && !s.table.Shows("author") {
		facts = append(facts, ui.Words(theme.Muted, "by "+q.Author))
	}
	return ui.Facts(t, facts...)
}

// news are what is new in a version, a line for each question.
func news(t *theme.Theme, g *glance) []ui.Detail {
	if g.previous == "" {
		return []ui.Detail{{Key: "new", Value: ui.Words(theme.Text, "the first version: there is none to compare it with")}, signature(t, g)}
	}
	return []ui.Detail{
		{Key: "new", Value: told(t, g.report, diff.Resource, diff.Capability, diff.Config, diff.Platform)},
		{Key: "permissions", Value: told(t, g.report, diff.Permission)},
		{Key: "size", Value: sized(t, g.report)},
		signature(t, g),
	}
}

// signature is who signed a version, and whether he signed the one before.
func signature(t *theme.Theme, g *glance) ui.Detail {
	v := g.version.GetSummary()
	x := verdictCell(t, v.GetVerdict(), v.GetVerdictReason())
	for _, c := range g.report.Changes {
		switch {
		case c.Subject != diff.Signer || g.previous == "":
		case c.Kind == diff.Same:
			x = x.And(ui.Say(theme.Muted, " same signer as "+g.previous))
		case c.Thought != "":
			x = x.And(ui.Say(theme.Warn, " "+c.Thought+" "+t.Glyph(theme.GlyphCaution)))
		}
	}
	return ui.Detail{Key: "signer", Value: x}
}

// told are the changes of some subjects on one line, those to think about
// first.
func told(t *theme.Theme, r diff.Report, subjects ...diff.Subject) ui.Text {
	const most = 2
	var of []diff.Change
	for _, c := range r.Brief() {
		if c.Kind != diff.Unknown && slices.Contains(subjects, c.Subject) {
			of = append(of, c)
		}
	}
	var x ui.Text
	for i, c := range of[:min(len(of), most)] {
		if i > 0 {
			x = x.And(ui.Say(theme.Muted, "  "))
		}
		mark := changes.Mark(t, c)
		name := c.Name
		if c.Subject != diff.Permission && c.Subject != diff.Size && name != "" {
			name = strings.TrimPrefix(c.Subject.One(), "config ") + " " + name
		}
		x = x.And(ui.Say(mark.Role, mark.Glyph+" "), ui.Say(theme.Text, strings.TrimSpace(name)))
		if c.Detail != "" {
			air := " "
			if name == "" {
				air = ""
			}
			x = x.And(ui.Say(theme.Muted, air+c.Detail))
		}
	}
	switch more := len(of) - most; {
	case len(of) == 0:
		return ui.Words(theme.Muted, t.Glyph(theme.GlyphSame)+" nothing")
	case more > 0:
		return x.And(ui.Say(theme.Muted, ", "+words.Count(more)+" more"))
	default:
		return x
	}
}

// sized is how the executables grew, with the one that grew more than others.
func sized(t *theme.Theme, r diff.Report) ui.Text {
	var x ui.Text
	for _, c := range r.Changes {
		if c.Subject != diff.Size || c.Name != "" && c.Thought == "" {
			continue
		}
		if len(x) > 0 {
			x = x.And(ui.Say(theme.Muted, ", "))
		}
		mark := changes.Mark(t, c)
		role := theme.Muted
		if c.Thought != "" {
			role = theme.Warn
		}
		x = x.And(ui.Say(mark.Role, mark.Glyph+" "), ui.Say(role, strings.TrimSpace(c.Name+" "+c.Detail)))
	}
	return x
}

// decisions are the last ones of anybody.
func (s *Queue) decisions(l ui.Look, w int) []ui.Text {
	if len(s.lately.reviews) == 0 {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("Decided lately", w)}
	for _, r := range s.lately.reviews[:min(len(s.lately.reviews), latelyMost)] {
		lines = append(lines, decisionLine(l, r, w))
	}
	return lines
}

// The columns of a decision.
const (
	decisionWord = 14
	decisionName = 30
	decisionBy   = 14
)

// decisionLine is one decision: what, about which version, by whom, when, why.
func decisionLine(l ui.Look, r *registryv1.ReviewOf, w int) ui.Text {
	t := l.Theme
	word := padded(DecisionCell(t, r.GetReview()), decisionWord)
	age := words.Age(l.Now.Sub(r.GetReview().GetAt().AsTime()))
	ref := r.GetRef()
	name := ui.Say(theme.Text, ui.Fit(t, ref.GetName()+" "+ref.GetVersion(), min(decisionName, max(10, w-decisionWord-8)), ui.Left)+"  ")
	x := word.And(name)
	if w >= 80 {
		x = x.And(ui.Say(theme.Muted, ui.Fit(t, "by "+r.GetReview().GetPerson(), decisionBy, ui.Left)+"  "))
	}
	x = x.And(ui.Say(theme.Muted, ui.Fit(t, age, ageWidth, ui.Right)))
	if why := ui.Say(theme.Muted, "   "+words.Judged(r.GetReview())); w >= 80 {
		x = x.And(why)
	}
	return x
}

// DecisionCell is what somebody decided, as state and verdict are written.
func DecisionCell(t *theme.Theme, r *registryv1.Review) ui.Text {
	switch r.GetDecision() {
	case registryv1.ReviewDecision_REVIEW_DECISION_APPROVE:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, "APPROVED"))
	case registryv1.ReviewDecision_REVIEW_DECISION_REJECT:
		return ui.Mark(t.Mark(theme.GlyphFailed, theme.Bad, "REJECTED"))
	default:
		return ui.Mark(t.Mark(theme.GlyphPast, theme.Muted, "COMMENTED"))
	}
}

// Outline is the list as it is read line by line, with what is known of the
// row that is chosen and the last decisions.
func (s *Queue) Outline(l ui.Look) (ui.Outline, bool) {
	s.now = l.Now
	s.orgs.look(s.catalog.Connectors.Edition(), s.catalog.Connectors.All())
	o, _ := s.list.Outline(l)
	if o.Rows == 0 && s.rows.Whole() && !s.filtered() {
		o.Say = s.nothingWaits(l)
	}
	if q, ok := s.current(); ok {
		o.Below = append(o.Below, s.details(l, q, outlineWidth, nil)...)
	}
	o.Below = append(o.Below, s.decisions(l, outlineWidth)...)
	return o, true
}
