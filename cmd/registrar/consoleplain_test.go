package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/action"
)

// types runs the plain console with lines that are typed ahead.
func (d *desk) types(t *testing.T, args []string, lines ...string) result {
	t.Helper()
	return d.runWith(t, strings.NewReader(strings.Join(lines, "\n")+"\n"), nil, args...)
}

// Without a terminal the plain console works on, so that a script may drive it.
func TestPlainConsoleOverPipes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	got := d.types(t, []string{"--plain"}, "q").ok(t)
	assert.Contains(t, got.out, "Your registry is empty.")
	assert.Contains(t, got.out, "1. Publish your first connector.")
	assert.Empty(t, got.err)

	d.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	d.environ = append(d.environ, "ACCESSIBLE=1")
	got = d.types(t, nil, "connectors", "1", "t 1", "1", "q").ok(t)
	assert.Contains(t, got.out, "Make baton-sample v1.0.0 stable?")
	assert.Contains(t, got.out, "acme/baton-sample v1.0.0 is stable.")
	assert.Equal(t, true, d.run(t, "show", "acme/baton-sample", "v1.0.0", "-o", "json").ok(t).object(t)["stable"])
	assert.NotContains(t, d.run(t, "list").ok(t).out, "\x1b")
}

// The console comes back to where it was left on each registry; the demo
// neither comes back nor is remembered.
func TestTheConsoleComesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	path := filepath.Join(d.home, "state", "registrar", "console.json")
	d.types(t, []string{"demo", "--connectors", "2", "--versions", "4", "--plain"}, "connectors", "q").ok(t)
	assert.NoFileExists(t, path)

	d.types(t, []string{"--plain"}, "versions", "1", "q").ok(t)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	got := d.types(t, []string{"--plain"}, "back", "q").ok(t)
	assert.Contains(t, got.out, "Versions > acme/baton-sample > v1.0.0\n")
	other := d.types(t, []string{"--plain", "--data", filepath.Join(d.home, "other")}, "q").ok(t)
	assert.Contains(t, other.out, "Your registry is empty.")
	got = d.types(t, []string{"--plain"}, "q").ok(t)
	assert.Contains(t, got.out, "Versions > acme/baton-sample\n")

	require.NoError(t, os.WriteFile(path, []byte("{broken"), 0o600))
	got = d.types(t, []string{"--plain"}, "q").ok(t)
	assert.Contains(t, got.out, "Nothing waits for you.")
	log, err := os.ReadFile(filepath.Join(d.home, "state", "registrar", "registrar.log"))
	require.NoError(t, err)
	assert.Contains(t, string(log), "the last place in the console is forgotten")
}

// A theme that is hard to read is pointed out once, until it changes.
func TestAThemeIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	config := filepath.Join(d.home, "config", "registrar", "config.yaml")
	require.NoError(t, os.MkdirAll(filepath.Dir(config), 0o700))
	write := func(colour string) {
		require.NoError(t, os.WriteFile(config, []byte("console:\n  theme: dim\n  themes:\n    dim: {dark: {faint: '"+colour+"'}}\n"), 0o600))
	}
	const warning = "Theme dim: faint on flash (dark) has a contrast of"
	write("#555555")
	assert.Contains(t, d.types(t, []string{"--plain"}, "q").ok(t).out, warning)
	assert.NotContains(t, d.types(t, []string{"--plain"}, "q").ok(t).out, warning)
	write("#666666")
	assert.Contains(t, d.types(t, []string{"--plain"}, "q").ok(t).out, warning)
	assert.NotContains(t, d.types(t, []string{"--plain", "--theme", "standard"}, "q").ok(t).out, warning)
}

// Whatever stands in the file, the console opens.
func TestHostileConsoleState(t *testing.T) {
	t.Parallel()
	large := `{"visits":{"r":{"place":2}},"x":"` + strings.Repeat("x", maxConsoleState) + `"}`
	for name, tt := range map[string]struct {
		text   string
		want   tui.Visit
		forgot bool
	}{
		"a visit":        {text: `{"visits":{"r":{"at":"2026-08-22T12:04:07Z","place":3,"org":"acme","name":"baton-x","version":"v1.0.0"}}}`, want: tui.Visit{At: time.Date(2026, 8, 22, 12, 4, 7, 0, time.UTC), Place: action.Versions, Org: "acme", Name: "baton-x", Number: "v1.0.0"}},
		"empty":          {text: "", forgot: true},
		"no JSON":        {text: "\x1b[2J", forgot: true},
		"another shape":  {text: `[1, 2]`, forgot: true},
		"too large":      {text: large, forgot: true},
		"large place":    {text: `{"visits":{"r":{"place":999}}}`, forgot: true},
		"control names":  {text: `{"visits":{"r":{"place":3,"org":"\u001b[2J","name":"baton-x","version":"v1.0.0"}}}`, want: tui.Visit{Place: action.Versions}},
		"control number": {text: `{"visits":{"r":{"place":2,"org":"acme","name":"baton-x","version":"v1\u202e"}}}`, want: tui.Visit{Place: action.Connectors, Org: "acme", Name: "baton-x"}},
		"path":           {text: `{"visits":{"r":{"place":2,"org":"../..","name":"baton-x"}}}`, want: tui.Visit{Place: action.Connectors}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			env := &Env{Environ: d.environ}
			require.NoError(t, os.MkdirAll(env.stateDir(), 0o700))
			require.NoError(t, os.WriteFile(env.consoleStatePath(), []byte(tt.text), 0o600))
			var log bytes.Buffer
			state := env.readConsoleState(slog.New(slog.NewTextHandler(&log, nil)))
			assert.Equal(t, tt.want, state.visit("r"))
			assert.Equal(t, tt.forgot, log.Len() > 0, log.String())
		})
	}
	t.Run("a folder", func(t *testing.T) {
		t.Parallel()
		_, err := readConsoleState(t.TempDir())
		assert.Error(t, err)
	})
}

// The oldest visits go when there are many registries.
func TestManyVisits(t *testing.T) {
	t.Parallel()
	var s consoleState
	at := time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)
	for i := range maxVisits + 5 {
		s.remember("r"+strconv.Itoa(i), tui.Visit{At: at.Add(time.Duration(i) * time.Minute), Place: action.Connectors})
	}
	assert.Len(t, s.Visits, maxVisits)
	assert.NotContains(t, s.Visits, "r4")
	assert.Contains(t, s.Visits, "r5")
}

func FuzzConsoleState(f *testing.F) {
	f.Add(`{"visits":{"r":{"at":"2026-08-22T12:04:07Z","place":3,"org":"acme","name":"baton-x","version":"v1.0.0"}}}`)
	f.Add(`{"warned":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "console.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		state, _ := readConsoleState(path)
		v := state.visit("r")
		for _, name := range []string{v.Org, v.Name, v.Number} {
			if strings.IndexFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
				t.Errorf("%q names %q", text, name)
			}
		}
	})
}
