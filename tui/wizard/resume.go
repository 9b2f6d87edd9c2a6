package wizard

import (
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/tui/action"
)

// Resume fills the form with the answers of a draft, so that one looks at the
// project again before anything is sent. It reports false, and does nothing,
// while a publish is under way.
func (s *Publish) Resume(draft action.Resume) bool {
	if s.stage == running || s.stage == preparing {
		return false
	}
	s.again()
	f := newForm(draft.Directory)
	f.connector.SetValue(draft.Version.Org + "/" + draft.Version.Name)
	f.number.SetValue(draft.Version.Number)
	f.changelog.SetValue(draft.Changelog)
	if draft.Sign == publish.SignNone {
		f.sign.Chosen = 1
	}
	if draft.Stable {
		f.stable.Chosen = 1
	}
	s.form, s.run, s.plan, s.dry = f, nil, publish.Plan{}, nil
	return true
}
