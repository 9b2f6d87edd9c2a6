package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func spellAll(refs []*registryv1.VersionRef) string {
	out := make([]string, len(refs))
	for i, ref := range refs {
		out[i] = spell(ref)
	}
	return strings.Join(out, " ")
}

func TestParseVersions(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                  "",
		"acme/x v1.0.0":                     "acme/x@v1.0.0",
		"acme/x@v1.0.0":                     "acme/x@v1.0.0",
		"acme/x v1.0.0 v1.1.0":              "acme/x@v1.0.0 acme/x@v1.1.0",
		"acme/x@v1.0.0 acme/y@v2.0.0":       "acme/x@v1.0.0 acme/y@v2.0.0",
		"acme/x v1.0.0 acme/y v2.0.0":       "acme/x@v1.0.0 acme/y@v2.0.0",
		"acme/x v1.0.0 acme/y@v2 v3.0.0":    "acme/x@v1.0.0 acme/y@v2 acme/x@v3.0.0",
		"acme/x v1.0.0 vendor/y v2":         "acme/x@v1.0.0 vendor/y@v2",
		"acme/x v1.0.0/../..":               "acme/x@v1.0.0/../..", // for the registry to refuse, by name
		"acme/x va.b.c":                     "acme/x@va.b.c",
		"acme/x v1.0.0\x1b[31m":             "acme/x@v1.0.0\x1b[31m",
		"acme/deep/er v1.0.0":               "acme/deep/er@v1.0.0",
		"acme/x@v1.0.0@v2.0.0":              "acme/x@v1.0.0@v2.0.0",
		"v1.0.0":                            `!"v1.0.0" does not say which connector it is a version of`,
		"acme/x":                            `!no version follows "acme/x"`,
		"acme/x acme/y v1.0.0":              `!no version follows "acme/x"`,
		"acme/x acme/y@v1.0.0":              `!no version follows "acme/x"`,
		"acme/ v1.0.0":                      `!"acme/" does not name a connector`,
		"@v1.0.0":                           `!"@v1.0.0" does not name a version`,
		"acme/x@":                           `!"acme/x@" names no version`,
		"/x v1.0.0":                         `!"/x" does not name a connector`,
		"v1.0.0 acme/x":                     `!"v1.0.0" does not say which connector it is a version of`,
		"acme/x v1.0.0 acme/y":              `!no version follows "acme/y"`,
		"acme/x v1.0.0 v1.1.0 acme/y v3 v4": "acme/x@v1.0.0 acme/x@v1.1.0 acme/y@v3 acme/y@v4",
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			refs, err := parseVersions(strings.Fields(in))
			if wrong, ok := strings.CutPrefix(want, "!"); ok {
				require.Error(t, err)
				assert.Equal(t, wrong, asError(err).Message)
				assert.Equal(t, 2, exitCode(err))
				assert.NotEmpty(t, asError(err).Next)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, want, spellAll(refs))
		})
	}
}

func TestParseVersionAcceptsBothSpellingsAndNotBothAtOnce(t *testing.T) {
	t.Parallel()
	one, err := parseVersion("acme/x@v1.0.0")
	require.NoError(t, err)
	two, err := parseVersion("acme/x", "v1.0.0")
	require.NoError(t, err)
	assert.Equal(t, spell(one), spell(two))
	_, err = parseVersion("acme/x@v1.0.0", "v1.0.0")
	require.ErrorContains(t, err, "names the version twice")
	_, err = parseVersion("acme/x")
	require.ErrorContains(t, err, "names no version")

	bare, err := parseOptionalVersion([]string{"acme/x"})
	require.NoError(t, err)
	assert.Empty(t, bare.GetVersion())
}

func TestReadVersionsNamesEveryLineThatIsWrong(t *testing.T) {
	t.Parallel()
	refs, err := yank.Read(strings.NewReader("# broken ones\nacme/x@v1.0.0\n\n  acme/y v2.0.0  \r\n"), "list.txt")
	require.NoError(t, err)
	assert.Equal(t, "acme/x@v1.0.0 acme/y@v2.0.0", spellAll(refs))

	_, err = yank.Read(strings.NewReader("acme/x@v1.0.0\nnonsense\nacme/x v1 v2\n"), "list.txt")
	require.Error(t, err)
	e := asError(err)
	require.Len(t, e.Faults, 2)
	assert.Equal(t, "list.txt:2", e.Faults[0].Field)
	assert.Equal(t, "list.txt:3", e.Faults[1].Field)
}

func FuzzParseVersions(f *testing.F) {
	f.Add("acme/x v1.0.0 acme/y@v2.0.0")
	f.Add("@ / v")
	f.Fuzz(func(t *testing.T, line string) {
		refs, err := parseVersions(strings.Fields(line))
		if err != nil {
			return
		}
		for _, ref := range refs {
			if ref.GetOrg() == "" || ref.GetName() == "" || ref.GetVersion() == "" {
				t.Errorf("%q gave %v", line, ref)
			}
		}
	})
}
