package publish

import "time"

// Journal keeps the plans of unfinished publishes on this computer, one file
// each. It never holds a secret.
type Journal struct{ dir string }

// Draft is one unfinished publish of the journal.
type Draft struct {
	// ID names it within the journal.
	ID   string
	Plan Plan
	// SavedAt is when it was last written.
	SavedAt time.Time
}

// OpenJournal uses a directory, which is made with the first draft.
func OpenJournal(dir string) *Journal { return &Journal{dir: dir} }

// Save writes a plan, replacing the draft of the same version on the same
// registry, and returns its id.
func (j *Journal) Save(p Plan) (string, error) { return "", nil }

// List returns the drafts, last saved first. Files that cannot be read come
// back as an error beside the others.
func (j *Journal) List() ([]Draft, error) { return nil, nil }

// Remove deletes a draft; one that is not there is no error.
func (j *Journal) Remove(id string) error { return nil }
