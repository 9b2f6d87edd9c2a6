package publish

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/registrar-console/registrar/artifact"
)

// Journal keeps the plans of unfinished publishes on this computer, one file
// each. It never holds a secret, and says nothing about what was sent: only
// the registry knows that.
type Journal struct{ dir string }

// Draft is one unfinished publish of the journal.
type Draft struct {
	// ID names it within the journal.
	ID   string
	Plan Plan
	// SavedAt is when it was last written.
	SavedAt time.Time
}

const (
	journalFormat = 1
	journalSuffix = ".json"
	lockSuffix    = ".lock"
	// maxJournal bounds what is read of one file: a plan holds documents.
	maxJournal = 16 << 20
)

// entry is a draft as it is written.
type entry struct {
	Format  int       `json:"format"`
	SavedAt time.Time `json:"savedAt"`
	Plan    Plan      `json:"plan"`
}

// OpenJournal uses a directory, which is made with the first draft.
func OpenJournal(dir string) *Journal { return &Journal{dir: dir} }

// id is the same for the same version on the same registry, in whatever
// spelling. A draft that has no version yet is named by its directory.
func id(p Plan) string {
	parts := []string{p.Registry, artifact.OrgKey(p.Ref.Org), artifact.ConnectorKey(p.Ref.Name), p.Ref.Version}
	if p.Ref.Version == "" || p.Ref.Name == "" {
		parts = []string{p.Registry, "", "", "", p.Directory}
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// Save writes a plan, replacing the draft of the same version on the same
// registry, and returns its id. A reader sees the old file or the new one.
func (j *Journal) Save(p Plan) (string, error) {
	data, err := json.MarshalIndent(entry{Format: journalFormat, SavedAt: time.Now().UTC(), Plan: p}, "", "  ")
	if err != nil {
		return "", fmt.Errorf("saving the draft: %w", err)
	}
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return "", fmt.Errorf("saving the draft: %w", err)
	}
	name := id(p)
	part, err := os.CreateTemp(j.dir, "."+name+".*")
	if err != nil {
		return "", fmt.Errorf("saving the draft: %w", err)
	}
	_, err = part.Write(append(data, '\n'))
	if err == nil {
		err = part.Sync()
	}
	err = errors.Join(err, part.Close())
	if err == nil {
		err = os.Rename(part.Name(), j.path(name))
	}
	if err != nil {
		return "", fmt.Errorf("saving the draft: %w", errors.Join(err, os.Remove(part.Name())))
	}
	return name, nil
}

// List returns the drafts, last saved first. Files that cannot be read come
// back as one error beside the others.
func (j *Journal) List() ([]Draft, error) {
	files, err := os.ReadDir(j.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the drafts: %w", err)
	}
	var (
		drafts []Draft
		faults []error
	)
	for _, file := range files {
		name, ok := strings.CutSuffix(file.Name(), journalSuffix)
		if !ok || !isID(name) {
			continue
		}
		draft, err := j.read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist): // removed meanwhile
		case err != nil:
			faults = append(faults, fmt.Errorf("reading the draft %s: %w", j.path(name), err))
		default:
			drafts = append(drafts, draft)
		}
	}
	slices.SortFunc(drafts, func(a, b Draft) int {
		return cmp.Or(b.SavedAt.Compare(a.SavedAt), cmp.Compare(a.ID, b.ID))
	})
	return drafts, errors.Join(faults...)
}

func (j *Journal) read(name string) (Draft, error) {
	file, err := os.Open(j.path(name))
	if err != nil {
		return Draft{}, err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxJournal+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return Draft{}, err
	}
	if len(data) > maxJournal {
		return Draft{}, fmt.Errorf("it has more than %d bytes", maxJournal)
	}
	var e entry
	if err := json.Unmarshal(data, &e); err != nil {
		return Draft{}, err
	}
	if e.Format != journalFormat {
		return Draft{}, fmt.Errorf("it was written in format %d by another version of this program; this one knows %d", e.Format, journalFormat)
	}
	return Draft{ID: name, Plan: e.Plan, SavedAt: e.SavedAt}, nil
}

// Signatures is the folder for the signatures of a plan's version. They go
// with its draft.
func (j *Journal) Signatures(p Plan) string { return j.signatures(id(p)) }

func (j *Journal) signatures(name string) string {
	return filepath.Join(j.dir, name+".signatures")
}

// Remove deletes a draft; one that is not there is no error.
func (j *Journal) Remove(name string) error {
	if !isID(name) {
		return fmt.Errorf("removing a draft: %q is not the id of one", name)
	}
	if err := os.Remove(j.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing a draft: %w", err)
	}
	if err := os.Remove(filepath.Join(j.dir, name+lockSuffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the lock of a draft: %w", err)
	}
	if err := os.RemoveAll(j.signatures(name)); err != nil {
		return fmt.Errorf("removing the signatures of a draft: %w", err)
	}
	return nil
}

func (j *Journal) path(name string) string { return filepath.Join(j.dir, name+journalSuffix) }

// isID keeps names that are no ids from leading out of the directory.
func isID(name string) bool {
	return len(name) == 16 && strings.Trim(name, "0123456789abcdef") == ""
}
