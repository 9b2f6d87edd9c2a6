package action

// What the shell around the screens does.
type (
	// OpenPalette shows everything that can be done here, to be typed for.
	OpenPalette struct{ effect }
	// OpenHelp shows the keys that work here, and the signs.
	OpenHelp struct{ effect }
	// Press does what the key of a binding does, or tells why that is off.
	Press struct {
		effect
		// Binding is its id.
		Binding string
	}
	// OpenLink shows a page in the browser.
	OpenLink struct {
		effect
		URL string
	}
)
