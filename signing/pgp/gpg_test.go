package pgp_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/pgp"
)

// home is a GNUPGHOME with the real gpg. Its path is short, because the agent's
// socket lies in it.
type home struct {
	tb  testing.TB
	dir string
	gpg *pgp.GPG
}

func newHome(tb testing.TB) *home {
	tb.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("CI") != "" {
			tb.Fatal("gpg is not installed, and CI is where these tests have to run")
		}
		tb.Skip("gpg is not installed: what registrar and gpg make of each other's signatures is not tested")
	}
	dir, err := os.MkdirTemp("/tmp", "gpg") //nolint:usetesting // tb.TempDir is too long for the agent's socket
	require.NoError(tb, err)
	h := &home{tb: tb, dir: dir, gpg: &pgp.GPG{Home: dir, Environ: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "AWS_SECRET_ACCESS_KEY=not for children"}}}
	h.configure("")
	tb.Cleanup(func() {
		kill := exec.Command("gpgconf", "--homedir", dir, "--kill", "all")
		assert.NoError(tb, kill.Run())
		assert.NoError(tb, os.RemoveAll(dir))
	})
	return h
}

// run runs gpg directly, as a person would.
func (h *home) run(stdin []byte, args ...string) []byte {
	h.tb.Helper()
	out, err := h.try(stdin, args...)
	require.NoError(h.tb, err)
	return out
}

func (h *home) try(stdin []byte, args ...string) ([]byte, error) {
	cmd := exec.Command("gpg", append([]string{"--homedir", h.dir, "--batch", "--no-tty", "--yes", "--pinentry-mode", "loopback"}, args...)...)
	cmd.Stdin = bytes.NewReader(stdin)
	var diag bytes.Buffer
	cmd.Stderr = &diag
	out, err := cmd.Output()
	if err != nil {
		err = errors.Join(err, errors.New(diag.String()))
	}
	return out, err
}

// makeKey makes a key that signs, and gives its fingerprint.
func (h *home) makeKey(algorithm, usage, expires, passphrase string, more ...string) string {
	h.tb.Helper()
	h.run(nil, append(more, "--passphrase", passphrase, "--quick-gen-key", "Maker <maker@example.org>", algorithm, usage, expires)...)
	out := string(h.run(nil, "--with-colons", "--list-secret-keys"))
	_, rest, ok := strings.Cut(out, "fpr:::::::::")
	require.True(h.tb, ok, out)
	return rest[:40]
}

func (h *home) export(fpr string) []byte {
	h.tb.Helper()
	return h.run(nil, "--armor", "--export", fpr)
}

func (h *home) signer(fpr, passphrase string) *pgp.GPGSigner {
	h.tb.Helper()
	s, err := h.gpg.Signer(context.Background(), fpr, says(passphrase), time.Now)
	require.NoError(h.tb, err)
	return s
}

func says(passphrase string) pgp.Passphrase {
	return func(context.Context) ([]byte, error) { return []byte(passphrase), nil }
}

// fresh is the file, not yet published.
func fresh(tb testing.TB) signing.Artifact {
	tb.Helper()
	a := artifact(tb, file)
	a.Release.PublishedAt = time.Time{}
	return a
}

func today(keys ...signing.TrustedKey) signing.Policy {
	return signing.Policy{Keys: keys, Now: time.Now}
}

func TestBothWaysWithGPG(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ algorithm, usage, subkey string }{
		"ed25519": {"ed25519", "sign", ""}, "rsa3072": {"rsa3072", "sign", ""}, "signing subkey": {"ed25519", "cert", "ed25519"},
		"nistp384": {"nistp384", "sign", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHome(t)
			fpr := h.makeKey(c.algorithm, c.usage, "never", "open sesame")
			if c.subkey != "" {
				h.run(nil, "--passphrase", "open sesame", "--quick-add-key", fpr, c.subkey, "sign", "never")
			}
			k := trust(t, h.export(fpr))

			m, err := h.signer(fpr, "open sesame").Sign(t.Context(), fresh(t))
			require.NoError(t, err)
			require.True(t, verify(t, fresh(t), m.Signature, today(k)).OK())
			altered := append([]byte("x"), file[1:]...)
			requireRefused(t, verify(t, recordedAs(artifact(t, altered), artifact(t, file)), m.Signature, today(k)), signing.DigestMismatch)
			binary := h.run(file, "--passphrase", "open sesame", "--digest-algo", "SHA512", "--detach-sign")
			require.True(t, verify(t, fresh(t), binary, today(k)).OK())

			secret := h.run(nil, "--passphrase", "open sesame", "--armor", "--export-secret-keys", fpr)
			own, err := pgp.OpenKeyFile(t.Context(), secret, says("open sesame"), time.Now)
			require.NoError(t, err)
			require.Equal(t, fpr, own.Describe().Fingerprint)
			m, err = own.Sign(t.Context(), fresh(t))
			require.NoError(t, err)
			other := newHome(t)
			other.run(own.Public(), "--import")
			other.requireGood(m.Signature, file)
			_, err = other.verify(m.Signature, altered)
			require.Error(t, err)
		})
	}
}

func (h *home) verify(sig, data []byte) (string, error) {
	path := filepath.Join(h.dir, "sig")
	require.NoError(h.tb, os.WriteFile(path, sig, 0o600))
	out, err := h.try(data, "--status-fd", "1", "--verify", path, "-")
	return string(out), err
}

func (h *home) requireGood(sig, data []byte) {
	h.tb.Helper()
	out, err := h.verify(sig, data)
	require.NoError(h.tb, err)
	require.Contains(h.tb, out, "GOODSIG")
	require.Contains(h.tb, out, "VALIDSIG")
}

// Who names a subkey gets that subkey, and the signature still counts as the key's.
func TestASubkeyChosenByItsFingerprint(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	fpr := h.makeKey("ed25519", "sign", "never", "")
	h.run(nil, "--passphrase", "", "--quick-add-key", fpr, "ed25519", "sign", "never")
	h.run(nil, "--passphrase", "", "--quick-add-key", fpr, "rsa3072", "sign", "never")
	key, err := pgp.Parse(h.export(fpr))
	require.NoError(t, err)
	require.Len(t, key.Subkeys, 2)
	for _, sub := range key.Subkeys {
		s := h.signer(sub.Fingerprint, "")
		require.Equal(t, fpr, s.Describe().Fingerprint)
		m, err := s.Sign(t.Context(), fresh(t))
		require.NoError(t, err)
		v := verify(t, fresh(t), m.Signature, today(trust(t, s.Public())))
		require.True(t, v.OK(), v.Detail())
		require.Contains(t, v.Steps()[2].Detail, "by its subkey "+sub.Fingerprint)
	}
}

// gpg at other times of the year, as its users have it.
const (
	inJanuary = "20240110T120000!"
	inMarch   = "20240301T120000!"
	inJune    = "20240601T120000!"
)

func TestKeysOfGPGThroughTheYear(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	fpr := h.makeKey("ed25519", "sign", "2024-05-01", "", "--faked-system-time", inJanuary)
	before := h.export(fpr)
	sig := h.run(file, "--faked-system-time", inMarch, "--detach-sign")

	v := verify(t, artifact(t, file), sig, policy(trust(t, before)))
	require.True(t, v.OK(), v.Detail())
	require.Equal(t, signing.WarnKeyExpired, v.Warnings()[0].Code)
	late := artifact(t, file)
	late.Release.PublishedAt = june(2)
	requireRefused(t, verify(t, late, sig, policy(trust(t, before))), signing.ExpiredKey)

	h.run(nil, "--faked-system-time", inJune, "--quick-set-expire", fpr, "2026-01-01")
	after := h.export(fpr)
	requireRefused(t, verify(t, artifact(t, file), sig, policy(trust(t, after))), signing.ExpiredKey)
	v = verify(t, artifact(t, file), sig, policy(trust(t, before, after)))
	require.True(t, v.OK(), v.Detail())
	require.Empty(t, v.Warnings())

	sha1 := h.run(file, "--faked-system-time", inMarch, "--digest-algo", "SHA1", "--detach-sign")
	requireRefused(t, verify(t, artifact(t, file), sha1, policy(trust(t, before, after))), signing.WeakAlgorithm)
	text := h.run(file, "--faked-system-time", inMarch, "--textmode", "--detach-sign")
	requireRefused(t, verify(t, artifact(t, file), text, policy(trust(t, before, after))), signing.Unsupported)
	ended := h.run(file, "--faked-system-time", inMarch, "--default-sig-expire", "7d", "--detach-sign")
	requireRefused(t, verify(t, artifact(t, file), ended, policy(trust(t, before, after))), signing.ExpiredSignature)

	cert, err := os.ReadFile(filepath.Join(h.dir, "openpgp-revocs.d", fpr+".rev"))
	require.NoError(t, err)
	h.run(bytes.Replace(cert, []byte(":-----BEGIN"), []byte("-----BEGIN"), 1), "--import")
	revoked := h.export(fpr)
	v = verify(t, artifact(t, file), sig, policy(trust(t, before, after, revoked)))
	requireRefused(t, v, signing.RevokedKey)
	_, err = pgp.ParseNew(revoked, july)
	requireProblem(t, err, pgp.Revoked)
	_, err = h.gpg.Signer(t.Context(), fpr, says(""), time.Now)
	requireProblem(t, err, pgp.Revoked)
}

func TestGPGListsItsKeys(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	fpr := h.makeKey("ed25519", "sign", "never", "")
	h.run(nil, "--passphrase", "", "--faked-system-time", inJanuary, "--quick-gen-key", "Old: hand <old@example.org>", "rsa3072", "sign", "2024-05-01")
	h.run(nil, "--passphrase", "", "--quick-gen-key", "Only certifies", "ed25519", "cert", "never")
	keys, err := h.gpg.Keys(t.Context())
	require.NoError(t, err)
	require.Len(t, keys, 3)
	off := map[string]string{}
	for _, k := range keys {
		off[k.Algorithm+" "+k.UserIDs[0]] = k.Off
		assert.Len(t, k.Fingerprint, 40)
		assert.False(t, k.Created.IsZero())
	}
	assert.Equal(t, map[string]string{
		"Ed25519 Maker <maker@example.org>":    "",
		"RSA 3072 Old: hand <old@example.org>": "expired on 2024-05-01",
		"Ed25519 Only certifies":               "cannot sign",
	}, off)

	export, err := h.gpg.Export(t.Context(), fpr)
	require.NoError(t, err)
	key, err := pgp.ParseNew(export, time.Now())
	require.NoError(t, err)
	require.Equal(t, fpr, key.Fingerprint)
	_, err = h.gpg.Export(t.Context(), strings.Repeat("0", 40))
	requireProblem(t, err, pgp.NoSuchKey)
}

//nolint:tparallel // the subtests take turns with one agent
func TestWhatGoesWrongWithGPG(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	fpr := h.makeKey("ed25519", "sign", "never", "open sesame")
	h.forget()

	t.Run("wrong passphrase, then the right one", func(t *testing.T) {
		_, err := h.signer(fpr, "open barley").Sign(t.Context(), fresh(t))
		e := requireProblem(t, err, pgp.WrongPassphrase)
		require.Contains(t, e.Detail, fpr)
		_, err = h.signer(fpr, "").Sign(t.Context(), fresh(t))
		requireProblem(t, err, pgp.WrongPassphrase)
		_, err = h.signer(fpr, "open sesame").Sign(t.Context(), fresh(t))
		require.NoError(t, err)
	})
	t.Run("the agent knows it by now", func(t *testing.T) {
		s, err := h.gpg.Signer(t.Context(), fpr, nil, time.Now)
		require.NoError(t, err)
		_, err = s.Sign(t.Context(), fresh(t))
		require.NoError(t, err)
	})
	t.Run("no terminal for the pinentry", func(t *testing.T) {
		h.forget()
		s, err := h.gpg.Signer(t.Context(), fpr, nil, time.Now)
		require.NoError(t, err)
		_, err = s.Sign(t.Context(), fresh(t))
		e := requireProblem(t, err, pgp.NoTerminal)
		require.Contains(t, e.Next, "GPG_TTY")
	})
	t.Run("the pinentry is not there", func(t *testing.T) {
		h.pinentry("/nonexistent/pinentry")
		s, err := h.gpg.Signer(t.Context(), fpr, nil, time.Now)
		require.NoError(t, err)
		_, err = s.Sign(t.Context(), fresh(t))
		requireProblem(t, err, pgp.NoTerminal)
	})
	t.Run("the person cancels", func(t *testing.T) {
		h.pinentry(h.script("cancel", `echo OK; while read c r; do case $c in GETPIN) echo "ERR 83886179 canceled";; BYE) echo OK; exit;; *) echo OK;; esac; done`))
		s, err := h.gpg.Signer(t.Context(), fpr, nil, time.Now)
		require.NoError(t, err)
		_, err = s.Sign(t.Context(), fresh(t))
		requireProblem(t, err, pgp.Canceled)
	})
	t.Run("the person types it", func(t *testing.T) {
		h.pinentry(h.script("types", `echo OK; while read c r; do case $c in GETPIN) echo "D open sesame"; echo OK;; BYE) echo OK; exit;; *) echo OK;; esac; done`))
		s, err := h.gpg.Signer(t.Context(), fpr, nil, time.Now)
		require.NoError(t, err)
		_, err = s.Sign(t.Context(), fresh(t))
		require.NoError(t, err)
	})
	t.Run("nobody is there", func(t *testing.T) {
		h.pinentry(h.script("waits", `echo OK; while read c r; do case $c in GETPIN) sleep 30;; BYE) echo OK; exit;; *) echo OK;; esac; done`))
		g := *h.gpg
		g.Timeout = 700 * time.Millisecond
		s, err := g.Signer(t.Context(), fpr, nil, time.Now)
		require.NoError(t, err)
		start := time.Now()
		_, err = s.Sign(t.Context(), fresh(t))
		requireProblem(t, err, pgp.TimedOut)
		require.Less(t, time.Since(start), 10*time.Second)
	})
}

// forget makes the agent forget the passphrases. It waits until the agent has
// gone, since gpg would still talk to one that is going.
func (h *home) forget() {
	h.tb.Helper()
	require.NoError(h.tb, exec.Command("gpgconf", "--homedir", h.dir, "--kill", "gpg-agent").Run())
	require.Eventually(h.tb, func() bool {
		_, err := os.Stat(filepath.Join(h.dir, "S.gpg-agent"))
		return errors.Is(err, os.ErrNotExist)
	}, 10*time.Second, 10*time.Millisecond)
}

func (h *home) pinentry(program string) {
	h.tb.Helper()
	h.configure("pinentry-program " + program)
	h.forget()
}

// configure sets up the agent; it need not make guessing expensive here.
func (h *home) configure(line string) {
	h.tb.Helper()
	require.NoError(h.tb, os.WriteFile(filepath.Join(h.dir, "gpg-agent.conf"), []byte("s2k-count 65536\n"+line+"\n"), 0o600))
}

func (h *home) script(name, text string) string {
	h.tb.Helper()
	path := filepath.Join(h.dir, name)
	require.NoError(h.tb, os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700))
	return path
}

func TestKeysThatGPGDoesNotHave(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	other := newHome(t)
	fpr := other.makeKey("ed25519", "sign", "never", "")
	h.run(other.export(fpr), "--import")
	for name, ask := range map[string]string{
		"unknown": strings.Repeat("A", 40), "only its public half": fpr, "a short id": fpr[24:], "a name": "maker@example.org", "an option": "--output=/tmp/x", "nothing": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := h.gpg.Signer(t.Context(), ask, says(""), time.Now)
			requireProblem(t, err, pgp.NoSuchKey)
		})
	}
}

// A gpg that cannot do anything is not a key that is missing.
func TestAGPGThatIsBroken(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	fpr := h.makeKey("ed25519", "sign", "never", "")
	g := *h.gpg
	g.Program = h.script("broken", `echo "gpg: fatal: the keybox is gone" >&2; exit 2`)
	_, err := g.Signer(t.Context(), fpr, nil, time.Now)
	e := requireProblem(t, err, pgp.Failed)
	require.Contains(t, e.Detail, "the keybox is gone")
	_, err = g.Keys(t.Context())
	requireProblem(t, err, pgp.Failed)
}

func TestWithoutGPG(t *testing.T) {
	t.Parallel()
	relative := t.TempDir()
	for name, g := range map[string]*pgp.GPG{
		"empty PATH":   {Environ: []string{"PATH="}},
		"no PATH":      {},
		"not in PATH":  {Environ: []string{"PATH=" + relative}},
		"no such file": {Program: filepath.Join(relative, "gpg")},
		"a folder":     {Program: relative + string(filepath.Separator)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := g.Keys(t.Context())
			e := requireProblem(t, err, pgp.NoGPG)
			require.NotEmpty(t, e.Next)
		})
	}
}

// What gpg gets to see of the program that runs it: no secrets of others, and
// the passphrase by no way that other users of the machine can read.
func TestNoSecretInArgumentsOrEnvironment(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	fpr := h.makeKey("ed25519", "sign", "never", "open sesame")
	gpg, err := exec.LookPath("gpg")
	require.NoError(t, err)
	spy := h.script("spy", `{ echo "$@"; env; tr '\0' ' ' < /proc/$$/cmdline; } >> "$GNUPGHOME/seen"; exec `+gpg+` "$@"`)
	g := *h.gpg
	g.Program = spy
	s, err := g.Signer(t.Context(), fpr, says("open sesame"), time.Now)
	require.NoError(t, err)
	_, err = s.Sign(t.Context(), fresh(t))
	require.NoError(t, err)
	seen, err := os.ReadFile(filepath.Join(h.dir, "seen"))
	require.NoError(t, err)
	require.Contains(t, string(seen), "--passphrase-fd 3")
	require.Contains(t, string(seen), "GNUPGHOME="+h.dir)
	assert.NotContains(t, string(seen), "sesame")
	assert.NotContains(t, string(seen), "not for children")
}

// A gpg that misbehaves, for whatever reason, neither hangs us nor gets a
// signature published that is not good.
func TestAGPGThatLies(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	fpr := h.makeKey("ed25519", "sign", "never", "")
	gpg, err := exec.LookPath("gpg")
	require.NoError(t, err)
	wrong := h.run([]byte("another file"), "--armor", "--detach-sign")
	require.NoError(t, os.WriteFile(filepath.Join(h.dir, "wrong.asc"), wrong, 0o600))
	created := `echo "[GNUPG:] SIG_CREATED D 22 8 00 1700000000 ` + fpr + `" >&2`
	for name, c := range map[string]struct {
		signs string
		want  pgp.Problem
	}{
		"of another file":      {`cat > /dev/null; cat "$GNUPGHOME/wrong.asc"; ` + created, pgp.NotVerified},
		"garbage":              {`cat > /dev/null; echo garbage; ` + created, pgp.NotVerified},
		"nothing":              {`cat > /dev/null; ` + created, pgp.Failed},
		"without saying so":    {`cat > /dev/null; cat "$GNUPGHOME/wrong.asc"`, pgp.Failed},
		"an endless answer":    {`cat > /dev/null; yes`, pgp.Failed},
		"an endless complaint": {`cat > /dev/null; yes >&2`, pgp.Failed},
		"crashes":              {`kill -9 $$`, pgp.Failed},
		"does not read":        {`exec sleep 30`, pgp.TimedOut},
		"says why":             {`echo "gpg: signing failed: the moon is full` + "\x1b" + `[2J" >&2; exit 2`, pgp.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := *h.gpg
			g.Timeout = 3 * time.Second
			g.Program = h.script(strings.ReplaceAll(name, " ", "-"), `case "$*" in *--detach-sign*) `+c.signs+`;; *) exec `+gpg+` "$@";; esac`)
			s, err := g.Signer(t.Context(), fpr, says(""), time.Now)
			require.NoError(t, err)
			m, err := s.Sign(t.Context(), fresh(t))
			e := requireProblem(t, err, c.want)
			require.Empty(t, m)
			require.NotContains(t, err.Error(), "\x1b")
			require.NotContains(t, e.Detail, "\x1b")
		})
	}
	t.Run("the person gives up", func(t *testing.T) {
		t.Parallel()
		g := *h.gpg
		g.Program = h.script("gives-up", `case "$*" in *--detach-sign*) exec sleep 30;; *) exec `+gpg+` "$@";; esac`)
		s, err := g.Signer(t.Context(), fpr, says(""), time.Now)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(200*time.Millisecond, cancel)
		_, err = s.Sign(ctx, fresh(t))
		requireProblem(t, err, pgp.Canceled)
	})
}

// A file that cannot be read to its end is not signed up to where it broke.
func TestABrokenFileIsNotSigned(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	fpr := h.makeKey("ed25519", "sign", "never", "")
	broken := errors.New("the disk is gone")
	a := fresh(t)
	a.Open = func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(bytes.NewReader(file), failing{broken})), nil
	}
	_, err := h.signer(fpr, "").Sign(t.Context(), a)
	require.ErrorIs(t, err, broken)
}
