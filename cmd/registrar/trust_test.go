package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing/signingtest"
)

func TestIdentitiesAreAddedListedAndRemoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	assert.Equal(t, "[]\n", d.run(t, "identities", "list", "acme", "-o", "json").ok(t).out)
	san := "https://github.com/acme/ci/.github/workflows/release.yaml@refs/tags/v4"
	add := []string{"identities", "add", "acme", "--issuer", releaseIssuer, "--san", san}
	loose := d.run(t, add...).ok(t)
	assert.Contains(t, loose.err, "Nothing binds it to a version")
	assert.Contains(t, loose.out, san+" may sign for acme now.")
	assert.Equal(t, false, d.run(t, append(add, "-o", "json")...).ok(t).object(t)["created"])
	bound := d.run(t, append(add, "--source-repo", "https://github.com/acme/{connector}", "--source-ref", "refs/tags/{version}")...).ok(t)
	assert.Empty(t, bound.err)
	d.run(t, "identities", "add", "acme", "--issuer", "https://accounts.example", "--san-regexp", `^[a-z]+@example\.org$`).ok(t)

	list := d.run(t, "identities", "list", "acme", "-o", "json").ok(t).list(t)
	require.Len(t, list, 3)
	table := d.run(t, "identities", "list", "acme").ok(t).out
	assert.Contains(t, table, "! nothing")
	assert.Contains(t, table, "repo, ref")

	twice := d.run(t, "identities", "remove", "acme", san)
	assert.Equal(t, 2, twice.code)
	assert.Contains(t, twice.err, "is the subject of 2 identities")
	assert.Contains(t, d.run(t, "identities", "remove", "acme", `^[a-z]+@example\.org$`).ok(t).out, "may not sign for acme any more.")
	assert.Equal(t, 3, d.run(t, "identities", "remove", "acme", "99").code)
	assert.Len(t, d.run(t, "identities", "list", "acme", "-o", "json").ok(t).list(t), 2)
	assert.Contains(t, d.run(t, "events").ok(t).out, "registered the keyless identity "+san+" of acme.")
}

// Only what is named changes.
func TestPolicySetChangesWhatIsNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	before := d.run(t, "policy", "show", "acme", "-o", "json").ok(t).object(t)
	assert.Equal(t, "acme", before["org"])
	assert.Equal(t, false, before["requireSignatures"])
	d.run(t, "policy", "set", "acme", "--require-signatures", "yes", "--accept", "gpg", "--accept", "cosign-key").ok(t)
	set := d.run(t, "policy", "set", "acme", "--require-check", "license", "-o", "json").ok(t).object(t)
	assert.Equal(t, true, set["requireSignatures"])
	assert.Equal(t, []any{"gpg", "cosign-key"}, set["acceptedSchemes"])
	assert.Equal(t, []any{"license"}, set["requiredChecks"])
	assert.Equal(t, before["selfReview"], set["selfReview"])
	assert.Equal(t, before["allowances"], set["allowances"])
	cleared := d.run(t, "policy", "set", "acme", "--accept", "none", "--require-check", "none", "--allow", "none", "-o", "json").ok(t).object(t)
	assert.NotContains(t, cleared, "acceptedSchemes")
	assert.NotContains(t, cleared, "requiredChecks")
	assert.NotContains(t, cleared, "allowances")
	text := d.run(t, "policy", "show", "acme").ok(t).out
	assert.Contains(t, text, "required")
	assert.Contains(t, text, "all schemes")
	for _, args := range [][]string{{"--approvals", "3"}, {"--require-check", "beauty"}} {
		refused := d.run(t, append([]string{"policy", "set", "acme", "-o", "json"}, args...)...)
		assert.Equal(t, 2, refused.code, refused.err)
		assert.Equal(t, "INVALID_ARGUMENT", refused.failure(t)["reason"])
	}
}

func TestTrustIsShownAndReplaced(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	public := d.run(t, "trust", "show", "-o", "json").ok(t).object(t)
	assert.Equal(t, "embedded", public["origin"])
	assert.NotEmpty(t, public["logs"])
	kept := wrote(t, filepath.Join(d.home, "kept.json"), []byte(public["document"].(string)))
	assert.Contains(t, d.run(t, "trust", "show").ok(t).out, "https://rekor.sigstore.dev")

	own := string(signingtest.New(t, time.Now()).TrustedRoot(t))
	imported := d.runWith(t, strings.NewReader(own), nil, "trust", "import", "-", "-o", "json").ok(t).object(t)
	assert.Equal(t, own, imported["document"])
	assert.NotEqual(t, public["sha256"], imported["sha256"])
	for name, content := range map[string]string{"no JSON": "hello", "nothing in it": "{}", "an array": "[]"} {
		refused := d.runWith(t, strings.NewReader(content), nil, "trust", "import", "-", "-o", "json")
		assert.Equal(t, 2, refused.code, "%s: %s", name, refused.err)
	}
	assert.Equal(t, imported["sha256"], d.run(t, "trust", "show", "-o", "json").ok(t).object(t)["sha256"], "what was wrong changed nothing")
	assert.Equal(t, public["sha256"], d.run(t, "trust", "import", kept, "-o", "json").ok(t).object(t)["sha256"])
}

// What an org has registered decides, for the release that a file is of.
func TestVerifyByWhatAnOrgTrusts(t *testing.T) {
	t.Parallel()
	s := signingtest.New(t, time.Now())
	d := newDesk(t)
	d.runWith(t, strings.NewReader(string(s.TrustedRoot(t))), nil, "trust", "import", "-").ok(t)
	d.run(t, "identities", "add", "example", "--issuer", releaseIssuer, "--san", s.Release("example/baton-okta", "v1.0.0").Identity(),
		"--source-repo", "https://github.com/{org}/{connector}", "--source-ref", "refs/tags/{version}").ok(t)
	file := d.releaseFile(t, "baton-okta-v1.0.0-linux-amd64.tar.gz")
	beside := keylessSigner(t, s, "example/baton-okta", "v1.0.0").signs(t, file)
	good := d.run(t, "verify", file, "--org", "example", "-o", "json").ok(t).list(t)[0].(map[string]any)
	assert.Equal(t, "PASS", steps(t, good)["bound to"])

	// The same bytes under the name of another release.
	other := filepath.Join(d.home, "baton-okta-v1.1.0-linux-amd64.tar.gz")
	require.NoError(t, os.Rename(file, other))
	require.NoError(t, os.Rename(beside, other+".sigstore.json"))
	replayed := d.run(t, "verify", other, "--org", "example", "-o", "json")
	assert.Equal(t, 7, replayed.code)
	assert.Equal(t, "RELEASE_MISMATCH", replayed.list(t)[0].(map[string]any)["reason"])
	d.run(t, "verify", other, "--org", "example/baton-okta@v1.0.0").ok(t)

	plain := filepath.Join(d.home, "plain")
	require.NoError(t, os.Rename(other, plain))
	require.NoError(t, os.Rename(other+".sigstore.json", plain+".sigstore.json"))
	unknown := d.run(t, "verify", plain, "--org", "example", "-o", "json").list(t)[0].(map[string]any)
	assert.Equal(t, "RELEASE_MISMATCH", unknown["reason"])
	assert.Contains(t, unknown["next"], "--org example/NAME@VERSION")
	nobody := d.run(t, "verify", plain, "--org", "acme", "-o", "json").list(t)[0].(map[string]any)
	assert.Equal(t, "NO_TRUST", nobody["reason"])
	assert.Contains(t, nobody["next"], "registrar keys list acme")
	assert.Equal(t, 2, d.run(t, "verify", plain, "--org", "-").code)
}

// Whoever stole a key can date a signature back and give a file an old name,
// but the old release has other bytes.
func TestVerifyDoesNotBelieveNamesOfOldReleases(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	by := cosignSigner(t, "laptop")
	d.registers(t, "acme", "laptop", by)
	d.publishesSigned(t, "v1.0.0", by)
	time.Sleep(5 * time.Millisecond)
	d.run(t, "keys", "revoke", "acme", "laptop", "--reason", "stolen", "--compromised-since", time.Now().UTC().Format(time.RFC3339Nano), "--yes").ok(t)

	got := d.run(t, "download", "acme/baton-sample", "v1.0.0", "--platform", "linux-amd64", "--dir", d.home, "-o", "json").ok(t).object(t)
	real := got["path"].(string)
	by.signs(t, real)
	d.run(t, "verify", real, "--org", "acme/baton-sample@v1.0.0").ok(t)
	forged := d.releaseFile(t, "baton-sample-v1.0.0-linux-arm64.tar.gz")
	by.signs(t, forged)
	bad := d.run(t, "verify", forged, "--org", "acme", "-o", "json")
	assert.Equal(t, 7, bad.code)
	assert.Equal(t, "REVOKED_KEY", bad.list(t)[0].(map[string]any)["reason"])
}

// Public keys are public: who only downloads verifies without a token, and only
// those whose business it is change what is trusted.
func TestWhoMayChangeWhatIsTrusted(t *testing.T) {
	t.Parallel()
	s := serve(t)
	publisher, reviewer, maintainer := s.person(t, "ines", "publisher", "acme"), s.person(t, "juno", "reviewer", "acme"), s.person(t, "mara", "maintainer", "acme")
	by := gpgSigner(t)
	publisher.registers(t, "acme", "release", by)
	anybody := s.anonymous(t)
	file := anybody.releaseFile(t, "baton-x")
	by.signs(t, file)
	anybody.run(t, "verify", file, "--org", "acme").ok(t)
	key := wrote(t, filepath.Join(reviewer.home, "key"), gpgSigner(t).public)
	root := wrote(t, filepath.Join(reviewer.home, "root"), signingtest.New(t, time.Now()).TrustedRoot(t))
	for _, line := range []string{
		"keys add acme --name n --key-file " + key, "keys retire acme release", "keys revoke acme release --reason x --yes",
		"identities add acme --issuer https://a.example --san b", "policy set acme --require-signatures yes", "trust import " + root,
	} {
		refused := reviewer.run(t, append(strings.Fields(line), "-o", "json")...)
		assert.Equal(t, 4, refused.code, "%s: %s", line, refused.err)
		assert.Equal(t, "NOT_PERMITTED", refused.failure(t)["reason"], line)
		assert.Equal(t, 4, anybody.run(t, strings.Fields(line)...).code, line)
	}
	maintainer.run(t, "policy", "set", "acme", "--require-signatures", "yes").ok(t)
	assert.Equal(t, 4, maintainer.run(t, "trust", "import", root).code, "it is that of all orgs")
	s.admin.run(t, "trust", "import", root).ok(t)
}
