package triage

import (
	"strconv"
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// Bindings implements the console's Screen. Digits are criteria here, and p
// passes.
func (s *Review) Bindings() []ui.Binding {
	if s.writing {
		return []ui.Binding{
			{ID: "review.written", Label: "done", Help: "go on; what was typed stays", Keys: []string{"enter", "esc", "tab"}, Do: always(action.Written{})},
		}
	}
	pass, fail, other := registryv1.ReviewMark_REVIEW_MARK_PASS, registryv1.ReviewMark_REVIEW_MARK_FAIL, registryv1.ReviewMark_REVIEW_MARK_NOT_APPLICABLE
	writes := "note"
	if s.cursor == summaryAt {
		writes = "write"
	}
	marks := []ui.Binding{
		{ID: "review.pass", Label: "pass", Help: "the criterion under the cursor is met", Keys: []string{"p"}, Off: s.noCriterion, Do: always(action.Judge{Mark: pass})},
		{ID: "review.fail", Label: "fail", Help: "the criterion under the cursor is not met", Keys: []string{"f"}, Off: s.noCriterion, Do: always(action.Judge{Mark: fail})},
		{ID: "review.na", Label: "n/a", Help: "the criterion under the cursor does not apply", Keys: []string{"n"}, Off: s.noCriterion, Do: always(action.Judge{Mark: other})},
		{ID: "review.note", Label: writes, Help: "write a note on the criterion under the cursor, or the summary", Keys: []string{"e", "enter"}, Off: s.notRead, Do: always(action.Write{})},
	}
	changes := ui.Binding{ID: "review.changes", Label: "changes", Help: "the full list of what changed", Keys: []string{"tab", "="}, Asks: true, Off: s.nothingBefore, Do: s.openChanges}
	decisions := []ui.Binding{
		{ID: "review.approve", Label: "approve", Help: "approve this version; asks first", Keys: []string{"a"}, Risk: ui.Changes, Off: s.offApprove, Do: s.decide(registryv1.ReviewDecision_REVIEW_DECISION_APPROVE)},
		{ID: "review.comment", Label: "comment only", Help: "send the summary and decide nothing; asks first", Keys: []string{"w"}, Risk: ui.Changes, Off: s.offComment, Do: s.decide(registryv1.ReviewDecision_REVIEW_DECISION_COMMENT)},
		{ID: "review.reject", Label: "reject", Help: "fail this attempt; asks first", Keys: []string{"X"}, Risk: ui.Destroys, Off: s.offReject, Do: s.decide(registryv1.ReviewDecision_REVIEW_DECISION_REJECT)},
	}
	all := append(append(marks, changes), decisions...)
	if !s.page.wide {
		// There is room for a few keys only: the status row names that of the
		// changes.
		all = append(marks, decisions[0], decisions[2], decisions[1], changes)
	}
	all = append(all, []ui.Binding{
		{ID: "review.summary", Label: "summary", Help: "write the summary to the author", Keys: []string{"s", "7"}, Quiet: true, Off: s.notRead, Do: always(action.Several{All: []action.Action{action.Criterion{At: summaryAt}, action.Write{}}})},
		s.claiming(),
		{ID: "review.open", Label: "open the version", Help: "all about this version", Keys: []string{"o"}, Quiet: true, Do: always(action.OpenVersion{Version: s.ref})},
	}...)
	if s.old != nil {
		all = append(all, ui.Binding{
			ID: "review.restore", Label: "take over", Help: "take over what was judged of other bytes", Keys: []string{"b"}, Do: always(action.Restore{}),
		})
	}
	for i, name := range registryv1.Criteria() {
		all = append(all, ui.Binding{
			ID: "review." + name, Label: called(i), Help: "go to this criterion", Keys: []string{strconv.Itoa(i + 1)}, Quiet: true, Do: always(action.Criterion{At: i}),
		})
	}
	return append(all, []ui.Binding{
		{ID: "list.up", Label: "up", Help: "the criterion above", Keys: []string{"up", "k"}, Quiet: true, Do: always(action.Move{By: -1})},
		{ID: "list.down", Label: "down", Help: "the criterion below", Keys: []string{"down", "j"}, Quiet: true, Do: always(action.Move{By: 1})},
		{ID: "list.first", Label: "first", Help: "the first criterion", Keys: []string{"g", "home"}, Quiet: true, Do: always(action.Edge{})},
		{ID: "list.last", Label: "summary", Help: "the summary", Keys: []string{"G", "end"}, Quiet: true, Do: always(action.Edge{Last: true})},
		{ID: "list.pageup", Label: "scroll up", Help: "the changes, one page up", Keys: []string{"pgup", "ctrl+b"}, Quiet: true, Do: always(action.Page{By: -1})},
		{ID: "list.pagedown", Label: "scroll down", Help: "the changes, one page down", Keys: []string{"pgdown", "ctrl+f"}, Quiet: true, Do: always(action.Page{By: 1})},
	}...)
}

// called is the name of a criterion as a line begins with it.
func called(i int) string { return capital(words.Criterion(registryv1.Criteria()[i])) }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// always makes a binding's Do of an action that is the same each time.
func always(next action.Action) func() action.Action {
	return func() action.Action { return next }
}

// claiming is the key that tells others who looks at the version.
func (s *Review) claiming() ui.Binding {
	label, release := "claim", s.claimedByMe()
	if release {
		label = "release"
	}
	return ui.Binding{
		ID: "review.claim", Label: label, Help: "tell others that you look at it, or that you stopped", Keys: []string{"m"}, Risk: ui.Changes, Quiet: true,
		Off: s.offClaim,
		Do: func() action.Action {
			return action.Claim{Version: s.ref, Attempt: s.version.GetSummary().GetAttempt(), Release: release}
		},
	}
}

// offClaim is why nobody can be told that one looks at it: what one made oneself
// is for others to look at.
func (s *Review) offClaim() string {
	if why := s.offDecide(); why != "" {
		return why
	}
	if q, waits := s.queued(); waits && q.Refused == registryv1.Reason_REASON_SELF_REVIEW {
		return refusedFor(s.ref.Org, q.Refused)
	}
	return ""
}

// claimedByMe reports whether the person said that he looks at it.
func (s *Review) claimedByMe() bool {
	q, waits := s.queued()
	if !waits {
		return false
	}
	by, _ := q.Claimed(s.page.now)
	return by != "" && by == s.catalog.Caller.GetPerson()
}

func (s *Review) notRead() string {
	if s.version == nil {
		return "the version is not read yet"
	}
	return ""
}

func (s *Review) noCriterion() string {
	if s.cursor == summaryAt {
		return "the cursor is on the summary; 1 to 6 go to the criteria"
	}
	return s.notRead()
}

func (s *Review) nothingBefore() string {
	if s.previous == "" {
		return "no PUBLISHED version is lower than " + s.ref.Number
	}
	return ""
}

func (s *Review) openChanges() action.Action {
	old := s.ref
	old.Number = s.previous
	return action.Compare{Old: old, New: s.ref}
}

// offDecide is why nothing can be decided about the version.
func (s *Review) offDecide() string {
	v := s.version.GetSummary()
	switch {
	case s.version == nil:
		return s.notRead()
	case v.GetState() != registryv1.State_STATE_VALIDATING:
		return "only VALIDATING versions, and " + s.ref.Number + " is " + registryv1.Short(v.GetState())
	case v.GetWaitingFor().GetChecks():
		return "its checks are not over yet"
	case !s.catalog.May(s.ref.Org, registryv1.Role_ROLE_REVIEWER, registryv1.Role_ROLE_MAINTAINER):
		return "that needs the reviewer role in " + s.ref.Org + "; ask an admin"
	case s.catalog.Underway(DecideTask(s.ref)):
		return "a decision is on its way"
	default:
		return ""
	}
}

// offApprove is why the version cannot be approved now.
func (s *Review) offApprove() string {
	if why := s.offDecide(); why != "" {
		return why
	}
	if q, waits := s.queued(); waits && q.Known && q.Refused != registryv1.Reason_REASON_UNSPECIFIED {
		return refusedFor(s.ref.Org, q.Refused)
	}
	if open := s.open(); len(open) > 0 {
		return needsAll(open)
	}
	return ""
}

// unmarked is the number of a criterion with a note and without a mark, or "":
// the registry keeps no such thing.
func (s *Review) unmarked() string {
	for i, j := range s.draft.Judgements {
		if j.Note != "" && j.Mark == registryv1.ReviewMark_REVIEW_MARK_UNSPECIFIED {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// refusedFor is why the registry would not take somebody's approval.
func refusedFor(org string, r registryv1.Reason) string {
	if r == registryv1.Reason_REASON_SELF_REVIEW {
		return "you are its author, and the policy of " + org + " wants somebody else"
	}
	return "the registry would refuse: " + words.Reason(r)
}

// open are the numbers of the criteria without a mark.
func (s *Review) open() []int {
	var open []int
	for i, j := range s.draft.Judgements {
		if j.Mark == registryv1.ReviewMark_REVIEW_MARK_UNSPECIFIED {
			open = append(open, i+1)
		}
	}
	return open
}

// needsAll says which criteria are open; three and more in a row are a span,
// so that the line stays one.
func needsAll(open []int) string {
	var spans []string
	for i := 0; i < len(open); {
		end := i
		for end+1 < len(open) && open[end+1] == open[end]+1 {
			end++
		}
		if end-i < 2 {
			end = i
			spans = append(spans, strconv.Itoa(open[i]))
		} else {
			spans = append(spans, strconv.Itoa(open[i])+" to "+strconv.Itoa(open[end]))
		}
		i = end + 1
	}
	verb := " are open"
	if len(open) == 1 {
		verb = " is open"
	}
	return "needs all six marked: " + words.List(spans) + verb
}

// offReject is why the version cannot be rejected now.
func (s *Review) offReject() string {
	if why := s.offDecide(); why != "" {
		return why
	}
	if q, waits := s.queued(); waits && q.Refused == registryv1.Reason_REASON_SELF_REVIEW {
		return "you are its author; withdraw it on its own page instead"
	}
	return s.offSend("a reason")
}

// offSend is why what was written so far cannot be sent.
func (s *Review) offSend(what string) string {
	switch {
	case s.draft.Summary == "":
		return "needs " + what + ": s writes the summary"
	case s.unmarked() != "":
		return "needs a mark on " + s.unmarked() + ", which has a note"
	default:
		return ""
	}
}

func (s *Review) offComment() string {
	if why := s.offDecide(); why != "" {
		return why
	}
	return s.offSend("a text")
}

// decide asks before a decision is sent.
func (s *Review) decide(d registryv1.ReviewDecision) func() action.Action {
	return func() action.Action {
		s.page.sent = d
		w := s.version.GetSummary().GetWaitingFor()
		ask := action.AskDecide{
			Decision: action.Decide{Version: s.ref, Attempt: s.draft.Attempt, Decision: d, Note: s.draft.Summary},
			Given:    w.GetApprovalsGiven(), Needed: w.GetApprovalsNeeded(),
		}
		copy(ask.Decision.AssetSet[:], s.version.GetAssetSet())
		for i, j := range s.draft.Judgements {
			if j.Mark != registryv1.ReviewMark_REVIEW_MARK_UNSPECIFIED {
				ask.Decision.Criteria = append(ask.Decision.Criteria, &registryv1.ReviewCriterion{Name: registryv1.Criteria()[i], Mark: j.Mark, Note: j.Note})
			}
		}
		return ask
	}
}

// act carries out what concerns the page only.
func (s *Review) act(next action.Local) action.Action {
	switch next := next.(type) {
	case action.Move:
		s.travel(s.cursor + next.By)
	case action.Criterion:
		s.travel(next.At)
	case action.Choose:
		s.travel(int(next.ID))
	case action.Edge:
		if s.travel(0); next.Last {
			s.travel(summaryAt)
		}
	case action.Page:
		s.page.scroll = max(0, s.page.scroll+next.By*max(1, s.page.height-2))
	case action.Scroll:
		s.page.scroll = max(0, s.page.scroll+next.By)
	case action.Judge:
		return s.judge(next.Mark)
	case action.Write:
		s.write()
	case action.Written:
		s.writing = false
		return s.keep()
	case action.Restore:
		return s.restore()
	case action.Point:
		return s.point(next)
	}
	return nil
}

func (s *Review) travel(at int) { s.cursor = min(max(0, at), summaryAt) }

// judge marks the criterion under the cursor and goes to the next one that has
// no mark; the same mark again takes it back.
func (s *Review) judge(mark registryv1.ReviewMark) action.Action {
	if s.cursor == summaryAt || s.version == nil {
		return nil
	}
	j := &s.draft.Judgements[s.cursor]
	if j.Mark == mark {
		j.Mark = registryv1.ReviewMark_REVIEW_MARK_UNSPECIFIED
		return s.keep()
	}
	j.Mark = mark
	if mark == registryv1.ReviewMark_REVIEW_MARK_PASS && s.cursor < summaryAt-1 {
		s.cursor++
	}
	return s.keep()
}

// write begins to type.
func (s *Review) write() {
	if s.version == nil {
		return
	}
	s.writing = true
	s.input.Rows = 1
	text := s.draft.Summary
	if s.cursor < summaryAt {
		text = s.draft.Judgements[s.cursor].Note
	} else {
		s.input.Rows = summaryRows
	}
	s.input.SetValue(text)
}

// store takes what stands in the field into the judgement.
func (s *Review) store() {
	if s.cursor == summaryAt {
		s.draft.Summary = s.input.Value()
	} else {
		s.draft.Judgements[s.cursor].Note = s.input.Value()
	}
}

// written keeps what was typed.
func (s *Review) written() action.Action {
	s.store()
	return s.keep()
}

// restore takes over what was judged of other bytes, for these.
func (s *Review) restore() action.Action {
	if s.old == nil || s.version == nil {
		return nil
	}
	s.draft.Judgements, s.draft.Summary, s.old = s.old.Judgements, s.old.Summary, nil
	return s.keep()
}

// point puts the cursor on what was clicked.
func (s *Review) point(p action.Point) action.Action {
	if p.X < s.page.left && p.Y+s.page.top < len(s.page.items) && p.Y >= 0 {
		if at := s.page.items[p.Y+s.page.top]; at >= 0 {
			s.travel(at)
			if p.Open {
				s.write()
			}
		}
	}
	return nil
}
