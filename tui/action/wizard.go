package action

// What moves within a publish.
type (
	// Turn goes on to the next step, or back to the one before.
	Turn struct {
		local
		By int
	}
	// StartOver drops what was answered and begins with the first step.
	StartOver struct{ local }
	// AskLeavePublish asks what becomes of the answers.
	AskLeavePublish struct{ effect }
	// KeepPublish leaves with the answers kept as a draft.
	KeepPublish struct{ effect }
	// DropPublish removes the draft that is being made, here and at the
	// registry.
	DropPublish struct{ effect }
)
