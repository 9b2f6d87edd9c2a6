package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/tuitest"
)

// console opens the console of a person in a real terminal.
func (d *desk) console(t *testing.T, o tuitest.Options, args ...string) *tuitest.Terminal {
	t.Helper()
	path, err := program()
	require.NoError(t, err)
	o.Env = d.environ
	return tuitest.Start(t, o, path, args...)
}

// A maintainer finds a version, opens it and yanks it, while a publisher
// publishes the next one from elsewhere: each sees what the other did.
func TestConsoleFromOpenToYank(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	mara := s.person(t, "mara", "maintainer", "acme")
	ines.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	ines.publishes(t, "acme", "baton-sample", "v1.1.0").ok(t)
	ines.publishes(t, "acme", "baton-desk", "v0.3.0").ok(t)
	mara.run(t, "set-stable", "acme/baton-sample", "v1.1.0").ok(t)

	term := mara.console(t, tuitest.Options{})
	term.Expect("Nothing waits for you.").Key("2")
	term.ExpectLine("desk", "v0.3.0", "PUBLISHED").ExpectLine("sample", "v1.1.0", "PUBLISHED").Expect("✓ live").Expect("mara")

	term.Key("/").Type("samp").Expect("1 of 2").ExpectNot("desk ").Key("enter").Expect("filter samp")
	term.Key("enter").Expect("highest first").ExpectLine("v1.1.0", "stable latest").ExpectLine("v1.0.0", "PUBLISHED")
	term.Key("enter").Expect("darwin-arm64").Expect("checks").Expect("passed")
	term.Key("tab").ExpectLine("linux-amd64", "executable").Key("tab").ExpectLine("platform-match", "linux-amd64")

	term.Key("X").Expect("Yank baton-sample v1.1.0?").Expect("It is stable.").Expect("can never be used again")
	term.Insist("tab", "has the focus in the form", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Category")
		return strings.Contains(style, "bold")
	})
	term.Key("right", "right", "tab").Type("loops on empty pages")
	term.Key("tab", "tab", "tab", "tab").Type("v1.1.0").Expect("matches")
	term.Key("tab", "tab", "enter")
	term.Expect("⊖ YANKED").Key("shift+tab", "shift+tab").ExpectLine("broken", "loops on empty pages")

	shown := ines.run(t, "show", "acme/baton-sample", "v1.1.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, "YANKED", shown["state"])
	assert.Equal(t, "mara", shown["yank"].(map[string]any)["by"])
	assert.NotEqual(t, true, shown["stable"])

	// Somebody else publishes; the list shows it without a key being pressed.
	term.Key("esc").Expect("highest first").ExpectLine("v1.1.0", "YANKED")
	ines.publishes(t, "acme", "baton-sample", "v1.2.0").ok(t)
	term.ExpectLine("v1.2.0", "latest", "✓ PUBLISHED")
	mara.run(t, "yank", "acme/baton-sample", "v1.0.0", "--category", "superseded", "--reason", "too old", "--yes").ok(t)
	term.ExpectLine("v1.0.0", "⊖ YANKED")
	term.Key("q")
	require.NoError(t, term.ExpectEnd())
}

// Publishing from the console: a folder, a version, what would happen, a row
// for each platform, and the checks as they come in.
func TestConsolePublishes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	mendScaffold(t, dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "LICENSE"), license(t), 0o600))
	term := d.console(t, tuitest.Options{Width: 120, Height: 40})
	term.Expect("Your registry is empty.").Expect("needs no server").Key("p").Expect("Which system is it for?").Type("sample").Expect("knows no connectors").Key("enter").GoOn("Which project is it")
	term.Key("ctrl+u").Type(dir).ExpectLine("Connector", "baton-sample").GoOn("requirement").GoOn("Which number is it").Key("ctrl+u").Type("v1.0.0")
	term.GoOn("All five platforms").GoOn("How is it signed?").Key("down", "down", "down", "down", "down", "s").GoOn("Ready to publish")
	term.Expect("linux-arm64").Key("enter")
	term.ExpectLine("✓ PUBLISHED", "acme/baton-sample v1.0.0").Expect("checks passed").Expect("v1.0.0 is public and latest.")
	term.Key("enter").Expect("Platforms").ExpectLine("windows-amd64", "◊ UNSIGNED")
	term.Key("esc").Expect("What is where now").Key("esc").Expect("Nothing waits for you.")
	term.Key("2").Expect("newest first").ExpectLine("sample", "v1.0.0", "PUBLISHED").Key("q")
	require.NoError(t, term.ExpectEnd())
	assert.Equal(t, "PUBLISHED", d.run(t, "show", "acme/baton-sample@v1.0.0", "-o", "json").ok(t).object(t)["state"])
}

// Text of a publisher that would control a terminal is shown, not obeyed.
func TestConsoleIsNotControlledByWhatItShows(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	ines.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	mara := s.person(t, "mara", "maintainer", "acme")
	hostile := "\u202egnp.exe" + strings.Repeat("\u0301", 40) + " evil"
	mara.run(t, "yank", "acme/baton-sample", "v1.0.0", "--category", "other", "--reason", hostile, "--yes")
	term := mara.console(t, tuitest.Options{Width: 80, Height: 24})
	// Home, the versions of the connector, the version, the audit log.
	term.ExpectLine("sample v1.0.0", "other:").Key("2").ExpectLine("sample").Key("enter").Expect("highest first").ExpectLine("v1.0.0", "YANKED").Key("enter").Expect("Why it was yanked")
	harmless(t, term)
	term.Key("7").ExpectLine("yank", "sample v1.0.0 other:")
	harmless(t, term)
	term.Key("q")
	require.NoError(t, term.ExpectEnd())
}

func harmless(t *testing.T, term *tuitest.Terminal) {
	t.Helper()
	for _, r := range term.Screen().Text() {
		assert.NotEqual(t, '\u202e', r)
	}
}

// Without a terminal the console says so and what to do instead.
func TestConsoleNeedsATerminal(t *testing.T) {
	t.Parallel()
	got := newDesk(t).run(t)
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.err, "registrar list")
}
