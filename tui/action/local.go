package action

// Local is an action that concerns the screen or the dialog on top only; the
// router hands it over as it is.
type Local interface {
	Action
	isLocal()
}

type local struct{ effect }

func (local) isLocal() {}

// What moves within a screen.
type (
	// Move moves the cursor by rows.
	Move struct {
		local
		By int
	}
	// Page moves the cursor by screens.
	Page struct {
		local
		By int
	}
	// Edge moves the cursor to the first row or the last.
	Edge struct {
		local
		Last bool
	}
	// Filter opens the field of the filter.
	Filter struct{ local }
	// KeepFilter leaves the field of the filter; its rows stay.
	KeepFilter struct{ local }
	// SetFilter sets the filter, as a click on a count does; the one that is
	// set already is taken away.
	SetFilter struct {
		local
		Text string
		// Keep leaves a filter that is set already.
		Keep bool
	}
	// Sort turns the order of the rows around; the second time it sorts by
	// the next column.
	Sort struct{ local }
	// NextCare moves to the next row that needs care.
	NextCare struct{ local }
	// Neighbour shows the next version above or below.
	Neighbour struct {
		local
		By int
	}
	// Tab shows another tab.
	Tab struct {
		local
		By int
	}
	// Point puts the cursor where the mouse was clicked: a line of the body
	// and a column of the screen. Open says that it was clicked twice.
	Point struct {
		local
		X, Y int
		Open bool
	}
	// Scroll moves the body; the cursor stays in sight.
	Scroll struct {
		local
		By int
	}
	// Focus moves to the next field of a form.
	Focus struct {
		local
		By int
	}
	// Whole shows the lower part of a page on all of it, and back again.
	Whole struct{ local }
	// Again starts a form over; the answers stay.
	Again struct{ local }
)
