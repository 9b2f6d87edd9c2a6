package action

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// What changes the registry. Those that begin with Ask open a dialog; the
// others are what the dialog's button does.
type (
	// AskYank opens the yank dialog.
	AskYank struct {
		effect
		Subject Subject
	}
	// Yank withdraws a PUBLISHED version.
	Yank struct {
		effect
		Version     Version
		Category    registryv1.YankCategory
		Reason      string
		Advisory    string
		Replacement string
		Credit      string
		Block       bool
	}
	// AskAbandon opens the dialog for a draft, or for withdrawing a
	// VALIDATING version.
	AskAbandon struct {
		effect
		Subject Subject
	}
	// Abandon removes a draft or withdraws a VALIDATING version, in the
	// attempt that the person saw.
	Abandon struct {
		effect
		Version  Version
		Attempt  int32
		Withdraw bool
		Reason   string
	}
	// AskUnyank opens the dialog that takes a yank back.
	AskUnyank struct {
		effect
		Subject Subject
	}
	// Unyank makes a YANKED version PUBLISHED again.
	Unyank struct {
		effect
		Version Version
		Reason  string
	}
	// AskStable opens the dialog that promotes a version.
	AskStable struct {
		effect
		Subject Subject
	}
	// SetStable promotes a PUBLISHED version.
	SetStable struct {
		effect
		Version Version
	}
)

// What publishing does. The pipeline runs as a task: leaving the screen does
// not stop it.
type (
	// Publish runs the plan that was prepared last, or finishes it.
	Publish struct{ effect }
	// StopFile stops the transfer of one file of the run.
	StopFile struct {
		effect
		File string
	}
	// RetryFile starts the transfer of one file again; "" is all that stopped.
	RetryFile struct {
		effect
		File string
	}
)
