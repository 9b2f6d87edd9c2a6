package main

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// drawn prints some versions as a terminal, or whatever reads from a pipe,
// gets them.
func drawn(t *testing.T, terminal bool, settings Settings, environ ...string) string {
	t.Helper()
	now := time.Date(2026, 8, 21, 14, 0, 0, 0, time.UTC)
	var out strings.Builder
	env := &Env{
		Out: &out, OutTerminal: terminal, Now: func() time.Time { return now }, Settings: settings,
		Environ: append([]string{"TERM=xterm-256color", "LANG=C.UTF-8"}, environ...),
	}
	ago := func(d time.Duration) *timestamppb.Timestamp { return timestamppb.New(now.Add(-d)) }
	require.NoError(t, writeVersions(env, []*registryv1.VersionSummary{
		{
			Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.10.0"}, State: registryv1.State_STATE_PUBLISHED,
			Platforms: registryv1.Platforms()[2:4], SizeBytes: 14_100_000, Author: "mara", UpdatedAt: ago(3 * time.Hour), Stable: true, Latest: true,
		},
		{
			Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.9.0"}, State: registryv1.State_STATE_FAILED,
			Platforms: registryv1.Platforms()[:1], SizeBytes: 900, Author: "日本", UpdatedAt: ago(50 * time.Hour), Reason: "two\nlines\x1b[2J",
		},
	}, true))
	return out.String()
}

func TestTablesAreAlignedWhateverIsInThem(t *testing.T) {
	t.Parallel()
	text := drawn(t, false, Settings{Output: OutputTable})
	assert.NotContains(t, text, "\x1b")
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	require.Len(t, lines, 3, "a row is a line: %s", text)
	assert.Equal(t, []string{"connector", "version", "state", "signature", "platforms", "size", "author", "updated", "note"}, strings.Fields(lines[0]))
	for _, line := range lines {
		assert.Equal(t, strings.TrimRight(line, " "), line, "nothing invisible at the end")
	}
	column := func(line, text string) int { return ansi.StringWidth(line[:strings.Index(line, text)]) }
	assert.Equal(t, column(lines[0], "note"), column(lines[1], "stable"))
	assert.Equal(t, column(lines[1], "stable"), column(lines[2], "two"), "wide letters take two cells")
	assert.Equal(t, column(lines[1], "✓"), column(lines[2], "✗"))
	assert.Equal(t, column(lines[1], "3h")+2, column(lines[2], "2d")+2, "ages are flush right")
}

func TestColoursOfTables(t *testing.T) {
	t.Parallel()
	plainText := drawn(t, false, Settings{Output: OutputTable})
	for name, c := range map[string]struct {
		text    string
		colours bool
		escapes bool
	}{
		"terminal":             {drawn(t, true, Settings{}), true, true},
		"terminal, NO_COLOR":   {drawn(t, true, Settings{}, "NO_COLOR=1"), false, true},
		"terminal, --no-color": {drawn(t, true, Settings{NoColor: true}), false, true},
		"pipe":                 {plainText, false, false},
		"pipe, CLICOLOR_FORCE": {drawn(t, false, Settings{}, "CLICOLOR_FORCE=1"), false, false},
	} {
		assert.Equal(t, c.colours, strings.Contains(c.text, "\x1b[32m"), name)
		assert.Equal(t, c.escapes, strings.Contains(c.text, "\x1b["), name)
		assert.Equal(t, plainText, ansi.Strip(c.text), "%s: the same text, with or without colours", name)
	}
	ascii := drawn(t, true, Settings{}, "LANG=C")
	assert.Contains(t, ansi.Strip(ascii), "v PUBLISHED")
	assert.Contains(t, ansi.Strip(drawn(t, false, Settings{ASCII: true})), "x FAILED")
}

func TestFactsLeaveOutWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	env := &Env{Out: &out, Settings: Settings{Output: OutputTable}}
	f := env.newFacts()
	f.text("license", "Apache-2.0")
	f.text("homepage", "")
	f.text("repository", "a\x1b[31mb")
	require.NoError(t, f.write(&out))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2)
	assert.Equal(t, "license     Apache-2.0", lines[0])
	assert.NotContains(t, out.String(), "\x1b")
}

func TestEnvironmentOfTheLastEntryCounts(t *testing.T) {
	t.Parallel()
	env := &Env{Environ: []string{"A=1", "B=2", "A=3", "C"}}
	assert.Equal(t, "3", env.getenv("A"))
	assert.Equal(t, "2", env.getenv("B"))
	assert.Empty(t, env.getenv("C"))
}
