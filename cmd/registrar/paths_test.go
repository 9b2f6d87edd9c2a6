package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPathsAreToldWithoutARegistry(t *testing.T) {
	t.Parallel()
	d := newDesk(t).at("127.0.0.1:1", "")
	got := d.run(t, "paths").ok(t)
	assert.Contains(t, got.out, "Contribute upstream  upstream\n")
	assert.Contains(t, got.out, "    registrar publish --version v0.1.0 --org YOUR-ORG --name baton-SYSTEM\n")
	assert.Contains(t, got.out, "Never tell a security problem in a public issue")
	one := d.run(t, "paths", "internal", "-o", "json").ok(t).object(t)
	require.Len(t, one["paths"], 1)
	assert.Equal(t, "internal", one["paths"].([]any)[0].(map[string]any)["path"])
	assert.NotContains(t, one, "connectors")

	// What cannot be asked is said; the paths are told all the same.
	unreachable := d.run(t, "paths", "okta", "-o", "json")
	assert.Equal(t, 8, unreachable.code, unreachable.err)
	assert.Len(t, unreachable.object(t)["paths"], 5)
	assert.NotContains(t, unreachable.object(t), "connectors")
}

func TestPathsLookForAConnectorFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	empty := d.run(t, "paths", "Google Workspace").ok(t)
	assert.Contains(t, empty.out, "This registry knows no connectors, so it cannot tell whether there is one for Google Workspace; the Hub may know more.\n")
	d.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	found := d.run(t, "paths", "sample", "-o", "json").ok(t).object(t)
	assert.Equal(t, "acme/baton-sample is for sample already", found["summary"])
	assert.InDelta(t, 1, found["searched"], 0)
	first := found["connectors"].([]any)[0].(map[string]any)
	assert.Equal(t, "baton-sample", first["name"])
	assert.Equal(t, true, first["exact"])
	assert.Equal(t, true, found["paths"].([]any)[0].(map[string]any)["suggested"])
	text := d.run(t, "paths", "smaple").ok(t).out
	assert.Contains(t, text, "1 connector of this registry may be for smaple; the Hub may know more.\nconnector")
	assert.Contains(t, text, "spelled alike")
	assert.NotContains(t, d.run(t, "paths", "\x1b[31mx").ok(t).out, "\x1b")
}

func TestTheGuideComesFromTheConfigurationFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	configure := func(text string) {
		path := filepath.Join(d.home, "config", "registrar", "config.yaml")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	configure("paths:\n  hub: https://hub.example.org\n  security: psirt@example.org\n  texts:\n    own:\n      title: Ours\n      commands: [make publish]\n")
	assert.Contains(t, d.run(t, "paths", "okta").ok(t).out, "look on the Hub, too: https://hub.example.org.\n")
	own := d.run(t, "paths", "own").ok(t).out
	assert.Contains(t, own, "Ours  own\n")
	assert.Contains(t, own, "\n    make publish\n")
	assert.Contains(t, own, "write to psirt@example.org.")

	configure("paths:\n  hubb: x\n  sdk: [a]\n  texts:\n    mine: {}\n    own:\n      titel: x\n      needs: x\n")
	got := d.run(t, "paths")
	assert.Equal(t, 2, got.code)
	for _, says := range []string{
		`config.yaml:2: "hubb" is not a setting of the paths`, `config.yaml:3: "sdk" takes one value`, `config.yaml:5: "mine" is not a path`,
		`config.yaml:7: "titel" is not part of a path`, `config.yaml:8: "needs" takes a list of lines`,
	} {
		assert.Contains(t, got.err, says)
	}
}
