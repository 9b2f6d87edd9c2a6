package wizard

import (
	"github.com/registrar-console/registrar/tui/action"
)

// Fill puts a version into the form, so that it is published once more. why
// tells that nothing was filled in, since something is under way.
func (s *Publish) Fill(v action.Version) (why string) {
	if s.stage == preparing || s.stage == running {
		return "publish: another publish is under way"
	}
	s.again()
	connector := v.Org + "/" + v.Name
	if s.form.connector.Value() != connector || s.form.number.Value() != v.Number {
		s.form.changelog.SetValue("") // it was about something else
	}
	s.form.connector.SetValue(connector)
	s.form.number.SetValue(v.Number)
	s.form.focus, s.form.missing = 0, ""
	return ""
}
