package tui_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui"
)

// Where keys are no help, the step Project asks whether to write the
// connector.yaml that is not there, and says no more once it is.
func TestPlainWritesTheDescription(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	dir := project(t, "baton-sample", "v1.0.0", 1000)
	written := filepath.Join(dir, "connector.yaml")
	require.NoFileExists(t, written)
	r := plainly(t, h.connect("ines", publisher), func(c *tui.Config) { c.Directory = dir })
	toProject := func() *reader {
		return r.Expect("Which project is it, and what is it called?", "Folder,")
	}
	fields := func(last string) {
		for range 3 {
			r.Type("").Expect(", empty")
		}
		r.Type("A connector for samples.").Expect("License,").Type("").Expect("Homepage,").Type("").Expect(last)
	}
	r.Expect("Choose:").Type("p").Expect("step 1 of 10 Path", "Choose:").Type("1")
	toProject()
	fields("2 write it with what was answered")
	r.Expect("No connector.yaml, empty means leave it so:").Type("3").Expect("Type a number from 1 to 2").Type("").Expect("step 3 of 10 Preflight", "Choose:")
	assert.NoFileExists(t, written)

	r.Type("back")
	toProject()
	fields("No connector.yaml, empty means leave it so:")
	r.Type("2").Expect("connector.yaml was written; commit it, so that others see it too.").Expect("Choose:")
	text, err := os.ReadFile(written)
	require.NoError(t, err)
	assert.Contains(t, string(text), "A connector for samples.")
	r.Type("back")
	toProject()
	for range 5 {
		r.Type("").Expect(", empty")
	}
	r.Type("").Expect("step 3 of 10 Preflight", "Choose:").Type("q").Expect("Nothing was sent: only this computer keeps it.", "Choose,").Type("1").Expect("Choose:").Type("q")
	assert.Equal(t, 3, strings.Count(r.Left(), "No connector.yaml, empty means"), "once it is there, nobody asks")
}
