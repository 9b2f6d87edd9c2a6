//go:build race

package registry_test

// underRace says that the race detector is on, under which the database is
// some fifteen times slower: long tests then do less.
const underRace = true
