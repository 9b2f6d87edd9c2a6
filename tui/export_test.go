package tui

import "testing"

// Crowded is a console on the list of n versions, whose registry never answers.
func Crowded(tb testing.TB, n int) *App {
	tb.Helper()
	return crowded(tb, n)
}
