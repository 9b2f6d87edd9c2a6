package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/tuitest"
)

// An admin asks for two approvals: the first one publishes nothing, the second
// one does, and they are two persons. Then he takes a yank back.
func TestConsoleAdmin(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	juno := s.person(t, "juno", "reviewer", "acme")
	mara := s.person(t, "mara", "maintainer", "acme")
	vera := s.person(t, "vera", "admin")

	set := vera.console(t, tuitest.Options{Width: 100, Height: 30}, "policy", "set", "acme", "--approvals", "2")
	require.NoError(t, set.ExpectEnd())
	set.ExpectLine("approvals", "2")
	ines.publishes(t, "acme", "baton-sample", "v1.0.0", "--no-wait").ok(t)

	first := juno.console(t, tuitest.Options{Width: 120, Height: 40})
	first.ExpectLine("baton-sample v1.0.0", "0 of 2 approvals", "by ines").Key("4")
	approves(first, "0 of 2")
	first.ExpectLine("sample", "v1.0.0", "1 of 2")
	assert.Equal(t, "VALIDATING", ines.run(t, "show", "acme/baton-sample", "v1.0.0", "-o", "json").ok(t).object(t)["state"])
	// The same person again makes no second approval.
	again := juno.run(t, "review", "submit", "acme/baton-sample", "v1.0.0", "--approve", "--correctness", "pass", "--completeness", "pass",
		"--code-quality", "pass", "--test-coverage", "pass", "--documentation", "pass", "--security", "na")
	assert.Equal(t, "VALIDATING", ines.run(t, "show", "acme/baton-sample", "v1.0.0", "-o", "json").ok(t).object(t)["state"], again.err)
	first.Key("q")
	require.NoError(t, first.ExpectEnd())

	term := vera.console(t, tuitest.Options{Width: 120, Height: 40})
	term.ExpectLine("baton-sample v1.0.0", "1 of 2 approvals").Key("4")
	approves(term, "1 of 2")
	term.Expect("acme/baton-sample v1.0.0 is PUBLISHED").Expect("Nothing waits for you.")

	mara.run(t, "yank", "acme/baton-sample", "v1.0.0", "--category", "broken", "--reason", "loops on empty pages", "--yes").ok(t)
	term.Key("3").ExpectLine("sample", "v1.0.0", "⊖ YANKED").Key("u").Expect("Take back the yank of baton-sample v1.0.0?")
	term.Insist("tab", "has the focus in the field", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Reason")
		return strings.Contains(style, "bold")
	})
	term.Type("It was the tenant.").Key("tab")
	term.Key("enter").ExpectLine("sample", "v1.0.0", "✓ PUBLISHED")
	term.Key("7").ExpectLine("vera", "unyank", "sample v1.0.0").ExpectLine("mara", "yank", "sample v1.0.0").Key("q")
	require.NoError(t, term.ExpectEnd())
}

// approves judges the version under the cursor of the queue and approves it.
func approves(term *tuitest.Terminal, given string) {
	term.ExpectLine("sample", "v1.0.0", given).Key("enter").Expect("Your judgement")
	term.Key("p", "p", "p", "p", "p", "p").Expect("6 of 6 marked").Expect("a approve counts for these bytes only")
	term.Key("a").Expect("Approve baton-sample v1.0.0?")
	term.Insist("tab", "has the focus on the button", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Approve v1.0.0")
		return style != ""
	})
	term.Key("enter").ExpectNot("Your judgement")
}
