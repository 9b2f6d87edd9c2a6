package main

import (
	"encoding/json"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestListsSayWhyAVersionWasYankedAndWhatToUseInstead(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0")
	d.run(t, "yank", "acme/baton-sample", "v1.1.0", "--category", "broken", "--reason", "crashes at start.", "--replacement", "v1.0.0", "--yes").ok(t)
	const said = "broken: crashes at start; use v1.0.0"
	for _, test := range []struct {
		name string
		args []string
		// newest: the version is inside its connector.
		newest bool
	}{
		{"versions of a connector", []string{"versions", "acme/baton-sample", "state:yanked"}, false},
		{"versions of the registry", []string{"versions", "state:yanked"}, false},
		{"status", []string{"status", "--state", "yanked"}, false},
		{"list", []string{"list"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Contains(t, d.run(t, test.args...).ok(t).out, said)

			type row struct {
				Version string
				Yank    map[string]any
				Newest  *row
			}
			var rows []row
			require.NoError(t, json.Unmarshal([]byte(d.run(t, append(test.args, "-o", "json")...).ok(t).out), &rows))
			require.Len(t, rows, 1)
			found := rows[0]
			if test.newest {
				require.NotNil(t, found.Newest)
				found = *found.Newest
			}
			assert.Equal(t, "v1.1.0", found.Version)
			assert.Equal(t, map[string]any{"category": "BROKEN", "reason": "crashes at start.", "replacement": "v1.0.0"}, found.Yank)
		})
	}
	t.Run("show", func(t *testing.T) {
		t.Parallel()
		assert.Contains(t, d.run(t, "show", "acme/baton-sample").ok(t).out, said)
	})
}

func TestANoteIsCutBeforeWhatToUseInstead(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0")
	const reason = "the sync stops after the first page of groups of every tenant that has more than one"
	d.run(t, "yank", "acme/baton-sample", "v1.1.0", "--category", "broken", "--reason", reason, "--replacement", "v1.0.0", "--yes").ok(t)
	assert.Contains(t, d.run(t, "versions", "acme/baton-sample").ok(t).out, "broken: "+reason+"; use v1.0.0", "a pipe gets all of it")
	shown := ansi.Strip(d.runWith(t, nil, atTerminal, "versions", "acme/baton-sample").ok(t).out)
	assert.Contains(t, shown, "broken: the sync stops after the first page of ⋯; use v1.0.0")
}
