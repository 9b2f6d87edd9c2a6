package ui

import (
	"time"

	"github.com/registrar-console/registrar/theme"
)

// Look is how and when a screen is drawn. Screens take the time from here,
// since only the loop knows when something else draws anyway: ages never
// change by themselves.
type Look struct {
	Theme *theme.Theme
	// Now is the time of the message that is being drawn.
	Now time.Time
	// Minute is raised once a minute; tables take it as their epoch, so that
	// drawn ages are forgotten together.
	Minute int64
}
