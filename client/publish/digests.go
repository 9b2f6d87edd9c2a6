package publish

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	digestsFormat = 1
	digestsFile   = "digests.json"
	// maxDigests is how many files are remembered, those read last.
	maxDigests = 256
)

// tick is what the clock of a file system may take to go on: seconds where it
// knows no parts of one.
func tick(modified time.Time) time.Duration {
	if modified.Nanosecond() == 0 {
		return 2 * time.Second
	}
	return 100 * time.Millisecond
}

// Digests remembers the digests of files that were read lately, so that the
// next step, and the next run, read only what has changed. It is a help: where
// it cannot be read or written files are read again, and the registry hashes
// what it receives in any case. The nil value remembers nothing.
type Digests struct{ path string }

// Digests are kept beside the drafts, and outlast them.
func (j *Journal) Digests() *Digests {
	if j == nil {
		return nil
	}
	return &Digests{path: filepath.Join(j.dir, digestsFile)}
}

// knownFile is one file as it was when it was read.
type knownFile struct {
	Path   string `json:"path"`
	Stamp  Stamp  `json:"stamp"`
	SHA256 string `json:"sha256"`
}

// digestList is the file as it is written, what was read last at its end.
type digestList struct {
	Format int         `json:"format"`
	Files  []knownFile `json:"files"`
}

func (d *Digests) load() []knownFile {
	if d == nil {
		return nil
	}
	file, err := os.Open(d.path)
	if err != nil {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(file, maxJournal))
	var list digestList
	if err = errors.Join(err, file.Close()); err != nil || json.Unmarshal(data, &list) != nil || list.Format != digestsFormat {
		return nil
	}
	return list.Files
}

// recall gives files the digests and stamps that they had when they were read.
// Whoever hashes them next compares the stamps.
func (d *Digests) recall(files []File) {
	for _, known := range d.load() {
		for i := range files {
			if files[i].Path == known.Path && files[i].SHA256 == "" {
				files[i].Stamp, files[i].SHA256 = known.Stamp, known.SHA256
			}
		}
	}
}

// remember keeps the digests of files that were read from some time on. One
// that was changed just before is left out: had it been changed once more, it
// would look no different.
func (d *Digests) remember(files []File, from time.Time) {
	if d == nil {
		return
	}
	before := d.load()
	list := slices.Clone(before)
	for _, f := range files {
		if f.SHA256 == "" || from.Sub(f.Stamp.Modified) < tick(f.Stamp.Modified) {
			continue
		}
		known := knownFile{Path: f.Path, Stamp: f.Stamp, SHA256: f.SHA256}
		if slices.Contains(list, known) {
			continue
		}
		list = slices.DeleteFunc(list, func(k knownFile) bool { return k.Path == f.Path })
		list = append(list, known)
	}
	if slices.Equal(before, list) {
		return
	}
	list = list[max(0, len(list)-maxDigests):]
	if data, err := json.Marshal(digestList{Format: digestsFormat, Files: list}); err == nil {
		_ = replace(d.path, append(data, '\n')) // see Digests
	}
}
