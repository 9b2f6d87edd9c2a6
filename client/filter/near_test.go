package filter

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNear(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		word, name string
		near       bool
	}{
		{"gha", "github-actions", true},
		{"msentra", "microsoft-entra", true},
		{"okat", "okta", false},
		{"baton-gha", "github-actions", true},
		{"acme/gha", "github-actions", true},
		{"okta", "okta", true},
		{"oktaa", "okta", false},
		{"g", "github", false},
		{"", "github", false},
		{"gh", "", false},
	} {
		t.Run(tt.word+" in "+tt.name, func(t *testing.T) {
			t.Parallel()
			_, near := Near(tt.word, tt.name)
			assert.Equal(t, tt.near, near)
		})
	}
}

// The names that people mean come first.
func TestNearestFirst(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		word string
		want []string // nearest first
	}{
		{"gha", []string{"gha", "github-actions", "google-chat-ad", "xgxhxa"}},
		{"okt", []string{"okta", "okta-ciam", "ok-teams", "oxkxt"}},
		{"ad", []string{"ad", "azure-devops", "bxaxdx"}},
	} {
		t.Run(tt.word, func(t *testing.T) {
			t.Parallel()
			cost := func(name string) int {
				c, near := Near(tt.word, name)
				require.True(t, near, name)
				return c
			}
			got := slices.Clone(tt.want)
			slices.Reverse(got)
			slices.SortStableFunc(got, func(a, b string) int { return cmp.Compare(cost(a), cost(b)) })
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestLetters(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{0, 3, 7}, Letters("gha", "github-actions"))
	assert.Equal(t, []int{4, 5}, Letters("ab", "a-x-ab"), "as close together as they can")
	assert.Equal(t, []int{0, 1}, Letters("baton-ab", "ab"))
	assert.Nil(t, Letters("ab", "ba"))
	assert.Nil(t, Letters("a", "ba"))
}

func TestSplit(t *testing.T) {
	t.Parallel()
	q, faults := Parse(`okta state:failed "two words" -jira platform:-windows`)
	require.Empty(t, faults)
	words, rest := q.Split()
	assert.Equal(t, []string{"okta", "two words"}, words)
	assert.Len(t, rest.Terms, 3)
	assert.True(t, slices.ContainsFunc(words, CanBeNear))
	assert.False(t, CanBeNear("acme/"))
	assert.False(t, CanBeNear("baton-x"))
}

func TestShown(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"okta": "okta", "baton-okta": "okta", "acme/baton-ok": "ok", "acme/": "acme/", "baton-": "baton-"} {
		assert.Equal(t, want, Shown(word), word)
	}
}

// Whatever is near, its letters stand in the name, one after another.
func FuzzNear(f *testing.F) {
	f.Add("gha", "github-actions")
	f.Add("baton-é", "x-é-y")
	f.Add("/", "")
	f.Fuzz(func(t *testing.T, word, name string) {
		cost, near := Near(word, name)
		at := Letters(word, name)
		if near != (at != nil) || cost < 0 {
			t.Fatalf("near %v at cost %d, letters at %v", near, cost, at)
		}
		var found strings.Builder
		for i, each := range at {
			if i > 0 && each <= at[i-1] {
				t.Fatalf("letters at %v", at)
			}
			found.WriteByte(name[each])
		}
		if near && found.String() != nearWord(word) {
			t.Fatalf("%q was found for %q", found.String(), word)
		}
	})
}
