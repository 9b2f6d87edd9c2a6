package publish_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
)

// What lies beside a file and is no good signature of it is refused before
// anything is created, however it is wrong.
func TestMaterialThatIsNoSignature(t *testing.T) {
	t.Parallel()
	path, public := cosignKey(t)
	for name, c := range map[string]struct {
		ending  string
		content []byte
		reason  string
	}{
		"text":             {".sigstore.json", []byte("hello"), "MALFORMED"},
		"cut off":          {".sigstore.json", []byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"`), "MALFORMED"},
		"larger than any":  {".sigstore.json", bytes.Repeat([]byte(" "), signing.MaxMaterial+1), "MALFORMED"},
		"gpg that is none": {".asc", []byte("-----BEGIN PGP SIGNATURE-----\n\nhello\n-----END PGP SIGNATURE-----\n"), "MALFORMED"},
		"besides good one": {".asc", []byte("-----BEGIN PGP SIGNATURE-----\n\nhello\n-----END PGP SIGNATURE-----\n"), "MALFORMED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.trusts(t, registryv1.KeyType_KEY_TYPE_COSIGN, public)
			dir := newSource(t)
			pack(t, dir, "v1.0.0", name)
			if name == "besides good one" {
				signBeside(t, dir, path)
			}
			file := filepath.Join(dir, "dist", "baton-sample-v1.0.0-linux-amd64.tar.gz"+c.ending)
			require.NoError(t, os.WriteFile(file, c.content, 0o600))
			plan := b.signing(t, dir, "v1.0.0", "")
			_, err := publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
			var fault *client.Error
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, registryv1.Reason_REASON_SIGNATURE_INVALID, fault.Reason)
			assert.Equal(t, c.reason, fault.Meta["verdict_reason"])
			assert.NotEmpty(t, fault.Message)
			assertNothingCreated(t, b, plan)
		})
	}
}

func TestAnEmptySignatureIsAFault(t *testing.T) {
	t.Parallel()
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	name := "baton-sample-v1.0.0-linux-amd64.tar.gz.asc"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "dist", name), nil, 0o600))
	_, faults := prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0"})
	assert.Equal(t, map[string]registryv1.Reason{name: registryv1.Reason_REASON_SIZE_MISMATCH}, faults)
}

// One signature over the checksum file speaks for every file that it lists,
// when publishing and when downloading.
func TestASignedChecksumFileSpeaksForAll(t *testing.T) {
	t.Parallel()
	path, public := cosignKey(t)
	b := newBench(t)
	b.trusts(t, registryv1.KeyType_KEY_TYPE_COSIGN, public)
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "sums")
	files, err := filepath.Glob(filepath.Join(dir, "dist", "*.tar.gz"))
	require.NoError(t, err)
	var sums bytes.Buffer
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), filepath.Base(file))
	}
	list := filepath.Join(dir, "dist", "checksums.txt")
	require.NoError(t, os.WriteFile(list, sums.Bytes(), 0o600))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	private, err := cosign.ParsePrivateKey(data, []byte(secret))
	require.NoError(t, err)
	made, err := cosign.NewKeySigner(private, "release", time.Now).Sign(t.Context(), inMemory("checksums.txt", sums.Bytes()))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(list+".sig", made.Signature, 0o600))

	plan := b.signing(t, dir, "v1.0.0", "")
	require.Len(t, plan.Files, 7)
	_, err = publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	require.NoError(t, err)
	anybody, rs := b.downloads(t, registryv1.Platform_PLATFORM_DARWIN_ARM64)
	_, verdict, err := anybody.DownloadVerified(t.Context(), rs, runnable(rs)[0], t.TempDir(), nil, time.Now)
	require.NoError(t, err)
	assert.Equal(t, verified, verdict.GetStatus())
	assert.Equal(t, "checksums.txt", verdict.GetThrough())
}
