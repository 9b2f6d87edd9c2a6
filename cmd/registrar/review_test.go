package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sixMarks are the flags that mark every criterion.
func sixMarks(mark string) []string {
	var flags []string
	for _, name := range []string{"correctness", "completeness", "code-quality", "test-coverage", "documentation", "security"} {
		flags = append(flags, "--"+name, mark)
	}
	return flags
}

// reviewing is a served registry whose org acme asks for approvals, and its
// people.
type reviewing struct {
	anna, rita, rolf, maja *desk
}

func newReviewing(t *testing.T, approvals string) reviewing {
	t.Helper()
	s := serve(t)
	r := reviewing{
		anna: s.person(t, "anna", "publisher", "acme"), rita: s.person(t, "rita", "reviewer", "acme"),
		rolf: s.person(t, "rolf", "reviewer", "acme"), maja: s.person(t, "maja", "maintainer", "acme"),
	}
	r.maja.run(t, "policy", "set", "acme", "--approvals", approvals).ok(t)
	return r
}

func TestReviewUntilPublished(t *testing.T) {
	t.Parallel()
	r := newReviewing(t, "2")
	sent := r.anna.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	assert.Contains(t, sent.out, "waits for 2 approvals")
	done := sent.lines(t)
	assert.Equal(t, "VALIDATING", done[len(done)-1]["state"], "waiting for people is an end")
	status := r.anna.run(t, "status", "-o", "json").ok(t).list(t)[0].(map[string]any)
	assert.Equal(t, map[string]any{"checks": false, "approvalsGiven": 0.0, "approvalsNeeded": 2.0}, status["waitingFor"])
	assert.Contains(t, r.anna.run(t, "status").ok(t).out, "waits for 2 approvals")

	listed := r.rita.run(t, "review", "list", "-o", "json").ok(t).list(t)
	require.Len(t, listed, 1)
	item := listed[0].(map[string]any)
	assert.Equal(t, "VALIDATING", item["state"])
	assert.Equal(t, []any{}, item["reviews"])
	assert.NotContains(t, item, "approvalRefused")
	assert.Equal(t, "NOT_PERMITTED", r.anna.run(t, "review", "list", "-o", "json").ok(t).list(t)[0].(map[string]any)["approvalRefused"])
	assert.Contains(t, r.rita.run(t, "review", "claim", "acme/baton-sample@v1.0.0").ok(t).out, "is yours to look at until")
	assert.Contains(t, r.rolf.run(t, "review", "list").ok(t).out, "rita until")
	taken := r.rolf.run(t, "review", "claim", "acme/baton-sample", "v1.0.0", "-o", "json")
	assert.Equal(t, 5, taken.code)
	assert.Equal(t, "STALE", taken.failure(t)["reason"])
	released := r.rita.run(t, "review", "claim", "acme/baton-sample", "v1.0.0", "--release", "-o", "json").ok(t).object(t)
	assert.Equal(t, true, released["released"])

	shown := r.rita.run(t, "review", "show", "acme/baton-sample", "v1.0.0", "-o", "json").ok(t).object(t)
	assert.Len(t, shown["criteria"], 6)
	set := shown["assetSet"].(string)
	assert.True(t, strings.HasPrefix(set, "sha256:"))
	text := r.rita.run(t, "review", "show", "acme/baton-sample@v1.0.0").ok(t)
	assert.Contains(t, text.out, "test coverage")
	assert.Contains(t, text.out, "nothing to compare it with")
	assert.Contains(t, text.err, "--asset-set "+set)

	approve := append([]string{"review", "submit", "acme/baton-sample", "v1.0.0", "--approve", "--asset-set", set}, sixMarks("pass")...)
	assert.Contains(t, r.rita.run(t, approve...).ok(t).out, "acme/baton-sample@v1.0.0 still waits: it has 1 of 2 approvals.")
	published := r.rolf.run(t, append(approve, "--note", "ship it", "-o", "json")...).ok(t).object(t)
	assert.Equal(t, "PUBLISHED", published["state"])
	assert.Len(t, published["reviews"], 2)
	assert.Contains(t, r.rita.run(t, "show", "acme/baton-sample", "v1.0.0").ok(t).out, "ship it")
	assert.Contains(t, r.rita.run(t, "review", "list").ok(t).err, "No version waits for approvals.")
	late := r.rita.run(t, append(approve, "-o", "json")...)
	assert.Equal(t, 5, late.code)
	assert.Equal(t, "WRONG_STATE", late.failure(t)["reason"])

	r.anna.publishes(t, "acme", "baton-sample", "v1.1.0").ok(t)
	next := r.rita.run(t, "review", "show", "acme/baton-sample", "v1.1.0").ok(t)
	assert.Contains(t, next.out, "what changed since v1.0.0")
	stale := r.rita.run(t, append([]string{"review", "submit", "acme/baton-sample", "v1.1.0", "--approve", "--asset-set", "sha256:" + strings.Repeat("0", 64), "-o", "json"}, sixMarks("na")...)...)
	assert.Equal(t, 5, stale.code)
	assert.Equal(t, "STALE", stale.failure(t)["reason"])
	rejected := r.rita.run(t, "review", "submit", "acme/baton-sample", "v1.1.0", "--reject", "--documentation", "fail", "--note", "the README names no scopes").ok(t)
	assert.Contains(t, rejected.out, "acme/baton-sample@v1.1.0 is FAILED.")
	failure := r.anna.run(t, "show", "acme/baton-sample", "v1.1.0", "-o", "json").ok(t).object(t)["failure"].(map[string]any)
	assert.Equal(t, map[string]any{"reason": "REJECTED", "message": "the README names no scopes"}, failure)
}

func TestReviewsThatAreRefused(t *testing.T) {
	t.Parallel()
	r := newReviewing(t, "1")
	r.maja.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	approve := append([]string{"review", "submit", "acme/baton-sample", "v1.0.0", "--approve", "-o", "json"}, sixMarks("pass")...)
	for name, test := range map[string]struct {
		who    *desk
		args   []string
		code   int
		reason string
	}{
		"one's own":   {r.maja, approve, 4, "SELF_REVIEW"},
		"no reviewer": {r.anna, approve, 4, "NOT_PERMITTED"},
		"not there":   {r.rita, append([]string{"review", "submit", "acme/baton-sample", "v9.0.0", "--approve", "-o", "json"}, sixMarks("pass")...), 3, "NOT_FOUND"},
		"too long": {r.rita, []string{
			"review", "submit", "acme/baton-sample", "v1.0.0", "--reject", "--note", strings.Repeat("x", 10_000), "-o", "json",
		}, 2, "TEXT_INVALID"},
		"read-only": {r.rita, append(approve, "--read-only"), 4, "NOT_PERMITTED"},
	} {
		got := test.who.run(t, test.args...)
		assert.Equal(t, test.code, got.code, "%s: %s", name, got.err)
		assert.Equal(t, test.reason, got.failure(t)["reason"], name)
	}
	refused := r.maja.run(t, "policy", "set", "acme", "--approvals", "3", "-o", "json")
	assert.Equal(t, 2, refused.code)
	assert.Contains(t, refused.failure(t)["message"], "at most 2 approvals")
	r.maja.run(t, "policy", "set", "acme", "--self-review", "yes").ok(t)
	own := r.maja.run(t, approve...).ok(t).object(t)
	assert.Equal(t, "PUBLISHED", own["state"])
	assert.Equal(t, true, own["reviews"].([]any)[0].(map[string]any)["selfReview"])
}
