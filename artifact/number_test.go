package artifact_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/semver"

	"github.com/registrar-console/registrar/artifact"
)

// faults gives the messages of every fault, or nil.
func faults(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var wrong *artifact.InvalidError
	require.ErrorAs(t, err, &wrong)
	require.NotEmpty(t, wrong.Faults)
	var out []string
	for _, f := range wrong.Faults {
		assert.NotEmpty(t, f.Field)
		out = append(out, f.Message)
	}
	return out
}

func TestNumbersThatAreAccepted(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"v0.0.0", "v1.2.3", "v10.20.30", "v1.0.0-rc.1", "v1.0.0-alpha", "v1.0.0-0", "v1.0.0--", "v1.0.0-a-b.c-d.7",
		"v99999999999999999999.0.0", "v1.0.0-" + strings.Repeat("x", 121),
	} {
		n, err := artifact.ParseNumber(s)
		require.NoError(t, err, s)
		assert.Equal(t, s, n.String())
		assert.True(t, semver.IsValid(s), s)
	}
}

func TestNumbersThatAreRefusedNameEveryFault(t *testing.T) {
	t.Parallel()
	for s, want := range map[string][]string{
		"":             {"is empty"},
		"1.2.3":        {"leading v is missing"},
		"V1.2.3":       {"capital letter"},
		"va.b.c":       {`MAJOR is not a number: "a"`, `MINOR is not a number: "b"`, `PATCH is not a number: "c"`},
		"v1..":         {"MINOR is empty", "PATCH is empty"},
		"v1":           {"three parts, it has 1"},
		"v1.2.3.4":     {"three parts, it has 4"},
		"v01.2.3":      {"MAJOR has a leading zero"},
		"v1.0.0-":      {"empty identifier"},
		"v1.0.0-a..b":  {"empty identifier"},
		"v1.0.0-rc.01": {`"01" has a leading zero`},
		"v1.0.0+build": {"build metadata +build"},

		"v1.0.0/../..":           {`holds "/"`, "it has 7", `PATCH is not a number: "0/"`},
		"v1.0.0\n":               {"the control character U+000A", `PATCH is not a number: "0\n"`},
		"v1.0.0\x1b[2J":          {"the control character U+001B", "PATCH is not a number"},
		"v1.0.0-\u0430lpha":      {"look-alike or foreign letter U+0430"},
		"v1.0.\u0660":            {"look-alike or foreign letter U+0660", "PATCH is not a number"},
		"v1.0.0-a\u202eb":        {"the character U+202E"},
		"v1.0.0-\xff":            {"bytes that are not UTF-8"},
		" v1.0.0":                {"a space", "leading v is missing", "MAJOR is not a number"},
		strings.Repeat("9", 300): {"300 characters", "leading v is missing", "three parts, it has 1"},

		"v1.0.0-" + strings.Repeat("x", 122):     {"129 characters"},
		"V01..x-+" + strings.Repeat("\u00e9", 3): {"U+00E9", "capital letter", "build metadata", "leading zero", "MINOR is empty", "PATCH is not", "empty identifier"},
	} {
		n, err := artifact.ParseNumber(s)
		got := faults(t, err)
		require.Len(t, got, len(want), "%q gave %q", s, got)
		for i := range want {
			assert.Contains(t, got[i], want[i], "%q", s)
		}
		assert.True(t, n.IsZero())
		assertPrintable(t, err.Error())
	}
}

// assertPrintable fails on text that could control a terminal.
func assertPrintable(tb testing.TB, s string) {
	tb.Helper()
	for _, r := range s {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2028 {
			tb.Fatalf("%q holds %U", s, r)
		}
	}
	assert.Less(tb, len(s), 4000)
}

func TestPrecedenceOrdersAsSemverSays(t *testing.T) {
	t.Parallel()
	ascending := []string{
		"v0.0.0-0", "v0.0.0", "v0.0.9", "v0.0.10", "v0.9.0", "v0.10.0",
		"v1.0.0-0", "v1.0.0-9", "v1.0.0-10", "v1.0.0-10.1", "v1.0.0-99999999999999999999", "v1.0.0--",
		"v1.0.0-A", "v1.0.0-a", "v1.0.0-a.1", "v1.0.0-a.1.0", "v1.0.0-a.b", "v1.0.0-a-", "v1.0.0-a0", "v1.0.0-aa",
		"v1.0.0-rc.2", "v1.0.0-rc.10", "v1.0.0", "v2.0.0-x", "v2.0.0", "v10.0.0",
	}
	for i, a := range ascending {
		for j, b := range ascending {
			want := semver.Compare(a, b)
			got := bytes.Compare(artifact.MustNumber(a).Precedence(), artifact.MustNumber(b).Precedence())
			require.Equal(t, want, got, "%s against %s", a, b)
			if i < j {
				require.Negative(t, want, "the list of this test is in order: %s before %s", a, b)
			}
		}
	}
	assert.Nil(t, artifact.Number{}.Precedence())
}

func TestPrecedenceOfRandomPairsSoak(t *testing.T) {
	t.Parallel()
	pairs := 200_000
	if os.Getenv("REGISTRAR_SOAK") != "" {
		pairs = 10_000_000
	}
	rng := rand.New(rand.NewPCG(1, 2))
	equal := 0
	for range pairs {
		a, b := randomNumber(rng), randomNumber(rng)
		want := semver.Compare(a.String(), b.String())
		got := bytes.Compare(a.Precedence(), b.Precedence())
		if got != want {
			t.Fatalf("%s against %s: the keys say %d, semver says %d", a, b, got, want)
		}
		if got == 0 {
			equal++
			require.Equal(t, a.String(), b.String(), "equal keys belong to equal numbers")
		}
	}
	assert.Positive(t, equal, "the pairs are close enough to each other to be equal sometimes")
}

// randomNumber makes numbers that are close to each other, and a few long ones.
func randomNumber(rng *rand.Rand) artifact.Number {
	digits := func() string {
		return []string{"0", "1", "2", "9", "10", "11", "99", "100", "18446744073709551616"}[rng.IntN(9)]
	}
	s := "v" + digits() + "." + digits() + "." + digits()
	sep := "-"
	for range rng.IntN(4) {
		id := digits()
		if rng.IntN(2) == 0 {
			id = []string{"a", "A", "-", "a-", "aa", "rc", "rc1", "0a", "z", "Z", "--0"}[rng.IntN(11)]
		}
		s += sep + id
		sep = "."
	}
	return artifact.MustNumber(s)
}

func TestNumbersTravelAsText(t *testing.T) {
	t.Parallel()
	type plan struct{ Number artifact.Number }
	data, err := json.Marshal(plan{artifact.MustNumber("v1.2.3-rc.1")})
	require.NoError(t, err)
	assert.JSONEq(t, `{"Number":"v1.2.3-rc.1"}`, string(data))
	var back plan
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, "v1.2.3-rc.1", back.Number.String())
	assert.Equal(t, "rc.1", back.Number.Prerelease())
	require.NoError(t, json.Unmarshal([]byte(`{"Number":""}`), &back))
	assert.True(t, back.Number.IsZero())
	require.Error(t, json.Unmarshal([]byte(`{"Number":"v1"}`), &back))
}

func TestTheNextNumbersAreProposed(t *testing.T) {
	t.Parallel()
	huge := "v1.0." + strings.Repeat("9", artifact.MaxNumber-5)
	for name, c := range map[string]struct{ taken, want []string }{
		"nothing yet":                    {nil, []string{"v0.1.0", "v1.0.0"}},
		"after a release":                {[]string{"v1.2.9", "v1.1.0"}, []string{"v1.2.10", "v1.3.0", "v2.0.0"}},
		"after a pre-release":            {[]string{"v1.0.0", "v1.1.0-rc.9"}, []string{"v1.1.0-rc.10", "v1.1.0"}},
		"a pre-release without a number": {[]string{"v1.1.0-beta"}, []string{"v1.1.0-beta.1", "v1.1.0"}},
		"carries over":                   {[]string{"v0.0.99"}, []string{"v0.0.100", "v0.1.0", "v1.0.0"}},
		"no room for one more digit":     {[]string{huge}, []string{"v1.1.0", "v2.0.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var taken []artifact.Number
			for _, s := range c.taken {
				taken = append(taken, artifact.MustNumber(s))
			}
			var got []string
			for _, p := range artifact.Propose(taken) {
				got = append(got, p.Number.String())
				assert.NotEmpty(t, p.Why)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"v1.2.3", "v1.2.3-rc.1", "va.b.c", "v1..", "v1.0.0/../..", "v1.0.0+x", "\u0430", "v1.0.0-0a.00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := artifact.ParseNumber(s)
		strict := semver.IsValid(s) && semver.Build(s) == "" && semver.Canonical(s) == s && len(s) <= artifact.MaxNumber
		if (err == nil) != strict {
			t.Fatalf("%q: accepted is %v, strict semver is %v: %v", s, err == nil, strict, err)
		}
		if err != nil {
			assertPrintable(t, err.Error())
			return
		}
		if n.Compare(n) != 0 || len(n.Precedence()) < 4 {
			t.Fatalf("%q is not itself", s)
		}
		for _, p := range artifact.Propose([]artifact.Number{n}) {
			if p.Number.Compare(n) <= 0 || bytes.Compare(p.Number.Precedence(), n.Precedence()) <= 0 {
				t.Fatalf("%s is proposed after %s", p.Number, n)
			}
			if _, err := artifact.ParseNumber(p.Number.String()); err != nil {
				t.Fatalf("%s is proposed and not valid: %v", p.Number, err)
			}
		}
	})
}

func BenchmarkPrecedence(b *testing.B) {
	n := artifact.MustNumber("v1.22.333-rc.4")
	b.ReportAllocs()
	for b.Loop() {
		_ = n.Precedence()
	}
}
