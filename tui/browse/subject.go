package browse

import "github.com/registrar-console/registrar/tui/action"

// Subject is the connector that the page is about; it has no number.
func (s *Versions) Subject() action.Version { return action.Version{Org: s.org, Name: s.name} }

// Subject is the version that the page is about.
func (s *Version) Subject() action.Version { return s.ref }
