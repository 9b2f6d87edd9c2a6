package main

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestShowSaysWhatSignaturesAreWorth(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	by := cosignSigner(t, "release")
	d.publishes(t, "acme", "baton-sample", "v0.9.0").ok(t)
	d.publishesSigned(t, "v1.0.0", by) // nothing is registered yet
	d.registers(t, "acme", "release", by)
	d.publishesSigned(t, "v1.1.0", by)

	table := d.run(t, "versions", "acme/baton-sample").ok(t).out
	assert.Regexp(t, `v1\.1\.0 +✓ PUBLISHED +✓ VERIFIED`, table)
	assert.Regexp(t, `v1\.0\.0 +✓ PUBLISHED +◊ UNSIGNED`, table)
	assert.Regexp(t, `baton-sample .*✓ PUBLISHED +✓ VERIFIED`, d.run(t, "list").ok(t).out)

	good := d.run(t, "show", "acme/baton-sample", "v1.1.0").ok(t).out
	assert.Regexp(t, `signatures +✓ VERIFIED 5 of 5 files, cosign key, by release \(`, good)
	assert.NotContains(t, good, "What to do")
	assert.Contains(t, d.run(t, "show", "acme/baton-sample", "v1.1.0", "--platforms").ok(t).out, "✓ VERIFIED")
	assert.Contains(t, d.run(t, "show", "acme/baton-sample").ok(t).out, "✓ VERIFIED")
	for _, a := range d.run(t, "show", "acme/baton-sample", "v1.1.0", "-o", "json").ok(t).object(t)["assets"].([]any) {
		asset := a.(map[string]any)
		if asset["kind"] != "BINARY" {
			continue
		}
		assert.Equal(t, "VERIFIED", asset["verdict"])
		signature := asset["signature"].(map[string]any)
		assert.Equal(t, "cosign-key", signature["scheme"])
		assert.Equal(t, "key-only", signature["assurance"])
		assert.NotEmpty(t, signature["material"])
		assert.NotEmpty(t, signature["steps"])
	}

	untrusted := d.run(t, "show", "acme/baton-sample", "v1.0.0").ok(t).out
	assert.Contains(t, untrusted, "◊ UNSIGNED 0 of 5 files verified")
	assert.Contains(t, untrusted, "nothing to measure them by")
	assert.Contains(t, untrusted, "◊ NO TRUST")
	assert.Contains(t, d.run(t, "show", "acme/baton-sample", "v0.9.0").ok(t).out, "◊ UNSIGNED")
	first := d.run(t, "show", "acme/baton-sample", "v0.9.0", "-o", "json").ok(t).object(t)["assets"].([]any)[0].(map[string]any)
	assert.Equal(t, "UNSIGNED", first["verdict"])
	assert.NotContains(t, first, "signature")
	assert.NotContains(t, first, "verdictReason")
}

// The registry refuses a signature that is not good, and show explains it as
// verify does. Publishing looks itself before it sends anything, so the file
// goes there by hand.
func TestShowExplainsASignatureThatDoesNotVerify(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	by := cosignSigner(t, "release")
	d.registers(t, "acme", "release", by)
	file := wrote(t, filepath.Join(d.home, "baton-sample"), sampleExecutable(registryv1.Platform_PLATFORM_LINUX_AMD64))
	signature := by.signs(t, file)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(content, 'x'), 0o600))
	d.sends(t, file, signature)

	shown := d.run(t, "show", "acme/baton-sample", "v1.0.0").ok(t).out
	for _, want := range []string{"✗ FAILED", "✗ DIGEST MISMATCH 0 of 1 file verified", "✗ DIGEST MISMATCH  linux-amd64  baton-sample", "expected  sha256:", "found     sha256:", "What to do"} {
		assert.Contains(t, shown, want)
	}
	assert.Regexp(t, `v1\.0\.0 +✗ FAILED +✗ DIGEST MISMATCH`, d.run(t, "versions", "acme/baton-sample").ok(t).out)
	for _, a := range d.run(t, "show", "acme/baton-sample", "v1.0.0", "-o", "json").ok(t).object(t)["assets"].([]any) {
		asset := a.(map[string]any)
		if asset["kind"] == "BINARY" {
			assert.Equal(t, "NOT_VERIFIED", asset["verdict"])
			assert.Equal(t, "DIGEST_MISMATCH", asset["verdictReason"])
			assert.True(t, strings.HasPrefix(asset["signature"].(map[string]any)["want"].(string), "sha256:"))
		}
	}
}

// sends creates acme/baton-sample v1.0.0 of these files by the calls alone.
func (d *desk) sends(t *testing.T, file, signature string) {
	t.Helper()
	c := d.connect(t)
	ref := &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.0.0"}
	linux := registryv1.Platform_PLATFORM_LINUX_AMD64
	_, err := c.Registry.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}})
	require.NoError(t, err)
	_, err = c.Registry.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: ref, Platforms: []registryv1.Platform{linux}, License: "Apache-2.0"})
	require.NoError(t, err)
	specs := []*registryv1.AssetSpec{
		spec(t, file, registryv1.AssetKind_ASSET_KIND_BINARY), spec(t, signature, registryv1.AssetKind_ASSET_KIND_BUNDLE),
	}
	urls, err := c.Registry.GetUploadURLs(t.Context(), &registryv1.GetUploadURLsRequest{Ref: ref, Attempt: 1, Assets: specs})
	require.NoError(t, err)
	for i, path := range []string{file, signature} {
		source, err := os.Open(path)
		require.NoError(t, err)
		require.NoError(t, c.Put(t.Context(), urls.GetTargets()[i], source, specs[i].GetSizeBytes(), nil))
		require.NoError(t, source.Close())
	}
	_, err = c.Registry.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{Ref: ref, Attempt: 1, Assets: specs})
	require.NoError(t, err)
	_, err = c.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: ref, WaitUntilSettled: true})
	require.NoError(t, err)
}

// spec declares a file for linux-amd64.
func spec(t *testing.T, path string, kind registryv1.AssetKind) *registryv1.AssetSpec {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	sum, size := sha256.Sum256(content), int64(len(content))
	return &registryv1.AssetSpec{
		Platform: registryv1.Platform_PLATFORM_LINUX_AMD64, Kind: kind, Filename: filepath.Base(path),
		MediaType: "application/octet-stream", SizeBytes: &size, Sha256: sum[:],
	}
}
