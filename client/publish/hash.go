package publish

import "time"

// File is one file of a plan. Its digest is believed as long as the stamp holds.
type File struct {
	// Path is where the file is; absolute.
	Path      string   `json:"path"`
	Asset     AssetKey `json:"asset"`
	MediaType string   `json:"mediaType,omitempty"`
	Stamp     Stamp    `json:"stamp"`
	// SHA256 is the hex digest, empty until the file was read.
	SHA256 string `json:"sha256,omitempty"`
	// Container and FoundBy tell people what it is and how it was found.
	Container string `json:"container,omitempty"`
	FoundBy   string `json:"foundBy,omitempty"`
}

// Stamp tells a file that was changed from one that was not.
type Stamp struct {
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	Inode    uint64    `json:"inode,omitempty"`
}
