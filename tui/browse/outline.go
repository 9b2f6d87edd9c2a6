package browse

import (
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// outlineWidth is so wide that no text of an outline is wrapped.
const outlineWidth = 10_000

// bare are the columns whose values say themselves what they are.
var bare = map[string]bool{"connector": true, "version": true, "state": true, "mark": true}

// Outline is the list as it is read line by line. Every list has it.
func (l *list[R]) Outline(look ui.Look) (ui.Outline, bool) {
	l.sync()
	o := ui.Outline{Rows: l.index.Len(), Cursor: l.index.Cursor()}
	o.Row = func(i int) ui.Row {
		r := l.rows.At(l.index.At(i))
		return ui.Row{ID: r.Key(), Text: l.spell(look.Theme, r)}
	}
	if o.Rows == 0 {
		if o.Say = l.why(look.Theme, outlineWidth); o.Say == nil && l.rows.Whole() {
			o.Say = []ui.Text{ui.Words(theme.Muted, "There is no "+l.noun+" yet.")}
		}
	}
	var facts []ui.Text
	if o.Rows > 0 {
		facts = append(facts, ui.Words(theme.Muted, "sorted "+l.order()))
	}
	if l.filtered() {
		facts = append(facts, ui.Words(theme.Muted, "filter "+l.input.Value()))
	}
	if len(l.faults) > 0 {
		facts = append(facts, ui.Words(theme.Warn, l.faults[0].Message))
	}
	if said := ui.Facts(look.Theme, append(facts, l.loading())...); said != nil {
		o.Below = []ui.Text{said}
	}
	return o, true
}

// spell writes a row: its columns in their order, with their titles where the
// value alone would say nothing.
func (l *list[R]) spell(t *theme.Theme, r R) ui.Text {
	var cells []ui.Text
	for _, column := range l.table.Columns {
		cell := column.Cell(t, r)
		if column.ID == "platforms" {
			cell = ui.Words(theme.Muted, spellShipped(r))
		}
		if said := strings.TrimSpace(cell.String()); said == "" || said == nothing.String() {
			continue
		}
		if !bare[column.ID] && column.ID != "platforms" {
			cell = ui.Line(ui.Say(theme.Muted, column.Title+" ")).And(cell...)
		}
		cells = append(cells, cell)
	}
	return ui.Facts(t, cells...)
}

// spellShipped says in words which platforms a row ships.
func spellShipped(r any) string {
	switch r := r.(type) {
	case *catalog.Connector:
		return spellPlatforms(r.Newest.Platforms)
	case *catalog.Version:
		return spellPlatforms(r.Platforms)
	default:
		return ""
	}
}

// spellPlatforms counts the platforms, and names them where some are missing
// or have not arrived.
func spellPlatforms(p catalog.Platforms) string {
	var here, awaited []string
	all := registryv1.Platforms()
	for i, platform := range all {
		switch {
		case p.Has(i) && p.Here(i):
			here = append(here, platform.Slug())
		case p.Has(i):
			awaited = append(awaited, platform.Slug())
		}
	}
	switch {
	case len(here)+len(awaited) == 0:
		return ""
	case len(here) == len(all):
		return "all " + words.Plural(len(here), "platform", "platforms")
	case len(awaited) == 0:
		return strings.Join(here, ", ")
	case len(here) == 0:
		return words.Plural(len(awaited), "platform", "platforms") + " not here yet"
	default:
		return strings.Join(here, ", ") + ", not here yet: " + strings.Join(awaited, ", ")
	}
}

// outline is the page of an empty registry: its choices are the rows.
func (w *welcome) outline() ui.Outline {
	all := w.choices()
	o := ui.Outline{Rows: len(all), Cursor: w.cursor}
	for _, line := range w.greeting() {
		o.Say = append(o.Say, ui.Words(theme.Text, line))
	}
	o.Row = func(i int) ui.Row {
		return ui.Row{ID: int64(i), Text: ui.Words(theme.Text, all[i].label+". "+all[i].about)}
	}
	return o
}

// Outline is the list as it is read line by line; a registry without
// connectors has a page of its own instead.
func (s *Connectors) Outline(l ui.Look) (ui.Outline, bool) {
	if s.empty() {
		return s.welcome.outline(), true
	}
	s.now = l.Now
	s.orgs.look(s.rows.Edition(), s.catalog.Connectors.All())
	return s.list.Outline(l)
}

// Outline is the list as it is read line by line.
func (s *versionList) Outline(l ui.Look) (ui.Outline, bool) {
	s.now = l.Now
	return s.list.Outline(l)
}

// Outline is the list as it is read line by line.
func (s *All) Outline(l ui.Look) (ui.Outline, bool) {
	s.orgs.look(s.catalog.Connectors.Edition(), s.catalog.Connectors.All())
	return s.versionList.Outline(l)
}
