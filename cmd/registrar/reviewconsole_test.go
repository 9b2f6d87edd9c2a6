package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/tui/tuitest"
)

// Two people and one version: mara claims it, compares, writes half of her
// review and leaves; she comes back, finds it kept, and rejects. The author
// publishes again, and the next attempt is approved and public.
func TestConsoleReviews(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ines := s.person(t, "ines", "publisher", "acme")
	mara := s.person(t, "mara", "reviewer", "acme")
	ines.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	s.admin.run(t, "policy", "set", "acme", "--approvals", "1").ok(t)
	ines.publishes(t, "acme", "baton-sample", "v1.1.0", "--no-wait").ok(t)

	term := mara.console(t, tuitest.Options{Width: 120, Height: 40})
	term.ExpectLine("baton-sample v1.1.0", "0 of 1 approval", "by ines").Key("4")
	term.ExpectLine("sample", "v1.1.0", "0 of 1", "ines", "passed").ExpectLine("biggest change").ExpectLine("sample", "nothing new").ExpectLine("signer", "UNSIGNED")
	term.Key("m").ExpectLine("sample", "mara, ", "m left")
	term.Key("enter").Expect("Your judgement").Expect("What changed since v1.0.0").Expect("yours for ")
	term.Key("a").Expect("approve: needs all six marked")
	term.Key("p").ExpectLine("1 Correctness", "✓ pass").Key("4", "f").ExpectLine("4 Test coverage", "✗ fail")
	term.Key("e").Expect("enter done").Type("none for paging").Key("enter").Expect("note none for paging")
	term.Expect("2 of 6 marked ∙ ✓ draft kept on this computer")
	kept, err := filepath.Glob(filepath.Join(mara.home, "state", "registrar", "reviews", "*.json"))
	require.NoError(t, err)
	require.Len(t, kept, 1)
	info, err := os.Stat(kept[0])
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	term.Key("tab").Expect("v1.0.0 -> v1.1.0").Key("esc").Expect("Your judgement")
	term.Key("q")
	require.NoError(t, term.ExpectEnd())

	// What was judged survives the program.
	term = mara.console(t, tuitest.Options{Width: 120, Height: 40})
	term.Expect("✓ live").Key("4").ExpectLine("sample", "v1.1.0", "0 of 1", "ines").Key("enter")
	term.ExpectLine("1 Correctness", "✓ pass").Expect("note none for paging").Expect("2 of 6 marked ∙ ✓ draft kept")
	term.Key("X").Expect("reject: needs a reason").Key("s").Expect("enter done").Type("Paging is not tested.").Key("enter")
	term.Expect("X reject fails attempt 1").Key("X").Expect("Reject baton-sample v1.1.0?").Expect("The number stays free")
	term.Insist("tab", "has the focus on the button", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Reject v1.1.0")
		return style != ""
	})
	term.Key("enter").Expect("acme/baton-sample v1.1.0 is FAILED").ExpectLine("REJECTED", "baton-sample v1.1.0", "by mara", "test coverage: none for paging")
	term.Expect("Nothing waits for you.")
	assert.NoFileExists(t, kept[0])
	shown := ines.run(t, "show", "acme/baton-sample", "v1.1.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, "FAILED", shown["state"])

	// The author publishes again: the queue shows it without a key being pressed.
	ines.publishes(t, "acme", "baton-sample", "v1.1.0", "--no-wait").ok(t)
	term.ExpectLine("sample", "v1.1.0", "0 of 1").Key("enter").Expect("Reviewed before").ExpectLine("v1.1.0", "✗ rejected by mara")
	term.Key("p", "p", "p", "p", "p", "p").Expect("6 of 6 marked").Expect("a approve counts for these bytes only")
	term.Key("a").Expect("Approve baton-sample v1.1.0?").Expect("PUBLISHED at once")
	term.Insist("tab", "has the focus on the button", func(s tuitest.Screen) bool {
		style, _ := s.StyleOf("Approve v1.1.0")
		return style != ""
	})
	term.Key("enter").Expect("acme/baton-sample v1.1.0 is PUBLISHED").ExpectLine("APPROVED", "baton-sample v1.1.0", "by mara")
	shown = ines.run(t, "show", "acme/baton-sample", "v1.1.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, "PUBLISHED", shown["state"])
	term.Key("2").ExpectLine("sample", "v1.1.0", "PUBLISHED").Key("enter", "enter").ExpectLine("Overview", "Reviews 1 of 1")
	term.Key("tab", "tab", "tab").ExpectLine("✓ APPROVED by mara", "attempt 2").ExpectLine("✗ REJECTED by mara", "attempt 1").Expect("It does not count any more")
	term.Key("q")
	require.NoError(t, term.ExpectEnd())
}
