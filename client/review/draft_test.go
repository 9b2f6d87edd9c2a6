package review_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/review"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func half() review.Draft {
	d := review.Draft{Registry: "hub.example.org", Person: "mara", Org: "acme", Name: "baton-x", Version: "v1.0.0", Attempt: 2, AssetSet: "0a0b", Summary: "Almost."}
	d.Judgements[3] = review.Judgement{Mark: registryv1.ReviewMark_REVIEW_MARK_FAIL, Note: "no test"}
	return d
}

// A draft belongs to a person, a registry and a version in whatever spelling.
func TestADraftIsFoundByWhoeverKeptIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "reviews")
	drafts := review.Open(dir)
	_, found, err := drafts.Find("hub.example.org", "mara", "acme", "baton-x", "v1.0.0")
	require.NoError(t, err)
	assert.False(t, found, "nothing is kept yet")
	require.NoError(t, drafts.Keep(half()))
	for name, test := range map[string]struct {
		registry, person, org, connector, version string
		found                                     bool
	}{
		"the same":         {"hub.example.org", "mara", "acme", "baton-x", "v1.0.0", true},
		"spelled anew":     {"hub.example.org", "mara", "ACME", "x", "v1.0.0", true},
		"another registry": {"other.example.org", "mara", "acme", "baton-x", "v1.0.0", false},
		"another person":   {"hub.example.org", "juno", "acme", "baton-x", "v1.0.0", false},
		"another version":  {"hub.example.org", "mara", "acme", "baton-x", "v1.0.1", false},
	} {
		d, found, err := drafts.Find(test.registry, test.person, test.org, test.connector, test.version)
		require.NoError(t, err, name)
		assert.Equal(t, test.found, found, name)
		if found {
			assert.Equal(t, half(), d, name)
		}
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1)
	info, err := files[0].Info()
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, drafts.Drop("hub.example.org", "mara", "acme", "baton-x", "v1.0.0"))
	require.NoError(t, drafts.Drop("hub.example.org", "mara", "acme", "baton-x", "v1.0.0"), "it may be gone already")
	_, found, err = drafts.Find("hub.example.org", "mara", "acme", "baton-x", "v1.0.0")
	require.NoError(t, err)
	assert.False(t, found)
}

// Anybody may have written into the file: what is no draft is an error that
// names it, and what is one comes out clean.
func TestAFileThatSomebodyElseWrote(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ content, fault string }{
		"no JSON":   {"certainly not", "reading the review kept in"},
		"too large": {strings.Repeat(" ", 300<<10), "more than"},
		"controls":  {`{"summary":"a\u001b[31mb\u0000","judgements":[{"mark":99,"note":"\u001b]52;c;x\u0007"}]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			drafts := review.Open(dir)
			require.NoError(t, drafts.Keep(half()))
			files, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, files[0].Name()), []byte(test.content), 0o600))
			d, found, err := drafts.Find("hub.example.org", "mara", "acme", "baton-x", "v1.0.0")
			if test.fault != "" {
				require.ErrorContains(t, err, test.fault)
				assert.False(t, found)
				return
			}
			require.NoError(t, err)
			assert.NotContains(t, d.Summary+d.Judgements[0].Note, "\x1b")
			assert.Zero(t, d.Judgements[0].Mark, "a mark that is none is no mark")
		})
	}
}

func TestHowFarADraftIs(t *testing.T) {
	t.Parallel()
	assert.True(t, review.Draft{Org: "acme"}.Empty())
	assert.Equal(t, 1, half().Marked())
	assert.False(t, half().Empty())
	assert.Len(t, registryv1.Criteria(), review.Criteria)
}
