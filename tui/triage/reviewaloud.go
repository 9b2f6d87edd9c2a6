package triage

import (
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/changes"
	"github.com/registrar-console/registrar/tui/ui"
)

// Outline is the page as it is read line by line: the criteria and the summary
// are the rows, and what changed stands below.
func (s *Review) Outline(l ui.Look) (ui.Outline, bool) {
	if s.version == nil {
		return ui.Outline{}, false
	}
	s.page.now = l.Now
	t := l.Theme
	o := ui.Outline{Say: s.warnings(t, outlineWidth), Rows: summaryAt + 1, Cursor: s.cursor, Row: func(i int) ui.Row {
		if i == summaryAt {
			return ui.Row{ID: int64(i), Text: ui.Words(theme.Text, "Summary to the author: "+orNothing(s.draft.Summary))}
		}
		j := s.draft.Judgements[i]
		mark := "not marked"
		if j.Mark != registryv1.ReviewMark_REVIEW_MARK_UNSPECIFIED {
			mark = words.ReviewMark(j.Mark)
		}
		facts := []ui.Text{ui.Words(theme.Text, called(i)+": "+mark)}
		facts = append(facts, s.evidence(t, i, outlineWidth)...)
		if j.Note != "" {
			facts = append(facts, ui.Words(theme.Text, "note: "+j.Note))
		}
		return ui.Row{ID: int64(i), Text: ui.Facts(t, facts...)}
	}}
	o.Below = append(o.Below, s.consequences(l, outlineWidth)...)
	o.Below = append(o.Below, ui.Words(theme.Muted, "Approval is bound to asset set sha256:"+words.Digest(s.version.GetAssetSet())+"; a new upload voids it."))
	if s.previous != "" && s.known {
		o.Below = append(o.Below, ui.Words(theme.Text, "What changed since "+s.previous+":"))
		o.Below = append(o.Below, changes.Spoken(t, s.report)...)
	} else {
		o.Below = append(o.Below, s.right(l, outlineWidth)...)
		return o, true
	}
	o.Below = append(o.Below, s.reviewedBefore(l, outlineWidth)...)
	return o, true
}

// outlineWidth is so wide that no text of an outline is wrapped.
const outlineWidth = 10_000

func orNothing(text string) string {
	if text == "" {
		return "nothing yet"
	}
	return text
}

// Inquiry is the field that is being typed into, as it is asked for.
func (s *Review) Inquiry(ui.Look) (ui.Inquiry, bool) {
	if !s.writing {
		return ui.Inquiry{}, false
	}
	title := "The summary to the author"
	if s.cursor < summaryAt {
		title = "A note on " + called(s.cursor)
	}
	return ui.Inquiry{Title: ui.Words(theme.Text, title), Fields: []ui.Field{s.field()}, Send: "review.written", Leave: "review.written"}, true
}

// field is the text that is typed, as a question.
func (s *Review) field() *reviewField {
	name := "summary"
	if s.cursor < summaryAt {
		name = "note"
	}
	return &reviewField{TextField: &ui.TextField{Input: s.input, Name: name}, screen: s}
}

// reviewField puts an answer where the page has it.
type reviewField struct {
	*ui.TextField
	screen *Review
}

// Take implements ui.Question.
func (f *reviewField) Take(text string) {
	f.screen.input.SetValue(text)
	f.screen.store()
}

var _ interface{ Subject() action.Version } = (*Review)(nil)
