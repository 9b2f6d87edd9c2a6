package action

// What compares two versions.
type (
	// Compare opens the page that says what changed between two versions of
	// one connector.
	Compare struct {
		effect
		Old, New Version
	}
	// Contrast reads two versions and says what changed. Asked comes back with
	// the answer.
	Contrast struct {
		effect
		Old, New Version
		Asked    int
	}
)

// Several does some actions, one after the other.
type Several struct {
	effect
	All []Action
}

// Both is one action for two of which either may be nil.
func Both(a, b Action) Action {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	default:
		return Several{All: []Action{a, b}}
	}
}
