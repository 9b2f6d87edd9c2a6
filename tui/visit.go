package tui

import (
	"time"

	"github.com/registrar-console/registrar/tui/action"
)

// Visit is one stay in the console: when it ended, and where.
type Visit struct {
	At    time.Time
	Place action.Place
	// Org and Name are the connector that was in sight, and Number its
	// version; all are empty for a place itself.
	Org, Name, Number string
}
