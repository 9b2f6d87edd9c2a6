package action

// Choose puts the cursor on the row with an id, as outlines number them.
type Choose struct {
	local
	ID int64
}
