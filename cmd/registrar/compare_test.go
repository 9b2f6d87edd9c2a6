package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// updated is a computer whose embedded registry has two versions of
// acme/baton-sample, the second of which can do more and asks for more.
func updated(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	dir := project(t, "acme", "baton-sample", "v1.1.0")
	for file, text := range map[string]string{
		"baton_capabilities.json": `{"resourceTypeCapabilities":[{"resourceType":{"id":"device\u001b[2J"},"capabilities":["CAPABILITY_SYNC"],` +
			`"permissions":{"permissions":[{"permission":"devices.read"}]}}]}`,
		"config_schema.json": `{"fields":[{"name":"token","isRequired":true,"isSecret":true,"stringField":{}}]}`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
	}
	d.run(t, "publish", dir, "--version", "v1.1.0", "--org", "acme", "--name", "baton-sample", "--sign", "none").ok(t)
	return d
}

func TestComparingTwoVersions(t *testing.T) {
	t.Parallel()
	d := updated(t)
	got := d.run(t, "compare", "acme/baton-sample", "v1.0.0", "v1.1.0").ok(t)
	line := func(parts ...string) string {
		for each := range strings.Lines(got.out) {
			if at := strings.Index(each, parts[0]); at >= 0 && containsAll(each, parts) {
				return each
			}
		}
		assert.Fail(t, "there is no such line", "%q in\n%s", parts, got.out)
		return ""
	}
	line("+ added", "resource type", "device?[2J", "sync")
	line("+ added", "permission", "devices.read", "asked by device?[2J", "the account needs it before the update")
	line("= same", "platform", "all 5", "unchanged")
	line("= same", "verdict", "UNSIGNED")
	assert.NotContains(t, got.out, "\x1b")
	assert.Contains(t, got.err, "from v1.0.0 to v1.1.0, ")
	assert.Contains(t, got.err, " to think about.")

	// The other spelling says the same, and in a terminal nothing escapes either.
	assert.Equal(t, got.out, d.run(t, "compare", "acme/baton-sample@v1.0.0", "v1.1.0").ok(t).out)
	painted := d.runWith(t, nil, atTerminal, "compare", "acme/baton-sample", "v1.0.0", "v1.1.0").ok(t)
	assert.NotContains(t, painted.out, "\x1b[2J")
	assert.Contains(t, d.run(t, "compare", "acme/baton-sample", "v1.0.0", "v1.1.0", "--ascii").ok(t).out, "+ added")
}

func containsAll(text string, parts []string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

func TestComparingForPrograms(t *testing.T) {
	t.Parallel()
	d := updated(t)
	got := d.run(t, "compare", "acme/baton-sample", "v1.0.0", "v1.1.0", "-o", "json").ok(t)
	assert.Empty(t, got.err)
	o := got.object(t)
	assert.Equal(t, []any{"acme", "baton-sample", "v1.0.0", "v1.1.0"}, []any{o["org"], o["name"], o["old"], o["new"]})
	list, is := o["changes"].([]any)
	require.True(t, is)
	assert.Contains(t, list, map[string]any{
		"subject": "permission", "kind": "ADDED", "name": "devices.read", "detail": "asked by device?[2J", "thought": "the account needs it before the update",
	})
	assert.Contains(t, list, map[string]any{"subject": "verdict", "kind": "SAME", "detail": "UNSIGNED"})

	// Turned around, what was added was removed.
	list, _ = d.run(t, "compare", "acme/baton-sample", "v1.1.0", "v1.0.0", "-o", "json").ok(t).object(t)["changes"].([]any)
	assert.Contains(t, list, map[string]any{"subject": "permission", "kind": "REMOVED", "name": "devices.read", "detail": "was asked by device?[2J"})
}

func TestWhatCannotBeCompared(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0")
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"one version":         {[]string{"acme/baton-sample", "v1.0.0"}, 2, "does not name two versions of one connector"},
		"one version, at":     {[]string{"acme/baton-sample@v1.0.0"}, 2, "needs more"},
		"three versions":      {[]string{"acme/baton-sample", "v1.0.0", "v1.1.0", "v1.2.0"}, 2, "does not know what to do with"},
		"twice the connector": {[]string{"acme/baton-sample@v1.0.0", "acme/baton-sample@v1.1.0"}, 2, "is not the number of a version"},
		"no connector":        {[]string{"v1.0.0", "v1.1.0"}, 2, "does not name two versions"},
		"a version and itself": {
			[]string{"acme/baton-sample", "v1.0.0", "v1.0.0"}, 2, "is named twice",
		},
		"a version that is not there":   {[]string{"acme/baton-sample", "v1.0.0", "v9.9.9"}, 3, "v9.9.9"},
		"a connector that is not there": {[]string{"acme/baton-none", "v1.0.0", "v1.1.0"}, 3, "baton-none"},
		"what is no version":            {[]string{"acme/baton-sample", "v1.0.0", "1.1"}, 2, "1.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := d.run(t, append([]string{"compare"}, c.args...)...)
			assert.Equal(t, c.code, got.code, got.err)
			assert.Empty(t, got.out)
			assert.Contains(t, got.err, c.says)
		})
	}
}
