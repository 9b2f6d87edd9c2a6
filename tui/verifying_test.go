package tui_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
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
	"github.com/registrar-console/registrar/signing/signingtest"
)

// publishesSigned brings a version to PUBLISHED whose files a key has signed,
// after the org registered that key.
func publishesSigned(t *testing.T, h hall, name, version string) {
	t.Helper()
	pair := signingtest.NewCosign(t, "open sesame")
	admin := h.connect("mara", registryv1.Role_ROLE_ADMIN)
	_, err := admin.Admin.SetPolicy(t.Context(), &registryv1.SetPolicyRequest{Org: "acme", Policy: &registryv1.Policy{Allowances: []string{"no-log"}}})
	require.NoError(t, err)
	_, err = admin.Keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "release-2026", Type: registryv1.KeyType_KEY_TYPE_COSIGN, Export: pair.Public})
	require.NoError(t, err)
	dir := project(t, name, version, 20_000)
	signAll(t, pair.Key, dir)
	publishesFrom(t, h.connect("ines", publisher), dir, name, version)
}

// signAll signs what lies in a dist folder, as a publisher's build does.
func signAll(t *testing.T, key *cosign.PrivateKey, dir string) {
	t.Helper()
	signer := cosign.NewKeySigner(key, "release-2026", time.Now)
	files, err := filepath.Glob(filepath.Join(dir, "dist", "*", "*"))
	require.NoError(t, err)
	require.Len(t, files, len(registryv1.Platforms()))
	for _, path := range files {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		made, err := signer.Sign(t.Context(), signing.Artifact{
			Name: filepath.Base(path), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
		})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path+".sigstore.json", made.Bundle, 0o600))
	}
}

func publishesFrom(t *testing.T, calls *client.Client, dir, name, version string) {
	t.Helper()
	plan, faults, err := publish.Prepare(t.Context(), calls, publish.Answers{Directory: dir, Org: "acme", Name: name, Version: version}, nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	_, err = publish.Run(t.Context(), calls, plan, nil, func(publish.Event) {})
	require.NoError(t, err)
}

// alter changes one byte of what a registry stores for a platform.
func alter(t *testing.T, h hall, name, version string, platform registryv1.Platform) {
	t.Helper()
	rs, err := h.connect("juno", maintainer).Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{
		Ref: &registryv1.VersionRef{Org: "acme", Name: name, Version: version},
	})
	require.NoError(t, err)
	for _, a := range rs.GetVersion().GetAssets() {
		if a.GetPlatform() != platform || a.GetKind() != registryv1.AssetKind_ASSET_KIND_BINARY {
			continue
		}
		digest := hex.EncodeToString(a.GetSha256())
		path := filepath.Join(h.server.Dir, "files", "blobs", digest[:2], digest)
		require.NoError(t, os.Chmod(path, 0o600))
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		data[len(data)-1] ^= 1
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return
	}
	t.Fatal("there is no such file")
}

// A version is verified on the person's own computer: first the answer is the
// registry's, and after a byte of what the registry stores was changed it is
// not, for that file only.
func TestVerifyingHere(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishesSigned(t, h, "baton-sample", "v1.0.0")
	term := console(t, h.connect("mara", maintainer))
	term.ExpectLine("sample", "v1.0.0", "✓ PUBLISHED", "✓ yes").Key("enter")
	term.ExpectLine("v1.0.0", "✓ PUBLISHED", "✓ VERIFIED").Key("v").Expect("acme/baton-sample v1.0.0: 5 files checked here, VERIFIED.")
	term.Key("enter").ExpectLine("✓ VERIFIED", "5 of 5 platforms, cosign key").Expect("release-2026").Expect("checked here")
	term.ExpectLine("linux-arm64", "✓ VERIFIED")
	term.Key("tab").ExpectLine("linux-amd64", "baton-sample", "✓ VERIFIED").Expect("same answer").ExpectLine("✓ identity", "release-2026").ExpectLine("✓ bytes")

	alter(t, h, "baton-sample", "v1.0.0", registryv1.Platform_PLATFORM_LINUX_AMD64)
	term.Key("v").Expect("1 of 5 files checked here: DIGEST MISMATCH.").ExpectLine("linux-amd64", "✗ DIGEST MISMATCH").ExpectLine("linux-arm64", "✓ VERIFIED")
	term.Key("j", "j").Expect("another answer for 1 file")
	term.Expect("Checked here, the answer is another one than the registry's.").ExpectLine("here", "✗ DIGEST MISMATCH").ExpectLine("registry", "✓ VERIFIED")
	term.ExpectLine("✗ bytes").ExpectLine("want").ExpectLine("got").Expect("What this usually is")
	style, found := term.Screen().StyleOf("DIGEST MISMATCH")
	assert.True(t, found)
	assert.NotEmpty(t, style)

	// The whole page belongs to the file when it is asked for.
	term.Resize(80, 24).Expect("linux-amd64").Key("enter").Expect("esc list of files").Key("pgdown").Expect("What to do")
	term.Key("esc").ExpectLine("platform", "signature").Key("q")
	require.NoError(t, term.ExpectEnd())
}

// Checking here can be stopped with the key that started it, and nothing was
// checked then.
func TestStoppingToVerify(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	publishesSigned(t, h, "baton-sample", "v1.0.0")
	slow := newGate(h.server.Dial)
	t.Cleanup(slow.Open)
	term := console(t, h.dial("mara", maintainer, func(ctx context.Context) (net.Conn, error) {
		conn, err := h.server.Dial(ctx)
		return &silent{Conn: conn, gate: slow, closed: make(chan struct{})}, err
	}))
	term.ExpectLine("sample", "v1.0.0").Key("enter").ExpectLine("v1.0.0", "✓ VERIFIED")
	term.Key("v").Expect("v stop verifying").Key("v").Expect("Stopped verifying acme/baton-sample v1.0.0.").Expect("v verify here")
	slow.Open()
	term.Key("v").Expect("5 files checked here, VERIFIED.")
}

// silent is a connection on which downloads are not answered before the gate
// is open.
type silent struct {
	net.Conn
	gate   *gate
	asked  atomic.Bool
	closed chan struct{}
	once   sync.Once
}

func (c *silent) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("GET ")) {
		c.asked.Store(true)
	}
	return c.Conn.Write(p)
}

func (c *silent) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.asked.Load() {
		select {
		case <-c.gate.open:
		case <-c.closed:
			return 0, net.ErrClosed
		}
	}
	return n, err
}

func (c *silent) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
