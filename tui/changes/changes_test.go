package changes_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/changes"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

var dark = tuitest.Looks()[0].Theme

// report has one change of most kinds.
var report = diff.Report{Old: "v1.0.0", New: "v1.1.0", Changes: []diff.Change{
	{Kind: diff.Added, Subject: diff.Resource, Name: "device", Detail: "sync"},
	{Kind: diff.Same, Subject: diff.Resource, Name: "7 others", Detail: "unchanged"},
	{Kind: diff.Added, Subject: diff.Permission, Name: "directory.devices.owners.read", Detail: "asked by device", Thought: "the account needs it before the update"},
	{Kind: diff.Removed, Subject: diff.Config, Name: "cache-ttl", Detail: "was optional"},
	{Kind: diff.Changed, Subject: diff.Go, Detail: "go1.26.6 -> go1.26.8"},
	{Kind: diff.Unknown, Subject: diff.Signer, Detail: "the signatures of v1.1.0 are not checked yet"},
	{Kind: diff.Changed, Subject: diff.License, Detail: strings.Repeat("long ", 20), Thought: "another license"},
}}

func texts(lines []ui.Text) []string {
	var out []string
	for _, line := range lines {
		out = append(out, strings.TrimRight(line.String(), " "))
	}
	return out
}

func TestBrief(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{
		"+ permission     directory.devices.owners.read !  asked by device",
		"~ license        another license !",
		"+ resource type  device            sync",
		"  3 more, = shows all",
	}, texts(changes.Brief(dark, report, 3, 70)))
	assert.Contains(t, texts(changes.Brief(dark, report, 9, 70)), "? the signatures of v1.1.0 are not checked yet")
	assert.Equal(t, []string{"= nothing but its files"}, texts(changes.Brief(dark, diff.Report{}, 3, 70)))
}

func TestNarrow(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{
		"+ directory.devices.owners.read", // no room for what it is
		"~ license " + strings.TrimSpace(strings.Repeat("long ", 20)),
		"+ resource type device",
		"- field cache-ttl",
	}, texts(changes.Narrow(dark, report, 4, 33)))
	assert.Equal(t, []string{"= nothing but its files"}, texts(changes.Narrow(dark, diff.Report{}, 4, 33)))
	unknown := diff.Report{Changes: report.Changes[5:6]}
	assert.Equal(t, []string{"? too little is known"}, texts(changes.Narrow(dark, unknown, 4, 33)))
}

// What deserves a thought is in the colour of caution and has its sign, so that
// it is found without colours too.
func TestMarks(t *testing.T) {
	t.Parallel()
	for _, c := range report.Changes {
		mark := changes.Mark(dark, c)
		assert.Equal(t, c.Thought != "", mark.Role == theme.Warn, c.Name)
		assert.Equal(t, c.Kind.String(), mark.Word)
	}
	lines, thoughts := changes.Page(dark, report, 100)
	assert.Len(t, thoughts, 2)
	for _, at := range thoughts {
		assert.Contains(t, lines[at].String()+lines[at+1].String()+lines[at+2].String(), "! ")
	}
}

// No line of a page is wider than it, whatever its width.
func TestPagesFit(t *testing.T) {
	t.Parallel()
	for w := 12; w < 130; w++ {
		lines, _ := changes.Page(dark, report, w)
		for _, line := range lines {
			assert.LessOrEqual(t, line.Width(), w, "%q at %d", line.String(), w)
		}
	}
}
