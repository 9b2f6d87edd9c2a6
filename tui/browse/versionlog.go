package browse

import (
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// logTabID is the id of the tab with the version's part of the audit log.
const logTabID = "activity"

// logTab is what happened to the version, and who did it.
func logTab() versionTab {
	return versionTab{
		id: logTabID, label: "Activity", copies: "copy",
		status: func(s *Version, l ui.Look) ui.Text { return ui.Facts(l.Theme, s.log.standing()...) },
		view:   (*Version).logView,
		outline: func(s *Version, l ui.Look, o *ui.Outline) {
			said := o.Say
			*o = s.log.outline(l)
			o.Say = said
		},
		copied: func(*Version) (text, what string) { return "", "" },
		travel: (*Version).travelLog,
		click:  func(s *Version, line int) { s.log.groups.Click(line - 1) },
	}
}

// travelLog moves the cursor of the log.
func (s *Version) travelLog(next action.Local) (then action.Action, taken bool) {
	switch next.(type) {
	case action.Move, action.Page, action.Edge, action.Scroll, action.Choose:
		return s.log.local(next), true
	default:
		return nil, false
	}
}

// newVersionLog is the audit log of one version. The registry matches names by
// their beginnings, so that what it finds is looked at again.
func newVersionLog(ref action.Version) eventLog {
	home := catalog.Home(ref.Org, ref.Name)
	term := func(field registryv1.FilterField, value string) *registryv1.FilterTerm {
		return &registryv1.FilterTerm{Field: field, Values: []string{strings.ToLower(value)}}
	}
	return eventLog{
		name: "version " + ref.String(),
		terms: []*registryv1.FilterTerm{
			term(registryv1.FilterField_FILTER_FIELD_ORG, ref.Org),
			term(registryv1.FilterField_FILTER_FIELD_NAME, ref.Name),
			term(registryv1.FilterField_FILTER_FIELD_VERSION, ref.Number),
		},
		about: func(e *registryv1.Event) bool {
			return e.GetVersion() == ref.Number && catalog.Home(e.GetOrg(), e.GetName()) == home
		},
	}
}

// readLog reads the version's part of the log once somebody looks at it. It
// is not looked for before the version was there.
func (s *Version) readLog() action.Action {
	if s.page().id != logTabID || s.version == nil {
		return nil
	}
	if !s.log.newest.begun && !s.log.newest.underway {
		s.log.since = s.version.GetSummary().GetCreatedAt().AsTime()
		return s.log.begin()
	}
	if len(s.log.shown) == 0 {
		return s.log.more()
	}
	return nil
}

// logView is the version's part of the log.
func (s *Version) logView(l ui.Look, w, h int) []string {
	switch {
	case len(s.log.shown) == 0 && s.log.err != nil:
		return ui.Indent(l.Theme, refusal(l.Theme, s.log.err, min(w-4, 100)), w, h)
	case len(s.log.shown) == 0 && s.log.newest.begun && !s.log.unread():
		return ui.Indent(l.Theme, []ui.Text{ui.Words(theme.Muted, "There is nothing in the log about this version that you may read.")}, w, h)
	default:
		return s.log.view(l, &orgs{}, w, h)
	}
}
