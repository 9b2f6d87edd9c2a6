package main

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/signing/signingtest"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// The sample connector is published signed, in each of the three ways, and
// verified by everybody. Then one byte of it changes on the registry's disk:
// the registry, verify, download and the console say the same of it.
func TestEverybodySaysTheSameOfAnAlteredByte(t *testing.T) {
	t.Parallel()
	for name, signed := range map[string]func(*testing.T, *altered) []string{
		"gpg": func(t *testing.T, a *altered) []string {
			t.Helper()
			fingerprint, _ := a.ines.gpgKey(t)
			public := a.ines.write(t, "ines.asc", a.ines.gpgExport(t, fingerprint), 0o600)
			a.ines.run(t, "keys", "add", "acme", "--name", "release", "--type", "gpg", "--key-file", public).ok(t)
			pass := a.ines.write(t, "pass", []byte(passphrase+"\n"), 0o600)
			return []string{"--sign", "gpg:" + fingerprint, "--passphrase-file", pass}
		},
		"cosign-key": func(t *testing.T, a *altered) []string {
			t.Helper()
			key, public := a.ines.cosignKey(t)
			a.ines.run(t, "keys", "add", "acme", "--name", "release", "--type", "cosign", "--key-file", a.ines.write(t, "cosign.pub", public, 0o600)).ok(t)
			pass := a.ines.write(t, "pass", []byte(passphrase+"\n"), 0o600)
			return []string{"--sign", "cosign:" + key, "--passphrase-file", pass}
		},
		"cosign-keyless": func(t *testing.T, a *altered) []string {
			t.Helper()
			fakes := signingtest.New(t, time.Now())
			claims := fakes.Release("acme/baton-sample", "v1.0.0")
			a.admin.run(t, "trust", "import", a.ines.write(t, "root.json", fakes.TrustedRoot(t), 0o600)).ok(t)
			a.ines.run(t, "identities", "add", "acme", "--issuer", claims.Issuer, "--san", claims.Identity()).ok(t)
			token := a.ines.write(t, "token", claims.Token(t), 0o600)
			return []string{"--sign", "keyless", "--identity-token", token, "--fulcio-url", fakes.FulcioURL, "--rekor-url", fakes.RekorURL}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAltered(t)
			flags := signed(t, a)
			dir := project(t, "acme", "baton-sample", "v1.0.0")
			a.publish(t, dir, "v1.0.0", flags)
			good := a.validated(t, "v1.0.0")
			require.Equal(t, "PUBLISHED", good["state"], good["failure"])
			file := a.asset(t, good, "linux-amd64")
			assert.Equal(t, "VERIFIED", file["verdict"])
			assert.Equal(t, name, file["signature"].(map[string]any)["scheme"])

			a.publish(t, dir, "v1.1.0", flags)
			at := a.flip(t, file["sha256"].(string))

			// The registry, that validates the next version with the same file.
			bad := a.validated(t, "v1.1.0")
			require.Equal(t, "FAILED", bad["state"])
			says := a.asset(t, bad, "linux-amd64")["signature"].(map[string]any)["detail"].(string)
			require.NotEmpty(t, says)
			assert.Contains(t, bad["failure"].(map[string]any)["message"], says)

			// download, that leaves nothing behind.
			into := filepath.Join(a.ines.home, "into")
			got := a.ines.run(t, "download", "acme/baton-sample", "v1.0.0", "--platform", "linux-amd64", "--dir", into, "-o", "json")
			assert.Equal(t, 7, got.code, got.err)
			assert.Equal(t, says, got.failure(t)["message"].(string)[strings.Index(got.failure(t)["message"].(string), says):], got.err)
			left, err := os.ReadDir(into)
			require.NoError(t, err)
			assert.Empty(t, left)

			// verify, on the altered file and its signature.
			local := a.copied(t, at, file["filename"].(string))
			verified := a.ines.run(t, "verify", local, "--org", "acme/baton-sample@v1.0.0", "-o", "json")
			assert.Equal(t, 7, verified.code, verified.err)
			result := verified.list(t)[0].(map[string]any)
			assert.Equal(t, says, result["detail"])
			assert.Equal(t, "DIGEST_MISMATCH", result["reason"])

			// The console, here and now.
			term := a.ines.console(t, tuitest.Options{Width: 140, Height: 50})
			term.Expect("✓ live").Key("2").Expect("Connectors 1").ExpectLine("sample", "v1.1.0").Key("enter").ExpectLine("v1.0.0", "PUBLISHED").Key("down", "enter").Expect("Overview").Expect("latest ∙ ✓ PUBLISHED")
			term.Key("v").Expect("DIGEST MISMATCH").Key("tab").Expect("another answer").ExpectLine("linux-amd64", "DIGEST MISMATCH").Key("down", "down")
			term.Expect(says).Key("q")
			require.NoError(t, term.ExpectEnd())
			t.Logf("all four say: %s", says)
		})
	}
}

// altered is a registry that validates when it is told to, and two people.
type altered struct {
	server *registrytest.Server
	ines   *desk
	admin  *desk
}

func newAltered(t *testing.T) *altered {
	t.Helper()
	s := registrytest.Start(t, registrytest.Configured(func(c *registry.Config) { c.Validators = -1 }))
	return &altered{
		server: s,
		ines:   newDesk(t).at(s.Address, s.Token(t, "ines", registryv1.Role_ROLE_MAINTAINER, "acme")),
		admin:  newDesk(t).at(s.Address, s.Token(t, "root", registryv1.Role_ROLE_ADMIN)),
	}
}

// publish uploads and signs, and waits for nothing.
func (a *altered) publish(t *testing.T, dir, version string, flags []string) {
	t.Helper()
	args := []string{"publish", dir, "--version", version, "--org", "acme", "--name", "baton-sample", "--no-wait", "-o", "json"}
	a.ines.run(t, append(args, flags...)...).ok(t)
}

// validated has the registry validate what waits, and shows a version then.
func (a *altered) validated(t *testing.T, version string) map[string]any {
	t.Helper()
	require.NoError(t, a.server.Registry.Drain(t.Context()))
	return a.ines.run(t, "show", "acme/baton-sample", version, "-o", "json").ok(t).object(t)
}

// asset is the file that people run on a platform.
func (a *altered) asset(t *testing.T, version map[string]any, platform string) map[string]any {
	t.Helper()
	for _, each := range version["assets"].([]any) {
		if file := each.(map[string]any); file["platform"] == platform && file["kind"] == "BINARY" {
			return file
		}
	}
	require.FailNow(t, "there is no file for "+platform)
	return nil
}

// flip changes one byte of what the registry stores, and says where that is.
func (a *altered) flip(t *testing.T, digest string) (path string) {
	t.Helper()
	want := strings.TrimPrefix(digest, "sha256:")
	require.NoError(t, filepath.WalkDir(filepath.Join(a.server.Dir, "files"), func(p string, e os.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && strings.HasSuffix(strings.ReplaceAll(p, string(filepath.Separator), ""), want) {
			path = p
		}
		return err
	}))
	require.NotEmpty(t, path, "the file is stored under its digest")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	content[len(content)/2] ^= 1
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

// copied puts stored bytes and the signature that belongs to them into one
// folder, as a person has them who got both in another way.
func (a *altered) copied(t *testing.T, stored, name string) string {
	t.Helper()
	dir := t.TempDir()
	content, err := os.ReadFile(stored)
	require.NoError(t, err)
	c := a.ines.connect(t)
	answer, err := c.Registry.GetDownloadURLs(t.Context(), &registryv1.GetDownloadURLsRequest{
		Connector: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}, Version: "v1.0.0",
		Platforms: []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64},
	})
	require.NoError(t, err)
	for _, d := range answer.GetDownloads() {
		if strings.HasPrefix(d.GetAsset().GetFilename(), name+".") {
			_, err := c.Download(t.Context(), d, dir, &client.Meter{})
			require.NoError(t, err, hex.EncodeToString(d.GetAsset().GetSha256()))
		}
	}
	return wrote(t, filepath.Join(dir, name), content)
}
