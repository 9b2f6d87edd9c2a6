package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/term"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// passphrase is that of every key here; it must turn up nowhere.
const passphrase = "open sesame, says Ines"

// write puts a file onto the desk.
func (d *desk) write(t *testing.T, name string, data []byte, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(d.home, name)
	require.NoError(t, os.WriteFile(path, data, mode))
	require.NoError(t, os.Chmod(path, mode))
	return path
}

// cosignKey puts a locked key pair of cosign onto the desk.
func (d *desk) cosignKey(t *testing.T) (path string, public []byte) {
	t.Helper()
	pair := signingtest.NewCosign(t, passphrase)
	return d.write(t, "cosign.key", pair.Private, 0o600), pair.Public
}

// gpgKey makes a key of the real gpg, and a gpg that writes down what it is
// called with and what it inherits.
func (d *desk) gpgKey(t *testing.T) (fingerprint, journal string) {
	t.Helper()
	gpg, err := exec.LookPath("gpg")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("gpg is not installed, and CI is where these tests have to run")
		}
		t.Skip("gpg is not installed: publishing with signatures of gpg is not tested")
	}
	home, err := os.MkdirTemp("/tmp", "gpg") //nolint:usetesting // t.TempDir is too long for the agent's socket
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run())
		assert.NoError(t, os.RemoveAll(home))
	})
	make := exec.Command(gpg, "--homedir", home, "--batch", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", passphrase,
		"--quick-gen-key", "Ines <ines@example.org>", "ed25519", "sign", "never")
	out, err := make.CombinedOutput()
	require.NoError(t, err, string(out))
	listed, err := exec.Command(gpg, "--homedir", home, "--with-colons", "--list-secret-keys").Output()
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(listed), "fpr:::::::::")
	require.True(t, found)
	journal = filepath.Join(home, "journal")
	bin := filepath.Join(home, "bin")
	require.NoError(t, os.Mkdir(bin, 0o700))
	script := "#!/bin/sh\n{ echo \"$@\"; env; } >> " + journal + "\nexec " + gpg + " \"$@\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "gpg"), []byte(script), 0o700))
	d.environ = append(d.environ, "GNUPGHOME="+home, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return rest[:40], journal
}

// gpgExport is the public key as the real gpg writes it.
func (d *desk) gpgExport(t *testing.T, fingerprint string) []byte {
	t.Helper()
	cmd := exec.Command("gpg", "--batch", "--armor", "--export", fingerprint)
	cmd.Env = append(os.Environ(), d.environ...)
	out, err := cmd.Output()
	require.NoError(t, err)
	require.NotEmpty(t, out)
	return out
}

func signLines(r []map[string]any) []map[string]any {
	var out []map[string]any
	for _, line := range r {
		if line["step"] == "sign" && line["platform"] != nil {
			out = append(out, line)
		}
	}
	return out
}

// From the command line to a verified download, with what must not be seen.
func TestPublishSignedByGPG(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	fingerprint, journal := d.gpgKey(t)
	d.environ = append(d.environ, "COSIGN_PASSWORD=of another key", "REGISTRAR_TOKEN_OF_SOMETHING=hidden")
	file := d.write(t, "pass.txt", []byte(passphrase+"\n"), 0o600)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	args := []string{"publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "gpg:" + fingerprint, "--passphrase-file", file, "-o", "json"}
	first := d.run(t, args...).ok(t)
	lines := signLines(first.lines(t))
	require.Len(t, lines, 5)
	for _, line := range lines {
		assert.Equal(t, "gpg", line["scheme"])
		assert.Equal(t, "UNSIGNED", line["verdict"], "nobody has registered the key")
		assert.Equal(t, "NO_TRUST", line["reason"])
		assert.Equal(t, false, line["reused"])
	}
	assert.Contains(t, first.out, "registrar keys add acme --name NAME --type gpg")
	assert.Empty(t, d.run(t, "drafts", "-o", "json").ok(t).list(t))

	again := d.run(t, args...).ok(t).lines(t)
	assert.Equal(t, true, again[len(again)-1]["unchanged"])
	for _, line := range signLines(again) {
		assert.Equal(t, true, line["reused"])
	}
	seen, err := os.ReadFile(journal)
	require.NoError(t, err)
	require.Contains(t, string(seen), "--detach-sign", "gpg was really called")
	for _, hidden := range []string{passphrase, "of another key", "hidden"} {
		assert.NotContains(t, string(seen), hidden, "neither its arguments nor its environment hold a secret")
		assert.NotContains(t, first.out+first.err, hidden)
	}

	client := d.connect(t)
	export, err := exec.Command("gpg", "--homedir", filepath.Dir(journal), "--armor", "--export", fingerprint).Output()
	require.NoError(t, err)
	key, err := client.Keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "release", Type: registryv1.KeyType_KEY_TYPE_GPG, Export: export})
	require.NoError(t, err)
	got := d.run(t, "download", "acme/baton-sample", "--platform", "linux-arm64", "--dir", filepath.Join(d.home, "one"), "-o", "json").ok(t).object(t)
	assert.Equal(t, "VERIFIED", got["verdict"])
	signature, ok := got["signature"].(map[string]any)
	require.True(t, ok)
	assert.Equal(t, fingerprint, signature["signer"])
	assert.Equal(t, "gpg", signature["scheme"])
	assert.Equal(t, []any{}, got["warnings"])
	text := d.run(t, "download", "acme/baton-sample", "--platform", "linux-arm64", "--dir", filepath.Join(d.home, "two")).ok(t)
	assert.NotContains(t, text.err, "warning")
	assert.Contains(t, text.err, signature["detail"])

	_, err = client.Keys.RevokeSigningKey(t.Context(), &registryv1.RevokeSigningKeyRequest{Org: "acme", Id: key.GetKey().GetId(), Reason: "it leaked"})
	require.NoError(t, err)
	refused := d.run(t, "download", "acme/baton-sample", "--platform", "linux-arm64", "--dir", filepath.Join(d.home, "three"), "-o", "json")
	assert.Equal(t, 7, refused.code)
	assert.Equal(t, "SIGNATURE_INVALID", refused.failure(t)["reason"])
	assert.Contains(t, refused.failure(t)["message"], "it leaked")
	left, err := os.ReadDir(filepath.Join(d.home, "three"))
	require.NoError(t, err)
	assert.Empty(t, left)
	taken := d.run(t, "download", "acme/baton-sample", "--platform", "linux-arm64", "--dir", filepath.Join(d.home, "three"), "--skip-verify", "-o", "json").ok(t).object(t)
	assert.NotContains(t, taken, "verdict", "nothing is said of what was not looked at")
}

// The passphrase of a cosign key comes from the file, from its variable, or
// from the person.
func TestWhereThePassphraseComesFrom(t *testing.T) {
	t.Parallel()
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	for name, c := range map[string]struct {
		environ []string
		file    string
		ask     func(context.Context, string) ([]byte, error)
		code    int
		says    string
	}{
		"file":                       {nil, passphrase + "\r\n", nil, 0, ""},
		"file before variable":       {[]string{"COSIGN_PASSWORD=wrong"}, passphrase, nil, 0, ""},
		"variable":                   {[]string{"COSIGN_PASSWORD=" + passphrase}, "", nil, 0, ""},
		"person":                     {nil, "", func(context.Context, string) ([]byte, error) { return []byte(passphrase), nil }, 0, ""},
		"nowhere":                    {nil, "", nil, 2, "--passphrase-file"},
		"wrong file":                 {nil, "wrong, says Ines", nil, 1, "passphrase is wrong"},
		"an empty variable is wrong": {[]string{"COSIGN_PASSWORD="}, "", nil, 1, "passphrase is wrong"},
		"a person who leaves":        {nil, "", func(context.Context, string) ([]byte, error) { return nil, errors.New("no passphrase was entered") }, 1, "no passphrase was entered"},
		"longer than any":            {nil, strings.Repeat("x", 2000), nil, 2, "more than the 1024 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			key, _ := d.cosignKey(t)
			d.environ = append(d.environ, c.environ...)
			args := []string{"publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "cosign:" + key}
			if c.file != "" {
				args = append(args, "--passphrase-file", d.write(t, "pass.txt", []byte(c.file), 0o600))
			}
			prompts := ""
			got := d.runWith(t, nil, func(e *Env) {
				if c.ask != nil {
					e.InTerminal, e.ErrTerminal = true, true
					e.AskSecret = func(ctx context.Context, prompt string) ([]byte, error) { prompts += prompt; return c.ask(ctx, prompt) }
				}
			}, args...)
			assert.Equal(t, c.code, got.code, got.err)
			assert.Contains(t, got.err, c.says)
			if c.ask != nil {
				assert.Equal(t, "Passphrase of the key cosign.key: ", prompts, "once for five files")
			}
			for _, hidden := range []string{passphrase, "wrong, says Ines"} {
				assert.NotContains(t, got.out+got.err, hidden)
			}
			assertNotOnDisk(t, d.home, passphrase, "pass.txt")
			if c.code != 0 {
				assert.Equal(t, "[]\n", d.run(t, "list", "-o", "json").ok(t).out, "nothing was created")
			}
		})
	}
}

// assertNotOnDisk looks for a secret in every file of a desk but one.
func assertNotOnDisk(t *testing.T, dir, secret, but string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || e.Name() == but {
			return err
		}
		data, err := os.ReadFile(path)
		assert.False(t, bytes.Contains(data, []byte(secret)), path)
		return err
	}))
}

func TestWhatIsWrongWithTheFlagsOfSigning(t *testing.T) {
	t.Parallel()
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	d := newDesk(t)
	key, _ := d.cosignKey(t)
	for name, c := range map[string]struct {
		args []string
		says string
		code int
	}{
		"no such way":          {[]string{"--sign", "rot13"}, `--sign: "rot13" is no way to sign`, 2},
		"gpg without a key":    {[]string{"--sign", "gpg"}, "gpg needs a key", 2},
		"no such key file":     {[]string{"--sign", "cosign:gone.key"}, "there is no key file", 2},
		"no such passphrase":   {[]string{"--sign", "cosign:" + key, "--passphrase-file", "gone.txt"}, "--passphrase-file: open gone.txt", 2},
		"a directory":          {[]string{"--sign", "cosign:" + key, "--passphrase-file", d.home}, "is a directory", 2},
		"no such token":        {[]string{"--sign", "keyless", "--identity-token", "gone.txt"}, "--identity-token:", 2},
		"no address":           {[]string{"--sign", "keyless", "--fulcio-url", "nowhere"}, "is not a URL", 2},
		"a log without time":   {[]string{"--sign", "keyless", "--rekor-version", "2"}, "needs a time stamping authority", 2},
		"keyless, no terminal": {[]string{"--sign", "keyless"}, "--identity-token", 2},
		"no gpg":               {[]string{"--sign", "gpg:" + strings.Repeat("A", 40)}, "gpg is not installed here", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "-o", "json"}, c.args...)
			got := newDesk(t).run(t, args...) // each its own: two cannot publish the same version
			assert.Equal(t, c.code, got.code, got.err)
			said := got.failure(t)
			assert.Contains(t, said["message"].(string)+" "+said["next"].(string), c.says)
		})
	}
}

func TestFilesOfSecretsThatOthersCanRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps who may read a file elsewhere")
	}
	d := newDesk(t)
	key, _ := d.cosignKey(t)
	file := d.write(t, "pass.txt", []byte(passphrase), 0o644)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	got := d.run(t, "publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "cosign:"+key, "--passphrase-file", file).ok(t)
	assert.Contains(t, got.err, "Others on this computer can read "+file)
	assert.NotContains(t, got.err, "without signatures")
}

// Keyless with a token from a file, at services of one's own.
func TestPublishKeyless(t *testing.T) {
	t.Parallel()
	s := signingtest.New(t, time.Now())
	claims := s.Release("acme/baton-sample", "v1.0.0")
	d := newDesk(t)
	token := d.write(t, "token", append(claims.Token(t), '\n'), 0o600)
	client := d.connect(t)
	_, err := client.Registry.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}})
	require.NoError(t, err)
	_, err = client.Admin.SetTrustRoot(t.Context(), &registryv1.SetTrustRootRequest{Document: s.TrustedRoot(t)})
	require.NoError(t, err)
	_, err = client.Keys.AddIdentity(t.Context(), &registryv1.AddIdentityRequest{Org: "acme", Issuer: claims.Issuer, San: claims.Identity()})
	require.NoError(t, err)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	args := []string{
		"publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "keyless", "-o", "json",
		"--identity-token", token, "--fulcio-url", s.FulcioURL, "--rekor-url", s.RekorURL,
	}
	got := d.run(t, args...).ok(t)
	lines := signLines(got.lines(t))
	require.Len(t, lines, 5)
	for _, line := range lines {
		assert.Equal(t, "VERIFIED", line["verdict"])
		assert.Equal(t, "cosign-keyless", line["scheme"])
		assert.Equal(t, claims.Identity(), line["signer"])
	}
	assert.NotContains(t, got.out+got.err, string(claims.Token(t)))
	require.NoError(t, os.WriteFile(token, nil, 0o600))
	again := d.run(t, args...).ok(t).lines(t)
	assert.Equal(t, true, again[len(again)-1]["unchanged"], "what is signed needs no token")
}

// What is typed at the terminal is not shown, and an interrupt leaves it as it
// was.
func TestASecretAtTheTerminal(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there is no pty here")
	}
	person, terminal, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, errors.Join(terminal.Close(), person.Close())) })
	var out lockedBuffer
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		buf := make([]byte, 1024)
		for {
			n, err := person.Read(buf)
			_, _ = out.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	before, err := term.GetState(int(terminal.Fd()))
	require.NoError(t, err)
	ask := askSecret(terminal, terminal)
	type answer struct {
		text []byte
		err  error
	}
	came := make(chan answer, 1)
	go func() {
		text, err := ask(t.Context(), "Passphrase: ")
		came <- answer{text, err}
	}()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "Passphrase: ") }, waitFor, tick)
	require.Eventually(t, func() bool { // the echo is off a moment after the prompt
		now, err := term.GetState(int(terminal.Fd()))
		return err == nil && !assert.ObjectsAreEqual(before, now)
	}, waitFor, tick)
	_, err = person.WriteString(passphrase + "\n")
	require.NoError(t, err)
	select {
	case a := <-came:
		require.NoError(t, a.err)
		assert.Equal(t, passphrase, string(a.text))
	case <-time.After(waitFor):
		require.FailNow(t, "the answer was not taken")
	}
	assert.NotContains(t, out.String(), passphrase)

	ctx, stop := context.WithCancel(t.Context())
	go func() {
		text, err := ask(ctx, "Again: ")
		came <- answer{text, err}
	}()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "Again: ") }, waitFor, tick)
	stop()
	select {
	case a := <-came:
		require.ErrorIs(t, a.err, context.Canceled)
	case <-time.After(waitFor):
		require.FailNow(t, "an interrupt does not end the question")
	}
	after, err := term.GetState(int(terminal.Fd()))
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

// The real program at a real terminal: it asks, Ctrl-C ends it at once, and
// nothing was created.
func TestAnInterruptAtThePassphrase(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there is no pty here")
	}
	path, err := program()
	require.NoError(t, err)
	d := newDesk(t)
	key, _ := d.cosignKey(t)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	cmd := exec.Command(path, "publish", dir, "--version", "v1.0.0", "--org", "acme", "--name", "baton-sample", "--sign", "cosign:"+key)
	cmd.Env, cmd.Dir = d.environ, d.home
	person, err := pty.Start(cmd)
	require.NoError(t, err)
	var out lockedBuffer
	go func() { _, _ = io.Copy(&out, person) }() // ends with the terminal
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		assert.NoError(t, person.Close())
	})
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "Passphrase of the key cosign.key: ") }, waitFor, tick)
	_, err = person.WriteString("\x03")
	require.NoError(t, err)
	select {
	case err := <-ended:
		require.Error(t, err, "a program that is stopped says so")
		assert.Equal(t, exitInterrupted, cmd.ProcessState.ExitCode(), out.String())
	case <-time.After(waitFor):
		require.FailNow(t, "it does not end", out.String())
	}
	assert.Equal(t, "[]\n", d.run(t, "list", "-o", "json").ok(t).out)
}

// Where the token of keyless signing comes from: the file before the build
// system, and that before the person.
func TestWhereTheTokenComesFrom(t *testing.T) {
	t.Parallel()
	actions := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer job secret" || r.URL.Query().Get("audience") != "sigstore" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, `{"value":"of the job"}`)
	}))
	t.Cleanup(actions.Close)
	d := newDesk(t)
	file := d.write(t, "token", []byte("of the file"), 0o600)
	job := []string{"ACTIONS_ID_TOKEN_REQUEST_URL=" + actions.URL, "ACTIONS_ID_TOKEN_REQUEST_TOKEN=job secret"}
	for name, c := range map[string]struct {
		options  signOptions
		environ  []string
		terminal bool
		token    string
		says     string
	}{
		"file":          {signOptions{identityToken: file}, job, true, "of the file", ""},
		"build system":  {signOptions{}, job, true, "of the job", ""},
		"wrong secret":  {signOptions{}, append(job[:1:1], "ACTIONS_ID_TOKEN_REQUEST_TOKEN=other secret"), false, "", "403"},
		"nobody":        {signOptions{}, nil, false, "", "no terminal to log in from"},
		"browser":       {signOptions{issuer: actions.URL + "/x"}, []string{"DISPLAY=:0"}, true, "", "logging in at " + actions.URL},
		"far away":      {signOptions{issuer: actions.URL + "/x"}, []string{"DISPLAY=:0", "SSH_CONNECTION=1 2 3 4"}, true, "", "logging in at " + actions.URL},
		"without hurry": {signOptions{issuer: "http://127.0.0.1:1"}, nil, true, "", "logging in at"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := &Env{Err: io.Discard, Environ: c.environ, Now: time.Now, InTerminal: c.terminal, ErrTerminal: c.terminal}
			token, err := c.options.token(env)(t.Context())
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
				assert.NotContains(t, err.Error(), "secret")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.token, string(token))
		})
	}
}

func TestOnlyAddressesAreOpenedInABrowser(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"file:///etc/passwd", "--help", "javascript:alert(1)", "x-terminal:rm"} {
		assert.ErrorContains(t, openBrowser(nil)(t.Context(), address), "no address for a browser", address)
	}
}
