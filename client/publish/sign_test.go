package publish_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// secret is the passphrase of all keys here; it must turn up nowhere.
const secret = "open sesame, says Ines"

// newGPG is a GNUPGHOME with a key of the real gpg. Its path is short, because
// the agent's socket lies in it.
func newGPG(t *testing.T) (gpg *pgp.GPG, fingerprint string) {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("gpg is not installed, and CI is where these tests have to run")
		}
		t.Skip("gpg is not installed: publishing with signatures of gpg is not tested")
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
	return &pgp.GPG{Home: dir, Environ: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}}, rest[:40]
}

// exportSecret writes the private key of a home into a file, locked.
func exportSecret(t *testing.T, gpg *pgp.GPG, fingerprint string) string {
	t.Helper()
	cmd := exec.Command("gpg", "--homedir", gpg.Home, "--batch", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", secret, "--armor", "--export-secret-keys", fingerprint)
	out, err := cmd.Output()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "ines.asc")
	require.NoError(t, os.WriteFile(path, out, 0o600))
	return path
}

// cosignKey writes a key pair of cosign.
func cosignKey(t *testing.T) (path string, public []byte) {
	t.Helper()
	pair := signingtest.NewCosign(t, secret)
	path = filepath.Join(t.TempDir(), "cosign.key")
	require.NoError(t, os.WriteFile(path, pair.Private, 0o600))
	return path, pair.Public
}

// asked counts how often a person was asked for the passphrase.
func asked(answer string) (func(context.Context, string) ([]byte, error), *atomic.Int32) {
	var times atomic.Int32
	return func(context.Context, string) ([]byte, error) {
		times.Add(1)
		return []byte(answer), nil
	}, &times
}

// signs is a way to sign that works.
type signs struct {
	sign string
	with publish.SignWith
	// ending is that of what lies beside a file then.
	ending, scheme string
}

// allWays are all ways to sign.
func allWays(t *testing.T) map[string]func(t *testing.T) signs {
	t.Helper()
	return map[string]func(t *testing.T) signs{
		"gpg": func(t *testing.T) signs {
			t.Helper()
			gpg, fingerprint := newGPG(t)
			return signs{sign: "gpg:" + fingerprint[24:], with: publish.SignWith{GPG: gpg}, ending: ".asc", scheme: "gpg"}
		},
		"gpg key file": func(t *testing.T) signs {
			t.Helper()
			gpg, fingerprint := newGPG(t)
			return signs{sign: "gpg:" + exportSecret(t, gpg, fingerprint), ending: ".asc", scheme: "gpg"}
		},
		"cosign": func(t *testing.T) signs {
			t.Helper()
			path, _ := cosignKey(t)
			return signs{sign: "cosign:" + path, ending: ".sigstore.json", scheme: "cosign-key"}
		},
	}
}

func (b bench) signing(t *testing.T, dir, version, sign string) publish.Plan {
	t.Helper()
	plan, faults, err := publish.Prepare(t.Context(), b.client, publish.Answers{Directory: dir, Version: version, Sign: sign}, nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	return plan
}

// told is everything that a run says, in one text.
func told(t *testing.T, h heard, result publish.Result, err error) string {
	t.Helper()
	text := fmt.Sprintf("%+v %+v %v", h.events, result, err)
	for err != nil {
		text += fmt.Sprintf(" %#v", err)
		err = errors.Unwrap(err)
	}
	return text
}

func signedEvents(h heard) (fresh, reused int) {
	for _, e := range h.events {
		if s, ok := e.(publish.Signed); ok && s.Made {
			if s.Reused {
				reused++
			} else {
				fresh++
			}
		}
	}
	return fresh, reused
}

// Five platforms are signed with every way, the passphrase is asked for once,
// and publishing the same again changes nothing although signatures differ.
func TestPublishSignedAndTheSameAgain(t *testing.T) {
	t.Parallel()
	for name, way := range allWays(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := way(t)
			b := newBench(t)
			dir := newProject(t)
			ask, times := asked(secret)
			w.with.Passphrase = ask
			kept := publish.OpenJournal(t.TempDir())
			plan := b.signing(t, dir, "v1.0.0", w.sign)
			id, err := kept.Save(plan)
			require.NoError(t, err)

			var h heard
			result, err := publish.RunWith(t.Context(), b.client, plan, publish.Means{Sign: w.with, Signatures: kept.Signatures(plan)}, h.emit)
			require.NoError(t, err)
			fresh, reused := signedEvents(h)
			assert.Equal(t, []int{5, 0, 1}, []int{fresh, reused, int(times.Load())})
			assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
			assets := b.get(t, plan).GetAssets()
			require.Len(t, assets, 10)
			for _, e := range h.events {
				if s, ok := e.(publish.Signed); ok {
					assert.Equal(t, w.scheme, s.Verdict.GetScheme())
					assert.Equal(t, "NO_TRUST", s.Verdict.GetReason(), "nobody registered the key")
				}
			}
			assert.NotContains(t, told(t, h, result, err), secret)
			assertNoSecretIn(t, filepath.Dir(kept.Signatures(plan)))
			written, err := json.Marshal(result.Plan)
			require.NoError(t, err)
			assert.NotContains(t, string(written), secret)

			// On this computer, then on another one where nothing is kept.
			require.NoError(t, kept.Remove(id))
			assert.NoDirExists(t, kept.Signatures(plan))
			for _, again := range []publish.Plan{plan, result.Plan} {
				var h heard
				result, err := publish.RunWith(t.Context(), b.client, again, publish.Means{Sign: w.with}, h.emit)
				require.NoError(t, err)
				assert.True(t, result.Unchanged)
				fresh, reused = signedEvents(h)
				assert.Equal(t, []int{0, 5}, []int{fresh, reused}, "what verifies is not signed again")
			}
			assert.EqualValues(t, 1, b.get(t, plan).GetSummary().GetAttempt())
		})
	}
}

func assertNoSecretIn(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		assert.NotContains(t, string(data), secret, path)
		return err
	}))
}

// A run that ends between signing and uploading, or anywhere else, signs once:
// the next one uses what is kept, on whichever side.
func TestARunStoppedAfterSigningDoesNotSignAgain(t *testing.T) {
	t.Parallel()
	path, _ := cosignKey(t)
	b := newBench(t)
	dir := newSource(t)
	for i, moment := range []string{"sign ok", "version ok", "stored 3", "finalize ok"} {
		version := fmt.Sprintf("v1.%d.0", i)
		pack(t, dir, version, moment)
		plan := b.signing(t, dir, version, "cosign:"+path)
		ask, _ := asked(secret)
		means := publish.Means{Sign: publish.SignWith{Passphrase: ask}, Signatures: filepath.Join(t.TempDir(), "kept")}
		ctx, stop := context.WithCancel(t.Context())
		stored := 0
		first := heard{on: func(e publish.Event) {
			if _, ok := e.(publish.Stored); ok {
				stored++
			}
			if name(e) == moment || fmt.Sprintf("%s %d", name(e), stored) == moment {
				stop()
			}
		}}
		_, err := publish.RunWith(ctx, b.client, plan, means, first.emit)
		stop()
		require.Error(t, err, moment)

		var second heard
		result, err := publish.RunWith(t.Context(), b.client, plan, means, second.emit)
		require.NoError(t, err, moment)
		fresh, reused := signedEvents(second)
		assert.Equal(t, []int{0, 5}, []int{fresh, reused}, moment)
		assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState(), moment)
		assert.EqualValues(t, 1, result.Version.GetSummary().GetAttempt(), moment)
	}
}

// A file that is built anew needs a new signature; the others keep theirs.
func TestARebuiltFileIsSignedAnew(t *testing.T) {
	t.Parallel()
	path, _ := cosignKey(t)
	b := newBench(t)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "one")
	ask, _ := asked(secret)
	means := publish.Means{Sign: publish.SignWith{Passphrase: ask}, Signatures: filepath.Join(t.TempDir(), "kept")}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	first := heard{on: func(e publish.Event) {
		if name(e) == "sign ok" {
			stop()
		}
	}}
	_, err := publish.RunWith(ctx, b.client, b.signing(t, dir, "v1.0.0", "cosign:"+path), means, first.emit)
	require.Error(t, err)
	packOne(t, filepath.Join(dir, "dist"), "v1.0.0", "two", "linux-amd64", "linux-amd64")
	var second heard
	_, err = publish.RunWith(t.Context(), b.client, b.signing(t, dir, "v1.0.0", "cosign:"+path), means, second.emit)
	require.NoError(t, err)
	fresh, reused := signedEvents(second)
	assert.Equal(t, []int{1, 4}, []int{fresh, reused})
}

func TestKeylessAtASigstoreThatTheRegistryDoesNotKnow(t *testing.T) {
	t.Parallel()
	s := signingtest.New(t, time.Now())
	claims := s.Release("acme/baton-sample", "v1.0.0")
	asked := 0
	services := cosign.Services{Fulcio: s.FulcioURL, Rekor: s.RekorURL}
	token := func(context.Context) ([]byte, error) { asked++; return claims.Token(t), nil }
	b := newBench(t)
	plan := b.signing(t, newProject(t), "v1.0.0", "keyless")

	// The registry does not know this Sigstore, so nothing that it signs would
	// be good there, and nothing is created.
	_, err := publish.RunWith(t.Context(), b.client, plan, publish.Means{Sign: publish.SignWith{Token: token, Services: services, Now: s.Now}}, func(publish.Event) {})
	require.Error(t, err)
	assert.Equal(t, registryv1.Reason_REASON_SIGNING_FAILED, client.ReasonOf(err), err)
	assert.NotContains(t, err.Error(), string(claims.Token(t)))
	assertNothingCreated(t, b, plan)
	assert.Equal(t, 1, asked)
}

func assertNothingCreated(t *testing.T, b bench, plan publish.Plan) {
	t.Helper()
	_, err := b.client.Registry.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: &registryv1.ConnectorRef{Org: plan.Ref.Org, Name: plan.Ref.Name}})
	assert.Equal(t, registryv1.Reason_REASON_NOT_FOUND, client.ReasonOf(err), "nothing was created")
}

// Whatever keeps from signing is said clearly, and creates nothing.
func TestWhatKeepsFromSigning(t *testing.T) {
	t.Parallel()
	gpg, fingerprint := newGPG(t)
	locked := exportSecret(t, gpg, fingerprint)
	private, public := cosignKey(t)
	write := func(name string, data []byte) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return path
	}
	wrong, _ := asked("open barley")
	nobody := errors.New("nobody is there to ask")
	s := signingtest.New(t, time.Now())
	stale := s.Release("acme/baton-sample", "v1.0.0")
	stale.Expires = time.Now().Add(-time.Hour).Unix()
	for name, c := range map[string]struct {
		sign string
		with publish.SignWith
		says []string
	}{
		"wrong passphrase, gpg":        {"gpg:" + fingerprint, publish.SignWith{GPG: gpg, Passphrase: wrong}, []string{"the passphrase of the key " + fingerprint + " is wrong"}},
		"wrong passphrase, key file":   {"gpg:" + locked, publish.SignWith{Passphrase: wrong}, []string{"the passphrase of the key " + fingerprint + " is wrong"}},
		"wrong passphrase, cosign":     {"cosign:" + private, publish.SignWith{Passphrase: wrong}, []string{"passphrase is wrong"}},
		"no passphrase, cosign":        {"cosign:" + private, publish.SignWith{}, []string{"needs a passphrase"}},
		"nobody to ask":                {"cosign:" + private, publish.SignWith{Passphrase: func(context.Context, string) ([]byte, error) { return nil, nobody }}, []string{nobody.Error()}},
		"no such key":                  {"gpg:" + strings.Repeat("A", 40), publish.SignWith{GPG: gpg}, []string{"no secret key"}},
		"no such key id":               {"gpg:0x0123456789ABCDEF", publish.SignWith{GPG: gpg}, []string{"no secret key 0123456789ABCDEF"}},
		"a short key id":               {"gpg:" + fingerprint[32:], publish.SignWith{GPG: gpg}, []string{"not the fingerprint of a key"}},
		"no gpg":                       {"gpg:" + fingerprint, publish.SignWith{GPG: &pgp.GPG{}}, []string{"gpg is not installed here"}},
		"a public key":                 {"cosign:" + write("cosign.pub", public), publish.SignWith{}, []string{"public key"}},
		"no key at all":                {"gpg:" + write("key.asc", []byte("hello")), publish.SignWith{}, nil},
		"an empty key file":            {"cosign:" + write("cosign.key", nil), publish.SignWith{}, []string{"no key"}},
		"an endless key file":          {"cosign:" + write("cosign.key", make([]byte, 2<<20)), publish.SignWith{}, []string{"larger than any key"}},
		"no token":                     {"keyless", publish.SignWith{}, []string{"no source of identity tokens"}},
		"an expired token":             {"keyless", publish.SignWith{Token: func(context.Context) ([]byte, error) { return stale.Token(t), nil }}, []string{"has expired"}},
		"something that is no token":   {"keyless", publish.SignWith{Token: func(context.Context) ([]byte, error) { return []byte("hello"), nil }}, []string{"no identity token"}},
		"an authority that is not one": {"keyless", publish.SignWith{Services: cosign.Services{Fulcio: "nonsense"}, Token: func(context.Context) ([]byte, error) { return nil, nil }}, []string{"is not a URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			plan := b.signing(t, newProject(t), "v1.0.0", c.sign)
			kept := filepath.Join(t.TempDir(), "kept")
			var h heard
			result, err := publish.RunWith(t.Context(), b.client, plan, publish.Means{Sign: c.with, Signatures: kept}, h.emit)
			var fault *client.Error
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, registryv1.Reason_REASON_SIGNING_FAILED, fault.Reason, fault)
			for _, says := range c.says {
				assert.Contains(t, fault.Error(), says)
			}
			assert.NotEmpty(t, fault.Next)
			assert.NotContains(t, told(t, h, result, err), "open barley")
			assert.NoDirExists(t, kept, "nothing is written")
			assertNothingCreated(t, b, plan)
		})
	}
}

// Signatures that lie beside the files go with them, with their verdict.
func TestFoundSignaturesArePublished(t *testing.T) {
	t.Parallel()
	path, _ := cosignKey(t)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "found")
	signBeside(t, dir, path)
	b := newBench(t)
	plan := b.signing(t, dir, "v1.0.0", "")
	require.Len(t, plan.Files, 10)
	for range 2 {
		var h heard
		result, err := publish.Run(t.Context(), b.client, plan, nil, h.emit)
		require.NoError(t, err)
		assert.Len(t, result.Version.GetAssets(), 10)
		noted := 0
		for _, e := range h.events {
			if n, ok := e.(publish.Noted); ok {
				noted++
				assert.Contains(t, n.Note.Text, "acme has registered no key and no identity")
				assert.Contains(t, n.Note.Text, "registrar keys add acme --name NAME --type cosign")
			}
		}
		assert.Equal(t, 1, noted)
	}
}

// signBeside signs every file of dist, as a release workflow does.
func signBeside(t *testing.T, dir, key string) {
	t.Helper()
	data, err := os.ReadFile(key)
	require.NoError(t, err)
	private, err := cosign.ParsePrivateKey(data, []byte(secret))
	require.NoError(t, err)
	signer := cosign.NewKeySigner(private, "release", time.Now)
	files, err := filepath.Glob(filepath.Join(dir, "dist", "*.tar.gz"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		made, err := signer.Sign(t.Context(), inMemory(filepath.Base(file), content))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file+".sigstore.json", made.Bundle, 0o600))
	}
}

func inMemory(name string, content []byte) signing.Artifact {
	return signing.Artifact{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}
