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

// Outline is the run as it is read line by line, with its files as rows; the
// other pages are read as they are drawn.
func (s *Publish) Outline(l ui.Look) (ui.Outline, bool) {
	if s.stage != running {
		return ui.Outline{}, false
	}
	p := s.run.snapshot()
	o := ui.Outline{Say: []ui.Text{s.headline(p, outlineWidth)}, Rows: len(p.transfer.Rows)}
	o.Cursor = min(s.list.Cursor(), max(0, o.Rows-1))
	o.Row = func(i int) ui.Row {
		return ui.Row{ID: int64(i), Text: spoken(l.Theme, fileRow(l.Theme, p.transfer.Rows[i], p.signed))}
	}
	o.Below = s.tail(l.Theme, p, outlineWidth, false)
	return o, true
}

// Steps are how far the files of a run are; nothing while none runs.
func (s *Publish) Steps(l ui.Look) []ui.Step {
	if s.stage != running {
		return nil
	}
	p := s.run.snapshot()
	steps := []ui.Step{{ID: "run", State: string(p.step), Text: s.headline(p, 0)}}
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
		ui.Words(theme.Muted, p.Amount), p.Note, ui.Words(theme.Muted, p.When))
}
