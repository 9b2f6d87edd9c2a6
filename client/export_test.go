package client

// What the tests of this package look at beside its API.
var (
	ChangedVerdict = changedVerdict
	Unchanged      = unchanged
	WithChanged    = withChanged
)
