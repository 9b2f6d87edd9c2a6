package browse

import (
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// Outline is the version as it is read line by line: the tab that is in
// sight, with its files or checks as rows.
func (s *Version) Outline(l ui.Look) (ui.Outline, bool) {
	if s.version == nil {
		return ui.Outline{}, false
	}
	tabs := s.tabs()
	names := make([]string, len(tabs))
	for i, tab := range tabs {
		names[i] = strings.TrimSpace(tab.Label + " " + tab.Count)
	}
	at := ui.Line(ui.Say(theme.Text, tabs[s.tab].Label).Bold(), ui.Say(theme.Muted,
		", tab "+words.Count(s.tab+1)+" of "+words.Count(len(tabs))+": "+strings.Join(names, ", ")))
	o := ui.Outline{Say: []ui.Text{at}}
	switch s.tab {
	case assetsTab:
		s.outlineAssets(l, &o)
	case checksTab:
		o.Rows, o.Cursor = len(s.checked), s.checks.Cursor()
		o.Row = func(i int) ui.Row {
			return ui.Row{ID: int64(i), Text: joined(checkLines(l.Theme, s.checked[i], outlineWidth, false))}
		}
	case overviewTab:
		o.Say = append(o.Say, s.steps()...)
		o.Say = append(o.Say, s.bad(l.Theme, outlineWidth)...)
		o.Say = append(o.Say, s.left(l, outlineWidth)...)
		o.Say = append(o.Say, s.right(l, outlineWidth)...)
		o.Say = append(o.Say, s.changelog(outlineWidth)...)
	case activityTab:
		said := o.Say
		o = s.log.outline(l)
		o.Say = said
	default:
		return ui.Outline{}, false
	}
	return o, true
}

// outlineAssets are the files as rows, and all about the one that is chosen.
func (s *Version) outlineAssets(l ui.Look, o *ui.Outline) {
	o.Rows, o.Cursor = len(s.files), s.assets.Cursor()
	here := s.here()
	o.Row = func(i int) ui.Row {
		a := s.files[i]
		facts := []ui.Text{
			ui.Words(theme.Text, slugOf(a)), ui.Words(theme.Muted, a.GetFilename()),
			ui.Words(theme.Muted, words.Bytes(a.GetSizeBytes())), signatureCell(l.Theme, a, here),
		}
		return ui.Row{ID: int64(i), Text: ui.Facts(l.Theme, facts...)}
	}
	if len(s.files) > 0 {
		o.Below = s.assetDetail(l.Theme, s.files[min(s.assets.Cursor(), len(s.files)-1)], outlineWidth)
	}
}

// choose puts the cursor on a row of the list that is in sight.
func (s *Version) choose(row int) {
	switch s.tab {
	case assetsTab:
		s.assets.Goto(row)
	case checksTab:
		s.checks.Goto(row)
	}
}

// steps are the stations of the version with their times, a line each.
func (s *Version) steps() []ui.Text {
	var lines []ui.Text
	for _, step := range s.version.GetSteps() {
		line := ui.Words(theme.Text, registryv1.Short(step.GetState())+" "+words.Time(step.GetAt().AsTime()))
		if step.GetBy() != "" {
			line = line.And(ui.Say(theme.Muted, " by "+step.GetBy()))
		}
		lines = append(lines, line)
	}
	return lines
}

// joined puts lines behind each other.
func joined(lines []ui.Text) ui.Text {
	var x ui.Text
	for _, line := range lines {
		x = x.And(line...).And(ui.Say(theme.Text, " "))
	}
	return x
}
