package action

// What one decides about the files of a publish and their signatures.
type (
	// BrowseFolders looks for one more folder with release files.
	BrowseFolders struct{ local }
	// BrowseFiles looks for the file of what is under the cursor.
	BrowseFiles struct{ local }
	// UseFile settles what is open about the file under the cursor, or takes
	// that back.
	UseFile struct{ local }
	// OnlyFound publishes the platforms that are there, or all of them again.
	OnlyFound struct{ local }
	// LookAgain looks at the files, or the keys, anew.
	LookAgain struct{ local }
	// OpenEntry opens the folder under the cursor, or takes what is there.
	OpenEntry struct{ local }
	// LeaveBrowser closes the page, and nothing is taken.
	LeaveBrowser struct{ local }
	// ChooseSigner takes the way to sign under the cursor, and signs.
	ChooseSigner struct{ local }
	// RegisterSigner registers the key that signed with the org.
	RegisterSigner struct{ local }
)
