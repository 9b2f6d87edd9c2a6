package wizard

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/registrar-console/registrar/client"
)

// maxEntries bounds how much of a folder is read: one can type the rest.
const maxEntries = 2000

// entryKind is what lies in a folder under a name.
type entryKind uint8

const (
	entryFolder entryKind = iota
	entryFile
	// entryOther can neither be opened nor published: devices, pipes, links
	// that lead nowhere.
	entryOther
)

// entry is one name of a folder.
type entry struct {
	name, path string
	kind       entryKind
	// link says that it is a symbolic link; kind is that of what it leads to.
	link    bool
	what    string // of entryOther
	size    int64
	written time.Time
}

// listFolder reads one folder, or finds out that a path is a file.
type listFolder struct {
	asked int
	path  string
	from  string // what relative paths begin at
}

// folderListed is the answer to listFolder. An error keeps the page where it is.
type folderListed struct {
	asked   int
	path    string
	file    bool
	entries []entry
	more    bool
	err     error
}

// Ask implements action.Question.
func (q listFolder) Ask(ctx context.Context, _ *client.Client) any {
	read := folderListed{asked: q.asked}
	read.path, read.err = resolved(q.path, q.from)
	if read.err != nil {
		return read
	}
	info, err := os.Stat(read.path)
	switch {
	case err != nil:
		read.err = plainly(err)
	case info.IsDir():
		read.entries, read.more, read.err = list(ctx, read.path)
	case info.Mode().IsRegular():
		read.file = true
	default:
		read.err = errors.New("it is neither a folder nor a regular file")
	}
	return read
}

// resolved is a path as somebody types it, made absolute.
func resolved(path, from string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		path = home + rest
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(from, path)
	}
	return filepath.Abs(path)
}

// plainly leaves the path out of an error: the page shows it.
func plainly(err error) error {
	if fault, ok := errors.AsType[*fs.PathError](err); ok {
		switch {
		case errors.Is(err, fs.ErrPermission):
			return errors.New("you may not read it")
		case errors.Is(err, fs.ErrNotExist):
			return errors.New("it is not there")
		}
		return fault.Err
	}
	return err
}

// list reads what is in a folder, folders first.
func list(ctx context.Context, dir string) (entries []entry, more bool, err error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, false, plainly(err)
	}
	defer func() { _ = folder.Close() }() // only read
	names, err := folder.ReadDir(maxEntries + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, plainly(err)
	}
	if more = len(names) > maxEntries; more {
		names = names[:maxEntries]
	}
	for _, name := range names {
		if ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		entries = append(entries, entryOf(dir, name))
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(min(a.kind, entryFile), min(b.kind, entryFile)), strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), strings.Compare(a.name, b.name))
	})
	return entries, more, nil
}

// entryOf looks at one name; what a link leads to counts.
func entryOf(dir string, name fs.DirEntry) entry {
	e := entry{name: name.Name(), path: filepath.Join(dir, name.Name()), kind: entryOther, link: name.Type()&fs.ModeSymlink != 0}
	info, err := name.Info()
	if err == nil && e.link {
		info, err = os.Stat(e.path)
	}
	if err != nil {
		e.what = "cannot be read"
		if e.link {
			e.what = "a link that leads nowhere"
		}
		return e
	}
	e.size, e.written = info.Size(), info.ModTime()
	switch {
	case info.IsDir():
		e.kind = entryFolder
	case info.Mode().IsRegular():
		e.kind = entryFile
	default:
		e.what = "no regular file"
	}
	return e
}
