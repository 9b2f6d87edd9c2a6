package cosign_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sharedData finds test data of others, which is not part of the project.
func sharedData(tb testing.TB, elem ...string) string {
	tb.Helper()
	base := os.Getenv("REGISTRAR_SHARED")
	if base == "" {
		base = filepath.Join("..", "..", "..", "shared")
	}
	path := filepath.Join(append([]string{base, "data"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") != "" {
			tb.Fatalf("the test data is not there: %v", err)
		}
		tb.Skipf("set REGISTRAR_SHARED to the folder that holds data: %v", err)
	}
	return path
}

// file is an artifact of bytes in memory.
func file(name string, data []byte) signing.Artifact {
	return signing.Artifact{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

func now() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

// check verifies and holds every verdict against what all of them promise.
func check(tb testing.TB, a signing.Artifact, m signing.Material, p signing.Policy) signing.Verdict {
	tb.Helper()
	v, err := cosign.Verifier{}.Verify(context.Background(), a, m, p)
	require.NoError(tb, err)
	promises(tb, v)
	return v
}

// promises is what holds for every verdict.
func promises(tb testing.TB, v signing.Verdict) {
	tb.Helper()
	var names []signing.StepName
	failed := 0
	for _, s := range v.Steps() {
		names = append(names, s.Name)
		assert.NotEmpty(tb, s.Detail, "step %s", s.Name)
		switch {
		case v.OK():
			assert.Contains(tb, []signing.StepResult{signing.Pass, signing.Skipped}, s.Result, "step %s of a good verdict", s.Name)
		case failed > 0:
			assert.Equal(tb, signing.NotReached, s.Result, "step %s after a failed one", s.Name)
		case s.Result == signing.Fail:
			failed++
		default:
			assert.NotEqual(tb, signing.NotReached, s.Result, "step %s before the failed one", s.Name)
		}
	}
	assert.Equal(tb, signing.StepNames(), names)
	assert.NotEmpty(tb, v.Detail())
	if v.OK() {
		assert.Equal(tb, signing.ReasonNone, v.Reason())
		assert.NotEmpty(tb, v.Assurance())
		return
	}
	assert.Equal(tb, 1, failed, "a refusal has one failed step")
	assert.Contains(tb, signing.Reasons(), v.Reason())
	assert.NotEmpty(tb, v.Next())
	assert.Empty(tb, v.Assurance())
}

// golden compares lines with a file of testdata.
func golden(t *testing.T, name string, lines []string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// The suite of sigstore-conformance: for each case another client of the
// ecosystem agreed whether it must pass. What we add is the reason.
func TestConformance(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "sigstore", "conformance")
	expected, err := os.ReadFile(filepath.Join(dir, "expected.tsv"))
	require.NoError(t, err)
	var reasons []string
	agreed := 0
	lines := strings.Split(strings.TrimSpace(string(expected)), "\n")
	for _, line := range lines {
		fields := strings.Split(line, "\t")
		require.GreaterOrEqual(t, len(fields), 2)
		name, want := fields[0], fields[1]
		v := conformanceCase(t, filepath.Join(dir, "bundle-verify"), name)
		got := "fail"
		if v.OK() {
			got = "pass"
		}
		if assert.Equalf(t, want, got, "%s: %s %s (%v)", name, v.Reason(), v.Detail(), v.Cause()) {
			agreed++
		}
		reasons = append(reasons, strings.TrimSpace(fmt.Sprintf("%-60s %s %s", name, got, v.Reason())))
	}
	assert.Len(t, lines, 70)
	assert.Equal(t, len(lines), agreed)
	golden(t, "conformance.golden", reasons)
}

func conformanceCase(t *testing.T, dir, name string) signing.Verdict {
	t.Helper()
	read := func(file, otherwise string) string {
		b, err := os.ReadFile(filepath.Join(dir, name, file))
		if err != nil {
			return otherwise
		}
		return string(b)
	}
	data, err := os.ReadFile(filepath.Join(dir, "a.txt"))
	require.NoError(t, err)
	p := signing.Policy{Now: now}
	if key := read("key.pub", ""); key != "" {
		p.Keys = []signing.TrustedKey{{Scheme: signing.CosignKey, Name: "key", Exports: [][]byte{[]byte(key)}}}
	} else {
		p.Identities = []signing.Identity{{
			SAN:    strings.TrimSpace(read("identity", "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main")),
			Issuer: strings.TrimSpace(read("issuer", "https://token.actions.githubusercontent.com")),
		}}
	}
	if root := read("trusted_root.json", ""); root != "" {
		p.TrustedRoot = []byte(root)
	}
	return check(t, file("a.txt", []byte(read("artifact", string(data)))), signing.Material{Bundle: []byte(read("bundle.sigstore.json", ""))}, p)
}

// A bundle of the library's own tests: provenance whose subject has a SHA-512.
func TestProvenanceOfSigstoreGo(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "sigstore", "sigstore-go")
	data, err := os.ReadFile(filepath.Join(dir, "examples_bundle-provenance.json"))
	require.NoError(t, err)
	digest, err := hex.DecodeString("76176ffa33808b54602c7c35de5c6e9a4deb96066dba6533f50ac234f4f1f4c6b3527515dc17c06fbe2860030f410eee69ea20079bd3a2c6f3dcf3b329b10751")
	require.NoError(t, err)
	a := signing.Artifact{Name: "sigstore-js.tgz", Digests: signing.Digests{SHA512: digest}}
	p := signing.Policy{Now: now, Identities: []signing.Identity{{
		Issuer: "https://token.actions.githubusercontent.com", SANRegexp: `^https://github\.com/sigstore/sigstore-js/.*$`,
	}}}
	v := check(t, a, signing.Material{Bundle: data}, p)
	require.Truef(t, v.OK(), "%s %s %v", v.Reason(), v.Detail(), v.Cause())
	assert.Equal(t, signing.Full, v.Assurance())
	assert.Equal(t, signing.TimeRekor, v.TimeSource())
	assert.Equal(t, "https://github.com/sigstore/sigstore-js", v.Signer().SourceRepo)

	other := slices.Clone(digest)
	other[0] ^= 1
	a.Digests.SHA512 = other
	v = check(t, a, signing.Material{Bundle: data}, p)
	assert.Equal(t, signing.DigestMismatch, v.Reason())
	want := "sha512:" + hex.EncodeToString(digest)
	assert.Equal(t, want, v.Want())
}
