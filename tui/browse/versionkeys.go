package browse

import (
	"cmp"
	"slices"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// Bindings implements the console's Screen.
func (s *Version) Bindings() []ui.Binding {
	all := s.wholeKeys()
	all = append(all, []ui.Binding{
		{ID: "version.tab", Label: "next tab", Help: "next tab", Keys: []string{"tab"}, Do: do(action.Tab{By: 1})},
		{ID: "version.tabback", Label: "previous tab", Help: "previous tab", Keys: []string{"shift+tab"}, Quiet: true, Do: do(action.Tab{By: -1})},
		{ID: "version.newer", Label: "higher", Help: "the next higher version", Keys: []string{"["}, Quiet: true, Do: do(action.Neighbour{By: -1})},
		{ID: "version.older", Label: "lower", Help: "the next lower version", Keys: []string{"]"}, Quiet: true, Do: do(action.Neighbour{By: 1})},
	}...)
	copies := copying(s.copied)
	copies.Label = s.page().copies
	all = append(all, verifying(s.catalog, s.chosen), downloading(s.catalog, s.chosen), copies, comparing("compare", s.pair))
	all = append(append(all, reviewing(s.catalog, s.chosen), retrying(s.catalog, s.chosen)), versionActions(s.catalog, s.chosen)...)
	all = append(all, linking("version.link", cmp.Or(s.version.GetRepository(), s.version.GetHomepage()), "this version names no repository"))
	return append(all, moves()...)
}

// wholeKeys show the details of a file on the whole page, and the list again.
func (s *Version) wholeKeys() []ui.Binding {
	switch {
	case s.page().id != "assets" || len(s.files) == 0:
		return nil
	case s.whole:
		return []ui.Binding{{ID: "version.list", Label: "list of files", Help: "back to the list of files", Keys: []string{"esc", "enter"}, Do: do(action.Whole{})}}
	default:
		return []ui.Binding{{ID: "version.whole", Label: "all steps", Help: "all about the file under the cursor, on the whole page", Keys: []string{"enter"}, Do: do(action.Whole{})}}
	}
}

func (s *Version) chosen() (action.Subject, bool) {
	v := s.version.GetSummary()
	if v == nil || s.gone {
		return action.Subject{}, false
	}
	return action.Subject{
		Version: s.ref, State: v.GetState(), Attempt: v.GetAttempt(), Size: v.GetSizeBytes(), Stable: v.GetStable(),
		Empty: !slices.Contains(v.GetPlatformReceived(), true), Blocked: s.version.GetYank().GetDownloadsBlocked(),
	}, true
}

// pair is the version with the PUBLISHED one before it.
func (s *Version) pair() (old, recent action.Version, why string) {
	if s.since.recent != s.ref || s.since.old.Number == "" {
		return old, recent, nothingBefore(s.ref.Number)
	}
	return s.since.old, s.ref, ""
}

// copied is what c copies: what the tab is about, or else the version's name.
func (s *Version) copied() (text, what string) {
	if s.version != nil {
		if text, what = s.page().copied(s); text != "" {
			return text, what
		}
	}
	name := s.ref.Org + "/" + s.ref.Name + "@" + s.ref.Number
	return name, name
}
