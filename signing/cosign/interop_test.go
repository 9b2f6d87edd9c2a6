//go:build cosign

// Both ways with the real cosign: what it signs we verify, what we sign it
// verifies, and both refuse the same altered files. Build it once with
//
//	GOBIN=DIR go install github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3
//
// and run: COSIGN=DIR/cosign go test -tags cosign ./signing/cosign -run Interop

package cosign_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
)

const passphrase = "correct horse"

// real runs cosign in a folder.
type real struct {
	dir    string
	binary string
}

func newReal(t *testing.T) real {
	t.Helper()
	binary := os.Getenv("COSIGN")
	if binary == "" {
		var err error
		binary, err = exec.LookPath("cosign")
		require.NoError(t, err, "set COSIGN to the program")
	}
	return real{dir: t.TempDir(), binary: binary}
}

func (r real) run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), r.binary, args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "COSIGN_PASSWORD="+passphrase, "HOME="+r.dir)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (r real) must(t *testing.T, args ...string) {
	t.Helper()
	out, err := r.run(t, args...)
	require.NoError(t, err, out)
}

func (r real) write(t *testing.T, name string, data []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, name), data, 0o600))
}

func (r real) read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(r.dir, name))
	require.NoError(t, err)
	return data
}

func keyPolicy(t *testing.T, public []byte) signing.Policy {
	t.Helper()
	k, err := cosign.ParsePublicKey(public)
	require.NoError(t, err)
	return signing.Policy{Now: now, AllowNoLog: true, Keys: []signing.TrustedKey{trusted(t, k, "k")}}
}

func TestInteropCosignSigns(t *testing.T) {
	t.Parallel()
	ours, oursPublic, err := cosign.GenerateKeyPair([]byte(passphrase))
	require.NoError(t, err)
	for name, keys := range map[string]func(real) []byte{
		"its own key": func(r real) []byte { r.must(t, "generate-key-pair"); return r.read(t, "cosign.pub") },
		"our key": func(r real) []byte {
			r.write(t, "cosign.key", ours)
			out, err := r.run(t, "public-key", "--key", "cosign.key")
			require.NoError(t, err)
			assert.Contains(t, out, string(bytes.TrimSpace(oursPublic)))
			return oursPublic
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReal(t)
			p := keyPolicy(t, keys(r))
			r.write(t, "F", payload)
			predicate, err := json.Marshal(map[string]any{"buildDefinition": map[string]any{"buildType": "https://x.example"}, "runDetails": map[string]any{"builder": map[string]any{"id": "https://x.example"}}})
			require.NoError(t, err)
			r.write(t, "p.json", predicate)
			offline := []string{"--yes", "--key", "cosign.key", "--use-signing-config=false", "--tlog-upload=false"}
			with := func(command string, more ...string) []string {
				return append(append(append([]string{command}, offline...), more...), "F")
			}
			r.must(t, with("sign-blob", "--bundle", "F.json")...)
			r.must(t, with("sign-blob", "--new-bundle-format=false", "--output-signature", "F.sig")...)
			r.must(t, with("attest-blob", "--type", "slsaprovenance1", "--predicate", "p.json", "--bundle", "A.json")...)
			for name, m := range map[string]signing.Material{
				"bundle": {Bundle: r.read(t, "F.json")}, "signature": {Signature: r.read(t, "F.sig")}, "attestation": {Bundle: r.read(t, "A.json")},
			} {
				v := check(t, file("F", payload), m, p)
				assert.Truef(t, v.OK(), "%s: %s %s %v", name, v.Reason(), v.Detail(), v.Cause())
				assert.Falsef(t, check(t, file("F", []byte("altered")), m, p).OK(), name)
				other := keyPolicy(t, trusted(t, plainKey(t).Public(), "k").Exports[0])
				assert.Falsef(t, check(t, file("F", payload), m, other).OK(), name)
			}
		})
	}
}

func TestInteropCosignVerifies(t *testing.T) {
	t.Parallel()
	r := newReal(t)
	private, public, err := cosign.GenerateKeyPair([]byte(passphrase))
	require.NoError(t, err)
	key, err := cosign.ParsePrivateKey(private, []byte(passphrase))
	require.NoError(t, err)
	m, err := cosign.NewKeySigner(key, "k", now).Sign(t.Context(), file("F", payload))
	require.NoError(t, err)
	r.write(t, "ours.pub", public)
	r.write(t, "F", payload)
	r.write(t, "altered", []byte("altered"))
	r.write(t, "F.json", m.Bundle)
	r.write(t, "F.sig", m.Signature)
	for name, args := range map[string][]string{
		"bundle":    {"verify-blob", "--key", "ours.pub", "--bundle", "F.json", "--insecure-ignore-tlog=true"},
		"signature": {"verify-blob", "--key", "ours.pub", "--signature", "F.sig", "--new-bundle-format=false", "--insecure-ignore-tlog=true"},
	} {
		out, err := r.run(t, append(args, "F")...)
		require.NoErrorf(t, err, "%s: %s", name, out)
		assert.Contains(t, out, "Verified OK")
		_, err = r.run(t, append(args, "altered")...)
		require.Errorf(t, err, name)
	}
}

// What the fakes make is what the real one takes for keyless signatures.
func TestInteropKeyless(t *testing.T) {
	t.Parallel()
	r := newReal(t)
	k := newKeyless(t)
	r.write(t, "F", payload)
	r.write(t, "altered", []byte("altered"))
	r.write(t, "F.json", k.material.Bundle)
	r.write(t, "root.json", k.policy.TrustedRoot)
	args := []string{
		"verify-blob", "--bundle", "F.json", "--trusted-root", "root.json", "--certificate-identity", k.claims.Identity(),
		"--certificate-oidc-issuer", k.claims.Issuer,
	}
	out, err := r.run(t, append(args, "F")...)
	require.NoError(t, err, out)
	_, err = r.run(t, append(args, "altered")...)
	require.Error(t, err)
}
