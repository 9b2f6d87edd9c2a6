package tui_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/action"
)

// The console opens where it was left: the place, the connector, the version.
func TestTheConsoleOpensWhereItWasLeft(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-sample", "v1.1.0")
	mara := h.connect("mara", maintainer)
	for name, tt := range map[string]struct {
		last    tui.Visit
		start   action.Place
		expect  []string
		goes    string
		arrives string
	}{
		"never":           {expect: []string{"Nothing waits for you."}, goes: "3", arrives: "Versions 2"},
		"a place":         {last: tui.Visit{Place: action.Versions}, expect: []string{"Versions 2"}, goes: "2", arrives: "Connectors 1"},
		"a connector":     {last: tui.Visit{Place: action.Connectors, Org: "acme", Name: "baton-sample"}, expect: []string{"acme/baton-sample", "highest first"}, goes: "esc", arrives: "newest first"},
		"a version":       {last: tui.Visit{Place: action.Versions, Org: "acme", Name: "baton-sample", Number: "v1.0.0"}, expect: []string{"What is new in v1.0.0."}, goes: "esc", arrives: "highest first"},
		"no such place":   {last: tui.Visit{Place: 9, Org: "acme", Name: "baton-sample"}, expect: []string{"Home", "highest first"}, goes: "esc", arrives: "Nothing waits for you."},
		"gone version":    {last: tui.Visit{Place: action.Versions, Org: "acme", Name: "baton-sample", Number: "v9.0.0"}, expect: []string{"Versions 2", "acme/baton-sample v9.0.0 is not there any more."}, goes: "2", arrives: "Connectors 1"},
		"gone connector":  {last: tui.Visit{Place: action.Connectors, Org: "acme", Name: "baton-gone"}, expect: []string{"Connectors 1", "acme/baton-gone is not there any more.", "✓ live"}, goes: "3", arrives: "Versions 2"},
		"somewhere fixed": {last: tui.Visit{Place: action.Versions, Org: "acme", Name: "baton-sample"}, start: action.Connectors, expect: []string{"Connectors 1"}, goes: "3", arrives: "Versions 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := console(t, mara, func(c *tui.Config) { c.Last, c.Start = tt.last, tt.start })
			for _, text := range tt.expect {
				term.Expect(text)
			}
			term.Key(tt.goes).Expect(tt.arrives)
		})
	}
}

// Whoever leaves is told where that was, in the plain console too.
func TestLeavingTellsWhere(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishes(t, h.connect("ines", publisher), "baton-sample", "v1.0.0")
	mara := h.connect("mara", maintainer)
	for name, tt := range map[string]struct {
		lines []string
		want  tui.Visit
	}{
		"at once":     {nil, tui.Visit{Place: action.Connectors}},
		"a place":     {[]string{"versions"}, tui.Visit{Place: action.Versions}},
		"a connector": {[]string{"1"}, tui.Visit{Place: action.Connectors, Org: "acme", Name: "baton-sample"}},
		"a version":   {[]string{"versions", "1"}, tui.Visit{Place: action.Versions, Org: "acme", Name: "baton-sample", Number: "v1.0.0"}},
		"publishing":  {[]string{"1", "app.publish"}, tui.Visit{Place: action.Connectors, Org: "acme", Name: "baton-sample"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []tui.Visit
			script(t, mara, func(c *tui.Config) { c.Leave = func(v tui.Visit) { got = append(got, v) } }, tt.lines...)
			require.Len(t, got, 1)
			assert.WithinDuration(t, time.Now(), got[0].At, patience)
			got[0].At = tt.want.At
			assert.Equal(t, tt.want, got[0])
		})
	}
}
