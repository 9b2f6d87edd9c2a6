package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/theme"
)

const consoleFile = `console:
  theme: dusk
  keys:
    version.yank: [ctrl+y, Y]
    app.quit: Q
  themes:
    dusk:
      base: colour-blind
      dark:
        accent: "#ffaa00"
`

// The section of the console is read into themes and keys.
func TestConsoleSettings(t *testing.T) {
	t.Parallel()
	s, err := load(t, consoleFile, nil)
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"version.yank": {"ctrl+y", "Y"}, "app.quit": {"Q"}}, s.Console.Keys)
	want := theme.ColourBlind()
	want.Name, want.Dark.Accent = "dusk", "#ffaa00"
	got, known := s.palette()
	assert.True(t, known)
	assert.Equal(t, want, got)

	s, err = load(t, "", nil)
	require.NoError(t, err)
	got, _ = s.palette()
	assert.Equal(t, theme.Standard(), got)
}

// The theme rises from file to environment to flag, like every setting.
func TestTheThemeRisesLikeEverySetting(t *testing.T) {
	t.Parallel()
	environ := map[string]string{"REGISTRAR_THEME": "colour-blind"}
	s, err := load(t, consoleFile, environ)
	require.NoError(t, err)
	assert.Equal(t, "colour-blind", s.Theme)
	s, err = load(t, consoleFile, environ, "--theme", "standard")
	require.NoError(t, err)
	assert.Equal(t, "standard", s.Theme)
	_, err = load(t, consoleFile, environ, "--theme", "neon")
	require.Error(t, err)
	assert.Equal(t, 2, exitCode(err))
	assert.Contains(t, err.Error(), `"neon" is not a theme; there are standard, colour-blind, dusk`)
}

// ACCESSIBLE is read by other programs too, so that our own variable and the
// flag count more.
func TestWhoAsksForThePlainConsole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file    string
		environ map[string]string
		args    []string
		want    bool
	}{
		"nobody":           {},
		"the flag":         {args: []string{"--plain"}, want: true},
		"the file":         {file: "plain: true\n", want: true},
		"ACCESSIBLE":       {environ: map[string]string{"ACCESSIBLE": "1"}, want: true},
		"ACCESSIBLE off":   {environ: map[string]string{"ACCESSIBLE": "0"}},
		"our own variable": {environ: map[string]string{"ACCESSIBLE": "1", "REGISTRAR_PLAIN": "false"}},
		"not this time":    {environ: map[string]string{"ACCESSIBLE": "1"}, args: []string{"--plain=false"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := load(t, c.file, c.environ, c.args...)
			require.NoError(t, err)
			assert.Equal(t, c.want, s.Plain)
		})
	}
}

func TestWrongConsoleSettingsAreNamedAllAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"unknown":       {"console:\n  colours: x\n", []string{`config.yaml:2: "colours" is not a setting of the console; there are theme, keys, themes`}},
		"no section":    {"console: standard\n", []string{`config.yaml:1: expected lines of the form key: value`}},
		"unknown theme": {"console:\n  theme: neon\n", []string{`"neon" is not a theme; there are standard, colour-blind`}},
		"keys":          {"console:\n  keys:\n    a: {b: c}\n    d: ''\n    e:\n", []string{`config.yaml:3: keys of "a": expected a key`, `config.yaml:4: keys of "d": a key has a name`, `config.yaml:5: keys of "e": expected a key`}},
		"built in":      {"console:\n  themes:\n    standard: {base: standard}\n", []string{`config.yaml:3: the theme "standard" is built in; give yours another name`}},
		"a theme":       {"console:\n  themes:\n    dusk:\n      base: neon\n      dark:\n        accent: violet\n        header: '#ffffff'\n      medium: {}\n", []string{`config.yaml:8: "medium" is not part of a theme; there are base, dark, light`, `config.yaml:4: theme "dusk", base: "neon" is not a built-in theme; there are standard, colour-blind`, `config.yaml:6: theme "dusk", dark.accent: "violet" is not a colour; write it as #rrggbb`, `config.yaml:7: theme "dusk", dark.header: "header" is not a role; there are text, muted`}},
		"no quotes":     {"console:\n  themes:\n    dusk:\n      dark:\n        accent: #ffffff\n", []string{`config.yaml:5: "accent" has no colour; put it into quotes`}},
		"twice":         {"console:\n  theme: standard\n  theme: standard\n", []string{`config.yaml:3: "theme" was set before, in line 2`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, c.file, nil)
			require.Error(t, err)
			assert.Equal(t, 2, exitCode(err))
			e := asError(err)
			require.Len(t, e.Faults, len(c.want), "%+v", e.Faults)
			for i, want := range c.want {
				assert.Contains(t, e.Faults[i].Message, want)
			}
		})
	}
}

// Colours that are hard to read are the person's own business: they are
// pointed out, not refused.
func TestColoursThatAreHardToRead(t *testing.T) {
	t.Parallel()
	s, err := load(t, "console:\n  theme: dim\n  themes:\n    dim:\n      dark: {faint: '#555555', muted: '#666666'}\n", nil)
	require.NoError(t, err)
	p, _ := s.palette()
	assert.Equal(t, "Theme dim: faint on flash (dark) has a contrast of 1.8 to 1; text is easy to read from 4.5 on. 1 more role is below.", hardToRead(p))
	assert.Empty(t, hardToRead(theme.ColourBlind()))
}

// The file of the document is one that works, and its theme is easy to read.
func TestTheConfigurationOfTheDocumentIsRead(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "configuration.md"))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "```yaml\n")
	require.True(t, found)
	file, _, _ := strings.Cut(rest, "```")
	s, err := load(t, file, nil)
	require.NoError(t, err)
	palette, known := s.palette()
	assert.True(t, known)
	assert.Equal(t, "dusk", palette.Name)
	assert.Empty(t, hardToRead(palette))
	for _, role := range theme.RoleNames() {
		assert.Contains(t, string(text), "`"+role+"`", "the document names every role")
	}
	for _, setting := range settings {
		assert.Contains(t, string(text), "--"+setting.flag)
		assert.Contains(t, string(text), setting.env)
	}
}
