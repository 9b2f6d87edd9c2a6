package tui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatAQueryMeans(t *testing.T) {
	t.Parallel()
	all := []command{
		{id: "yank", label: "Yank", help: "withdraw this version"},
		{id: "unyank", label: "Take a yank back", off: "it is not YANKED"},
		{id: "copy", label: "Copy", help: "copy what is yanked"},
		{id: "sort", label: "Sort", help: "turn the order"},
		{id: "stable", label: "Set stable"},
		{id: "near", label: "Go to stb", cost: rankLetters + 3, named: true},
		{id: "exact", label: "Go to stable", cost: rankName, named: true},
	}
	for i := range all {
		all[i] = all[i].ready()
	}
	for name, want := range map[string]struct {
		query string
		of    []command
		want  string
	}{
		"nothing typed: as they are, off last": {"", all[:5], "yank copy sort stable unyank"},
		"names before what is said":            {"yank", all[:5], "yank copy unyank"},
		"several words":                        {"yan with", all[:5], "yank"},
		"letters in their order":               {"stbl", all[:5], "stable"},
		"the beginning of a word":              {"back", all[:5], "unyank"},
		"the beginning before a letter inside": {"s", all[:5], "sort stable yank copy"},
		"by name, by how near it is":           {"stable", all, "exact stable near"},
		"nothing":                              {"zzz", all[:5], ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want.want, names(matching(want.of, strings.Fields(want.query))))
		})
	}
}

// What matches stands out, also where only letters do.
func TestMatchesStandOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command
		query, want string
	}{
		"a word":         {command{label: "Set stable"}, "stab", "stab"},
		"two words":      {command{label: "Set stable"}, "able set", "able Set"},
		"letters":        {command{label: "Set stable"}, "stbl", "S t b l"},
		"of a name":      {command{label: "Go to github-actions", named: true}, "gha", "g h a"},
		"it says so":     {command{label: "Copy", help: "a digest"}, "digest", ""},
		"of another one": {command{label: "Copy"}, "zz", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := c.ready()
			var got []string
			for _, s := range x.letters(x.label+"  ", strings.Fields(c.query)) {
				got = append(got, x.label[s.From:s.To])
			}
			assert.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}
