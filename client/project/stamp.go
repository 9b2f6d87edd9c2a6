package project

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// SourceStamp tells one state of the files that linter and tests depend on
// from another: Go files, modules, the Makefile, the linter's settings, and all
// test data, each with its size and the time of its last change. The newest
// time alone would not tell that a file was removed or put back, and a commit
// says nothing of what was not committed. Nothing is read but directories.
func SourceStamp(directory string) (string, error) {
	dir, err := filepath.Abs(directory)
	if err != nil {
		return "", fmt.Errorf("finding the project directory: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", fmt.Errorf("reading the project directory: %w", err)
	}
	defer root.Close() //nolint:errcheck // it was only read
	files := walkTree(root, func(dir string) bool { return path.Base(dir) != testData && passedOver(dir) }).files
	slices.Sort(files)
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%q\n", dir) // a hash takes everything
	for _, name := range files {
		if !decidesJobs(name) {
			continue
		}
		info, err := root.Stat(name)
		if err != nil {
			return "", fmt.Errorf("looking at a source file: %w", err)
		}
		_, _ = fmt.Fprintf(sum, "%q %d %d\n", name, info.Size(), info.ModTime().UnixNano())
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// testData is the directory that Go itself never looks into, and tests do.
const testData = "testdata"

// decidesJobs reports whether a file can change what linter and tests say.
func decidesJobs(name string) bool {
	base := path.Base(name)
	switch base {
	case goMod, "go.sum", "go.work", "Makefile", "makefile", "GNUmakefile":
		return true
	}
	return strings.HasSuffix(base, ".go") || strings.HasPrefix(base, ".golangci.") || slices.Contains(strings.Split(path.Dir(name), "/"), testData)
}
