package browse

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// versionTab is one tab of a version: what it is called and what it does.
type versionTab struct {
	id, label string
	// count stands behind the label; nil: nothing does.
	count func(s *Version) string
	// status is what the status row says of the tab.
	status func(s *Version, l ui.Look) ui.Text
	// view draws the tab on h lines of w cells.
	view func(s *Version, l ui.Look, w, h int) []string
	// outline is the tab as it is read line by line.
	outline func(s *Version, l ui.Look, o *ui.Outline)
	// cursor is the list of the tab with its length; nil: the tab scrolls.
	cursor func(s *Version) (list *ui.List, n int)
	// travel takes what moves within the tab, and click a click on a line of
	// it, where the tab has neither a cursor of its own nor scrolls; nil: as
	// the page does.
	travel func(s *Version, next action.Local) (then action.Action, taken bool)
	click  func(s *Version, line int)
	// header is how many lines stand above the list.
	header int
	// copies is what the footer calls the key that copies; copied is what is
	// copied, and what it is called.
	copies string
	copied func(s *Version) (text, what string)
	// text is what the tab shows as rendered text; nil: nothing. none is what
	// it says without one.
	text func(v *registryv1.Version) string
	none string
}

// versionTabs are the tabs of a version, in order.
func versionTabs() []versionTab {
	return []versionTab{overviewTab(), assetsTab(), checksTab(), reviewsTab(), docsTab(), changelogTab(), logTab()}
}

// page is the tab in sight.
func (s *Version) page() versionTab { return versionTabs()[s.tab] }

// tabs are the tabs as they stand on the page.
func (s *Version) tabs() []ui.Tab {
	var tabs []ui.Tab
	for _, each := range versionTabs() {
		tab := ui.Tab{ID: each.id, Label: each.label}
		if each.count != nil {
			tab.Count = each.count(s)
		}
		tabs = append(tabs, tab)
	}
	return tabs
}
