package action

// What marks rows.
type (
	// Mark marks the row under the cursor, or takes its mark back, and moves on.
	Mark struct{ local }
	// MarkRange marks the rows from the last mark to the cursor.
	MarkRange struct{ local }
	// MarkAll marks all rows that match the filter, or takes those marks back.
	MarkAll struct{ local }
	// Unmark takes all marks back.
	Unmark struct{ local }
)
