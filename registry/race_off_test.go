//go:build !race

package registry_test

// underRace says that the race detector is on.
const underRace = false
