package words

import registryv1 "github.com/registrar-console/registrar/proto/registry/v1"

// Line is one consequence of an action.
type Line struct {
	// Text is one or two sentences.
	Text string
	// Caution marks what a person should stop at.
	Caution bool
}

// Yank says what yanking does, the worst that cannot be undone last.
func Yank(c *registryv1.Consequences) []Line { return nil }

// Unyank says what taking a yank back does.
func Unyank(c *registryv1.Consequences) []Line { return nil }

// SetStable says what promoting a version does.
func SetStable(c *registryv1.Consequences) []Line { return nil }

// Abandon says what removing a draft, or withdrawing a VALIDATING version, does.
func Abandon(v *registryv1.VersionSummary, earlierAttempts int) []Line { return nil }

// Publish says what publishing a version will do.
func Publish(c *registryv1.Consequences, stable bool) []Line { return nil }
