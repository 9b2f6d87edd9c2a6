package browse

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// noVersion is why actions on a version are off where there is none.
const noVersion = "there is no version here"

// versionActions are what one does to a version, wherever it is shown. Each
// says why it is off, so that nobody has to guess.
func versionActions(c *catalog.Catalog, chosen func() (action.Subject, bool)) []ui.Binding {
	about := func(off func(c *catalog.Catalog, s action.Subject) string) func() string {
		return func() string {
			s, ok := chosen()
			if !ok {
				return noVersion
			}
			return off(c, s)
		}
	}
	with := func(do func(s action.Subject) action.Action) func() action.Action {
		return func() action.Action {
			s, ok := chosen()
			if !ok {
				return action.Nothing{}
			}
			return do(s)
		}
	}
	subject, _ := chosen()
	return []ui.Binding{
		{
			ID: "version.stable", Label: "set stable", Help: "make plain downloads take this version", Keys: []string{"t"}, Risk: ui.Changes,
			Off: about(offStable), Do: with(func(s action.Subject) action.Action { return action.AskStable{Subject: s} }),
		},
		{
			ID: "version.unyank", Label: "unyank", Help: "take a yank back; admins only", Keys: []string{"u"}, Risk: ui.Changes,
			Quiet: subject.State != registryv1.State_STATE_YANKED,
			Off:   about(offUnyank), Do: with(func(s action.Subject) action.Action { return action.AskUnyank{Subject: s} }),
		},
		{
			ID: "version.yank", Label: withdrawal(subject.State), Help: "withdraw this version; always asks first", Keys: []string{"X"}, Risk: ui.Destroys,
			Off: about(offWithdraw), Do: with(withdraw),
		},
	}
}

// verifying is the binding that checks a version's signatures on this
// computer; while that is under way, the same key stops it.
func verifying(c *catalog.Catalog, chosen func() (action.Subject, bool)) ui.Binding {
	subject, known := chosen()
	if task := VerifyTask(subject.Version); known && c.Underway(task) {
		return ui.Binding{
			ID: "version.verify", Label: "stop verifying", Help: "stop checking the signatures here", Keys: []string{"v"},
			Do: do(action.StopTask{Task: task}),
		}
	}
	return ui.Binding{
		ID: "version.verify", Label: "verify here", Help: "download this version and check its signatures here and now", Keys: []string{"v"}, Asks: true,
		Off: func() string { return unfetchable(subject, known) },
		Do:  do(action.Verify{Subject: subject}),
	}
}

// copying is the binding that copies what one looks at.
func copying(what func() (text, name string)) ui.Binding {
	return ui.Binding{
		ID: "version.copy", Label: "copy", Help: "copy what the cursor is on", Keys: []string{"c"},
		Off: func() string {
			if text, _ := what(); text == "" {
				return "there is nothing to copy here"
			}
			return ""
		},
		Do: func() action.Action {
			text, name := what()
			return action.Copy{Text: text, What: name}
		},
	}
}

// only is why an action is off in the state that a version is in.
func only(state registryv1.State, s action.Subject) string {
	return "only " + registryv1.Short(state) + " versions, and " + s.Version.Number + " is " + registryv1.Short(s.State)
}

// roleless is why an action is off for who lacks a role.
func roleless(s action.Subject, role string) string {
	return "that needs the " + role + " role in " + s.Version.Org + "; ask an admin"
}

func offStable(c *catalog.Catalog, s action.Subject) string {
	switch {
	case s.State != registryv1.State_STATE_PUBLISHED:
		return only(registryv1.State_STATE_PUBLISHED, s)
	case s.Stable:
		return s.Version.Number + " is stable already"
	case !c.May(s.Version.Org, registryv1.Role_ROLE_MAINTAINER):
		return roleless(s, "maintainer")
	default:
		return ""
	}
}

func offUnyank(c *catalog.Catalog, s action.Subject) string {
	switch {
	case s.State != registryv1.State_STATE_YANKED:
		return only(registryv1.State_STATE_YANKED, s)
	case !c.May(s.Version.Org):
		return "only an admin may"
	default:
		return ""
	}
}

// offWithdraw is why X does nothing: a FAILED version was never public and a
// YANKED one is withdrawn already.
func offWithdraw(c *catalog.Catalog, s action.Subject) string {
	switch {
	case s.State == registryv1.State_STATE_FAILED, s.State == registryv1.State_STATE_YANKED:
		return only(registryv1.State_STATE_PUBLISHED, s)
	case !c.May(s.Version.Org, registryv1.Role_ROLE_PUBLISHER, registryv1.Role_ROLE_MAINTAINER):
		return roleless(s, "publisher")
	default:
		return ""
	}
}

// withdrawal is what X does to a version in a state.
func withdrawal(s registryv1.State) string {
	switch s {
	case registryv1.State_STATE_PENDING, registryv1.State_STATE_UPLOADING:
		return "abandon"
	case registryv1.State_STATE_VALIDATING:
		return "withdraw"
	default:
		return "yank"
	}
}

// withdraw asks in the words that fit the state.
func withdraw(s action.Subject) action.Action {
	if s.State == registryv1.State_STATE_PUBLISHED {
		return action.AskYank{Subject: s}
	}
	return action.AskAbandon{Subject: s}
}
