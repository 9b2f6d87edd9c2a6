package tui

import (
	"time"

	"github.com/registrar-console/registrar/tui/action"
)

// Visit is where and when a person was in the console last.
type Visit struct {
	// At is when; zero is not known.
	At time.Time
	// Place is the place that was in sight.
	Place action.Place
	// Org and Name are the connector that was open, Number its version; empty
	// where none was.
	Org, Name, Number string
}
