package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing/signingtest"
)

const releaseIssuer = "https://token.actions.githubusercontent.com"

// releaseFile is a file of a release on a computer.
func (d *desk) releaseFile(t *testing.T, name string) string {
	t.Helper()
	return wrote(t, filepath.Join(d.home, name), []byte("the bytes of "+name))
}

// steps are the results of a checklist by name.
func steps(t *testing.T, file any) map[string]string {
	t.Helper()
	results := map[string]string{}
	for _, s := range file.(map[string]any)["steps"].([]any) {
		step := s.(map[string]any)
		results[step["name"].(string)] = step["result"].(string)
	}
	return results
}

func TestVerifyByKey(t *testing.T) {
	t.Parallel()
	for scheme, by := range map[string]signer{"gpg": gpgSigner(t), "cosign-key": cosignSigner(t, "release")} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			file := d.releaseFile(t, "baton-x-v1.0.0-linux-amd64.tar.gz")
			beside := by.signs(t, file)
			key := wrote(t, filepath.Join(d.home, "release.pub"), by.public)

			good := d.run(t, "verify", file, "--key", key, "-o", "json").ok(t).list(t)
			require.Len(t, good, 1)
			first := good[0].(map[string]any)
			assert.Equal(t, true, first["ok"])
			assert.Equal(t, scheme, first["scheme"])
			assert.Equal(t, "key-only", first["assurance"])
			assert.NotContains(t, first, "reason")
			assert.NotContains(t, steps(t, first), "FAIL")
			text := d.run(t, "verify", file, "--key", key).ok(t)
			assert.Contains(t, text.out, "✓ VERIFIED  "+file+"\n  It was signed by release.pub (")
			assert.Empty(t, text.err)

			elsewhere := filepath.Join(t.TempDir(), "odd name")
			require.NoError(t, os.Rename(beside, elsewhere))
			assert.Equal(t, 7, d.run(t, "verify", file, "--key", key).code, "nothing lies beside it any more")
			named := d.run(t, "verify", file, "--key", key, "--signature", elsewhere, "-o", "json").ok(t).list(t)[0].(map[string]any)
			assert.Equal(t, []any{elsewhere}, named["material"])

			require.NoError(t, os.WriteFile(file, []byte("the bytes of another"), 0o600))
			bad := d.run(t, "verify", file, "--key", key, "--signature", elsewhere, "-o", "json")
			assert.Equal(t, 7, bad.code)
			assert.Equal(t, "SIGNATURE_INVALID", bad.failure(t)["reason"])
			assert.Equal(t, false, bad.list(t)[0].(map[string]any)["ok"])
			assert.Contains(t, steps(t, bad.list(t)[0]), "bytes")
		})
	}
}

// A signature of a bundle names the bytes that it was made for, so what differs
// can be shown.
func TestVerifyShowsWhatDiffers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	by := cosignSigner(t, "release")
	file := d.releaseFile(t, "baton-x")
	signed := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte("the bytes of baton-x")))
	by.signs(t, file)
	key := wrote(t, filepath.Join(d.home, "release.pub"), by.public)
	require.NoError(t, os.WriteFile(file, []byte("packed again"), 0o600))
	received := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte("packed again")))

	bad := d.run(t, "verify", file, "--key", key, "-o", "json")
	assert.Equal(t, 7, bad.code)
	first := bad.list(t)[0].(map[string]any)
	assert.Equal(t, "DIGEST_MISMATCH", first["reason"])
	assert.Equal(t, signed, first["want"])
	assert.Equal(t, received, first["got"])
	assert.Equal(t, "FAIL", steps(t, first)["bytes"])
	assert.NotEmpty(t, first["next"])

	text := d.run(t, "verify", file, "--key", key)
	for _, want := range []string{
		"✗ DIGEST MISMATCH  " + file, "The signature was made for other bytes.", "✗ bytes", "expected  " + signed, "found     " + received,
		"What this usually is", "What to do", "1  Do not use the file.",
	} {
		assert.Contains(t, text.out, want)
	}
	assert.Contains(t, text.err, "error  Verifying: "+file+": DIGEST_MISMATCH.")
	coloured := d.runWith(t, nil, atTerminal, "verify", file, "--key", key)
	assert.Contains(t, coloured.out, "\x1b[", "what differs is painted where a person reads")
}

func TestVerifyKeyless(t *testing.T) {
	t.Parallel()
	s := signingtest.New(t, time.Now())
	d := newDesk(t)
	file := d.releaseFile(t, "baton-okta-v1.0.0-linux-amd64.tar.gz")
	keylessSigner(t, s, "example/baton-okta", "v1.0.0").signs(t, file)
	root := wrote(t, filepath.Join(d.home, "root.json"), s.TrustedRoot(t))
	identity := s.Release("example/baton-okta", "v1.0.0").Identity()
	verify := func(args ...string) result {
		return d.run(t, append([]string{"verify", file, "--trusted-root", root, "-o", "json"}, args...)...)
	}

	good := verify("--identity", identity, "--issuer", releaseIssuer).ok(t).list(t)[0].(map[string]any)
	assert.Equal(t, "cosign-keyless", good["scheme"])
	assert.Equal(t, "full", good["assurance"])
	assert.Equal(t, "rekor", good["timeSource"])
	verify("--identity-regexp", `^https://github\.com/example/workflows/.*$`, "--issuer", releaseIssuer).ok(t)

	stranger := strings.Replace(identity, "example", "evil", 1)
	bad := verify("--identity", stranger, "--issuer", releaseIssuer)
	assert.Equal(t, 7, bad.code)
	assert.Equal(t, "IDENTITY_MISMATCH", bad.list(t)[0].(map[string]any)["reason"])
	text := d.run(t, "verify", file, "--trusted-root", root, "--identity", stranger, "--issuer", releaseIssuer)
	assert.Contains(t, text.out, "^^^^", "the part that differs is underlined: %s", text.out)

	public := d.run(t, "verify", file, "--identity", identity, "--issuer", releaseIssuer, "-o", "json")
	assert.Equal(t, "UNTRUSTED_ROOT", public.list(t)[0].(map[string]any)["reason"], "the public Sigstore knows nothing of it")
}

// Without anything to trust there is an answer all the same: what is missing.
func TestVerifyWithoutTrustOrSignature(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	bare, signed := d.releaseFile(t, "bare"), d.releaseFile(t, "signed")
	cosignSigner(t, "x").signs(t, signed)
	got := d.run(t, "verify", bare, signed, "-o", "json")
	assert.Equal(t, 7, got.code)
	results := got.list(t)
	require.Len(t, results, 2)
	assert.Equal(t, "MISSING", results[0].(map[string]any)["reason"])
	assert.Equal(t, "NO_TRUST", results[1].(map[string]any)["reason"])
	assert.Contains(t, results[1].(map[string]any)["next"], "--key")
	failure := got.failure(t)
	assert.Contains(t, failure["message"], "2 of 2 files did not verify")
	assert.Len(t, failure["faults"], 2)

	text := d.run(t, "verify", bare, signed)
	assert.Contains(t, text.out, "◊ UNSIGNED  "+bare)
	assert.Contains(t, text.out, "◊ NO TRUST  "+signed)
	assert.Contains(t, text.err, "error  Verifying: 2 of 2 files did not verify.\n       - "+bare+": MISSING")
}

// All files are reported, good and bad, in the order in which they were named;
// a shell's star names their signatures too.
func TestVerifyMany(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	by := cosignSigner(t, "release")
	key := wrote(t, filepath.Join(d.home, "release.pub"), by.public)
	var named []string
	for i := range 5 {
		file := d.releaseFile(t, fmt.Sprintf("file%d", i))
		named = append(named, file, by.signs(t, file))
	}
	require.NoError(t, os.WriteFile(named[4], []byte("other"), 0o600))
	got := d.run(t, append([]string{"verify", "--key", key, "-o", "json"}, named...)...)
	assert.Equal(t, 7, got.code)
	results := got.list(t)
	require.Len(t, results, 5)
	for i, r := range results {
		assert.Equal(t, named[2*i], r.(map[string]any)["file"])
		assert.Equal(t, i != 2, r.(map[string]any)["ok"])
	}
	assert.Contains(t, got.failure(t)["message"], "1 of 5 files did not verify")
}

// A signed list speaks for the files that it names.
func TestVerifyBySignedList(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	by := gpgSigner(t)
	key := wrote(t, filepath.Join(d.home, "release.pub"), by.public)
	file, other := d.releaseFile(t, "baton-x.tar.gz"), d.releaseFile(t, "unlisted.tar.gz")
	sums := wrote(t, filepath.Join(d.home, "checksums.txt"), fmt.Appendf(nil, "%x  baton-x.tar.gz\n", sha256.Sum256([]byte("the bytes of baton-x.tar.gz"))))
	signature := by.signs(t, sums)

	good := d.run(t, "verify", file, "--key", key, "-o", "json").ok(t).list(t)[0].(map[string]any)
	assert.Equal(t, "checksums.txt", good["through"])
	assert.Equal(t, "MISSING", d.run(t, "verify", other, "--key", key, "-o", "json").list(t)[0].(map[string]any)["reason"])

	require.NoError(t, os.WriteFile(file, []byte("other"), 0o600))
	bad := d.run(t, "verify", file, "--key", key, "-o", "json").list(t)[0].(map[string]any)
	assert.Equal(t, "DIGEST_MISMATCH", bad["reason"])
	assert.NotEmpty(t, bad["want"])

	forged := gpgSigner(t)
	require.NoError(t, os.Remove(signature))
	forged.signs(t, sums)
	why := d.run(t, "verify", file, "--key", key, "-o", "json").list(t)[0].(map[string]any)
	assert.Equal(t, "WRONG_KEY", why["reason"], "that of the list, since the file has nothing else")
	assert.Contains(t, why["detail"], "It is listed in checksums.txt")
}

func TestVerifyWrongCommandLines(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file, gpg, cos := d.releaseFile(t, "file"), gpgSigner(t), cosignSigner(t, "c")
	beside := cos.signs(t, file)
	in := func(name string, content []byte) string { return wrote(t, filepath.Join(d.home, name), content) }
	large := filepath.Join(d.home, "large")
	require.NoError(t, os.Truncate(in("large", nil), maxSmallFile+1))
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"no file at all":        {nil, []string{"needs more"}},
		"files that are not":    {[]string{d.home, "/nope", "/dev/null"}, []string{"is a directory", `"/nope" does not exist`, `"/dev/null" is not a file`}},
		"a signature alone":     {[]string{beside}, []string{"speaks for", "name that file"}},
		"one signature for two": {[]string{file, large, "--signature", beside}, []string{"speaks for one file"}},
		"no such signature":     {[]string{file, "--signature", "/nope"}, []string{"--signature", "does not exist"}},
		"a private GPG key":     {[]string{file, "--key", in("g.key", gpg.private)}, []string{"holds a private key"}},
		"a private cosign key":  {[]string{file, "--key", in("c.key", cos.private)}, []string{"holds a private key"}},
		"an empty key":          {[]string{file, "--key", in("empty", []byte("\n"))}, []string{"is empty"}},
		"a key of other sorts":  {[]string{file, "--key", in("text", []byte("ssh-ed25519 AAAA"))}, []string{"--key", "no PEM"}},
		"two keys in one":       {[]string{file, "--key", in("two", append(append([]byte{}, cos.public...), cosignSigner(t, "d").public...))}, []string{"more than one"}},
		"a key too large":       {[]string{file, "--key", large}, []string{"larger than any real one"}},
		"no such key":           {[]string{file, "--key", "/nope"}, []string{`--key: cannot read "/nope"`}},
		"no issuer":             {[]string{file, "--identity", "x"}, []string{"no issuer"}},
		"no identity":           {[]string{file, "--issuer", releaseIssuer}, []string{"no subject"}},
		"an unanchored regexp":  {[]string{file, "--issuer", releaseIssuer, "--identity-regexp", "acme"}, []string{"--identity-regexp", "must begin with ^"}},
		"a root of other sorts": {[]string{file, "--trusted-root", in("root", []byte("{}"))}, []string{"--trusted-root"}},
		"an org and a key":      {[]string{file, "--org", "acme", "--key", in("k", cos.public)}, []string{"does not go with --key"}},
		"half a release":        {[]string{file, "--org", "acme/x"}, []string{"neither an org nor a version"}},
		"everything at once":    {[]string{"/nope", "--key", "/nope", "--identity", "x", "--trusted-root", "/nope"}, []string{"does not exist", "--key", "no issuer", "--trusted-root"}},
	} {
		got := d.run(t, append([]string{"verify", "-o", "json"}, c.args...)...)
		assert.Equal(t, 2, got.code, "%s: %s%s", name, got.out, got.err)
		assert.Empty(t, got.out, name)
		for _, says := range c.says {
			assert.Contains(t, decoded(got.failure(t)), says, name)
		}
		assert.NotContains(t, got.err, "PRIVATE KEY-----", name)
	}
}

// Hostile material is a verdict, never a crash and never good.
func TestVerifyHostileMaterial(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	by := cosignSigner(t, "x")
	key := wrote(t, filepath.Join(d.home, "x.pub"), by.public)
	file := d.releaseFile(t, "evil\x1b[31m\u202efile")
	for name, material := range map[string][]byte{
		"empty": {}, "text": []byte("not a signature"), "html": []byte("<html>404</html>"), "half a bundle": []byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"`),
		"too large": make([]byte, 5<<20), "PGP without content": []byte("-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n"), "zero bytes": make([]byte, 64),
	} {
		wrote(t, file+".sig", material)
		got := d.run(t, "verify", file, "--key", key)
		assert.Equal(t, 7, got.code, "%s: %s%s", name, got.out, got.err)
		assert.NotContains(t, got.out+got.err, "\x1b", name)
		assert.NotContains(t, got.out+got.err, "\u202e", name)
		assert.NotContains(t, got.out, "VERIFIED", name)
	}
}
