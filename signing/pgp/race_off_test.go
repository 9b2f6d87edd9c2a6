//go:build !race

package pgp_test

const underRace = false
