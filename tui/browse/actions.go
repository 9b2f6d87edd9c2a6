package browse

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// subject is the version that an action is about, as the screen knows it.
type subject struct {
	version action.Version
	state   registryv1.State
	stable  bool
}

// versionActions are what one does to a version, wherever it is shown. Each
// says why it is off, so that nobody has to guess.
func versionActions(chosen func() (subject, bool)) []ui.Binding {
	about := func(off func(s subject) string) func() string {
		return func() string {
			s, ok := chosen()
			if !ok {
				return "there is no version here"
			}
			return off(s)
		}
	}
	make := func(do func(s subject) action.Action) func() action.Action {
		return func() action.Action {
			s, ok := chosen()
			if !ok {
				return action.Nothing{}
			}
			return do(s)
		}
	}
	return []ui.Binding{
		{ID: "version.stable", Label: "set stable", Help: "make plain downloads take this version", Keys: []string{"t"}, Risk: ui.Changes,
			Off: about(offStable), Do: make(func(s subject) action.Action { return action.AskStable{Version: s.version} })},
		{ID: "version.copy", Label: "copy", Help: "copy ORG/NAME@VERSION", Keys: []string{"c"}, Quiet: true,
			Off: about(func(subject) string { return "" }), Do: make(copyRef)},
		{ID: "version.unyank", Label: "unyank", Help: "take a yank back; admins only", Keys: []string{"u"}, Risk: ui.Changes, Quiet: true,
			Off: about(offUnyank), Do: make(func(s subject) action.Action { return action.AskUnyank{Version: s.version} })},
		{ID: "version.yank", Label: withdrawLabel(chosen), Help: "withdraw this version; always asks first", Keys: []string{"X"}, Risk: ui.Destroys,
			Off: about(offWithdraw), Do: make(withdraw)},
	}
}

func copyRef(s subject) action.Action {
	ref := s.version.Org + "/" + s.version.Name + "@" + s.version.Number
	return action.Copy{Text: ref, What: ref}
}

func offStable(s subject) string {
	switch {
	case s.state != registryv1.State_STATE_PUBLISHED:
		return "only PUBLISHED versions, and " + s.version.Number + " is " + registryv1.Short(s.state)
	case s.stable:
		return s.version.Number + " is stable already"
	default:
		return ""
	}
}

func offUnyank(s subject) string {
	if s.state != registryv1.State_STATE_YANKED {
		return "only YANKED versions, and " + s.version.Number + " is " + registryv1.Short(s.state)
	}
	return ""
}

// offWithdraw is why X does nothing: a FAILED version was never public and a
// YANKED one is withdrawn already.
func offWithdraw(s subject) string {
	switch s.state {
	case registryv1.State_STATE_FAILED, registryv1.State_STATE_YANKED:
		return "only PUBLISHED versions, and " + s.version.Number + " is " + registryv1.Short(s.state)
	default:
		return ""
	}
}

// withdrawLabel is what X does to the version under the cursor.
func withdrawLabel(chosen func() (subject, bool)) string {
	s, _ := chosen()
	switch s.state {
	case registryv1.State_STATE_PENDING, registryv1.State_STATE_UPLOADING:
		return "abandon"
	case registryv1.State_STATE_VALIDATING:
		return "withdraw"
	default:
		return "yank"
	}
}

// withdraw asks in the words that fit the state.
func withdraw(s subject) action.Action {
	if s.state == registryv1.State_STATE_PUBLISHED {
		return action.AskYank{Version: s.version}
	}
	return action.AskAbandon{Version: s.version}
}
