package filter_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/filter"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	word     = registryv1.FilterField_FILTER_FIELD_WORD
	org      = registryv1.FilterField_FILTER_FIELD_ORG
	name     = registryv1.FilterField_FILTER_FIELD_NAME
	version  = registryv1.FilterField_FILTER_FIELD_VERSION
	state    = registryv1.FilterField_FILTER_FIELD_STATE
	platform = registryv1.FilterField_FILTER_FIELD_PLATFORM
	signed   = registryv1.FilterField_FILTER_FIELD_SIGNED
	verdict  = registryv1.FilterField_FILTER_FIELD_VERDICT
	author   = registryv1.FilterField_FILTER_FIELD_AUTHOR
	category = registryv1.FilterField_FILTER_FIELD_CATEGORY
)

func TestParse(t *testing.T) {
	t.Parallel()
	one := func(f registryv1.FilterField, values ...string) filter.Term {
		return filter.Term{Field: f, Values: values}
	}
	not := func(f registryv1.FilterField, values ...string) filter.Term {
		return filter.Term{Field: f, Values: values, Exclude: true}
	}
	for in, want := range map[string][]filter.Term{
		"":                                  nil,
		"   ":                               nil,
		"Okta":                              {one(word, "okta")},
		"okta  windows":                     {one(word, "okta"), one(word, "windows")},
		"state:failed signed:no":            {one(state, "failed"), one(signed, "no")},
		"STATE:Failed":                      {one(state, "failed")},
		"state:yanked,failed":               {one(state, "failed", "yanked")},
		"state:-yanked":                     {not(state, "yanked")},
		"state:published,-yanked,failed":    {one(state, "failed", "published"), not(state, "yanked")},
		"state:p":                           {one(state, "pending", "published")},
		"state:-p":                          {not(state, "pending", "published")},
		"platform:windows":                  {one(platform, "windows")},
		"platform:linux-arm64,darwin":       {one(platform, "darwin", "linux-arm64")},
		"category:wrong_artifact":           {one(category, "wrong-artifact")},
		"category:wrong-artifact":           {one(category, "wrong-artifact")},
		"verdict:not":                       {one(verdict, "not-verified")},
		"verdict:DIGEST_MISMATCH":           {one(verdict, "digest-mismatch")},
		"name:baton-okta":                   {one(name, "okta")},
		"name:baton-":                       {one(name, "baton-")},
		`author:"Jane Doe"`:                 {one(author, "jane doe")},
		`"two words" x`:                     {one(word, "two words"), one(word, "x")},
		`"state:failed"`:                    {one(word, "state:failed")},
		`author:"a,b",c`:                    {one(author, "a,b", "c")},
		`author:"-x"`:                       {one(author, "-x")},
		"-okta":                             {not(word, "okta")},
		"-":                                 {one(word, "-")},
		"https://example.org/x":             nil, // a fault, below
		"v1.0.0:x":                          {one(word, "v1.0.0:x")},
		"org:ConductorOne version:v0.5":     {one(org, "conductorone"), one(version, "v0.5")},
		`pre"quoted part"post`:              {one(word, "prequoted partpost")},
		"state:failed,failed":               {one(state, "failed")},
		"\u00a0okta\u3000windows\t":         {one(word, "okta"), one(word, "windows")},
		"latest:yes stable:no signed:-no,y": {{Field: registryv1.FilterField_FILTER_FIELD_LATEST, Values: []string{"yes"}}, {Field: registryv1.FilterField_FILTER_FIELD_STABLE, Values: []string{"no"}}, one(signed, "yes"), not(signed, "no")},
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			q, faults := filter.Parse(in)
			if !strings.HasPrefix(in, "https") {
				require.Empty(t, faults)
			}
			assert.Equal(t, want, q.Terms)
			assert.Equal(t, len(want) == 0, q.Empty())
			assert.Equal(t, strings.TrimSpace(in), q.String())
		})
	}
}

func TestParseNamesEveryFaultAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	text := `stat:failed okta state:broken,failed signed: -state:failed author:"x`
	q, faults := filter.Parse(text)

	var said []string
	for _, f := range faults {
		said = append(said, f.Message)
		assert.Less(t, f.Start, f.End)
	}
	require.Len(t, said, 5, strings.Join(said, "\n"))
	assert.Equal(t, `there is no key "stat"; the keys are org, name, version, state, platform, signed, verdict, author, stable, latest, category`, said[0])
	assert.Equal(t, `state has no value "broken"; it is one of pending, uploading, validating, published, failed, yanked`, said[1])
	assert.Equal(t, "signed: needs a value: yes, no", said[2])
	assert.Equal(t, "the minus stands before the value: state:-failed", said[3])
	assert.Contains(t, said[4], "never closed")
	assert.Equal(t, "stat:failed", text[faults[0].Start:faults[0].End], "the console underlines it")
	assert.Equal(t, []filter.Term{
		{Field: word, Values: []string{"okta"}}, {Field: state, Values: []string{"failed"}}, {Field: author, Values: []string{"x"}},
	}, q.Terms, "what was understood still filters while a person types")
}

func TestParseArgsKeepsArgumentsWhole(t *testing.T) {
	t.Parallel()
	q, faults := filter.ParseArgs([]string{"two words", "author:Jane Doe", "state:failed"})
	require.Empty(t, faults)
	assert.Equal(t, []filter.Term{
		{Field: word, Values: []string{"two words"}}, {Field: author, Values: []string{"jane doe"}}, {Field: state, Values: []string{"failed"}},
	}, q.Terms)
}

func TestProto(t *testing.T) {
	t.Parallel()
	q, _ := filter.Parse("okta state:-yanked,-failed")
	terms := q.Proto()
	require.Len(t, terms, 2)
	assert.Equal(t, word, terms[0].GetField())
	assert.Equal(t, state, terms[1].GetField())
	assert.Equal(t, []string{"failed", "yanked"}, terms[1].GetValues())
	assert.True(t, terms[1].GetExclude())

	terms[1].Values[0] = "changed"
	assert.Equal(t, "failed", q.Terms[1].Values[0], "a request shares nothing with the query")
}

// row is a version as the console would hold it.
type row map[registryv1.FilterField]string

func (r row) Text() string                          { return r[word] }
func (r row) Field(f registryv1.FilterField) string { return r[f] }

var okta = row{
	word: "conductorone/baton-okta v0.5.26 published ines linux-amd64 darwin-arm64", org: "conductorone", name: "baton-okta", version: "v0.5.26",
	state: "published", platform: "darwin-arm64 linux-amd64", signed: "yes", verdict: "not-verified digest-mismatch", author: "ines",
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"":                          true,
		"OKTA":                      true,
		"okta ines":                 true,
		"okta mara":                 false,
		"-mara":                     true,
		"-okta":                     false,
		"org:conductor":             true,
		"org:c1":                    false,
		"name:okta":                 true,
		"name:baton-okta":           true,
		"name:baton":                true,
		"name:kta":                  false,
		"version:v0.5":              true,
		"state:published":           true,
		"state:p":                   true,
		"state:failed,published":    true,
		"state:-published":          false,
		"state:-failed,-yanked":     true,
		"platform:linux":            true,
		"platform:linux-arm":        false,
		"platform:windows,darwin":   true,
		"platform:-windows":         true,
		"platform:-linux":           false,
		"verdict:digest_mismatch":   true,
		"verdict:not-verified":      true,
		"verdict:verified":          false,
		"verdict:-verified":         true,
		"author:in signed:yes okta": true,
		"category:security":         false,
		"category:-security":        true,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			q, faults := filter.Parse(text)
			require.Empty(t, faults)
			assert.Equal(t, want, q.Match(okta))
		})
	}
}

func TestMatchingAllocatesNothing(t *testing.T) {
	q, _ := filter.Parse("okta state:published,failed platform:-windows verdict:digest-mismatch")
	var r filter.Row = okta
	assert.Zero(t, testing.AllocsPerRun(100, func() { q.Match(r) }))
}

// Typing narrows: every further key of these filters may look at the
// survivors only.
func TestExtendsWhileTyping(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"okta windows", "name:okta", "platform:linux-arm64", "state:failed", "okta -mara"} {
		earlier, _ := filter.Parse("")
		for end := 1; end <= len(text); end++ {
			q, faults := filter.Parse(text[:end])
			if len(faults) > 0 || strings.HasPrefix("state:", text[:end]) {
				continue
			}
			if text != "okta -mara" || end < len("okta -m") { // a longer excluded word lets more through
				assert.True(t, q.Extends(earlier) || !sameKeys(q, earlier), "%q after %q", q, earlier)
			}
			earlier = q
		}
	}
	wide, _ := filter.Parse("-mara")
	narrow, _ := filter.Parse("-mar")
	assert.True(t, narrow.Extends(wide))
	assert.False(t, wide.Extends(narrow))
}

// sameKeys reports whether two queries narrow the same columns; "stat" is a
// word and "state:" a key, so neither extends the other.
func sameKeys(a, b filter.Query) bool {
	if len(a.Terms) != len(b.Terms) {
		return false
	}
	for i := range a.Terms {
		if a.Terms[i].Field != b.Terms[i].Field {
			return false
		}
	}
	return true
}

// Whenever q extends p, no row may match q and not p: otherwise a row would
// be missing from the list for as long as the person types.
func TestExtendsNeverLosesARow(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 11))
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	some := func() string {
		var parts []string
		for range rng.IntN(3) {
			parts = append(parts, pick("", "", "-")+pick("o", "ok", "kt", "okta", "in", "v0"), pick("state", "platform", "name", "verdict")+":"+pick("", "-")+pick("p", "f", "published", "linux", "linux-a", "baton-o", "o", "okta", "b", "not", "verified"))
		}
		return strings.Join(parts, " ")
	}
	rows := []row{okta}
	for range 40 {
		rows = append(rows, row{
			word: pick("okta ines", "kt v0.1", "in", "o"), name: pick("baton-okta", "okta", "baton-box", "baton", "o365"), state: pick("published", "pending", "failed"),
			platform: pick("linux-amd64", "linux-arm64 windows-amd64", "darwin-amd64"), verdict: pick("", "verified", "not-verified verified-late"),
		})
	}
	extended := 0
	for range 20_000 {
		p, _ := filter.Parse(some())
		q, _ := filter.Parse(some())
		if !q.Extends(p) {
			continue
		}
		extended++
		for _, r := range rows {
			if q.Match(r) && !p.Match(r) {
				t.Fatalf("%q extends %q, yet %v matches the first only", q, p, r)
			}
		}
	}
	assert.Greater(t, extended, 1000, "the test must see queries that extend")
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "okta", `a:"b`, "state:-p,q", `"x:y" -z`, "platform:linux,,", "\xff:\xfe", ":", "-:", "state:\u00a0x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, faults := filter.Parse(s)
		for _, fault := range faults {
			if fault.Start < 0 || fault.End > len(s) || fault.Start >= fault.End {
				t.Fatalf("%q: fault at %d to %d", s, fault.Start, fault.End)
			}
		}
		for _, term := range q.Terms {
			if len(term.Values) == 0 {
				t.Fatalf("%q: a term without values", s)
			}
			for _, v := range term.Values {
				if v == "" || !utf8.ValidString(v) {
					t.Fatalf("%q: value %q cannot travel", s, v)
				}
			}
		}
		if !q.Extends(q) {
			t.Fatalf("%q does not extend itself", s)
		}
		q.Match(okta)
		if len(q.Proto()) != len(q.Terms) {
			t.Fatalf("%q loses terms", s)
		}
	})
}
