package browse

import (
	"slices"

	"github.com/registrar-console/registrar/client/words"
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
	all = append(all, verifying(s.catalog, s.chosen), copying(s.copied))
	return append(append(all, versionActions(s.catalog, s.chosen)...), moves()...)
}

// wholeKeys show the details of a file on the whole page, and the list again.
func (s *Version) wholeKeys() []ui.Binding {
	switch {
	case s.tab != assetsTab || len(s.files) == 0:
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

// copied is what c copies: on the overview the digest of all files together,
// else that of the file under the cursor, else the version's name.
func (s *Version) copied() (text, what string) {
	switch {
	case s.version == nil:
	case s.tab == assetsTab && len(s.files) > 0:
		a := s.files[min(s.assets.Cursor(), len(s.files)-1)]
		if sum := words.SHA256(a.GetSha256()); sum != "" {
			return sum, "the digest of " + a.GetFilename()
		}
	case s.tab == overviewTab && len(s.version.GetAssetSet()) > 0:
		return words.SHA256(s.version.GetAssetSet()), "the digest of the asset set"
	}
	name := s.ref.Org + "/" + s.ref.Name + "@" + s.ref.Number
	return name, name
}
