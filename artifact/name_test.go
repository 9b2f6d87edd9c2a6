package artifact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

func TestOrgs(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"a", "ConductorOne", "a-b-c", "0x", strings.Repeat("a", 39), strings.TrimSuffix(strings.Repeat("a-", 39), "-")} {
		got, err := artifact.ParseOrg(s)
		require.NoError(t, err, s)
		assert.Equal(t, s, got)
	}
	for s, want := range map[string][]string{
		"":                                     {"empty"},
		"-a":                                   {"hyphen"},
		"a-":                                   {"hyphen"},
		"a--b":                                 {"hyphen"},
		strings.Repeat("a", 40):                {"40 letters and digits"},
		"a/b":                                  {`holds "/"`},
		"a_b":                                  {`holds "_"`},
		"\u0410cme":                            {"look-alike or foreign letter U+0410"},
		"a\x00b":                               {"control character U+0000"},
		"-" + strings.Repeat("\u00e4 _/,.", 9): {"54 letters", "and more", "hyphen"},
	} {
		_, err := artifact.ParseOrg(s)
		got := faults(t, err)
		require.Len(t, got, len(want), "%q gave %q", s, got)
		for i := range want {
			assert.Contains(t, got[i], want[i], "%q", s)
		}
	}
}

func TestConnectors(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"a", "baton-okta", "baton", "a1", "a--b", "a-", strings.Repeat("a", 100)} {
		_, err := artifact.ParseConnector(s)
		require.NoError(t, err, s)
	}
	for s, want := range map[string][]string{
		"":                       {"empty"},
		"1a":                     {"does not start with a letter"},
		"-a":                     {"does not start with a letter"},
		"Baton-Okta":             {"capital letters"},
		"baton_okta":             {`holds "_"`},
		"b\u0430ton":             {"U+0430"},
		"\u212aton":              {"U+212A"}, // The Kelvin sign folds to k.
		"../../etc":              {`holds ".", "/"`},
		strings.Repeat("a", 101): {"101 characters"},
		strings.Repeat("A", 100) + "\x7f\u200b\xff": {"103 characters", "capital letters", "U+007F, the character U+200B, bytes that are not UTF-8"},
	} {
		_, err := artifact.ParseConnector(s)
		got := faults(t, err)
		require.Len(t, got, len(want), "%q gave %q", s, got)
		for i := range want {
			assert.Contains(t, got[i], want[i], "%q", s)
		}
		assertPrintable(t, err.Error())
	}
}

func TestTheKeyOfAConnectorDropsBaton(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{
		"okta": "okta", "baton-okta": "okta", "BATON-Okta": "okta", "baton": "baton", "baton-": "baton-",
		"baton-baton": "baton", "baton-baton-x": "baton-x", "\u212a": "\u212a",
	} {
		assert.Equal(t, key, artifact.ConnectorKey(name), name)
	}
	assert.Equal(t, "conductorone", artifact.OrgKey("ConductorOne"))
	assert.NotEqual(t, artifact.OrgKey("k"), artifact.OrgKey("\u212a"), "only ASCII folds")
}

func TestRefs(t *testing.T) {
	t.Parallel()
	ref, err := artifact.ParseRef("ConductorOne/baton-okta@v0.5.26")
	require.NoError(t, err)
	assert.Equal(t, artifact.Ref{Org: "ConductorOne", Name: "baton-okta", Version: artifact.MustNumber("v0.5.26")}, ref)
	assert.Equal(t, "ConductorOne/baton-okta@v0.5.26", ref.String())

	short, err := artifact.ParseRef("conductorone/Okta")
	require.NoError(t, err, "names are looked up whatever their case")
	assert.True(t, short.Version.IsZero())
	assert.Equal(t, "conductorone/Okta", short.String())
	assert.True(t, short.SameConnector(ref))
	assert.False(t, artifact.Ref{Org: "acme", Name: "okta"}.SameConnector(ref))

	for s, want := range map[string][]string{
		"":                   {"no slash"},
		"okta":               {"no slash"},
		"@v1":                {"no slash", "three parts, it has 1"},
		"/":                  {"org is empty", "name is empty"},
		"a/b/c":              {`holds "/"`},
		"a/b@":               {"version is empty"},
		"-/_@1":              {"hyphen", `holds "_"`, "leading v", "three parts, it has 1"},
		"acme/x@v1.0.0@v2.0": {`holds "@"`, "three parts, it has 4", "PATCH is not a number"},
	} {
		_, err := artifact.ParseRef(s)
		got := faults(t, err)
		require.Len(t, got, len(want), "%q gave %q", s, got)
		for i := range want {
			assert.Contains(t, got[i], want[i], "%q", s)
		}
	}
}

func TestTheThreePartsOfARequestAreCheckedAtOnce(t *testing.T) {
	t.Parallel()
	ref, err := artifact.NewRef("acme", "baton-x", "v1.0.0")
	require.NoError(t, err)
	assert.Equal(t, "acme/baton-x@v1.0.0", ref.String())
	_, err = artifact.NewRef("acme", "baton-x", "")
	require.NoError(t, err, "a connector")

	_, err = artifact.NewRef("", "9", "1")
	var wrong *artifact.InvalidError
	require.ErrorAs(t, err, &wrong)
	fields := map[string]bool{}
	for _, f := range wrong.Faults {
		fields[f.Field] = true
	}
	assert.Equal(t, map[string]bool{artifact.FieldOrg: true, artifact.FieldName: true, artifact.FieldVersion: true}, fields)
}

func FuzzRef(f *testing.F) {
	for _, s := range []string{"a/b", "a/b@v1.0.0", "A/B@v1.0.0-rc.1", "a//b", "/@", "\u0430/b", "a/b@v1@v2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := artifact.ParseRef(s)
		if err != nil {
			assertPrintable(t, err.Error())
			return
		}
		if ref.String() != s {
			t.Fatalf("%q reads as %q", s, ref)
		}
		again, err := artifact.NewRef(ref.Org, ref.Name, ref.Version.String())
		if err != nil || again != ref {
			t.Fatalf("the parts of %q are %v: %v", s, again, err)
		}
		if key := artifact.ConnectorKey(ref.Name); key == "" || key != strings.ToLower(key) {
			t.Fatalf("the key of %q is %q", s, key)
		}
	})
}
