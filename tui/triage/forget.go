package triage

import (
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
)

// ForgetTask is the id of the task that removes a draft of this computer.
func ForgetTask(v action.Version) string { return task("forget", v) }

// NewForget asks before a draft of this computer is removed.
func NewForget(f action.AskForget) *Ask {
	v := f.Version
	return newAsk(action.Subject{Version: v, State: registryv1.State_STATE_UNSPECIFIED}, asking{
		title: title("Abandon the draft of", v), task: ForgetTask(v), button: "Remove it", destroys: true,
		lines: words.Forget(),
		answer: func(string) action.Action {
			return action.Forget{ID: f.ID, Version: v}
		},
	})
}
