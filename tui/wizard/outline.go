package wizard

import (
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// outlineWidth is so wide that no text is wrapped.
const outlineWidth = 10_000

// Inquiry is the form as it is asked question by question; there is none on
// the pages behind it.
func (s *Publish) Inquiry(l ui.Look) (ui.Inquiry, bool) {
	if s.stage != asking {
		return ui.Inquiry{}, false
	}
	q := ui.Inquiry{
		Title: ui.Words(theme.Text, "Publish to "+s.cfg.Registry+": which project, and which version of it?"),
		Say:   []ui.Text{ui.Words(theme.Muted, "Nothing is sent before you have heard what would be published.")},
		Send:  "form.send", Leave: "form.leave",
	}
	if s.err != nil {
		q.Say = failed(l.Theme, s.err, outlineWidth)
	}
	q.Fields = s.form.fields()
	return q, true
}

// Outline is the page as it is read line by line; a run has its files as rows.
func (s *Publish) Outline(l ui.Look) (ui.Outline, bool) {
	o := ui.Outline{Say: strip(l.Theme, s.step(), 0)}
	switch s.stage {
	case planned:
		o.Say = append(o.Say, s.planView(l.Theme, outlineWidth)...)
	case finished:
		// Below wideRows nothing stands beside something else.
		o.Say = append(o.Say, s.endView(l.Theme, wideRows-1)...)
	case running:
		s.outlineRun(l.Theme, &o)
	case asking, preparing:
		return ui.Outline{}, false
	}
	return o, true
}

// outlineRun are the files of the run as rows.
func (s *Publish) outlineRun(t *theme.Theme, o *ui.Outline) {
	p := s.run.snapshot()
	o.Say = append(o.Say, s.headline(p, outlineWidth))
	o.Rows = len(p.transfer.Rows)
	o.Cursor = min(s.list.Cursor(), max(0, o.Rows-1))
	o.Row = func(i int) ui.Row {
		return ui.Row{ID: int64(i), Text: spoken(t, fileRow(t, p.transfer.Rows[i], p.signed))}
	}
	o.Below = s.tail(t, p, outlineWidth, false)
}

// Steps are how far the run and its files are, or were when it ended.
func (s *Publish) Steps(l ui.Look) []ui.Step {
	if s.run == nil {
		return nil
	}
	p := s.run.snapshot()
	var steps []ui.Step
	if s.stage == running {
		steps = append(steps, ui.Step{ID: "run", State: string(p.step), Text: s.headline(p, 0)})
	}
	for _, row := range p.transfer.Rows {
		if row.State == publish.RowQueued {
			continue
		}
		percent := 0
		if row.Total > 0 {
			percent = int(100 * row.Done / row.Total)
		}
		steps = append(steps, ui.Step{
			ID: label(row.Asset), State: string(row.State) + " " + words.Count(row.Attempt), Percent: percent,
			Text: spoken(l.Theme, fileRow(l.Theme, row, p.signed)),
		})
	}
	return steps
}

// spoken is one file on its way in a line.
func spoken(t *theme.Theme, p ui.Progress) ui.Text {
	return ui.Facts(t, ui.Line(ui.Say(theme.Text, p.Label+": "), ui.Say(theme.Text, p.Mark.Word)),
		ui.Words(theme.Muted, p.Amount), ui.Words(theme.Muted, p.When), p.Note)
}
