package tui_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// into makes a console that downloads into a folder, on a linux-amd64.
func into(dir string) func(*tui.Config) {
	return func(c *tui.Config) { c.Directory, c.Computer = dir, registryv1.Platform_PLATFORM_LINUX_AMD64 }
}

// presses goes to a button of a dialog and presses it. The focused one has a
// fill of its own.
func presses(term *tuitest.Terminal, button string) {
	dark := theme.Standard().Dark
	term.Insist("tab", "has the focus on "+button, func(s tuitest.Screen) bool {
		for y := range s.Cells {
			line := s.Line(y)
			at := strings.LastIndex(line, " "+button+" ")
			if at < 0 || !strings.Contains(line, " Cancel ") {
				continue
			}
			fill := s.Cells[y][utf8.RuneCountInString(line[:at])+1].Background
			return fill == dark.Accent || fill == dark.Bad
		}
		return false
	})
	term.Key("enter")
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if path != dir {
			name, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}))
	return names
}

// A release file is fetched for this computer and verified, from the list of
// connectors; all of them from the page of the version. One that was altered
// is refused in the words of the command, and nothing of it stays.
func TestDownloading(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishesSigned(t, h, "baton-sample", "v1.0.0")
	dir := t.TempDir()
	term := console(t, h.connect("mara", maintainer), into(dir))
	term.ExpectLine("sample", "v1.0.0", "✓ PUBLISHED").Key("d")
	term.Expect("Download baton-sample v1.0.0?").Expect("Taking v1.0.0, the latest version; none is stable.").Expect("baton-sample, 20 kB.")
	presses(term, "Download")
	term.Expect("baton-sample is in " + dir).Expect("20 kB, VERIFIED.")
	assert.Equal(t, []string{"baton-sample"}, files(t, dir))
	info, err := os.Stat(filepath.Join(dir, "baton-sample"))
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&0o100, "it can be run")
	require.NoError(t, os.Remove(filepath.Join(dir, "baton-sample")))

	term.Key("enter").ExpectLine("v1.0.0", "✓ VERIFIED").Key("enter").Expect("Platforms").Key("d").Expect("Download baton-sample v1.0.0?").Expect("baton-sample, 20 kB.")
	term.Insist("tab", "has the focus in the form", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Platform  ")
		return strings.Contains(style, "bold")
	})
	term.Key("right", "right", "right", "right", "right").Expect("5 files, 100 kB.").Expect("each goes into a folder of")
	presses(term, "Download")
	term.Expect("5 files are in " + dir)
	assert.Equal(t, []string{
		"darwin-amd64", "darwin-amd64/baton-sample", "darwin-arm64", "darwin-arm64/baton-sample", "linux-amd64", "linux-amd64/baton-sample",
		"linux-arm64", "linux-arm64/baton-sample", "windows-amd64", "windows-amd64/baton-sample.exe",
	}, files(t, dir))

	alter(t, h, "baton-sample", "v1.0.0", registryv1.Platform_PLATFORM_LINUX_AMD64)
	for _, each := range files(t, dir) {
		require.NoError(t, os.RemoveAll(filepath.Join(dir, each)))
	}
	term.Key("d").Expect("Download baton-sample v1.0.0?").Expect("baton-sample, 20 kB.")
	presses(term, "Download")
	term.Expect("✗ downloading baton-sample: The signature was made for other bytes.").Expect("was signed. Do not use the file.")
	assert.Empty(t, files(t, dir))
}

// A maintainer deprecates a connector, and takes that back.
func TestDeprecating(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	deprecation := func() *registryv1.Deprecation {
		rs, err := ines.Registry.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}})
		require.NoError(t, err)
		return rs.GetConnector().GetDeprecation()
	}

	term := console(t, ines)
	term.ExpectLine("sample", "v1.0.0", "✓ PUBLISHED").Key("X").Expect("deprecate: that needs the maintainer role in acme; ask an admin")
	term.Key("q")
	require.NoError(t, term.ExpectEnd())

	term = console(t, h.connect("mara", maintainer))
	term.ExpectLine("sample", "v1.0.0", "✓ PUBLISHED").Key("X").Expect("Deprecate baton-sample?")
	term.Insist("tab", "has the focus in the form", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Reason")
		return strings.Contains(style, "bold")
	})
	term.Type("the API it reads is gone").Key("tab").Type("nonsense/")
	presses(term, "Deprecate baton-sample")
	term.Expect("Deprecate baton-sample?").Expect("nonsense")
	assert.Nil(t, deprecation())
	term.Key("esc").ExpectNot("Deprecate baton-sample?").Key("X").Expect("Deprecate baton-sample?")
	term.Insist("tab", "has the focus in the form", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Reason")
		return strings.Contains(style, "bold")
	})
	term.Type("the API it reads is gone")
	presses(term, "Deprecate baton-sample")
	term.Expect("acme/baton-sample is deprecated.").Expect("sample deprecated").Expect("deprecated: the API")
	assert.Equal(t, "the API it reads is gone", deprecation().GetReason())

	term.Key("X").Expect("Take back the deprecation of baton-sample?")
	presses(term, "Undeprecate baton-sample")
	term.Expect("acme/baton-sample is deprecated no more.").ExpectNot("sample deprecated")
	assert.Nil(t, deprecation())
}

// A FAILED version is published again from where it is seen.
func TestRetryingAFailedVersion(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	dir := project(t, "baton-sample", "v1.0.0", 20_000)
	publishesFrom(t, ines, dir, "baton-sample", "v1.0.0")
	// What the registry stores is damaged, and the same files are published once more.
	alter(t, h, "baton-sample", "v1.0.0", registryv1.Platform_PLATFORM_LINUX_AMD64)
	plan, faults, err := publish.Prepare(t.Context(), ines, publish.Answers{Directory: dir, Org: "acme", Name: "baton-sample", Version: "v1.1.0"}, nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	result, err := publish.Run(t.Context(), ines, plan, nil, func(publish.Event) {})
	t.Log(result.Version.GetSummary().GetState(), err)
	require.Equal(t, registryv1.State_STATE_FAILED, state(t, ines, "baton-sample", "v1.1.0"))

	term := console(t, ines, into(dir))
	term.ExpectLine("sample", "v1.1.0", "✗ FAILED").Key("enter").Expect("highest first").ExpectLine("v1.1.0", "✗ FAILED").Key("r")
	term.Expect("Which project is it").ExpectLine("Connector", "baton-sample").GoOn("requirement").GoOn("Which number is it").ExpectLine("Version", "v1.1.0").Expect("This is attempt 2.")
}
