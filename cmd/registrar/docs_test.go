package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documents are all that people read.
func documents(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	require.NoError(t, err)
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"} {
		files = append(files, filepath.Join("..", "..", name))
	}
	texts := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		texts[file] = string(text)
	}
	return texts
}

// The command lines of the documents are command lines that parse.
func TestCommandsOfTheDocumentsParse(t *testing.T) {
	t.Parallel()
	seen := 0
	for file, text := range documents(t) {
		for line := range strings.Lines(text) {
			if rest, indented := strings.CutPrefix(line, "    "); indented && parses(t, rest) {
				seen++
			}
		}
		for _, inline := range regexp.MustCompile("`(registrar [^`]+)`").FindAllStringSubmatch(text, -1) {
			if parses(t, inline[1]) {
				seen++
			}
		}
		assert.NotContains(t, text, "TODO", file)
	}
	assert.Greater(t, seen, 15, "the documents show commands")
}

// What a document points at is there.
func TestLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:]+)\)|(?:src|srcset)="([^":]+)"`)
	for file, text := range documents(t) {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			target := found[1] + found[2]
			_, err := os.Stat(filepath.Join(filepath.Dir(file), target))
			assert.NoError(t, err, "%s points at %s", file, target)
		}
	}
}

// The targets that the documents name are targets of the Makefile.
func TestMakeTargetsOfTheDocumentsExist(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(filepath.Join("..", "..", "Makefile"))
	require.NoError(t, err)
	for file, text := range documents(t) {
		for _, found := range regexp.MustCompile(`(?m)(?:^    |`+"`"+`)make ([a-z]+)`).FindAllStringSubmatch(text, -1) {
			assert.Regexp(t, `(?m)^`+found[1]+`:`, string(makefile), "%s names make %s", file, found[1])
		}
	}
}
