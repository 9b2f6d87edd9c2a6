package wizard

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// passphrase is that of all keys here; it must turn up nowhere.
const passphrase = "open sesame, says Ines"

// newGPG is a GNUPGHOME with a key of the real gpg, locked or not. Its path is
// short, because the agent's socket lies in it.
func newGPG(t *testing.T, secret string) (gpg *pgp.GPG, fingerprint string) {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("gpg is not installed, and CI is where these tests have to run")
		}
		t.Skip("gpg is not installed: signing with gpg in the wizard is not tested")
	}
	dir, err := os.MkdirTemp("/tmp", "gpg") //nolint:usetesting // t.TempDir is too long for the agent's socket
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, exec.Command("gpgconf", "--homedir", dir, "--kill", "all").Run())
		assert.NoError(t, os.RemoveAll(dir))
	})
	run := func(args ...string) string {
		cmd := exec.Command("gpg", append([]string{"--homedir", dir, "--batch", "--no-tty", "--yes", "--pinentry-mode", "loopback"}, args...)...)
		var diag bytes.Buffer
		cmd.Stderr = &diag
		out, err := cmd.Output()
		require.NoError(t, err, diag.String())
		return string(out)
	}
	run("--passphrase", secret, "--quick-gen-key", "Ines <ines@example.org>", "ed25519", "sign", "never")
	_, rest, found := strings.Cut(run("--with-colons", "--list-secret-keys"), "fpr:::::::::")
	require.True(t, found)
	// What the agent was told while the key was made, it is to forget.
	require.NoError(t, exec.Command("gpgconf", "--homedir", dir, "--kill", "gpg-agent").Run())
	return &pgp.GPG{Home: dir, Environ: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}}, rest[:40]
}

// newCosignKey writes a key pair as registrar keys generate does.
func newCosignKey(t *testing.T, secret string) (path string, public []byte) {
	t.Helper()
	private, public, err := cosign.GenerateKeyPair([]byte(secret))
	require.NoError(t, err)
	path = filepath.Join(t.TempDir(), "release.key")
	require.NoError(t, os.WriteFile(path, private, 0o600))
	return path, public
}

// signingOf is the step Signing after the step Files, with some gpg.
func signingOf(t *testing.T, calls *client.Client, dir string, gpg *pgp.GPG) (*drive, *signingStep) {
	t.Helper()
	d := newDrive(t, calls, answers(dir), newSigningStep)
	d.shared.Sign = func(func(string, string)) publish.SignWith { return publish.SignWith{GPG: gpg} }
	files := &drive{t: t, step: newFilesStep(d.shared), shared: d.shared, calls: calls}
	files.enter()
	require.Empty(t, files.step.off())
	d.enter()
	s, ok := d.step.(*signingStep)
	require.True(t, ok)
	return d, s
}

// published runs the plan as the wizard does, without any means to sign.
func published(t *testing.T, d *drive) publish.Result {
	t.Helper()
	result, err := publish.RunWith(t.Context(), d.calls, d.shared.plan, publish.Means{Signatures: d.shared.folder()}, func(publish.Event) {})
	require.NoError(t, err)
	return result
}

// nowhere makes sure that the passphrase is in no answer, no page and no file
// of the journal.
func nowhere(t *testing.T, d *drive) {
	t.Helper()
	plan := d.shared.plan
	plan.Answers = d.shared.answers
	_, err := d.shared.Journal.Save(plan)
	require.NoError(t, err)
	root := filepath.Dir(filepath.Dir(d.shared.folder()))
	require.NoError(t, filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || strings.HasSuffix(path, ".tar.gz") {
			return err
		}
		data, err := os.ReadFile(path)
		assert.NotContains(t, string(data), passphrase, path)
		return err
	}))
	assert.NotContains(t, d.sees(), passphrase)
}

func TestSigningWithACosignKey(t *testing.T) {
	t.Parallel()
	calls, _ := newCalls(t, registryv1.Role_ROLE_MAINTAINER)
	d, s := signingOf(t, calls, newProject(t, five()...), nil)
	path, _ := newCosignKey(t, passphrase)
	assert.Equal(t, "until a way is chosen", s.off())
	assert.Contains(t, d.sees(), "acme has registered no signer yet")
	require.NoError(t, ui.CheckBindings(s.bindings()))

	d.cursorOn("cosign key").press("s").typed(path).press("enter")
	assert.NotEmpty(t, s.locked, "the key is locked, so that its passphrase is asked for")
	assert.Contains(t, d.sees(), "Passphrase")
	assert.NotContains(t, d.sees(), "✗", "nothing went wrong yet")

	d.typed("not it").press("enter")
	assert.NotEmpty(t, s.locked)
	assert.Contains(t, d.sees(), "✗")
	assert.NotEmpty(t, s.off())

	d.typed(passphrase)
	typed := s.secret
	nowhere(t, d)
	d.press("enter")
	assert.Equal(t, make([]byte, len(typed.typed)), typed.typed, "zeroed after it was used")
	assert.Empty(t, s.off())
	assert.Contains(t, d.sees(), "5 files are signed.")
	assert.Contains(t, d.sees(), "NO TRUST")
	assert.Contains(t, d.sees(), "a  register who signed as a signer of acme")
	nowhere(t, d)

	d.press("a").press("enter")
	assert.Contains(t, d.sees(), "5 files are signed and verified.")
	assert.Contains(t, d.sees(), "signed before")
	assert.Equal(t, []action.Action{action.Tell{Text: "release is a signing key of acme now."}}, d.did)
	assert.Equal(t, "the key is registered", s.notRegistrable())

	result := published(t, d)
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	assert.Len(t, result.Version.GetAssets(), 10)

	// The same again, by the same answers: nothing is signed anew.
	again := newDrive(t, calls, d.shared.answers, newSigningStep)
	again.shared.Sign, again.shared.plan = d.shared.Sign, d.shared.plan
	again.enter()
	assert.Empty(t, again.step.off())
	assert.Zero(t, again.begun)
	assert.True(t, published(t, again).Unchanged)
}

func TestSigningWithTheAgentsKey(t *testing.T) {
	t.Parallel()
	calls, _ := newCalls(t, registryv1.Role_ROLE_MAINTAINER)
	gpg, fingerprint := newGPG(t, passphrase)
	d, s := signingOf(t, calls, newProject(t, five()...), gpg)
	assert.Contains(t, d.sees(), "Ines <ines@example.org>")
	d.cursorOn("GPG").press("s")
	require.NotEmpty(t, s.locked, "%v", s.outcome.err)
	assert.Contains(t, strings.Join(strings.Fields(d.sees()), " "), "gpg's agent found no way to ask for it here.")
	d.typed("not it").press("enter")
	require.NotEmpty(t, s.locked, "%v", s.outcome.err)
	assert.Contains(t, d.sees(), "✗")
	d.typed(passphrase).press("enter")
	assert.Empty(t, s.off())
	assert.Equal(t, "gpg:"+fingerprint, d.shared.answers.Sign)
	nowhere(t, d)
	d.press("a").press("backspace").press("enter")
	assert.Contains(t, d.sees(), "5 files are signed and verified.")
	assert.Contains(t, d.cursorOn("GPG").sees(), "✓ registered")
	assert.Len(t, published(t, d).Version.GetAssets(), 10)
}

// A key that the agent can use is not asked for.
func TestSigningWithoutAPassphrase(t *testing.T) {
	t.Parallel()
	calls, _ := newCalls(t, registryv1.Role_ROLE_MAINTAINER)
	gpg, _ := newGPG(t, "")
	d, s := signingOf(t, calls, newProject(t, "linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64"), gpg)
	d.cursorOn("GPG").press("space")
	assert.Empty(t, s.locked)
	assert.Empty(t, s.off())
}

// A key that the org does not know can be registered where others are; until
// then one cannot go on.
func TestSigningWithAKeyThatIsNotRegistered(t *testing.T) {
	t.Parallel()
	calls, _ := newCalls(t, registryv1.Role_ROLE_MAINTAINER)
	_, other := newCosignKey(t, "")
	_, err := calls.Keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "other", Type: registryv1.KeyType_KEY_TYPE_COSIGN, Export: other})
	require.NoError(t, err)
	d, s := signingOf(t, calls, newProject(t, five()...), nil)
	path, _ := newCosignKey(t, "")
	d.cursorOn("cosign key").press("s").typed(path).press("enter")
	assert.NotEmpty(t, s.locked, "an empty passphrase is one, too")
	d.press("enter")
	assert.Contains(t, d.sees(), "WRONG KEY")
	assert.Equal(t, "until the signatures are good or another way is chosen", s.off())
	d.press("a").typed("-2026").press("enter")
	assert.Empty(t, s.off())
	assert.Contains(t, d.sees(), "release-2026")
	assert.Equal(t, 2, d.begun, "what was signed is used again")
}

// Signatures beside the files are looked at, and are the way if they are good.
func TestSignaturesBesideTheFiles(t *testing.T) {
	t.Parallel()
	calls, _ := newCalls(t, registryv1.Role_ROLE_MAINTAINER)
	gpg, fingerprint := newGPG(t, "")
	public, err := gpg.Export(t.Context(), fingerprint)
	require.NoError(t, err)
	_, err = calls.Keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "release", Type: registryv1.KeyType_KEY_TYPE_GPG, Export: public})
	require.NoError(t, err)
	dir := newProject(t, five()...)
	files, err := filepath.Glob(filepath.Join(dir, "dist", "*.tar.gz"))
	require.NoError(t, err)
	for _, file := range files {
		require.NoError(t, exec.Command("gpg", "--homedir", gpg.Home, "--batch", "--no-tty", "--armor", "--output", file+".asc", "--detach-sign", file).Run())
	}
	d, s := signingOf(t, calls, dir, nil)
	assert.Empty(t, s.off())
	assert.Contains(t, d.sees(), "✓ 5 VERIFIED")
	assert.Contains(t, d.sees(), "5 files are signed and verified.")
	assert.Len(t, d.shared.plan.Files, 10)

	d.cursorOn("none").press("s")
	assert.Empty(t, s.off())
	assert.Contains(t, d.sees(), "It is published without signatures.")
	assert.Len(t, d.shared.plan.Files, 5)

	// One of them is of other bytes now.
	require.NoError(t, os.Remove(files[0]+".asc"))
	require.NoError(t, os.Rename(files[1]+".asc", files[0]+".asc"))
	d.shared.answers.Sign = ""
	d.enter()
	assert.NotEmpty(t, s.off())
	assert.Contains(t, d.sees(), "✗")
	d.cursorOn("found").press("s")
	assert.Contains(t, s.off(), "until the signatures are good")
}

// What keeps from signing is said on the page, and nothing is lost.
func TestWhatKeepsFromSigning(t *testing.T) {
	t.Parallel()
	calls, _ := newCalls(t, registryv1.Role_ROLE_MAINTAINER)
	for name, c := range map[string]struct {
		key  []byte
		says string
	}{
		"no key at all":   {[]byte("hello"), "✗"},
		"a public key":    {nil, "✗"},
		"an empty file":   {[]byte{}, "✗"},
		"a key of nobody": {[]byte("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n"), "✗"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, s := signingOf(t, calls, newProject(t, five()...), nil)
			path := filepath.Join(t.TempDir(), "cosign.key")
			key := c.key
			if key == nil {
				_, key = newCosignKey(t, "")
			}
			require.NoError(t, os.WriteFile(path, key, 0o600))
			d.cursorOn("cosign key").press("s").typed(path).press("enter")
			if s.locked != "" {
				d.typed("x").press("enter")
				if s.locked != "" {
					d.press("esc")
				}
			}
			assert.NotEmpty(t, s.off())
			assert.Contains(t, d.sees(), c.says)
			d.cursorOn("none").press("s")
			assert.Empty(t, s.off())
		})
	}
	t.Run("no gpg", func(t *testing.T) {
		t.Parallel()
		d, s := signingOf(t, calls, newProject(t, five()...), &pgp.GPG{Environ: []string{"PATH=" + t.TempDir()}})
		assert.Contains(t, d.sees(), "off: gpg is not installed here")
		d.cursorOn("GPG ")
		assert.NotEmpty(t, s.wayOff())
	})
}

// Files that were built again after they were signed are signed again, and
// until then the run refuses to use old signatures.
func TestFilesThatChangeAfterTheyWereSigned(t *testing.T) {
	t.Parallel()
	calls, _ := newCalls(t, registryv1.Role_ROLE_MAINTAINER)
	dir := newProject(t, five()...)
	d, s := signingOf(t, calls, dir, nil)
	path, _ := newCosignKey(t, passphrase)
	d.cursorOn("cosign key").press("s").typed(path).press("enter").typed(passphrase).press("enter")
	require.Empty(t, s.off())

	pack(t, filepath.Join(dir, "dist"), "v1.0.0", "linux-amd64", "linux-amd64")
	data, err := os.ReadFile(filepath.Join(dir, "dist", "baton-sample-v1.0.0-linux-amd64.tar.gz"))
	require.NoError(t, err)
	data[4] ^= 1 // the time in the head of the archive
	require.NoError(t, os.WriteFile(filepath.Join(dir, "dist", "baton-sample-v1.0.0-linux-amd64.tar.gz"), data, 0o600))
	_, err = publish.RunWith(t.Context(), calls, d.shared.plan, publish.Means{Signatures: d.shared.folder()}, func(publish.Event) {})
	require.Error(t, err, "there is nobody to ask for the passphrase")

	files := &drive{t: t, step: newFilesStep(d.shared), shared: d.shared, calls: calls}
	files.enter()
	d.enter()
	assert.Equal(t, "until a way is chosen", s.off(), "one file has no signature any more")
	d.cursorOn("cosign key").press("s")
	d.typed(passphrase).press("enter")
	assert.Empty(t, s.off())
	assert.Contains(t, d.sees(), "signed now")
	assert.Contains(t, d.sees(), "signed before")
}
