package browse

import (
	"github.com/registrar-console/registrar/client/diff"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/changes"
	"github.com/registrar-console/registrar/tui/ui"
)

// since is what changed in a version since the PUBLISHED one before it. The
// zero value knows of no version.
type since struct {
	old, recent action.Version
	asked       int // number of the last question
	known       bool
	report      diff.Report
	err         error
}

// of says which version it is about, and asks what changed unless that is known
// or asked already. Again asks in any case. There is nothing to ask as long as
// no PUBLISHED version before it is known.
func (s *since) of(c *catalog.Catalog, recent action.Version, again bool) action.Action {
	var old action.Version
	if before, known := c.Before(catalog.Home(recent.Org, recent.Name), recent.Number); known {
		old = versionOf(before)
	}
	if s.old == old && s.recent == recent && !again {
		return nil
	}
	*s = since{old: old, recent: recent, asked: s.asked + 1, known: s.known && s.old == old && s.recent == recent, report: s.report}
	if old.Number == "" {
		return nil
	}
	return action.Contrast{Old: old, New: recent, Asked: s.asked}
}

// take keeps the answer; answers to earlier questions are dropped.
func (s *since) take(msg catalog.Contrasted) {
	asked := action.Version{Org: msg.Org, Name: msg.Name, Number: msg.New} == s.recent && msg.Old == s.old.Number && msg.Asked == s.asked
	if !asked {
		return
	}
	if s.err = msg.Err; s.err == nil {
		s.report, s.known = msg.Report, true
	}
}

// concerned reports whether a change is about one of the two versions.
func (s *since) concerned(change *registryv1.Change) bool {
	e := change.GetEvent()
	return s.recent.Number != "" && catalog.Home(e.GetOrg(), e.GetName()) == catalog.Home(s.recent.Org, s.recent.Name) &&
		(e.GetVersion() == s.recent.Number || e.GetVersion() == s.old.Number)
}

// sinceMost is how many changes the overview shows.
const sinceMost = 6

// lines are the section of the overview; there is none for the first version.
func (s *since) lines(t *theme.Theme, w int) []ui.Text {
	if s.old.Number == "" {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("What changed since "+s.old.Number, w)}
	switch {
	case !s.known && s.err != nil:
		return append(lines, ui.Words(theme.Warn, s.old.Number+" could not be read; ctrl+r tries again."))
	case !s.known:
		return append(lines, ui.Words(theme.Muted, "loading"))
	}
	return append(lines, changes.Brief(t, s.report, sinceMost, w)...)
}

// newsMost is how many changes the side pane shows. So many lines are kept for
// them while they are read, so that nothing below them moves.
const newsMost = 4

// news are the section of the side pane.
func (s *since) news(t *theme.Theme, w int) []ui.Text {
	if s.old.Number == "" || s.err != nil && !s.known {
		return nil
	}
	lines := make([]ui.Text, 2+newsMost)
	lines[1] = ui.Heading("New in "+s.recent.Number, w)
	if !s.known {
		return lines
	}
	copy(lines[2:], changes.Narrow(t, s.report, newsMost, w))
	return lines
}
