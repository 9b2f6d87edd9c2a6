package wizard

import (
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// outline implements step: the files are rows, with what is known of the one
// that is chosen below.
func (f *filesStep) outline(l ui.Look) ui.Outline {
	if f.browse != nil {
		return f.browse.outline(l)
	}
	o := ui.Outline{Say: []ui.Text{f.headline()}}
	if f.err != nil || !f.known {
		o.Say = append(o.Say, failed(l.Theme, f.err, outlineWidth)...)
		return o
	}
	o.Say = append(o.Say, ui.Words(theme.Muted, f.read()))
	o.Say = append(o.Say, f.cautions(l.Theme, outlineWidth, true)...)
	rows := f.rows()
	o.Rows, o.Cursor = len(rows), f.list.Cursor()
	o.Row = func(i int) ui.Row {
		row := rows[i]
		x := ui.Line(ui.Say(theme.Text, row.Name+": "), ui.Say(theme.Text, string(row.State)))
		if row.File.Path != "" {
			x = ui.Facts(l.Theme, x, ui.Words(theme.Muted, f.relative(row.File.Path)))
		}
		return ui.Row{ID: int64(i), Text: x}
	}
	if row, ok := f.row(); ok {
		o.Below = f.explain(l.Theme, row, outlineWidth, outlineWidth)
	}
	return o
}

// inquiry implements step: only the browser asks for a text.
func (f *filesStep) inquiry(ui.Look) (ui.Inquiry, bool) {
	if f.browse == nil {
		return ui.Inquiry{}, false
	}
	return f.browse.inquiry(), true
}
