// Package review keeps half-written reviews on this computer, so that leaving
// the page or the program loses no judgement.
package review

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Criteria is how many things a reviewer judges; registryv1.Criteria names them.
const Criteria = 6

// Judgement is what one person thinks of one criterion.
type Judgement struct {
	Mark registryv1.ReviewMark `json:"mark,omitempty"`
	Note string                `json:"note,omitempty"`
}

// Draft is a review that is not sent yet.
type Draft struct {
	// Registry and Person are whose review it is: two people may share a computer.
	Registry string `json:"registry"`
	Person   string `json:"person"`
	Org      string `json:"org"`
	Name     string `json:"name"`
	Version  string `json:"version"`
	// Attempt and AssetSet are the bytes that were looked at.
	Attempt    int32               `json:"attempt"`
	AssetSet   string              `json:"assetSet"`
	Judgements [Criteria]Judgement `json:"judgements"`
	Summary    string              `json:"summary,omitempty"`
	SavedAt    time.Time           `json:"savedAt"`
}

// Empty reports whether nothing was judged or written.
func (d Draft) Empty() bool { return d.Judgements == [Criteria]Judgement{} && d.Summary == "" }

// Marked is how many criteria have a mark.
func (d Draft) Marked() int {
	n := 0
	for _, j := range d.Judgements {
		if j.Mark != registryv1.ReviewMark_REVIEW_MARK_UNSPECIFIED {
			n++
		}
	}
	return n
}

// Drafts is the folder in which they are kept, one file each.
type Drafts struct{ dir string }

// Bounds of a draft: what a file may hold, and a text of it.
const (
	maxFile = 256 << 10
	maxText = 8 << 10
)

// Open uses a folder, which is made with the first draft.
func Open(dir string) *Drafts { return &Drafts{dir: dir} }

// path is the same for the same version on the same registry and the same
// person, in whatever spelling.
func (s *Drafts) path(registry, person, org, name, version string) string {
	key := strings.Join([]string{registry, person, artifact.OrgKey(org), artifact.ConnectorKey(name), version}, "\x00")
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:8])+".json")
}

// Keep writes a draft in place of the one before. A reader sees the old file or
// the new one, and only its owner may be that reader.
func (s *Drafts) Keep(d Draft) error {
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("keeping the review of %s/%s %s: %w", d.Org, d.Name, d.Version, err)
	}
	if err := s.write(s.path(d.Registry, d.Person, d.Org, d.Name, d.Version), append(data, '\n')); err != nil {
		return fmt.Errorf("keeping the review of %s/%s %s: %w", d.Org, d.Name, d.Version, err)
	}
	return nil
}

func (s *Drafts) write(path string, data []byte) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(s.dir, ".review-*") // 0600
	if err != nil {
		return err
	}
	_, err = part.Write(data)
	err = errors.Join(err, part.Close())
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return nil
}

// Find returns the draft of a version, if there is one. What it says is clean:
// anybody may have written into the file.
func (s *Drafts) Find(registry, person, org, name, version string) (d Draft, found bool, err error) {
	path := s.path(registry, person, org, name, version)
	data, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Draft{}, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &d)
	}
	if err != nil {
		return Draft{}, false, fmt.Errorf("reading the review kept in %s: %w", path, err)
	}
	return cleaned(d), true, nil
}

func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file")
	}
	var data []byte
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(file, maxFile+1))
	}
	if len(data) > maxFile {
		err = fmt.Errorf("it has more than %d bytes", maxFile)
	}
	return data, errors.Join(err, file.Close())
}

func cleaned(d Draft) Draft {
	for i := range d.Judgements {
		j := &d.Judgements[i]
		j.Note = clean.Line(j.Note, maxText)
		if _, known := registryv1.ReviewMark_name[int32(j.Mark)]; !known {
			j.Mark = registryv1.ReviewMark_REVIEW_MARK_UNSPECIFIED
		}
	}
	d.Summary, d.AssetSet = clean.Line(d.Summary, maxText), clean.Line(d.AssetSet, maxText)
	return d
}

// Drop forgets the draft of a version.
func (s *Drafts) Drop(registry, person, org, name, version string) error {
	if err := os.Remove(s.path(registry, person, org, name, version)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the kept review of %s/%s %s: %w", org, name, version, err)
	}
	return nil
}
