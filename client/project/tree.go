package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Bounds of a walk. Real connectors have some hundred files; whatever is
// larger is looked at in part, and the report says so.
const (
	maxEntries = 50_000
	maxDepth   = 30
	maxGoFile  = 2 << 20
	maxGoBytes = 32 << 20
)

// tree is the files of a project. Everything is read through root, which no
// symbolic link leads out of.
type tree struct {
	root *os.Root
	// files are regular files, relative and with slashes.
	files []string
	// left says what was not looked at, and why.
	left []string
	// skip says which directories are not looked into.
	skip func(dir string) bool
}

// leaveOut notes what is not looked at.
func (t *tree) leaveOut(what string) { t.left = append(t.left, what) }

// notSeen is what was not looked at as evidence; "" is that everything was.
func (t *tree) notSeen() string {
	if len(t.left) == 0 {
		return ""
	}
	return "not looked at: " + strings.Join(t.left[:min(len(t.left), 3)], "; ") + strings.Repeat("; and more", min(1, max(0, len(t.left)-3)))
}

// openTree walks a project. What Go itself never looks into is passed over,
// and so are vendored modules, build folders and hidden directories other than
// those of CI.
func openTree(root *os.Root) *tree { return walkTree(root, passedOver) }

// walkTree walks a project, but for the directories that skip names.
func walkTree(root *os.Root, skip func(dir string) bool) *tree {
	t := &tree{root: root, skip: skip}
	left := maxEntries
	t.walk(".", 0, &left)
	return t
}

func (t *tree) walk(dir string, depth int, left *int) {
	if depth > maxDepth {
		t.leaveOut(fmt.Sprintf("folders deeper than %d are not looked into", maxDepth))
		return
	}
	f, err := t.root.Open(dir)
	if err != nil {
		t.leaveOut(fmt.Sprintf("%q cannot be read", dir))
		return
	}
	entries, err := f.ReadDir(*left + 1)
	_ = f.Close() // it was only read
	if err != nil && !errors.Is(err, io.EOF) {
		t.leaveOut(fmt.Sprintf("%q cannot be read", dir))
		return
	}
	if len(entries) > *left {
		t.leaveOut(fmt.Sprintf("only the first %d files and folders are looked at", maxEntries))
		entries = entries[:*left]
	}
	*left -= len(entries)
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		switch {
		case entry.IsDir() && !t.skip(name):
			t.walk(name, depth+1, left)
		case entry.Type().IsRegular():
			t.files = append(t.files, name)
		}
	}
}

// passedOver reports whether a directory says nothing about the connector.
func passedOver(dir string) bool {
	if dir == ".github" || strings.HasPrefix(dir, ".github/") {
		return false
	}
	base := path.Base(dir)
	switch base {
	case "vendor", "node_modules", "dist", testData:
		return true
	}
	return strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")
}

// read reads a regular file up to a bound. One that is absent, or is no file
// at all, is not found and no error.
func (t *tree) read(name string, limit int64) (text string, found bool, err error) {
	return readIn(t.root, name, limit)
}

// readIn reads a file below a root, which no symbolic link leads out of.
func readIn(root *os.Root, name string, limit int64) (text string, found bool, err error) {
	return readRegular(root.Stat, root.Open, name, limit)
}

// readRegular reads a file with ways to look at it and to open it. Pipes and
// devices are not opened: reading them may never end.
func readRegular(stat func(string) (fs.FileInfo, error), open func(string) (*os.File, error), name string, limit int64) (text string, found bool, err error) {
	info, err := stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", false, nil
	case err != nil:
		return "", true, err
	case !info.Mode().IsRegular():
		return "", false, nil
	}
	f, err := open(name)
	if err != nil {
		return "", true, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return readBounded(f, limit)
}

func readBounded(f io.Reader, limit int64) (text string, found bool, err error) {
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return "", true, err
	}
	if int64(len(data)) > limit {
		return "", true, fmt.Errorf("%w: more than %d bytes", errTooLarge, limit)
	}
	return strings.TrimPrefix(string(data), "\ufeff"), true, nil
}
