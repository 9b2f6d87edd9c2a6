package project

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSectionOfAChangelog(t *testing.T) {
	t.Parallel()
	const text = "# Changelog\n\n## [Unreleased]\n\n- not yet\n\n## [0.1.10] - 2026-08-22\n\n### Added\n\n- ten\n\n## v0.1.1\n\n- one\n"
	for number, want := range map[string]string{
		"v0.1.10": "### Added\n\n- ten",
		"v0.1.1":  "- one",
		"v0.2.0":  "- not yet",
		"":        "- not yet",
	} {
		assert.Equal(t, want, sectionOf(text, number), "of %q", number)
	}
	assert.Empty(t, sectionOf("no headings at all", "v1.0.0"))
}

// What is new is proposed from the file, and from the commits since the last
// tag of a real history.
func TestChangelogsAreProposed(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	run := func(args ...string) {
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir, "-c", "user.name=ines", "-c", "user.email=ines@example.org"}, args...)...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	run("init", "-q")
	run("commit", "-q", "--allow-empty", "-m", "Begin")
	all := Changelogs(t.Context(), dir, "v0.1.0")
	require.Len(t, all, 1)
	assert.Equal(t, Proposal{"- Begin", "git, all of it"}, all[0])

	run("tag", "v0.1.0")
	run("commit", "-q", "--allow-empty", "-m", "Sync devices \x1b[31mred")
	run("commit", "-q", "--allow-empty", "-m", "Fix paging")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "CHANGELOG.md"), []byte("## v0.1.1\n- devices\n"), 0o600))
	all = Changelogs(t.Context(), dir, "v0.1.1")
	require.Len(t, all, 2)
	assert.Equal(t, Proposal{"- devices", "CHANGELOG.md"}, all[0])
	assert.Equal(t, "git since v0.1.0", all[1].From)
	assert.True(t, strings.HasPrefix(all[1].Value, "- Fix paging\n- Sync devices"), all[1].Value)
	assert.NotContains(t, all[1].Value, "\x1b")
	assert.Empty(t, Changelogs(t.Context(), t.TempDir(), "v1.0.0"))
}

func FuzzSectionOf(f *testing.F) {
	f.Add("## v1.0.0\n- x\n", "v1.0.0")
	f.Fuzz(func(t *testing.T, text, number string) {
		if said := sectionOf(text, number); len(said) > len(text) {
			t.Errorf("%d bytes of %d", len(said), len(text))
		}
	})
}
