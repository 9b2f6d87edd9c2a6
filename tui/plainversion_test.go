package tui_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Documentation is read aloud, and a download is asked for question by question.
func TestPlainDocumentationAndDownload(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	dir := project(t, "baton-sample", "v1.0.0", 20_000)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "README.md"), []byte("# Sample\n\nReads **users**.\n\n> Slow at night.\n\n- one\n- two\n"), 0o600))
	publishesFrom(t, ines, dir, "baton-sample", "v1.0.0")
	target := t.TempDir()
	said := plainly(t, h.connect("mara", maintainer), into(target))
	said.Expect("sample").Type("d").Expect("Download baton-sample v1.0.0?", "No signature is: UNSIGNED.", "Platform", "Platform, empty means linux-amd64:")
	said.Type("").Expect("Into, empty means " + target).Type("").Expect("1: Download").Type("1").Expect("baton-sample is in " + target)
	assert.Equal(t, []string{"baton-sample"}, files(t, target))
	said.Type("1").Expect("v1.0.0").Type("1").Expect("Overview, tab 1 of ")
	for range 4 {
		said.Type("tab")
	}
	said.Expect("Docs, tab 5 of ", "Sample", "Reads users.", "Slow at night.", "- one", "- two")
	assert.NotContains(t, said.End(), "▐")
}
